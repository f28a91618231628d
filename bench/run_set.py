#!/usr/bin/env python3
"""Runs dehusk over the pages of one annotated set.

usage: run_set.py PROGRAM SET OUT [OPTION...]

SET/pages holds ID.html.gz or ID.txt; OUT receives ID.txt for each. A page's address (truth.jsonl, key url) goes along as
--url. A page that fails is named on stderr and its answer is left empty."""
import concurrent.futures
import json
import os
import subprocess
import sys


def main():
    program, folder, out, options = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    with open(os.path.join(folder, "truth.jsonl"), encoding="utf-8") as f:
        urls = {r["id"]: r.get("url") for r in map(json.loads, f)}

    def clean(name):
        ident = name.removesuffix(".gz").removesuffix(".html").removesuffix(".txt")
        address = ["--url", urls[ident]] if urls.get(ident) else []
        with open(os.path.join(out, ident + ".txt"), "wb") as f:
            r = subprocess.run([program, *options, *address, "--", os.path.join(folder, "pages", name)], stdout=f)
        return r.returncode

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = list(pool.map(clean, sorted(os.listdir(os.path.join(folder, "pages")))))
    if any(codes):
        print(f"{sum(map(bool, codes))} of {len(codes)} pages failed", file=sys.stderr)


main()
