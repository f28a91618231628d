/* Counts how the scores of a text lie, and asks the model of thresholds. */
#include "judge/text_cut.h"
#include "judge/rules.h"

const float jd_text_cuts[JD_TEXT_CUTS] = {0.03f, 0.07f, 0.12f, 0.2f, 0.3f, 0.42f, 0.55f};

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
#define X(id, unit, what) {#id, #unit, what},
    JD_TEXT_WHOLE(X)
#undef X
#define X(id, cut, unit, what) {#id "_" #cut, #unit, what},
    JD_TEXT_BELOW(X, 3) JD_TEXT_BELOW(X, 7) JD_TEXT_BELOW(X, 12) JD_TEXT_BELOW(X, 20)
    JD_TEXT_BELOW(X, 30) JD_TEXT_BELOW(X, 42) JD_TEXT_BELOW(X, 55)
#undef X
};

uint64_t jd_schema_text(void) {
    uint64_t schema = 0;
    for (size_t i = 0; i < JD_TEXT_FEATURES; i++) schema = jd_schema_add(schema, jd_text_rows[i].name);
    return schema;
}

#define UNIT (1 / (double)JD_SCORE_ONE)

#define UNSURE_FROM 0.1f
#define UNSURE_TO 0.9f

static bool is_sentence(const jd_line *x) { return !x->is_long && x->stats.ends_sentence; }

/* ---- how scores lie ---- */

/* Scores counted in steps, so that quantiles take linear time. */
#define STEPS 256
typedef struct {
    uint32_t step[STEPS], count;
    float least[3]; /* the lowest ones, -1 where there are fewer */
} spread;

static void spread_add(spread *s, float score) {
    size_t at = (size_t)(score * STEPS);
    s->step[at < STEPS ? at : STEPS - 1]++;
    for (size_t i = 0; i < 3; i++) {
        if (i < s->count && s->least[i] <= score) continue;
        float moved = i < s->count ? s->least[i] : -1;
        s->least[i] = score;
        if (moved < 0) break;
        score = moved;
    }
    s->count++;
}

static float quantile(const spread *s, uint32_t hundredths) {
    uint64_t below = 0, wanted = (uint64_t)s->count * hundredths;
    for (size_t i = 0; i < STEPS; i++) {
        below += s->step[i];
        if (s->count && below * 100 >= wanted) return (float)i / STEPS;
    }
    return -1;
}

static void spreads(const jd_lines *lines, const float *scores, float *f) {
    spread all = {.least = {-1, -1, -1}}, longs = all, sentences = all;
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        spread_add(&all, scores[i]);
        if (x->is_long) spread_add(&longs, scores[i]);
        if (is_sentence(x)) spread_add(&sentences, scores[i]);
    }
    f[JD_TW_LEAST] = all.least[0];
    f[JD_TW_Q10] = quantile(&all, 10);
    f[JD_TW_Q25] = quantile(&all, 25);
    f[JD_TW_Q50] = quantile(&all, 50);
    f[JD_TW_Q75] = quantile(&all, 75);
    f[JD_TW_LONG_COUNT] = (float)longs.count;
    f[JD_TW_LONG_LEAST] = longs.least[0];
    f[JD_TW_LONG_SECOND] = longs.least[1];
    f[JD_TW_LONG_THIRD] = longs.least[2];
    f[JD_TW_LONG_Q10] = quantile(&longs, 10);
    f[JD_TW_LONG_Q50] = quantile(&longs, 50);
    f[JD_TW_SENTENCE_COUNT] = (float)sentences.count;
    f[JD_TW_SENTENCE_LEAST] = sentences.least[0];
    f[JD_TW_SENTENCE_SECOND] = sentences.least[1];
    f[JD_TW_SENTENCE_Q50] = quantile(&sentences, 50);
}

/* ---- the text as a whole ---- */

static bool inside(const jd_body *b, size_t i) { return i >= b->from && i < b->to; }

static void means(const jd_lines *lines, const float *scores, double words, float *f) {
    int64_t even = 0, weighted = 0;
    double unsure_words = 0;
    uint32_t unsure = 0, unsure_long = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        even += jd_score_units(scores[i]);
        weighted += jd_score_units(scores[i]) * x->stats.words;
        if (scores[i] < UNSURE_FROM || scores[i] > UNSURE_TO) continue;
        unsure++;
        unsure_long += x->is_long;
        unsure_words += x->stats.words;
    }
    f[JD_TW_MEAN] = jd_share((double)even * UNIT, (double)lines->count);
    f[JD_TW_WORD_MEAN] = jd_share((double)weighted * UNIT, words);
    f[JD_TW_UNSURE] = jd_share(unsure, (double)lines->count);
    f[JD_TW_UNSURE_WORDS] = jd_share(unsure_words, words);
    f[JD_TW_UNSURE_LONG] = (float)unsure_long;
}

static void kept_runs(const jd_lines *lines, const float *scores, double words, float *f) {
    uint32_t runs = 0;
    double run = 0, longest = 0;
    bool before = false;
    for (size_t i = 0; i < lines->count; i++) {
        bool kept = scores[i] >= JD_KEPT_SCORE;
        runs += kept && !before;
        run = kept ? run + lines->lines[i].stats.words : 0;
        if (run > longest) longest = run;
        before = kept;
    }
    f[JD_TW_KEPT_RUNS] = (float)runs;
    f[JD_TW_LONGEST_RUN] = jd_share(longest, words);
}

static void body_and_rest(const jd_lines *lines, const float *scores, const jd_body *b, double words, float *f) {
    double in_words = 0, high_words = 0;
    uint32_t low = 0, high = 0;
    for (size_t i = 0; i < lines->count; i++) {
        bool in = inside(b, i), kept = scores[i] >= JD_KEPT_SCORE;
        if (in) in_words += lines->lines[i].stats.words;
        low += in && !kept;
        high += !in && kept;
        if (!in && kept) high_words += lines->lines[i].stats.words;
    }
    f[JD_TW_BODY] = jd_share((double)(b->to - b->from), (double)lines->count);
    f[JD_TW_BODY_WORDS] = jd_share(in_words, words);
    f[JD_TW_BODY_LOW] = jd_share(low, (double)(b->to - b->from));
    f[JD_TW_OUTSIDE_HIGH] = (float)high;
    f[JD_TW_OUTSIDE_WORDS] = jd_share(high_words, words);
}

static void what_lines_have(const jd_lines *lines, float *f) {
    uint32_t repeats = 0, prices = 0, years = 0, clocks = 0, read = 0, vocabulary[JD_V_COUNT] = {0};
    int64_t topic = 0;
    double n = (double)lines->count;
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        repeats += x->repeats > 0;
        prices += x->stats.price;
        years += x->stats.year;
        clocks += x->stats.clock;
        topic += jd_score_units(x->topic);
        read += x->hits.read;
        for (size_t k = 0; k < JD_V_COUNT; k++) vocabulary[k] += x->hits.vocabulary[k];
    }
    f[JD_TW_REPEATS] = jd_share(repeats, n);
    f[JD_TW_PRICES] = jd_share(prices, n);
    f[JD_TW_YEARS] = jd_share(years, n);
    f[JD_TW_CLOCKS] = jd_share(clocks, n);
    f[JD_TW_TOPIC] = jd_share((double)topic * UNIT, n);
    for (size_t k = 0; k < JD_V_COUNT; k++) f[JD_TW_STOP + (int)k] = jd_share(vocabulary[k], read);
}
_Static_assert(JD_TW_LEGAL - JD_TW_STOP + 1 == JD_V_COUNT, "one feature for each class of words");

/* ---- what a threshold takes ---- */

static void below(const jd_lines *lines, const float *scores, const jd_body *b, float cut, double all_words, float f[JD_TB_COUNT]) {
    int64_t risk = 0, inside_risk = 0;
    uint32_t n[JD_TB_COUNT] = {0}, run = 0;
    double words = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const jd_line *x = &lines->lines[i];
        bool low = scores[i] < cut, in = inside(b, i);
        n[JD_TB_RUNS] += low && !run;
        run = low ? run + 1 : 0;
        if (run > n[JD_TB_RUN]) n[JD_TB_RUN] = run;
        if (!low) continue;
        words += x->stats.words;
        risk += jd_score_units(scores[i]);
        inside_risk += in ? jd_score_units(scores[i]) : 0;
        n[JD_TB_BELOW]++;
        n[JD_TB_LONGS] += x->is_long;
        n[JD_TB_SENTENCES] += is_sentence(x);
        n[JD_TB_INSIDE] += in;
        n[JD_TB_WORDING] += x->is_phrase || jd_phrase_reason(&x->hits);
        if (x->stats.words > n[JD_TB_LONGEST]) n[JD_TB_LONGEST] = x->stats.words;
    }
    for (size_t k = 0; k < JD_TB_COUNT; k++) f[k] = (float)n[k];
    f[JD_TB_WORDS] = jd_share(words, all_words);
    f[JD_TB_RISK] = (float)((double)risk * UNIT);
    f[JD_TB_INSIDE_RISK] = (float)((double)inside_risk * UNIT);
}

void jd_text_row(const jd_lines *lines, const float *scores, float *row) {
    float first[JD_L_COUNT] = {0}, *f = row + JD_TEXT_OWN;
    if (lines->count) jd_lines_row(lines, 0, first);
    memcpy(row, first + JD_L_ALL_SCORE, JD_TEXT_OWN * sizeof *row);
    double words = 0;
    for (size_t i = 0; i < lines->count; i++) words += lines->lines[i].stats.words;
    jd_body b = jd_body_find(lines, scores);
    spreads(lines, scores, f);
    means(lines, scores, words, f);
    kept_runs(lines, scores, words, f);
    body_and_rest(lines, scores, &b, words, f);
    what_lines_have(lines, f);
    for (size_t k = 0; k < JD_TEXT_CUTS; k++) below(lines, scores, &b, jd_text_cuts[k], words, f + JD_TW_COUNT + k * JD_TB_COUNT);
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
