#!/usr/bin/env python3
"""Writes what dehusk knows of the pages of one annotated set besides their text, as score_meta.py reads it.

usage: run_meta.py PROGRAM SET OUT.jsonl

SET/pages holds ID.html.gz; a page's address (truth.jsonl, key url) goes along. One dehusk answers for all pages."""
import gzip
import json
import os
import subprocess
import sys
import threading

FIELDS = "title,authors,date,modified,language,type,status,error"


def records(folder, names, urls):
    for name in names:
        with open(os.path.join(folder, "pages", name), "rb") as f:
            page = f.read()
        page = gzip.decompress(page) if name.endswith(".gz") else page
        url = urls.get(name.split(".html")[0])
        yield f"{len(page)} {url or ''}\n".encode() + page


def main():
    program, folder, out = sys.argv[1:]
    with open(os.path.join(folder, "truth.jsonl"), encoding="utf-8") as f:
        urls = {r["id"]: r.get("url") for r in map(json.loads, f)}
    names = sorted(os.listdir(os.path.join(folder, "pages")))
    dehusk = subprocess.Popen([program, "--stream=bytes", "--fields", FIELDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def write():
        for record in records(folder, names, urls):
            dehusk.stdin.write(record)
        dehusk.stdin.close()

    writer = threading.Thread(target=write)
    writer.start()
    with open(out, "w", encoding="utf-8") as f:
        for name, line in zip(names, dehusk.stdout, strict=True):
            answer = json.loads(line)
            if answer["error"]:
                print(f"{name}: {answer['error']}", file=sys.stderr)
            f.write(json.dumps({"id": name.split(".html")[0], **answer}, ensure_ascii=False) + "\n")
    writer.join()
    dehusk.wait()


main()
