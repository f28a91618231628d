/* text_cut.h: how sure the judge must be of a line before it goes from this text: a threshold for the whole text, from a model that
 * weighs what each threshold would win against whether it would cost a line of the author's. */
#ifndef JUDGE_TEXT_CUT_H
#define JUDGE_TEXT_CUT_H

#include "judge/around.h"
#include "judge/models.h"

/* The thresholds: lines of lower scores would go. Besides them there is 0: nothing goes. */
#define JD_TEXT_CUTS 7
extern const float jd_text_cuts[JD_TEXT_CUTS];

/* What the model sees of a text: numbers of it (those of JD_LINE_FEATURES that begin with ALL_), how the scores of its lines lie, and
 * for each threshold what would go. Long lines and sentences are apart. The body reaches from the first long line that is
 * surely the author's to the last. A quantile is the score below which that share of the lines lies; -1 where there are none. */
#define JD_TEXT_WHOLE(X)                                                                                               \
    X(MEAN, score, "mean of all lines")                                                                                \
    X(WORD_MEAN, score, "mean of all words")                                                                           \
    X(LEAST, score, "lowest of a line")                                                                                \
    X(Q10, score, "first tenth of the lines")                                                                          \
    X(Q25, score, "first quarter")                                                                                     \
    X(Q50, score, "half")                                                                                              \
    X(Q75, score, "three quarters")                                                                                    \
    X(LONG_COUNT, count, "long lines")                                                                                 \
    X(LONG_LEAST, score, "lowest of a long line")                                                                      \
    X(LONG_SECOND, score, "second lowest")                                                                             \
    X(LONG_THIRD, score, "third lowest")                                                                               \
    X(LONG_Q10, score, "first tenth of the long lines")                                                                \
    X(LONG_Q50, score, "half of them")                                                                                 \
    X(SENTENCE_COUNT, count, "other lines that end as a sentence does")                                                \
    X(SENTENCE_LEAST, score, "lowest of them")                                                                         \
    X(SENTENCE_SECOND, score, "second lowest")                                                                         \
    X(SENTENCE_Q50, score, "half of them")                                                                             \
    X(UNSURE, share, "lines with scores of 0.1 to 0.9")                                                                \
    X(UNSURE_WORDS, share, "words in them")                                                                            \
    X(UNSURE_LONG, count, "long lines among them")                                                                     \
    X(KEPT_RUNS, count, "runs of lines with scores of a half and more")                                                \
    X(LONGEST_RUN, share, "words of the text in the longest of these")                                                 \
    X(BODY, share, "lines in the body")                                                                                \
    X(BODY_WORDS, share, "words in it")                                                                                \
    X(BODY_LOW, share, "lines of it with scores below a half")                                                         \
    X(OUTSIDE_HIGH, count, "lines outside of it with scores of a half and more")                                       \
    X(OUTSIDE_WORDS, share, "words in these")                                                                          \
    X(REPEATS, share, "lines that fold to the same as others")                                                         \
    X(PRICES, share, "lines with a currency sign")                                                                     \
    X(YEARS, share, "lines with a year")                                                                               \
    X(CLOCKS, share, "lines with a time of day")                                                                       \
    X(TOPIC, share, "mean over lines: words that other long lines have too")                                           \
    X(STOP, share, "function words among the words that were read")                                                    \
    X(YOU, share, "you, we, our")                                                                                      \
    X(SAY, share, "he, she, said")                                                                                     \
    X(ACT, share, "click, subscribe, share, read")                                                                     \
    X(MONTH, share, "names of months")                                                                                 \
    X(BUY, share, "price, cart, shipping")                                                                             \
    X(FORUM, share, "posted, reply, member")                                                                           \
    X(LEGAL, share, "privacy, rights, cookies")

/* Of the lines below a threshold: */
#define JD_TEXT_BELOW(X, cut)                                                                                          \
    X(BELOW, cut, count, "lines of scores below the threshold")                                                        \
    X(WORDS, cut, share, "words in them")                                                                              \
    X(RISK, cut, count, "sum of their scores: so many of the author's are to be expected there")                       \
    X(RUN, cut, count, "longest run of them")                                                                          \
    X(RUNS, cut, count, "runs of them")                                                                                \
    X(LONGS, cut, count, "long lines among them")                                                                      \
    X(SENTENCES, cut, count, "sentences among them")                                                                   \
    X(LONGEST, cut, count, "words of the longest of them")                                                             \
    X(INSIDE, cut, count, "those in the body")                                                                         \
    X(INSIDE_RISK, cut, count, "sum of their scores")                                                                  \
    X(WORDING, cut, count, "those with furniture wording")

typedef enum {
#define X(id, unit, what) JD_TW_##id,
    JD_TEXT_WHOLE(X)
#undef X
    JD_TW_COUNT
} jd_text_whole;

typedef enum {
#define X(id, cut, unit, what) JD_TB_##id,
    JD_TEXT_BELOW(X, )
#undef X
    JD_TB_COUNT
} jd_text_below;

#define JD_TEXT_OWN (JD_L_COUNT - JD_L_ALL_SCORE)
#define JD_TEXT_FEATURES (JD_TEXT_OWN + JD_TW_COUNT + JD_TEXT_CUTS * JD_TB_COUNT)
/* For each threshold the drop F1 that is to be expected, then for each the probability that a line of the author's is lost. */
#define JD_TEXT_OUTPUTS (2 * JD_TEXT_CUTS)

extern const jd_line_feature_row jd_text_rows[JD_TEXT_FEATURES];

/* The features of a text by the second scores of its lines. Linear. */
void jd_text_row(const jd_lines *lines, const float *scores, float *row);

/* The threshold. price: what a harmed text costs, in drop F1. */
float jd_text_cut(const jd_trees *model, const float *row, float price);

uint64_t jd_schema_text(void);

#endif
