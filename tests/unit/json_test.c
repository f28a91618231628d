/* JSON as pages have it, and the text outside of the markup that is found with it: what is read, where it stands, and what
 * makes a page's blocks give way to it. */
#include "page/embedded.h"
#include "page/json.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- JSON ---- */

START_TEST(escapes_are_undone) {
    static const struct {
        const char *raw, *text;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a\\\"b\\\\c\\/d", "a\"b\\c/d"},
        {"a\\nb\\tc\\rd\\be\\ff", "a\nb\tc\rd e f"},
        {"\\u0041\\u00e9\\u20ac", "A\u00e9\u20ac"},
        {"\\ud83d\\ude00!", "\U0001F600!"},
        {"\\ud83d!", "\uFFFD!"},
        {"\\ud83d\\u0041", "\uFFFDA"},
        {"\\ude00", "\uFFFD"},
        {"\\ud83d\\ud83d\\ude00", "\uFFFD\U0001F600"},
        {"\\u00", "00"},
        {"\\u00gz", "00gz"},
        {"\\q", "q"},
        {"end\\", "end\\"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_view raw = view_of(rows[i].raw);
        char *out = malloc(raw.len + 1); /* to the byte, so that a sanitizer sees more */
        size_t len = js_unescape(raw, out);
        ck_assert_msg(len <= raw.len && view_is((dh_view){out, len}, view_of(rows[i].text)), "row %zu: '%.*s'", i, (int)len, out);
        free(out);
    }
}
END_TEST

/* Writes the values as "key=value" with bars between; brackets for what holds others. */
static void list(const js_doc *doc, char *out, size_t size) {
    size_t len = 0;
    out[0] = 0;
    for (size_t i = 0; i < doc->count; i++) {
        if (js_is_key(doc, i)) continue;
        dh_view key = js_key(doc, i), raw = js_raw(doc, i);
        js_kind kind = js_kind_of(doc, i);
        len += (size_t)snprintf(out + len, size - len, "%.*s=%.*s|", (int)key.len, key.ptr,
                                kind == JS_OBJECT || kind == JS_ARRAY ? 2 : (int)raw.len,
                                kind == JS_OBJECT ? "{}" : kind == JS_ARRAY ? "[]" : raw.ptr);
    }
}

START_TEST(values_and_keys) {
    static const struct {
        const char *json, *values;
    } rows[] = {
        {"", ""},
        {"null", ""},
        {"\"text\"", ""},
        {" {\"a\":1,\"b\":\"two\"} ", "={}|a=1|b=two|"},
        {"[\"x\",{\"a\":[\"y\",\"z\"]}]", "=[]|=x|={}|a=[]|a=y|a=z|"},
        {"{\"a\":{\"b\":{}},\"c\":\"d\"}", "={}|a={}|b={}|c=d|"},
        {"{\"a\":\"line\nline\"}", "={}|a=line\nline|"},
        {"{a:\"b\",c:undefined,d:!0}", "={}|a=b|c=undefined|d=!0|"},
        {"{\"a\":\"b\"};more(\"c\")", "={}|a=b|"},
        {"{\"a\":\"b\",\"c\":\"never closed", "={}|a=b|"},
        {"{\"a\":\"}\\\"}\",\"b\":1}", "={}|a=}\\\"}|b=1|"},
        {"{\"a\":\"b\"]", "={}|a=b|"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_arena arena;
        js_doc doc;
        char got[200];
        arena_init(&arena, 0);
        ck_assert_int_eq(js_parse(&arena, view_of(rows[i].json), &doc, NULL), DH_OK);
        list(&doc, got, sizeof got);
        ck_assert_msg(view_is(view_of(got), view_of(rows[i].values)), "row %zu: %s", i, got);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(depth_and_memory_are_bounded) {
    dh_buf json;
    dh_buf_init(&json, 0);
    for (int depth = 120; depth < 140; depth += 19) {
        dh_arena arena;
        js_doc doc;
        json.len = 0;
        for (int i = 0; i < depth; i++) ck_assert_int_eq(dh_buf_append(&json, "[", 1), DH_OK);
        arena_init(&arena, 0);
        ck_assert_int_eq(js_parse(&arena, dh_buf_view(&json), &doc, NULL), DH_OK);
        ck_assert_uint_eq(doc.count, depth <= 128 ? (size_t)depth : 0);
        arena_clear(&arena);
    }
    json.len = 0;
    for (int i = 0; i < 20000; i++) ck_assert_int_eq(dh_buf_append(&json, "[1,", 3), DH_OK);
    json.ptr[1] = ' ';
    for (size_t i = 0; i < json.len; i++) json.ptr[i] = i % 2 ? ',' : '1';
    json.ptr[0] = '[';
    dh_arena arena;
    js_doc doc;
    arena_init(&arena, 10000);
    ck_assert_int_eq(js_parse(&arena, dh_buf_view(&json), &doc, NULL), DH_ERR_LIMIT);
    arena_clear(&arena);
    dh_buf_clear(&json);
}
END_TEST

/* ---- text outside of the markup ---- */

#define S1 "The ferry had left an hour before the fog came in, and nobody expected it back. "
#define S2 "By noon the lamps were lit, and two men went to the end of the mole to ring the bell."
#define LD "<script type=application/ld+json>"
#define ATTR                                                                                                           \
    "&lt;p&gt;The ferry had left an hour before the fog came in, and nobody on the pier expected it back "             \
    "before noon.&lt;/p&gt;&lt;p&gt;By noon the lamps were lit, and the harbour master sent two men to the "           \
    "end of the mole to ring the bell.&lt;/p&gt;"

/* What stands first in the page that is made; NULL: nothing is found. */
static const struct {
    const char *html;
    pg_embedded_from from;
    const char *made;
} found_rows[] = {
    {"<p>x", PG_FROM_JSON_LD, NULL},
    {LD "{\"@type\":\"Article\",\"articleBody\":\"" S1 "\"}</script>", PG_FROM_JSON_LD, "<p>The ferry"},
    {LD "{\"articleBody\":\"" S1 "\",\"@type\":\"http://schema.org/NewsArticle\"}</script>", PG_FROM_JSON_LD, "<p>The ferry"},
    {LD "{\"@type\":\"Article\",\"articleBody\":\"<b>The</b> ferry\"}</script>", PG_FROM_JSON_LD, "<div><b>The"},
    {LD "{\"@type\":\"Article\",\"articleBody\":\"&lt;b&gt;The&lt;/b&gt; ferry\"}</script>", PG_FROM_JSON_LD, "<div><b>The"},
    {LD "{\"@type\":\"Article\",\"articleBody\":\"1 < 2\\nx\"}</script>", PG_FROM_JSON_LD, "<p>1 &lt; 2</p><p>x</p>"},
    {LD "{\"@type\":\"Recipe\",\"recipeIngredient\":[\"Tar\",\"Salt\"]}</script>", PG_FROM_JSON_LD, "<li>Tar</li>\n<li>Salt"},
    {LD "{\"@type\":\"WebSite\",\"description\":\"" S1 "\"}</script>", PG_FROM_JSON_LD, NULL},
    {LD "{\"@type\":\"Article\",\"comment\":{\"@type\":\"Comment\",\"text\":\"" S1 "\"}}</script>", PG_FROM_JSON_LD, NULL},
    {LD "{\"@type\":\"DiscussionForumPosting\",\"comment\":[{\"@type\":\"Comment\",\"text\":\"" S1 "\"}]}</script>",
     PG_FROM_JSON_LD, "<p>The ferry"},
    {"<script>x={\"@type\":\"Article\",\"articleBody\":\"" S1 "\"}</script>", PG_FROM_JSON_LD, NULL},
    {"<script type=application/json>{\"body\":\"" S1 "\"}</script>", PG_FROM_STATE, "<p>The ferry"},
    {"<script type=application/json>{\"bodyHtml\":\"<p>" S1 "</p>\"}</script>", PG_FROM_STATE, "<div><p>The ferry"},
    {"<script type=application/json>{\"cookieText\":\"" S1 "\"}</script>", PG_FROM_STATE, NULL},
    {"<script type=application/json>{\"body\":\"two words\"}</script>", PG_FROM_STATE, NULL},
    {"<script type=application/json>{\"body\":\"a=1; b=2; c=3; d=4; e=5; f=6; {}\"}</script>", PG_FROM_STATE, NULL},
    {"<script>window.__INITIAL_STATE__ = {body:\"" S1 "\"};</script>", PG_FROM_STATE, "<p>The ferry"},
    {"<script>window['__INITIAL_STATE__']={\"body\":\"" S1 "\"};</script>", PG_FROM_STATE, "<p>The ferry"},
    {"<script>window.__NUXT__=(function(a){return {body:\"" S1 "\"}}(1));</script>", PG_FROM_STATE, "<p>The ferry"},
    {"<script>window.__APP_STATE__=JSON.parse('{\"body\":\"" S1 "\"}');</script>", PG_FROM_STATE, "<p>The ferry"},
    {"<script>f(window.__INITIAL_STATE__, {\"body\":\"" S1 "\"});</script>", PG_FROM_STATE, NULL},
    {"<div data-x='{&quot;body&quot;:&quot;" S1 S2 S1 "&quot;}'>", PG_FROM_STATE, "<p>The ferry"},
    {"<div data-x='{\"body\":\"short and not looked at, as nobody puts a page there\"}'>", PG_FROM_STATE, NULL},
    {"<template><p>" S1 "</template>", PG_FROM_TEMPLATE, "<div><p>The ferry"},
    {"<template><p>{{ name }} " S1 "</template>", PG_FROM_TEMPLATE, NULL},
    {"<script type=text/x-template><p>" S1 "</script>", PG_FROM_TEMPLATE, "<div><p>The ferry"},
    {"<script>'<p>" S1 "'</script>", PG_FROM_TEMPLATE, NULL},
    {"<x-view content='" ATTR "'>", PG_FROM_ATTRIBUTE, "<div><p>The ferry"},
    {"<x-view style='" ATTR "'>", PG_FROM_ATTRIBUTE, NULL},
};

START_TEST(text_is_found) {
    dh_arena arena;
    pg_page page;
    pg_embedded e;
    dh_view source = view_of(found_rows[_i].html);
    const char *made = found_rows[_i].made;
    arena_init(&arena, 0);
    ck_assert_int_eq(pg_from_html(&arena, source, 512, true, &page, NULL), DH_OK);
    ck_assert_int_eq(pg_embedded_read(&arena, &page, found_rows[_i].from, &e, NULL), DH_OK);
    ck_assert_msg(made ? view_starts(e.html, view_of(made)) : !e.html.len, "row %d: '%.*s'", _i, (int)e.html.len, e.html.ptr);
    for (size_t i = 0; i < e.origin_count; i++) {
        ck_assert(e.origins[i].at < e.html.len && (!i || e.origins[i - 1].at < e.origins[i].at));
        ck_assert(e.origins[i].source.begin + e.origins[i].source.len <= source.len);
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(pieces_know_where_they_are_from) {
    static const dh_view html = DH_LIT(LD "{\"@type\":\"Article\",\"articleBody\":\"One.\",\"text\":\"Two.\"}</script>");
    dh_arena arena;
    pg_page page;
    pg_embedded e;
    arena_init(&arena, 0);
    ck_assert_int_eq(pg_from_html(&arena, html, 512, true, &page, NULL), DH_OK);
    ck_assert_int_eq(pg_embedded_read(&arena, &page, PG_FROM_JSON_LD, &e, NULL), DH_OK);
    const char *two = memmem(e.html.ptr, e.html.len, "Two.", 4);
    ck_assert(two && e.origin_count == 2);
    ck_assert(view_is(pg_view(&page, pg_embedded_origin(&e, 0)), DH_VIEW("One.")));
    ck_assert(view_is(pg_view(&page, pg_embedded_origin(&e, (size_t)(two - e.html.ptr))), DH_VIEW("Two.")));
    ck_assert(view_is(pg_view(&page, pg_embedded_origin(&e, e.html.len)), DH_VIEW("Two.")));
    arena_clear(&arena);
}
END_TEST

/* ---- when it is taken ---- */

/* The first block of a page, and its reason. */
static const struct {
    const char *html, *text, *reason;
} taken_rows[] = {
    {"<div id=app></div>" LD "{\"@type\":\"Article\",\"articleBody\":\"" S1 "\"}</script>", "The ferry", "json-ld"},
    {"<article><p>" S1 S2 "</p><p>" S2 S1 "</p></article>" LD "{\"@type\":\"Article\",\"articleBody\":\"Another. " S1 "\"}</script>",
     "The ferry", "model"},
    {"<div id=app></div>" LD "{\"@type\":\"Article\",\"articleBody\":\"Too short.\"}</script>", NULL, ""},
    {"<article><p>" S1 S2 "</p><p>" S2 S1 "</p></article><template><p>" S1 S1 S1 S2 S2 S2 "</p></template>", "The ferry", "model"},
    {"<div id=app></div><script type=application/json>{\"body\":\"" S1 "\",\"text\":\"" S2 "\"}</script>", "The ferry",
     "state of a script"},
    {"<div id=app></div><script type=application/json>{\"text\":[\"Add this to your cart now\",\"Remove it from your cart "
     "now\",\"Go on to the next page\",\"Go back to the last page\",\"Show me all of these pictures\",\"Hide all of these "
     "pictures again\"]}</script>",
     NULL, ""},
    {"<div id=app></div><template><p>" S1 S2 "</p><p>" S2 S1 "</p></template>", "The ferry", "template"},
    {"<x-view content='" ATTR "'></x-view>", "The ferry", "attribute"},
};

START_TEST(next_to_nothing_gives_way) {
    dh_context *ctx;
    dh_page *page;
    dh_block b;
    dh_options opt = dh_options_default();
    opt.from = DH_FROM_HTML;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, view_of(taken_rows[_i].html), &opt, &page, NULL), DH_OK);
    bool any = dh_page_block(page, 0, &b);
    ck_assert_msg(any == !!taken_rows[_i].text, "row %d: %d", _i, any);
    if (any) {
        ck_assert_msg(view_starts(b.text, view_of(taken_rows[_i].text)) && view_starts(view_of(b.reason), view_of(taken_rows[_i].reason)),
                      "row %d: '%.*s' by '%s'", _i, (int)b.text.len, b.text.ptr, b.reason);
        ck_assert(b.begin < b.end && b.end <= strlen(taken_rows[_i].html)); /* a row of ours ends in NUL */
    }
    dh_page_free(page);
    dh_context_free(ctx);
}
END_TEST

/* A ceiling that the page fits under and its data does not: the page comes as it was judged. */
START_TEST(too_much_data_is_passed_over) {
    dh_context *ctx;
    dh_page *page;
    dh_buf html;
    dh_options opt = dh_options_default();
    dh_buf_init(&html, 0);
    ck_assert_int_eq(buf_append_view(&html, DH_VIEW("<p>One.</p><script type=application/ld+json>[")), DH_OK);
    for (int i = 0; i < 200000; i++) ck_assert_int_eq(buf_append_view(&html, DH_VIEW("1,")), DH_OK);
    ck_assert_int_eq(buf_append_view(&html, DH_VIEW("1]</script>")), DH_OK);
    opt.max_memory = html.len * 4;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, dh_buf_view(&html), &opt, &page, NULL), DH_OK);
    ck_assert_uint_eq(dh_page_block_count(page), 1);
    dh_page_free(page);
    dh_context_free(ctx);
    dh_buf_clear(&html);
}
END_TEST

Suite *json_suite(void) {
    Suite *s = suite_create("json");
    TCase *t = tcase_create("reads");
    tcase_add_test(t, escapes_are_undone);
    tcase_add_test(t, values_and_keys);
    tcase_add_test(t, depth_and_memory_are_bounded);
    suite_add_tcase(s, t);
    t = tcase_create("finds");
    tcase_add_loop_test(t, text_is_found, 0, (int)DH_COUNT(found_rows));
    tcase_add_test(t, pieces_know_where_they_are_from);
    tcase_add_loop_test(t, next_to_nothing_gives_way, 0, (int)DH_COUNT(taken_rows));
    tcase_add_test(t, too_much_data_is_passed_over);
    suite_add_tcase(s, t);
    return s;
}
