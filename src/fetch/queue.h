/* queue.h: addresses that wait, by host: hosts take turns, and each has its own pace. Nothing is opened here, and the
 * clock is the caller's. */
#ifndef FETCH_QUEUE_H
#define FETCH_QUEUE_H

#include "base/base.h"

#define QUEUE_NONE SIZE_MAX

typedef struct queue queue;

#define QUEUE_DEPTH 65535u

/* What an address is: a page; or a sitemap or feed that names others, or a robots.txt that names sitemaps. */
typedef enum { QUEUE_PAGE, QUEUE_GUIDE, QUEUE_ROBOTS } queue_kind;
typedef struct {
    queue_kind kind;
    unsigned depth; /* steps from what was asked for, at most QUEUE_DEPTH */
} queue_role;

/* per_host: how many addresses of one host may be out at a time; delay_ms: from one start to the next on a host.
 * NULL if there is no memory. */
queue *queue_new(size_t per_host, int64_t delay_ms);
void queue_free(queue *q);

/* Puts a copy of an address at the end of its host's line. *fresh is false if one that means the same
 * (url_normalise()) has been added before, as a page or as another kind: it is not added again. What is no address has a line of its own, so that
 * whoever takes it finds out. Time is constant. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (2^32 - 2 addresses). */
dh_status queue_add(queue *q, dh_view address, queue_role role, bool *fresh);

/* The address that means the same, as a page; QUEUE_NONE if there is none. Errors: DH_ERR_NOMEM. */
dh_status queue_find(queue *q, dh_view address, size_t *found);
/* Notes that `from`, which is out, leads to this address, so that it is not added any more. *fresh is false if it was there before, as another
 * item. Errors as queue_add(). */
dh_status queue_alias(queue *q, size_t from, dh_view address, bool *fresh);

/* Takes the next address that may be fetched at now_ms, of the host whose turn it is; QUEUE_NONE if there is none. It
 * counts as out until queue_done() or queue_again(). Time is logarithmic in the number of hosts. */
size_t queue_take(queue *q, int64_t now_ms);
/* The text of an address as it was added, lent. */
dh_view queue_text(const queue *q, size_t item);
queue_role queue_role_of(const queue *q, size_t item);
/* How often it was taken. */
unsigned queue_tries(const queue *q, size_t item);

/* It has come to its end. */
void queue_done(queue *q, size_t item);
/* The same of one for which its host was not asked. */
void queue_pass(queue *q, size_t item);
/* It goes back to the head of its host's line, and the host rests until not_before_ms. */
void queue_again(queue *q, size_t item, int64_t not_before_ms);

/* Of an address that is out: no other of its host is taken until it comes back by queue_return(). */
void queue_hold(queue *q, size_t item);
/* As queue_again(), but this time does not count as a try; the hold ends. */
void queue_return(queue *q, size_t item, int64_t not_before_ms);
/* The host of an address that is out wants delay_ms from one start to the next from now on, if that is longer than its delay. */
void queue_pace(queue *q, size_t item, int64_t delay_ms);

/* Addresses that wait, those that are out not among them. */
size_t queue_waiting(const queue *q);
/* Hosts of addresses that wait or are out. */
size_t queue_hosts(const queue *q);
/* Milliseconds until queue_take() may have something if nothing that is out comes back: 0 for now, -1 for never. */
int64_t queue_rest_ms(const queue *q, int64_t now_ms);

#endif
