/* around.h: what the second pass over a text sees of each line: the first pass's scores of it and around it. The features of the
 * first pass stand beside them in the second model's rows. */
#ifndef JUDGE_AROUND_H
#define JUDGE_AROUND_H

#include "judge/lines.h"

/* X(id, unit, what it is). Scores are probabilities, 0..1; means over lines are weighted by words; -1 where there is no such line. A
 * line counts as kept from a score of a half. */
#define JD_AROUND_FEATURES(X)                                                                                          \
    X(OWN, score, "of the line")                                                                                       \
    X(B3, score, "three lines before")                                                                                 \
    X(B2, score, "two lines before")                                                                                   \
    X(B1, score, "of the line before")                                                                                 \
    X(A1, score, "of the line behind")                                                                                 \
    X(A2, score, "two lines behind")                                                                                   \
    X(A3, score, "three lines behind")                                                                                 \
    X(WIN3, score, "mean of the 3 lines to each side and itself")                                                      \
    X(WIN8, score, "of the 8")                                                                                         \
    X(WIN20, score, "of the 20")                                                                                       \
    X(BEFORE5, score, "mean of the 5 lines before")                                                                    \
    X(AFTER5, score, "of the 5 behind")                                                                                \
    X(EVEN5, score, "mean of the 5 lines to each side, each counting the same")                                        \
    X(BEFORE, score, "mean of all lines before")                                                                       \
    X(AFTER, score, "mean of all lines behind")                                                                        \
    X(EVEN_BEFORE, score, "mean of all lines before, each counting the same")                                          \
    X(EVEN_AFTER, score, "mean of all lines behind, each counting the same")                                           \
    X(KEPT_BEFORE, count, "kept lines before")                                                                         \
    X(KEPT_AFTER, count, "kept lines behind")                                                                          \
    X(SINCE_KEPT, count, "lines since the last kept one")                                                              \
    X(TO_KEPT, count, "lines to the next kept one")                                                                    \
    X(SINCE_DROPPED, count, "lines since the last one that is not kept")                                               \
    X(TO_DROPPED, count, "lines to the next one that is not kept")                                                     \
    X(ALL, score, "mean of the text")                                                                                  \
    X(ALL_EVEN, score, "mean of the text, each line counting the same")                                                \
    X(ALL_KEPT, share, "kept lines of the text")                                                                       \
    X(LOW3, score, "lowest of the 3 lines to each side")                                                               \
    X(HIGH3, score, "highest of them")                                                                                 \
    X(LONG_ABOVE, score, "of the nearest long line above")                                                             \
    X(LONG_BELOW, score, "of the nearest long line below")                                                             \
    X(SHAPE, score, "mean of the other lines of its shape: what they begin and end with, how many words, indented or not")\
    X(SHAPE_COUNT, count, "those lines")                                                                               \
    X(BODY, code, "0 if it stands above the body (first to last long line of a score of 0.8), 1 in it, 2 below")       \
    X(BODY_AWAY, count, "lines to the body's nearest end")                                                             \
    X(TOPIC_KEPT, share, "its words that other kept lines have")                                                       \
    X(TOPIC_DROPPED, share, "its words that other lines have which are not kept")                                      \
    X(TOPIC_LEAN, share, "of the other lines that have its words, those that are kept, in the mean over its words")

typedef enum {
#define X(id, unit, what) JD_A_##id,
    JD_AROUND_FEATURES(X)
#undef X
    JD_A_COUNT
} jd_around_feature;

extern const jd_line_feature_row jd_around_rows[JD_A_COUNT];

/* A score from which a line counts as kept. */
#define JD_KEPT_SCORE 0.5f

/* The body of a text: lines from the first long one that is surely the author's to the last; from == to: there is none. */
typedef struct {
    size_t from, to;
} jd_body;

/* Finds the body by scores, one a line. Linear. */
jd_body jd_body_find(const jd_lines *lines, const float *scores);

typedef struct jd_around jd_around;

/* Makes room in the arena for what is read of so many lines. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_around_new(dh_arena *arena, const jd_lines *lines, jd_around **out, dh_error *err);

/* Reads those lines, or what is left of them (jd_lines_skip()), with a score each; both are borrowed. Linear. */
void jd_around_read(jd_around *around, const jd_lines *lines, const float *scores);

/* The JD_A_COUNT features of line i. */
void jd_around_row(const jd_around *around, size_t i, float *row);

#endif
