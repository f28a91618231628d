#!/usr/bin/env python3
"""Makes a C file of a binary one, at build time.

usage: embed.py NAME FILE OUT     OUT defines const unsigned char NAME[] and const size_t NAME_len"""
import sys


def main():
    name, path, out = sys.argv[1:4]
    with open(path, "rb") as f:
        data = f.read()
    escaped = [f"\\{b:03o}" for b in data]
    with open(out, "w", encoding="ascii") as f:
        f.write('#include "judge/models.h"\n\n')
        f.write(f"const size_t {name}_len = {len(data)};\nconst unsigned char {name}[{len(data) + 1}] =\n")
        for i in range(0, len(escaped), 24):
            f.write('    "' + "".join(escaped[i:i + 24]) + '"\n')
        f.write("    ;\n")


main()
