"""The annotated sets as training sees them: pages with their blocks, labels and weights. A set's folder is laid out as
docs/evaluation.md says."""
import os
import re
import subprocess
import tempfile
from collections import Counter

import numpy as np

from labelled import jsonl
from sites import FOLDS, read_folds, site_of  # noqa: F401

TYPES = ("article", "collection", "documentation", "forum", "listing", "product", "service")
# Thresholds that the models of pages and of texts choose from: jd_cuts and jd_text_cuts of src/judge.
CUTS = (0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
TEXT_CUTS = (0.03, 0.07, 0.12, 0.2, 0.3, 0.42, 0.55)
# A word, as bench/ and the sets' scorers count them.
ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{ALONE}]|(?:(?![{ALONE}])\w)+")


def words(text):
    return WORD.findall(text.lower())


def truth_of(evaldir, name):
    return jsonl(evaldir, name, "truth.jsonl")


def take(counts, key):
    """True if one is left, which is taken."""
    left = counts.get(key, 0)
    if left > 0:
        counts[key] = left - 1
    return left > 0


class Page:
    """One page: its blocks are rows first .. first + count of its set."""

    def __init__(self, truth, first, fold):
        self.truth, self.first, self.count, self.fold = truth, first, 0, fold

    @property
    def rows(self):
        return slice(self.first, self.first + self.count)

    def count_words(self, texts):
        """Prepares f1(): words of blocks and annotation as numbers."""
        numbers = {}
        self.blocks = [np.array([numbers.setdefault(w, len(numbers)) for w in words(t)], np.int32) for t in texts]
        true = words(self.truth["text"] or "")
        self.true_words, self.true_counts = len(true), np.zeros(len(numbers) + 1, np.int64)
        for word, n in Counter(true).items():
            if word in numbers:
                self.true_counts[numbers[word]] = n

    def once(self, keep):
        """The flags without the blocks that say what earlier kept ones say: the rule of the judge, about (src/judge/html.c)."""
        seen, out = set(), keep.copy()
        for i in np.flatnonzero(keep):
            b = self.blocks[i][:40].tolist()
            runs = set(zip(b, b[1:], b[2:]))
            if len(b) >= 5 and sum(r in seen for r in runs) >= 0.95 * len(runs):
                out[i] = False
            seen |= runs
        return out

    def f1(self, keep):
        """Word F1 of the blocks that are kept (a flag each) against the annotation."""
        chosen = [self.blocks[i] for i in np.flatnonzero(keep)]
        taken = np.concatenate(chosen) if chosen else np.zeros(0, np.int32)
        if not len(taken) or not self.true_words:
            return float(not len(taken) and not self.true_words)
        both = np.minimum(np.bincount(taken, minlength=len(self.true_counts)), self.true_counts).sum()
        return 2 * both / (len(taken) + self.true_words)


class Dump:
    """Rows of `dehusk features` over pages of a set, in the order of its truth."""

    def __init__(self, program, evaldir, name, kind, truth, model=None):
        with tempfile.TemporaryDirectory() as tmp:
            listed, matrix = os.path.join(tmp, "pages"), os.path.join(tmp, "rows.npy")
            with open(listed, "w", encoding="utf-8") as f:
                for t in truth:
                    f.write(f"{os.path.join(evaldir, name, 'pages', t['id'] + '.html.gz')}\t{t.get('url') or ''}\n")
            command = [program, "features", "--set", kind, "--npy", matrix, "--pages", listed]
            out = subprocess.run(command + (["--model", model] if model else []), stdout=subprocess.PIPE, check=True)
            self.rows = np.load(matrix)
        lines = out.stdout.decode("utf-8", "replace").split("\n")[1:-1]
        self.cells = [line.split("\t") for line in lines]
        assert len(self.cells) == len(self.rows), (len(self.cells), len(self.rows))

    def ids(self):
        return [os.path.basename(c[0]).removesuffix(".html.gz") for c in self.cells]


class Blocks:
    """A set's blocks: features, labels (0..1), weights, and its pages."""

    def __init__(self, program, evaldir, name, folds):
        truth = truth_of(evaldir, name)
        dump = Dump(program, evaldir, name, "block", truth)
        self.name, self.x = name, dump.rows
        n = len(self.x)
        self.y, self.weight, self.headline = np.zeros(n), np.zeros(n), np.zeros(n, bool)
        by_id, self.pages, texts = {t["id"]: t for t in truth}, [], []
        for i, (ident, cells) in enumerate(zip(dump.ids(), dump.cells)):
            if not self.pages or self.pages[-1].truth["id"] != ident:
                t = by_id[ident]
                self.pages.append(Page(t, i, folds[site_of(t.get("url"), t.get("site"))]))
            self.pages[-1].count += 1
            self.headline[i] = cells[4] == "headline"
            texts.append(cells[5].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\"))
        for p in self.pages:
            label = self.by_text if p.truth["text"] is not None else self.by_segments
            label(p, texts[p.rows])
            p.count_words(texts[p.rows])
        self.weight[self.headline] = 0
        self.weight /= self.weight[self.weight > 0].mean()
        self.fold = np.concatenate([np.full(p.count, p.fold) for p in self.pages])

    def by_text(self, page, texts):
        """Blocks of five words and more by the share of their three-word shingles that the annotation has; shorter ones are the
        author's if they are a whole line of it, and perhaps if they stand inside it. What the page says twice and the annotation
        once is the author's once: at the place whose surroundings are, or at the first. A block counts words ** 0.6, a page about
        its square root, a block of unsure label less."""
        true = words(page.truth["text"])
        shingles = Counter(zip(true, true[1:], true[2:]))
        lines = Counter(" ".join(words(x)) for x in page.truth["text"].split("\n"))
        joined, blocks = " " + " ".join(true) + " ", [words(t) for t in texts]
        sizes = np.array([len(b) for b in blocks])
        total = max(50, sizes.sum())
        grams = [list(zip(b, b[1:], b[2:])) if len(b) >= 5 else [] for b in blocks]
        for i in self.in_turn(blocks, grams, shingles, lines, sizes):
            b, k, sure = blocks[i], i + page.first, 1.0
            line = " ".join(b)
            if grams[i]:
                self.y[k] = sum(take(shingles, g) for g in grams[i]) / len(grams[i])
            elif b and take(lines, line):
                self.y[k] = 1
            elif len(b) >= 2 and line not in lines and f" {line} " in joined:
                self.y[k], sure = 0.55, 0.3
            self.weight[k] = max(len(b), 0.3) ** 0.6 / total**0.5 * (abs(self.y[k] - 0.5) * 2 + 0.05) * sure

    @staticmethod
    def in_turn(blocks, grams, shingles, lines, sizes):
        """The order in which a page's blocks take words of the annotation: those first that stand among blocks which it has and the
        page has once."""
        said = Counter(g for gs in grams for g in set(gs))
        short = Counter(" ".join(b) for b in blocks if len(b) < 5)
        alone, has = np.zeros(len(blocks)), np.zeros(len(blocks))
        for i, b in enumerate(blocks):
            once = [g for g in grams[i] if said[g] == 1] if grams[i] else [b] * (short[" ".join(b)] == 1)
            alone[i] = sizes[i] if once else 0
            has[i] = alone[i] * (np.mean([g in shingles for g in once]) if grams[i] else " ".join(b) in lines) if once else 0
        reach = np.convolve(alone, np.ones(17))[8:]
        near = np.convolve(has, np.ones(17))[8:] / np.maximum(reach, 1)
        return sorted(range(len(blocks)), key=lambda i: (near[i] < 0.4, i))

    def by_segments(self, page, texts):
        """Only blocks that hold a segment which must or must not appear have a label."""
        folded = [re.sub(r"\s+", " ", t).strip() for t in texts]
        wanted = [[re.sub(r"\s+", " ", s).strip() for s in page.truth[k]] for k in ("with", "without")]
        sizes = [len(words(t)) for t in folded]
        total = max(50, sum(sizes))
        for i, (text, size) in enumerate(zip(folded, sizes), page.first):
            has, not_has = (any(s in text for s in segments) for segments in wanted)
            if has != not_has:
                self.y[i], self.weight[i] = has, max(size, 1) ** 0.6 / total**0.5
