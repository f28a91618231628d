/* HTML to blocks and text to lines: kinds, levels, links, gaps, and the bytes of the source that each block stands for.
 * What the blocks are worth is judge_test.c's. */
#include "page/page.h"
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

/* ---- blocks as a string ---- */

/* "|" before a block that is set off, "+" before one on the next line; "h2:", "li1:" and the like; "*" for the block
 * that gets an item's marker; links in brackets; tabs and newlines as \t and \n. */
static void put_kind(const pg_block *b, dh_buf *out) {
    static const char *const kinds[] = {"p", "h", "li", "row", "code", "q", "cap", "line"};
    buf_printf(out, "%s", kinds[b->kind]);
    if (b->level) buf_printf(out, "%d", b->level);
    buf_printf(out, b->first_in_item ? "*:" : ":");
}

static void put_text(const pg_page *page, const pg_block *b, dh_buf *out) {
    for (size_t i = 0; i <= b->text.len; i++) {
        uint32_t at = b->text_begin + (uint32_t)i;
        for (uint32_t k = 0; k < b->link_count; k++)
            if (page->links[b->first_link + k].end == at) buf_append_char(out, ']');
        for (uint32_t k = 0; k < b->link_count; k++)
            if (page->links[b->first_link + k].begin == at) buf_append_char(out, '[');
        if (i == b->text.len) break;
        char c = b->text.ptr[i];
        if (c == '\n')
            buf_printf(out, "\\n");
        else if (c == '\t')
            buf_printf(out, "\\t");
        else
            buf_append_char(out, c);
    }
}

static void put_blocks(const pg_page *page, dh_buf *out) {
    for (size_t i = 0; i < page->block_count; i++) {
        const pg_block *b = &page->blocks[i];
        if (i) buf_append_char(out, b->gap == PG_GAP_LINE ? '+' : '|');
        put_kind(b, out);
        put_text(page, b, out);
    }
}

/* The bytes of the source that each block stands for, between bars. */
static void put_slices(const pg_page *page, dh_buf *out) {
    for (size_t i = 0; i < page->block_count; i++) {
        const pg_block *b = &page->blocks[i];
        if (i) buf_append_char(out, '|');
        dh_buf_append(out, page->source.ptr + b->begin, b->end - b->begin);
    }
}

typedef struct {
    dh_arena arena;
    pg_page page;
} parsed;

/* What holds for the blocks and elements of any page. */
static void check_page(const pg_page *p) {
    uint32_t at = 0;
    for (size_t i = 0; i < p->block_count; i++) {
        const pg_block *b = &p->blocks[i];
        ck_assert_msg(b->text.len && b->begin <= b->end && b->end <= p->source.len, "block %zu: bytes", i);
        ck_assert_msg(b->text.ptr == p->text.ptr + b->text_begin && b->text_begin >= at, "block %zu: its text's place",
                      i);
        at = b->text_begin + (uint32_t)b->text.len;
        ck_assert_msg(at <= p->text.len && b->elem < p->elem_count, "block %zu: its element", i);
        ck_assert_msg(b->link_bytes <= b->text.len && b->first_link + b->link_count <= p->link_count,
                      "block %zu: links", i);
        /* An inline element is left before its block ends, and so is one inside pre. */
        const pg_elem *e = &p->elems[b->elem];
        while ((b->kind == DH_KIND_CODE ? e->tag != PG_PRE && e->tag != PG_XMP : !(pg_tag_bits[e->tag] & TAG_B)) &&
               e->parent != PG_NONE)
            e = &p->elems[e->parent];
        ck_assert_msg(e->first_block <= i && i < e->end_block, "block %zu is not among those of its element", i);
    }
    for (size_t i = 0; i < p->elem_count; i++) {
        const pg_elem *e = &p->elems[i];
        ck_assert_msg(e->first_block <= e->end_block && e->end_block <= p->block_count, "element %zu: blocks", i);
        ck_assert_msg(e->end_elem > i && e->end_elem <= p->elem_count, "element %zu: its end", i);
        ck_assert_msg(i ? e->parent < i : e->parent == PG_NONE, "element %zu: its parent", i);
        if (!i) continue;
        const pg_elem *up = &p->elems[e->parent];
        ck_assert_msg(e->end_elem <= up->end_elem && e->depth == up->depth + 1, "element %zu: not inside its parent",
                      i);
        ck_assert_msg(up->first_block <= e->first_block && e->end_block <= up->end_block, "element %zu: block range",
                      i);
    }
    for (size_t i = 0; i < p->elem_count; i++) {
        const pg_elem *e = &p->elems[i], *outer = i ? &p->elems[e->parent] : NULL;
        ck_assert_msg(e->text_begin <= e->text_end && e->text_end <= p->text.len, "element %zu: its text", i);
        ck_assert_msg(!i || p->elems[i - 1].text_begin <= e->text_begin, "element %zu: its text's order", i);
        ck_assert_msg(!outer || (outer->text_begin <= e->text_begin && e->text_end <= outer->text_end), "element %zu: text around it", i);
    }
}

static void parse(dh_view html, parsed *p) {
    arena_init(&p->arena, 0);
    ck_assert_int_eq(pg_from_html(&p->arena, html, 0, true, &p->page, NULL), DH_OK);
    ck_assert(p->page.is_html && p->page.last_window);
    check_page(&p->page);
}

/* ---- HTML ---- */

typedef struct {
    const char *html, *blocks;
} block_row;

static const block_row block_rows[] = {
    {"", ""},
    {"   \n", ""},
    {"one", "p:one"},
    {"<p>one</p><p>two</p>", "p:one|p:two"},
    {"<p>one<p></p><p> <p>two", "p:one|p:two"},
    {"one<div>two</div>three", "p:one|p:two|p:three"},
    /* white space */
    {"<p>  a \n\t b\r\n\fc  </p>", "p:a b c"},
    {"<p>a<b> b</b> <i>c </i>d", "p:a b c d"},
    {"<p>a<b>b</b>c", "p:abc"},
    {"<p>a&nbsp;b\u00a0\u00a0c&#160;", "p:a b c"},
    {"<p>a\u3000b\u2003c", "p:a\u3000b c"},
    {"<span>a</span>\n<span>b</span>", "p:a b"},
    {"<p>a<wbr>b<img src=x>c", "p:abc"},
    /* entities, soft hyphens, controls */
    {"<p>&lt;b&gt; &amp;amp; &copy; &copy &notit; &#8212;&#x2014;", "p:<b> &amp; \u00a9 \u00a9 \u00acit; \u2014\u2014"},
    {"<p>AT&T &unknown; & &#; &#x; &#xD800; &#1114112;", "p:AT&T &unknown; & &#; &#x; \ufffd \ufffd"},
    {"<p>&#147;x&#148; &#150;", "p:\u201cx\u201d \u2013"},
    {"<p>soft\u00adhy&shy;phen&#173;ated", "p:softhyphenated"},
    {"<p>a\x01"
     "b\x7f"
     "c&#1;d",
     "p:abcd"},
    {"<p>&hearts;&zwj;&hearts;\u00e4\u00c4", "p:\u2665\u200d\u2665\u00e4\u00c4"},
    {"<p>&#32;&#10;", ""},
    {"<p>&nbsp;", ""},
    {"<p>&amp</p>", "p:&"},
    {"<p>&lt</p><p>&g", "p:<|p:&g"},
    /* headings */
    {"<h1>a</h1><h2>b</h2><h6>c</h6>d", "h1:a|h2:b|h6:c|p:d"},
    {"<h2><a href=x>b</a></h2>", "h2:[b]"},
    {"<h2><span><b>b</b></span> c</h2>", "h2:b c"},
    {"<h1><p>a</p></h1>", "p:a"},
    {"<h7>a</h7>", "p:a"},
    /* br */
    {"a<br>b", "p:a+p:b"},
    {"a<br><br>b", "p:a|p:b"},
    {"a<br> <br>\n<br>b", "p:a|p:b"},
    {"<p>a<br></p><p>b", "p:a|p:b"},
    {"<p>a</p><br><p>b", "p:a|p:b"},
    {"<p><br>a<br/>b<br></p>", "p:a+p:b"},
    {"<h1>a<br>b</h1>", "h1:a+h1:b"},
    {"<b>a<br>b</b>", "p:a+p:b"},
    /* lists */
    {"<ul><li>a<li>b</ul>", "li1*:a|li1*:b"},
    {"<ol><li>a</li>\n<li>b</li></ol>c", "li1*:a|li1*:b|p:c"},
    {"<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", "li1*:a|li2*:b|li3*:c|li1*:d"},
    {"<ul><li><p>a</p><p>b</p></ul>", "li1*:a|p1:b"},
    {"<ul><li>a<br>b</ul>", "li1*:a+li1:b"},
    {"<ul><li><b>a</b> b</ul>", "li1*:a b"},
    {"<ul><li></li><li>b</ul>", "li1*:b"},
    {"<ul><li><ul><li>a</ul></ul>", "li2*:a"},
    {"<ul><li><h3>a</h3>b</ul>", "h3*:a|li1:b"},
    {"<ul>a<li>b</ul>", "p1:a|li1*:b"},
    {"<li>a", "p*:a"},
    {"<menu><li>a</menu>", "li1*:a"},
    {"<dl><dt>a<dd>b</dl>", "p:a|p:b"},
    /* tables */
    {"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "row:a\\tb|row:c\\td"},
    {"<table><tr><th>a<td><b>b</b><td>&lt;</table>", "row:a\\tb\\t<"},
    {"<table><tr><td>a</table>", "p:a"},
    {"<table><tr><td>a<td></table>", "p:a"},
    {"<table><tr><td><p>a<p>b<td>c</table>", "p:a|p:b|p:c"},
    {"<table><tr><td><a href=x>a</a><td>b<td><a href=y>c</a></table>", "row:[a]\\tb\\t[c]"},
    {"<table><caption>t</caption><tr><td>a<td>b</table>", "cap:t|row:a\\tb"},
    {"<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", "p:a|row:b\\tc"},
    {"<table><tr><td>a<td><ul><li>b</ul></table>", "p:a|li1*:b"},
    {"<table>x<tr><td>a<td>b</table>", "p:x|row:a\\tb"},
    /* code */
    {"<pre>a\n  b\n\nc</pre>", "code:a\\n  b\\n\\nc"},
    {"<pre>\na\n</pre>", "code:a"},
    {"<pre>\n\na</pre>", "code:\\na"},
    {"<pre>a\r\nb\rc</pre>", "code:a\\nb\\nc"},
    {"<pre>  a &lt;b&gt; \t<b>c</b></pre>d", "code:  a <b> \\tc|p:d"},
    {"<pre><code>\na</code></pre>", "code:a"},
    {"<pre>a<br>b</pre>", "code:a\\nb"},
    {"<pre><div>a</div><div>b</div></pre>", "code:a\\nb"},
    {"<pre><span>a</span>\n<span>b</span></pre>", "code:a\\nb"},
    {"<pre> \n </pre>a", "p:a"},
    {"<p><code>a  b</code>", "p:a b"},
    {"<xmp>a <b>\n &lt;</xmp>", "code:a <b>\\n &lt;"},
    {"<pre>a</pre><pre>b</pre>", "code:a|code:b"},
    {"<ul><li><pre>a\nb</pre></ul>", "code1*:a\\nb"},
    /* quotes, captions */
    {"<blockquote>a<p>b</blockquote>c", "q:a|q:b|p:c"},
    {"<blockquote><ul><li>a</ul></blockquote>", "li1*:a"},
    {"<blockquote><h2>a</h2></blockquote>", "h2:a"},
    {"<figure><img><figcaption>a</figcaption></figure>", "cap:a"},
    /* links */
    {"<p>a <a href=x>b</a> c <a href=y>d e</a>", "p:a [b] c [d e]"},
    {"<p><a href=x> a </a>b", "p:[a] b"},
    {"<p><a name=x>a</a> <a>b</a>", "p:a b"},
    {"<p><a href=x>a</a><a href=y>b</a>", "p:[a] [b]"},
    {"<p>a<a href=x>b</a>c", "p:a[b]c"},
    /* words that style sets apart */
    {"<p><span>Brandt</span><span>Halo 3</span>", "p:Brandt Halo 3"},
    {"<p><span>$140</span><span>MSRP</span>", "p:$140 MSRP"},
    {"<p>name<span>4</span><b>5</b>", "p:name 4 5"},
    {"<p>USB<span>3</span>", "p:USB 3"},
    {"<p><b>K</b>eel fo<i>o</i>d AC<b>ME</b> 4<i>th</i>", "p:Keel food ACME 4th"},
    {"<p>H<sub>2</sub>O 12<sup>th</sup> m<sup>2</sup> long<wbr>Word ref<sup><span>1</span></sup>", "p:H2O 12th m2 longWord ref1"},
    {"<p>one<span>.</span>Two <span>(a)</span><span>B</span>", "p:one.Two (a)B"},
    {"<p>cafÃ©<span>Bar</span>", "p:cafÃ©""Bar"},
    {"<p>name<!-- c -->Date", "p:nameDate"},
    {"<pre>name<span>Date</span></pre>", "code:nameDate"},
    {"<a href=x><p>a<p>b</a>", "p:[a]|p:[b]"},
    {"<a href=x><img></a>b", "p:b"},
    {"<p><a href=x><b>a</b> <i>b</i></a>", "p:[a b]"},
    {"<p><a href=x>&amp;</a>", "p:[&]"},
    {"<pre><a href=x>a\n</a></pre>", "code:[a]"},
    /* what is never text */
    {"<title>t</title>a<script>x</script><style>y</style><textarea>z</textarea>b", "p:ab"},
    {"<p>a<svg><text>x</text></svg>b<select><option>c</select>d", "p:abd"},
    {"<p>a<!-- b -->c<video>d</video><audio>e</audio><canvas>f</canvas>g", "p:acg"},
    {"<iframe>a</iframe><noframes>b</noframes><template>c</template>d", "p:d"},
    {"a<button>b</button>c", "p:a|p:b|p:c"},
    {"<label>a</label> <input value=b> c", "p:a c"},
    /* formulas: TeX alone, if there is any */
    {"<p>a <math><mi>b</mi><mo>c</mo></math> d", "p:a bc d"},
    {"<p>a <math><semantics><mi>b</mi><annotation encoding=application/x-tex>\\b</annotation></semantics></math> d", "p:a \\b d"},
    {"<p>a <math><mi>b</mi><annotation encoding=MathType>c</annotation></math>", "p:a bc"},
    {"<p><span><math><annotation encoding=TeX>b</annotation></math></span><span class=katex-html>b</span> d", "p:b d"},
    {"<p><span class=katex-html>b</span>", "p:b"},
    /* XHTML, misnesting, strange starts */
    {"<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"x\"><body><p>a<br />b</p></body></html>", "p:a+p:b"},
    {"<p/>a<div/>b", "p:a|p:b"},
    {"<b><p>a</b>b</p>c", "p:ab|p:c"},
    {"<i><div>a</i>b</div>", "p:ab"},
    {"<table><p>a<td>b<td>c</table>", "p:a|row:b\\tc"},
    {"</div>a</p>b", "p:a|p:b"},
    {"<body>a</body>b</html>c", "p:abc"},
    {"\ufeff<p>a", "p:a"},
    {"<p>a</p", "p:a"},
    {"<p>a<p class", "p:a"},
    {"<p>a<b", "p:a"},
};

START_TEST(html_blocks) {
    const block_row *row = &block_rows[_i];
    parsed p;
    dh_buf got;
    dh_buf_init(&got, 0);
    parse(view_of(row->html), &p);
    put_blocks(&p.page, &got);
    ck_assert_msg(view_is(dh_buf_view(&got), view_of(row->blocks)), "row %d: %s\n  gives %.*s\n  not   %s", _i,
                  row->html, (int)got.len, got.ptr, row->blocks);
    uint32_t bytes = 0;
    for (size_t i = 0; i < p.page.link_count; i++) bytes += p.page.links[i].end - p.page.links[i].begin;
    for (size_t i = 0; i < p.page.block_count; i++) bytes -= p.page.blocks[i].link_bytes;
    ck_assert_msg(!bytes, "row %d: link_bytes do not add up: %s", _i, row->html);
    dh_buf_clear(&got);
    arena_clear(&p.arena);
}
END_TEST

static const block_row slice_rows[] = {
    {"<p>one</p> <p>two</p>", "one|two"},
    {"  one  ", "one  "},
    {"<p>a <b>b</b> c</p>", "a <b>b</b> c"},
    {"<p><b>b</b></p>", "b"},
    {"<p><a href='x'>b</a> </p>", "b"},
    {"<p>a&nbsp;&lt;</p>", "a&nbsp;&lt;"},
    {"a<br>b", "a|b"},
    {"<table><tr><td>a</td><td>b</td></tr></table>", "a</td><td>b"},
    {"<pre>\n  a\n</pre>", "  a\n"},
    {"<p>a<!-- c -->b", "a<!-- c -->b"},
    {"<p>\xc3\xa4</p><p>\xe2\x82\xac</p>", "\xc3\xa4|\xe2\x82\xac"},
    {"<table>late<tr><td>in</table>", "late|in"},
    {"<ul><li>a<ul><li>b</ul>c</ul>", "a|b|c"},
};

START_TEST(html_offsets) {
    const block_row *row = &slice_rows[_i];
    parsed p;
    dh_buf got;
    dh_buf_init(&got, 0);
    parse(view_of(row->html), &p);
    put_slices(&p.page, &got);
    ck_assert_msg(view_is(dh_buf_view(&got), view_of(row->blocks)), "row %d: %s\n  gives %.*s\n  not   %s", _i,
                  row->html, (int)got.len, got.ptr, row->blocks);
    dh_buf_clear(&got);
    arena_clear(&p.arena);
}
END_TEST

/* The text of each element that marks its text up, in braces before its tag's name; a row's second column is of all in order. */
static const block_row mark_rows[] = {
    {"<p>a <b>b</b> c</p>", "b{ b}"},
    {"<p>a<b> b </b>c</p>", "b{ b}"},
    {"<p><b>a<i>b</i></b></p>", "b{ab}i{b}"},
    {"<b><p>a</p><p>b</p></b>", "b{a|b}"},
    {"<p><i>a<br>b</i></p>", "i{a|b}"},
    {"<p>a<img src=x>b</p><img><p>c", "img{}img{}"},
    {"<pre><code>a\n\n</code></pre><p>b", "code{a}"},
    {"<pre><b>a</b>\n<b>\n</b></pre>b", "b{a}b{}"},
    {"<table><tr><td><b>a</b><td>b<td><b>c</b></table>", "b{a}b{c}"},
    {"<p>x<sup><a href=y>1</a></sup>", "sup{1}a{1}"},
    {"<p>a<hr>b<span>c</span>", "hr{}"},
    {"<b>a<table>b</table>", "b{ab}"},
    {"<b><p>x</p>y\u202ez</b>w", "b{x|yz}"}, /* what is unseen goes; the element began in the block before */
};

START_TEST(html_marks) {
    const block_row *row = &mark_rows[_i];
    parsed p;
    dh_buf got;
    dh_buf_init(&got, 0);
    parse(view_of(row->html), &p);
    for (size_t i = 0; i < p.page.elem_count; i++) {
        const pg_elem *e = &p.page.elems[i];
        if (!(pg_tag_bits[e->tag] & TAG_M)) continue;
        buf_printf(&got, "%s{", pg_tag_name((pg_tag)e->tag));
        for (uint32_t at = e->text_begin; at < e->text_end; at++) {
            bool between = p.page.text.ptr[at] == '\n';
            if (!between || at + 1 < e->text_end) buf_append_char(&got, between ? '|' : p.page.text.ptr[at]);
        }
        buf_append_char(&got, '}');
    }
    ck_assert_msg(view_is(dh_buf_view(&got), view_of(row->blocks)), "row %d: %s\n  gives %.*s\n  not   %s", _i,
                  row->html, (int)got.len, got.ptr, row->blocks);
    dh_buf_clear(&got);
    arena_clear(&p.arena);
}
END_TEST

START_TEST(html_with_nuls) {
    static const char html[] = "<p>a\0b</p>\0<p title=\"\0\">c</p><pre>d\0e</pre>";
    parsed p;
    dh_buf got;
    dh_buf_init(&got, 0);
    parse((dh_view){html, sizeof html - 1}, &p);
    for (size_t i = 0; i < p.page.block_count; i++) {
        if (i) ck_assert_int_eq(buf_append_char(&got, '|'), DH_OK);
        ck_assert_int_eq(buf_append_view(&got, p.page.blocks[i].text), DH_OK);
    }
    ck_assert_msg(view_starts(dh_buf_view(&got), DH_VIEW("ab|c|d")), "%.*s", (int)got.len, got.ptr);
    ck_assert_uint_eq(p.page.block_count, 3);
    dh_buf_clear(&got);
    arena_clear(&p.arena);
}
END_TEST

START_TEST(html_title) {
    static const char *const rows[][2] = {
        {"<title>a &amp;\n  b</title>", "a & b"},
        {"<title></title><p>x", ""},
        {"<p>x", ""},
        {"<title>a<b>c</b></title>", "a<b>c</b>"},
        {"<title>a</title><title>b</title>", "a"},
        {"<p>x<title>late</title>", "late"},
        {"<svg><title>s</title></svg><p>x", ""},
        {"<title>open", "open"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        parsed p;
        parse(view_of(rows[i][0]), &p);
        ck_assert_msg(view_is(p.page.title, view_of(rows[i][1])), "row %zu: %s: title '%.*s'", i, rows[i][0],
                      (int)p.page.title.len, p.page.title.ptr);
        arena_clear(&p.arena);
    }
}
END_TEST

START_TEST(html_flags_are_inherited) {
    parsed p;
    parse(DH_VIEW("<div hidden><p>a</p></div><p>b</p><noscript><p>c</p></noscript><p style=display:none>d<b>e</b></p>"),
          &p);
    static const int want[] = {PG_IS_HIDDEN, 0, PG_IN_NOSCRIPT, PG_IS_HIDDEN};
    ck_assert_uint_eq(p.page.block_count, DH_COUNT(want));
    for (size_t i = 0; i < DH_COUNT(want); i++)
        ck_assert_msg((p.page.elems[p.page.blocks[i].elem].flags & (PG_IS_HIDDEN | PG_IN_NOSCRIPT)) == want[i],
                      "block %zu", i);
    arena_clear(&p.arena);
}
END_TEST

START_TEST(html_elements_know_their_tags) {
    parsed p;
    parse(DH_VIEW("<body class=k><article id=x><p>a</p></article><b><p class=one>b</b>c</p>"), &p);
    for (size_t i = 0; i < p.page.elem_count; i++) {
        const pg_elem *e = &p.page.elems[i];
        if (e->start != PG_NONE) ck_assert_int_eq(p.page.starts[e->start].tag, e->tag);
        if (e->tag == PG_ARTICLE) ck_assert(view_is(pg_view(&p.page, p.page.starts[e->start].id), DH_VIEW("x")));
        if (e->tag == PG_BODY) ck_assert(view_is(pg_view(&p.page, p.page.starts[e->start].cls), DH_VIEW("k")));
        if (e->tag == PG_B) ck_assert_uint_ne(e->start, PG_NONE); /* its clone inside p too */
        if (e->tag == PG_HEAD) ck_assert_uint_eq(e->start, PG_NONE);
    }
    arena_clear(&p.arena);
}
END_TEST

START_TEST(html_memory_is_bounded) {
    dh_buf html;
    dh_buf_init(&html, 0);
    for (int n = 0; n < 10000; n++) buf_printf(&html, "<p>%d <a href=x>b</a></p>", n);
    bool refused = false, taken = false;
    for (size_t max = 500; max < ((size_t)64 << 20); max += max / 3) {
        dh_arena arena;
        pg_page page;
        dh_error err = {DH_OK, 0, ""};
        arena_init(&arena, max);
        dh_status st = pg_from_html(&arena, dh_buf_view(&html), 0, true, &page, &err);
        ck_assert_msg(arena.used <= max && (!st || (st == DH_ERR_LIMIT && err.code == st)), "%zu bytes: status %d", max,
                      st);
        ck_assert_msg(!(taken && st), "%zu bytes are refused, fewer were enough", max);
        refused |= st != DH_OK;
        taken |= st == DH_OK;
        arena_clear(&arena);
    }
    ck_assert(refused && taken);
    dh_buf_clear(&html);
}
END_TEST

/* ---- text ---- */

/* Lines between bars, each with the bytes of its end; in a text of CRs eol_cr is set. */
static const struct {
    const char *text;
    bool eol_cr;
    const char *lines;
} line_rows[] = {
    {"", false, ""},
    {"a", false, "a0|"},
    {"a\n", false, "a1|"},
    {"a\nb", false, "a1|b0|"},
    {"a\r\nb\r\n", false, "a2|b2|"},
    {"a\rb\r", true, "a1|b1|"},
    {"a\rb", false, "a\rb0|"},
    {"a\r\nb\nc\rd", false, "a2|b1|c\rd0|"},
    {"a\r\r\nb", false, "a\r2|b0|"},
    {"\n\n", false, "1|1|"},
    {"\n", false, "1|"},
    {"\r\n\r\n", false, "2|2|"},
    {"\r\r", true, "1|1|"},
    {"a\n\n \nb\n", false, "a1|1| 1|b1|"},
    {"  a\t \n", false, "  a\t 1|"},
    {"a\r", false, "a\r0|"},
    {"a\r", true, "a1|"},
    {"\xe2\x80\xa8\n", false,
     "\xe2\x80\xa8"
     "1|"},
};

START_TEST(text_lines) {
    dh_view text = view_of(line_rows[_i].text);
    dh_arena arena;
    pg_page page;
    dh_buf got;
    arena_init(&arena, 0);
    dh_buf_init(&got, 0);
    ck_assert_int_eq(pg_from_text(&arena, text, line_rows[_i].eol_cr, &page, NULL), DH_OK);
    ck_assert(!page.is_html);
    size_t at = 0;
    for (size_t i = 0; i < page.block_count; i++) {
        const pg_block *b = &page.blocks[i];
        ck_assert_msg(b->begin == at && b->text.ptr == text.ptr + at && b->end == at + b->text.len, "row %d: line %zu",
                      _i, i);
        ck_assert(b->kind == DH_KIND_LINE && b->elem == PG_NONE);
        at = b->end + b->eol;
        buf_append_view(&got, b->text);
        buf_printf(&got, "%d|", b->eol);
    }
    ck_assert_uint_eq(at, text.len); /* no byte is lost */
    ck_assert_msg(view_is(dh_buf_view(&got), view_of(line_rows[_i].lines)), "row %d: %.*s, not %s", _i, (int)got.len,
                  got.ptr, line_rows[_i].lines);
    dh_buf_clear(&got);
    arena_clear(&arena);
}
END_TEST

START_TEST(text_of_many_lines) {
    dh_buf text;
    dh_arena arena;
    pg_page page;
    dh_buf_init(&text, 0);
    arena_init(&arena, 0);
    for (int i = 0; i < 200000; i++) ck_assert_int_eq(buf_append_char(&text, i % 3 ? '\n' : 'x'), DH_OK);
    ck_assert_int_eq(pg_from_text(&arena, dh_buf_view(&text), false, &page, NULL), DH_OK);
    ck_assert_uint_eq(page.block_count, 133333);
    arena_clear(&arena);
    arena_init(&arena, 100000);
    ck_assert_int_eq(pg_from_text(&arena, dh_buf_view(&text), false, &page, NULL), DH_ERR_LIMIT);
    arena_clear(&arena);
    dh_buf_clear(&text);
}
END_TEST

Suite *page_suite(void) {
    Suite *s = suite_create("page");
    TCase *t = tcase_create("html");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, html_blocks, 0, (int)DH_COUNT(block_rows));
    tcase_add_loop_test(t, html_offsets, 0, (int)DH_COUNT(slice_rows));
    tcase_add_loop_test(t, html_marks, 0, (int)DH_COUNT(mark_rows));
    tcase_add_test(t, html_with_nuls);
    tcase_add_test(t, html_title);
    tcase_add_test(t, html_flags_are_inherited);
    tcase_add_test(t, html_elements_know_their_tags);
    tcase_add_test(t, html_memory_is_bounded);
    suite_add_tcase(s, t);
    t = tcase_create("text");
    tcase_add_loop_test(t, text_lines, 0, (int)DH_COUNT(line_rows));
    tcase_add_test(t, text_of_many_lines);
    suite_add_tcase(s, t);
    return s;
}
