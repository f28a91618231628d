/* stats.h: what the text of one block looks like, counted in one pass. The same for HTML blocks and lines of text. */
#ifndef JUDGE_STATS_H
#define JUDGE_STATS_H

#include "base/base.h"

/* Characters are code points; a word is a run of letters and digits, or one character of a script without spaces. */
typedef struct {
    uint32_t chars, words, letters, capitals, digits;
    uint32_t commas;      /* , ; and their like in other scripts */
    uint32_t sentences;   /* . ! ? and their like before white space or the end */
    uint32_t bars;        /* | • » › · / between words */
    uint32_t capitalised; /* words that begin with a capital */
    uint32_t alone;       /* words that are one character of a script without spaces */
    bool ends_sentence;   /* . ! ? … and their like, also before a closing quote or bracket */
    bool ends_colon, ends_ellipsis;
    bool starts_small, starts_bullet, starts_digit, starts_quote;
    bool address;         /* has "//" or a "@" behind a word */
} jd_stats;

/* Counts at most the first max_bytes of a block (0: all). Linear. */
void jd_stats_count(dh_view text, size_t max_bytes, jd_stats *out);

#endif
