#!/usr/bin/env python3
"""Makes the archives beside it from pages/: WARC and WET files with warcio, a saved page (MHTML) with Chromium; and an ARC file, which warcio
can only read, by hand, and reads it with warcio.

usage: make.py [CHROMIUM]     needs warcio (PyPI) and a Chromium. What it writes differs from run to run by dates, identities and boundaries alone."""
import functools
import gzip
import http.server
import io
import json
import os
import subprocess
import sys
import tempfile
import threading

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HERE = os.path.dirname(os.path.abspath(__file__))
SITE = "http://example.org/"


def page(name):
    with open(os.path.join(HERE, "pages", name), "rb") as f:
        return f.read()


def path(name):
    return os.path.join(HERE, name)


def chunked(body, size=300):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


# ---- warcio -----------------------------------------------------------------------------------------------------------------------


def response(writer, name, body, kind, status="200 OK", **headers):
    fields = [("Content-Type", kind)] + [(k.replace("_", "-"), v) for k, v in headers.items()]
    http_head = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
    return writer.create_warc_record(SITE + name, "response", payload=io.BytesIO(body), http_headers=http_head)


def write_pages(writer):
    """Pages among records that are none."""
    writer.write_record(writer.create_warcinfo_record("warcio.warc.gz", {"software": "warcio"}))
    mill = response(writer, "mill.html", page("mill.html"), "text/html")
    ask = StatusAndHeaders("GET /mill.html HTTP/1.1", [("Host", "example.org")], is_http_request=True)
    writer.write_request_response_pair(writer.create_warc_record(SITE + "mill.html", "request", http_headers=ask), mill)
    writer.write_record(writer.create_warc_record(SITE + "mill.html", "metadata", payload=io.BytesIO(b"fetchTimeMs: 12\r\n"),
                                                  warc_content_type="application/warc-fields"))
    writer.write_record(response(writer, "boats.html", chunked(gzip.compress(page("boats.html"))), "text/html", Transfer_Encoding="chunked",
                                 Content_Encoding="gzip"))
    writer.write_record(response(writer, "wheel.png", page("wheel.png"), "image/png"))
    writer.write_record(response(writer, "school.html", page("school.html").decode().encode("iso-8859-2"), "text/html; charset=iso-8859-2"))
    writer.write_record(writer.create_revisit_record(SITE + "mill.html?again", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", SITE + "mill.html",
                                                     "2024-01-01T00:00:00Z"))
    writer.write_record(writer.create_warc_record(SITE + "note.txt", "resource", payload=io.BytesIO(page("note.txt")), warc_content_type="text/plain"))


def write_warc(name, packed, version):
    with open(path(name), "wb") as f:
        write_pages(WARCWriter(f, gzip=packed, warc_version=version))


def write_wet(name):
    with open(path(name), "wb") as f:
        writer = WARCWriter(f, gzip=True)
        for address in ("note.txt", "again.txt"):
            writer.write_record(writer.create_warc_record(SITE + address, "conversion", payload=io.BytesIO(page("note.txt")), warc_content_type="text/plain"))


# ---- ARC ----------------------------------------------------------------------------------------------------------------------------


def write_arc(name):
    """Each record a gzip member, as crawlers wrote them."""
    intro = b"1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n"
    members = [b"filedesc://made.arc 0.0.0.0 20040101000000 text/plain %d\n" % len(intro) + intro + b"\n"]
    for page_name in ("mill.html", "boats.html"):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(page_name)
        members.append(f"{SITE}{page_name} 192.0.2.1 20040101000000 text/html {len(block)}\n".encode() + block + b"\n")
    with open(path(name), "wb") as f:
        f.writelines(gzip.compress(m, mtime=0) for m in members)


def check_archive(name, count):
    with open(path(name), "rb") as f:
        found = [r.rec_headers.get_header("WARC-Target-URI") or r.rec_headers.get_header("uri") for r in ArchiveIterator(f, arc2warc=True)]
    if len(found) != count:
        sys.exit(f"{name}: warcio reads {len(found)} records: {found}")


# ---- Chromium ---------------------------------------------------------------------------------------------------------------------


class Browser:
    """A Chromium that is spoken to over two pipes: JSON, a NUL behind each message."""

    def __init__(self, program, port, folder):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        def hand_over():
            spare = [os.dup(theirs_in), os.dup(theirs_out)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={folder}",
             f"--host-resolver-rules=MAP example.org 127.0.0.1:{port}, MAP * ~NOTFOUND"],
            close_fds=False, preexec_fn=hand_over, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.read, self.write, self.number, self.events = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb"), 0, []

    def message(self):
        text = bytearray()
        while (c := self.read.read(1)) != b"\0":
            if not c:
                sys.exit("Chromium has ended")
            text += c
        return json.loads(text)

    def call(self, method, session=None, **params):
        self.number += 1
        order = {"id": self.number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        self.write.write(json.dumps(order).encode() + b"\0")
        self.write.flush()
        while (answer := self.message()).get("id") != self.number:
            self.events.append(answer.get("method"))
        return answer["result"]

    def save(self, address):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable", session)
        self.call("Page.navigate", session, url=address)
        while "Page.loadEventFired" not in self.events:
            self.events.append(self.message().get("method"))
        saved = self.call("Page.captureSnapshot", session, format="mhtml")["data"]
        self.call("Browser.close")
        self.process.wait(30)
        return saved


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".html": "text/html; charset=utf-8", ".css": "text/css", ".png": "image/png"}

    def log_message(self, *_):
        pass


def write_saved(name, program):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=os.path.join(HERE, "pages")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        saved = Browser(program, server.server_address[1], folder).save(SITE + "mill.html")
    server.shutdown()
    with open(path(name), "w", encoding="utf-8", newline="") as f:
        f.write(saved)


def main():
    write_warc("warcio.warc.gz", True, "1.0")
    write_warc("warcio11.warc", False, "1.1")
    write_wet("warcio.warc.wet.gz")
    write_arc("made.arc.gz")
    write_saved("chromium.mhtml", sys.argv[1] if len(sys.argv) > 1 else "chromium")
    for name, count in (("warcio.warc.gz", 9), ("warcio11.warc", 9), ("warcio.warc.wet.gz", 2), ("made.arc.gz", 3)):
        check_archive(name, count)


main()
