/* trees.h: gradient-boosted oblivious trees: all nodes of a level ask the same question, so that a tree is a few comparisons of
 * bytes and one look-up, for 64 blocks at a time. Sums are integers: every machine and all ways give the same bits. */
#ifndef JUDGE_TREES_H
#define JUDGE_TREES_H

#include "judge/model.h"

#define JD_TREES_LANES 64   /* rows judged at once */
#define JD_TREES_DEPTH 6    /* most levels of a tree */
#define JD_TREES_STEP 16    /* borders that are compared at once */
#define JD_TREES_OUTPUTS 16 /* most sums of a model */

typedef struct {
    uint16_t feature[JD_TREES_DEPTH];
    uint8_t from[JD_TREES_DEPTH]; /* bit j of the leaf is set if the feature's bin is from[j] or above */
    uint32_t from4[JD_TREES_DEPTH]; /* the same number in each of four bytes */
    uint8_t depth;
    uint32_t leaves; /* where its leaves begin in jd_trees.leaves, and their bytes in low and high */
} jd_tree;

/* A model in memory. Immutable. */
typedef struct {
    uint32_t features, outputs, count;
    uint32_t *first;     /* features + 1: where each one's borders begin: a multiple of JD_TREES_STEP, and no two the same */
    uint8_t *borders_of; /* features: how many each one has */
    float *borders;      /* rising for each feature, then infinities up to the next; a value's bin is how many it is above */
    float *ends;         /* JD_TREES_STEP a feature: the last of each so many borders with others behind them, then infinities */
    jd_tree *trees;
    int16_t *leaves;     /* outputs for each leaf */
    uint8_t *low, *high; /* models of one output: the leaves' bytes, for look-ups by shuffle */
    float unit, bias[JD_TREES_OUTPUTS]; /* score = bias + unit * sum */
} jd_trees;

/* Reads a part that was trained on `features` features of this schema. All that it takes is in the arena.
 * Errors: DH_ERR_FORMAT, DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_trees_read(dh_arena *arena, const jd_model_part *part, uint32_t features, uint64_t schema, jd_trees *out,
                        dh_error *err);

/* Writes the bins of one row to column `lane` of bins: features * JD_TREES_LANES bytes, by feature. */
void jd_trees_bin(const jd_trees *m, const float *row, size_t lane, uint8_t *bins);

/* The same for the features from `from` to before `to` only; row begins with the first of them. */
void jd_trees_bin_part(const jd_trees *m, uint32_t from, uint32_t to, const float *row, size_t lane, uint8_t *bins);

/* Sums of all trees of a model of one output for the lanes of bins. Lanes that were not filled give numbers that mean nothing, so
 * bins must have been set once. */
void jd_trees_sum(const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]);

/* How bins and sums are computed, slowest first; with AVX-512 it is its parts BW and VL. */
typedef enum { JD_TREES_PLAIN, JD_TREES_AVX2, JD_TREES_AVX512 } jd_trees_way;

/* The fastest way that this machine and this build have: the one that is taken where none is named. */
jd_trees_way jd_trees_best(void);

/* The same in a way that is none above jd_trees_best(), for the test that all are equal. */
void jd_trees_bin_as(jd_trees_way way, const jd_trees *m, uint32_t from, uint32_t to, const float *row, size_t lane, uint8_t *bins);
void jd_trees_sum_as(jd_trees_way way, const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]);

/* Scores of one row, one an output. */
void jd_trees_row(const jd_trees *m, const float *row, float *scores);

/* The score that a sum means: log-odds, or what the model predicts. */
static inline float jd_trees_score(const jd_trees *m, uint32_t output, int32_t sum) {
    return m->bias[output] + m->unit * (float)sum;
}

/* Probability of log-odds, from a table, so that it is the same everywhere; within 0.004 of the logistic function. */
#define JD_LOGISTIC_STEPS 512
extern const float jd_logistic_table[JD_LOGISTIC_STEPS + 1];
static inline float jd_logistic(float log_odds) {
    float at = (log_odds + 8) * (JD_LOGISTIC_STEPS / 16);
    if (!(at > 0)) return jd_logistic_table[0];
    return jd_logistic_table[at < JD_LOGISTIC_STEPS ? (int)(at + 0.5f) : JD_LOGISTIC_STEPS];
}

#endif
