/* join.h: the pages of one source after the other to one output, with the separator between what several sources or
 * records gave. Filter, fetched pages and folder workers all print through it. */
#ifndef BATCH_JOIN_H
#define BATCH_JOIN_H

#include "base/base.h"

/* Appends what is printed of a page. url: the address of its record, or empty. */
typedef dh_status (*join_render_fn)(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);

/* What renders pages. */
typedef struct {
    join_render_fn fn; /* NULL: dh_page_render_as() */
    void *user;
} join_renderer;

dh_status join_render(const join_renderer *r, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);

typedef dh_status (*join_write_fn)(void *user, dh_view bytes, dh_error *err);
/* Hears of each failure of a source; a WARC file may have many. Returns the words for it that the output may have (join_failure()), or
 * NULL: the output says nothing of it. */
typedef const char *(*join_fail_fn)(void *user, const dh_error *err);

/* An output and how pages come to it. join_init() it, then fill what the first part needs; the second is its own. */
typedef struct {
    const dh_context *ctx;
    dh_rendering how;      /* source: the name of the one in hand; record is set here */
    join_renderer renderer;
    join_write_fn write;
    void *write_user;
    join_fail_fn fail;
    void *fail_user;
    const dh_view *separator; /* exactly these bytes; NULL: an empty line, or what the format has between pages */
    size_t number;            /* of a page in the container that it came out of; 0: it came out of none */
    bool alone;               /* a source of records has one page: it was fetched */
    bool many;                /* JSON: an array though there may be one page only; else a source of records makes it one */

    dh_buf text;    /* of one page; its room is used again for the next */
    bool written;   /* something stands in the output */
    bool line_open; /* and its last byte ends no line */
    bool pending;   /* the separator is due before the next byte */
} join;

/* What a source came to. */
typedef struct {
    size_t pages, failures;
    size_t words; /* kept; not those of pages that came instead (dh_page_outcome()) */
} join_result;

/* Makes *j empty. ctx is borrowed; max_bytes: the ceiling of what one page may render to. */
void join_init(join *j, const dh_context *ctx, size_t max_bytes);

/* Reads all pages of one source and writes them. Failures of the source go to fail(); the result counts them.
 * Errors: only what write() gave. */
dh_status join_source(join *j, const dh_options *opt, dh_read_fn read, void *user, join_result *result, dh_error *err);

/* Writes what the output has of a source, how.source, that gave no page. Errors: what write() gave, DH_ERR_NOMEM. */
dh_status join_failure(join *j, const char *why, dh_error *err);

/* Writes what ends an output of JSON; the next page begins another. Errors: what write() gave. */
dh_status join_end(join *j, dh_error *err);

/* Frees the buffer. */
void join_clear(join *j);

#endif
