#!/usr/bin/env python3
"""Folder runs through the test driver: names, failures, dying workers, signals, full disks.

Usage: run.py BUILD_DIR [CASE...]. One line a case, then "N passed, M failed, K skipped"; exit status 1 if any failed.
Cases of pages that kill their worker need a build with -Dtest_hooks=true.
"""

import bz2
import concurrent.futures
import glob
import gzip
import hashlib
import json
import lzma
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SECONDS = 120  # no run takes longer
NOBODY = 65534
GOOD = b"The rain stopped before noon, and the two of them walked on to the mill.\n\nPlease wait...\n"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # a hundred thousand small files, soon gone
MANIFEST = b"dehusk-manifest.jsonl"
FULL = os.environ.get("DEHUSK_TEST_TIER") == "full"

CASES = []
driver = ""


class Skip(Exception):
    """Says why a case cannot be run here."""


def case(function):
    CASES.append(function)
    return function


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(w) for w in what))


# ---- a folder to work in, runs of the driver ------------------------------------------------------------------------


class Place:
    """A temporary folder with `in` and `out`; all paths are bytes, since names may be no text."""

    def __init__(self):
        self.top = os.fsencode(tempfile.mkdtemp(prefix="dehusk-batch-", dir=MEMORY))
        os.chmod(self.top, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["chmod", "-R", "u+rwx", self.top], check=False)
        shutil.rmtree(self.top)

    def path(self, *names):
        return os.path.join(self.top, *(n if isinstance(n, bytes) else n.encode() for n in names))

    def write(self, name, content=GOOD):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def files(self, name="out"):
        """Relative path: content, of all files below a folder but for what a run writes about itself."""
        root, all_files = self.path(name), {}
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if f != b".dehusk"]
            for n in names:
                if n == MANIFEST:
                    continue
                path = os.path.join(folder, n)
                with open(path, "rb") as f:
                    all_files[os.path.relpath(path, root)] = f.read()
        return all_files

    def manifest(self, name="out"):
        """Its lines; names come back as the bytes that they were."""
        with open(os.path.join(self.path(name), MANIFEST), "rb") as f:
            lines = f.read().split(b"\n")
        check(lines.pop() == b"", "the last line has no end")
        return [json.loads(line) for line in lines]

    def names(self, name="out"):
        return sorted(self.files(name))

    def start(self, *args, inputs=("in",), out="out", prefix=(), **more):
        command = [*prefix, driver, self.path(out), *args, *(self.path(i) for i in inputs)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)

    def run(self, *args, **more):
        return Result(self, self.start(*args, **more))


class Result:
    """What a run printed. Whatever the case, a run leaves no child, no descriptor, no temporary file."""

    def __init__(self, place, process):
        out, err = process.communicate(timeout=SECONDS)
        self.exit = process.returncode
        self.stdout = out.decode("utf-8", "replace")
        self.stderr = err.decode("utf-8", "replace")
        top = os.fsdecode(place.top) + "/"
        self.fails = dict(f.partition(": ")[::2] for f in re.findall(r"^FAIL: (.*)$", self.stdout.replace(top, ""), re.M))
        self.fail_lines = self.stdout.count("FAIL: ")
        self.error = "".join(re.findall(r"^ERROR: (.*)$", self.stdout, re.M))
        self.sum = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", self.stdout.split("SUMMARY")[-1])}
        check("Sanitizer" not in self.stderr and "runtime error" not in self.stderr, self.stderr)
        check("SUMMARY" in self.stdout, "no summary, exit", self.exit, self.stdout, self.stderr)
        check(self.sum["descriptors"] == 0 and self.sum["children"] == 0, "left behind:", self.stdout)
        check(not temporaries(place), "temporary files:", temporaries(place))

    def expect(self, status, **counts):
        check(self.exit == status, "exit", self.exit, "expected", status, self.stdout, self.stderr)
        for name, n in counts.items():
            check(self.sum[name] == n, name, self.sum[name], "expected", n, self.stdout)
        return self


def temporaries(place):
    return [p for p in glob.glob(place.path("**/.*.tmp-*"), recursive=True)] + glob.glob(
        place.path("**/.*/**/.*.tmp-*"), recursive=True)


def alone(path):
    """What the filter makes of one file."""
    return subprocess.run([driver, "alone", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS).stdout


def workers_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(p) for p in f.read().split()]
    except OSError:
        return []


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for(what, condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("waited in vain for " + what)


def end_of(process, workers):
    """Waits until the process is gone and its workers with it; these hold its pipes, so nothing is read."""
    status = process.wait(timeout=SECONDS)
    process.stdout.close()
    process.stderr.close()
    try:
        wait_for("workers to end", lambda: not any(lives(w) for w in workers))
    finally:
        for w in filter(lives, workers):
            os.kill(w, signal.SIGKILL)
    return status


def need_hooks():
    with Place() as p:
        p.write("in/a", b"DEHUSK-TEST-EXIT\n")
        if p.run().exit == 0:
            raise Skip("needs a build with -Dtest_hooks=true")


def is_sanitized():
    with open(driver, "rb") as f:
        return b"__asan_init" in f.read()


def need_root():
    if os.geteuid():
        raise Skip("needs root")


def as_nobody(place):
    """Rights do not bind root: the run is given to a user whom they bind."""
    need_root()
    os.makedirs(place.path("out"), exist_ok=True)
    os.chown(place.path("out"), NOBODY, NOBODY)

    def become():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    return become


# ---- names ----------------------------------------------------------------------------------------------------------


@case
def mirrored_names():
    with Place() as p:
        for n in ["a.html", "b.txt", "c", "sub/d.HTM", "sub/deep/e.xhtml", "page.php?id=3", "sub/.hidden"]:
            p.write("in/" + n)
        p.run("jobs=2").expect(0, total=7, done=7, failed=0)
        want = [b"a.txt", b"b.txt", b"c.txt", b"page.php?id=3.txt", b"sub/.hidden.txt", b"sub/d.txt", b"sub/deep/e.txt"]
        check(p.names() == want, p.names())
        check(set(p.files().values()) == {alone(p.path("in/c"))}, p.files())
        check(alone(p.path("in/c")).startswith(GOOD[:20]), alone(p.path("in/c")))


@case
def colliding_names_are_kept_whole():
    with Place() as p:
        for n in ["a.htm", "a.html", "a", "b.html", "b.txt/c"]:
            p.write("in/" + n, GOOD + n.encode() + b" is the name of this page, and it is a name as good as any.\n")
        p.run().expect(0, done=5)
        check(p.names() == [b"a.htm.txt", b"a.html.txt", b"a.txt", b"b.html.txt", b"b.txt/c.txt"], p.names())
        check(b"a.htm is" in p.files()[b"a.htm.txt"] and b"a is" in p.files()[b"a.txt"], p.files())


@case
def several_inputs_lie_under_their_names():
    with Place() as p:
        for n in ["x/a.html", "y/a.html", "z/a.html"]:
            p.write(n)
        p.run(inputs=["x", "y/", "z/a.html"]).expect(0, done=3)
        check(p.names() == [b"a.txt", b"x/a.txt", b"y/a.txt"], p.names())
        result = p.run(inputs=["x/a.html", "y/a.html", "none"], out="other").expect(1, total=3, done=1, failed=2)
        check(result.fails == {"y/a.html": "another input's output has its name", "none": "No such file or directory"},
              result.fails)


@case
def compressed_pages():
    with Place() as p:
        p.write("in/gz.html.gz", gzip.compress(GOOD))
        p.write("in/bz2.html.bz2", bz2.compress(GOOD))
        p.write("in/xz.txt.xz", lzma.compress(GOOD))
        count = 3
        for tool, options, ending in [("zstd", ["-q", "-c"], "zst"), ("brotli", ["-c"], "br")]:
            if shutil.which(tool):
                packed = subprocess.run([tool, *options], input=GOOD, stdout=subprocess.PIPE, check=True).stdout
                p.write(f"in/{ending}.html.{ending}", packed)
                count += 1
        p.write("in/cut.html.gz", gzip.compress(GOOD)[:-20])
        result = p.run().expect(1, done=count, failed=1)
        check(list(result.fails) == ["in/cut.html.gz"], result.fails)
        p.write("in/plain.txt")
        check(set(p.files().values()) == {alone(p.path("in/plain.txt"))}, p.files())
        check(b"gz.txt" in p.names() and b"cut.txt" not in p.names(), p.names())


@case
def names_that_are_no_text():
    with Place() as p:
        names = [b"new\nline.html", b"\xff\xfe.html", b"-dash.html", b" blank .html", b"\x1b[31mred", b"'\"$`\\.html",
                 "żółw.html".encode(), b"a" * 250 + b".html"]
        for n in names:
            p.write(b"in/" + n)
        p.write(b"in/" + b"b" * 255)
        p.write(b"in/x\ny\x1b[2J\xff", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
        result = p.run("jobs=2").expect(1, done=len(names), failed=2)
        check(sorted(p.names()) == sorted(n.replace(b".html", b"") + b".txt" for n in names), p.names())
        check(result.fail_lines == 2 and "\x1b" not in result.stdout, result.stdout)
        check("in/x\\ny\\x1b[2J\\xff" in result.stdout, result.stdout)
        check("its output cannot be written: File name too long" in result.stdout, result.stdout)


# ---- what is read, and what is not ----------------------------------------------------------------------------------


@case
def links_and_pipes_are_left_out():
    with Place() as p:
        p.write("in/a.html")
        p.write("real/b.html")
        os.symlink(b"../real", p.path("in/folder"))
        os.symlink(b"../real/b.html", p.path("in/file"))
        os.symlink(b"..", p.path("in/circle"))
        os.mkfifo(p.path("in/pipe"))
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(p.path("in/socket"))
            p.run().expect(0, total=1, done=1, left_out=5)
        check(p.names() == [b"a.txt"], p.names())
        p.run(inputs=["in/folder", "in/file"], out="named").expect(0, done=2)
        check(p.names("named") == [b"file.txt", b"folder/b.txt"], p.names("named"))


@case
def unreadable_files_and_folders():
    with Place() as p:
        become = as_nobody(p)
        for n in ["in/a", "in/secret", "in/locked/b", "in/sub/c"]:
            p.write(n)
        os.chmod(p.path("in/secret"), 0)
        os.chmod(p.path("in/locked"), 0)
        result = p.run("jobs=2", preexec_fn=become).expect(1, total=4, done=2, failed=2)
        check(result.fails == {"in/secret": "Permission denied", "in/locked": "Permission denied"}, result.fails)
        check(p.names() == [b"a.txt", b"sub/c.txt"], p.names())


@case
def files_that_change_while_it_runs():
    need_hooks()
    with Place() as p:
        p.write("in/0", b"DEHUSK-TEST-STALL\n")
        p.write("in/a")
        for n in ["gone", "link", "pipe"]:
            p.write("in/" + n)
        process = p.start("timeout=1")
        wait_for("a worker", lambda: workers_of(process.pid))
        for n in ["gone", "link", "pipe"]:
            os.unlink(p.path("in/" + n))
        os.symlink(b"a", p.path("in/link"))
        os.mkfifo(p.path("in/pipe"))
        result = Result(p, process).expect(1, done=1, failed=4, crashed=1)
        check(result.fails["in/gone"] == "No such file or directory", result.fails)
        check(result.fails["in/link"] == "is a symbolic link now", result.fails)
        check(result.fails["in/pipe"] == "is no regular file now", result.fails)


@case
def pages_that_are_none():
    with Place() as p:
        p.write("in/a")
        p.write("in/empty", b"")
        p.write("in/furniture.txt", b"Please wait...\n")
        p.write("in/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        result = p.run("jobs=2").expect(1, total=4, done=3, failed=1, empty=2)
        check("PDF" in result.fails["in/pdf"], result.fails)
        check(p.files()[b"empty.txt"] == b"" and p.files()[b"furniture.txt"] == b"", p.files())
        check(b"pdf.txt" not in p.names(), p.names())


@case
def empty_folder():
    with Place() as p:
        os.makedirs(p.path("in/sub"))
        p.run("jobs=4", "progress").expect(0, total=0, done=0)
        check(sorted(os.listdir(p.path("out"))) == [b".dehusk", MANIFEST], os.listdir(p.path("out")))
        check(p.manifest() == [], p.manifest())


@case
def limit_of_memory():
    with Place() as p:
        p.write("in/big.html", b"<p>" + b"<b>word and word</b> " * 100000)
        p.write("in/small.html", b"<p>" + GOOD)
        result = p.run("memory=2000000").expect(1, done=1, failed=1, crashed=0)
        check("limit of 2000000 bytes" in result.fails["in/big.html"], result.fails)


# ---- the output folder ----------------------------------------------------------------------------------------------


@case
def output_below_the_input():
    with Place() as p:
        p.write("in/a.html")
        for earlier in range(2):
            p.run(out="in/deep/out").expect(0, total=1, done=1 - earlier, earlier=earlier)
        check(p.names("in") == [b"a.html", b"deep/out/a.txt"], p.names("in"))
        os.symlink(b"in/deep/out", p.path("link"))
        p.run("restart", out="link").expect(0, total=1, done=1)


@case
def input_is_the_output():
    with Place() as p:
        p.write("in/a.txt")
        result = p.run(out="in").expect(2, total=0)
        check(result.error == "usage: is the output folder and an input", result.error)
        result = p.run(out="in", inputs=["in/a.txt"]).expect(1, failed=1)
        check(result.fails == {"in/a.txt": "its output cannot be written: it would replace the page itself"}, result.fails)
        check(p.files("in") == {b"a.txt": GOOD}, p.files("in"))


@case
def outputs_are_replaced():
    with Place() as p:
        p.write("in/a")
        p.write("in/b")
        p.write("out/a.txt", b"old")
        p.write("out/b.txt", b"old")
        os.chmod(p.path("out/a.txt"), 0o640)
        p.write("in/b", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.run().expect(1, done=1, failed=1)
        check(p.files() == {b"a.txt": alone(p.path("in/a")), b"b.txt": b"old"}, p.files())
        check(os.stat(p.path("out/a.txt")).st_mode & 0o777 == 0o640, "mode")


@case
def something_stands_in_the_way():
    with Place() as p:
        for n in ["a", "b/c", "d"]:
            p.write("in/" + n)
        os.makedirs(p.path("out/a.txt"))
        p.write("out/b", b"no folder")
        result = p.run().expect(1, done=1, failed=2)
        check(result.fails == {"in/a": "its output cannot be written: Is a directory",
                               "in/b/c": "its output cannot be written: Not a directory"}, result.fails)


@case
def output_that_cannot_be_made():
    with Place() as p:
        p.write("in/a")
        p.write("file")
        result = p.run(out="file/out").expect(2)
        check(result.error == "io: Not a directory", result.error)
        become = as_nobody(p)
        os.chown(p.path("out"), 0, 0)
        result = p.run(preexec_fn=become).expect(2)
        check(result.error == "io: Permission denied", result.error)
        result = p.run(out="none", preexec_fn=become).expect(2)
        check(result.error == "io: Permission denied", result.error)


@case
def full_disk():
    need_root()
    with Place() as p:
        for i in range(300):
            p.write(f"in/{i:03}", GOOD * 100)
        os.makedirs(p.path("out"))
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", p.path("out")]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
            raise Skip("cannot mount a small file system here")
        try:
            for jobs in ["jobs=1", "jobs=4"]:
                result = p.run(jobs).expect(2, failed=0, crashed=0)
                check(re.fullmatch("io: (dehusk-manifest.jsonl: )?No space left on device", result.error), result.error)
                check(0 < result.sum["done"] < 300, result.stdout)
                check(set(p.files().values()) == {alone(p.path("in/000"))}, "half an output")
                for n in p.names():
                    os.unlink(p.path("out", n))
        finally:
            subprocess.run(["umount", p.path("out")], check=True)


@case
def file_size_limit():
    """A page whose output may not be written fails alone."""
    with Place() as p:
        p.write("in/big", GOOD * 2000)
        p.write("in/small")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        result = p.run(preexec_fn=limit, restore_signals=False).expect(1, done=1, failed=1)
        check(result.fails == {"in/big": "its output cannot be written: File too large"}, result.fails)
        check(p.names() == [b"small.txt"], p.names())


# ---- workers that die -----------------------------------------------------------------------------------------------

DEATHS = {
    "CRASH": "the worker crashed (signal 11)",
    "ABORT": "the worker crashed (signal 6)",
    "KILLED": "the worker was killed (signal 9)",
    "EXIT": "the worker ended by itself (exit status 7)",
    "STALL": "took more than 1 s of CPU time (--page-timeout)",
}


@case
def pages_that_kill_their_worker():
    need_hooks()
    for jobs in ["jobs=1", "jobs=4"]:
        with Place() as p:
            for i in range(40):
                p.write(f"in/{i:02}/page.html")
            for word in DEATHS:
                p.write(f"in/20/{word}.html", f"DEHUSK-TEST-{word}\n".encode() + GOOD)
            result = p.run(jobs, "timeout=1").expect(1, total=45, done=40, failed=5, crashed=5)
            check(result.fails == {f"in/20/{word}.html": why for word, why in DEATHS.items()}, result.fails)
            check(result.fail_lines == 5 and len(p.names()) == 40, result.stdout)


@case
def only_pages_that_kill():
    need_hooks()
    with Place() as p:
        for i in range(20):
            p.write(f"in/{i}", b"DEHUSK-TEST-CRASH\n")
        p.run("jobs=4").expect(1, total=20, done=0, failed=20, crashed=20)
        check(p.names() == [], p.names())


@case
def a_second_try_may_succeed():
    need_hooks()
    with Place() as p:
        p.write("in/good")
        for word in DEATHS:
            p.write(f"in/{word}", f"DEHUSK-TEST-{word} once\n".encode() + GOOD)
        result = p.run("jobs=2", "timeout=1").expect(0, total=6, done=6, failed=0, crashed=0)
        check(result.fail_lines == 0, result.stdout)
        for word in DEATHS:
            check(p.files()[word.encode() + b".txt"] == alone(p.path("in/" + word)), word)


@case
def page_that_eats_memory():
    need_hooks()
    with Place() as p:
        p.write("in/eats", b"DEHUSK-TEST-MEMORY\n")
        p.write("in/good")
        result = p.run("memory=16000000").expect(1, done=1, failed=1, crashed=1)
        # A sanitized worker has no limit of address space: there the hook gives up by itself.
        why = DEATHS["ABORT"] if is_sanitized() else "the worker ended by itself (exit status 8)"
        check(result.fails == {"in/eats": why}, result.fails)


@case
def worker_killed_by_others():
    need_hooks()
    with Place() as p:
        p.write("in/good")
        p.write("in/sleeps", b"DEHUSK-TEST-SLEEP\n")
        process = p.start()
        killed = set()
        for _ in range(2):
            wait_for("a worker", lambda: set(workers_of(process.pid)) - killed and os.path.exists(p.path("out/good.txt")))
            time.sleep(0.2)  # it is at the sleeping page, or else the page's second try has another worker to sleep in
            for pid in set(workers_of(process.pid)) - killed:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
        result = Result(p, process).expect(1, done=1, failed=1, crashed=1)
        check(result.fails == {"in/sleeps": "the worker was killed (signal 9)"}, result.fails)


@case
def half_written_output_is_removed():
    """A long text is written window by window: its worker dies while the temporary file is there."""
    with Place() as p:
        p.write("in/long", GOOD * 700000)
        process = p.start("window=65536")
        dead = set()
        for _ in range(2):
            wait_for("a temporary file", lambda: temporaries(p) and set(workers_of(process.pid)) - dead)
            for pid in set(workers_of(process.pid)) - dead:
                dead.add(pid)
                os.kill(pid, signal.SIGKILL)
        result = Result(p, process).expect(1, failed=1, crashed=1)
        check(result.fails == {"in/long": "the worker was killed (signal 9)"} and p.names() == [], p.names())


def page_that_sleeps():
    """The limit of wall time, ten times that of CPU time: run beside the other cases, as it only waits."""
    need_hooks()
    with Place() as p:
        p.write("in/good")
        p.write("in/sleeps", b"DEHUSK-TEST-SLEEP\n")
        result = p.run("timeout=1").expect(1, done=1, failed=1, crashed=1)
        check(result.fails == {"in/sleeps": "took more than 10 s (ten times --page-timeout)"}, result.fails)


@case
def fewer_workers_than_asked_for():
    with Place() as p:
        for i in range(50):
            p.write(f"in/{i}")

        def limit(n):
            return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))

        p.run("jobs=40", preexec_fn=limit(14)).expect(0, done=50)
        result = p.run("jobs=2", "restart", preexec_fn=limit(7))
        check(result.exit == 2 and "cannot start a worker: Too many open files" in result.error, result.stdout)


# ---- the parent is stopped ------------------------------------------------------------------------------------------


@case
def interrupt_finishes_pages_in_hand():
    for sig, whole_group in [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, True)]:
        with Place() as p:
            for i in range(4000):
                p.write(f"in/{i:04}", GOOD * 20)
            process = p.start("jobs=2", start_new_session=True)
            wait_for("outputs", lambda: os.path.isdir(p.path("out")) and len(os.listdir(p.path("out"))) > 20)
            (os.killpg if whole_group else os.kill)(process.pid, sig)
            result = Result(p, process).expect(130, failed=0, crashed=0, interrupted=1)
            check(result.sum["done"] < 4000, "it was over before it could be interrupted")
            check(len(p.names()) == result.sum["done"], len(p.names()), result.stdout)
            check(set(p.files().values()) == {alone(p.path("in/0000"))}, "half an output")


@case
def second_interrupt_ends_at_once():
    need_hooks()
    with Place() as p:
        for i in range(3):
            p.write(f"in/{i}", b"DEHUSK-TEST-SLEEP\n")
        process = p.start("jobs=3")
        wait_for("workers", lambda: len(workers_of(process.pid)) == 3)
        workers = workers_of(process.pid)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        check(process.poll() is None, "pages in hand were not waited for")
        process.send_signal(signal.SIGINT)
        check(end_of(process, workers) == 130, process.returncode)


@case
def killed_parent_leaves_no_worker():
    need_hooks()
    with Place() as p:
        for i in range(3):
            p.write(f"in/{i}", b"DEHUSK-TEST-SLEEP\n")
        process = p.start("jobs=3")
        wait_for("workers", lambda: len(workers_of(process.pid)) == 3)
        workers = workers_of(process.pid)
        process.kill()
        end_of(process, workers)
        check(all(n.startswith(b".") for n in p.names()), p.names())


@case
def killed_parent_leaves_no_half_output():
    with Place() as p:
        for i in range(1000):
            p.write(f"in/{i:04}", GOOD * 200)
        whole = alone(p.path("in/0000"))
        for after in [1, 5, 20, 60, 150]:
            shutil.rmtree(p.path("out"), ignore_errors=True)
            process = p.start("jobs=3")
            wait_for("outputs", lambda: os.path.isdir(p.path("out")) and len(os.listdir(p.path("out"))) >= after + 3)
            workers = workers_of(process.pid)
            process.kill()
            end_of(process, workers)
            bad = [n for n, c in p.files().items() if c != whole and not n.startswith(b".")]
            check(not bad, "half an output:", bad)
        check(p.run("jobs=3").expect(0).sum["earlier"] >= 150 - 3, "nothing was kept of the killed run")
        check(len(p.names()) == 1000 and set(p.files().values()) == {whole}, "outputs after a killed run")


# ---- the next run ---------------------------------------------------------------------------------------------------


def without_ms(lines):
    return [{k: v for k, v in line.items() if k != "ms"} for line in lines]


@case
def manifest_says_what_became_of_each():
    with Place() as p:
        p.write("in/a.html")
        p.write("in/furniture.txt", b"Please wait...\n")
        p.write("in/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.write(b"in/z\n\xff\"\\.html")
        p.run("jobs=2", "made=255").expect(1, done=3, failed=1)
        lines = p.manifest()
        check([line["status"] for line in lines] == ["ok", "empty", "error", "ok"], lines)
        for line in lines:
            source, output = os.fsencode(line["source"]), p.path("out", os.fsencode(line["output"]))
            check(line["bytes_in"] == os.path.getsize(source) and line["mtime_ns"] == os.stat(source).st_mtime_ns, line)
            check(line["made"] == "%016x" % 255 and line["ms"] < 60000, line)
            check(("error" in line, "digest" in line) == ((True, False) if line["status"] == "error" else (False, True)), line)
            if "digest" not in line:
                continue
            with open(output, "rb") as f:
                content = f.read()
            check(line["bytes_out"] == len(content) and line["words"] == len(content.split()) and line["pages"] == 1, line)
            check(line["digest"] == "sha256:" + hashlib.sha256(content).hexdigest(), line)
        check("PDF" in lines[2]["error"] and os.fsencode(lines[3]["output"]) == b"z\n\xff\"\\.txt", lines)


@case
def what_is_done_is_not_done_again():
    with Place() as p:
        for n in ["a", "b", "c", "d", "pdf"]:
            p.write("in/" + n, GOOD if n != "pdf" else b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.run().expect(1, done=4, failed=1)
        before = p.manifest()
        result = p.run().expect(1, total=5, done=0, failed=0, earlier=4, earlier_failed=1)
        check(result.fail_lines == 0 and p.manifest() == before, p.manifest())
        os.unlink(p.path("out/a.txt"))
        p.write("in/b", GOOD * 2)
        os.utime(p.path("in/c"), ns=(1, 1))
        p.write("in/e")
        p.run("jobs=2").expect(1, total=6, done=4, earlier=1, earlier_failed=1)
        check(p.files()[b"b.txt"] == alone(p.path("in/b")), p.files())
        check([os.path.basename(line["source"]) for line in p.manifest()] == ["a", "b", "c", "d", "e", "pdf"], p.manifest())
        p.run("retry-failed").expect(1, done=0, failed=1, earlier=5, earlier_failed=0)
        p.write("in/pdf")
        p.run().expect(0, done=1, earlier=5)
        p.run("restart").expect(0, done=6, earlier=0)


@case
def what_is_made_otherwise_is_stale():
    with Place() as p:
        for n in ["a", "b"]:
            p.write("in/" + n)
        p.run("made=1").expect(0, done=2)
        p.write("in/c")
        p.run("made=2", "keep-stale").expect(0, done=1, earlier=2, stale=0)
        check([line["made"][-1] for line in p.manifest()] == ["1", "1", "2"], p.manifest())
        p.run("made=2").expect(0, done=2, earlier=1, stale=2)
        check({line["made"][-1] for line in p.manifest()} == {"2"}, p.manifest())


@case
def lines_of_other_inputs_stay():
    with Place() as p:
        for n in ["x/a", "x/b", "y/c"]:
            p.write(n)
        p.run(inputs=["x/b", "x/a"]).expect(0, done=2)
        p.run(inputs=["y/c"]).expect(0, done=1)
        check([line["output"] for line in p.manifest()] == ["b.txt", "a.txt", "c.txt"], p.manifest())
        p.write("z/a")
        p.run(inputs=["z/a"]).expect(0, done=1)  # takes the output of x/a, and its line
        check([line["output"] for line in p.manifest()] == ["b.txt", "c.txt", "a.txt"], p.manifest())


@case
def torn_and_broken_manifests():
    with Place() as p:
        for i in range(8):
            p.write(f"in/{i}", GOOD * (i + 1))
        p.run().expect(0, done=8)
        path, want = p.path("out", MANIFEST), without_ms(p.manifest())
        with open(path, "rb") as f:
            whole = f.read()
        line = whole.split(b"\n")[3]
        texts = [whole[:n] for n in range(0, len(whole), 61)] + [whole.replace(line, b"\xff\0" * 40), whole + whole[:100],
                 whole.replace(line, line[:-1]), whole.replace(line, b"x" * 200000), b"{}\n[]\n\n" + whole, whole + whole,
                 b"\n".join(reversed(whole.split(b"\n")[:-1])) + b"\n"]
        for text in texts:
            with open(path, "wb") as f:
                f.write(text)
            result = p.run("jobs=2").expect(0, failed=0)
            check(result.sum["done"] + result.sum["earlier"] == 8 and without_ms(p.manifest()) == want, text)


@case
def one_run_at_a_time():
    with Place() as p:
        for i in range(3000):
            p.write(f"in/{i:04}", GOOD * 20)
        process = p.start("jobs=1")
        wait_for("outputs", lambda: os.path.isdir(p.path("out")) and len(os.listdir(p.path("out"))) > 20)
        os.kill(process.pid, signal.SIGSTOP)
        try:
            other = p.start()
            out, _ = other.communicate(timeout=SECONDS)
            check(other.returncode == 2 and b"ERROR: io: another dehusk is at work in it" in out, out)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        Result(p, process).expect(0, done=3000)


@case
def manifest_that_cannot_be_written():
    with Place() as p:
        p.write("in/a")
        os.makedirs(p.path("out", MANIFEST))
        result = p.run().expect(2, done=0)
        check(result.error == "io: dehusk-manifest.jsonl: Is a directory", result.error)
        p.write("file/.dehusk")
        result = p.run(out="file").expect(2, done=0)
        check(result.error == "io: .dehusk: Not a directory", result.error)


def hit(process, dice):
    """Kills the run, or one of its workers, which the run is to bear; true for the run."""
    workers = workers_of(process.pid)
    if dice.random() < 0.5 or not workers:
        process.kill()
        end_of(process, workers)
        return True
    try:
        os.kill(dice.choice(workers), signal.SIGKILL)
    except ProcessLookupError:
        pass
    return False


@case
def killed_again_and_again():
    """Twenty kills at random moments, of the run or of a worker: what comes out is what an undisturbed run gives."""
    dice, kills, ended = random.Random(20), 0, 0
    with Place() as p:
        for i in range(1500):
            p.write(f"in/{i % 7}/{i:04}.html", GOOD * (1 + i % 50) if i % 97 else b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.run("jobs=3", out="calm").expect(1, done=1484, failed=16)
        while kills < 20:
            process, gone = p.start("jobs=3"), False
            while kills < 20 and not gone:
                time.sleep(dice.uniform(0.005, 0.12))
                if process.poll() is not None:
                    break
                kills += 1
                gone = hit(process, dice)
            ended += gone
            if not gone:
                process.communicate(timeout=SECONDS)
                shutil.rmtree(p.path("out"))  # all is done: from the start
        p.run("jobs=3").expect(1, crashed=0)
        check(ended >= 5, "runs were killed", ended, "times only")
        check(p.files() == p.files("calm"), "outputs differ")
        # A page that two kills hit counts as failed by them: it is done again when that is asked for.
        p.run("jobs=3", "retry-failed").expect(1, failed=16)
        check(without_ms(p.manifest()) == without_ms(p.manifest("calm")), "manifests differ")
        check(not temporaries(p), temporaries(p))


# ---- the sandbox ----------------------------------------------------------------------------------------------------

CHARSETS = ("ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 "
            "iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 "
            "windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk gb18030 big5 "
            "euc-jp iso-2022-jp shift_jis euc-kr utf-16be utf-16le utf-8").split()


@case
def every_charset_in_the_sandbox():
    """Damaged pages in each charset ask for nothing that the sandbox forbids, and give what they give outside of it."""
    dice = random.Random(6)
    with Place() as p:
        pages = [c for c in sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.html"))) if os.path.getsize(c) < 60000]
        for i in range(300):
            charset = CHARSETS[i % len(CHARSETS)]
            with open(dice.choice(pages), "rb") as f:
                page = bytearray(f.read())
            for _ in range(dice.randrange(40)):
                at = dice.randrange(len(page))
                page[at:at + dice.randrange(3)] = dice.randbytes(dice.randrange(6))
            p.write(f"in/{i:03}-{charset}.html", b'<meta charset="' + charset.encode() + b'">' + bytes(page))
        for i, word in enumerate([b"\x1b$)C\x0e0!\x0f", b"\x1b$)A\x0e0!\x0f", b"~{0!~}", b"\x1b$B0!\x1b(B"]):
            p.write(f"in/escapes-{i}.txt", GOOD + b"A line with signs in it: " + word + b", and more of it.\n")
        p.run("jobs=2").expect(0, crashed=0, failed=0)
        p.run("jobs=2", "open", out="other").expect(0, crashed=0, failed=0)
        check(p.files() == p.files("other"), "outputs differ")


# ---- all together ---------------------------------------------------------------------------------------------------


@case
def equal_whatever_the_jobs():
    with Place() as p:
        pages = sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.*")))
        check(len(pages) > 40, "no fixtures")
        for page in pages:
            ending = os.path.splitext(page)[1]
            shutil.copyfile(page, p.write("in/" + os.path.basename(os.path.dirname(page)) + ending))
        for jobs in ["1", "2", "4"]:
            p.run("jobs=" + jobs, out="out" + jobs).expect(0, total=len(pages), done=len(pages))
        check(p.files("out1") == p.files("out4") and p.files("out1") == p.files("out2"), "outputs differ")
        for name, content in p.files("out1").items():
            source = glob.glob(p.path(b"in/" + name[:-4] + b".*"))[0]
            check(content == alone(source), name, "is not what the filter gives")


@case
def renderer_of_the_caller():
    with Place() as p:
        p.write("in/a")
        p.run("shout").expect(0, done=1)
        check(p.files()[b"a.txt"] == alone(p.path("in/a")).replace(b"e", b"!"), p.files())


@case
def progress_ends_with_the_whole():
    with Place() as p:
        for i in range(30):
            p.write(f"in/{i}")
        result = p.run("jobs=2", "progress").expect(0, done=30)
        lines = re.findall(r"^PROGRESS (.*)$", result.stdout, re.M)
        check(lines and lines[-1] == "done=30 failed=0 total=30", lines)


@case
def many_files_in_one_folder():
    count = 100000 if FULL or not is_sanitized() else 5000  # sanitized workers are slow, and see it in these as well
    with Place() as p:
        os.makedirs(p.path("in"))
        for i in range(count):
            with open(p.path(f"in/{i:06}.txt"), "wb") as f:
                f.write(b"Line %d of the author's.\n" % i)
        p.run("jobs=2").expect(0, total=count, done=count)
        for i in range(0, count, 997):
            with open(p.path(f"out/{i:06}.txt"), "rb") as f:
                check(f.read() == b"Line %d of the author's.\n" % i, i)
        check(len(p.names()) == len(p.manifest()) == count, "outputs")


# ---- running them ---------------------------------------------------------------------------------------------------


def attempt(function):
    try:
        function()
        return "ok", ""
    except Skip as why:
        return "skipped", str(why)
    except (AssertionError, OSError, KeyError, ValueError, subprocess.SubprocessError) as why:
        return "FAILED", f"{type(why).__name__}: {why}"


def main():
    # Who started this may ignore SIGINT, as shells do for what they run in the background: children shall not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    global driver
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    driver = os.path.abspath(os.path.join(sys.argv[1], "tests", "batch", "folder_driver"))
    chosen = [c for c in CASES + [page_that_sleeps] if len(sys.argv) == 2 or c.__name__ in sys.argv[2:]]
    counts = {"ok": 0, "FAILED": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(attempt, page_that_sleeps) if page_that_sleeps in chosen else None
        for c in chosen:
            verdict, why = waiting.result() if c is page_that_sleeps else attempt(c)
            counts[verdict] += 1
            print(f"{verdict:8} {c.__name__.replace('_', ' ')}" + (f": {why}" if why else ""), flush=True)
    print(f"{counts['ok']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped")
    sys.exit(1 if counts["FAILED"] else 0)


if __name__ == "__main__":
    main()
