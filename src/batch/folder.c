/* A folder run: every file that is not done to some worker, those that died over a page once more at the end, each alone; and
 * a line in the manifest for each. Finding files is the list's work, what is done resume's, keeping processes the crew's, and
 * cleaning the workers'. */
#include "folder.h"

#include "crew.h"
#include "ending.h"
#include "handed.h"
#include "outcome.h"
#include "profile.h"
#include "resume.h"
#include "survey.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Each worker takes a descriptor of the parent, of which there are often 1024. */
#define FOLDER_MAX_JOBS    512
/* Of a list of files: tens of millions of them. */
#define FOLDER_LIST_BYTES ((size_t)2 << 30)

/* A file whose worker died. */
typedef struct {
    size_t item;
    size_t reports; /* of its failures that were passed on then; the second try brings them again */
} second_try;

/* What a slot's worker has in hand. */
typedef struct {
    handed files;
    size_t reports;                        /* failures of the file so far */
    char why[sizeof((dh_error *)0)->msg];  /* the first of them */
} hand;

typedef struct {
    const folder_options *opt;
    folder_summary *sum;
    list list;
    manifest manifest;
    resume resume;
    profile *sites;
    uint64_t made; /* opt->made, and what is known of sites */
    crew crew;
    size_t next; /* item of the list to be handed out */
    second_try *tries;
    size_t try_count, try_cap;
    hand *hands; /* one a slot */
    bool alone;  /* at second tries */
    bool ended;  /* nothing more is to be handed out: `status` says why */
    dh_status status;
    dh_error *err;
    uint64_t bytes, bytes_total; /* of the sources, for the progress: done, all */
    dh_buf path, output;
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
    if (!r->opt->progress) return;
    const folder_progress p = {.last = last, .done = r->sum->done + r->sum->earlier, .failed = r->sum->failed + r->sum->earlier_failed,
                               .total = r->sum->total, .bytes = r->bytes, .bytes_total = r->bytes_total};
    r->opt->progress(r->opt->progress_user, &p);
}

/* Sizes of all files as they are now, and of those that are done. */
static void measure(run *r) {
    if (!r->opt->progress) return;
    for (size_t i = 0; i < r->list.count; i++) {
        uint64_t bytes = list_bytes(&r->list, i, &r->path);
        r->bytes_total += bytes;
        if (!resume_is_todo(&r->resume, i)) r->bytes += bytes;
    }
}

static bool stopped(const run *r) { return r->ended || (r->opt->stop && *r->opt->stop); }

static void end_run(run *r, dh_status st, const char *why) {
    if (!r->ended) err_set(r->err, st, 0, "%s", why);
    if (!r->ended) r->status = st;
    r->ended = true;
}

/* ---- the manifest ----------------------------------------------------------------------------------------------- */

/* The line of an item: what its slot says of the source, and of the failure if there was one. */
static void record(run *r, size_t item, const hand *h, manifest_entry e) {
    dh_error err = {0};
    if (list_source(&r->list, item, &r->path) || list_output(&r->list, item, &r->output)) {
        end_run(r, DH_ERR_NOMEM, "out of memory");
        return;
    }
    e.source = dh_buf_view(&r->path);
    e.output = dh_buf_view(&r->output);
    if (e.status == MANIFEST_ERROR) e.error = view_of(h->why);
    e.bytes_in = h->files.size;
    e.mtime_ns = h->files.mtime_ns;
    e.made = r->made;
    dh_status st = manifest_add(&r->manifest, &e, &err);
    if (st) end_run(r, st, err.msg);
}

/* A failure that others are to hear of; the first one of a file is what the manifest says. */
static void file_failure(run *r, hand *h, size_t item, const char *what) {
    if (!h->reports++) snprintf(h->why, sizeof h->why, "%s", what);
    say_failed(r, item, what);
}

/* ---- events ---------------------------------------------------------------------------------------------------- */

/* Puts the output in its place; false if it could not be. */
static bool settle_output(run *r, hand *h, size_t item, bool keep) {
    dh_error err = {0};
    handed_result result = handed_close(&h->files, keep, &err);
    if (result == HANDED_FATAL) end_run(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) file_failure(r, h, item, err.msg);
    return result == HANDED_OK;
}

static void file_done(run *r, size_t slot, const worker_answer *a) {
    size_t item = r->crew.slots[slot].item;
    hand *h = &r->hands[slot];
    bool settled = settle_output(r, h, item, a->keep);
    if (!settled && r->ended) return; /* the disk is full: nothing is said of this page, and it is done again */
    manifest_entry e = outcome_entry(a, settled);
    record(r, item, h, e);
    r->bytes += h->files.size;
    outcome_count(r->sum, &e, dh_buf_view(&r->path), h->files.size);
}

/* A file that failed before a worker had it, or killed two of them. */
static void file_lost(run *r, hand *h, size_t item, const char *what) {
    r->sum->failed++;
    r->bytes += h->files.size;
    file_failure(r, h, item, what);
    record(r, item, h, (manifest_entry){.status = MANIFEST_ERROR});
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
    hand *h = &r->hands[slot];
    settle_output(r, h, item, false);
    if (!r->alone && remember(r, item, h->reports)) return;
    r->sum->crashed++;
    file_lost(r, h, item, how);
}

/* already: reports of the first try, not to be repeated. */
static void report(run *r, size_t slot, const char *what, size_t already) {
    hand *h = &r->hands[slot];
    if (h->reports >= already)
        file_failure(r, h, r->crew.slots[slot].item, what);
    else if (!h->reports++)
        snprintf(h->why, sizeof h->why, "%s", what);
}

static void take(run *r, size_t slot, size_t already) {
    worker_answer a;
    for (;;) {
        switch (crew_take(&r->crew, slot, &a)) {
        case CREW_NOTHING: return;
        case CREW_DEATH: worker_died(r, slot, a.what); return;
        case CREW_ANSWER: break;
        }
        if (a.kind == ANSWER_REPORT) report(r, slot, a.what, already);
        if (a.kind == ANSWER_DONE) file_done(r, slot, &a);
        if (a.kind == ANSWER_FATAL) {
            settle_output(r, &r->hands[slot], r->crew.slots[slot].item, false);
            end_run(r, DH_ERR_IO, a.what);
        }
    }
}

static void listen(run *r, size_t already) {
    crew_wait(&r->crew);
    for (size_t i = 0; i < r->crew.count; i++) take(r, i, already);
    show_progress(r, false);
}

/* ---- handing out ----------------------------------------------------------------------------------------------- */

/* Opens what a worker needs for an item; false if the file failed or the run is over. */
static bool open_item(run *r, hand *h, size_t item) {
    dh_error err = {0};
    h->reports = 0;
    h->files.size = h->files.mtime_ns = 0;
    if (list_source(&r->list, item, &r->path) || list_target(&r->list, item, &r->output)) {
        end_run(r, DH_ERR_NOMEM, "out of memory");
        return false;
    }
    handed_result result = handed_open(&h->files, r->path.ptr, r->output.ptr, list_is_named(&r->list, item), &err);
    if (result == HANDED_FATAL) end_run(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) file_lost(r, h, item, err.msg);
    return result == HANDED_OK;
}

/* Gives a slot an item, which may fail at once: then the slot is still idle. False if no worker can be had. */
static bool give(run *r, size_t slot, size_t item, dh_error *why) {
    hand *h = &r->hands[slot];
    if (!r->crew.slots[slot].pid && crew_start(&r->crew, slot, why)) return false;
    if (!open_item(r, h, item)) return true;
    crew_give(&r->crew, slot, &(worker_order){.item = item, .attempt = r->alone}, h->files.in, h->files.out.fd);
    handed_over(&h->files);
    return true;
}

static void skip_done(run *r) {
    while (r->next < r->list.count && !resume_is_todo(&r->resume, r->next)) r->next++;
}

/* Where the system allows fewer workers than were asked for, those that are there do the work. */
static void give_all(run *r) {
    dh_error why = {0};
    for (size_t i = 0; i < r->crew.count; i++)
        for (skip_done(r); !r->crew.slots[i].busy && !stopped(r) && r->next < r->list.count; skip_done(r)) {
            if (!give(r, i, r->next, &why)) break;
            r->next++;
        }
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

dh_status folder_make(const char *out, dh_error *err) {
    dh_buf path;
    if (!out[0]) return err_set(err, DH_ERR_USAGE, 0, "the output folder has no name");
    dh_buf_init(&path, 0);
    dh_status st = buf_printf(&path, "%s/%c", out, 0);
    if (st) return err_set(err, st, 0, "out of memory");
    st = newfile_parents(path.ptr, err);
    if (!st && access(path.ptr, W_OK | X_OK)) st = err_system(err);
    dh_buf_clear(&path);
    return st;
}

/* Files that a run which breaks off had in hand. */
static void drop_hands(run *r) {
    dh_error err;
    crew_end(&r->crew);
    for (size_t i = 0; i < r->crew.count; i++)
        if (r->crew.slots[i].busy) handed_close(&r->hands[i].files, false, &err);
}

size_t folder_jobs(const folder_options *opt, size_t todo) {
    size_t jobs = opt->jobs < FOLDER_MAX_JOBS ? opt->jobs : FOLDER_MAX_JOBS;
    if (jobs > todo) jobs = todo;
    return jobs ? jobs : 1;
}

static dh_status clean_all(run *r, dh_error *err) {
    size_t jobs = folder_jobs(r->opt, r->list.count - r->resume.done - r->resume.failed);
    r->hands = calloc(jobs, sizeof *r->hands);
    if (!r->hands) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = crew_init(&r->crew, (worker_job){r->opt, &r->list, r->sites, false}, &r->manifest, jobs, err);
    if (st) return st;
    measure(r);
    show_progress(r, false);
    first_tries(r);
    second_tries(r);
    drop_hands(r);
    crew_clear(&r->crew);
    show_progress(r, true);
    return r->status;
}

/* What is known of sites. What is known of none changes no output. */
static dh_status find_sites(run *r, dh_error *err) {
    dh_error why = {0};
    dh_status st = r->opt->profile ? DH_OK : survey_find(r->opt, &r->list, &r->path, err);
    if (st) return st;
    st = profile_open(r->opt->profile ? r->opt->profile : r->path.ptr, &r->sites, &why);
    if (st) return err_set(err, st, 0, "%s: %s", r->opt->profile ? r->opt->profile : r->path.ptr, why.msg);
    r->sum->sites = profile_known(r->sites);
    r->made ^= profile_digest(r->sites);
    return DH_OK;
}

/* What earlier runs have done. */
static dh_status find_done(run *r, dh_error *err) {
    const folder_options *o = r->opt;
    dh_status st = manifest_open(&r->manifest, o->out, o->restart, err);
    if (!st && !o->no_profile) st = find_sites(r, err);
    if (st) return st;
    st = resume_init(&r->resume, &r->list, &r->manifest, (resume_rules){r->made, o->retry_failed, o->keep_stale}, err);
    r->sum->earlier = r->resume.done;
    r->sum->earlier_empty = r->resume.empty;
    r->sum->earlier_failed = r->resume.failed;
    r->sum->stale = r->resume.stale;
    return st;
}

/* Messages about the list name it, since those of a run are about the output folder. */
static dh_status add_listed(const folder_options *opt, list *l, dh_error *err) {
    dh_buf paths;
    dh_error why = {0};
    const char *name = opt->files;
    bool is_stdin = view_is(view_of(name), DH_VIEW("-"));
    dh_buf_init(&paths, FOLDER_LIST_BYTES);
    int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    dh_status st = fd < 0 ? err_system(&why) : source_read_all(fd, &paths, &why);
    if (fd >= 0 && !is_stdin) close(fd);
    st = st ? err_set(err, st, 0, "--files %s: %s", name, why.msg) : list_add_listed(l, dh_buf_view(&paths), opt->files_nul, err);
    dh_buf_clear(&paths);
    return st;
}

dh_status folder_list(const folder_options *opt, char *const *inputs, size_t count, list *l, dh_error *err) {
    return opt->files ? add_listed(opt, l, err) : list_add(l, inputs, count, err);
}

/* Finds the files, and those of them that are to be done. */
static dh_status prepare(run *r, char *const *inputs, size_t count, dh_error *err) {
    dh_status st = folder_make(r->opt->out, err);
    if (!st) st = list_init(&r->list, r->opt->out, r->opt->filter, not_listed, r, err);
    r->list.ending = ending_of(r->opt->how.format);
    if (!st) st = folder_list(r->opt, inputs, count, &r->list, err);
    r->sum->total += r->list.count;
    r->sum->left_out = r->list.left_out;
    r->sum->unwanted = r->list.unwanted;
    return st ? st : find_done(r, err);
}

static void clear(run *r) {
    resume_clear(&r->resume);
    profile_close(r->sites);
    manifest_close(&r->manifest);
    list_clear(&r->list);
    dh_buf_clear(&r->path);
    dh_buf_clear(&r->output);
    free(r->tries);
    free(r->hands);
}

dh_status folder_run(const folder_options *opt, char *const *inputs, size_t count, folder_summary *out, dh_error *err) {
    dh_error why = {0};
    run r = {.opt = opt, .sum = out, .err = &why, .made = opt->made, .manifest = {.fd = -1, .lock = -1}};
    *out = (folder_summary){0};
    dh_buf_init(&r.path, 0);
    dh_buf_init(&r.output, 0);
    dh_status st = prepare(&r, inputs, count, &why);
    out->interrupted = opt->stop && *opt->stop;
    if (st && out->interrupted) { /* in the first pass: nothing was done */
        clear(&r);
        return DH_OK;
    }
    if (!st) st = clean_all(&r, &why);
    if (!st) st = resume_settle(&r.resume, &r.manifest, &why);
    out->interrupted = opt->stop && *opt->stop;
    clear(&r);
    if (st && err) *err = why;
    return st;
}
