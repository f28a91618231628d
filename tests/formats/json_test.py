#!/usr/bin/env python3
"""JSON as the program writes it: valid and as docs/page.schema.json says on every fixture, equal to what --to text prints, and one value
an output whatever the inputs are.

usage: json_test.py BUILD_DIR"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
try:
    import jsonschema
except ImportError:
    jsonschema = None

KEYS = ("title authors date modified site_name language type url canonical_url description image licence text blocks status confidence "
        "removed source record id error version").split()
HOSTILE = ('"quotes" \\ back\x01\x1f\x7f slash </script> \u2028 \u2029 \U0001f300 \ufffd tab\there ' * 3).encode() + b" \xff\xc3 end."


def warc_record(url, body):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    return (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Target-URI: " +
            url.encode() + b"\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(block) +
            block + b"\r\n\r\n")


class Tester:
    def __init__(self, build):
        self.dehusk = os.path.abspath(os.path.join(build, "dehusk"))
        self.failed = self.passed = 0
        self.schema = None
        if jsonschema:
            with open(os.path.join(ROOT, "docs", "page.schema.json"), encoding="utf-8") as f:
                schema = json.load(f)
            jsonschema.Draft202012Validator.check_schema(schema)
            self.schema = jsonschema.Draft202012Validator(schema)

    def check(self, name, good, detail=""):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print(f"FAILED  {name}: {detail!s:.600}")

    def run(self, *args, status=0, **more):
        done = subprocess.run([self.dehusk, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False, **more)
        self.check(" ".join(args), done.returncode == status, (done.returncode, done.stderr))
        return done.stdout

    def page(self, name, page, keys=KEYS):
        """One object, as a Python value."""
        self.check(f"{name}: keys", list(page) == list(keys), list(page))
        if self.schema:
            faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in self.schema.iter_errors(page)]
            self.check(f"{name}: schema", not faults, faults)


def options_of(folder):
    path = os.path.join(folder, "options")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return f.read().split()


def fixtures(t):
    top = os.path.join(ROOT, "fixtures")
    for name in sorted(os.listdir(top)):
        folder = os.path.join(top, name)
        inputs = [n for n in os.listdir(folder) if n.startswith("input.")] if os.path.isdir(folder) else []
        for path in [os.path.join(folder, n) for n in inputs]:
            args = options_of(folder) + [path]
            page = json.loads(t.run("--to", "json", *args))
            t.page(name, page)
            t.check(f"{name}: lines", json.loads(t.run("--to", "jsonl", *args)) == page)
            t.check(f"{name}: text", page["text"] == t.run("--to", "text", *args).decode())
            words = " ".join(b["text"] for b in page["blocks"]).split()
            t.check(f"{name}: blocks", sorted(words) == sorted(w for w in words if w in page["text"]), "a block's word is not in the text")


def links(t):
    """Where the links of a block lead, and the bytes of its text that they are."""
    page = (b"<base href=/x/><p>At noon the r\xc3\xa4in <a href='a?b=1&amp;c=2'>has <b>stopped</b></a>, says the <a href=javascript:x()>harbour</a>, "
            b"<a href=mailto:a@b.example>write</a> <a href=//c.example></a>or read <a href='//c.example/ d'>all</a>.</p>")
    block = json.loads(t.run("-t", "json", "--fields", "blocks", "--from", "html", "--url", "https://e.example/y/z", "-", input=page))["blocks"][0]
    found = [(link["text"], link["url"]) for link in block["links"]]
    t.check("links", found == [("has stopped", "https://e.example/x/a?b=1&c=2"), ("write", "mailto:a@b.example"), ("all", "https://c.example/%20d")], found)
    text = block["text"].encode()
    t.check("links: places", all(text[link["start"]:link["end"]].decode() == link["text"] for link in block["links"]), block)
    page = page.replace(b"<base href=/x/>", b"<link rel=canonical href=https://f.example/g>")
    block = json.loads(t.run("-t", "json", "--fields", "blocks", "--from", "html", "-", input=page))["blocks"][0]
    t.check("links: by the canonical address", block["links"][0]["url"] == "https://f.example/a?b=1&c=2", block)


def letters(t):
    raw = t.run("-t", "jsonl", "--from", "text", "-", input=HOSTILE)
    t.check("letters: one line", raw.count(b"\n") == 1 and raw.endswith(b"\n"))
    bad = [c for c in raw.decode()[:-1] if c < " " or c in "\x7f\u2028\u2029"]
    t.check("letters: controls", not bad, bad)
    page = json.loads(raw)
    t.check("letters: the same", page["text"] == HOSTILE.decode(errors="replace"), page["text"])
    name = b"a\xffb.txt"
    with open(name, "wb") as f:
        f.write(b"The rain stopped at noon.\n")
    t.check("letters: a name", json.loads(t.run("-t", "json", os.fsdecode(name)))["source"] == "a\ufffdb.txt")


def several(t):
    """An output of JSON is one value."""
    for name, body in (("a.html", b"<p>The rain stopped at noon, and the river fell.</p>"), ("b.txt", b"The bridge is open again.\n")):
        with open(name, "wb") as f:
            f.write(body)
    story = b"<h1>Mill</h1><p>The mill stood still on the day that the river fell, and all came to see it.</p>"
    with gzip.open("c.warc.gz", "wb") as f:
        f.write(warc_record("http://a.example/1", story) + warc_record("http://a.example/2", story))
    with open("broken.warc", "wb") as f:
        f.write(warc_record("http://a.example/1", story).replace(b"HTTP/1.1 200 OK", b"nothing at all ") + warc_record("http://a.example/2", story))
    with open("none.warc", "wb") as f:
        f.write(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    for args, status, count in (
            (["a.html"], 0, None), (["a.html", "b.txt"], 0, 2), (["c.warc.gz"], 0, 2), (["a.html", "c.warc.gz", "nowhere"], 1, 4),
            (["nowhere"], 1, None), (["broken.warc"], 1, 2), (["none.warc"], 0, 0), (["--split", "The *", "b.txt"], 0, 1)):
        got = json.loads(t.run("--to", "json", *args, status=status))
        lines = [json.loads(line) for line in t.run("--to", "jsonl", *args, status=status).splitlines()]
        pages = got if isinstance(got, list) else [got]
        t.check(f"{args}: array", isinstance(got, list) == (count is not None) and len(pages) == (1 if count is None else count), got)
        t.check(f"{args}: lines", pages == lines)
        for page in pages:
            t.page(str(args), page)
    pages = json.loads(t.run("--to", "json", "--fields", "source,record,url", "c.warc.gz"))
    t.check("records", pages == [{"source": "c.warc.gz", "record": n, "url": f"http://a.example/{n}"} for n in (1, 2)], pages)


def whole_texts(t):
    """A text longer than a window is one object."""
    text = b"".join(b"In the year %d the mill ground %d sacks of rye.\n" % (1700 + i % 300, i) for i in range(60000))
    with open("long.txt", "wb") as f:
        f.write(text)
    page = json.loads(t.run("-t", "json", "--fields", "text,blocks", "long.txt"))
    t.check("long text", page["text"].encode() == text and len(page["blocks"]) == 60000)
    b = page["blocks"][-1]
    t.check("long text: place", text[b["start"]:b["end"]].decode() == b["text"], b)


def chosen_fields(t):
    for fields in ("text", "version,title", "status, id"):
        keys = [k.strip() for k in fields.split(",")]
        t.page(fields, json.loads(t.run("-t", "json", "--fields", fields, "a.html")), keys)
    t.check("no such field", t.run("-t", "json", "--fields", "text,heading", "a.html", status=2) == b"")
    t.check("a field twice", t.run("-t", "json", "--fields", "text,text", "a.html", status=2) == b"")


def folders(t):
    os.makedirs("in/deep.json")
    for name in ("in/a.html", "in/a.htm", "in/deep.json/b.txt", "in/deep.html"):
        with open(name, "wb") as f:
            f.write(b"The rain stopped at noon.\n")
    t.run("in", "-o", "out/", "-q", "--to", "json")
    found = sorted(os.path.relpath(os.path.join(d, n), "out") for d, _, names in os.walk("out") for n in names if n.endswith("json"))
    t.check("folder: names", found == ["a.htm.json", "a.html.json", "deep.html.json", "deep.json/b.json"], found)
    for name in found:
        with open(os.path.join("out", name), encoding="utf-8") as f:
            t.page(name, json.load(f))
    t.run("in", "-o", "out/", "-q")
    t.check("folder: another format is another output", os.path.exists("out/a.html.txt") and os.path.exists("out/a.html.json"))


def files(t):
    """-o FILE says the format, unless --to does."""
    for name, starts in (("x.json", "{\n"), ("x.JSONL", '{"'), ("x.ndjson", '{"'), ("x.txt", "The"), ("x", "The")):
        t.run("b.txt", "-o", name)
        with open(name, encoding="utf-8") as f:
            t.check(name, f.read().startswith(starts))
    t.run("b.txt", "-o", "y.json", "--to", "text")
    with open("y.json", encoding="utf-8") as f:
        t.check("y.json", f.read() == "The bridge is open again.\n")


REPORT = "block verdict score reason kind level part text start end".split()
MORE = "reason type_probability charset words origins".split()


def explain(t):
    """A line a block, dropped ones too, then the page's object and what it was told by."""
    site = os.path.join(ROOT, "fixtures", "news-article", "input.html")
    *blocks, page = [json.loads(line) for line in t.run("--explain=json", site).splitlines()]
    t.check("explain: blocks", [b["block"] for b in blocks] == list(range(len(blocks))) and all(list(b) == REPORT for b in blocks))
    whole = json.loads(t.run("-t", "json", site))
    both = [k for k in REPORT if k in whole["blocks"][0]]
    kept = [[b[k] for k in both] for b in blocks if b["verdict"] == "keep"]
    t.check("explain: what is kept", len(both) == 7 and kept == [[b[k] for k in both] for b in whole["blocks"]], kept)
    t.check("explain: reasons", {b["verdict"] for b in blocks} == {"keep", "drop"} and all(b["reason"] for b in blocks))
    t.check("explain: page", list(page) == [k for k in KEYS if k not in ("text", "blocks")] + MORE, list(page))
    t.check("explain: the same page", all(page[k] == whole[k] for k in KEYS if k in page))
    known = [k for k in ("title", "authors", "date", "description", "canonical_url") if page[k]]
    t.check("explain: origins", known and all(page["origins"].get(k) for k in known) and not set(page["origins"]) - set(KEYS), page["origins"])
    lines = [json.loads(line) for line in t.run("--explain=json", "b.txt", "nowhere", "c.warc.gz", status=1).splitlines()]
    pages = [line for line in lines if "verdict" not in line]
    t.check("explain: several", [(p["source"], p["record"], p["status"]) for p in pages] ==
            [("b.txt", None, "ok"), ("nowhere", None, "error"), ("c.warc.gz", 1, "ok"), ("c.warc.gz", 2, "ok")], pages)
    t.run("b.txt", "-o", "reports/", "-q", "--explain=json")
    t.check("explain: in a folder", os.path.exists("reports/b.jsonl"))


def stream(t):
    records = b'{"id": 7, "text": "The rain stopped."}\n{"id": "b"}\n'
    answers = [json.loads(line) for line in t.run("--stream", "--fields", ",".join(KEYS), input=records, status=1).splitlines()]
    for a in answers:
        t.page("stream", a)
    t.check("stream: ids", [a["id"] for a in answers] == [7, "b"])


def main():
    if len(sys.argv) != 2:
        print("usage: json_test.py BUILD_DIR", file=sys.stderr)
        return 2
    t = Tester(sys.argv[1])
    if not jsonschema:
        print("skipped the schema: python3-jsonschema is not installed")
    with tempfile.TemporaryDirectory(prefix="dehusk-json-") as folder:
        os.chdir(folder)
        for case in (fixtures, links, letters, several, whole_texts, chosen_fields, folders, files, explain, stream):
            case(t)
        os.chdir(ROOT)
    print(f"{t.passed} passed, {t.failed} failed")
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
