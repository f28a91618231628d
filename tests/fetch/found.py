#!/usr/bin/env python3
"""Runs dehusk-fetch, and dehusk above it, over sitemaps and feeds, on loopback only: what is found, what of it is asked for.

Usage: found.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import gzip
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lists import FAST, paths, records, said  # noqa: E402
from run import run_cases, same  # noqa: E402
from server import ARTICLE, BEHAVIOURS, page  # noqa: E402

POLITE = ["--allow-private", "--delay=0"]


def serve(path, body):
    """Server.guides: bodies of paths, each asked for under one that begins with /guide."""
    BEHAVIOURS[path] = lambda conn, request: page(conn, body, "Content-Type: application/xml")


def sitemap(*addresses):
    return ("<urlset>" + "".join(f"<url><loc>{a}</loc></url>" for a in addresses) + "</urlset>").encode()


def index(*addresses):
    return ("<sitemapindex>" + "".join(f"<sitemap><loc>{a}</loc></sitemap>" for a in addresses) + "</sitemapindex>").encode()


def queries(done):
    return sorted(a.partition("?")[2] for a, _ in records(done.stdout))


# ---- cases: each with fresh servers

def nested(r, server, friend):
    """An index of sitemaps, one of them in gzip, and a list in plain text; what is named twice is asked for once."""
    serve("/guide-index", index("/guide-a.gz", "/guide-b", f"http://{server.host}/guide-a.gz"))
    serve("/guide-a.gz", gzip.compress(sitemap("/plain?1", f"http://{friend.host}/plain?2", "/plain?1#part")))
    serve("/guide-b", f"http://{server.host}/plain?3\nhttp://{server.host}/plain?1\n".encode())
    done = r.run(*FAST, "--sitemap", f"http://{server.host}/guide-index")
    said(done, "3 fetched, 0 failed, 3 sitemaps or feeds, 3 named twice")
    same((done.returncode, queries(done)), (0, ["1", "2", "3"]), "exit status and pages")
    same(sorted(paths(server)), ["/guide-a.gz", "/guide-b", "/guide-index", "/plain?1", "/plain?3"], "requests")


def feeds(r, server, friend):
    serve("/guide-rss", b"<rss><channel><item><link>/plain?1</link></item></channel></rss>")
    serve("/guide-atom", b"<feed><entry><link href='/plain?2'/></entry></feed>")
    serve("/guide-json", json.dumps({"items": [{"url": f"http://{server.host}/plain?3"}]}).encode())
    done = r.run(*FAST, *[f"--feed=http://{server.host}/guide-{kind}" for kind in ("rss", "atom", "json")])
    said(done, "3 fetched, 0 failed, 3 sitemaps or feeds")
    same((done.returncode, queries(done)), (0, ["1", "2", "3"]), "exit status and pages")


def site(robots, wanted, *asked):
    """A site's root stands for the sitemaps that its robots.txt names, or the usual one."""
    def case(r, server, friend):
        server.robots = robots
        serve("/sitemap.xml", sitemap("/plain?usual"))
        serve("/guide-own", sitemap("/plain?own"))
        done = r.run("-q", *FAST, f"--sitemap=http://{server.host}")
        same((done.returncode, done.stderr, queries(done)), (0, b"", wanted), "result")
        same(paths(server)[:-1], list(asked), "requests")
    return case


def obeys(r, server, friend):
    """robots.txt holds for sitemaps and for what they name."""
    server.robots = "User-agent: *\nDisallow: /guide-no\nDisallow: /plain?no\n"
    serve("/guide-yes", sitemap("/plain?no", "/plain?yes"))
    done = r.run("-q", *POLITE, f"--sitemap=http://{server.host}/guide-no", f"--sitemap=http://{server.host}/guide-yes")
    same((done.returncode, queries(done)), (1, ["yes"]), "exit status and pages")
    same(sorted(done.stderr.decode().split("\n")), ["", *(
        f"dehusk-fetch: http://{server.host}{path}: robots.txt forbids it (--no-robots)" for path in ("/guide-no", "/plain?no"))], "stderr")
    same("/guide-no" in paths(server), False, "asked for")


def filters(r, server, friend):
    serve("/guide-many", sitemap(*[f"/plain?{i}" for i in range(10)], "/gzip?1", f"http://{friend.host}/plain?1"))
    done = r.run(*FAST, f"--sitemap=http://{server.host}/guide-many", "--match=*/plain?*", f"--reject=*?9,*?8,*//{friend.host}/*", "--limit=5")
    said(done, "5 fetched, 0 failed, 1 sitemap or feed, 4 not wanted, 3 beyond --limit")
    same((done.returncode, queries(done), friend.seen), (0, list("01234"), []), "exit status and pages")


def entries(r, server, friend):
    """What stands behind --max-entries is left, and said."""
    serve("/guide-many", sitemap(*[f"/plain?{i}" for i in range(10)]))
    address = f"http://{server.host}/guide-many"
    done = r.run(*FAST, f"--sitemap={address}", "--max-entries=3")
    same(said(done, "3 fetched, 0 failed, 1 sitemap or feed"), [f"dehusk-fetch: {address}: more than 3 entries (--max-entries): the rest is left out"], "stderr")
    same((done.returncode, queries(done)), (0, list("012")), "exit status and pages")


def endless(r, server, friend):
    """Indices that name ever new ones come to an end."""
    for i in range(12):
        serve(f"/guide-{i}", index(f"/guide-{i + 1}"))
    done = r.run("-q", *FAST, f"--sitemap=http://{server.host}/guide-0")
    same((done.returncode, done.stderr.decode()), (0, f"dehusk-fetch: http://{server.host}/guide-6: sitemaps are nested too deep: left out\n"), "result")
    same(paths(server), [f"/guide-{i}" for i in range(6)], "requests")


def broken(path, body, message, options=()):
    def case(r, server, friend):
        if body is not None:
            serve(path, body)
        done = r.run("-q", *FAST, *options, f"--feed=http://{server.host}{path}", f"http://{server.host}/plain?1")
        same((done.returncode, queries(done)), (1, ["1"]), "exit status and pages")
        same(done.stderr.decode(), f"dehusk-fetch: http://{server.host}{path}: {message}\n", "stderr")
    return case


def not_well_formed(r, server, friend):
    serve("/guide-bad", sitemap("/plain?a&b", "/plain?c"))
    address = f"http://{server.host}/guide-bad"
    done = r.run("-q", *FAST, f"--sitemap={address}")
    same((done.returncode, done.stderr.decode(), queries(done)),
         (0, f"dehusk-fetch: {address}: 1 entry is not well-formed: left out\n", ["c"]), "result")


def again(r, server, friend):
    """A sitemap is asked for again where a page would be."""
    name = os.path.join(r.folder, "again.log")
    serve("/guide-one", sitemap("/plain?1"))
    server.robots = f"Sitemap: http://{server.host}/passing-503\nSitemap: http://{server.host}/guide-one\n"
    done = r.run("-q", *FAST, f"--sitemap=http://{server.host}/", "--log", name)
    same((done.returncode, paths(server).count("/passing-503"), queries(done)), (1, 2, ["1"]), "exit status, tries, pages")
    with open(name) as f:
        found = {line["address"].rpartition("/")[2]: line.get("found") for line in map(json.loads, f)}
    same(found, {"robots.txt": 2, "passing-503": 0, "guide-one": 1, "plain?1": None}, "found, in the log")


def refused(r, server, friend):
    """Nothing that a sitemap names is opened where nothing of a list would be."""
    done = r.run("-q", "--no-robots", f"--sitemap=http://{server.host}/guide-x")
    same((done.returncode, server.connections), (1, 0), "exit status and connections")
    same(": refused address 127.0.0.1: loopback" in done.stderr.decode(), True, f"{done.stderr!r}")
    serve("/guide-x", sitemap("file:///etc/passwd", "/plain?1"))
    done = r.run("-q", *FAST, f"--sitemap=http://{server.host}/guide-x")
    same((done.returncode, queries(done), done.stderr.decode()),
         (1, ["1"], "dehusk-fetch: file:///etc/passwd: refused scheme file: only http and https are fetched\n"), "result")


def cleaned(r, server, friend):
    out = os.path.join(r.folder, "cleaned")
    serve("/guide-two", sitemap("/plain", "/gzip"))
    done = r.run(f"--sitemap=http://{server.host}/guide-two", *FAST, "-q", "-o", out, program=r.dehusk)
    same((done.returncode, done.stderr), (0, b""), "result")
    texts = []
    for name in ("plain", "gzip"):
        with open(os.path.join(out, server.host.replace(":", "_"), f"{name}.txt"), "rb") as f:
            texts.append(f.read())
    same((texts[0], b"The mill at the lower bridge" in texts[0]), (texts[1], True), "outputs")
    done = r.run(f"--feed=http://{server.host}/guide-two", program=r.dehusk)
    same((done.returncode, done.stderr), (2, b"dehusk: --feed: -o OUT says where the cleaned pages go\n"), "without -o")


CASES = [
    nested, feeds,
    ("site with sitemaps", site("Sitemap: /guide-own\n", ["own"], "/robots.txt", "/guide-own")),
    ("site without", site("User-agent: *\nDisallow:\n", ["usual"], "/robots.txt", "/sitemap.xml")),
    ("site without robots.txt", site(None, ["usual"], "/robots.txt", "/sitemap.xml")),
    obeys, filters, entries, endless,
    ("HTML", broken("/guide-html", ARTICLE, "neither a sitemap nor a feed: it is HTML")),
    ("words", broken("/guide-words", b"hello", "neither a sitemap nor a feed: it does not begin like one")),
    ("bomb", broken("/guide-bomb", gzip.compress(b" " * (48 << 20)), "larger than 16777216 bytes (--fetch-max-bytes)")),
    ("torn gzip", broken("/guide-torn", gzip.compress(sitemap("/plain"))[:-9], "broken gzip")),
    ("not there", broken("/404", None, "HTTP status 404 (not found)")),
    not_well_formed, again, refused, cleaned,
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv, with_dehusk=True))
