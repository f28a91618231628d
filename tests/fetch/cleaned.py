#!/usr/bin/env python3
"""Runs `dehusk --urls LIST -o OUT` against the server of faults, on loopback only: outputs, manifest, going on after whatever came.

Usage: cleaned.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(sys.path[0], "..", "batch"))
from run import Skip, run_cases, same  # noqa: E402
from server import ARTICLE, BEHAVIOURS, page  # noqa: E402
from sites import APPEAL, article  # noqa: E402
from sites import page as site_page  # noqa: E402

FAST = ["--allow-private", "--no-robots", "--delay=0"]
OTHER = ARTICLE.replace(b"lower bridge", b"upper bridge")


class Run:
    """A list and its output folder."""

    def __init__(self, r, lines=()):
        self.r = r
        self.folder = tempfile.mkdtemp(dir=r.folder)
        self.out = os.path.join(self.folder, "out")
        self.list = os.path.join(self.folder, "list")
        with open(self.list, "w") as f:
            f.writelines(line + "\n" for line in lines)

    def command(self, *options):
        return [self.r.dehusk, "--urls", self.list, "-o", self.out, *FAST, *options]

    def __call__(self, *options, **more):
        return subprocess.run(self.command(*options), capture_output=True, timeout=60, env=self.r.env, stdin=subprocess.DEVNULL,
                              check=False, **more)

    def outputs(self):
        found = {}
        for folder, _, names in os.walk(self.out):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.out)
                if not path.startswith((".dehusk/", "dehusk-manifest")):
                    with open(os.path.join(folder, name), "rb") as f:
                        found[path] = f.read()
        return found

    def manifest(self):
        with open(os.path.join(self.out, "dehusk-manifest.jsonl")) as f:
            return [json.loads(line) for line in f]


def figures(done):
    """What the last line says behind the name of the folder."""
    return done.stderr.decode().splitlines()[-1].rpartition(": ")[2] if done.stderr else ""


def without_ms(manifest):
    return [{k: v for k, v in line.items() if k != "ms"} for line in manifest]


def cleaned(r, body):
    return subprocess.run([r.dehusk], input=body, capture_output=True, env=r.env, check=True).stdout


# ---- cases: each with fresh servers

def whole(r, server, friend):
    """Each page as `dehusk FILE` prints it, under host and path; failures are in the manifest too."""
    h = server.host
    run = Run(r, [f"http://{h}/{p}" for p in ("plain", "latin1", "404", "plain?a=b", "moved-once", "text", "bomb", "gzip")] + ["nonsense"])
    done = run("--fetch-max-bytes=1M")
    same((done.returncode, figures(done)), (1, "6 of 9 pages cleaned, 3 failed"), "exit status and figures")
    place = h.replace(":", "_")
    text = cleaned(r, ARTICLE)
    outputs = run.outputs()
    query = next(name for name in outputs if "a=b" in name)
    same(bool(re.fullmatch(rf"{place}/plain_a=b-[0-9a-f]{{16}}\.txt", query)), True, f"name of a query {query}")
    latin = subprocess.run([r.dehusk, f"http://{h}/latin1"], capture_output=True, env=r.env, check=True).stdout
    same(outputs, {f"{place}/plain.txt": text, f"{place}/latin1.txt": latin, query: text, f"{place}/moved-once.txt": text,
                   f"{place}/text.txt": b"One line.\nAnother line.\n", f"{place}/gzip.txt": text}, "outputs")
    lines = run.manifest()
    same([line["source"] for line in lines], sorted(line["source"] for line in lines), "order of the manifest")
    by = {line["source"].rpartition("/")[2]: line for line in lines}
    same({name: line["status"] for name, line in by.items()},
         {"plain": "ok", "latin1": "ok", "404": "error", "plain?a=b": "ok", "moved-once": "ok", "text": "ok", "bomb": "error",
          "gzip": "ok", "nonsense": "error"}, "statuses")
    same((by["404"]["error"], by["404"]["output"], "digest" in by["404"]), ("HTTP status 404 (not found)", f"{place}/404.txt", False), "404")
    same((by["plain"]["pages"], by["plain"]["bytes_out"], by["plain"]["page"]), (1, len(text), by["gzip"]["page"]), "fields of a page")
    same(sorted(line.partition(": ")[0] for line in done.stderr.decode().splitlines()), ["dehusk"] + ["dehusk-fetch"] * 4, "who says what")


def second_run(r, server, friend):
    """What is the same is passed over; what has changed, is gone, or would be another is done again."""
    h, place = server.host, server.host.replace(":", "_")
    body = [ARTICLE]
    server.robots = lambda conn, request: page(conn, body[0])  # a page that changes
    run = Run(r, [f"http://{h}/plain", f"http://{h}/robots.txt", f"http://{h}/empty"])
    same((run().returncode, figures(run())), (0, "0 of 3 pages cleaned, 3 done before"), "at once again")
    body[0] = OTHER
    same(figures(run()), "1 of 3 pages cleaned, 2 done before", "a page has changed")
    same(run.outputs()[f"{place}/robots.txt.txt"], cleaned(r, OTHER), "its output")
    os.remove(os.path.join(run.out, place, "plain.txt"))
    same(figures(run()), "1 of 3 pages cleaned, 2 done before", "an output is gone")
    done = run("--title")
    same((figures(done), b"3 made by an earlier run with other options" in done.stderr), ("3 of 3 pages cleaned, 1 empty", True),
         "other options")
    same(figures(run("--keep-stale")), "0 of 3 pages cleaned, 3 done before", "--keep-stale")
    same(figures(run("--title", "--restart")), "3 of 3 pages cleaned, 1 empty", "--restart")
    same(len(run.manifest()), 3, "lines of the manifest")
    same(run("--title", "--fail-empty").returncode, 0, "exit status with --fail-empty")


def failed_then_there(r, server, friend):
    run = Run(r, [f"http://{server.host}/robots.txt"])
    same((run().returncode, run.manifest()[0]["status"]), (1, "error"), "without the page")
    server.robots = ARTICLE.decode()
    same((run().returncode, run.manifest()[0]["status"], len(run.manifest())), (0, "ok", 1), "with it")
    server.robots = None
    same((run().returncode, run.manifest()[0]["status"], len(run.outputs())), (1, "error", 1), "gone again: its output stays")


def named(r, server, friend):
    """Addresses on the command line, with a list on stdin, and one alone."""
    run = Run(r)
    done = subprocess.run([r.dehusk, f"http://{server.host}/plain", "--urls=-", "-o", run.out, "-q", *FAST], env=r.env, timeout=20,
                          input=f"http://{server.host}/text\n".encode(), capture_output=True, check=False)
    same((done.returncode, done.stderr, len(run.outputs())), (0, b"", 2), "with a list on stdin")
    server.robots = "User-agent: *\nDisallow: /\n"
    one = Run(r)
    done = r.run(f"http://{server.host}/plain", "-o", one.out + "/", program=r.dehusk)
    same((done.returncode, list(one.outputs().values())), (0, [cleaned(r, ARTICLE)]), "one alone is its person's own act")
    done = r.run("--urls=/nonexistent", "-o", one.out, program=r.dehusk)
    same((done.returncode, done.stderr.decode().splitlines()[0]), (1, "dehusk-fetch: /nonexistent: No such file or directory"), "no list")


def same_places(r, server, friend):
    """Two addresses whose outputs would be one: the second has a hash, and keeps it."""
    run = Run(r, [f"http://{server.host}/plain"])
    run()
    manifest = os.path.join(run.out, "dehusk-manifest.jsonl")
    with open(manifest) as f:
        line = f.read()
    with open(manifest, "w") as f:  # as if it had come by https
        f.write(line.replace("http:", "https:"))
    run()
    outputs = sorted(run.outputs())
    same((len(outputs), len(run.manifest())), (2, 2), "outputs and lines")
    same({line["source"][:5]: line["output"] in outputs for line in run.manifest()}, {"http:": True, "https": True}, "both are there")
    same(figures(run()), "0 of 1 page cleaned, 1 done before", "again")


def many(r, server, friend):
    """Hundreds of pages of two servers and two workers: each once, the same whatever -j."""
    lines = [f"http://{s.host}/plain?{i}" for i in range(150) for s in (server, friend)]
    runs = [Run(r, lines) for _ in range(2)]
    for run, jobs in zip(runs, ("1", "3")):
        done = run("-j", jobs, "--per-host=8")
        same((done.returncode, figures(done)), (0, "300 of 300 pages cleaned"), f"-j{jobs}")
    same(runs[0].outputs(), runs[1].outputs(), "outputs")
    same(without_ms(runs[0].manifest()), without_ms(runs[1].manifest()), "manifests")
    same(len(runs[0].outputs()), 300, "number of outputs")


def with_a_profile(r, server, friend):
    """What sites repeat, counted over the pages that were kept, goes when the list is cleaned anew out of the cache."""
    BEHAVIOURS["/story"] = lambda conn, request: page(conn, site_page(int(request.path.rpartition("?")[2])))
    run = Run(r, [f"http://{server.host}/story?{i}" for i in range(8)])
    same((figures(run()), sum(APPEAL.encode() in text for text in run.outputs().values())), ("8 of 8 pages cleaned", 8), "each for itself")
    known = os.path.join(run.folder, "known")
    done = r.run("profile", "make", "-q", "-o", known, os.path.join(run.out, ".dehusk", "cache"), program=r.dehusk)
    same((done.returncode, len(server.seen)), (0, 8), "profile make")
    again = ["--profile", known, "--max-age=1000"]
    same(figures(run(*again)), "8 of 8 pages cleaned, 1 site known by its pages", "with the profile")
    texts = b"".join(run.outputs().values()).decode()
    same((APPEAL in texts, all(p in texts for i in range(8) for p in article(i)), len(server.seen)), (False, True, 8), "texts, requests")
    same(figures(run(*again)), "0 of 8 pages cleaned, 8 done before, 1 site known by its pages", "again")
    same(figures(run("--keep-stale", "--max-age=1000", "--no-profile")), "0 of 8 pages cleaned, 8 done before", "--keep-stale")
    done = run("--profile=/nonexistent")
    same((done.returncode, b"/nonexistent: No such file" in done.stderr), (1, True), "no profile")


def worker_dies(r, server, friend):
    """A page that its worker dies of costs itself alone; one that dies once is cleaned in the end."""
    if b"DEHUSK-TEST-" not in open(r.dehusk, "rb").read():
        raise Skip("built without test hooks")
    bodies = {"/crash": b"DEHUSK-TEST-CRASH" + ARTICLE, "/once": b"DEHUSK-TEST-CRASH once" + ARTICLE, "/stall": b"DEHUSK-TEST-STALL"}
    for path, body in bodies.items():
        BEHAVIOURS[path] = lambda conn, request, body=body: page(conn, body)
    run = Run(r, [f"http://{server.host}{p}" for p in (*bodies, "/plain", "/text")])
    done = run("--page-timeout=1", "-j2")
    same((done.returncode, figures(done)), (1, "3 of 5 pages cleaned, 2 failed (2 by a crash or stall)"), "exit status and figures")
    said = done.stderr.decode()
    same(("/crash: the worker crashed" in said, "/stall: took more than 1 s" in said, "/once" in said), (True, True, False), said)
    same(len(run.outputs()), 3, "outputs")


def interrupted(sig, status):
    """After a signal to the run at some moments, the same command ends with what an undisturbed run gives, no page cleaned twice."""
    def case(r, server, friend):
        lines = [f"http://{s.host}/plain?{i}" for i in range(60) for s in (server, friend)]
        want = Run(r, lines)
        want("--per-host=4")
        rng = random.Random(7)
        for _ in range(4):
            run = Run(r, lines)
            with subprocess.Popen(run.command("--per-host=4"), env=r.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as p:
                time.sleep(rng.uniform(0.02, 0.3))
                p.send_signal(sig)
                p.stderr.read()
                same(p.wait(20) in (status, 0, -sig), True, f"exit status {p.returncode}")
            done = run("--per-host=4")
            same((done.returncode, run.outputs() == want.outputs()), (0, True), "result")
            same(without_ms(run.manifest()), without_ms(want.manifest()), "manifest")
    return case


def fetcher_fails(script, want):
    """A fetcher that does not behave, and what is said of it."""
    def case(r, server, friend):
        run = Run(r, ["http://a/"])
        folder = tempfile.mkdtemp(dir=r.folder)
        shutil.copy(r.dehusk, folder)
        with open(os.path.join(folder, "dehusk-fetch"), "w") as f:
            f.write("#!/bin/sh\n" + script)
        os.chmod(os.path.join(folder, "dehusk-fetch"), 0o755)
        command = [os.path.join(folder, "dehusk"), *run.command("-q")[1:]]
        done = subprocess.run(command, capture_output=True, env=r.env, timeout=20, check=False)
        same((done.returncode, done.stderr.decode()), (1, want.format(run.out)), "result")
    return case


def busy(r, server, friend):
    """Two runs in one folder: the second is kept out."""
    run = Run(r, [f"http://{server.host}/never"])
    with subprocess.Popen(run.command("--timeout=20"), env=r.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        for _ in range(200):
            if server.seen:
                break
            time.sleep(0.05)
        done = run()
        same((done.returncode, b"another dehusk is at work in it" in done.stderr), (1, True), "the second run")
        p.terminate()
        same(p.wait(20), 128 + signal.SIGTERM, "the first run")


CASES = [
    whole, second_run, failed_then_there, named, same_places, many, with_a_profile, worker_dies, busy,
    ("SIGTERM", interrupted(signal.SIGTERM, 143)), ("SIGKILL", interrupted(signal.SIGKILL, -9)),
    ("fetcher is killed", fetcher_fails("kill -9 $$", "dehusk: {}: dehusk-fetch was ended by signal 9\n")),
    ("fetcher fails", fetcher_fails("echo oh no >&2; exit 1", "oh no\n")),
    ("fetcher writes no records", fetcher_fails("printf '<html>\\r\\n\\r\\n'", "dehusk: {}: no record where one should begin\n")),
    ("fetcher ends within a record", fetcher_fails("printf 'WARC/1.1\\r\\nContent-Length: 9\\r\\n\\r\\n'", "dehusk: {}: ends within a record\n")),
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES, sys.argv, with_dehusk=True))
