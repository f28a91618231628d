#!/usr/bin/env python3
"""What docs/texts.md promises, over made texts (made.c): each by itself in one process, then all as records of a stream and as lines of a
file that one and two workers read. No verdict depends on what else is cleaned, or by how many.

usage: run.py BUILD_DIR     1,000 texts; $DEHUSK_TEST_TIER full: 100,000, but in sanitized builds"""
import json
import os
import subprocess
import sys
import tempfile

FEW, MANY = 1000, 100000


def answers(program, lines, options, by_name):
    """Text of each record by its number."""
    out = subprocess.run([program, "--from=text", "--field=text", *options], input=lines, stdout=subprocess.PIPE, check=True).stdout
    got = {}
    for line in out.splitlines():
        record = json.loads(line)
        got[by_name(record)] = record["text"]
    return got


def differences(what, want, got):
    wrong = [i for i in want if got.get(i, "") != want[i]]
    for i in wrong[:3]:
        print(f"{what}: text {i}: {got.get(i)!r}\n  by itself: {want[i]!r}")
    print(f"{what}: {len(want) - len(wrong)} of {len(want)} texts as by themselves")
    return bool(wrong) or len(got) != len(want)


def main():
    build = os.path.abspath(sys.argv[1])
    program = os.path.join(build, "dehusk")
    count = MANY if os.environ.get("DEHUSK_TEST_TIER") == "full" and "san" not in os.path.basename(build) else FEW
    with tempfile.TemporaryDirectory() as tmp:
        made = os.path.join(tmp, "made.jsonl")
        if subprocess.run([os.path.join(build, "tests", "promises", "made"), str(count), made]).returncode:
            return 1
        with open(made, "rb") as f:
            data = f.read()
        want = {r["id"]: r["clean"] for r in map(json.loads, data.splitlines())}
        failed = len(want) != count
        failed |= differences("stream", want, answers(program, data, ["--stream"], lambda r: r["id"]))
        for workers in ("-j1", "-j2"):
            options = ["--to=jsonl", "--fields=id,record,text", "--quiet", workers, made]
            failed |= differences(workers, want, answers(program, b"", options, lambda r: r["record"] - 1))
    return failed


sys.exit(main())
