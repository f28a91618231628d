"""A web server on loopback that misbehaves on demand: each path is one behaviour. Python's standard library only.

A behaviour is a function of (connection, request); it writes raw bytes, so that it can be as wrong as it likes. All
loops are bounded. What was asked is kept in Server.seen for the tests to look at.
"""

import gzip
import re
import socket
import struct
import threading
import time
import zlib

ARTICLE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>The old mill</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<article><h1>The old mill</h1>
<p>The mill at the lower bridge has stood empty since the flood of 1954, and nobody in the village expected to hear its
wheel again. Last week it turned for an hour, and half of the village came to watch.</p>
<p>“We had all the parts but one,” says the miller’s granddaughter, who found the missing bearing in a shed in Zürich. The
rest took four years of evenings, and more oil than she cares to remember.</p>
<p>From May on the mill will grind on the first Sunday of each month. Visitors are asked to leave their cars at the
station, as the bridge carries no more than two tonnes.</p></article>
<footer><p>Copyright 2024. All rights reserved.</p></footer></body></html>
""".encode()

LATIN = "<html><body><article><p>Grüße aus Köln: das Mühlrad dreht sich wieder, größer und schöner als früher.</p>" \
        "</article></body></html>"

STOP = 64  # pieces after which even an endless answer ends


class Request:
    def __init__(self, line, headers, server):
        parts = line.split(" ")
        self.path = parts[1] if len(parts) > 1 else ""
        self.headers = headers
        self.server = server
        self.when = time.monotonic()


def head(status="200 OK", *lines, version="HTTP/1.1"):
    return "\r\n".join([f"{version} {status}", *lines, "", ""]).encode("latin-1")


def page(conn, body, *lines, status="200 OK"):
    if not any(line.lower().startswith("content-type") for line in lines):
        lines += ("Content-Type: text/html; charset=utf-8",)
    conn.sendall(head(status, *lines, f"Content-Length: {len(body)}") + body)


def chunked(data, size=100):
    out = b""
    for i in range(0, len(data), size):
        piece = data[i:i + size]
        out += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    return out + b"0\r\n\r\n"


def brotli_stored(data):
    """Brotli without compression (RFC 7932, 9.2): window bits 16, then uncompressed meta-blocks."""
    out, first = b"", True
    for i in range(0, len(data), 65536):
        piece = data[i:i + 65536]
        # ISLAST 0, MNIBBLES 0 (four), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1; before the first: WBITS 0
        value, bits = (len(piece) - 1) << 3 | 1 << 19, 20
        if first:
            value, bits, first = value << 1, bits + 1, False
        out += value.to_bytes((bits + 7) // 8, "little") + piece
    return out + b"\x03"


def zstd_stored(data):
    """One zstd frame (RFC 8878, 3.1.1) of raw blocks."""
    out = b"\x28\xb5\x2f\xfd" + b"\xa0" + struct.pack("<I", len(data))
    pieces = [data[i:i + 65536] for i in range(0, len(data), 65536)] or [b""]
    for i, piece in enumerate(pieces):
        out += struct.pack("<I", len(piece) << 3 | (i == len(pieces) - 1))[:3] + piece
    return out


def send_slowly(conn, pieces, pause):
    for piece in pieces:
        conn.sendall(piece)
        time.sleep(pause)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


BEHAVIOURS = {}


def at(path):
    def keep(function):
        BEHAVIOURS[path] = function
        return function
    return keep


def fixed(path, data):
    BEHAVIOURS[path] = lambda conn, request: conn.sendall(data)


def redirect(path, location, status="302 Found", body=b"moved"):
    BEHAVIOURS[path] = lambda conn, request: page(
        conn, body, "Location: " + (location(request) if callable(location) else location), status=status)


# ---- pages that are fine

@at("/plain")
def _(conn, request):
    page(conn, ARTICLE, "Server: mill\x01house")


@at("/gzip")
def _(conn, request):
    page(conn, gzip.compress(ARTICLE), "Content-Encoding: gzip")


@at("/deflate")
def _(conn, request):
    page(conn, zlib.compress(ARTICLE), "Content-Encoding: deflate")


@at("/br")
def _(conn, request):
    page(conn, brotli_stored(ARTICLE), "Content-Encoding: br")


@at("/zstd")
def _(conn, request):
    page(conn, zstd_stored(ARTICLE), "Content-Encoding: zstd")


@at("/gzip-br")
def _(conn, request):
    page(conn, brotli_stored(gzip.compress(ARTICLE)), "Content-Encoding: gzip, br")


@at("/chunked")
def _(conn, request):
    conn.sendall(head("200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked") + chunked(ARTICLE))


@at("/chunked-gzip")
def _(conn, request):
    conn.sendall(head("200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked", "Content-Encoding: gzip")
                 + chunked(gzip.compress(ARTICLE), 7))


@at("/trailers")
def _(conn, request):
    body = chunked(ARTICLE)[:-2] + b"HTTP/1.1: 200 evil\r\nX-Trailer: yes\r\n\r\n"
    conn.sendall(head("200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked") + body)


@at("/http10")
def _(conn, request):
    conn.sendall(head("200 OK", "Content-Type: text/html", version="HTTP/1.0") + ARTICLE)


@at("/latin1")
def _(conn, request):
    page(conn, LATIN.encode("latin-1"), "Content-Type: text/html; charset=iso-8859-1")


@at("/continue")
def _(conn, request):
    conn.sendall(head("100 Continue") + head("103 Early Hints", "Link: </style.css>; rel=preload"))
    page(conn, ARTICLE)


@at("/bare-lf")
def _(conn, request):
    conn.sendall(f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: {len(ARTICLE)}\n\n".encode() + ARTICLE)


@at("/folded")
def _(conn, request):
    page(conn, ARTICLE, "X-Long: one\r\n\ttwo")


@at("/two-lengths")
def _(conn, request):
    page(conn, ARTICLE, f"Content-Length: {len(ARTICLE)}")


@at("/text")
def _(conn, request):
    page(conn, b"One line.\nAnother line.\n", "Content-Type: text/plain")


@at("/redirect-page-lies")
def _(conn, request):
    conn.sendall(head("302 Found", "Location: /plain", "Content-Length: 1000", "Content-Encoding: gzip") + b"no gzip")


@at("/redirect-endless")
def _(conn, request):
    conn.sendall(head("302 Found", "Location: /plain"))
    for _ in range(STOP):
        conn.sendall(b"x" * 65536)


@at("/needs-cookie")
def _(conn, request):
    if "sweet=1" in request.headers.get("cookie", ""):
        page(conn, ARTICLE)
    else:
        page(conn, b"", "Location: /needs-cookie", "Set-Cookie: sweet=1; Path=/", status="302 Found")


@at("/a%20b")
def _(conn, request):
    page(conn, ARTICLE)


fixed("/empty", head("200 OK", "Content-Type: text/html", "Content-Length: 0"))
fixed("/no-content", head("204 No Content"))
fixed("/no-reason", head("200 ", "Content-Length: 2") + b"ok")

redirect("/moved-once", "/plain")
redirect("/moved-301", "/plain", "301 Moved Permanently")
redirect("/moved-303", "/plain", "303 See Other")
redirect("/moved-307", "/plain", "307 Temporary Redirect")
redirect("/moved-308", "/plain", "308 Permanent Redirect")
redirect("/moved-space", "/a b")
redirect("/moved-relative/x", "../plain#part")
redirect("/to-location", lambda request: request.server.location)
redirect("/to-home", lambda request: request.server.home)
redirect("/moved-host", lambda request: f"http://{request.server.other}/plain")
for n in range(1, 10):
    redirect(f"/chain{n}", f"/chain{n - 1}" if n > 1 else "/plain")

@at("/crowd")
def _(conn, request):
    """Keeps the connection for a moment, and counts how many are kept at the same time."""
    server = request.server
    with server.lock:
        server.inside += 1
        server.most_inside = max(server.most_inside, server.inside)
    time.sleep(0.05)
    with server.lock:
        server.inside -= 1
    page(conn, ARTICLE)


def passing(path, first):
    """Answers with `first` at the first time that an address is asked for, then with the article."""
    @at(path)
    def _(conn, request):
        if sum(seen.path == request.path for seen in request.server.seen) > 1:
            page(conn, ARTICLE)
        elif first:
            conn.sendall(first)
        else:
            reset(conn)


passing("/passing-503", head("503 Busy", "Content-Length: 0"))
passing("/passing-429", head("429 Slowly", "Retry-After: 2", "Content-Length: 0"))
passing("/passing-reset", None)
fixed("/later", head("503 Busy", "Retry-After: 4000", "Content-Length: 0"))
fixed("/501", head("501 No", "Content-Length: 0"))
fixed("/502", head("502 Bad", "Content-Length: 0"))

# ---- faults

redirect("/loop", "/loop")
redirect("/to-file", "file:///etc/passwd")
redirect("/to-ftp", lambda request: f"ftp://{request.server.other}/x")
redirect("/to-gopher", lambda request: f"gopher://{request.server.other}/_GET")
redirect("/to-data", "data:text/html,hello")
redirect("/to-nowhere", "http:///")
redirect("/to-bad-port", "http://127.0.0.1:99999/")
redirect("/to-backslash", "http://127.0.0.1\\@127.0.0.2/")
redirect("/to-controls", "/plain\x1b[31m\x07")
redirect("/to-injection", "/plain\rX-Evil: yes")
redirect("/to-injection-escaped", "/plain%0d%0aX-Evil:%20yes")
redirect("/to-404", "/404")
redirect("/to-empty", "")
redirect("/to-closed-port", lambda request: f"http://{request.server.closed}/")
fixed("/to-unnamed", head("302 Found", "Content-Length: 0"))
fixed("/404", head("404 Not Found", "Content-Length: 4") + b"gone")
fixed("/410", head("410 Gone", "Content-Length: 0"))
fixed("/429", head("429 Too Many Requests", "Retry-After: 1", "Content-Length: 0"))
fixed("/500", head("500 Oops\x1b[31m", "Content-Length: 0"))
fixed("/599", head("599 Strange", "Content-Length: 0"))
fixed("/304", head("304 Not Modified"))
fixed("/garbage", b"SSH-2.0-OpenSSH_9.2\r\n\r\nnothing to see")
fixed("/garbage-status", b"HTTP/1.1 two hundred\r\n\r\nhm")
fixed("/header-nul", head("200 OK", "X-Nul: a\0b", "Content-Length: 2") + b"ok")
fixed("/header-no-colon", head("200 OK", "what is this", "Content-Length: 2") + b"ok")
fixed("/closed-at-once", b"")
fixed("/truncated", head("200 OK", "Content-Length: 100000") + ARTICLE)
fixed("/truncated-head", b"HTTP/1.1 200 OK\r\nContent-Ty")
fixed("/chunked-cut", head("200 OK", "Transfer-Encoding: chunked") + chunked(ARTICLE)[:300])
fixed("/chunked-wrong", head("200 OK", "Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n")
fixed("/gzip-broken", head("200 OK", "Content-Encoding: gzip", "Content-Length: 20") + b"this is no gzip data")
fixed("/encoding-unknown", head("200 OK", "Content-Encoding: rot\x1b13", "Content-Length: 2") + b"ok")
fixed("/too-large-said", head("200 OK", "Content-Length: 99999999999") + b"x")
fixed("/http2-over-http1", b"HTTP/9 200 OK\r\nContent-Length: 2\r\n\r\nok")


@at("/404-endless")
def _(conn, request):
    conn.sendall(head("404 Not Found"))
    for _ in range(STOP):
        conn.sendall(b"x" * 65536)


@at("/endless")
def _(conn, request):
    conn.sendall(head("200 OK", "Content-Type: text/html"))
    for _ in range(STOP):
        conn.sendall(b"<p>more" * 10000)


@at("/bomb")
def _(conn, request):
    page(conn, gzip.compress(b"\0" * (48 << 20), 9), "Content-Encoding: gzip")


@at("/bomb-twice")
def _(conn, request):
    page(conn, gzip.compress(gzip.compress(b"\0" * (48 << 20), 9), 9), "Content-Encoding: gzip, gzip")


@at("/huge-header")
def _(conn, request):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(STOP):
        conn.sendall(f"X-{i}: {'y' * 9000}\r\n".encode())
    conn.sendall(b"\r\n")


@at("/huge-line")
def _(conn, request):
    conn.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(STOP):
        conn.sendall(b"y" * 9000)
    conn.sendall(b"\r\n\r\n")


@at("/slow-head")
def _(conn, request):
    send_slowly(conn, [b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 20, 0.2)


@at("/slow-body")
def _(conn, request):
    send_slowly(conn, [head("200 OK")] + [b"x"] * 20, 0.2)


@at("/drip")
def _(conn, request):
    send_slowly(conn, [head("200 OK")] + [b"x"] * 60, 0.3)


@at("/slow-redirects")
def _(conn, request):
    time.sleep(0.5)
    page(conn, b"", "Location: /slow-redirects", status="302 Found")


@at("/etag")
def _(conn, request):
    """A page with a version, Server.version, that is sent only to who has another."""
    etag = f'"{request.server.version}"'
    if request.headers.get("if-none-match") == etag:
        conn.sendall(head("304 Not Modified", f"ETag: {etag}"))
    else:
        page(conn, ARTICLE + request.server.version.encode(), f"ETag: {etag}")


@at("/modified")
def _(conn, request):
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    if request.headers.get("if-modified-since") == date:
        conn.sendall(head("304 Not Modified"))
    else:
        page(conn, ARTICLE, f"Last-Modified: {date}")


redirect("/to-etag", "/etag")


@at("/robots.txt")
def _(conn, request):
    """Server.robots: what it says, a function that answers, or None for none."""
    robots = request.server.robots
    if callable(robots):
        robots(conn, request)
    elif robots is None:
        BEHAVIOURS["/404"](conn, request)
    else:
        page(conn, robots.encode(), "Content-Type: text/plain")


@at("/never")
def _(conn, request):
    request.server.stop.wait(5)


@at("/reset")
def _(conn, request):
    reset(conn)


@at("/reset-body")
def _(conn, request):
    conn.sendall(head("200 OK", "Content-Length: 100000") + b"x" * 1000)
    time.sleep(0.1)
    reset(conn)


@at("/hints-endless")
def _(conn, request):
    for _ in range(50):
        conn.sendall(head("103 Early Hints", "X: " + "y" * 1000))
        time.sleep(0.05)


class Server:
    """Listens on a free port of an address of loopback until close()."""

    def __init__(self, address="127.0.0.1", tls=None):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, 0), family=family, backlog=64)
        self.port = self.socket.getsockname()[1]
        self.host = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        self.tls = tls
        self.other = self.closed = self.location = self.home = ""
        self.robots = None
        self.version = "1"
        self.connections = 0
        self.seen = []
        self.lock = threading.Lock()
        self.inside = self.most_inside = 0
        self.stop = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.stop.is_set():
            try:
                conn, _ = self.socket.accept()
                self.connections += 1
            except OSError:
                return
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        try:
            conn.settimeout(10)
            if self.tls:
                conn = self.tls.wrap_socket(conn, server_side=True)
            request = self.read(conn)
            if request:
                self.seen.append(request)
                path = re.sub(r"^http://[^/]*", "", request.path)  # asked as a proxy
                BEHAVIOURS.get(path.partition("?")[0], BEHAVIOURS["/404"])(conn, request)
        except OSError:
            pass  # the client went away, as it should
        finally:
            conn.close()

    def read(self, conn):
        data = b""
        while b"\r\n\r\n" not in data and len(data) < 1 << 16:
            piece = conn.recv(4096)
            if not piece or piece[0] == 0x16:  # gone, or a TLS greeting on a plain port
                return None
            data += piece
        lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in lines[1:]]
        return Request(lines[0], {name.lower(): value.strip() for name, _, value in pairs}, self)

    def close(self):
        self.stop.set()
        self.socket.close()
