/* text_score.h: what the models say of the lines of a text: two scores each. */
#ifndef JUDGE_TEXT_SCORE_H
#define JUDGE_TEXT_SCORE_H

#include "judge/around.h"
#include "judge/models.h"

/* Room for scoring one text, made once and used for each round. */
typedef struct {
    float *first, *second; /* a line: probabilities that it is the author's */
    uint8_t *bins;
    jd_around *around;     /* of the last round */
} jd_text_scores;

/* Makes the room in the arena. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_text_scores_new(dh_arena *arena, const jd_lines *lines, jd_text_scores *out, dh_error *err);

/* Scores those lines, or what is left of them (jd_lines_skip()). Linear. */
void jd_text_score(const jd_models *models, const jd_lines *lines, jd_text_scores *out);

/* Schema hashes of what each model is trained on. */
uint64_t jd_schema_line(void);
uint64_t jd_schema_around(void);

#endif
