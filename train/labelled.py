"""Folders of labelled texts: labels.jsonl (a character a line of each text: k keep, d drop, e either, b blank), truth.jsonl, pages/ID.txt."""
import hashlib
import json
import os

from sites import fold_of, site_of

MOST_TAIL = 8
LEAST_ARTICLE = 600  # characters
# The languages of text-daniel, each a fold where folds are by language; all others are one more.
LANGUAGES = ("el", "en", "pl", "ru", "zh")
LANGUAGE_NAMES = {"Greek": "el", "English": "en", "Polish": "pl", "Russian": "ru", "Chinese": "zh"}


def jsonl(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def digest(text):
    """A number that puts things in an order which has nothing to do with them."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def language_fold(record, truth):
    """The fold of a text where folds are by language. What does not say its language is of an English set, or of this system."""
    lang = LANGUAGE_NAMES.get(truth.get("lang")) or record.get("lang") or "en"
    lang = LANGUAGE_NAMES.get(lang, lang)
    return LANGUAGES.index(lang) if lang in LANGUAGES else len(LANGUAGES)


def texts(folder, folds):
    """(record, fold, site) of each text. folds: of sites, None: by language."""
    truth = {r["id"]: r for r in jsonl(folder, "truth.jsonl")}
    for r in jsonl(folder, "labels.jsonl"):
        t = truth[r["id"]]
        site = site_of(t.get("url"), t.get("site"))
        yield r, language_fold(r, t) if folds is None else fold_of(folds, site), site


def path_of(folder, record):
    return os.path.join(folder, "pages", record["id"] + ".txt")


def lines_of(folder, record):
    with open(path_of(folder, record), encoding="utf-8", newline="\n") as f:
        return f.read().split("\n")[:len(record["labels"])]


def furniture(lines, labels, at, step):
    """Furniture from one end of a text on, up to MOST_TAIL lines, in the order of the text."""
    out = []
    while 0 <= at < len(labels) and labels[at] in "db" and len(out) < MOST_TAIL:
        if labels[at] == "d":
            out.append(lines[at].rstrip("\r"))
        at += step
    return out[::step]


def label(lines, char):
    return "".join(char if x.strip() else "b" for x in lines)


class Writer:
    """Writes a folder, which must be new."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(os.path.join(folder, "pages"))
        self.labels, self.truth = (open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") for name in ("labels", "truth"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.labels.close()
        self.truth.close()

    def add(self, text, record, truth):
        """text: bytes. truth: what truth.jsonl says beside the id."""
        with open(path_of(self.folder, record), "wb") as f:
            f.write(text)
        self.labels.write(json.dumps(record) + "\n")
        self.truth.write(json.dumps({"id": record["id"], **truth}) + "\n")
