/* robots.h: what a robots.txt permits (RFC 9309). Text only: fetching it, and what its absence means, is left to others. */
#ifndef FETCH_ROBOTS_H
#define FETCH_ROBOTS_H

#include "base/base.h"

/* So much of a robots.txt is read (RFC 9309, 2.5, asks for no less). */
#define ROBOTS_MAX_BYTES ((size_t)500 << 10)

/* The rules for one crawler. */
typedef struct robots robots;

/* Reads the rules for the crawler `agent`, a product token or a whole User-Agent that begins with it. What stands behind
 * ROBOTS_MAX_BYTES does not count, nor the line that ends there. NULL if there is no memory. */
robots *robots_new(dh_view text, dh_view agent);
void robots_free(robots *r);

/* Whether the path of an address with its query ("/a?b") may be asked for. Time: rules times length of the path, at the most.
 * Errors: DH_ERR_NOMEM. */
dh_status robots_ask(const robots *r, dh_view path, bool *allowed);

/* Crawl-delay in milliseconds, 0 if there is none. */
int64_t robots_delay_ms(const robots *r);
/* Memory that it takes. */
size_t robots_bytes(const robots *r);

/* The product token that a User-Agent begins with: letters, "-" and "_". */
dh_view robots_token(dh_view agent);

#endif
