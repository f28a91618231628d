#!/usr/bin/env python3
"""Writes src/judge/phrase_table.c: the phrases of phrases.tsv as a trie over folded words.

usage: phrases.py [OUT]      (default: src/judge/phrase_table.c beside this folder)

data/README.md describes the columns of phrases.tsv."""
import os
import sys
import unicodedata

import fold

# In the order of jd_kind and jd_match in src/judge/phrase.h.
KINDS = ("loading related donation newsletter share app comment views cookie copyright tags readmore nextprev ad paywall "
         "author source media").split()
MATCHES = ("line", "start", "end", "part")
WEAK, PLAIN, SURE = range(3)

# The limits and sizes that src/judge/phrase.c knows by the same names.
MAX_WORDS = 80
SLOTS = 1 << 15
FIRST_BITS = 1 << 15
INNER_BITS = 1 << 14

M64 = (1 << 64) - 1
M32 = (1 << 32) - 1


def word_hash(word):
    """The low 32 bits of the hash that jd_fold_next gives a word."""
    h = 0xCBF29CE484222325
    for char in word:
        h = (h ^ ord(char)) * 0x100000001B3 & M64
    h ^= h >> 32
    h = h * 0xD6E8FEB86659FD93 & M64
    return (h ^ h >> 32) & M32


def edge_key(parent, word):
    """edge_key() of src/judge/phrase.c."""
    x = (word ^ parent * 0x9E3779B1 & M32) * 0x85EBCA6B & M32
    return x ^ x >> 15


def read_rows(path):
    """Rows of phrases.tsv as (kind, lang, match, phrase); stops at the first that cannot be."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines[0] != "kind\tlang\tmatch\tphrase":
        sys.exit(f"{path}: the header is not kind, lang, match, phrase")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        row = line.split("\t")
        if not line and number == len(lines):
            break
        if len(row) != 4 or row[0] not in KINDS or row[2] not in MATCHES:
            sys.exit(f"{path}:{number}: not a row: {line!r}")
        if not 1 <= len(fold.words(row[3])) <= MAX_WORDS:
            sys.exit(f"{path}:{number}: a phrase has 1 to {MAX_WORDS} words: {line!r}")
        rows.append(tuple(row))
    return rows


def sign_needed(match, phrase):
    """The class of the sign that must follow a start, SIGN if none need."""
    last = fold.own_class(ord(unicodedata.normalize("NFKC", phrase.rstrip())[-1]))
    return last if match == "start" and last in (fold.COLON, fold.SLASH) else fold.SIGN


def weight(match, words):
    """How far a hit is to be trusted, by shape: one word at the start, or two at the end, open sentences too."""
    length = sum(0.5 if fold.own_class(ord(word[0])) == fold.ALONE else 1 for word in words)
    if match == "start" and length <= 1 or match == "end" and length < 3:
        return WEAK
    return SURE if length >= 3 else PLAIN


class Trie:
    def __init__(self):
        self.edges = {}  # (parent, word): child
        self.ends = {}   # node: {match: (kind, weight)}
        self.signs = {}  # node: classes that may follow a start, a bit each; 0: anything

    def add(self, kind, match, phrase):
        words = tuple(word for word, _ in fold.words(phrase))
        node = 0
        for word in words:
            node = self.edges.setdefault((node, word), len(self.edges) + 1)
        end = self.ends.setdefault(node, {})
        had = end.get(match)
        if had and had[0] != kind:
            sys.exit(f"{match} {phrase!r} is {KINDS[had[0]]} in one row and {KINDS[kind]} in another")
        end[match] = (kind, weight(match, words))
        if match == "start":
            sign = sign_needed(match, phrase)
            mask = 1 << sign if sign else 0
            self.signs[node] = self.signs[node] | mask if had and mask and self.signs[node] else 0 if had else mask
        # Every row also matches when it is the whole line.
        if match != "line" and "line" not in end:
            end["line"] = (kind, weight("line", words))
        elif end["line"][0] != kind:
            sys.exit(f"{phrase!r} is {KINDS[end['line'][0]]} in one row and {KINDS[kind]} in another")

    def renumber(self):
        """Gives the nodes that end a phrase the numbers from 1 on, so that only they have entries."""
        order = sorted(self.ends) + [n for n in self.edges.values() if n not in self.ends]
        new = {0: 0, **{node: i for i, node in enumerate(order, 1)}}
        self.edges = {(new[p], word): new[c] for (p, word), c in self.edges.items()}
        self.ends = {new[n]: end for n, end in self.ends.items()}
        self.signs = {new[n]: sign for n, sign in self.signs.items()}


def hash_table(edges):
    """Slots of (key, child), open addressed, linear probing. Stops if two edges have one key."""
    slots, keys = [(0, 0)] * SLOTS, {0: "no edge"}
    if len(edges) * 3 > SLOTS * 2:
        sys.exit(f"{len(edges)} edges are too many for {SLOTS} slots")
    for (parent, word), child in edges.items():
        key = edge_key(parent, word_hash(word))
        if key in keys:
            sys.exit(f"edges {keys[key]} and {(parent, word)} have one key: change the multipliers of edge_key")
        keys[key] = (parent, word)
        i = key % SLOTS
        while slots[i][1]:
            i = (i + 1) % SLOTS
        slots[i] = (key, child)
    return slots


def bits(hashes, count):
    out = [0] * (count // 64)
    for h in hashes:
        out[h % count // 64] |= 1 << h % 64
    return out


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "src", "judge", "phrase_table.c")
    rows = read_rows(os.path.join(here, "phrases.tsv"))
    trie = Trie()
    inner = set()
    for kind, _, match, phrase in rows:
        trie.add(KINDS.index(kind), match, phrase)
        if match in ("end", "part"):
            inner.add(word_hash(fold.words(phrase)[0][0]))
    trie.renumber()
    first = {word_hash(word) for parent, word in trie.edges if parent == 0}
    names = {word for _, word in trie.edges}
    if len({word_hash(word) for word in names}) != len(names):
        sys.exit("two words of the phrases have one hash: change the multiplier of hash_end in src/judge/fold.c")
    ends = ["{{0}, 0}"]
    for node in range(1, len(trie.ends) + 1):
        end = trie.ends[node]
        cells = [end[m][0] + 1 | end[m][1] << 5 if m in end else 0 for m in MATCHES]
        ends.append("{{%d, %d, %d, %d}, %d}" % (*cells, trie.signs.get(node, 0)))
    slots = hash_table(trie.edges)
    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.write("/* The phrases of data/phrases.tsv as a trie over words. Generated by data/phrases.py: do not edit. */\n")
        out.write(f"/* {len(rows)} rows, {len(trie.edges)} nodes. Folded with Unicode {unicodedata.unidata_version}. */\n")
        out.write('#include "judge/phrase_table.h"\n\n')
        out.write(f"const uint16_t jd_phrase_end_count = {len(ends)};\n\n")
        fold.array(out, f"const jd_phrase_end jd_phrase_ends[{len(ends)}]", ends)
        out.write("\n")
        fold.array(out, "const uint32_t jd_phrase_keys[JD_PHRASE_SLOTS]", [key for key, _ in slots])
        out.write("\n")
        fold.array(out, "const uint16_t jd_phrase_nodes[JD_PHRASE_SLOTS]", [child for _, child in slots])
        out.write("\n")
        fold.array(out, "const uint64_t jd_phrase_first[JD_PHRASE_FIRST_BITS / 64]", bits(first, FIRST_BITS), "{:#x}")
        out.write("\n")
        fold.array(out, "const uint64_t jd_phrase_inner[JD_PHRASE_INNER_BITS / 64]", bits(inner, INNER_BITS), "{:#x}")


if __name__ == "__main__":
    main()
