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
    uint8_t first, last;  /* jd_first, jd_last */
    bool year;            /* a number from 1900 to 2099 */
    bool clock;           /* 12:30 */
    bool price;           /* a currency sign */
    bool copyright;       /* (c) as one sign */
    uint16_t quotes, arrows, brackets; /* " and their like, arrows and », opening ( and [ */
} jd_stats;

/* What a block begins with, and what sign it ends with, closing quotes and brackets aside. */
typedef enum {
    JD_FIRST_OTHER, JD_FIRST_SMALL, JD_FIRST_CAPITAL, JD_FIRST_DIGIT, JD_FIRST_QUOTE, JD_FIRST_BULLET, JD_FIRST_BRACKET,
    JD_FIRST_ALONE
} jd_first;
typedef enum {
    JD_LAST_OTHER, JD_LAST_LETTER, JD_LAST_DIGIT, JD_LAST_STOP, JD_LAST_CALL, JD_LAST_QUESTION, JD_LAST_COLON,
    JD_LAST_ELLIPSIS, JD_LAST_COMMA, JD_LAST_BAR
} jd_last;

/* A part of a whole; 0 of nothing. */
static inline float jd_share(double part, double whole) { return whole > 0 ? (float)(part / whole) : 0; }

/* Counts at most the first max_bytes of a block (0: all). Linear. */
void jd_stats_count(dh_view text, size_t max_bytes, jd_stats *out);

#endif
