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

/* Sets up the first request for an address. False with *fault set if it is none that is fetched. */
bool transfer_begin(transfer *t, dh_view address, fetch_fault *fault);

/* The handle of the request that is set up, lent: perform it or add it to a multi handle; CURLINFO_PRIVATE is t. */
CURL *transfer_easy(transfer *t);

typedef enum {
    TRANSFER_DONE,  /* transfer_get() has the page */
    TRANSFER_AGAIN, /* a redirect: the next request is set up */
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
        ms;                /* since the last request began, as libcurl counts; ms: all requests */
    int64_t retry_after_s; /* what Retry-After asks for; 0 if nothing */
} transfer_facts;
transfer_facts transfer_tell(const transfer *t);

#endif
