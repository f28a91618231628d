/* Makes a page ready for the finders of facts. */
#include "facts/reading.h"

#include "base/url.h"
#include "page/entity.h"

#include <stdarg.h>
#include <stdio.h>

#define METAS_FIRST 64
/* Of the source that one element's text is looked for in: markup takes more room than text. */
#define INSIDE_BYTES ((size_t)4 << 10)
/* Names of elements that hold more of the page's kept blocks than this part are of the page, not of something beside its text. */
#define ASIDE_PART 2

static void *take(fc_page *f, size_t bytes) {
    void *p = arena_alloc(f->arena, bytes ? bytes : 1);
    if (!p) f->failed = true;
    return p;
}

/* ---- meta and link tags ---- */

static void add_meta(fc_page *f, size_t *cap, dh_view name, dh_view content, bool is_link) {
    if (f->failed) return;
    if (f->meta_count == *cap && !arena_double(f->arena, (void **)&f->metas, cap, METAS_FIRST, sizeof *f->metas)) {
        f->failed = true;
        return;
    }
    f->metas[f->meta_count++] = (fc_meta){view_trim(name), view_trim(content), is_link};
}

static void read_metas(fc_page *f) {
    const pg_page *page = f->page;
    size_t cap = 0;
    for (size_t i = 0; i < page->meta_count && !f->failed; i++) {
        dh_view rest = pg_view(page, page->metas[i].attrs), name, value, content = {"", 0}, names[3] = {{"", 0}};
        bool is_link = page->metas[i].tag == PG_LINK;
        while (pg_next_attr(&rest, &name, &value)) {
            if (view_is_nocase(name, is_link ? DH_VIEW("href") : DH_VIEW("content"))) content = value;
            else if (view_is_nocase(name, is_link ? DH_VIEW("rel") : DH_VIEW("property"))) names[0] = value;
            else if (!is_link && view_is_nocase(name, DH_VIEW("name"))) names[1] = value;
            else if (!is_link && view_is_nocase(name, DH_VIEW("itemprop"))) names[2] = value;
        }
        for (size_t k = 0; k < DH_COUNT(names); k++)
            if (names[k].len && !view_is_blank(content)) add_meta(f, &cap, names[k], content, is_link);
    }
}

dh_view fc_meta_raw(const fc_page *f, dh_view name) {
    for (size_t i = 0; i < f->meta_count; i++)
        if (!f->metas[i].is_link && view_is_nocase(f->metas[i].name, name)) return f->metas[i].content;
    return (dh_view){"", 0};
}

dh_view fc_link_raw(const fc_page *f, dh_view rel) {
    for (size_t i = 0; i < f->meta_count; i++)
        if (f->metas[i].is_link && fc_has_word(f->metas[i].name, rel)) return f->metas[i].content;
    return (dh_view){"", 0};
}

bool fc_has_word(dh_view list, dh_view word) {
    const char *p = list.ptr, *end = p + list.len;
    while (p < end) {
        const char *q = p;
        while (q < end && !ascii_space(*q)) q++;
        if (view_is_nocase((dh_view){p, (size_t)(q - p)}, word)) return true;
        p = q + 1;
    }
    return false;
}

dh_view fc_attr(const fc_page *f, uint32_t elem, dh_view name) {
    const pg_elem *e = &f->page->elems[elem];
    dh_view value;
    if (e->start == PG_NONE || !pg_attr(pg_view(f->page, f->page->starts[e->start].attrs), name, &value)) return (dh_view){"", 0};
    return view_trim(value);
}

/* ---- text ---- */

typedef struct {
    char *out;
    size_t len;
    bool space, line; /* due before the next character */
} folded;

static void put(folded *t, const char *bytes, size_t len) {
    if ((t->space || t->line) && t->len) t->out[t->len++] = t->line ? '\n' : ' ';
    t->space = t->line = false;
    memcpy(t->out + t->len, bytes, len);
    t->len += len;
}

/* Bytes of a character at p that shows as white space or not at all: *space tells which. 0 if it shows. */
static size_t unseen(const char *p, const char *end, bool *space) {
    static const struct {
        dh_view bytes;
        bool space;
    } rows[] = {{DH_LIT("\xc2\xa0"), true},      {DH_LIT("\xc2\xad"), false},     {DH_LIT("\xe2\x80\x8b"), false},
                {DH_LIT("\xe2\x81\xa0"), false}, {DH_LIT("\xef\xbb\xbf"), false}, {DH_LIT("\xe2\x80\xaf"), true},
                {DH_LIT("\xe2\x80\x89"), true},  {DH_LIT("\xe2\x80\x8a"), true},  {DH_LIT("\xe3\x80\x80"), true}};
    *space = true;
    if ((unsigned char)*p <= ' ' || *p == 0x7f) return 1;
    if ((unsigned char)*p < 0x80) return 0;
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        *space = rows[i].space;
        if (view_starts((dh_view){p, (size_t)(end - p)}, rows[i].bytes)) return rows[i].bytes.len;
    }
    return 0;
}

/* Takes one character or reference of text at p; returns its bytes in the source. */
static size_t fold_one(folded *t, const char *p, const char *end) {
    char decoded[ENTITY_MAX_BYTES];
    bool space;
    size_t n = unseen(p, end, &space), out_len = 0;
    if (n) {
        t->space |= space;
        return n;
    }
    if (*p == '&' && (n = entity_decode(p, end, decoded, &out_len))) {
        size_t hidden = out_len ? unseen(decoded, decoded + out_len, &space) : 1;
        if (hidden) t->space |= space && out_len;
        else put(t, decoded, out_len);
        return n;
    }
    put(t, p, 1);
    return 1;
}

/* Behind the tag or comment at p; p itself if '<' stands for itself there. */
static const char *behind_tag(const char *p, const char *end) {
    if (end - p < 2 || !(((p[1] | 32) >= 'a' && (p[1] | 32) <= 'z') || p[1] == '/' || p[1] == '!' || p[1] == '?')) return p;
    if (end - p > 4 && !memcmp(p, "<!--", 4)) {
        const char *q = memmem(p + 4, (size_t)(end - p - 4), "-->", 3);
        return q ? q + 3 : end;
    }
    for (char quote = 0; p < end; p++) {
        if (quote) quote = *p == quote ? 0 : quote;
        else if ((*p == '"' || *p == '\'') && p[-1] == '=') quote = *p;
        else if (*p == '>') return p + 1;
    }
    return end;
}

/* True if the tag at p begins or ends a line: any but those that stand within one. */
static bool breaks_line(const char *p, const char *end) {
    static const dh_view within[] = {DH_LIT("a"), DH_LIT("abbr"), DH_LIT("b"), DH_LIT("cite"), DH_LIT("em"), DH_LIT("i"),
                                     DH_LIT("mark"), DH_LIT("small"), DH_LIT("span"), DH_LIT("strong"), DH_LIT("sup"), DH_LIT("time"),
                                     DH_LIT("u"), DH_LIT("wbr")};
    const char *name = p + (end - p > 1 && p[1] == '/' ? 2 : 1), *q = name;
    while (q < end && !ascii_space(*q) && *q != '>' && *q != '/') q++;
    for (size_t i = 0; i < DH_COUNT(within); i++)
        if (view_is_nocase((dh_view){name, (size_t)(q - name)}, within[i])) return false;
    return p[1] != '!';
}

static dh_view fold_text(fc_page *f, dh_view raw) {
    const char *p = raw.ptr, *end = p + raw.len;
    folded t = {.out = take(f, raw.len * 2 + 1)}; /* a reference has fewer bytes than it stands for only twice over */
    if (!t.out) return (dh_view){"", 0};
    while (p < end) {
        const char *q = *p == '<' ? behind_tag(p, end) : p;
        if (q > p) {
            t.line |= breaks_line(p, q);
            t.space = true;
        }
        p = q > p ? q : p + fold_one(&t, p, end);
    }
    return (dh_view){t.out, t.len};
}

dh_view fc_text(fc_page *f, dh_view raw) {
    dh_view once = fold_text(f, raw);
    return memchr(once.ptr, '&', once.len) ? fold_text(f, once) : once;
}

dh_view fc_json_text(fc_page *f, dh_view raw) {
    char *out = take(f, raw.len);
    return out ? fc_text(f, (dh_view){out, js_unescape(raw, out)}) : (dh_view){"", 0};
}

/* How a tag at p changes the number of open elements of a name. */
static int opens(const char *p, const char *end, dh_view name) {
    bool closes = end - p > 1 && p[1] == '/';
    p += closes ? 2 : 1;
    if (!view_starts_nocase((dh_view){p, (size_t)(end - p)}, name)) return 0;
    p += name.len;
    if (p < end && !ascii_space(*p) && *p != '>' && *p != '/') return 0;
    return closes ? -1 : 1;
}

dh_view fc_inside(fc_page *f, uint32_t elem, size_t most) {
    const pg_elem *e = &f->page->elems[elem];
    dh_view source = f->page->source, name = view_of(pg_tag_name((pg_tag)e->tag)), none = {"", 0}; /* a name of ours, ends in NUL */
    if (e->start == PG_NONE || e->tag == PG_OTHER || f->failed) return none;
    pg_slice attrs = f->page->starts[e->start].attrs;
    size_t from = attrs.begin + attrs.len, to = source.len - from > INSIDE_BYTES ? from + INSIDE_BYTES : source.len;
    const char *p = source.ptr + from, *end = source.ptr + to;
    p = memchr(p, '>', (size_t)(end - p));
    if (!p) return none;
    const char *begin = ++p;
    for (int depth = 1; p < end;) {
        const char *q = *p == '<' ? behind_tag(p, end) : p;
        if (q > p && (depth += opens(p, q, name)) <= 0) break;
        p = q > p ? q : p + 1;
    }
    if (p >= end && to < source.len) return none;
    dh_view text = fc_text(f, (dh_view){begin, (size_t)(p - begin)});
    return text.len <= most ? text : none;
}

dh_view fc_copy(fc_page *f, dh_view v) {
    char *out = take(f, v.len);
    return out && v.len ? (dh_view){memcpy(out, v.ptr, v.len), v.len} : (dh_view){"", 0};
}

dh_view fc_print(fc_page *f, const char *format, ...) {
    va_list args;
    char text[160];
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    return fc_copy(f, (dh_view){text, len});
}

dh_view fc_address(fc_page *f, dh_view text) {
    dh_buf out;
    dh_view result = {"", 0};
    text = fc_text(f, text);
    if (!text.len || f->failed) return result;
    dh_buf_init(&out, URL_MAX_BYTES);
    dh_status st = url_resolve(f->url, text, &out);
    if (st == DH_ERR_NOMEM) f->failed = true;
    if (!st && url_is_http(dh_buf_view(&out))) result = fc_copy(f, dh_buf_view(&out));
    dh_buf_clear(&out);
    return result;
}

/* ---- elements ---- */

#define COMMENTS (FC_ASIDE | FC_COMMENT)
/* Parts of names that tell what an element is; sorted, at most 32. */
static const struct {
    dh_view part;
    uint8_t marks;
} name_parts[] = {
    {DH_LIT("auteur"), FC_AUTHOR}, {DH_LIT("author"), FC_AUTHOR}, {DH_LIT("autor"), FC_AUTHOR},
    {DH_LIT("byl"), FC_AUTHOR | FC_DATE}, {DH_LIT("comment"), COMMENTS}, {DH_LIT("contributor"), FC_AUTHOR},
    {DH_LIT("data"), FC_DATE}, {DH_LIT("date"), FC_DATE}, {DH_LIT("datum"), FC_DATE}, {DH_LIT("disqus"), COMMENTS},
    {DH_LIT("fecha"), FC_DATE}, {DH_LIT("info"), FC_DATE}, {DH_LIT("kommentar"), COMMENTS}, {DH_LIT("meta"), FC_DATE},
    {DH_LIT("popular"), FC_ASIDE}, {DH_LIT("posted"), FC_DATE}, {DH_LIT("publish"), FC_DATE}, {DH_LIT("recent"), FC_ASIDE},
    {DH_LIT("recommend"), FC_ASIDE}, {DH_LIT("related"), FC_ASIDE}, {DH_LIT("replies"), COMMENTS},
    {DH_LIT("respond"), COMMENTS}, {DH_LIT("teaser"), FC_ASIDE}, {DH_LIT("time"), FC_DATE}, {DH_LIT("trending"), FC_ASIDE},
    {DH_LIT("username"), FC_AUTHOR}, {DH_LIT("writer"), FC_AUTHOR}};

/* Class names of a page repeat: their marks are kept, by a hash of their ends. */
#define NAMES_KEPT 256

typedef struct {
    dh_view names;
    uint8_t marks;
} kept_name;

/* Which parts begin with each two letters, as bits: a look at it passes over most letters of most names. */
typedef struct {
    uint32_t of[26][26];
    kept_name kept[NAMES_KEPT];
} known_names;

static unsigned letter(char c) { return (unsigned)(ascii_lower(c) - 'a'); }

static void index_parts(known_names *t) {
    for (size_t i = 0; i < DH_COUNT(name_parts); i++) t->of[letter(name_parts[i].part.ptr[0])][letter(name_parts[i].part.ptr[1])] |= 1u << i;
}

static uint8_t read_name(const known_names *t, dh_view names) {
    uint8_t marks = 0;
    unsigned next = names.len ? letter(names.ptr[0]) : 26;
    for (size_t at = 0; at + 1 < names.len; at++) {
        unsigned c = next;
        next = letter(names.ptr[at + 1]);
        if (c >= 26 || next >= 26) continue;
        for (uint32_t left = t->of[c][next]; left; left &= left - 1) {
            size_t i = (size_t)__builtin_ctz(left);
            if (view_starts_nocase((dh_view){names.ptr + at, names.len - at}, name_parts[i].part)) marks |= name_parts[i].marks;
        }
    }
    return marks;
}

static size_t place_of(dh_view names) {
    uint64_t first = 0, last = 0;
    size_t n = names.len < sizeof first ? names.len : sizeof first;
    memcpy(&first, names.ptr, n);
    memcpy(&last, names.ptr + names.len - n, n);
    return (size_t)(((first ^ (last << 1) ^ names.len) * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % NAMES_KEPT;
}

/* The marks of a class or id, which is not empty. */
static uint8_t name_marks(known_names *t, dh_view names) {
    kept_name *k = &t->kept[place_of(names)];
    if (!view_is(k->names, names)) *k = (kept_name){names, read_name(t, names)};
    return k->marks;
}

/* True if an element holds so much of the text that its name cannot mean that it is beside it. */
static bool holds_text(const fc_page *f, const pg_elem *e) {
    if (f->headline >= e->first_block && f->headline < e->end_block) return true;
    size_t from = e->first_block > f->first_kept ? e->first_block : f->first_kept;
    size_t to = e->end_block < f->behind_kept ? e->end_block : f->behind_kept;
    return to > from && (to - from) * ASIDE_PART > f->behind_kept - f->first_kept;
}

static bool is_within(const pg_page *page, const pg_elem *e, pg_tag tag) {
    uint32_t up = e->parent;
    while (up != PG_NONE && page->elems[up].tag != tag) up = page->elems[up].parent;
    return up != PG_NONE;
}

static uint8_t mark_of(const fc_page *f, known_names *t, const pg_elem *e) {
    const pg_page *page = f->page;
    uint8_t mark = 0;
    if (e->tag == PG_NAV || (e->tag == PG_FOOTER && !is_within(page, e, PG_ARTICLE) && !is_within(page, e, PG_MAIN))) mark |= FC_ASIDE;
    if (e->start != PG_NONE) {
        const pg_start *s = &page->starts[e->start];
        if (s->cls.len) mark |= name_marks(t, pg_view(page, s->cls));
        if (s->id.len) mark |= name_marks(t, pg_view(page, s->id)) & (uint8_t)~FC_AUTHOR;
    }
    return mark & (FC_ASIDE | FC_COMMENT) && holds_text(f, e) ? mark & (FC_AUTHOR | FC_DATE) : mark;
}

static void mark_elements(fc_page *f) {
    const pg_page *page = f->page;
    known_names t = {.of = {{0}}};
    index_parts(&t);
    f->marks = take(f, page->elem_count);
    for (size_t i = 0; i < page->elem_count && !f->failed; i++) {
        const pg_elem *e = &page->elems[i];
        f->marks[i] = e->tag == PG_HTML || e->tag == PG_BODY ? 0 : mark_of(f, &t, e);
        if (e->parent != PG_NONE) f->marks[i] |= f->marks[e->parent] & (FC_ASIDE | FC_COMMENT);
    }
}

static void find_text(fc_page *f) {
    size_t n = f->page->block_count;
    f->headline = f->first_kept = n;
    for (size_t i = 0; i < n; i++) {
        if (f->in->verdicts[i].headline && f->headline == n) f->headline = i;
        if (!f->in->verdicts[i].keep || f->in->verdicts[i].part != DH_PART_BODY) continue;
        if (f->first_kept == n) f->first_kept = i;
        f->behind_kept = i + 1;
    }
    if (f->first_kept == n) f->behind_kept = n;
}

void fc_open(fc_page *f, dh_arena *arena, const fc_input *in) {
    *f = (fc_page){.arena = arena, .in = in, .page = in->page};
    f->url = in->url ? view_of(in->url) : (dh_view){"", 0}; /* dh_options.url ends in NUL */
    find_text(f);
    read_metas(f);
    fc_linked_read(arena, in->page, &f->linked, &f->failed);
    mark_elements(f);
}
