/* transfer.h: one address fetched, redirects followed one by one, within limits. A transfer owns one libcurl easy
 * handle; who drives it (an event loop over many) is left open. */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "base/option_rows.h"
#include "fault.h"

#include <curl/curl.h>
#include <time.h>

/* A page as it came. The views are lent by the transfer until its next transfer_begin(). */
typedef struct {
    dh_view url;  /* the last address, plain ASCII, without user, password and fragment */
    dh_view ip;   /* of the server that answered, empty if libcurl does not know */
    dh_view head; /* status line and header lines as they came, each ended by its line end, without the empty line */
    dh_view body; /* transfer and content encodings taken off */
    dh_view request; /* request line and header lines as they were sent, with the empty line, without passwords and cookies; empty if libcurl did not tell */
    time_t date;  /* when the last request began */
} transfer_result;

typedef struct transfer transfer;

/* Which IP addresses of servers (or of a proxy: then the proxy resolves names) may be connected to. */
typedef enum {
    TRANSFER_ANY,          /* all */
    TRANSFER_NOT_FROM_OUT, /* all, but nothing special (guard_range()) behind a public one that redirects there */
    TRANSFER_PUBLIC        /* public ones */
} transfer_reach;

/* Makes a transfer that can fetch one address after the other. opt's strings are borrowed until transfer_free(). NULL
 * if there is no memory. curl_global_init() comes first. */
transfer *transfer_new(const fetch_settings *opt, transfer_reach reach);
void transfer_free(transfer *t);
/* From now on a body of more than `bytes` is no failure: what is behind them is left. At most opt->max_bytes count. */
void transfer_cut_at(transfer *t, size_t bytes);

/* From now on what says by its Content-Type to be no page (HTML, XHTML, plain text) is given up where its body begins. */
void transfer_pages_only(transfer *t);

/* A page that is known from before: its last address, and what its server said of its version; each ended by a NUL, may be empty. */
typedef struct {
    const char *url, *etag, *modified;
} transfer_known;

/* True if the answer is a page by its Content-Type, or has none. */
bool transfer_is_page(const transfer *t);
/* True if what has been asked for this address were servers at special addresses (guard.h) alone. */
bool transfer_stayed_inside(const transfer *t);

/* Sets up the first request for an address. known: the server is asked for the page only if it has changed; NULL: asked plainly;
 * borrowed until the next begin. False with *fault set if it is no address that is fetched. */
bool transfer_begin(transfer *t, dh_view address, const transfer_known *known, fetch_fault *fault);

/* The address of the request that is set up, as in transfer_result. Lent until the next one is. */
dh_view transfer_url(const transfer *t);
/* The same, ended by a NUL. */
const char *transfer_text(const transfer *t);
/* The handle of the request that is set up, lent: perform it or add it to a multi handle; CURLINFO_PRIVATE is t. */
CURL *transfer_easy(transfer *t);

typedef enum {
    TRANSFER_DONE,  /* transfer_get() has the page */
    TRANSFER_AGAIN, /* a redirect: the next request is set up */
    TRANSFER_SAME,  /* the known page has not changed; transfer_get() has the header that says so */
    TRANSFER_FAILED /* *fault is set */
} transfer_step;

/* Takes the result of the request that was performed. */
transfer_step transfer_end(transfer *t, CURLcode code, fetch_fault *fault);

/* The page of a transfer that is done. */
transfer_result transfer_get(const transfer *t);

/* What is known of a transfer that has ended, well or not. */
typedef struct {
    dh_view url; /* the last address, as in transfer_result; empty if it was none */
    long status; /* the last HTTP status; 0 if none came */
    size_t redirects;
    size_t bytes; /* of the body, decoded, as far as it came */
    int64_t dns_ms, connect_ms, tls_ms, first_ms,
        ms;                /* since the last request began, as libcurl counts, 0 if it was not made; ms: all requests */
    int64_t retry_after_s; /* what Retry-After asks for; 0 if nothing */
} transfer_facts;
transfer_facts transfer_tell(const transfer *t);

#endif
