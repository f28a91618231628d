#!/usr/bin/env python3
"""A crawl of small made pages, a hundred of each site, in compressed web archives: memory, speed, and whether every page came through.

usage: crawl_made.py PROGRAM [PAGES [OUTPUT]]     PAGES, default 1000000; OUTPUT: what -o is called, default all.jsonl; clean/ for a file a page

The run has two workers and learns what sites repeat. A million pages take 0.3 GB of compressed archives in $TMPDIR, and 0.7 GB of lines. Of each page
the output must have the number, in its order, and nothing of what its site repeats; the peak of all processes must stay below 400 MiB."""
import gzip
import json
import os
import random
import shutil
import sys
import tempfile

import peak

MOST_MIB = 400
PER_SITE = 100
PER_FILE = 10000
WHO = "The keeper|My sister|An old sailor|The miller|Nobody|The teacher|A child|The ferryman|Our neighbour|The baker|Her uncle|The clerk".split("|")
DID = "mended|carried|lost|found|painted|sold|remembered|counted|buried|brought|left|watched".split("|")
WHAT = "the net|a lamp|three letters|the long rope|an empty barrel|the last boat|a basket of eels|the map|his coat|the bell|a clock|the ladder".split("|")
WHERE = "near the harbour|behind the church|on the bridge|in the rain|before noon|after the market|at the mill|by the river|in the attic|at low tide".split("|")
MENU = "News|Sports|Culture|Weather|Travel|Letters|Archive|Contact|Jobs|Shop|Subscribe|Login|About us|Imprint|Privacy".split("|")


def site_of(number, sites):
    """Neighbours in the crawl are of different sites."""
    return number % sites


def furniture(site):
    dice = random.Random(site)
    menu = "".join(f'<li><a href="/{k}/">{word} {site}</a></li>' for k, word in enumerate(dice.sample(MENU, 9)))
    offer = f"Members of circle {site} read every story of ours for the price of {2 + site % 7} coffees a month."
    return f"<nav><ul>{menu}</ul></nav>", f"<aside><p>{offer}</p></aside><footer><p>Published by house {site}. All rights reserved.</p></footer>", offer


def story(number):
    dice = random.Random(number)
    for _ in range(dice.randrange(3, 7)):
        yield " ".join(f"{dice.choice(WHO)} {dice.choice(DID)} {dice.choice(WHAT)} {dice.choice(WHERE)}." for _ in range(4))


def mark(number):
    return f"This is what happened on day {number} of the long voyage, as far as we know."


def page(number, sites):
    before, behind, _ = furniture(site_of(number, sites))
    text = "".join(f"<p>{p}</p>" for p in story(number))
    return (f"<!doctype html><html><head><meta charset=utf-8><title>Day {number}</title></head><body>{before}<article><h1>Day {number}</h1>"
            f"<p>{mark(number)}</p>{text}</article>{behind}</body></html>").encode()


def record(number, sites):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(number, sites)
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.site{site_of(number, sites)}.org/day/{number}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n").encode()
    return head + http + b"\r\n\r\n"


def write_archives(folder, count, sites):
    for start in range(0, count, PER_FILE):
        with gzip.open(os.path.join(folder, f"{start // PER_FILE:06}.warc.gz"), "wb", compresslevel=1) as f:
            for number in range(start, min(start + PER_FILE, count)):
                f.write(record(number, sites))


# ---- what comes out -----------------------------------------------------------------------------------------------------------------------


def texts_of_lines(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)["text"]


def texts_of_folder(path):
    with open(os.path.join(path, "dehusk-manifest.jsonl"), encoding="utf-8") as f:
        for line in map(json.loads, f):
            if "record" in line:
                with open(os.path.join(path, line["output"]), encoding="utf-8") as page_text:
                    yield page_text.read()


def check_texts(texts, count, sites):
    """Every page is there once, in its order, with its story; how many have what their site repeats."""
    seen = repeated = 0
    for number, text in enumerate(texts):
        if mark(number) not in text or any(p not in text for p in story(number)):
            sys.exit(f"crawl: page {number} has lost its text: {text!r}")
        repeated += furniture(site_of(number, sites))[2] in text
        seen += 1
    if seen != count:
        sys.exit(f"crawl: {seen} of {count} pages came through")
    return repeated


def run(program, count, name):
    sites = max(1, count // PER_SITE)
    work = tempfile.mkdtemp(prefix="dehusk-crawl-")
    try:
        archives, out = os.path.join(work, "archives"), os.path.join(work, name)
        os.mkdir(archives)
        write_archives(archives, count, sites)
        print(f"{count} made pages of {sites} sites, written", flush=True)
        status, mib, seconds = peak.run([program, "-q", "-j2", archives, "-o", out])
        if status:
            sys.exit(f"crawl: exit status {status}")
        print(f"made    {count:8} pages{mib:8.1f} MiB{seconds:8.1f} s{count / seconds:8.0f} pages/s", flush=True)
        repeated = check_texts((texts_of_folder if name.endswith("/") else texts_of_lines)(out), count, sites)
        print(f"all {count} there, whole and in their order; {repeated} with what their site repeats")
    finally:
        shutil.rmtree(work)
    if repeated or mib >= MOST_MIB:
        sys.exit("crawl: failed")


def main():
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    run(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000000, sys.argv[3] if len(sys.argv) > 3 else "all.jsonl")


main()
