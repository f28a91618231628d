/* Hashes of words, runs of words and lines. SimHash as in Charikar (2002): each run of words votes on each bit by its own hash. */
#include "digest.h"

#include <string.h>

/* Words of a run. Four are few enough that one changed word costs four runs of hundreds. */
#define RUN_WORDS 4
#define BITS      64
/* From here on scripts stand that have no spaces between words; those that have are few, and no worse for it. */
#define FIRST_ALONE 0x2e80u

typedef struct {
    uint64_t last[RUN_WORDS]; /* hashes of words, in a ring */
    uint64_t count, text;
    int64_t votes[BITS];
} tally;

/* All bits of the result depend on all of x (the finaliser of MurmurHash3). */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

static void vote(tally *t) {
    uint64_t run = 0;
    for (uint64_t i = 0; i < RUN_WORDS; i++) run = mix(run ^ t->last[(t->count + i) % RUN_WORDS]);
    for (int bit = 0; bit < BITS; bit++) t->votes[bit] += run >> bit & 1 ? 1 : -1;
}

static void add_word(tally *t, uint64_t hash) {
    t->last[t->count++ % RUN_WORDS] = hash;
    t->text = mix(t->text ^ hash);
    if (t->count >= RUN_WORDS) vote(t);
}

static bool is_letter(char c) {
    unsigned char u = (unsigned char)ascii_lower(c);
    return (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || u >= 0x80;
}

digest digest_of(dh_view text) {
    tally t = {.count = 0};
    const uint64_t seed = 0xcbf29ce484222325u, prime = 0x100000001b3u; /* FNV-1a */
    uint64_t word = seed;
    for (const char *p = text.ptr, *end = p + text.len; p < end;) {
        size_t len = 1;
        uint32_t c = (unsigned char)*p < 0x80 ? (uint32_t)(unsigned char)*p : utf8_decode(p, end, &len);
        bool alone = c >= FIRST_ALONE;
        if (word != seed && (alone || !is_letter(*p))) {
            add_word(&t, mix(word));
            word = seed;
        }
        for (size_t i = 0; i < len && is_letter(*p); i++) word = (word ^ (unsigned char)ascii_lower(p[i])) * prime;
        if (alone) {
            add_word(&t, mix(word));
            word = seed;
        }
        p += len;
    }
    if (word != seed) add_word(&t, mix(word));
    digest d = {.text = mix(t.text ^ t.count), .words = t.count};
    for (int bit = 0; bit < BITS; bit++) d.near |= (uint64_t)(t.votes[bit] > 0) << bit;
    return d;
}

unsigned digest_distance(uint64_t a, uint64_t b) { return (unsigned)__builtin_popcountll(a ^ b); }

bool digest_line(dh_view *rest, dh_view *line, uint64_t *hash) {
    while (rest->len) {
        const char *end = memchr(rest->ptr, '\n', rest->len);
        *line = (dh_view){rest->ptr, end ? (size_t)(end - rest->ptr) + 1 : rest->len};
        *rest = (dh_view){rest->ptr + line->len, rest->len - line->len};
        dh_view bare = view_trim(*line);
        if (bare.len < DIGEST_LINE_BYTES) continue;
        *hash = mix(view_hash(bare));
        return true;
    }
    return false;
}
