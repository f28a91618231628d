#!/usr/bin/env python3
"""Writes a model file without trees that fits the features of a built program: what a new table of features begins with.

usage: empty.py PROGRAM OUT"""
import subprocess
import sys

import pages
import modelfile
import sets


def names(program, kind):
    out = subprocess.run([program, "features", "--names", "--set", kind], capture_output=True, text=True, check=True).stdout
    return [line.split("\t")[0] for line in out.splitlines()]


def main():
    program, path = sys.argv[1:]
    first, second, page = (names(program, kind) for kind in ("block", "second", "page"))
    parts = []
    for name, features, outputs in (("first", first, 1), ("second", first + second, 1), ("type", page, len(sets.TYPES)),
                                    ("cut", page, len(pages.CUTS)), ("trust", page, 1)):
        data = modelfile.trees_part(([], [0.0] * outputs), [[] for _ in features])
        parts.append((name, modelfile.TREES, modelfile.schema(features), data))
    modelfile.write(path, parts)


main()
