/* A run over records as they come: each that is not done to a worker that is idle; those over which one died once more, each alone, at
 * the end. Fetching goes on meanwhile, until so many records wait that the pipe fills up. */
#include "fetched.h"

#include "arrivals.h"
#include "crew.h"
#include "ending.h"
#include "follow.h"
#include "handed.h"
#include "json_line.h"
#include "outcome.h"
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each worker takes a descriptor, each record that waits another; there are often 1024. */
#define FETCHED_MAX_JOBS 512
#define FETCHED_WAITING  64
/* Records over which a worker died are kept for the end, if there are no more than this. */
#define FETCHED_SECOND 64

/* A page that is to be cleaned. */
typedef struct {
    size_t index; /* of its address */
    int fd;
    uint64_t bytes;
    char page[80]; /* digest of the payload */
    bool done;     /* by an earlier run: only its links are asked for */
    bool shown;    /* it comes out of a browser */
    bool told;     /* the fetcher has been told of it */
} task;

/* What a slot's worker has in hand. */
typedef struct {
    task task;
    handed files;
    size_t reports, already;               /* failures so far; those that the first try has told of */
    char why[sizeof((dh_error *)0)->msg];  /* the first of them */
} hand;

typedef struct {
    const folder_options *opt;
    folder_summary *sum;
    manifest manifest;
    arrivals arrivals;
    record_stream records;
    crew crew;
    follow follow;
    profile *sites; /* of opt->profile; NULL: none */
    uint64_t made;  /* opt->made, and what is known of sites */
    hand *hands;
    task waiting[FETCHED_WAITING];
    size_t first, count; /* of the ring `waiting` */
    task second[FETCHED_SECOND];
    size_t second_reports[FETCHED_SECOND], second_count;
    bool alone, ended;   /* at second tries; nothing more is to be handed out: `status` says why */
    dh_status status;
    dh_error *err;
    dh_buf path;
} run;

static bool stopped(const run *r) { return r->ended || (r->opt->stop && *r->opt->stop); }

static void end_run(run *r, dh_status st, const char *why) {
    if (!r->ended) err_set(r->err, st, 0, "%s", why);
    if (!r->ended) r->status = st;
    r->ended = true;
}

static bool check(run *r, dh_status st, const dh_error *why) {
    if (st) end_run(r, st, why->msg);
    return !st;
}

/* ---- what became of an address ------------------------------------------------------------------------------------ */

static void note(run *r, size_t index, manifest_entry e) {
    dh_error err = {0};
    e.source = view_of(r->arrivals.at[index].address);
    e.output = view_of(r->arrivals.at[index].output);
    e.made = r->made;
    if (check(r, manifest_add(&r->manifest, &e, &err), &err)) check(r, arrivals_note(&r->arrivals, index, &e, &err), &err);
}

static void page_failure(run *r, hand *h, const char *what) {
    if (!h->reports) snprintf(h->why, sizeof h->why, "%s", what);
    if (h->reports++ >= h->already && r->opt->fail) r->opt->fail(r->opt->fail_user, r->arrivals.at[h->task.index].address, what);
}

/* What the page links to goes to the fetcher, which waits for it in a crawl, also if there is nothing. */
static void follow_task(run *r, task *t, bool noted, bool browser) {
    dh_view address = view_of(r->arrivals.at[t->index].address);
    if (t->told) return;
    t->told = true;
    if (follow_page(&r->follow, address, noted ? t->fd : -1, t->bytes, browser)) end_run(r, DH_ERR_NOMEM, "out of memory");
}

static void page_lost(run *r, hand *h, const char *what) {
    page_failure(r, h, what);
    r->sum->failed++;
    note(r, h->task.index, (manifest_entry){.status = MANIFEST_ERROR, .error = view_of(h->why), .bytes_in = h->task.bytes,
                                            .page = view_of(h->task.page)});
    follow_task(r, &h->task, false, false);
}

static bool settle_output(run *r, hand *h, bool keep) {
    dh_error err = {0};
    handed_result result = handed_close(&h->files, keep, &err);
    if (result == HANDED_FATAL) end_run(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) page_failure(r, h, err.msg);
    return result == HANDED_OK;
}

/* One that is to come once more, or whose failure is to come, counts then. */
static void page_done(run *r, hand *h, const worker_answer *a) {
    bool browser = r->opt->browser && a->scripted && !h->task.shown && !h->task.done && !h->task.told && r->follow.fd >= 0;
    follow_task(r, &h->task, true, browser);
    if (h->task.done) return;
    if (browser) {
        settle_output(r, h, false);
        r->sum->total--;
        return;
    }
    bool settled = settle_output(r, h, a->keep);
    if (!settled && r->ended) return;
    manifest_entry e = outcome_entry(a, settled);
    e.bytes_in = h->task.bytes;
    e.page = view_of(h->task.page);
    if (e.status == MANIFEST_ERROR) e.error = view_of(h->why);
    note(r, h->task.index, e);
    outcome_count(r->sum, &e, view_of(r->arrivals.at[h->task.index].address), h->task.bytes);
}

/* ---- records that come -------------------------------------------------------------------------------------------- */

/* An address without a page: the record has its line of the log. */
static void take_failure(run *r, const record *rec) {
    json_line j;
    dh_view name, value, line = rec->block;
    dh_buf address, why;
    dh_error err = {0};
    size_t index = 0;
    dh_buf_init(&address, 0);
    dh_buf_init(&why, 0);
    bool open = json_open(&j, line);
    while (open && json_next(&j, &name, &value) == JSON_FIELD) {
        if (view_is(name, DH_VIEW("address"))) json_get_string(value, &address);
        if (view_is(name, DH_VIEW("error"))) json_get_string(value, &why);
    }
    if (address.len && check(r, arrivals_find(&r->arrivals, dh_buf_view(&address), &index, &err), &err))
        note(r, index, (manifest_entry){.status = MANIFEST_ERROR, .error = dh_buf_view(&why)});
    r->sum->total++;
    r->sum->failed++;
    dh_buf_clear(&address);
    dh_buf_clear(&why);
}

static dh_status target_of(run *r, size_t index) {
    r->path.len = 0;
    return buf_printf(&r->path, "%s/%s%c", r->opt->out, r->arrivals.at[index].output, 0);
}

/* True if an earlier run has done this page; then it has been counted. */
static bool is_done(run *r, size_t index, dh_view page, bool shown) {
    const arrival *a = &r->arrivals.at[index];
    struct stat st;
    bool same = page.len && view_is(page, view_of(a->page)), failed = a->status == MANIFEST_ERROR;
    if (!same || (failed && r->opt->retry_failed)) return false;
    if (r->opt->browser && !shown && a->status == MANIFEST_EMPTY) return false; /* it may be for its scripts to fetch the text */
    if (a->has_output && (target_of(r, index) || stat(r->path.ptr, &st) || (uint64_t)st.st_size != a->bytes_out)) return false;
    if (a->made != r->made && !r->opt->keep_stale) {
        r->sum->stale++;
        return false;
    }
    r->sum->earlier += !failed;
    r->sum->earlier_empty += a->status == MANIFEST_EMPTY;
    r->sum->earlier_failed += failed;
    return true;
}

static void take_record(run *r, const record *rec) {
    dh_error err = {0};
    task t = {.fd = rec->fd, .bytes = rec->bytes, .shown = view_is(rec->type, DH_VIEW("conversion"))};
    bool page = t.shown || view_is(rec->type, DH_VIEW("response"));
    if (view_is(rec->type, DH_VIEW("metadata"))) take_failure(r, rec);
    if (page) r->sum->total++;
    bool known = page && check(r, arrivals_find(&r->arrivals, rec->address, &t.index, &err), &err);
    t.done = known && is_done(r, t.index, rec->digest, t.shown);
    if (t.done && !r->opt->follow) follow_task(r, &t, false, false);
    if (!known || (t.done && !r->opt->follow)) {
        close(rec->fd);
        return;
    }
    follow_prepare(&r->follow, t.fd);
    snprintf(t.page, sizeof t.page, "%.*s", (int)rec->digest.len, rec->digest.ptr);
    r->waiting[(r->first + r->count++) % FETCHED_WAITING] = t;
}

/* What has been read, as far as there is room. */
static void take_records(run *r) {
    dh_error err = {0};
    record rec;
    bool whole = true;
    while (whole && !stopped(r) && r->count < FETCHED_WAITING)
        if (check(r, record_next(&r->records, &rec, &whole, &err), &err) && whole) take_record(r, &rec);
}

/* ---- workers ------------------------------------------------------------------------------------------------------ */

/* False if no worker can be had. The page may fail at once: then the slot is still idle. */
static bool give(run *r, size_t slot, const task *t, size_t already, dh_error *why) {
    hand *h = &r->hands[slot];
    dh_error err = {0};
    if (!r->crew.slots[slot].pid && crew_start(&r->crew, slot, why)) return false;
    *h = (hand){.task = *t, .already = already};
    if (target_of(r, t->index)) {
        close(t->fd);
        end_run(r, DH_ERR_NOMEM, "out of memory");
        return true;
    }
    lseek(t->fd, 0, SEEK_SET); /* where the writer, or a worker that died, has left it */
    if (t->done) {
        crew_give(&r->crew, slot, &(worker_order){.item = t->index, .attempt = r->alone, .links = true}, t->fd, t->fd);
        return true;
    }
    handed_result result = handed_open_target(&h->files, r->path.ptr, &err);
    if (result == HANDED_OK) {
        crew_give(&r->crew, slot, &(worker_order){.item = t->index, .attempt = r->alone}, t->fd, h->files.out.fd);
        handed_over(&h->files);
        return true;
    }
    close(t->fd);
    h->task.fd = -1;
    if (result == HANDED_FATAL) end_run(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) page_lost(r, h, err.msg);
    return true;
}

static void give_all(run *r) {
    dh_error why = {0};
    for (size_t i = 0; i < r->crew.count; i++)
        while (!r->crew.slots[i].busy && r->count && !stopped(r) && give(r, i, &r->waiting[r->first], 0, &why)) {
            r->first = (r->first + 1) % FETCHED_WAITING;
            r->count--;
        }
    if (why.code && !crew_busy(&r->crew)) end_run(r, why.code, why.msg);
}

static void worker_died(run *r, hand *h, const char *how) {
    if (!h->task.done) settle_output(r, h, false);
    if (h->task.done) {
        follow_task(r, &h->task, false, false);
        close(h->task.fd);
        return;
    }
    if (!r->alone && r->second_count < FETCHED_SECOND) {
        follow_task(r, &h->task, false, false); /* its second try comes when there are no more records: the fetcher cannot wait for that */
        r->second_reports[r->second_count] = h->reports;
        r->second[r->second_count++] = h->task;
        (void)!ftruncate(h->task.fd, (off_t)h->task.bytes); /* without links that it has noted */
        return;
    }
    close(h->task.fd);
    r->sum->crashed++;
    page_lost(r, h, how);
}

static void take_answers(run *r, size_t slot) {
    worker_answer a;
    hand *h = &r->hands[slot];
    for (;;) {
        crew_event event = crew_take(&r->crew, slot, &a);
        if (event == CREW_NOTHING) return;
        if (event == CREW_DEATH) {
            worker_died(r, h, a.what);
            return;
        }
        if (a.kind == ANSWER_REPORT) {
            page_failure(r, h, a.what);
            continue;
        }
        if (a.kind == ANSWER_DONE) page_done(r, h, &a);
        if (a.kind == ANSWER_FATAL) {
            if (!h->task.done) settle_output(r, h, false);
            end_run(r, DH_ERR_IO, a.what);
        }
        close(h->task.fd);
    }
}

/* Waits for workers, and for records if there is room for one. */
static void listen(run *r) {
    dh_error err = {0};
    bool more = !r->records.ended && !stopped(r) && r->count < FETCHED_WAITING && !r->alone;
    bool readable = crew_wait_also(&r->crew, more ? r->records.fd : -1);
    for (size_t i = 0; i < r->crew.count; i++) take_answers(r, i);
    follow_flush(&r->follow);
    if (readable) check(r, record_fill(&r->records, &err), &err);
    if (!r->alone) take_records(r);
}

static void first_tries(run *r) {
    for (give_all(r); !stopped(r) ? crew_busy(&r->crew) || r->count || !r->records.ended : crew_busy(&r->crew); give_all(r)) listen(r);
    for (size_t i = 0; i < r->crew.count; i++) crew_dismiss(&r->crew, i);
}

static void second_tries(run *r) {
    dh_error why = {0};
    size_t i = 0;
    r->alone = true;
    for (; i < r->second_count && !stopped(r); i++) {
        if (!give(r, 0, &r->second[i], r->second_reports[i], &why)) {
            end_run(r, why.code, why.msg);
            break;
        }
        while (crew_busy(&r->crew)) listen(r);
        crew_dismiss(&r->crew, 0);
    }
    for (; i < r->second_count; i++) close(r->second[i].fd);
}

/* ---- the run ------------------------------------------------------------------------------------------------------- */

/* Pages that a run which breaks off had in hand, or had not yet. */
static void drop(run *r) {
    dh_error err;
    crew_end(&r->crew);
    for (size_t i = 0; i < r->crew.count; i++) {
        if (!r->crew.slots[i].busy) continue;
        if (!r->hands[i].task.done) handed_close(&r->hands[i].files, false, &err);
        close(r->hands[i].task.fd);
    }
    for (; r->count; r->count--, r->first = (r->first + 1) % FETCHED_WAITING) close(r->waiting[r->first].fd);
}

static dh_status clean_all(run *r, dh_error *err) {
    size_t jobs = r->opt->jobs < FETCHED_MAX_JOBS ? r->opt->jobs : FETCHED_MAX_JOBS;
    r->hands = calloc(jobs, sizeof *r->hands);
    if (!r->hands) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = crew_init(&r->crew, (worker_job){.opt = r->opt, .sites = r->sites}, &r->manifest, jobs, err);
    if (st) return st;
    first_tries(r);
    second_tries(r);
    drop(r);
    crew_clear(&r->crew);
    return r->status;
}

/* What is known of sites comes from a file only: a first pass would have to wait until all pages are there. */
static dh_status find_sites(run *r, dh_error *err) {
    dh_error why = {0};
    if (!r->opt->profile || r->opt->no_profile) return DH_OK;
    dh_status st = profile_open(r->opt->profile, &r->sites, &why);
    if (st) return err_set(err, st, 0, "%s: %s", r->opt->profile, why.msg);
    r->sum->sites = profile_known(r->sites);
    r->made ^= profile_digest(r->sites);
    return DH_OK;
}

dh_status fetched_run(const folder_options *opt, int records, int links, folder_summary *out, dh_error *err) {
    dh_error why = {0};
    run r = {.opt = opt, .sum = out, .err = &why, .made = opt->made, .manifest = {.fd = -1, .lock = -1}};
    *out = (folder_summary){0};
    dh_buf_init(&r.path, 0);
    record_open(&r.records, records);
    follow_open(&r.follow, links);
    dh_status st = folder_make(opt->out, &why);
    if (!st) st = find_sites(&r, &why);
    if (!st) st = manifest_open(&r.manifest, opt->out, opt->restart, &why);
    if (!st) st = arrivals_init(&r.arrivals, &r.manifest, ending_of(opt->how.format), &why);
    if (!st) st = clean_all(&r, &why);
    if (!st) st = arrivals_settle(&r.arrivals, &r.manifest, &why);
    out->interrupted = opt->stop && *opt->stop;
    record_close(&r.records);
    follow_close(&r.follow);
    arrivals_clear(&r.arrivals);
    profile_close(r.sites);
    manifest_close(&r.manifest);
    dh_buf_clear(&r.path);
    free(r.hands);
    if (st && err) *err = why;
    return st;
}
