/* engine_slots.h: what the parts of the engine share: the addresses that it has in hand. */
#ifndef FETCH_ENGINE_SLOTS_H
#define FETCH_ENGINE_SLOTS_H

#include "browser.h"
#include "engine.h"
#include "permit.h"
#include "scope.h"

/* What an address has to wait for. */
typedef enum {
    SLOT_FETCHES,
    SLOT_ASKS,  /* for dehusk, who is to say whether the page needs a browser */
    SLOT_WAITS, /* for a browser */
    SLOT_SHOWS  /* for what comes of that */
} slot_stage;

typedef struct {
    transfer *t;     /* of the page; made at first use */
    transfer *rules; /* of a robots.txt; the same */
    size_t item;     /* QUEUE_NONE: free */
    size_t redirects; /* that have been looked at */
    cache_page old;  /* what the cache has */
    transfer_known known;
    slot_stage stage;
    bool kept, passed, shown;   /* the page is the cache's; and was not asked for; it is what has become of it in a browser */
    warc_id in_cache, in_sink; /* names of the page's record, empty if it has none */
    browser *browser;
    uint64_t turn; /* of those that wait for one */
} engine_slot;

typedef struct {
    const engine_job *job;
    queue *q;
    engine_sum *sum;
    CURLM *multi;
    permit *permit; /* NULL: all may be asked for */
    fetch_settings for_rules;
    engine_slot *slots;
    size_t slot_count;
    size_t added;    /* of what was found */
    unsigned link_depth; /* of the page whose links are being taken */
    size_t linked;       /* the page itself */
    size_t unread;   /* pages of which dehusk has still to tell what is in them */
    size_t showing;  /* browsers that run */
    uint64_t turns;
    struct curl_waitfd *fds; /* room for theirs, and one */
    scope *scope;
    dh_buf line, text; /* text: an address with a NUL behind it */
    int64_t begun_ms, shown_ms;
    engine_end end;
    dh_error *err; /* of ENGINE_CACHE */
} engine;

/* ---- how an address ends, in engine.c */

/* False, and the engine ends, if the cache failed. */
bool engine_cache_good(engine *e, dh_status st);
/* The engine ends, as a record could not be written. */
void engine_sink_failed(engine *e, dh_status st);
/* What is known of the request. Of a page that was not asked for there is nothing but its address. */
transfer_facts engine_facts(const engine_slot *s);
/* A record has gone out. Where dehusk has to say whether that is the page, its address waits. */
void engine_sent(engine *e, engine_slot *s);
/* The address has failed for good. */
void engine_fail(engine *e, engine_slot *s, const transfer_facts *facts, const fetch_fault *fault);

/* ---- browsers, in engine_browsers.c */

/* As many as there may be, for those that have waited longest. */
void engine_start_browsers(engine *e);
/* Takes what has become of pages. True if any came to its end. */
bool engine_end_browsers(engine *e);

#endif
