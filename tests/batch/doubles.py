"""Pages that say what others say, and lines that others have: what goes is the same whatever the workers, and stands in the manifest."""
import gzip
import os
import random
import shutil

from collected import collect, read
from containers import page, pages, tar, warc
from going_on import harass, without_ms
from place import FULL, Place, case, check, temporaries

EXACT, NEAR, LINES = "dedup=1", "dedup=2", "dedup=3"
WORDS = ("boat harbour morning noon captain village market bridge river winter summer paper office road school garden letter story window "
         "father mother sister brother water stone light house field people council ferry orchard railway meadow mill").split()


def article(number, words=400):
    """A text that no other is like."""
    dice = random.Random(number)
    return "".join(("The " if i % 12 == 0 else " ") + dice.choice(WORDS) + (".\n\n" if i % 48 == 47 else "." if i % 12 == 11 else "") for i in range(words)) + "\n"


def of_each(p, name="out"):
    """Source and record of each duplicate, and of what it is one of, by their last names."""
    def last(path):
        return os.path.basename(path)
    return {(last(line["source"]), line.get("record", 0)): (last(line["of"]), line.get("of_record", 0))
            for line in p.manifest(name) if line["status"] == "duplicate"}


@case
def exact_copies_go():
    """The same text in other markup, the same address with another text; in folders and containers; the first stays."""
    with Place() as p:
        for i in range(6):
            p.write(f"in/{i}.html", b"<p>" + article(i).replace("\n\n", "<p>").encode())
        p.write("in/b.html", b"<div id=x><p>" + article(3).replace("\n\n", "</p><p>").encode())
        p.write("in/c.txt.gz", gzip.compress(article(90).encode()))
        p.write("in/d/e.txt", article(90).upper().encode())
        p.write("in/x.warc", warc({"a": b"<p>" + article(50).encode(), "b": b"<p>" + article(51).encode()}) + warc({"a": b"<p>" + article(52).encode()}))
        for n in ["in/empty1", "in/empty2"]:
            p.write(n, b"")
        want = {("b.html", 0): ("3.html", 0), ("e.txt", 0): ("c.txt.gz", 0), ("x.warc", 3): ("x.warc", 1)}
        for jobs in [1, 3]:
            name = f"out{jobs}"
            p.run(EXACT, f"jobs={jobs}", out=name).expect(0, total=14, done=14, duplicates=3, empty=2)
            check(of_each(p, name) == want, of_each(p, name))
            check(len(p.names(name)) == 11 and b"b.txt" not in p.names(name), p.names(name))
        check(p.files("out1") == p.files("out3"), "the workers change outputs")
        p.run(EXACT, out="out1").expect(0, done=0, earlier=14)
        os.unlink(p.path("in/3.html"))
        p.run(EXACT, out="out1").expect(0, done=1, earlier=12)
        check(b"b.txt" in p.names("out1") and ("b.html", 0) not in of_each(p, "out1"), of_each(p, "out1"))
        p.write("in/0copy.html", b"<p>" + article(5).replace("\n\n", "<p>").encode())
        p.run(EXACT, out="out1").expect(0, done=2)
        check(of_each(p, "out1")[("5.html", 0)] == ("0copy.html", 0) and b"5.txt" not in p.names("out1"), p.names("out1"))
        p.run(out="out1").expect(0, stale=3, done=3)
        check(b"5.txt" in p.names("out1") and of_each(p, "out1") == {}, p.names("out1"))


@case
def near_copies_go():
    """Two words of four hundred are others: mostly near, as 7 bits have it; each second is: another text."""
    dice = random.Random(3)
    with Place() as p:
        for i in range(40):
            p.write(f"in/{i:02}", article(i).encode())
        for i in range(0, 40, 4):
            words = article(i).split(" ")
            for _ in range(2):
                words[dice.randrange(len(words))] = "changed"
            p.write(f"in/near-{i:02}", " ".join(words).encode())
            half = [w if k % 2 else dice.choice(WORDS) for k, w in enumerate(words)]
            p.write(f"in/other-{i:02}", " ".join(half).encode())
        p.run(NEAR, "bits=7", "jobs=3").expect(0, total=60)
        got = of_each(p)
        check(len(got) >= 8 and set(got) <= {(f"near-{i:02}", 0) for i in range(0, 40, 4)}, got)
        check(all(of == (name[5:], 0) for (name, _), of in got.items()), got)
        p.run(NEAR, "jobs=2", out="zero").expect(0)
        check(of_each(p, "zero") == {}, of_each(p, "zero"))


@case
def lines_of_other_pages_go():
    line = "All of our stories are free to read, since readers like you pay for them, and for the people who write them.\n"
    short = "A line that is short.\n"
    with Place() as p:
        for i in range(5):
            p.write(f"in/{i}.txt", (article(i, 60) + "\n" + line + "\n" + short + "\n" + article(i + 100, 60)).encode())
        p.run("jobs=3", out="plain").expect(0, done=5)
        p.run(LINES, "jobs=3").expect(0, done=5)
        plain, got = p.files("plain"), p.files()
        check(got[b"0.txt"] == plain[b"0.txt"] and line.encode() in got[b"0.txt"], got[b"0.txt"])
        for i in range(1, 5):
            name = b"%d.txt" % i
            check(got[name] == plain[name].replace(line.encode() + b"\n", b"") and short.encode() in got[name], got[name])
        p.run(LINES).expect(0, done=0, earlier=5)
        os.unlink(p.path("in/0.txt"))
        p.run(LINES).expect(0, done=4)
        check(line.encode() in p.files()[b"1.txt"], p.files()[b"1.txt"])


@case
def copies_in_one_file():
    with Place() as p:
        p.write("in/a.tar", tar({**pages(9), "copy.html": page(4)}))
        p.write("in/z.html", page(2))
        for jobs in [1, 3]:
            collect(p, EXACT, f"jobs={jobs}", name=f"{jobs}.jsonl").expect(0, total=11, done=11, duplicates=2)
        check(read(p, "1.jsonl") == read(p, "3.jsonl") and len(read(p, "1.jsonl").splitlines()) == 9, read(p, "1.jsonl"))
        collect(p, EXACT, name="1.jsonl").expect(0, done=0, earlier=11, duplicates=2)


@case
def copies_killed_again_and_again():
    with Place() as p:
        for i in range(900):
            p.write(f"in/{i % 5}/{i:03}.txt", article(i % 600).encode())
        p.run(EXACT, "jobs=3", out="calm").expect(0, done=900, duplicates=300)
        ended = harass(lambda: p.start(EXACT, "jobs=3"), random.Random(23), 20 if FULL else 8, 0.3, lambda: shutil.rmtree(p.path("out")))
        p.run(EXACT, "jobs=3")
        p.run(EXACT, "jobs=3", "retry-failed").expect(0)
        check(ended and p.files() == p.files("calm") and without_ms(p.manifest()) == without_ms(p.manifest("calm")), "outputs or manifests differ")
        check(not temporaries(p), temporaries(p))
