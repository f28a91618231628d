#!/usr/bin/env python3
"""Writes model files without trees that fit the features of a built program: what a new table of features begins with.

usage: empty.py PROGRAM PAGES TEXTS     PAGES, TEXTS: the model files of HTML pages and of texts"""
import struct
import subprocess
import sys

import modelfile
import sets


def names(program, kind):
    out = subprocess.run([program, "features", "--names", "--set", kind], capture_output=True, text=True, check=True).stdout
    return [line.split("\t")[0] for line in out.splitlines()]


def trees(name, features, outputs):
    return name, modelfile.TREES, modelfile.schema(features), modelfile.trees_part(([], [0.0] * outputs), [[] for _ in features])


def main():
    program, pages, texts = sys.argv[1:]
    first, second, page = (names(program, kind) for kind in ("block", "second", "page"))
    line, around, text = (names(program, kind) for kind in ("line", "around", "text"))
    modelfile.write(pages, [trees("first", first, 1), trees("second", first + second, 1), trees("type", page, len(sets.TYPES)),
                            trees("cut", page, len(sets.CUTS)), trees("trust", page, 1)])
    words = struct.pack("<Iff", modelfile.WORDS_BITS, 0, 0) + bytes(1 << modelfile.WORDS_BITS)
    modelfile.write(texts, [("words", modelfile.HASHED, modelfile.schema([modelfile.WORDS_SCHEMA]), words), trees("line", line, 1),
                            trees("around", line + around, 1), trees("textcut", text, 2 * len(sets.TEXT_CUTS))])


main()
