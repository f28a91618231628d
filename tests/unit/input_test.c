/* The input suite: which texts are HTML and which files are no page, row by row. Charsets, compression, WARC and broken
 * input are in input_*_test.c. */
#include "input_tests.h"
#include "suites.h"

#include <stdio.h>

char *test_copy(dh_view v) {
    char *p = malloc(v.len ? v.len : 1);
    ck_assert_ptr_nonnull(p);
    if (v.len) memcpy(p, v.ptr, v.len);
    return p;
}

/* ---- HTML or text ---- */

typedef struct {
    in_kind kind;
    const char *name;
    dh_view text;
} sniff_row;

#define HTML(name, text)                                                                                               \
    { IN_HTML, name, DH_LIT(text) }
#define TEXT(name, text)                                                                                               \
    { IN_TEXT, name, DH_LIT(text) }

#define LONG_SENTENCE "The rain fell on the hills all night, and in the morning the river had left its bed. "
#define LONG_TEXT     LONG_SENTENCE LONG_SENTENCE LONG_SENTENCE LONG_SENTENCE

static const sniff_row sniff_rows[] = {
    /* whole pages */
    HTML("page", "<!DOCTYPE html><html><head><title>T</title></head><body><p>Hello.</p></body></html>"),
    HTML("page in lower case", "<!doctype html>\n<p>Hello."),
    HTML("page without doctype", "<html><body>Hello.</body></html>"),
    HTML("page in upper case", "<HTML><HEAD><TITLE>T</TITLE></HEAD><BODY><P>Hello.<P>More.</BODY></HTML>"),
    HTML("page that begins with <head>", "<head><title>T</title></head>Hello."),
    HTML("page that begins with <body>", "<body bgcolor=#ffffff>Hello."),
    HTML("doctype alone", "<!DOCTYPE html>"),
    HTML("old doctype", "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">\nHello."),
    HTML("frameset", "<frameset cols=\"20%,80%\"><frame src=a.html><frame src=b.html></frameset>"),
    HTML("XHTML",
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
         "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n<html xmlns=\"http://www.w3.org/1999/xhtml\">"
         "<body><p>Hello.</p></body></html>"),
    HTML("XHTML without doctype", "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>"),
    HTML("BOM", "\xef\xbb\xbf<!doctype html><p>Hello."),
    HTML("BOM and white space", "\xef\xbb\xbf\r\n  \t<html>Hello."),
    HTML("comment first", "<!-- saved from url=(0014)about:internet -->\n<html><body>Hello.</body></html>"),
    HTML("two comments first", "<!-- one -->\n<!-- <p> two -->\n<!doctype html>"),
    HTML("white space first", "\n\n\n    <html lang=\"en\">Hello."),
    HTML("NULs in a page", "<html><body>Hel\0lo.\0</body></html>"),
    HTML("page of script", "<html><script>var a = '<p>';</script></html>"),
    /* fragments */
    HTML("bare paragraph", "<p>Hello."),
    HTML("closed paragraph", "<p>Hello.</p>"),
    HTML("paragraph of a small letter", "<p>hello</p>"),
    HTML("paragraph and a line", "<p>\nHello there.\n</p>\n"),
    HTML("div", "<div class=\"a\">Hello.</div>"),
    HTML("heading", "<h1>Title</h1>\n<p>Hello.</p>"),
    HTML("list", "<ul><li>One<li>Two</ul>"),
    HTML("table", "<table><tr><td>1<td>2</table>"),
    HTML("article", "<article><p>Hello.</p></article>"),
    HTML("script first", "<script>if (a < b) { c(); }</script><p>Hello.</p>"),
    HTML("style first", "<style>p { color: red }</style><p>Hello.</p>"),
    HTML("meta first", "<meta charset=utf-8><p>Hello."),
    HTML("title first", "<title>T</title>Hello."),
    HTML("element of the page's own", "<my-app><div><p>Hello.</p><p>Hello.</p><p>More.</p></div></my-app>"),
    HTML("inline markup", "<b>Hello</b> and <i>good bye</i>."),
    HTML("link first", "<a href=\"/\">Home</a> &gt; <a href=\"/n\">News</a><br>Hello."),
    HTML("breaks", "<font size=2>One<br>two<br>three<br></font>"),
    HTML("single quotes, no space", "<div class='a'id='b'>Hello.</div>"),
    HTML("greater sign in an attribute", "<div title=\"a > b\">Hello.</div>"),
    /* soup: the beginning is lost */
    HTML("words before the tags", "ello.</p>\n<p>The second paragraph is here.</p>\n<p>And the third one.</p>\n"
                                  "<p>And a fourth.</p>\n"),
    HTML("closing tag first", "</div></div><p>One paragraph.</p><p>Two paragraphs.</p><p>Three of them.</p>"),
    /* prose */
    TEXT("nothing", ""),
    TEXT("white space", " \n\n\t"),
    TEXT("BOM alone", "\xef\xbb\xbf"),
    TEXT("prose", LONG_TEXT),
    TEXT("one word", "Hello"),
    TEXT("less than", "If a < b and b < c, then a < c."),
    TEXT("hearts", "I <3 you, and <3 her too. <3 <3"),
    TEXT("arrow", "<- back   next ->"),
    TEXT("chat", "<alice> hello\n<bob> hi\n<alice> how are you?\n<bob> fine\n"),
    TEXT("mail addresses", "Ann Example <ann@example.org>, Bob <bob@example.org>"),
    TEXT("mail address first", "<ann@example.org> wrote:\n> Hello.\n"),
    TEXT("address first", "<https://example.org/> is where it is."),
    TEXT("placeholder first", "<your name here>, please sign."),
    TEXT("usage", "usage: prog [-a] <file> <address>\n  <file> is what is read\n"),
    TEXT("NULs", "a\0b\0\0c"),
    TEXT("NULs and less than", "\0\0<\0\0"),
    TEXT("many less than", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
    TEXT("a tag that does not end", "<p class=\"a"),
    TEXT("less than at the end", "Hello <"),
    /* texts that talk about tags */
    TEXT("sentence on <p>", "<p> is the tag of a paragraph. " LONG_TEXT),
    TEXT("list of tags", "<p>, <div> and <span> are tags."),
    TEXT("tag in words", "The <b> tag makes text bold, and <strong> says that it matters. " LONG_TEXT),
    TEXT("tags in quotes", "Write \"<p>\" before and \"</p>\" behind it. " LONG_TEXT),
    TEXT("tags in backquotes", "`<html>` comes first, then `<head>` and `<body>`.\n\n" LONG_TEXT),
    TEXT("a tutorial", "A page begins with a line\n\n    <!DOCTYPE html>\n\nand then has its head. " LONG_TEXT LONG_TEXT
                       "\n\n    <p>One</p>\n\n" LONG_TEXT),
    TEXT("a question with an example",
         "How do I centre a div? I tried this:\n\n<div align=center>x</div>\n\n" LONG_TEXT),
    TEXT("mail on HTML",
         "From: ann@example.org\nTo: bob@example.org\nSubject: markup\n\n<p>One</p><p>Two</p><p>Three</p>\n"),
    TEXT("mail in HTML", "Return-Path: <ann@example.org>\nReceived: from a by b;\n\tMon, 1 Jan 2024\nSubject: x\n"
                         "Content-Type: text/html\n\n<html><body><p>Hello.</p></body></html>\n"),
    TEXT("a logo over plain lines",
         "<img src=logo.png>\n" LONG_SENTENCE "\n" LONG_SENTENCE "\n" LONG_SENTENCE "\n" LONG_SENTENCE "\n"),
    /* Markdown */
    TEXT("Markdown", "# Title\n\nSome *text* with a [link](https://example.org).\n\n- one\n- two\n"),
    TEXT("Markdown with inline HTML",
         "# Title\n\nPress <kbd>Ctrl</kbd>+<kbd>C</kbd>.<br>Then [go](a.md).\n\n## More\n"),
    TEXT("README with a centred logo",
         "<p align=\"center\"><img src=\"logo.svg\"></p>\n\n# Thing\n\n## Use\n\n```\nthing\n```\n"
         "\n[docs](docs.md)\n"),
    TEXT("Markdown with details",
         "<details>\n<summary>More</summary>\n\n## Steps\n\n1. One\n\n```sh\nmake\n```\n\n</details>\n"),
    TEXT("Markdown on HTML", "## Tags\n\n```html\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n```\n\n[See](x.md)\n"),
    /* source code */
    TEXT("C++", "#include <vector>\n#include <map>\n\nstd::vector<int> a;\nstd::map<int, std::vector<p>> b;\n"),
    TEXT("C", "/* <p>A comment.</p> */\n#include <stdio.h>\nint main(void) { return 0; }\n"),
    TEXT("Java generics", "package a;\n\nclass B<T extends C<T>> {\n    List<String> x = new ArrayList<>();\n"
                          "    Map<String, List<T>> y;\n}\n"),
    TEXT("TypeScript generics",
         "export function f<T>(a: Array<T>): Promise<T> {\n  return new Promise<T>(r => r(a[0]));\n}\n"),
    TEXT("JSX", "import React from 'react';\n\nexport default function App() {\n  return (\n    <div className=\"a\">\n"
                "      <h1>{title}</h1>\n      <p>Hello</p>\n      <ul>{items.map(i => <li>{i}</li>)}</ul>\n    "
                "</div>\n  );\n}\n"),
    TEXT("PHP", "<?php\n$a = '<p>Hello</p>';\necho \"<html><body>$a</body></html>\";\n"),
    TEXT("PHP, short", "<?= $a ?>\n<p>Hello</p>\n"),
    TEXT("Python", "def f():\n    \"\"\"<p>One</p>\"\"\"\n    return '<div>' + x + '</div>'\n"),
    TEXT("shell", "#!/bin/sh\ncat <<EOF\n<html><body><p>Hello</p></body></html>\nEOF\n"),
    TEXT("JSON", "{\"html\": \"<p>One</p><p>Two</p><p>Three</p>\"}\n"),
    TEXT("JSON array", "[\"<p>One</p>\", \"<p>Two</p>\", \"<p>Three</p>\"]\n"),
    TEXT("CSS", "/* <div> */\nul > li { color: red }\n"),
    TEXT("a diff", "--- a/x.html\n+++ b/x.html\n@@ -1,3 +1,3 @@\n <ul>\n-<li>a</li>\n+<li>b</li>\n </ul>\n"),
    TEXT("a git diff", "diff --git a/x.html b/x.html\n@@ -1 +1 @@\n-<p>One</p>\n+<p>Two</p>\n <p>Three</p>\n"),
    TEXT("CSV with HTML", "id,text\n1,\"<p>One of them</p>\"\n2,\"<p>Two of them</p>\"\n3,\"<p>Three of them</p>\"\n"),
    TEXT("SQL with HTML", "INSERT INTO a VALUES (1, '<p>One</p>');\nINSERT INTO a VALUES (2, '<p>Two</p>');\n"
                          "INSERT INTO a VALUES (3, '<p>Three</p>');\n"),
    /* logs, XML */
    TEXT("log with tags",
         "2024-01-01 10:00 <info> started\n2024-01-01 10:01 <warn> slow\n2024-01-01 10:02 <info> ended\n"),
    TEXT("log that begins with a tag", "<info> started\n<warn> slow\n<info> ended\n"),
    TEXT("XML", "<?xml version=\"1.0\"?>\n<catalog><book id=\"1\"><author>A</author></book></catalog>\n"),
    TEXT("RSS", "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title><link>https://example.org</link>"
                "<item><title>One</title><guid>1</guid><pubDate>x</pubDate></item></channel></rss>"),
    TEXT("Atom", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title>T</title></entry></feed>"),
    TEXT("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/><g><rect/></g></svg>"),
    TEXT("SVG with a doctype", "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\"><svg><path/></svg>"),
    TEXT("subtitles", "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello.</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nBye.\n"),
};

START_TEST(tells_html_from_text) {
    const sniff_row *row = &sniff_rows[_i];
    char *copy = test_copy(row->text);
    in_kind got = in_sniff((dh_view){copy, row->text.len});
    free(copy);
    ck_assert_msg(got == row->kind, "row %d, %s: taken for %s", _i, row->name, got == IN_HTML ? "HTML" : "text");
}
END_TEST

/* A prefix of any length is looked at without a read past its end. */
START_TEST(sniffs_every_prefix) {
    for (size_t i = 0; i < DH_COUNT(sniff_rows); i++)
        for (size_t n = 0; n <= sniff_rows[i].text.len; n++) {
            char *copy = test_copy((dh_view){sniff_rows[i].text.ptr, n});
            in_kind got = in_sniff((dh_view){copy, n});
            free(copy);
            ck_assert_msg(got == IN_HTML || got == IN_TEXT, "%s, %zu bytes", sniff_rows[i].name, n);
        }
}
END_TEST

/* What lies behind the first 64 KiB changes nothing, and a page whose first tag fills them is one. */
START_TEST(sniffs_the_head_alone) {
    static const dh_view page = DH_LIT("<p>One.</p><p>Two.</p><p>Three.</p><p>Four.</p>");
    size_t head = 64 << 10, len = head + page.len;
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < len; i++) text[i] = i % 80 == 79 ? '\n' : 'a';
    memcpy(text + head, page.ptr, page.len);
    ck_assert_int_eq(in_sniff((dh_view){text, len}), IN_TEXT);
    memcpy(text, "<html>", 6);
    ck_assert_int_eq(in_sniff((dh_view){text, len}), IN_HTML);
    memcpy(text, "<!-- a", 6); /* a comment that does not end within the head */
    ck_assert_int_eq(in_sniff((dh_view){text, len}), IN_TEXT);
    free(text);
}
END_TEST

TCase *input_sniff_case(void) {
    TCase *c = tcase_create("HTML or text");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, tells_html_from_text, 0, (int)DH_COUNT(sniff_rows));
    tcase_add_test(c, sniffs_every_prefix);
    tcase_add_test(c, sniffs_the_head_alone);
    return c;
}

Suite *input_suite(void) {
    TCase *(*const cases[])(void) = {input_sniff_case,  input_binary_case, input_label_case, input_find_case,
                                     input_decode_case, input_codec_case,  input_warc_case,  input_robust_case, input_saved_case};
    Suite *s = suite_create("input");
    for (size_t i = 0; i < DH_COUNT(cases); i++) suite_add_tcase(s, cases[i]());
    return s;
}
