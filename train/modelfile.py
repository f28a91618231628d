"""Writes model files (docs/models.md has the layout): CatBoost's oblivious trees as parts, parts as a file.

float32 borders and integer leaves; a value's bin is how many borders it is above, bit j of a leaf's number is set if the bin of
the tree's j-th feature is at least its threshold."""
import json
import struct

import numpy as np

TREES, HASHED = 1, 2
WORDS_SCHEMA = "words, pairs, ends: 1"  # JD_HASHED_SCHEMA of src/judge/hashed.h
WORDS_BITS = 17
LEAF_MAX = 2047
M64 = (1 << 64) - 1


def fnv(data, h=0xCBF29CE484222325):
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & M64
    return h


def checksum(data):
    """FNV-1a over words of eight bytes; checksum() of src/judge/model.c."""
    h = 0xCBF29CE484222325
    data += b"\0" * (-len(data) % 8)
    for (word,) in struct.iter_unpack("<Q", data):
        h = (h ^ word) * 0x100000001B3 & M64
        h ^= h >> 29
    return h


def schema(names):
    """Hash of feature names in order; jd_schema_add() of src/judge/model.c."""
    h = 0xCBF29CE484222325
    for name in names:
        h = fnv(name.encode() + b"\0", h)
    return h


def read_catboost(path):
    """Trees of a CatBoost JSON file: (trees, biases). A tree is (splits, leaves by output), a split (feature, border)."""
    with open(path, encoding="utf-8") as f:
        model = json.load(f)
    scale, bias = model["scale_and_bias"]
    trees = []
    for t in model["oblivious_trees"]:
        splits = [(s["float_feature_index"], np.float32(s["border"])) for s in t["splits"]]
        leaves = np.array(t["leaf_values"], dtype=np.float64).reshape(1 << len(splits), -1) * scale
        trees.append((splits, leaves))
    return trees, list(bias)


def borders_of(models, features):
    """The borders that any of the models uses, by feature, rising."""
    used = [set() for _ in range(features)]
    for trees, _ in models:
        for splits, _ in trees:
            for feature, border in splits:
                used[feature].add(float(border))
    for f, b in enumerate(used):
        if len(b) > 255:
            raise SystemExit(f"feature {f} has {len(b)} borders, 255 can be")
    return [sorted(b) for b in used]


def trees_part(model, borders):
    """The bytes of a part of trees."""
    trees, bias = model
    outputs = len(bias)
    unit = max((np.abs(leaves).max() for _, leaves in trees), default=1.0) / LEAF_MAX or 1.0
    out = struct.pack("<IIIf", len(borders), outputs, len(trees), unit)
    out += struct.pack(f"<{outputs}f", *bias)
    out += struct.pack("<I", sum(map(len, borders)))
    for b in borders:
        out += struct.pack("<B", len(b)) + struct.pack(f"<{len(b)}f", *b)
    place = [{x: i for i, x in enumerate(b)} for b in borders]
    for splits, leaves in trees:
        out += struct.pack("<B", len(splits))
        for feature, border in splits:
            out += struct.pack("<HB", feature, place[feature][float(border)])
        out += np.clip(np.rint(leaves / unit), -LEAF_MAX, LEAF_MAX).astype("<i2").tobytes()
    return out


def words_part(coef, bias):
    """The bytes of a part of word weights: one in two thousand is cut to the largest that fits."""
    unit = float(np.quantile(np.abs(coef[coef != 0]), 0.9995)) / 127
    weights = np.clip(np.rint(coef / unit), -127, 127).astype(np.int8)
    return struct.pack("<Iff", WORDS_BITS, unit, bias) + weights.tobytes()


def write(path, parts):
    """parts: (name, kind, schema hash, bytes) each."""
    at = 24 + 28 * len(parts)
    table = body = b""
    for name, kind, names_hash, data in parts:
        table += struct.pack("<8sIQII", name.encode(), kind, names_hash, at + len(body), len(data))
        body += data
    rest = table + body
    with open(path, "wb") as f:
        f.write(b"dhmodel\n" + struct.pack("<IIQ", 1, len(parts), checksum(rest)) + rest)
