#!/usr/bin/env python3
"""What the pages of outcomes.txt come to, by the program: each case by name, then the table of what was expected against what came. And
what --only, --min-confidence, --fail-empty and --explain make of it.

usage: outcomes.py BUILD_DIR"""
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STATUSES = ("ok", "empty", "blocked", "needs-javascript")
MARKS = {
    "{menu}": "<header><nav><ul>" + "".join(f"<li><a href=/{w}>{w.title()}</a></li>" for w in
                                            "home county sports letters weather archive subscribe".split()) + "</ul></nav></header>",
    "{footer}": "<footer><p>© 2024 The Valley Post. All rights reserved.</p><ul><li><a href=/imprint>Imprint</a></li>"
                "<li><a href=/privacy>Privacy</a></li></ul></footer>",
    "{cookies}": "<div id=cookie-banner role=dialog><p>We use cookies to make this site better. By continuing you agree to our use of "
                 "cookies.</p><button>Accept all</button><button>Continue without accepting</button></div>",
    "{scripts}": "<script src=/vendor.js></script><script>window.config={\"debug\":false};start()</script>",
    "{story}": "".join(f"<p>{p}</p>" for p in (
        "For two hundred years the mill at the lower bridge ground the rye of the county. On Monday the last miller signed the papers, "
        "and the wheel stood still before he had put down the pen. Nobody in the room spoke until the clock of the church struck four.",
        "His grandfather had bought it from the abbey, whose books tell of a mill at this place since 1340, when the river ran on the "
        "other side of the hill. The stones were brought from the coast, on barges that took nine days, and each has the name of the man "
        "who cut it on its lower side.",
        "What will become of the house is not known. The new owner, a society of the town, wants to keep the wheel and to let the children "
        "of the school grind their own flour in the autumn, as their parents did. The council will speak about the money in June, and "
        "the miller said that he would come to listen.",
        "Until then the gate stays shut. Who wants to see the stones may ask for the key at the inn, where it hangs beside the door."))}


def cases():
    """(status, name, page) of each."""
    status = name = None
    lines = []
    with open(os.path.join(HERE, "outcomes.txt"), encoding="utf-8") as f:
        for line in f:
            if line.startswith("== "):
                if name:
                    yield status, name, "".join(lines)
                (_, status, name), lines = line.rstrip("\n").split(" ", 2), []
            elif name:
                lines.append(line)
    yield status, name, "".join(lines)


def page_of(text):
    for mark, markup in MARKS.items():
        text = text.replace(mark, markup)
    return text.strip()


def table(found):
    """False if something is not as expected."""
    print(f"{'expected':<18}" + "".join(f"{s:>18}" for s in STATUSES))
    for row in STATUSES:
        print(f"{row:<18}" + "".join(f"{found[row, column]:>18}" for column in STATUSES))
    return not sum(n for (row, column), n in found.items() if row != column)


def statuses(dehusk, all_cases, *options):
    records = "".join(json.dumps({"html": page_of(text)}) + "\n" for _, _, text in all_cases)
    done = subprocess.run([dehusk, "--stream", "--fields", "status,text,type", *options], input=records.encode(), stdout=subprocess.PIPE, timeout=120,
                          check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Acts:
    """What follows from it."""

    def __init__(self, dehusk):
        self.dehusk = dehusk
        self.failed = 0

    def check(self, name, good, detail=""):
        self.failed += not good
        if not good:
            print(f"FAILED  {name}: {detail!s:.300}")

    def run(self, *args):
        done = subprocess.run([self.dehusk, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def status(self, name, *args):
        code, out, _ = self.run("-t", "json", "--fields", "status,text,blocks,title", *args)
        page = json.loads(out)
        self.check(name, code == 0 and (page["status"] == "ok") == bool(page["blocks"] and page["text"]), out)
        return page["status"]

    def all(self):
        for name, options, want in (
                ("all", [], "ok"), ("only: its type", ["--only", "listing,article"], "ok"), ("only: another", ["--only", "forum"], "empty"),
                ("confidence: enough", ["--min-confidence", "0.1"], "ok"), ("confidence: less", ["--min-confidence=1"], "empty")):
            self.check(name, self.status(name, *options, "story.html") == want)
        self.check("text has no type", self.run("--only", "forum", "--min-confidence", "1", "rain.txt")[1] == "The rain stopped.\n")
        code, out, _ = self.run("-t", "json", "--fields", "status,text", "--only", "article", "wall.html")
        self.check("only: what came instead", json.loads(out) == {"status": "blocked", "text": ""}, out)
        for options, name, want in (([], "story.html", 0), ([], "wall.html", 3), ([], "shell.html", 3), (["--only", "forum"], "story.html", 3),
                                    (["--min-confidence", "0.99"], "story.html", 3), (["--only", "forum"], "rain.txt", 0)):
            self.check(f"fail-empty {name} {options}", self.run("--fail-empty", *options, name)[0] == want)
        self.check("fail-empty: one has something", self.run("--fail-empty", "wall.html", "story.html")[0] == 0)
        for name, want in (("wall.html", "; blocked (captcha)\n"), ("shell.html", "; needs-javascript (markup without text)\n"),
                           ("nothing.html", "; empty\n"), ("story.html", "confidence 0.")):
            out = self.run("--explain", name)[1]
            self.check(f"explain {name}", want in out.splitlines(True)[-1], out[-200:])
        self.check("explain: not wanted", "not wanted: type of page" in self.run("--explain", "--only", "forum", "story.html")[1])
        for options in (["--only", "essay"], ["--only", ""], ["--min-confidence", "2"], ["--min-confidence", "half"], ["--min-confidence", "nan"],
                        ["--min-confidence", "0x1"], ["--min-confidence", ""]):
            code, out, err = self.run(*options, "story.html")
            self.check(f"usage {options}", (code, out) == (2, "") and err.startswith(f"dehusk: {options[0]}: ") and err.count("\n") == 1, err)
        self.folder()

    def folder(self):
        os.mkdir("in")
        for name in ("story.html", "wall.html", "rain.txt"):
            os.rename(name, os.path.join("in", name))
        code, _, _ = self.run("in", "-o", "out/", "-q", "--only", "forum", "--to", "json", "--fields", "status")
        got = {}
        for name in ("story", "wall", "rain"):
            with open(f"out/{name}.json", encoding="utf-8") as f:
                got[name] = json.load(f)["status"]
        self.check("folder", (code, got) == (0, {"story": "empty", "wall": "blocked", "rain": "ok"}), (code, got))
        os.remove("in/rain.txt")
        self.check("folder: fail-empty", self.run("in", "-o", "out2/", "-q", "--only", "forum", "--fail-empty")[0] == 3)


def main():
    if len(sys.argv) != 2:
        print("usage: outcomes.py BUILD_DIR", file=sys.stderr)
        return 2
    dehusk = os.path.abspath(os.path.join(sys.argv[1], "dehusk"))
    all_cases = list(cases())
    found = collections.Counter()
    for (status, name, _), got in zip(all_cases, statuses(dehusk, all_cases), strict=True):
        found[status, got["status"]] += 1
        if got["status"] != status:
            print(f"FAILED  {name}: {got}")
    good = table(found) and len(all_cases) >= 60
    acts = Acts(dehusk)
    pages = {name: page_of(text) for _, name, text in all_cases}
    with tempfile.TemporaryDirectory(prefix="dehusk-outcomes-") as folder:
        os.chdir(folder)
        for file, name in (("story.html", "an article"), ("wall.html", "captcha: a button to be held"), ("shell.html", "a shell: a root"),
                           ("nothing.html", "nothing at all")):
            with open(file, "w", encoding="utf-8") as f:
                f.write(pages[name])
        with open("rain.txt", "w", encoding="utf-8") as f:
            f.write("The rain stopped.\n")
        acts.all()
        os.chdir(HERE)
    return 0 if good and not acts.failed else 1


if __name__ == "__main__":
    sys.exit(main())
