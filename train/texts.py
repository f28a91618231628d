#!/usr/bin/env python3
"""Trains the models of texts: five folds by site for measuring, then one on all texts, which is written as a model file.

usage: texts.py EVAL PROGRAM DUMP OUT [--more FOLDER]... [--fast] [--by-language | --parts]

EVAL       folder of the annotated sets (docs/evaluation.md); the sets text and text-daniel are what is measured
PROGRAM    the built dehusk; its `features` command gives the rows
DUMP       the built train/dump, which gives the words of lines as the program sees them
OUT        folder for fold-0.model ... fold-4.model, all.model and report.txt
--more     a folder of labelled texts that make_text.py made; its sites have the same folds
--fast     a tenth of the trees, to try things
--by-language   a fold is a language, not a fifth of the sites: fold-K.model has seen no text of language K (bench/run_set.py
           --languages); the model of all texts is not made
--parts    makes no models: says what the first pass loses without each part of what it sees

Stages: word weights; a first model over lines, which sees the words' score of the line and around it; a second one that also sees
the first one's scores. Scores that a later stage sees are always of a model that has not seen the text's site. Fixed seeds: the same
data give the same files. docs/models.md says what was found."""
import argparse
import os
import re
import subprocess
import tempfile

import numpy as np
import scipy.sparse
from catboost import CatBoostClassifier, CatBoostRegressor

from sklearn.linear_model import SGDClassifier

import modelfile
from labelled import LANGUAGES, path_of, texts
from sets import TEXT_CUTS as CUTS
from sites import FOLDS, read_folds

# Weight of each folder's texts against those of `text`.
WEIGHTS = {"text": 1.0, "text-daniel": 0.8}
MORE_WEIGHTS = {"unscraped": 0.4, "joined": 0.6}  # of what unscraped.py and joined.py make
MORE_WEIGHT = 0.8  # of all others
EPOCHS, RATE, DECAY = 8, 0.5, 2e-6
# Lines of a text that train the trees: menus are much the same.
MOST_LINES = 50
# Losing a line of the author's is worse than leaving one of furniture.
KEEP_WEIGHT = 2
END = 0xFFFFFFFF
# Parts of what the first pass sees, by the names of the features. In the shape no word has a say.
PARTS = {
    "word scores": r"SCORE|ALL_SCORE",
    "furniture wording": r"PHRASE|BYLINE|\w+_PHRASE|SINCE_(HEAD|RELATED)|HEAD_KIND|TO_HEAD",
    "classes of words": r"V_|DISTINCT",
    "words that other lines have": r"TOPIC|REPEATS",
    "neighbours": r"[AB][12]_(WORDS|FIRST|LAST)|WIN\d+_(WORDS|LONG)$|GAP|RUN|BLANKS",
    "place in the text": r"INDEX|LINES_|WORDS_|LONGS_",
    "totals of the text": r"ALL_(?!SCORE|PHRASE)",
}
NOT_SHAPE = ("word scores", "furniture wording", "classes of words", "words that other lines have")
PARTS_TREES = 200
TREES = dict(thread_count=2, verbose=0, allow_writing_files=False, bootstrap_type="Bernoulli", subsample=0.7, depth=6, l2_leaf_reg=4,
             border_count=64, rsm=0.3)


class Text:
    def __init__(self, path, record, fold, weight):
        self.path, self.record, self.fold, self.weight = path, record, fold, weight


def texts_of(folder, folds, weight):
    for r, fold, _ in texts(folder, folds):
        yield Text(path_of(folder, r), r, fold, MORE_WEIGHTS.get(r["set"], weight))


class Trainer:
    def __init__(self, args):
        self.args = args
        self.speed = 10 if args.fast else 1
        folds = None if args.by_language else read_folds()
        self.folds = len(LANGUAGES) + 1 if args.by_language else FOLDS
        self.texts = []
        for name, weight in WEIGHTS.items():
            self.texts += texts_of(os.path.join(args.eval, name), folds, weight)
        for folder in args.more:
            self.texts += texts_of(folder, folds, MORE_WEIGHT)
        self.texts.sort(key=lambda t: t.fold)  # stable: the program is run once a fold
        self.report = open(os.path.join(args.out, "report.txt"), "w", encoding="utf-8")
        self.names = {kind: self.names_of(kind) for kind in ("line", "around", "text")}
        self.read_tokens()
        self.say(len(self.texts), "texts,", len(self.y), "lines")

    def names_of(self, kind):
        out = subprocess.run([self.args.program, "features", "--names", "--set", kind], capture_output=True, text=True, check=True).stdout
        return [line.split("\t")[0] for line in out.splitlines()]

    def say(self, *words):
        print(*words, flush=True)
        print(*words, file=self.report, flush=True)

    # ---- words ----

    def read_tokens(self):
        """Tokens, labels and weights of all lines, in the order of the texts."""
        with tempfile.NamedTemporaryFile() as f:
            for at in range(0, len(self.texts), 1000):
                part = f.name + str(at)
                subprocess.run([self.args.dump, part, *(t.path for t in self.texts[at:at + 1000])], check=True)
                with open(part, "rb") as g:
                    f.write(g.read())
                os.unlink(part)
            f.flush()
            data = np.fromfile(f.name, np.uint32)
        at, columns, starts, label, chars, text, line = 0, [], [0], [], [], [], []
        for i, t in enumerate(self.texts):
            labels = t.record["labels"]
            while data[at] != END:
                number, size, n = int(data[at]), int(data[at + 1]), int(data[at + 2])
                columns.append(data[at + 3:at + 3 + n] >> (32 - modelfile.WORDS_BITS))
                starts.append(starts[-1] + n)
                label.append(labels[number] if number < len(labels) else "e")
                chars.append(size)
                text.append(i)
                line.append(number)
                at += 3 + n
            at += 1
        label = np.array(label)
        self.text, self.chars, self.line = np.array(text), np.array(chars), np.array(line)
        self.y, self.scored = label == "k", np.isin(label, ["k", "d"])
        self.fold = np.array([t.fold for t in self.texts])[self.text]
        lines = np.bincount(self.text, minlength=len(self.texts))[self.text]
        own = np.array([t.weight for t in self.texts])[self.text]
        self.word_weight = own / np.sqrt(lines)
        self.tree_weight = own * np.sqrt(np.maximum(self.chars, 1) / lines)
        sizes = np.diff(starts)
        values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
        self.x = scipy.sparse.csr_matrix((values, np.concatenate(columns).astype(np.int32), np.array(starts)), (len(label), 1 << modelfile.WORDS_BITS))
        self.x.sum_duplicates()
        rng = np.random.RandomState(5)
        order = np.lexsort((rng.rand(len(self.text)), ~self.scored, self.text))
        rank = np.empty(len(order), int)
        first = np.searchsorted(self.text, np.arange(len(self.texts)))
        rank[order] = np.arange(len(order)) - first[self.text[order]]
        self.chosen = self.scored & (rank < MOST_LINES)
        scored = np.bincount(self.text[self.scored], minlength=len(self.texts))
        self.tree_weight *= np.maximum(1, scored / MOST_LINES)[self.text] * np.where(self.y, KEEP_WEIGHT, 1)

    def fit_words(self, rows, seed):
        model = SGDClassifier(loss="log_loss", alpha=DECAY, max_iter=EPOCHS, tol=None, average=True, random_state=seed)
        weight = self.word_weight[rows]
        model.fit(self.x[rows], self.y[rows], sample_weight=weight / weight.mean())
        return model.coef_[0], float(model.intercept_[0])

    # ---- trees ----

    def rows(self, kind, stage):
        """Rows of every line from the program, each text with the model file of its own fold."""
        out = []
        for k in range(self.folds):
            with tempfile.TemporaryDirectory() as tmp:
                listed, matrix = os.path.join(tmp, "texts"), os.path.join(tmp, "rows.npy")
                with open(listed, "w", encoding="utf-8") as f:
                    f.writelines(t.path + "\n" for t in self.texts if t.fold == k)
                subprocess.run([self.args.program, "features", "--set", kind, "--npy", matrix, "--pages", listed, "--model",
                                os.path.join(self.args.out, f"{stage}-{k}.model")], stdout=subprocess.DEVNULL, check=True)
                out.append(np.load(matrix))
        out = np.vstack(out)
        assert len(out) == (len(self.texts) if kind == "text" else len(self.y)), (len(out), len(self.y))
        return out

    def fit_trees(self, x, rows, trees, rate, seed, name):
        rows = rows & self.chosen
        model = CatBoostClassifier(iterations=trees // self.speed, learning_rate=rate, random_seed=seed, **TREES)
        model.fit(x[rows], self.y[rows].astype(np.int8), sample_weight=self.tree_weight[rows] / self.tree_weight[rows].mean())
        path = os.path.join(self.args.out, name + ".json")
        model.save_model(path, format="json")
        return model, modelfile.read_catboost(path)

    def write(self, name, words, line=None, around=None, cut=None):
        n = len(self.names["line"])
        line, around, cut = line or ([], [0.0]), around or ([], [0.0]), cut or ([], [0.0] * 2 * len(CUTS))

        def only(model, low):
            return [([(f if low else f - n, b) for f, b in splits if (f < n) == low], x) for splits, x in model[0]], model[1]

        own = modelfile.borders_of([line, only(around, True)], n)
        scores = modelfile.borders_of([only(around, False)], len(self.names["around"]))
        modelfile.write(os.path.join(self.args.out, name + ".model"), [
            ("words", modelfile.HASHED, modelfile.schema([modelfile.WORDS_SCHEMA]), modelfile.words_part(*words)),
            ("line", modelfile.TREES, modelfile.schema(self.names["line"]), modelfile.trees_part(line, own)),
            ("around", modelfile.TREES, modelfile.schema(self.names["line"] + self.names["around"]),
             modelfile.trees_part(around, own + scores)),
            ("textcut", modelfile.TREES, modelfile.schema(self.names["text"]),
             modelfile.trees_part(cut, modelfile.borders_of([cut], len(self.names["text"]))))])

    # ---- measures ----

    def tell(self, what, score):
        """Drop F1 of the lines alone at the threshold that harms one text in ten, by set."""
        sets = np.array([t.path.split("/")[-3] for t in self.texts])
        for name in WEIGHTS:
            inputs = []
            for i in np.flatnonzero(sets == name):
                r = slice(*np.searchsorted(self.text, [i, i + 1]))
                m = self.scored[r]
                inputs.append((score[r][m], self.y[r][m], self.chars[r][m]))
            lows = np.array([s[y].min() for s, y, _ in inputs if y.any()])
            cut = np.quantile(lows, 0.1)
            f1, dropped = [], []
            for s, y, c in inputs:
                if y.all():
                    continue
                gone = s < cut
                right, wrong, d = c[gone & ~y].sum(), c[gone & y].sum(), c[~y].sum()
                p, r = right / max(1, right + wrong), right / d
                f1.append(2 * p * r / max(1e-9, p + r))
                dropped.append(r)
            self.say(f"{what}: {name}: drop F1 {np.mean(f1):.4f} dropped {np.mean(dropped):.4f} at threshold {cut:.4f}")

    def fit_cuts(self, folds, x, score):
        """Models of what each threshold wins and costs in a text."""
        targets, weight = np.zeros((len(self.texts), 2 * len(CUTS))), np.array([t.weight for t in self.texts])
        for i in range(len(self.texts)):
            r = slice(*np.searchsorted(self.text, [i, i + 1]))
            m = self.scored[r]
            s, y, c = score[r][m], self.y[r][m], self.chars[r][m]
            for k, cut in enumerate(CUTS):
                gone = s < cut
                right, wrong, drops = c[gone & ~y].sum(), c[gone & y].sum(), c[~y].sum()
                if right:
                    p, r_ = right / (right + wrong), right / drops
                    targets[i, k] = 2 * p * r_ / (p + r_)
                targets[i, len(CUTS) + k] = wrong > 0
        fold, models, guess = np.array([t.fold for t in self.texts]), [], np.zeros(targets.shape)
        for k in folds:
            rows = fold != k if k is not None else fold >= 0
            model = CatBoostRegressor(loss_function="MultiRMSE", iterations=200 // self.speed, learning_rate=0.06, random_seed=4,
                                      **dict(TREES, depth=5, l2_leaf_reg=30))
            model.fit(x[rows], targets[rows], sample_weight=weight[rows])
            if k is not None:
                guess[fold == k] = model.predict(x[fold == k])
            path = os.path.join(self.args.out, f"cut-{k}.json")
            model.save_model(path, format="json")
            models.append(modelfile.read_catboost(path))
        self.tell_cuts(targets, guess)
        np.savez_compressed(os.path.join(self.args.out, "cuts.npz"), x=x, targets=targets, guess=guess, fold=fold, weight=weight)
        return models

    def tell_cuts(self, targets, guess):
        sets, n = np.array([t.path.split("/")[-3] for t in self.texts]), len(CUTS)
        drops = np.array([bool((self.scored[r] & ~self.y[r]).any()) for r in
                          (slice(*np.searchsorted(self.text, [i, i + 1])) for i in range(len(self.texts)))])
        zero = np.zeros((len(targets), 1))
        for price in (0.5, 1, 1.5, 2, 3, 4):
            best = np.hstack([zero, guess[:, :n] - price * guess[:, n:]]).argmax(1)[:, None]
            won, lost = (np.take_along_axis(np.hstack([zero, t]), best, 1)[:, 0] for t in (targets[:, :n], targets[:, n:]))
            self.say(f"price {price}:", *(f"{s}: drop F1 {won[drops & (sets == s)].mean():.4f} harmed {lost[sets == s].mean():.4f};" for s in WEIGHTS))

    def tell_parts(self, x, own, score):
        """What the first pass gives without each part, and with shapes alone."""
        gone = {"nothing": [], "all but the shape": NOT_SHAPE, **{part: [part] for part in PARTS}}
        for what, parts in gone.items():
            seen = [i for i, name in enumerate(self.names["line"]) if not any(re.match(PARTS[p], name) for p in parts)]
            for k in range(self.folds):
                rows, m = own[k] & self.chosen, self.fold == k
                model = CatBoostClassifier(iterations=PARTS_TREES // self.speed, learning_rate=0.15, random_seed=2, **TREES)
                model.fit(x[rows][:, seen], self.y[rows].astype(np.int8), sample_weight=self.tree_weight[rows] / self.tree_weight[rows].mean())
                score[m] = model.predict_proba(x[m][:, seen])[:, 1]
            self.tell(f"{len(seen)} features, without {what}", score)

    def run(self):
        folds = [*range(self.folds), *([] if self.args.by_language or self.args.parts else [None])]
        own = [self.scored & (self.fold != k if k is not None else self.fold >= 0) for k in folds]
        words = [self.fit_words(rows, 1) for rows in own]
        score = np.zeros(len(self.y))
        for k in range(self.folds):
            m = self.fold == k
            score[m] = self.x[m] @ words[k][0] + words[k][1]
            self.write(f"words-{k}", words[k])
        self.tell("words alone", score)
        x = self.rows("line", "words")
        if self.args.parts:
            self.tell_parts(x, own, score)
            return
        first = []
        for k, rows in zip(folds, own):
            model, trees = self.fit_trees(x, rows, self.args.first, 0.08, 2, f"line-{k}")
            first.append(trees)
            if k is not None:
                m = self.fold == k
                score[m] = model.predict_proba(x[m])[:, 1]
                self.write(f"line-{k}", words[k], trees)
        self.tell("first pass", score)
        if not self.args.fast:
            top = np.argsort(model.get_feature_importance())[::-1][:30]
            self.say("strongest:", ", ".join(self.names["line"][i] for i in top))
        x = np.hstack([x, self.rows("around", "line")])
        second = []
        for k, rows, f in zip(folds, own, first):
            model, trees = self.fit_trees(x, rows, self.args.second, 0.07, 3, f"around-{k}")
            if k is not None:
                m = self.fold == k
                score[m] = model.predict_proba(x[m])[:, 1]
                self.write(f"around-{k}", words[k], f, trees)
            second.append(trees)
        self.tell("second pass", score)
        cuts = self.fit_cuts(folds, self.rows("text", "around"), score)
        for k, *models in zip(folds, words, first, second, cuts):
            self.write("all" if k is None else f"fold-{k}", *models)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("eval")
    ap.add_argument("program")
    ap.add_argument("dump")
    ap.add_argument("out")
    ap.add_argument("--more", action="append", default=[])
    ap.add_argument("--first", type=int, default=1000)
    ap.add_argument("--second", type=int, default=700)
    ap.add_argument("--fast", action="store_true")
    how = ap.add_mutually_exclusive_group()
    how.add_argument("--by-language", action="store_true")
    how.add_argument("--parts", action="store_true")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)
    Trainer(args).run()


if __name__ == "__main__":
    main()
