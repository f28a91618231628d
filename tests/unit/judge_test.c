/* What the judge sees and what its rules do: counts, features and their ranges, names of classes, furniture wording,
 * the headline, and the reasons of the verdicts. Which of two ordinary paragraphs scores higher is for the evaluation.
 */
#include "judge/features.h"
#include "judge/text_cut.h"
#include "judge/text_score.h"
#include "judge/headline.h"
#include "judge/judge.h"
#include "judge/second.h"
#include "judge/rules.h"
#include "suites.h"
#include "support/support.h"

#include <math.h>
#include <stdio.h>

/* ---- counts ---- */

START_TEST(stats_table) {
    static const struct {
        const char *text;
        uint32_t words, sentences, capitals, digits, commas;
        const char *ends; /* s: as a sentence, c: in a colon, e: in an ellipsis */
    } rows[] = {
        {"", 0, 0, 0, 0, 0, ""},
        {"   ", 0, 0, 0, 0, 0, ""},
        {"one", 1, 0, 0, 0, 0, ""},
        {"One two, three.", 3, 1, 1, 0, 1, "s"},
        {"Is it? Yes! No.", 4, 3, 3, 0, 0, "s"},
        {"He said: \"Go.\"", 3, 1, 2, 0, 0, "s"},
        {"(See above.)", 2, 1, 1, 0, 0, "s"},
        {"Read more:", 2, 0, 1, 0, 0, "c"},
        {"Wait...", 1, 1, 1, 0, 0, "se"},
        {"Wait\u2026", 1, 1, 1, 0, 0, "se"},
        {"version 1.5 is out", 5, 0, 0, 2, 0, ""},
        {"1234", 1, 0, 0, 4, 0, ""},
        {"ABC def", 2, 0, 3, 0, 0, ""},
        {"Привет, мир!", 2, 1, 1, 0, 1, "s"},
        {"本日は晴天。", 5, 1, 0, 0, 0, "s"},
        {"सब ठीक है।", 3, 1, 0, 0, 0, "s"},
        {"a\xff"
         "b",
         2, 0, 0, 0, 0, ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        jd_stats s;
        char ends[4], *p = ends;
        jd_stats_count(view_of(rows[i].text), 0, &s);
        if (s.ends_sentence) *p++ = 's';
        if (s.ends_colon) *p++ = 'c';
        if (s.ends_ellipsis) *p++ = 'e';
        *p = 0;
        ck_assert_msg(s.words == rows[i].words, "%s: %u words", rows[i].text, s.words);
        ck_assert_msg(s.sentences == rows[i].sentences, "%s: %u sentences", rows[i].text, s.sentences);
        ck_assert_msg(s.capitals == rows[i].capitals, "%s: %u capitals", rows[i].text, s.capitals);
        ck_assert_msg(s.digits == rows[i].digits, "%s: %u digits", rows[i].text, s.digits);
        ck_assert_msg(s.commas == rows[i].commas, "%s: %u commas", rows[i].text, s.commas);
        ck_assert_msg(!strcmp(ends, rows[i].ends), "%s: ends in '%s'", rows[i].text, ends);
    }
}
END_TEST

START_TEST(stats_starts) {
    static const struct {
        const char *text, *starts; /* s: small letter, b: bullet, d: digit, q: quote; a: an address in it */
    } rows[] = {
        {"one", "s"},
        {"One", ""},
        {"- one", "b"},
        {"\u2022 one", "b"},
        {"1. one", "d"},
        {"\"One", "q"},
        {"  one", "s"},
        {"\u201eEins", "q"},
        {"See http://example.org now", "a"},
        {"and/or", "s"},
        {"http://x.org", "sa"},
        {"mail me@example.org", "sa"},
        {"at @ home", "s"},
        {"", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        jd_stats s;
        char starts[8], *p = starts;
        jd_stats_count(view_of(rows[i].text), 0, &s);
        if (s.starts_small) *p++ = 's';
        if (s.starts_bullet) *p++ = 'b';
        if (s.starts_digit) *p++ = 'd';
        if (s.starts_quote) *p++ = 'q';
        if (s.address) *p++ = 'a';
        *p = 0;
        ck_assert_msg(!strcmp(starts, rows[i].starts), "%s: '%s', not '%s'", rows[i].text, starts, rows[i].starts);
    }
    jd_stats cut;
    jd_stats_count(DH_VIEW("one two three"), 7, &cut);
    ck_assert_uint_eq(cut.words, 2);
}
END_TEST

/* ---- names of classes ---- */

static uint32_t family_named(dh_view name) {
    for (uint32_t i = 0; i < JD_W_COUNT; i++)
        if (view_is_nocase(name, view_of(jd_word_names[i]))) return 1u << i;
    ck_abort_msg("there is no family %.*s", (int)name.len, name.ptr);
}

/* Reads the rows of the table from its source: they must be sorted, and each must be found with its families, which it
 * would not be if the table of first letters and lengths lacked it. */
START_TEST(word_table_is_sorted_and_found) {
    dh_buf source;
    dh_view before = {"", 0};
    size_t count = 0;
    dh_buf_init(&source, 0);
    ck_assert(sup_read_file(DH_SOURCE_ROOT "/src/judge/words.c", &source) && !buf_append_char(&source, 0));
    for (const char *p = source.ptr; (p = strstr(p, "W(\"")); count++) {
        dh_view word = {p + 3, strcspn(p + 3, "\"")};
        uint32_t families = 0;
        const char *row_end = strstr(p, ")),") ? strstr(p, ")),") : strstr(p, "))}");
        for (p = word.ptr + word.len; (p = strstr(p, "F(")) && p < row_end; p += 2)
            families |= family_named((dh_view){p + 2, strcspn(p + 2, ")")});
        int order = memcmp(before.ptr, word.ptr, before.len < word.len ? before.len : word.len);
        ck_assert_msg(order < 0 || (!order && before.len < word.len), "not in order: %.*s", (int)word.len, word.ptr);
        ck_assert_msg(families && jd_word_families(word) == families, "%.*s: families %x, not %x", (int)word.len,
                      word.ptr, jd_word_families(word), families);
        before = word;
        p = row_end;
    }
    ck_assert_uint_ge(count, 200);
    dh_buf_clear(&source);
}
END_TEST

START_TEST(words_that_are_none) {
    static const char *const rows[] = {
        "",      "a",   "shareholder", "widgetry",      "adx",
        "Share", "zzz", "share ",      "related-posts", "supercalifragilisticexpialidocious"};
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        ck_assert_msg(!jd_word_families(view_of(rows[i])), "%s is in a family", rows[i]);
}
END_TEST

static void parse(dh_arena *arena, dh_view html, pg_page *page) {
    arena_init(arena, 0);
    ck_assert_int_eq(pg_from_html(arena, html, 0, true, page, NULL), DH_OK);
}

START_TEST(names_are_cut_into_words) {
    static const struct {
        const char *attrs;
        const char *families; /* names, parted by blanks */
    } rows[] = {
        {"class=share", "share"},
        {"class='share-bar'", "share"},
        {"class='social_share2'", "share"},
        {"class=relatedPosts", "related card"},
        {"class=RelatedPosts", "related card"},
        {"class=shareholder", ""},
        {"id=sidebar", "side"},
        {"id=comments class=entry", "comment content"},
        {"role=navigation", "nav"},
        {"itemprop=articleBody", "content"},
        {"data-x=share title=share", ""},
        {"class='x y z'", ""},
        {"class=''", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char html[160], names[160];
        dh_arena arena;
        pg_page page;
        uint32_t want = 0, got;
        snprintf(html, sizeof html, "<div %s>x", rows[i].attrs);
        snprintf(names, sizeof names, "%s", rows[i].families);
        for (char *p = names; *p;) {
            size_t n = strcspn(p, " ");
            want |= family_named((dh_view){p, n});
            p += p[n] ? n + 1 : n;
        }
        parse(&arena, view_of(html), &page);
        got = jd_words_of(&page, &page.starts[0]);
        ck_assert_msg(got == want, "%s: families %x, not %x", html, got, want);
        arena_clear(&arena);
    }
}
END_TEST

/* ---- features ---- */

static bool in_range(const char *unit, float x) {
    if (!isfinite(x)) return false;
    if (!strcmp(unit, "share")) return (x >= 0 && x <= 1) || x == -1; /* -1: there is none */
    if (!strcmp(unit, "flag")) return x == 0 || x == 1;
    if (!strcmp(unit, "odds")) return x >= -8 && x <= 8;
    if (!strcmp(unit, "score")) return (x >= 0 && x <= 1) || x == -1;
    if (!strcmp(unit, "characters")) return x >= 0;
    if (!strcmp(unit, "count")) return x >= -1 && x < 1e9f;
    if (!strcmp(unit, "levels")) return x >= 0 && x <= 60000;
    if (!strcmp(unit, "code")) return x >= -1 && x < 256 && x == floorf(x);
    return false;
}

static void check_html_features(const char *name, dh_view html) {
    dh_arena arena;
    pg_page page;
    jd_features *features;
    jd_facts *facts;
    float row[JD_F_COUNT];
    parse(&arena, html, &page);
    ck_assert_int_eq(jd_features_new(&arena, &page, "https://example.org/a/story-1.html", &features, &facts, NULL), DH_OK);
    for (size_t i = 0; i < page.block_count; i++) {
        jd_features_next(features, row);
        for (size_t k = 0; k < JD_F_COUNT; k++)
            ck_assert_msg(in_range(jd_feature_rows[k].unit, row[k]), "%s, block %zu: %s is %g", name, i, jd_feature_rows[k].name,
                          (double)row[k]);
    }
    arena_clear(&arena);
}

static void check_rows(const char *name, size_t line, const jd_line_feature_row *rows, size_t count, const float *row) {
    for (size_t k = 0; k < count; k++)
        ck_assert_msg(in_range(rows[k].unit, row[k]), "%s, line %zu: %s is %g", name, line, rows[k].name, (double)row[k]);
}

/* Every number of a row is set, and is what its unit says. */
static void check_line_features(const jd_models *models, const char *name, dh_view text) {
    dh_arena arena;
    pg_page page;
    jd_lines lines;
    jd_text_scores scores;
    float row[JD_L_COUNT + JD_A_COUNT];
    arena_init(&arena, 0);
    ck_assert_int_eq(pg_from_text(&arena, text, false, &page, NULL), DH_OK);
    ck_assert_int_eq(jd_lines_read(&arena, &page, &models->words, &lines, NULL), DH_OK);
    ck_assert_int_eq(jd_text_scores_new(&arena, &lines, &scores, NULL), DH_OK);
    jd_text_score(models, &lines, &scores);
    for (size_t i = 0; i < lines.count; i++) {
        for (size_t k = 0; k < DH_COUNT(row); k++) row[k] = NAN;
        jd_lines_row(&lines, i, row);
        check_rows(name, i, jd_line_feature_rows, JD_L_COUNT, row);
        jd_around_row(scores.around, i, row + JD_L_COUNT);
        check_rows(name, i, jd_around_rows, JD_A_COUNT, row + JD_L_COUNT);
    }
    float whole[JD_TEXT_FEATURES];
    for (size_t k = 0; k < DH_COUNT(whole); k++) whole[k] = NAN;
    jd_text_row(&lines, scores.second, whole);
    check_rows(name, 0, jd_text_rows, JD_TEXT_FEATURES, whole);
    arena_clear(&arena);
}

/* Six lines, their scores made up: what the models then see of the text and of one line can be counted by hand. */
#define LONG "The rain had stopped before dawn, and all of us went out to look at the valley."
static const char six_lines[] = "Home\n" LONG "\nShare\n" LONG "\nWe went.\nHome\n";
static const float six_scores[] = {0.02f, 0.9f, 0.1f, 0.95f, 0.25f, 0.02f};

static float of_text(const float *row, const char *name) {
    for (size_t i = 0; i < JD_TEXT_FEATURES; i++)
        if (!strcmp(jd_text_rows[i].name, name)) return row[i];
    ck_abort_msg("no feature is called %s", name);
    return 0;
}

START_TEST(scores_of_a_text_are_counted) {
    static const struct {
        const char *name;
        float value;
    } rows[] = {
        {"LEAST", 0.02f}, {"LONG_COUNT", 2}, {"LONG_LEAST", 0.9f}, {"LONG_SECOND", 0.95f}, {"LONG_THIRD", -1}, {"SENTENCE_COUNT", 1},
        {"SENTENCE_LEAST", 0.25f}, {"SENTENCE_SECOND", -1}, {"KEPT_RUNS", 2}, {"BODY", 0.5f}, {"OUTSIDE_HIGH", 0}, {"UNSURE_LONG", 1},
        {"BELOW_3", 2}, {"BELOW_12", 3}, {"INSIDE_12", 1}, {"RUN_12", 1}, {"RUNS_12", 3}, {"BELOW_30", 4}, {"RUN_30", 2}, {"RUNS_30", 3},
        {"SENTENCES_30", 1}, {"LONGS_55", 0}, {"LONGEST_30", 2}, {"REPEATS", 4 / 6.0f}, {"PRICES", 0}};
    dh_arena arena;
    pg_page page;
    jd_lines lines;
    jd_models models;
    jd_around *around;
    float row[JD_TEXT_FEATURES], of_share[JD_A_COUNT];
    ck_assert_int_eq(jd_models_new(&models, NULL), DH_OK);
    arena_init(&arena, 0);
    ck_assert_int_eq(pg_from_text(&arena, DH_VIEW(six_lines), false, &page, NULL), DH_OK);
    ck_assert_int_eq(jd_lines_read(&arena, &page, &models.words, &lines, NULL), DH_OK);
    ck_assert_uint_eq(lines.count, DH_COUNT(six_scores));
    jd_text_row(&lines, six_scores, row);
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        ck_assert_msg(fabsf(of_text(row, rows[i].name) - rows[i].value) < 1e-3f, "%s is %g", rows[i].name, (double)of_text(row, rows[i].name));
    ck_assert_int_eq(jd_around_new(&arena, &lines, &around, NULL), DH_OK);
    jd_around_read(around, &lines, six_scores);
    jd_around_row(around, 2, of_share);
    ck_assert_float_eq(of_share[JD_A_LONG_ABOVE], 0.9f);
    ck_assert_float_eq(of_share[JD_A_LONG_BELOW], 0.95f);
    ck_assert_float_eq(of_share[JD_A_SHAPE_COUNT], 2); /* "Home", twice */
    ck_assert_float_eq_tol(of_share[JD_A_SHAPE], 0.02f, 1e-3f);
    ck_assert_float_eq(of_share[JD_A_BODY], 1);
    ck_assert_float_eq(of_share[JD_A_BODY_AWAY], 1);
    ck_assert_float_eq(of_share[JD_A_TOPIC_KEPT], 0);
    ck_assert_float_eq(of_share[JD_A_HIGH3], 0.95f);
    arena_clear(&arena);
    jd_models_clear(&models);
}
END_TEST

static const char *const hostile[] = {
    "<p>x",
    "<p>\u00ad<p>",
    "<p>\x01\x02",
    "<p>....<p>,,,,",
    "<p>0<p>1<p>2",
    "<h1></h1><h1>a</h1>",
    "<a href=x>a</a>",
    "<p>\xff\xfe",
    "<table><tr><td>a<td>b<tr><td>",
    "<pre>\n\n\n</pre><pre> </pre>",
    "<div hidden>x</div>",
    "<noscript>x</noscript>",
    "<ul><li><ul><li><ul><li>a",
    "<p>"
    "\u0301\u0301\u0301",
    "<main></main><article>",
    "a|b|c//d",
    "<p class='share share share related nav'>x",
    "<svg><p>x",
    "<b><b><b><b><b>x<p>y<p>z",
};

START_TEST(features_are_in_range) {
    sup_fixtures all;
    uint64_t seed = 8;
    jd_models models;
    ck_assert_int_eq(jd_models_new(&models, NULL), DH_OK);
    sup_list_fixtures(&all);
    for (size_t i = 0; i < all.count; i++) {
        dh_buf in;
        dh_buf_init(&in, 0);
        ck_assert(sup_read_input(all.name[i], &in));
        dh_view v = {in.ptr, utf8_valid_prefix(dh_buf_view(&in))};
        check_html_features(all.name[i], v);
        check_line_features(&models, all.name[i], v);
        dh_buf_clear(&in);
    }
    for (size_t i = 0; i < DH_COUNT(hostile); i++) {
        check_html_features(hostile[i], view_of(hostile[i]));
        check_line_features(&models, hostile[i], view_of(hostile[i]));
    }
    for (int round = 0; round < 1000; round++) { /* several pieces of these in a row */
        dh_buf in;
        dh_buf_init(&in, 0);
        for (size_t n = 1 + sup_random_below(&seed, 12); n > 0; n--) {
            ck_assert_int_eq(buf_append_view(&in, view_of(hostile[sup_random_below(&seed, DH_COUNT(hostile))])),
                             DH_OK);
            if (sup_random_below(&seed, 2)) ck_assert_int_eq(buf_append_char(&in, '\n'), DH_OK);
        }
        check_html_features("made", dh_buf_view(&in));
        check_line_features(&models, "made", dh_buf_view(&in));
        dh_buf_clear(&in);
    }
    jd_models_clear(&models);
}
END_TEST

START_TEST(feature_names_differ) {
    for (size_t i = 0; i < JD_F_COUNT; i++)
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(jd_feature_rows[i].name, jd_feature_rows[k].name);
    for (size_t i = 0; i < JD_L_COUNT; i++)
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(jd_line_feature_rows[i].name, jd_line_feature_rows[k].name);
    for (size_t i = 0; i < JD_S_COUNT; i++)
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(jd_second_rows[i].name, jd_second_rows[k].name);
    for (size_t i = 0; i < JD_A_COUNT; i++)
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(jd_around_rows[i].name, jd_around_rows[k].name);
}
END_TEST

/* ---- wording ---- */

START_TEST(wording_decides) {
    static const struct {
        const char *line, *reason; /* NULL: it does not decide */
        bool trailer;
    } rows[] = {
        {"Please wait…", "phrase: loading", false},
        {"RELATED ARTICLES", "phrase: related", true},
        {"Related posts:", "phrase: related", true},
        {"You may also like", "phrase: related", true},
        {"Views: 0", "phrase: views", false},
        {"Views: 1,204", "phrase: views", false},
        {"Leave a comment", "phrase: comment", false},
        {"Subscribe to our newsletter", "phrase: newsletter", false},
        {"Advertisement", "phrase: ad", false},
        {"Share on Facebook", "phrase: share", false},
        {"All rights reserved.", "phrase: copyright", false},
        {"The rain stopped.", NULL, false},
        {"In related work, Smith shows that the method converges.", NULL, false},
        {"The advertisement ran for a week.", NULL, false},
        {"", NULL, false},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        jd_hits hits;
        jd_phrase_match(view_of(rows[i].line), &hits);
        const char *reason = jd_phrase_reason(&hits);
        bool same = reason && rows[i].reason ? !strcmp(reason, rows[i].reason) : !reason && !rows[i].reason;
        ck_assert_msg(same, "%s: %s, not %s", rows[i].line, reason ? reason : "nothing",
                      rows[i].reason ? rows[i].reason : "nothing");
        ck_assert_msg(jd_opens_trailer(&hits) == rows[i].trailer, "%s: opens a trailer", rows[i].line);
    }
}
END_TEST

START_TEST(every_kind_of_wording_has_its_reason) {
    for (uint8_t kind = 1; kind <= JD_KIND_COUNT; kind++) {
        jd_hits hits = {.line = kind, .words = 2};
        char want[40];
        snprintf(want, sizeof want, "phrase: %s", jd_phrase_kind_name((jd_kind)(kind - 1)));
        const char *reason = jd_phrase_reason(&hits);
        bool weak = kind == JD_KIND_AUTHOR + 1 || kind == JD_KIND_APP + 1;
        ck_assert_msg(weak ? !reason : reason && !strcmp(reason, want), "%s: %s", want, reason ? reason : "nothing");
        ck_assert_msg(jd_opens_trailer(&hits) == (kind == JD_KIND_RELATED + 1), "%s: opens a trailer", want);
    }
}
END_TEST

/* ---- the headline ---- */

START_TEST(headline_is_chosen) {
    static const struct {
        const char *html, *headline; /* NULL: none */
    } rows[] = {
        {"<p>x", NULL},
        {"<h1>Fog on the pier</h1>", "Fog on the pier"},
        {"<h1>One</h1><h1>Two</h1>", NULL},
        {"<title>Fog on the pier - The Post</title><h1>The Post</h1><h2>Fog on the pier</h2>", "Fog on the pier"},
        {"<title>Fog on the pier</title><h1>The Post</h1><h3>FOG ON THE PIER</h3>", "FOG ON THE PIER"},
        {"<title>Fog on the pier</title><h1>The Post</h1><h4>Fog on the pier</h4>", "The Post"},
        {"<title>The Post</title><meta property=og:title content='Fog on the pier'><h1>A</h1><h2>Fog on the pier</h2>",
         "Fog on the pier"},
        {"<title>Fog on the pier</title><h2 hidden>Fog on the pier</h2><h1>Fog</h1>", "Fog"},
        {"<title>Fog on the pier</title><h2>on the</h2><h1>Rain</h1>", "on the"},
        {"<title>Fogs on the pier</title><h2>Fog</h2><h2>pier</h2>", "pier"},
        {"<title>Fogs on the pier</title><h2>Fog</h2>", NULL},
        {"<title>Fog on the pier</title><p>Fog on the pier</p>", NULL},
        {"<title></title><h1></h1><h1>Rain</h1>", "Rain"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_arena arena;
        pg_page page;
        parse(&arena, view_of(rows[i].html), &page);
        size_t at = jd_headline(&page);
        dh_view got = at < page.block_count ? page.blocks[at].text : DH_VIEW("(none)");
        ck_assert_msg(view_is(got, view_of(rows[i].headline ? rows[i].headline : "(none)")), "row %zu: %.*s", i,
                      (int)got.len, got.ptr);
        ck_assert_msg(at <= page.block_count, "row %zu: block %zu", i, at);
        arena_clear(&arena);
    }
}
END_TEST

/* ---- rules ---- */

typedef struct {
    dh_context *ctx;
    dh_page *page;
} judged;

static void judge(dh_view bytes, dh_from from, dh_focus focus, judged *j) {
    dh_options opt = dh_options_default();
    opt.from = from;
    opt.focus = focus;
    ck_assert_int_eq(dh_context_new(&j->ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(j->ctx, bytes, &opt, &j->page, NULL), DH_OK);
}

static void judged_clear(judged *j) {
    dh_page_free(j->page);
    dh_context_free(j->ctx);
}

#define P1                                                                                                             \
    "<p>The ferry had left an hour before the fog came in, and nobody on the pier expected it back before noon.</p>"
#define P2                                                                                                             \
    "<p>By noon the lamps were lit, and the harbour master sent two men to the end of the mole to ring the bell.</p>"
#define P3                                                                                                             \
    "<p>They rang it all afternoon, and towards six the ferry answered, quite near, with three long blasts of its "    \
    "horn.</p>"
#define P4                                                                                                             \
    "<p>Nobody spoke of it afterwards, but the bell was painted that summer and has hung under a small roof "          \
    "since.</p>"
#define T1 "The ferry had left an hour before the fog came in, and nobody on the pier expected it back before noon.\n"
#define T2 "By noon the lamps were lit, and the harbour master sent two men to the end of the mole to ring the bell.\n"

/* The block that begins with `text` has that verdict and a reason that begins so. */
static const struct {
    const char *page;
    dh_from from;
    const char *text;
    bool keep;
    const char *reason;
} rule_rows[] = {
    {"<article>" P1 P2 "<div hidden>" P3 "</div>" P4 "</article>", DH_FROM_HTML, "They rang", false, "hidden element"},
    {"<article>" P1 P2 "<div style='display:none'>" P3 "</div>" P4 "</article>", DH_FROM_HTML, "They rang", false,
     "hidden element"},
    {"<article>" P1 P2 P3 P4 "<p>Please wait…</p></article>", DH_FROM_HTML, "Please wait", false, "phrase: loading"},
    {"<article>" P1 P2 P3 P4 "<p>Views: 0</p></article>", DH_FROM_HTML, "Views", false, "phrase: views"},
    {"<article><h1>Fog</h1>" P1 P2 P3 P4 "</article>", DH_FROM_HTML, "Fog", false, "headline"},
    {"<article>" P1 P2 P3 P4
     "<h2>Related articles</h2><ul><li><a href=a>Rain on the roof</a><li><a href=b>Ice</a></ul></article>",
     DH_FROM_HTML, "Rain on", false, "trailer"},
    {"<article>" P1 P2 P3 P4
     "<h2>Related articles</h2><ul><li><a href=a>Rain on the roof</a><li><a href=b>Ice</a></ul></article>",
     DH_FROM_HTML, "Related", false, "phrase: related"},
    {"<article>" P1 P2 P3 P4 "</article><section><h3>You may also like</h3><a href=a><h4>Rain on the roof</h4></a>"
     "<a href=b><h4>Ice on the quay</h4></a></section>",
     DH_FROM_HTML, "Ice on", false, "trailer"},
    {"<body><div><noscript><p>Only here is a sentence of this page.</p></noscript></div>", DH_FROM_HTML, "Only", true,
     ""},
    {"<article>" P1 P2 P3 P4 "</article><section class=comments><p>I stood there, too, and could not see my own hand.</p></section>",
     DH_FROM_HTML, "I stood", false, "comments"},
    {T1 T2 "Please wait…\n" T1 T2, DH_FROM_TEXT, "Please", false, "phrase: loading"},
    {T1 T2 T1 T2 "RELATED ARTICLES\nRain on the roof\nIce on the quay\n", DH_FROM_TEXT, "RELATED", false,
     "phrase: related"},
    {T1 T2 T1 T2 "RELATED ARTICLES\nRain on the roof\nIce on the quay\n", DH_FROM_TEXT, "Rain on", false, "trailer"},
    {T1 "\n" T2, DH_FROM_TEXT, "\n", true, "blank line"},
    {T1 T2 "\nPlease wait…\n", DH_FROM_TEXT, "\n", false, "blank line of what was dropped"},
};

START_TEST(rules_give_their_reason) {
    judged j;
    dh_block b;
    bool found = false;
    dh_view text = view_of(rule_rows[_i].text);
    judge(view_of(rule_rows[_i].page), rule_rows[_i].from, DH_FOCUS_BALANCED, &j);
    for (size_t i = 0; !found && dh_page_block(j.page, i, &b); i++)
        found = text.ptr[0] == '\n' ? !b.text.len : view_starts(b.text, text);
    ck_assert_msg(found, "row %d: there is no block '%s'", _i, text.ptr);
    ck_assert_msg(b.keep == rule_rows[_i].keep && view_starts(view_of(b.reason), view_of(rule_rows[_i].reason)),
                  "row %d, '%s': %s by '%s' (score %.2f)", _i, text.ptr, b.keep ? "kept" : "dropped", b.reason,
                  b.score);
    judged_clear(&j);
}
END_TEST

/* What a reason says of its verdict. */
static const struct {
    const char *reason;
    bool kept, dropped; /* which verdicts it may come with */
} reason_rows[] = {
    {"blank line of what was dropped", false, true}, {"blank line", true, false}, {"between kept blocks", true, false},
    {"headline", false, true}, {"consent layer", false, true}, {"table ", true, true}, {"hidden element", false, true}, {"line model", true, true}, {"model", true, true},
    {"nothing else to keep", true, false}, {"comments", false, true}, {"said before", false, true}, {"phrase: ", false, true},
    {"json-ld", true, false}, {"state of a script", true, false}, {"template", true, false}, {"attribute", true, false},
    {"like the paragraph before", true, false}, {"wrapped sentence", false, true}, {"stands alone", false, true}, {"trailer", false, true},
};

static void check_reasons(const char *name, const judged *j, size_t seen[DH_COUNT(reason_rows)]) {
    dh_block b, before = {.keep = false}, above = {.keep = false};
    for (size_t i = 0; dh_page_block(j->page, i, &b); i++) {
        size_t k = 0;
        while (k < DH_COUNT(reason_rows) && !view_starts(view_of(b.reason), view_of(reason_rows[k].reason))) k++;
        ck_assert_msg(k < DH_COUNT(reason_rows), "%s, block %zu: unknown reason '%s'", name, i, b.reason);
        ck_assert_msg(b.keep ? reason_rows[k].kept : reason_rows[k].dropped, "%s, block %zu: %s by '%s'", name, i,
                      b.keep ? "kept" : "dropped", b.reason);
        ck_assert_msg(b.score >= 0 && b.score <= 1, "%s, block %zu: score %g", name, i, b.score);
        if (!strcmp(before.reason ? before.reason : "", "between kept blocks"))
            ck_assert_msg(above.keep && b.keep && before.kind == b.kind && before.kind == above.kind,
                          "%s, block %zu fills no hole", name, i - 1);
        seen[k]++;
        above = before;
        before = b;
    }
}

/* A page of sections, paragraphs long and short, links, lists and furniture. */
static void make_page(uint64_t *seed, dh_buf *out) {
    static const char *const pieces[] = {P1,
                                         P2,
                                         P3,
                                         P4,
                                         P1,
                                         P2,
                                         "<p>Short one.</p>",
                                         "<p><a href=x>A link</a></p>",
                                         "<p>By <a href=x>A. Writer</a></p>",
                                         "<ul><li>One<li>Two<li>Three</ul>",
                                         "<ul><li><a href=x>Home</a><li><a href=y>News</a></ul>",
                                         "<h2>On the mole</h2>",
                                         "<div class=share><a href=x>Tweet</a></div>",
                                         "<p>Related posts:</p>",
                                         "<div class=content>",
                                         "</div>",
                                         "<aside>",
                                         "</aside>",
                                         "<p>12 March 2024</p>",
                                         "<table><tr><td>Depth<td>12 m</table>",
                                         "<p>Yes.</p>",
                                         "<p>\"No,\" he said.</p>",
                                         "<footer><p>Copyright 2024</p></footer>",
                                         "<nav><a href=a>a</a><a href=b>b</a></nav>",
                                         "<p>Photo: A. Writer</p>"};
    out->len = 0;
    for (size_t n = 2 + sup_random_below(seed, 30); n > 0; n--)
        ck_assert_int_eq(buf_append_view(out, view_of(pieces[sup_random_below(seed, DH_COUNT(pieces))])), DH_OK);
}

START_TEST(reasons_fit_their_verdicts) {
    sup_fixtures all;
    size_t seen[DH_COUNT(reason_rows)] = {0}, words[3] = {0, 0, 0};
    uint64_t seed = 9;
    dh_buf in;
    dh_buf_init(&in, 0);
    sup_list_fixtures(&all);
    for (size_t i = 0; i < all.count + 600; i++) {
        char name[80];
        snprintf(name, sizeof name, i < all.count ? "%s" : "made page", i < all.count ? all.name[i] : "");
        in.len = 0;
        if (i < all.count)
            ck_assert(sup_read_input(all.name[i], &in));
        else
            make_page(&seed, &in);
        for (int focus = 0; focus < 3; focus++) {
            judged j;
            judge(dh_buf_view(&in), DH_FROM_AUTO, (dh_focus)focus, &j);
            check_reasons(name, &j, seen);
            words[focus] += dh_page_kept_words(j.page);
            judged_clear(&j);
        }
    }
    for (size_t k = 0; k < DH_COUNT(reason_rows); k++)
        ck_assert_msg(seen[k], "'%s' was never given", reason_rows[k].reason);
    ck_assert_msg(words[DH_FOCUS_PRECISION] < words[DH_FOCUS_BALANCED] &&
                      words[DH_FOCUS_BALANCED] < words[DH_FOCUS_RECALL],
                  "words kept: precision %zu, balanced %zu, recall %zu", words[DH_FOCUS_PRECISION],
                  words[DH_FOCUS_BALANCED], words[DH_FOCUS_RECALL]);
    dh_buf_clear(&in);
}
END_TEST

Suite *judge_suite(void) {
    Suite *s = suite_create("judge");
    TCase *t = tcase_create("sees");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, stats_table);
    tcase_add_test(t, stats_starts);
    tcase_add_test(t, word_table_is_sorted_and_found);
    tcase_add_test(t, words_that_are_none);
    tcase_add_test(t, names_are_cut_into_words);
    tcase_add_test(t, features_are_in_range);
    tcase_add_test(t, scores_of_a_text_are_counted);
    tcase_add_test(t, feature_names_differ);
    suite_add_tcase(s, t);
    t = tcase_create("decides");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, wording_decides);
    tcase_add_test(t, every_kind_of_wording_has_its_reason);
    tcase_add_test(t, headline_is_chosen);
    tcase_add_loop_test(t, rules_give_their_reason, 0, (int)DH_COUNT(rule_rows));
    tcase_add_test(t, reasons_fit_their_verdicts);
    suite_add_tcase(s, t);
    return s;
}
