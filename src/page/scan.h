/* scan.h: the byte scanner: from a page to its skeleton, the short page that gumbo builds the tree from. */
#ifndef PAGE_SCAN_H
#define PAGE_SCAN_H

#include "page/page.h"

/* A run of text of the page, named in the skeleton by its number (scan_token). */
typedef struct {
    uint32_t begin, len;
    bool raw; /* markup inside means nothing and entities are none (xmp, plaintext) */
} scan_text;

/* All arrays live in the arena. */
typedef struct {
    dh_arena *arena;
    dh_view source;
    char *skeleton;
    size_t skeleton_len, skeleton_cap;
    scan_text *texts;
    size_t text_count, text_cap;
    size_t text_bytes; /* sum of the texts' lengths */
    pg_start *starts;  /* in the order of the skeleton */
    size_t start_count, start_cap;
    pg_start *metas;
    size_t meta_count, meta_cap;
    pg_script *scripts;
    size_t script_count, script_cap;
    pg_script *inert;
    size_t inert_count, inert_cap;
    size_t flattened; /* start tags left out because they were deeper than the limit */
} scan_result;

/* Scans a page. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. max_depth 0 means the default of 512. */
dh_status scan_page(dh_arena *arena, dh_view source, size_t max_depth, scan_result *out, dh_error *err);

/* Reads one token at p < end of a text node: returns its length and sets *index, or sets *index to PG_NONE for a
 * character of white space (which is then *p). */
size_t scan_token(const char *p, const char *end, uint32_t *index);

#endif
