/* Folds text into one buffer and cuts it into blocks. Which element ends a block is the walk's affair (html.c). */
#include "page/flow.h"

#include "base/clean.h"
#include "page/entity.h"

#define FLOW_FIRST 256 /* items that an array begins with */

bool flow_init(flow *f, dh_arena *arena, pg_page *page, size_t text_bytes, bool clean) {
    *f = (flow){.arena = arena, .page = page, .link_elem = PG_NONE, .boundary = true, .clean = clean, .text_cap = text_bytes + 1024};
    f->text = arena_alloc(arena, f->text_cap);
    return f->text;
}

static bool room(flow *f, size_t more) {
    while (f->text_cap - f->text_len < more)
        if (!arena_double(f->arena, (void **)&f->text, &f->text_cap, FLOW_FIRST, 1)) return false;
    return true;
}

/* ---- text ---- */

/* Appends n bytes that are no white space, behind the space that is due. */
static bool put(flow *f, const char *p, size_t n) {
    if (!room(f, n + 1)) return false;
    if (f->space && f->text_len > f->at) f->text[f->text_len++] = ' ';
    f->space = false;
    memcpy(f->text + f->text_len, p, n);
    f->text_len += n;
    return true;
}

/* Bytes at p that stand for themselves: neither white space nor control, '&', nor the lead of a character that is folded
 * or vanishes: U+00A0 and U+00AD, U+2000 to U+206F, U+FEFF. */
static size_t plain_len(const char *p, const char *end) {
    const char *q = p;
    while (q < end && (unsigned char)*q > ' ' && *q != '&' && *q != '\xc2' && *q != '\xe2' && *q != '\xef' && *q != 0x7f) q++;
    return (size_t)(q - p);
}

/* Spaces of other widths: U+2000 to U+200A, U+202F, U+205F. */
static bool is_space(const char *p) {
    unsigned char second = (unsigned char)p[1], third = (unsigned char)p[2];
    if (*p != '\xe2') return false;
    return (second == 0x80 && (third <= 0x8a || third == 0xaf)) || (second == 0x81 && third == 0x9f);
}

static bool put_meant(flow *f, uint32_t control) {
    char bytes[4];
    return put(f, bytes, utf8_encode(clean_c1(control), bytes));
}

/* A character that plain_len stopped at, as n bytes. */
static bool put_special(flow *f, const char *p, size_t n) {
    if (n == 2 && !memcmp(p, "\xc2\xa0", 2)) f->space = true; /* no-break space */
    else if (n == 2 && !memcmp(p, "\xc2\xad", 2)) return true; /* soft hyphen */
    else if (n == 3 && (!memcmp(p, "\xe2\x80\x8b", 3) || !memcmp(p, "\xe2\x81\xa0", 3) || !memcmp(p, "\xef\xbb\xbf", 3)))
        return true; /* zero-width space, word joiner, BOM: nothing is seen of them */
    else if (n == 3 && is_space(p)) f->space = true;
    else if (n == 2 && f->clean && *p == '\xc2' && (unsigned char)p[1] < 0xa0) return put_meant(f, (unsigned char)p[1]);
    else if (n == 1 && ascii_space(*p)) f->space = true;
    else if (n && (n > 1 || ((unsigned char)*p > ' ' && *p != 0x7f))) return put(f, p, n);
    return true;
}

/* Bytes of the character at p that plain_len stopped at. */
static size_t special_len(const char *p, const char *end) {
    size_t n = *p == '\xc2' ? 2 : *p == '\xe2' || *p == '\xef' ? 3 : 1;
    return (size_t)(end - p) < n ? 1 : n;
}

static bool fold(flow *f, const char *p, const char *end, bool raw) {
    char decoded[ENTITY_MAX_BYTES];
    while (p < end) {
        size_t n = plain_len(p, end), out_len;
        if (n) {
            if (!put(f, p, n)) return false;
        } else if (*p == '&' && !raw && (n = entity_decode(p, end, decoded, &out_len))) {
            if (!put_special(f, decoded, out_len)) return false;
        } else {
            n = special_len(p, end);
            if (!put_special(f, p, n)) return false;
        }
        p += n;
    }
    return true;
}

static void open_block(flow *f, uint32_t elem, uint32_t begin) {
    f->open = true;
    f->code = false;
    f->at = f->text_len;
    f->elem = elem;
    f->begin = f->end = begin;
    f->first_link = (uint32_t)f->page->link_count;
    f->link_at = f->text_len;
    f->space = false;
}

static uint32_t offset(const flow *f, const char *p) { return (uint32_t)(p - f->page->source.ptr); }

/* Widens the open block's place by a run. What the parser moved out of a table comes before what stands before it. */
static void cover(flow *f, const char *p, const char *end) {
    if (offset(f, p) < f->begin) f->begin = offset(f, p);
    if (offset(f, end) > f->end) f->end = offset(f, end);
}

enum { EDGE = 1, JOINS = 2 };

void flow_edge(flow *f, bool joins) { f->edge |= joins ? JOINS : EDGE; }

/* True if two characters that no white space parts are of two words where an inline element begins or ends between them:
 * "nameDate", "name4", "$140MSRP", "2024 5". On the pages of WCXB, where the annotation decides, 881 of 910 such places; where two small
 * letters meet, or a capital and a small letter, a part of one word is styled (docs/experiments.md). */
static bool parted(char a, char b) {
    bool digit = b >= '0' && b <= '9', capital = b >= 'A' && b <= 'Z';
    if (a >= '0' && a <= '9') return digit || capital;
    return (a >= 'a' && a <= 'z') ? digit || capital : (a >= 'A' && a <= 'Z') && digit;
}

bool flow_text(flow *f, dh_view run, uint32_t elem, bool raw) {
    const char *p = run.ptr, *end = run.ptr + run.len;
    while (p < end && ascii_space(*p)) p++;
    if (p > run.ptr) f->space = true;
    if (p == end) return true;
    if (f->edge == EDGE && f->open && f->text_len > f->at && parted(f->text[f->text_len - 1], *p)) f->space = true;
    f->edge = 0;
    if (!f->open) open_block(f, elem, offset(f, p));
    cover(f, p, end);
    return fold(f, p, end, raw);
}

bool flow_code(flow *f, dh_view run, uint32_t elem, bool raw) {
    const char *p = run.ptr, *end = run.ptr + run.len;
    char decoded[ENTITY_MAX_BYTES];
    if (!f->open) open_block(f, elem, offset(f, p));
    f->code = true;
    cover(f, p, end);
    f->space = false;
    while (p < end) {
        const char *from = p;
        size_t n = 0, out_len = 1;
        if (*p == '&' && !raw) n = entity_decode(p, end, decoded, &out_len);
        if (n) from = decoded;
        else {
            while (p + n < end && p[n] != '&' && p[n] != '\r') n++;
            if (!n) n = 1; /* an '&' that means itself, or CR */
            out_len = n;
        }
        p += n;
        if (*from == '\r' && from != decoded) {
            if (p < end && *p == '\n') continue;
            from = "\n";
        }
        if (!room(f, out_len)) return false;
        memcpy(f->text + f->text_len, from, out_len);
        f->text_len += out_len;
    }
    return true;
}

bool flow_code_blank(flow *f, char c, uint32_t elem, uint32_t begin) {
    if (!f->open) open_block(f, elem, begin);
    if (!room(f, 1)) return false;
    f->text[f->text_len++] = c == '\n' || c == '\t' ? c : ' ';
    return true;
}

void flow_space(flow *f) { f->space = true; }

bool flow_code_line(flow *f) {
    if (!f->open || f->text_len == f->at || f->text[f->text_len - 1] == '\n') return true;
    if (!room(f, 1)) return false;
    f->text[f->text_len++] = '\n';
    return true;
}

/* ---- links ---- */

bool flow_link_begin(flow *f, uint32_t elem) {
    /* Two links side by side without white space are two words to a reader: style sets them apart. */
    if (f->open && f->page->link_count > f->first_link && f->page->links[f->page->link_count - 1].end == f->text_len)
        f->space = true;
    f->link_elem = elem;
    f->link_at = f->text_len;
    return true;
}

/* Notes the open link's text in the open block. */
static bool cut_link(flow *f) {
    pg_page *page = f->page;
    if (f->link_elem == PG_NONE || !f->open) return true;
    size_t from = f->link_at > f->at ? f->link_at : f->at;
    if (from < f->text_len && f->text[from] == ' ') from++;
    if (from >= f->text_len) return true;
    if (page->link_count >= f->link_cap &&
        !arena_double(f->arena, (void **)&page->links, &f->link_cap, FLOW_FIRST, sizeof *page->links))
        return false;
    page->links[page->link_count++] = (pg_link){(uint32_t)from, (uint32_t)f->text_len, f->link_elem};
    return true;
}

bool flow_link_end(flow *f) {
    if (!cut_link(f)) return false;
    f->link_elem = PG_NONE;
    return true;
}

/* ---- elements ---- */

/* The elements that may begin or end in the open text, from the last one on: those that have begun in it, then those around its
 * beginning. PG_NONE: no more. */
static uint32_t last_placed(const flow *f) { return (uint32_t)f->page->elem_count - 1; }

static uint32_t placed_before(const flow *f, uint32_t e) {
    return f->page->elems[e].text_begin >= f->at ? e - 1 : f->page->elems[e].parent;
}
_Static_assert(PG_NONE == UINT32_MAX, "before element 0 is none");

/* ---- cleaning ---- */

/* Where each byte of the open text goes, from f->at on, and what stands behind it; what goes is where the next byte that stays is. */
static uint32_t *map_places(const flow *f, dh_view all) {
    uint32_t *map = arena_alloc(f->arena, (all.len + 1) * sizeof *map);
    dh_view kept;
    size_t done = 0, to = 0;
    if (!map) return NULL;
    for (size_t at = 0; clean_next(all, &at, &kept);) {
        size_t from = (size_t)(kept.ptr - all.ptr);
        /* White space before what goes and behind it is one, but in code. */
        if (!f->code && from > done && kept.ptr[0] == ' ' && (!done || all.ptr[done - 1] == ' ')) from++;
        while (done < from) map[done++] = (uint32_t)to;
        while (done < at) map[done++] = (uint32_t)to++;
    }
    while (done <= all.len) map[done++] = (uint32_t)to;
    return map;
}

/* What was noted in white space that the block before lost at its end may lie behind the text; len: of the open text, before. */
static void move_place(const flow *f, const uint32_t *map, size_t len, uint32_t *place) {
    if (*place < f->at) return;
    size_t i = *place - f->at;
    *place = (uint32_t)f->at + map[i < len ? i : len];
}

/* The places that links and elements have in the open text. */
static void move_places(flow *f, const uint32_t *map, size_t len) {
    pg_page *page = f->page;
    for (size_t i = f->first_link; i < page->link_count; i++) {
        move_place(f, map, len, &page->links[i].begin);
        move_place(f, map, len, &page->links[i].end);
    }
    for (uint32_t e = last_placed(f); e != PG_NONE; e = placed_before(f, e)) {
        move_place(f, map, len, &page->elems[e].text_begin);
        move_place(f, map, len, &page->elems[e].text_end);
    }
    if (f->link_at >= f->at) f->link_at = f->at + map[f->link_at - f->at < len ? f->link_at - f->at : len];
}

bool flow_clean(flow *f) {
    size_t at = 0, len = f->text_len - f->at;
    dh_view kept, all = {f->text + f->at, len};
    if (!f->clean || !len || (clean_next(all, &at, &kept) && kept.len == len)) return true;
    uint32_t *map = map_places(f, all);
    if (!map) return false;
    for (size_t i = 0; i < len; i++)
        if (map[i + 1] > map[i]) f->text[f->at + map[i]] = f->text[f->at + i];
    f->text_len = f->at + map[len];
    move_places(f, map, len);
    return true;
}

/* ---- blocks ---- */

/* Cuts elements where the open text was cut: white space at the end of code. */
static void cut_elems(flow *f) {
    for (uint32_t e = last_placed(f); e != PG_NONE; e = placed_before(f, e)) {
        pg_elem *x = &f->page->elems[e];
        if (x->text_begin > f->text_len) x->text_begin = (uint32_t)f->text_len;
        if (x->text_end > f->text_len) x->text_end = (uint32_t)f->text_len;
    }
}

static uint32_t sum_links(const flow *f, size_t end) {
    uint32_t bytes = 0;
    for (size_t i = f->first_link; i < f->page->link_count; i++) {
        pg_link *l = &f->page->links[i];
        if (l->begin > end) l->begin = (uint32_t)end; /* white space at the end of code is cut off */
        if (l->end > end) l->end = (uint32_t)end;
        bytes += l->end - l->begin;
    }
    return bytes;
}

bool flow_close(flow *f, pg_block **out) {
    pg_page *page = f->page;
    *out = NULL;
    if (!f->open) return true;
    if (!flow_clean(f)) return false;
    if (f->text_len > f->at && ascii_space(f->text[f->text_len - 1])) {
        while (f->text_len > f->at && ascii_space(f->text[f->text_len - 1])) f->text_len--;
        cut_elems(f);
    }
    if (!cut_link(f)) return false;
    f->open = f->space = false;
    if (f->text_len == f->at) return true;
    if (!room(f, 1)) return false;
    if (page->block_count >= f->block_cap &&
        !arena_double(f->arena, (void **)&page->blocks, &f->block_cap, FLOW_FIRST, sizeof *page->blocks))
        return false;
    pg_block *b = &page->blocks[page->block_count++];
    *b = (pg_block){.text = {NULL, f->text_len - f->at},
                    .text_begin = (uint32_t)f->at,
                    .elem = f->elem,
                    .begin = f->begin,
                    .end = f->end,
                    .first_link = f->first_link,
                    .link_count = (uint32_t)(page->link_count - f->first_link),
                    .link_bytes = sum_links(f, f->text_len),
                    .gap = !f->boundary && f->brs == 1 ? PG_GAP_LINE : PG_GAP_PARAGRAPH};
    f->text[f->text_len++] = '\n'; /* between blocks; a row's cells get a tab */
    f->link_at = f->text_len;
    f->boundary = false;
    f->brs = 0;
    *out = b;
    return true;
}

void flow_join_row(flow *f, uint32_t first) {
    pg_page *page = f->page;
    pg_block *row = &page->blocks[first], *last = &page->blocks[page->block_count - 1];
    row->kind = DH_KIND_ROW;
    for (pg_block *b = row + 1; b <= last; b++) {
        f->text[b->text_begin - 1] = '\t';
        row->link_count += b->link_count;
        row->link_bytes += b->link_bytes;
        if (b->begin < row->begin) row->begin = b->begin;
        if (b->end > row->end) row->end = b->end;
    }
    row->text.len = last->text_begin + last->text.len - row->text_begin;
    page->block_count = first + 1;
}

void flow_finish(flow *f) {
    f->page->text = (dh_view){f->text, f->text_len};
    for (size_t i = 0; i < f->page->block_count; i++) f->page->blocks[i].text.ptr = f->text + f->page->blocks[i].text_begin;
}
