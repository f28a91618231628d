#!/usr/bin/env python3
"""Writes the reference of a manual page from the public header: its sections, each type and function with its comment.

usage: functions.py HEADER PAGE     prints PAGE, with the reference for its line "@FUNCTIONS@", for scdoc"""
import re
import sys

ITEM = re.compile(r"/\* ---- (?P<title>[^-]+?) -+ \*/"
                  r"|/\*(?P<comment>(?:[^*]|\*(?!/))*)\*/\n"
                  r"(?P<code>(?:DH_API [^;]*;|typedef (?:enum|struct) \{.*?\n?\} *\w+;(?: */\*.*?\*/)?|typedef [^;{]*;|(?:#define DH_\w+ [^\n]*\n?)+))", re.S)


def escaped(text):
    return re.sub(r"([\\*_~#<>\[\]|])", r"\\\1", text)


def reference(header):
    body = header[header.index("#define DH_API\n"):]
    for item in ITEM.finditer(body):
        if item["title"]:
            yield f"## {escaped(item['title'].strip())}\n"
            continue
        comment = escaped(" ".join(re.sub(r"^ *\* ?", "", line).strip() for line in item["comment"].split("\n")).strip())
        code = item["code"].strip()
        if code.startswith("DH_API"):
            code = re.sub(r"\s+", " ", code.removeprefix("DH_API "))
            yield f"*{escaped(code)}*\n\t{comment}\n"
        else:
            code = code.replace("\\", "\\\\")  # scdoc reads it there, too
            yield f"{comment}\n\n```\n{code}\n```\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    header, page = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
    print(page.replace("@FUNCTIONS@\n", "\n".join(reference(header))), end="")


main()
