/* log.h: what became of each address, as a line of JSON. */
#ifndef FETCH_LOG_H
#define FETCH_LOG_H

#include "transfer.h"

/* What became of it. */
typedef struct {
    const fetch_fault *fault; /* NULL if it came */
    bool kept;                /* the page is the one of the cache */
    bool shown;               /* it went through a browser */
    bool left;                /* it was left out of a crawl, which is no failure */
    bool guide;               /* no page, but a sitemap or a feed */
    size_t found;             /* of a guide: the addresses in it */
} log_outcome;

/* Appends the line with its newline. Strings are UTF-8: bytes that are none become U+FFFD.
 * address  as it was given
 * tries    how often it was asked for
 * Errors as dh_buf_append. */
dh_status log_line(dh_buf *out, dh_view address, unsigned tries, const transfer_facts *facts, const log_outcome *outcome);

#endif
