/* A table of origins, with the one that was asked for last at one end of a list and the one to be forgotten first at the other. */
#include "permit.h"

#include "base/url.h"
#include "robots.h"

#include <stdlib.h>

#define FIRST_BUCKETS 64

typedef enum { SAYS_NOTHING, SAYS_RULES, SAYS_ALL, SAYS_NONE } origin_says;

typedef struct origin origin;
struct origin {
    origin *next;          /* in its bucket */
    origin *newer, *older; /* by when it was asked for */
    origin_says says;
    robots *rules;      /* of SAYS_RULES */
    fetch_fault *fault; /* of SAYS_NONE */
    int64_t until_ms;
    size_t misses, bytes;
    size_t name_len;
    char name[];
};

struct permit {
    dh_view agent;
    size_t max_bytes, bytes;
    origin **buckets;
    size_t bucket_count, count;
    origin *newest, *oldest;
    dh_buf spelling;
};

permit *permit_new(dh_view agent, size_t max_bytes) {
    permit *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    *p = (permit){.agent = agent, .max_bytes = max_bytes, .bucket_count = FIRST_BUCKETS};
    dh_buf_init(&p->spelling, 0);
    p->buckets = calloc(p->bucket_count, sizeof *p->buckets);
    if (p->buckets) return p;
    permit_free(p);
    return NULL;
}

static void origin_free(origin *o) {
    robots_free(o->rules);
    free(o->fault);
    free(o);
}

void permit_free(permit *p) {
    if (!p) return;
    for (origin *o = p->oldest, *next; o; o = next) {
        next = o->newer;
        origin_free(o);
    }
    dh_buf_clear(&p->spelling);
    free(p->buckets);
    free(p);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

static origin **bucket_of(const permit *p, dh_view name) { return &p->buckets[view_hash(name) & (p->bucket_count - 1)]; }

static dh_view name_of(const origin *o) { return (dh_view){o->name, o->name_len}; }

static void unlink_age(permit *p, origin *o) {
    *(o->newer ? &o->newer->older : &p->newest) = o->older;
    *(o->older ? &o->older->newer : &p->oldest) = o->newer;
}

static void link_newest(permit *p, origin *o) {
    o->older = p->newest;
    o->newer = NULL;
    *(p->newest ? &p->newest->newer : &p->oldest) = o;
    p->newest = o;
}

/* More buckets make it faster only: without memory it stays as it is. */
static void spread(permit *p) {
    if (p->count < p->bucket_count) return;
    origin **more = calloc(p->bucket_count * 2, sizeof *more);
    if (!more) return;
    free(p->buckets);
    p->buckets = more;
    p->bucket_count *= 2;
    for (origin *o = p->oldest; o; o = o->newer) {
        origin **b = bucket_of(p, name_of(o));
        o->next = *b;
        *b = o;
    }
}

static void forget(permit *p, origin *o) {
    origin **at = bucket_of(p, name_of(o));
    while (*at != o) at = &(*at)->next;
    *at = o->next;
    unlink_age(p, o);
    p->bytes -= o->bytes;
    p->count--;
    origin_free(o);
}

/* Says anew what an origin takes, and forgets others if all take too much. */
static void weigh(permit *p, origin *o) {
    p->bytes -= o->bytes;
    o->bytes = sizeof *o + o->name_len + (o->rules ? robots_bytes(o->rules) : 0) + (o->fault ? sizeof *o->fault : 0);
    p->bytes += o->bytes;
    while (p->bytes > p->max_bytes && p->oldest != o) forget(p, p->oldest);
}

/* Cuts an address, in its one spelling, into origin and path. False without memory. */
static bool split(permit *p, dh_view url, dh_view *name, dh_view *path) {
    p->spelling.len = 0;
    if (url_normalise(url, &p->spelling) == DH_ERR_NOMEM) return false;
    dh_view v = dh_buf_view(&p->spelling), mark = DH_LIT("://");
    const char *at = v.len ? memmem(v.ptr, v.len, mark.ptr, mark.len) : NULL;
    const char *slash = at ? memchr(at + mark.len, '/', v.len - (size_t)(at - v.ptr) - mark.len) : NULL;
    size_t n = slash ? (size_t)(slash - v.ptr) : v.len;
    *name = (dh_view){v.ptr, n};
    *path = (dh_view){v.ptr + n, v.len - n};
    return true;
}

/* The origin of a name, now the newest; NULL without memory. */
static origin *origin_at(permit *p, dh_view name) {
    origin *o = *bucket_of(p, name);
    while (o && !view_is(name_of(o), name)) o = o->next;
    if (o) {
        unlink_age(p, o);
        link_newest(p, o);
        return o;
    }
    o = calloc(1, sizeof *o + name.len);
    if (!o) return NULL;
    memcpy(o->name, name.ptr, name.len);
    o->name_len = name.len;
    spread(p);
    origin **b = bucket_of(p, name);
    o->next = *b;
    *b = o;
    link_newest(p, o);
    p->count++;
    weigh(p, o);
    return o;
}

static origin *origin_of(permit *p, dh_view url, dh_view *path) {
    dh_view name;
    return split(p, url, &name, path) ? origin_at(p, name) : NULL;
}

/* ---- asking and learning ----------------------------------------------------------------------------------------- */

permit_answer permit_ask(permit *p, dh_view url, int64_t now_ms) {
    dh_view path;
    bool allowed = true;
    const origin *o = origin_of(p, url, &path);
    permit_answer a = {.verdict = PERMIT_NO_MEMORY};
    if (!o) return a;
    a.verdict = PERMIT_UNKNOWN;
    if (o->says == SAYS_NOTHING || now_ms >= o->until_ms) return a;
    a.verdict = o->says == SAYS_NONE ? PERMIT_NO : PERMIT_YES;
    a.fault = o->fault;
    if (o->says != SAYS_RULES) return a;
    a.delay_ms = robots_delay_ms(o->rules);
    a.verdict = robots_ask(o->rules, path, &allowed) ? PERMIT_NO_MEMORY : allowed ? PERMIT_YES : PERMIT_NO;
    return a;
}

dh_status permit_address(permit *p, dh_view url, dh_buf *out) {
    dh_view name, path;
    if (!split(p, url, &name, &path)) return DH_ERR_NOMEM;
    dh_status st = buf_append_view(out, name);
    return st ? st : buf_append_view(out, DH_VIEW("/robots.txt"));
}

static dh_status learn(permit *p, dh_view url, origin_says says, robots *rules, fetch_fault *fault, int64_t now_ms) {
    dh_view path;
    origin *o = origin_of(p, url, &path);
    if (!o || (says == SAYS_RULES && !rules) || (says == SAYS_NONE && !fault)) {
        robots_free(rules);
        free(fault);
        return DH_ERR_NOMEM;
    }
    robots_free(o->rules);
    free(o->fault);
    o->says = says;
    o->rules = rules;
    o->fault = fault;
    o->misses = 0;
    o->until_ms = now_ms + PERMIT_HOLDS_MS;
    weigh(p, o);
    return DH_OK;
}

dh_status permit_learn(permit *p, dh_view url, dh_view text, int64_t now_ms) {
    return learn(p, url, SAYS_RULES, robots_new(text, p->agent), NULL, now_ms);
}

/* True if there is no robots.txt ("unavailable" in RFC 9309, 2.3.1.3), not only none for now. A server that asks for peace has
 * not permitted anything. */
static bool is_absent(const fetch_fault *fault, long status) {
    if (fault->kind == FAULT_STATUS) return status >= 400 && status < 500 && status != 429;
    return fault->kind == FAULT_REDIRECT || fault->kind == FAULT_SCHEME || fault->kind == FAULT_ADDRESS;
}

dh_status permit_learn_fault(permit *p, dh_view url, const fetch_fault *fault, long status, int64_t now_ms) {
    if (is_absent(fault, status)) return learn(p, url, SAYS_ALL, NULL, NULL, now_ms);
    fetch_fault *copy = malloc(sizeof *copy);
    if (copy) *copy = *fault;
    return learn(p, url, SAYS_NONE, NULL, copy, now_ms);
}

size_t permit_count_miss(permit *p, dh_view url) {
    dh_view path;
    origin *o = origin_of(p, url, &path);
    return o ? ++o->misses : SIZE_MAX;
}
