#!/usr/bin/env python3
"""Runs the cases of the command line: those of cases.txt, and below what a table cannot say.

usage: run.py BUILD_DIR [WORD]      only cases whose name holds WORD
"""
import bz2
import gzip
import html.parser
import lzma
import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "fetch"))
from server import ARTICLE, Server, brotli_stored, zstd_stored  # noqa: E402

SECONDS = 60  # no case takes longer, not even with sanitizers on a busy machine
RAIN = "The rain stopped at noon.\nPlease wait…\n".encode()
SITE = os.path.join(HERE, "..", "..", "fixtures", "news-article", "input.html")
# What a program that links all but libc statically needs; a library more costs start-up time.
LIBRARIES = {"linux-vdso.so.1", "libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


class Skip(Exception):
    pass


# ---- the table

def story(number):
    """A page of a newspaper, most of which stands on its other pages, too."""
    nouns = "mill bridge ferry orchard council railway meadow harbour".split()
    own = f"The {nouns[number]} stood still on the day that the {nouns[number - 1]} was paid for, and all of the town came to see it. "
    menu = "".join(f"<li><a href=/{n}>{n}</a>" for n in nouns)
    return (f"<!doctype html><link rel=canonical href=http://paper.example.org/{number}><nav><ul>{menu}</ul></nav><article>"
            f"<h1>Of the {nouns[number]}</h1>" + "".join(f"<p>{own * n}</p>" for n in (2, 3, 4)) +
            "<p class=note><small>Our reporters walk every street of the county.</small></p></article>").encode()


def read_cases(path):
    """The cases as dicts: name, line, command, stdin, stdout, stderr, status."""
    case = None
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            mark, rest = line[:1], line[2:]
            if not line or mark == "#":
                if case:
                    yield case
                case = None
            elif case is None:
                case = {"name": line, "line": number, "command": [], "<": "", ">": "", "!": "", "status": 0}
            elif mark == "$":
                case["command"].append(rest)
            elif mark in "<>!" and line[1:2] in ("", " ", "~"):
                case[mark] += rest + ("" if line[1:2] == "~" else "\n")
            elif mark == "?":
                case["status"] = int(rest)
            else:
                raise SystemExit(f"cases.txt:{number}: what is this line?")
    if case:
        yield case


class Runner:
    def __init__(self, build, word):
        self.word = word
        self.passed = self.failed = self.skipped = 0
        self.folder = tempfile.mkdtemp(prefix="dehusk-cli-")
        self.bin = os.path.join(self.folder, "bin")
        self.work = os.path.join(self.folder, "work")
        os.mkdir(self.bin)
        os.mkdir(self.work)
        # The two programs find each other side by side.
        for name in ("dehusk", "dehusk-fetch"):
            if os.path.isfile(os.path.join(build, name)):
                shutil.copy(os.path.join(build, name), self.bin)
        self.dehusk = os.path.join(self.bin, "dehusk")
        with open(self.dehusk, "rb") as f:
            self.sanitized = b"__asan_init" in f.read()
        self.env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.env.update(PATH=self.bin + os.pathsep + os.environ["PATH"], LC_ALL="C.UTF-8")
        self.make_files()

    def make_files(self):
        files = {"rain.txt": RAIN, "bridge.txt": b"The bridge is open again.\n", "open.txt": b"No line end here.",
                 "-dash.txt": b"A name that begins with a dash.\n", "page.html": ARTICLE,
                 "rain.txt.gz": gzip.compress(RAIN), "rain.txt.bz2": bz2.compress(RAIN),
                 "rain.txt.xz": lzma.compress(RAIN), "rain.txt.zst": zstd_stored(RAIN),
                 "rain.txt.br": brotli_stored(RAIN),
                 "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64),
                 "deep.html": b"<div>" * 100 + b"<p>Deep down.</p>" + b"</div>" * 100,
                 "long.txt": b"".join(b"In the year %d the mill ground %d sacks of rye.\n" % (1700 + i % 300, i)
                                      for i in range(130000))}  # longer than a window
        for name, data in files.items():
            with open(os.path.join(self.work, name), "wb") as f:
                f.write(data)
        shutil.copy(SITE, os.path.join(self.work, "site.html"))
        os.mkdir(os.path.join(self.work, "paper"))
        for i in range(8):
            with open(os.path.join(self.work, "paper", f"{i}.html"), "wb") as f:
                f.write(story(i))

    def run(self, *args, **more):
        more.setdefault("stdin", None if "input" in more else subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        if "input" in more:
            del more["stdin"]
        return subprocess.run(args, cwd=self.work, env=self.env, timeout=SECONDS, **more)

    def start(self, *args, **more):
        return subprocess.Popen([self.dehusk, *args], cwd=self.work, env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)

    def case(self, name, function, *args):
        if self.word not in name:
            return
        try:
            function(self, *args)
        except Skip as why:
            self.skipped += 1
            print(f"skipped {name}: {why}")
            return
        except Exception as why:  # whatever it is, the other cases go on
            self.failed += 1
            print(f"FAILED  {name}: {type(why).__name__}: {why}")
            return
        self.passed += 1


def same(got, want, what):
    if got != want:
        raise AssertionError(f"{what}:\n  got  {got!r:.1500}\n  want {want!r:.1500}")


def check_row(r, case, words, lacks):
    for start, why in lacks.items():
        if case["name"].startswith(start):
            raise Skip(why)

    def fill(text):
        for name, value in words.items():
            text = text.replace("{" + name + "}", value)
        return text

    done = r.run("/bin/sh", "-c", fill("\n".join(case["command"])), input=case["<"].encode())
    what = f"cases.txt:{case['line']}"
    same(done.stdout.decode(errors="backslashreplace"), fill(case[">"]), f"{what}: stdout")
    same(done.stderr.decode(errors="backslashreplace"), fill(case["!"]), f"{what}: stderr")
    # A pipeline ends with the status of its last command: only a case of one command speaks of dehusk's own.
    same(done.returncode, case["status"], f"{what}: exit status")


# ---- what a table cannot say

def libraries(r):
    if r.sanitized:
        raise Skip("built with sanitizers")
    lines = r.run("ldd", r.dehusk).stdout.decode().split("\n")
    got = {os.path.basename(line.split()[0]) for line in lines if line.strip()}
    same(got - LIBRARIES, set(), "libraries")


def help_text(r):
    short, text = (r.run(r.dehusk, arg) for arg in ("--help", "--help=all"))
    for done in short, text:
        same((done.returncode, done.stderr), (0, b""), "status and stderr")
        same(max(len(line) for line in done.stdout.decode().split("\n")) <= 80, True, "width of at most 80")
    same(r.run(r.dehusk, "-h").stdout, short.stdout, "-h")
    text, lines = text.stdout.decode(), short.stdout.decode().rstrip("\n").split("\n")
    same(len(lines) <= 40, True, f"{len(lines)} lines of --help")
    same([line for line in lines if line.startswith("  -") and line not in text], [], "rows of --help that --help=all lacks")
    for name in ("from", "charset", "url", "rules", "body", "strip", "keep", "output", "focus", "[no-]title", "separator", "explain", "to", "fields", "only", "min-confidence", "[no-]links", "images", "front-matter", "keep-removed", "report", "next-pages", "fail-empty", "jobs", "type", "[no-]data", "[no-]hidden", "split", "comments", "[no-]clean-unicode", "nfc", "stream", "field", "files", "null", "include", "exclude", "restart", "retry-failed", "keep-stale", "no-sandbox",
                 "quiet", "max-bytes", "max-depth", "max-memory", "page-timeout", "fetch-timeout", "timeout",
                 "connect-timeout", "fetch-max-bytes", "max-redirects", "user-agent", "help", "version"):
        same(f" --{name}" in text, True, f"--{name} in --help=all")


def doctor(r):
    """All is well here but for what a build lacks; without the fetcher, or with another one, it is not."""
    def look(*args):
        done = subprocess.run([*args, "doctor", "--to", "json"], capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, env=r.env)
        same(done.stderr, b"", "stderr")
        return done.returncode, {x["name"]: x["state"] for x in json.loads(done.stdout)["checks"]}

    status, found = look(r.dehusk)
    want = {"models": "ok", "charsets": "ok", "language": found.get("language"), "patterns": found.get("patterns"), "processor": "ok", "sandbox": "absent" if r.sanitized else "ok",
            "fetcher": "absent" if lacking(r) else "ok", "limits": "ok"}
    same(found, want, "what is found")
    same(status, int("fails" in found.values()), "exit status")
    text = r.run(r.dehusk, "doctor").stdout.decode().split("\n")[1:-1]
    same({line.split()[1]: line.split()[0] for line in text}, found, "the same as text")
    folder = tempfile.mkdtemp(dir=r.folder)
    alone = shutil.copy(r.dehusk, folder)
    status, found = look(alone)
    same(found["fetcher"], "absent" if lacking(r) else "fails", "no fetcher")
    with open(os.path.join(folder, "dehusk-fetch"), "w") as f:
        f.write("#!/bin/sh\necho dehusk-fetch 0.0.1\n")
    os.chmod(f.name, 0o755)
    same((look(alone)[0], look(alone)[1]["fetcher"]), (1, "fails"), "another version of the fetcher")


class Report(html.parser.HTMLParser):
    """The tree of a report, as far as it is asked for; tags that do not fit are faults."""
    VOID = {"meta", "input"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.items, self.faults, self.words = [], [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "li":
            self.items.append([dict(attrs)["class"].split()[0], ""])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data):
        self.words += data
        if "li" in self.open and "p" in self.open:
            self.items[-1][1] += data


def page_reports(r):
    """What is in a report is the page's blocks, as --explain has them, and nothing in it does anything."""
    evil = b'<title>&lt;script&gt;x()&lt;/script&gt;</title><p>The ferry <b>left</b> &lt;img src=x onerror=y()&gt; &amp; "came".</p><nav><a href=/>Home</a></nav>'
    with open(os.path.join(r.work, "evil.html"), "wb") as f:
        f.write(evil)
    names = ["page.html", "evil.html", "rain.txt"]
    plain = r.run(r.dehusk, *names)
    done = r.run(r.dehusk, *names, "--report", "report.html", "--keep-removed", "gone")
    same((done.returncode, done.stdout, done.stderr), (0, plain.stdout, b""), "the result does not change")
    with open(os.path.join(r.work, "report.html"), encoding="utf-8") as f:
        text = f.read()
    report = Report(text)
    same((report.faults, report.open), ([], []), "tags that do not fit")
    same([t for t, a in report.tags if t in ("script", "img", "iframe", "link") or any(k.startswith("on") or k in ("src", "href") for k in a)], [], "tags that do something")
    want = []
    for name in names:
        lines = r.run(r.dehusk, "--explain=all", name).stdout.decode().split("\n")
        want += [line.split()[0] for line in lines if line[:4] in ("keep", "drop") and not line.endswith("blank line")]
    same([word for word, _ in report.items], want, "verdicts")
    same('The ferry left <img src=x onerror=y()> & "came".' in [words for _, words in report.items], True, "the words of a block")
    same([words for word, words in report.items[-2:]], ["The rain stopped at noon.", "Please wait…"], "the lines of a text")
    same([a["id"] for t, a in report.tags if t == "h2"], ["page-1", "page-2", "page-3"], "sections")
    picks = [a["class"] for t, a in report.tags if t == "input" and a["name"] == "show-3"]
    same(picks, ["only-all", "only-keep", "only-drop", "only-0", "only-1"], "what can be picked of the text")
    for pick in picks[1:]:
        same(f".{pick}:checked" in text, True, f"a rule for {pick}")


def closed_pipe(r, *args):
    """Nobody reads: a quiet end."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = r.run(r.dehusk, *args, stdout=out)
    same((done.returncode, done.stderr), (0, b""), "status and stderr")


def closed_pipe_of_removed(r):
    """What is removed has no reader any more; the result goes to a file and is whole."""
    closed_pipe(r, "long.txt", "rain.txt", "-o", "kept", "--keep-removed", "-")
    with open(os.path.join(r.work, "kept"), "rb") as f:
        same(f.read(), r.run(r.dehusk, "long.txt", "rain.txt").stdout, "the result")


def closed_pipe_of_lines(r):
    """The same for many inputs in worker processes."""
    folder = os.path.join(r.work, "piped")
    os.makedirs(folder)
    for i in range(50):
        shutil.copy(os.path.join(r.work, "rain.txt"), os.path.join(folder, str(i)))
    closed_pipe(r, "--to", "jsonl", "-j2", "piped")


def unreadable(r):
    path = os.path.join(r.work, "secret.txt")
    with open(path, "wb") as f:
        f.write(RAIN)
    os.chmod(path, 0)
    if os.access(path, os.R_OK):
        if not shutil.which("setpriv"):
            raise Skip("root reads everything, and there is no setpriv")
        os.chmod(r.folder, 0o755)
        nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        done = r.run(*nobody, r.dehusk, "secret.txt", "rain.txt")
    else:
        done = r.run(r.dehusk, "secret.txt", "rain.txt")
    same(done.stderr, b"dehusk: secret.txt: Permission denied\n", "stderr")
    same((done.returncode, done.stdout), (1, b"The rain stopped at noon.\n"), "status and stdout")


def explained_offsets(r):
    """Also behind the first window they count from the start of the input."""
    with open(os.path.join(r.work, "long.txt"), "rb") as f:
        text = f.read()
    done = r.run(r.dehusk, "--explain=all", "long.txt")
    lines = done.stdout.decode().split("\n")[:-2]
    same(len(lines), text.count(b"\n"), "lines")
    for line in lines[:3] + lines[-3:]:
        begin, end = map(int, line.split()[2].split("-"))
        same(text[begin - 1:begin] in (b"", b"\n") and text[end:end + 1] == b"\n", True, f"a line at {begin}-{end}")
        same(line.endswith(text[begin:end].decode()), True, f"{line!r} is {text[begin:end]!r}")


def give_back(kept, lost, end):
    """The text that the result and the lines of --keep-removed came from; end: what ends its lines."""
    def lines(data):
        return [x for x in (data.replace(end, end + b"\0").split(b"\0")) if x]

    numbers, at, out, rest = {}, 0, [], lines(kept)
    for line in lines(lost):
        number, text = line.split(b"\t", 1)
        numbers[int(number)] = text
    while rest or numbers:
        at += 1
        out.append(numbers.pop(at) if at in numbers else rest.pop(0))
    return b"".join(out)


def removed_and_kept(r):
    """Together they are the text, byte for byte, whatever ends its lines."""
    lost = os.path.join(r.work, "lost")
    folder, texts = os.path.join(HERE, "..", "..", "fixtures"), 0
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, "input.txt")
        if not os.path.exists(path):
            continue
        with open(path, "rb") as f:
            text = f.read()
        if b"\r" in text or b"\0" in text:
            continue
        text.decode()
        texts += 1
        for end in (b"\n", b"\r\n", b"\r"):
            for data in (text.replace(b"\n", end), text.rstrip(b"\n").replace(b"\n", end)):
                done = r.run(r.dehusk, "--from=text", "--keep-removed", lost, input=data)
                same((done.returncode, done.stderr), (0, b""), f"{name}: status and stderr")
                with open(lost, "rb") as f:
                    same(give_back(done.stdout, f.read(), end), data, f"{name}, lines end in {end}")
        kept = os.path.join(r.work, "kept")
        done = r.run(r.dehusk, "--from=text", "--keep-removed", "-", "-o", kept, input=text)
        with open(kept, "rb") as f:
            same(give_back(f.read(), done.stdout, b"\n"), text, f"{name}, removed lines on stdout")
    same(texts >= 20, True, f"only {texts} texts")


def terminal():
    """Both ends of a new one; a bare chroot has none to give."""
    try:
        return pty.openpty()
    except OSError as why:
        raise Skip(f"no terminal: {why}") from why


def on_terminal(r, args, want):
    """stdin is a terminal and ends at once."""
    main, side = terminal()
    child = r.start(*args, stdin=side)
    os.close(side)
    os.write(main, b"\x04")
    out, err = child.communicate(timeout=SECONDS)
    os.close(main)
    same((child.returncode, out, err.decode()), (0, b"", want), "result")


# ---- signals

def wait_for(condition, what):
    for _ in range(SECONDS * 50):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def catches(pid, number):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        fields = dict(line.split(":", 1) for line in f)
    return int(fields["SigCgt"], 16) >> (number - 1) & 1


def temporary(r):
    return [name for name in os.listdir(r.work) if ".tmp-" in name]


def interrupted(r, number, args, to_file):
    """A signal while stdin gives nothing."""
    out = os.path.join(r.work, "interrupted.txt")
    child = r.start(*args, *(["-o", out] if to_file else []), stdin=subprocess.PIPE)
    try:
        wait_for(lambda: catches(child.pid, number), "the handler")
        if to_file:
            wait_for(lambda: temporary(r), "the temporary file")
        child.send_signal(number)
        # stdin stays open: what ends it is the signal
        same(child.wait(SECONDS), 128 + number, "exit status")
    finally:
        child.kill()
        _, err = child.communicate(timeout=SECONDS)
    same(err, b"", "stderr")
    same((temporary(r), os.path.exists(out)), ([], False), "files that are left")


def interrupted_pipe(r):
    """A signal while a named pipe waits for its other end."""
    os.mkfifo(os.path.join(r.work, "nobody"))
    child = r.start("nobody", stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: catches(child.pid, signal.SIGTERM), "the handler")
        child.send_signal(signal.SIGTERM)
        same(child.wait(SECONDS), 143, "exit status")
    finally:
        child.kill()
        child.communicate(timeout=SECONDS)


def interrupted_fetch(r, server):
    """The fetcher goes with it: the server sees its connection end."""
    del server.seen[:]
    child = r.start(f"http://{server.host}/held", stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: server.seen, "the request")
        child.send_signal(signal.SIGTERM)
        same(child.wait(SECONDS), 143, "exit status")
    finally:
        child.kill()
        _, err = child.communicate(timeout=SECONDS)
    same(err, b"", "stderr")
    wait_for(lambda: server.held_ended, "the end of the connection")


def ignored_signal(r):
    """Who is started by nohup stays."""
    child = r.start(stdin=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    try:
        wait_for(lambda: catches(child.pid, signal.SIGTERM), "the handler")
        child.send_signal(signal.SIGHUP)
        out, err = child.communicate(RAIN, timeout=SECONDS)
    finally:
        child.kill()
    same((child.returncode, out, err), (0, b"The rain stopped at noon.\n", b""), "result")


def streams(r):
    """What has been cleaned is printed while the rest is still to come: a filter in a pipe."""
    window = b"".join(b"In the year %d the mill stood still.\n" % i for i in range(170000))
    child = r.start(stdin=subprocess.PIPE)
    # The program stops reading while nobody takes what it prints, so another thread feeds it; stdin stays open.
    feeder = threading.Thread(target=feed, args=(child, window), daemon=True)
    feeder.start()
    try:
        ready, _, _ = select.select([child.stdout], [], [], SECONDS)
        same(bool(ready), True, "something printed before the end of stdin")
        same(child.stdout.read(11), b"In the year", "what was printed")
    finally:
        child.kill()
        child.wait(SECONDS)
        feeder.join(SECONDS)
        for pipe in (child.stdout, child.stderr):
            pipe.close()


def feed(child, data):
    try:
        child.stdin.write(data)
        child.stdin.flush()
    except BrokenPipeError:
        pass


def all_of(main):
    """What a terminal shows once all who write to it are gone."""
    shown = b""
    try:
        while piece := os.read(main, 65536):
            shown += piece
    except OSError:  # so does Linux say the end
        pass
    os.close(main)
    return shown.decode()


def shown_on_terminal(r, data, want):
    """What a terminal gets: controls as escapes."""
    main, side = terminal()
    child = subprocess.Popen([r.dehusk, "--from=text"], stdin=subprocess.PIPE, stdout=side, stderr=subprocess.PIPE, cwd=r.work, env=r.env)
    _, err = child.communicate(data, timeout=SECONDS)
    os.close(side)
    shown = os.read(main, 65536)
    os.close(main)
    same((child.returncode, err), (0, b""), "status and stderr")
    same(shown.decode(), want.replace("\n", "\r\n"), "what the terminal gets")


def fetch_on_terminal(r):
    """Records of pages are nothing for one."""
    main, side = terminal()
    done = r.run(r.dehusk, "fetch", "http://127.0.0.1:1/", stdout=side)
    os.close(side)
    os.close(main)
    same((done.returncode, done.stderr), (2, b"dehusk-fetch: stdout is a terminal: records go into a pipe, or with --warc into a file\n"), "result")


def crawl_on_terminal(r):
    """Progress comes and goes; what stays is the line of figures."""
    os.makedirs(os.path.join(r.work, "few"))
    for name in ("a.txt", "b.txt"):
        shutil.copy(os.path.join(r.work, "rain.txt"), os.path.join(r.work, "few", name))
    main, side = terminal()
    done = r.run(r.dehusk, "few", "-o", "few-out", stderr=side)
    os.close(side)
    shown = all_of(main)
    same((done.returncode, done.stdout), (0, b""), "status and stdout")
    same("\r\x1b[K2 of 2 files, 0.0 of 0.0 MB" in shown, True, f"progress in {shown!r}")
    same(shown.split("\r\x1b[K")[-1], "dehusk: few-out: 2 of 2 files cleaned\r\n", "what stays")


def interrupted_crawl(r, first_pass):
    """What is done stays, what is in hand is finished, the rest is left; in the first pass nothing is done yet."""
    files, out, many = 20000, os.path.join(r.work, "many-out"), os.path.join(r.work, "many")
    if not os.path.isdir(many):
        os.mkdir(many)
        for i in range(files):
            os.link(os.path.join(r.work, "page.html"), os.path.join(many, f"{i}.html"))
    shutil.rmtree(out, ignore_errors=True)
    child = r.start("many", "-o", "many-out", "-j1", *([] if first_pass else ["--no-profile"]), stdin=subprocess.DEVNULL)
    begun = ".dehusk" if first_pass else ".txt"
    try:
        wait_for(lambda: os.path.isdir(out) and any(name.endswith(begun) for name in os.listdir(out)), "the first output")
        child.send_signal(signal.SIGTERM)
        same(child.wait(SECONDS), 143, "exit status")
    finally:
        child.kill()
        _, err = child.communicate(timeout=SECONDS)
    names = [name for name in os.listdir(out) if name not in (".dehusk", "dehusk-manifest.jsonl")]
    same(not names if first_pass else 0 < len(names) < files, True, f"{len(names)} outputs")
    same([name for name in names if not name.endswith(".txt") or name.startswith(".")], [], "files that are no output")
    lines = err.decode().split("\n")
    same(lines[0].startswith("dehusk: many-out: interrupted: "), True, f"stderr {err!r}")
    same(lines[1:], ["dehusk: many-out: the same command goes on where this run stopped", ""], f"stderr {err!r}")


def stream_answers_at_once(r):
    """Each record has its answer before the next one is there."""
    child = r.start("--stream", stdin=subprocess.PIPE)
    try:
        for i in range(20):
            child.stdin.write(b'{"id":%d,"text":"The rain stopped at noon."}\n' % i)
            child.stdin.flush()
            same(select.select([child.stdout], [], [], SECONDS)[0], [child.stdout], f"an answer to record {i}")
            same(json.loads(child.stdout.readline())["id"], i, "the answer's id")
        child.stdin.close()
        same(child.wait(SECONDS), 0, "exit status")
    finally:
        child.kill()
        child.wait(SECONDS)
        child.stdout.close()
        child.stderr.close()


def without_fetcher(r, server):
    """It is looked for beside the program, never in PATH."""
    alone, path = os.path.join(r.folder, "alone"), os.path.join(r.folder, "path")
    os.mkdir(alone)
    os.mkdir(path)
    shutil.copy(r.dehusk, alone)
    with open(os.path.join(path, "dehusk-fetch"), "w") as f:
        f.write("#!/bin/sh\necho wrong one\n")
    os.chmod(os.path.join(path, "dehusk-fetch"), 0o755)
    done = subprocess.run([os.path.join(alone, "dehusk"), f"http://{server.host}/plain"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=SECONDS, env={**r.env, "PATH": path})
    if done.returncode == 0:
        raise Skip("an installed dehusk-fetch was found")
    same((done.returncode, done.stdout, done.stderr.count(b"\n")), (1, b"", 1), "result")
    same(b"dehusk-fetch, which fetches addresses, is neither beside" in done.stderr, True, f"{done.stderr!r}")
    done = subprocess.run([os.path.join(alone, "dehusk"), "fetch", "--version"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=SECONDS, env={**r.env, "PATH": path})
    same((done.returncode, done.stdout, done.stderr.count(b"\n")), (1, b"", 1), "dehusk fetch")
    same(b"dehusk-fetch, which fetches addresses, is neither beside" in done.stderr, True, f"{done.stderr!r}")


def fake_fetcher(r, script, want, status=1):
    """What becomes of a fetcher that does not behave."""
    folder = tempfile.mkdtemp(dir=r.folder)
    shutil.copy(r.dehusk, folder)
    with open(os.path.join(folder, "dehusk-fetch"), "w") as f:
        f.write("#!/bin/sh\n" + script)
    os.chmod(os.path.join(folder, "dehusk-fetch"), 0o755)
    done = subprocess.run([os.path.join(folder, "dehusk"), "http://h/"], capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=SECONDS, env=r.env)
    same((done.returncode, done.stderr.decode()), (status, want), "result")


def request_options(r, server):
    del server.seen[:]
    r.run(r.dehusk, "--user-agent=mill/1.0 (test)", f"http://{server.host}/plain")
    same(server.seen[-1].headers["user-agent"], "mill/1.0 (test)", "User-Agent")


# ---- all

def run_special(r, server):
    r.case("libraries", libraries)
    r.case("help", help_text)
    r.case("doctor", doctor)
    r.case("page report", page_reports)
    r.case("closed pipe", closed_pipe, "rain.txt")
    r.case("closed pipe, long", closed_pipe, "long.txt", "rain.txt")
    r.case("closed pipe, help", closed_pipe, "--help")
    r.case("closed pipe, removed lines", closed_pipe_of_removed)
    r.case("closed pipe, lines of a folder", closed_pipe_of_lines)
    r.case("closed pipe, explain", closed_pipe, "--explain", "rain.txt")
    r.case("unreadable file", unreadable)
    r.case("explained offsets", explained_offsets)
    r.case("kept and removed give the text back", removed_and_kept)
    r.case("streams", streams)
    hint = "dehusk: reading from the terminal, up to Ctrl-D (--help shows what else can be named)\n"
    r.case("hint on a terminal", on_terminal, [], hint)
    r.case("no hint if quiet", on_terminal, ["-q"], "")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        r.case(f"{number.name}", interrupted, number, [], False)
        r.case(f"{number.name} with -o", interrupted, number, ["rain.txt", "-"], True)
    for name, data, want in (
            ("an escape sequence", b"The rain \x1b[31mstopped\x1b[0m at noon.\n", "The rain \\x1b[31mstopped\\x1b[0m at noon.\n"),
            ("an 8-bit one", "The rain \x9b31mstopped.\n".encode(), "The rain \\u009b31mstopped.\n"),
            ("a title for the window", b"The rain \x1b]0;pwned\x07stopped.\n", "The rain \\x1b]0;pwned\\x07stopped.\n"),
            ("CR and backspace", b"The rain\rThe sun\b\b stopped.\n", "The rain\\rThe sun\\x08\\x08 stopped.\n"),
            ("an override", "The rain \u202ereversed.\n".encode(), "The rain \\u202ereversed.\n"),
            ("tabs and lines", b"The\train\nstopped.\n", "The\train\nstopped.\n"),
            ("letters", "Der Regen hörte auf – 雨が止んだ می\u200cرود.\n".encode(), "Der Regen hörte auf – 雨が止んだ می\u200cرود.\n")):
        r.case(f"on a terminal: {name}", shown_on_terminal, data, want)
    r.case("folder on a terminal", crawl_on_terminal)
    r.case("SIGTERM in a folder run", interrupted_crawl, False)
    r.case("SIGTERM in the first pass of one", interrupted_crawl, True)
    r.case("stream answers at once", stream_answers_at_once)
    r.case("SIGTERM before a named pipe", interrupted_pipe)
    r.case("SIGHUP that is ignored", ignored_signal)
    r.case("no fetcher", without_fetcher, server)
    if not lacking(r):
        r.case("fetch on a terminal", fetch_on_terminal)
        r.case("SIGTERM while fetching", interrupted_fetch, server)
        r.case("options of the request", request_options, server)
    for name, script, want in (
            ("dies", "kill -9 $$", "dehusk-fetch was ended by signal 9"),
            ("says nothing", "exit 7", "dehusk-fetch failed with exit status 7"),
            ("says another thing", "echo oh no >&2; exit 1", "oh no"),
            ("says controls", "printf '\\033[31mred\\n' >&2; exit 1", "\\x1b[31mred"),
            ("says more than a pipe holds", "head -c 3000000 /dev/zero | tr '\\0' '\\n' >&2; exit 4",
             "dehusk-fetch failed with exit status 4")):
        r.case(f"fetcher that {name}", fake_fetcher, script, f"dehusk: http://h/: {want}\n")
    r.case("fetcher that says two lines", fake_fetcher, "echo one >&2; echo two >&2; exit 1", "one\ndehusk: http://h/: two\n")


def lacking(r):
    """What cases cannot run, and why."""
    built = os.path.isfile(os.path.join(r.bin, "dehusk-fetch"))
    return {} if built else {"url": "dehusk-fetch is not built", "address": "dehusk-fetch is not built"}


def held(server):
    """A path of the server that answers nothing, and notes when its client went away."""
    def answer(conn, request):
        conn.settimeout(SECONDS)
        conn.recv(1)
        server.held_ended = True
    return answer


def full_socket():
    """A socket whose queue is full answers nobody."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for s in waiting:
        s.setblocking(False)
        s.connect_ex(full.getsockname())
    return [full, *waiting]


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{s.getsockname()[1]}"


def main():
    # Who started this may ignore signals, as shells and nohup do for what they run in the background: children shall not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if len(sys.argv) not in (2, 3):
        print("usage: run.py BUILD_DIR [WORD]", file=sys.stderr)
        return 2
    import server as server_module
    r, server, full = Runner(sys.argv[1], "".join(sys.argv[2:])), Server(), full_socket()
    server.closed, server.held_ended = closed_port(), False
    server_module.BEHAVIOURS["/held"] = held(server)
    words = {"host": server.host, "closed": server.closed, "full": "127.0.0.1:%d" % full[0].getsockname()[1],
             "a150": "a" * 150}
    try:
        lacks = lacking(r)
        for case in read_cases(os.path.join(HERE, "cases.txt")):
            r.case(case["name"], check_row, case, words, lacks)
        run_special(r, server)
    finally:
        server.close()
        for s in full:
            s.close()
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed, {r.skipped} skipped")
    return 1 if r.failed else 0


if __name__ == "__main__":
    sys.exit(main())
