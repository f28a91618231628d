#!/usr/bin/env python3
"""Trains the models of HTML pages: five folds by site for measuring, then one on all pages, which is written as a model file.

usage: pages.py EVAL PROGRAM OUT [--fast]

EVAL       folder of the annotated sets (docs/evaluation.md)
PROGRAM    the built dehusk; its `features` command gives the rows
OUT        folder for fold-0.model ... fold-4.model, all.model and report.txt
--fast     a tenth of the trees, to try things

Stages: a first model over blocks; a second one that also sees the first one's scores around each block; three models over pages (type,
threshold, expected F1). Scores that a later stage sees are always of a model that has not seen the page's site. Fixed seeds: the same
data give the same files. docs/models.md says what was found."""
import argparse
import os
import subprocess

import numpy as np
from catboost import CatBoostClassifier, CatBoostRegressor

import modelfile
import sets
from sets import CUTS

# Each set's weight against wcxb, chosen by cross-validation (docs/experiments.md).
SETS = (("wcxb", 1.0), ("daniel", 0.4), ("multilingual", 2.0))
FIXED = CUTS.index(0.4)
COMMON = dict(thread_count=2, verbose=0, allow_writing_files=False, bootstrap_type="Bernoulli", subsample=0.7)
BLOCK = dict(COMMON, depth=6, l2_leaf_reg=3, border_count=128, rsm=0.3)
PAGE = dict(COMMON, depth=4, l2_leaf_reg=5, border_count=64, rsm=0.5)


class Trainer:
    def __init__(self, args):
        self.args = args
        self.speed = 10 if args.fast else 1
        names = subprocess.run([args.program, "features", "--names", "--set", "block"], capture_output=True, text=True, check=True)
        self.first_names = [line.split("\t")[0] for line in names.stdout.splitlines()]
        names = subprocess.run([args.program, "features", "--names", "--set", "second"], capture_output=True, text=True, check=True)
        self.second_names = [line.split("\t")[0] for line in names.stdout.splitlines()]
        names = subprocess.run([args.program, "features", "--names", "--set", "page"], capture_output=True, text=True, check=True)
        self.page_names = [line.split("\t")[0] for line in names.stdout.splitlines()]
        folds = sets.read_folds()
        self.sets = [sets.Blocks(args.program, args.eval, name, folds) for name, _ in SETS]
        self.x = np.vstack([s.x for s in self.sets])
        for s in self.sets:
            s.x = None
        self.y = np.concatenate([s.y for s in self.sets]) >= 0.5
        self.w = np.concatenate([s.weight * k for s, (_, k) in zip(self.sets, SETS)])
        self.fold = np.concatenate([s.fold for s in self.sets])
        self.headline = np.concatenate([s.headline for s in self.sets])
        self.thin()
        self.pages, at = [], 0
        for s in self.sets:
            for p in s.pages:
                p.first += at
                p.set = s.name
                self.pages.append(p)
            at += len(s.y)
        self.report = open(os.path.join(args.out, "report.txt"), "w", encoding="utf-8")

    def thin(self):
        """Half of the lightest blocks, words of menus mostly, go; the others of them count twice."""
        light = (self.w > 0) & (self.w < np.quantile(self.w[self.w > 0], 0.6))
        stay = np.random.RandomState(7).rand(len(self.w)) < 0.5
        self.w[light & ~stay] = 0
        self.w[light & stay] *= 2

    def say(self, *words):
        print(*words, flush=True)
        print(*words, file=self.report, flush=True)

    # ---- blocks ----

    def fit_blocks(self, x, rows, trees, rate, seed):
        rows = rows & (self.w > 0)
        model = CatBoostClassifier(iterations=trees // self.speed, learning_rate=rate, random_seed=seed, **BLOCK)
        return model.fit(x[rows], self.y[rows].astype(np.int8), sample_weight=self.w[rows])

    def save(self, model, name):
        path = os.path.join(self.args.out, name + ".json")
        model.save_model(path, format="json")
        return modelfile.read_catboost(path)

    def first_pass(self):
        """Models of each fold and of all, and the scores of each page by the model of its own fold."""
        models = []
        for k in list(range(sets.FOLDS)) + [None]:
            models.append(self.save(self.fit_blocks(self.x, self.fold != k if k is not None else self.fold >= 0, 500, 0.1, 1), f"first-{k}"))
            self.say("first", k)
        return models

    def second_rows(self, kind, stage):
        """Rows of every page from the program, each page with the model file of its own fold."""
        out = [None] * len(self.pages)
        for s in self.sets:
            for k in range(sets.FOLDS):
                of_fold = [p for p in s.pages if p.fold == k]
                dump = sets.Dump(self.args.program, self.args.eval, s.name, kind, [p.truth for p in of_fold],
                                 os.path.join(self.args.out, f"{stage}-{k}.model"))
                at = 0
                for p in of_fold:
                    n = 1 if kind == "page" else p.count
                    out[self.pages.index(p)] = dump.rows[at:at + n]
                    at += n
        return np.vstack(out)

    def second_pass(self, rows):
        x, models = np.hstack([self.x, rows]), []
        self.second = np.zeros(len(self.y))
        for k in list(range(sets.FOLDS)) + [None]:
            model = self.fit_blocks(x, self.fold != k if k is not None else self.fold >= 0, 700, 0.06, 2)
            models.append(self.save(model, f"second-{k}"))
            if k is not None:
                self.second[self.fold == k] = model.predict_proba(x[self.fold == k])[:, 1]
            self.say("second", k)
        return models

    # ---- pages ----

    def measure(self):
        """F1 of each page with annotated text at each threshold."""
        self.gains = np.zeros((len(self.pages), len(CUTS)))
        for i, p in enumerate(self.pages):
            if p.truth["text"] is not None:
                kept = ~self.headline[p.rows]
                once = p.once if p.truth["type"] != "documentation" else np.copy
                self.gains[i] = [p.f1(once((self.second[p.rows] >= c) & kept)) for c in CUTS]

    def page_models(self, rows):
        fold = np.array([p.fold for p in self.pages])
        kind = np.array([sets.TYPES.index(p.truth["type"]) for p in self.pages])
        weight = np.array([{"wcxb": 1.0, "daniel": 0.3}.get(p.set, 0) for p in self.pages])
        gain = self.gains - self.gains[:, [FIXED]]
        gain[:, FIXED] += 1e-6 * np.arange(len(gain)) / len(gain)  # CatBoost refuses a constant target
        chosen, trust, models = np.zeros(len(fold)), np.zeros(len(fold)), []

        def fit(k):
            use = (weight > 0) & (fold != k if k is not None else fold >= 0)
            cut = CatBoostRegressor(loss_function="MultiRMSE", iterations=300 // self.speed, learning_rate=0.04, random_seed=3,
                                    **dict(PAGE, l2_leaf_reg=10)).fit(rows[use], gain[use], sample_weight=weight[use])
            types = CatBoostClassifier(loss_function="MultiClass", iterations=250 // self.speed, learning_rate=0.08, random_seed=4,
                                       **PAGE).fit(rows[use], kind[use], sample_weight=np.sqrt(weight[use]))
            return use, cut, types

        fitted = [fit(k) for k in list(range(sets.FOLDS)) + [None]]
        for k, (_, cut, types) in enumerate(fitted[:-1]):
            best = cut.predict(rows[fold == k]).argmax(1)
            chosen[fold == k] = self.gains[fold == k, best]
        for k, (use, cut, types) in zip(list(range(sets.FOLDS)) + [None], fitted):
            model = CatBoostRegressor(iterations=250 // self.speed, learning_rate=0.05, random_seed=5, **PAGE)
            model.fit(rows[use], chosen[use], sample_weight=weight[use])
            if k is not None:
                trust[fold == k] = model.predict(rows[fold == k])
            models.append([self.save(m, f"{n}-{k}") for m, n in ((types, "type"), (cut, "cut"), (model, "trust"))])
        self.tell(fold, kind, chosen, trust, np.array([p.set for p in self.pages]))
        return models

    def tell(self, fold, kind, chosen, trust, of_set):
        w = of_set == "wcxb"
        self.say(f"wcxb word F1, cross-validated, without rules: {chosen[w].mean():.4f};", "by fold",
                 " ".join(f"{chosen[w & (fold == k)].mean():.4f}" for k in range(sets.FOLDS)))
        self.say(f"fixed threshold {self.gains[w].mean(0).max():.4f}, best of each page {self.gains[w].max(1).mean():.4f}")
        for t, name in enumerate(sets.TYPES):
            m = w & (kind == t)
            self.say(f"  {name:14} {m.sum():4} pages  {chosen[m].mean():.4f}  best of each page {self.gains[m].max(1).mean():.4f}")
        self.say("confidence: pages, mean F1, share with F1 >= 0.8")
        for low in np.arange(0.3, 1, 0.1):
            m = w & (trust >= low) & (trust < low + 0.1)
            if m.any():
                self.say(f"  {low:.1f}-{low + 0.1:.1f}  {m.sum():4}  {chosen[m].mean():.3f}  {(chosen[m] >= 0.8).mean():.3f}")

    # ---- files ----

    def write(self, path, first, second, pages=None):
        n = len(self.first_names)
        second = second or ([], [0.0])
        types, cut, trust = pages or (([], [0.0] * len(sets.TYPES)), ([], [0.0] * len(CUTS)), ([], [0.5]))

        def only(model, low):
            """The same model with only the splits on one side of n; for collecting borders."""
            return [([(f if low else f - n, b) for f, b in splits if (f < n) == low], x) for splits, x in model[0]], model[1]

        borders = modelfile.borders_of([first, only(second, True)], n)
        around = modelfile.borders_of([only(second, False)], len(self.second_names))
        own, both, page = (modelfile.schema(x) for x in (self.first_names, self.first_names + self.second_names, self.page_names))
        parts = [("first", modelfile.TREES, own, modelfile.trees_part(first, borders)),
                 ("second", modelfile.TREES, both, modelfile.trees_part(second, borders + around))]
        for name, model in (("type", types), ("cut", cut), ("trust", trust)):
            parts.append((name, modelfile.TREES, page, modelfile.trees_part(model, modelfile.borders_of([model], len(self.page_names)))))
        modelfile.write(path, parts)

    def run(self):
        out = self.args.out
        first = self.first_pass()
        for k in range(sets.FOLDS):
            self.write(os.path.join(out, f"one-{k}.model"), first[k], None)
        second = self.second_pass(self.second_rows("second", "one"))
        for k in range(sets.FOLDS):
            self.write(os.path.join(out, f"two-{k}.model"), first[k], second[k])
        self.measure()
        pages = self.page_models(self.second_rows("page", "two"))
        for k in range(sets.FOLDS):
            self.write(os.path.join(out, f"fold-{k}.model"), first[k], second[k], pages[k])
        self.write(os.path.join(out, "all.model"), first[-1], second[-1], pages[-1])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("eval")
    ap.add_argument("program")
    ap.add_argument("out")
    ap.add_argument("--fast", action="store_true")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)
    Trainer(args).run()


if __name__ == "__main__":
    main()
