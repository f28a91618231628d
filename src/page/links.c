/* Links by the start tags alone: where they stand in the tree, and whether they are seen, does not matter here. Which of them are
 * worth following is left to others. */
#include "page/links.h"

#include "base/url.h"
#include "page/entity.h"

#define LINKS_FIRST 64

typedef struct {
    dh_arena *arena;
    dh_link *at;
    size_t count, cap;
    uint32_t *table; /* index + 1 by address; 0: free */
    size_t mask;
    dh_buf raw, base, whole, normal; /* of the link in hand; what relative ones are seen from */
    bool nofollow;                   /* the page says so of all */
} links;

/* Sets *out to an attribute's value with its references decoded. */
static dh_status decode(dh_view raw, dh_buf *out) {
    const char *p = raw.ptr, *end = p + raw.len;
    dh_status st = DH_OK;
    out->len = 0;
    while (p < end && !st) {
        char text[ENTITY_MAX_BYTES];
        size_t len = 0, n = entity_decode_attr(p, end, text, &len);
        st = n ? dh_buf_append(out, text, len) : buf_append_char(out, *p);
        p += n ? n : 1;
    }
    return st;
}

/* True if a list of words holds the word; the words of rel stand between blanks, those of meta robots between commas. */
static bool has_word(dh_view list, dh_view word) {
    for (const char *p = list.ptr, *end = p + list.len; p < end; p++) {
        const char *from = p;
        while (p < end && !ascii_space(*p) && *p != ',') p++;
        if (view_is_nocase((dh_view){from, (size_t)(p - from)}, word)) return true;
    }
    return false;
}

static dh_view attr(const pg_page *page, const pg_start *s, dh_view name) {
    dh_view value;
    return pg_attr(pg_view(page, s->attrs), name, &value) ? value : (dh_view){"", 0};
}

static unsigned rels(dh_view rel) {
    return (has_word(rel, DH_VIEW("next")) ? DH_REL_NEXT : 0u) | (has_word(rel, DH_VIEW("nofollow")) ? DH_REL_NOFOLLOW : 0u);
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

dh_view pg_base(const pg_page *page) {
    for (size_t i = 0; i < page->start_count; i++)
        if (page->starts[i].tag == PG_BASE && (page->starts[i].flags & PG_HAS_HREF))
            return view_trim(attr(page, &page->starts[i], DH_VIEW("href")));
    return DH_VIEW("");
}

/* What links are seen from: the base element's address, or the page's own. */
static dh_status find_base(links *l, const pg_page *page, dh_view url) {
    dh_status st = decode(pg_base(page), &l->raw);
    if (!st && !l->raw.len) return buf_append_view(&l->base, url);
    if (!st) st = url_resolve(url, dh_buf_view(&l->raw), &l->base);
    if (st == DH_ERR_NOMEM || (!st && url_is_http(dh_buf_view(&l->base)))) return st;
    l->base.len = 0;
    return buf_append_view(&l->base, url);
}

static void find_robots(links *l, const pg_page *page) {
    for (size_t i = 0; i < page->meta_count && !l->nofollow; i++) {
        const pg_start *m = &page->metas[i];
        if (m->tag == PG_LINK || !view_is_nocase(view_trim(attr(page, m, DH_VIEW("name"))), DH_VIEW("robots"))) continue;
        dh_view content = attr(page, m, DH_VIEW("content"));
        l->nofollow = has_word(content, DH_VIEW("nofollow")) || has_word(content, DH_VIEW("none"));
    }
}

/* ---- the table ----------------------------------------------------------------------------------------------------- */

static dh_status no_room(links *l, dh_error *err) { return arena_error(l->arena, err); }

/* Room for `most` links. */
static bool make_table(links *l, size_t most) {
    size_t slots = LINKS_FIRST;
    while (slots < most * 2) slots *= 2;
    l->mask = slots - 1;
    l->table = arena_calloc(l->arena, slots, sizeof *l->table);
    return l->table != NULL;
}

static uint32_t *slot_of(const links *l, dh_view url) {
    size_t at = (size_t)view_hash(url) & l->mask;
    while (l->table[at] && !view_is(l->at[l->table[at] - 1].url, url)) at = (at + 1) & l->mask;
    return &l->table[at];
}

/* A link that stands twice is one that may be followed if one of the two may. */
static bool put(links *l, dh_view url, unsigned rel) {
    uint32_t *slot = slot_of(l, url);
    if (*slot) {
        unsigned *old = &l->at[*slot - 1].rel, both = (*old & rel & DH_REL_NOFOLLOW);
        *old = ((*old | rel) & DH_REL_NEXT) | both;
        return true;
    }
    if (l->count == l->cap && !arena_double(l->arena, (void **)&l->at, &l->cap, LINKS_FIRST, sizeof *l->at)) return false;
    char *copy = arena_alloc(l->arena, url.len);
    if (!copy) return false;
    memcpy(copy, url.ptr, url.len);
    l->at[l->count] = (dh_link){{copy, url.len}, rel};
    *slot = (uint32_t)++l->count;
    return true;
}

/* What is no http or https address, or none at all, is no link here; nor is a place on the page itself ("#top"). */
static dh_status add(links *l, dh_view href, unsigned rel, dh_error *err) {
    l->whole.len = l->normal.len = 0;
    if (l->nofollow) rel |= DH_REL_NOFOLLOW;
    dh_status st = decode(href, &l->raw);
    dh_view raw = view_trim(dh_buf_view(&l->raw));
    if (!st && (!raw.len || raw.ptr[0] == '#')) return DH_OK;
    if (!st) st = url_resolve(dh_buf_view(&l->base), raw, &l->whole);
    if (!st) st = url_normalise(dh_buf_view(&l->whole), &l->normal);
    if (st) return st == DH_ERR_NOMEM ? err_set(err, st, 0, "out of memory") : DH_OK;
    return put(l, dh_buf_view(&l->normal), rel) ? DH_OK : no_room(l, err);
}

static bool is_link(const pg_start *s) { return (s->tag == PG_A || s->tag == PG_AREA) && (s->flags & PG_HAS_HREF); }

static dh_status add_all(links *l, const pg_page *page, dh_error *err) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < page->meta_count && !st; i++) {
        const pg_start *m = &page->metas[i];
        unsigned rel = m->tag == PG_LINK ? rels(attr(page, m, DH_VIEW("rel"))) : 0u;
        if (rel & DH_REL_NEXT) st = add(l, attr(page, m, DH_VIEW("href")), rel, err);
    }
    for (size_t i = 0; i < page->start_count && !st; i++) {
        const pg_start *s = &page->starts[i];
        if (is_link(s)) st = add(l, attr(page, s, DH_VIEW("href")), rels(attr(page, s, DH_VIEW("rel"))), err);
    }
    return st;
}

dh_status pg_links(dh_arena *arena, const pg_page *page, dh_view url, dh_link **out, size_t *count, dh_error *err) {
    links l = {.arena = arena};
    size_t most = page->meta_count;
    dh_buf *const bufs[] = {&l.raw, &l.base, &l.whole, &l.normal};
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_init(bufs[i], 0);
    for (size_t i = 0; i < page->start_count; i++) most += is_link(&page->starts[i]);
    dh_status st = find_base(&l, page, url) ? err_set(err, DH_ERR_NOMEM, 0, "out of memory") : DH_OK;
    if (!st && !make_table(&l, most)) st = no_room(&l, err);
    find_robots(&l, page);
    if (!st) st = add_all(&l, page, err);
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_clear(bufs[i]);
    *out = l.at;
    *count = l.count;
    return st;
}
