#!/usr/bin/env python3
"""Writes src/judge/fold_table.c: how each code point folds, for phrases and repeated lines.

usage: fold.py [OUT]      (default: src/judge/fold_table.c beside this folder)

data/README.md says what folding does. data/phrases.py folds the phrases with the functions here."""
import os
import sys
import unicodedata

# Classes of a code point: jd_fold_class in src/judge/fold.h has the same numbers.
SIGN, COLON, SLASH, DIGIT, LETTER, MARK, ALONE, SEQ = range(8)
DROP = 8  # here only: in the table a SEQ of nothing

BLOCK = 128

# Points, tatweel and accents: text has them or not as its writer likes.
REMOVED = [(0x300, 0x36F), (0x483, 0x487), (0x591, 0x5C7), (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F),
           (0x670, 0x670), (0x6D6, 0x6DC), (0x6DF, 0x6E4), (0x6E7, 0x6E8), (0x6EA, 0x6ED), (0x1AB0, 0x1AFF),
           (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF)]

# Scripts that put no space between words: each character is a word.
ALONES = [(0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029),
          (0x3031, 0x3035), (0x3038, 0x303C), (0x3040, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
          (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x16FE0, 0x18D8F),
          (0x1AFF0, 0x1B2FF), (0x20000, 0x3FFFD)]

# Beyond the standard: dotless i is i (all of Turkish in capitals); Arabic, Persian and Urdu share yeh and kaf.
SAME = {0x131: 0x69, 0x649: 0x64A, 0x6CC: 0x64A, 0x6A9: 0x643}

# Read as a sign, though called a letter or decomposed into some: apostrophes, trade marks.
SIGNS = [(0x2B9, 0x2FF), (0x2120, 0x2120), (0x2122, 0x2122)]
COLONS = {0x3A, 0x3D, 0x2236, 0xA789}


def within(ranges, c):
    return any(a <= c <= b for a, b in ranges)


def hangul(c):
    return 0xAC00 <= c <= 0xD7A3


def spread(c):
    """The code points that c becomes: case folded, decomposed, removed marks out; signs are left in."""
    if hangul(c) or within(SIGNS, c) or 0xD800 <= c <= 0xDFFF:
        return [c]
    text, before = chr(c), None
    while text != before:
        before, text = text, unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if any(0x1100 <= ord(x) <= 0x11FF for x in text):
        text = unicodedata.normalize("NFC", text)  # Hangul syllables are not taken apart
    return [SAME.get(ord(x), ord(x)) for x in text if not within(REMOVED, ord(x))]


def own_class(c):
    """The class of a code point that spread() leaves as it is."""
    category = unicodedata.category(chr(c))
    if c in COLONS:
        return COLON
    if c == 0x2F:
        return SLASH
    if within(SIGNS, c):
        return SIGN
    if category == "Cf":
        return DROP
    if category == "Nd" or unicodedata.digit(chr(c), None) is not None:
        return DIGIT
    if category[0] == "M":
        return MARK
    if category[0] == "L" or category == "Nl" or c >= 0x20000 and within(ALONES, c):
        return ALONE if within(ALONES, c) else LETTER
    return SIGN


def fold_point(c):
    """(class, code points) of any code point; the code points matter where the class is SEQ."""
    to = spread(c)
    if not to:
        return DROP, []
    classes = {own_class(x) for x in to}
    if classes <= {SIGN, COLON, SLASH}:
        return (COLON if COLON in classes else max(classes)), []
    if classes in ({DROP}, {DIGIT}):
        return classes.pop(), []
    if to == [c]:
        return own_class(c), [c]
    return SEQ, to


# Between two digits these do not end the number. JOINERS in src/judge/fold.c is the same.
JOINERS = {0x2C, 0x2E, 0x27, 0xA0, 0x66B, 0x66C, 0x2009, 0x2019, 0x202F}


def points(text):
    """The folded (class, code point) pairs of a text, without what is dropped and without number joiners."""
    text = unicodedata.normalize("NFC", text)  # conjoining jamo to syllables
    out = []
    for i, char in enumerate(text):
        kind, to = fold_point(ord(char))
        after = fold_point(ord(text[i + 1]))[0] if i + 1 < len(text) else SIGN
        if out and out[-1][0] == DIGIT and ord(char) in JOINERS and after == DIGIT:
            continue
        pairs = [(own_class(x), x) for x in to] if kind == SEQ else [(kind, ord(char))]
        out += [x for x in pairs if x[0] != DROP]
    return out


def words(text):
    """The folded words of a text, each as [word, classes of the signs behind it]; src/judge/fold.c reads the same."""
    out, open_word, last = [], False, SIGN
    for kind, c in points(text):
        if kind in (SIGN, COLON, SLASH):
            open_word = False
            if out:
                out[-1][1].add(kind)
        elif kind == DIGIT and open_word and last == DIGIT:
            pass
        else:
            if not open_word or kind == ALONE or (last == ALONE and kind != MARK):
                out.append(["", set()])
            out[-1][0] += "0" if kind == DIGIT else chr(c)
            open_word = True
        # A mark belongs to what it stands on.
        last = last if kind == MARK and last == ALONE else kind
    for word in out:
        if word[0] in ("0k", "0m"):
            word[0] = "0"
    return out


def fold(text):
    """The folded text: its words, a space between two."""
    return " ".join(word for word, _ in words(text))


def tables():
    """The lists of the C file: block of each 128 code points, entries of the blocks, code points of the sequences."""
    pool, offsets, blocks, index, entries = [0], {}, {}, [], []
    for start in range(0, 0x110000, BLOCK):
        block = []
        for c in range(start, start + BLOCK):
            kind, to = fold_point(c)
            key = tuple(to) if kind == SEQ else ()
            if key and key not in offsets:
                offsets[key] = len(pool)
                pool += [*to[:-1], to[-1] | 1 << 31]
            block.append(SEQ if kind == DROP else kind | (offsets[key] << 3 if key else 0))
        block = tuple(block)
        if block not in blocks:
            blocks[block] = len(blocks)
            entries += block
        index.append(blocks[block])
    assert len(pool) < 1 << 13 and len(blocks) <= 256, (len(pool), len(blocks))
    return index, entries, pool


def array(out, head, values, form="{}", width=118):
    out.write(head + " = {\n")
    line = "   "
    for value in values:
        item = " " + form.format(value) + ","
        if len(line) + len(item) > width:
            out.write(line + "\n")
            line = "   "
        line += item
    out.write(line + "\n};\n")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "src", "judge", "fold_table.c")
    index, entries, pool = tables()
    ascii_table = []
    for c in range(128):
        kind, to = fold_point(c)
        ascii_table.append(kind if kind in (SIGN, COLON, SLASH) else ord("0") if kind == DIGIT else (to or [c])[0])
    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.write("/* How code points fold, from the Unicode Character Database. Generated by data/fold.py: do not edit. */\n")
        out.write(f"/* Unicode {unicodedata.unidata_version} */\n")
        out.write('#include "judge/fold.h"\n\n')
        out.write("/* The folded byte of an ASCII letter or digit; else its class, and for a byte of a longer sequence 255. */\n")
        array(out, "const uint8_t jd_fold_ascii[256]", ascii_table + [255] * 128)
        out.write(f"\n/* The block of {BLOCK} entries that holds a code point. */\n")
        array(out, f"const uint8_t jd_fold_block[{len(index)}]", index)
        out.write("\n/* Class in the low three bits; above them, for JD_FOLD_SEQ, where in jd_fold_seq the code points begin. */\n")
        array(out, f"const uint16_t jd_fold_entry[{len(entries)}]", entries)
        out.write("\n/* Sequences of code points; the last of each has the top bit. At 0 stands the empty one. */\n")
        array(out, f"const uint32_t jd_fold_seq[{len(pool)}]", pool, "{:#x}")


if __name__ == "__main__":
    main()
