/* What the rules of a set say of one page. */
#include "rules/rules.h"

#include "base/url.h"
#include "judge/page_facts.h"
#include "page/entity.h"

#include <stdlib.h>

typedef struct {
    dh_arena *arena;
    pg_page *page;
    ru_found *found;
    bool *hits;     /* one an element: of the rule at hand */
    size_t cut_cap;
    ru_scope scope;
    bool failed;
} finder;

/* ---- which rules ---- */

static bool is_below(dh_view host, dh_view of) {
    if (host.len < of.len || !view_is_nocase((dh_view){host.ptr + host.len - of.len, of.len}, of)) return false;
    return host.len == of.len || host.ptr[host.len - of.len - 1] == '.';
}

/* What stands behind the host. */
static dh_view path_of(dh_view url, dh_view host) {
    const char *from = host.ptr + host.len, *end = url.ptr + url.len, *slash = memchr(from, '/', (size_t)(end - from));
    return slash ? (dh_view){slash, (size_t)(end - slash)} : DH_VIEW("/");
}

static bool is_of(const ru_section *s, dh_view url) {
    dh_view host = url_host(url), wanted = {s->host, strlen(s->host)}, path = {s->path, strlen(s->path)}; /* they end in NUL */
    if (!view_is(wanted, DH_VIEW("*")) && (!host.len || !is_below(host, wanted))) return false;
    if (path.len && path.ptr[path.len - 1] == '*') path.len--;
    return !path.len || (host.len && view_starts(path_of(url, host), path));
}

/* ---- elements ---- */

static dh_view text_of(const pg_page *page, const pg_elem *x) {
    size_t end = x->text_end < page->text.len ? x->text_end : page->text.len;
    return x->text_begin < end ? view_trim((dh_view){page->text.ptr + x->text_begin, end - x->text_begin}) : (dh_view){"", 0};
}

static void mark_blocks(finder *f, const pg_elem *x, uint8_t mark) {
    for (uint32_t b = x->first_block; b < x->end_block; b++) f->found->marks[b] |= mark;
    if (mark == RU_IN_BODY && x->end_block > x->first_block) f->found->has_body = true;
}

static void strip_elem(finder *f, const pg_elem *x) {
    dh_view text = text_of(f->page, x);
    if (!text.len) return;
    ru_found *found = f->found;
    if (found->cut_count >= f->cut_cap && !arena_double(f->arena, (void **)&found->cuts, &f->cut_cap, 16, sizeof *found->cuts)) f->failed = true;
    else found->cuts[found->cut_count++] = (pg_slice){(uint32_t)(text.ptr - f->page->text.ptr), (uint32_t)text.len};
}

/* A text on one line; raw: of an attribute, with entities. A reference is never shorter than half of what it stands for. */
static dh_view one_line(finder *f, dh_view text, bool raw) {
    char *copy = arena_alloc(f->arena, text.len * 2 + ENTITY_MAX_BYTES);
    size_t n = 0, len;
    if (!copy) {
        f->failed = true;
        return DH_VIEW("");
    }
    for (const char *p = text.ptr, *end = p + text.len; p < end;) {
        size_t used = raw ? entity_decode_attr(p, end, copy + n, &len) : 0;
        if (used) n += len;
        else copy[n++] = ascii_space(*p) ? ' ' : *p;
        p += used ? used : 1;
    }
    return view_trim((dh_view){copy, n});
}

static void note_fact(finder *f, ru_kind kind, dh_view text, bool raw) {
    ru_found *found = f->found;
    text = one_line(f, view_trim(text), raw);
    if (!text.len) return;
    if (kind == RU_TITLE && !found->title.len) found->title = text;
    if (kind == RU_DATE && !found->date.len) found->date = text;
    if (kind == RU_AUTHOR && found->author_count < DH_COUNT(found->authors)) found->authors[found->author_count++] = text;
}

static void read_fact(finder *f, const ru_rule *rule, const pg_elem *x) {
    dh_view raw;
    if (!rule->attribute.len) note_fact(f, rule->kind, text_of(f->page, x), false);
    else if (x->start != PG_NONE && pg_attr(pg_view(f->page, f->page->starts[x->start].attrs), rule->attribute, &raw)) note_fact(f, rule->kind, raw, true);
}

static void use_elem(finder *f, const ru_rule *rule, const pg_elem *x) {
    switch (rule->kind) {
    case RU_BODY: mark_blocks(f, x, RU_IN_BODY); break;
    case RU_STRIP: strip_elem(f, x); break;
    case RU_KEEP: mark_blocks(f, x, RU_KEPT); break;
    case RU_TITLE:
    case RU_AUTHOR:
    case RU_DATE: read_fact(f, rule, x); break;
    case RU_KIND_COUNT: break;
    }
}

/* meta and link tags stand beside the tree; they have attributes alone. */
static void use_metas(finder *f, const ru_rule *rule) {
    for (size_t i = 0; rule->attribute.len && i < f->page->meta_count; i++) {
        dh_view raw;
        const pg_start *tag = &f->page->metas[i];
        if (sel_matches_tag(f->page, &rule->selectors, tag) && pg_attr(pg_view(f->page, tag->attrs), rule->attribute, &raw))
            note_fact(f, rule->kind, raw, true);
    }
}

static void use_selectors(finder *f, const ru_rule *rule) {
    size_t count = f->page->elem_count;
    memset(f->hits, 0, count * sizeof *f->hits);
    if (!sel_match(f->arena, f->page, &rule->selectors, f->hits)) f->failed = true;
    use_metas(f, rule);
    for (size_t e = 0; e < count && !f->failed; e++)
        if (f->hits[e]) use_elem(f, rule, &f->page->elems[e]);
}

/* ---- cuts ---- */

static int by_place(const void *a, const void *b) {
    uint32_t x = ((const pg_slice *)a)->begin, y = ((const pg_slice *)b)->begin;
    return (x > y) - (x < y);
}

/* Sorts the cuts, and makes those one that overlap. */
static void settle_cuts(ru_found *found) {
    size_t kept = 0;
    if (found->cut_count) qsort(found->cuts, found->cut_count, sizeof *found->cuts, by_place);
    for (size_t i = 0; i < found->cut_count; i++) {
        pg_slice *last = kept ? &found->cuts[kept - 1] : NULL;
        uint32_t end = found->cuts[i].begin + found->cuts[i].len;
        if (!last || found->cuts[i].begin >= last->begin + last->len) found->cuts[kept++] = found->cuts[i];
        else if (end > last->begin + last->len) last->len = end - last->begin;
    }
    found->cut_count = kept;
}

size_t ru_cuts_of(const ru_found *found, const pg_block *b, size_t *first) {
    uint32_t end = b->text_begin + (uint32_t)b->text.len;
    while (*first < found->cut_count && found->cuts[*first].begin + found->cuts[*first].len <= b->text_begin) ++*first;
    size_t last = *first;
    while (last < found->cut_count && found->cuts[last].begin < end) last++;
    return last;
}

/* True if the cuts leave nothing of a block but white space. */
static bool is_covered(const ru_found *found, const pg_page *page, const pg_block *b, size_t first, size_t last) {
    uint32_t at = b->text_begin, end = at + (uint32_t)b->text.len;
    for (size_t k = first; k <= last; k++) {
        uint32_t stop = k < last ? found->cuts[k].begin : end;
        for (; at < stop; at++)
            if (!ascii_space(page->text.ptr[at])) return false;
        if (k < last) at = found->cuts[k].begin + found->cuts[k].len;
    }
    return true;
}

/* Blocks of which nothing would be left stay as they are, and are marked. */
static void mark_covered(finder *f) {
    size_t first = 0;
    for (size_t i = 0; i < f->page->block_count; i++) {
        const pg_block *b = &f->page->blocks[i];
        size_t last = ru_cuts_of(f->found, b, &first);
        if (last > first && is_covered(f->found, f->page, b, first, last)) f->found->marks[i] |= RU_STRIPPED;
    }
}

/* ---- words and patterns ---- */

static void use_words(finder *f, const ru_rule *rule) {
    uint8_t mark = rule->kind == RU_KEEP ? RU_KEPT : RU_STRIPPED;
    if (rule->pattern && !ru_pattern_has_room()) {
        f->failed = true;
        return;
    }
    for (size_t i = 0; i < f->page->block_count; i++) {
        dh_view text = f->page->blocks[i].text;
        bool hit = rule->pattern ? ru_pattern_matches(rule->pattern, text) : view_find_nocase(text, rule->words) < text.len;
        if (hit) f->found->marks[i] |= mark;
    }
}

/* ---- all ---- */

static void use_section(finder *f, const ru_set *set, const ru_section *s) {
    for (size_t i = s->first; i < s->first + s->count && !f->failed; i++) {
        const ru_rule *rule = &set->rules[i];
        if (!rule->selectors.count) use_words(f, rule);
        else if (f->page->is_html && f->scope == RU_ALL) use_selectors(f, rule);
    }
}

dh_status ru_find(dh_arena *arena, const ru_set *set, pg_page *page, dh_view url, ru_scope scope, ru_found *out, dh_error *err) {
    finder f = {.arena = arena, .page = page, .scope = scope, .found = out};
    *out = (ru_found){.marks = NULL};
    if (!url.len && page->is_html) url = jd_canonical(page);
    for (size_t i = 0; i < set->section_count; i++) {
        if (!set->sections[i].count || !is_of(&set->sections[i], url)) continue;
        if (!out->marks) {
            out->marks = arena_calloc(arena, page->block_count + 1, 1);
            f.hits = arena_calloc(arena, page->elem_count + 1, sizeof *f.hits);
            if (!out->marks || !f.hits) return arena_error(arena, err);
        }
        use_section(&f, set, &set->sections[i]);
        if (f.failed) return arena_error(arena, err);
    }
    settle_cuts(out);
    if (out->marks) mark_covered(&f);
    return DH_OK;
}
