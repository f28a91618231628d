#!/usr/bin/env python3
"""Writes folds.tsv: a fold for each site of the annotated sets.

usage: folds.py EVAL            EVAL: folder of the annotated sets

A site's fold is a hash of its name, so that a new set changes no site's fold."""
import os
import sys

import sets
import sites


def main():
    names = {sites.site_of(t.get("url"), t.get("site"))
             for name in ("wcxb", "multilingual", "daniel", "portal", "dates") for t in sets.truth_of(sys.argv[1], name)}
    with open(os.path.join(sites.HERE, "folds.tsv"), "w", encoding="utf-8") as f:
        for site in sorted(names):
            f.write(f"{site}\t{sites.fold_of({}, site)}\n")


main()
