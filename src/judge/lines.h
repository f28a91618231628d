/* lines.h: the numbers that the judge of text sees of each line, each a row of one table. */
#ifndef JUDGE_LINES_H
#define JUDGE_LINES_H

#include "judge/hashed.h"
#include "judge/stats.h"
#include "page/page.h"

/* X(id, unit, what it is). Blank lines have no row; "lines" below are the others. A long line has 12 words and more and ends as a
 * sentence does; a short one has fewer than 8 words and does not. Furniture wording leaves bylines and sources out. The word score
 * is hashed.h's log-odds, cut at 8 to both sides. Where what is asked for does not exist, the number is -1. */
#define JD_LINE_FEATURES(X)                                                                                            \
    X(WORDS, count, "words of the line")                                                                               \
    X(CHARS, count, "characters of it")                                                                                \
    X(WORD_LEN, characters, "mean length of its words")                                                                \
    X(SENTENCES, count, "sentences that end in it")                                                                    \
    X(FIRST, code, "what it begins with: jd_first")                                                                   \
    X(LAST, code, "what it ends with: jd_last")                                                                       \
    X(COMMAS, count, "commas")                                                                                         \
    X(BARS, count, "bars, bullets and slashes")                                                                        \
    X(QUOTES, count, "quotation marks")                                                                                \
    X(ARROWS, count, "arrows")                                                                                         \
    X(BRACKETS, count, "opening brackets")                                                                             \
    X(LETTER_SHARE, share, "letters among its characters")                                                             \
    X(DIGIT_SHARE, share, "digits among them")                                                                         \
    X(CAPITAL_SHARE, share, "capitals among its letters")                                                              \
    X(CAPITALISED, share, "words that begin with a capital")                                                           \
    X(ALONE_SHARE, share, "words of scripts without spaces")                                                           \
    X(ADDRESS, flag, "a web or mail address")                                                                          \
    X(YEAR, flag, "a number from 1900 to 2099")                                                                        \
    X(CLOCK, flag, "a time of day")                                                                                    \
    X(PRICE, flag, "a currency sign")                                                                                  \
    X(COPYRIGHT, flag, "a copyright sign")                                                                             \
    X(LINK_MARKS, count, "links as text converters write them: [..]")                                                  \
    X(INDENT, count, "white space before it, at most 80")                                                              \
    X(V_STOP, share, "function words among its words")                                                                 \
    X(V_YOU, share, "you, we, our")                                                                                    \
    X(V_SAY, share, "he, she, said")                                                                                   \
    X(V_ACT, share, "click, subscribe, share, read")                                                                   \
    X(V_MONTH, share, "names of months")                                                                               \
    X(V_BUY, share, "price, cart, shipping")                                                                           \
    X(V_FORUM, share, "posted, reply, member")                                                                         \
    X(V_LEGAL, share, "privacy, rights, cookies")                                                                      \
    X(DISTINCT, share, "different words among them")                                                                   \
    X(PHRASE, flag, "all of it is furniture wording")                                                                  \
    X(PHRASE_KIND, code, "the kind of the phrase that it is, begins, ends with or has; 0 for none")                   \
    X(PHRASE_MATCH, code, "4 if it is the phrase, 3 if it begins with it, 2 ends, 1 has, 0 none")                     \
    X(PHRASE_SURE, code, "jd_phrase_weight of it")                                                                    \
    X(PHRASE_COVER, share, "words in phrases")                                                                         \
    X(BYLINE, flag, "wording of bylines and sources")                                                                  \
    X(BLANKS_BEFORE, count, "empty lines before it")                                                                   \
    X(BLANKS_AFTER, count, "empty lines behind it")                                                                    \
    X(INDEX, share, "lines before it")                                                                                 \
    X(LINES_BEFORE, count, "lines before it")                                                                          \
    X(LINES_AFTER, count, "lines behind it")                                                                           \
    X(WORDS_BEFORE, share, "words of the text before it")                                                              \
    X(WORDS_AFTER, share, "words of the text behind it")                                                               \
    X(LONGS_BEFORE, count, "long lines before it")                                                                     \
    X(LONGS_AFTER, count, "long lines behind it")                                                                      \
    X(GAP_ABOVE, count, "lines since the nearest long line above")                                                     \
    X(GAP_BELOW, count, "lines to the nearest long line below")                                                        \
    X(GAP_WORDS_ABOVE, count, "words of that line above")                                                              \
    X(GAP_WORDS_BELOW, count, "words of that line below")                                                              \
    X(RUN_SHORT, count, "length of the run of short lines it is in")                                                   \
    X(RUN_LONG, count, "length of the run of long lines it is in")                                                     \
    X(B2_WORDS, count, "words two lines before")                                                                       \
    X(B1_WORDS, count, "words of the line before")                                                                     \
    X(B1_LAST, code, "what that ends with")                                                                           \
    X(B1_PHRASE, code, "phrase kind of it, 0 for none")                                                               \
    X(A1_WORDS, count, "words of the line behind")                                                                     \
    X(A1_FIRST, code, "what that begins with")                                                                        \
    X(A1_LAST, code, "what it ends with")                                                                             \
    X(A1_PHRASE, code, "phrase kind of it, 0 for none")                                                               \
    X(A2_WORDS, count, "words two lines behind")                                                                       \
    X(WIN3_WORDS, count, "words a line in the 3 lines to each side")                                                   \
    X(WIN3_LONG, share, "long lines there")                                                                            \
    X(WIN3_PHRASE, share, "lines there with furniture wording")                                                        \
    X(WIN8_WORDS, count, "words a line in the 8 lines to each side")                                                   \
    X(WIN8_LONG, share, "long lines there")                                                                            \
    X(WIN8_PHRASE, share, "lines there with furniture wording")                                                        \
    X(WIN20_WORDS, count, "words a line in the 20 lines to each side")                                                 \
    X(WIN20_LONG, share, "long lines there")                                                                           \
    X(WIN20_PHRASE, share, "lines there with furniture wording")                                                       \
    X(BELOW_PHRASE, share, "lines with furniture wording in all lines behind it")                                      \
    X(ABOVE_PHRASE, share, "the same in all lines before it")                                                          \
    X(REPEATS, count, "other lines that fold to the same")                                                             \
    X(SINCE_HEAD, count, "lines since the last line that is all furniture wording")                                    \
    X(HEAD_KIND, code, "its kind")                                                                                    \
    X(SINCE_RELATED, count, "lines since a heading of related articles")                                               \
    X(TO_HEAD, count, "lines to the next line that is all furniture wording")                                          \
    X(TOPIC, share, "its words that other long lines have too")                                                        \
    X(TOPIC_SHORT, share, "its words that other lines have which are not long")                                        \
    X(SCORE, odds, "word score of the line")                                                                          \
    X(SCORE_B2, odds, "two lines before")                                                                             \
    X(SCORE_B1, odds, "of the line before")                                                                           \
    X(SCORE_A1, odds, "of the line behind")                                                                           \
    X(SCORE_A2, odds, "two lines behind")                                                                             \
    X(SCORE_WIN4, odds, "mean of the 4 lines to each side")                                                           \
    X(SCORE_WIN12, odds, "of the 12")                                                                                 \
    X(SCORE_B4, odds, "mean of the 4 lines before")                                                                   \
    X(SCORE_A4, odds, "of the 4 behind")                                                                              \
    X(SCORE_B12, odds, "of the 12 before")                                                                            \
    X(SCORE_A12, odds, "of the 12 behind")                                                                            \
    X(SCORE_BEFORE, odds, "mean of all lines before")                                                                 \
    X(SCORE_AFTER, odds, "mean of all lines behind")                                                                  \
    X(ALL_SCORE, odds, "mean of the text")                                                                            \
    X(ALL_LINES, count, "lines of the text")                                                                           \
    X(ALL_WORDS, count, "words of it")                                                                                 \
    X(ALL_LONG, share, "long lines")                                                                                   \
    X(ALL_LONG_WORDS, share, "words that stand in long lines")                                                         \
    X(ALL_SHORT, share, "short lines")                                                                                 \
    X(ALL_PHRASE, share, "lines with furniture wording")                                                               \
    X(ALL_BLANK, share, "empty lines among all")                                                                       \
    X(ALL_INDENT, share, "lines with white space before them")                                                         \
    X(ALL_LINK_MARKS, share, "lines with links as text converters write them")

typedef enum {
#define X(id, unit, what) JD_L_##id,
    JD_LINE_FEATURES(X)
#undef X
    JD_L_COUNT
} jd_line_feature;

/* Scores add up as whole 4096ths: integers do so the same everywhere. */
#define JD_SCORE_ONE 4096.0f
static inline int64_t jd_score_units(float score) { return (int64_t)(score * JD_SCORE_ONE); }

/* A distance in lines, of which 0 is none, as a feature. */
static inline float jd_distance(uint32_t lines) { return lines ? (float)lines : -1; }

/* One line that is not blank. */
typedef struct {
    uint32_t block;   /* its index in page->blocks */
    jd_stats stats;
    jd_hits hits;
    uint32_t blanks;  /* empty lines right before it */
    uint32_t repeats; /* other lines that fold to the same; only lines of up to JD_PHRASE_WORDS words */
    uint32_t first_word; /* its words in jd_lines.words */
    uint8_t word_count;
    uint8_t indent, link_marks;
    bool is_phrase;   /* all of it is furniture wording, bylines and sources left out */
    bool is_long, is_short;
    float score;      /* word score */
    float topic, topic_short;
    uint32_t above, below;     /* lines to the nearest long one, this one left out; 0 for none */
    uint32_t run_short, run_long;
    uint32_t since_head, to_head, since_related; /* lines to what the features say; 0 for none */
} jd_line;

typedef struct jd_line_sums jd_line_sums;

/* The lines of a text, and what was counted over all. In the arena. Linear. */
typedef struct {
    jd_line *lines;
    size_t count;
    size_t blanks, blanks_behind; /* empty lines, and those behind the last line */
    jd_line_sums *before;   /* count + 1 running sums */
    uint32_t *words;        /* folded words of all lines, at most 2 * JD_PHRASE_WORDS of each */
    uint32_t *slots;        /* a table of repeated lines, a power of two */
    size_t slot_count;
    uint8_t *topic;         /* how often long lines, and the others, have a word: two tables of topic_count, a power of two */
    size_t topic_count;
} jd_lines;

/* Reads the lines of a page. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_lines_read(dh_arena *arena, const pg_page *page, const jd_hashed *model, jd_lines *out, dh_error *err);

/* Takes those lines out whose block is in skip (one flag a block), and counts all that looks beyond a line anew. */
void jd_lines_skip(jd_lines *lines, const pg_page *page, const bool *skip);

/* The JD_L_COUNT features of line i. */
void jd_lines_row(const jd_lines *lines, size_t i, float *row);

typedef struct {
    const char *name, *unit, *what;
} jd_line_feature_row;
extern const jd_line_feature_row jd_line_feature_rows[JD_L_COUNT];

#endif
