/* Runs the models over the lines of a text, 64 at a time. Rows of features live for one line only: what is kept of them are their
 * bins, which the second model shares with the first. */
#include "judge/text_score.h"

#define LANES JD_TREES_LANES

static uint64_t add_lines(uint64_t schema) {
    for (size_t i = 0; i < JD_L_COUNT; i++) schema = jd_schema_add(schema, jd_line_feature_rows[i].name);
    return schema;
}

uint64_t jd_schema_line(void) { return add_lines(0); }

uint64_t jd_schema_around(void) {
    uint64_t schema = add_lines(0);
    for (size_t i = 0; i < JD_A_COUNT; i++) schema = jd_schema_add(schema, jd_around_rows[i].name);
    return schema;
}

dh_status jd_text_scores_new(dh_arena *arena, const jd_lines *lines, jd_text_scores *out, dh_error *err) {
    size_t n = lines->count, groups = (n + LANES - 1) / LANES;
    *out = (jd_text_scores){.first = arena_calloc(arena, n + 1, sizeof *out->first),
                            .second = arena_calloc(arena, n + 1, sizeof *out->second),
                            .bins = arena_calloc(arena, groups + 1, JD_L_COUNT * LANES)};
    if (!out->first || !out->second || !out->bins) return arena_error(arena, err);
    return jd_around_new(arena, lines, &out->around, err);
}

static void put_scores(const jd_trees *m, const uint8_t *bins, size_t count, float *out) {
    int32_t sums[LANES];
    jd_trees_sum(m, bins, sums);
    for (size_t k = 0; k < count; k++) out[k] = jd_logistic(jd_trees_score(m, 0, sums[k]));
}

static void first_pass(const jd_trees *m, const jd_lines *lines, uint8_t *bins, float *scores) {
    float row[JD_L_COUNT];
    for (size_t from = 0; from < lines->count; from += LANES, bins += JD_L_COUNT * LANES) {
        size_t count = lines->count - from < LANES ? lines->count - from : LANES;
        for (size_t k = 0; k < count; k++) {
            jd_lines_row(lines, from + k, row);
            jd_trees_bin(m, row, k, bins);
        }
        put_scores(m, bins, count, scores + from);
    }
}

static void second_pass(const jd_trees *m, const jd_around *around, size_t lines, const uint8_t *first_bins, float *scores) {
    uint8_t bins[(JD_L_COUNT + JD_A_COUNT) * LANES] = {0};
    float row[JD_A_COUNT];
    for (size_t from = 0; from < lines; from += LANES, first_bins += JD_L_COUNT * LANES) {
        size_t count = lines - from < LANES ? lines - from : LANES;
        memcpy(bins, first_bins, JD_L_COUNT * LANES);
        for (size_t k = 0; k < count; k++) {
            jd_around_row(around, from + k, row);
            jd_trees_bin_part(m, JD_L_COUNT, JD_L_COUNT + JD_A_COUNT, row, k, bins);
        }
        put_scores(m, bins, count, scores + from);
    }
}

void jd_text_score(const jd_models *m, const jd_lines *lines, jd_text_scores *out) {
    first_pass(&m->line, lines, out->bins, out->first);
    jd_around_read(out->around, lines, out->first);
    second_pass(&m->around, out->around, lines->count, out->bins, out->second);
}
