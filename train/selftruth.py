#!/usr/bin/env python3
"""Gives pages that have no annotated text, or parts of one, the text that the judge of HTML keeps, where it is sure.

usage: selftruth.py EVAL PROGRAM MODELS OUT SET...     for instance dates multilingual

EVAL     folder of the annotated sets (docs/evaluation.md)
MODELS   folder with fold-0.model ... fold-4.model: each page is judged by the one that has not seen its site
OUT      must be new; OUT/SET gets truth.jsonl and pages, a link: what make_text.py takes to make labelled texts of

A page is taken if it is called an article with a confidence of 0.9 and more, has 600 characters, and holds all segments that must appear
and none of those that must not."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

from labelled import jsonl
from sites import fold_of, read_folds, site_of

SURE = 0.9
LEAST = 600  # characters
SUMMARY = re.compile(rb"; article [\d.]+, confidence ([\d.]+)\n\Z")


def spaced(text):
    return " ".join(text.split())


def judged(program, models, folds, folder, row):
    """The row with what is kept of its page, or None."""
    model = os.path.join(models, f"fold-{fold_of(folds, site_of(row.get('url'), row.get('site')))}.model")
    command = [program, "--model", model, "--url", row.get("url") or "", os.path.join(folder, "pages", row["id"] + ".html.gz")]
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    found = SUMMARY.search(subprocess.run([*command, "--explain"], stdout=subprocess.PIPE, check=True).stdout)
    folded = spaced(text)
    right = all(spaced(s) in folded for s in row.get("with") or []) and not any(spaced(s) in folded for s in row.get("without") or [])
    if not found or float(found[1]) < SURE or len(text) < LEAST or not right:
        return None
    author = row.get("author")
    return {**row, "text": text, "type": "article", "with": [], "without": [], "author": "; ".join(author) if isinstance(author, list) else author}


def main():
    evaldir, program, models, out, *names = sys.argv[1:]
    folds, taken = read_folds(), set()
    for name in names:
        folder = os.path.join(evaldir, name)
        rows = [r for r in jsonl(evaldir, name, "truth.jsonl") if r["id"] not in taken]  # two sets may have a page
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            kept = [r for r in pool.map(lambda r: judged(program, models, folds, folder, r), rows) if r]
        taken |= {r["id"] for r in kept}
        os.makedirs(os.path.join(out, name))
        os.symlink(os.path.abspath(os.path.join(folder, "pages")), os.path.join(out, name, "pages"))
        with open(os.path.join(out, name, "truth.jsonl"), "w", encoding="utf-8") as f:
            f.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in kept)
        print(name, len(kept), "of", len(rows), file=sys.stderr)


main()
