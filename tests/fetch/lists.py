#!/usr/bin/env python3
"""Runs dehusk-fetch over lists of addresses, on loopback only: who is asked when, what is tried again, what is kept and said.

Usage: lists.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import Skip, read_record, run_cases, same  # noqa: E402
from server import ARTICLE  # noqa: E402

OWN = ["--allow-private", "--no-robots"]  # the servers of the tests are on loopback; robots.txt is polite.py's
FAST = [*OWN, "--delay=0"]
SUMMARY = r"dehusk-fetch: {}, \d+\.\d MB in \d+\.\d s"


def records(data):
    """Cuts a stream of records, each checked by read_record(): (address, body) of each."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        size = int(re.search(rb"\r\nContent-Length: (\d+)", head)[1])
        end = len(head) + 4 + size + 4
        record, _, _, body = read_record(data[:end])
        found.append((record["WARC-Target-URI"], body))
        data = data[end:]
    return found


def list_file(r, lines):
    name = os.path.join(r.folder, "list.txt")
    with open(name, "wb") as f:
        f.write("\n".join(lines).encode())
    return name


def said(done, summary):
    """Lines of stderr without the summary, which must be as given."""
    lines = done.stderr.decode().split("\n")
    same(lines.pop(), "", "end of stderr")
    last = lines.pop()
    same(bool(re.fullmatch(SUMMARY.format(summary), last)), True, f"summary {last!r}")
    return lines


def paths(server):
    return [q.path for q in server.seen]


def starts_apart(server, seconds):
    times = [q.when for q in server.seen]
    for a, b in zip(times, times[1:]):
        same(b - a > seconds - 0.05, True, f"{b - a:.3f} s between two starts")


# ---- cases: each with fresh servers

def list_of_all(r, server, friend):
    """Comments, blanks, CRLF, one page named in several ways; what fails is named and the rest is done."""
    host = server.host
    name = list_file(r, ["# a list", "", f"  http://{host}/plain \r", f"http://{host}/404", f"HTTP://{host}/plain#part",
                         "nonsense", f"http://{host}/gzip", f"http://{host}/%70lain", "http://" + "a" * 70000])
    done = r.run(*FAST, "--urls", name)
    same(done.returncode, 1, "exit status")
    same(sorted(records(done.stdout)), [(f"http://{host}/gzip", ARTICLE), (f"http://{host}/plain", ARTICLE)], "records")
    lines = said(done, r"2 fetched, 3 failed \(2 address, 1 status\), 2 named twice")
    same(len(lines), 3, "lines")
    same(sorted(line[:40] for line in lines), sorted(line[:40] for line in [
        f"dehusk-fetch: http://{host}/404: HTTP status 404", "dehusk-fetch: nonsense: bad address: it must begin",
        "dehusk-fetch: http://" + "a" * 70]), "failures")
    same(sorted(paths(server)), ["/404", "/gzip", "/plain"], "what was asked for")


def from_stdin(r, server, friend):
    done = subprocess.run([r.fetch, *FAST, "--urls=-", "-q", f"http://{server.host}/text"], env=r.env, timeout=20,
                          input=f"http://{server.host}/plain\n".encode(), capture_output=True, check=False)
    same((done.returncode, done.stderr), (0, b""), "exit status and stderr")
    same(sorted(a for a, _ in records(done.stdout)), [f"http://{server.host}/plain", f"http://{server.host}/text"], "records")


def empty_list(r, server, friend):
    done = r.run("--urls", list_file(r, ["# nothing"]))
    same((done.returncode, done.stdout, said(done, "0 fetched, 0 failed")), (0, b"", []), "result")


def missing_list(r, server, friend):
    done = r.run("--urls", os.path.join(r.folder, "none"))
    same((done.returncode, done.stdout), (1, b""), "exit status and stdout")
    same(done.stderr.decode(), f"dehusk-fetch: {r.folder}/none: No such file or directory\n", "stderr")


def delay(r, server, friend):
    """By default one at a time and a second from start to start; the other host is not held up."""
    done = r.run("-q", *OWN, *[f"http://{server.host}/plain?{i}" for i in range(3)], f"http://{friend.host}/plain")
    same((done.returncode, done.stderr, len(records(done.stdout))), (0, b"", 4), "result")
    starts_apart(server, 1)
    same(friend.seen[0].when - server.seen[0].when < 0.9, True, "the other host was asked at once")


def one_at_a_time(r, server, friend):
    done = r.run("-q", *FAST, *[f"http://{server.host}/crowd?{i}" for i in range(12)])
    same((done.returncode, len(records(done.stdout)), server.most_inside), (0, 12, 1), "status, pages, at the same time")


def per_host(r, server, friend):
    """More at a time only as far as it is asked for."""
    done = r.run("-q", *FAST, "--per-host=3", *[f"http://{server.host}/crowd?{i}" for i in range(24)])
    same((done.returncode, len(records(done.stdout)), server.most_inside), (0, 24, 3), "status, pages, at the same time")


def transfers(r, server, friend):
    done = r.run("-q", *FAST, "--per-host=9", "--transfers=2", *[f"http://{server.host}/crowd?{i}" for i in range(12)])
    same((done.returncode, len(records(done.stdout)), server.most_inside), (0, 12, 2), "status, pages, at the same time")


def slow_host(r, server, friend):
    """One host that does not answer holds nobody up."""
    log = os.path.join(r.folder, "log")
    done = r.run("-q", *FAST, "--timeout=2", "--tries=1", "--log", log, f"http://{server.host}/never",
                 *[f"http://{friend.host}/plain?{i}" for i in range(20)])
    same((done.returncode, len(records(done.stdout))), (1, 20), "status and pages")
    with open(log) as f:
        lines = [json.loads(line) for line in f]
    same((len(lines), lines[-1]["address"]), (21, f"http://{server.host}/never"), "the slow one is the last")


def tries(path, want, status=0, least_s=0.0, options=()):
    """How often a path is asked for, and how long after the first time."""
    def case(r, server, friend):
        done = r.run("-q", *FAST, *options, f"http://{server.host}{path}", f"http://{friend.host}/plain")
        same((done.returncode, len(server.seen)), (status, want), "exit status and requests")
        same(len(records(done.stdout)), 1 if status else 2, "pages")
        if want > 1:
            waited = server.seen[1].when - server.seen[0].when
            same(waited >= least_s - 0.05, True, f"waited {waited:.3f} s")
    return case


def tries_double(r, server, friend):
    r.run("-q", *FAST, "--tries=3", f"http://{server.host}/502")
    same(len(server.seen), 3, "requests")
    first, second = (b.when - a.when for a, b in zip(server.seen, server.seen[1:]))
    same(0.95 <= first < 1.6 and 1.95 <= second < 3, True, f"waited {first:.2f} and {second:.2f} s")


def rest_of_the_host(r, server, friend):
    """Who is asked to wait leaves the whole host alone."""
    done = r.run("-q", *FAST, f"http://{server.host}/passing-429", f"http://{server.host}/plain")
    same((done.returncode, paths(server)), (0, ["/passing-429", "/passing-429", "/plain"]), "status and requests")
    same(server.seen[1].when - server.seen[0].when >= 1.95, True, "waited as Retry-After says")


def too_long_a_wait(r, server, friend):
    done = r.run("-q", "--tries=3", f"http://{server.host}/later")
    same((done.returncode, len(server.seen)), (1, 1), "exit status and requests")
    same(done.stderr.decode(), f"dehusk-fetch: http://{server.host}/later: HTTP status 503 (service unavailable), and asks to "
         "wait 4000 s (--max-wait)\n", "stderr")


def log(r, server, friend):
    name = os.path.join(r.folder, "new.log")
    options = ["-q", *FAST, "--log", name]
    r.run(*options, f"http://{server.host}/moved-once", f"http://{server.host}/404", f"http://{server.host}/passing-503")
    r.run(*options, "file:///etc/passwd")  # appended
    with open(name) as f:
        lines = {line["address"].rpartition("/")[2]: line for line in map(json.loads, f)}
    same(sorted(lines), ["404", "moved-once", "passing-503", "passwd"], "addresses")
    for line in lines.values():
        same(set(line["ms"]), {"dns", "connect", "tls", "first", "all"}, "phases")
        same(all(isinstance(n, int) and n >= 0 for n in line["ms"].values()), True, f"{line['ms']}")
    want = {"moved-once": (200, len(ARTICLE), 1, 1, None, None, f"http://{server.host}/plain"),
            "404": (404, 0, 0, 1, "status", "HTTP status 404 (not found)", f"http://{server.host}/404"),
            "passing-503": (200, len(ARTICLE), 0, 2, None, None, f"http://{server.host}/passing-503"),
            "passwd": (0, 0, 0, 1, "scheme", "refused scheme file: only http and https are fetched", None)}
    for key, line in lines.items():
        same((line["status"], line["bytes"], line["redirects"], line["tries"], line.get("kind"), line.get("error"),
              line.get("url")), want[key], key)


def full_log(r, server, friend):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    done = r.run("-q", "--log=/dev/full", f"http://{server.host}/plain")
    same((done.returncode, done.stderr), (1, b"dehusk-fetch: /dev/full: No space left on device\n"), "result")


def warc_file(r, server, friend):
    """Each record is a gzip member of its own, requests too, and stdout stays empty. A file that is there is left alone."""
    for level in ("1", "9"):
        name = os.path.join(r.folder, f"pages-{level}.warc.gz")
        options = ["-q", *FAST, "--warc", name, "--warc-level", level]
        done = r.run(*options, *[f"http://{server.host}/plain?{i}" for i in range(3)])
        same((done.returncode, done.stdout, done.stderr), (0, b"", b""), "result")
        with open(name, "rb") as f:
            data = f.read()
        members, rest = [], data
        while rest:
            d = zlib.decompressobj(31)
            members.append(d.decompress(rest))
            same(d.eof, True, "the member is whole")
            rest = d.unused_data
        same([body for m in members[::2] for _, body in records(m)], [ARTICLE] * 3, "bodies")
        same([b"WARC-Type: request" in m for m in members], [False, True] * 3, "what was asked, behind each")
        same(gzip.decompress(data), b"".join(members), "the whole")
        done = r.run(*options, f"http://{server.host}/plain?9")
        same((done.returncode, done.stderr.decode()), (1, f"dehusk-fetch: {name}: File exists\n"), "a second run")
        with open(name, "rb") as f:
            same(f.read(), data, "the file is left alone")
    same("/plain?9" in paths(server), False, "nothing was asked for in vain")
    if r.dehusk:
        done = r.run(name, program=r.dehusk)
        same((done.returncode, done.stdout.count(b"The mill at the lower bridge")), (0, 3), "dehusk reads it")


def full_disk(r, server, friend):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        done = r.run(*FAST, f"http://{server.host}/plain", f"http://{server.host}/text", stdout=full)
    same((done.returncode, done.stderr.startswith(b"dehusk-fetch: stdout: No space left on device\n")), (1, True), "result")
    said(done, r"0 fetched, 0 failed, 2 not asked for")


def closed_pipe(r, server, friend):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = r.run(*FAST, f"http://{server.host}/plain", f"http://{server.host}/text", stdout=pipe)
    same((done.returncode, done.stderr), (0, b""), "result")


def failures(r, server, friend):
    """With the option each has a record: the line of the log. Without it there is none."""
    wanted = [f"http://{server.host}/404", f"http://{server.host}/plain", "nonsense\r\nWARC-Type: response", f"http://{server.host}/moved-once"]
    log = os.path.join(r.folder, "failures.log")
    done = r.run("-q", *FAST, "--failures", "--log", log, *wanted)
    records_of = {}
    data = done.stdout
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        size = int(re.search(rb"\r\nContent-Length: (\d+)", head)[1])
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        records_of[fields.get("Dehusk-Address", fields["WARC-Target-URI"])] = (fields["WARC-Type"], rest[:size])
        data = rest[size + 4:]
    same({a: kind for a, (kind, _) in records_of.items()},
         {wanted[0]: "metadata", wanted[1]: "response", "nonsense  WARC-Type: response": "metadata", wanted[3]: "response"}, "records")
    with open(log, "rb") as f:
        lines = f.read()
    for kind, block in records_of.values():
        if kind == "metadata":
            same((block in lines, json.loads(block)["error"] != ""), (True, True), "a line of the log")
    same(b"metadata" in r.run("-q", *FAST, *wanted).stdout, False, "metadata without --failures")


def cookies(r, server, friend):
    """They end with their address: the next one over the same transfer is asked without."""
    done = r.run("-q", *FAST, "--transfers=1", f"http://{server.host}/needs-cookie", f"http://{server.host}/plain")
    same((done.returncode, len(records(done.stdout))), (0, 2), "result")
    same(server.seen[-1].headers.get("cookie"), None, "Cookie")


def many(r, server, friend):
    """Every address once, whatever its host."""
    want = [f"http://{s.host}/plain?{i}" for i in range(300) for s in (server, friend)]
    done = r.run("-q", *FAST, "--per-host=8", "--urls", list_file(r, want))
    same((done.returncode, done.stderr), (0, b""), "result")
    same(sorted(a for a, _ in records(done.stdout)), sorted(want), "records")
    same(len(server.seen) + len(friend.seen), 600, "requests")


def a_million(r, server, friend):
    """A list of 10^6 addresses is held in less than 200 MB. The run ends at its first page, as nobody reads."""
    if os.environ.get("DEHUSK_TEST_TIER", "all") == "quick":
        raise Skip("a large list")
    with open(r.fetch, "rb") as f:
        if b"__asan_init" in f.read():
            raise Skip("built with sanitizers")
    name = os.path.join(r.folder, "million")
    with open(name, "w") as f:
        f.write(f"http://{server.host}/plain\n")
        f.writelines(f"http://127.{i % 200}.0.1:9/some/path/of/a/page/{i}.html\n" for i in range(10**6))
    watch = ("import resource, subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL); p.stdout.close(); "
             "p.wait(); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = r.run("-c", watch, r.fetch, "-q", *FAST, "--transfers=1", "--urls", name, program=sys.executable)
    same(int(done.stdout) * 1024 < 200 * 10**6, True, f"{int(done.stdout)} KiB")
    print(f"        a list of 10^6 addresses: {int(done.stdout) * 1024 / 1e6:.0f} MB")


def interrupted(r, server, friend):
    with subprocess.Popen([r.fetch, *OWN, f"http://{server.host}/never", f"http://{server.host}/plain"], env=r.env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
        for _ in range(100):
            if server.seen:
                break
            time.sleep(0.05)
        p.send_signal(signal.SIGTERM)
        same(p.wait(10), -signal.SIGTERM, "end")


def first_of_many(r, server, friend):
    """Behind many failures the summary names the first of each kind."""
    addresses = [*[f"http://{server.host}/404?{i}" for i in range(5)], "nonsense", "http:///"]
    done = r.run(*FAST, *addresses)
    lines = done.stderr.decode().split("\n")[len(addresses) + 1:]
    same((done.returncode, lines), (1, ["dehusk-fetch: address: nonsense, http:///",
         "dehusk-fetch: status: " + ", ".join(addresses[:3]) + " and 2 more", ""]), "behind the summary")
    done = r.run(*FAST, *addresses[:5])
    same(len(done.stderr.decode().split("\n")), 5 + 1 + 1, "lines of a run with few failures")


def on_a_terminal(r, server, friend):
    """The progress is one line, which makes room for what else is said."""
    ours, theirs = os.openpty()
    done = subprocess.Popen([r.fetch, *OWN, f"http://{server.host}/plain", f"http://{server.host}/404", f"http://{friend.host}/plain"], env=r.env,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:
        pass  # so a terminal's other end is closed
    os.close(ours)
    same(done.wait(20), 1, "exit status")
    shown = text.decode().replace("\r\n", "\n").split("\r\x1b[K")
    same([s for s in shown if s.startswith("dehusk-fetch: ")] != [], True, f"a message of its own in {shown}")
    same(any(re.fullmatch(r"\d of 3 pages, \d\.\d MB(, 1 failed)?, \d hosts?(, \d\.\d/s)?(, \d+ s left)?", s) for s in shown), True, f"progress in {shown}")


CASES = [
    first_of_many, on_a_terminal, list_of_all, from_stdin, empty_list, missing_list, delay, one_at_a_time, per_host, transfers, slow_host,
    ("503 once", tries("/passing-503", 2, least_s=1)),
    ("429 once", tries("/passing-429", 2, least_s=2)),
    ("reset once", tries("/passing-reset", 2, least_s=1)),
    ("one try", tries("/passing-503", 1, status=1, options=["--tries=1"])),
    ("404 is final", tries("/404", 1, status=1)),
    ("501 is final", tries("/501", 1, status=1)),
    ("bad encoding is final", tries("/gzip-broken", 1, status=1)),
    tries_double, rest_of_the_host, too_long_a_wait, log, full_log, warc_file, full_disk, closed_pipe, failures, cookies, many,
    interrupted, a_million,
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv))
