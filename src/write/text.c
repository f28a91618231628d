/* Plain text from kept blocks, and kept lines as they are. */
#include "write/text.h"

static dh_status append(dh_buf *out, const char *text, size_t len) { return dh_buf_append(out, text, len); }

/* The nearest element with a tag around a block, PG_NONE if there is none. */
static uint32_t around(const pg_page *page, const pg_block *b, pg_tag tag) {
    uint32_t e = b->elem;
    while (e != PG_NONE && page->elems[e].tag != tag) e = page->elems[e].parent;
    return e;
}

/* True if two neighbouring kept blocks stand under each other without an empty line. */
static bool tight(const pg_page *page, const pg_block *above, const pg_block *b) {
    if (b->gap == PG_GAP_LINE && above + 1 == b) return true;
    if (b->kind == DH_KIND_LIST_ITEM) return above->kind == DH_KIND_LIST_ITEM && b->level && above->level;
    if (b->kind != DH_KIND_ROW || above->kind != DH_KIND_ROW) return false;
    return around(page, above, PG_TABLE) == around(page, b, PG_TABLE);
}

static dh_status put_item(const pg_block *b, dh_buf *out) {
    dh_status st = DH_OK;
    for (unsigned level = 1; !st && level < b->level; level++) st = append(out, "  ", 2);
    return st ? st : append(out, "- ", 2);
}

static bool is_in(const wr_input *in, size_t i, dh_part part) {
    return in->verdicts[i].keep && in->verdicts[i].part == part;
}

static bool has_part(const wr_input *in, dh_part part) {
    size_t i = 0;
    while (i < in->page->block_count && !is_in(in, i, part)) i++;
    return i < in->page->block_count;
}

/* Writes the kept blocks of one part, an empty line before the first if something stands there (any). */
static dh_status put_part(const wr_input *in, dh_part part, bool any, dh_buf *out) {
    const pg_block *above = NULL;
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < in->page->block_count; i++) {
        const pg_block *b = &in->page->blocks[i];
        if (!is_in(in, i, part)) continue;
        if (any) st = above && tight(in->page, above, b) ? append(out, "\n", 1) : append(out, "\n\n", 2);
        if (!st && b->kind == DH_KIND_LIST_ITEM && b->first_in_item) st = put_item(b, out);
        if (!st) st = buf_append_view(out, b->text);
        above = b;
        any = true;
    }
    return st;
}

/* The line that parts the comments from what stands above them. */
static dh_status put_rule(bool any, dh_buf *out) {
    return any ? append(out, "\n\n---", 5) : append(out, "---", 3);
}

static dh_status html_as_text(const wr_input *in, dh_buf *out) {
    bool title = in->title.len > 0, body = has_part(in, DH_PART_BODY), comments = has_part(in, DH_PART_COMMENTS);
    dh_status st = title ? buf_append_view(out, in->title) : DH_OK;
    if (!st) st = put_part(in, DH_PART_BODY, title, out);
    if (!st && comments) st = put_rule(title || body, out);
    if (!st) st = put_part(in, DH_PART_COMMENTS, true, out);
    return st || !(title || body || comments) ? st : append(out, "\n", 1);
}

static dh_status lines(const wr_input *in, dh_buf *out) {
    const pg_page *page = in->page;
    dh_status st = DH_OK;
    for (size_t i = 0, end; !st && i < page->block_count; i = end) {
        for (end = i; end < page->block_count && in->verdicts[end].keep;) end++;
        if (end > i) { /* kept lines in a row are one piece of the source */
            const pg_block *last = &page->blocks[end - 1];
            size_t from = page->blocks[i].begin;
            st = append(out, page->source.ptr + from, last->end + last->eol - from);
        } else {
            end = i + 1;
        }
    }
    return st;
}

dh_status wr_text(const wr_input *in, dh_buf *out) { return in->page->is_html ? html_as_text(in, out) : lines(in, out); }
