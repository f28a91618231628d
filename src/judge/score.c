/* Runs the models over a page, 32 blocks at a time. Rows of features live for one block only: what is kept of them are their
 * bins, which the second model shares with the first. */
#include "judge/score.h"

#define LANES JD_TREES_LANES
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

const char *jd_page_feature_name(size_t k) {
    if (k < PAGE_OWN) return jd_feature_rows[JD_F_P_BLOCKS + k].name;
    return jd_second_rows[JD_S_PAGE_FIRST + (k - PAGE_OWN) % PAGE_SCORES].name;
}

/* ---- blocks ---- */

static void put_scores(const jd_trees *m, const uint8_t *bins, size_t count, float *out) {
    int32_t sums[LANES];
    jd_trees_sum(m, bins, sums);
    for (size_t k = 0; k < count; k++) out[k] = jd_logistic(jd_trees_score(m, 0, sums[k]));
}

/* bins: of all blocks, JD_F_COUNT * LANES bytes a group. */
static void first_pass(const jd_models *m, jd_features *features, size_t blocks, uint8_t *bins, float *scores) {
    float row[JD_F_COUNT];
    for (size_t from = 0; from < blocks; from += LANES, bins += JD_F_COUNT * LANES) {
        size_t count = blocks - from < LANES ? blocks - from : LANES;
        for (size_t k = 0; k < count; k++) {
            jd_features_next(features, row);
            jd_trees_bin(&m->first, row, k, bins);
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
            jd_trees_bin_from(&m->second, JD_F_COUNT, row, k, bins);
        }
        put_scores(&m->second, bins, count, scores + from);
    }
}

/* ---- the page ---- */

/* One row's outputs. */
static void page_outputs(const jd_trees *m, const float *row, float *out) {
    uint8_t bins[JD_PAGE_FEATURES * LANES] = {0};
    int32_t sums[JD_TREES_OUTPUTS * LANES];
    jd_trees_bin(m, row, 0, bins);
    jd_trees_sum(m, bins, sums);
    for (uint32_t k = 0; k < m->outputs; k++) out[k] = jd_trees_score(m, k, sums[k * LANES]);
}

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
    page_outputs(&m->type, s->page, out);
    set_types(out, s);
    page_outputs(&m->cut, s->page, out);
    size_t best = 0;
    for (size_t k = 1; k < JD_CUTS; k++)
        if (out[k] > out[best]) best = k;
    s->cut = jd_cuts[best];
    page_outputs(&m->trust, s->page, out);
    s->trust = out[0] < 0 ? 0 : out[0] > 1 ? 1 : out[0];
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
