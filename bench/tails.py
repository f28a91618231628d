#!/usr/bin/env python3
"""Puts real furniture below real articles and tells how much of it goes, and what the articles lose.

usage: tails.py PROGRAM EVAL MODELS [--show N]     MODELS: folder of fold-0.model ... of texts (train/run: OUT/text)

A tail is what stands at the end of a text of the set `text`, all of it labelled as furniture: up to its last 8 lines. Each goes below an
annotated article of wcxb of the same fold, and is judged by the model that has seen neither's site. --show N: N tails with what stayed."""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "train"))
import sites  # noqa: E402
from labelled import LEAST_ARTICLE, digest, furniture, jsonl, lines_of, texts  # noqa: E402


def tails(folder, folds):
    """(fold, id, lines) of each text that ends in furniture."""
    for r, fold, _ in texts(folder, folds):
        tail = furniture(lines_of(folder, r), r["labels"], len(r["labels"]) - 1, -1)
        if tail:
            yield fold, r["id"], tail


def articles(folder, folds):
    by_fold = [[] for _ in range(sites.FOLDS)]
    for r in jsonl(folder, "truth.jsonl"):
        if r["type"] == "article" and len(r["text"] or "") >= LEAST_ARTICLE:
            by_fold[sites.fold_of(folds, sites.site_of(r.get("url"), r.get("site")))].append(r)
    return [sorted(x, key=lambda r: digest(r["id"])) for x in by_fold]


def removed(program, model, text, lost):
    """Numbers of the lines that go, from 1."""
    subprocess.run([program, "--from", "text", "--model", model, "--keep-removed", lost], input=text.encode(), stdout=subprocess.DEVNULL,
                   check=True)
    with open(lost, encoding="utf-8", newline="\n") as f:
        return {int(line.split("\t")[0]) for line in f.read().split("\n") if line}


def main():
    program, evaldir, models = sys.argv[1:4]
    show = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    folds = sites.read_folds()
    below = articles(os.path.join(evaldir, "wcxb"), folds)
    used, gone, lines, lost, chars, whole, texts = [0] * sites.FOLDS, 0, 0, 0, 0, 0, 0
    with tempfile.NamedTemporaryFile() as f:
        for fold, ident, tail in sorted(tails(os.path.join(evaldir, "text"), folds), key=lambda t: digest(t[1])):
            article = below[fold][used[fold] % len(below[fold])]["text"].strip("\n").split("\n")
            used[fold] += 1
            numbers = removed(program, os.path.join(models, f"fold-{fold}.model"), "\n".join(article + tail) + "\n", f.name)
            stayed = [x for n, x in enumerate(tail, len(article) + 1) if n not in numbers]
            cut = sum(len(x) for n, x in enumerate(article, 1) if n in numbers)
            texts, lines, gone, whole = texts + 1, lines + len(tail), gone + len(tail) - len(stayed), whole + (not cut)
            lost, chars = lost + cut, chars + sum(map(len, article))
            if stayed and show:
                show -= 1
                print(ident, *(f"    {x[:100]}" for x in stayed), sep="\n")
    print(f"{texts} tails of {lines} lines: {gone / lines:.1%} of the lines gone; {lost / chars:.3%} of the articles' characters lost, "
          f"{whole / texts:.1%} of the articles whole")


main()
