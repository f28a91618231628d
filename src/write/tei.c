/* Writes XML-TEI. Which element stands for what follows Trafilatura, whose output many corpora are made of; where TEI itself asks for
 * another attribute (url of graphic), TEI counts. */
#include "write/tei.h"

#include "write/address.h"
#include "write/markup.h"

#define HEADING(level) {"<ab type=\"header\" rend=\"h" level "\">", "</ab>\n"}

static const wr_names names = {
    .box = {[WR_QUOTE] = {"<quote>\n", "</quote>\n"},
            [WR_LIST] = {"<list rend=\"ul\">\n", "</list>\n"},
            [WR_NUMBERED] = {"<list rend=\"ol\">\n", "</list>\n"},
            [WR_ITEM] = {"<item>", "</item>\n"},
            [WR_TERMS] = {"<list rend=\"dl\">\n", "</list>\n"},
            [WR_TERM] = {"<item rend=\"dt\">", "</item>\n"},
            [WR_MEANING] = {"<item rend=\"dd\">", "</item>\n"},
            [WR_FIGURE] = {"<figure>\n", "</figure>\n"},
            [WR_TABLE] = {"<table>\n", "</table>\n"},
            [WR_ROW] = {"<row>\n", "</row>\n"}},
    .span = {[WR_LINK] = {"<ref target=\"", "</ref>"},
             [WR_EMPHASIS] = {"<hi rend=\"#i\">", "</hi>"},
             [WR_STRONG] = {"<hi rend=\"#b\">", "</hi>"},
             [WR_CODE_SPAN] = {"<code>", "</code>"},
             [WR_FORMULA] = {"<formula notation=\"TeX\">", "</formula>"},
             [WR_STRUCK] = {"<del>", "</del>"},
             [WR_SUB] = {"<hi rend=\"#sub\">", "</hi>"},
             [WR_SUP] = {"<hi rend=\"#sup\">", "</hi>"}},
    .numbered = {"<list rend=\"ol\" n=\"", "\">\n"},
    .paragraph = {"<p>", "</p>\n"},
    .heading = {HEADING("1"), HEADING("2"), HEADING("3"), HEADING("4"), HEADING("5"), HEADING("6")},
    .caption = {"<p>", "</p>\n"},
    .caption_of_table = {"<head>", "</head>\n"},
    .caption_of_figure = {"<head>", "</head>\n"},
    .cell = {"<cell>", "</cell>\n"},
    .header_cell = {"<cell role=\"head\">", "</cell>\n"},
    .code = {"<p><code>", "</code></p>\n"},
    .language = {"<p><code lang=\"", "\">"},
    .image = "<graphic url=\"",
    .image_text = "\"><desc>",
    .image_end = "</desc></graphic>",
    .line_break = "<lb/>\n",
    .rule = "<milestone unit=\"part\" rend=\"rule\"/>\n"};

/* ---- the header ---- */

static dh_view fact(const wr_maker *m, dh_fact_kind kind) { return m->in->facts->one[kind].value; }

static void put_title(wr_maker *m) {
    dh_view title = fact(m, DH_FACT_TITLE);
    WR_PUT(&m->out, "<titleStmt>\n<title type=\"main\">");
    wr_escape(&m->out, title.len ? title : m->in->title);
    WR_PUT(&m->out, "</title>\n");
    for (size_t i = 0; i < m->in->facts->author_count; i++)
        wr_element(&m->out, "<author>", m->in->facts->authors[i].value, "</author>\n");
    WR_PUT(&m->out, "</titleStmt>\n");
}

/* "Title, Site, 2020-01-02", as far as it is known. */
static void put_label(wr_maker *m, const char *open, bool with_title) {
    static const dh_fact_kind kinds[] = {DH_FACT_TITLE, DH_FACT_SITE_NAME, DH_FACT_DATE};
    const char *between = "";
    wr_put(&m->out, view_of(open));
    for (size_t i = with_title ? 0 : 1; i < DH_COUNT(kinds); i++) {
        if (!fact(m, kinds[i]).len) continue;
        wr_element(&m->out, between, fact(m, kinds[i]), "");
        between = ", ";
    }
    WR_PUT(&m->out, "</bibl>\n");
}

static void put_source(wr_maker *m) {
    dh_view url = fact(m, DH_FACT_URL).len ? fact(m, DH_FACT_URL) : fact(m, DH_FACT_CANONICAL_URL);
    dh_buf safe;
    dh_buf_init(&safe, 0);
    if (!m->out.status) m->out.status = wr_safe(url, false, &safe);
    WR_PUT(&m->out, "<sourceDesc>\n");
    put_label(m, "<bibl>", true);
    put_label(m, "<bibl type=\"sigle\">", false);
    WR_PUT(&m->out, "<biblFull>\n");
    put_title(m);
    WR_PUT(&m->out, "<publicationStmt>\n<publisher>");
    wr_escape(&m->out, fact(m, DH_FACT_SITE_NAME));
    WR_PUT(&m->out, "</publisher>\n");
    wr_element(&m->out, "<ptr type=\"URL\" target=\"", dh_buf_view(&safe), "\"/>\n");
    dh_buf_clear(&safe);
    wr_element(&m->out, "<date>", fact(m, DH_FACT_DATE), "</date>\n");
    wr_element(&m->out, "<date type=\"modified\">", fact(m, DH_FACT_MODIFIED), "</date>\n");
    WR_PUT(&m->out, "</publicationStmt>\n</biblFull>\n</sourceDesc>\n");
}

static void put_header(wr_maker *m) {
    WR_PUT(&m->out, "<teiHeader>\n<fileDesc>\n");
    put_title(m);
    WR_PUT(&m->out, "<publicationStmt>\n");
    if (fact(m, DH_FACT_LICENCE).len) {
        WR_PUT(&m->out, "<publisher>");
        wr_escape(&m->out, fact(m, DH_FACT_SITE_NAME));
        wr_element(&m->out, "</publisher>\n<availability>\n<p>", fact(m, DH_FACT_LICENCE), "</p>\n</availability>\n");
    } else {
        WR_PUT(&m->out, "<p/>\n");
    }
    WR_PUT(&m->out, "</publicationStmt>\n");
    put_source(m);
    WR_PUT(&m->out, "</fileDesc>\n<encodingDesc>\n<appInfo>\n<application version=\"" DH_VERSION "\" ident=\"dehusk\">\n"
                    "<label>dehusk</label>\n</application>\n</appInfo>\n</encodingDesc>\n<profileDesc>\n");
    wr_element(&m->out, "<abstract>\n<p>", fact(m, DH_FACT_DESCRIPTION), "</p>\n</abstract>\n");
    wr_element(&m->out, "<langUsage>\n<language ident=\"", fact(m, DH_FACT_LANGUAGE), "\"/>\n</langUsage>\n");
    WR_PUT(&m->out, "</profileDesc>\n</teiHeader>\n");
}

static void put_part(wr_maker *m, dh_part part) {
    wr_put(&m->out, view_of(part == DH_PART_BODY ? "<div type=\"entry\">\n" : "<div type=\"comments\">\n"));
    if (part == DH_PART_BODY) wr_element(&m->out, "<ab type=\"header\" rend=\"h1\">", m->in->title, "</ab>\n");
    bool empty = !wr_has_part(m->in, part) && !(part == DH_PART_BODY && m->in->title.len);
    if (empty) WR_PUT(&m->out, "<p/>\n"); /* a division is not empty */
    else wr_document(m, part);
    WR_PUT(&m->out, "</div>\n");
}

dh_status wr_tei(const wr_input *in, dh_buf *out) {
    wr_markup markup;
    wr_maker *m = &markup.maker;
    wr_markup_init(&markup, &names, in, out);
    WR_PUT(&m->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n");
    put_header(m);
    WR_PUT(&m->out, "<text>\n<body>\n");
    put_part(m, DH_PART_BODY);
    if (wr_has_part(in, DH_PART_COMMENTS)) put_part(m, DH_PART_COMMENTS);
    WR_PUT(&m->out, "</body>\n</text>\n</TEI>\n");
    return m->out.status;
}
