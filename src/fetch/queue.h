/* queue.h: addresses that wait, by host: hosts take turns, and each has its own pace. Nothing is opened here, and the
 * clock is the caller's. */
#ifndef FETCH_QUEUE_H
#define FETCH_QUEUE_H

#include "base/base.h"

#define QUEUE_NONE SIZE_MAX

typedef struct queue queue;

/* per_host: how many addresses of one host may be out at a time; delay_ms: from one start to the next on a host.
 * NULL if there is no memory. */
queue *queue_new(size_t per_host, int64_t delay_ms);
void queue_free(queue *q);

/* Puts a copy of an address at the end of its host's line. *fresh is false if one that means the same page
 * (url_normalise()) has been added before: it is not added again. What is no address has a line of its own, so that
 * whoever takes it finds out. Time is constant. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (2^32 - 2 addresses). */
dh_status queue_add(queue *q, dh_view address, bool *fresh);

/* Takes the next address that may be fetched at now_ms, of the host whose turn it is; QUEUE_NONE if there is none. It
 * counts as out until queue_done() or queue_again(). Time is logarithmic in the number of hosts. */
size_t queue_take(queue *q, int64_t now_ms);
/* The text of an address as it was added, lent. */
dh_view queue_text(const queue *q, size_t item);
/* How often it was taken. */
unsigned queue_tries(const queue *q, size_t item);

/* It has come to its end. */
void queue_done(queue *q, size_t item);
/* It goes back to the head of its host's line, and the host rests until not_before_ms. */
void queue_again(queue *q, size_t item, int64_t not_before_ms);

/* Addresses that wait, those that are out not among them. */
size_t queue_waiting(const queue *q);
/* Hosts seen. */
size_t queue_hosts(const queue *q);
/* Milliseconds until queue_take() may have something if nothing that is out comes back: 0 for now, -1 for never. */
int64_t queue_rest_ms(const queue *q, int64_t now_ms);

#endif
