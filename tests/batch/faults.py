"""What is done to a run: pages that kill or stall their worker, signals, full disks, the sandbox."""
import glob
import os
import random
import resource
import shutil
import signal
import time

from place import (FULL, GOOD, TOP, Place, Result, alone, case, check, end_of, is_sanitized, need_hooks,
                   temporaries, wait_for, workers_of)

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


def start_sleepers(p):
    """A run whose three workers sleep over their pages: the process, its workers."""
    for i in range(3):
        p.write(f"in/{i}", b"DEHUSK-TEST-SLEEP\n")
    process = p.start("jobs=3")
    wait_for("workers", lambda: len(workers_of(process.pid)) == 3)
    return process, workers_of(process.pid)


@case
def second_interrupt_ends_at_once():
    need_hooks()
    with Place() as p:
        process, workers = start_sleepers(p)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        check(process.poll() is None, "pages in hand were not waited for")
        process.send_signal(signal.SIGINT)
        check(end_of(process, workers) == 130, process.returncode)


@case
def killed_parent_leaves_no_worker():
    need_hooks()
    with Place() as p:
        process, workers = start_sleepers(p)
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


# ---- the sandbox ----------------------------------------------------------------------------------------------------

CHARSETS = ("ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 "
            "iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 "
            "windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk gb18030 big5 "
            "euc-jp iso-2022-jp shift_jis euc-kr utf-16be utf-16le utf-8").split()


@case
def pages_of_many_blocks_in_the_sandbox():
    """What is sorted, and how, depends on how many blocks a page has."""
    with Place() as p:
        for i in range(14):
            blocks = b"".join(b"<p>The boat number %d came back before noon, as we saw.</p>" % n for n in range(1 << i))
            p.write(f"in/{i}.html", b"<!doctype html><h1>Boats</h1>" + blocks)
        p.run().expect(0, done=14, crashed=0)
        p.run("sites", out="sites").expect(0, done=14, crashed=0)


def fuzzed(dice, pages, charset):
    """A damaged page that says it is in a charset."""
    with open(dice.choice(pages), "rb") as f:
        page = bytearray(f.read())
    for _ in range(dice.randrange(40)):
        at = dice.randrange(len(page))
        page[at:at + dice.randrange(3)] = dice.randbytes(dice.randrange(6))
    return b'<meta charset="' + charset.encode() + b'">' + bytes(page)


def same_without_the_sandbox(p):
    p.run("jobs=2").expect(0, crashed=0, failed=0)
    p.run("jobs=2", "open", out="other").expect(0, crashed=0, failed=0)
    check(p.files() == p.files("other"), "outputs differ")


@case
def every_charset_in_the_sandbox():
    """Damaged pages in each charset ask for nothing that the sandbox forbids, and give what they give outside of it: eight in each,
    300 with --full."""
    dice = random.Random(6)
    pages = [c for c in sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.html"))) if os.path.getsize(c) < 60000]
    for charset in CHARSETS:
        with Place() as p:
            for i in range(300 if FULL else 8):
                p.write(f"in/{i:03}.html", fuzzed(dice, pages, charset))
            same_without_the_sandbox(p)


@case
def charsets_by_escapes_in_the_sandbox():
    with Place() as p:
        for i, word in enumerate([b"\x1b$)C\x0e0!\x0f", b"\x1b$)A\x0e0!\x0f", b"~{0!~}", b"\x1b$B0!\x1b(B"]):
            p.write(f"in/escapes-{i}.txt", GOOD + b"A line with signs in it: " + word + b", and more of it.\n")
        same_without_the_sandbox(p)
