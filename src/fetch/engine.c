/* The event loop: takes addresses from the queue, drives their transfers with libcurl's multi interface, tries again
 * what may pass. Who is asked when is the queue's to decide, what may be asked for the permit's, what a transfer may take the
 * transfer's. */
#include "engine_slots.h"

#include "base/url.h"
#include "guide.h"
#include "log.h"
#include "permit.h"
#include "robots.h"
#include "scope.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* The wait before a second try; it doubles with each next. */
#define ENGINE_AGAIN_MS 1000
/* The loop looks about at least so often, for the progress. */
#define ENGINE_TICK_MS 250
/* Of all rules of all robots.txt: some ten thousand hosts. */
#define ENGINE_RULES_BYTES ((size_t)64 << 20)
/* Redirects of a robots.txt (RFC 9309, 2.3.1.2). */
#define ENGINE_RULES_REDIRECTS 5
/* Indices within indices of sitemaps: sites need one, and a loop of new names would need no end. */
#define ENGINE_NESTED 5u
/* Pages of the cache that are passed on before transfers are looked at again. */
#define ENGINE_PASSED 64

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- how an address ends ---------------------------------------------------------------------------------------- */

void engine_sink_failed(engine *e, dh_status st) { e->end = st == DH_ERR_IO ? ENGINE_SINK : ENGINE_NO_MEMORY; }

/* To the log, and, of a failure, to the records if they are to have it. */
static void write_log(engine *e, const engine_slot *s, const transfer_facts *facts, const log_outcome *outcome) {
    bool record = outcome->fault && !outcome->left && e->job->opt->failures;
    dh_view address = queue_text(e->q, s->item);
    if (e->job->log < 0 && !record) return;
    e->line.len = 0;
    if (log_line(&e->line, address, queue_tries(e->q, s->item), facts, outcome)) {
        e->end = ENGINE_NO_MEMORY;
        return;
    }
    dh_status st = record ? warc_write_failure(e->job->sink, address, time(NULL), dh_buf_view(&e->line)) : DH_OK;
    if (st)
        engine_sink_failed(e, st);
    else if (e->job->log >= 0 && warc_write(e->job->log, dh_buf_view(&e->line)))
        e->end = ENGINE_LOG;
}

static bool is_guide(const engine *e, const engine_slot *s) { return queue_role_of(e->q, s->item).kind != QUEUE_PAGE; }

bool engine_cache_good(engine *e, dh_status st) {
    if (st) e->end = st == DH_ERR_NOMEM ? ENGINE_NO_MEMORY : ENGINE_CACHE;
    return !st;
}

static void leave(engine *e, engine_slot *s) {
    queue_done(e->q, s->item);
    s->item = QUEUE_NONE;
    e->sum->out--;
}

/* Links are followed. */
static bool crawls(const engine *e) { return e->job->opt->fetch.crawls.count > 0; }

static int browser_wish(const engine *e) { return e->job->opt->fetch.browser; }

transfer_facts engine_facts(const engine_slot *s) {
    return s->passed ? (transfer_facts){.url = {s->old.url.ptr, s->old.url.len - 1}} : transfer_tell(s->t);
}

/* The page is there, and was sent. */
static void complete(engine *e, engine_slot *s) {
    transfer_facts facts = engine_facts(s);
    e->sum->fetched++;
    e->sum->kept += s->kept;
    write_log(e, s, &facts, &(log_outcome){.kept = s->kept, .shown = s->shown});
    if (s->passed) queue_pass(e->q, s->item);
    else queue_done(e->q, s->item);
    s->item = QUEUE_NONE;
    e->sum->out--;
}

void engine_sent(engine *e, engine_slot *s) {
    bool asks = browser_wish(e) == FETCH_BROWSER_AUTO && !s->shown && e->job->links && links_fd(e->job->links) >= 0;
    e->unread += e->job->links != NULL;
    if (asks) s->stage = SLOT_ASKS;
    else complete(e, s);
}

static void want_browser(engine *e, engine_slot *s) {
    s->stage = SLOT_WAITS;
    s->turn = e->turns++;
}

/* Requests go into files alone, as does a page whose place in the pipe one from a browser takes: who reads the pipe has no use for them. */
static dh_status write_page(const engine *e, engine_slot *s, const transfer_result *page, const warc_sums *sums, bool shows) {
    const warc_sink *sink = e->job->sink;
    if (shows && !sink->level) return DH_OK;
    dh_status st = warc_write_response(sink, page, sums, queue_text(e->q, s->item), &s->in_sink);
    return st || !sink->level ? st : warc_write_request(sink, page, &s->in_sink);
}

static void keep(engine *e, engine_slot *s) {
    transfer_result page = transfer_get(s->t);
    transfer_facts facts = transfer_tell(s->t);
    bool shows = browser_wish(e) == FETCH_BROWSER_ALWAYS && transfer_is_page(s->t);
    cache *c = e->job->cache;
    warc_sums sums;
    if (warc_sum(&page, &sums)) e->end = ENGINE_NO_MEMORY;
    if (e->end || (c && !engine_cache_good(e, cache_add(c, queue_text(e->q, s->item), &page, &sums, facts.status, &s->in_cache, e->err)))) return;
    dh_status st = write_page(e, s, &page, &sums, shows);
    e->sum->bytes += facts.bytes;
    if (st) engine_sink_failed(e, st);
    else if (shows) want_browser(e, s);
    else engine_sent(e, s);
}

static void begin_page(engine *e, engine_slot *s, bool plainly);
static void end_guide(engine *e, engine_slot *s, const guide_job *job);
static bool leave_out(engine *e, engine_slot *s, const transfer_facts *facts, const fetch_fault *fault);

/* The cache's page, or what it has become in a browser, to the sink. False if it could not be had or written; one that is not where the index says is asked for plainly. */
static bool send_old(engine *e, engine_slot *s) {
    bool sink_fault = false;
    s->shown = browser_wish(e) && s->old.has_shown;
    dh_status st = cache_send(e->job->cache, s->shown ? &s->old.shown : &s->old.place, e->job->sink, &sink_fault, e->err);
    if (st) s->shown = false;
    if (st == DH_ERR_FORMAT)
        begin_page(e, s, true);
    else if (st && sink_fault)
        engine_sink_failed(e, st);
    else
        engine_cache_good(e, st);
    return !st;
}

/* The server says that the page is the one that the cache has. */
static void keep_old(engine *e, engine_slot *s) {
    transfer_result page = transfer_get(s->t);
    if (!engine_cache_good(e, cache_confirm(e->job->cache, queue_text(e->q, s->item), &page, &s->old, e->err)) || !send_old(e, s)) return;
    s->kept = true;
    engine_sent(e, s);
}

/* Up to a quarter more, so that those who failed together do not come back together. */
static int64_t with_jitter(int64_t ms) {
    unsigned char r = 0;
    if (getrandom(&r, sizeof r, GRND_NONBLOCK) != (ssize_t)sizeof r) r = 0;
    return ms + ms * r / 1024;
}

/* How long to wait before the next try after `tries` of them; -1 if there is none. A wait that the server asks for and that is
 * longer than we are willing to is a failure, and said. */
static int64_t next_try_ms(const engine *e, size_t tries, const transfer_facts *facts, fetch_fault *fault) {
    if (!fault_may_pass(fault->kind, facts->status) || tries >= e->job->tries) return -1;
    size_t longest_s = e->job->opt->fetch.max_wait_s;
    int64_t wait_ms = with_jitter((int64_t)ENGINE_AGAIN_MS << (tries - 1));
    if (fault->kind == FAULT_STATUS && facts->retry_after_s > (int64_t)longest_s) {
        fault_add(fault, ", and asks to wait %lld s (--max-wait)", (long long)facts->retry_after_s);
        return -1;
    }
    if (fault->kind == FAULT_STATUS && facts->retry_after_s * 1000 > wait_ms) wait_ms = facts->retry_after_s * 1000;
    return wait_ms;
}

/* True if the address goes back into the queue. */
static bool try_again(engine *e, engine_slot *s, const transfer_facts *facts, fetch_fault *fault) {
    int64_t wait_ms = next_try_ms(e, queue_tries(e->q, s->item), facts, fault);
    if (wait_ms < 0) return false;
    queue_again(e->q, s->item, now_ms() + wait_ms);
    s->item = QUEUE_NONE;
    e->sum->out--;
    return true;
}

/* For good. */
void engine_fail(engine *e, engine_slot *s, const transfer_facts *facts, const fetch_fault *fault) {
    e->sum->failed++;
    if (e->sum->by_kind[fault->kind] < ENGINE_FIRST) e->sum->first[fault->kind][e->sum->by_kind[fault->kind]] = queue_text(e->q, s->item).ptr;
    e->sum->by_kind[fault->kind]++;
    e->job->say(e->job->user, queue_text(e->q, s->item), fault->text);
    write_log(e, s, facts, &(log_outcome){.fault = fault, .guide = is_guide(e, s)});
    leave(e, s);
}

static void give_up(engine *e, engine_slot *s, fetch_fault *fault) {
    transfer_facts facts = transfer_tell(s->t);
    bool site = queue_role_of(e->q, s->item).kind == QUEUE_ROBOTS && fault->kind == FAULT_STATUS && facts.status < 500 && facts.status != 429;
    if (fault->kind == FAULT_MEMORY)
        e->end = ENGINE_NO_MEMORY;
    else if (leave_out(e, s, &facts, fault))
        return;
    else if (site)
        end_guide(e, s, &(guide_job){0});
    else if (!try_again(e, s, &facts, fault))
        engine_fail(e, s, &facts, fault);
}

/* ---- sitemaps and feeds ------------------------------------------------------------------------------------------ */

/* Sets e->text to an address, with a NUL behind it. */
static bool set_text(engine *e, dh_view address) {
    e->text.len = 0;
    return !buf_append_view(&e->text, address) && !buf_append_char(&e->text, 0);
}

/* Adds what was found, and is wanted; *fresh tells whether it is new, and not beyond the limit. False without memory. */
static bool add_found(engine *e, dh_view address, queue_role role, bool *fresh) {
    *fresh = false;
    if (e->added >= e->job->opt->fetch.limit) {
        e->sum->beyond++;
        return true;
    }
    if (queue_add(e->q, address, role, fresh)) return false;
    e->added += *fresh;
    return true;
}

/* An address in one. A site that tells of no sitemap has it in the usual place. */
typedef struct {
    engine *e;
    queue_role from;
} finder;

static bool find(void *user, dh_view address, bool guide) {
    const finder *f = user;
    engine *e = f->e;
    queue_role role = {guide ? QUEUE_GUIDE : QUEUE_PAGE, f->from.depth + 1};
    bool fresh = false;
    if (!set_text(e, address)) return false;
    address = (dh_view){e->text.ptr, address.len};
    if (guide && role.depth > ENGINE_NESTED) e->job->say(e->job->user, address, "sitemaps are nested too deep: left out");
    else if (!guide && scope_of_entry(e->scope, address.ptr) != SCOPE_YES) e->sum->unwanted++;
    else if (!add_found(e, address, role, &fresh)) return false;
    else e->sum->twice += !fresh && e->added < e->job->opt->fetch.limit;
    return true;
}

static void end_guide(engine *e, engine_slot *s, const guide_job *job) {
    transfer_facts facts = transfer_tell(s->t);
    char line[80];
    finder f = {e, queue_role_of(e->q, s->item)};
    dh_view address = queue_text(e->q, s->item);
    bool usual = f.from.kind == QUEUE_ROBOTS && !job->entries;
    dh_status st = DH_OK;
    e->line.len = 0;
    if (usual) st = url_resolve(address, DH_VIEW("/sitemap.xml"), &e->line);
    if (usual && !st && !find(&f, dh_buf_view(&e->line), true)) st = DH_ERR_NOMEM;
    if (st) {
        e->end = ENGINE_NO_MEMORY;
        return;
    }
    snprintf(line, sizeof line, job->broken == 1 ? "%zu entry is not well-formed: left out" : "%zu entries are not well-formed: left out", job->broken);
    if (job->broken) e->job->say(e->job->user, address, line);
    snprintf(line, sizeof line, "more than %zu entries (--max-entries): the rest is left out", job->max_entries);
    if (job->cut) e->job->say(e->job->user, address, line);
    e->sum->guides += f.from.kind == QUEUE_GUIDE;
    write_log(e, s, &facts, &(log_outcome){.guide = true, .found = job->entries, .kept = s->kept});
    leave(e, s);
}

static void read_guide(engine *e, engine_slot *s, dh_view url, dh_view body) {
    transfer_facts facts = transfer_tell(s->t);
    finder f = {e, queue_role_of(e->q, s->item)};
    fetch_fault fault = {FAULT_NONE, ""};
    guide_job job = {.url = url, .max_bytes = e->job->opt->fetch.max_bytes, .max_entries = e->job->opt->fetch.max_entries, .found = find, .user = &f};
    bool good = f.from.kind == QUEUE_ROBOTS ? guide_read_robots(&job, body, &fault) : guide_read(&job, body, &fault);
    if (good) end_guide(e, s, &job);
    else if (fault.kind == FAULT_MEMORY) e->end = ENGINE_NO_MEMORY;
    else engine_fail(e, s, &facts, &fault);
}

/* One that could not be read is kept all the same: it will not be read any better the next time. */
static void read_new_guide(engine *e, engine_slot *s) {
    transfer_result page = transfer_get(s->t);
    if (e->job->cache && !engine_cache_good(e, cache_add_guide(e->job->cache, queue_text(e->q, s->item), &page, e->err))) return;
    read_guide(e, s, page.url, page.body);
}

/* The server says that it has not changed. One that the cache has lost since is asked for plainly. */
static void read_old_guide(engine *e, engine_slot *s) {
    dh_buf body;
    dh_buf_init(&body, 0);
    dh_status st = cache_read_guide(e->job->cache, queue_text(e->q, s->item), &body, e->err);
    s->kept = !st;
    if (st == DH_ERR_FORMAT) begin_page(e, s, true);
    else if (engine_cache_good(e, st)) read_guide(e, s, (dh_view){s->old.url.ptr, s->old.url.len - 1}, dh_buf_view(&body));
    dh_buf_clear(&body);
}

/* ---- links ------------------------------------------------------------------------------------------------------- */

/* Links of a page that was never asked for would be a fault of dehusk's: they go nowhere. */
static bool begin_links(void *user, dh_view page) {
    engine *e = user;
    size_t from;
    if (queue_find(e->q, page, &from)) return false;
    e->linked = from;
    e->link_depth = from == QUEUE_NONE ? UINT_MAX : queue_role_of(e->q, from).depth;
    return true;
}

/* One that is known says nothing: most links of a site lead to where others do. */
static bool find_link(void *user, const char *link) {
    engine *e = user;
    bool fresh = false;
    if (!crawls(e) || e->link_depth >= e->job->opt->fetch.crawl_depth) return true;
    switch (scope_of_link(e->scope, link)) {
    case SCOPE_TRAP: e->sum->traps++; return true;
    case SCOPE_UNWANTED: e->sum->unwanted++; return true;
    case SCOPE_OUTSIDE:
    case SCOPE_FILE: return true;
    case SCOPE_YES: break;
    }
    return add_found(e, view_of(link), (queue_role){QUEUE_PAGE, e->link_depth + 1}, &fresh) && !(fresh && scope_note_link(e->scope, link));
}

static void end_links(void *user, bool scripted) {
    engine *e = user;
    e->unread -= e->unread > 0;
    for (size_t i = 0; e->linked != QUEUE_NONE && i < e->slot_count; i++) {
        engine_slot *s = &e->slots[i];
        if (s->item != e->linked || s->stage != SLOT_ASKS) continue;
        if (scripted) want_browser(e, s);
        else complete(e, s);
        return;
    }
}

/* Nobody says any more whether a page needs a browser. */
static void end_asking(engine *e) {
    e->unread = 0;
    for (size_t i = 0; i < e->slot_count; i++)
        if (e->slots[i].item != QUEUE_NONE && e->slots[i].stage == SLOT_ASKS) complete(e, &e->slots[i]);
}

/* Without the one who reads the pages there is nobody to wait for. */
static void take_links(engine *e) {
    const links_sink to = {begin_links, find_link, end_links, e};
    if (!e->job->links || e->end || links_fd(e->job->links) < 0) return;
    dh_status st = links_fill(e->job->links);
    if (!st) st = links_take(e->job->links, &to);
    if (st) e->end = st == DH_ERR_NOMEM ? ENGINE_NO_MEMORY : ENGINE_LINKS;
    if (links_fd(e->job->links) < 0) end_asking(e);
}

/* What a link led to, and is nothing for a crawl. What was asked for by name is a failure all the same. */
static bool leave_out(engine *e, engine_slot *s, const transfer_facts *facts, const fetch_fault *fault) {
    queue_role role = queue_role_of(e->q, s->item);
    bool away = fault->kind == FAULT_ROBOTS || fault->kind == FAULT_TYPE || fault->kind == FAULT_OUTSIDE;
    if (!crawls(e) || !role.depth || role.kind != QUEUE_PAGE || !away) return false;
    e->sum->left++;
    e->sum->left_by_kind[fault->kind]++;
    write_log(e, s, facts, &(log_outcome){.fault = fault, .left = true});
    leave(e, s);
    return true;
}

/* False, and the address has come to its end, if its redirect leads to another site or to what is known. The start of a crawl may have
 * moved: then its site is where it leads. */
static bool may_follow(engine *e, engine_slot *s) {
    transfer_facts facts = transfer_tell(s->t);
    fetch_fault fault = {FAULT_NONE, ""};
    bool start = !queue_role_of(e->q, s->item).depth, fresh = true;
    if (!crawls(e) || is_guide(e, s) || facts.redirects == s->redirects) return true;
    s->redirects = facts.redirects;
    if (queue_alias(e->q, s->item, facts.url, &fresh) || (start && scope_add_site(e->scope, facts.url))) {
        e->end = ENGINE_NO_MEMORY;
        return false;
    }
    bool on_site = scope_on_site(e->scope, facts.url);
    if (on_site && (fresh || start)) return true;
    fault_set(&fault, FAULT_OUTSIDE, on_site ? "redirected to what is fetched already, %.200s" : "redirected to another site, %.200s", transfer_text(s->t));
    if (!leave_out(e, s, &facts, &fault)) engine_fail(e, s, &facts, &fault);
    return false;
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

static void add(engine *e, transfer *t) {
    if (curl_multi_add_handle(e->multi, transfer_easy(t))) e->end = ENGINE_NO_MEMORY;
}

static void go(engine *e, engine_slot *s);

/* The host of the address itself keeps the delay that its rules ask for. */
static void pace(engine *e, engine_slot *s) {
    int64_t longest_ms = (int64_t)e->job->opt->fetch.max_wait_s * 1000;
    if (transfer_tell(s->t).redirects) return;
    permit_answer a = permit_ask(e->permit, transfer_url(s->t), now_ms());
    queue_pace(e->q, s->item, a.delay_ms < longest_ms ? a.delay_ms : longest_ms);
}

/* What came of a robots.txt that was asked for. The address goes back into the queue, so that its host is asked for the page
 * after its delay; one that was redirected goes on at once. */
static void end_rules(engine *e, engine_slot *s, transfer_step step, fetch_fault *fault) {
    dh_view url = transfer_url(s->t);
    transfer_facts facts = transfer_tell(s->rules);
    int64_t wait_ms = -1;
    dh_status st;
    if (step == TRANSFER_DONE) {
        st = permit_learn(e->permit, url, transfer_get(s->rules).body, now_ms());
    } else {
        size_t misses = permit_count_miss(e->permit, url);
        wait_ms = misses < SIZE_MAX ? next_try_ms(e, misses, &facts, fault) : -1;
        st = wait_ms < 0 ? permit_learn_fault(e->permit, url, fault, facts.status, now_ms()) : DH_OK;
    }
    if (st || fault->kind == FAULT_MEMORY) {
        e->end = ENGINE_NO_MEMORY;
    } else if (wait_ms < 0 && transfer_tell(s->t).redirects) {
        go(e, s);
    } else {
        pace(e, s);
        queue_return(e->q, s->item, wait_ms < 0 ? INT64_MIN : now_ms() + wait_ms);
        s->item = QUEUE_NONE;
        e->sum->out--;
    }
}

/* Asks for the robots.txt of the page that is set up. */
static void ask_rules(engine *e, engine_slot *s) {
    fetch_fault fault = {FAULT_NONE, ""};
    dh_buf address;
    if (!s->rules) {
        s->rules = transfer_new(&e->for_rules, e->job->reach);
        if (s->rules) transfer_cut_at(s->rules, ROBOTS_MAX_BYTES);
    }
    dh_buf_init(&address, 0);
    if (!s->rules || permit_address(e->permit, transfer_url(s->t), &address)) {
        e->end = ENGINE_NO_MEMORY;
    } else {
        if (!transfer_tell(s->t).redirects) queue_hold(e->q, s->item);
        if (transfer_begin(s->rules, dh_buf_view(&address), NULL, &fault))
            add(e, s->rules);
        else
            end_rules(e, s, TRANSFER_FAILED, &fault);
    }
    dh_buf_clear(&address);
}

/* A server that could not be asked is a failure of the page's own; a robots.txt that is not to be had forbids all. */
static void forbid(engine *e, engine_slot *s, const fetch_fault *why) {
    fetch_fault fault;
    transfer_facts facts = transfer_tell(s->t);
    if (!why) fault_set(&fault, FAULT_ROBOTS, "robots.txt forbids it (--no-robots)");
    if (why) fault_set(&fault, why->kind, "%s", why->text);
    if (why) fault_add(&fault, ", asked for robots.txt");
    if (facts.redirects) {
        dh_view url = transfer_url(s->t);
        fault_add(&fault, " (redirected to %.*s)", (int)(url.len > 200 ? 200 : url.len), url.ptr);
    }
    if (!leave_out(e, s, &facts, &fault)) engine_fail(e, s, &facts, &fault);
}

/* Makes the request that is set up, if it may be. A redirect is looked at as well. */
static void go(engine *e, engine_slot *s) {
    permit_answer a = {PERMIT_YES, 0, NULL};
    bool ruled = e->permit && queue_role_of(e->q, s->item).kind != QUEUE_ROBOTS;
    if (ruled) a = permit_ask(e->permit, transfer_url(s->t), now_ms());
    switch (a.verdict) {
    case PERMIT_NO_MEMORY: e->end = ENGINE_NO_MEMORY; break;
    case PERMIT_UNKNOWN: ask_rules(e, s); break;
    case PERMIT_NO: forbid(e, s, a.fault); break;
    case PERMIT_YES:
        if (ruled) pace(e, s);
        add(e, s->t);
        break;
    }
}

/* plainly: whatever the cache has. */
static void begin_page(engine *e, engine_slot *s, bool plainly) {
    fetch_fault fault = {FAULT_NONE, ""};
    if (!plainly) s->known = (transfer_known){s->old.url.ptr, s->old.etag.ptr, s->old.modified.ptr};
    if (transfer_begin(s->t, queue_text(e->q, s->item), plainly ? NULL : &s->known, &fault))
        go(e, s);
    else
        give_up(e, s, &fault);
}

/* A page that is young enough is not asked for. */
static void pass_old(engine *e, engine_slot *s) {
    dh_view url = {s->old.url.ptr, s->old.url.len - 1};
    bool fresh;
    if (crawls(e) && queue_alias(e->q, s->item, url, &fresh)) e->end = ENGINE_NO_MEMORY; /* it has fetched what it led to */
    if (e->end || !send_old(e, s)) return;
    s->kept = s->passed = true;
    engine_sent(e, s);
}

/* A sitemap says what is new: it is asked for whatever its age. */
static bool find_old(engine *e, engine_slot *s) {
    dh_view address = queue_text(e->q, s->item);
    cache *c = e->job->cache;
    return engine_cache_good(e, is_guide(e, s) ? cache_find_guide(c, address, &s->old, e->err) : cache_find(c, address, &s->old, e->err));
}

static void start(engine *e, engine_slot *s, size_t item) {
    if (!s->t && (s->t = transfer_new(&e->job->opt->fetch, e->job->reach)) && crawls(e)) transfer_pages_only(s->t);
    if (!s->t) {
        e->end = ENGINE_NO_MEMORY;
        return;
    }
    s->item = item;
    s->redirects = 0;
    s->stage = SLOT_FETCHES;
    s->kept = s->passed = s->shown = false;
    s->in_cache.text[0] = s->in_sink.text[0] = 0;
    e->sum->out++;
    s->old.found = false;
    if (e->job->cache && !find_old(e, s)) return;
    s->old.found &= is_guide(e, s) || browser_wish(e) != FETCH_BROWSER_ALWAYS || s->old.has_shown;
    if (s->old.found && s->old.fresh)
        pass_old(e, s);
    else
        begin_page(e, s, !s->old.found);
}

static engine_slot *find_free(const engine *e) {
    for (size_t i = 0; i < e->slot_count; i++)
        if (e->slots[i].item == QUEUE_NONE) return &e->slots[i];
    return NULL;
}

/* Starts what may be started; returns the milliseconds that the loop may sleep. */
static int start_all(engine *e) {
    engine_slot *s = NULL;
    size_t passed = e->sum->kept + ENGINE_PASSED;
    while (!e->end && e->sum->kept < passed && (s = find_free(e))) {
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
    engine_slot *s = e->slots;
    while ((char *)s->t != user && (char *)s->rules != user) s++;
    bool rules = (char *)s->rules == user;
    curl_multi_remove_handle(e->multi, easy);
    transfer_step step = transfer_end(rules ? s->rules : s->t, code, &fault);
    if (rules && step == TRANSFER_AGAIN) {
        add(e, s->rules);
        return;
    }
    if (rules) {
        end_rules(e, s, step, &fault);
        return;
    }
    switch (step) {
    case TRANSFER_DONE: is_guide(e, s) ? read_new_guide(e, s) : keep(e, s); break;
    case TRANSFER_SAME: is_guide(e, s) ? read_old_guide(e, s) : keep_old(e, s); break;
    case TRANSFER_AGAIN:
        if (may_follow(e, s)) go(e, s);
        break;
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

/* A reader of the records that went away is noticed before the next record: a cache should not be held for nobody. */
static void look_at_sink(engine *e) {
    struct pollfd p = {e->job->sink->fd, 0, 0};
    if (e->end || poll(&p, 1, 0) <= 0 || !(p.revents & POLLERR)) return;
    errno = EPIPE;
    e->end = ENGINE_SINK;
}

/* Until something comes, from servers, of links or out of browsers. */
static void wait(engine *e, int ms) {
    int fd = e->job->links ? links_fd(e->job->links) : -1;
    unsigned n = 0;
    if (fd >= 0) e->fds[n++] = (struct curl_waitfd){.fd = fd, .events = CURL_WAIT_POLLIN};
    for (size_t i = 0; e->showing && i < e->slot_count; i++)
        if (e->slots[i].browser) e->fds[n++] = (struct curl_waitfd){.fd = browser_fd(e->slots[i].browser), .events = CURL_WAIT_POLLIN};
    curl_multi_poll(e->multi, e->fds, n, ms, NULL);
}

static void loop(engine *e) {
    while (!e->end && (e->sum->out || queue_waiting(e->q) || e->unread)) {
        int running = 0, sleep_ms = start_all(e);
        if (!e->end && curl_multi_perform(e->multi, &running)) e->end = ENGINE_NO_MEMORY;
        tell(e, false);
        look_at_sink(e);
        take_links(e);
        engine_start_browsers(e);
        bool any = engine_end_browsers(e);
        if (!end_all(e) && !any && !e->end) wait(e, sleep_ms);
    }
}

static bool set_up(engine *e) {
    const opt_list *crawls = &e->job->opt->fetch.crawls;
    bool ok = (e->scope = scope_new(&e->job->opt->fetch)) != NULL;
    for (size_t i = 0; i < crawls->count && ok; i++) ok = !scope_add_site(e->scope, view_trim(view_of(crawls->at[i])));
    e->slots = calloc(e->slot_count, sizeof *e->slots);
    e->multi = curl_multi_init();
    e->fds = calloc(e->job->opt->fetch.browsers + 1, sizeof *e->fds);
    for (size_t i = 0; e->slots && i < e->slot_count; i++) {
        e->slots[i].item = QUEUE_NONE;
        cache_page_init(&e->slots[i].old);
    }
    e->for_rules = e->job->opt->fetch;
    e->for_rules.max_redirects = ENGINE_RULES_REDIRECTS;
    if (e->job->robots) e->permit = permit_new(view_of(e->job->opt->fetch.user_agent), ENGINE_RULES_BYTES);
    return ok && e->slots && e->fds && e->multi && (e->permit || !e->job->robots);
}

static void drop(engine *e, transfer *t) {
    if (t) curl_multi_remove_handle(e->multi, transfer_easy(t));
    transfer_free(t);
}

engine_end engine_run(const engine_job *job, queue *q, engine_sum *sum, dh_error *err) {
    engine e = {.job = job, .q = q, .sum = sum, .err = err, .slot_count = job->opt->fetch.transfers};
    *sum = (engine_sum){0};
    dh_buf_init(&e.line, 0);
    dh_buf_init(&e.text, 0);
    e.begun_ms = now_ms();
    if (set_up(&e))
        loop(&e);
    else
        e.end = ENGINE_NO_MEMORY;
    int error = errno;
    tell(&e, true);
    for (size_t i = 0; e.slots && i < e.slot_count; i++) {
        drop(&e, e.slots[i].t);
        drop(&e, e.slots[i].rules);
        browser_free(e.slots[i].browser);
        cache_page_clear(&e.slots[i].old);
    }
    curl_multi_cleanup(e.multi);
    permit_free(e.permit);
    scope_free(e.scope);
    free(e.slots);
    free(e.fds);
    dh_buf_clear(&e.line);
    dh_buf_clear(&e.text);
    errno = error;
    return e.end;
}
