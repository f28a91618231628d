/* permit.h: what the robots.txt of each origin (scheme, host and port) permits, as far as it is known. Nothing is opened here, and
 * the clock is the caller's. */
#ifndef FETCH_PERMIT_H
#define FETCH_PERMIT_H

#include "fault.h"

/* How long an answer holds (RFC 9309, 2.4). */
#define PERMIT_HOLDS_MS ((int64_t)24 * 3600 * 1000)

typedef struct permit permit;

/* agent: whom the rules are for (robots_new()), borrowed. max_bytes: of all rules together; those that were asked for longest
 * ago are forgotten, and fetched again if need be. NULL if there is no memory. */
permit *permit_new(dh_view agent, size_t max_bytes);
void permit_free(permit *p);

typedef enum {
    PERMIT_YES,
    PERMIT_NO,
    PERMIT_UNKNOWN, /* its robots.txt is to be fetched */
    PERMIT_NO_MEMORY
} permit_verdict;

typedef struct {
    permit_verdict verdict;
    int64_t delay_ms;         /* Crawl-delay, 0 if there is none */
    const fetch_fault *fault; /* why there is no robots.txt, so that nothing is permitted; NULL if there is. Lent until the next call */
} permit_answer;

/* url: an absolute http or https address that address_text() wrote. */
permit_answer permit_ask(permit *p, dh_view url, int64_t now_ms);

/* Appends the address of the robots.txt for url. Errors: DH_ERR_NOMEM. */
dh_status permit_address(permit *p, dh_view url, dh_buf *out);

/* What came of fetching it. text: of a robots.txt. A fault: status 4xx but 429, or a redirect to nowhere, permits all; any other
 * forbids all. Errors: DH_ERR_NOMEM. */
dh_status permit_learn(permit *p, dh_view url, dh_view text, int64_t now_ms);
dh_status permit_learn_fault(permit *p, dh_view url, const fetch_fault *fault, long status, int64_t now_ms);

/* Counts a failure that may pass. Returns their number, until one of the two above is called; SIZE_MAX without memory. */
size_t permit_count_miss(permit *p, dh_view url);

#endif
