#!/usr/bin/env python3
"""What workers cost and bring: the library called in a loop, one worker, two workers, over the same pages, in turn.

usage: workers.py BUILD EVAL [PAGES [ROUNDS]]     of wcxb, default all; default 5 rounds, of which the medians are printed

The pages lie unpacked in files that are in memory, and so do the outputs; workers are in the sandbox, and each page is for itself. Pages a second by
the clock are those that count on a machine with nothing else to do; milliseconds of processor time, of all processes, tell the same on a busy one."""
import glob
import gzip
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None


def unpack(folder, count, to):
    names = sorted(glob.glob(os.path.join(folder, "wcxb", "pages", "*.html.gz")))[:count]
    for name in names:
        with gzip.open(name, "rb") as f, open(os.path.join(to, os.path.basename(name)[:-3]), "wb") as page:
            shutil.copyfileobj(f, page)
    return [os.path.join(to, os.path.basename(n)[:-3]) for n in names]


def spent_s():
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def by_workers(build, pages, work, jobs):
    """Seconds by the clock and of processor time, a page."""
    out = tempfile.mkdtemp(dir=work)
    clock, spent = time.monotonic(), spent_s()
    subprocess.run([os.path.join(build, "dehusk"), "-q", f"-j{jobs}", "--no-profile", os.path.dirname(pages[0]), "-o", out], check=True)
    clock, spent = time.monotonic() - clock, spent_s() - spent
    shutil.rmtree(out)
    return clock / len(pages), spent / len(pages)


def by_loop(build, pages):
    """The bench's loop has one process, and counts its processor time."""
    text = subprocess.run([os.path.join(build, "bench", "bench"), "loop", *pages], check=True, capture_output=True, text=True).stdout
    seconds = float(re.search(r"([\d.]+) ms an input", text)[1]) / 1000
    return seconds, seconds


def main():
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    build, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else None
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    work = tempfile.mkdtemp(prefix="dehusk-workers-", dir=MEMORY)
    try:
        os.mkdir(os.path.join(work, "in"))
        pages = unpack(folder, count, os.path.join(work, "in"))
        ways = {"loop": lambda: by_loop(build, pages), "-j1": lambda: by_workers(build, pages, work, 1), "-j2": lambda: by_workers(build, pages, work, 2)}
        took = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                took[name].append(way())
    finally:
        shutil.rmtree(work)
    clock = {name: statistics.median(t[0] for t in of) for name, of in took.items()}
    spent = {name: statistics.median(t[1] for t in of) for name, of in took.items()}
    print(f"{len(pages)} pages of wcxb, medians of {rounds} rounds")
    for name in ways:
        print(f"  {name:<5}{1 / clock[name]:8.0f} pages/s{spent[name] * 1000:8.3f} ms of processor time a page")
    print(f"  -j1 is {clock['loop'] / clock['-j1']:.2f} of the loop (by processor time {spent['loop'] / spent['-j1']:.2f}), "
          f"-j2 is {clock['-j1'] / clock['-j2']:.2f} times -j1")


main()
