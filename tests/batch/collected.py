"""Runs that write one file, lines of JSON in the order of the inputs: whoever is ready first, and wherever it was stopped."""
import gzip
import json
import os
import random
import shutil
import subprocess

from containers import in_order, lines, page, pages, tar, warc, zipped
from going_on import harass, without_ms
from place import FULL, GOOD, MANIFEST, Place, Skip, case, check, need_hooks, need_root

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50


def fill(p):
    """Files, and containers among them; pages of very unlike size, so that later ones are ready first. How many pages there are."""
    for i in range(40):
        p.write(f"in/{i:02}.html", page(i) * (1 + 40 * (i % 9 == 0)) if i % 13 else PDF)
    p.write("in/a.tar.gz", gzip.compress(tar(pages(30))))
    p.write("in/b.warc", warc({**pages(20), "pdf": PDF}))
    p.write("in/sub/c.jsonl", lines(pages(15)))
    return 40 + 30 + 21 + 15


def collect(p, *args, name="all.jsonl", **more):
    return p.run("lines=" + os.fsdecode(p.path(name)), *args, out=name + ".dehusk", **more)


def read(p, name="all.jsonl"):
    with open(p.path(name), "rb") as f:
        return f.read()


@case
def lines_come_in_the_order_of_the_inputs():
    with Place() as p:
        count = fill(p)
        for jobs in [1, 4]:
            result = collect(p, f"jobs={jobs}", name=f"{jobs}.jsonl").expect(1, total=count, done=count - 5, failed=5)
            check(result.fail_lines == 5, result.stdout)
        whole = read(p, "1.jsonl")
        check(whole == read(p, "4.jsonl"), "the workers change the file")
        got = [json.loads(line) for line in whole.splitlines()]
        sources = [(os.path.relpath(os.fsencode(g["source"]), p.path("in")).decode(), g["record"]) for g in got]
        want = sorted([(f"{i:02}.html", None) for i in range(40)] + [("a.tar.gz/" + n, k + 1) for k, n in enumerate(in_order(pages(30)))] + [("b.warc", k) for k in range(1, 22)],
                      key=lambda s: (s[0].split("/")[0], s[1] or 0)) + [("sub/c.jsonl", k) for k in range(1, 16)]
        check(sources == want, sources)
        check([g["status"] for g in got].count("error") == 5 and got[0]["status"] == "error" and "PDF" in got[0]["error"], got[0])
        check(got[-1]["id"] == "sub/12.html" and got[1]["id"] is None and got[-1]["text"], got[-1])
        check(sorted(os.listdir(p.path("1.jsonl.dehusk"))) == [b".dehusk", MANIFEST], os.listdir(p.path("1.jsonl.dehusk")))
        check(len(p.manifest("1.jsonl.dehusk")) == count + 3, "lines of the journal")


@case
def lines_go_on_where_they_stopped():
    with Place() as p:
        count = fill(p)
        collect(p).expect(1, done=count - 5, failed=5)
        whole, journal = read(p), p.manifest("all.jsonl.dehusk")
        before = os.stat(p.path("all.jsonl"))
        collect(p, "jobs=3").expect(1, done=0, earlier=count - 5, earlier_failed=5)
        check(os.stat(p.path("all.jsonl")).st_ino == before.st_ino, "the file was written again")
        p.write("in/zzz.html", page(77))  # before the folder sub/
        collect(p, "jobs=3").expect(1, done=16, earlier=count - 5 - 15, earlier_failed=5)
        check(read(p).startswith(whole[:len(whole) // 2]) and len(read(p).splitlines()) == count + 1, "lines")
        os.unlink(p.path("in/zzz.html"))
        collect(p, "jobs=2").expect(1, done=15)
        check(read(p) == whole and without_ms(p.manifest("all.jsonl.dehusk")) == without_ms(journal), "another file than at first")
        shutil.rmtree(p.path("in/sub"))
        collect(p).expect(1, done=0, earlier=count - 5 - 15)
        check(read(p) == b"".join(whole.splitlines(True)[:-15]), "lines of what is gone")
        result = collect(p, "retry-failed").expect(1, failed=5)
        check(result.sum["done"] > 0 and read(p) == b"".join(whole.splitlines(True)[:-15]), "after another try")
        collect(p, "made=9", "keep-stale").expect(1, done=0)
        check(collect(p, "made=9").expect(1).sum["done"] == count - 5 - 15, "what was made otherwise")
        with open(p.path("all.jsonl"), "rb+") as f:
            f.truncate(1000)
        collect(p, "made=9").expect(1)
        check(read(p) == b"".join(whole.splitlines(True)[:-15]), "after the file was cut")


@case
def lines_in_shards():
    with Place() as p:
        count = fill(p)
        collect(p, name="whole.jsonl").expect(1)
        whole = read(p, "whole.jsonl")
        collect(p, "shard=5000", "jobs=3").expect(1, done=count - 5)
        names = sorted(n for n in os.listdir(p.path()) if n.startswith(b"all-"))
        parts = [read(p, n) for n in names]
        check(names[0] == b"all-00001.jsonl" and len(names) > 5 and b"".join(parts) == whole, names)
        check(all(len(part) >= 5000 and part.endswith(b"\n") for part in parts[:-1]), [len(part) for part in parts])
        collect(p, "shard=5000").expect(1, done=0, earlier=count - 5)
        shutil.rmtree(p.path("in/sub"))
        os.unlink(p.path("in/b.warc"))
        collect(p, "shard=5000").expect(1, done=0)
        names = sorted(n for n in os.listdir(p.path()) if n.startswith(b"all-"))
        check(b"".join(read(p, n) for n in names) == b"".join(whole.splitlines(True)[:70]), names)


@case
def lines_on_stdout():
    with Place() as p:
        fill(p)
        collect(p, name="whole.jsonl").expect(1)
        process = p.start("lines=-", "jobs=3", out="none.dehusk")
        out, _ = process.communicate(timeout=120)
        got = [line for line in out.splitlines(True) if line.startswith(b"{")]
        check(b"".join(got) == read(p, "whole.jsonl"), len(got))  # between them is what the driver says


@case
def lines_of_pages_that_kill_their_worker():
    need_hooks()
    with Place() as p:
        for i in range(30):
            p.write(f"in/{i:02}", page(i))
        p.write("in/05", b"DEHUSK-TEST-CRASH\n")
        p.write("in/06", b"DEHUSK-TEST-KILLED once\n" + page(6))
        p.write("in/a.zip", zipped({"x": b"DEHUSK-TEST-EXIT\n", "y": page(1)}))
        collect(p, "jobs=3").expect(1, total=32, done=30, failed=2, crashed=2)
        got = [json.loads(line) for line in read(p).splitlines()]
        check(got[5]["error"] == "the worker crashed (signal 11)" and got[5]["text"] is None, got[5])
        check(got[6]["status"] == "ok" and got[30]["error"] == "the worker ended by itself (exit status 7)", got[30])
        check(got[30]["source"].endswith("/a.zip/x") and got[31]["source"].endswith("/a.zip/y"), got[30])
        check(got[31]["record"] == 2 and len(got) == 32, got[31])


@case
def lines_killed_again_and_again():
    def start():
        return p.start("lines=" + os.fsdecode(p.path("all.jsonl")), "shard=100000", "jobs=3", out="all.jsonl.dehusk")

    def clear():
        shutil.rmtree(p.path("all.jsonl.dehusk"))

    with Place() as p:
        fill(p)
        for i in range(600):
            p.write(f"in/more/{i:03}", page(i) * (1 + i % 30))
        collect(p, "jobs=3", name="calm.jsonl").expect(1)
        ended = harass(start, random.Random(22), 20 if FULL else 8, 0.15, clear)
        collect(p, "jobs=3", "shard=100000")
        collect(p, "jobs=3", "shard=100000", "retry-failed").expect(1, crashed=0)
        names = sorted(n for n in os.listdir(p.path()) if n.startswith(b"all-"))
        check(ended and b"".join(read(p, n) for n in names) == read(p, "calm.jsonl"), names)


@case
def lines_on_a_full_disk():
    """What is there when the disk is full is whole, and the next run goes on behind it."""
    need_root()
    with Place() as p:
        for i in range(300):
            p.write(f"in/{i:03}", page(i) * 20)
        collect(p, name="calm.jsonl").expect(0, done=300)
        os.makedirs(p.path("disk"))
        mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", p.path("disk")]
        if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
            raise Skip("cannot mount a small file system here")
        try:
            result = collect(p, "jobs=3", name="disk/all.jsonl").expect(2, failed=0)
            check("No space left on device" in result.error, result.error)
            subprocess.run(["mount", "-o", "remount,size=8m", p.path("disk")], check=True)
            done = collect(p, "jobs=3", name="disk/all.jsonl").expect(0).sum["done"]
            check(0 < done < 300 and read(p, "disk/all.jsonl") == read(p, "calm.jsonl"), done)
        finally:
            subprocess.run(["umount", p.path("disk")], check=True)


@case
def lines_that_cannot_be_written():
    with Place() as p:
        p.write("in/a", GOOD)
        result = p.run("lines=" + os.fsdecode(p.path("in/all.jsonl")), out="state").expect(2)
        check(result.error == "usage: lies below an input: it would be read the next time", result.error)
        os.makedirs(p.path("all.jsonl"))
        check(collect(p).expect(2).error == "io: Is a directory", "a folder in its place")
        collect(p, name="new/all.jsonl").expect(0, done=1)
