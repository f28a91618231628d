/* json.h: JSON as it stands in pages: a flat list of values, tolerant of what browsers' scripts may hold. */
#ifndef PAGE_JSON_H
#define PAGE_JSON_H

#include "base/base.h"

typedef enum { JS_OBJECT, JS_ARRAY, JS_STRING, JS_BARE } js_kind; /* bare: numbers, literals, names without quotes */

/* Values in document order, in the arena. */
typedef struct {
    dh_view source;
    void *tokens; /* jsmn's, whose header only json.c needs */
    size_t count;
} js_doc;

/* Index of no value. */
#define JS_NONE SIZE_MAX

/* Reads the value that source begins with; what follows it is not looked at. Where the text stops being JSON the values
 * before that remain: a script's literal may hold names without quotes and calls. A source nested too deeply, or larger than
 * a limit of its own, has no values. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (arena). Linear. */
dh_status js_parse(dh_arena *arena, dh_view source, js_doc *out, dh_error *err);

js_kind js_kind_of(const js_doc *doc, size_t i);

/* The bytes of a value: of a string what is between the quotes, escapes and all. */
dh_view js_raw(const js_doc *doc, size_t i);

/* The key that a value belongs to, without its quotes; empty if it has none. Items of an array have that of the array. */
dh_view js_key(const js_doc *doc, size_t i);

/* True if i is a key, no value. */
bool js_is_key(const js_doc *doc, size_t i);

/* The object or array around a value, JS_NONE for the outermost. */
size_t js_around(const js_doc *doc, size_t i);

/* Appends a string's bytes with its escapes undone to *out, a buffer of arena memory that has room for raw.len bytes: what
 * comes out is never longer. Valid UTF-8 if raw is; broken surrogates become U+FFFD. Returns the bytes written. */
size_t js_unescape(dh_view raw, char *out);

#endif
