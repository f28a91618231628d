/* Finds the boxes that a block stands in from the elements around it. What is no list to a reader is none here: an ul without
 * items, a dl without terms. */
#include "write/shape.h"

/* Numbers of items beyond are not believed: Markdown knows nine digits. */
#define NUMBER_MAX 999999999
/* A longer name is none of a language. */
#define LANGUAGE_MAX 32
/* Highlighters put the name on the code, the pre, or one or two elements around it. */
#define LANGUAGE_AROUND 3

static bool kind_of(pg_tag tag, wr_box_kind *kind) {
    switch ((int)tag) {
    case PG_BLOCKQUOTE: *kind = WR_QUOTE; return true;
    case PG_UL: case PG_MENU: *kind = WR_LIST; return true;
    case PG_OL: *kind = WR_NUMBERED; return true;
    case PG_LI: *kind = WR_ITEM; return true;
    case PG_DL: *kind = WR_TERMS; return true;
    case PG_DT: *kind = WR_TERM; return true;
    case PG_DD: *kind = WR_MEANING; return true;
    case PG_FIGURE: *kind = WR_FIGURE; return true;
    default: return false;
    }
}

static bool is_list(wr_box_kind kind) { return kind == WR_LIST || kind == WR_NUMBERED || kind == WR_TERMS; }

static bool is_part(wr_box_kind kind) { return kind == WR_ITEM || kind == WR_TERM || kind == WR_MEANING; }

static bool fits(wr_box_kind list, wr_box_kind part) { return is_part(part) && (part == WR_ITEM) == (list != WR_TERMS); }

/* Puts a box behind those that are there, between them the list that it needs, and takes off a list that it is no part of. */
static size_t add_box(const pg_page *page, wr_box boxes[WR_DEEP], size_t n, wr_box box) {
    bool in_list = n && is_list(boxes[n - 1].kind), in_place = in_list && fits(boxes[n - 1].kind, box.kind);
    if (in_list && !in_place) n--;
    if (is_part(box.kind) && !in_place && n < WR_DEEP)
        boxes[n++] = (wr_box){.kind = box.kind == WR_ITEM ? WR_LIST : WR_TERMS, .elem = page->elems[box.elem].parent};
    if (n < WR_DEEP) boxes[n++] = box;
    return n;
}

size_t wr_boxes(const pg_page *page, uint32_t elem, wr_box boxes[WR_DEEP]) {
    uint32_t chain[WR_DEEP];
    size_t count = 0, n = 0;
    wr_box_kind kind;
    for (uint32_t e = elem; e != PG_NONE; e = page->elems[e].parent)
        if (kind_of((pg_tag)page->elems[e].tag, &kind)) chain[count++ % WR_DEEP] = e; /* the outermost stay */
    for (size_t i = count, least = count > WR_DEEP ? count - WR_DEEP : 0; i > least; i--) {
        uint32_t e = chain[(i - 1) % WR_DEEP];
        kind_of((pg_tag)page->elems[e].tag, &kind);
        n = add_box(page, boxes, n, (wr_box){.kind = kind, .elem = e});
    }
    return n && is_list(boxes[n - 1].kind) ? n - 1 : n;
}

uint32_t wr_block_level(const pg_page *page, uint32_t e) {
    while (e != PG_NONE && !(pg_tag_bits[page->elems[e].tag] & TAG_B)) e = page->elems[e].parent;
    return e;
}

uint32_t wr_nearest(const pg_page *page, uint32_t e, pg_tag tag) {
    while (e != PG_NONE && page->elems[e].tag != tag) e = page->elems[e].parent;
    return e;
}

bool wr_is_row(const pg_page *page, const pg_block *b, uint32_t *row) {
    if (b->kind != DH_KIND_ROW && b->kind != DH_KIND_PARAGRAPH) return false;
    uint32_t e = wr_block_level(page, b->elem);
    while (b->kind == DH_KIND_PARAGRAPH && e != PG_NONE && (page->elems[e].tag == PG_P || page->elems[e].tag == PG_DIV))
        e = wr_block_level(page, page->elems[e].parent);
    if (b->kind == DH_KIND_PARAGRAPH && (e == PG_NONE || (page->elems[e].tag != PG_TD && page->elems[e].tag != PG_TH))) return false;
    *row = wr_nearest(page, e, PG_TR);
    return *row != PG_NONE && page->elems[*row].end_block - page->elems[*row].first_block == 1;
}

/* ---- what code is written in ---- */

static bool is_language_char(char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || memchr("+#-._", c, 5);
}

/* What follows "language-" and the like in the class of an element; empty if there is none. */
static dh_view class_language(dh_view cls) {
    static const dh_view prefixes[] = {DH_LIT("language-"), DH_LIT("lang-"), DH_LIT("highlight-source-"), DH_LIT("brush:")};
    for (size_t i = 0; i < DH_COUNT(prefixes); i++) {
        size_t at = view_find_nocase(cls, prefixes[i]), n = 0;
        if (at == cls.len || (at && !ascii_space(cls.ptr[at - 1]))) continue;
        dh_view rest = view_trim((dh_view){cls.ptr + at + prefixes[i].len, cls.len - at - prefixes[i].len});
        while (n < rest.len && n < LANGUAGE_MAX && is_language_char(rest.ptr[n])) n++;
        if (n) return (dh_view){rest.ptr, n};
    }
    return DH_VIEW("");
}

dh_view wr_language(const pg_page *page, uint32_t elem) {
    dh_view language = DH_VIEW("");
    uint32_t pre = wr_nearest(page, elem, PG_PRE);
    size_t around = 0; /* pre itself counts as the first */
    for (uint32_t e = elem; e != PG_NONE && around < LANGUAGE_AROUND && !language.len; e = page->elems[e].parent) {
        if (pre == PG_NONE || e <= pre) around++;
        if (page->elems[e].start != PG_NONE) language = class_language(pg_view(page, page->starts[page->elems[e].start].cls));
    }
    return language;
}

/* ---- numbers of items ---- */

/* A number that an attribute of an element's own gives; false if it gives none. */
static bool own_number(const pg_page *page, uint32_t elem, dh_view name, long *out) {
    uint32_t start = page->elems[elem].start;
    dh_view v;
    if (start == PG_NONE || !pg_attr(pg_view(page, page->starts[start].attrs), name, &v)) return false;
    v = view_trim(v);
    long n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || n > NUMBER_MAX / 10) return false;
        n = n * 10 + (v.ptr[i] - '0');
    }
    *out = n;
    return v.len > 0;
}

void wr_counter_begin(const pg_page *page, uint32_t list, wr_counter *c) {
    *c = (wr_counter){.list = list, .next = list + 1, .number = 1};
    own_number(page, list, DH_VIEW("start"), &c->number);
}

long wr_counter_at(const pg_page *page, uint32_t item, wr_counter *c) {
    uint32_t e = c->next;
    for (; e <= item && e < page->elems[c->list].end_elem; e = page->elems[e].end_elem) {
        if (page->elems[e].tag != PG_LI) continue;
        own_number(page, e, DH_VIEW("value"), &c->number);
        if (c->number < NUMBER_MAX) c->number++;
    }
    c->next = e;
    return c->number - 1 > 0 ? c->number - 1 : 0;
}
