/* The event loop: takes addresses from the queue, drives their transfers with libcurl's multi interface, tries again
 * what may pass. Who is asked when is the queue's to decide, what a transfer may take is the transfer's. */
#include "engine.h"

#include "log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* The wait before a second try; it doubles with each next. */
#define ENGINE_AGAIN_MS 1000
/* The loop looks about at least so often, for the progress. */
#define ENGINE_TICK_MS 250

typedef struct {
    transfer *t; /* made at first use */
    size_t item; /* QUEUE_NONE: free */
} slot;

typedef struct {
    const engine_job *job;
    queue *q;
    engine_sum *sum;
    CURLM *multi;
    slot *slots;
    size_t slot_count;
    dh_buf line;
    int64_t begun_ms, shown_ms;
    engine_end end;
} engine;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- how an address ends ---------------------------------------------------------------------------------------- */

static void write_log(engine *e, const slot *s, const transfer_facts *facts, const fetch_fault *fault) {
    if (e->job->log < 0) return;
    e->line.len = 0;
    if (log_line(&e->line, queue_text(e->q, s->item), queue_tries(e->q, s->item), facts, fault))
        e->end = ENGINE_NO_MEMORY;
    else if (warc_write(e->job->log, dh_buf_view(&e->line)))
        e->end = ENGINE_LOG;
}

static void leave(engine *e, slot *s) {
    queue_done(e->q, s->item);
    s->item = QUEUE_NONE;
    e->sum->out--;
}

static void keep(engine *e, slot *s) {
    transfer_result page = transfer_get(s->t);
    transfer_facts facts = transfer_tell(s->t);
    dh_status st = warc_write_response(e->job->sink, &page);
    if (st) {
        e->end = st == DH_ERR_IO ? ENGINE_SINK : ENGINE_NO_MEMORY;
        return;
    }
    e->sum->fetched++;
    e->sum->bytes += facts.bytes;
    write_log(e, s, &facts, NULL);
    leave(e, s);
}

/* Up to a quarter more, so that those who failed together do not come back together. */
static int64_t with_jitter(int64_t ms) {
    unsigned char r = 0;
    if (getrandom(&r, sizeof r, GRND_NONBLOCK) != (ssize_t)sizeof r) r = 0;
    return ms + ms * r / 1024;
}

/* True if the address goes back into the queue. A wait that the server asks for and that is longer than we are willing
 * to is a failure, and said. */
static bool try_again(engine *e, slot *s, const transfer_facts *facts, fetch_fault *fault) {
    unsigned tries = queue_tries(e->q, s->item);
    if (!fault_may_pass(fault->kind, facts->status) || tries >= e->job->tries) return false;
    size_t longest_s = e->job->opt->max_wait_s;
    int64_t wait_ms = with_jitter((int64_t)ENGINE_AGAIN_MS << (tries - 1));
    if (fault->kind == FAULT_STATUS && facts->retry_after_s > (int64_t)longest_s)
        return fault_add(fault, ", and asks to wait %lld s (--max-wait)", (long long)facts->retry_after_s);
    if (fault->kind == FAULT_STATUS && facts->retry_after_s * 1000 > wait_ms) wait_ms = facts->retry_after_s * 1000;
    queue_again(e->q, s->item, now_ms() + wait_ms);
    s->item = QUEUE_NONE;
    e->sum->out--;
    return true;
}

static void give_up(engine *e, slot *s, fetch_fault *fault) {
    transfer_facts facts = transfer_tell(s->t);
    if (fault->kind == FAULT_MEMORY) {
        e->end = ENGINE_NO_MEMORY;
        return;
    }
    if (try_again(e, s, &facts, fault)) return;
    e->sum->failed++;
    e->sum->by_kind[fault->kind]++;
    e->job->failed(e->job->user, queue_text(e->q, s->item), fault->text);
    write_log(e, s, &facts, fault);
    leave(e, s);
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

static void add(engine *e, slot *s) {
    if (curl_multi_add_handle(e->multi, transfer_easy(s->t))) e->end = ENGINE_NO_MEMORY;
}

static void start(engine *e, slot *s, size_t item) {
    fetch_fault fault = {FAULT_NONE, ""};
    if (!s->t) s->t = transfer_new(&e->job->opt->fetch, e->job->reach);
    if (!s->t) {
        e->end = ENGINE_NO_MEMORY;
        return;
    }
    s->item = item;
    e->sum->out++;
    if (transfer_begin(s->t, queue_text(e->q, item), &fault))
        add(e, s);
    else
        give_up(e, s, &fault);
}

static slot *find_free(const engine *e) {
    for (size_t i = 0; i < e->slot_count; i++)
        if (e->slots[i].item == QUEUE_NONE) return &e->slots[i];
    return NULL;
}

/* Starts what may be started; returns the milliseconds that the loop may sleep. */
static int start_all(engine *e) {
    slot *s = NULL;
    while (!e->end && (s = find_free(e))) {
        size_t item = queue_take(e->q, now_ms());
        if (item == QUEUE_NONE) break;
        start(e, s, item);
    }
    int64_t rest_ms = s ? queue_rest_ms(e->q, now_ms()) : -1;
    return rest_ms < 0 || rest_ms > ENGINE_TICK_MS ? ENGINE_TICK_MS : (int)rest_ms;
}

static void end_request(engine *e, CURL *easy, CURLcode code) {
    fetch_fault fault = {FAULT_NONE, ""};
    char *user = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
    slot *s = e->slots;
    while ((char *)s->t != user) s++;
    curl_multi_remove_handle(e->multi, easy);
    switch (transfer_end(s->t, code, &fault)) {
    case TRANSFER_DONE: keep(e, s); break;
    case TRANSFER_AGAIN: add(e, s); break;
    case TRANSFER_FAILED: give_up(e, s, &fault); break;
    }
}

/* True if any request came to its end. */
static bool end_all(engine *e) {
    CURLMsg *m;
    bool any = false;
    int left;
    while (!e->end && (m = curl_multi_info_read(e->multi, &left))) {
        any = true;
        end_request(e, m->easy_handle, m->data.result);
    }
    return any;
}

static void tell(engine *e, bool now) {
    int64_t ms = now_ms();
    e->sum->ms = ms - e->begun_ms;
    e->sum->waiting = queue_waiting(e->q);
    e->sum->hosts = queue_hosts(e->q);
    if (!e->job->progress || (!now && ms - e->shown_ms < ENGINE_TICK_MS)) return;
    e->shown_ms = ms;
    e->job->progress(e->job->user, e->sum);
}

static void loop(engine *e) {
    while (!e->end && (e->sum->out || queue_waiting(e->q))) {
        int running = 0, sleep_ms = start_all(e);
        if (!e->end && curl_multi_perform(e->multi, &running)) e->end = ENGINE_NO_MEMORY;
        tell(e, false);
        if (!end_all(e) && !e->end) curl_multi_poll(e->multi, NULL, 0, sleep_ms, NULL);
    }
}

engine_end engine_run(const engine_job *job, queue *q, engine_sum *sum) {
    engine e = {.job = job, .q = q, .sum = sum, .slot_count = job->opt->transfers};
    *sum = (engine_sum){0};
    dh_buf_init(&e.line, 0);
    e.begun_ms = now_ms();
    e.slots = calloc(e.slot_count, sizeof *e.slots);
    e.multi = curl_multi_init();
    for (size_t i = 0; e.slots && i < e.slot_count; i++) e.slots[i].item = QUEUE_NONE;
    if (e.slots && e.multi)
        loop(&e);
    else
        e.end = ENGINE_NO_MEMORY;
    int error = errno;
    tell(&e, true);
    for (size_t i = 0; e.slots && i < e.slot_count; i++) {
        if (e.slots[i].t) curl_multi_remove_handle(e.multi, transfer_easy(e.slots[i].t));
        transfer_free(e.slots[i].t);
    }
    curl_multi_cleanup(e.multi);
    free(e.slots);
    dh_buf_clear(&e.line);
    errno = error;
    return e.end;
}
