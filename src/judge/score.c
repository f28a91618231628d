/* Runs the models over a page, 64 blocks at a time. Rows of features live for one block only: what is kept of them are their
 * bins, which the second model shares with the first. */
#include "judge/score.h"

#define LANES JD_TREES_LANES
/* What the model of the page may choose. It has seen few pages of some kinds, and losing the author's words is worse than a
 * stray line. Cross-validated, wcxb word F1 and multilingual segment F1: any threshold 0.863 and 0.941, at most 0.6 0.8635 and
 * 0.9425, at most 0.45 0.8640 and 0.9473, from 0.2 to 0.45 0.8647 and 0.9483, from 0.25 to 0.35 0.8643 and 0.9469. */
#define CUT_LEAST 0.2f
#define CUT_MOST 0.45f
#define PAGE_OWN (JD_F_COUNT - JD_F_P_BLOCKS)
#define PAGE_SCORES (JD_S_COUNT - JD_S_PAGE_FIRST)

/* ---- schemas ---- */

static uint64_t add_first(uint64_t schema, size_t from) {
    for (size_t i = from; i < JD_F_COUNT; i++) schema = jd_schema_add(schema, jd_feature_rows[i].name);
    return schema;
}

static uint64_t add_second(uint64_t schema, size_t from) {
    for (size_t i = from; i < JD_S_COUNT; i++) schema = jd_schema_add(schema, jd_second_rows[i].name);
    return schema;
}

uint64_t jd_schema_first(void) { return add_first(0, 0); }
uint64_t jd_schema_second(void) { return add_second(add_first(0, 0), 0); }
uint64_t jd_schema_page(void) {
    return add_second(add_second(add_first(0, JD_F_P_BLOCKS), JD_S_PAGE_FIRST), JD_S_PAGE_FIRST);
}

/* ---- blocks ---- */

static void put_scores(const jd_trees *m, const uint8_t *bins, size_t count, float *out) {
    int32_t sums[LANES];
    jd_trees_sum(m, bins, sums);
    for (size_t k = 0; k < count; k++) out[k] = jd_logistic(jd_trees_score(m, 0, sums[k]));
}

/* The page's own features are the same for all its blocks: their bins are found once. */
static void page_bins(const jd_models *m, const jd_features *features, uint8_t out[PAGE_OWN * LANES]) {
    uint8_t bins[JD_F_COUNT * LANES];
    jd_trees_bin_part(&m->first, JD_F_P_BLOCKS, JD_F_COUNT, jd_features_page(features), 0, bins);
    for (size_t f = 0; f < PAGE_OWN; f++) memset(out + f * LANES, bins[(JD_F_P_BLOCKS + f) * LANES], LANES);
}

/* bins: of all blocks, JD_F_COUNT * LANES bytes a group. */
static void first_pass(const jd_models *m, jd_features *features, size_t blocks, uint8_t *bins, float *scores) {
    float row[JD_F_COUNT];
    uint8_t page[PAGE_OWN * LANES];
    page_bins(m, features, page);
    for (size_t from = 0; from < blocks; from += LANES, bins += JD_F_COUNT * LANES) {
        size_t count = blocks - from < LANES ? blocks - from : LANES;
        memcpy(bins + JD_F_P_BLOCKS * LANES, page, sizeof page);
        for (size_t k = 0; k < count; k++) {
            jd_features_next(features, row);
            jd_trees_bin_part(&m->first, 0, JD_F_P_BLOCKS, row, k, bins);
        }
        put_scores(&m->first, bins, count, scores + from);
    }
}

static void second_pass(const jd_models *m, jd_second *second, size_t blocks, const uint8_t *first_bins, float *scores) {
    uint8_t bins[(JD_F_COUNT + JD_S_COUNT) * LANES] = {0};
    float row[JD_S_COUNT];
    for (size_t from = 0; from < blocks; from += LANES, first_bins += JD_F_COUNT * LANES) {
        size_t count = blocks - from < LANES ? blocks - from : LANES;
        memcpy(bins, first_bins, JD_F_COUNT * LANES);
        for (size_t k = 0; k < count; k++) {
            jd_second_next(second, row);
            jd_trees_bin_part(&m->second, JD_F_COUNT, JD_F_COUNT + JD_S_COUNT, row, k, bins);
        }
        put_scores(&m->second, bins, count, scores + from);
    }
}

/* ---- the page ---- */

/* Softmax with a table for exp, by way of the logistic function: e^x = p / (1 - p). */
static void set_types(const float *odds, jd_scores *s) {
    float sum = 0;
    for (size_t k = 0; k < JD_TYPE_COUNT; k++) {
        float p = jd_logistic(odds[k]);
        s->types[k] = p / (1 - p);
        sum += s->types[k];
        if (odds[k] > odds[s->type]) s->type = (jd_type)k;
    }
    for (size_t k = 0; k < JD_TYPE_COUNT; k++) s->types[k] /= sum;
}

static void judge_page(const jd_models *m, jd_scores *s) {
    float out[JD_TREES_OUTPUTS] = {0};
    jd_trees_row(&m->type, s->page, out);
    set_types(out, s);
    jd_trees_row(&m->cut, s->page, out);
    size_t best = 0;
    for (size_t k = 1; k < JD_CUTS; k++)
        if (out[k] > out[best]) best = k;
    s->cut = jd_cuts[best] < CUT_LEAST ? CUT_LEAST : jd_cuts[best] > CUT_MOST ? CUT_MOST : jd_cuts[best];
    jd_trees_row(&m->trust, s->page, out);
    s->trust = out[0] < 0 ? 0 : out[0] > 1 ? 1 : out[0];
}

/* The best threshold of each type on the pages of WCXB, cross-validated. With the types that the annotation has, they bring word F1
 * 0.8763, one threshold for all 0.8745. */
static const float type_cuts[JD_TYPE_COUNT] = {
    [JD_TYPE_ARTICLE] = 0.4f, [JD_TYPE_COLLECTION] = 0.3f, [JD_TYPE_DOCUMENTATION] = 0.2f, [JD_TYPE_FORUM] = 0.25f,
    [JD_TYPE_LISTING] = 0.2f, [JD_TYPE_PRODUCT] = 0.3f,    [JD_TYPE_SERVICE] = 0.25f};

void jd_force_type(jd_type type, jd_scores *s) {
    for (size_t k = 0; k < JD_TYPE_COUNT; k++) s->types[k] = k == type;
    s->type = type;
    s->cut = type_cuts[type];
}

dh_status jd_score(dh_arena *arena, const jd_models *m, const pg_page *page, jd_features *features, jd_scores *out,
                   dh_error *err) {
    size_t n = page->block_count, groups = (n + LANES - 1) / LANES;
    uint8_t *bins = arena_calloc(arena, groups + 1, JD_F_COUNT * LANES);
    jd_second *second;
    *out = (jd_scores){.first = arena_calloc(arena, n + 1, sizeof *out->first),
                       .second = arena_calloc(arena, n + 1, sizeof *out->second)};
    if (!bins || !out->first || !out->second) return arena_error(arena, err);
    first_pass(m, features, n, bins, out->first);
    dh_status st = jd_second_new(arena, jd_features_layout(features), out->first, &second, err);
    if (st) return st;
    second_pass(m, second, n, bins, out->second);
    memcpy(out->page, jd_features_page(features), PAGE_OWN * sizeof *out->page);
    memcpy(out->page + PAGE_OWN, jd_second_page(second), PAGE_SCORES * sizeof *out->page);
    if ((st = jd_second_new(arena, jd_features_layout(features), out->second, &second, err))) return st;
    memcpy(out->page + PAGE_OWN + PAGE_SCORES, jd_second_page(second), PAGE_SCORES * sizeof *out->page);
    judge_page(m, out);
    return DH_OK;
}
