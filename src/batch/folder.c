/* A folder run: every file, and every page of a container, that is not done to some worker, those that died over a page once more at the end,
 * each alone; and a line in the manifest for each. Finding files is the list's work, opening containers the feed's, what is done resume's, keeping
 * processes the crew's, and cleaning the workers'. */
#include "folder.h"

#include "ending.h"
#include "folder_run.h"
#include "outcome.h"
#include "profile.h"
#include "survey.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages of containers over which a worker died are kept for the end, if there are no more than this. */
#define FOLDER_KEPT_PAGES 64

/* ---- what others hear ------------------------------------------------------------------------------------------ */

/* An input or folder that cannot be read counts as a file that failed. */
static void not_listed(void *user, const char *path, const char *why) {
    folder *r = user;
    r->sum->total++;
    r->sum->failed++;
    if (r->opt->fail) r->opt->fail(r->opt->fail_user, path, why);
}

static void show_progress(folder *r, bool last) {
    if (!r->opt->progress) return;
    const folder_progress p = {.last = last, .done = r->sum->done + r->sum->earlier, .failed = r->sum->failed + r->sum->earlier_failed,
                               .total = r->sum->total, .bytes = r->bytes + feed_position(&r->feed), .bytes_total = r->bytes_total,
                               .containers = r->sum->containers > 0};
    r->opt->progress(r->opt->progress_user, &p);
}

/* Sizes of all files as they are now, and of those that are done. */
static void measure(folder *r) {
    if (!r->opt->progress) return;
    for (size_t i = 0; i < r->list.count; i++) {
        uint64_t bytes = list_bytes(&r->list, i, &r->path);
        r->bytes_total += bytes;
        if (!resume_is_todo(&r->resume, i, 0)) r->bytes += bytes;
    }
}

static bool stopped(const folder *r) { return r->ended || (r->opt->stop && *r->opt->stop); }

/* ---- events ---------------------------------------------------------------------------------------------------- */

/* Puts the output in its place; false if it could not be. */
static bool settle_output(folder *r, hand *h, bool keep) {
    dh_error err = {0};
    if (r->collect) return true;
    handed_result result = handed_close(&h->files, keep, &err);
    if (result == HANDED_FATAL) folder_end(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) folder_failure(r, h, &h->task, err.msg);
    return result == HANDED_OK;
}

/* Of the sources only files of their own are counted by bytes here; containers have their position. */
static uint64_t bytes_of(const hand *h) { return h->task.record ? 0 : h->files.size; }

/* Its line is written, and what it wrote is where it belongs. */
static void drop_task(hand *h) {
    h->sink = -1;
    feed_task_clear(&h->task);
}

static void file_done(folder *r, size_t slot, const worker_answer *a) {
    hand *h = &r->hands[slot];
    bool settled = settle_output(r, h, a->keep);
    if (settled || !r->ended) { /* the disk is full: nothing is said of this page, and it is done again */
        manifest_entry e = outcome_entry(a, settled);
        folder_record(r, &h->task, h, e);
        r->bytes += bytes_of(h);
        outcome_count(r->sum, &e, folder_name(r, &h->task, &r->path) ? DH_VIEW("") : dh_buf_view(&r->path), h->task.record ? h->task.bytes : h->files.size);
        folder_page_settled(r, &h->task);
    }
    drop_task(h);
}

/* A file that failed before a worker had it, or killed two of them. */
static void file_lost(folder *r, hand *h, const char *what) {
    r->sum->failed++;
    r->bytes += bytes_of(h);
    folder_failure(r, h, &h->task, what);
    folder_record(r, &h->task, h, (manifest_entry){.status = MANIFEST_ERROR});
    folder_page_settled(r, &h->task);
    drop_task(h);
}

/* A number that stays behind would be that of another file. */
static void drop_sink(hand *h) {
    if (h->sink >= 0) close(h->sink);
    h->sink = -1;
}

/* Keeps a task for the end; false if it cannot. */
static bool remember(folder *r, hand *h) {
    if (h->task.record && r->kept_pages == FOLDER_KEPT_PAGES) return false;
    if (r->try_count == r->try_cap) {
        size_t cap = r->try_cap ? r->try_cap * 2 : 16;
        second_try *tries = reallocarray(r->tries, cap, sizeof *tries);
        if (!tries) return false;
        r->tries = tries;
        r->try_cap = cap;
    }
    r->tries[r->try_count++] = (second_try){h->task, h->reports};
    drop_sink(h);
    r->kept_pages += h->task.record > 0;
    h->task = (feed_task){.fd = -1};
    return true;
}

static void worker_died(folder *r, size_t slot, const char *how) {
    hand *h = &r->hands[slot];
    settle_output(r, h, false);
    if (!r->alone && remember(r, h)) return;
    r->sum->crashed++;
    file_lost(r, h, how);
}

/* already: reports of the first try, not to be repeated. */
static void report(folder *r, size_t slot, const char *what, size_t already) {
    hand *h = &r->hands[slot];
    if (h->reports >= already)
        folder_failure(r, h, &h->task, what);
    else if (!h->reports++)
        snprintf(h->why, sizeof h->why, "%s", what);
}

static void take(folder *r, size_t slot, size_t already) {
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
            settle_output(r, &r->hands[slot], false);
            drop_sink(&r->hands[slot]);
            feed_task_clear(&r->hands[slot].task);
            folder_end(r, DH_ERR_IO, a.what);
        }
    }
}

/* Waits for workers, and for the unpacker, which goes on as long as there is more to be handed out. */
static void listen(folder *r, size_t already) {
    dh_error err = {0};
    crew_wait_also(&r->crew, feed_fd(&r->feed));
    for (size_t i = 0; i < r->crew.count; i++) take(r, i, already);
    dh_status st = stopped(r) ? DH_OK : feed_listen(&r->feed, &err);
    if (st) folder_end(r, st, err.msg);
    show_progress(r, false);
}

/* ---- handing out ----------------------------------------------------------------------------------------------- */

/* Where outputs are collected, each is written to a file without a name first. */
static handed_result open_sink(folder *r, hand *h, dh_error *err) {
    const feed_task *t = &h->task;
    h->sink = memfd_create("lines", MFD_CLOEXEC);
    if (h->sink < 0) {
        err_system(err);
        return HANDED_FATAL;
    }
    if (t->record) return HANDED_OK;
    if (list_source(&r->list, t->item, &r->path)) {
        err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        return HANDED_FATAL;
    }
    return handed_open_source(&h->files, r->path.ptr, list_is_named(&r->list, t->item), err) ? HANDED_FAILED : HANDED_OK;
}

static handed_result open_files(folder *r, hand *h, dh_error *err) {
    const feed_task *t = &h->task;
    h->files.size = h->files.mtime_ns = 0;
    r->output.len = 0;
    if (r->collect) return open_sink(r, h, err);
    dh_status st = list_source(&r->list, t->item, &r->path);
    if (!st) st = t->record ? buf_printf(&r->output, "%s/%s%c", r->opt->out, t->output, 0) : list_target(&r->list, t->item, &r->output);
    if (st) {
        err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        return HANDED_FATAL;
    }
    return t->record ? handed_open_target(&h->files, r->output.ptr, err)
                     : handed_open(&h->files, r->path.ptr, r->output.ptr, list_is_named(&r->list, t->item), err);
}

/* Gives a slot, which has a worker, a task, that may fail at once: then the slot is still idle. */
static void give(folder *r, size_t slot, const feed_task *t) {
    hand *h = &r->hands[slot];
    dh_error err = {0};
    *h = (hand){.task = *t, .sink = -1};
    handed_result result = open_files(r, h, &err);
    if (result == HANDED_FATAL) {
        folder_end(r, err.code, err.msg);
        drop_sink(h);
        feed_task_clear(&h->task);
    }
    if (result == HANDED_FAILED) file_lost(r, h, err.msg);
    if (result != HANDED_OK) return;
    bool page = t->record > 0;
    crew_give(&r->crew, slot, &(worker_order){.item = t->item, .attempt = r->alone, .parcel = page}, page ? t->fd : h->files.in, r->collect ? h->sink : h->files.out.fd);
    if (!r->collect) handed_over(&h->files);
    else if (!page) close(h->files.in);
}

/* Gives an idle slot what comes next. False if nothing is there now, or no worker can be had, of which *why tells. */
static bool give_next(folder *r, size_t slot, dh_error *why) {
    feed_task t;
    feed_step step;
    if (r->collect && !collect_has_room(r->collect, r->feed.order + FEED_WAITING + 1)) return false;
    if (!r->crew.slots[slot].pid && crew_start(&r->crew, slot, why)) return false;
    dh_status st = feed_next(&r->feed, &t, &step, why);
    if (st) {
        folder_end(r, st, why->msg);
        return false;
    }
    r->fed = step == FEED_END;
    const dedup_page *of = step == FEED_TASK ? dedup_of(r->doubles, t.item, t.record) : NULL;
    if (of) folder_pass_over(r, &t, of);
    else if (step == FEED_TASK) give(r, slot, &t);
    return step == FEED_TASK;
}

/* Where outputs are collected, those of other pages would wait for it in vain. */
static bool waits_for_second_try(const folder *r) { return r->collect && r->try_count; }

/* Where the system allows fewer workers than were asked for, those that are there do the work. */
static void give_all(folder *r) {
    dh_error why = {0};
    for (size_t i = 0; i < r->crew.count; i++)
        while (!r->crew.slots[i].busy && !stopped(r) && !r->fed && !waits_for_second_try(r))
            if (!give_next(r, i, &why)) break;
    if (why.code && !crew_busy(&r->crew)) folder_end(r, why.code, why.msg);
}

/* Each in a fresh worker, with no other beside it: what it needs may have been what the others took. */
static void second_tries(folder *r) {
    dh_error why = {0};
    size_t i = 0;
    for (size_t k = 0; k < r->crew.count; k++) crew_dismiss(&r->crew, k);
    r->alone = true;
    for (; i < r->try_count && !stopped(r); i++) {
        if (crew_start(&r->crew, 0, &why)) {
            folder_end(r, why.code, why.msg);
            break;
        }
        feed_task t = r->tries[i].task;
        r->tries[i].task = (feed_task){.fd = -1}; /* a number that stays behind would be that of another file */
        if (t.fd >= 0) lseek(t.fd, 0, SEEK_SET);
        give(r, 0, &t);
        while (crew_busy(&r->crew)) listen(r, r->tries[i].reports);
        crew_dismiss(&r->crew, 0);
    }
    for (; i < r->try_count; i++) feed_task_clear(&r->tries[i].task);
    r->try_count = r->kept_pages = 0;
    r->alone = false;
}

/* At the end of the run, or, where outputs are collected, as soon as no worker is busy. */
static void hand_out(folder *r) {
    for (give_all(r); stopped(r) ? crew_busy(&r->crew) : crew_busy(&r->crew) || !r->fed; give_all(r)) {
        if (waits_for_second_try(r) && !crew_busy(&r->crew)) second_tries(r);
        else listen(r, 0);
    }
    second_tries(r);
}

/* ---- the run --------------------------------------------------------------------------------------------------- */

/* Files that a run which breaks off had in hand. */
static void drop_hands(folder *r) {
    dh_error err;
    crew_end(&r->crew);
    for (size_t i = 0; i < r->crew.count; i++) {
        if (!r->crew.slots[i].busy) continue;
        if (r->collect) drop_sink(&r->hands[i]);
        else handed_close(&r->hands[i].files, false, &err);
        feed_task_clear(&r->hands[i].task);
    }
}

/* Workers and unpackers have no use for what others are handed. */
static void leave_to_parent(void *user) {
    folder *r = user;
    feed_leave_to_parent(&r->feed);
    for (size_t i = 0; i < r->crew.count; i++) {
        if (r->crew.slots[i].fd >= 0) close(r->crew.slots[i].fd);
        if (r->hands[i].task.fd >= 0) close(r->hands[i].task.fd);
        if (r->hands[i].sink >= 0) close(r->hands[i].sink);
    }
    for (size_t i = 0; i < r->try_count; i++)
        if (r->tries[i].task.fd >= 0) close(r->tries[i].task.fd);
}

/* How many workers may have something to do: nobody knows how much there is in containers. */
static size_t jobs_of(const folder *r) {
    size_t todo = 0;
    for (size_t i = 0; i < r->list.count; i++) {
        if (!resume_is_todo(&r->resume, i, 0)) continue;
        if (list_is_container(&r->list, i)) return folder_jobs(r->opt, SIZE_MAX);
        todo++;
    }
    return folder_jobs(r->opt, todo);
}

static dh_status make_crews(folder *r, dh_error *err) {
    size_t jobs = jobs_of(r);
    r->hands = calloc(jobs, sizeof *r->hands);
    if (!r->hands) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < jobs; i++) r->hands[i].task.fd = r->hands[i].sink = -1;
    dh_status st = feed_init(&r->feed, r->opt, &r->list, &r->manifest, folder_listener(r), err);
    if (!st) st = crew_init(&r->crew, (worker_job){.opt = r->opt, .list = &r->list, .sites = r->sites, .doubles = r->doubles}, &r->manifest, jobs, err);
    if (st) return st;
    r->crew.in_child = r->feed.crew.in_child = leave_to_parent;
    r->crew.in_child_user = r->feed.crew.in_child_user = r;
    return DH_OK;
}

static dh_status clean_all(folder *r, dh_error *err) {
    dh_status st = make_crews(r, err);
    if (st) return st;
    measure(r);
    show_progress(r, false);
    hand_out(r);
    drop_hands(r);
    show_progress(r, true);
    return r->status;
}

/* What is known of sites. What is known of none changes no output. */
static dh_status find_sites(folder *r, dh_error *err) {
    dh_error why = {0};
    dh_status st = r->opt->profile ? DH_OK : survey_find(r->opt, &r->list, &r->path, err);
    if (st) return st;
    st = profile_open(r->opt->profile ? r->opt->profile : r->path.ptr, &r->sites, &why);
    if (st) return err_set(err, st, 0, "%s: %s", r->opt->profile ? r->opt->profile : r->path.ptr, why.msg);
    r->sum->sites = profile_known(r->sites);
    r->made ^= profile_digest(r->sites);
    return DH_OK;
}

/* What a container's line was made with: also what of its pages is meant. */
static uint64_t opened_made(const folder *r) {
    const char *globs[] = {r->opt->filter.include, r->opt->filter.exclude};
    uint64_t made = r->made;
    for (size_t i = 0; i < DH_COUNT(globs); i++) made = made * 31 + view_hash(view_of(globs[i] ? globs[i] : ""));
    return made;
}

/* Pages of containers that are still to be opened are counted when they come. */
static void count_earlier(folder *r) {
    const resume *e = &r->resume;
    size_t pages = e->pages_done + e->pages_failed, todo = 0;
    for (size_t i = 0; i < e->container_count; i++) todo += e->states[e->containers[i].item] != RESUME_FAILED;
    r->sum->containers = e->container_count;
    r->sum->total += r->list.count - todo + pages;
    r->sum->earlier = e->done + e->pages_done;
    r->sum->earlier_empty = e->empty + e->pages_empty;
    r->sum->earlier_failed = e->failed + e->pages_failed;
    r->sum->stale = e->stale;
}

/* What earlier runs have done. */
static dh_status find_done(folder *r, dh_error *err) {
    const folder_options *o = r->opt;
    bool to_stdout = o->lines && view_is(view_of(o->lines), DH_VIEW("-"));
    dh_status st = to_stdout ? DH_OK : manifest_open(&r->manifest, o->out, o->restart, err);
    if (!st && !o->no_profile) st = find_sites(r, err);
    if (!st && o->dedup) st = dedup_find(o, &r->list, r->sites, r->made, &r->doubles, err);
    r->made ^= dedup_lines(r->doubles);
    if (!st && o->lines) {
        const collect_options how = {o->lines, o->shard_bytes, o->restart, o->retry_failed, o->keep_stale};
        st = collect_open(&how, to_stdout ? NULL : &r->manifest, &r->collect, err);
    }
    if (st) return st;
    const resume_rules rules = {.made = folder_made, .user = r, .opened = opened_made(r), .retry_failed = o->retry_failed, .keep_stale = o->keep_stale};
    st = resume_init(&r->resume, &r->list, o->lines ? NULL : &r->manifest, rules, err);
    count_earlier(r);
    return st;
}

/* Finds the files, and those of them that are to be done. */
static dh_status prepare(folder *r, char *const *inputs, size_t count, dh_error *err) {
    dh_status st = r->opt->out ? folder_make(r->opt->out, err) : DH_OK;
    if (!st) st = list_init(&r->list, r->opt->out, r->opt->filter, not_listed, r, err);
    r->list.ending = ending_of(r->opt->how.format);
    if (!st) st = folder_list(r->opt, inputs, count, &r->list, err);
    r->sum->left_out = r->list.left_out;
    r->sum->unwanted = r->list.unwanted;
    r->sum->assets = r->list.assets;
    return st ? st : find_done(r, err);
}

static void clear(folder *r) {
    feed_clear(&r->feed);
    crew_clear(&r->crew);
    collect_close(r->collect);
    dedup_close(r->doubles);
    resume_clear(&r->resume);
    profile_close(r->sites);
    manifest_close(&r->manifest);
    list_clear(&r->list);
    dh_buf_clear(&r->path);
    dh_buf_clear(&r->output);
    free(r->opened);
    free(r->tries);
    free(r->hands);
}

dh_status folder_run(const folder_options *opt, char *const *inputs, size_t count, folder_summary *out, dh_error *err) {
    dh_error why = {0};
    folder r = {.opt = opt, .sum = out, .err = &why, .made = opt->made, .manifest = {.fd = -1, .lock = -1}, .feed = {.in = -1, .asked = -1}};
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
    out->interrupted = opt->stop && *opt->stop;
    if (!st && !r.collect) st = resume_settle(&r.resume, &r.manifest, &why);
    if (!st && r.collect && !out->interrupted && !out->pipe_closed) st = collect_finish(r.collect, &why);
    clear(&r);
    if (st && err) *err = why;
    return st;
}
