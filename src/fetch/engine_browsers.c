/* The engine's browsers: a page that waits for one keeps its slot, and so its host, until it has become what its scripts make of it. */
#include "engine_slots.h"

/* Its failures are not tried again: the page came, and its scripts will hardly be others. */
static void lose_shown(engine *e, engine_slot *s, const fetch_fault *fault) {
    transfer_facts facts = engine_facts(s);
    if (fault->kind == FAULT_MEMORY) e->end = ENGINE_NO_MEMORY;
    else engine_fail(e, s, &facts, fault);
}

/* Where a person has named a server at a special address, its page may load what it has there; what came from outside may not. */
static void show(engine *e, engine_slot *s) {
    fetch_fault fault = {FAULT_NONE, ""};
    bool inside = e->job->reach == TRANSFER_NOT_FROM_OUT && !s->passed && transfer_stayed_inside(s->t);
    s->browser = browser_start(e->job->opt, engine_facts(s).url, e->job->reach == TRANSFER_ANY || inside, &fault);
    s->stage = SLOT_SHOWS;
    e->showing += s->browser != NULL;
    if (!s->browser) lose_shown(e, s, &fault);
}

static engine_slot *first_in_line(const engine *e) {
    engine_slot *first = NULL;
    for (size_t i = 0; i < e->slot_count; i++) {
        engine_slot *s = &e->slots[i];
        if (s->item != QUEUE_NONE && s->stage == SLOT_WAITS && (!first || s->turn < first->turn)) first = s;
    }
    return first;
}

void engine_start_browsers(engine *e) {
    engine_slot *s;
    while (!e->end && e->showing < e->job->opt->fetch.browsers && (s = first_in_line(e))) show(e, s);
}

static void keep_shown(engine *e, engine_slot *s, const transfer_result *shown) {
    dh_view address = queue_text(e->q, s->item);
    if (e->job->cache && !engine_cache_good(e, cache_add_shown(e->job->cache, address, shown, &s->in_cache, e->err))) return;
    dh_status st = warc_write_conversion(e->job->sink, shown, address, &s->in_sink);
    s->shown = true;
    e->sum->bytes += shown->body.len;
    if (st) engine_sink_failed(e, st);
    else engine_sent(e, s);
}

static void end_browser(engine *e, engine_slot *s) {
    transfer_result shown = {.date = time(NULL)};
    fetch_fault fault = {FAULT_NONE, ""};
    browser *b = s->browser;
    bool good = browser_get(b, &shown.url, &shown.body, &fault);
    s->browser = NULL;
    e->showing--;
    if (good) keep_shown(e, s, &shown);
    else lose_shown(e, s, &fault);
    browser_free(b);
}

bool engine_end_browsers(engine *e) {
    bool any = false;
    for (size_t i = 0; e->showing && i < e->slot_count && !e->end; i++) {
        if (!e->slots[i].browser || !browser_ended(e->slots[i].browser)) continue;
        end_browser(e, &e->slots[i]);
        any = true;
    }
    return any;
}
