/* What a user's rules found wins over the judge. */
#include "rules/rules.h"

/* The page's text while parts of it are cut out, in place: from `at` it is as it was, up to `to` it is done. */
typedef struct {
    char *text;
    uint32_t *map; /* where each byte goes */
    uint32_t at, to;
} cutter;

static void keep(cutter *c, uint32_t end) {
    while (c->at < end) {
        c->map[c->at] = c->to;
        c->text[c->to++] = c->text[c->at++];
    }
}

static void drop(cutter *c, uint32_t end) {
    while (c->at < end) c->map[c->at++] = c->to;
}

/* White space before what is cut out and behind it is one; a block neither begins nor ends with it. */
static void cut_block(cutter *c, const ru_found *found, const pg_block *b, size_t first, size_t last) {
    uint32_t begin = c->to, from = c->at, end = c->at + (uint32_t)b->text.len;
    for (size_t k = first; k < last; k++) {
        uint32_t cut_end = found->cuts[k].begin + found->cuts[k].len;
        keep(c, found->cuts[k].begin < end ? found->cuts[k].begin : end);
        drop(c, cut_end < end ? cut_end : end);
        while (c->at < end && c->text[c->at] == ' ' && (c->to == begin || c->text[c->to - 1] == ' ')) drop(c, c->at + 1);
    }
    keep(c, end);
    while (c->to > begin && c->text[c->to - 1] == ' ') c->to--;
    for (uint32_t i = end; i > from && c->map[i - 1] > c->to; i--) c->map[i - 1] = c->to;
}

static dh_status cut_all(dh_arena *arena, const ru_found *found, pg_page *page, dh_error *err) {
    size_t first = 0;
    uint32_t all = (uint32_t)page->text.len;
    cutter c = {(char *)(uintptr_t)page->text.ptr, arena_alloc(arena, (page->text.len + 1) * sizeof *c.map), 0, 0}; /* the text is the arena's */
    if (!c.map) return arena_error(arena, err);
    for (size_t i = 0; i < page->block_count; i++) {
        const pg_block *b = &page->blocks[i];
        size_t last = ru_cuts_of(found, b, &first);
        keep(&c, b->text_begin);
        if (last > first && !(found->marks[i] & RU_STRIPPED)) cut_block(&c, found, b, first, last);
        else keep(&c, b->text_begin + (uint32_t)b->text.len);
    }
    keep(&c, all);
    c.map[all] = c.to;
    pg_move(page, c.map, (dh_view){page->text.ptr, c.to});
    return DH_OK;
}

static void settle(jd_verdict *v, bool keeps, const char *reason) {
    v->keep = keeps;
    v->reason = reason;
}

dh_status ru_apply(dh_arena *arena, const ru_found *found, pg_page *page, jd_verdict *verdicts, dh_error *err) {
    dh_status st = found->marks && found->cut_count ? cut_all(arena, found, page, err) : DH_OK;
    for (size_t i = 0; !st && found->marks && i < page->block_count; i++) {
        uint8_t marks = found->marks[i];
        jd_verdict *v = &verdicts[i];
        bool hidden = page->is_html && page->elems[page->blocks[i].elem].flags & PG_IS_HIDDEN;
        if (found->has_body && !(marks & RU_IN_BODY)) settle(v, false, "rule: outside of the body");
        else if (marks & RU_IN_BODY && !v->headline && !hidden) settle(v, true, "rule: body");
        if (marks & RU_STRIPPED) settle(v, false, "rule: strip");
        if (marks & RU_KEPT) settle(v, true, "rule: keep");
    }
    return st;
}
