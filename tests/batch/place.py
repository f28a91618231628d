"""What the cases of folder runs share: a folder to work in, runs of the test driver, and what every run must leave in order."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
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
driver = ""  # path of the test driver; run.py sets it


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


def alone(path, *address):
    """What the filter makes of one file, perhaps with its address."""
    return subprocess.run([driver, "alone", path, *address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS).stdout


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
