#!/usr/bin/env python3
"""Runs dehusk over texts of this system that no scraper has made, and tells which of them it changes.

usage: clean_texts.py PROGRAM [--show]     --show: the lines that went

Licences, manual pages, read-me files, change logs, code, tables and configuration of installed packages, up to 25 of a kind, of those that
train/unscraped.py leaves out. Which there are depends on the system: the figure is for docs/models.md, no test."""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "train"))
import unscraped  # noqa: E402

EACH = 25


def main():
    program, show = sys.argv[1], "--show" in sys.argv[2:]
    total = changed = 0
    with tempfile.NamedTemporaryFile() as lost:
        for kind in unscraped.KINDS:
            n = same = 0
            for path, text in unscraped.texts(kind, True, EACH):
                out = subprocess.run([program, "--from", "text", "--keep-removed", lost.name], input=text, stdout=subprocess.PIPE, check=True).stdout
                n += 1
                same += out == text
                if out != text:
                    with open(lost.name, encoding="utf-8") as f:
                        gone = f.read().splitlines()
                    print(f"  {path}: {len(gone)} of {text.count(10)} lines")
                    print("".join(f"    {line[:110]}\n" for line in gone) if show else "", end="")
            print(f"{kind}: {same} of {n} unchanged")
            total += n
            changed += n - same
    print(f"all: {total - changed} of {total} unchanged ({(total - changed) / max(1, total):.1%})")


main()
