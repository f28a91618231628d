/* second.h: what the second pass sees of each block: the first pass's scores of it and around it. The features of the first
 * pass stand beside them in the second model's rows. */
#ifndef JUDGE_SECOND_H
#define JUDGE_SECOND_H

#include "judge/layout.h"

/* Page types of the annotation, in the order of the type model's outputs. */
#define JD_TYPES(X) X(ARTICLE, article) X(COLLECTION, collection) X(DOCUMENTATION, documentation) X(FORUM, forum) \
    X(LISTING, listing) X(PRODUCT, product) X(SERVICE, service)
typedef enum {
#define X(id, name) JD_TYPE_##id,
    JD_TYPES(X)
#undef X
    JD_TYPE_COUNT
} jd_type;

/* X(id, unit, what it is). Scores are probabilities, 0..1; means over blocks are weighted by words. */
#define JD_SECOND_FEATURES(X)                                                                                          \
    X(OWN, score, "of the block")                                                                                      \
    X(B3, score, "three blocks before; -1 if there is none")                                                           \
    X(B2, score, "two blocks before")                                                                                  \
    X(B1, score, "of the block before")                                                                                \
    X(A1, score, "of the block behind")                                                                                \
    X(A2, score, "two blocks behind")                                                                                  \
    X(A3, score, "three blocks behind")                                                                                \
    X(WIN3, score, "mean of the 3 blocks to each side and itself")                                                     \
    X(WIN10, score, "of the 10")                                                                                       \
    X(WIN30, score, "of the 30")                                                                                       \
    X(BEFORE, score, "mean of all blocks before")                                                                      \
    X(AFTER, score, "mean of all blocks behind")                                                                       \
    X(PATH, score, "mean of the blocks on the same path")                                                              \
    X(C1, score, "mean of container 1")                                                                                \
    X(C2, score, "of container 2")                                                                                     \
    X(C3, score, "of container 3")                                                                                     \
    X(C5, score, "of container 5")                                                                                     \
    X(CARDS, score, "mean of the largest group of like siblings that an ancestor is in")                               \
    X(SECTION, score, "mean of the blocks between the headings around it")                                             \
    X(HEADING, score, "of the last heading; -1 before the first")                                                      \
    X(RANK, share, "words of the page in blocks with a higher score")                                                  \
    X(SINCE_KEPT, count, "blocks since the last score of a half; -1 if there is none")                                 \
    X(TO_KEPT, count, "blocks to the next score of a half; -1 if there is none")                                       \
    X(SOURCE, score, "of the earlier block that it repeats; -1 if it repeats none")                                    \
    X(CUT_GAP, score, "own score less the threshold of the best expected F1")                                          \
    X(BODY, score, "mean of the body")                                                                                 \
    X(PAGE, score, "mean of the page")                                                                                 \
    X(SUM, count, "expected words of the author")                                                                      \
    X(MAX, score, "highest of the page")                                                                               \
    X(OVER1, share, "words with scores above 0.1")                                                                     \
    X(OVER3, share, "above 0.3")                                                                                       \
    X(OVER5, share, "above 0.5")                                                                                       \
    X(OVER7, share, "above 0.7")                                                                                       \
    X(OVER9, share, "above 0.9")                                                                                       \
    X(CUT, score, "threshold of the best expected F1")                                                                 \
    X(BEST_F1, share, "that expected F1")

typedef enum {
#define X(id, unit, what) JD_S_##id,
    JD_SECOND_FEATURES(X)
#undef X
    JD_S_COUNT
} jd_second_feature;

typedef struct {
    const char *name, *unit, *what;
} jd_second_row;
extern const jd_second_row jd_second_rows[JD_S_COUNT];

/* Features from BODY on are the page's. */
#define JD_S_PAGE_FIRST JD_S_BODY

typedef struct jd_second jd_second;

/* Makes a reader in the arena. scores: one a block, borrowed. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Time: n log n in the blocks
 * (scores are sorted once). */
dh_status jd_second_new(dh_arena *arena, const jd_layout *layout, const float *scores, jd_second **out, dh_error *err);

/* Writes the JD_S_COUNT features of the next block to row. The caller counts the blocks. */
void jd_second_next(jd_second *s, float *row);

/* The page's own part of the rows: JD_S_COUNT - JD_S_PAGE_FIRST numbers, lent. */
const float *jd_second_page(const jd_second *s);

#endif
