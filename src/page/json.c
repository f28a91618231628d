/* JSON by jsmn, which allocates nothing, does not recurse, and says where values stand; what they mean is asked here. */
#include "page/json.h"

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wswitch-enum"
#endif
#include <jsmn.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* jsmn goes up from the last value to close a bracket, so that its time grows with depth; states of real pages are less than
 * 40 levels deep. */
#define JSON_DEPTH 128
/* Larger ones are data, not a page. */
#define JSON_BYTES ((size_t)32 << 20)
#define JSON_FIRST 256 /* values that the array begins with */

/* Bytes of the value that source begins with, as far as brackets outside of strings tell; 0 if it is nested too deeply. */
static size_t value_len(dh_view source) {
    size_t depth = 0;
    for (size_t i = 0; i < source.len; i++) {
        char c = source.ptr[i];
        if (c == '"') {
            for (i++; i < source.len && source.ptr[i] != '"'; i++)
                if (source.ptr[i] == '\\') i++;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH) return 0;
        } else if ((c == '}' || c == ']') && depth && !--depth) {
            return i + 1;
        }
    }
    return source.len;
}

dh_status js_parse(dh_arena *arena, dh_view source, js_doc *out, dh_error *err) {
    jsmn_parser parser;
    size_t cap = 0, first;
    source = view_trim(source);
    *out = (js_doc){.source = source};
    if (source.len > JSON_BYTES || !source.len || (source.ptr[0] != '{' && source.ptr[0] != '[')) return DH_OK;
    source.len = value_len(source);
    first = source.len / 2 < JSON_FIRST ? source.len / 2 + 1 : JSON_FIRST; /* many scripts are small */
    jsmn_init(&parser);
    do {
        if (!arena_double(arena, &out->tokens, &cap, first, sizeof(jsmntok_t))) return arena_error(arena, err);
    } while (jsmn_parse(&parser, source.ptr, source.len, out->tokens, (unsigned)cap) == JSMN_ERROR_NOMEM);
    out->count = parser.toknext;
    return DH_OK;
}

static const jsmntok_t *token(const js_doc *doc, size_t i) { return (const jsmntok_t *)doc->tokens + i; }

js_kind js_kind_of(const js_doc *doc, size_t i) {
    switch (token(doc, i)->type) {
    case JSMN_OBJECT: return JS_OBJECT;
    case JSMN_ARRAY: return JS_ARRAY;
    case JSMN_STRING: return JS_STRING;
    case JSMN_PRIMITIVE: case JSMN_UNDEFINED: break;
    }
    return JS_BARE;
}

dh_view js_raw(const js_doc *doc, size_t i) {
    const jsmntok_t *t = token(doc, i);
    size_t begin = (size_t)t->start, end = t->end < 0 ? doc->source.len : (size_t)t->end; /* cut off: no end */
    return (dh_view){doc->source.ptr + begin, end - begin};
}

static bool holds(const js_doc *doc, size_t i) {
    return token(doc, i)->type == JSMN_OBJECT || token(doc, i)->type == JSMN_ARRAY;
}

bool js_is_key(const js_doc *doc, size_t i) {
    int up = token(doc, i)->parent;
    return up >= 0 && token(doc, (size_t)up)->type == JSMN_OBJECT;
}

size_t js_around(const js_doc *doc, size_t i) {
    int up = token(doc, i)->parent;
    while (up >= 0 && !holds(doc, (size_t)up)) up = token(doc, (size_t)up)->parent;
    return up < 0 ? JS_NONE : (size_t)up;
}

dh_view js_key(const js_doc *doc, size_t i) {
    int up = token(doc, i)->parent;
    while (up >= 0 && token(doc, (size_t)up)->type == JSMN_ARRAY) up = token(doc, (size_t)up)->parent;
    return up < 0 || holds(doc, (size_t)up) ? (dh_view){"", 0} : js_raw(doc, (size_t)up);
}

/* ---- strings ---- */

/* Writes what "\uXXXX" at *p means; *p is moved on. */
static size_t escaped_unit(const char **p, const char *end, char *out) {
    uint32_t code;
    *p += 2;
    return utf8_escaped(p, end, &code) ? utf8_encode(code, out) : 0;
}

static char escaped(char c) {
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': case 'f': return ' ';
    default: return c;
    }
}

size_t js_unescape(dh_view raw, char *out) {
    const char *p = raw.ptr, *end = p + raw.len;
    size_t len = 0;
    while (p < end) {
        if (*p != '\\' || end - p < 2) {
            out[len++] = *p++;
        } else if (p[1] == 'u') {
            len += escaped_unit(&p, end, out + len);
        } else {
            out[len++] = escaped(p[1]);
            p += 2;
        }
    }
    return len;
}
