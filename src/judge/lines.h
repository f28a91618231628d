/* lines.h: the numbers that the judge of text sees of each line, each a row of one table. */
#ifndef JUDGE_LINES_H
#define JUDGE_LINES_H

#include "judge/phrase.h"
#include "judge/stats.h"
#include "page/page.h"

/* X(id, unit, what it is). Blank lines have no row; "lines" below are the others. A long line has 12 words and more and
 * ends as a sentence does; a short one has fewer than 8 words and does not. */
#define JD_LINE_FEATURES(X)                                                                                            \
    X(WORDS, log, "words of the line")                                                                                 \
    X(WORD_LEN, characters, "mean length of its words, at most 20")                                                    \
    X(SENTENCES, log, "sentences that end in it")                                                                      \
    X(ENDS_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(ENDS_COLON, flag, "it ends in a colon")                                                                          \
    X(ENDS_ELLIPSIS, flag, "it ends in an ellipsis")                                                                   \
    X(COMMAS, log, "commas")                                                                                           \
    X(DIGIT_SHARE, share, "digits among its characters")                                                               \
    X(CAPITAL_SHARE, share, "capitals among its letters")                                                              \
    X(CAPITALISED, share, "words that begin with a capital")                                                           \
    X(BARS, log, "bars, bullets and slashes")                                                                          \
    X(NO_LETTERS, flag, "no letter in it")                                                                             \
    X(STARTS_SMALL, flag, "it begins with a small letter")                                                             \
    X(STARTS_BULLET, flag, "it begins with a bullet")                                                                  \
    X(STARTS_DIGIT, flag, "it begins with a digit")                                                                    \
    X(SHORT, flag, "a short line")                                                                                     \
    X(TINY, flag, "one or two words")                                                                                  \
    X(LONG, flag, "a long line")                                                                                       \
    X(ADDRESS, flag, "a web or mail address")                                                                          \
    X(BRACKETS, flag, "a link as text converters write it: [..]")                                                      \
    X(PHRASE_LINE, flag, "all of it is furniture wording")                                                             \
    X(PHRASE_PART, flag, "furniture wording begins, ends or stands in it")                                             \
    X(PHRASE_RUN, flag, "wording of bylines and sources")                                                              \
    X(INDENT, log, "white space before it")                                                                            \
    X(BLANK_BEFORE, flag, "an empty line before it")                                                                   \
    X(BLANK_AFTER, flag, "an empty line behind it")                                                                    \
    X(INDEX, share, "lines before it")                                                                                 \
    X(LINES_BEFORE, log, "lines before it")                                                                            \
    X(LINES_AFTER, log, "lines behind it")                                                                             \
    X(WORDS_BEFORE, share, "words of the text before it")                                                              \
    X(WORDS_AFTER, share, "words of the text behind it")                                                               \
    X(LONG_BEFORE, share, "long lines that stand before it")                                                           \
    X(PAST_LONG, log, "lines since the last long line, if none follows")                                               \
    X(TO_LONG, log, "lines to the first long line, if none stands before")                                             \
    X(GAP_ABOVE, log, "lines since the nearest long line above")                                                       \
    X(GAP_BELOW, log, "lines to the nearest long line below")                                                          \
    X(RUN_SHORT, log, "length of the run of short lines it is in")                                                     \
    X(PREV_WORDS, log, "words of the line before")                                                                     \
    X(PREV_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(PREV_PHRASE, flag, "it is furniture wording")                                                                    \
    X(NEXT_WORDS, log, "words of the line behind")                                                                     \
    X(NEXT_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(NEXT_PHRASE, flag, "it is furniture wording")                                                                    \
    X(WIN3_DENSITY, log, "words a line in the 3 lines to each side")                                                   \
    X(WIN3_SENTENCE, share, "lines there that end as sentences do")                                                    \
    X(WIN3_PHRASE, share, "lines there that are furniture wording")                                                    \
    X(WIN10_DENSITY, log, "words a line in the 10 lines to each side")                                                 \
    X(WIN10_SENTENCE, share, "lines there that end as sentences do")                                                   \
    X(WIN10_PHRASE, share, "lines there that are furniture wording")                                                   \
    X(BELOW_PHRASE, share, "lines of furniture wording in all lines behind it")                                        \
    X(ABOVE_PHRASE, share, "lines of furniture wording in all lines before it")                                        \
    X(REPEATS, log, "other lines that fold to the same")                                                               \
    X(SINCE_RELATED, share, "1 / (1 + lines since a heading of related articles)")                                     \
    X(ALL_LINES, log, "lines of the text")                                                                             \
    X(ALL_LONG, share, "long lines among them")                                                                        \
    X(ALL_SHORT, share, "short lines among them")                                                                      \
    X(ALL_DENSITY, log, "words a line")                                                                                \
    X(ALL_PHRASE, share, "lines of furniture wording among them")                                                      \
    X(ALL_BLANK, share, "empty lines a line")

typedef enum {
#define X(id, unit, what) JD_L_##id,
    JD_LINE_FEATURES(X)
#undef X
    JD_L_COUNT
} jd_line_feature;

/* One line that is not blank. */
typedef struct {
    uint32_t block;   /* its index in page->blocks */
    jd_stats stats;
    jd_hits hits;
    uint32_t blanks;  /* empty lines right before it */
    uint32_t repeats; /* other lines that fold to the same; only lines of up to JD_PHRASE_WORDS words */
    bool is_phrase;   /* all of it is furniture wording, bylines and sources left out */
    bool is_long, is_short;
} jd_line;

/* The lines of a text, and what was counted over all. In the arena. Linear. */
typedef struct {
    jd_line *lines;
    size_t count;
    size_t blanks_behind; /* empty lines behind the last one */
    float *rows;      /* count rows of JD_L_COUNT */
    void *sums;       /* room for what is counted */
    uint32_t *slots;  /* and for the table of repeated lines, a power of two */
    size_t slot_count;
} jd_lines;

/* Reads the lines of a page. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_lines_read(dh_arena *arena, const pg_page *page, jd_lines *out, dh_error *err);

/* Takes those lines out whose block is in skip (one flag a block), and counts all that looks beyond a line anew. */
void jd_lines_skip(jd_lines *lines, const pg_page *page, const bool *skip);

typedef struct {
    const char *name, *unit, *what;
} jd_line_feature_row;
extern const jd_line_feature_row jd_line_feature_rows[JD_L_COUNT];

#endif
