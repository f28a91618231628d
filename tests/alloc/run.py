#!/usr/bin/env python3
"""The allocation suite: every allocation fails once, of the library (alloc.c) and of the program (fault.c). What comes is the
right output, or one line on stderr and exit 1; never a crash. CLD2 and RE2, which do not survive it, are left out: they are asked
only where there is memory to spare (facts/detect_language.cc, rules/pattern.cc).
usage: tests/alloc/run.py BUILD"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = os.path.join(HERE, "..", "fuzz", "corpus", "whole")
FIXTURES = os.path.join(HERE, "..", "..", "fixtures")
OWN_RULES = os.path.join(HERE, "own.rules")
MOST = 5000  # more allocations than any run makes
# Small inputs of each kind: name, arguments, seed or fixture (its options' bytes cut off).
RUNS = [
    ("html", [], "html-article"),
    ("title", ["--title"], "html-table"),
    ("markdown", ["--to", "markdown", "--links", "--images"], "html-table"),
    ("html to html", ["--to", "html", "--images", "--url", "https://a.example/b"], "html-article"),
    ("html to xml", ["--to", "xml"], "html-article"),
    ("text", [], "text-furniture"),
    ("rules", ["--strip", ".b", "-q", "--rules", OWN_RULES], "html-article"),
    ("unicode", ["--nfc", "--clean-unicode"], "text-furniture"),
    ("iconv", [], "charset-jis"),
    ("uchardet", [], "guess-cp1251"),
    ("gzip", [], "packed-gzip"),
    ("zstd", [], "packed-zstd"),
    ("xz", [], "packed-xz"),
    ("bzip2", [], "packed-bzip2"),
    ("warc", [], "warc"),
    ("pdf", [], "pdf"),
]


def seed(name):
    with open(os.path.join(SEEDS, name), "rb") as f:
        return f.read()[4:]


def run(command, data, env):
    return subprocess.run(command, input=data, capture_output=True, env=env, timeout=60)


def run_failing(command, data, shim, at):
    """The program with its at-th allocation failing, and whether there was one."""
    told, tell = os.pipe()
    try:
        env = dict(os.environ, LD_PRELOAD=shim, FAULT_AT=str(at), FAULT_FD=str(tell))
        with tempfile.TemporaryFile() as stdin:
            stdin.write(data)
            stdin.seek(0)
            done = subprocess.run(command, stdin=stdin, capture_output=True, env=env, timeout=60, pass_fds=[tell])
        os.close(tell)
        tell = -1
        return done, os.read(told, 1) == b"!"
    finally:
        os.close(told)
        if tell >= 0:
            os.close(tell)


def wrong(done, right):
    """What is wrong with a run, None if nothing is."""
    if done.returncode == right.returncode and done.stdout == right.stdout and done.stderr == right.stderr:
        return None
    if done.returncode < 0:
        return f"killed by signal {-done.returncode}"
    if done.returncode != 1:
        return f"exit status {done.returncode}"
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    if len(lines) != 1 or not lines[0].startswith("dehusk: "):
        return f"no clear line on stderr: {lines}"
    return None if right.stdout.startswith(done.stdout) else "output that is wrong"


def program(build):
    command = os.path.abspath(os.path.join(build, "dehusk"))
    shim = os.path.abspath(os.path.join(build, "tests", "alloc", "libfault.so"))
    failures = count = 0
    for name, arguments, file in RUNS:
        data = seed(file)
        right = run([command, *arguments], data, os.environ)
        at = 1
        while at < MOST:
            done, hit = run_failing([command, *arguments], data, shim, at)
            if not hit:
                break
            what = wrong(done, right)
            if what:
                print(f"FAILED {name}: allocation {at}: {what}")
                failures += 1
            at += 1
        if at < 3 or at == MOST:
            print(f"FAILED {name}: {at - 1} allocations")
            failures += 1
        count += at - 1
    print(f"alloc: {len(RUNS)} runs of the program, {count} failed allocations, {failures} failures")
    return failures


def library(build):
    seeds = [os.path.join(SEEDS, name) for name in sorted(os.listdir(SEEDS))]
    return subprocess.run([os.path.join(build, "tests", "alloc", "alloc"), *seeds], timeout=1200).returncode


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tests/alloc/run.py BUILD")
    failed = library(sys.argv[1])
    if os.path.exists(os.path.join(sys.argv[1] + "-san", "tests", "alloc", "alloc")):
        failed |= library(sys.argv[1] + "-san")
    sys.exit(1 if program(sys.argv[1]) or failed else 0)


if __name__ == "__main__":
    main()
