#!/usr/bin/env python3
"""Makes labelled texts of an annotated article and furniture of other pages: what a scraper leaves that nearly finds the article.

usage: joined.py EVAL OUT FOLDER...     OUT must be new; FOLDER: labelled texts; those of EVAL/text and EVAL/text-daniel are used too

Below each article stand up to 8 lines that ended another text and were furniture, now and then some from its beginning above it. Both
come from sites of one fold, so that no site is in two folds, and are of one language where the sets know it."""
import hashlib
import json
import os
import sys

from sets import truth_of
from sites import FOLDS, fold_of, read_folds, site_of

MOST_LINES = 8
LEAST_ARTICLE = 600  # characters
MOST = 2500


def digest(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def jsonl(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def run_of(lines, labels, at, step):
    """Furniture from one end of a text on, up to 8 lines."""
    out = []
    while 0 <= at < len(labels) and labels[at] in "db" and len(out) < MOST_LINES:
        if labels[at] == "d":
            out.append(lines[at].rstrip("\r"))
        at += step
    return out[::step]


def furniture(folder, folds):
    """(fold, site, id, tail, head) of each text that ends in furniture."""
    truth = {r["id"]: r for r in jsonl(folder, "truth.jsonl")}
    for r in jsonl(folder, "labels.jsonl"):
        if r["set"] == "unscraped" or not r["labels"].endswith("d"):
            continue
        with open(os.path.join(folder, "pages", r["id"] + ".txt"), encoding="utf-8", newline="\n") as f:
            lines = f.read().split("\n")[:len(r["labels"])]
        site = site_of(truth[r["id"]].get("url"), truth[r["id"]].get("site"))
        yield (fold_of(folds, site), site, r["id"], run_of(lines, r["labels"], len(r["labels"]) - 1, -1),
               run_of(lines, r["labels"], 0, 1))


def articles(evaldir, folds):
    """Articles by fold and language, and the language of each site; None: not known."""
    out, spoken = {}, {}
    for name in ("wcxb", "daniel"):
        for r in truth_of(evaldir, name):
            if r["type"] == "article" and len(r["text"] or "") >= LEAST_ARTICLE:
                site = site_of(r.get("url"), r.get("site"))
                spoken[site] = r.get("lang")
                out.setdefault((fold_of(folds, site), r.get("lang")), []).append(r)
    for group in out.values():
        group.sort(key=lambda r: digest(r["id"]))
    return out, spoken


def label(lines, char):
    return "".join(char if x.strip() else "b" for x in lines)


def main():
    evaldir, out, *folders = sys.argv[1:]
    folds = read_folds()
    (texts, spoken), used = articles(evaldir, folds), {}
    ends = [x for folder in [os.path.join(evaldir, s) for s in ("text", "text-daniel")] + folders for x in furniture(folder, folds)]
    ends.sort(key=lambda x: digest(x[2]))
    os.makedirs(os.path.join(out, "pages"))
    with open(os.path.join(out, "labels.jsonl"), "w", encoding="utf-8") as labels, open(os.path.join(out, "truth.jsonl"), "w", encoding="utf-8") as truth:
        for fold, site, ident, tail, head in ends[:MOST]:
            lang = spoken.get(site)
            group = texts[fold, lang]
            at = used[fold, lang] = used.get((fold, lang), -1) + 1
            article = group[at % len(group)]
            body = article["text"].strip("\n").split("\n")
            pick = digest(ident + article["id"])
            head = head[-3:] if pick % 5 == 0 else []
            gap = [""] if pick // 5 % 2 else []
            tail = tail[:1 + pick // 10 % MOST_LINES]
            ident = "joined-" + ident
            with open(os.path.join(out, "pages", ident + ".txt"), "w", encoding="utf-8") as f:
                f.write("\n".join(head + body + gap + tail) + "\n")
            json.dump({"id": ident, "set": "joined", "scraper": "joined", "type": "article", "lang": lang,
                       "labels": label(head, "d") + label(body, "k") + "b" * len(gap) + label(tail, "d")}, labels)
            labels.write("\n")
            json.dump({"id": ident, "url": article.get("url"), "site": article.get("site"), "text": article["text"]}, truth)
            truth.write("\n")


main()
