/* Writes Markdown. Every line begins with what the boxes around it ask for ("> ", the room of an item's marker); what parts two
 * leaves is written when the second one comes, since it depends on both. */
#include "write/markdown.h"

#include "write/doc.h"
#include "write/front_matter.h"
#include "write/md_text.h"

typedef struct {
    wr_maker maker;
    dh_buf prefix; /* of every line */
    dh_buf first;  /* of the next line: the same, but with the markers of items that begin */
    struct {
        size_t prefix; /* its length before the box was opened */
        wr_box_kind kind;
        bool other;    /* a list that stands right behind one of its kind: its items have the other marker */
    } boxes[WR_DEEP + 2];
    size_t depth;
    bool due;      /* something stands above: it must be parted from what comes */
    bool after_list, after_other;
    wr_box_kind after_kind;
    wr_box table;  /* the open one */
    size_t rows, cells;
    wr_leaf leaf;
    size_t fence;
    bool in_link, in_code;
    wr_span_kind code_kind; /* of the open one */
    unsigned stars; /* emphasis that is open */
    const char *closed_at; /* where emphasis ended last */
} maker;

static maker *self(wr_maker *m) { return (maker *)m; }

/* ---- lines ---- */

static void append(maker *m, dh_buf *to, dh_view v) {
    if (!m->maker.out.status) m->maker.out.status = buf_append_view(to, v);
}

static void begin_line(maker *m) {
    wr_put(&m->maker.out, dh_buf_view(&m->first));
    m->first.len = 0;
    append(m, &m->first, dh_buf_view(&m->prefix));
}

static void new_line(maker *m) {
    WR_PUT(&m->maker.out, "\n");
    begin_line(m);
}

/* Parts what comes from what stands above: by an empty line, or, tight, by the end of the line alone. */
static void separate(maker *m, bool tight) {
    if (!m->due) return;
    m->due = false;
    WR_PUT(&m->maker.out, "\n");
    if (tight) return;
    dh_view empty = dh_buf_view(&m->prefix);
    while (empty.len && empty.ptr[empty.len - 1] == ' ') empty.len--;
    wr_put(&m->maker.out, empty);
    WR_PUT(&m->maker.out, "\n");
}

/* ---- boxes ---- */

static bool in_item(const maker *m) {
    for (size_t i = m->depth; i > 0; i--)
        if (m->boxes[i - 1].kind == WR_ITEM) return true;
    return false;
}

static void open_list(maker *m, const wr_box *box) {
    /* Within an item a list may follow its text at once, but a numbered one only if it begins with 1. */
    separate(m, in_item(m) && (box->kind == WR_LIST || box->number == 1));
    m->boxes[m->depth].other = m->after_list && m->after_kind == box->kind && !m->after_other;
}

static void open_item(maker *m, const wr_box *box) {
    bool numbered = m->depth && m->boxes[m->depth - 1].kind == WR_NUMBERED, other = m->depth && m->boxes[m->depth - 1].other;
    separate(m, true);
    size_t before = m->first.len;
    if (numbered && !m->maker.out.status) m->maker.out.status = buf_printf(&m->first, "%u%s ", box->number, other ? ")" : ".");
    else append(m, &m->first, view_of(other ? "* " : "- "));
    for (size_t n = m->first.len - before; n > 0; n--) append(m, &m->prefix, DH_VIEW(" "));
}

static void open_table(maker *m, const wr_box *box) {
    m->table = *box;
    m->rows = 0;
}

static void end_row(maker *m) {
    for (; m->rows == 0 && m->cells < m->table.number; m->cells++) WR_PUT(&m->maker.out, "  |");
    if (m->rows++) return;
    new_line(m);
    WR_PUT(&m->maker.out, "|");
    for (size_t i = 0; i < m->cells && !m->maker.out.status; i++) WR_PUT(&m->maker.out, " --- |");
}

/* A table without a header gets an empty one: Markdown has no other. */
static void open_row(maker *m) {
    if (m->rows) {
        new_line(m);
    } else {
        separate(m, false);
        begin_line(m);
    }
    WR_PUT(&m->maker.out, "|");
    m->cells = 0;
    if (m->rows || m->table.header) return;
    end_row(m);
    new_line(m);
    WR_PUT(&m->maker.out, "|");
    m->cells = 0;
}

static void open_box(wr_maker *base, const wr_box *box) {
    maker *m = self(base);
    m->boxes[m->depth].prefix = m->prefix.len;
    m->boxes[m->depth].kind = box->kind;
    switch (box->kind) {
    case WR_QUOTE:
        separate(m, false);
        append(m, &m->first, DH_VIEW("> "));
        append(m, &m->prefix, DH_VIEW("> "));
        break;
    case WR_LIST: case WR_NUMBERED: open_list(m, box); break;
    case WR_ITEM: open_item(m, box); break;
    case WR_TABLE: open_table(m, box); break;
    case WR_ROW: open_row(m); break;
    case WR_TERMS: case WR_TERM: case WR_MEANING: case WR_FIGURE: case WR_BOX_KINDS: break;
    }
    m->depth++;
}

static void close_box(wr_maker *base, const wr_box *box) {
    maker *m = self(base);
    m->depth--;
    m->prefix.len = m->first.len = m->boxes[m->depth].prefix;
    if (box->kind == WR_ROW) end_row(m);
    if (box->kind == WR_TABLE) m->due = true;
    if (box->kind != WR_LIST && box->kind != WR_NUMBERED) return;
    m->after_list = true;
    m->after_kind = box->kind;
    m->after_other = m->boxes[m->depth].other;
}

/* ---- leaves ---- */

static bool is_term(const maker *m) { return m->leaf.bare && m->depth && m->boxes[m->depth - 1].kind == WR_TERM; }

static void put_fence(maker *m) {
    for (size_t i = 0; i < m->fence; i++) WR_PUT(&m->maker.out, "`");
}

static void open_leaf(wr_maker *base, const wr_leaf *leaf) {
    maker *m = self(base);
    m->leaf = *leaf;
    m->after_list = false;
    m->closed_at = NULL;
    if (leaf->kind == WR_CELL) {
        WR_PUT(&base->out, " ");
        return;
    }
    separate(m, false);
    begin_line(m);
    if (leaf->kind == WR_HEADING) {
        for (int i = 0; i < leaf->level; i++) WR_PUT(&base->out, "#");
        WR_PUT(&base->out, " ");
    }
    if (is_term(m)) WR_PUT(&base->out, "**");
    if (leaf->kind != WR_CODE) return;
    m->fence = md_longest_fence(leaf->text) + 1;
    if (m->fence < 3) m->fence = 3;
    put_fence(m);
    wr_put(&base->out, leaf->language);
    new_line(m);
}

static void close_leaf(wr_maker *base, const wr_leaf *leaf) {
    maker *m = self(base);
    if (leaf->kind == WR_CELL) {
        WR_PUT(&base->out, " |");
        m->cells++;
        return;
    }
    if (leaf->kind == WR_CODE) {
        new_line(m);
        put_fence(m);
    }
    if (is_term(m)) WR_PUT(&base->out, "**");
    m->due = true;
}

static void put_code(maker *m, dh_view v) {
    for (const char *p = v.ptr, *end = p + v.len; p < end && !m->maker.out.status; p++) {
        if (*p == '\n') new_line(m);
        else if ((unsigned char)*p >= ' ' || *p == '\t') wr_put_char(&m->maker.out, *p);
    }
}

static void text(wr_maker *base, dh_view v) {
    maker *m = self(base);
    if (m->leaf.kind == WR_CODE) {
        put_code(m, v);
    } else if (m->in_code) {
        md_code_span(&base->out, v, m->leaf.kind == WR_CELL);
    } else {
        const md_place place = {.line = base->line,
                                .starts = m->leaf.kind != WR_HEADING && m->leaf.kind != WR_CELL && !is_term(m),
                                .heading = m->leaf.kind == WR_HEADING,
                                .in_cell = m->leaf.kind == WR_CELL,
                                .in_link = m->in_link};
        md_text(&base->out, v, &place);
    }
}

/* ---- within a line ---- */

/* Formulas have their TeX between $` and `$, as GitHub and GitLab read it: elsewhere it is shown as code, and no backslash is lost. */
static bool is_code(wr_span_kind kind) { return kind == WR_CODE_SPAN || kind == WR_FORMULA; }

static bool takes(wr_maker *base, const wr_span *span) {
    const maker *m = self(base);
    if (m->in_code) return span->kind == m->code_kind; /* it becomes one with the next */
    if (span->kind == WR_STRONG && is_term(m)) return false;
    bool starred = span->kind == WR_EMPHASIS || span->kind == WR_STRONG || span->kind == WR_STRUCK;
    /* Stars behind stars would be taken for one run. */
    return !starred || (span->begin != m->closed_at && md_can_emphasise(base->line, span->begin, span->end, m->stars || is_term(m)));
}

static const struct {
    const char *open, *close;
} marks[WR_SPAN_KINDS] = {
    [WR_LINK] = {"[", "]("},
    [WR_EMPHASIS] = {"*", "*"},
    [WR_STRONG] = {"**", "**"},
    [WR_CODE_SPAN] = {"", ""},
    [WR_FORMULA] = {"$", "$"},
    [WR_STRUCK] = {"~~", "~~"},
    [WR_SUB] = {"<sub>", "</sub>"},
    [WR_SUP] = {"<sup>", "</sup>"},
};

static void open_span(wr_maker *base, const wr_span *span) {
    maker *m = self(base);
    wr_put(&base->out, view_of(marks[span->kind].open));
    m->in_link |= span->kind == WR_LINK;
    if (is_code(span->kind)) {
        m->in_code = true;
        m->code_kind = span->kind;
    }
    m->stars += *marks[span->kind].open == '*';
}

static void close_span(wr_maker *base, const wr_span *span) {
    maker *m = self(base);
    wr_put(&base->out, view_of(marks[span->kind].close));
    if (span->kind == WR_LINK) {
        md_address(&base->out, span->address);
        WR_PUT(&base->out, ")");
        m->in_link = false;
    }
    if (is_code(span->kind)) m->in_code = false;
    m->stars -= *marks[span->kind].open == '*';
    if (*marks[span->kind].open == '*' || *marks[span->kind].open == '~') m->closed_at = span->end;
}

static void image(wr_maker *base, const wr_image *img) {
    WR_PUT(&base->out, "![");
    md_alt(&base->out, img->alt, self(base)->leaf.kind == WR_CELL);
    WR_PUT(&base->out, "](");
    md_address(&base->out, img->address);
    WR_PUT(&base->out, ")");
}

static void line_break(wr_maker *base) {
    maker *m = self(base);
    if (m->leaf.kind == WR_HEADING || is_term(m)) {
        WR_PUT(&base->out, " ");
        return;
    }
    if (base->in->page->is_html) WR_PUT(&base->out, "\\"); /* lines of a text are lines of Markdown as well */
    new_line(m);
}

static void rule(wr_maker *base) {
    maker *m = self(base);
    separate(m, false);
    begin_line(m);
    WR_PUT(&base->out, "---");
    m->after_list = false;
    m->due = true;
}

/* ---- a page ---- */

static void put_heading(wr_maker *m, dh_view title) {
    const wr_leaf leaf = {.kind = WR_HEADING, .level = 1, .language = {"", 0}};
    if (!title.len) return;
    m->line = title;
    open_leaf(m, &leaf);
    text(m, title);
    close_leaf(m, &leaf);
}

dh_status wr_markdown(const wr_input *in, dh_buf *out) {
    static const wr_ways ways = {open_box,  close_box,  open_leaf, close_leaf, text, takes,
                                 open_span, close_span, image,     line_break, rule};
    maker m = {.maker = {.out = {out, DH_OK}, .ways = &ways, .in = in, .links = wr_wants_links(in), .images = in->how->images}};
    wr_maker *base = &m.maker;
    dh_buf_init(&m.prefix, 0);
    dh_buf_init(&m.first, 0);
    if (in->how->front_matter) {
        wr_front_matter(&base->out, in->facts);
        m.due = true;
    }
    put_heading(base, in->title);
    wr_document(base, DH_PART_BODY);
    if (wr_has_part(in, DH_PART_COMMENTS)) {
        rule(base);
        wr_document(base, DH_PART_COMMENTS);
    }
    if (m.due) WR_PUT(&base->out, "\n");
    dh_buf_clear(&m.prefix);
    dh_buf_clear(&m.first);
    return base->out.status;
}
