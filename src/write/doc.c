/* Goes over a page's blocks in order. Boxes are opened and closed by comparing what two neighbouring blocks stand in; blocks that a
 * br parts are lines of one leaf; rows of a table that follow each other are a table; images and rules that stand between blocks go
 * with the blocks around them, since nobody has judged them. */
#include "write/doc.h"

#include "write/inline.h"

/* Columns that a table is given at most for what a colspan says; cells that are there are all written. */
#define COLUMNS_MAX 64
/* Blocks of a figure: what has more is a part of the page. */
#define FIGURE_BLOCKS 64

typedef struct {
    wr_maker *m;
    const pg_page *page;
    const jd_verdict *verdicts;
    dh_part part;
    wr_inline text;
    wr_box open[WR_DEEP + 2]; /* a table and a row stand in what they stand in */
    wr_counter counters[WR_DEEP];
    size_t depth;
    bool fresh;       /* nothing was written since the innermost box was opened */
    uint32_t next_elem; /* images and rules between blocks: where to go on */
    size_t no_table;  /* blocks before this one begin no table */
} document;

static bool is_in(const document *d, size_t i) { return d->verdicts[i].keep && d->verdicts[i].part == d->part; }

bool wr_has_part(const wr_input *in, dh_part part) {
    for (size_t i = 0; i < in->page->block_count; i++)
        if (in->verdicts[i].keep && in->verdicts[i].part == part) return true;
    return false;
}

/* The next block of the part from i on, block_count if there is none. */
static size_t next_in(const document *d, size_t i) {
    while (i < d->page->block_count && !is_in(d, i)) i++;
    return i;
}

/* ---- boxes ---- */

static void open_box(document *d, wr_box box) {
    size_t at = d->depth++;
    if (box.kind == WR_NUMBERED) wr_counter_begin(d->page, box.elem, &d->counters[at]);
    if (box.kind == WR_ITEM && d->open[at - 1].kind == WR_NUMBERED)
        box.number = (uint32_t)wr_counter_at(d->page, box.elem, &d->counters[at - 1]);
    d->open[at] = box;
    d->fresh = true;
    d->m->ways->open_box(d->m, &d->open[at]);
}

static void close_box(document *d) {
    d->fresh = false;
    d->m->ways->close_box(d->m, &d->open[--d->depth]);
}

/* A numbered list says with what number it begins before its first item is opened. */
static void number_list(const document *d, wr_box *list, uint32_t item) {
    wr_counter c;
    wr_counter_begin(d->page, list->elem, &c);
    list->number = (uint32_t)wr_counter_at(d->page, item, &c);
}

/* Closes what an element does not stand in, and opens what it does. */
static void enter(document *d, uint32_t elem) {
    wr_box boxes[WR_DEEP];
    size_t n = elem == PG_NONE ? 0 : wr_boxes(d->page, elem, boxes), same = 0;
    while (same < n && same < d->depth && boxes[same].kind == d->open[same].kind && boxes[same].elem == d->open[same].elem) same++;
    while (d->depth > same) close_box(d);
    for (size_t i = same; i < n; i++) {
        if (boxes[i].kind == WR_NUMBERED) number_list(d, &boxes[i], boxes[i + 1].elem);
        open_box(d, boxes[i]);
    }
}

/* ---- leaves ---- */

static wr_leaf leaf_of(const document *d, const pg_block *b) {
    wr_leaf leaf = {.kind = WR_PARAGRAPH, .language = {"", 0}};
    if (b->kind == DH_KIND_HEADING) leaf = (wr_leaf){.kind = WR_HEADING, .level = b->level, .language = {"", 0}};
    if (b->kind == DH_KIND_CODE) leaf = (wr_leaf){.kind = WR_CODE, .text = b->text, .language = wr_language(d->page, b->elem)};
    if (b->kind == DH_KIND_CAPTION) leaf.kind = WR_CAPTION;
    leaf.in_figure = d->depth && d->open[d->depth - 1].kind == WR_FIGURE;
    wr_box_kind box = d->depth ? d->open[d->depth - 1].kind : WR_QUOTE;
    leaf.bare = leaf.kind == WR_PARAGRAPH && d->fresh && (box == WR_ITEM || box == WR_TERM || box == WR_MEANING);
    return leaf;
}

static void write_line(document *d, const pg_block *b) {
    wr_inline_run(d->m, &d->text, b->text_begin, b->text_begin + b->text.len, wr_block_level(d->page, b->elem));
}

/* True if block i is a line of the leaf that the block before it began. */
static bool goes_on(const document *d, size_t i, size_t above) {
    const pg_block *b = &d->page->blocks[i], *a = &d->page->blocks[above];
    return i == above + 1 && b->gap == PG_GAP_LINE && a->kind != DH_KIND_CODE && b->kind != DH_KIND_CODE &&
           wr_block_level(d->page, a->elem) == wr_block_level(d->page, b->elem);
}

/* Writes the leaf that block i begins; returns the block behind it. */
static size_t write_leaf(document *d, size_t i) {
    const pg_block *b = &d->page->blocks[i];
    enter(d, b->elem);
    wr_leaf leaf = leaf_of(d, b);
    d->text.plain = leaf.kind == WR_CODE;
    d->text.strong = leaf.kind == WR_HEADING;
    d->m->ways->open_leaf(d->m, &leaf);
    write_line(d, b);
    size_t next = i + 1;
    for (; next < d->page->block_count && is_in(d, next) && goes_on(d, next, next - 1); next++) {
        d->m->ways->line_break(d->m);
        write_line(d, &d->page->blocks[next]);
    }
    d->m->ways->close_leaf(d->m, &leaf);
    d->fresh = d->text.plain = d->text.strong = false;
    return next;
}

/* ---- tables ---- */

static bool is_cell(const pg_page *page, uint32_t e) { return page->elems[e].tag == PG_TD || page->elems[e].tag == PG_TH; }

static size_t span_of(const pg_page *page, uint32_t cell) {
    uint32_t start = page->elems[cell].start;
    dh_view v;
    if (start == PG_NONE || !pg_attr(pg_view(page, page->starts[start].attrs), DH_VIEW("colspan"), &v)) return 1;
    size_t n = 0;
    for (size_t i = 0; i < v.len && v.ptr[i] >= '0' && v.ptr[i] <= '9' && n < COLUMNS_MAX; i++) n = n * 10 + (size_t)(v.ptr[i] - '0');
    return n ? n : 1;
}

/* Columns of a row; *header: all its cells are header cells. */
static size_t row_columns(const pg_page *page, uint32_t row, bool *header) {
    size_t n = 0;
    *header = true;
    for (uint32_t e = row + 1; e < page->elems[row].end_elem; e = page->elems[e].end_elem) {
        if (!is_cell(page, e)) continue;
        size_t wide = span_of(page, e);
        *header &= page->elems[e].tag == PG_TH;
        n += n + wide <= COLUMNS_MAX ? wide : 1;
    }
    *header &= n > 0;
    return n;
}

static void write_cell(document *d, size_t begin, size_t end, uint32_t cell, bool header) {
    const wr_leaf leaf = {.kind = WR_CELL, .header = header, .language = {"", 0}};
    d->text.strong = header;
    d->m->ways->open_leaf(d->m, &leaf);
    if (begin < end) wr_inline_run(d->m, &d->text, begin, end, cell);
    d->m->ways->close_leaf(d->m, &leaf);
    d->text.strong = false;
}

/* Where the text of the cell that begins at a byte of a row ends: at the next tab. */
static size_t cell_end(const document *d, size_t at, size_t end) {
    const char *p = memchr(d->page->text.ptr + at, '\t', end - at);
    return p ? (size_t)(p - d->page->text.ptr) : end;
}

static void write_row(document *d, const pg_block *b, uint32_t row) {
    const pg_page *page = d->page;
    size_t at = b->text_begin, end = at + b->text.len, n = 0;
    wr_box box = {.kind = WR_ROW, .elem = row};
    row_columns(page, row, &box.header);
    open_box(d, box);
    for (uint32_t e = row + 1; e < page->elems[row].end_elem; e = page->elems[e].end_elem) {
        if (!is_cell(page, e)) continue;
        bool header = page->elems[e].tag == PG_TH, empty = page->elems[e].first_block == page->elems[e].end_block || at >= end;
        size_t to = empty ? at : cell_end(d, at, end), wide = span_of(page, e);
        write_cell(d, at, to, e, header);
        if (!empty) at = to + 1;
        for (size_t k = n + wide <= COLUMNS_MAX ? wide : 1; n++, k > 1; k--) write_cell(d, at, at, e, header);
    }
    if (at < end) write_cell(d, at, end, row, false); /* no cell is known for it */
    close_box(d);
}

/* The block behind a table that begins at block i, i if none does. A caption of its own may stand first. */
static size_t table_end(document *d, size_t i, uint32_t *table) {
    const pg_page *page = d->page;
    size_t k = i, rows = 0;
    uint32_t row;
    if (i < d->no_table) return i;
    if (page->blocks[k].kind == DH_KIND_CAPTION) k++;
    *table = PG_NONE;
    for (; k < page->block_count; k++) {
        if (!is_in(d, k)) continue;
        if (!wr_is_row(page, &page->blocks[k], &row)) break;
        uint32_t t = wr_nearest(page, row, PG_TABLE);
        if (t == PG_NONE || (*table != PG_NONE && t != *table)) break;
        *table = t;
        rows += page->blocks[k].kind == DH_KIND_ROW;
    }
    if (page->blocks[i].kind == DH_KIND_CAPTION && wr_nearest(page, page->blocks[i].elem, PG_TABLE) != *table) return i;
    if (!rows) d->no_table = k;
    return rows ? k : i;
}

static void write_table(document *d, size_t i, size_t end, uint32_t table) {
    const pg_page *page = d->page;
    wr_box box = {.kind = WR_TABLE, .elem = table};
    bool first = true, header;
    uint32_t row;
    for (size_t k = i; k < end; k++) {
        if (!is_in(d, k) || !wr_is_row(page, &page->blocks[k], &row)) continue;
        size_t columns = row_columns(page, row, &header);
        if (first) box.header = header;
        if (columns > box.number) box.number = (uint32_t)columns;
        first = false;
    }
    enter(d, page->elems[table].parent);
    open_box(d, box);
    for (size_t k = i; k < end && !d->m->out.status; k++) {
        if (!is_in(d, k)) continue;
        if (wr_is_row(page, &page->blocks[k], &row)) {
            write_row(d, &page->blocks[k], row);
        } else { /* the caption */
            const wr_leaf leaf = {.kind = WR_CAPTION, .in_table = true, .language = {"", 0}};
            d->m->ways->open_leaf(d->m, &leaf);
            write_line(d, &page->blocks[k]);
            d->m->ways->close_leaf(d->m, &leaf);
        }
    }
    close_box(d);
}

/* ---- what stands between blocks ---- */

/* True if what stands between blocks next - 1 and next goes with them: if both, as far as they are in the same container, are in the
 * part. What stands in a figure goes with the figure's text, or with what is around the figure. */
static bool goes_along(const document *d, uint32_t elem, size_t next, bool both) {
    const pg_page *page = d->page;
    size_t from = next, to = next;
    uint32_t e = wr_nearest(page, elem, PG_FIGURE);
    if (e != PG_NONE && page->elems[e].end_block - page->elems[e].first_block > FIGURE_BLOCKS) e = PG_NONE;
    if (e != PG_NONE) {
        from = page->elems[e].first_block;
        to = page->elems[e].end_block;
        for (size_t i = from; i < to; i++)
            if (is_in(d, i)) return !both;
    }
    e = e == PG_NONE ? page->elems[elem].parent : page->elems[e].parent;
    while (e != PG_NONE && page->elems[e].first_block >= from && page->elems[e].end_block <= to) e = page->elems[e].parent;
    if (e == PG_NONE) return false;
    bool above = from > page->elems[e].first_block, below = to < page->elems[e].end_block;
    if (above && !is_in(d, from - 1)) return false;
    if (below && !is_in(d, to)) return false;
    return both ? above && below : above || below;
}

static void write_image(document *d, uint32_t elem) {
    wr_image image;
    const wr_leaf leaf = {.kind = WR_PARAGRAPH, .bare = wr_nearest(d->page, elem, PG_FIGURE) != PG_NONE, .language = {"", 0}};
    if (!wr_inline_image(d->m, &d->text, elem, &image)) return;
    enter(d, elem);
    d->m->line = (dh_view){"", 0};
    d->m->ways->open_leaf(d->m, &leaf);
    d->m->ways->image(d->m, &image);
    d->m->ways->close_leaf(d->m, &leaf);
    d->fresh = false;
}

/* Writes images and rules up to where block `next` begins. */
static void write_between(document *d, size_t next) {
    const pg_page *page = d->page;
    size_t to = next < page->block_count ? page->blocks[next].text_begin : page->text.len;
    size_t from = next ? page->blocks[next - 1].text_begin + page->blocks[next - 1].text.len : 0;
    for (; d->next_elem < page->elem_count && page->elems[d->next_elem].text_begin <= to && !d->m->out.status; d->next_elem++) {
        uint32_t elem = d->next_elem;
        const pg_elem *e = &page->elems[elem];
        if ((e->tag != PG_HR && e->tag != PG_IMG) || (e->flags & PG_IS_HIDDEN)) continue;
        if (e->text_begin < from || (next && e->text_begin == from)) continue;
        if (e->tag == PG_HR && goes_along(d, elem, next, true)) {
            enter(d, elem);
            d->m->ways->rule(d->m);
            d->fresh = false;
        }
        bool leads = next < page->block_count && e->text_begin == to &&
                     wr_block_level(page, elem) == wr_block_level(page, page->blocks[next].elem);
        if (e->tag == PG_IMG && d->m->images && !leads && goes_along(d, elem, next, false)) write_image(d, elem);
    }
}

/* ---- a page ---- */

static void write_blocks(document *d) {
    const pg_page *page = d->page;
    for (size_t i = 0; i < page->block_count && !d->m->out.status;) {
        uint32_t table;
        if (d->part == DH_PART_BODY) write_between(d, i);
        size_t end = is_in(d, i) ? table_end(d, i, &table) : i;
        if (end > i) {
            write_table(d, i, end, table);
            i = end;
        } else {
            i = is_in(d, i) ? write_leaf(d, i) : i + 1;
        }
    }
    if (d->part == DH_PART_BODY) write_between(d, page->block_count);
}

/* Lines of a text: those without a blank one between are lines of one paragraph. */
static void write_lines(document *d) {
    static const wr_leaf leaf = {.kind = WR_PARAGRAPH, .language = {"", 0}};
    bool open = false;
    for (size_t i = next_in(d, 0); i < d->page->block_count && !d->m->out.status; i = next_in(d, i + 1)) {
        dh_view line = view_trim(d->page->blocks[i].text);
        bool blank = !line.len;
        if (open && blank) d->m->ways->close_leaf(d->m, &leaf);
        else if (open) d->m->ways->line_break(d->m);
        else if (!blank) d->m->ways->open_leaf(d->m, &leaf);
        open = !blank;
        d->m->line = line;
        if (!blank) d->m->ways->text(d->m, line);
    }
    if (open) d->m->ways->close_leaf(d->m, &leaf);
}

void wr_document(wr_maker *m, dh_part part) {
    document d = {.m = m, .page = m->in->page, .verdicts = m->in->verdicts, .part = part};
    if (!d.page->is_html) {
        write_lines(&d);
        return;
    }
    if (!m->out.status) m->out.status = wr_inline_open(&d.text, m->in);
    if (!m->out.status) write_blocks(&d);
    enter(&d, PG_NONE);
    wr_inline_clear(&d.text);
}
