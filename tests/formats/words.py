#!/usr/bin/python3
"""Are the words of Markdown, HTML and XML those of the text? What cmark-gfm makes of the Markdown, and what lxml reads of the HTML and
the XML, is compared word by word with --to text --title.

usage: words.py DEHUSK [--html2text] [PAGE...]     pages, gzipped or not; without one, those of all fixtures
With --html2text, PyPI's html2text must be at hand: what it makes of the HTML is compared, too (links ignored, body width 0).
Prints the pages that differ, with the words; exit status 1 if there is one. Python is Debian's, which has lxml."""
import difflib
import glob
import os
import re
import subprocess
import sys

import lxml.etree
import lxml.html

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TEI = "{http://www.tei-c.org/ns/1.0}"
# Elements at whose ends a word goes on.
INLINE = {"a", "em", "strong", "code", "formula", "s", "del", "sub", "sup", "img", "hi", "ref", "graphic"}
SHOWN = 4  # differences of a page


def run(command, data=None):
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode:
        sys.exit(f"words: {' '.join(command)}: {done.stderr.decode()}")
    return done.stdout


def collect(node, into):
    name = node.tag.replace(TEI, "") if isinstance(node.tag, str) else ""
    gap = "" if name in INLINE else " "
    into += [gap, node.text or ""]
    for child in node:
        collect(child, into)
        into.append(child.tail or "")
    into.append(gap)


def words_of(tree):
    parts = []
    if tree is not None:
        collect(tree, parts)
    return "".join(parts).split()


def without_dashes(words):
    """Dashes that stand alone in the text may be its marks or the page's own words."""
    return [word for word in words if word not in ("-", "---")]


def words_of_html2text(html):
    import html2text
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_links = reader.ignore_emphasis = reader.ignore_tables = True
    return reader.handle(html.decode()).split()


def unmarked(words):
    """Without what html2text marks its own output with, and the like in the text: marks of headings, items, struck text, escapes."""
    bare = (re.sub(r"[\\~`]", "", word) for word in words)
    return [word for word in bare if re.search(r"\w", word) and not re.fullmatch(r"\d+\.", word)]


def same_words(page, name, want, got):
    want, got = without_dashes(want), without_dashes(got)
    if want == got:
        return True
    print(f"{page}: {name}:")
    matcher = difflib.SequenceMatcher(None, want, got, autojunk=False)
    for tag, a, b, c, d in [op for op in matcher.get_opcodes() if op[0] != "equal"][:SHOWN]:
        print(f"  text: {' '.join(want[a:b])[:150]!r}   {name}: {' '.join(got[c:d])[:150]!r}   behind {' '.join(want[max(0, a - 4):a])!r}")
    return False


def words_of_markdown(text):
    html = run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "tasklist"], text).decode()
    html = re.sub(r"\$(<code>[^<]*</code>)\$", r"\1", html) # formulas
    return words_of(lxml.html.fromstring("<div>" + html + "</div>") if html.strip() else None)


def check(dehusk, page, html2text):
    def made(*options):
        return run([dehusk, "--comments", "--url", "https://example.org/a/b", *options, page])

    want = made("--title").decode().split()
    html = made("--to", "html")
    body = lxml.html.document_fromstring(html.decode(), parser=lxml.html.HTMLParser(huge_tree=True)).find("body")
    tei = lxml.etree.fromstring(made("--to", "xml"), parser=lxml.etree.XMLParser(huge_tree=True, resolve_entities=False))
    got = {"markdown": words_of_markdown(made("--to", "markdown")),
           "markdown with links": words_of_markdown(made("--to", "markdown", "--links", "--images")),
           "html": words_of(body),
           "xml": words_of(tei.find(f".//{TEI}body"))}
    same = [same_words(page, name, want, words) for name, words in got.items()]
    if html2text:
        same.append(same_words(page, "html2text", unmarked(want), unmarked(words_of_html2text(html))))
    return all(same)


def main():
    args = sys.argv[1:]
    if not args:
        sys.exit(__doc__)
    dehusk, html2text = os.path.abspath(args.pop(0)), args[:1] == ["--html2text"]
    args = args[1:] if html2text else args
    pages = args or sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.*")))
    different = sum(not check(dehusk, page, html2text) for page in pages)
    print(f"{len(pages)} pages, {different} with other words")
    sys.exit(different > 0)


main()
