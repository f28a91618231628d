#!/usr/bin/env python3
"""A crawl of annotated pages, as a folder and as files that hold pages: are all outputs there and equal, and does memory stay flat?

usage: crawl.py PROGRAM EVAL [PAGES]     PAGES, default 50000, are reached in steps of 1000, 10000, PAGES

The pages are those of wcxb and daniel that are valid UTF-8 (lines of JSON hold nothing else), under as many names as are needed: a
folder of them is hard links, a container of all of them is one file with several names. Each run has two workers and learns what sites repeat.
From a folder, tar and zip files the outputs must be the same, byte for byte; so must those from web archives and lines of JSON, where the judge
knows the addresses besides. Of the latter some are compared with what the program makes of the page alone, by the same profile.

Peak: the proportional set sizes of all processes and the files that lie in memory. It must stay below 400 MiB, and flat: with the most pages at most
FLAT_MIB above that with the least."""
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from urllib.parse import urlsplit

import peak

STEPS = (1000, 10000)
MOST_MIB = 400
# A first pass holds records of 40,000 pages (48 MiB) before it writes any; names and states of 50,000 files are some 10 MiB more.
FLAT_MIB = 64
ALONE = 40  # pages that are also cleaned alone, spread over the whole


# ---- the pages ------------------------------------------------------------------------------------------------------------------------


class Page:
    """A page of a set: where its bytes are, and its address."""

    def __init__(self, path, ident, url, site):
        self.path, self.ident = path, ident
        self.url = url or f"http://{site or 'unknown.example.org'}/{ident}"
        self.host = urlsplit(self.url).hostname

    def content(self):
        with gzip.open(self.path, "rb") as f:
            return f.read()

    def packed(self):
        with open(self.path, "rb") as f:
            return f.read()


def is_utf8(content):
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_pages(folder):
    """In an order of chance, so that any number of them is a fair sample; but the largest first, as the peak is theirs."""
    pages = []
    for name in ("wcxb", "daniel"):
        with open(os.path.join(folder, name, "truth.jsonl"), encoding="utf-8") as f:
            for t in map(json.loads, f):
                page = Page(os.path.join(folder, name, "pages", t["id"] + ".html.gz"), t["id"], t.get("url"), t.get("site"))
                if os.path.exists(page.path) and is_utf8(page.content()):
                    pages.append(page)
    random.Random(9).shuffle(pages)
    large = sorted(pages, key=lambda p: -len(p.content()))[:100]
    return large + [p for p in pages if p not in large]


# ---- how they lie ---------------------------------------------------------------------------------------------------------------------


def write_folder(path, pages):
    for p in pages:
        os.makedirs(os.path.join(path, p.host), exist_ok=True)
        target = os.path.join(path, p.host, p.ident + ".html.gz")
        try:
            os.link(p.path, target)
        except OSError:
            shutil.copyfile(p.path, target)


def write_tar(path, pages):
    with tarfile.open(path, "w:gz", compresslevel=1) as t:
        for p in pages:
            content = p.content()
            entry = tarfile.TarInfo(f"{p.host}/{p.ident}.html")
            entry.size = len(content)
            t.addfile(entry, io.BytesIO(content))


def write_zip(path, pages):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        for p in pages:
            z.writestr(f"{p.host}/{p.ident}.html", p.content())


def write_warc(path, pages):
    """Each record a gzip member, as crawlers write them; bodies as servers send them."""
    with open(path, "wb") as f:
        for p in pages:
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + p.packed()
            head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {p.url}\r\nContent-Type: application/http; msgtype=response\r\n"
                    f"Content-Length: {len(http)}\r\n\r\n").encode()
            f.write(gzip.compress(head + http + b"\r\n\r\n", 1))


def write_lines(path, pages):
    with gzip.open(path, "wb", compresslevel=1) as f:
        for p in pages:
            f.write(json.dumps({"id": p.ident, "url": p.url, "html": p.content().decode()}).encode() + b"\n")


# Name, ending, what writes one, and whether the judge knows addresses.
LAYOUTS = (("folder", "", write_folder, False), ("tar", ".tar.gz", write_tar, False), ("zip", ".zip", write_zip, False),
           ("WARC", ".warc.gz", write_warc, True), ("JSONL", ".jsonl.gz", write_lines, True))


class Crawl:
    """The pages in one layout, as many of them as are wanted."""

    def __init__(self, work, pages, layout):
        self.work, self.pages = work, pages
        self.name, self.ending, self.write, self.addressed = layout
        self.whole = os.path.join(work, "whole" + self.ending)
        if self.ending:
            self.write(self.whole, pages)

    def lay_out(self, count):
        top = tempfile.mkdtemp(dir=self.work)
        for number in range(0, count, len(self.pages)):
            part = self.pages[:count - number]
            path = os.path.join(top, f"{number // len(self.pages):03}{self.ending}")
            if self.ending and len(part) == len(self.pages):
                os.link(self.whole, path)
            else:
                self.write(path, part)
        return top

    def key(self, line, ranks):
        """Which page under which name a line of the manifest is of: the container's number, and the page's place in it."""
        if self.ending:
            return int(os.path.basename(line["source"])[:3]), line["record"] - 1
        *_, number, _, name = line["source"].split("/")
        return int(number), ranks[name]

    def lines(self, out):
        """The manifest's lines of pages."""
        ranks = {p.ident + ".html.gz": i for i, p in enumerate(self.pages)}
        with open(os.path.join(out, "dehusk-manifest.jsonl"), encoding="utf-8") as f:
            for line in map(json.loads, f):
                if not self.ending or "record" in line:
                    yield self.key(line, ranks), line


# ---- runs -----------------------------------------------------------------------------------------------------------------------------


def fail(*what):
    sys.exit("crawl: " + " ".join(str(w) for w in what))


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def outputs_of(crawl, out, count):
    """Digest of each page's output, which must be there and whole."""
    digests = {}
    for key, line in crawl.lines(out):
        if line["status"] not in ("ok", "empty"):
            fail(crawl.name, line["source"], line.get("record"), line.get("error"))
        with open(os.path.join(out, line["output"]), "rb") as f:
            digests[key] = digest(f.read())
        if digests[key] != line["digest"]:
            fail(crawl.name, line["output"], "is not what the manifest says")
    if len(digests) != count:
        fail(crawl.name, "has outputs of", len(digests), "pages")
    return digests


def compare_alone(program, crawl, out, digests):
    """What a page gives alone, by the profile that the run has made."""
    state = os.path.join(out, ".dehusk")
    profile = next(os.path.join(state, n) for n in os.listdir(state) if n.startswith("sites-"))
    keys = sorted(digests)
    for key in keys[::max(1, len(keys) // ALONE)]:
        page = crawl.pages[key[1]]
        text = subprocess.run([program, "--profile", profile, "--url", page.url, page.path], check=True, capture_output=True).stdout
        if digest(text) != digests[key]:
            fail(crawl.name, "another text than alone:", page.path)


def run_one(program, crawl, count):
    top, out = crawl.lay_out(count), tempfile.mkdtemp(dir=crawl.work)
    status, mib, seconds = peak.run([program, "-q", "-j2", top, "-o", out])
    if status:
        fail(crawl.name, "exit status", status)
    print(f"{crawl.name:<8}{count:8} pages{mib:8.1f} MiB{seconds:8.1f} s{count / seconds:8.0f} pages/s", flush=True)
    digests = outputs_of(crawl, out, count)
    if crawl.addressed:
        compare_alone(program, crawl, out, digests)
    shutil.rmtree(top)
    shutil.rmtree(out)
    return digests, mib


def check_peaks(peaks):
    for name, of in peaks.items():
        if max(of) >= MOST_MIB or of[-1] > of[0] + FLAT_MIB:
            fail(name, "peaks in MiB, from least to most pages:", *(round(p, 1) for p in of))


def differing(a, b):
    return sum(a[k] != b[k] for k in a)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    program, most = os.path.abspath(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) == 4 else 50000
    counts = [n for n in STEPS if n < most] + [most]
    pages = read_pages(sys.argv[2])
    print(f"{len(pages)} pages of wcxb and daniel under as many names as are needed; peak of all processes; -j2, two passes")
    work = tempfile.mkdtemp(prefix="dehusk-crawl-")
    peaks, first = {}, {}
    try:
        for layout in LAYOUTS:
            crawl = Crawl(work, pages, layout)
            for count in counts:
                digests, mib = run_one(program, crawl, count)
                peaks.setdefault(crawl.name, []).append(mib)
                if differing(first.setdefault((crawl.addressed, count), digests), digests):
                    fail(crawl.name, count, "outputs differ")
            if layout[1]:
                os.unlink(crawl.whole)
        unlike = differing(first[False, most], first[True, most])
        print(f"equal from all containers of a kind; of {most} pages {unlike} differ where addresses are known")
    finally:
        shutil.rmtree(work)
    check_peaks(peaks)


main()
