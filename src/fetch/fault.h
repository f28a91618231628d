/* fault.h: why an address could not be fetched: a kind to count by and one line in plain words. */
#ifndef FETCH_FAULT_H
#define FETCH_FAULT_H

#include "base/base.h"

/* Kinds of failure, for summaries. */
typedef enum {
    FAULT_NONE = 0,
    FAULT_ADDRESS,  /* no address at all */
    FAULT_SCHEME,   /* neither http nor https, given or after a redirect */
    FAULT_REFUSED,  /* an IP address that is not public */
    FAULT_ROBOTS,   /* robots.txt forbids it */
    FAULT_RESOLVE,  /* no such host name */
    FAULT_CONNECT,  /* refused, unreachable */
    FAULT_TLS,      /* certificate or handshake */
    FAULT_TIME,     /* any of the time limits */
    FAULT_REDIRECT, /* too many, or to nowhere */
    FAULT_LIMIT,    /* header or body too large */
    FAULT_STATUS,   /* an HTTP status that is no success */
    FAULT_BROKEN,   /* no HTTP, cut off, reset */
    FAULT_GUIDE,    /* no sitemap or feed, or a broken one */
    FAULT_TYPE,     /* in a crawl: no page, by its Content-Type */
    FAULT_OUTSIDE,  /* in a crawl: a redirect to another site, or to a page that is known */
    FAULT_BROWSER,  /* Chromium: there is none, or it cannot show the page */
    FAULT_ENCODING, /* a content encoding that is unknown or broken */
    FAULT_MEMORY,
    FAULT_KINDS /* their number */
} fault_kind;

/* One word or two for logs and summaries: "resolve", "content encoding". */
const char *fault_kind_name(fault_kind kind);
/* True if the next try may find it otherwise: network errors, time limits, statuses 429 and 5xx. */
bool fault_may_pass(fault_kind kind, long status);

typedef struct {
    fault_kind kind;
    char text[400]; /* may hold a server's bytes: printable_message() makes them harmless */
} fetch_fault;

/* Sets *fault; returns false, so that callers can return it. */
bool fault_set(fetch_fault *fault, fault_kind kind, const char *format, ...) DH_PRINTF(3, 4);
/* Appends to a fault's text, as much as fits. Returns false. */
bool fault_add(fetch_fault *fault, const char *format, ...) DH_PRINTF(2, 3);
/* "out of memory". */
bool fault_memory(fetch_fault *fault);

/* Sets *fault to what a libcurl result means. detail: libcurl's own words, may be empty. Time limits and sizes are the
 * transfer's to explain: it knows the numbers. */
bool fault_from_curl(fetch_fault *fault, int code, const char *detail);
/* Sets *fault for an HTTP status that is no success. */
bool fault_from_status(fetch_fault *fault, long status);

#endif
