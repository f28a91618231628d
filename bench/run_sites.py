#!/usr/bin/env python3
"""What site profiles are worth: runs dehusk over the sites of annotated sets that have five pages and more, thrice.

usage: run_sites.py [--models DIR] PROGRAM EVAL SET...

Each page becomes a WARC file of one record with its address, so that a folder run sees what a crawl would have. Printed for each set,
page by page averaged: word F1 (segment F1 where the set has no whole texts) with --no-profile, with what the batch itself tells, and with
the profile of other sites, under each site's own name; and of how many pages it is better or worse by 0.01 and more with either of these. With --models each
page is judged by DIR/fold-K.model, a text by DIR/text/fold-K.model, where K is the fold of its site: no model has seen it."""
import collections
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from statistics import mean

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "train"))
import sites  # noqa: E402

LEAST = 5
MATTERS = 0.01


def page_bytes(folder, ident):
    for name, opener in ((ident + ".html.gz", gzip.open), (ident + ".html", open), (ident + ".txt", open)):
        path = os.path.join(folder, "pages", name)
        if os.path.exists(path):
            with opener(path, "rb") as f:
                return f.read(), "text/plain" if name.endswith(".txt") else "text/html"
    raise FileNotFoundError(ident)


def write_warc(path, url, body, kind):
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n").encode()
    with open(path, "wb") as f:
        f.write(head + http + b"\r\n\r\n")


def read_texts(out):
    """What each page gave, by the name of its archive."""
    texts = {}
    with open(os.path.join(out, "dehusk-manifest.jsonl"), encoding="utf-8") as f:
        for line in map(json.loads, f):
            if "record" in line:
                with open(os.path.join(out, line["output"]), encoding="utf-8", errors="replace") as text:
                    texts[os.path.basename(line["source"]).removesuffix(".warc")] = text.read()
    return texts


def score_page(score, text, truth):
    if truth["text"] is not None:
        return score.word_score(text, truth["text"])[2]
    folded = score.fold(text)
    found = sum(score.fold(s) in folded for s in truth["with"])
    false = sum(score.fold(s) in folded for s in truth["without"])
    return 2 * found / (found + len(truth["with"]) + false) if found else 0.0


class Run:
    """One set: its sites as folders of WARC files."""

    def __init__(self, program, models, folder, work):
        self.program, self.folder, self.work = program, folder, work
        self.name = os.path.basename(folder)
        self.models = os.path.join(models, "text") if models and self.name.startswith("text") else models
        self.by_site = collections.defaultdict(list)
        with open(os.path.join(folder, "truth.jsonl"), encoding="utf-8") as f:
            for t in map(json.loads, f):
                self.by_site[sites.site_of(t.get("url"), t.get("site"))].append(t)
        self.by_site = {s: ts for s, ts in self.by_site.items() if len(ts) >= LEAST and s != "none"}
        self.folds = sites.read_folds() if models else {}

    def groups(self):
        """Sites that one model judges."""
        groups = collections.defaultdict(list)
        for site in self.by_site:
            groups[self.folds.get(site)].append(site)
        return groups

    def write_pages(self, members, to, swap=None):
        """swap: site -> site whose name its pages get."""
        for site in members:
            for t in self.by_site[site]:
                url = t.get("url") or f"http://{site}/{t['id']}"
                if swap:
                    url = f"http://{swap[site]}/{t['id']}"
                write_warc(os.path.join(to, t["id"] + ".warc"), url, *page_bytes(self.folder, t["id"]))

    def clean(self, pages, fold, *options):
        out = tempfile.mkdtemp(dir=self.work)
        command = [self.program, "-q", pages, "-o", out, *options]
        if fold is not None:
            command += ["--model", os.path.join(self.models, f"fold-{fold}.model")]
        if self.name == "daniel":
            command.append("--title")
        subprocess.run(command, check=True)
        return out

    def scores(self, score, members, out):
        texts = read_texts(out)
        for site in members:
            for t in self.by_site[site]:
                yield score_page(score, texts[t["id"]], t)

    def wrong_profile(self, members):
        """A profile in which each site's name stands for another site."""
        others = sorted(self.by_site)
        random.Random(1).shuffle(others)
        after = {s: others[(i + 1) % len(others)] for i, s in enumerate(others)}
        pages = tempfile.mkdtemp(dir=self.work)
        self.write_pages([after[s] for s in members], pages, {after[s]: s for s in members})
        path = os.path.join(self.work, "wrong.profile")
        subprocess.run([self.program, "profile", "make", "-q", "-o", path, pages], check=True)
        return path

    def all(self, score):
        results = collections.defaultdict(list)
        for fold, members in self.groups().items():
            pages = tempfile.mkdtemp(dir=self.work)
            self.write_pages(members, pages)
            ways = {"without": ["--no-profile"], "with": [], "wrong": ["--profile", self.wrong_profile(members)]}
            for way, options in ways.items():
                results[way] += self.scores(score, members, self.clean(pages, fold, *options))
        return results


def changes(before, after):
    differences = [b - a for a, b in zip(before, after)]
    return f"{sum(d >= MATTERS for d in differences):6} {sum(d <= -MATTERS for d in differences):5}"


def main():
    args = sys.argv[1:]
    models = None
    if args[:1] == ["--models"]:
        models, args = args[1], args[2:]
    if len(args) < 3:
        sys.exit(__doc__)
    program, folder, *names = args
    sys.path.insert(0, folder)
    import score
    print(f"{'set':<14} sites pages  without    with better worse   wrong better worse")
    for name in names:
        work = tempfile.mkdtemp()
        run = Run(os.path.abspath(program), models, os.path.join(folder, name), work)
        r = run.all(score)
        print(f"{name:<14} {len(run.by_site):5} {len(r['with']):5}  {mean(r['without']):7.4f}"
              + "".join(f" {mean(r[w]):7.4f} {changes(r['without'], r[w])}" for w in ("with", "wrong")), flush=True)
        shutil.rmtree(work)


main()
