#!/usr/bin/env python3
"""Runs dehusk-fetch against servers that have a robots.txt, on loopback only: what is asked for, when, and what is said of the rest.

Usage: polite.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lists import paths, records, said, starts_apart  # noqa: E402
from run import run_cases, same  # noqa: E402
from server import BEHAVIOURS, Server, head, page  # noqa: E402

LIST = ["--allow-private", "--urls=/dev/null"]  # an address beside a list is one of many
FAST = [*LIST, "--delay=0"]
FORBIDDEN = "robots.txt forbids it (--no-robots)"
SOME = "User-agent: *\nDisallow: /text\nDisallow: /plain?b\n"


def run(r, server, *wanted, options=(), first=FAST):
    return r.run("-q", *first, *options, *[f"http://{server.host}{path}" for path in wanted])


def result(done, pages, *failures):
    """Exit status, pages, and what was said of each address: pairs of a path, as it ends, and words."""
    same((done.returncode, len(records(done.stdout))), (1 if failures else 0, pages), "exit status and pages")
    lines = done.stderr.decode().splitlines()
    same(len(lines), len(failures), f"lines in {lines}")
    for (path, words), line in zip(sorted(failures), sorted(lines)):
        same(line.endswith(f"{path}: {words}"), True, f"line {line!r} about {path}")


# ---- cases: each with fresh servers

def obeyed(r, server, friend):
    """Asked for once a server, before its pages; what it forbids is named and not asked for."""
    server.robots = SOME
    done = run(r, server, "/plain", "/text", "/plain?b=1", "/plain?c")
    result(done, 2, ("/text", FORBIDDEN), ("/plain?b=1", FORBIDDEN))
    same(paths(server), ["/robots.txt", "/plain", "/plain?c"], "what was asked for")


def summary_and_log(r, server, friend):
    server.robots = SOME
    log = os.path.join(r.folder, "robots.log")
    done = r.run(*FAST, "--log", log, f"http://{server.host}/text", f"http://{server.host}/plain")
    said(done, r"1 fetched, 1 failed \(1 robots.txt\)")
    with open(log) as f:
        line = next(line for line in map(json.loads, f) if line["address"].endswith("/text"))
    same((line["kind"], line["error"], line["status"], line["tries"], line["ms"]["first"]), ("robots.txt", FORBIDDEN, 0, 1, 0), "line")


def left_out(r, server, friend):
    server.robots = SOME
    result(run(r, server, "/text", "/plain", options=["--no-robots"]), 2)
    same(sorted(paths(server)), ["/plain", "/text"], "what was asked for")


def single(r, server, friend):
    """A single address is a person's own act, unless that person asks otherwise."""
    server.robots = SOME
    done = r.run(f"http://{server.host}/text")
    same((done.returncode, paths(server)), (0, ["/text"]), "without options")
    done = r.run("--robots", f"http://{server.host}/text")
    same((done.returncode, done.stderr.decode()), (1, f"dehusk-fetch: http://{server.host}/text: {FORBIDDEN}\n"), "with --robots")


def two_named(r, server, friend):
    """Two addresses are a list."""
    server.robots = SOME
    result(run(r, server, "/plain", "/text", first=["--allow-private"]), 1, ("/text", FORBIDDEN))


def own_name(r, server, friend):
    server.robots = "User-agent: dehusk\nDisallow: /text\n\nUser-agent: mybot\nDisallow: /plain\n\nUser-agent: *\nDisallow: /\n"
    result(run(r, server, "/plain", "/text"), 1, ("/text", FORBIDDEN))
    result(run(r, server, "/plain", "/text", options=["--user-agent=MyBot/2 (me)"]), 1, ("/plain", FORBIDDEN))
    result(run(r, server, "/plain", "/text", options=["--user-agent=other"]), 0, ("/plain", FORBIDDEN), ("/text", FORBIDDEN))


def each_origin(r, server, friend):
    """A port has its own."""
    server.robots = "User-agent: *\nDisallow: /\n"
    other = Server()
    try:
        done = r.run("-q", *FAST, f"http://{server.host}/plain", f"http://{other.host}/plain")
        result(done, 1, ("/plain", FORBIDDEN))
        same((paths(server), paths(other)), (["/robots.txt"], ["/robots.txt", "/plain"]), "what was asked for")
    finally:
        other.close()


def status(number, permitted, requests):
    """What the absence of a robots.txt means."""
    def case(r, server, friend):
        server.robots = lambda conn, request: conn.sendall(head(f"{number} So", "Content-Length: 0"))
        done = run(r, server, "/plain", options=["--tries=1"])
        if permitted:
            result(done, 1)
        else:
            same((done.returncode, f"HTTP status {number}" in done.stderr.decode(), done.stderr.endswith(b", asked for robots.txt\n")),
                 (1, True, True), f"failure {done.stderr!r}")
        same(len(server.seen), requests, "requests")
    return case


def broken(path, words):
    """A server whose robots.txt cannot be had has permitted nothing, and is not asked again for each page."""
    def case(r, server, friend):
        server.robots = BEHAVIOURS[path]
        failure = f"{words}, asked for robots.txt"
        result(run(r, server, "/plain", "/text", options=["--tries=1", "--timeout=1"]), 0, ("/plain", failure), ("/text", failure))
        same(paths(server), ["/robots.txt"], "what was asked for")
    return case


def unreachable(r, server, friend):
    done = r.run("-q", *FAST, "--tries=1", f"http://{server.closed}/a", f"http://{server.closed}/b")
    result(done, 0, ("/a", "connection refused, asked for robots.txt"), ("/b", "connection refused, asked for robots.txt"))


def tried_again(r, server, friend):
    """As often as a page, and with the same waits; the page is then tried on its own account."""
    answers = [BEHAVIOURS["/502"], lambda conn, request: page(conn, SOME.encode())]
    server.robots = lambda conn, request: answers.pop(0)(conn, request)
    result(run(r, server, "/plain", "/text"), 1, ("/text", FORBIDDEN))
    same(paths(server), ["/robots.txt", "/robots.txt", "/plain"], "what was asked for")
    same(server.seen[1].when - server.seen[0].when >= 0.95, True, "waited")


def retry_after(r, server, friend):
    answers = [BEHAVIOURS["/429"], lambda conn, request: page(conn, SOME.encode())]
    server.robots = lambda conn, request: answers.pop(0)(conn, request)
    result(run(r, server, "/plain"), 1)
    server.robots = BEHAVIOURS["/later"]
    done = run(r, server, "/plain")
    result(done, 0, ("/plain", "HTTP status 503 (service unavailable), and asks to wait 4000 s (--max-wait), asked for robots.txt"))


def redirected(r, server, friend):
    """Five redirects are followed, also to another server: what is there are the first one's rules. More is none at all."""
    server.robots = lambda conn, request: page(conn, b"", f"Location: http://{friend.host}/robots.txt", status="301 Moved")
    friend.robots = SOME
    result(run(r, server, "/plain", "/text", options=["--max-redirects=0"]), 1, ("/text", FORBIDDEN))
    server.robots = BEHAVIOURS["/loop"]
    result(run(r, server, "/plain", "/text"), 2)


def pages_redirected(r, server, friend):
    """Where a page is redirected to, the rules of that place hold."""
    friend.robots = "User-agent: *\nDisallow: /plain\n"
    server.robots = "User-agent: *\nDisallow: /plain\n"
    server.location = f"http://{friend.host}/plain"
    done = run(r, server, "/to-location", "/moved-once")
    result(done, 0, ("/to-location", f"{FORBIDDEN} (redirected to http://{friend.host}/plain)"),
           ("/moved-once", f"{FORBIDDEN} (redirected to http://{server.host}/plain)"))
    same((paths(friend), paths(server)), (["/robots.txt"], ["/robots.txt", "/to-location", "/moved-once"]), "what was asked for")
    friend.robots = SOME
    result(run(r, server, "/to-location"), 1)


def delays(r, server, friend):
    """The usual delay also lies between robots.txt and the first page, and Crawl-delay is longer."""
    run(r, server, "/plain", first=LIST)
    starts_apart(server, 1)
    server.seen.clear()
    server.robots = "User-agent: *\nCrawl-delay: 1.5\n"
    result(run(r, server, "/plain", "/text", "/plain?a"), 3)
    starts_apart(server, 1.5)


def longest_delay(r, server, friend):
    """No server makes us wait for longer than --max-wait."""
    server.robots = "User-agent: *\nCrawl-delay: 600\n"
    result(run(r, server, "/plain", "/text", "/plain?a", options=["--max-wait=1"]), 3)
    starts_apart(server, 1)
    same(server.seen[-1].when - server.seen[0].when < 6, True, "the delay was cut")


def crowd(r, server, friend):
    """However many may be asked for at a time, none is asked for before the rules are there, and these once."""
    def slowly(conn, request):
        request.server.stop.wait(0.3)
        page(conn, SOME.encode())
    server.robots = slowly
    done = run(r, server, *[f"/crowd?{i}" for i in range(20)], "/text", options=["--per-host=8"])
    result(done, 20, ("/text", FORBIDDEN))
    same((paths(server)[0], paths(server).count("/robots.txt"), server.most_inside), ("/robots.txt", 1, 8), "order, rules, at a time")


def large(r, server, friend):
    """Of a robots.txt without an end 500 KiB are read."""
    server.robots = lambda conn, request: page(conn, (SOME + "#" * (600 << 10) + "\nDisallow: /plain\n").encode())
    result(run(r, server, "/plain", "/text"), 1, ("/text", FORBIDDEN))
    server.robots = lambda conn, request: page(conn, (SOME + "#" * 2000).encode())
    result(run(r, server, "/plain", "/text", options=["--fetch-max-bytes=1500"]), 1, ("/text", FORBIDDEN))
    server.robots = BEHAVIOURS["/endless"]
    result(run(r, server, "/plain"), 1)


def gone_meanwhile(r, server, friend):
    """It is no page: a robots.txt that is named in a list is fetched like any address."""
    server.robots = "User-agent: *\nDisallow: /\n"
    result(run(r, server, "/robots.txt"), 1)
    same(paths(server), ["/robots.txt", "/robots.txt"], "what was asked for")


CASES = [
    obeyed, summary_and_log, left_out, single, two_named, own_name, each_origin,
    *[(f"status {n}", status(n, True, 2)) for n in (204, 400, 401, 403, 404, 410)],
    *[(f"status {n}", status(n, False, 1)) for n in (429, 500, 501, 503)],
    ("broken encoding", broken("/gzip-broken", "broken content encoding 'gzip'")),
    ("truncated", broken("/truncated", "truncated: the connection closed before the end of the body")),
    ("no HTTP", broken("/garbage", "the answer is not valid HTTP")),
    ("no answer", broken("/never", "timed out after 1 s (--fetch-timeout)")),
    unreachable, tried_again, retry_after, redirected, pages_redirected, delays, longest_delay, crowd, large, gone_meanwhile,
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv))
