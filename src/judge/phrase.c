/* Finding furniture wording in a line: folds it once into hashes of words and walks a trie over words from each word
 * that begins a phrase. The trie is phrase_table.c, made from data/phrases.tsv. */
#include "judge/phrase.h"
#include "judge/model.h"
#include "judge/phrase_table.h"

/* A line of JD_PHRASE_WORDS words has at most this many where each is a character that counts half. */
#define UNITS (2 * JD_PHRASE_WORDS)

/* A folded line. */
typedef struct {
    uint32_t word[UNITS]; /* low half of each word's hash */
    uint8_t signs[UNITS]; /* classes of the signs behind it, bits 1 << jd_fold_class */
    size_t count;
    size_t longest;      /* words of the longest part found */
    uint64_t covered[2]; /* a bit for each word that is in a hit */
} folded;

_Static_assert(UNITS <= 128, "folded.covered has a bit for each word");

const char *jd_phrase_kind_name(jd_kind kind) {
    static const char *const names[JD_KIND_COUNT] = {
        "loading",   "related", "donation", "newsletter", "share", "app",     "comment", "views",  "cookie",
        "copyright", "tags",    "readmore", "nextprev",   "ad",    "paywall", "author",  "source", "media"};
    return kind < JD_KIND_COUNT ? names[kind] : "none";
}

uint64_t jd_phrase_checksum(void) {
    const uint64_t parts[] = {
        jd_checksum((dh_view){(const char *)jd_phrase_keys, sizeof jd_phrase_keys}),
        jd_checksum((dh_view){(const char *)jd_phrase_nodes, sizeof jd_phrase_nodes}),
        jd_checksum((dh_view){(const char *)jd_phrase_ends, jd_phrase_end_count * sizeof *jd_phrase_ends})};
    return jd_checksum((dh_view){(const char *)parts, sizeof parts});
}

/* Key of the edge from a node by a word. data/phrases.py has the same. */
static inline uint32_t edge_key(uint32_t parent, uint32_t word) {
    uint32_t x = (word ^ parent * 0x9e3779b1u) * 0x85ebca6bu;
    return x ^ x >> 15;
}

/* The node that a word leads to, 0 if none. */
static uint32_t step(uint32_t node, uint32_t word) {
    uint32_t key = edge_key(node, word);
    for (uint32_t i = key % JD_PHRASE_SLOTS;; i = (i + 1) % JD_PHRASE_SLOTS) {
        if (!jd_phrase_nodes[i] || jd_phrase_keys[i] == key) return jd_phrase_nodes[i];
    }
}

static inline bool has_bit(const uint64_t *bits, uint32_t count, uint32_t hash) {
    return bits[hash % count / 64] >> hash % 64 & 1;
}

/* Counts what classes the folded words are in. */
static void count_vocabulary(const folded *f, jd_hits *out) {
    uint64_t seen[4] = {0, 0, 0, 0};
    out->read = (uint8_t)f->count;
    for (size_t i = 0; i < f->count; i++) {
        uint8_t classes = jd_vocabulary_of(f->word[i]);
        for (; classes; classes &= (uint8_t)(classes - 1)) out->vocabulary[__builtin_ctz(classes)]++;
        uint64_t *set = &seen[f->word[i] >> 30], bit = UINT64_C(1) << (f->word[i] >> 24 & 63);
        out->distinct = (uint8_t)(out->distinct + !(*set & bit));
        *set |= bit;
    }
}

/* Folds text into *f and its words and hash into *out. False if it is longer than a line with phrases, or empty. */
static bool fold_line(dh_view text, folded *f, jd_hits *out) {
    jd_fold_words w;
    size_t halves = 0;
    uint64_t hash = 0;
    bool whole = text.len <= JD_PHRASE_BYTES;
    out->words = JD_PHRASE_WORDS + 1;
    if (!whole) text.len = JD_PHRASE_BYTES;
    jd_fold_begin(&w, text);
    while (jd_fold_next(&w)) {
        halves += w.alone ? 1 : 2;
        if (halves > UNITS) {
            whole = false;
            break;
        }
        if (f->count) f->signs[f->count - 1] = (uint8_t)w.signs;
        f->word[f->count++] = (uint32_t)w.hash;
        hash = jd_fold_hash_add(hash, w.hash);
    }
    count_vocabulary(f, out);
    if (!whole) return false;
    out->words = (uint16_t)((halves + 1) / 2);
    out->hash = hash;
    if (f->count) f->signs[f->count - 1] = (uint8_t)w.signs;
    return f->count > 0;
}

/* Notes that the words from `from` to before `to` are a phrase. */
static void note(folded *f, jd_hits *out, uint8_t *kind, jd_match match, uint8_t hit, size_t from, size_t to) {
    *kind = hit & 31;
    out->weight[match] = hit >> 5;
    out->kinds_mask |= 1u << (*kind - 1);
    for (size_t i = from; i < to; i++) f->covered[i / 64] |= UINT64_C(1) << i % 64;
}

/* Notes what ends at a node that the words from `from` to before `to` lead to, parts aside. */
static void note_ends(folded *f, jd_hits *out, const jd_phrase_end *end, size_t from, size_t to) {
    if (!from && end->hit[JD_MATCH_START] && (!end->signs || end->signs & f->signs[to - 1]))
        note(f, out, &out->start, JD_MATCH_START, end->hit[JD_MATCH_START], from, to);
    if (to == f->count && end->hit[JD_MATCH_END] && !out->end)
        note(f, out, &out->end, JD_MATCH_END, end->hit[JD_MATCH_END], from, to);
}

/* Walks from word `from` as far as phrases go and notes them. f->longest is the length of the longest part so far. */
static void walk(folded *f, jd_hits *out, size_t from) {
    uint32_t node = 0;
    size_t part = 0;
    uint8_t part_hit = 0;
    for (size_t to = from; to < f->count;) {
        node = step(node, f->word[to++]);
        if (!node) break;
        if (node >= jd_phrase_end_count) continue;
        const jd_phrase_end *end = &jd_phrase_ends[node];
        note_ends(f, out, end, from, to);
        if (!end->hit[JD_MATCH_PART]) continue;
        part = to - from;
        part_hit = end->hit[JD_MATCH_PART];
    }
    if (!part) return;
    uint8_t before = out->part, before_weight = out->weight[JD_MATCH_PART];
    out->n_part++;
    note(f, out, &out->part, JD_MATCH_PART, part_hit, from, from + part);
    if (part > f->longest) {
        f->longest = part;
    } else {
        out->part = before;
        out->weight[JD_MATCH_PART] = before_weight;
    }
}

/* True if the whole line is a phrase, which is then noted. */
static bool whole_line(folded *f, jd_hits *out) {
    uint32_t node = 0;
    for (size_t i = 0; i < f->count; i++) {
        node = step(node, f->word[i]);
        if (!node) return false;
    }
    if (node >= jd_phrase_end_count) return false;
    note(f, out, &out->line, JD_MATCH_LINE, jd_phrase_ends[node].hit[JD_MATCH_LINE], 0, f->count);
    return true;
}

void jd_phrase_match(dh_view text, jd_hits *out) { jd_phrase_match_words(text, out, NULL); }

void jd_phrase_match_words(dh_view text, jd_hits *out, jd_phrase_words *words) {
    folded f;
    memset(out, 0, sizeof *out);
    f.count = f.longest = 0;
    f.covered[0] = f.covered[1] = 0;
    bool whole = fold_line(text, &f, out);
    if (words) {
        memcpy(words->word, f.word, f.count * sizeof *f.word);
        words->count = f.count;
    }
    if (!whole) return;
    bool first = has_bit(jd_phrase_first, JD_PHRASE_FIRST_BITS, f.word[0]);
    if (first && whole_line(&f, out)) {
        out->covered_words = out->words;
        return;
    }
    if (first) walk(&f, out, 0);
    for (size_t i = 1; i < f.count; i++)
        if (has_bit(jd_phrase_inner, JD_PHRASE_INNER_BITS, f.word[i])) walk(&f, out, i);
    if (!out->kinds_mask) return;
    size_t covered = (size_t)__builtin_popcountll(f.covered[0]) + (size_t)__builtin_popcountll(f.covered[1]);
    out->covered_words = (uint16_t)((covered * out->words + f.count - 1) / f.count);
}
