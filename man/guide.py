#!/usr/bin/env python3
"""Writes a manual page from a guide of docs/: headings, paragraphs, lists, code.

usage: guide.py PAGE GUIDE     prints PAGE, with the guide but its title for the line "@GUIDE@", for scdoc"""
import re
import sys


def escaped(text):
    return re.sub(r"([\\*_~#<>\[\]|])", r"\\\1", text)


def inline(line):
    """Code is bold, links are their words."""
    line = re.sub(r"\[([^]`]+)\]\([^)]*\)", r"\1", line)
    parts = re.split(r"`([^`]+)`", line)
    return "".join(f"*{escaped(part)}*" if i % 2 else escaped(part) for i, part in enumerate(parts))


def converted(guide):
    code = False
    for line in guide.split("\n")[1:]:
        if line.startswith("```"):
            code = not code
            yield "```"
        elif code:
            yield line.replace("\\", "\\\\")  # scdoc reads it there, too
        elif line.startswith("## "):
            yield "# " + escaped(line[3:].upper())
        elif line.startswith("- "):
            yield "- " + inline(line[2:])
        else:  # the next line of an item stands below its first
            yield "  " * line.startswith("  ") + inline(line.strip())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    page, guide = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
    print(page.replace("@GUIDE@\n", "\n".join(converted(guide)).strip("\n") + "\n"), end="")


main()
