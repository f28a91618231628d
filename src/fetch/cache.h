/* cache.h: pages that were fetched before: WARC files in a folder, and an SQLite index of them (docs/fetching.md has the schema). One
 * process has a cache at a time. Records come first and the index after them, so what a kill leaves without an entry is cut off. */
#ifndef FETCH_CACHE_H
#define FETCH_CACHE_H

#include "warc.h"

typedef struct cache cache;

#define CACHE_NO_RUN (-1)

/* Opens a cache, making its folder and its parents if need be.
 * level      of gzip.
 * max_age_s  pages that a server has sent or confirmed so short ago are not asked for again; nor are those of a run that came to no
 *            end, since its beginning. CACHE_NO_RUN: nothing is to be fetched.
 * cut        receives the bytes of torn records that were cut off.
 * Errors: DH_ERR_IO (also that another process has it, or that the index is none), DH_ERR_NOMEM. */
dh_status cache_open(const char *folder, int level, int64_t max_age_s, cache **out, uint64_t *cut, dh_error *err);
/* done: the run has come to its end, so that the next one asks again. Accepts NULL. Errors: DH_ERR_IO. */
dh_status cache_close(cache *c, bool done, dh_error *err);

/* Where a record stands. */
typedef struct {
    int64_t file, offset, bytes;
} cache_place;

/* A page that the cache has. Its strings are its own. */
typedef struct {
    bool found, fresh;           /* fresh: not to be asked for */
    dh_buf url, etag, modified, digest; /* each ended by a NUL */
    cache_place place;
    bool has_shown; /* and what it has become in a browser */
    cache_place shown;
} cache_page;

void cache_page_init(cache_page *p);
void cache_page_clear(cache_page *p);

/* Looks for an address. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status cache_find(cache *c, dh_view address, cache_page *p, dh_error *err);
/* Writes a record to a sink as it was written first. Errors: DH_ERR_IO, DH_ERR_FORMAT (not what the index says), DH_ERR_NOMEM;
 * *sink_failed tells whether it was the sink, and errno is then write's. */
dh_status cache_send(cache *c, const cache_place *place, const warc_sink *to, bool *sink_failed, dh_error *err);

/* Adds a page that came; what an earlier one has become in a browser is forgotten. *id receives its record's name. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status cache_add(cache *c, dh_view address, const transfer_result *page, const warc_sums *sums, long status, warc_id *id, dh_error *err);
/* Adds what a page that the cache has, whose record is named `of`, has become in a browser: warc_write_conversion(). Errors as above. */
dh_status cache_add_shown(cache *c, dh_view address, const transfer_result *shown, const warc_id *of, dh_error *err);
/* Adds that the server has confirmed a page (status 304), which is `old`: a revisit record. Errors as above. */
dh_status cache_confirm(cache *c, dh_view address, const transfer_result *page, const cache_page *old, dh_error *err);

/* Sitemaps and feeds are no pages: they have no records, but stand in the index, those whose servers have named a version of them. Looks for one: of p,
 * found and the strings but the digest are set. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status cache_find_guide(cache *c, dh_view address, cache_page *p, dh_error *err);
/* Sets *body to what it said. Errors: as above, DH_ERR_FORMAT (it is not there, or broken). */
dh_status cache_read_guide(cache *c, dh_view address, dh_buf *body, dh_error *err);
/* Adds one that came, or forgets it if it has no version. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status cache_add_guide(cache *c, dh_view address, const transfer_result *guide, dh_error *err);

/* Appends a line for each page, sorted by address: when it was fetched or confirmed last, status, bytes of its record, file and offset, address, with tabs
 * between. Errors as above. */
dh_status cache_list(cache *c, dh_buf *out, dh_error *err);

#endif
