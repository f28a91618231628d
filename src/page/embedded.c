/* Text outside of the markup: which scripts, templates and attributes may hold it, and the page that is made of it. Whether it
 * is wanted is not asked here. */
#include "page/embedded_out.h"

#include "page/entity.h"
#include "page/gumbo_tag.h"

/* A shorter attribute holds no text worth looking for. */
#define ATTRIBUTE_BYTES 200
#define HTML_FIRST 1024
#define SEEN_FIRST 64

/* ---- writing ---- */

static bool put(em_out *o, dh_view v) {
    while (o->cap - o->len < v.len)
        if (!arena_double(o->arena, (void **)&o->html, &o->cap, HTML_FIRST, 1)) return false;
    if (v.len) memcpy(o->html + o->len, v.ptr, v.len);
    o->len += v.len;
    return true;
}

static bool put_tag(em_out *o, const char *open, dh_view tag) { return put(o, view_of(open)) && put(o, tag) && put(o, DH_VIEW(">")); }

/* Notes that what is written next comes from raw, or, if that is decoded text, from where it stood. */
static bool note_origin(em_out *o, dh_view raw) {
    const char *source = o->page->source.ptr;
    bool own = raw.ptr >= source && raw.ptr + raw.len <= source + o->page->source.len;
    if (o->origin_count == o->origin_cap &&
        !arena_double(o->arena, (void **)&o->origins, &o->origin_cap, SEEN_FIRST, sizeof *o->origins))
        return false;
    o->origins[o->origin_count++] =
        (pg_origin){(uint32_t)o->len, own ? (pg_slice){(uint32_t)(raw.ptr - source), (uint32_t)raw.len} : o->place};
    return true;
}

/* Plain text: a paragraph a line. Character references in it are left to the parser: many writers of JSON escape twice. */
static bool put_plain(em_out *o, dh_view text, dh_view tag) {
    const char *p = text.ptr, *end = p + text.len;
    while (p < end) {
        const char *q = p;
        while (q < end && *q != '\n' && *q != '\r' && *q != '<') q++;
        if (!put(o, (dh_view){p, (size_t)(q - p)})) return false;
        if (q < end && *q == '<' && !put(o, DH_VIEW("&lt;"))) return false;
        if (q < end && *q != '<' && !(put_tag(o, "</", tag) && put_tag(o, "<", tag))) return false;
        p = q + 1;
    }
    return true;
}

static bool seen_grow(em_out *o) {
    size_t cap = o->seen_cap ? o->seen_cap * 2 : SEEN_FIRST;
    uint64_t *to = arena_calloc(o->arena, cap, sizeof *to);
    if (!to) return false;
    for (size_t i = 0; i < o->seen_cap; i++) {
        size_t k = o->seen[i] & (cap - 1);
        while (o->seen[i] && to[k]) k = (k + 1) & (cap - 1);
        if (o->seen[i]) to[k] = o->seen[i];
    }
    o->seen = to;
    o->seen_cap = cap;
    return true;
}

/* *is_new: the text has not been written yet. */
static bool note_seen(em_out *o, dh_view text, bool *is_new) {
    if (o->seen_count * 2 >= o->seen_cap && !seen_grow(o)) return false;
    uint64_t h = view_hash(text);
    if (!h) h = 1; /* 0 is a free place */
    size_t k = h & (o->seen_cap - 1);
    while (o->seen[k] && o->seen[k] != h) k = (k + 1) & (o->seen_cap - 1);
    *is_new = !o->seen[k];
    o->seen_count += *is_new;
    o->seen[k] = h;
    return true;
}

/* ---- text ---- */

bool em_is_markup(dh_view text) {
    const char *p = text.ptr, *end = p + text.len;
    while ((p = memchr(p, '<', (size_t)(end - p)))) {
        const char *q = ++p;
        if (q < end && *q == '/') q++;
        const char *name = q;
        while (q < end && ((*q | 32) >= 'a' && (*q | 32) <= 'z') | (*q >= '1' && *q <= '6')) q++;
        bool ends = q < end && (*q == '>' || *q == '/' || ascii_space(*q));
        if (ends && q > name && pg_tag_of_name((dh_view){name, (size_t)(q - name)}) != PG_OTHER) return true;
    }
    return false;
}

bool em_decode(em_out *o, dh_view v, dh_view *out) {
    /* No reference stands for more bytes than it has. */
    char *to = arena_alloc(o->arena, v.len + ENTITY_MAX_BYTES);
    size_t len = 0;
    if (!to) return false;
    for (const char *p = v.ptr, *end = p + v.len; p < end;) {
        char bytes[ENTITY_MAX_BYTES];
        size_t out_len = 0, n = *p == '&' ? entity_decode(p, end, bytes, &out_len) : 0;
        if (n && out_len <= n) {
            memcpy(to + len, bytes, out_len);
            len += out_len;
            p += n;
        } else {
            to[len++] = *p++;
        }
    }
    *out = (dh_view){to, len};
    return true;
}

bool em_text(em_out *o, dh_view raw, dh_view text, dh_view tag) {
    bool is_new;
    text = view_trim(text);
    if (!text.len) return true;
    if (!note_seen(o, text, &is_new)) return false;
    if (!is_new) return true;
    bool markup = em_is_markup(text);
    if (!markup && view_find_nocase(text, DH_VIEW("&lt;")) < text.len) {
        dh_view decoded;
        if (!em_decode(o, text, &decoded)) return false;
        markup = em_is_markup(decoded);
        if (markup) text = decoded;
    }
    if (!note_origin(o, raw)) return false;
    if (markup) return put(o, DH_VIEW("<div>")) && put(o, text) && put(o, DH_VIEW("</div>\n"));
    return put_tag(o, "<", tag) && put_plain(o, text, tag) && put_tag(o, "</", tag) && put(o, DH_VIEW("\n"));
}

bool em_json_text(em_out *o, dh_view raw, dh_view tag) {
    char *text = arena_alloc(o->arena, raw.len + 1);
    return text && em_text(o, raw, (dh_view){text, js_unescape(raw, text)}, tag);
}

/* ---- where it stands ---- */

static dh_view type_of(const pg_page *page, const pg_script *s) {
    dh_view type = {"", 0};
    pg_attr(pg_view(page, s->attrs), DH_VIEW("type"), &type);
    return type;
}

bool pg_is_json_ld(const pg_page *page, const pg_script *s) {
    dh_view type = type_of(page, s);
    return view_find_nocase(type, DH_VIEW("ld+json")) < type.len;
}

/* A template whose gaps a script fills has no text of a page. */
static bool is_template(const pg_page *page, const pg_script *s) {
    dh_view type = type_of(page, s), body = pg_view(page, s->body);
    if (memmem(body.ptr, body.len, "{{", 2) || memmem(body.ptr, body.len, "<%", 2) || memmem(body.ptr, body.len, "${", 2)) return false;
    return s->is_template || view_find_nocase(type, DH_VIEW("template")) < type.len || view_is_nocase(type, DH_VIEW("text/html"));
}

static dh_status no_memory(const em_out *o, bool ok, dh_error *err) { return ok ? DH_OK : arena_error(o->arena, err); }

/* Attributes of an element that hold escaped HTML or, with states, JSON. */
static dh_status read_attrs(em_out *o, const pg_start *start, bool states, dh_error *err) {
    dh_view rest = pg_view(o->page, start->attrs), name, value, text;
    dh_status st = DH_OK;
    while (!st && pg_next_attr(&rest, &name, &value)) {
        if (value.len < ATTRIBUTE_BYTES || view_is_nocase(name, DH_VIEW("style")) || view_is_nocase(name, DH_VIEW("srcset"))) continue;
        dh_view inner = view_trim(value);
        bool json = inner.len && (inner.ptr[0] == '{' || inner.ptr[0] == '[');
        bool html = view_find_nocase(value, DH_VIEW("&lt;/")) < value.len || memmem(value.ptr, value.len, "</", 2);
        if (states ? !json : json || !html) continue;
        o->place = (pg_slice){(uint32_t)(value.ptr - o->page->source.ptr), (uint32_t)value.len};
        bool ok = em_decode(o, value, &text);
        if (!ok) return arena_error(o->arena, err);
        if (states) st = em_state(o, text, err);
        else if (em_is_markup(text)) st = no_memory(o, em_text(o, value, text, DH_VIEW("div")), err);
    }
    return st;
}

static dh_status read_all_attrs(em_out *o, bool states, dh_error *err) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < o->page->start_count; i++)
        if (o->page->starts[i].attrs.len > ATTRIBUTE_BYTES) st = read_attrs(o, &o->page->starts[i], states, err);
    return st;
}

static dh_status read_ld(em_out *o, dh_error *err) {
    const pg_page *page = o->page;
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < page->script_count; i++) {
        o->place = page->scripts[i].body;
        if (pg_is_json_ld(page, &page->scripts[i])) st = em_json_ld(o, pg_view(page, page->scripts[i].body), err);
    }
    return st;
}

static dh_status read_states(em_out *o, dh_error *err) {
    const pg_page *page = o->page;
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < page->script_count; i++) {
        o->place = page->scripts[i].body;
        if (!pg_is_json_ld(page, &page->scripts[i])) st = em_state(o, pg_view(page, page->scripts[i].body), err);
    }
    for (size_t i = 0; !st && i < page->inert_count; i++) {
        o->place = page->inert[i].body;
        if (!page->inert[i].is_template) st = em_assigned(o, pg_view(page, page->inert[i].body), err);
    }
    return st ? st : read_all_attrs(o, true, err);
}

static dh_status read_templates(em_out *o, dh_error *err) {
    bool ok = true;
    for (size_t i = 0; ok && i < o->page->inert_count; i++) {
        dh_view body = pg_view(o->page, o->page->inert[i].body);
        if (is_template(o->page, &o->page->inert[i])) ok = em_text(o, body, body, DH_VIEW("div"));
    }
    return no_memory(o, ok, err);
}

size_t pg_embedded_bytes(const pg_page *page, pg_embedded_from from) {
    size_t bytes = 0;
    if (from != PG_FROM_JSON_LD) return page->source.len;
    for (size_t i = 0; i < page->script_count; i++)
        if (pg_is_json_ld(page, &page->scripts[i])) bytes += page->scripts[i].body.len;
    return bytes;
}

/* A paragraph of text whose character references are undone. */
static bool em_plain(em_out *o, dh_view text) {
    bool ok = note_origin(o, text) && put(o, DH_VIEW("<p>"));
    for (size_t i = 0; ok && i < text.len; i++) {
        char c = text.ptr[i];
        ok = put(o, c == '<' ? DH_VIEW("&lt;") : c == '&' ? DH_VIEW("&amp;") : (dh_view){text.ptr + i, 1});
    }
    return ok && put(o, DH_VIEW("</p>\n"));
}

bool pg_embedded_lead(dh_arena *arena, const pg_page *page, const pg_block *lead, pg_embedded *e) {
    em_out o = {.arena = arena, .page = page, .place = {lead->begin, lead->end - lead->begin}};
    if (!em_plain(&o, lead->text)) return false;
    uint32_t by = (uint32_t)o.len;
    for (size_t i = 0; i < e->origin_count; i++) {
        pg_origin next = {e->origins[i].at + by, e->origins[i].source};
        if (o.origin_count == o.origin_cap &&
            !arena_double(o.arena, (void **)&o.origins, &o.origin_cap, SEEN_FIRST, sizeof *o.origins))
            return false;
        o.origins[o.origin_count++] = next;
    }
    if (!put(&o, e->html)) return false;
    *e = (pg_embedded){{o.html, o.len}, o.origins, o.origin_count};
    return true;
}

dh_status pg_embedded_read(dh_arena *arena, const pg_page *page, pg_embedded_from from, pg_embedded *out, dh_error *err) {
    em_out o = {.arena = arena, .page = page};
    dh_status st = DH_OK;
    switch (from) {
    case PG_FROM_JSON_LD: st = read_ld(&o, err); break;
    case PG_FROM_STATE: st = read_states(&o, err); break;
    case PG_FROM_TEMPLATE: st = read_templates(&o, err); break;
    case PG_FROM_ATTRIBUTE: st = read_all_attrs(&o, false, err); break;
    case PG_FROM_COUNT: break;
    }
    *out = (pg_embedded){{o.html, o.len}, o.origins, o.origin_count};
    return st;
}

pg_slice pg_embedded_origin(const pg_embedded *e, size_t at) {
    size_t lo = 0, hi = e->origin_count;
    while (hi - lo > 1) { /* the last one that begins at or before `at` */
        size_t mid = lo + (hi - lo) / 2;
        if (e->origins[mid].at <= at) lo = mid;
        else hi = mid;
    }
    return e->origin_count ? e->origins[lo].source : (pg_slice){0, 0};
}
