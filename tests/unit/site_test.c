/* What the other pages of a site say of a page's blocks: verdicts before, on how many of ten pages each block stands, verdicts after. */
#include "judge/site.h"
#include "suites.h"
#include "support/support.h"

#include <stdlib.h>

#define MOST_BLOCKS 8
#define MENU        5 /* blocks that all pages have, and nobody keeps: without them the page is not like its site */
#define SITE_PAGES  10

#define LONG_A "The ferry left before the fog had gone, with nine of us on deck and nobody at the rail who knew the way to the island."
#define LONG_B "On the second day we found the hut, dry wood under its roof, and a letter that asked whoever read it to feed the cat."
#define LONG_C "This paper lives by those who read it, and whoever takes out a subscription today gets the first two months of it for nothing."

typedef struct {
    const char *text;
    unsigned pages;
    float score;
    bool keep;
} told;

static const struct {
    const char *what;
    jd_type type;
    told blocks[MOST_BLOCKS];
    const char *want; /* k or d for each block */
} rows[] = {
    {"what a fifth has goes", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {"Return to the blog", 2, 0.6f, true}}, "kd"},
    {"what fewer have stays", JD_TYPE_SERVICE, {{LONG_A, 1, 0.9f, true}, {"Return to the blog", 3, 0.6f, true}}, "kk"},
    {"what the judge is sure of stays", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {LONG_B, 6, 0.96f, true}, {"Return", 6, 0.96f, true}}, "kkk"},
    {"a paragraph that others have goes", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.96f, true}, {LONG_C, 6, 0.9f, true}}, "kd"},
    {"of a page that has come twice its text stays, and what is short goes", JD_TYPE_ARTICLE,
     {{LONG_A, 2, 0.96f, true}, {LONG_B, 2, 0.9f, true}, {"Return to the blog", 6, 0.6f, true}}, "kkd"},
    {"one paragraph of several is not the page", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.96f, true}, {LONG_B, 2, 0.96f, true}, {LONG_C, 6, 0.9f, true}}, "kkd"},
    {"numbers of a collection stay", JD_TYPE_COLLECTION,
     {{"Rope, red", 1, 0.6f, true}, {"$585.00", 9, 0.5f, true}, {"compared to 249", 9, 0.5f, true}, {"Filters", 9, 0.5f, true}}, "kkkd"},
    {"those of an article do not", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {"12 comments", 9, 0.5f, true}}, "kd"},
    {"a copy is left as it is", JD_TYPE_ARTICLE, {{LONG_A, 9, 0.9f, true}, {"Return to the blog", 9, 0.6f, true}}, "kk"},
    {"products lose nothing", JD_TYPE_PRODUCT, {{LONG_A, 1, 0.9f, true}, {"Weight and size", 9, 0.5f, true}}, "kk"},
    {"what only this page has stays beside what is kept", JD_TYPE_ARTICLE, {{LONG_B, 1, 0.2f, false}, {LONG_A, 1, 0.9f, true}, {LONG_C, 1, 0.2f, false}}, "kkk"},
    {"and nowhere else", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {LONG_B, 1, 0.2f, false}, {LONG_C, 1, 0.2f, false}}, "kkd"},
    {"from a score on", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {LONG_B, 1, 0.1f, false}}, "kd"},
    {"what others have does not", JD_TYPE_ARTICLE, {{LONG_A, 1, 0.9f, true}, {LONG_B, 2, 0.2f, false}}, "kd"},
};

static void put_blocks(dh_buf *html, const told *blocks) {
    ck_assert_int_eq(buf_append_view(html, DH_VIEW("<p>Home<p>News<p>Sports<p>Weather<p>Contact")), DH_OK);
    for (size_t i = 0; i < MOST_BLOCKS && blocks[i].text; i++) ck_assert_int_eq(buf_printf(html, "<p>%s", blocks[i].text), DH_OK);
}

static uint32_t number_of(dh_arena *arena, dh_view text) {
    pg_page page;
    dh_buf html, blocks;
    uint32_t number = 0;
    dh_buf_init(&html, 0);
    dh_buf_init(&blocks, 0);
    ck_assert_int_eq(buf_append_view(&html, DH_VIEW("<p>")), DH_OK);
    ck_assert_int_eq(buf_append_view(&html, text), DH_OK);
    ck_assert_int_eq(pg_from_html(arena, dh_buf_view(&html), 512, true, &page, NULL), DH_OK);
    ck_assert_int_eq(jd_site_sketch(&page, NULL, &blocks, NULL), DH_OK);
    ck_assert_uint_eq(blocks.len, 4);
    for (int i = 4; i--;) number = number << 8 | (unsigned char)blocks.ptr[i];
    dh_buf_clear(&html);
    dh_buf_clear(&blocks);
    return number;
}

static int by_block(const void *a, const void *b) {
    const dh_repeat *x = a, *y = b;
    return (x->block > y->block) - (x->block < y->block);
}

START_TEST(what_a_site_says) {
    dh_arena arena;
    pg_page page;
    dh_buf html;
    dh_repeat repeats[MENU + MOST_BLOCKS];
    jd_verdict verdicts[MENU + MOST_BLOCKS];
    const told *blocks = rows[_i].blocks;
    dh_site site = {.repeats = repeats, .pages = SITE_PAGES};
    arena_init(&arena, 0);
    dh_buf_init(&html, 0);
    put_blocks(&html, blocks);
    ck_assert_int_eq(pg_from_html(&arena, dh_buf_view(&html), 512, true, &page, NULL), DH_OK);
    ck_assert_uint_eq(page.block_count, MENU + strlen(rows[_i].want));
    for (size_t i = 0; i < page.block_count; i++) {
        const told menu = {NULL, SITE_PAGES, 0, false}, *b = i < MENU ? &menu : &blocks[i - MENU];
        verdicts[i] = (jd_verdict){.score = b->score, .keep = b->keep, .reason = "model"};
        if (b->pages > 1) repeats[site.count++] = (dh_repeat){number_of(&arena, page.blocks[i].text), b->pages};
    }
    qsort(repeats, site.count, sizeof *repeats, by_block);
    ck_assert_int_eq(jd_site_apply(&arena, &site, &page, rows[_i].type, verdicts, NULL), DH_OK);
    for (size_t i = MENU; i < page.block_count; i++)
        ck_assert_msg(verdicts[i].keep == (rows[_i].want[i - MENU] == 'k'), "%s: block %zu: %s, %s", rows[_i].what, i - MENU,
                      verdicts[i].keep ? "kept" : "dropped", verdicts[i].reason);
    dh_buf_clear(&html);
    arena_clear(&arena);
}
END_TEST

Suite *site_suite(void) {
    Suite *s = suite_create("site");
    TCase *c = tcase_create("verdicts");
    tcase_add_loop_test(c, what_a_site_says, 0, DH_COUNT(rows));
    suite_add_tcase(s, c);
    return s;
}
