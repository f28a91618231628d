#!/usr/bin/env python3
"""Runs dehusk over the pages of one annotated set.

usage: run_set.py [--models DIR | --languages DIR] PROGRAM SET OUT [OPTION...]

SET/pages holds ID.html.gz or ID.txt; OUT receives ID.txt for each. A page's address (truth.jsonl, key url) goes along as
--url. With --models each page is judged by DIR/fold-K.model, where K is the fold of its site in train/folds.tsv; with --languages by the one
that has seen no text of its language (train/texts.py --by-language). A page that fails is named on stderr and its answer is left empty."""
import concurrent.futures
import json
import os
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def folds_of(truth, pages, by_language):
    """The fold of each page: of its site, or of a text's language."""
    sys.path.insert(0, os.path.join(TOP, "train"))
    import labelled
    import sites

    if by_language:
        return {r["id"]: fold for r, fold, _ in labelled.texts(pages, None)}
    folds = sites.read_folds()
    return {i: folds[sites.site_of(r.get("url"), r.get("site"))] for i, r in truth.items()}


def main():
    args = sys.argv[1:]
    models = args[1] if args[0] in ("--models", "--languages") else None
    program, folder, out, *options = args[2:] if models else args
    with open(os.path.join(folder, "truth.jsonl"), encoding="utf-8") as f:
        truth = {r["id"]: r for r in map(json.loads, f)}
    folds = folds_of(truth, folder, args[0] == "--languages") if models else {}
    extra = {i: ["--model", os.path.join(models, f"fold-{fold}.model")] for i, fold in folds.items()}

    def clean(name):
        ident = name.removesuffix(".gz").removesuffix(".html").removesuffix(".txt")
        url = truth[ident].get("url") if ident in truth else None
        command = [program, *options, *extra.get(ident, []), *(["--url", url] if url else [])]
        with open(os.path.join(out, ident + ".txt"), "wb") as f:
            r = subprocess.run([*command, "--", os.path.join(folder, "pages", name)], stdout=f)
        return r.returncode

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = list(pool.map(clean, sorted(os.listdir(os.path.join(folder, "pages")))))
    if any(codes):
        print(f"{sum(map(bool, codes))} of {len(codes)} pages failed", file=sys.stderr)


main()
