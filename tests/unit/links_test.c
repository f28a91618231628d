/* What a page links to. */
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

typedef struct {
    const char *html;
    const char *want; /* a link a line; "n " before those of rel next, "x " before those not to be followed */
} links_row;

static const links_row rows[] = {
    {"<p>none", ""},
    {"<a href=b>x</a><a href='/c?d#e'>y</a><a href=//j.example>z</a>", "http://h.example/a/b\nhttp://h.example/c?d\nhttp://j.example/\n"},
    {"<a>x</a><a name=y>y</a><a href=''>z</a><a href='#top'>t</a><a href='  '>b</a>", ""},
    {"<a href=mailto:a@b.c>x</a><a href='javascript:void(0)'>y</a><a href=ftp://h.example/>z</a><a href='http://'>w</a>", ""},
    {"<a href=/b>x</a><a href=http://H.example:80/./b#f>y</a>", "http://h.example/b\n"},
    {"<map><area href=/b></map>", "http://h.example/b\n"},
    {"<base href=/x/><base href=/y/><a href=b>x</a>", "http://h.example/x/b\n"},
    {"<base target=_top><a href=b>x</a>", "http://h.example/a/b\n"},
    {"<base href='http://'><a href=b>x</a>", "http://h.example/a/b\n"},
    {"<a href='?a=1&amp;b=2'>x</a>", "http://h.example/a/x?a=1&b=2\n"},
    {"<a href='?a=1&copy=2&lt3&lt;&#50'>x</a>", "http://h.example/a/x?a=1&copy=2&lt3%3C2\n"},
    {"<a href='b c\xc3\xa4'>x</a>", "http://h.example/a/b%20c%C3%A4\n"},
    {"<A HREF=/b REL='Next NoFollow'>x</A><a rel=nofollow href=/c>y</a>", "nx http://h.example/b\nx http://h.example/c\n"},
    {"<link rel=next href=?p=2><a href=/b>x</a>", "n http://h.example/a/x?p=2\nhttp://h.example/b\n"},
    {"<link rel=stylesheet href=/s.css><link rel=canonical href=/c>", ""},
    {"<a rel=nofollow href=/b>x</a><a href=/b>y</a><a href=/b rel=next>z</a>", "n http://h.example/b\n"},
    {"<meta name=Robots content='noindex, NOFOLLOW'><a href=/b>x</a>", "x http://h.example/b\n"},
    {"<meta name=robots content=none><a href=/b>x</a>", "x http://h.example/b\n"},
    {"<meta name=robots content=index,follow><a href=/b>x</a>", "http://h.example/b\n"},
    {"<meta name=viewport content=nofollow><a href=/b>x</a>", "http://h.example/b\n"},
    {"<nav hidden><a href=/b>x</a></nav><script>'<a href=/c>'</script><!-- <a href=/d> -->", "http://h.example/b\n"},
    {"<table><a href=/b>x</a></table><select><option><a href=/c>y</a></select>", "http://h.example/b\n"},
};

static void note_links(const dh_page *page, dh_buf *out) {
    dh_link_list *links;
    dh_link link;
    ck_assert(!dh_page_links(page, &links, NULL));
    for (size_t i = 0; dh_link_list_get(links, i, &link); i++) {
        const char *next = link.rel & DH_REL_NEXT ? "n" : "", *not = link.rel & DH_REL_NOFOLLOW ? "x" : "";
        ck_assert(!buf_printf(out, "%s%s%s%.*s\n", next, not, link.rel ? " " : "", (int)link.url.len, link.url.ptr));
    }
    dh_link_list_free(links);
}

static void check_links(const char *name, dh_view html, const dh_options *opt, const char *want) {
    dh_context *ctx;
    dh_page *page;
    dh_buf got;
    dh_buf_init(&got, 0);
    ck_assert(!dh_context_new(&ctx, NULL));
    ck_assert(!dh_page_new(ctx, html, opt, &page, NULL));
    note_links(page, &got);
    ck_assert_msg(view_is(dh_buf_view(&got), view_of(want)), "%s: got %.*s", name, (int)got.len, got.ptr);
    dh_buf_clear(&got);
    dh_page_free(page);
    dh_context_free(ctx);
}

START_TEST(links_of_pages) {
    dh_options opt = dh_options_default();
    opt.from = DH_FROM_HTML;
    opt.url = "http://h.example/a/x?y";
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        opt.unjudged = i % 2; /* they do not need a judge */
        check_links(rows[i].html, view_of(rows[i].html), &opt, rows[i].want);
    }
}
END_TEST

START_TEST(links_without_an_address) {
    dh_options opt = dh_options_default();
    opt.from = DH_FROM_HTML;
    check_links("relative", DH_VIEW("<a href=b>x</a><a href=http://h.example>y</a>"), &opt, "http://h.example/\n");
    check_links("base", DH_VIEW("<base href=http://h.example/x/><a href=b>x</a>"), &opt, "http://h.example/x/b\n");
    opt.from = DH_FROM_TEXT;
    check_links("text", DH_VIEW("see <a href=http://h.example>x</a>\n"), &opt, "");
}
END_TEST

/* Each once, however many there are. */
START_TEST(links_by_the_thousand) {
    enum { LINKS = 5000 };
    dh_buf html, want;
    dh_options opt = dh_options_default();
    opt.from = DH_FROM_HTML;
    dh_buf_init(&html, 0);
    dh_buf_init(&want, 0);
    for (size_t i = 0; i < 2 * LINKS; i++) ck_assert(!buf_printf(&html, "<a href=http://h.example/%zu>x</a> ", i % LINKS));
    for (size_t i = 0; i < LINKS; i++) ck_assert(!buf_printf(&want, "http://h.example/%zu\n", i));
    ck_assert(!buf_append_char(&want, 0));
    check_links("many", dh_buf_view(&html), &opt, want.ptr);
    dh_buf_clear(&html);
    dh_buf_clear(&want);
}
END_TEST

Suite *links_suite(void) {
    Suite *s = suite_create("links");
    TCase *t = tcase_create("links");
    tcase_add_test(t, links_of_pages);
    tcase_add_test(t, links_without_an_address);
    tcase_add_test(t, links_by_the_thousand);
    suite_add_tcase(s, t);
    return s;
}
