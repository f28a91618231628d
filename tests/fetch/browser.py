#!/usr/bin/env python3
"""Runs --browser with the Chromium that is installed, in a network namespace of its own whose loopback has a public and a private address.

Usage: browser.py BUILD_DIR [WORD]; only cases whose name holds WORD. One line a case, then "N passed, M failed"; exit status 1 if any failed. Skipped where there is no Chromium,
or no namespace can be made. As root, cases run as the user nobody, so that Chromium has its sandbox.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cached import Cache  # noqa: E402
from lists import paths  # noqa: E402
from run import Runner, Skip, in_namespace, same  # noqa: E402
from server import ARTICLE, BEHAVIOURS, Server, page  # noqa: E402

INSIDE = "--in-namespace"
SECONDS = 120  # no case takes longer, not even on a busy machine
PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.1"  # on this loopback only
NEIGHBOUR = "93.184.215.1"
NOBODY = 65534
NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
NONE = "no Chromium is installed (none of " + ", ".join(NAMES) + " in PATH)"
FAST = ["--allow-private", "--no-robots", "--delay=0"]

MILL = ["The mill at the lower bridge has stood empty since the flood of 1954, and nobody in the village expected to hear its wheel again. "
        "Last week it turned for an hour, and half of the village came to watch.",
        "From May on the mill will grind on the first Sunday of each month. Visitors are asked to leave their cars at the station, as the "
        "bridge carries no more than two tonnes."]
WRITE = "document.getElementById('root').innerHTML = '<article><h1>The old mill</h1>' + " + json.dumps(MILL) + \
        ".map(t => '<p>' + t + '</p>').join('') + '</article>';"


def app(path, script):
    """A page that has no text but what its script writes."""
    body = f"<!doctype html><html><head><title>The mill</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>" \
           f"<div id=root></div><script>{script}</script></body></html>".encode()

    def answer(conn, request):
        if request.headers.get("if-none-match") == '"app"':
            page(conn, b"", status="304 Not Modified")
        else:
            page(conn, body, 'ETag: "app"')
    BEHAVIOURS[path] = answer


app("/app", f"setTimeout(() => {{ {WRITE} }}, 200)")
app("/endless", f"{WRITE} for (;;) ;")
app("/never-quiet", f"{WRITE} setInterval(() => fetch('/plain?' + Math.random()), 50)")
app("/dialog", f"alert('stop'); {WRITE}")
app("/large", f"{WRITE} document.body.append('x'.repeat(300000))")
app("/to-file-by-script", f"{WRITE} location = 'file:///etc/passwd'")
app("/to-blob", f"{WRITE} location = URL.createObjectURL(new Blob(['<p>x</p>'], {{type: 'text/html'}}))")
app("/moves", "location = '/app'")
app("/to-404-by-script", "location = '/404'")


class Browser:
    """Runs programs as somebody for whom Chromium has its sandbox, if there is such a one."""

    def __init__(self, r, server, private):
        self.r, self.server, self.private = r, server, private
        self.url = f"http://{PUBLIC}:{server.port}"
        self.inside = f"http://{PRIVATE}:{private.port}"
        self.prefix = []
        self.who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        try:
            subprocess.run(["true"], check=True, **self.who)
            self.options = []
        except PermissionError:
            self.who, self.options = {}, ["--browser-no-sandbox"]
        self.folder = tempfile.mkdtemp(prefix="dehusk-", dir="/tmp")  # a short name: Chromium has a socket below it
        os.chmod(self.folder, 0o777)
        self.env = {**r.env, "TMPDIR": self.folder, "HOME": self.folder}

    def __call__(self, *args, program=None, browser="--browser", env=None):
        command = [*self.prefix, program or self.r.fetch, *([browser] if browser else []), *(self.options if browser else []), *args]
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, env={**self.env, **(env or {})}, check=False,
                              **self.who)

    def lines(self, done):
        """What was said, without the line that a run without sandbox says."""
        return [line for line in done.stderr.decode().splitlines() if "without its sandbox" not in line]

    def shown(self, done):
        """Address and text of the one record."""
        same((done.returncode, self.lines(done)), (0, []), "exit status and stderr")
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        same((fields["WARC-Type"], fields["Content-Type"]), ("conversion", "text/html; charset=utf-8"), "record")
        same(len(rest), int(fields["Content-Length"]) + 4, "length")
        return fields["WARC-Target-URI"], rest[:-4].decode()

    def left(self):
        """Processes and profiles that are still there."""
        found = [name for name in os.listdir(self.folder) if name.startswith("dehusk-browser-")]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    found += [pid] if self.folder.encode() in f.read() else []
            except OSError:
                pass
        return found

    def check_gone(self):
        for _ in range(100):
            if not self.left():
                return
            time.sleep(0.1)
        raise AssertionError(f"still there: {self.left()}")


def failure(b, path, options, why):
    done = b(*options, b.url + path)
    same((done.returncode, done.stdout, b.lines(done)), (1, b"", [f"dehusk-fetch: {b.url}{path}: {why}"]), "result")
    b.check_gone()


# ---- cases

def written_by_script(b):
    """The page is fetched, then shown, by a browser that calls itself as we do."""
    url, text = b.shown(b("--user-agent=mill/2", b.url + "/app"))
    same((url, all(part in text for part in MILL)), (b.url + "/app", True), f"page {text}")
    same({q.headers["user-agent"] for q in b.server.seen}, {"mill/2"}, "user agents")
    same(paths(b.server).count("/app"), 2, "requests")
    b.check_gone()


def moved_by_script(b):
    url, text = b.shown(b(b.url + "/moves"))
    same((url, MILL[1] in text), (b.url + "/app", True), "page")
    failure(b, "/to-404-by-script", [], "HTTP status 404 (not found)")


def never_quiet(b):
    """A page that goes on loading is taken as it is some seconds after it was there."""
    same(MILL[1] in b.shown(b(b.url + "/never-quiet"))[1], True, "text")


def dialog(b):
    same(MILL[1] in b.shown(b(b.url + "/dialog"))[1], True, "text")


def no_page(b):
    """What is no HTML, and what fails before, never gets to a browser."""
    BEHAVIOURS["/paper"] = lambda conn, request: page(conn, b"%PDF-1.7 x", "Content-Type: application/pdf")
    done = b(b.url + "/paper")
    same((done.returncode, b"\r\nWARC-Type: response\r\n" in done.stdout, done.stdout.endswith(b"%PDF-1.7 x\r\n\r\n")), (0, True, True), "PDF")
    failure(b, "/404", [], "HTTP status 404 (not found)")
    same(paths(b.server), ["/paper", "/404"], "requests")


def endless_script(b):
    failure(b, "/endless", ["--timeout=5"], "timed out after 5 s in Chromium (--fetch-timeout)")


def too_large(b):
    failure(b, "/large", ["--fetch-max-bytes=200K"], "larger than 204800 bytes (--fetch-max-bytes)")


def to_file(b):
    """Chromium leads no page to a file; a page that leads itself to what is no address is none."""
    url, text = b.shown(b(b.url + "/to-file-by-script"))
    same((url, MILL[1] in text, "root:" in text), (b.url + "/to-file-by-script", True, False), "page")
    failure(b, "/to-blob", [], "bad address: it must begin with http:// or https://, in Chromium")


def to_private(b):
    """From a public server nothing gets to a private one, by no way that a page has."""
    app("/to-private", f"location = '{b.inside}/plain'")
    failure(b, "/to-private", [], f"refused address {PRIVATE}: private, in Chromium")
    b.server.location = b.inside + "/plain"
    app("/to-private-later", "location = '/to-location'")
    failure(b, "/to-private-later", [], f"refused address {PRIVATE}: private, in Chromium")
    app("/loads-private", f"""fetch('{b.inside}/plain', {{mode: 'no-cors'}}).catch(() => 0);
        new WebSocket('{b.inside.replace("http", "ws")}/plain');
        for (const tag of ['img', 'iframe', 'script', 'object']) {{
            const e = document.createElement(tag); e.src = e.data = '{b.inside}/plain'; document.body.append(e);
        }}
        const l = document.createElement('link'); l.rel = 'dns-prefetch'; l.href = '//leak.invalid'; document.head.append(l);
        {WRITE}""")
    same(MILL[1] in b.shown(b(b.url + "/loads-private"))[1], True, "text")
    same((b.private.connections, b.private.seen), (0, []), "connections to the private server")
    same(b"The mill" in b("--allow-private", b.url + "/to-private").stdout, True, "--allow-private")
    same(b.private.connections > 0, True, "connections with --allow-private")


def by_udp(b):
    """WebRTC: no packet leaves, not even to where a page may connect. A Chromium that is not held sends one here."""
    if subprocess.run(["ip", "link", "show", "out"], capture_output=True, check=False).returncode:
        raise Skip("no interface of which WebRTC would make use")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((PUBLIC, 0))
        port = listener.getsockname()[1]
        app("/rtc", f"""const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{PUBLIC}:{port}'}}]}}); p.createDataChannel('x');
            p.createOffer().then(o => p.setLocalDescription(o)); setTimeout(() => {{ {WRITE} }}, 1500); fetch('/slow-body').catch(() => 0)""")
        same(MILL[1] in b.shown(b("--timeout=20", b.url + "/rtc"))[1], True, "text")
        listener.settimeout(0)
        try:
            raise AssertionError(f"a packet came: {listener.recv(2000)}")
        except BlockingIOError:
            pass


def flags_alone(b):
    """Where no namespace can be had, Chromium's own flags hold the same."""
    b.who, b.options = {}, ["--browser-no-sandbox"]
    b.prefix = ["unshare", "-r", "sh", "-c", 'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"', "sh"]
    none = subprocess.run([*b.prefix, "unshare", "-n", "true"], capture_output=True, check=False)
    if subprocess.run([*b.prefix, "true"], capture_output=True, check=False).returncode or not none.returncode:
        raise Skip("namespaces cannot be forbidden here")
    by_udp(b)
    to_private(b)


def named_private(b):
    """A private server that a person names may be shown, with what it loads from there."""
    same(MILL[1] in b.shown(b(b.inside + "/app"))[1], True, "text")


def auto(b):
    """Only where a page has no text without its scripts."""
    if not b.r.dehusk:
        raise Skip("dehusk is not built")
    done = b(b.url + "/app", program=b.r.dehusk, browser="--browser=auto")
    same((done.returncode, done.stdout.decode()), (0, "\n\n".join(MILL) + "\n"), "with it")
    asked = paths(b.server).count("/app")
    same(asked, 3, "requests")
    for browser, path in ((None, "/plain"), ("--browser=auto", "/plain")):
        del b.server.seen[:]
        done = b(b.url + path, program=b.r.dehusk, browser=browser)
        same((done.returncode, b"station" in done.stdout, paths(b.server)), (0, True, ["/plain"]), f"{browser} {path}")
    out = os.path.join(b.folder, "kept.txt")
    with open(out, "w") as f:
        f.write("as before")
    app("/app-endless", "for (;;) ;")
    done = b(b.url + "/app-endless", "-o", out, "--timeout=5", program=b.r.dehusk, browser="--browser=auto")
    with open(out) as f:
        same((done.returncode, f.read()), (1, "as before"), "an output of a page that fails")
    done = b(b.url + "/app", "--to=json", program=b.r.dehusk, browser="--browser=auto")
    same((json.loads(done.stdout)["status"], json.loads(done.stdout)["text"]), ("ok", "\n\n".join(MILL) + "\n"), "as JSON")
    removed = os.path.join(b.folder, "removed.txt")
    b(b.url + "/app", b.url + "/plain", "--keep-removed", removed, program=b.r.dehusk, browser="--browser=auto")
    with open(removed) as f:
        heads = [line.strip() for line in f if line.startswith("==> ")]
    same(heads, [f"==> {b.url}/app <==", f"==> {b.url}/plain <=="], "a name for each page in what was removed")


def manifest(out):
    with open(os.path.join(out, "dehusk-manifest.jsonl")) as f:
        return {line["source"].rpartition("/")[2]: line for line in map(json.loads, f)}


def into_folder(b, browser):
    """A list: what was shown is kept, and not shown again while the page is the same; what fails in the browser has failed."""
    if not b.r.dehusk:
        raise Skip("dehusk is not built")
    out = os.path.join(b.folder, "out")
    wanted = [b.url + path for path in ("/app", "/plain", "/etag", "/endless")]
    command = ["-o", out + "/", *FAST, "--timeout=15", "-q", *wanted]
    done = b(*command, program=b.r.dehusk, browser=browser)
    same((done.returncode, b.lines(done)), (1, [f"dehusk-fetch: {b.url}/endless: timed out after 15 s in Chromium (--fetch-timeout)"]), "first run")
    lines = manifest(out)
    same({key: line["status"] for key, line in lines.items()}, {"app": "ok", "plain": "ok", "etag": "ok", "endless": "error"}, "manifest")
    with open(os.path.join(out, lines["app"]["output"])) as f:
        same(f.read(), "\n\n".join(MILL) + "\n", "output")
    cache = Cache(b.r, b.server)
    cache.folder = os.path.join(out, ".dehusk", "cache")
    check_records(cache)
    del b.server.seen[:]
    done = b(*command[:-1], "--log", os.path.join(b.folder, "log"), program=b.r.dehusk, browser=browser)
    same((done.returncode, done.stderr if not b.options else b""), (0, b""), "second run")
    same(manifest(out)["app"], lines["app"], "line of the second run")
    again = ["/plain", "/plain"] if browser == "--browser" else ["/plain"]  # which names no version of itself
    same([p for p in sorted(paths(b.server)) if p != "/favicon.ico"], sorted(["/app", "/etag", *again]), "requests of the second run")
    with open(os.path.join(b.folder, "log")) as f:
        log = {line["address"].rpartition("/")[2]: line for line in map(json.loads, f)}
    same((log["app"]["status"], log["app"].get("kept"), log["app"].get("browser")), (304, True, True), "log")


def check_records(cache):
    names = {}
    for *_, kind, record in cache.members():
        name, of = re.search(rb"WARC-Record-ID: (\S+)", record)[1], re.search(rb"WARC-Refers-To: (\S+)", record)
        names[name] = (kind, re.search(rb"WARC-Target-URI: (\S+)", record)[1])
        if kind == "conversion":
            same(names[of[1]], ("response", names[name][1]), "what it was made of")
    same("conversion" in {kind for kind, _ in names.values()}, True, "a conversion record")
    cache.check()


def crawl(b):
    """Links that scripts write are followed."""
    if not b.r.dehusk:
        raise Skip("dehusk is not built")
    app("/site/", WRITE + " document.body.innerHTML += '<a href=\"/site/two\">on</a>'")
    app("/site/two", WRITE)
    out = os.path.join(b.folder, "crawled")
    done = b("--crawl", b.url + "/site/", "-o", out, *FAST, "-q", program=b.r.dehusk, browser="--browser=auto")
    same((done.returncode, b.lines(done), {key: line["status"] for key, line in manifest(out).items()}), (0, [], {"": "ok", "two": "ok"}), "result")


def warcio(b):
    try:
        import warcio  # noqa: F401, PLC0415
    except ImportError:
        raise Skip("warcio is not installed") from None
    path = os.path.join(b.folder, "shown.warc.gz")
    done = b("--warc", path, b.url + "/app")
    same((done.returncode, b.lines(done)), (0, []), "exit status and stderr")
    done = subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True, check=False)
    same((done.returncode, "digest failed" in done.stdout, done.stdout.count("conversion")), (0, False, 1), done.stdout)


def missing(b):
    empty = {"PATH": b.folder}
    done = b(b.url + "/app", env=empty)
    same((done.returncode, b.lines(done)), (1, ["dehusk-fetch: " + NONE]), "dehusk-fetch")
    same(b.server.seen, [], "requests")
    if b.r.dehusk:
        done = b(b.url + "/app", program=b.r.dehusk, browser="--browser=auto", env=empty)
        same((done.returncode, b.lines(done)), (1, [f"dehusk: {b.url}/app: {NONE}"]), "dehusk")


def as_root(b):
    if os.geteuid():
        raise Skip("is for root")
    b.who = {}
    b.options = []
    done = b(b.url + "/app")
    why = "--browser: Chromium has no sandbox as root: be another user, or say --browser-no-sandbox"
    same((done.returncode, done.stderr.decode(), b.server.seen), (2, f"dehusk-fetch: {why}\n", []), "without the option")
    b.options = ["--browser-no-sandbox"]
    same(MILL[1] in b.shown(b("-q", b.url + "/app"))[1], True, "with it")
    done = b("-q", b.url + "/app")
    same(done.stderr, b"dehusk-fetch: Chromium runs without its sandbox (--browser-no-sandbox)\n", "what is said")
    b.check_gone()


def usage(b):
    for options, why in ((["--cookies=/dev/null"], "--browser: Chromium takes no --cookies"), (["--ca=/dev/null"], "--browser: Chromium takes no --ca"),
                         (["--header=A: b"], "--browser: Chromium takes no --header")):
        done = b(*options, b.url + "/app")
        same((done.returncode, done.stderr.decode()), (2, f"dehusk-fetch: {why}\n"), "usage")
    done = b(b.url + "/app", browser="--browser=auto")
    same((done.returncode, done.stderr.decode()), (2, "dehusk-fetch: --browser=auto: pages are judged by dehusk: dehusk --browser=auto URL\n"), "auto")
    done = b("--browser-no-sandbox", b.url + "/app", browser=None)
    same((done.returncode, done.stderr.decode()), (2, "dehusk-fetch: --browser-no-sandbox: is for --browser\n"), "alone")
    if b.r.dehusk:
        done = b("/dev/null", program=b.r.dehusk)
        same((done.returncode, done.stderr.decode()), (2, "dehusk: --browser: is for addresses\n"), "without an address")


def fake(b, script):
    """A Chromium of ours."""
    folder = os.path.join(b.folder, "bin")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "chromium")
    with open(path, "w") as f:
        f.write("#!/bin/sh\n" + script)
    os.chmod(path, 0o755)
    return {"PATH": folder + ":/usr/bin:/bin"}


def stubborn(b):
    """One that says nothing, and whose processes leave its session, is ended with all of them; one that ends at once, or talks nonsense, fails."""
    done = b("--timeout=2", b.url + "/app", env=fake(b, f"setsid sh -c 'trap \"\" TERM HUP; sleep 300; : {b.folder}' & \nsleep 300; : {b.folder}\n"))
    same(b.lines(done), [f"dehusk-fetch: {b.url}/app: timed out after 2 s in Chromium (--fetch-timeout)"], "one that says nothing")
    b.check_gone()
    done = b(b.url + "/app", env=fake(b, "echo first >&2; echo no such library >&2; exit 3\n"))
    same(b.lines(done), [f"dehusk-fetch: {b.url}/app: Chromium ended before the page was there: no such library"], "one that ends")
    done = b("--timeout=3", b.url + "/app", env=fake(b, "printf '{\"id\":0,\"result\"\\0nonsense\\0{}\\0[1]\\0' >&4; exec sleep 300\n"))
    same(b.lines(done), [f"dehusk-fetch: {b.url}/app: timed out after 3 s in Chromium (--fetch-timeout)"], "one that talks nonsense")
    done = b("--fetch-max-bytes=64K", b.url + "/app", env=fake(b, "exec tr '\\0' x </dev/zero >&4\n"))
    same(b.lines(done), [f"dehusk-fetch: {b.url}/app: larger than 65536 bytes (--fetch-max-bytes)"], "one that never ends a message")
    b.check_gone()


def interrupted(b):
    """Whoever ends the program ends Chromium, also where it is killed."""
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        p = subprocess.Popen([b.r.fetch, "--browser", *b.options, b.url + "/endless"], env=b.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             **b.who)
        for _ in range(300):
            if paths(b.server).count("/endless") >= 2:
                break
            time.sleep(0.1)
        same(len(b.left()) > 1, True, "Chromium runs")
        p.send_signal(sign)
        p.wait(20)
        b.check_gone()
        del b.server.seen[:]


CASES = [written_by_script, moved_by_script, never_quiet, dialog, no_page, endless_script, too_large, to_file, to_private, by_udp, flags_alone, named_private, auto,
         ("into a folder, all", lambda b: into_folder(b, "--browser")), ("into a folder, auto", lambda b: into_folder(b, "--browser=auto")), crawl, warcio,
         missing, as_root, usage, stubborn, interrupted]


def inside(build, word=""):
    for command in (["link", "set", "lo", "up"], ["addr", "add", f"{PUBLIC}/32", "dev", "lo"], ["addr", "add", f"{PRIVATE}/32", "dev", "lo"]):
        subprocess.run(["ip", *command], check=True)
    for command in ("link add out type veth peer name other", "link set other up", f"addr add {NEIGHBOUR}/24 dev out", "link set out up",
                    "route add default dev out"):  # leads nowhere; WebRTC makes no use of loopback
        subprocess.run(["ip", *command.split()], check=False, stderr=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal; what runs in the background has it ignored
    r = Runner(build)
    os.chmod(r.folder, 0o755)
    try:
        for case in CASES:
            name, function = case if isinstance(case, tuple) else (case.__name__.replace("_", " "), case)
            if word not in name:
                continue
            server, private = Server(PUBLIC), Server(PRIVATE)
            b = Browser(r, server, private)
            r.case(name, function, b)
            shutil.rmtree(b.folder, ignore_errors=True)
            server.close()
            private.close()
    finally:
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed")
    return 1 if r.failed else 0


def main():
    if len(sys.argv) >= 3 and sys.argv[1] == INSIDE:
        return inside(*sys.argv[2:])
    if len(sys.argv) not in (2, 3):
        print("usage: browser.py BUILD_DIR [WORD]", file=sys.stderr)
        return 2
    if not any(shutil.which(name) for name in NAMES):
        print("skipped all: no Chromium is installed")
        return 0
    return in_namespace(__file__, INSIDE, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
