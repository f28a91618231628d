/* embedded_out.h: what the finders of embedded text write to. */
#ifndef PAGE_EMBEDDED_OUT_H
#define PAGE_EMBEDDED_OUT_H

#include "page/embedded.h"
#include "page/json.h"

typedef struct {
    dh_arena *arena;
    const pg_page *page;
    pg_slice place; /* where what is being read stands, for text that had to be decoded first */
    char *html;
    size_t len, cap;
    pg_origin *origins;
    size_t origin_count, origin_cap;
    uint64_t *seen; /* hashes of texts that were written, 0 for none: states repeat themselves */
    size_t seen_count, seen_cap;
} em_out;

/* False, here and below: the arena has no more to give. */

/* Writes a JSON string (raw: with its escapes) in an element: HTML as it is, HTML with its signs escaped decoded, else plain
 * text, a paragraph a line. The same text is written once. */
bool em_json_text(em_out *o, dh_view raw, dh_view tag);

/* The same for text without JSON's escapes. */
bool em_text(em_out *o, dh_view raw, dh_view text, dh_view tag);

/* Character references undone, in the arena. */
bool em_decode(em_out *o, dh_view v, dh_view *out);

/* True if text holds a tag of HTML. */
bool em_is_markup(dh_view text);

/* The finders. JSON-LD of one script; the strings of one JSON value that read as text of the page. */
dh_status em_json_ld(em_out *o, dh_view json, dh_error *err);
dh_status em_state(em_out *o, dh_view json, dh_error *err);
/* The state that a script assigns to a variable, if it does. */
dh_status em_assigned(em_out *o, dh_view script, dh_error *err);

#endif
