#!/usr/bin/env python3
"""Runs dehusk-fetch with --cache, on loopback only: what is asked for again, what the files and the index hold, what kills leave.

Usage: cached.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cleaned import Run, figures, without_ms  # noqa: E402
from lists import paths, records, said  # noqa: E402
from run import Skip, read_record, run_cases, same, sha1  # noqa: E402
from server import ARTICLE, BEHAVIOURS, page  # noqa: E402

FAST = ["--allow-private", "--no-robots", "--delay=0", "--per-host=8"]
KILLS = 20 if os.environ.get("DEHUSK_TEST_TIER") in ("all", "full") else 5
PAGES = 500 if KILLS == 20 else 120


class Cache:
    def __init__(self, r, server):
        self.r, self.server = r, server
        self.folder = os.path.join(tempfile.mkdtemp(dir=r.folder), "a", "cache")

    def __call__(self, *wanted, options=(), first=FAST):
        wanted = [w if w.startswith("http") else f"http://{self.server.host}{w}" for w in wanted]
        return self.r.run("--urls=/dev/null", *first, "--cache", self.folder, *options, *wanted)

    def index(self):
        with sqlite3.connect(os.path.join(self.folder, "index.sqlite")) as db:
            db.row_factory = sqlite3.Row
            return {row["address"].rpartition("/")[2]: dict(row) for row in db.execute("SELECT * FROM pages")}

    def of_this_run(self):
        """The pages that an unfinished run has; a run may have come to its end before it was killed."""
        if not os.path.exists(self.path()):
            return set()
        with sqlite3.connect(os.path.join(self.folder, "index.sqlite")) as db:
            begun = db.execute("SELECT value FROM state WHERE name = 'begun'").fetchone()
        return {key for key, row in self.index().items() if begun and begun[0] and row["fetched"] >= begun[0]}

    def files(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".warc.gz"))

    def path(self, number=1):
        return os.path.join(self.folder, f"pages-{number:05}.warc.gz")

    def members(self):
        """(offset, size, type, bytes) of each record of all files, each a whole gzip member."""
        found = []
        for number, name in enumerate(self.files(), 1):
            with open(os.path.join(self.folder, name), "rb") as f:
                data = f.read()
            at = 0
            while at < len(data):
                d = zlib.decompressobj(31)
                record = d.decompress(data[at:])
                same(d.eof, True, f"the member at {at} of {name} is whole")
                size = len(data) - at - len(d.unused_data)
                kind = re.search(rb"\r\nWARC-Type: (\w+)\r\n", record)[1].decode()
                found.append((number, at, size, kind, record))
                at += size
        return found

    def check(self):
        """The files hold whole records, digests true, and the index tells where they stand."""
        places = {}
        for number, at, size, kind, record in self.members():
            if kind == "response":
                fields, _, _, body = read_record(record)
                places[number, at] = (size, fields["WARC-Target-URI"], sha1(body))
        for row in self.index().values():
            same(places[row["file"], row["offset"]], (row["bytes"], row["url"], row["digest"]), f"entry of {row['address']}")


def bodies(done):
    return sorted(body for _, body in records(done.stdout))


# ---- cases: each with a fresh server

def again(r, server):
    """The second time only what has changed is sent; stdout has the pages all the same."""
    c = Cache(r, server)
    first = c("/etag", "/modified", "/plain")
    same((first.returncode, len(records(first.stdout))), (0, 3), "first run")
    c.check()
    done = c("/etag", "/modified", "/plain")
    said(done, r"3 fetched \(2 from the cache\), 0 failed")
    same(bodies(done), bodies(first), "pages of the second run")
    same([(q.path, q.headers.get("if-none-match"), q.headers.get("if-modified-since")) for q in server.seen[3:]].count(("/plain", None, None)),
         1, "what says no version is asked plainly")
    same(sorted(kind for *_, kind, _ in c.members()), ["request"] * 6 + ["response"] * 4 + ["revisit"] * 2, "records")
    c.check()
    server.version = "2"
    same(bodies(c("/etag")), [ARTICLE + b"2"], "a new version")
    same(c.index()["etag"]["etag"], '"2"', "its entry")
    c.check()


def revisit(r, server):
    c = Cache(r, server)
    c("/etag")
    c("/etag")
    record = next(record for *_, kind, record in c.members() if kind == "revisit")
    head, _, block = record.partition(b"\r\n\r\n")
    block = block[:-4]
    for line in (b"WARC-Type: revisit", b"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified",
                 b"WARC-Target-URI: http://" + server.host.encode() + b"/etag", f"WARC-Block-Digest: {sha1(block)}".encode(),
                 f"Content-Length: {len(block)}".encode()):
        same(line in head.split(b"\r\n"), True, f"{line} in {head}")
    same(block.startswith(b"HTTP/1.1 304 Not Modified\r\n"), True, "its block")


def requests(r, server):
    """Behind each answer stands what was asked, without what lets its reader in; stdout has the pages alone."""
    c = Cache(r, server)
    jar = os.path.join(r.folder, "jar")
    with open(jar, "w") as f:
        f.write("127.0.0.1\tFALSE\t/\tFALSE\t0\tkey\tsecret\n")
    options = ["--header=X-Own: 1", "--header=Authorization: secret", f"--cookies={jar}"]
    first = c("/etag", options=options)
    c("/etag", options=options)
    same([q.headers.get("cookie") for q in server.seen], ["key=secret"] * 2, "cookies that were sent")
    same(b"WARC-Type: request" in first.stdout, False, "on stdout")
    same([kind for *_, kind, _ in c.members()], ["response", "request", "revisit", "request"], "records")
    page_digest = c.index()["etag"]["digest"].encode()
    for i in (0, 2):
        answer, asked = c.members()[i][4], c.members()[i + 1][4]
        head, _, block = asked.partition(b"\r\n\r\n")
        block = block[:-4]
        name = re.search(rb"WARC-Record-ID: (\S+)", answer)[1]
        for line in (b"WARC-Concurrent-To: " + name, b"Content-Type: application/http;msgtype=request", f"WARC-Block-Digest: {sha1(block)}".encode(),
                     f"WARC-Payload-Digest: {sha1(b'')}".encode(), b"WARC-Target-URI: http://" + server.host.encode() + b"/etag"):
            same(line in head.split(b"\r\n"), True, f"{line} in {head}")
        same((block.startswith(b"GET /etag HTTP/1.1\r\n"), b"\r\nX-Own: 1\r\n" in block, block.endswith(b"\r\n\r\n"), b"secret" in asked), (True, True, True, False), "what was asked")
        same(b"WARC-Payload-Digest: " + page_digest in answer.split(b"\r\n"), True, "digest of the payload")


def warcio(r, server):
    try:
        import warcio  # noqa: F401, PLC0415
    except ImportError:
        raise Skip("warcio is not installed") from None
    c = Cache(r, server)
    for _ in range(2):
        c("/etag", "/modified", "/gzip", "/moved-once", "/chunked")
    whole = os.path.join(r.folder, "whole.warc.gz")
    r.run(*FAST, "--failures", "--warc", whole, f"http://{server.host}/plain", f"http://{server.host}/404")
    for path in (c.path(), whole):
        done = subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True, check=False)
        checked = done.stdout.count("digest pass") + done.stdout.count("no digest to check")
        same((done.returncode, "digest failed" in done.stdout, "no digest" in done.stdout, checked > 0), (0, False, False, True), done.stdout)


def young(r, server):
    """Pages younger than --max-age are not asked for, and cost their host no delay."""
    c = Cache(r, server)
    wanted = [f"/plain?{i}" for i in range(6)]
    c(*wanted)
    count = len(server.seen)
    begun = time.monotonic()
    done = c(*wanted, "/moved-once", options=["--max-age=1000"], first=["--allow-private", "--no-robots", "--delay=2"])
    same((done.returncode, len(records(done.stdout)), time.monotonic() - begun < 2), (0, 7, True), "the second run")
    same(paths(server)[count:], ["/moved-once", "/plain"], "what was asked for")
    log = os.path.join(r.folder, "young.log")
    c(*wanted, options=["--max-age=1000", "--log", log])
    with open(log) as f:
        same(f.read().count('"kept":true'), 6, "lines of the log")
    same(len(records(c(*wanted).stdout)) + len(server.seen), 6 + count + 2 + 6, "without it all are asked for")


def redirected(r, server):
    """The version is told to the server of the page alone, at the address that the page had."""
    c = Cache(r, server)
    c("/to-etag")
    done = c("/to-etag")
    same(len(records(done.stdout)), 1, "pages")
    same([(q.path, q.headers.get("if-none-match")) for q in server.seen[2:]], [("/to-etag", None), ("/etag", '"1"')], "second run")
    same(c.index()["to-etag"]["url"], f"http://{server.host}/etag", "entry")


def unasked_304(r, server):
    """A server that says so of a page that was not asked for in this way has sent no page."""
    c = Cache(r, server)
    done = c("/304")
    same((done.returncode, b"HTTP status 304" in done.stderr, c.index()), (1, True, {}), "result")


def failures_stay(r, server):
    """A page that fails today is still there."""
    c = Cache(r, server)
    server.robots = "a page"
    c("/robots.txt")
    server.robots = None
    same((c("/robots.txt").returncode, list(c.index())), (1, ["robots.txt"]), "result")


def one_spelling(r, server):
    c = Cache(r, server)
    c(f"HTTP://{server.host}/%65tag#x")
    done = c("/etag", options=["--max-age=100"])
    same((len(records(done.stdout)), len(server.seen), list(c.index())),
         (1, 1, ["etag"]), "result")


def shown(r, server):
    c = Cache(r, server)
    c("/etag", "/plain", "/404")
    done = r.run("--list", "--cache", c.folder)
    lines = [line.split("\t") for line in done.stdout.decode().splitlines()]
    same((done.returncode, [line[5] for line in lines]), (0, [f"http://{server.host}/etag", f"http://{server.host}/plain"]), "addresses")
    same(all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", line[0]) and line[1] == "200" for line in lines), True, f"{lines}")
    same([line[2:5] for line in lines], [[str(row["bytes"]), "pages-00001.warc.gz", str(row["offset"])] for row in c.index().values()], "places")
    done = r.run("--list", "--cache=/nonexistent")
    same((done.returncode, done.stderr), (1, b"dehusk-fetch: /nonexistent: No such file or directory\n"), "no cache")
    done = r.run("--list")
    same((done.returncode, done.stderr), (2, b"dehusk-fetch: --list: shows a --cache, and none is named\n"), "none named")


def torn(r, server):
    """What stands behind the last record of the index is cut off and said; the pages before it are as they were."""
    c = Cache(r, server)
    c("/etag", "/plain")
    size = os.path.getsize(c.path())
    with open(c.path(), "ab") as f:
        f.write(b"\x1f\x8b\x08half a record")
    done = c("/etag", "/text")
    same((done.returncode, f"{c.folder}: 16 bytes behind the last whole record were cut off".encode() in done.stderr), (0, True), "said")
    same((len(records(done.stdout)), os.path.getsize(c.path()) > size), (2, True), "pages")
    c.check()
    os.truncate(c.path(), size // 2)
    done = c("/etag")
    same((done.returncode, b"pages-00001.warc.gz: is shorter than the index says" in done.stderr), (1, True), "a file that lost its end")


def guides(r, server):
    """Sitemaps and feeds are asked for as pages are; what has not changed says what it said."""
    names = {"sitemap": ["/plain?1", "/plain?2"]}

    def sitemap(conn, request):
        body = "".join(f"<url><loc>{name}</loc></url>" for name in names["sitemap"])
        if request.headers.get("if-none-match") == f'"{len(names["sitemap"])}"':
            page(conn, b"", status="304 Not Modified")
        else:
            page(conn, f"<urlset>{body}</urlset>".encode(), f'ETag: "{len(names["sitemap"])}"')

    def feed(conn, request):
        when = "Sat, 01 Nov 2025 10:00:00 GMT"
        if request.headers.get("if-modified-since") == when:
            page(conn, b"", status="304 Not Modified")
        else:
            page(conn, b"<rss><channel><item><link>/plain?3</link></item></channel></rss>", "Last-Modified: " + when)
    BEHAVIOURS["/guide-map"], BEHAVIOURS["/guide-feed"] = sitemap, feed
    BEHAVIOURS["/guide-plain"] = lambda conn, request: page(conn, b"<urlset><url><loc>/plain?4</loc></url></urlset>")
    c = Cache(r, server)
    log = os.path.join(r.folder, "guides.log")

    def run():
        del server.seen[:]
        if os.path.exists(log):
            os.remove(log)
        done = c(options=["--max-age=1000", "--log", log, f"--sitemap=http://{server.host}/guide-map", f"--feed=http://{server.host}/guide-feed",
                          f"--sitemap=http://{server.host}/guide-plain"])
        with open(log) as f:
            kept = {line["address"].rpartition("/")[2]: line.get("kept", False) for line in map(json.loads, f) if "found" in line}
        same((done.returncode, kept.pop("guide-plain")), (0, False), "exit status, and what names no version")
        return sorted(address.rpartition("?")[2] for address, _ in records(done.stdout)), sorted(paths(server)), kept

    asked = ["/guide-feed", "/guide-map", "/guide-plain"]
    same(run(), (list("1234"), [*asked, *(f"/plain?{i}" for i in range(1, 5))], {"guide-map": False, "guide-feed": False}), "first run")
    same(run(), (list("1234"), asked, {"guide-map": True, "guide-feed": True}), "second run")
    names["sitemap"].append("/plain?5")
    same(run(), (list("12345"), [*asked, "/plain?5"], {"guide-map": False, "guide-feed": True}), "a sitemap that has changed")
    with sqlite3.connect(os.path.join(c.folder, "index.sqlite")) as db:
        db.execute("UPDATE guides SET body = x'00' WHERE address LIKE '%guide-feed'")
    same(run(), (list("12345"), sorted([*asked, "/guide-feed"]), {"guide-map": True, "guide-feed": False}), "one that the cache has lost")
    same(sorted(c.index()), [f"plain?{i}" for i in range(1, 6)], "pages of the index")


def damaged(r, server):
    """A record that is not what the index says is fetched anew; an index that is none is left alone."""
    c = Cache(r, server)
    c("/etag")
    with open(c.path(), "r+b") as f:
        f.write(b"\0" * 64)
    done = c("/etag", options=["--max-age=100"])
    same((done.returncode, bodies(done), len(server.seen)), (0, [ARTICLE + b"1"], 2), "a fresh page")
    with open(c.path(), "r+b") as f:
        f.seek(c.index()["etag"]["offset"])
        f.write(b"\0" * 64)
    done = c("/etag")
    same((done.returncode, bodies(done), len(server.seen)), (0, [ARTICLE + b"1"], 4), "a page that has not changed")
    index = os.path.join(c.folder, "index.sqlite")
    for name in os.listdir(c.folder):
        if name.startswith("index"):
            os.remove(os.path.join(c.folder, name))
    with open(index, "wb") as f:
        f.write(b"no database at all" * 100)
    done = c("/etag")
    same((done.returncode, b"index.sqlite: file is not a database" in done.stderr), (1, True), f"{done.stderr}")
    os.remove(index)
    with sqlite3.connect(index) as db:
        db.execute("PRAGMA user_version = 2")
    same(b"index.sqlite: is of another version" in c("/etag").stderr, True, "another version")


def in_use(r, server):
    c = Cache(r, server)
    with subprocess.Popen([r.fetch, "--cache", c.folder, "--timeout=20", f"http://{server.host}/never"], env=r.env, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as p:
        for _ in range(200):
            if server.seen:
                break
            time.sleep(0.05)
        done = c("/plain")
        same((done.returncode, b"another dehusk-fetch is at work in it" in done.stderr), (1, True), "the second")
        p.stdout.close()  # nobody reads the first one's records any more
        begun = time.monotonic()
        p.wait(10)
        same(time.monotonic() - begun < 4, True, "the first one ends soon")


def killed(r, server):
    """Killed at random moments and begun again, until a run comes to its end: the files are valid, the index is true, every page is there,
    and none that the unfinished run has is asked for again."""
    wanted = [f"/plain?{i}" for i in range(PAGES)]
    c = Cache(r, server)
    rng = random.Random(8)
    command = [r.fetch, "-q", "--urls=/dev/null", *FAST, "--cache", c.folder, *[f"http://{server.host}{w}" for w in wanted]]
    for _ in range(KILLS):
        with subprocess.Popen(command, env=r.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
            time.sleep(rng.uniform(0.02, 0.15))
            p.send_signal(signal.SIGKILL)
            p.wait(10)
        known = c.of_this_run()
    done = c(*wanted, options=["--header=X-Run: last"])  # the server may still be reading what a killed run has asked
    same((done.returncode, len(records(done.stdout))), (0, PAGES), "the last run")
    asked = {q.path[1:] for q in server.seen if q.headers.get("x-run") == "last"}
    same(known & asked, set(), "pages that were asked for though they were known")
    same(len(c.index()), PAGES, "entries")
    c.check()
    del server.seen[:]
    c(*wanted)
    same(len(server.seen), PAGES, "a run behind one that came to its end asks for all")


def cleaned_and_killed(r, server):
    """dehusk --urls -o, killed at random moments: in the end outputs and manifest are those of an undisturbed run, and each page was
    cleaned once."""
    if not r.dehusk:
        raise Skip("dehusk is not built")
    lines = [f"http://{server.host}/plain?{i}" for i in range(PAGES)]
    want, run = Run(r, lines), Run(r, lines)
    same(want("--per-host=8").returncode, 0, "undisturbed")
    rng = random.Random(9)
    done_before = 0
    for _ in range(KILLS):
        with subprocess.Popen(run.command("--per-host=8"), env=r.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
            time.sleep(rng.uniform(0.02, 0.3))
            p.send_signal(signal.SIGKILL)
            p.wait(10)
    manifest = os.path.join(run.out, "dehusk-manifest.jsonl")
    if os.path.exists(manifest):
        with open(manifest, "rb") as f:
            sources = [re.search(rb'"source":"([^"]*)"', line)[1] for line in f.read().split(b"\n")[:-1]]
        same(len(sources), len(set(sources)), "no page was cleaned twice")
        done_before = len(sources)
    done = run("--per-host=8")
    cleaned = int(re.match(r"(\d+) of", figures(done))[1])
    same((done.returncode, cleaned), (0, PAGES - done_before), f"what was left to do: {figures(done)}")
    same(run.outputs() == want.outputs(), True, "outputs")
    same(without_ms(run.manifest()), without_ms(want.manifest()), "manifests")


def own_cache(r, server):
    """dehusk keeps the pages of a list below its output folder, or where it is told to, or not at all."""
    if not r.dehusk:
        raise Skip("dehusk is not built")
    run = Run(r, [f"http://{server.host}/etag"])
    run()
    same(os.path.exists(os.path.join(run.out, ".dehusk", "cache", "index.sqlite")), True, "below the output folder")
    same((figures(run()), server.seen[-1].headers.get("if-none-match")), ("0 of 1 page cleaned, 1 done before", '"1"'), "second run")
    count = len(server.seen)
    done = run("--max-age=100", "--title")
    same((figures(done), len(server.seen)), ("1 of 1 page cleaned", count), "other options, out of the cache")
    other = Run(r, [f"http://{server.host}/etag"])
    other("--cache=")
    same(os.path.exists(os.path.join(other.out, ".dehusk", "cache")), False, "without a cache")
    other("--cache", os.path.join(other.folder, "mine"))
    same(os.path.exists(os.path.join(other.folder, "mine", "index.sqlite")), True, "another folder")


CASES = [again, revisit, requests, warcio, young, redirected, unasked_304, failures_stay, one_spelling, shown, torn, guides, damaged, in_use, killed,
         cleaned_and_killed, own_cache]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv, with_friend=False))
