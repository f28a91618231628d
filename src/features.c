/* The rows that the models see, for training and for whoever wants to look: made again from a page, by the same code that
 * judged it. */
#include "judge/text_cut.h"
#include "judge/text_score.h"
#include "pipeline.h"

bool dh_feature_at(dh_feature_set set, size_t i, dh_feature *out) {
    switch (set) {
    case DH_FEATURES_BLOCK:
        if (i >= JD_F_COUNT) return false;
        *out = (dh_feature){jd_feature_rows[i].name, jd_feature_rows[i].unit, jd_feature_rows[i].what};
        return true;
    case DH_FEATURES_SECOND:
        if (i >= JD_S_COUNT) return false;
        *out = (dh_feature){jd_second_rows[i].name, jd_second_rows[i].unit, jd_second_rows[i].what};
        return true;
    case DH_FEATURES_PAGE: {
        if (i >= JD_PAGE_FEATURES) return false;
        size_t own = JD_F_COUNT - JD_F_P_BLOCKS, scores = JD_S_COUNT - JD_S_PAGE_FIRST;
        if (i < own) return dh_feature_at(DH_FEATURES_BLOCK, JD_F_P_BLOCKS + i, out);
        return dh_feature_at(DH_FEATURES_SECOND, JD_S_PAGE_FIRST + (i - own) % scores, out);
    }
    case DH_FEATURES_LINE:
        if (i >= JD_L_COUNT) return false;
        *out = (dh_feature){jd_line_feature_rows[i].name, jd_line_feature_rows[i].unit, jd_line_feature_rows[i].what};
        return true;
    case DH_FEATURES_AROUND:
        if (i >= JD_A_COUNT) return false;
        *out = (dh_feature){jd_around_rows[i].name, jd_around_rows[i].unit, jd_around_rows[i].what};
        return true;
    case DH_FEATURES_TEXT:
        if (i >= JD_TEXT_FEATURES) return false;
        *out = (dh_feature){jd_text_rows[i].name, jd_text_rows[i].unit, jd_text_rows[i].what};
        return true;
    }
    return false;
}

static dh_status append_row(dh_buf *out, const float *row, size_t count) {
    return dh_buf_append(out, (const char *)row, count * sizeof *row);
}

static dh_status append_second(dh_arena *arena, const dh_page *page, jd_features *features, const jd_scores *scores,
                               dh_buf *out, dh_error *err) {
    jd_second *second;
    float row[JD_S_COUNT];
    dh_status st = jd_second_new(arena, jd_features_layout(features), scores->first, &second, err);
    for (size_t i = 0; !st && i < page->page.block_count; i++) {
        jd_second_next(second, row);
        st = append_row(out, row, JD_S_COUNT);
    }
    return st;
}

static dh_status append_rows(dh_arena *arena, const dh_page *page, dh_feature_set set, dh_buf *out, dh_error *err) {
    jd_features *features;
    jd_facts *facts;
    jd_scores scores;
    float row[JD_F_COUNT];
    dh_status st = jd_features_new(arena, &page->page, page->url, &features, &facts, err);
    if (set != DH_FEATURES_BLOCK && !st) st = jd_score(arena, page->models, &page->page, features, &scores, err);
    if (st) return st;
    if (set == DH_FEATURES_SECOND) return append_second(arena, page, features, &scores, out, err);
    if (set == DH_FEATURES_PAGE) return append_row(out, scores.page, JD_PAGE_FEATURES);
    for (size_t i = 0; !st && i < page->page.block_count; i++) {
        jd_features_next(features, row);
        st = append_row(out, row, JD_F_COUNT);
    }
    return st;
}

static dh_status append_lines(dh_arena *arena, const dh_page *page, dh_feature_set set, dh_buf *out, dh_error *err) {
    jd_lines lines;
    jd_text_scores scores;
    float row[JD_L_COUNT + JD_A_COUNT];
    dh_status st = jd_lines_read(arena, &page->page, &page->models->words, &lines, err);
    bool around = set == DH_FEATURES_AROUND, scored = set != DH_FEATURES_LINE;
    if (!st && scored) st = jd_text_scores_new(arena, &lines, &scores, err);
    if (!st && scored) jd_text_score(page->models, &lines, &scores);
    if (!st && set == DH_FEATURES_TEXT) {
        float whole[JD_TEXT_FEATURES];
        jd_text_row(&lines, scores.second, whole);
        return append_row(out, whole, JD_TEXT_FEATURES);
    }
    for (size_t i = 0; !st && i < lines.count; i++) {
        if (around) jd_around_row(scores.around, i, row);
        else jd_lines_row(&lines, i, row);
        st = append_row(out, row, around ? JD_A_COUNT : JD_L_COUNT);
    }
    return st;
}

dh_status dh_page_features(const dh_page *page, dh_feature_set set, dh_buf *out, dh_error *err) {
    dh_arena arena;
    bool of_text = set == DH_FEATURES_LINE || set == DH_FEATURES_AROUND || set == DH_FEATURES_TEXT;
    if (page->page.is_html == of_text || !page->page.block_count) return DH_OK;
    arena_init(&arena, page->max_memory);
    dh_status st = of_text ? append_lines(&arena, page, set, out, err) : append_rows(&arena, page, set, out, err);
    arena_clear(&arena);
    return st;
}
