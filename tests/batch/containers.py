"""Files that hold pages: web archives, tar, zip, lines of JSON. What is in them is made here, good and broken."""
import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import tarfile
import zipfile

from going_on import harass, without_ms
from place import FULL, GOOD, Place, Result, alone, case, check, is_sanitized, need_hooks, temporaries, wait_for, workers_of

ADDRESS = "http://example.org/"


def page(number):
    """A page that no other is like."""
    paragraphs = b"".join(b"<p>On day %d the boat number %d came back to the harbour before noon, and %d of them went home.</p>"
                          % (number, k, number + k) for k in range(1 + number % 7))
    return b"<!doctype html><title>Boats</title><body><h1>Boats of day %d</h1>" % number + paragraphs + b"</body>"


def pages(count):
    return {("sub/" if i % 3 == 0 else "") + f"{i:02}.html": page(i) for i in range(count)}


def in_order(of):
    """As a folder gives them: files before folders."""
    return sorted(of, key=lambda n: (n.count("/"), n))


def warc(of, base=ADDRESS):
    out = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    for name in in_order(of):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + of[name]
        head = f"WARC-Type: response\r\nWARC-Target-URI: {base}{name}\r\nContent-Type: application/http; msgtype=response\r\n"
        out += f"WARC/1.0\r\n{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    return out


def wet(of):
    out = b""
    for name in in_order(of):
        head = f"WARC-Type: conversion\r\nWARC-Target-URI: {ADDRESS}{name}\r\nContent-Type: text/plain\r\n"
        out += f"WARC/1.0\r\n{head}Content-Length: {len(of[name])}\r\n\r\n".encode() + of[name] + b"\r\n\r\n"
    return out


def arc(of):
    out = b"filedesc://a.arc 0.0.0.0 20240101000000 text/plain 9\n1 0 Us\n\n\n\n"
    for name in in_order(of):
        block = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + of[name]
        out += f"{ADDRESS}{name} 192.0.2.1 20240101000000 text/html {len(block)}\n".encode() + block + b"\n"
    return out


def tar(of, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as t:
        for name in in_order(of):
            t.addfile(entry(name, size=len(of[name])), io.BytesIO(of[name]))
    return out.getvalue()


def entry(name, **fields):
    e = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(e, key, value)
    return e


def zipped(of, packing=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as z:
        for name in in_order(of):
            z.writestr(name, of[name])
    return out.getvalue()


def lines(of):
    return b"".join(json.dumps({"id": n, "html": of[n].decode()}).encode() + b"\n" for n in in_order(of))


# ---- what is in them ------------------------------------------------------------------------------------------------


@case
def equal_across_containers():
    """The same fifty pages in a folder and in containers give the same outputs; archives the same names, too; web archives what the
    pages give with their addresses, which the judge knows."""
    of = pages(50)
    made = {"a.tar": tar(of), "a.tar.gz": gzip.compress(tar(of)), "a.tgz": gzip.compress(tar(of, tarfile.GNU_FORMAT)),
            "a.tar.bz2": bz2.compress(tar(of, tarfile.USTAR_FORMAT)), "a.tar.xz": lzma.compress(tar(of)), "a.zip": zipped(of),
            "stored.zip": zipped(of, zipfile.ZIP_STORED), "a.warc": warc(of), "a.warc.gz": gzip.compress(warc(of)), "a.arc.gz": gzip.compress(arc(of)),
            "a.jsonl": lines(of), "a.json.ndjson.gz": gzip.compress(lines(of))}
    with Place() as p:
        for name, content in of.items():
            p.write("in/" + name, content)
        p.run("jobs=2", out="folder").expect(0, done=50)
        folder = p.files("folder")
        fetched = {f"example.org/{n}.txt".encode(): alone(p.path("in/" + n), ADDRESS + n) for n in of}
        numbered = {b"%06d.txt" % (i + 1): folder[n[:-5].encode() + b".txt"] for i, n in enumerate(in_order(of))}
        for name, content in made.items():
            p.write(name, content)
            result = p.run("jobs=2", inputs=[name], out="out-" + name).expect(0, total=50, done=50, failed=0)
            want = numbered if "json" in name else fetched if "arc" in name else folder
            check(p.files("out-" + name) == want and result.fail_lines == 0, name, p.names("out-" + name), result.stdout)


@case
def several_containers_lie_under_their_names():
    of = pages(6)
    with Place() as p:
        p.write("in/a.zip", zipped(of))
        p.write("in/deep/b.warc.gz", gzip.compress(warc(of)))
        p.write("in/page.html", of["01.html"])
        p.write("in/a/x.html", of["01.html"])
        for extra in [[], ["sites"]]:
            p.run("jobs=3", *extra, out="out" + "".join(extra)).expect(0, total=14, done=14)
            names = p.names("out" + "".join(extra))
            check([b"a.zip/01.txt", b"a.zip/02.txt"] == [n for n in names if n.startswith(b"a.zip/0")][:2], names)
            check(b"deep/b.warc.gz/example.org/01.html.txt" in names and b"page.txt" in names and b"a/x.txt" in names, names)


@case
def texts_of_web_archives():
    with Place() as p:
        p.write("a.warc.wet.gz", gzip.compress(wet({"a": GOOD, "b": GOOD * 2})))
        p.run(inputs=["a.warc.wet.gz"]).expect(0, done=2)
        p.write("text", GOOD)
        check(p.files()[b"example.org/a.txt"] == alone(p.path("text")), p.files())


@case
def names_of_records():
    """Addresses that are one twice, that no path can say, and none at all."""
    with Place() as p:
        twice = warc({"a": page(1)}) + warc({"a": page(2)}) + warc({"a": page(3)}) + warc({"q?x=1&y=/../../etc": page(4)})
        p.write("a.warc", twice + warc({"": page(5)}, base="") + warc({"%2e%2e/%2e%2e/x": page(6), "../../../y": page(7)}))
        p.run("jobs=3", inputs=["a.warc"]).expect(0, done=7)
        names, first = p.names(), p.files()
        check(len(names) == 7 and b"example.org/a.txt" in names and b"000005.txt" in names, names)
        check(b"day 1 " in p.files()[b"example.org/a.txt"] or b"day 1\n" in p.files()[b"example.org/a.txt"], p.files())
        check(all(n.startswith((b"example.org/", b"000005")) and b".." not in n.split(b"/") for n in names), names)
        p.run("jobs=1", "restart", inputs=["a.warc"]).expect(0, done=7)
        check(p.files() == first, "names depend on the workers")


@case
def lines_that_are_no_pages():
    with Place() as p:
        good = lines({"a": page(1)})
        texts = [b"", b"\n", b"nothing\n", b"[]\n", b'{"html":7}\n', b'{"url":"http://example.org/x"}\n', b'{"html":"<p>A"', b'{"text":null}\n']
        p.write("a.jsonl", good.join(texts) + b'\n{"body":"' + GOOD.replace(b"\n", b" ") + b'","html":null,"url":"http://example.org/b","text":null}')
        result = p.run(inputs=["a.jsonl"]).expect(1, total=7, done=6, failed=1)
        check(result.fail_lines == 7, result.stdout)
        check("a.jsonl" in result.fails, result.fails)
        p.run("field=body", inputs=["a.jsonl"], out="other").expect(1, done=1)
        check(p.names("other") == [b"example.org/b.txt"], p.names("other"))


@case
def filters_hold_inside():
    of = pages(10)
    with Place() as p:
        p.write("in/a.tar", tar(of))
        p.write("in/b.warc", warc(of))
        p.write("in/c.html")
        p.run("include=*1.html,*example.org/0*", "exclude=sub/*", out="some").expect(0, done=1 + 6, unwanted=9 + 4 + 1)
        check(b"a.tar/01.txt" in p.names("some") and b"b.warc/example.org/01.html.txt" in p.names("some"), p.names("some"))
        p.run("exclude=*.tar", out="some").expect(0, done=5, earlier=6, unwanted=1)
        p.run(out="some").expect(0, done=9, earlier=12)


@case
def what_pages_are_made_of_is_left_out():
    """A copy of a site as wget leaves it, in a folder and in a container: its pages are read, and all with --include."""
    of = {"example.org/a.html": page(1), "example.org/a.css": b"p {}", "example.org/b.PNG": b"\x89PNG", "example.org/c.js?v=2": b"f()",
          "example.org/robots.txt": GOOD, "example.org/d.php?x=1.png": page(2), "hts-cache/doit.log": GOOD}
    with Place() as p:
        for name, content in of.items():
            p.write("in/" + name, content)
        p.write("a.tar", tar(of))
        p.run(out="folder").expect(0, done=2, assets=5, unwanted=0)
        p.run(inputs=["a.tar"]).expect(0, done=2, assets=5, unwanted=0)
        check(p.names() == p.names("folder") == [b"example.org/a.txt", b"example.org/d.php?x=1.png.txt"], p.names())
        p.run("include=*.css,*.html", inputs=["a.tar"], out="some").expect(0, done=2, assets=0, unwanted=5)


# ---- hostile ones ---------------------------------------------------------------------------------------------------


@case
def names_never_leave_the_output():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name in ["../up.html", "a/../../up.html", "/abs/one.html", "./here.html", "x//y.html", "..", "a.htm", "a.html", "a.html", "b.txt/c.html",
                     "b.html", "n\xe9w\n\x1b[31m.html", "dehusk-manifest.jsonl", ".dehusk/lock"]:
            t.addfile(entry(name, size=len(page(1))), io.BytesIO(page(1)))
        t.addfile(entry("link.html", type=tarfile.SYMTYPE, linkname="/etc/passwd"))
        t.addfile(entry("hard.html", type=tarfile.LNKTYPE, linkname="here.html"))
        t.addfile(entry("fifo.html", type=tarfile.FIFOTYPE))
        t.addfile(entry("device.html", type=tarfile.CHRTYPE, devmajor=1, devminor=5))
        t.addfile(entry("folder.html", type=tarfile.DIRTYPE))
        t.addfile(entry("folder.html/d.html", size=len(page(1))), io.BytesIO(page(1)))
    with Place() as p:
        p.write("deep/er/a.tar", out.getvalue())
        result = p.run("jobs=2", inputs=["deep/er/a.tar"], out="deep/out").expect(1, total=13, done=12, failed=1)
        check(result.fail_lines == 3 and "\x1b" not in result.stdout, result.stdout)
        names = p.names("deep/out")
        check(len(names) == 11 and sorted(os.listdir(p.path("deep"))) == [b"er", b"out"], names)
        for n in [b"abs/one.txt", b"here.txt", b"x/y.txt", b"a.txt", b"a.html.txt", b"b.txt_/c.txt", b"b.txt", b"folder.html/d.txt", b".dehusk/lock.txt",
                  b"dehusk-manifest.jsonl.txt"]:
            check(n in names or n.startswith(b".dehusk"), n, names)
        check(set(p.files("deep/out").values()) == {alone(p.write("one.html", page(1)))}, p.files("deep/out"))
        p.run("jobs=2", inputs=["deep/er/a.tar"], out="deep/out").expect(1, done=0, earlier=12, earlier_failed=1)


@case
def bombs_are_bounded():
    with Place() as p:
        p.write("large.tar", tar({"a.html": page(1), "b.html": b"<p>" + b"word " * 100000, "c.html": page(2)}))
        result = p.run("bytes=100000", inputs=["large.tar"], out="1").expect(1, done=2, failed=1)
        check(result.fails == {"large.tar": "b.html is larger than the limit of 100000 bytes (--max-bytes)"}, result.fails)
        p.write("large.zip", zipped({"a.html": page(1), "b.html": b"<p>" + b"word " * 100000, "c.html": page(2)}))
        result = p.run("bytes=100000", inputs=["large.zip"], out="2").expect(1, done=2, failed=1)
        check(result.fails == {"large.zip": "b.html is larger than the limit of 100000 bytes (--max-bytes)"}, result.fails)
        many = {f"{i}.txt": b"Line %d of the author's.\n" % i for i in range(40)}
        for name, content in [("many.tar", tar(many)), ("many.zip", zipped(many))]:
            p.write(name, content)
            result = p.run("entries=30", inputs=[name], out="out-" + name).expect(1, done=30, failed=1)
            check(result.fails == {name: "has more than the limit of 30 entries (--max-members)"}, result.fails)
        empty = b"\0" * (50 << 20)
        for name, content in [("bomb.tar.gz", gzip.compress(tar({"a.txt": empty, "b.txt": empty, "c.html": page(1)}))),
                              ("bomb.zip", zipped({"a.txt": empty, "b.txt": empty, "c.html": page(1)}))]:
            p.write(name, content)
            result = p.run("ratio=100", "include=*.html", inputs=[name], out="out-" + name).expect(1, done=0, failed=1)
            check("is packed to less than 1 byte in the limit of 100 (--max-ratio)" in result.fails[name], result.fails)


@case
def archives_in_archives_are_not_opened():
    with Place() as p:
        p.write("a.tar", tar({"inner.zip": zipped({"x.html": page(1)}), "inner.tar": tar({"x.html": page(1)}), "good.html": page(2)}))
        result = p.run(inputs=["a.tar"]).expect(1, total=3, done=1, failed=2)
        check("a.tar: inner.zip" not in result.fails and set(p.names()) == {b"good.txt"}, p.names(), result.stdout)


@case
def containers_that_are_none():
    with Place() as p:
        for n in ["a.zip", "a.tar", "a.tar.gz", "a.warc.gz", "a.jsonl", "a.arc"]:
            p.write("in/" + n, GOOD)
            p.write("in/empty-" + n, b"")
        p.write("in/cut.tar.gz", gzip.compress(tar(pages(20)))[:-50])
        p.write("in/good.html")
        result = p.run("jobs=2").expect(1)
        check(b"good.txt" in p.names() and result.fails["in/a.zip"] and "in/cut.tar.gz" in result.fails, result.stdout)
        check(result.fails["in/a.warc.gz"] == "is no web archive", result.fails)
        check(result.fails["in/a.tar"].startswith("is no tar file") or "tar" in result.fails["in/a.tar"], result.fails)


@case
def torn_and_garbled_containers():
    """Two hundred of them beside good ones: each is heard of or read, none stops or changes the others."""
    dice, of = random.Random(9), pages(8)
    kinds = {"tar": tar(of), "tar.gz": gzip.compress(tar(of)), "zip": zipped(of), "warc": warc(of), "warc.gz": gzip.compress(warc(of)), "arc": arc(of),
             "jsonl": lines(of), "tar.xz": lzma.compress(tar(of))}
    count = 200 if not is_sanitized() else 64
    with Place() as p:
        for i in range(count):
            ending = list(kinds)[i % len(kinds)]
            content = bytearray(kinds[ending])
            if i % 2:
                del content[dice.randrange(len(content)):]
            else:
                for _ in range(1 + dice.randrange(60)):
                    at = dice.randrange(len(content))
                    content[at:at + dice.randrange(4)] = dice.randbytes(dice.randrange(4))
            p.write(f"in/{i:03}.{ending}", bytes(content))
        for ending in kinds:
            p.write(f"in/good.{ending}", kinds[ending])
        result = p.run("jobs=2")
        check(result.exit == 1 and result.sum["crashed"] == 0 and result.error == "", result.stdout)
        check("worker" not in "".join(result.fails.values()), result.fails)
        for ending in kinds:
            own = [n for n in p.names() if n.startswith(b"good." + ending.encode() + b"/")]
            check(len(own) == 8, ending, own)
        before = p.manifest()
        again = p.run("jobs=2").expect(1, done=0, failed=0)
        check(again.sum["earlier"] == result.sum["done"] and again.sum["earlier_failed"] == result.sum["failed"], result.stdout, again.stdout)
        check(p.manifest() == before, "the manifest has changed")


@case
def containers_change_while_they_are_read():
    need_hooks()
    with Place() as p:
        p.write("in/0", b"DEHUSK-TEST-STALL\n")
        for n in ["gone.zip", "grows.warc", "shrinks.tar"]:
            p.write("in/" + n, {"z": zipped, "w": warc, "t": tar}[n[-3 if n.endswith("zip") else -4 if n.endswith("warc") else -3]](pages(5)))
        process = p.start("timeout=1")
        wait_for("a worker", lambda: workers_of(process.pid))
        os.unlink(p.path("in/gone.zip"))
        with open(p.path("in/grows.warc"), "ab") as f:
            f.write(warc({"more": page(9)}))
        os.truncate(p.path("in/shrinks.tar"), 3000)
        result = Result(p, process).expect(1, crashed=1)
        check(result.fails["in/gone.zip"] == "No such file or directory" and "in/shrinks.tar" in result.fails, result.fails)
        check(b"grows.warc/example.org/more.txt" in p.names(), p.names())


# ---- going on -------------------------------------------------------------------------------------------------------


@case
def pages_have_lines_of_their_own():
    of = pages(9)
    with Place() as p:
        p.write("in/a.zip", zipped(of))
        p.write("in/b.html")
        p.write("in/c.warc", warc(of) + b"WARC/1.0\r\nbroken\r\n\r\n" + warc({"last": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50}))
        p.run("jobs=3").expect(1, total=9 + 1 + 9 + 1 + 1, done=19, failed=2)
        got = p.manifest()
        check([(os.path.basename(line["source"]), line.get("record", 0)) for line in got] ==
              [("a.zip", k) for k in range(10)] + [("b.html", 0)] + [("c.warc", k) for k in range(11)], got)
        check(got[1]["address"] == "01.html" and got[1]["output"] == "a.zip/01.txt" and got[1]["bytes_in"] == len(of["01.html"]), got[1])
        check(got[0]["pages"] == 9 and got[0]["status"] == "ok" and "digest" not in got[0], got[0])
        check(got[11]["status"] == "error" and "broken header" in got[11]["error"] and got[-1]["status"] == "error", got[11])
        p.run("jobs=2").expect(1, done=0, earlier=19, earlier_failed=2)
        check(p.manifest() == got, "the manifest has changed")
        os.unlink(p.path("out/a.zip/01.txt"))
        p.run("jobs=2").expect(1, done=1, earlier=18, earlier_failed=2)
        check(without_ms(p.manifest()) == without_ms(got), "the manifest is another")
        p.run("jobs=2", "retry-failed").expect(1, done=0, failed=2, earlier=19)
        p.run("made=7").expect(1, done=19, earlier=0, stale=21 - 1)
        p.write("in/a.zip", zipped(pages(4)))
        os.utime(p.path("in/a.zip"), ns=(5, 5))
        p.run("made=7").expect(1, done=4, earlier=10, earlier_failed=2)
        check(len(p.manifest()) == 5 + 1 + 11, p.manifest())


@case
def pages_of_containers_that_kill_their_worker():
    need_hooks()
    of = pages(30)
    of["07.html"] = b"DEHUSK-TEST-CRASH\n"
    of["11.html"] = b"DEHUSK-TEST-KILLED once\n" + page(11)
    of["sub/09.html"] = b"DEHUSK-TEST-STALL\n"
    with Place() as p:
        p.write("a.tar", tar(of))
        for extra in [[], ["sites"]]:
            result = p.run("jobs=3", "timeout=1", *extra, inputs=["a.tar"], out="out" + "".join(extra)).expect(1, total=30, done=28, failed=2, crashed=2)
            check(result.fails == {"a.tar": "sub/09.html: took more than 1 s of CPU time (--page-timeout)"} or result.fail_lines == 2, result.fails)
            check(len(p.names("out" + "".join(extra))) == 28, p.names())


@case
def containers_killed_again_and_again():
    """Kills at random moments, of the run, a worker or an unpacker: what comes out is what an undisturbed run gives."""
    of = {f"{i:04}.html": page(i) * (1 + i % 9) for i in range(500)}
    with Place() as p:
        p.write("in/a.tar.gz", gzip.compress(tar(of)))
        p.write("in/b.warc", warc(of))
        p.write("in/c.jsonl", lines(of))
        p.run("jobs=3", out="calm").expect(0, done=1500)
        ended = harass(lambda: p.start("jobs=3"), random.Random(21), 20 if FULL else 8, 0.2, lambda: shutil.rmtree(p.path("out")))
        p.run("jobs=3")
        p.run("jobs=3", "retry-failed").expect(0, failed=0)
        check(ended, "no run was killed")
        check(p.files() == p.files("calm"), "outputs differ")
        check(without_ms(p.manifest()) == without_ms(p.manifest("calm")), "manifests differ")
        check(not temporaries(p), temporaries(p))
