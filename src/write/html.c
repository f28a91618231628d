/* Writes HTML: the elements of the tables below and no others, so that nothing of a page but its text and its addresses gets
 * through. */
#include "write/html.h"

#include "write/address.h"
#include "write/markup.h"

static const wr_names names = {
    .box = {[WR_QUOTE] = {"<blockquote>\n", "</blockquote>\n"},
            [WR_LIST] = {"<ul>\n", "</ul>\n"},
            [WR_NUMBERED] = {"<ol>\n", "</ol>\n"},
            [WR_ITEM] = {"<li>", "</li>\n"},
            [WR_TERMS] = {"<dl>\n", "</dl>\n"},
            [WR_TERM] = {"<dt>", "</dt>\n"},
            [WR_MEANING] = {"<dd>", "</dd>\n"},
            [WR_FIGURE] = {"<figure>\n", "</figure>\n"},
            [WR_TABLE] = {"<table>\n", "</table>\n"},
            [WR_ROW] = {"<tr>\n", "</tr>\n"}},
    .span = {[WR_LINK] = {"<a href=\"", "</a>"},
             [WR_EMPHASIS] = {"<em>", "</em>"},
             [WR_STRONG] = {"<strong>", "</strong>"},
             [WR_CODE_SPAN] = {"<code>", "</code>"},
             [WR_FORMULA] = {"<code class=\"language-math\">", "</code>"},
             [WR_STRUCK] = {"<s>", "</s>"},
             [WR_SUB] = {"<sub>", "</sub>"},
             [WR_SUP] = {"<sup>", "</sup>"}},
    .numbered = {"<ol start=\"", "\">\n"},
    .paragraph = {"<p>", "</p>\n"},
    .heading = {{"<h1>", "</h1>\n"}, {"<h2>", "</h2>\n"}, {"<h3>", "</h3>\n"}, {"<h4>", "</h4>\n"}, {"<h5>", "</h5>\n"}, {"<h6>", "</h6>\n"}},
    .caption = {"<p>", "</p>\n"},
    .caption_of_table = {"<caption>", "</caption>\n"},
    .caption_of_figure = {"<figcaption>", "</figcaption>\n"},
    .cell = {"<td>", "</td>\n"},
    .header_cell = {"<th>", "</th>\n"},
    .code = {"<pre><code>", "</code></pre>\n"},
    .language = {"<pre><code class=\"language-", "\">"},
    .image = "<img src=\"",
    .image_text = "\" alt=\"",
    .image_end = "\">",
    .line_break = "<br>\n",
    .rule = "<hr>\n"};

/* ---- the document ---- */

static void put_meta(wr_out *o, const char *name, dh_view value) {
    if (!value.len) return;
    WR_PUT(o, "<meta name=\"");
    wr_put(o, view_of(name));
    wr_element(o, "\" content=\"", value, "\">\n");
}

static void put_address(wr_maker *m, dh_view address) {
    dh_buf safe;
    dh_buf_init(&safe, 0);
    if (!m->out.status) m->out.status = wr_safe(address, false, &safe);
    wr_element(&m->out, "<link rel=\"canonical\" href=\"", dh_buf_view(&safe), "\">\n");
    dh_buf_clear(&safe);
}

static void put_head(wr_maker *m) {
    const fc_facts *f = m->in->facts;
    wr_out *o = &m->out;
    dh_view language = f->one[DH_FACT_LANGUAGE].value, address = f->one[DH_FACT_CANONICAL_URL].value;
    WR_PUT(o, "<!DOCTYPE html>\n<html");
    wr_element(o, " lang=\"", language, "\"");
    WR_PUT(o, ">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    wr_escape(o, f->one[DH_FACT_TITLE].value.len ? f->one[DH_FACT_TITLE].value : m->in->title);
    WR_PUT(o, "</title>\n");
    for (size_t i = 0; i < f->author_count; i++) put_meta(o, "author", f->authors[i].value);
    put_meta(o, "description", f->one[DH_FACT_DESCRIPTION].value);
    put_meta(o, "date", f->one[DH_FACT_DATE].value);
    put_meta(o, "last-modified", f->one[DH_FACT_MODIFIED].value);
    put_meta(o, "application-name", f->one[DH_FACT_SITE_NAME].value);
    put_address(m, address.len ? address : f->one[DH_FACT_URL].value);
    WR_PUT(o, "</head>\n<body>\n");
}

dh_status wr_html(const wr_input *in, dh_buf *out) {
    wr_markup markup;
    wr_maker *m = &markup.maker;
    wr_markup_init(&markup, &names, in, out);
    put_head(m);
    wr_element(&m->out, "<h1>", in->title, "</h1>\n");
    wr_document(m, DH_PART_BODY);
    if (wr_has_part(in, DH_PART_COMMENTS)) {
        WR_PUT(&m->out, "<hr>\n");
        wr_document(m, DH_PART_COMMENTS);
    }
    WR_PUT(&m->out, "</body>\n</html>\n");
    return m->out.status;
}
