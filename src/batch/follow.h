/* follow.h: what is found in pages, on its way to dehusk-fetch: links of a crawl, and whether a page needs a browser. A worker writes the links of a page behind its record, into the
 * same file in memory, an address a line; here they become a line of JSON on a pipe (fetch/links.h has the form). */
#ifndef BATCH_FOLLOW_H
#define BATCH_FOLLOW_H

#include "base/base.h"

typedef struct {
    int fd; /* -1: nobody asks, or nobody any more */
    dh_buf lines; /* from `at` on not yet written */
    size_t at;
    dh_buf normal, read;
} follow;

/* fd: of a pipe, taken; -1: none, then all of this does nothing. */
void follow_open(follow *f, int fd);
void follow_close(follow *f);

/* Lets a worker write behind a record. */
void follow_prepare(const follow *f, int record);
/* Adds the line of a page: the links that stand in the file from byte `from` on; record -1: there are none. browser: it is to come once more,
 * out of one. Errors: DH_ERR_NOMEM. */
dh_status follow_page(follow *f, dh_view address, int record, uint64_t from, bool browser);

/* Writes as much as the pipe takes now: never waits, as dehusk-fetch may be waiting for us. */
void follow_flush(follow *f);

#endif
