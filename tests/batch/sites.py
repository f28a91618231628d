"""Runs in two passes: what the pages of a site repeat goes, what only one has stays, and nothing depends on the order of things."""
import os
import random
import re
import shutil
import signal

import containers
from going_on import without_ms
from place import Place, Result, case, check, end_of, need_hooks, wait_for, workers_of

# What stands on every page of the made site. The judge keeps it where it sees a page alone.
APPEAL = "Our reporters walk every street of the county."
WORDS = ("harbour mill bridge orchard lantern river council engine meadow kettle railway garden winter letter baker ferry "
         "window castle market valley teacher blanket ladder station copper island barrel cottage sparrow thunder").split()


def sentence(dice):
    words = [dice.choice(WORDS) for _ in range(dice.randrange(14, 26))]
    return f"The {words[0]} near the {words[1]} was {' and the '.join(words[2:5])}, while the {' '.join(words[5:])} stood still."


def article(number, paragraphs=5):
    dice = random.Random(number)
    return [" ".join(sentence(dice) for _ in range(3)) for _ in range(paragraphs)]


def page(number, canonical=None, paragraphs=None, more=""):
    paragraphs = article(number) if paragraphs is None else paragraphs
    head = f'<link rel=canonical href="{canonical}">' if canonical else ""
    menu = "".join(f"<li><a href=/{w}>{w}</a>" for w in WORDS[:12])
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (f"<!doctype html><html><head><title>Story {WORDS[number % 30]} {WORDS[number % 29]}</title>{head}</head><body><nav><ul>{menu}</ul></nav>"
            f"<article><h1>Story {WORDS[number % 30]} {WORDS[number % 29]}</h1>{body}{more}<p class=note><small>{APPEAL}</small></p></article>"
            "<footer><p>All rights of this paper are with its owners.</p></footer></body></html>").encode()


def write_site(place, count=8, folder="in"):
    for i in range(count):
        place.write(f"{folder}/{i}.html", page(i))


def check_pages(place, count, repeated, out="out"):
    """Each page has all that is its own; `repeated`: and what the site repeats."""
    for i in range(count):
        text = place.files(out)[f"{i}.txt".encode()].decode()
        check(all(p in text for p in article(i)), i, "lost some of its own text:", text[:200])
        check((APPEAL in text) == repeated, i, "has" if APPEAL in text else "lacks", "what the site repeats")


@case
def what_a_site_repeats_goes():
    with Place() as p:
        write_site(p)
        p.run(out="alone").expect(0, done=8)
        p.run("sites").expect(0, done=8)
        check_pages(p, 8, True, "alone")
        check_pages(p, 8, False)


@case
def few_pages_tell_nothing():
    with Place() as p:
        write_site(p, 4)
        p.run("sites").expect(0, done=4)
        check_pages(p, 4, True)
        check("stale=0" in p.run("made=0", "sites").stdout, "what tells nothing makes nothing stale")


@case
def sites_are_counted_apart():
    """Eight pages, no five of one site."""
    with Place() as p:
        for i in range(8):
            p.write(f"in/{i}.html", page(i, f"https://www.{'one' if i % 2 else 'two'}.example.org/{i}"))
        p.run("sites").expect(0, done=8)
        check_pages(p, 8, False)  # two hosts, one site
        for i in range(8):
            p.write(f"in/{i}.html", page(i, f"https://{'one' if i % 2 else 'two'}.org/{i}"))
        p.run("sites", "restart").expect(0, done=8)
        check_pages(p, 8, True)


@case
def copies_of_an_article_lose_nothing():
    """Ten times the same page are one page; ten with another line each are hardly more."""
    with Place() as p:
        write_site(p, 6)
        for i in range(10):
            p.write(f"in/copy-{i}.html", page(99))
            p.write(f"in/near-{i}.html", page(98, more=f"<p>{sentence(random.Random(1000 + i))}</p>"))
        p.run("sites").expect(0, done=26)
        for i in range(10):
            for name, number in (("copy", 99), ("near", 98)):
                text = p.files()[f"{name}-{i}.txt".encode()].decode()
                check(all(a in text for a in article(number)), name, i, "lost some of the article")


@case
def same_outputs_whatever_the_jobs():
    with Place() as p:
        write_site(p, 30)
        for i in range(30):
            p.write(f"in/host{i % 3}.org/{i}.html", page(100 + i))
        for jobs in "124":
            p.run("sites", "jobs=" + jobs, out="out" + jobs).expect(0, done=60)
        check(p.files("out1") == p.files("out2") == p.files("out4"), "outputs differ")


@case
def a_profile_from_elsewhere():
    with Place() as p:
        write_site(p)
        p.run("sites", out="first").expect(0, done=8)
        kept = [f for f in os.listdir(p.path("first/.dehusk")) if f.startswith(b"sites-")]
        check(len(kept) == 1, kept)
        shutil.copy(os.path.join(p.path("first/.dehusk"), kept[0]), p.path("known"))
        p.write("one/0.html", page(0))
        known = b"profile=" + p.path("known")
        # The site's name is that of the folder below the input: none here, "./" as there.
        p.run(known, inputs=("one",)).expect(0, done=1)
        check(p.files()[b"0.txt"] == p.files("first")[b"0.txt"], p.files())
        with open(p.path("known"), "r+b") as f:
            f.seek(100)
            byte = f.read(1)
            f.seek(100)
            f.write(bytes([byte[0] ^ 1]))
        result = p.run(known, inputs=("one",), out="other")
        check(result.exit == 2 and "is a damaged profile" in result.error, result.error)
        check("No such file" in p.run(b"profile=" + p.path("none"), out="other").error, "a missing profile is passed over")


@case
def what_sites_repeat_makes_outputs_stale():
    with Place() as p:
        write_site(p, 8)
        p.run("sites").expect(0, done=8)
        check("earlier=8" in p.run("sites").stdout, "done again")
        p.write("in/8.html", page(8))
        check("stale=8" in p.run("sites").expect(0, done=9).stdout, "another profile makes nothing stale")
        p.write("in/9.html", page(9))
        check("stale=0" in p.run("sites", "keep-stale").expect(0, done=1).stdout, "keep-stale")
        check(len([f for f in os.listdir(p.path("out/.dehusk")) if f.startswith(b"sites-")]) == 1, "old profiles are left")


@case
def broken_pages_do_not_count():
    """Pages that kill a worker in the first pass are passed over there, and named once, by the second."""
    need_hooks()
    with Place() as p:
        write_site(p)
        p.write("in/crash", b"DEHUSK-TEST-CRASH\n")
        p.write("in/later", b"DEHUSK-TEST-CRASH once\n" + b"The ferry came back before the storm did.\n")
        p.write("in/pdf", b"%PDF-1.4\n")
        result = p.run("sites", "jobs=2").expect(1, done=9, failed=2, crashed=1)
        check(result.fail_lines == 2, result.fails)
        check_pages(p, 8, False)
        p.run("sites", "jobs=1", out="again").expect(1, done=9)
        check(p.files() == p.files("again"), "outputs differ")


@case
def killed_in_the_first_pass():
    with Place() as p:
        write_site(p, 300)
        p.run("sites", out="whole").expect(0, done=300)
        for way in (signal.SIGKILL, signal.SIGINT):
            process = p.start("sites", "jobs=2")
            wait_for("workers", lambda: workers_of(process.pid) or process.poll() is not None)
            process.send_signal(way)
            process.communicate()
        Result(p, p.start("sites", "jobs=2")).expect(0)
        check(p.files() == p.files("whole"), "outputs differ")
        left = [f for f in os.listdir(p.path("out/.dehusk")) if f != b"lock" and not f.startswith(b"sites-")]
        check(not left, "left behind:", left)


@case
def a_first_pass_goes_on():
    """Killed when a part of it was noted, it goes on behind that, among files and within a container; a part that is damaged is made again."""
    with Place() as p:
        write_site(p, 240)
        of = {n.decode(): c for n, c in p.files("in").items()}
        p.write("in/zz.tar", containers.tar(dict(list(of.items())[:60])))
        p.run("sites", out="whole").expect(0, done=300)

        def parts():
            state = p.path("out/.dehusk")
            return sorted(n for n in os.listdir(state) if b".part-" in n and not n.startswith(b".")) if os.path.isdir(state) else []

        for least, damage in [(2, False), (11, False), (12, True)]:
            process = p.start("sites", "part=20", "jobs=2")
            wait_for("parts", lambda: len(parts()) >= least or process.poll() is not None)
            workers = workers_of(process.pid)
            process.kill()
            end_of(process, workers)
            check(parts() or process.returncode == 0, "no part is there")
            if damage and parts():
                with open(p.path(b"out/.dehusk/" + parts()[3]), "r+b") as f:
                    f.truncate(40)
        result = Result(p, p.start("sites", "part=20", "progress")).expect(0)
        first = [int(n) for n in re.findall(r"^FIRST done=(\d+)", result.stdout, re.M)]
        check(not first or first[1] >= 60, first[:3])
        check(p.files() == p.files("whole") and without_ms(p.manifest()) == without_ms(p.manifest("whole")), "outputs differ")
        check(not parts(), parts())


@case
def texts_of_a_site():
    """Lines that every text has go, however much they read like text; clean texts with headings in common stay whole."""
    with Place() as p:
        for i in range(8):
            p.write(f"in/site/{i}.txt", "\n\n".join([*article(i), APPEAL, "Read on at the kiosk near the harbour gate."]).encode())
            p.write(f"in/book/{i}.txt", "\n\n".join(f"Chapter {n}\n\n{t}" for n, t in enumerate(article(200 + i, 12))).encode())
        p.run("sites").expect(0, done=16)
        for i in range(8):
            text = p.files()[f"site/{i}.txt".encode()].decode()
            check(all(a in text for a in article(i)), i, "lost some of its own text")
            check("kiosk" not in text, i, text[-300:])
            with open(p.path(f"in/book/{i}.txt"), "rb") as f:
                check(p.files()[f"book/{i}.txt".encode()].rstrip() == f.read().rstrip(), i, "a clean text was changed")
