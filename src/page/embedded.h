/* embedded.h: text of a page that stands outside of its markup, where a script would take it from to show it. */
#ifndef PAGE_EMBEDDED_H
#define PAGE_EMBEDDED_H

#include "page/page.h"

/* Where such text stands; the most trustworthy first. */
typedef enum {
    PG_FROM_JSON_LD,     /* schema.org: bodies of articles, posts and their comments, descriptions of products, steps, answers */
    PG_FROM_STATE,       /* an application's state: JSON in a script or an attribute */
    PG_FROM_TEMPLATE,    /* template elements, scripts of a type of templates */
    PG_FROM_ATTRIBUTE,   /* escaped HTML in an attribute */
    PG_FROM_COUNT
} pg_embedded_from;

/* From which byte on a piece of the made page is from which bytes of the source. */
typedef struct {
    uint32_t at;
    pg_slice source;
} pg_origin;

/* What was found, written as a page of its own; all of it lives in the arena. */
typedef struct {
    dh_view html; /* empty if there is nothing */
    pg_origin *origins; /* rising */
    size_t origin_count;
} pg_embedded;

/* True if a script is JSON-LD. */
bool pg_is_json_ld(const pg_page *page, const pg_script *script);

/* Bytes of the source in which text of a kind may stand: what pg_embedded_read() would have to look at. */
size_t pg_embedded_bytes(const pg_page *page, pg_embedded_from from);

/* Finds the text of one kind. Broken JSON gives what stands before the break. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status pg_embedded_read(dh_arena *arena, const pg_page *page, pg_embedded_from from, pg_embedded *out, dh_error *err);

/* Puts a block of the page before what was found. False: the arena has no more to give. */
bool pg_embedded_lead(dh_arena *arena, const pg_page *page, const pg_block *lead, pg_embedded *e);

/* The bytes of the source that byte `at` of the made page comes from. */
pg_slice pg_embedded_origin(const pg_embedded *e, size_t at);

#endif
