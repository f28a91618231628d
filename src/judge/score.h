/* score.h: what the models say of an HTML page: two scores a block, the page's type, how much of it is wanted. */
#ifndef JUDGE_SCORE_H
#define JUDGE_SCORE_H

#include "judge/models.h"
#include "judge/second.h"

/* The numbers that the page's models see: the page's features, and the page's part of the second pass's rows from both passes'
 * scores. */
#define JD_PAGE_FEATURES (JD_F_COUNT - JD_F_P_BLOCKS + 2 * (JD_S_COUNT - JD_S_PAGE_FIRST))

typedef struct {
    float *first, *second;       /* a block: probabilities that it is the author's */
    float page[JD_PAGE_FEATURES];
    float types[JD_TYPE_COUNT];  /* probabilities; their sum is 1 */
    jd_type type;                /* the likeliest */
    float cut;                   /* blocks of this second score and above are to be kept */
    float trust;                 /* word F1 that is to be expected, 0..1 */
} jd_scores;

/* Scores a page with features. All that it takes is in the arena. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Time grows linearly with
 * blocks, but for a sort of the scores. */
dh_status jd_score(dh_arena *arena, const jd_models *models, const pg_page *page, jd_features *features, jd_scores *out,
                   dh_error *err);

/* The page is of that type, as somebody knows who has seen it: the threshold is then the type's. */
void jd_force_type(jd_type type, jd_scores *scores);

/* Schema hashes of what each model is trained on. */
uint64_t jd_schema_first(void);
uint64_t jd_schema_second(void);
uint64_t jd_schema_page(void);

#endif
