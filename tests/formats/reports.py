#!/usr/bin/env python3
"""The reports of --report: that of a run over many pages against its manifest; and both kinds opened in Chromium, with what axe-core has to say of them.

usage: reports.py BUILD_DIR

The part with the browser is skipped where there is no chromium, or no axe-core: $DEHUSK_AXE names its axe.min.js, else Python's axe_core_python has it."""
import gzip
import html
import html.parser
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import outcomes  # noqa: E402

SECONDS = 120
VOID = {"meta", "input"}
LOOKS = {"light": "1", "dark": "0"}
WORST = 25
LANGUAGES = 12
# What is added to a report to have it looked at.
SCRIPT = """<script src="axe.js"></script><script>
const probed = PROBE;
axe.run().then(result => {
    const found = result.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" "));
    const answer = document.createElement("pre");
    answer.id = "found";
    answer.textContent = JSON.stringify([found, result.passes.length, probed]);
    document.body.append(answer);
});
</script>"""


class Page(html.parser.HTMLParser):
    """Tags, and the rows of each table, by the heading or caption that it stands under."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.faults, self.tables, self.under, self.words = [], [], [], {}, "", ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h2", "caption", "summary"):
            self.words = ""
        if tag == "tr":
            self.tables.setdefault(self.under, []).append([])
        if tag in ("th", "td"):
            self.tables[self.under][-1].append("")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")
        if tag in ("h2", "summary") or (tag == "caption" and not re.fullmatch(r"\d+ of \d+", self.words)):
            self.under = self.words

    def handle_data(self, data):
        self.words += data
        if "td" in self.open or "th" in self.open:
            self.tables[self.under][-1][-1] += data


class Suite:
    def __init__(self, build, top):
        self.dehusk, self.top, self.failed, self.done = os.path.abspath(os.path.join(build, "dehusk")), top, 0, 0

    def check(self, name, good, detail=""):
        self.done += 1
        self.failed += not good
        if not good:
            print(f"FAILED  {name}: {detail!s:.600}")

    def run(self, *args, status=0):
        done = subprocess.run([self.dehusk, *args], cwd=self.top, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
        self.check(f"status of {' '.join(args)}", done.returncode == status, (done.returncode, done.stderr))
        return done

    def read(self, name):
        with open(os.path.join(self.top, name), encoding="utf-8") as f:
            return f.read()

    def write(self, name, data):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)

    def lines(self, folder):
        """The manifest's lines about pages."""
        with open(os.path.join(self.top, folder, "dehusk-manifest.jsonl"), encoding="utf-8") as f:
            lines = [json.loads(line) for line in f]
        return [e for e in lines if "record" in e or e["status"] != "ok" or "digest" in e]

    # ---- pages to make reports of

    def pages(self):
        for i, (status, _, text) in enumerate(outcomes.cases()):
            self.write(f"in/{status}/{i:03}.html", outcomes.page_of(text).encode())
        story = outcomes.page_of("<title>A mill & <b></title>{menu}<article><h1>The last miller</h1>{story}</article>{footer}").encode()
        for name in ("a #1?.html", "<b>bold&amp;.html", "x:y/höhe %41.html"):
            self.write(f"in/{name}", story)
        self.write("in/rain.txt", b"The rain stopped.\nPlease wait...\n")
        self.write("in/a.pdf.html", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        self.write("in/cut.html.gz", gzip.compress(story * 20)[:-20])
        with zipfile.ZipFile(os.path.join(self.top, "in", "more.zip"), "w") as z:
            z.writestr("one/a.html", story)
            z.writestr("b.pdf.html", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" * 50)

    # ---- the run

    def structure(self, name, folder):
        """Tags that fit, nothing that is loaded or done, links that lead to files. The page."""
        text = self.read(name)
        page = Page(text)
        self.check(f"{name}: tags", (page.faults, page.open) == ([], []), (page.faults, page.open))
        bad = [t for t, a in page.tags if t in ("script", "img", "iframe", "link", "object", "form") or any(k.startswith("on") or k == "src" for k in a)]
        self.check(f"{name}: nothing is loaded", not bad and "url(" not in text and "@import" not in text, bad)
        ids = {a["id"] for _, a in page.tags if "id" in a}
        for href in (a["href"] for t, a in page.tags if t == "a"):
            path = os.path.join(self.top, folder, urllib.parse.unquote(href))
            good = href[1:] in ids if href.startswith("#") else href.startswith(("./", "https://mill.example/")) and (":" in href[:6] or os.path.isfile(path))
            self.check(f"{name}: link {href}", good)
        return page

    def same_as_manifest(self, page, lines):
        want = {}
        for e in lines:
            status = e.get("outcome", e["status"])
            want[status] = want.get(status, 0) + 1
        got = {row[0]: int(row[1]) for row in page.tables["Status"]}
        self.check("statuses", got == want and len(want) == 5, (got, want))
        html_pages = [e for e in lines if "type" in e]
        types = {row[0]: int(row[1]) for row in page.tables["Type"] if row[0] != "text, not HTML"}
        self.check("types", types == {t: sum(e["type"] == t for e in html_pages) for t in {e["type"] for e in html_pages}}, types)
        languages = [e.get("language", "not known").split("-")[0] for e in lines if "text_bytes" in e]
        got = {row[0]: int(row[1]) for row in page.tables["Language"]}
        others = got.pop("others", 0)
        self.check("languages", all(languages.count(x) == n for x, n in got.items()) and sum(got.values()) + others == len(languages), got)
        self.check("the most frequent languages", len(got) == LANGUAGES + 1 and "not known" in got and list(got)[0] == "en", got)
        kinds = {row[0]: int(row[1]) for row in page.tables["Failures by kind"]}
        errors = [e["error"] for e in lines if e["status"] == "error"]
        self.check("failures", kinds == {x: errors.count(x) for x in set(errors)} and len(errors) >= 3, kinds)

    def distributions(self, page, lines):
        sure = [e["confidence"] for e in lines if e["status"] == "ok" and "type" in e and "outcome" not in e]
        shares = [e["kept_bytes"] / e["text_bytes"] for e in lines if e.get("text_bytes")]
        for name, values, edge in (("Confidence", sure, 0.95), ("Kept", shares, 0.95), ("Time", [e["ms"] for e in lines if e["status"] != "duplicate"], 10000)):
            rows = page.tables[f"Figures: {name}"][1:]
            self.check(f"{name}: all of them", sum(int(r[2]) for r in rows) == len(values), rows)
            last = [int(r[2]) for r in rows if r[0] in ("0.95", "10k")]
            self.check(f"{name}: the last bin", sum(last) == sum(round(v, 3) >= edge for v in values), (rows, sorted(values)[-5:]))
        bars = [a for t, a in page.tags if t == "rect"]
        self.check("bars", len(bars) == sum(len(page.tables[f"Figures: {n}"]) - 1 for n in ("Kept", "Confidence", "Words", "Time")), len(bars))

    def worst(self, page, lines):
        low = sorted(f"{e['confidence']:.2f}" for e in lines if e["status"] == "ok" and "type" in e and "outcome" not in e)
        got = [row[2] for row in page.tables["The lowest confidence"][1:]]
        self.check("the lowest confidence", got == low[:WORST], (got, low))
        slow = sorted((e["ms"] for e in lines if e["status"] != "duplicate"), reverse=True)
        self.check("the slowest", [int(row[2]) for row in page.tables["The slowest"][1:]] == slow[:WORST])
        failed = [row[:2] for row in page.tables["Failed"][1:]]
        self.check("failed", failed == [[e["source"] + (f": {e['address']}" if "address" in e else ""), e["error"]] for e in lines if e["status"] == "error"], failed)
        instead = [row[2] for row in page.tables["Blocked, or in need of a script"][1:]]
        self.check("came instead", set(instead) <= {"blocked", "needs-javascript"} and len(instead) == WORST, instead)

    @staticmethod
    def timeless(text):
        """Without what tells milliseconds, and the output's name."""
        text = re.sub(r"<figure>\n<figcaption>Time.*?</figure>", "", text, flags=re.S)
        text = re.sub(r'<h2 id="slow">.*?</table>', "", text, flags=re.S)
        return re.sub(r"\bout\d\b", "out", text)

    def batch(self):
        self.run("in", "-o", "out1", "-j2", "-q", "--report", "r1.html", status=1)
        lines = self.lines("out1")
        page = self.structure("r1.html", ".")
        self.same_as_manifest(page, lines)
        self.distributions(page, lines)
        self.worst(page, lines)
        before = self.read("r1.html")
        self.run("in", "-o", "out1", "-q", "--report", "r1.html", status=1)
        self.check("all is done: the same report", self.read("r1.html") == before)
        self.run("in", "-o", "out2", "-q", "--include", "*0.html", "--report", "part.html")
        self.check("a part is another report", self.timeless(self.read("part.html")) != self.timeless(before))
        self.run("in", "-o", "out2", "-q", "--report", "r2.html", status=1)
        self.check("going on: the same report", self.timeless(self.read("r2.html")) == self.timeless(before))
        self.run("in", "-o", "out3", "-q", status=1)
        self.check("no language is looked for without a report", not any("language" in e for e in self.lines("out3")))
        self.run("in", "-o", "new/out", "-q", "--report", "new/out/r.html", status=1)
        self.structure("new/out/r.html", "new/out")
        self.run("in", "-q", "-o", "all.jsonl", "--report", "lines.html", status=1)
        lines = self.structure("lines.html", ".")
        self.check("lines: no output of its own", lines.tables["The slowest"][0][:2] == ["Page", "Milliseconds"], lines.tables["The slowest"][0])
        self.check("lines: statuses", lines.tables["Status"] == page.tables["Status"], lines.tables["Status"])
        self.run("in", "-q", "-o", "out4", "--report", "r1.html/r.html", status=1)
        self.check("a report that cannot be written is said before the work", not os.path.exists(os.path.join(self.top, "out4")))

    # ---- in the browser

    def look(self, name, axe, look, probe, change=("", "")):
        """Opens a report; the violations that axe finds there, how many of its rules passed, and what `probe`, an expression of a script, gives."""
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", self.read(name)).replace(*change, 1)
        self.write("seen.html", (text + SCRIPT.replace("PROBE", probe)).encode())
        shutil.copy(axe, os.path.join(self.top, "axe.js"))
        done = subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
                               f"--user-data-dir={self.top}/browser", f"--blink-settings=preferredColorScheme={LOOKS[look]}", "--virtual-time-budget=60000",
                               "--dump-dom", f"file://{self.top}/seen.html"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
        return json.loads(html.unescape(re.search(r'<pre id="found">(.*)</pre>', done.stdout.decode(), re.S).group(1)))

    def browser(self, axe):
        self.run("--report", "page.html", "in/a #1?.html", "in/ok/" + sorted(os.listdir(os.path.join(self.top, "in", "ok")))[0], "in/rain.txt")
        papers = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 22)"}
        for name in ("r1.html", "page.html"):
            for look, paper in papers.items():
                found, passes, got = self.look(name, axe, look, "getComputedStyle(document.body).backgroundColor")
                self.check(f"{name}, {look}: axe", found == [] and passes > 10, (found, passes))
                self.check(f"{name}, {look}: paper", got == paper, got)
        broken = self.look("r1.html", axe, "light", "0", ("<main>", "<main><img src=x.png>"))[0]
        self.check("axe finds what is wrong", len(broken) == 1 and broken[0].startswith("image-alt"), broken)
        shown = "[...document.querySelector('section').querySelectorAll('li')].filter(e => e.offsetHeight).map(e => e.classList[0])"
        every = self.look("page.html", axe, "light", shown)[2]
        kept = self.look("page.html", axe, "light", shown, ('class="only-keep"', 'class="only-keep" checked'))[2]
        self.check("the filter hides what was dropped", set(every) == {"keep", "drop"} and kept == ["keep"] * every.count("keep"), (every, kept))


def find_axe():
    path = os.environ.get("DEHUSK_AXE")
    module = importlib.util.find_spec("axe_core_python")
    if not path and module:
        path = os.path.join(os.path.dirname(module.origin), "axe.min.js")
    return path if path and os.path.exists(path) else None


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="dehusk-reports-") as top:
        suite = Suite(sys.argv[1], top)
        suite.pages()
        suite.batch()
        axe = find_axe()
        if axe and shutil.which("chromium"):
            suite.browser(axe)
        else:
            print("skipped: in the browser: " + ("no chromium" if axe else "no axe-core"))
    print(f"{suite.done - suite.failed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
