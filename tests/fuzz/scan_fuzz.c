/* Fuzzes the scanner, the tree and the blocks of HTML: every place that they name lies where it should. The first byte
 * chooses the depth limit. */
#include "fuzz.h"

#include "page/page.h"
#include "page/scan.h"

static void check_slice(dh_view source, pg_slice s) { MUST(s.begin <= source.len && s.len <= source.len - s.begin); }

static void check_start(dh_view source, const pg_start *t) {
    check_slice(source, t->attrs);
    check_slice(source, t->cls);
    check_slice(source, t->id);
    check_slice(source, t->role);
    check_slice(source, t->itemprop);
    MUST(t->tag < PG_TAG_COUNT);
}

static void check_scan(dh_view source, size_t max_depth) {
    dh_arena arena;
    scan_result r;
    size_t bytes = 0;
    arena_init(&arena, 0);
    MUST(!scan_page(&arena, source, max_depth, &r, NULL));
    for (size_t i = 0; i < r.text_count; i++) {
        check_slice(source, (pg_slice){r.texts[i].begin, r.texts[i].len});
        bytes += r.texts[i].len;
    }
    MUST(bytes == r.text_bytes && bytes <= source.len);
    for (size_t i = 0; i < r.start_count; i++) {
        check_start(source, &r.starts[i]);
        MUST(r.starts[i].skeleton < r.skeleton_len && r.skeleton[r.starts[i].skeleton] == '<');
        MUST(!i || r.starts[i - 1].skeleton < r.starts[i].skeleton);
    }
    arena_clear(&arena);
}

/* Besides what the scanner counts there are parts of tables, paragraphs, items, and formatting that is re-opened. */
static bool is_shallow(const pg_elem *e, size_t max_depth) { return e->depth <= max_depth * 6 + 200; }

static void check_elems(const pg_page *p, size_t max_depth) {
    for (size_t i = 0; i < p->elem_count; i++) {
        const pg_elem *e = &p->elems[i];
        MUST(e->end_elem > i && e->end_elem <= p->elem_count);
        MUST(e->first_block <= e->end_block && e->end_block <= p->block_count);
        MUST(e->start == PG_NONE || e->start < p->start_count);
        MUST(is_shallow(e, max_depth));
        MUST((i == 0) == (e->parent == PG_NONE));
        if (!i) continue;
        const pg_elem *up = &p->elems[e->parent];
        MUST(e->parent < i && e->end_elem <= up->end_elem && e->depth == up->depth + 1);
        MUST(e->first_block >= up->first_block && e->end_block <= up->end_block);
    }
}

static bool is_code(uint8_t tag) {
    return tag == PG_PRE || tag == PG_LISTING || tag == PG_XMP || tag == PG_PLAINTEXT;
}

/* A block is counted in the block level element that it stands in. Inline elements may be left before it is closed. */
static void check_place(const pg_page *p, size_t i) {
    const pg_elem *e = &p->elems[p->blocks[i].elem];
    while (!(pg_tag_bits[e->tag] & TAG_B) && e->parent != PG_NONE) e = &p->elems[e->parent];
    /* Elements inside of pre cut no blocks. */
    for (const pg_elem *up = e; up->parent != PG_NONE; up = &p->elems[up->parent])
        if (is_code(up->tag)) e = &p->elems[0];
    MUST(i >= e->first_block && i < e->end_block);
}

static void check_blocks(const pg_page *p) {
    size_t text = 0;
    for (size_t i = 0; i < p->block_count; i++) {
        const pg_block *b = &p->blocks[i];
        MUST(b->begin <= b->end && b->end <= p->source.len);
        MUST(b->text.len && b->text_begin >= text && b->text_begin + b->text.len <= p->text.len);
        MUST(b->text.ptr == p->text.ptr + b->text_begin);
        MUST(utf8_valid_prefix(b->text) == b->text.len);
        MUST(b->elem < p->elem_count && b->kind < DH_KIND_LINE);
        MUST(b->link_bytes <= b->text.len && b->first_link + b->link_count <= p->link_count);
        check_place(p, i);
        text = b->text_begin + b->text.len;
    }
    for (size_t i = 0; i < p->link_count; i++) {
        MUST(p->links[i].begin <= p->links[i].end && p->links[i].end <= p->text.len);
        MUST(p->links[i].elem < p->elem_count && p->elems[p->links[i].elem].tag == PG_A);
    }
}

/* Where the text of elements lies. */
static void check_places(const pg_page *p) {
    for (size_t i = 0; i < p->elem_count; i++) {
        const pg_elem *e = &p->elems[i], *up = i ? &p->elems[e->parent] : e;
        MUST(e->text_begin <= e->text_end && e->text_end <= p->text.len);
        MUST(!i || p->elems[i - 1].text_begin <= e->text_begin);
        MUST(up->text_begin <= e->text_begin && e->text_end <= up->text_end);
    }
}

static void check_page(dh_view source, size_t max_depth) {
    dh_arena arena;
    pg_page page;
    arena_init(&arena, 0);
    MUST(!pg_from_html(&arena, source, max_depth, true, &page, NULL));
    check_elems(&page, max_depth);
    check_blocks(&page);
    check_places(&page);
    for (size_t i = 0; i < page.meta_count; i++) check_start(source, &page.metas[i]);
    for (size_t i = 0; i < page.script_count; i++) {
        check_slice(source, page.scripts[i].attrs);
        check_slice(source, page.scripts[i].body);
    }
    MUST(utf8_valid_prefix(page.title) == page.title.len);
    arena_clear(&arena);
}

/* The same under a ceiling: an error, and nothing else. */
static void check_ceiling(dh_view source, size_t max_bytes) {
    dh_arena arena;
    pg_page page;
    dh_error err = {DH_OK, 0, ""};
    arena_init(&arena, max_bytes);
    dh_status st = pg_from_html(&arena, source, 0, true, &page, &err);
    MUST(!st || (st == DH_ERR_LIMIT && err.msg[0]));
    MUST(arena.used <= max_bytes);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t depths[] = {512, 8, 16, 60000};
    if (!size) return 0;
    char *copy = fuzz_copy_utf8(data + 1, size - 1);
    dh_view source = {copy, size - 1};
    size_t depth = depths[data[0] % DH_COUNT(depths)];
    check_scan(source, depth);
    check_page(source, depth);
    check_ceiling(source, (size_t)16 * 1024 + (size_t)(data[0] >> 2) * 4096);
    free(copy);
    return 0;
}
