#!/usr/bin/env python3
"""Runs dehusk over folders of texts and counts where what docs/texts.md promises does not hold.

usage: promises.py PROGRAM FOLDER...     FOLDER/pages/*.txt: sets of texts (docs/evaluation.md), such as make_text.py makes by the thousand

For each text: the result is a subsequence of its lines; cleaned again it stays the same; what was kept and what --keep-removed has give
it back; with CRLF for LF the same lines go. Exit status 1 if anything fails."""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

BOM = b"\xef\xbb\xbf"
REMOVED = re.compile(rb"(\d+)\t(.*)", re.S)


def run(program, text, *options):
    return subprocess.run([program, "--from", "text", "--charset", "utf-8", *options], input=text, stdout=subprocess.PIPE, check=True).stdout


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(line in rest for line in part)


def put_together(kept, removed):
    """The text that kept lines and removed ones, which know their numbers, come from."""
    gone = dict((int(n), line) for n, line in (REMOVED.fullmatch(x).groups() for x in removed))
    rest = iter(kept)
    return b"".join(gone[n] if n in gone else next(rest) for n in range(1, len(kept) + len(gone) + 1))


def faults(program, path):
    with open(path, "rb") as f:
        text = f.read().removeprefix(BOM).replace(b"\r", b"")
    with tempfile.NamedTemporaryFile() as f:
        once = run(program, text, "--keep-removed", f.name)
        removed = f.read().splitlines(keepends=True)
    found, lines = [], once.splitlines(keepends=True)
    if not is_subsequence(lines, text.splitlines(keepends=True)):
        found.append("is no subsequence")
    if put_together(lines, removed) != text:
        found.append("kept and removed lines do not give it back")
    if run(program, once) != once:
        found.append("cleaned again it changes")
    if run(program, text.replace(b"\n", b"\r\n")) != once.replace(b"\n", b"\r\n"):
        found.append("other lines go with CRLF")
    return path, found


def main():
    program, *folders = sys.argv[1:]
    paths = [os.path.join(folder, "pages", name) for folder in folders for name in sorted(os.listdir(os.path.join(folder, "pages")))]
    count = Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, found in pool.map(lambda p: faults(program, p), paths):
            count.update(found)
            for what in found:
                print(f"{path}: {what}")
    print(f"{len(paths)} texts:", ", ".join(f"{n} {what}" for what, n in count.items()) or "all promises hold")
    return bool(count)


sys.exit(main())
