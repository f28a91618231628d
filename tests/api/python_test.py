#!/usr/bin/env python3
"""The Python binding, compiled against this checkout and run.

usage: python_test.py BUILD_DIR     skipped where cffi, setuptools or Python's headers are missing"""
import concurrent.futures
import gzip
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import unittest

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
FIXTURES = os.path.join(TOP, "fixtures")
dehusk = None


def lacking():
    if importlib.util.find_spec("cffi") is None or importlib.util.find_spec("setuptools") is None:
        return "cffi or setuptools"
    return None if os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")) else "Python.h"


def compiled(build):
    """Compiles the binding in a folder below the build and imports it from there."""
    folder = os.path.join(build, "python")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(TOP, "python"), folder)
    library = os.path.join(build, "src")
    env = {**os.environ, "DEHUSK_INCLUDE": os.path.join(TOP, "include"), "DEHUSK_LIB": library, "LDFLAGS": f"-Wl,-rpath,{library}"}
    subprocess.run([sys.executable, "build_binding.py"], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    sys.path.insert(0, folder)
    import dehusk
    return dehusk


def fixture(name, file):
    with open(os.path.join(FIXTURES, name, file), "rb") as f:
        return f.read()


class Extracts(unittest.TestCase):
    def test_as_the_fixtures_say(self):
        for name, file in (("seed-text", "input.txt"), ("news-article", "input.html"), ("ja-text", "input.txt")):
            page = dehusk.Page(fixture(name, file))
            self.assertEqual(page.content, fixture(name, "expected.txt"), name)
            self.assertEqual(page.is_html, file.endswith("html"))

    def test_compressed_and_str(self):
        raw = fixture("news-article", "input.html")
        self.assertEqual(dehusk.extract(gzip.compress(raw)), dehusk.extract(raw))
        self.assertEqual(dehusk.extract(raw.decode()), dehusk.extract(raw))

    def test_nothing(self):
        page = dehusk.Page(b"")
        self.assertEqual((page.text, page.kept_words, page.blocks), ("", 0, []))

    def test_blocks_cover_the_text(self):
        page = dehusk.Page(fixture("seed-text", "input.txt"))
        kept = "".join(b.text + "\n" for b in page.blocks if b.keep)
        self.assertEqual(kept.strip(), page.text.strip())
        self.assertTrue(any(not b.keep and b.reason.startswith("phrase") for b in page.blocks))
        self.assertEqual({b.kind for b in page.blocks}, {"line"})
        self.assertEqual([b.kind for b in dehusk.Page("<h2>One</h2><ul><li>two</ul><pre>three</pre>", from_="html").blocks],
                         ["heading", "list-item", "code"])

    def test_facts(self):
        html = b"""<html lang=en><head><title>A walk in the hills - Example</title><meta name=author content="Jane Roe">
            <meta property="article:published_time" content="2020-01-02"></head><body><article><h1>A walk in the hills</h1><p>""" + \
            b"We walked for a day, and the sun shone on the hills until the evening came. " * 8 + b"</p></article></body></html>"
        page = dehusk.Page(html, url="https://example.org/walk")
        facts = page.facts
        self.assertEqual((facts["title"], facts["author"], facts["date"], facts["url"], facts["licence"]),
                         ("A walk in the hills", ["Jane Roe"], "2020-01-02", "https://example.org/walk", None))
        self.assertEqual(page.type, "article")
        self.assertTrue(0 < page.confidence <= 1)
        self.assertIn("A walk in the hills", dehusk.extract(html, title=True))

    def test_threads_agree(self):
        raw = fixture("news-article", "input.html")
        context = dehusk.Context()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertEqual(len(set(pool.map(lambda _: dehusk.extract(raw, context), range(40)))), 1)


class Refuses(unittest.TestCase):
    def test_what_is_no_page(self):
        with self.assertRaises(dehusk.Error) as caught:
            dehusk.extract(b"%PDF-1.7\n" + b"\0" * 100)
        self.assertEqual(caught.exception.status, "format")

    def test_limits(self):
        with self.assertRaises(dehusk.Error) as caught:
            dehusk.extract(b"<p>" + b"x" * 5000, from_="html", max_bytes=1000)
        self.assertEqual(caught.exception.status, "limit")

    def test_options(self):
        self.assertRaises(ValueError, dehusk.extract, b"", focus="sharp")
        self.assertRaises(TypeError, dehusk.extract, b"", colour="red")
        self.assertRaises(dehusk.Error, dehusk.extract, b"x", charset="no-such")

    def test_models(self):
        self.assertRaises(FileNotFoundError, dehusk.Context, "/no/such/model")
        self.assertRaises(dehusk.Error, dehusk.Context, __file__)
        own = dehusk.Context(os.path.join(TOP, "data", "models", "default.model"))
        self.assertEqual(dehusk.extract(fixture("news-article", "input.html"), own).encode(), fixture("news-article", "expected.txt"))


if __name__ == "__main__":
    if lacking():
        print("skipped: Python binding:", lacking(), "missing")
        sys.exit(0)
    dehusk = compiled(os.path.abspath(sys.argv.pop(1)))
    unittest.main()
