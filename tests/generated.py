#!/usr/bin/env python3
"""Runs the scripts in data/ that write C tables and docs and compares what they write with what is committed.

usage: generated.py SOURCE_ROOT

Exit status 0: equal; 1: a table differs; 77: skipped in part, as this Python knows another version of Unicode than the
one that a table names."""
import os
import subprocess
import sys
import tempfile
import unicodedata

# Script, table, whether it depends on the version of Unicode.
TABLES = [("data/entities.py", "src/page/entity_table.c", False),
          ("data/logistic.py", "src/judge/logistic_table.c", False),
          ("data/fold.py", "src/judge/fold_table.c", True),
          ("data/phrases.py", "src/judge/phrase_table.c", True),
          ("data/walls.py", "src/judge/wall_table.c", True),
          ("data/months.py", "src/facts/months_table.c", True),
          ("data/features.py", "docs/features.md", False),
          ("data/vocabulary.py", "src/judge/vocabulary_table.c", True)]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root, status = sys.argv[1], 0
    with tempfile.TemporaryDirectory() as folder:
        for script, table, unicode in TABLES:
            committed = read(os.path.join(root, table))
            name = f"Unicode {unicodedata.unidata_version}".encode()
            if unicode and name not in committed[:400]:
                print(f"skipped: {table} was made with another version than {name.decode()}")
                status = status or 77
                continue
            made = os.path.join(folder, os.path.basename(table))
            if subprocess.run([sys.executable, "-B", os.path.join(root, script), made], check=False).returncode:
                print(f"failed: {script}")
                status = 1
            elif read(made) != committed:
                print(f"differs: {table}: run {script}")
                status = 1
            else:
                print(f"equal: {table}")
    sys.exit(status)


main()
