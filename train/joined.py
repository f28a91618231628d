#!/usr/bin/env python3
"""Makes labelled texts of an annotated article and furniture of other pages: what a scraper leaves that nearly finds the article.

usage: joined.py EVAL OUT FOLDER...     OUT must be new; FOLDER: labelled texts; those of EVAL/text and EVAL/text-daniel are used too

Below each article stand up to 8 lines that ended another text and were furniture, now and then some from its beginning above it. Both
come from sites of one fold, so that no site is in two folds, and are of one language where the sets know it."""
import os
import sys

from labelled import LEAST_ARTICLE, MOST_TAIL, Writer, digest, furniture, jsonl, label, lines_of, texts
from sites import fold_of, read_folds, site_of

MOST = 2500


def ends_of(folder, folds):
    """(fold, site, id, tail, head) of each text that ends in furniture."""
    for r, fold, site in texts(folder, folds):
        if r["set"] == "unscraped" or not r["labels"].endswith("d"):
            continue
        lines = lines_of(folder, r)
        yield fold, site, r["id"], furniture(lines, r["labels"], len(r["labels"]) - 1, -1), furniture(lines, r["labels"], 0, 1)


def articles(evaldir, folds):
    """Articles by fold and language, and the language of each site; None: not known."""
    out, spoken = {}, {}
    for name in ("wcxb", "daniel"):
        for r in jsonl(evaldir, name, "truth.jsonl"):
            if r["type"] == "article" and len(r["text"] or "") >= LEAST_ARTICLE:
                site = site_of(r.get("url"), r.get("site"))
                spoken[site] = r.get("lang")
                out.setdefault((fold_of(folds, site), r.get("lang")), []).append(r)
    for group in out.values():
        group.sort(key=lambda r: digest(r["id"]))
    return out, spoken


def main():
    evaldir, out, *folders = sys.argv[1:]
    folds = read_folds()
    (whole, spoken), used = articles(evaldir, folds), {}
    ends = [x for folder in [os.path.join(evaldir, s) for s in ("text", "text-daniel")] + folders for x in ends_of(folder, folds)]
    ends.sort(key=lambda x: digest(x[2]))
    with Writer(out) as made:
        for fold, site, ident, tail, head in ends[:MOST]:
            lang = spoken.get(site)
            group = whole[fold, lang]
            at = used[fold, lang] = used.get((fold, lang), -1) + 1
            article = group[at % len(group)]
            body = article["text"].strip("\n").split("\n")
            pick = digest(ident + article["id"])
            head = head[-3:] if pick % 5 == 0 else []
            gap = [""] if pick // 5 % 2 else []
            tail = tail[:1 + pick // 10 % MOST_TAIL]
            made.add(("\n".join(head + body + gap + tail) + "\n").encode(),
                     {"id": "joined-" + ident, "set": "joined", "scraper": "joined", "type": "article", "lang": lang,
                      "labels": label(head, "d") + label(body, "k") + "b" * len(gap) + label(tail, "d")},
                     {"url": article.get("url"), "site": article.get("site"), "text": article["text"]})


main()
