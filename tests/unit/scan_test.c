/* The byte scanner and the tree from its skeleton: what small pages become, which bytes text and attributes are found
 * at again, what is passed over, and the limits. tests/tree/compare.c does the same for real pages against gumbo. */
#include "page/gumbo_tag.h"
#include "page/scan.h"
#include "page/scan_raw.h"
#include "page/tree.h"
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

/* ---- the tree as a string ---- */

static void put_text(const scan_result *scan, const char *text, dh_buf *out) {
    for (const char *end = text + strlen(text); text < end;) {
        uint32_t index;
        size_t n = scan_token(text, end, &index);
        ck_assert(index == PG_NONE || index < scan->text_count);
        if (index == PG_NONE)
            buf_append_char(out, *text);
        else
            dh_buf_append(out, scan->source.ptr + scan->texts[index].begin, scan->texts[index].len);
        text += n;
    }
}

static void put_tag(const GumboNode *n, const char *before, dh_buf *out) {
    pg_tag tag = pg_tag_of_gumbo((unsigned)n->v.element.tag);
    if (tag == PG_HTML || tag == PG_BODY || tag == PG_HEAD) return;
    if (*before == '/' && (pg_tag_bits[tag] & TAG_V)) return;
    if (tag)
        buf_printf(out, "<%s%s>", before, pg_tag_name(tag));
    else
        buf_printf(out, "<%s%.*s>", before, 5, "other");
}

static void put_node(const scan_result *scan, const GumboNode *n, dh_buf *out) {
    if (tree_is_element(n)) put_tag(n, "", out);
    if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE) put_text(scan, n->v.text.text, out);
}

/* Appends the tree as HTML, without html, head and body; text as it stands in the source. */
static void put_tree(const scan_result *scan, const GumboNode *root, dh_buf *out) {
    const GumboNode *n = root;
    for (;;) {
        put_node(scan, n, out);
        if (tree_is_element(n) && tree_children(n)->length) {
            n = tree_children(n)->data[0];
            continue;
        }
        for (;; n = n->parent) {
            if (tree_is_element(n)) put_tag(n, "/", out);
            if (n == root) return;
            if (n->index_within_parent + 1 < tree_children(n->parent)->length) break;
        }
        n = tree_children(n->parent)->data[n->index_within_parent + 1];
    }
}

typedef struct {
    dh_arena arena;
    scan_result scan;
    dh_buf tree;
} scanned;

static void scan_of(dh_view html, size_t max_depth, scanned *s) {
    GumboOutput *tree;
    arena_init(&s->arena, 0);
    dh_buf_init(&s->tree, 0);
    ck_assert_int_eq(scan_page(&s->arena, html, max_depth, &s->scan, NULL), DH_OK);
    dh_view skeleton = {s->scan.skeleton, s->scan.skeleton_len};
    ck_assert_int_eq(tree_build(&s->arena, skeleton, &tree, NULL), DH_OK);
    put_tree(&s->scan, tree->root, &s->tree);
}

static void scanned_clear(scanned *s) {
    dh_buf_clear(&s->tree);
    arena_clear(&s->arena);
}

/* ---- trees ---- */

typedef struct {
    const char *html, *tree;
} tree_row;

static const tree_row tree_rows[] = {
    {"", ""},
    {"one", "one"},
    {"<p>one<p>two", "<p>one</p><p>two</p>"},
    {"<p>a &lt;b> c</p>", "<p>a &lt;b> c</p>"},
    {"<P CLASS=x>a</P >b", "<p>a</p>b"},
    {"a < b and c <3 <= d", "a < b and c <3 <= d"},
    {"a<", "a<"},
    {"a</", "a</"},
    {"a</>b", "ab"},
    {"a</ b>c", "ac"},
    {"a<?php echo '<p>' ?>b", "a' ?>b"},
    {"a<!foo>b", "ab"},
    {"a<p", "a"},
    {"a<p class=\"", "a"},
    {"a</p", "a"},
    {"<b>a<i>b</b>c</i>d", "<b>a<i>b</i></b><i>c</i>d"},
    {"<b><p>a</b>b</p>", "<b></b><p><b>a</b>b</p>"},
    {"<a>one<a>two</a>", "<a>one</a><a>two</a>"},
    {"<a><div>x<a>y", "<a></a><div><a>x</a><a>y</a></div>"},
    {"<p><b>x<p>y", "<p><b>x</b></p><p><b>y</b></p>"},
    {"<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
    {"<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"},
    {"<table><tr><td>a<td>b<tr><th>c</table>d",
     "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>d"},
    {"<table><p>x<tr><td>a</table>", "<p>x</p><table><tbody><tr><td>a</td></tr></tbody></table>"},
    {"<table>x<td>a</table>", "x<table><tbody><tr><td>a</td></tr></tbody></table>"},
    {"<div>a<h1>b<h2>c</h1>d</div>", "<div>a<h1>b</h1><h2>c</h2>d</div>"},
    {"<h1>a<h2>b</h2></h1>", "<h1>a</h1><h2>b</h2>"},
    {"</p>x</p></br>y", "x<p></p><br>y"},
    {"<button>a<button>b", "<button>a</button><button>b</button>"},
    {"<p>a<hr>b", "<p>a</p><hr>b"},
    {"<p><table><tr><td>x", "<p><table><tbody><tr><td>x</td></tr></tbody></table></p>"}, /* quirks: no doctype */
    {"<!doctype html><p><table><tr><td>x", "<p></p><table><tbody><tr><td>x</td></tr></tbody></table>"},
    {"<x-tag>a<div>b</x-tag>c", "<other>a<div>bc</div></other>"},
    {"<x-tag>a<y-tag>b</x-tag>c", "<other>a<other>b</other>c</other>"}, /* gumbo takes any unknown element for it */
    {"<div/>a<br/>b<p/>c", "<div>a<br>b<p>c</p></div>"},
    {"<ruby>a<rt>b<rp>c</ruby>", "<ruby>a<rt>b</rt><rp>c</rp></ruby>"},
    /* attributes: nothing in them is markup, whatever their quotes */
    {"<p title=\"a>b<i>\">x", "<p>x</p>"},
    {"<p title='a>b'>x", "<p>x</p>"},
    {"<p title=a\"b>x\">y", "<p>x\">y</p>"},
    {"<p a=\"x\"b='>'c>y", "<p>y</p>"},
    {"<p =\">x", "<p>x</p>"},
    {"<p a = '>' >x", "<p>x</p>"},
    {"<p a=>x", "<p>x</p>"},
    {"<p / a='>'>x", "<p>x</p>"},
    {"<p title=\"a>b</p>c", ""},
    {"<p\na\n=\n'>'\n>x", "<p>x</p>"},
    /* comments */
    {"a<!--<p>b-->c", "ac"},
    {"a<!-->b", "ab"},
    {"a<!--->b", "ab"},
    {"a<!---->b", "ab"},
    {"a<!-- x --!>b", "ab"},
    {"a<!-- x -- > y -->b", "ab"},
    {"a<!-- <!-- x --> y -->b", "a y -->b"},
    {"a<!-- open <p>b", "a"},
    {"a<![CDATA[b]]>c", "ac"},
    {"a<![CDATA[b>c]]>d", "ac]]>d"},
    {"<math><mi><![CDATA[a<b>c]]></mi></math>", "<math><other>a<b>c</other></math>"},
    /* raw text, and what is passed over */
    {"a<script>if (a<b) x('</p>')</script>b", "a<script></script>b"},
    {"a<script><!-- <script> x </script> --></script>b", "a<script></script>b"},
    {"a<script><!-- x </script>b", "a<script></script>b"},
    {"a<SCRIPT>x</Script >b", "a<script></script>b"},
    {"a<script>x</scripty>y</script>b", "a<script></script>b"},
    {"a<style>p>b{}</style>b", "a<style></style>b"},
    {"a<iframe><p>x</iframe>b", "a<iframe></iframe>b"},
    {"a<noembed><p>x</noembed>b", "a<noembed></noembed>b"},
    {"a<textarea><p>x</textarea>b", "a<textarea></textarea>b"},
    {"a<xmp><p>x</xmp>b", "a<xmp><p>x</xmp>b"},
    {"a<plaintext>b</plaintext><p>c", "a<plaintext>b</plaintext><p>c</plaintext>"},
    {"a<noscript><p>x</p></noscript>b", "a<noscript><p>x</p></noscript>b"},
    {"a<noscript><p>x</noscript>b", "a<noscript><p>xb</p></noscript>"},
    {"a<svg><title>t</title><path/></svg>b", "a<svg></svg>b"},
    {"a<svg/>b", "a<svg></svg>b"},
    {"a<svg><svg></svg><g></svg>b", "a<svg></svg>b"},
    {"a<svg><g><p>x</svg>b", "a<svg></svg><p>xb</p>"},
    {"<p>a<svg><foreignObject><p>x</foreignObject></svg>b", "<p>a<svg></svg>b</p>"},
    {"a<template><p>x<template></template>y</template>b", "a<template></template>b"},
    {"a<template><p>never closed", "a<p>never closed</p>"},
    {"a<template><script>'</template>'</script>x</template>b", "a<template></template>b"},
    {"a<select><option>x<option>y</select>b", "a<select></select>b"},
    {"a<select><option>x<input>b", "a<select></select><input>b"},
    {"<table><tr><td><select><option>x<tr><td>y</table>",
     "<table><tbody><tr><td><select></select></td></tr><tr><td>y</td></tr></tbody></table>"},
    {"a<meta name=x><link rel=y>b", "ab"},
    {"<frameset><frame></frameset>", "<frameset><frame></frameset>"},
    {"<!--[if IE]><p>x</p><![endif]-->a<![if !IE]>b<![endif]>", "ab"},
    /* white space: kept between inline things, in pre, and not beside block level tags */
    {"<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"},
    {"<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>"},
    {"<p>a</p>&#32;&#x20;<p>b</p>", "<p>a</p><p>b</p>"},
    {"<pre>\n a <b> </b></pre>", "<pre>\n a <b> </b></pre>"},
    {"<b>a<p>b</p> <p>c</b>", "<b>a<p>b</p> </b><p><b>c</b></p>"},
};

START_TEST(trees) {
    const tree_row *row = &tree_rows[_i];
    scanned s;
    scan_of(view_of(row->html), 0, &s);
    ck_assert_msg(view_is(dh_buf_view(&s.tree), view_of(row->tree)), "row %d: %s\n  gives %.*s\n  not   %s", _i,
                  row->html, (int)s.tree.len, s.tree.ptr, row->tree);
    scanned_clear(&s);
}
END_TEST

/* Equal formatting elements are re-opened three times at most (HTML Standard, 13.2.4.3); unequal ones all. */
START_TEST(formatting_keeps_its_attributes) {
    static const struct {
        const char *html;
        int bolds; /* around the text of the second paragraph */
    } rows[] = {
        {"<p><b><b><b><b><b>x<p>y", 3},
        {"<p><b a=1><b a=1><b a=1><b a=1>x<p>y", 3},
        {"<p><b a=1><b a=2><b a=3><b a=4>x<p>y", 4},
        {"<p><b><b a=1><b><b><b>x<p>y", 4},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        scanned s;
        scan_of(view_of(rows[i].html), 0, &s);
        buf_append_char(&s.tree, 0);
        int bolds = 0;
        for (const char *p = strstr(s.tree.ptr + 3, "<p>"); (p = strstr(p, "<b>")); p++) bolds++;
        ck_assert_msg(bolds == rows[i].bolds, "row %zu: %d times <b> in %s", i, bolds, s.tree.ptr);
        scanned_clear(&s);
    }
}
END_TEST

/* ---- side tables ---- */

static const pg_start *start_of(const scanned *s, pg_tag tag) {
    for (size_t i = 0; i < s->scan.start_count; i++)
        if (s->scan.starts[i].tag == tag) return &s->scan.starts[i];
    ck_abort_msg("there is no <%s>", pg_tag_name(tag));
}

static bool slice_is(const scanned *s, pg_slice slice, const char *text) {
    return view_is((dh_view){s->scan.source.ptr + slice.begin, slice.len}, view_of(text));
}

START_TEST(attributes) {
    static const struct {
        const char *attrs, *cls, *id, *role, *itemprop;
    } rows[] = {
        {"", "", "", "", ""},
        {" class=a id=b role=c itemprop=d", "a", "b", "c", "d"},
        {" CLASS='a b'\tID=\"b\"", "a b", "b", "", ""},
        {" class=a class=b", "a", "", "", ""},
        {" class='' class=b", "", "", "", ""},
        {" class", "", "", "", ""},
        {" class = x/y id=z/", "x/y", "z/", "", ""},
        {" xclass=a classx=b data-id=c", "", "", "", ""},
        {" title='class=a' id=b", "", "b", "", ""},
        {" class=\"a&amp;b\"", "a&amp;b", "", "", ""},
        {"/class=a/id=b", "a/id=b", "", "", ""},
        {" =class=a", "", "", "", ""},
        {" a'b class=c", "c", "", "", ""},
        {" id=\"b\"class=\"a\"", "a", "b", "", ""},
        {" class=a\nb=c", "a", "", "", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char html[200];
        scanned s;
        snprintf(html, sizeof html, "<div%s>x", rows[i].attrs);
        scan_of(view_of(html), 0, &s);
        const pg_start *t = start_of(&s, PG_DIV);
        ck_assert_msg(slice_is(&s, t->attrs, rows[i].attrs), "row %zu: attributes of %s", i, html);
        ck_assert_msg(slice_is(&s, t->cls, rows[i].cls), "row %zu: class of %s", i, html);
        ck_assert_msg(slice_is(&s, t->id, rows[i].id), "row %zu: id of %s", i, html);
        ck_assert_msg(slice_is(&s, t->role, rows[i].role), "row %zu: role of %s", i, html);
        ck_assert_msg(slice_is(&s, t->itemprop, rows[i].itemprop), "row %zu: itemprop of %s", i, html);
        scanned_clear(&s);
    }
}
END_TEST

START_TEST(flags) {
    static const struct {
        const char *attrs;
        int flags;
    } rows[] = {
        {"", 0},
        {" hidden", PG_IS_HIDDEN},
        {" HIDDEN=''", PG_IS_HIDDEN},
        {" aria-hidden=true", PG_IS_ARIA_HIDDEN},
        {" aria-hidden='TRUE'", PG_IS_ARIA_HIDDEN},
        {" aria-hidden=false", 0},
        {" data-hidden=1", 0},
        {" class=hidden", 0},
        {" style='display:none'", PG_IS_HIDDEN},
        {" style='color:red; Display : None !important'", PG_IS_HIDDEN},
        {" style='visibility:hidden'", PG_IS_HIDDEN},
        {" style='display:block'", 0},
        {" style='display:block; visibility: hidden'", PG_IS_HIDDEN},
        {" style='content:\"none\"'", 0},
        {" style=display:none", PG_IS_HIDDEN},
        {" href=x", PG_HAS_HREF},
        {" href", PG_HAS_HREF},
        {"/", PG_IS_SELF_CLOSED},
        {" href=x/", PG_HAS_HREF},
        {" href=x /", PG_HAS_HREF | PG_IS_SELF_CLOSED},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char html[200];
        scanned s;
        snprintf(html, sizeof html, "<a%s>x", rows[i].attrs);
        scan_of(view_of(html), 0, &s);
        ck_assert_msg(start_of(&s, PG_A)->flags == rows[i].flags, "row %zu: flags %d of %s", i,
                      start_of(&s, PG_A)->flags, html);
        scanned_clear(&s);
    }
}
END_TEST

START_TEST(attribute_by_name) {
    static const dh_view attrs = DH_LIT(" a=1 B='two' c d=\"x>y\" e='' a=9 f=g/h");
    static const struct {
        const char *name, *value; /* NULL: absent */
    } rows[] = {{"a", "1"}, {"b", "two"}, {"c", ""}, {"d", "x>y"}, {"e", ""}, {"f", "g/h"}, {"g", NULL}, {"", NULL}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_view value = {NULL, 0};
        bool found = pg_attr(attrs, view_of(rows[i].name), &value);
        ck_assert_msg(found == !!rows[i].value, "%s: found %d", rows[i].name, found);
        ck_assert_msg(!found || view_is(value, view_of(rows[i].value)), "%s: %.*s", rows[i].name, (int)value.len,
                      value.ptr);
    }
}
END_TEST

START_TEST(heads_and_scripts) {
    scanned s;
    scan_of(
        DH_VIEW("<meta charset=utf-8><title>T</title><link rel=x href=y><script type='application/ld+json'>{\"a\":1}"
                "</script><script>no</script><meta name=d content=e><script type=application/json>[</script>"),
        0, &s);
    ck_assert_uint_eq(s.scan.meta_count, 3);
    ck_assert_int_eq(s.scan.metas[0].tag, PG_META);
    ck_assert_int_eq(s.scan.metas[1].tag, PG_LINK);
    ck_assert(slice_is(&s, s.scan.metas[2].attrs, " name=d content=e"));
    ck_assert_uint_eq(s.scan.script_count, 2);
    ck_assert(slice_is(&s, s.scan.scripts[0].body, "{\"a\":1}"));
    ck_assert(slice_is(&s, s.scan.scripts[1].body, "["));
    ck_assert(slice_is(&s, s.scan.scripts[1].attrs, " type=application/json"));
    scanned_clear(&s);
}
END_TEST

/* ---- tokens ---- */

START_TEST(tokens_come_back) {
    /* One text run a div: 40,000 runs take tokens of one to four letters. */
    enum { RUNS = 40000 };
    dh_buf html;
    scanned s;
    dh_buf_init(&html, 0);
    for (int i = 0; i < RUNS; i++) ck_assert_int_eq(buf_printf(&html, "<i>%d</i>", i), DH_OK);
    scan_of(dh_buf_view(&html), 0, &s);
    ck_assert_uint_eq(s.scan.text_count, RUNS);
    ck_assert(view_is(dh_buf_view(&s.tree), dh_buf_view(&html)));
    scanned_clear(&s);
    dh_buf_clear(&html);
}
END_TEST

START_TEST(tokens_of_any_bytes) {
    uint32_t index;
    ck_assert_uint_eq(scan_token(" ", " " + 1, &index), 1);
    ck_assert_uint_eq(index, PG_NONE);
    uint64_t seed = 3;
    for (int round = 0; round < 20000; round++) {
        char bytes[12];
        size_t n = 1 + sup_random_below(&seed, sizeof bytes);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)sup_random(&seed);
        size_t len = scan_token(bytes, bytes + n, &index);
        ck_assert(len >= 1 && len <= n && len <= 7);
    }
}
END_TEST

/* ---- raw ends ---- */

START_TEST(ends_of_raw_text) {
    static const struct {
        const char *kind, *html, *rest; /* rest NULL: the page ends before */
    } rows[] = {
        {"comment", "a-->b", "b"},
        {"comment", ">b", "b"},
        {"comment", "->b", "b"},
        {"comment", "a--!>b", "b"},
        {"comment", "a--b->c", ""},
        {"comment", "a---->b", "b"},
        {"comment", "--", ""},
        {"text", "a</x>b", "</x>b"},
        {"text", "a</X >b", "</X >b"},
        {"text", "a</x/>b", "</x/>b"},
        {"text", "a</xy>b", ""},
        {"text", "a</x", ""},
        {"text", "a<x></x>", "</x>"},
        {"script", "a</script>b", "</script>b"},
        {"script", "<!--<script></script>--></script>b", "</script>b"},
        {"script", "<!--</script>b", "</script>b"},
        {"script", "<!--<script></script></script>b", "</script>b"},
        {"script", "<!--><script></script>b", "</script>b"},
        {"script", "<!--<scripts></script>b", "</script>b"},
        {"script", "a", ""},
        {"svg", "<g></svg>b", "b"},
        {"svg", "<svg></svg></svg>b", "b"},
        {"svg", "<svg/></svg>b", "b"},
        {"svg", "<g><div>b", "<div>b"},
        {"svg", "<desc><p>x</p></desc></svg>b", "b"},
        {"svg", "<g>", NULL},
        {"svg", "<!--</svg>--></svg>b", "b"},
        {"svg", "<a title='</svg>'></svg>b", "b"},
        {"svg", "a</p>", "</p>"},
        {"template", "<p></template>b", "b"},
        {"template", "<template></template>", NULL},
        {"template", "<!--</template>--></template>b", "b"},
        {"template", "<style></template></style></template>b", "b"},
        {"select", "<option>a</select>b", "</select>b"},
        {"select", "a<input>b", "<input>b"},
        {"select", "a<p>b", ""},
        {"select", "a<select>b", "<select>b"},
        {"select", "a<td>b", ""},
        {"cell", "a<td>b", "<td>b"},
        {"cell", "a</table>b", "</table>b"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_view html = view_of(rows[i].html);
        const char *p = html.ptr, *end = p + html.len, *kind = rows[i].kind, *got = NULL;
        if (!strcmp(kind, "comment"))
            got = raw_comment_end(p, end);
        else if (!strcmp(kind, "text"))
            got = raw_text_end(p, end, DH_VIEW("x"));
        else if (!strcmp(kind, "script"))
            got = raw_script_end(p, end);
        else if (!strcmp(kind, "svg"))
            got = raw_svg_end(p, end);
        else if (!strcmp(kind, "template"))
            got = raw_template_end(p, end);
        else
            got = raw_select_end(p, end, !strcmp(kind, "cell"));
        bool same = got && rows[i].rest ? !strcmp(got, rows[i].rest) : !got && !rows[i].rest;
        ck_assert_msg(same, "row %zu: %s in %s ends before '%s'", i, kind, html.ptr, got ? got : "(never)");
    }
}
END_TEST

/* ---- limits ---- */

static size_t depth_of(dh_view tree) {
    size_t depth = 0, most = 0;
    for (size_t i = 0; i + 1 < tree.len; i++) {
        if (tree.ptr[i] != '<') continue;
        depth = tree.ptr[i + 1] == '/' ? depth - 1 : depth + 1;
        if (depth > most) most = depth;
    }
    return most;
}

START_TEST(depth_is_bounded) {
    static const char *const tags[] = {"div", "span", "b", "font", "x-y", "blockquote", "ul"};
    static const size_t limits[] = {8, 100, 512};
    for (size_t i = 0; i < DH_COUNT(tags); i++)
        for (size_t k = 0; k < DH_COUNT(limits); k++) {
            dh_buf html;
            scanned s;
            dh_buf_init(&html, 0);
            for (int n = 0; n < 2000; n++) buf_printf(&html, "<%s>%d", tags[i], n % 10);
            for (int n = 0; n < 2000; n++) buf_printf(&html, "</%s>", tags[i]);
            buf_printf(&html, "<p>end</p>");
            scan_of(dh_buf_view(&html), limits[k], &s);
            size_t depth = depth_of(dh_buf_view(&s.tree));
            ck_assert_msg(depth <= limits[k] + 2, "%s: %zu deep, limit %zu", tags[i], depth, limits[k]);
            ck_assert_msg(depth >= 8, "%s: only %zu deep", tags[i], depth);
            ck_assert_uint_eq(s.scan.text_count, 2001); /* no text is lost */
            ck_assert_msg(s.scan.flattened > 0, "%s: nothing was flattened", tags[i]);
            ck_assert_ptr_nonnull(memmem(s.tree.ptr, s.tree.len, "<p>end</p>", 10));
            scanned_clear(&s);
            dh_buf_clear(&html);
        }
}
END_TEST

START_TEST(formatting_is_bounded) {
    dh_buf html;
    scanned s;
    dh_buf_init(&html, 0);
    buf_printf(&html, "<p>");
    for (int n = 0; n < 3000; n++) buf_printf(&html, "<b a=%d><i b=%d>x", n, n);
    for (int n = 0; n < 300; n++) buf_printf(&html, "<p>y");
    scan_of(dh_buf_view(&html), 0, &s);
    ck_assert_uint_eq(s.scan.text_count, 3300);
    size_t tags = 0;
    for (size_t i = 0; i < s.tree.len; i++) tags += s.tree.ptr[i] == '<';
    /* each paragraph re-opens what is open: 300 * 48 pairs of tags and little more */
    ck_assert_msg(tags <= (size_t)2 * 302 * 50, "%zu tags", tags);
    ck_assert_msg(tags >= (size_t)2 * 300 * 40, "only %zu tags", tags);
    scanned_clear(&s);
    dh_buf_clear(&html);
}
END_TEST

START_TEST(memory_is_bounded) {
    dh_buf html;
    dh_buf_init(&html, 0);
    for (int n = 0; n < 20000; n++) buf_printf(&html, "<p>%d</p>", n);
    for (size_t max = 1000; max <= 64000000; max *= 4) {
        dh_arena arena;
        scan_result scan;
        GumboOutput *tree;
        dh_error err = {DH_OK, 0, ""};
        arena_init(&arena, max);
        dh_status st = scan_page(&arena, dh_buf_view(&html), 0, &scan, &err);
        if (!st) st = tree_build(&arena, (dh_view){scan.skeleton, scan.skeleton_len}, &tree, &err);
        ck_assert_msg(arena.used <= max, "%zu bytes of %zu", arena.used, max);
        ck_assert_msg(st == (max < 5000000 ? DH_ERR_LIMIT : DH_OK) || (max >= 5000000 && max < 30000000),
                      "limit %zu: status %d", max, st);
        arena_clear(&arena);
    }
    dh_buf_clear(&html);
}
END_TEST

/* ---- any bytes ---- */

/* Pages made of pieces that are hard to tell apart when they meet. */
static void make_soup(uint64_t *seed, dh_buf *out) {
    static const char *const pieces[] = {"<p>",         "</p>",        "<b>",
                                         "</b>",        "<i class=x>", "</i>",
                                         "<table>",     "</table>",    "<tr>",
                                         "<td>",        "<a href=",    "\"x\">",
                                         "</a>",        "<!--",        "-->",
                                         "<script>",    "</script>",   "<svg>",
                                         "</svg>",      "<template>",  "</template>",
                                         "<select>",    "</select>",   "<math>",
                                         "</math>",     "<![CDATA[",   "]]>",
                                         "<",           ">",           "/>",
                                         "'",           "\"",          "=",
                                         "&amp;",       "&#",          "text ",
                                         "\n",          "<li>",        "<ul>",
                                         "</ul>",       "<pre>",       "</pre>",
                                         "<title>",     "</title>",    "<plaintext",
                                         "<h1>",        "</h1>",       "<button>",
                                         "<br>",        "\xc3\xa4",    "<textarea>",
                                         "</textarea>", "<style>",     "</style>",
                                         "<frameset>",  "<form>",      "<input type=hidden>",
                                         "<noscript>"};
    size_t n = 1 + sup_random_below(seed, 60);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(buf_append_view(out, view_of(pieces[sup_random_below(seed, DH_COUNT(pieces))])), DH_OK);
}

START_TEST(takes_any_soup) {
    uint64_t seed = 4;
    for (int round = 0; round < 4000; round++) {
        dh_buf html;
        scanned s;
        dh_buf_init(&html, 0);
        make_soup(&seed, &html);
        scan_of(dh_buf_view(&html), 8 + sup_random_below(&seed, 40), &s);
        uint32_t at = 0;
        for (size_t i = 0; i < s.scan.text_count; i++) {
            const scan_text *t = &s.scan.texts[i];
            ck_assert_msg(t->len && t->begin >= at && t->begin + t->len <= html.len, "round %d: text %zu of %.*s",
                          round, i, (int)html.len, html.ptr);
            at = t->begin + t->len;
        }
        for (size_t i = 1; i < s.scan.start_count; i++)
            ck_assert_msg(s.scan.starts[i].skeleton > s.scan.starts[i - 1].skeleton,
                          "round %d: start tags out of order", round);
        scanned_clear(&s);
        dh_buf_clear(&html);
    }
}
END_TEST

Suite *scan_suite(void) {
    Suite *s = suite_create("scan");
    TCase *t = tcase_create("trees");
    tcase_add_loop_test(t, trees, 0, (int)DH_COUNT(tree_rows));
    tcase_add_test(t, formatting_keeps_its_attributes);
    suite_add_tcase(s, t);
    t = tcase_create("tables");
    tcase_add_test(t, attributes);
    tcase_add_test(t, flags);
    tcase_add_test(t, attribute_by_name);
    tcase_add_test(t, heads_and_scripts);
    tcase_add_test(t, tokens_come_back);
    tcase_add_test(t, tokens_of_any_bytes);
    tcase_add_test(t, ends_of_raw_text);
    suite_add_tcase(s, t);
    t = tcase_create("limits");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, depth_is_bounded);
    tcase_add_test(t, formatting_is_bounded);
    tcase_add_test(t, memory_is_bounded);
    tcase_add_test(t, takes_any_soup);
    suite_add_tcase(s, t);
    return s;
}
