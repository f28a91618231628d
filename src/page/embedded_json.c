/* Which strings of JSON are a page's text: in JSON-LD by the types and keys of schema.org, in an application's state by the
 * names that such states give to text. */
#include "page/embedded_out.h"

#include <ctype.h>

static dh_status memory(const em_out *o, bool ok, dh_error *err) { return ok ? DH_OK : arena_error(o->arena, err); }

/* ---- JSON-LD ---- */

/* A type of schema.org; one that begins with '*' is the end of several. Which of its keys is text, and how it is shown. */
static const struct {
    dh_view type, key, tag;
} ld_rows[] = {
    {DH_LIT("*article"), DH_LIT("articleBody"), DH_LIT("p")},
    {DH_LIT("*article"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("*posting"), DH_LIT("articleBody"), DH_LIT("p")},
    {DH_LIT("*posting"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("report"), DH_LIT("articleBody"), DH_LIT("p")},
    {DH_LIT("comment"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("question"), DH_LIT("name"), DH_LIT("h3")},
    {DH_LIT("question"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("answer"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("product"), DH_LIT("description"), DH_LIT("p")},
    {DH_LIT("productgroup"), DH_LIT("description"), DH_LIT("p")},
    {DH_LIT("jobposting"), DH_LIT("description"), DH_LIT("p")},
    {DH_LIT("recipe"), DH_LIT("description"), DH_LIT("p")},
    {DH_LIT("recipe"), DH_LIT("recipeIngredient"), DH_LIT("li")},
    {DH_LIT("recipe"), DH_LIT("recipeInstructions"), DH_LIT("p")},
    {DH_LIT("howtosection"), DH_LIT("name"), DH_LIT("h3")},
    {DH_LIT("howtostep"), DH_LIT("text"), DH_LIT("p")},
    {DH_LIT("howtodirection"), DH_LIT("text"), DH_LIT("p")},
};
#define LD_COMMENT 5 /* the row of comments */
#define LD_ARTICLES 3 /* rows before this one are of articles and posts on blogs */

static bool is_type(dh_view row, dh_view type) {
    if (row.ptr[0] != '*') return view_is_nocase(row, type);
    row = (dh_view){row.ptr + 1, row.len - 1};
    return type.len >= row.len && view_is_nocase(row, (dh_view){type.ptr + type.len - row.len, row.len});
}

/* The object around a value, past arrays. */
static size_t object_around(const js_doc *doc, size_t i) {
    size_t up = js_around(doc, i);
    while (up != JS_NONE && js_kind_of(doc, up) == JS_ARRAY) up = js_around(doc, up);
    return up;
}

/* Bits of the rows that each object's types match. */
static void note_types(const js_doc *doc, uint32_t *types) {
    for (size_t i = 0; i < doc->count; i++) {
        if (js_kind_of(doc, i) != JS_STRING || js_is_key(doc, i) || !view_is(js_key(doc, i), DH_VIEW("@type"))) continue;
        size_t object = object_around(doc, i);
        for (size_t r = 0; object != JS_NONE && r < DH_COUNT(ld_rows); r++)
            if (is_type(ld_rows[r].type, js_raw(doc, i))) types[object] |= 1u << r;
    }
}

/* A comment that is one on an article, not a post of a discussion. */
static bool is_remark(const js_doc *doc, const uint32_t *types, size_t comment) {
    for (size_t up = object_around(doc, comment); up != JS_NONE; up = object_around(doc, up)) {
        if (types[up] & (1u << LD_COMMENT)) continue;
        return (types[up] & ((1u << LD_ARTICLES) - 1)) && !(types[up] & (1u << LD_ARTICLES));
    }
    return false;
}

static const dh_view *tag_of(const js_doc *doc, const uint32_t *types, size_t i) {
    size_t object = object_around(doc, i);
    if (object == JS_NONE || !types[object]) return NULL;
    dh_view key = js_key(doc, i);
    for (size_t r = 0; r < DH_COUNT(ld_rows); r++) {
        if (!(types[object] >> r & 1) || !view_is(key, ld_rows[r].key)) continue;
        return r == LD_COMMENT && is_remark(doc, types, object) ? NULL : &ld_rows[r].tag;
    }
    return NULL;
}

dh_status em_json_ld(em_out *o, dh_view json, dh_error *err) {
    js_doc doc;
    dh_status st = js_parse(o->arena, json, &doc, err);
    if (st) return st;
    uint32_t *types = arena_calloc(o->arena, doc.count + 1, sizeof *types);
    bool ok = types;
    if (ok) note_types(&doc, types);
    for (size_t i = 0; ok && i < doc.count; i++) {
        if (js_kind_of(&doc, i) != JS_STRING || js_is_key(&doc, i)) continue;
        const dh_view *tag = tag_of(&doc, types, i);
        if (tag) ok = em_json_text(o, js_raw(&doc, i), *tag);
    }
    return memory(o, ok, err);
}

/* ---- states ---- */

/* Names of what is text, folded: small letters without signs. */
static const dh_view text_keys[] = {
    DH_LIT("answer"),   DH_LIT("articlebody"), DH_LIT("body"),        DH_LIT("bodyhtml"), DH_LIT("bodytext"),
    DH_LIT("children"), DH_LIT("content"),     DH_LIT("contenthtml"), DH_LIT("contents"), DH_LIT("cooked"),
    DH_LIT("copy"),     DH_LIT("description"), DH_LIT("html"),        DH_LIT("longdescription"), DH_LIT("maintext"),
    DH_LIT("markdown"), DH_LIT("message"),     DH_LIT("paragraph"),   DH_LIT("paragraphs"), DH_LIT("productdescription"),
    DH_LIT("question"), DH_LIT("richtext"),    DH_LIT("selftext"),    DH_LIT("text"),     DH_LIT("value")};
#define KEY_BYTES 24
/* Shorter strings are labels. */
#define STATE_WORDS 5
/* A state within a string of a state: how often that is followed. */
#define STATE_NESTED 3
#define STATE_NESTED_BYTES 100

static bool is_text_key(dh_view key) {
    char folded[KEY_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < key.len; i++) {
        char c = ascii_lower(key.ptr[i]);
        if (c < 'a' || c > 'z') continue;
        if (n == sizeof folded) return false;
        folded[n++] = c;
    }
    for (size_t i = 0; i < DH_COUNT(text_keys); i++)
        if (view_is(text_keys[i], (dh_view){folded, n})) return true;
    return false;
}

/* True if a string reads as text: words between spaces, mostly of letters. */
static bool reads_as_text(dh_view v) {
    size_t words = 0, letters = 0, wide = 0;
    for (size_t i = 0; i < v.len; i++) {
        words += v.ptr[i] == ' ' && i && v.ptr[i - 1] != ' ';
        letters += isalpha((unsigned char)v.ptr[i]) || (unsigned char)v.ptr[i] >= 0x80 || v.ptr[i] == ' ';
        wide += (unsigned char)v.ptr[i] >= 0xe3; /* scripts that set no spaces, among others */
    }
    if (em_is_markup(v)) return words + 1 >= STATE_WORDS || wide > STATE_WORDS * 3;
    return (words + 1 >= STATE_WORDS || wide > STATE_WORDS * 3) && letters * 10 >= v.len * 8;
}

static dh_status state_value(em_out *o, const js_doc *doc, size_t i, unsigned nested, dh_error *err);

static dh_status state_strings(em_out *o, dh_view json, unsigned nested, dh_error *err) {
    js_doc doc;
    dh_status st = js_parse(o->arena, json, &doc, err);
    for (size_t i = 0; !st && i < doc.count; i++)
        if (js_kind_of(&doc, i) == JS_STRING && !js_is_key(&doc, i)) st = state_value(o, &doc, i, nested, err);
    return st;
}

/* One string of a state: text, or a state of its own. At most STATE_NESTED calls deep. */
static dh_status state_value(em_out *o, const js_doc *doc, size_t i, unsigned nested, dh_error *err) {
    dh_view raw = js_raw(doc, i);
    bool state = raw.len >= STATE_NESTED_BYTES && (raw.ptr[0] == '{' || raw.ptr[0] == '[');
    if (!state && !is_text_key(js_key(doc, i))) return DH_OK;
    char *text = arena_alloc(o->arena, raw.len + 1);
    if (!text) return arena_error(o->arena, err);
    dh_view v = {text, js_unescape(raw, text)};
    if (state) return nested < STATE_NESTED ? state_strings(o, v, nested + 1, err) : DH_OK;
    return !reads_as_text(v) ? DH_OK : memory(o, em_text(o, raw, v, DH_VIEW("p")), err);
}

dh_status em_state(em_out *o, dh_view json, dh_error *err) { return state_strings(o, json, 1, err); }

/* Names of the variables that frameworks put their state into, in part. */
static const dh_view state_names[] = {DH_LIT("_STATE__"), DH_LIT("__NUXT__"), DH_LIT("_DATA__"), DH_LIT("_PROPS__"),
                                      DH_LIT("__remixContext"), DH_LIT("_CONTENT__")};

/* The first value behind p: an object, an array, or a string that JSON.parse() is given. */
static dh_status assigned_value(em_out *o, dh_view rest, dh_error *err) {
    const char *p = rest.ptr, *end = p + rest.len;
    dh_view parse = DH_VIEW("JSON.parse(");
    while (p < end && (ascii_space(*p) || *p == ']' || *p == '"' || *p == '\'')) p++;
    if (p == end || *p != '=') return DH_OK;
    for (p++; p < end && ascii_space(*p);) p++;
    if (view_starts((dh_view){p, (size_t)(end - p)}, parse)) {
        p += parse.len;
        const char *q = p + 1;
        if (p == end || (*p != '"' && *p != '\'')) return DH_OK;
        while (q < end && *q != *p) q += *q == '\\' ? 2 : 1;
        if (q >= end) return DH_OK;
        char *text = arena_alloc(o->arena, (size_t)(q - p));
        if (!text) return arena_error(o->arena, err);
        return em_state(o, (dh_view){text, js_unescape((dh_view){p + 1, (size_t)(q - p - 1)}, text)}, err);
    }
    if (view_starts((dh_view){p, (size_t)(end - p)}, DH_VIEW("(function")) || view_starts((dh_view){p, (size_t)(end - p)}, DH_VIEW("function")))
        while (p < end && *p != '{') p++;
    return em_state(o, (dh_view){p, (size_t)(end - p)}, err);
}

dh_status em_assigned(em_out *o, dh_view script, dh_error *err) {
    for (size_t n = 0; n < DH_COUNT(state_names); n++) {
        const char *p = memmem(script.ptr, script.len, state_names[n].ptr, state_names[n].len);
        if (!p) continue;
        p += state_names[n].len;
        return assigned_value(o, (dh_view){p, (size_t)(script.ptr + script.len - p)}, err);
    }
    return DH_OK;
}
