/* Who wrote the page. Fields come first, then what the markup calls an author, then a byline beside the headline. Organisations and
 * the site's own name are named only where nobody else is. */
#include "facts/date_text.h"
#include "facts/finders.h"
#include "facts/names.h"
#include "judge/fold.h"

#define BYLINE_BYTES 200
#define BLOCKS_BEFORE 10
#define BLOCKS_BEHIND 14
/* Elements of a page whose text is looked at. */
#define MOST_ELEMENTS 200

/* Names as they are found; hashes of what they fold to keep each from standing twice. */
typedef struct {
    fc_page *page;
    dh_fact found[FC_AUTHORS];
    uint64_t hashes[FC_AUTHORS];
    size_t count;
} list;

static void add(list *l, dh_view name, const char *origin) {
    uint64_t hash = jd_fold_hash(name);
    if (l->count == FC_AUTHORS || !hash) return;
    for (size_t i = 0; i < l->count; i++)
        if (l->hashes[i] == hash) return;
    l->hashes[l->count] = hash;
    l->found[l->count++] = (dh_fact){name, origin};
}

/* All names of a field; those of the site go to the second list. Behind a name may stand what its bearer does. */
static void add_names(list *people, list *groups, dh_view text, const char *origin, bool is_group) {
    dh_view name;
    for (bool first = true; fc_next_name(&text, &name); first = false)
        if (first || !fc_is_role(name)) add(is_group || fc_is_site(people->page, name) ? groups : people, name, origin);
}

/* ---- fields ---- */

static void from_linked(list *people, list *groups, const fc_ld_object *o, const char *origin) {
    for (size_t i = 0; i < o->author_count; i++)
        add_names(people, groups, fc_json_text(people->page, o->authors[i].name), origin, o->authors[i].is_group);
}

/* "Doe, Jane" as "Jane Doe". */
static dh_view turn(fc_page *f, dh_view text) {
    const char *comma = memchr(text.ptr, ',', text.len), *end = text.ptr + text.len;
    if (!comma || memchr(comma + 1, ',', (size_t)(end - comma - 1))) return text;
    dh_view last = view_trim((dh_view){text.ptr, (size_t)(comma - text.ptr)}), first = view_trim((dh_view){comma + 1, (size_t)(end - comma - 1)});
    return fc_print(f, "%.*s %.*s", (int)first.len, first.ptr, (int)last.len, last.ptr);
}

/* A pair of tags, label and value, that the preview of a link shows: "Written by", "Jane Doe". */
static void from_label(list *people, list *groups) {
    fc_page *f = people->page;
    dh_view label = fc_text(f, fc_meta_raw(f, DH_VIEW("twitter:label1")));
    if (label.len && fc_by(label) == label.len)
        add_names(people, groups, fc_text(f, fc_meta_raw(f, DH_VIEW("twitter:data1"))), "meta twitter:data1", false);
}

static void from_metas(list *people, list *groups) {
    static const struct {
        dh_view name;
        const char *origin;
        bool many;   /* a tag for each author */
        bool turned; /* "Doe, Jane" */
    } rows[] = {{DH_LIT("author"), "meta author", false}, {DH_LIT("citation_author"), "meta citation_author", true, true},
                {DH_LIT("parsely-author"), "meta parsely-author", true}, {DH_LIT("sailthru.author"), "meta sailthru.author", false},
                {DH_LIT("dc.creator"), "meta dc.creator", true}, {DH_LIT("dc:creator"), "meta dc:creator", true},
                {DH_LIT("dcterms.creator"), "meta dcterms.creator", true}, {DH_LIT("byl"), "meta byl", false},
                {DH_LIT("cXenseParse:author"), "meta cXenseParse:author", true}, {DH_LIT("og:author"), "meta og:author", false},
                {DH_LIT("article:author"), "meta article:author", true}, {DH_LIT("article:author_name"), "meta article:author_name", true}};
    fc_page *f = people->page;
    for (size_t r = 0; r < DH_COUNT(rows) && !people->count; r++)
        for (size_t i = 0; i < f->meta_count; i++) {
            if (f->metas[i].is_link || !view_is_nocase(f->metas[i].name, rows[r].name)) continue;
            dh_view text = fc_text(f, f->metas[i].content);
            add_names(people, groups, rows[r].turned ? turn(f, text) : text, rows[r].origin, false);
            if (!rows[r].many) break;
        }
}

/* ---- elements ---- */

typedef enum { BY_ITEMPROP, BY_REL, BY_NAME, BY_LINK, BY_FAR_NAME, NOT } rank;

static size_t start_of(const fc_page *f) { return f->headline < f->page->block_count ? f->headline : f->first_kept; }

static bool is_near(const fc_page *f, size_t block) {
    size_t start = start_of(f);
    return block < start ? start - block <= BLOCKS_BEFORE : block - start <= BLOCKS_BEHIND;
}

/* Names of a text that is shown, of several lines: those of the first line that has any, since below a name stands what its bearer
 * does. More than one are people only if they look like it. */
static void add_line(list *people, list *groups, dh_view text, const char *origin) {
    while (text.len && !people->count) {
        const char *newline = memchr(text.ptr, '\n', text.len);
        size_t len = newline ? (size_t)(newline - text.ptr) : text.len;
        dh_view line = {text.ptr, len}, name;
        while (fc_next_name(&line, &name))
            if (!fc_is_role(name) && (!people->count || fc_is_person(name)))
                add(fc_is_site(people->page, name) ? groups : people, name, origin);
        text = newline ? (dh_view){newline + 1, text.len - len - 1} : (dh_view){"", 0};
    }
}

/* True if a link's address is one of an author's page. */
static bool leads_to_author(const fc_page *f, uint32_t e) {
    static const dh_view parts[] = {DH_LIT("/author"), DH_LIT("/contributor"), DH_LIT("/autor"), DH_LIT("/auteur"), DH_LIT("/writers/"),
                                    DH_LIT("/byline/"), DH_LIT("/people/"), DH_LIT("/reporter")};
    dh_view href = fc_attr(f, e, DH_VIEW("href"));
    for (size_t i = 0; i < DH_COUNT(parts); i++)
        if (view_find_nocase(href, parts[i]) < href.len) return true;
    return false;
}

static rank rank_of(const fc_page *f, uint32_t e) {
    const pg_elem *elem = &f->page->elems[e];
    if (elem->start == PG_NONE || (f->marks[e] & FC_COMMENT)) return NOT;
    const pg_start *s = &f->page->starts[elem->start];
    if (s->itemprop.len && fc_has_word(pg_view(f->page, s->itemprop), DH_VIEW("author"))) return BY_ITEMPROP;
    if ((f->marks[e] & FC_ASIDE) || elem->first_block > f->behind_kept + BLOCKS_BEHIND) return NOT;
    if (!is_near(f, elem->first_block)) return f->marks[e] & FC_AUTHOR && elem->first_block > start_of(f) ? BY_FAR_NAME : NOT;
    if (elem->tag == PG_A && fc_has_word(fc_attr(f, e, DH_VIEW("rel")), DH_VIEW("author"))) return BY_REL;
    if (f->marks[e] & FC_AUTHOR) return BY_NAME;
    return elem->tag == PG_A && leads_to_author(f, e) ? BY_LINK : NOT;
}

/* True if an element inside one that is an author has the name alone. */
static bool is_name_part(const fc_page *f, uint32_t e) {
    const pg_elem *x = &f->page->elems[e];
    if (x->start == PG_NONE) return false;
    const pg_start *s = &f->page->starts[x->start];
    if (s->itemprop.len && fc_has_word(pg_view(f->page, s->itemprop), DH_VIEW("name"))) return true;
    if (x->tag == PG_A && fc_has_word(fc_attr(f, e, DH_VIEW("rel")), DH_VIEW("author"))) return true;
    dh_view cls = pg_view(f->page, s->cls);
    return cls.len && (fc_has_word(cls, DH_VIEW("fn")) || (view_find_nocase(cls, DH_VIEW("name")) < cls.len &&
                                                          view_find_nocase(cls, DH_VIEW("rename")) == cls.len));
}

/* The name inside an element that is an author: the part that is called name, else all of it. */
static dh_view author_text(fc_page *f, uint32_t e) {
    const pg_page *page = f->page;
    dh_view content = fc_attr(f, e, DH_VIEW("content"));
    if (content.len) return fc_text(f, content);
    for (uint32_t i = e + 1; i < page->elems[e].end_elem; i++) {
        if (!is_name_part(f, i)) continue;
        dh_view name = fc_inside(f, i, BYLINE_BYTES);
        if (name.len) return name;
    }
    return fc_inside(f, e, BYLINE_BYTES);
}

static void from_elements(list *people, list *groups) {
    static const char *const origins[] = {"itemprop author", "a rel author", "element named for an author", "link to an author's page",
                                          "element named for an author, not beside the headline", ""};
    fc_page *f = people->page;
    size_t looked = 0, first = SIZE_MAX;
    for (rank want = BY_ITEMPROP; want < NOT && !people->count; want++)
        for (size_t e = 0; e < f->page->elem_count && looked < MOST_ELEMENTS && !f->failed; e++) {
            const pg_elem *elem = &f->page->elems[e];
            if (rank_of(f, (uint32_t)e) != want) continue;
            if (first != SIZE_MAX && elem->first_block > first + 2) break; /* another byline: of another post or card */
            looked++;
            list found = {.page = f};
            add_line(&found, groups, author_text(f, (uint32_t)e), origins[want]);
            for (size_t i = 0; i < found.count; i++) add(people, found.found[i].value, origins[want]);
            if (people->count && first == SIZE_MAX) first = elem->first_block;
        }
}

/* ---- text ---- */

/* Behind " by " in a line that tells a date too: "May 2, 2020 by Jane Doe". 0 if there is none. */
static size_t by_within(dh_view text) {
    fc_date date;
    size_t begin, end, at = view_find_nocase(text, DH_VIEW(" by "));
    return at < text.len && fc_date_find(text, true, &date, &begin, &end) ? at + 4 : 0;
}

/* What stands behind "By" in a short block, or in the one behind it if that is all. Empty if it does not look like a person's name. */
static dh_view byline(const fc_page *f, size_t i) {
    dh_view text = f->page->blocks[i].text, rest, name, none = {"", 0};
    if (i == f->headline || text.len > BYLINE_BYTES || (f->marks[f->page->blocks[i].elem] & FC_ASIDE)) return none;
    size_t by = fc_by(text);
    if (!by) by = by_within(text);
    if (!by) return none;
    text = (dh_view){text.ptr + by, text.len - by};
    if (!text.len && i + 1 < f->page->block_count) text = f->page->blocks[i + 1].text;
    rest = text;
    return text.len <= BYLINE_BYTES && fc_next_name(&rest, &name) && fc_is_person(name) ? text : none;
}

/* "Written by" and the like, of two words, says so wherever it stands; "By" beside the headline alone. */
static bool says_written(dh_view text) {
    size_t by = fc_by(text);
    const char *space = memchr(text.ptr, ' ', text.len);
    return by && space && (size_t)(space - text.ptr) + 2 < by;
}

static void from_blocks(list *people, list *groups) {
    fc_page *f = people->page;
    for (size_t i = 0; i < f->page->block_count && !people->count; i++)
        if (is_near(f, i)) add_line(people, groups, byline(f, i), "text beside the headline");
    for (size_t i = 0; i < f->page->block_count && !people->count; i++)
        if (says_written(f->page->blocks[i].text)) add_line(people, groups, byline(f, i), "text of a byline");
}

void fc_find_authors(fc_page *f, fc_facts *out) {
    list people = {.page = f}, groups = {.page = f};
    from_linked(&people, &groups, &f->linked.article, "JSON-LD author");
    if (!people.count) from_metas(&people, &groups);
    if (!people.count) from_label(&people, &groups);
    if (!people.count) from_elements(&people, &groups);
    if (!people.count) from_blocks(&people, &groups);
    if (!people.count && !f->linked.has_article) from_linked(&people, &groups, &f->linked.page, "JSON-LD author of the page");
    const list *l = people.count ? &people : &groups;
    for (size_t i = 0; i < l->count; i++) out->authors[i] = l->found[i];
    out->author_count = l->count;
    if (l->count) out->one[DH_FACT_AUTHOR] = l->found[0];
}
