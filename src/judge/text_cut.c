/* Counts how the scores of a text lie, and asks the model of thresholds. */
#include "judge/text_cut.h"

const float jd_text_cuts[JD_TEXT_CUTS] = {0.03f, 0.07f, 0.12f, 0.2f, 0.3f, 0.42f, 0.55f};

#define EACH(cut)                                                                                                      \
    {"BELOW_" #cut, "count", "lines of lower scores"}, {"WORDS_" #cut, "share", "words in them"},                      \
        {"RISK_" #cut, "count", "sum of their scores"}, {"RUN_" #cut, "count", "longest run of them"}

const jd_line_feature_row jd_text_rows[JD_TEXT_FEATURES] = {
    {"ALL_SCORE", "odds", "mean word score"},
    {"ALL_LINES", "count", "lines"},
    {"ALL_WORDS", "count", "words"},
    {"ALL_LONG", "share", "long lines"},
    {"ALL_LONG_WORDS", "share", "words that stand in long lines"},
    {"ALL_SHORT", "share", "short lines"},
    {"ALL_PHRASE", "share", "lines with furniture wording"},
    {"ALL_BLANK", "share", "empty lines among all"},
    {"ALL_INDENT", "share", "lines with white space before them"},
    {"ALL_LINK_MARKS", "share", "lines with links as text converters write them"},
    EACH(3), EACH(7), EACH(12), EACH(20), EACH(30), EACH(42), EACH(55),
};

uint64_t jd_schema_text(void) {
    uint64_t schema = 0;
    for (size_t i = 0; i < JD_TEXT_FEATURES; i++) schema = jd_schema_add(schema, jd_text_rows[i].name);
    return schema;
}

/* Scores are added as whole 4096ths: integers add up the same everywhere. */
#define ONE 4096.0f

static void below(const jd_lines *lines, const float *scores, float cut, float f[JD_TEXT_EACH]) {
    int64_t risk = 0;
    uint64_t words = 0, all = 0;
    uint32_t count = 0, run = 0, longest = 0;
    for (size_t i = 0; i < lines->count; i++) {
        uint32_t n = lines->lines[i].stats.words;
        bool low = scores[i] < cut;
        all += n;
        run = low ? run + 1 : 0;
        if (run > longest) longest = run;
        if (!low) continue;
        count++;
        words += n;
        risk += (int64_t)(scores[i] * ONE);
    }
    f[0] = (float)count;
    f[1] = all ? (float)((double)words / (double)all) : 0;
    f[2] = (float)((double)risk / (double)ONE);
    f[3] = (float)longest;
}

void jd_text_row(const jd_lines *lines, const float *scores, float *row) {
    float first[JD_L_COUNT] = {0};
    if (lines->count) jd_lines_row(lines, 0, first);
    memcpy(row, first + JD_L_ALL_SCORE, JD_TEXT_OWN * sizeof *row);
    for (size_t k = 0; k < JD_TEXT_CUTS; k++) below(lines, scores, jd_text_cuts[k], row + JD_TEXT_OWN + k * JD_TEXT_EACH);
}

float jd_text_cut(const jd_trees *model, const float *row, float price) {
    float out[JD_TREES_OUTPUTS] = {0}, best = 0, cut = 0;
    jd_trees_row(model, row, out);
    for (size_t k = 0; k < JD_TEXT_CUTS; k++) {
        float worth = out[k] - price * out[JD_TEXT_CUTS + k];
        if (worth <= best) continue;
        best = worth;
        cut = jd_text_cuts[k];
    }
    return cut;
}
