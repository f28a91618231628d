/* Markdown, HTML and XML of pages of which all blocks are kept: what boxes, leaves, spans and images become, and what is escaped. That the
 * words are those of the text, and that nothing dangerous gets through, is asked of whole pages in tests/formats. */
#include "suites.h"
#include "support/support.h"
#include "write/address.h"
#include "write/md_text.h"
#include "write/write.h"

#include <stdlib.h>

#define PAGE_URL "https://example.org/a/b"

/* Renders a page with links and images; *out receives what stands in the body. */
static void render(dh_view source, bool is_html, dh_format format, dh_buf *out) {
    const dh_rendering how = {.format = format, .links = DH_LINKS_YES, .images = true};
    fc_facts facts = {.author_count = 0};
    dh_arena arena;
    pg_page page;
    for (size_t i = 0; i < DH_FACT_COUNT; i++) facts.one[i].value = DH_VIEW("");
    arena_init(&arena, 0);
    ck_assert(!(is_html ? pg_from_html(&arena, source, 0, true, &page, NULL) : pg_from_text(&arena, source, false, &page, NULL)));
    jd_verdict *verdicts = arena_calloc(&arena, page.block_count + 1, sizeof *verdicts);
    ck_assert(verdicts != NULL);
    for (size_t i = 0; i < page.block_count; i++) verdicts[i].keep = true;
    const wr_input in = {.how = &how,
                         .page = &page,
                         .markup = &page,
                         .url = DH_VIEW(PAGE_URL),
                         .verdicts = verdicts,
                         .title = DH_VIEW(""),
                         .facts = &facts,
                         .type = DH_TYPE_UNKNOWN};
    ck_assert(!wr_render(&in, out));
    arena_clear(&arena);
}

/* What stands between two pieces of the text; all of it if they are not there. */
static dh_view between(dh_view v, const char *open, const char *close) {
    const char *from = memmem(v.ptr, v.len, open, strlen(open)), *to = memmem(v.ptr, v.len, close, strlen(close));
    if (!from || !to) return v;
    from += strlen(open);
    return (dh_view){from, (size_t)(to - from)};
}

typedef struct {
    const char *source, *want;
} row;

static const row markdown_rows[] = {
    {"", ""},
    {"<p>a</p><p>b</p>", "a\n\nb\n"},
    {"<h2>a #</h2><h3>b<br>c</h3>", "## a \\#\n\n### b c\n"},
    {"<p>a<br>b<br># c</p>", "a\\\nb\\\n\\# c\n"},
    {"<p>a<br><br>b</p>", "a\n\nb\n"},
    /* lists */
    {"<ul><li>a<li>b</ul>", "- a\n- b\n"},
    {"<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b\n"},
    {"<ul><li>a</ul><p>b</p><ul><li>c</ul>", "- a\n\nb\n\n- c\n"},
    {"<ul><li>a<ul><li>b</ul></li><li>c</ul>", "- a\n  - b\n- c\n"},
    {"<ol><li>a<li>b</ol>", "1. a\n2. b\n"},
    {"<ol start=9><li>a<li>b</ol>", "9. a\n10. b\n"},
    {"<ol><li>a<li value=7>b<li>c</ol>", "1. a\n7. b\n8. c\n"},
    {"<ol start=10><li><p>a<p>b</ol>", "10. a\n\n    b\n"},
    {"<ul><li>a<ol start=2><li>b</ol></ul>", "- a\n\n  2. b\n"},
    {"<ul><li>a<ol><li>b</ol></ul>", "- a\n  1. b\n"},
    {"<li>a</li>", "- a\n"},
    {"<ul><p>a</p></ul>", "a\n"},
    {"<ul><ul><li>a</ul></ul>", "- a\n"},
    {"<ul><li><pre>a\nb</pre></ul>", "- ```\n  a\n  b\n  ```\n"},
    {"<dl><dt>a<dd>b<dd>c</dl>", "**a**\n\nb\n\nc\n"},
    /* quotations */
    {"<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b\n"},
    {"<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b\n"},
    {"<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b\n"},
    {"<blockquote><ul><li>a<li>b</ul></blockquote>c", "> - a\n> - b\n\nc\n"},
    /* code */
    {"<pre>a\n\n  b</pre>", "```\na\n\n  b\n```\n"},
    {"<pre>```</pre>", "````\n```\n````\n"},
    {"<pre class='x language-c++'>a</pre>", "```c++\na\n```\n"},
    {"<pre><code class='lang-py'>a</code></pre>", "```py\na\n```\n"},
    {"<div class=highlight-source-shell><pre>a</pre></div>", "```shell\na\n```\n"},
    {"<pre class='language-a`b'>a</pre>", "```a\na\n```\n"},
    {"<p><code>a</code> <code>`b`</code></p>", "`a` `` `b` ``\n"},
    {"<p><code>a</code><code>b</code></p>", "`ab`\n"},
    {"<p><code>*a* <b>b</b></code></p>", "`*a* b`\n"},
    /* tables */
    {"<table><tr><th>a<th>b<tr><td>c<td>d|e</table>", "| a | b |\n| --- | --- |\n| c | d\\|e |\n"},
    {"<table><tr><td>a<td>b</table>", "|  |  |\n| --- | --- |\n| a | b |\n"},
    {"<table><tr><td>a<td><td>b<tr><td colspan=2>c<td>d</table>", "|  |  |  |\n| --- | --- | --- |\n| a |  | b |\n| c |  | d |\n"},
    {"<table><tr><th>a<tr><td>b<td>c</table>", "| a |  |\n| --- | --- |\n| b | c |\n"},
    {"<table><tr><td>a<tr><td>b</table>", "a\n\nb\n"},
    {"<table><caption>x</caption><tr><th>a<th>b</table>", "x\n\n| a | b |\n| --- | --- |\n"},
    {"<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "- a\n- b\n\nc\n"},
    {"<ul><li><table><tr><th>a<th>b</table></ul>", "- a\n\n  b\n"},
    /* emphasis */
    {"<p>a <em>b</em> <strong>c</strong> <s>d</s></p>", "a *b* **c** ~~d~~\n"},
    {"<p><b>a<i>b</i></b></p>", "**ab**\n"},
    {"<p>a<i> b </i>c</p>", "a *b* c\n"},
    {"<p><b>a</b><b>b</b></p>", "**ab**\n"},
    {"<p><b>a</b><i>b</i></p>", "**a**b\n"},
    {"<p>a<b>(b)</b>c</p>", "a(b)c\n"},
    {"<p><b>\xe3\x80\x80\xe5\xae\x9d\xe3\x80\x80</b>\xe5\xae\x9d</p>", "\xe3\x80\x80**\xe5\xae\x9d**\xe3\x80\x80\xe5\xae\x9d\n"},
    {"<p>a <b>(b)</b> c</p>", "a **(b)** c\n"},
    {"<p><b><b>a</b></b></p>", "**a**\n"},
    {"<p><b></b>a<i> </i></p>", "a\n"},
    {"<h2><b>a</b></h2>", "## a\n"},
    {"<b><p>a</p><p>b</p></b>", "**a**\n\n**b**\n"},
    {"<p>H<sub>2</sub>O<sup>1</sup></p>", "H<sub>2</sub>O<sup>1</sup>\n"},
    {"<p>a <math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_1\\,`*y*</annotation></semantics></math> b", "a $``x_1\\,`*y*``$ b\n"},
    {"<p>a <math><mi>x</mi><mo>+</mo></math> b", "a x+ b\n"},
    {"<p><math><annotation encoding=TeX>x</annotation></math><math><annotation encoding=TeX>y</annotation></math>", "$`x`$$`y`$\n"},
    /* links and images */
    {"<p><a href=c>a</a></p>", "[a](https://example.org/a/c)\n"},
    {"<p><a href='/c?d=1&amp;e=2#f'>a</a></p>", "[a](https://example.org/c?d=1&e=2#f)\n"},
    {"<p><a href='c (d) e'>a [b]</a></p>", "[a \\[b\\]](https://example.org/a/c%20%28d%29%20e)\n"},
    {"<base href=/x/><p><a href=c>a</a></p>", "[a](https://example.org/x/c)\n"},
    {"<p><a href=mailto:a@b.org>a</a></p>", "[a](mailto:a@b.org)\n"},
    {"<p><a href=javascript:x()>a</a> <a href=data:,x>b</a> <a>c</a> <a href>d</a></p>", "a b c d\n"},
    {"<p>a!<a href=c>b</a></p>", "a\\![b](https://example.org/a/c)\n"},
    {"<p><b><a href=c>a</a></b></p>", "**[a](https://example.org/a/c)**\n"},
    {"<p>a <img src=c.png alt='x]'> b</p>", "a ![x\\]](https://example.org/a/c.png) b\n"},
    {"<p>a <img src=data:,x data-src=c.png> b</p>", "a ![](https://example.org/a/c.png) b\n"},
    {"<p>a <img src=c.png width=1> <img src=c.png style='display:none'> b</p>", "a b\n"},
    {"<p>a</p><img src=c.png><p>b</p>", "a\n\n![](https://example.org/a/c.png)\n\nb\n"},
    {"<p>a</p><img src=c.png><noscript><img src=c.png></noscript><p>b</p>", "a\n\n![](https://example.org/a/c.png)\n\nb\n"},
    {"<p>a <img src=c.png></p>", "a ![](https://example.org/a/c.png)\n"},
    {"<p><a href=d><img src=c.png></a> a</p>", "![](https://example.org/a/c.png) a\n"},
    {"<p><a href=d><img src=c.png> a</a></p>", "[![](https://example.org/a/c.png) a](https://example.org/a/d)\n"},
    {"<figure><img src=c.png><figcaption>a</figcaption></figure>", "![](https://example.org/a/c.png)\n\na\n"},
    {"<p>a<hr>b", "a\n\n---\n\nb\n"},
    {"<hr><p>a<hr>", "a\n"},
};

static const row text_rows[] = {
    {"a\nb\n\nc\n", "a\nb\n\nc\n"},
    {"# a\n- b\n1. c\n", "\\# a\n\\- b\n1\\. c\n"},
    {"    a\n\n\n\n  b  \n", "a\n\nb\n"},
    {"a\n===\n---\n", "a\n\\===\n\\---\n"},
    {"a | b\n--- | ---\n", "a | b\n\\--- | ---\n"},
};

static const row html_rows[] = {
    {"<p>a &lt;b&gt; &amp; \"c\"</p>", "<p>a &lt;b&gt; &amp; &quot;c&quot;</p>\n"},
    {"<ul><li>a<p>b</p></ul>", "<ul>\n<li>a<p>b</p>\n</li>\n</ul>\n"},
    {"<ol start=3><li>a</ol>", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"},
    {"<dl><dt>a<dd>b</dl>", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n"},
    {"<dd>b</dd>", "<dl>\n<dd>b</dd>\n</dl>\n"},
    {"<pre class=language-c>a\x01 &lt;</pre>", "<pre><code class=\"language-c\">a &lt;</code></pre>\n"},
    {"<p>a<br>b", "<p>a<br>\nb</p>\n"},
    {"<p><i>a <b>b</i> c</b>", "<p><em>a <strong>b</strong></em> <strong>c</strong></p>\n"},
    {"<p onclick=x><a href='\"' onclick=y>a</a>", "<p><a href=\"https://example.org/a/%22\">a</a></p>\n"},
    {"<figure><img src=c alt='\"'><figcaption>a", "<figure>\n<img src=\"https://example.org/a/c\" alt=\"&quot;\"><figcaption>a</figcaption>\n</figure>\n"},
    {"<table><tr><th>a<td>b</table>", "<table>\n<tr>\n<th>a</th>\n<td>b</td>\n</tr>\n</table>\n"},
};

static const row xml_rows[] = {
    {"<h2>a</h2>", "<ab type=\"header\" rend=\"h2\">a</ab>\n"},
    {"<p>a <b>b</b> <a href=c>d</a>", "<p>a <hi rend=\"#b\">b</hi> <ref target=\"https://example.org/a/c\">d</ref></p>\n"},
    {"<ol><li>a</ol>", "<list rend=\"ol\">\n<item>a</item>\n</list>\n"},
    {"<pre>\x02 a\x0c\xef\xbf\xbf</pre>", "<p><code> a</code></p>\n"},
    {"<p>a<br>b", "<p>a<lb/>\nb</p>\n"},
};

static void check_row(const row *r, int i, bool is_html, dh_format format, const char *open, const char *close) {
    dh_buf out;
    dh_buf_init(&out, 0);
    render(view_of(r->source), is_html, format, &out);
    dh_view got = between(dh_buf_view(&out), open, close);
    ck_assert_msg(view_is(got, view_of(r->want)), "row %d: %s\n  gives %.*s\n  not   %s", i, r->source, (int)got.len, got.ptr, r->want);
    dh_buf_clear(&out);
}

START_TEST(markdown) { check_row(&markdown_rows[_i], _i, true, DH_TO_MARKDOWN, "\x01", "\x01"); }
END_TEST

START_TEST(markdown_of_text) { check_row(&text_rows[_i], _i, false, DH_TO_MARKDOWN, "\x01", "\x01"); }
END_TEST

START_TEST(html) { check_row(&html_rows[_i], _i, true, DH_TO_HTML, "<body>\n", "</body>"); }
END_TEST

START_TEST(xml) { check_row(&xml_rows[_i], _i, true, DH_TO_XML, "<div type=\"entry\">\n", "</div>"); }
END_TEST

/* A line as a paragraph has it. What needs no backslash gets none. */
static const row escape_rows[] = {
    {"a * b _ c ~ d", "a * b _ c ~ d"},
    {"2*3*4 a_b_c __init__", "2\\*3\\*4 a_b_c \\_\\_init\\_\\_"},
    {"a\\b `c`", "a\\\\b \\`c\\`"},
    {"[1] [a](b) [c]: d", "\\[1] [a\\](b) [c\\]: d"},
    {"a < b <c> </d> <!e> <f@g.org> <5", "a < b \\<c> \\</d> \\<!e> \\<f@g.org> <5"},
    {"a & b &amp; &#38; &c;d &", "a & b \\&amp; \\&#38; \\&c;d &"},
    {"a! ![b] !", "a! \\![b] !"},
    {"#a", "#a"},
    {"# a", "\\# a"},
    {"+ a", "\\+ a"},
    {"-a", "-a"},
    {"- a - b", "\\- a - b"},
    {"---", "\\---"},
    {"1. a 2. b", "1\\. a 2. b"},
    {"1.5 a", "1.5 a"},
    {"1234567890. a", "1234567890. a"},
    {"> a > b", "\\> a > b"},
    {"~~~ a", "\\~\\~\\~ a"},
    {"| a |", "| a |"},
    {"|---|", "\\|---|"},
    {":--", "\\:--"},
};

START_TEST(escapes) {
    const row *r = &escape_rows[_i];
    const md_place place = {.line = view_of(r->source), .starts = true};
    dh_buf buf;
    dh_buf_init(&buf, 0);
    wr_out out = {&buf, DH_OK};
    md_text(&out, place.line, &place);
    ck_assert_msg(!out.status && view_is(dh_buf_view(&buf), view_of(r->want)), "row %d: %s\n  gives %.*s\n  not   %s", _i, r->source,
                  (int)buf.len, buf.ptr, r->want);
    dh_buf_clear(&buf);
}
END_TEST

static const row attribute_rows[] = {
    {"a&amp;b", "a&b"},
    {"?a=1&copy=2&copy;&copy", "?a=1&copy=2\xc2\xa9\xc2\xa9"},
    {" a\n\tb\x01 ", "a b"},
    {"&#0;&#10;a", "\xef\xbf\xbd a"},
};

START_TEST(attributes) {
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert(!wr_attr_text(view_of(attribute_rows[_i].source), &out));
    ck_assert_msg(view_is(dh_buf_view(&out), view_of(attribute_rows[_i].want)), "row %d gives %.*s", _i, (int)out.len, out.ptr);
    dh_buf_clear(&out);
}
END_TEST

/* Double the page and the output may at most be doubled: elements around blocks are many, and deep. */
START_TEST(output_is_linear) {
    static const char *const opens[] = {"<sub><i><a href=x>", "<ul><li>", "<blockquote>", "<div><figure>"};
    for (size_t k = 0; k < DH_COUNT(opens); k++) {
        size_t len[2];
        for (size_t i = 0; i < 2; i++) {
            dh_buf source, out;
            dh_buf_init(&source, 0);
            dh_buf_init(&out, 0);
            for (size_t n = 0; n < 200; n++) ck_assert(!buf_append_view(&source, view_of(opens[k])));
            for (size_t n = 0; n < 1000 * (i + 1); n++) ck_assert(!buf_append_view(&source, DH_VIEW("<p>a</p>")));
            render(dh_buf_view(&source), true, DH_TO_MARKDOWN, &out);
            len[i] = out.len;
            dh_buf_clear(&source);
            dh_buf_clear(&out);
        }
        ck_assert_msg(len[1] <= 2 * len[0] + 100 && len[0] < (size_t)1 << 20, "%s: %zu and %zu bytes", opens[k], len[0], len[1]);
    }
}
END_TEST

Suite *write_suite(void) {
    Suite *s = suite_create("write");
    TCase *t = tcase_create("write");
    tcase_add_loop_test(t, markdown, 0, (int)DH_COUNT(markdown_rows));
    tcase_add_loop_test(t, markdown_of_text, 0, (int)DH_COUNT(text_rows));
    tcase_add_loop_test(t, html, 0, (int)DH_COUNT(html_rows));
    tcase_add_loop_test(t, xml, 0, (int)DH_COUNT(xml_rows));
    tcase_add_loop_test(t, escapes, 0, (int)DH_COUNT(escape_rows));
    tcase_add_loop_test(t, attributes, 0, (int)DH_COUNT(attribute_rows));
    tcase_add_test(t, output_is_linear);
    suite_add_tcase(s, t);
    return s;
}
