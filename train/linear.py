#!/usr/bin/env python3
"""Trains the linear judges and writes src/judge/linear_table.c.

usage: linear.py EVAL DUMP        EVAL: folder of the annotated sets; DUMP: the built program train/dump

Blocks are labelled by the share of their three-word shingles that stand in the annotated text (shorter ones by whole
lines), lines by the sets' own labels; docs/models.md says how each counts. Needs train/requirements.txt."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np
from sklearn.linear_model import LogisticRegression

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
CUT = 6
HEADING = 1


def dump(program, kind, folder, pattern):
    with tempfile.TemporaryDirectory() as tmp:
        texts, features = os.path.join(tmp, "t"), os.path.join(tmp, "f")
        subprocess.run([program, kind, texts, features, *sorted(glob.glob(os.path.join(folder, "pages", pattern)))], check=True)
        with open(texts, encoding="utf-8") as f:
            rows = [json.loads(line) for line in f]
        return rows, np.fromfile(features, dtype=np.float32).reshape(len(rows), -1)


def jsonl(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return {r["id"]: r for r in map(json.loads, f)}


def label_blocks(folder, rows, words):
    truth, pages = jsonl(folder, "truth.jsonl"), defaultdict(list)
    y, w = np.zeros(len(rows)), np.zeros(len(rows))
    for i, r in enumerate(rows):
        pages[r["id"]].append(i)
    for ident, index in pages.items():
        text = truth[ident]["text"] or ""
        t = words(text)
        shingles, lines = set(zip(t, t[1:], t[2:])), {" ".join(words(x)) for x in text.split("\n")}
        joined, blocks = " " + " ".join(t) + " ", [words(rows[i]["text"]) for i in index]
        total = max(50, sum(map(len, blocks)))
        for i, b in zip(index, blocks):
            line, soft = " ".join(b), 1
            if len(b) >= 5:
                grams = list(zip(b, b[1:], b[2:]))
                y[i] = sum(g in shingles for g in grams) / len(grams)
            elif b and line in lines:
                y[i] = 1
            elif len(b) >= 2 and f" {line} " in joined:
                y[i], soft = 0.55, 0.3
            w[i] = max(len(b), 0.3) ** 0.6 / total**0.5 * (abs(y[i] - 0.5) * 2 + 0.05) * soft
    return y >= 0.5, w / w.mean(), truth


def blocks_of(evaldir, program, words):
    parts = []
    for name, weight in (("wcxb", 1), ("daniel", 0.6)):
        folder = os.path.join(evaldir, name)
        rows, x = dump(program, "html", folder, "*.html.gz")
        y, w, truth = label_blocks(folder, rows, words)
        if name == "daniel":  # its texts begin with the headline, which is no part of ours
            for i, r in enumerate(rows):
                first = (truth[r["id"]]["text"] or "").split("\n")[0]
                if r["kind"] == HEADING or words(r["text"]) == words(first):
                    w[i] *= 0.05
        parts.append((x, y, w * weight))
    return parts


def lines_of(evaldir, program):
    parts = []
    for name, weight in (("text", 1), ("text-daniel", 0.5)):
        folder = os.path.join(evaldir, name)
        rows, x = dump(program, "text", folder, "*.txt")
        labels = jsonl(folder, "labels.jsonl")
        label = np.array([labels[r["id"]]["labels"][r["block"]] if r["block"] < len(labels[r["id"]]["labels"]) else "b" for r in rows])
        chars = np.array([len(r["text"].strip()) for r in rows])
        _, page = np.unique([r["id"] for r in rows], return_inverse=True)
        w = np.sqrt(np.maximum(chars, 1) / np.bincount(page)[page])
        scored = np.isin(label, ["k", "d"])
        parts.append((x, label == "k", w * weight, scored))
    return parts


def fit(parts, c):
    first = parts[0][0]
    mean, scale = first.mean(0), 1 / (first.std(0) + 1e-6)
    z, y, w = [], [], []
    for x, label, weight, *scored in parts:
        use = scored[0] if scored else np.ones(len(x), bool)
        z.append(np.clip((x[use] - mean) * scale, -CUT, CUT))
        y.append(label[use])
        w.append(weight[use])
    model = LogisticRegression(C=c, max_iter=500).fit(np.vstack(z), np.concatenate(y), sample_weight=np.concatenate(w))
    return mean, scale, model


def names_of(header):
    with open(os.path.join(TOP, "src", "judge", header), encoding="utf-8") as f:
        return re.findall(r'^    X\((\w+), \w+, "', f.read(), re.M)


def table(out, name, count, prefix, names, fitted):
    mean, scale, model = fitted
    assert len(names) == len(mean)
    out.write(f"\nconst float jd_{name}_bias = {model.intercept_[0]:.6f}f;\n\n")
    out.write(f"const jd_linear_row jd_{name}_rows[{count}] = {{\n")
    for n, a, b, c in zip(names, mean, scale, model.coef_[0]):
        out.write(f"    [{prefix}{n}] = {{{a:.6f}f, {b:.6f}f, {c:.6f}f}},\n")
    out.write("};\n")


def main():
    evaldir, program = sys.argv[1:3]
    sys.path.insert(0, evaldir)
    from score import WORD

    blocks = fit(blocks_of(evaldir, program, lambda s: WORD.findall(s.lower())), 1)
    lines = fit(lines_of(evaldir, program), 0.3)
    with open(os.path.join(TOP, "src", "judge", "linear_table.c"), "w", encoding="ascii") as out:
        out.write("/* Weights of the linear judges. Generated by train/linear.py from the annotated pages and texts that docs/models.md\n"
                  ' * names: do not edit. */\n#include "judge/linear.h"\n')
        table(out, "block", "JD_F_COUNT", "JD_F_", names_of("features.h"), blocks)
        table(out, "line", "JD_L_COUNT", "JD_L_", names_of("lines.h"), lines)


main()
