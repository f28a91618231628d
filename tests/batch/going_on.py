"""The next run over the same folder: the manifest, what is done and what is not, runs that were killed."""
import hashlib
import os
import random
import shutil
import signal
import time

from place import (FULL, GOOD, MANIFEST, SECONDS, Place, Result, alone, case, check, end_of, temporaries, wait_for,
                   workers_of)

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


def harass(start, dice, kills, longest, over):
    """Kills runs and their workers at random moments, and starts the next when one is gone; `over` is called when one has come to its end. How
    many runs were killed."""
    ended = 0
    for _ in range(200):
        if not kills:
            break
        process, gone = start(), False
        while kills and not gone:
            time.sleep(dice.uniform(0.005, longest))
            if process.poll() is not None:
                break
            kills -= 1
            gone = hit(process, dice)
        ended += gone
        if not gone:
            process.communicate(timeout=SECONDS)
            over()
    return ended


@case
def killed_again_and_again():
    """Kills at random moments, of the run or of a worker: what comes out is what an undisturbed run gives. Twenty with --full."""
    kills = 20 if FULL else 8
    with Place() as p:
        for i in range(1500):
            p.write(f"in/{i % 7}/{i:04}.html", GOOD * (1 + i % 50) if i % 97 else b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.run("jobs=3", out="calm").expect(1, done=1484, failed=16)
        ended = harass(lambda: p.start("jobs=3"), random.Random(20), kills, 0.12, lambda: shutil.rmtree(p.path("out")))
        p.run("jobs=3").expect(1, crashed=0)
        check(ended, "no run was killed")
        check(p.files() == p.files("calm"), "outputs differ")
        # A page that two kills hit counts as failed by them: it is done again when that is asked for.
        p.run("jobs=3", "retry-failed").expect(1, failed=16)
        check(without_ms(p.manifest()) == without_ms(p.manifest("calm")), "manifests differ")
        check(not temporaries(p), temporaries(p))
