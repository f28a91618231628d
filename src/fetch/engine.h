/* engine.h: fetches all addresses of a queue, many at a time, in one event loop. */
#ifndef FETCH_ENGINE_H
#define FETCH_ENGINE_H

#include "cache.h"
#include "links.h"
#include "queue.h"
#include "warc.h"

/* Failures of each kind that are remembered. */
#define ENGINE_FIRST 3

/* What has been done so far. */
typedef struct {
    size_t fetched, failed;
    size_t kept; /* of those fetched: the cache's pages, not asked for or not changed */
    size_t guides;               /* sitemaps and feeds that were read */
    size_t twice, unwanted, beyond; /* addresses in them and links: named before; left out as --match and --reject say, and --limit */
    size_t traps;                   /* links that were left out as traps */
    size_t left, left_by_kind[FAULT_KINDS]; /* addresses of links that turned out to be none for a crawl */
    size_t by_kind[FAULT_KINDS]; /* of those that failed */
    const char *first[FAULT_KINDS][ENGINE_FIRST]; /* the first of them, lent by the queue */
    size_t out, waiting, hosts;  /* now; hosts: those that have any of both */
    uint64_t bytes;              /* of bodies, decoded */
    int64_t ms;                  /* since the start */
} engine_sum;

typedef struct {
    const fetch_values *opt;
    transfer_reach reach;
    size_t tries; /* for each address, at least 1 */
    bool robots;  /* robots.txt is obeyed */
    const warc_sink *sink;
    cache *cache; /* NULL: none */
    links *links; /* what dehusk finds in the pages; NULL: it tells nothing */
    int log; /* descriptor for lines of JSON; -1 for none */
    /* Called for each address that failed for good, and with what else there is to be said of one. It ends in NUL. */
    void (*say)(void *user, dh_view address, const char *what);
    /* Called now and then, at most some times a second; may be NULL. */
    void (*progress)(void *user, const engine_sum *sum);
    void *user;
} engine_job;

typedef enum {
    ENGINE_DONE,
    ENGINE_NO_MEMORY,
    ENGINE_SINK, /* records cannot be written; errno says why */
    ENGINE_LOG,  /* the log cannot be written; errno says why */
    ENGINE_LINKS, /* what comes as links is none */
    ENGINE_CACHE  /* the cache cannot be used; *err says why */
} engine_end;

/* Fetches until the queue is empty: a page becomes a record on the sink as it comes, a failure a call of job->failed.
 * What may pass (fault_may_pass()) is tried again later. Comes back early only where no record or line of the log can
 * be written, or without memory. curl_global_init() comes first. */
engine_end engine_run(const engine_job *job, queue *q, engine_sum *sum, dh_error *err);

#endif
