/* What goes of a text with --clean-unicode, and form C. */
#include "base/clean.h"
#include "base/compose.h"
#include "suites.h"
#include "support/support.h"

/* "~": what the case says, as it was. */
static const struct {
    const char *in, *out;
} clean_rows[] = {
    {"", ""},
    {"plain text, tab\tand\r\nlines\n", "~"},
    {"a\x01"
     "b\x1b[31mc\x07\x0c"
     "d\x7f",
     "ab[31mcd"},
    {"a\xc2\x81z\xc2\x9d\xc2\xadx", "azx"},                                       /* C1 controls, soft hyphen */
    {"we\xc2\x92re\xc2\x97", "we\xe2\x80\x99re\xe2\x80\x94"},                     /* windows-1252 that was taken for Latin-1 */
    {"\xc2\xa0\xc3\xa9\xc2\xbf", "~"},                                           /* no-break space, letters */
    {"\xef\xbb\xbf"
     "a\xe2\x80\x8b"
     "b\xe2\x81\xa0"
     "c\xe2\x81\xa4"
     "d\xe2\x81\xaf",
     "abcd"},                                                                     /* BOM, zero-width space, word joiner, invisible plus */
    {"a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae"
     "b\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"
     "c",
     "abc"},                                                                      /* embeddings, overrides, isolates */
    {"\xe2\x80\x8e\xd7\x90\xe2\x80\x8f\xd8\x9c", "~"},                            /* marks stay */
    {"a\xef\xbf\xb9"
     "b\xef\xbf\xbb"
     "c\xef\xbf\xbd",
     "abc\xef\xbf\xbd"},                                                          /* annotation marks; a replacement character stays */
    {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb1\xd9\x88\xd8\xaf", "~"},                /* ZWNJ in Persian */
    {"\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7", "~"},                    /* ZWJ in Devanagari */
    {"Auf\xe2\x80\x8clage pass\xe2\x80\x8dword", "Auflage password"},             /* Latin needs none */
    {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "~"},                        /* a woman at a computer */
    {"\xe2\x9d\xa4\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x94\xa5", "~"},                /* a heart on fire */
    {"\xf0\x9f\x91\xa9\xe2\x80\x8dx", "\xf0\x9f\x91\xa9x"},                       /* a joiner with a letter */
    {"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0\x81\xb4\xf3\xa0\x81\xbf!", "~"}, /* Scotland */
    {"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2!", "\xf0\x9f\x8f\xb4!"},   /* no end */
    {"Hi\xf3\xa0\x81\x81\xf3\xa0\x81\x82\xf3\xa0\x81\xbf there\xf3\xa0\x80\x81", "Hi there"}, /* words hidden in tags */
};

static dh_view in_of(int i) { return (dh_view){clean_rows[i].in, strlen(clean_rows[i].in)}; }

START_TEST(clean_table) {
    dh_view in = in_of(_i), want = strcmp(clean_rows[_i].out, "~") ? (dh_view){clean_rows[_i].out, strlen(clean_rows[_i].out)} : in;
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(clean_append(&out, in), DH_OK);
    ck_assert_msg(view_is(dh_buf_view(&out), want), "row %d gives %.*s", _i, (int)out.len, out.ptr);
    dh_buf_clear(&out);
}
END_TEST

/* All rows in any order: cleaning what is clean changes nothing. */
START_TEST(clean_twice) {
    uint64_t seed = 7;
    for (int round = 0; round < 500; round++) {
        dh_buf text, once, twice;
        dh_buf_init(&text, 0);
        dh_buf_init(&once, 0);
        dh_buf_init(&twice, 0);
        for (int i = 0; i < 6; i++) {
            dh_view row = in_of((int)sup_random_below(&seed, DH_COUNT(clean_rows)));
            size_t from = sup_random_below(&seed, row.len + 1);
            while (from < row.len && ((unsigned char)row.ptr[from] & 0xc0) == 0x80) from++;
            ck_assert_int_eq(dh_buf_append(&text, row.ptr + from, row.len - from), DH_OK);
        }
        ck_assert_int_eq(clean_append(&once, dh_buf_view(&text)), DH_OK);
        ck_assert_int_eq(clean_append(&twice, dh_buf_view(&once)), DH_OK);
        ck_assert(view_is(dh_buf_view(&once), dh_buf_view(&twice)));
        ck_assert_uint_eq(utf8_valid_prefix(dh_buf_view(&once)), once.len);
        dh_buf_clear(&text);
        dh_buf_clear(&once);
        dh_buf_clear(&twice);
    }
}
END_TEST

static void check_clean(const char *page, dh_unicode unicode, bool nfc, const char *want) {
    dh_options opt = dh_options_default();
    dh_buf out;
    dh_buf_init(&out, 0);
    opt.unicode = unicode;
    opt.nfc = nfc;
    ck_assert_int_eq(sup_clean(sup_context(), (dh_view){page, strlen(page)}, &opt, &out, NULL), DH_OK);
    ck_assert_int_eq(buf_append_char(&out, 0), DH_OK);
    ck_assert_str_eq(out.ptr, want);
    dh_buf_clear(&out);
}

START_TEST(pages_and_texts) {
    const char *html = "<p>The rain &#x202e; stopped&#x200b; at <a href=/n>no\xe2\x80\xaeon</a>&#xe0041; e\xcc\x81.</p>";
    check_clean(html, DH_UNICODE_AUTO, false, "The rain stopped at noon e\xcc\x81.\n");
    check_clean("<p>We\xc2\x92re&#146; here.</p>", DH_UNICODE_AUTO, false, "We\xe2\x80\x99re\xe2\x80\x99 here.\n");
    check_clean(html, DH_UNICODE_AUTO, true, "The rain stopped at noon \xc3\xa9.\n");
    check_clean(html, DH_UNICODE_NO, false, "The rain \xe2\x80\xae stopped at no\xe2\x80\xaeon\xf3\xa0\x81\x81 e\xcc\x81.\n");
    const char *text = "The rain \xe2\x80\xaestopped.\ne\xcc\x81t\xc3\xa9\n";
    check_clean(text, DH_UNICODE_AUTO, false, text);
    check_clean(text, DH_UNICODE_NO, false, text);
    check_clean(text, DH_UNICODE_CLEAN, false, "The rain stopped.\ne\xcc\x81t\xc3\xa9\n");
    check_clean(text, DH_UNICODE_CLEAN, true, "The rain stopped.\n\xc3\xa9t\xc3\xa9\n");
}
END_TEST

/* Places of links are those of the cleaned text: the features that depend on them are of sane size, and nothing is left of a block of
 * nothing but what goes. */
START_TEST(links_and_blocks) {
    dh_page *page;
    const char *html = "<p>&#x202e;<a href=/a>&#x202e;one&#x202c;</a>&#x202c; <a href=/b>two</a>&#x202c;</p><p>&#x202e;&#x202c;</p><pre>  a&#x202e;\n  b</pre>";
    ck_assert_int_eq(dh_page_new(sup_context(), (dh_view){html, strlen(html)}, NULL, &page, NULL), DH_OK);
    dh_block block;
    ck_assert_uint_eq(dh_page_block_count(page), 2);
    ck_assert(dh_page_block(page, 0, &block) && view_is(block.text, DH_VIEW("one two")));
    ck_assert(dh_page_block(page, 1, &block) && view_is(block.text, DH_VIEW("  a\n  b")));
    dh_page_free(page);
}
END_TEST

START_TEST(facts_are_cleaned) {
    dh_page *page;
    dh_facts *facts;
    dh_fact fact;
    const char *html = "<title>A\xe2\x80\xae mill</title><meta name=author content='Ada\xe2\x80\x8b Rye'><h1>A\xe2\x80\xae mill</h1><p>Words of rain.</p>";
    ck_assert_int_eq(dh_page_new(sup_context(), (dh_view){html, strlen(html)}, NULL, &page, NULL), DH_OK);
    ck_assert_int_eq(dh_facts_new(page, &facts, NULL), DH_OK);
    ck_assert(dh_facts_get(facts, DH_FACT_TITLE, 0, &fact) && view_is(fact.value, DH_VIEW("A mill")));
    ck_assert(dh_facts_get(facts, DH_FACT_AUTHOR, 0, &fact) && view_is(fact.value, DH_VIEW("Ada Rye")));
    dh_facts_free(facts);
    dh_page_free(page);
}
END_TEST

START_TEST(compose_keeps_its_ceiling) {
    dh_buf out;
    dh_buf_init(&out, 4);
    ck_assert_int_eq(compose_append(&out, DH_VIEW("e\xcc\x81 and more")), DH_ERR_LIMIT);
    dh_buf_clear(&out);
}
END_TEST

Suite *unicode_suite(void) {
    Suite *s = suite_create("unicode");
    TCase *t = tcase_create("unicode");
    suite_add_tcase(s, t);
    tcase_add_loop_test(t, clean_table, 0, (int)DH_COUNT(clean_rows));
    tcase_add_test(t, clean_twice);
    tcase_add_test(t, pages_and_texts);
    tcase_add_test(t, links_and_blocks);
    tcase_add_test(t, facts_are_cleaned);
    tcase_add_test(t, compose_keeps_its_ceiling);
    return s;
}
