#!/usr/bin/env python3
"""Writes docs/features.md: the tables of features in src/judge (features.h, second.h, lines.h, around.h), as they
stand there.

usage: features.py [OUT]     OUT: docs/features.md if not given"""
import contextlib
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
GROUPS = {
    "TEXT": "Own text (src/judge/stats.c)", "WORDING": "Wording (phrase.c, vocabulary_table.c, page_facts.c)",
    "PLACE": "Place (features.c)", "NAMES": "Names of classes, ids, roles and itemprops around it (words.c)",
    "CONTAINER": "Containers (features.c, layout.c)", "REPEAT": "Repetition (layout.c, repeats.c)",
    "POSITION": "Position (features.c)", "NEIGHBOUR": "Neighbours (features.c)", "PAGE": "The page (features.c, page_facts.c)"}


def rows(name, pattern):
    with open(os.path.join(TOP, "src/judge", name), encoding="utf-8") as f:
        text = f.read().replace("\\\n", "\n")
    return re.findall(pattern, text)


def table(lines):
    print("| feature | unit | what it is |\n|---|---|---|")
    for name, unit, what in lines:
        print(f"| `{name}` | {unit} | {what} |")


def write():
    first = rows("features.h", r'X\((\w+), (\w+), (\w+), "((?:[^"\\]|\\.)*)"\)')
    second = rows("second.h", r'X\((\w+), (\w+), "((?:[^"\\]|\\.)*)"\)')
    print("# Features\n\nWhat the judge of HTML sees of each block, from the tables in `src/judge/features.h` and `second.h` by `data/features.py`.")
    print("`dehusk features PAGE...` prints them. Running text: blocks of 12 words and more that end a sentence, with less than half of their")
    print("bytes in links. Containers are the ancestors that hold more blocks than the level below, from 1 up, body left out. The body is")
    print("the innermost element with half of the running text. Words of a block are its first forty, folded; numbers are all alike.\n")
    print(f"## First pass: {len(first)} features")
    for group, title in GROUPS.items():
        print(f"\n### {title}\n")
        table([row[1:] for row in first if row[0] == group])
    print(f"\n## Second pass: the first, and {len(second)} of the first pass's scores\n")
    print("From `BODY` on they are the page's own. The models of the page see the features of the page above, and these from both passes.\n")
    table(second)
    pair = r'X\((\w+), (\w+), "((?:[^"\\]|\\.)*)"\)'
    line, around = rows("lines.h", pair), rows("around.h", pair)
    print(f"\n## Lines of a text: {len(line)} features (lines.h)\n")
    print("Blank lines have no row. A long line has 12 words and more and ends as a sentence does; a short one has fewer than 8 words and")
    print("does not. Furniture wording leaves bylines and sources out. The word score is that of the part `words`, cut at 8 to both sides.")
    print("-1: there is no such line.\n")
    table(line)
    print(f"\n## Second pass over a text: the same, and {len(around)} of the first pass's scores (around.h)\n")
    table(around)
    print("\n## A text as a whole (text_cut.h)\n")
    print("Those of its lines that begin with `ALL_`, and for each threshold how many lines have lower scores, their share of the words, the")
    print("sum of their scores, and the longest run of them (`dehusk features --names --set text`).")


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(TOP, "docs/features.md")
    with open(path, "w", encoding="utf-8") as f, contextlib.redirect_stdout(f):
        write()


main()
