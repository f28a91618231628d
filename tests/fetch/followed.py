#!/usr/bin/env python3
"""Runs `dehusk --crawl URL -o OUT` over a site on loopback: which links are followed, what is left out, that it comes to an end.

Usage: followed.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lists import paths  # noqa: E402
from run import Skip, run_cases, same  # noqa: E402
from server import BEHAVIOURS, page  # noqa: E402

FAST = ["--allow-private", "--delay=0", "-q"]
TEXT = "<article><h1>Page {0}</h1><p>The mill at the lower bridge has stood empty since the flood of 1954, and nobody expected to hear " \
       "its wheel again. This is what page {0} says of it.</p></article>"


def site(links, head="", kind="text/html", start="/crawl"):
    """Pages below /crawl: a dict of path to links, each link the value of an href, or an element's whole tag."""
    for path, hrefs in links.items():
        tags = "".join(h if h.startswith("<") else f'<a href="{h}">x</a> ' for h in hrefs)
        body = f"<!doctype html><html><head>{head}</head><body>{TEXT.format(path)}<nav>{tags}</nav></body></html>".encode()
        BEHAVIOURS[start + path] = lambda conn, request, body=body: page(conn, body, f"Content-Type: {kind}")


def away(path, location):
    BEHAVIOURS[path] = lambda conn, request: page(conn, b"", "Location: " + location, status="302 Found")


class Crawl:
    def __init__(self, r, server):
        self.r, self.server = r, server
        self.out = os.path.join(tempfile.mkdtemp(dir=r.folder), "out")

    def command(self, *options, start="/crawl/"):
        return [self.r.dehusk, f"--crawl=http://{self.server.host}{start}", "-o", self.out, *FAST, *options]

    def __call__(self, *options, start="/crawl/"):
        del self.server.seen[:]
        return subprocess.run(self.command(*options, start=start), capture_output=True, timeout=60, env=self.r.env, stdin=subprocess.DEVNULL, check=False)

    def asked(self):
        return sorted(p for p in paths(self.server) if p != "/robots.txt")

    def manifest(self):
        with open(os.path.join(self.out, "dehusk-manifest.jsonl")) as f:
            return {line["source"].partition(self.server.host)[2]: line for line in map(json.loads, f)}

    def check(self, done, want, status=0, stderr=""):
        same((done.returncode, done.stderr.decode()), (status, stderr), "exit status and stderr")
        same(self.asked(), sorted(want), "what was asked for")


# ---- cases: each with fresh servers

def follows(r, server, friend):
    """Each page once, however it is named; of the site alone; fragments and references mean what they mean to browsers."""
    site({"/": ["a", "./a", "/crawl/a#x", "http://", f"http://{friend.host}/plain", "//other.example/x", "mailto:a@b.c"],
          "/a": ["/crawl/b?x=1&amp;y=2", "/crawl/"], "/b": ["../crawl/c%20d"], "/c%20d": []})
    c = Crawl(r, server)
    c.check(c(), ["/crawl/", "/crawl/a", "/crawl/b?x=1&y=2", "/crawl/c%20d"])
    same(friend.seen, [], "the other site")
    same({p: line["status"] for p, line in c.manifest().items()}, dict.fromkeys(c.asked(), "ok"), "manifest")


def depth(r, server, friend):
    site({"/": ["1"], "/1": ["2"], "/2": ["3"], "/3": ["4"], "/4": []})
    c = Crawl(r, server)
    c.check(c("--crawl-depth=2"), ["/crawl/", "/crawl/1", "/crawl/2"])
    c.check(c("--crawl-depth=0"), ["/crawl/"])


def limit(r, server, friend):
    site({"/": [str(i) for i in range(20)], **{f"/{i}": [] for i in range(20)}})
    c = Crawl(r, server)
    c.check(c("--limit=5"), ["/crawl/", *[f"/crawl/{i}" for i in range(5)]])


def patterns(r, server, friend):
    site({"/": ["news/1", "news/2.html", "shop/1"], "/news/1": ["../shop/2", "news/3"], "/news/2.html": []})
    c = Crawl(r, server)
    c.check(c("--match=*/news/*", "--reject=*.html,*/3"), ["/crawl/", "/crawl/news/1"])


def nofollow(r, server, friend):
    site({"/": ['<a rel="nofollow" href="no">x</a>', "yes"]})
    site({"/yes": ["no2"]}, head='<meta name="robots" content="noindex,nofollow">')
    c = Crawl(r, server)
    c.check(c(), ["/crawl/", "/crawl/yes"])


def left_out(r, server, friend):
    """What turns out to be nothing for a crawl is no failure: the log and the summary tell."""
    server.robots = "User-agent: *\nDisallow: /crawl/private\n"
    away("/crawl/away", f"http://{friend.host}/plain")
    away("/crawl/known", "/crawl/a")
    away("/crawl/new", "/crawl/b")
    site({"/": ["a", "private/x", "away", "known", "new", "picture.png", "paper", "gone"], "/a": [], "/b": []})
    site({"/paper": []}, kind="application/pdf")
    c = Crawl(r, server)
    log = os.path.join(r.folder, "left.log")
    address = f"http://{server.host}/crawl/gone"
    c.check(c("--log", log), ["/crawl/" + p for p in ("", "a", "away", "known", "new", "b", "paper", "gone")], 1,
            f"dehusk-fetch: {address}: HTTP status 404 (not found)\n")
    same(friend.seen, [], "the other site")
    with open(log) as f:
        lines = {line["address"].rpartition("/crawl/")[2]: line for line in map(json.loads, f)}
    same({p: (line["kind"], line.get("left", False)) for p, line in lines.items() if "kind" in line},
         {"private/x": ("robots.txt", True), "away": ("redirected away", True), "known": ("redirected away", True), "paper": ("content type", True),
          "gone": ("status", False)}, "log")
    same(sorted(c.manifest()), ["/crawl/", "/crawl/a", "/crawl/gone", "/crawl/new"], "manifest")
    done = subprocess.run([a for a in c.command() if a != "-q"], capture_output=True, timeout=60, env=r.env, check=False)
    same(b"4 fetched (" not in done.stderr and b", 4 left out (1 robots.txt, 1 content type, 2 redirected away)" in done.stderr, True, f"summary {done.stderr!r}")


def start_moved(r, server, friend):
    """The start of a crawl may have moved to another site, which is crawled then."""
    away("/crawl/old", f"http://{friend.host}/crawl/")
    site({"/": ["a"], "/a": []})
    c = Crawl(r, server)
    c.check(c(start="/crawl/old"), ["/crawl/old"])
    same([p for p in paths(friend) if p != "/robots.txt"], ["/crawl/", "/crawl/a"], "the other site")


def traps(r, server, friend):
    """Sites without end: deeper and deeper, ever new queries, and both at once."""
    def endless(conn, request):
        path, _, query = request.path.partition("?")
        page(conn, (f"<!doctype html>{TEXT.format(path)}<a href='round/'>x</a><a href='?page={len(server.seen)}'>y</a>"
                    f"<a href='{len(server.seen)}/'>z</a>").encode())
    BEHAVIOURS["/crawl/"] = endless
    old = BEHAVIOURS["/404"]
    BEHAVIOURS["/404"] = lambda conn, request: endless(conn, request) if request.path.startswith("/crawl/") else old(conn, request)
    try:
        c = Crawl(r, server)
        done = c("--max-queries=3", "--max-path=4", "--limit=300", "--crawl-depth=1000")
    finally:
        BEHAVIOURS["/404"] = old
    same((done.returncode, done.stderr), (0, b""), "result")
    asked = c.asked()
    same(len(asked) <= 301, True, f"{len(asked)} requests")
    same([p for p in asked if p.partition("?")[0].count("/") > 5 or p.count("round/") > 3], [], "what is too deep, or goes round")
    by_path = {}
    for p in asked:
        by_path[p.partition("?")[0]] = by_path.get(p.partition("?")[0], 0) + ("?" in p)
    same(max(by_path.values()), 3, "queries of one path")


def again(r, server, friend):
    """A second run asks for all again, follows links of what has not changed, and finds what is new."""
    site({"/": ["a"], "/a": ["b"], "/b": []})
    c = Crawl(r, server)
    c.check(c(), ["/crawl/", "/crawl/a", "/crawl/b"])
    site({"/b": ["c"], "/c": []})
    c.check(c(), ["/crawl/", "/crawl/a", "/crawl/b", "/crawl/c"])
    c.check(c("--max-age=1000"), [])
    same({line["status"] for line in c.manifest().values()}, {"ok"}, "manifest")


def killed(r, server, friend):
    """Wherever it is killed, the next run goes on: in the end each page is there, and none was asked for twice after it had come."""
    pages = 60
    site({"/": ["1", "2"], **{f"/{i}": [str(2 * i + 1), str(2 * i + 2)] for i in range(1, pages)}, **{f"/{i}": [] for i in range(pages, 2 * pages + 1)}})
    rng = random.Random(11)
    c = Crawl(r, server)
    for _ in range(3):
        p = subprocess.Popen(c.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=r.env, start_new_session=True)
        want = len(server.seen) + rng.randrange(10, 40)
        for _ in range(200):
            if len(server.seen) >= want or p.poll() is not None:
                break
            time.sleep(0.02)
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    done = c()
    same((done.returncode, re.sub(r"dehusk-fetch: \S+: \d+ bytes behind the last whole record were cut off\n", "", done.stderr.decode())), (0, ""), "result")
    same(sorted(p.rpartition("/")[2] for p in c.manifest()), sorted(["", *map(str, range(1, 2 * pages + 1))]), "pages")
    same({line["status"] for line in c.manifest().values()}, {"ok"}, "manifest")


def worker_dies(r, server, friend):
    """A page that its worker dies of shows no links; the crawl comes to its end all the same."""
    if b"DEHUSK-TEST-" not in open(r.dehusk, "rb").read():
        raise Skip("built without test hooks")
    site({"/": ["once", "crash", "a"], "/a": []})
    for path, word in (("/crawl/once", b"DEHUSK-TEST-CRASH once"), ("/crawl/crash", b"DEHUSK-TEST-CRASH")):
        body = word + TEXT.format(path).encode() + b"<a href='unseen'>x</a>"
        BEHAVIOURS[path] = lambda conn, request, body=body: page(conn, body)
    c = Crawl(r, server)
    done = c()
    same((done.returncode, b"/crawl/crash: the worker crashed" in done.stderr, c.asked()), (1, True, ["/crawl/" + p for p in ("", "a", "crash", "once")]),
         "result")
    same({p.rpartition("/")[2]: line["status"] for p, line in c.manifest().items()}, {"": "ok", "a": "ok", "crash": "error", "once": "ok"}, "manifest")


def usage(r, server, friend):
    done = r.run("--crawl", f"http://{server.host}/crawl/")
    same((done.returncode, done.stderr), (2, b"dehusk-fetch: --crawl: pages are read by dehusk: dehusk --crawl URL -o OUT\n"), "dehusk-fetch")
    done = r.run("--crawl", f"http://{server.host}/crawl/", program=r.dehusk)
    same((done.returncode, done.stderr), (2, b"dehusk: --crawl: -o OUT says where the cleaned pages go\n"), "without -o")
    done = r.run("--found-links=9", f"http://{server.host}/plain")
    same((done.returncode, done.stderr), (1, b"dehusk-fetch: --found-links: cannot be read\n"), "a descriptor that is not open")
    same(server.seen, [], "requests")


# ---- --next-pages

def parts(r, server, friend):
    """What rel=next leads to follows like paragraphs, as often as is asked for, each part once, on the same host only."""
    def part(i, link):
        name = "mill wheel bridge flood".split()[i]
        return f"<!doctype html><html><head><title>The {name}</title></head><body><article><h1>The {name}</h1>" \
               f"<p>This part tells of the {name}, which nobody in the village had seen for years, and of those who repaired it " \
               f"with what they found in a shed.</p></article>{link}</body></html>".encode()
    bodies = [part(0, '<a rel="next" href="/part1?a=1&amp;b=2">on</a>'), part(1, '<link rel=next href=/part2>'), part(2, '<a rel=next href=/part0>round</a>'),
              part(3, f'<a rel="next" href="http://{friend.host}/plain">on</a>')]
    for i, body in enumerate(bodies):
        BEHAVIOURS[f"/part{i}"] = lambda conn, request, body=body: page(conn, body)

    def text(*numbers):
        names = [os.path.join(r.folder, f"part{i}.html") for i in numbers]
        for i, name in zip(numbers, names):
            with open(name, "wb") as f:
                f.write(bodies[i])
        return r.run(*names, program=r.dehusk).stdout

    def run(path, *options):
        del server.seen[:]
        return r.run("--delay=0", "--allow-private", *options, f"http://{server.host}{path}", program=r.dehusk)
    for n, want in ((0, (0,)), (1, (0, 1)), (9, (0, 1, 2))):
        done = run("/part0", f"--next-pages={n}")
        same((done.returncode, done.stderr, done.stdout), (0, b"", text(*want)), f"--next-pages={n}")
    same([p for p in paths(server) if p != "/robots.txt"], ["/part0", "/part1?a=1&b=2", "/part2"], "requests")
    done = run("/part0", "--next-pages=9", "--separator=---", "--title")
    same((done.returncode, b"---" in done.stdout, done.stdout.count(b"The mill\n"), b"The wheel\n" in done.stdout), (0, False, 1, False), "one article")
    done = run("/part3", "--next-pages=9")
    same((done.returncode, done.stdout, friend.seen), (0, text(3), []), "another host")


def part_fails(r, server, friend):
    """What was there is printed; robots.txt and the rules of lists hold for what was not named."""
    body = f"<!doctype html>{TEXT.format(1)}<a rel=next href=/404>x</a>".encode()
    BEHAVIOURS["/part0"] = lambda conn, request: page(conn, body)
    for options, robots, why in ((["--allow-private"], None, "HTTP status 404 (not found)"),
                                 (["--allow-private"], "User-agent: *\nDisallow: /\n", "robots.txt forbids it (--no-robots)"),
                                 (["--no-robots"], None, "refused address 127.0.0.1: loopback")):
        server.robots = robots
        done = r.run("--delay=0", "--next-pages=3", *options, f"http://{server.host}/part0", program=r.dehusk)
        same((done.returncode, b"The mill at the lower bridge" in done.stdout), (1, True), "exit status and text")
        same(done.stderr.decode(), f"dehusk: http://{server.host}/404: {why}\n", "stderr")


def parts_usage(r, server, friend):
    for options, what in ((["page.html"], "--next-pages: is for addresses on the command line"),
                          (["http://a.invalid/", "-o", r.folder + "/x/"], "--next-pages: is for one output, not for a folder")):
        done = r.run("--next-pages=2", *options, program=r.dehusk)
        same((done.returncode, done.stderr.decode()), (2, f"dehusk: {what}\n"), "result")


CASES = [parts, part_fails, parts_usage, follows, depth, limit, patterns, nofollow, left_out, start_moved, traps, again, killed, worker_dies, usage]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv, with_dehusk=True))
