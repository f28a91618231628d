#!/usr/bin/env python3
"""Runs dehusk-fetch (and dehusk, if it is built) against the server of faults, on loopback only.

Usage: run.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed.
"""

import base64
import hashlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from server import ARTICLE, LATIN, Server  # noqa: E402

SECONDS = 20  # no case takes longer

# Pages that come through: path, body, last path, options, what the HTTP block's header must hold.
GOOD = [
    ("/plain", ARTICLE, "/plain", [], ["HTTP/1.1 200 OK", "Server: mill house"]),
    ("/gzip", ARTICLE, "/gzip", [], ["X-Archive-Orig-Content-Encoding: gzip", "X-Archive-Orig-Content-Length: "]),
    ("/deflate", ARTICLE, "/deflate", [], ["X-Archive-Orig-Content-Encoding: deflate"]),
    ("/br", ARTICLE, "/br", [], ["X-Archive-Orig-Content-Encoding: br"]),
    ("/zstd", ARTICLE, "/zstd", [], ["X-Archive-Orig-Content-Encoding: zstd"]),
    ("/gzip-br", ARTICLE, "/gzip-br", [], ["X-Archive-Orig-Content-Encoding: gzip, br"]),
    ("/chunked", ARTICLE, "/chunked", [], ["X-Archive-Orig-Transfer-Encoding: chunked"]),
    ("/chunked-gzip", ARTICLE, "/chunked-gzip", [], ["X-Archive-Orig-Transfer-Encoding: chunked"]),
    ("/trailers", ARTICLE, "/trailers", [], ["HTTP/1.1 200 OK"]),
    ("/http10", ARTICLE, "/http10", [], ["HTTP/1.0 200 OK"]),
    ("/latin1", LATIN.encode("latin-1"), "/latin1", [], ["Content-Type: text/html; charset=iso-8859-1"]),
    ("/continue", ARTICLE, "/continue", [], ["HTTP/1.1 200 OK"]),
    ("/bare-lf", ARTICLE, "/bare-lf", [], ["Content-Type: text/html"]),
    ("/folded", ARTICLE, "/folded", [], ["X-Long: one"]),
    ("/two-lengths", ARTICLE, "/two-lengths", [], []),
    ("/text", b"One line.\nAnother line.\n", "/text", [], ["Content-Type: text/plain"]),
    ("/empty", b"", "/empty", [], ["HTTP/1.1 200 OK"]),
    ("/no-content", b"", "/no-content", [], ["HTTP/1.1 204 No Content"]),
    ("/no-reason", b"ok", "/no-reason", [], ["HTTP/1.1 200 "]),
    ("/moved-once", ARTICLE, "/plain", [], []),
    ("/moved-301", ARTICLE, "/plain", [], []),
    ("/moved-303", ARTICLE, "/plain", [], []),
    ("/moved-307", ARTICLE, "/plain", [], []),
    ("/moved-308", ARTICLE, "/plain", [], []),
    ("/moved-space", ARTICLE, "/a%20b", [], []),
    ("/moved-relative/x", ARTICLE, "/plain", [], []),
    ("/redirect-page-lies", ARTICLE, "/plain", [], []),
    ("/redirect-endless", ARTICLE, "/plain", [], []),
    ("/needs-cookie", ARTICLE, "/needs-cookie", [], []),
    ("/to-injection", ARTICLE, "/plain", [], []),
    ("/chain5", ARTICLE, "/plain", [], []),
    ("/chain8", ARTICLE, "/plain", ["--max-redirects=8"], []),
    ("/plain?a=1&b=%41#part", ARTICLE, "/plain?a=1&b=%41", [], []),
    ("/a b", ARTICLE, "/a%20b", [], []),
    ("/pl\nain\t", ARTICLE, "/plain", [], []),
    ("/plain", ARTICLE, "/plain", [f"--fetch-max-bytes={len(ARTICLE)}"], []),
]

REFUSED = ": only http and https are fetched, in a redirect"
BAD_REDIRECT = ", in a redirect"
TIMED_OUT = "timed out after 1 s (--fetch-timeout)"
UNSAFE = "certificates are not checked (--insecure): whoever stands in between can write what comes"
NO_HTTP = "the answer is not valid HTTP"

# Pages that fail: path, options, what stderr says behind "dehusk-fetch: URL: " ({} is the server's address).
FAULTS = [
    ("/404", [], "HTTP status 404 (not found)"),
    ("/404-endless", [], "HTTP status 404 (not found)"),
    ("/410", [], "HTTP status 410 (gone)"),
    ("/429", [], "HTTP status 429 (too many requests)"),
    ("/500", [], "HTTP status 500 (server error)"),
    ("/599", [], "HTTP status 599"),
    ("/304", [], "HTTP status 304"),
    ("/to-404", [], "HTTP status 404 (not found) (redirected to http://{}/404)"),
    ("/loop", [], "more than 5 redirects (--max-redirects) (redirected to http://{}/loop)"),
    ("/chain6", [], "more than 5 redirects (--max-redirects) (redirected to http://{}/chain1)"),
    ("/moved-once", ["--max-redirects=0"], "more than 0 redirects (--max-redirects)"),
    ("/to-file", [], "refused scheme file" + REFUSED),
    ("/to-ftp", [], "refused scheme ftp" + REFUSED),
    ("/to-gopher", [], "refused scheme gopher" + REFUSED),
    ("/to-data", [], "bad address: it must begin with http:// or https://" + BAD_REDIRECT),
    ("/to-nowhere", [], "bad address: no valid host or port in it" + BAD_REDIRECT),
    ("/to-bad-port", [], "bad address: no valid host or port in it" + BAD_REDIRECT),
    ("/to-backslash", [], "bad address: no valid host or port in it" + BAD_REDIRECT),
    ("/to-controls", [], "bad address: control characters in it" + BAD_REDIRECT),
    ("/to-injection-escaped", [], "HTTP status 404 (not found) (redirected to http://{}/plain%0d%0aX-Evil:%20yes)"),
    ("/to-empty", [], "HTTP status 302 without an address to go to"),
    ("/to-unnamed", [], "HTTP status 302 without an address to go to"),
    ("/to-closed-port", [], "connection refused (redirected to http://{closed}/)"),
    ("/garbage", [], NO_HTTP),
    ("/garbage-status", [], NO_HTTP),
    ("/http2-over-http1", [], NO_HTTP),
    ("/header-nul", [], NO_HTTP),
    ("/header-no-colon", [], NO_HTTP),
    ("/closed-at-once", [], "the server closed the connection without an answer"),
    ("/reset", [], "the connection broke"),
    ("/reset-body", [], "the connection broke"),
    ("/truncated", [], "truncated: the connection closed before the end of the body"),
    ("/truncated-head", [], "truncated: the connection closed within the header"),
    ("/chunked-cut", [], "truncated: the connection closed before the end of the body"),
    ("/chunked-wrong", [], "the connection broke"),
    ("/gzip-broken", [], "broken content encoding 'gzip'"),
    ("/encoding-unknown", [], "unknown content encoding 'rot\\x1b13'"),
    ("/too-large-said", [], "larger than 16777216 bytes (--fetch-max-bytes)"),
    ("/plain", [f"--fetch-max-bytes={len(ARTICLE) - 1}"], f"larger than {len(ARTICLE) - 1} bytes (--fetch-max-bytes)"),
    ("/chunked", ["--fetch-max-bytes=500"], "larger than 500 bytes (--fetch-max-bytes)"),
    ("/endless", ["--fetch-max-bytes", "1M"], "larger than 1048576 bytes (--fetch-max-bytes)"),
    ("/bomb", [], "larger than 16777216 bytes (--fetch-max-bytes)"),
    ("/bomb-twice", ["--fetch-max-bytes=1M"], "larger than 1048576 bytes (--fetch-max-bytes)"),
    ("/huge-header", [], "header larger than 262144 bytes"),
    ("/huge-line", [], "header larger than 262144 bytes"),
    ("/slow-head", ["--timeout=1"], TIMED_OUT),
    ("/slow-body", ["--timeout=1"], TIMED_OUT),
    ("/slow-redirects", ["--timeout=1"], TIMED_OUT + " (redirected to http://{}/slow-redirects)"),
    ("/never", ["--timeout", "1"], TIMED_OUT),
    ("/hints-endless", ["--timeout=1"], TIMED_OUT),
]

MUST_BEGIN = "bad address: it must begin with http:// or https://"
NO_HOST = "bad address: no valid host or port in it"

# Addresses that are never opened: address, message. The last label's 64 letters keep the resolver from asking anyone.
ADDRESSES = [
    ("", MUST_BEGIN),
    ("nonsense", MUST_BEGIN),
    ("127.0.0.1/plain", MUST_BEGIN),
    ("file:///etc/passwd", "refused scheme file: only http and https are fetched"),
    ("ftp://127.0.0.1/", "refused scheme ftp: only http and https are fetched"),
    ("http://", NO_HOST),
    ("http:/127.0.0.1/", NO_HOST),
    ("http:///127.0.0.1/", NO_HOST),
    ("http://127.0.0.1:99999/", NO_HOST),
    ("http://127.0.0.1:8x/", NO_HOST),
    ("http://[::1/", NO_HOST),
    ("http://127.0.0.256/", NO_HOST),
    ("http://127.0.0.1\\@127.0.0.2/", NO_HOST),
    ("http://127.0.0.1/\x1b[31m", "bad address: control characters in it"),
    ("http://127.0.0.1/a\x07b", "bad address: control characters in it"),
    ("http://127.0.0.1/" + "a" * 70000, "bad address: longer than 65536 bytes"),
    ("http://" + "a" * 64 + ".invalid/", "could not resolve the host name"),
]

# Wrong usage: arguments, message.
USAGE = [
    ([], "no address given (--help shows how)"),
    (["--per-host=0", "x"], "--per-host: 0 is less than 1"),
    (["--tries=11", "x"], "--tries: 11 is more than 10"),
    (["--warc-level=0", "x"], "--warc-level: 0 is less than 1"),
    (["--tiemout=1", "x"], "unknown option --tiemout (did you mean --timeout?)"),
    (["--timeout=0", "x"], "--timeout: 0 is less than 1"),
    (["--timeout=soon", "x"], "--timeout: 'soon' is no whole number"),
    (["--fetch-max-bytes=0", "x"], "--fetch-max-bytes: 0 is less than 1"),
    (["--user-agent=a\r\nX-Evil: yes", "x"], "--user-agent: control characters in it"),
    (["--match=a,", "--sitemap=x"], "--match: an empty glob, or one that is too long"),
    (["--reject=*", "x"], "--reject: is for --sitemap, --feed and --crawl"),
    (["--limit=0", "x"], "--limit: 0 is less than 1"),
    (["--header=a", "x"], "--header: 'a' is no NAME: VALUE"),
    (["--header=a:", "x"], "--header: 'a:' is no NAME: VALUE"),
    (["--header=a b: c", "x"], "--header: 'a b: c' is no NAME: VALUE"),
    (["--header=: c", "x"], "--header: ': c' is no NAME: VALUE"),
    (["--header=a: b\r\nX-Evil: yes", "x"], "--header: 'a: b??X-Evil: yes' is no NAME: VALUE"),
    (["--header=a: b"] * 17, "--header: more than 16 of them"),
    (["--proxy=ftp://a/", "x"], "--proxy: 'ftp://a/' is neither http, https nor socks"),
]


class Skip(Exception):
    pass


class Runner:
    def __init__(self, build):
        self.build = build
        self.passed = self.failed = 0
        self.folder = tempfile.mkdtemp(prefix="dehusk-fetch-test-")
        # A .netrc that would answer for the server: it must not be read.
        with open(os.path.join(self.folder, ".netrc"), "w") as f:
            f.write("machine 127.0.0.1 login wrong password wrong\n")
        self.env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.env["HOME"] = self.folder
        self.fetch = self.copy("dehusk-fetch", "src/fetch")
        self.dehusk = self.copy("dehusk", "src/cli")

    def copy(self, name, folder):
        """The two programs find each other side by side; the build may have them in two folders."""
        for path in (os.path.join(self.build, name), os.path.join(self.build, folder, name)):
            if os.path.isfile(path):
                return shutil.copy(path, self.folder)
        return None

    def case(self, name, function, *args):
        try:
            function(*args)
        except Skip as why:
            print(f"skipped {name}: {why}")
            return
        except Exception as why:  # whatever it is, the other cases go on
            self.failed += 1
            print(f"FAILED  {name}: {type(why).__name__}: {why}")
            return
        self.passed += 1
        print(f"ok      {name}")

    def run(self, *args, program=None, env=None, **more):
        more.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([program or self.fetch, *args], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                              timeout=SECONDS, env={**self.env, **(env or {})}, **more)


def run_cases(cases, argv, with_dehusk=False, with_friend=True):
    """The main part of a suite: each case, a function or (name, function), with a server of its own, and a friend of that on another address."""
    script = os.path.basename(argv[0])
    if len(argv) != 2:
        print(f"usage: {script} BUILD_DIR", file=sys.stderr)
        return 2
    r = Runner(argv[1])
    try:
        there = r.fetch and (r.dehusk or not with_dehusk)
        if not there:
            print(f"skipped all: {'dehusk or ' if with_dehusk else ''}dehusk-fetch is not built")
        for case in cases if there else []:
            name, function = case if isinstance(case, tuple) else (case.__name__.replace("_", " "), case)
            server, friend = Server(), Server("127.0.0.2")
            server.other, server.closed = friend.host, closed_port()
            r.case(name, function, r, server, *([friend] if with_friend else []))
            server.close()
            friend.close()
    finally:
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed")
    return 1 if r.failed else 0


def in_namespace(script, *args):
    """The exit status of a suite in a network namespace of its own, where no other network can be reached; 0 where none can be made, which is said."""
    namespace = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    tools = all(shutil.which(tool) for tool in ("unshare", "ip"))
    if not tools or subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        print("skipped all: no network namespace can be made here (unshare and ip are needed)")
        return 0
    return subprocess.run([*namespace, sys.executable, os.path.abspath(script), *args], check=False).returncode


def same(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r:.600}, not {want!r:.600}")


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def fields(block):
    lines = block.decode("latin-1").split("\r\n")
    return lines[0], [tuple(line.split(": ", 1)) for line in lines[1:] if not line.startswith((" ", "\t"))]


def read_record(data):
    """One WARC record, checked: (its fields, HTTP status line, HTTP fields, body)."""
    head, _, rest = data.partition(b"\r\n\r\n")
    first, pairs = fields(head)
    record = dict(pairs)
    same(first, "WARC/1.1", "first line")
    same(len(record), len(pairs), "fields stand once")
    same(record["WARC-Type"], "response", "WARC-Type")
    same(record["Content-Type"], "application/http;msgtype=response", "Content-Type")
    for name, form in (("WARC-Record-ID", r"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>"),
                       ("WARC-Date", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")):
        if not re.fullmatch(form, record[name]):
            raise AssertionError(f"{name} is {record[name]}")
    block = rest[:int(record["Content-Length"])]
    same(rest[len(block):], b"\r\n\r\n", "end of the record")
    http, _, body = block.partition(b"\r\n\r\n")
    same(record["WARC-Block-Digest"], sha1(block), "block digest")
    same(record["WARC-Payload-Digest"], sha1(body), "payload digest")
    status, http_pairs = fields(http)
    names = [name.lower() for name, _ in http_pairs]
    same([value for name, value in http_pairs if name.lower() == "content-length"], [str(len(body))], "Content-Length")
    for name in ("content-encoding", "transfer-encoding"):
        if name in names:
            raise AssertionError(f"{name} was kept")
    for line in http.split(b"\r\n"):
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
            raise AssertionError(f"controls in {line!r}")
    return record, status, http, body


def check_good(r, server, path, body, last, options, lines):
    done = r.run(*options, f"http://{server.host}{path}")
    same((done.returncode, done.stderr), (0, b""), "exit status and stderr")
    record, status, http, got = read_record(done.stdout)
    same(got, body, "body")
    same(record["WARC-Target-URI"], f"http://{server.host}{last}", "WARC-Target-URI")
    same(record["WARC-IP-Address"], "127.0.0.1", "WARC-IP-Address")
    text = http.decode("latin-1")
    for line in lines:
        if line not in text:
            raise AssertionError(f"no {line!r} in {text!r}")
    if "evil" in text.lower() or not status.startswith("HTTP/1."):
        raise AssertionError(f"header is {text!r}")


def check_failure(done, address, message, program="dehusk-fetch"):
    same((done.returncode, done.stdout), (1, b""), "exit status and stdout")
    shown = re.sub(r"[\x00-\x1f]", lambda m: f"\\x{ord(m[0]):02x}", address) or "''"
    same(done.stderr.decode(), f"{program}: {shown}: {message}\n", "stderr")


def check_fault(r, server, path, options, message):
    address = f"http://{server.host}{path}"
    check_failure(r.run(*options, address), address, message.format(server.host, closed=server.closed))


def check_address(r, address, message):
    check_failure(r.run("--timeout=2", "--", address), address, message)


def check_usage(r, arguments, message):
    done = r.run(*arguments)
    same((done.returncode, done.stdout), (2, b""), "exit status and stdout")
    same(done.stderr.decode(), f"dehusk-fetch: {message}\n", "stderr")


# ---- cases of their own

def refused_port(r, server):
    check_failure(r.run(f"http://{server.closed}/"), f"http://{server.closed}/", "connection refused")


def connect_timeout(r, server):
    """A socket whose queue is full answers nobody."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for s in waiting:
                s.setblocking(False)
                s.connect_ex(full.getsockname())
            address = f"http://127.0.0.1:{full.getsockname()[1]}/"
            check_failure(r.run("--connect-timeout=1", address), address, "no connection within 1 s (--connect-timeout)")
        finally:
            for s in waiting:
                s.close()


def certificate(r, server):
    if not shutil.which("openssl"):
        raise Skip("no openssl to make a certificate with")
    key, cert = os.path.join(r.folder, "key.pem"), os.path.join(r.folder, "cert.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    secure = Server(tls=tls)
    try:
        address = f"https://{secure.host}/plain"
        check_failure(r.run(address), address, "certificate problem: self-signed certificate")
        trusted = r.run("--ca", cert, address)
        same((trusted.returncode, trusted.stderr), (0, b""), "with --ca")
        open_door = r.run("--insecure", "-q", address)
        same((open_door.returncode, open_door.stderr.decode()), (0, f"dehusk-fetch: {UNSAFE}\n"), "with --insecure")
        if r.dehusk:
            done = r.run("--insecure", address, program=r.dehusk)
            same((done.returncode, done.stderr.decode(), b"lower bridge" in done.stdout), (0, f"dehusk-fetch: {UNSAFE}\n", True),
                 "dehusk --insecure")
            done = r.run("--insecure", f"https://{secure.host}/404", program=r.dehusk)
            same((done.returncode, done.stderr.decode()), (1, f"dehusk-fetch: {UNSAFE}\ndehusk: https://{secure.host}/404: HTTP status "
                                                              "404 (not found)\n"), "dehusk --insecure, a failure")
        address = f"https://{server.host}/plain"
        check_failure(r.run(address), address, "TLS handshake failed")
    finally:
        secure.close()


def ipv6(r, server):
    try:
        six = Server("::1")
    except OSError:
        raise Skip("no IPv6 here") from None
    try:
        done = r.run(f"http://{six.host}/plain")
        same((done.returncode, done.stderr), (0, b""), "exit status and stderr")
        record, _, _, body = read_record(done.stdout)
        same((record["WARC-IP-Address"], body), ("::1", ARTICLE), "address and body")
    finally:
        six.close()


def password(r, server):
    """Goes to the host that it is for, and neither into the record nor behind a redirect to another host."""
    user = "Basic " + base64.b64encode(b"me:secret").decode()
    del server.seen[:]
    done = r.run(f"http://me:secret@{server.host}/plain")
    record, _, _, _ = read_record(done.stdout)
    same(record["WARC-Target-URI"], f"http://{server.host}/plain", "WARC-Target-URI")
    same(server.seen[-1].headers.get("authorization"), user, "Authorization")
    done = r.run(f"http://me:secret@{server.host}/moved-host")
    record, _, _, _ = read_record(done.stdout)
    same(record["WARC-Target-URI"], f"http://{server.other}/plain", "WARC-Target-URI behind a redirect")
    same([q.headers.get("authorization") for q in server.seen[1:]], [user], "Authorization of the first host")
    same(server.friend.seen[-1].headers.get("authorization"), None, "Authorization of the other host")
    done = r.run(f"http://{server.host}/plain")
    same(server.seen[-1].headers.get("authorization"), None, "Authorization by .netrc")


def request(r, server):
    r.run(f"http://{server.host}/plain")
    sent = server.seen[-1].headers
    same(bool(re.fullmatch(r"dehusk/\d+\.\d+\.\d+", sent["user-agent"])), True, f"User-Agent {sent['user-agent']}")
    for name in ("gzip", "deflate", "br"):
        same(name in sent["accept-encoding"], True, f"Accept-Encoding {name}")
    r.run("--user-agent", "mill/1.0 (test)", f"http://{server.host}/plain")
    same(server.seen[-1].headers["user-agent"], "mill/1.0 (test)", "User-Agent")


def proxy(r, server):
    del server.seen[:]
    address = "http://proxied.invalid/plain"
    for options, env in (([], {"http_proxy": f"http://{server.host}"}), (["--proxy", f"http://{server.host}"], {}),
                         (["--proxy", server.host], {"http_proxy": f"http://{server.closed}"})):
        done = r.run(*options, address, env=env)
        same((done.returncode, done.stderr, server.seen[-1].path), (0, b"", address), "status, stderr, what the proxy was asked")
    same(len(server.seen), 3, "requests")
    r.run("--proxy=", f"http://{server.host}/plain", env={"http_proxy": f"http://{server.closed}"})
    same(server.seen[-1].path, "/plain", "without a proxy")
    check_failure(r.run("--proxy", f"http://{server.closed}", address), address, "connection refused")


def headers(r, server):
    """Go to the server of the address, not behind a redirect to another one."""
    del server.seen[:]
    lines = ["--header", "X-Mill: lower bridge", "--header=accept: text/plain", "--header=Authorization: Bearer secret"]
    r.run(*lines, f"http://{server.host}/moved-once")
    for q in server.seen:
        same([q.headers.get(name) for name in ("x-mill", "accept", "authorization")], ["lower bridge", "text/plain", "Bearer secret"],
             f"headers of {q.path}")
    same(len(server.seen), 2, "requests")
    r.run(*lines, f"http://{server.host}/moved-host")
    sent = server.friend.seen[-1].headers
    same([sent.get("x-mill"), sent.get("authorization"), "text/html" in sent["accept"]], [None, None, True], "headers of the other server")
    r.run(*lines, "--allow-private", "--no-robots", "--delay=0", f"http://{server.host}/moved-host", f"http://{server.host}/plain")
    same(server.seen[-1].headers.get("x-mill"), "lower bridge", "header of the next address")


def cookie_file(r, server):
    """Those of the file go to their hosts, for each address anew; those that a server sets end with their address."""
    name = os.path.join(r.folder, "cookies.txt")
    with open(name, "w") as f:
        f.write("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tmill\tlower\n"
                "other.example\tFALSE\t/\tFALSE\t0\tnone\tof yours\n")
    del server.seen[:]
    options = ["--cookies", name, "--transfers=1", "--allow-private", "--no-robots", "--delay=0"]
    done = r.run(*options, f"http://{server.host}/needs-cookie", f"http://{server.host}/plain")
    same((done.returncode, [sorted(q.headers.get("cookie").split("; ")) for q in server.seen]),
         (0, [["mill=lower"], ["mill=lower", "sweet=1"], ["mill=lower"]]), "exit status and cookies")
    done = r.run("--cookies=/nonexistent/cookies", f"http://{server.host}/plain")
    same((done.returncode, done.stderr), (1, b"dehusk-fetch: /nonexistent/cookies: No such file or directory\n"), "missing file")


def help_and_version(r, server):
    short, done = r.run("--help"), r.run("--help=all")
    same((short.returncode, done.returncode, done.stderr), (0, 0, b""), "exit status and stderr")
    same(short.stdout.count(b"\n") < min(41, done.stdout.count(b"\n")), True, "--help is the shorter one, of 40 lines at most")
    for name in ("fetch-timeout", "timeout", "connect-timeout", "fetch-max-bytes", "max-redirects", "user-agent", "header", "cookies", "proxy", "ca",
                 "insecure", "browser", "browsers", "browser-no-sandbox", "urls", "sitemap", "feed", "crawl", "crawl-depth", "max-queries", "max-path", "max-entries", "match", "reject", "limit", "[no-]robots", "cache", "max-age", "list", "failures", "delay", "per-host", "transfers", "tries", "max-wait", "allow-private", "warc", "warc-level", "log", "quiet", "help",
                 "version"):
        same(f"--{name}" in done.stdout.decode(), True, f"--{name} in --help=all")
    same(max(len(line) for line in done.stdout.decode().split("\n")) <= 80, True, "width of --help")
    done = r.run("--version")
    same((done.returncode, bool(re.fullmatch(rb"dehusk-fetch \d+\.\d+\.\d+\n", done.stdout))), (0, True), "--version")


def full_disk(r, server):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    for arguments in (["--help"], [f"http://{server.host}/plain"]):
        with open("/dev/full", "wb") as full:
            done = r.run(*arguments, stdout=full)
        same((done.returncode, done.stderr), (1, b"dehusk-fetch: stdout: No space left on device\n"), "result")


def closed_pipe(r, server):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = r.run(f"http://{server.host}/plain", stdout=pipe)
    same((done.returncode, done.stderr), (0, b""), "result")


def closed_stdout(r, server):
    """No socket takes the place of a descriptor that is missing."""
    del server.seen[:]
    done = r.run("-c", f'exec "$0" "$1" >&-', r.fetch, f"http://{server.host}/plain", program="/bin/sh")
    same((done.returncode, done.stderr), (1, b"dehusk-fetch: stdout: Bad file descriptor\n"), "result")


def memory(r, server):
    """A bomb must not take much more than --fetch-max-bytes; sanitizers need an allowance that would hide it."""
    with open(r.fetch, "rb") as f:
        if b"__asan_init" in f.read():
            raise Skip("built with sanitizers")
    # A child's figure begins with its parent's at the fork, and this process is larger: so a small one stands between.
    watch = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL); "
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = r.run("-c", watch, r.fetch, f"http://{server.host}/bomb", program=sys.executable)
    same(int(done.stdout) < 64 << 10, True, f"{int(done.stdout)} KiB")


# ---- the cleaner

def need_dehusk(r):
    if not r.dehusk:
        raise Skip("dehusk is not built")


def url_equals_file(r, server, path, body):
    need_dehusk(r)
    name = os.path.join(r.folder, "page.html")
    with open(name, "wb") as f:
        f.write(body)
    page = r.run(name, program=r.dehusk)
    fetched = r.run(f"http://{server.host}{path}", program=r.dehusk)
    same((page.returncode, page.stderr), (0, b""), "dehusk FILE")
    same((fetched.returncode, fetched.stderr), (0, b""), "dehusk URL")
    same(bool(page.stdout.strip()), True, "text found")
    same(fetched.stdout, page.stdout, "text")


def url_fails(r, server, path, message):
    need_dehusk(r)
    done = r.run(f"http://{server.host}{path}", program=r.dehusk)
    same((done.returncode, done.stdout), (1, b""), "exit status and stdout")
    lines = done.stderr.decode().split("\n")
    same((len(lines), lines[-1]), (2, ""), f"one line in {lines!r}")
    same(f"http://{server.host}{path}" in lines[0] and message in lines[0], True, f"message {lines[0]!r}")


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{s.getsockname()[1]}"


OTHERS = [  # messages that other suites have: refused.py, polite.py, lists.py, nginx.py, found.py, and cases of this one
    "refused address 10.0.0.1: private", "robots.txt forbids it (--no-robots)", "HTTP status 503 (service unavailable), asked for robots.txt",
    "connection refused", "no connection within 1 s (--connect-timeout)", "certificate problem: self-signed certificate",
    "certificate problem: unable to get local issuer certificate", "certificate problem: certificate has expired",
    "certificate problem: no alternative certificate subject name matches target host name '127.0.0.1'", "TLS handshake failed",
    "HTTP status 503 (service unavailable), and asks to wait 4000 s (--max-wait)", "too slow: less than 100 bytes/s over 10 s",
    # of browser.py
    "no Chromium is installed (none of chromium, chromium-browser, google-chrome-stable, google-chrome in PATH)",
    "timed out after 30 s in Chromium (--fetch-timeout)", "Chromium ended before the page was there: …",
    "Chromium cannot have a network of its own: Operation not permitted (--browser-no-sandbox does without)",
    "refused address 10.0.0.1: private, in Chromium", "Chromium cannot reach http://…", "Chromium cannot show it: net::ERR_ABORTED",
    "bad address: it must begin with http:// or https://, in Chromium",
    "neither a sitemap nor a feed: it is HTML",
]


def documented(r, server):
    """The table of docs/fetching.md has every message, and no other. Numbers and what stands in quotes may differ, as may the address of a redirect."""
    def form(text):
        text = re.sub(r"'[^']*'", "''", re.sub(r"\d+", "0", re.sub(r" \(redirected to .*", "", text)))
        text = re.sub(r"HTTP status 0 \([a-z ]+\)", "HTTP status 0 ()", text)
        return re.sub(r"refused scheme \w+", "refused scheme", text)
    docs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "fetching.md")
    with open(docs, encoding="utf-8") as f:
        table = f.read().partition("## What can go wrong")[2].partition("\n## ")[0]
    told = {form(row) for row in re.findall(r"^\| .* \| `(.*)` \| [^|]* \|$", table, re.M)}
    said = {form(m) for m in [row[2] for row in FAULTS] + [row[1] for row in ADDRESSES] + OTHERS}
    same({m for m in said - told if not m.endswith(BAD_REDIRECT)}, set(), "what the table lacks")
    same(told - said, set(), "what no test has")


def drip(r, server):
    """The floor on speed looks at ten seconds."""
    if os.environ.get("DEHUSK_TEST_TIER", "all") == "quick":
        raise Skip("takes ten seconds")
    check_fault(r, server, "/drip", [], "too slow: less than 100 bytes/s over 10 s")


def run_all(r, server):
    for row in GOOD:
        r.case(f"good {' '.join([row[0], *row[3]])!r}", check_good, r, server, *row)
    for row in FAULTS:
        r.case(f"fault {' '.join([row[0], *row[1]])}", check_fault, r, server, *row)
    for row in ADDRESSES:
        r.case(f"address {row[0]!r:.60}", check_address, r, *row)
    for row in USAGE:
        r.case(f"usage {' '.join(row[0])!r}", check_usage, r, *row)
    for function in (documented, drip, refused_port, connect_timeout, certificate, ipv6, password, request, proxy, headers, cookie_file, help_and_version,
                     full_disk, closed_pipe, closed_stdout, memory):
        r.case(function.__name__.replace("_", " "), function, r, server)
    for path in ("/plain", "/gzip", "/br", "/chunked", "/moved-once", "/http10"):
        r.case(f"dehusk URL {path}", url_equals_file, r, server, path, ARTICLE)
    r.case("dehusk URL /latin1", url_equals_file, r, server, "/latin1", LATIN.encode("latin-1"))
    for path, message in (("/404", "HTTP status 404"), ("/to-file", "refused scheme file"), ("/truncated", "truncated"),
                          ("/garbage", NO_HTTP), ("/bomb", "larger than")):
        r.case(f"dehusk URL {path}", url_fails, r, server, path, message)


def main():
    if len(sys.argv) != 2:
        print("usage: run.py BUILD_DIR", file=sys.stderr)
        return 2
    r, server, friend = Runner(sys.argv[1]), Server(), Server()
    server.other, server.friend, server.closed = friend.host, friend, closed_port()
    try:
        if r.fetch:
            run_all(r, server)
        else:
            print("skipped all: dehusk-fetch is not built")
    finally:
        server.close()
        friend.close()
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed")
    return 1 if r.failed else 0


if __name__ == "__main__":
    sys.exit(main())
