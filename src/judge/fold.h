/* fold.h: text made equal where only case, accents, forms of letters, numbers and signs differ. Reads folded words one
 * by one; what they mean is for phrase.h. data/README.md says what folding does. */
#ifndef JUDGE_FOLD_H
#define JUDGE_FOLD_H

#include "base/base.h"

/* Classes of folded code points. data/fold.py has the same numbers. */
typedef enum {
    JD_FOLD_SIGN = 0,
    JD_FOLD_COLON = 1, /* a sign that opens what belongs to the word before: ":" and "=" */
    JD_FOLD_SLASH = 2,
    JD_FOLD_DIGIT = 3,
    JD_FOLD_LETTER = 4,
    JD_FOLD_MARK = 5,  /* belongs to what stands before it */
    JD_FOLD_ALONE = 6, /* a word of its own: Chinese, Japanese, Thai, Lao, Khmer, Burmese */
    JD_FOLD_SEQ = 7    /* becomes other code points, or none */
} jd_fold_class;

#define JD_FOLD_SEQ_LAST 0x80000000u

/* The generated tables, described in fold_table.c. */
extern const uint8_t jd_fold_ascii[256];
extern const uint8_t jd_fold_block[8704];
extern const uint16_t jd_fold_entry[];
extern const uint32_t jd_fold_seq[];

/* Reads a text's folded words. Set up with jd_fold_begin; the fields below the line are its own. */
typedef struct {
    uint64_t hash;  /* of the word read last */
    uint32_t signs; /* bit 1 << JD_FOLD_COLON, 1 << JD_FOLD_SLASH: such a sign stands before this word (or the end) */
    bool alone;     /* the word is one character of a script without spaces */
    /* ---- */
    const char *p, *end;
    const uint32_t *pending; /* rest of the sequence that a code point became, or NULL */
    char *out;               /* where the word's bytes go, or NULL */
    size_t len, cap;         /* of out; len counts on past cap */
} jd_fold_words;

/* text is borrowed; bytes that are no UTF-8 are signs. */
void jd_fold_begin(jd_fold_words *w, dh_view text);
/* Reads the next word; false at the end, with w->signs still set. Time is linear in the bytes read. */
bool jd_fold_next(jd_fold_words *w);

/* Writes the folded text to out, words with one space between. A text that does not fit is cut after a whole word.
 * Returns the bytes written. One byte of text can become twelve. */
size_t jd_fold(dh_view text, char *out, size_t cap);
/* Hash of the folded text: equal for texts that jd_fold makes equal. 0 if it has no word. */
uint64_t jd_fold_hash(dh_view text);
/* How jd_fold_hash takes on a word: start with 0. */
static inline uint64_t jd_fold_hash_add(uint64_t hash, uint64_t word) {
    return ((hash << 5 | hash >> 59) ^ word) * 0x9e3779b97f4a7c15u;
}

#endif
