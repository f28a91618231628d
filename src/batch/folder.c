/* A folder run: every file to some worker, those that died over a page once more at the end, each alone. Finding files
 * is the list's work, keeping processes the crew's, and cleaning the workers'. */
#include "folder.h"

#include "crew.h"
#include "newfile.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Each worker takes a descriptor of the parent, of which there are often 1024. */
#define FOLDER_MAX_JOBS    512
#define FOLDER_PROGRESS_NS 100000000LL

/* A file whose worker died. */
typedef struct {
    size_t item;
    size_t reports; /* of its failures that were passed on then; the second try brings them again */
} second_try;

typedef struct {
    const folder_options *opt;
    folder_summary *sum;
    list list;
    crew crew;
    size_t next; /* item of the list to be handed out */
    second_try *tries;
    size_t try_count, try_cap;
    size_t *reports; /* one a slot: failures of the file in hand so far */
    bool alone;      /* at second tries */
    bool ended;      /* nothing more is to be handed out: `status` says why */
    dh_status status;
    dh_error *err;
    int64_t shown_ns; /* when progress was told last */
    dh_buf path;
} run;

/* ---- what others hear ------------------------------------------------------------------------------------------ */

static void say_failed(run *r, size_t item, const char *what) {
    if (r->opt->fail) r->opt->fail(r->opt->fail_user, list_source(&r->list, item, &r->path) ? "" : r->path.ptr, what);
}

/* An input or folder that cannot be read counts as a file that failed. */
static void not_listed(void *user, const char *path, const char *why) {
    run *r = user;
    r->sum->total++;
    r->sum->failed++;
    if (r->opt->fail) r->opt->fail(r->opt->fail_user, path, why);
}

static void show_progress(run *r, bool last) {
    struct timespec t;
    if (!r->opt->progress || clock_gettime(CLOCK_MONOTONIC, &t)) return;
    int64_t now = (int64_t)t.tv_sec * 1000000000LL + t.tv_nsec;
    if (!last && now - r->shown_ns < FOLDER_PROGRESS_NS) return;
    r->shown_ns = now;
    r->opt->progress(r->opt->progress_user, r->sum->done, r->sum->failed, r->sum->total);
}

static bool stopped(const run *r) { return r->ended || (r->opt->stop && *r->opt->stop); }

static void end_run(run *r, dh_status st, const char *why) {
    if (!r->ended) err_set(r->err, st, 0, "%s", why);
    if (!r->ended) r->status = st;
    r->ended = true;
}

/* ---- events ---------------------------------------------------------------------------------------------------- */

static void file_done(run *r, const worker_answer *a) {
    folder_summary *sum = r->sum;
    sum->bytes_in += (size_t)a->bytes_in;
    sum->words += (size_t)a->words;
    if (a->failures) {
        sum->failed++;
        return;
    }
    sum->done++;
    sum->empty += !a->words;
}

static bool remember(run *r, size_t item, size_t reports) {
    if (r->try_count == r->try_cap) {
        size_t cap = r->try_cap ? r->try_cap * 2 : 16;
        second_try *tries = reallocarray(r->tries, cap, sizeof *tries);
        if (!tries) return false;
        r->tries = tries;
        r->try_cap = cap;
    }
    r->tries[r->try_count++] = (second_try){item, reports};
    return true;
}

static void worker_died(run *r, size_t slot, const char *how) {
    size_t item = r->crew.slots[slot].item;
    if (!r->alone && remember(r, item, r->reports[slot])) return;
    r->sum->failed++;
    r->sum->crashed++;
    say_failed(r, item, how);
}

/* already: reports of the first try, not to be repeated. */
static void take(run *r, size_t slot, size_t already) {
    worker_answer a;
    for (;;) {
        switch (crew_take(&r->crew, slot, &a)) {
        case CREW_NOTHING: return;
        case CREW_DEATH: worker_died(r, slot, a.what); return;
        case CREW_ANSWER: break;
        }
        size_t item = r->crew.slots[slot].item;
        if (a.kind == ANSWER_REPORT && r->reports[slot]++ >= already) say_failed(r, item, a.what);
        if (a.kind == ANSWER_DONE) file_done(r, &a);
        if (a.kind == ANSWER_FATAL) end_run(r, DH_ERR_IO, a.what);
    }
}

static void listen(run *r, size_t already) {
    crew_wait(&r->crew);
    for (size_t i = 0; i < r->crew.count; i++) take(r, i, already);
    show_progress(r, false);
}

/* ---- handing out ----------------------------------------------------------------------------------------------- */

/* False if no worker can be had. */
static bool give(run *r, size_t slot, size_t item, dh_error *why) {
    if (!r->crew.slots[slot].pid && crew_start(&r->crew, slot, why)) return false;
    r->reports[slot] = 0;
    crew_give(&r->crew, slot, item);
    return true;
}

/* Where the system allows fewer workers than were asked for, those that are there do the work. */
static void give_all(run *r) {
    dh_error why = {0};
    for (size_t i = 0; i < r->crew.count && !stopped(r) && r->next < r->list.count; i++)
        if (!r->crew.slots[i].busy && give(r, i, r->next, &why)) r->next++;
    if (why.code && !crew_busy(&r->crew)) end_run(r, why.code, why.msg);
}

static void first_tries(run *r) {
    for (give_all(r); crew_busy(&r->crew); give_all(r)) listen(r, 0);
    for (size_t i = 0; i < r->crew.count; i++) crew_dismiss(&r->crew, i);
}

/* Each in a fresh worker, with no other beside it: what it needs may have been what the others took. */
static void second_tries(run *r) {
    dh_error why = {0};
    r->alone = true;
    for (size_t i = 0; i < r->try_count && !stopped(r); i++) {
        if (!give(r, 0, r->tries[i].item, &why)) {
            end_run(r, why.code, why.msg);
            return;
        }
        while (crew_busy(&r->crew)) listen(r, r->tries[i].reports);
        crew_dismiss(&r->crew, 0);
    }
}

/* ---- the run --------------------------------------------------------------------------------------------------- */

static dh_status make_output(run *r, dh_error *err) {
    if (!r->opt->out[0]) return err_set(err, DH_ERR_USAGE, 0, "the output folder has no name");
    dh_status st = buf_printf(&r->path, "%s/", r->opt->out);
    if (!st) st = buf_append_char(&r->path, 0);
    if (st) return err_set(err, st, 0, "out of memory");
    st = newfile_parents(r->path.ptr, err);
    if (!st && access(r->path.ptr, W_OK | X_OK)) st = err_system(err);
    return st;
}

static dh_status clean_all(run *r, dh_error *err) {
    size_t jobs = r->opt->jobs < FOLDER_MAX_JOBS ? r->opt->jobs : FOLDER_MAX_JOBS;
    if (jobs > r->list.count) jobs = r->list.count;
    if (!jobs) jobs = 1;
    r->reports = calloc(jobs, sizeof *r->reports);
    if (!r->reports) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = crew_init(&r->crew, r->opt, &r->list, jobs, err);
    if (st) return st;
    first_tries(r);
    second_tries(r);
    crew_clear(&r->crew);
    show_progress(r, true);
    return r->status;
}

dh_status folder_run(const folder_options *opt, char *const *inputs, size_t count, folder_summary *out, dh_error *err) {
    dh_error why = {0};
    run r = {.opt = opt, .sum = out, .err = &why};
    *out = (folder_summary){0};
    dh_buf_init(&r.path, 0);
    dh_status st = make_output(&r, &why);
    if (!st) st = list_init(&r.list, opt->out, not_listed, &r, &why);
    if (!st) st = list_add(&r.list, inputs, count, &why);
    out->total += r.list.count;
    out->left_out = r.list.left_out;
    if (!st) st = clean_all(&r, &why);
    out->interrupted = opt->stop && *opt->stop;
    list_clear(&r.list);
    dh_buf_clear(&r.path);
    free(r.tries);
    free(r.reports);
    if (st && err) *err = why;
    return st;
}
