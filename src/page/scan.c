/* The byte scanner. It goes over a page once and writes the skeleton: every tag that matters to the tree, its attributes
 * left out, and a short token for each run of text; what tags and tokens stand for is kept in side tables. Text is not
 * decoded and attributes are not unescaped here. */
#include "page/scan.h"

#include "page/gumbo_tag.h"
#include "page/scan_depth.h"
#include "page/scan_raw.h"

/* Bytes of a page for each start tag and each run of text, seldom fewer. */
#define START_BYTES 96
#define TEXT_BYTES 160

typedef struct {
    scan_result *r;
    const char *base, *end;
    scan_depth depth;
    uint32_t pre;       /* open pre and listing elements: white space counts there */
    uint32_t math;      /* open math elements: CDATA is text there */
    bool blank;         /* white space seen that is not in the skeleton yet */
    bool after_block;   /* the last thing in the skeleton is a block level tag */
    bool no_svg_end, no_template_end; /* a search came to the end of the page: do not search again */
    bool done;
    dh_error *err;
} scanner;

/* ---- side tables and skeleton ---- */

#define SCAN_FIRST 64 /* items that an array begins with */

/* Makes room for one more item of an array that lives in the arena. */
#define ROOM(s, array, count, cap)                                                                                     \
    ((count) < (cap) || arena_double((s)->r->arena, (void **)&(array), &(cap), SCAN_FIRST, sizeof *(array)))

static bool put(scanner *s, const char *bytes, size_t len) {
    scan_result *r = s->r;
    while (r->skeleton_cap - r->skeleton_len < len)
        if (!arena_double(r->arena, (void **)&r->skeleton, &r->skeleton_cap, SCAN_FIRST, 1)) return false;
    memcpy(r->skeleton + r->skeleton_len, bytes, len);
    r->skeleton_len += len;
    return true;
}

/* A number in base 32, low digits first; the last digit is of another alphabet, so that tokens need no separator. */
#define TOKEN_BITS 5
static const char token_more[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
static const char token_last[] = "abcdefghijklmnopqrstuvwxyz6789._";

static size_t token_write(uint32_t n, char out[8]) {
    size_t len = 0;
    for (; n >> TOKEN_BITS; n >>= TOKEN_BITS) out[len++] = token_more[n & 31];
    out[len++] = token_last[n];
    return len;
}

/* The digit that a character of a token stands for, +32 for the last one of a token; 255 for anything else. */
static unsigned token_digit(char c) {
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 32;
    if (c >= '0' && c <= '5') return (unsigned)(c - '0') + 26;
    if (c >= '6' && c <= '9') return (unsigned)(c - '6') + 26 + 32;
    if (c == '.') return 30 + 32;
    if (c == '_') return 31 + 32;
    return 255;
}

size_t scan_token(const char *p, const char *end, uint32_t *index) {
    uint32_t n = 0;
    unsigned shift = 0;
    for (const char *q = p; q < end && shift < 32; q++, shift += TOKEN_BITS) {
        unsigned d = token_digit(*q);
        if (d == 255) break;
        n |= (uint32_t)(d & 31) << shift;
        if (d & 32) {
            *index = n;
            return (size_t)(q - p) + 1;
        }
    }
    *index = PG_NONE;
    return 1;
}

/* ---- text ---- */

/* Length of a character reference at p that means white space, which is white space to the tree too; else 0. */
static size_t blank_reference(const char *p, const char *end) {
    static const dh_view refs[] = {DH_LIT("&#32;"), DH_LIT("&#10;"), DH_LIT("&#9;"), DH_LIT("&#13;"), DH_LIT("&#12;"),
                                   DH_LIT("&#x20;"), DH_LIT("&#xA;"), DH_LIT("&#x9;"), DH_LIT("&#xD;"), DH_LIT("&#xC;"),
                                   DH_LIT("&Tab;"), DH_LIT("&NewLine;")};
    for (size_t i = 0; i < DH_COUNT(refs); i++)
        if (view_starts_nocase((dh_view){p, (size_t)(end - p)}, refs[i])) return refs[i].len;
    return 0;
}

static bool is_blank(const char *p, const char *end) {
    while (p < end) {
        size_t n = ascii_space(*p) || !*p ? 1 : *p == '&' ? blank_reference(p, end) : 0;
        if (!n) return false;
        p += n;
    }
    return true;
}

static bool flush_blank(scanner *s) {
    if (!s->blank) return true;
    s->blank = false;
    return put(s, " ", 1);
}

static bool add_text(scanner *s, const char *p, const char *end, bool raw) {
    if (p == end) return true;
    scan_result *r = s->r;
    if (!raw && is_blank(p, end)) {
        if (s->pre) return put(s, p, (size_t)(end - p));
        s->blank = true;
        return true;
    }
    if (!flush_blank(s) || !ROOM(s, r->texts, r->text_count, r->text_cap)) return false;
    char token[8];
    size_t len = token_write((uint32_t)r->text_count, token);
    r->texts[r->text_count++] = (scan_text){(uint32_t)(p - s->base), (uint32_t)(end - p), raw};
    r->text_bytes += (size_t)(end - p);
    s->after_block = false;
    return put(s, token, len);
}

/* ---- attributes ---- */

static pg_slice slice(const scanner *s, dh_view v) { return (pg_slice){(uint32_t)(v.ptr - s->base), (uint32_t)v.len}; }

/* True if a style hides the element. */
static bool style_hides(dh_view style) {
    static const dh_view names[] = {DH_LIT("display"), DH_LIT("visibility")}, values[] = {DH_LIT("none"), DH_LIT("hidden")};
    for (size_t i = 0; i < DH_COUNT(names); i++) {
        size_t at = view_find_nocase(style, names[i]);
        if (at == style.len) continue;
        dh_view rest = view_trim((dh_view){style.ptr + at + names[i].len, style.len - at - names[i].len});
        if (!rest.len || rest.ptr[0] != ':') continue;
        rest = view_trim((dh_view){rest.ptr + 1, rest.len - 1});
        if (view_starts_nocase(rest, values[i])) return true;
    }
    return false;
}

static void note_once(const scanner *s, pg_slice *to, dh_view value) {
    if (!to->begin) *to = slice(s, value); /* no attribute's value begins at byte 0 */
}

static void note_attr(const scanner *s, dh_view name, dh_view value, pg_start *t) {
    static const dh_view cls = DH_LIT("class"), id = DH_LIT("id"), role = DH_LIT("role"), prop = DH_LIT("itemprop"),
                         href = DH_LIT("href"), style = DH_LIT("style"), hidden = DH_LIT("hidden"),
                         aria = DH_LIT("aria-hidden"), yes = DH_LIT("true"), type = DH_LIT("type");
    switch (name.len) {
    case 2:
        if (view_is_nocase(name, id)) note_once(s, &t->id, value);
        break;
    case 4:
        if (view_is_nocase(name, href)) t->flags |= PG_HAS_HREF;
        else if (view_is_nocase(name, role)) note_once(s, &t->role, value);
        else if (t->tag == PG_INPUT && view_is_nocase(name, type) && view_is_nocase(value, hidden))
            t->flags |= PG_IS_HIDDEN_INPUT;
        break;
    case 5:
        if (view_is_nocase(name, cls)) note_once(s, &t->cls, value);
        else if (view_is_nocase(name, style) && style_hides(value)) t->flags |= PG_IS_HIDDEN;
        break;
    case 6:
        if (view_is_nocase(name, hidden)) t->flags |= PG_IS_HIDDEN;
        break;
    case 8:
        if (view_is_nocase(name, prop)) note_once(s, &t->itemprop, value);
        break;
    case 11:
        if (view_is_nocase(name, aria) && view_is_nocase(value, yes)) t->flags |= PG_IS_ARIA_HIDDEN;
        break;
    default: break;
    }
}

bool pg_next_attr(dh_view *rest, dh_view *name, dh_view *value) {
    const char *p = rest->ptr, *end = p + rest->len;
    while (p < end && (ascii_space(*p) || *p == '/')) p++;
    if (p == end) return false;
    const char *q = p + 1; /* a leading '=' is part of the name */
    while (q < end && !ascii_space(*q) && *q != '/' && *q != '=') q++;
    *name = (dh_view){p, (size_t)(q - p)};
    *value = (dh_view){q, 0};
    for (p = q; p < end && ascii_space(*p);) p++;
    if (p < end && *p == '=') {
        for (p++; p < end && ascii_space(*p);) p++;
        if (p < end && (*p == '"' || *p == '\'')) {
            char quote = *p++;
            q = memchr(p, quote, (size_t)(end - p));
            if (!q) q = end;
            *value = (dh_view){p, (size_t)(q - p)};
            q = q < end ? q + 1 : end;
        } else {
            for (q = p; q < end && !ascii_space(*q);) q++;
            *value = (dh_view){p, (size_t)(q - p)};
        }
    }
    *rest = (dh_view){q, (size_t)(end - q)};
    return true;
}

bool pg_attr(dh_view attrs, dh_view name, dh_view *value) {
    dh_view at_name, at_value;
    while (pg_next_attr(&attrs, &at_name, &at_value)) {
        if (!view_is_nocase(at_name, name)) continue;
        *value = at_value;
        return true;
    }
    return false;
}

/* ---- tags ---- */

static uint32_t bytes_hash(dh_view v) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < v.len; i++) h = (h ^ (uint8_t)v.ptr[i]) * 16777619u;
    return h;
}

/* White space beside a block level tag has no text to hold apart; it would only matter if it re-opened formatting. */
static bool settle_blank(scanner *s, uint8_t bits) {
    bool block = bits & TAG_B;
    bool formats = s->depth.formatting_open || s->depth.formatting[PG_A];
    if (s->blank && (block || s->after_block) && !formats) s->blank = false;
    s->after_block = block;
    return flush_blank(s);
}

static bool put_start(scanner *s, const pg_start *t, dh_view name) {
    /* Longer names than gumbo's longest known one need not be whole: they are all unknown. */
    size_t len = name.len < 32 ? name.len : 32;
    if (!put(s, "<", 1) || !put(s, name.ptr, len)) return false;
    if ((pg_tag_bits[t->tag] & TAG_F) && t->tag != PG_A && t->attrs.len) {
        /* Equal attributes stay equal, as at most three equal elements are re-opened. One a is open at most. */
        char attr[12] = " z=";
        size_t n = 3 + token_write(bytes_hash((dh_view){s->base + t->attrs.begin, t->attrs.len}), attr + 3);
        if (!put(s, attr, n)) return false;
    }
    if (t->tag == PG_FONT && t->attrs.len && s->math && !put(s, " color=x", 8)) return false;
    if ((t->flags & PG_IS_HIDDEN_INPUT) && !put(s, " type=hidden", 12)) return false;
    return (t->flags & PG_IS_SELF_CLOSED) ? put(s, "/>", 2) : put(s, ">", 1);
}

static bool add_meta(scanner *s, const pg_start *t) {
    scan_result *r = s->r;
    if (!ROOM(s, r->metas, r->meta_count, r->meta_cap)) return false;
    r->metas[r->meta_count++] = *t;
    return true;
}

static bool add_inert(scanner *s, pg_script script) {
    scan_result *r = s->r;
    if (!script.body.len) return true;
    if (!ROOM(s, r->inert, r->inert_count, r->inert_cap)) return false;
    r->inert[r->inert_count++] = script;
    return true;
}

/* The body of a script; *p is moved to its end tag. */
static bool skip_script(scanner *s, const char **p, const pg_start *t) {
    scan_result *r = s->r;
    const char *q = raw_script_end(*p, s->end);
    dh_view type;
    static const dh_view name = DH_LIT("type"), json = DH_LIT("json");
    bool data = pg_attr((dh_view){s->base + t->attrs.begin, t->attrs.len}, name, &type) &&
                view_find_nocase(type, json) < type.len;
    pg_script script = {t->attrs, {(uint32_t)(*p - s->base), (uint32_t)(q - *p)}, false};
    *p = q;
    if (!data) return add_inert(s, script);
    if (!ROOM(s, r->scripts, r->script_count, r->script_cap)) return false;
    r->scripts[r->script_count++] = script;
    return true;
}

/* Goes over what an element holds that is no markup; *p stands behind the start tag and is moved on. */
static bool skip_content(scanner *s, const char **p, const pg_start *t) {
    static const dh_view names[PG_TAG_COUNT] = {
        [PG_STYLE] = DH_LIT("style"),     [PG_IFRAME] = DH_LIT("iframe"),     [PG_NOEMBED] = DH_LIT("noembed"),
        [PG_NOFRAMES] = DH_LIT("noframes"), [PG_TEXTAREA] = DH_LIT("textarea"), [PG_TITLE] = DH_LIT("title"),
        [PG_XMP] = DH_LIT("xmp")};
    const char *q;
    switch ((int)t->tag) {
    case PG_SCRIPT: return skip_script(s, p, t);
    case PG_STYLE: case PG_IFRAME: case PG_NOEMBED: case PG_NOFRAMES: case PG_TEXTAREA:
        *p = raw_text_end(*p, s->end, names[t->tag]);
        return true;
    case PG_TITLE: case PG_XMP:
        q = raw_text_end(*p, s->end, names[t->tag]);
        if (!add_text(s, *p, q, t->tag == PG_XMP)) return false;
        *p = q;
        return true;
    case PG_PLAINTEXT:
        if (!add_text(s, *p, s->end, true)) return false;
        *p = s->end;
        return true;
    case PG_SELECT: *p = raw_select_end(*p, s->end, s->depth.open[PG_TABLE] > 0); return true;
    default: return true;
    }
}

/* An svg is written as an empty one, a template likewise; *p moves behind it. A template that is never closed would hide
 * all that follows: its start tag is taken for a slip and left out. */
static bool skip_shell(scanner *s, const char **p, const pg_start *t, bool *whole) {
    const char *q = NULL;
    bool svg = t->tag == PG_SVG;
    if (svg && (t->flags & PG_IS_SELF_CLOSED)) return true;
    if (svg && !s->no_svg_end) s->no_svg_end = !(q = raw_svg_end(*p, s->end));
    if (!svg && !s->no_template_end) s->no_template_end = !(q = raw_template_end(*p, s->end));
    if (!q && svg) return true;
    *whole = true;
    if (!q) return true;
    pg_slice body = {(uint32_t)(*p - s->base), (uint32_t)(q - *p)};
    *p = q;
    if (!svg && !add_inert(s, (pg_script){t->attrs, body, true})) return false;
    return svg ? put(s, "<svg></svg>", 11) : put(s, "<template></template>", 21);
}

static bool add_start(scanner *s, const char **p, pg_start *t, dh_view name) {
    scan_result *r = s->r;
    bool whole = false;
    if (t->tag == PG_META || t->tag == PG_LINK) return add_meta(s, t);
    if (!depth_start(&s->depth, (pg_tag)t->tag, name, t->flags & PG_IS_SELF_CLOSED)) {
        r->flattened++;
        return true;
    }
    if (!settle_blank(s, pg_tag_bits[t->tag])) return false;
    if (t->tag == PG_SVG || t->tag == PG_TEMPLATE) {
        if (!skip_shell(s, p, t, &whole)) return false;
        if (whole) {
            depth_end(&s->depth, (pg_tag)t->tag, name);
            return true;
        }
    }
    if (!ROOM(s, r->starts, r->start_count, r->start_cap)) return false;
    t->skeleton = (uint32_t)r->skeleton_len;
    r->starts[r->start_count++] = *t;
    if (!put_start(s, t, name)) return false;
    s->pre += t->tag == PG_PRE || t->tag == PG_LISTING;
    s->math += t->tag == PG_MATH && !(t->flags & PG_IS_SELF_CLOSED);
    return skip_content(s, p, t);
}

static bool start_tag(scanner *s, const char **p) {
    const char *q = *p + 1, *attrs_end;
    bool self_closed;
    dh_view name = {q, raw_name_len(q, s->end)};
    const char *attrs = q + name.len, *next = raw_tag_end(attrs, s->end, &attrs_end, &self_closed);
    *p = next;
    if (attrs_end == s->end) return true; /* the page ends inside the tag: there is no tag */
    pg_start t = {.attrs = {(uint32_t)(attrs - s->base), (uint32_t)(attrs_end - attrs)},
                  .tag = (uint8_t)pg_tag_of_name(name),
                  .flags = self_closed ? PG_IS_SELF_CLOSED : 0};
    dh_view rest = {attrs, (size_t)(attrs_end - attrs)}, at_name, at_value;
    while (rest.len > 1 && pg_next_attr(&rest, &at_name, &at_value)) note_attr(s, at_name, at_value, &t);
    return add_start(s, p, &t, name);
}

static bool end_tag(scanner *s, const char **p) {
    const char *q = *p + 2, *attrs_end;
    bool self_closed;
    dh_view name = {q, raw_name_len(q, s->end)};
    *p = raw_tag_end(q + name.len, s->end, &attrs_end, &self_closed);
    if (attrs_end == s->end) return true;
    pg_tag tag = pg_tag_of_name(name);
    if ((tag == PG_PRE || tag == PG_LISTING) && s->pre) s->pre--;
    if (tag == PG_MATH && s->math) s->math--;
    if (tag == PG_TEMPLATE || (tag == PG_SVG && !s->no_svg_end)) return true; /* of one that was skipped whole */
    if (!settle_blank(s, pg_tag_bits[tag])) return false; /* by what was open before this tag */
    if (!depth_end(&s->depth, tag, name)) return true;
    size_t len = name.len < 32 ? name.len : 32;
    return put(s, "</", 2) && put(s, name.ptr, len) && put(s, ">", 1);
}

/* "<!..." and "<?...": comments go, the doctype stays as it decides on quirks, CDATA is text inside math. */
static bool declaration(scanner *s, const char **p) {
    static const dh_view doctype = DH_LIT("<!doctype"), cdata = DH_LIT("<![CDATA[");
    const char *at = *p;
    dh_view rest = {at, (size_t)(s->end - at)};
    if (rest.len >= 4 && !memcmp(at, "<!--", 4)) {
        *p = raw_comment_end(at + 4, s->end);
        return true;
    }
    if (s->math && view_starts(rest, cdata)) {
        const char *q = memmem(at, rest.len, "]]>", 3);
        *p = q ? q + 3 : s->end;
        return add_text(s, at + cdata.len, q ? q : s->end, true);
    }
    const char *q = memchr(at, '>', rest.len);
    *p = q ? q + 1 : s->end;
    if (!q || !view_starts_nocase(rest, doctype) || q - at > 512 || memchr(at, 0, (size_t)(q - at))) return true;
    return put(s, at, (size_t)(q + 1 - at));
}

/* ---- the loop ---- */

/* True if the '<' at p begins markup, not text. */
static bool is_markup(const char *p, const char *end) {
    if (end - p < 2) return false;
    return ascii_alpha(p[1]) || p[1] == '!' || p[1] == '?' || (p[1] == '/' && end - p > 2);
}

static bool markup(scanner *s, const char **p) {
    const char *at = *p;
    if (ascii_alpha(at[1])) return start_tag(s, p);
    if (at[1] != '/') return declaration(s, p);
    if (ascii_alpha(at[2])) return end_tag(s, p);
    const char *q = memchr(at, '>', (size_t)(s->end - at)); /* "</>" and bogus comments */
    *p = q ? q + 1 : s->end;
    return true;
}

static bool scan_all(scanner *s) {
    const char *p = s->base;
    while (p < s->end) {
        const char *q = memchr(p, '<', (size_t)(s->end - p));
        while (q && !is_markup(q, s->end)) q = memchr(q + 1, '<', (size_t)(s->end - q - 1));
        if (!q) q = s->end;
        if (!add_text(s, p, q, false)) return false;
        p = q;
        if (p < s->end && !markup(s, &p)) return false;
    }
    return true;
}

dh_status scan_page(dh_arena *arena, dh_view source, size_t max_depth, scan_result *out, dh_error *err) {
    *out = (scan_result){.arena = arena, .source = source};
    scanner s = {.r = out, .base = source.ptr, .end = source.ptr + source.len, .err = err};
    dh_status st = depth_init(&s.depth, arena, max_depth, err);
    if (st) return st;
    out->skeleton_cap = source.len / 12 + 1024; /* skeletons of real pages: a tenth or less of the page */
    out->skeleton = arena_alloc(arena, out->skeleton_cap);
    if (!out->skeleton) return arena_error(arena, err);
    /* Room for the tags and texts of nearly all pages at once: what is not touched costs nothing, a copy does. */
    out->start_cap = source.len / START_BYTES + 64;
    out->starts = arena_alloc(arena, out->start_cap * sizeof *out->starts);
    if (!out->starts) return arena_error(arena, err);
    out->text_cap = source.len / TEXT_BYTES + 64;
    out->texts = arena_alloc(arena, out->text_cap * sizeof *out->texts);
    if (!out->texts || !scan_all(&s)) return arena_error(arena, err);
    return DH_OK;
}
