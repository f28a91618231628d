/* Counts what elements hold. Each pass goes once over blocks or elements; tables are open addressed and at most half full. */
#include "judge/layout.h"

#include <assert.h>

/* Running text: see JD_FEATURES. A character of a script without spaces is about half a word. */
#define RUNNING_WORDS 12

bool jd_is_running(const pg_block *b, const jd_stats *s) {
    return s->words - s->alone / 2 >= RUNNING_WORDS && s->ends_sentence && b->link_bytes * 2 < b->text.len;
}

static uint32_t mix(uint32_t h, uint32_t x) {
    h = (h ^ x) * 0x9e3779b1u;
    return h ^ h >> 15;
}

static uint32_t mark_of(const pg_page *page, const pg_elem *e) {
    uint32_t h = mix(1, e->tag);
    if (e->start == PG_NONE) return h;
    dh_view cls = pg_view(page, page->starts[e->start].cls);
    /* Longer lists of names differ in their tails only by machine. */
    if (cls.len > 64) cls.len = 64;
    for (size_t i = 0; i < cls.len; i++) h = (h ^ (uint8_t)cls.ptr[i]) * 16777619u;
    return h;
}

/* ---- groups ---- */

static bool groups_init(dh_arena *arena, size_t count, jd_groups *g) {
    size_t size = 16;
    while (size < count * 2) size *= 2;
    *g = (jd_groups){.mask = (uint32_t)size - 1};
    g->slots = arena_calloc(arena, size, sizeof *g->slots);
    return g->slots;
}

static jd_group *group_at(const jd_groups *g, uint32_t i) {
    assert(g->groups && i < g->count);
    return &g->groups[i];
}

/* The index of a key's group, which is made if there is none; UINT32_MAX if there is no memory. */
static uint32_t group_of(dh_arena *arena, jd_groups *g, uint64_t key) {
    uint32_t i = (uint32_t)(key >> 32 ^ key) & g->mask;
    while (g->slots[i] && group_at(g, g->slots[i] - 1)->key != key) i = (i + 1) & g->mask;
    if (g->slots[i]) return g->slots[i] - 1;
    if (g->count == g->cap) {
        uint32_t to = g->cap ? g->cap * 2 : 64;
        jd_group *more = arena_grow(arena, g->groups, g->cap, to, sizeof *more);
        if (!more) return UINT32_MAX;
        g->groups = more;
        g->cap = to;
    }
    g->slots[i] = ++g->count;
    *group_at(g, g->count - 1) = (jd_group){.key = key};
    return g->count - 1;
}

static void add(jd_group *g, jd_total t) {
    g->count++;
    g->total.words += t.words;
    g->total.bytes += t.bytes;
    g->total.link_bytes += t.link_bytes;
    g->total.text += t.text;
    g->total.blocks += t.blocks;
}

/* ---- passes ---- */

static void sum_blocks(jd_layout *l) {
    for (size_t i = 0; i < l->page->block_count; i++) {
        const pg_block *b = &l->page->blocks[i];
        jd_facts *x = &l->facts[i];
        const jd_total *at = &l->before[i];
        x->running = jd_is_running(b, &x->stats);
        l->before[i + 1] = (jd_total){at->words + x->stats.words, at->bytes + (uint32_t)b->text.len,
                                      at->link_bytes + b->link_bytes, at->text + (x->running ? x->stats.words : 0), 0};
    }
}

static bool note_elements(dh_arena *arena, jd_layout *l) {
    const pg_page *page = l->page;
    for (uint32_t e = 0; e < page->elem_count; e++) {
        const pg_elem *x = &page->elems[e];
        l->has_main |= x->tag == PG_MAIN || x->tag == PG_ARTICLE;
        l->articles += x->tag == PG_ARTICLE;
        l->images[e] = (e ? l->images[e - 1] : 0) + (x->tag == PG_IMG);
        if (x->first_block == x->end_block) continue; /* no block will ask */
        l->marks[e] = mark_of(page, x);
        if (x->start != PG_NONE) {
            l->families[e] = jd_words_of(page, &page->starts[x->start]);
            l->has_main |= view_is_nocase(pg_view(page, page->starts[x->start].role), DH_VIEW("main"));
        }
        uint64_t key = (uint64_t)(x->parent == PG_NONE ? 0 : x->parent + 1) << 32 | l->marks[e];
        l->group[e] = group_of(arena, &l->siblings, key * 0x9e3779b97f4a7c15u);
        if (l->group[e] == UINT32_MAX) return false;
        add(group_at(&l->siblings, l->group[e]), jd_layout_total(l, x->first_block, x->end_block));
    }
    return true;
}

static bool note_paths(dh_arena *arena, jd_layout *l) {
    const pg_elem *elems = l->page->elems;
    jd_groups copies;
    if (!groups_init(arena, l->page->block_count, &copies)) return false;
    for (size_t i = 0; i < l->page->block_count; i++) {
        jd_facts *x = &l->facts[i];
        uint32_t e = l->page->blocks[i].elem, path = 7;
        for (int level = 0; level < 3 && e != PG_NONE; level++, e = elems[e].parent) path = mix(path, l->marks[e]);
        x->path = path;
        x->group = group_of(arena, &l->paths, (uint64_t)path * 0x9e3779b97f4a7c15u);
        if (x->group == UINT32_MAX) return false;
        jd_total own = jd_layout_total(l, i, i + 1);
        add(group_at(&l->paths, x->group), own);
        if (!x->hits.hash) continue;
        x->copies = group_of(arena, &copies, x->hits.hash);
        if (x->copies == UINT32_MAX) return false;
        group_at(&copies, x->copies)->count++;
    }
    for (size_t i = 0; i < l->page->block_count; i++) {
        jd_facts *x = &l->facts[i];
        if (x->hits.hash) x->copies = group_at(&copies, x->copies)->count - 1;
    }
    return true;
}

/* The innermost element that holds at least part / whole of the running text: elements are in document order, so the last
 * one that does is inside all others that do. */
static uint32_t body_of(const jd_layout *l, uint32_t part, uint32_t whole) {
    uint32_t all = l->before[l->page->block_count].text, body = 0;
    for (uint32_t e = 0; all && e < l->page->elem_count; e++) {
        const pg_elem *x = &l->page->elems[e];
        uint32_t text = l->before[x->end_block].text - l->before[x->first_block].text;
        if ((uint64_t)text * whole >= (uint64_t)all * part && x->end_block - x->first_block > 1) body = e;
    }
    return body;
}

dh_status jd_layout_read(dh_arena *arena, const pg_page *page, jd_facts *facts, jd_layout *out, dh_error *err) {
    size_t blocks = page->block_count, elems = page->elem_count, holding = 0;
    *out = (jd_layout){.page = page, .facts = facts};
    for (size_t e = 0; e < elems; e++) holding += page->elems[e].first_block != page->elems[e].end_block;
    out->before = arena_calloc(arena, blocks + 1, sizeof *out->before);
    out->families = arena_calloc(arena, elems + 1, sizeof *out->families);
    out->marks = arena_calloc(arena, elems + 1, sizeof *out->marks);
    out->group = arena_calloc(arena, elems + 1, sizeof *out->group);
    out->images = arena_calloc(arena, elems + 1, sizeof *out->images);
    bool ok = out->images && out->before && out->families && out->marks && out->group && groups_init(arena, holding, &out->siblings) &&
              groups_init(arena, blocks, &out->paths);
    if (!ok) return arena_error(arena, err);
    sum_blocks(out);
    if (!note_elements(arena, out) || !note_paths(arena, out)) return arena_error(arena, err);
    out->body = body_of(out, 1, 2);
    out->body80 = body_of(out, 4, 5);
    return DH_OK;
}
