"""Archives that other programs have written (archives/README.md): what is read of them, and what of two hundred torn and garbled ones."""
import os
import random

from place import GOOD, Place, alone, case, check, is_sanitized

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "archives")
SITE = "http://example.org/"
ALL = ("mill.html", "boats.html", "school.html", "note.txt")
# Archive: pages of pages/ in it, in their order.
ARCHIVES = {"warcio.warc.gz": ALL, "warcio11.warc": ALL, "made.arc.gz": ALL[:2], "warcio.warc.wet.gz": ("note.txt", "again.txt")}
SAVED = "chromium.mhtml"
# A script puts it into the page that Chromium has saved.
BY_SCRIPT = (b"This sentence was put here by a script, before the page was saved, and belongs to the story as much as those around it do.\n\n")


def content(name):
    with open(os.path.join(HERE, name), "rb") as f:
        return f.read()


def text_of(name):
    """What a page gives alone, in UTF-8, with its address."""
    path = os.path.join(HERE, "pages", name.replace("again", "note"))
    text = alone(path, SITE + name)
    check(len(text) > 150, name, text)
    return text


def saved_text():
    text = text_of("mill.html")
    at = text.index(b"Two floors stand.")
    return text[:at] + BY_SCRIPT + text[at:]


@case
def archives_by_others():
    """Of warcio's, chunked and packed bodies, a charset that only the header names, and records that are no pages among them."""
    for name, of in ARCHIVES.items():
        with Place() as p:
            p.write(name, content(name))
            p.run("jobs=2", inputs=[name]).expect(0, total=len(of), done=len(of), failed=0)
            check(p.files() == {b"example.org/" + n.encode() + b".txt": text_of(n) for n in of}, name, p.files())
            lines = [line for line in p.manifest() if "record" in line]
            check([line["address"] for line in lines] == [SITE + n for n in of], lines)


@case
def saved_page_by_chromium():
    with Place() as p:
        p.write("in/" + SAVED, content(SAVED))
        p.run().expect(0, total=1, done=1)
        check(list(p.files().values()) == [saved_text()], p.files())


def spoil(dice, whole):
    """Cuts it off somewhere, or writes, takes out and puts in some bytes."""
    if dice.randrange(2):
        return whole[:dice.randrange(len(whole))]
    out = bytearray(whole)
    for _ in range(1 + dice.randrange(30)):
        at = dice.randrange(len(out))
        out[at:at + dice.randrange(4)] = dice.randbytes(dice.randrange(4))
    return bytes(out)


@case
def torn_archives_by_others():
    """Each is heard of or read, whole ones beside them give what they give alone."""
    dice, names = random.Random(5), [*ARCHIVES, SAVED]
    with Place() as p:
        for i in range(200 if not is_sanitized() else 60):
            p.write(f"in/{i:03}-{names[i % len(names)]}", spoil(dice, content(names[i % len(names)])))
        for name in names:
            p.write("in/whole-" + name, content(name))
        p.write("in/page.txt", GOOD)
        result = p.run("jobs=2")
        check(result.exit == 1 and result.sum["crashed"] == 0 and result.error == "" and result.fail_lines > 10, result.stdout)
        check("worker" not in "".join(result.fails.values()), result.fails)
        got = p.files()
        check(got[b"whole-chromium.txt"] == saved_text() and got[b"page.txt"] == alone(p.path("in/page.txt")), got)
        for name, of in ARCHIVES.items():
            inside = [n for n in got if n.startswith(b"whole-" + name.encode() + b"/")]
            check(len(inside) == len(of), name, inside)
