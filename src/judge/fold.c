/* Folding: code points to folded words and their hashes, in one pass without memory of its own. The tables come from
 * data/fold.py, which has the same rules in words(). */
#include "judge/fold.h"

/* FNV-1a over code points; for ASCII that is over bytes. */
#define HASH_SEED  0xcbf29ce484222325u
#define HASH_PRIME 0x100000001b3u

static inline uint64_t hash_add(uint64_t hash, uint32_t c) { return (hash ^ c) * HASH_PRIME; }

/* FNV leaves the upper bits of short words poor. */
static inline uint64_t hash_end(uint64_t hash) {
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    return hash ^ hash >> 32;
}

static inline unsigned entry_of(uint32_t c) { return jd_fold_entry[(size_t)jd_fold_block[c >> 7] << 7 | (c & 127)]; }

void jd_fold_begin(jd_fold_words *w, dh_view text) {
    memset(w, 0, sizeof *w);
    w->p = text.ptr;
    w->end = text.len ? text.ptr + text.len : text.ptr;
}

/* The rest of the Hangul syllable whose leading consonant c was decoded before *p: conjoining jamo as one syllable,
 * as nearly all Korean text has it. */
static uint32_t hangul_compose(uint32_t c, const char **p, const char *end) {
    size_t len;
    if (c - 0x1100 >= 19 || *p >= end) return c;
    uint32_t vowel = utf8_decode(*p, end, &len) - 0x1161;
    if (vowel >= 21) return c;
    *p += len;
    uint32_t syllable = 0xac00 + ((c - 0x1100) * 21 + vowel) * 28;
    if (*p >= end) return syllable;
    uint32_t tail = utf8_decode(*p, end, &len) - 0x11a7;
    if (tail - 1 >= 27) return syllable;
    *p += len;
    return syllable + tail;
}

/* The next folded code point and its class without taking it; *next receives where the one after it begins. Sequences
 * are opened, so the class is never JD_FOLD_SEQ. JD_FOLD_SIGN with *c 0 at the end. */
static jd_fold_class peek(jd_fold_words *w, uint32_t *c, const char **next) {
    *next = w->p;
    while (!w->pending) {
        size_t len;
        *c = 0;
        if (w->p >= w->end) return JD_FOLD_SIGN;
        *c = utf8_decode(w->p, w->end, &len);
        *next = w->p + len;
        *c = hangul_compose(*c, next, w->end);
        unsigned entry = entry_of(*c);
        if ((entry & 7) != JD_FOLD_SEQ) return (jd_fold_class)(entry & 7);
        w->p = *next;
        if (entry >> 3) w->pending = jd_fold_seq + (entry >> 3);
    }
    *c = *w->pending & ~JD_FOLD_SEQ_LAST;
    return (jd_fold_class)(entry_of(*c) & 7);
}

static inline void take(jd_fold_words *w, const char *next) {
    if (w->pending)
        w->pending = *w->pending & JD_FOLD_SEQ_LAST ? NULL : w->pending + 1;
    else
        w->p = next;
}

static void put(jd_fold_words *w, uint32_t c) {
    char bytes[4];
    if (!w->out) return;
    size_t n = utf8_encode(c, bytes);
    for (size_t i = 0; i < n; i++, w->len++)
        if (w->len < w->cap) w->out[w->len] = bytes[i];
}

/* Passes over signs, noting them; false at the end of the text. */
static bool skip_signs(jd_fold_words *w) {
    w->signs = 0;
    for (;;) {
        if (!w->pending) {
            while (w->p < w->end && jd_fold_ascii[(unsigned char)*w->p] <= JD_FOLD_SLASH)
                w->signs |= 1u << jd_fold_ascii[(unsigned char)*w->p++];
            if (w->p >= w->end) return false;
            if ((unsigned char)*w->p < 0x80) return true;
        }
        uint32_t c;
        const char *next;
        jd_fold_class class = peek(w, &c, &next);
        if (class > JD_FOLD_SLASH) return true;
        if (!c && !w->pending && w->p >= w->end) return false;
        w->signs |= 1u << class;
        take(w, next);
    }
}

/* ASCII letters at w->p. */
static inline uint64_t letters(jd_fold_words *w, uint64_t hash) {
    const char *p = w->p, *end = w->end;
    while (p < end) {
        uint8_t c = jd_fold_ascii[(unsigned char)*p];
        if (c < 'a' || c > 'z') break;
        hash = hash_add(hash, c);
        p++;
    }
    if (w->out)
        for (const char *q = w->p; q < p; q++) put(w, jd_fold_ascii[(unsigned char)*q]);
    w->p = p;
    return hash;
}

/* True if c between two digits does not end the number: , . ' no-break space and the like. JOINERS in data/fold.py. */
static bool joins(uint32_t c) {
    return c == '.' || c == ',' || c == '\'' || c == 0xa0 || c == 0x66b || c == 0x66c || c == 0x2009 || c == 0x2019 ||
           c == 0x202f;
}

/* Passes over a number whose first digit is next. */
static void number(jd_fold_words *w) {
    uint32_t c;
    const char *next;
    for (;;) {
        if (!w->pending)
            while (w->p < w->end && jd_fold_ascii[(unsigned char)*w->p] == '0') w->p++;
        jd_fold_class class = peek(w, &c, &next);
        if (class == JD_FOLD_DIGIT) {
            take(w, next);
            continue;
        }
        if (w->pending) return;
        if (w->p >= w->end) return;
        size_t len;
        uint32_t joiner = utf8_decode(w->p, w->end, &len);
        if (!joins(joiner) || w->p + len >= w->end) return;
        const char *digit = w->p + len;
        if ((entry_of(utf8_decode(digit, w->end, &len)) & 7) != JD_FOLD_DIGIT) return;
        w->p = digit;
    }
}

/* Reads the word that begins at the next code point, which is no sign. */
static uint64_t read_word(jd_fold_words *w) {
    uint64_t hash = HASH_SEED;
    jd_fold_class last = JD_FOLD_SIGN; /* SIGN: nothing read yet */
    for (;;) {
        if (!w->pending && last != JD_FOLD_ALONE) {
            const char *from = w->p;
            hash = letters(w, hash);
            if (w->p > from) last = JD_FOLD_LETTER;
            if (w->p >= w->end || jd_fold_ascii[(unsigned char)*w->p] <= JD_FOLD_SLASH) break;
        }
        uint32_t c;
        const char *next;
        jd_fold_class class = peek(w, &c, &next);
        if (class <= JD_FOLD_SLASH) break;
        if (class == JD_FOLD_ALONE ? last != JD_FOLD_SIGN : class != JD_FOLD_MARK && last == JD_FOLD_ALONE) break;
        if (class == JD_FOLD_DIGIT) {
            number(w);
            c = '0';
        } else {
            take(w, next);
        }
        if (class != JD_FOLD_DIGIT || last != JD_FOLD_DIGIT) {
            hash = hash_add(hash, c);
            put(w, c);
        }
        if (class != JD_FOLD_MARK || last != JD_FOLD_ALONE) last = class;
    }
    w->alone = last == JD_FOLD_ALONE;
    return hash;
}

bool jd_fold_next(jd_fold_words *w) {
    if (!skip_signs(w)) return false;
    const uint64_t zero = hash_add(HASH_SEED, '0');
    size_t before = w->len;
    uint64_t hash = read_word(w);
    if (hash == hash_add(zero, 'k') || hash == hash_add(zero, 'm')) { /* 1.5k, 3M: a number */
        hash = zero;
        w->len = w->out ? before + 1 : 0;
    }
    w->hash = hash_end(hash);
    return true;
}

size_t jd_fold(dh_view text, char *out, size_t cap) {
    jd_fold_words w;
    size_t done = 0;
    jd_fold_begin(&w, text);
    w.out = out;
    w.cap = cap;
    while (jd_fold_next(&w)) {
        if (w.len > cap) return done;
        done = w.len;
        if (w.len < cap) out[w.len] = ' ';
        w.len++;
    }
    return done;
}

uint64_t jd_fold_hash(dh_view text) {
    jd_fold_words w;
    uint64_t hash = 0;
    jd_fold_begin(&w, text);
    while (jd_fold_next(&w)) hash = jd_fold_hash_add(hash, w.hash);
    return hash;
}
