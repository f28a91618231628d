/* Parts of a page that are not its own paragraphs: what it says twice, comments, text in its data. */
#include "judge/features.h"
#include "judge/layout.h"
#include "suites.h"
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>


#define SAID "The ferry had left an hour before the fog came in, and nobody on the pier expected it back before noon."

/* Text from data is left out on request. */
START_TEST(data_may_be_left_out) {
    static const char html[] = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"" SAID "\"}</script><div></div>";
    dh_context *ctx;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (int no = 0; no < 2; no++) {
        dh_options opt = dh_options_default();
        dh_page *page;
        opt.from = DH_FROM_HTML;
        opt.data = no ? DH_DATA_NO : DH_DATA_AUTO;
        ck_assert_int_eq(dh_page_new(ctx, view_of(html), &opt, &page, NULL), DH_OK);
        ck_assert_uint_eq(dh_page_kept_words(page), no ? 0 : 21);
        dh_page_free(page);
    }
    dh_context_free(ctx);
}
END_TEST

/* ---- repetitions ---- */

static void read_repeats(dh_arena *arena, const char *html, pg_page *page, const jd_repeat **out) {
    jd_features *features;
    jd_facts *facts;
    arena_init(arena, 0);
    ck_assert_int_eq(pg_from_html(arena, view_of(html), 512, true, page, NULL), DH_OK);
    ck_assert_int_eq(jd_features_new(arena, page, NULL, &features, &facts, NULL), DH_OK);
    *out = jd_features_layout(features)->repeats;
}

START_TEST(repeats_are_counted) {
    static const struct {
        const char *html;
        uint16_t runs, earlier, later; /* of the block `at` */
        size_t at;
        uint32_t source;
    } rows[] = {
        {"<p>one two three four<p>one two three four", 2, 2, 0, 1, 0},
        {"<p>one two three four<p>one two three four", 2, 0, 2, 0, JD_NO_BLOCK},
        {"<p>one two three four<p>two three four five six", 3, 1, 0, 1, 0},
        {"<p>one two<p>ONE, two!", 1, 1, 0, 1, 0},
        {"<p>one two<p>one two three", 1, 0, 0, 1, JD_NO_BLOCK},
        {"<p>a b c a b c", 4, 0, 0, 0, JD_NO_BLOCK},
        {"<p>a b c<p>a b c<p>a b c", 1, 1, 0, 2, 0},
        {"<p>a b c<p>a b c<p>a b c", 1, 0, 1, 0, JD_NO_BLOCK},
        {"<p>a b c d<p>e f g h i j<p>a b c e f g h i j", 7, 5, 0, 2, 1},
        {"<p>!!!<p>!!!", 0, 0, 0, 1, JD_NO_BLOCK},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_arena arena;
        pg_page page;
        const jd_repeat *r;
        read_repeats(&arena, rows[i].html, &page, &r);
        r += rows[i].at;
        ck_assert_msg(r->runs == rows[i].runs && r->earlier == rows[i].earlier && r->later == rows[i].later && r->source == rows[i].source,
                      "row %zu: %u runs, %u earlier, %u later, block %u", i, r->runs, r->earlier, r->later, r->source);
        arena_clear(&arena);
    }
}
END_TEST

/* The table grows: many different runs, then the same ones again. */
START_TEST(repeats_of_a_long_page) {
    enum { BLOCKS = 3000 };
    dh_buf html;
    dh_arena arena;
    pg_page page;
    const jd_repeat *r;
    dh_buf_init(&html, 0);
    for (int i = 0; i < 2 * BLOCKS; i++) {
        char word[4], p[80];
        for (int k = i % BLOCKS, c = 0; c < 3; c++, k /= 26) word[c] = (char)('a' + k % 26);
        word[3] = 0;
        int n = snprintf(p, sizeof p, "<p>in%s on%s at%s by%s", word, word, word, word);
        ck_assert_int_eq(dh_buf_append(&html, p, (size_t)n), DH_OK);
    }
    ck_assert_int_eq(dh_buf_append(&html, "", 1), DH_OK);
    read_repeats(&arena, html.ptr, &page, &r);
    ck_assert_uint_eq(page.block_count, 2 * BLOCKS);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        ck_assert_msg(!r[i].earlier && r[i].later == 2 && r[i].source == JD_NO_BLOCK, "block %u", i);
        ck_assert_msg(r[i + BLOCKS].earlier == 2 && r[i + BLOCKS].source == i, "block %u", i + BLOCKS);
    }
    arena_clear(&arena);
    dh_buf_clear(&html);
}
END_TEST

/* ---- comments ---- */

#define ARTICLE                                                                                                                   \
    "<article><h1>Fog</h1><p>" SAID "</p><p>By noon the lamps were lit, and the harbour master sent two men to the end of the mole to ring " \
    "the bell.</p><p>They rang it all afternoon, and towards six the ferry answered, quite near, with three long blasts.</p></article>"
#define THREAD                                                                                                                    \
    "<section class=comments><h3>2 Comments</h3><ul><li><b>Ann</b><p>I stood there, too, and could not see my own hand.</p>"     \
    "<a href=#r>Reply</a></li></ul><form><label>Your name</label><p>Your email address will not be published.</p></form></section>"

START_TEST(comments_are_a_part) {
    dh_context *ctx;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (int want = 0; want < 2; want++) {
        dh_options opt = dh_options_default();
        dh_page *page;
        dh_buf out;
        dh_block b;
        size_t comments = 0;
        opt.comments = want ? DH_COMMENTS_YES : DH_COMMENTS_NO;
        opt.from = DH_FROM_HTML;
        dh_buf_init(&out, 0);
        ck_assert_int_eq(dh_page_new(ctx, view_of("<title>Fog</title>" ARTICLE THREAD), &opt, &page, NULL), DH_OK);
        for (size_t i = 0; dh_page_block(page, i, &b); i++) comments += b.keep && b.part == DH_PART_COMMENTS;
        ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, &out, NULL), DH_OK);
        ck_assert_int_eq(dh_buf_append(&out, "", 1), DH_OK);
        ck_assert_msg(strstr(out.ptr, "The ferry had left") && !strstr(out.ptr, "Reply") && !strstr(out.ptr, "Your"), "%s", out.ptr);
        if (want) ck_assert_msg(strstr(out.ptr, "\n\n---\n\n- Ann\n\nI stood there") && comments == 2, "%zu: %s", comments, out.ptr);
        else ck_assert_msg(!strstr(out.ptr, "---") && !strstr(out.ptr, "I stood") && !comments, "%zu: %s", comments, out.ptr);
        dh_buf_clear(&out);
        dh_page_free(page);
    }
    dh_context_free(ctx);
}
END_TEST

Suite *parts_suite(void) {
    Suite *s = suite_create("parts");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, data_may_be_left_out);
    tcase_add_test(t, repeats_are_counted);
    tcase_add_test(t, repeats_of_a_long_page);
    tcase_add_test(t, comments_are_a_part);
    suite_add_tcase(s, t);
    return s;
}
