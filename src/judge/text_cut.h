/* text_cut.h: how sure the judge must be of a line before it goes from this text: a threshold for the whole text, from a model that
 * weighs what each threshold would win against whether it would cost a line of the author's. */
#ifndef JUDGE_TEXT_CUT_H
#define JUDGE_TEXT_CUT_H

#include "judge/around.h"
#include "judge/models.h"

/* The thresholds: lines of lower scores would go. Besides them there is 0: nothing goes. */
#define JD_TEXT_CUTS 7
extern const float jd_text_cuts[JD_TEXT_CUTS];

/* What the model sees of a text: numbers of it (those of JD_LINE_FEATURES that begin with ALL_), and four for each threshold:
 * lines below it, their share of the words, the sum of their scores, which is how many of the author's lines are to be expected
 * there, and the longest run of them. */
#define JD_TEXT_OWN (JD_L_COUNT - JD_L_ALL_SCORE)
#define JD_TEXT_EACH 4
#define JD_TEXT_FEATURES (JD_TEXT_OWN + JD_TEXT_CUTS * JD_TEXT_EACH)
/* For each threshold the drop F1 that is to be expected, then for each the probability that a line of the author's is lost. */
#define JD_TEXT_OUTPUTS (2 * JD_TEXT_CUTS)

extern const jd_line_feature_row jd_text_rows[JD_TEXT_FEATURES];

/* The features of a text by the second scores of its lines. Linear. */
void jd_text_row(const jd_lines *lines, const float *scores, float *row);

/* The threshold. price: what a harmed text costs, in drop F1. */
float jd_text_cut(const jd_trees *model, const float *row, float price);

uint64_t jd_schema_text(void);

#endif
