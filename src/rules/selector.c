/* Matches selectors. Elements are gone through once, parents before children: each has a state, a bit for each compound up to which the
 * selector matches when it ends there, and a relation looks at the state of one other element alone. */
#include "rules/selector.h"

#include "page/entity.h"

/* Longer attributes with entities in them are compared as they stand. */
#define VALUE_BYTES 4096

typedef struct {
    const pg_page *page;
    uint32_t *own;    /* the element's state */
    uint32_t *above;  /* the states of it and of all that it stands in, together */
    uint32_t *before; /* of the last child so far */
    uint32_t *all;    /* of all children so far, together */
    uint32_t *place, *siblings; /* its place among its siblings, from 1; the number of its children */
} states;

/* ---- what an element says of itself ---- */

/* The name that a start tag has in the source; of one that the parser implied, its tag's. */
static dh_view type_of(const pg_page *page, uint8_t tag, const pg_start *start) {
    if (tag != PG_OTHER || !start) return (dh_view){pg_tag_name((pg_tag)tag), strlen(pg_tag_name((pg_tag)tag))}; /* static, ends in NUL */
    size_t end = start->attrs.begin, from = end;
    while (from && page->source.ptr[from - 1] != '<') from--;
    return (dh_view){page->source.ptr + from, end - from};
}

/* Value of an attribute with its entities decoded, in `room` if that is another. */
static dh_view decoded(dh_view raw, char room[VALUE_BYTES]) {
    const char *p = raw.ptr, *end = raw.ptr + raw.len;
    size_t n = 0, len;
    if (!memchr(raw.ptr, '&', raw.len) || raw.len + ENTITY_MAX_BYTES > VALUE_BYTES) return raw;
    while (p < end) {
        size_t used = entity_decode_attr(p, end, room + n, &len);
        if (used) n += len;
        else room[n++] = *p;
        p += used ? used : 1;
    }
    return (dh_view){room, n};
}

static bool equal(dh_view a, dh_view b, bool nocase) { return nocase ? view_is_nocase(a, b) : view_is(a, b); }

static bool holds(dh_view a, dh_view part, bool nocase) {
    if (!part.len || part.len > a.len) return false;
    return nocase ? view_find_nocase(a, part) < a.len : memmem(a.ptr, a.len, part.ptr, part.len) != NULL;
}

static bool has_word(dh_view all, dh_view word, bool nocase) {
    for (size_t at = 0, end; at < all.len; at = end + 1) {
        for (end = at; end < all.len && !ascii_space(all.ptr[end]);) end++;
        if (end > at && equal((dh_view){all.ptr + at, end - at}, word, nocase)) return true;
    }
    return false;
}

static bool compare(const sel_simple *s, dh_view v) {
    dh_view w = s->value;
    bool fits = w.len && w.len <= v.len;
    switch (s->op) {
    case 0: return true;
    case '=': return equal(v, w, s->nocase);
    case '~': return has_word(v, w, s->nocase);
    case '|': return equal(v, w, s->nocase) || (fits && v.len > w.len && v.ptr[w.len] == '-' && equal((dh_view){v.ptr, w.len}, w, s->nocase));
    case '^': return fits && equal((dh_view){v.ptr, w.len}, w, s->nocase);
    case '$': return fits && equal((dh_view){v.ptr + v.len - w.len, w.len}, w, s->nocase);
    default: return holds(v, w, s->nocase);
    }
}

/* an + b for some n from 0 on. */
static bool is_at(const sel_simple *s, uint32_t place) {
    long rest = (long)place - s->b;
    return s->a ? rest % s->a == 0 && rest / s->a >= 0 : !rest;
}

/* ---- one element ---- */

typedef struct {
    const pg_page *page;
    const pg_start *start; /* NULL: implied */
    uint8_t tag;
    bool is_root;
    uint32_t place, siblings;
} subject;

static bool has_attribute(const subject *x, const sel_simple *s) {
    char room[VALUE_BYTES];
    dh_view raw;
    if (!x->start || !pg_attr(pg_view(x->page, x->start->attrs), s->name, &raw)) return false;
    return compare(s, decoded(raw, room));
}

static bool is_simple(const subject *x, const sel_simple *s) {
    switch (s->kind) {
    case SEL_TYPE: return view_is_nocase(type_of(x->page, x->tag, x->start), s->name);
    case SEL_CLASS: return x->start && has_word(pg_view(x->page, x->start->cls), s->value, false);
    case SEL_ID: return x->start && x->start->id.len && view_is(pg_view(x->page, x->start->id), s->value);
    case SEL_ATTR: return has_attribute(x, s);
    case SEL_NTH: return is_at(s, x->place);
    case SEL_NTH_LAST: return is_at(s, x->siblings + 1 - x->place);
    case SEL_ROOT: return x->is_root;
    case SEL_NOT:
    case SEL_IS: break;
    }
    return false;
}

static bool is_plain_compound(const subject *x, const sel_compound *c) {
    for (size_t i = 0; i < c->count; i++)
        if (!is_simple(x, &c->simple[i])) return false;
    return true;
}

static bool is_compound(const subject *x, const sel_compound *c) {
    for (size_t i = 0; i < c->count; i++) {
        const sel_simple *s = &c->simple[i];
        bool any = false;
        if (s->kind != SEL_NOT && s->kind != SEL_IS) {
            if (!is_simple(x, s)) return false;
            continue;
        }
        for (size_t k = 0; k < s->inner_count && !any; k++) any = is_plain_compound(x, &s->inner[k]);
        if (any == (s->kind == SEL_NOT)) return false;
    }
    return true;
}

/* ---- all elements ---- */

static bool make_states(dh_arena *arena, const pg_page *page, states *s) {
    uint32_t **const arrays[] = {&s->own, &s->above, &s->before, &s->all, &s->place, &s->siblings};
    s->page = page;
    for (size_t i = 0; i < DH_COUNT(arrays); i++)
        if (!(*arrays[i] = arena_calloc(arena, page->elem_count + 1, sizeof **arrays[i]))) return false;
    return true;
}

static void count_places(states *s) {
    for (size_t e = 0; e < s->page->elem_count; e++) {
        uint32_t parent = s->page->elems[e].parent;
        s->place[e] = parent == PG_NONE ? 1 : ++s->siblings[parent];
    }
}

/* Up to which compounds the selector may go on at an element, by its relations. */
static uint32_t open_compounds(const states *s, const sel_complex *c, uint32_t parent) {
    uint32_t open = 1;
    if (parent == PG_NONE) return open;
    for (size_t i = 1; i < c->count; i++) {
        char relation = c->compounds[i].relation;
        uint32_t from = relation == ' ' ? s->above[parent] : relation == '>' ? s->own[parent] : relation == '+' ? s->before[parent] : s->all[parent];
        if (from >> (i - 1) & 1) open |= 1u << i;
    }
    return open;
}

static void match_one(states *s, const sel_complex *c, bool *marks) {
    const pg_page *page = s->page;
    memset(s->before, 0, page->elem_count * sizeof *s->before);
    memset(s->all, 0, page->elem_count * sizeof *s->all);
    for (uint32_t e = 0; e < page->elem_count; e++) {
        const pg_elem *x = &page->elems[e];
        uint32_t parent = x->parent, open = open_compounds(s, c, parent), state = 0;
        subject who = {page, x->start == PG_NONE ? NULL : &page->starts[x->start], x->tag, parent == PG_NONE,
                       s->place[e], parent == PG_NONE ? 1 : s->siblings[parent]};
        for (size_t i = 0; i < c->count; i++)
            if (open >> i & 1 && is_compound(&who, &c->compounds[i])) state |= 1u << i;
        s->own[e] = state;
        s->above[e] = state;
        if (parent != PG_NONE) {
            s->above[e] |= s->above[parent];
            s->before[parent] = state;
            s->all[parent] |= state;
        }
        if (state >> (c->count - 1) & 1) marks[e] = true;
    }
}

bool sel_match(dh_arena *arena, const pg_page *page, const sel_list *list, bool *marks) {
    states s;
    if (!make_states(arena, page, &s)) return false;
    if (list->counts) count_places(&s);
    for (size_t i = 0; i < list->count; i++) match_one(&s, &list->at[i], marks);
    return true;
}

bool sel_matches_tag(const pg_page *page, const sel_list *list, const pg_start *tag) {
    subject who = {page, tag, tag->tag, false, 0, 0};
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].count == 1 && is_compound(&who, &list->at[i].compounds[0])) return true;
    return false;
}
