/* Writes documents by tables of names. Nothing of a page but its text and its addresses gets through, and both are escaped. */
#include "write/markup.h"

/* Bytes of the character at p that XML 1.0 does not allow (2.2: controls but tab and newlines, U+FFFE, U+FFFF), 0 if it does. */
static size_t forbidden(const char *p, const char *end) {
    unsigned char c = (unsigned char)*p;
    if (c < ' ') return c == '\t' || c == '\n' ? 0 : 1;
    bool last = c == 0xef && end - p >= 3 && (unsigned char)p[1] == 0xbf && (unsigned char)p[2] >= 0xbe;
    return last ? 3 : 0;
}

void wr_escape(wr_out *o, dh_view text) {
    if (!text.len) return; /* an empty view may point nowhere */
    const char *p = text.ptr, *end = p + text.len;
    while (p < end && !o->status) {
        const char *q = p;
        size_t skip = 0;
        while (q < end && *q != '&' && *q != '<' && *q != '>' && *q != '"' && !(skip = forbidden(q, end))) q++;
        wr_put(o, (dh_view){p, (size_t)(q - p)});
        if (q == end) break;
        if (*q == '&') WR_PUT(o, "&amp;");
        if (*q == '<') WR_PUT(o, "&lt;");
        if (*q == '>') WR_PUT(o, "&gt;");
        if (*q == '"') WR_PUT(o, "&quot;");
        p = q + (skip ? skip : 1);
    }
}

void wr_element(wr_out *o, const char *open, dh_view text, const char *close) {
    if (!text.len) return;
    wr_put(o, view_of(open));
    wr_escape(o, text);
    wr_put(o, view_of(close));
}

/* ---- the maker ---- */

static const wr_names *names_of(const wr_maker *m) { return ((const wr_markup *)m)->names; }

static void open_box(wr_maker *m, const wr_box *box) {
    const wr_names *names = names_of(m);
    if (box->kind == WR_NUMBERED && box->number != 1) {
        wr_put(&m->out, view_of(names->numbered.open));
        wr_put_number(&m->out, box->number);
        wr_put(&m->out, view_of(names->numbered.close));
    } else {
        wr_put(&m->out, view_of(names->box[box->kind].open));
    }
}

static void close_box(wr_maker *m, const wr_box *box) { wr_put(&m->out, view_of(names_of(m)->box[box->kind].close)); }

static wr_pair leaf_pair(const wr_maker *m, const wr_leaf *leaf) {
    const wr_names *names = names_of(m);
    switch (leaf->kind) {
    case WR_PARAGRAPH: return leaf->bare ? (wr_pair){"", ""} : names->paragraph;
    case WR_HEADING: return names->heading[leaf->level - 1];
    case WR_CODE: return names->code;
    case WR_CAPTION: return leaf->in_table ? names->caption_of_table : leaf->in_figure ? names->caption_of_figure : names->caption;
    case WR_CELL: return leaf->header ? names->header_cell : names->cell;
    }
    return names->paragraph;
}

static void open_leaf(wr_maker *m, const wr_leaf *leaf) {
    const wr_names *names = names_of(m);
    bool told = leaf->kind == WR_CODE && leaf->language.len;
    if (told) wr_element(&m->out, names->language.open, leaf->language, names->language.close);
    else wr_put(&m->out, view_of(leaf_pair(m, leaf).open));
}

static void close_leaf(wr_maker *m, const wr_leaf *leaf) { wr_put(&m->out, view_of(leaf_pair(m, leaf).close)); }

static void text(wr_maker *m, dh_view v) { wr_escape(&m->out, v); }

static bool takes(wr_maker *m, const wr_span *span) { return true; }

static void open_span(wr_maker *m, const wr_span *span) {
    const char *open = names_of(m)->span[span->kind].open;
    if (span->kind == WR_LINK) wr_element(&m->out, open, span->address, "\">");
    else wr_put(&m->out, view_of(open));
}

static void close_span(wr_maker *m, const wr_span *span) { wr_put(&m->out, view_of(names_of(m)->span[span->kind].close)); }

static void image(wr_maker *m, const wr_image *img) {
    const wr_names *names = names_of(m);
    wr_element(&m->out, names->image, img->address, names->image_text);
    wr_escape(&m->out, img->alt);
    wr_put(&m->out, view_of(names->image_end));
}

static void line_break(wr_maker *m) { wr_put(&m->out, view_of(names_of(m)->line_break)); }

static void rule(wr_maker *m) { wr_put(&m->out, view_of(names_of(m)->rule)); }

void wr_markup_init(wr_markup *m, const wr_names *names, const wr_input *in, dh_buf *out) {
    static const wr_ways ways = {open_box,  close_box,  open_leaf, close_leaf, text, takes,
                                 open_span, close_span, image,     line_break, rule};
    *m = (wr_markup){.names = names,
                     .maker = {.out = {out, DH_OK}, .ways = &ways, .in = in, .links = wr_wants_links(in), .images = in->how->images}};
}
