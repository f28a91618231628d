/* A folder run: every file, and every page of a container, that is not done to some worker, those that died over a page once more at the end,
 * each alone; and a line in the manifest for each. Finding files is the list's work, opening containers the feed's, what is done resume's, keeping
 * processes the crew's, and cleaning the workers'. */
#include "folder.h"

#include "crew.h"
#include "ending.h"
#include "feed.h"
#include "handed.h"
#include "outcome.h"
#include "profile.h"
#include "resume.h"
#include "survey.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Each worker takes a descriptor of the parent, of which there are often 1024. */
#define FOLDER_MAX_JOBS    512
/* Of a list of files: tens of millions of them. */
#define FOLDER_LIST_BYTES ((size_t)2 << 30)
/* Pages of containers over which a worker died are kept for the end, if there are no more than this. */
#define FOLDER_KEPT_PAGES 64

/* A file or page whose worker died. */
typedef struct {
    feed_task task;
    size_t reports; /* of its failures that were passed on then; the second try brings them again */
} second_try;

/* What a slot's worker has in hand. */
typedef struct {
    feed_task task;
    handed files;
    size_t reports;                        /* failures of the file so far */
    char why[sizeof((dh_error *)0)->msg];  /* the first of them */
} hand;

/* A container of which something is still to come. */
typedef struct {
    size_t item;
    size_t in_hand; /* pages that were handed out and are not settled */
    size_t failures;
    uint64_t pages;
    bool over;
    char why[sizeof((dh_error *)0)->msg];
} opened;

typedef struct {
    const folder_options *opt;
    folder_summary *sum;
    list list;
    manifest manifest;
    resume resume;
    profile *sites;
    uint64_t made; /* opt->made, and what is known of sites */
    crew crew;
    feed feed;
    opened *opened;
    size_t opened_count, opened_cap;
    second_try *tries;
    size_t try_count, try_cap, kept_pages;
    hand *hands; /* one a slot */
    bool alone;  /* at second tries */
    bool fed;    /* nothing more is to be handed out */
    bool ended;  /* the same: `status` says why */
    dh_status status;
    dh_error *err;
    uint64_t bytes, bytes_total; /* of the sources, for the progress: done, all */
    dh_buf path, output;
} run;

/* ---- what others hear ------------------------------------------------------------------------------------------ */

/* What a person knows a task by, ended by a NUL: the file, and behind it what its container calls the page. */
static dh_status put_name(run *r, const feed_task *t, dh_buf *out) {
    dh_status st = list_source(&r->list, t->item, out);
    if (st || !t->record) return st;
    st = t->address[0] ? buf_printf(out, ": %s", t->address) : buf_printf(out, ": record %" PRIu64, t->record);
    if (!st) st = buf_append_char(out, 0);
    if (!st) out->len--;
    return st;
}

static void say_failed(run *r, const feed_task *t, const char *what) {
    if (r->opt->fail) r->opt->fail(r->opt->fail_user, put_name(r, t, &r->path) ? "" : r->path.ptr, what);
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
                               .total = r->sum->total, .bytes = r->bytes + feed_position(&r->feed), .bytes_total = r->bytes_total,
                               .containers = r->sum->containers > 0};
    r->opt->progress(r->opt->progress_user, &p);
}

/* Sizes of all files as they are now, and of those that are done. */
static void measure(run *r) {
    if (!r->opt->progress) return;
    for (size_t i = 0; i < r->list.count; i++) {
        uint64_t bytes = list_bytes(&r->list, i, &r->path);
        r->bytes_total += bytes;
        if (!resume_is_todo(&r->resume, i, 0)) r->bytes += bytes;
    }
}

static bool stopped(const run *r) { return r->ended || (r->opt->stop && *r->opt->stop); }

static void end_run(run *r, dh_status st, const char *why) {
    if (!r->ended) err_set(r->err, st, 0, "%s", why);
    if (!r->ended) r->status = st;
    r->ended = true;
}

/* ---- the manifest ----------------------------------------------------------------------------------------------- */

/* Adds a line about a task. h: its failures, and the source where that is a file of its own. */
static void record(run *r, const feed_task *t, const hand *h, manifest_entry e) {
    dh_error err = {0};
    bool page = t->record > 0;
    if (list_source(&r->list, t->item, &r->path) || (!page && list_output(&r->list, t->item, &r->output))) {
        end_run(r, DH_ERR_NOMEM, "out of memory");
        return;
    }
    e.source = dh_buf_view(&r->path);
    e.output = page ? view_of(t->output) : dh_buf_view(&r->output);
    e.record = t->record;
    e.address = page ? view_of(t->address) : DH_VIEW("");
    if (e.status == MANIFEST_ERROR) e.error = view_of(h->why);
    e.bytes_in = page ? t->bytes : h->files.size;
    e.mtime_ns = page ? resume_mtime(&r->resume, t->item) : h->files.mtime_ns;
    e.made = r->made;
    if (!page && list_is_container(&r->list, t->item)) e.made = r->resume.rules.opened;
    dh_status st = manifest_add(&r->manifest, &e, &err);
    if (st) end_run(r, st, err.msg);
}

/* A failure that others are to hear of; the first one of a file is what the manifest says. */
static void file_failure(run *r, hand *h, const feed_task *t, const char *what) {
    if (!h->reports++) snprintf(h->why, sizeof h->why, "%s", what);
    say_failed(r, t, what);
}

/* ---- containers ------------------------------------------------------------------------------------------------- */

/* The entry of a container, which is made if there is none; NULL without memory. */
static opened *opened_of(run *r, size_t item) {
    for (size_t i = r->opened_count; i--;)
        if (r->opened[i].item == item) return &r->opened[i];
    if (r->opened_count == r->opened_cap) {
        size_t cap = r->opened_cap ? r->opened_cap * 2 : 16;
        opened *more = reallocarray(r->opened, cap, sizeof *more);
        if (!more) {
            end_run(r, DH_ERR_NOMEM, "out of memory");
            return NULL;
        }
        r->opened = more;
        r->opened_cap = cap;
    }
    r->opened[r->opened_count] = (opened){.item = item};
    return &r->opened[r->opened_count++];
}

/* Writes the line of a container of which nothing more is to come, and forgets it. */
static void settle_container(run *r, opened *o) {
    hand h = {.reports = 0};
    feed_task t = {.item = o->item, .fd = -1};
    if (!o->over || o->in_hand) return;
    h.files.size = list_bytes(&r->list, o->item, &r->path);
    h.files.mtime_ns = resume_mtime(&r->resume, o->item);
    snprintf(h.why, sizeof h.why, "%s", o->why);
    record(r, &t, &h, (manifest_entry){.status = o->failures ? MANIFEST_ERROR : MANIFEST_OK, .pages = o->pages});
    *o = r->opened[--r->opened_count];
}

/* A page of a container has its line. */
static void page_settled(run *r, const feed_task *t) {
    if (!t->record) return;
    opened *o = opened_of(r, t->item);
    if (!o) return;
    o->in_hand--;
    settle_container(r, o);
}

static bool container_todo(void *user, size_t item, uint64_t number) {
    run *r = user;
    if (!number) return resume_is_todo(&r->resume, item, 0);
    r->sum->total++;
    if (resume_is_todo(&r->resume, item, number)) {
        opened *o = opened_of(r, item);
        if (o) o->in_hand++;
        return o != NULL;
    }
    resume_state state = resume_page(&r->resume, item, number);
    r->sum->earlier += state != RESUME_FAILED;
    r->sum->earlier_empty += state == RESUME_EMPTY;
    r->sum->earlier_failed += state == RESUME_FAILED;
    return false;
}

static void container_failed(void *user, size_t item, const char *what) {
    run *r = user;
    opened *o = opened_of(r, item);
    feed_task t = {.item = item, .fd = -1};
    if (o && !o->failures++) snprintf(o->why, sizeof o->why, "%s", what);
    say_failed(r, &t, what);
}

static void container_over(void *user, size_t item, uint64_t pages, bool whole) {
    run *r = user;
    opened *o = opened_of(r, item);
    r->bytes += r->opt->progress ? list_bytes(&r->list, item, &r->path) : 0;
    r->sum->total += !whole; /* it counts as a file that failed */
    r->sum->failed += !whole;
    if (!o) return;
    o->over = true;
    o->pages = pages;
    settle_container(r, o);
}

static void container_passed(void *user, const unpack_passed *passed) {
    run *r = user;
    r->sum->unwanted += passed->unwanted;
    r->sum->assets += passed->assets;
}

/* ---- events ---------------------------------------------------------------------------------------------------- */

/* Puts the output in its place; false if it could not be. */
static bool settle_output(run *r, hand *h, bool keep) {
    dh_error err = {0};
    handed_result result = handed_close(&h->files, keep, &err);
    if (result == HANDED_FATAL) end_run(r, DH_ERR_IO, err.msg);
    if (result == HANDED_FAILED) file_failure(r, h, &h->task, err.msg);
    return result == HANDED_OK;
}

/* Of the sources only files of their own are counted by bytes here; containers have their position. */
static uint64_t bytes_of(const hand *h) { return h->task.record ? 0 : h->files.size; }

static void file_done(run *r, size_t slot, const worker_answer *a) {
    hand *h = &r->hands[slot];
    bool settled = settle_output(r, h, a->keep);
    if (settled || !r->ended) { /* the disk is full: nothing is said of this page, and it is done again */
        manifest_entry e = outcome_entry(a, settled);
        record(r, &h->task, h, e);
        r->bytes += bytes_of(h);
        outcome_count(r->sum, &e, put_name(r, &h->task, &r->path) ? DH_VIEW("") : dh_buf_view(&r->path), h->task.record ? h->task.bytes : h->files.size);
        page_settled(r, &h->task);
    }
    feed_task_clear(&h->task);
}

/* A file that failed before a worker had it, or killed two of them. */
static void file_lost(run *r, hand *h, const char *what) {
    r->sum->failed++;
    r->bytes += bytes_of(h);
    file_failure(r, h, &h->task, what);
    record(r, &h->task, h, (manifest_entry){.status = MANIFEST_ERROR});
    page_settled(r, &h->task);
    feed_task_clear(&h->task);
}

/* Keeps a task for the end; false if it cannot. */
static bool remember(run *r, hand *h) {
    if (h->task.record && r->kept_pages == FOLDER_KEPT_PAGES) return false;
    if (r->try_count == r->try_cap) {
        size_t cap = r->try_cap ? r->try_cap * 2 : 16;
        second_try *tries = reallocarray(r->tries, cap, sizeof *tries);
        if (!tries) return false;
        r->tries = tries;
        r->try_cap = cap;
    }
    r->tries[r->try_count++] = (second_try){h->task, h->reports};
    r->kept_pages += h->task.record > 0;
    h->task = (feed_task){.fd = -1};
    return true;
}

static void worker_died(run *r, size_t slot, const char *how) {
    hand *h = &r->hands[slot];
    settle_output(r, h, false);
    if (!r->alone && remember(r, h)) return;
    r->sum->crashed++;
    file_lost(r, h, how);
}

/* already: reports of the first try, not to be repeated. */
static void report(run *r, size_t slot, const char *what, size_t already) {
    hand *h = &r->hands[slot];
    if (h->reports >= already)
        file_failure(r, h, &h->task, what);
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
            settle_output(r, &r->hands[slot], false);
            feed_task_clear(&r->hands[slot].task);
            end_run(r, DH_ERR_IO, a.what);
        }
    }
}

/* Waits for workers, and for the unpacker, which goes on as long as there is more to be handed out. */
static void listen(run *r, size_t already) {
    dh_error err = {0};
    crew_wait_also(&r->crew, feed_fd(&r->feed));
    for (size_t i = 0; i < r->crew.count; i++) take(r, i, already);
    dh_status st = stopped(r) ? DH_OK : feed_listen(&r->feed, &err);
    if (st) end_run(r, st, err.msg);
    show_progress(r, false);
}

/* ---- handing out ----------------------------------------------------------------------------------------------- */

static handed_result open_files(run *r, hand *h, dh_error *err) {
    const feed_task *t = &h->task;
    h->files.size = h->files.mtime_ns = 0;
    r->output.len = 0;
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
static void give(run *r, size_t slot, const feed_task *t) {
    hand *h = &r->hands[slot];
    dh_error err = {0};
    *h = (hand){.task = *t};
    handed_result result = open_files(r, h, &err);
    if (result == HANDED_FATAL) {
        end_run(r, err.code, err.msg);
        feed_task_clear(&h->task);
    }
    if (result == HANDED_FAILED) file_lost(r, h, err.msg);
    if (result != HANDED_OK) return;
    bool page = t->record > 0;
    crew_give(&r->crew, slot, &(worker_order){.item = t->item, .attempt = r->alone, .parcel = page}, page ? t->fd : h->files.in, h->files.out.fd);
    handed_over(&h->files);
}

/* Gives an idle slot what comes next. False if nothing is there now, or no worker can be had, of which *why tells. */
static bool give_next(run *r, size_t slot, dh_error *why) {
    feed_task t;
    feed_step step;
    if (!r->crew.slots[slot].pid && crew_start(&r->crew, slot, why)) return false;
    dh_status st = feed_next(&r->feed, &t, &step, why);
    if (st) {
        end_run(r, st, why->msg);
        return false;
    }
    r->fed = step == FEED_END;
    if (step == FEED_TASK) give(r, slot, &t);
    return step == FEED_TASK;
}

/* Where the system allows fewer workers than were asked for, those that are there do the work. */
static void give_all(run *r) {
    dh_error why = {0};
    for (size_t i = 0; i < r->crew.count; i++)
        while (!r->crew.slots[i].busy && !stopped(r) && !r->fed)
            if (!give_next(r, i, &why)) break;
    if (why.code && !crew_busy(&r->crew)) end_run(r, why.code, why.msg);
}

static void first_tries(run *r) {
    for (give_all(r); stopped(r) ? crew_busy(&r->crew) : crew_busy(&r->crew) || !r->fed; give_all(r)) listen(r, 0);
    for (size_t i = 0; i < r->crew.count; i++) crew_dismiss(&r->crew, i);
}

/* Each in a fresh worker, with no other beside it: what it needs may have been what the others took. */
static void second_tries(run *r) {
    dh_error why = {0};
    size_t i = 0;
    r->alone = true;
    for (; i < r->try_count && !stopped(r); i++) {
        if (crew_start(&r->crew, 0, &why)) {
            end_run(r, why.code, why.msg);
            break;
        }
        if (r->tries[i].task.fd >= 0) lseek(r->tries[i].task.fd, 0, SEEK_SET);
        give(r, 0, &r->tries[i].task);
        while (crew_busy(&r->crew)) listen(r, r->tries[i].reports);
        crew_dismiss(&r->crew, 0);
    }
    for (; i < r->try_count; i++) feed_task_clear(&r->tries[i].task);
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
    for (size_t i = 0; i < r->crew.count; i++) {
        if (!r->crew.slots[i].busy) continue;
        handed_close(&r->hands[i].files, false, &err);
        feed_task_clear(&r->hands[i].task);
    }
}

/* Workers and unpackers have no use for what others are handed. */
static void leave_to_parent(void *user) {
    run *r = user;
    feed_leave_to_parent(&r->feed);
    for (size_t i = 0; i < r->crew.count; i++) {
        if (r->crew.slots[i].fd >= 0) close(r->crew.slots[i].fd);
        if (r->hands[i].task.fd >= 0) close(r->hands[i].task.fd);
    }
    for (size_t i = 0; i < r->try_count; i++)
        if (r->tries[i].task.fd >= 0) close(r->tries[i].task.fd);
}

size_t folder_jobs(const folder_options *opt, size_t todo) {
    size_t jobs = opt->jobs < FOLDER_MAX_JOBS ? opt->jobs : FOLDER_MAX_JOBS;
    if (jobs > todo) jobs = todo;
    return jobs ? jobs : 1;
}

/* How many workers may have something to do: nobody knows how much there is in containers. */
static size_t jobs_of(const run *r) {
    size_t todo = 0;
    for (size_t i = 0; i < r->list.count; i++) {
        if (!resume_is_todo(&r->resume, i, 0)) continue;
        if (list_is_container(&r->list, i)) return folder_jobs(r->opt, SIZE_MAX);
        todo++;
    }
    return folder_jobs(r->opt, todo);
}

static dh_status make_crews(run *r, dh_error *err) {
    size_t jobs = jobs_of(r);
    const feed_listener listener = {container_todo, container_failed, container_over, container_passed, r};
    r->hands = calloc(jobs, sizeof *r->hands);
    if (!r->hands) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < jobs; i++) r->hands[i].task.fd = -1;
    dh_status st = feed_init(&r->feed, r->opt, &r->list, &r->manifest, listener, err);
    if (!st) st = crew_init(&r->crew, (worker_job){.opt = r->opt, .list = &r->list, .sites = r->sites}, &r->manifest, jobs, err);
    if (st) return st;
    r->crew.in_child = r->feed.crew.in_child = leave_to_parent;
    r->crew.in_child_user = r->feed.crew.in_child_user = r;
    return DH_OK;
}

static dh_status clean_all(run *r, dh_error *err) {
    dh_status st = make_crews(r, err);
    if (st) return st;
    measure(r);
    show_progress(r, false);
    first_tries(r);
    second_tries(r);
    drop_hands(r);
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

/* What a container's line was made with: also what of its pages is meant. */
static uint64_t opened_made(const run *r) {
    const char *globs[] = {r->opt->filter.include, r->opt->filter.exclude};
    uint64_t made = r->made;
    for (size_t i = 0; i < DH_COUNT(globs); i++) made = made * 31 + view_hash(view_of(globs[i] ? globs[i] : ""));
    return made;
}

/* Pages of containers that are still to be opened are counted when they come. */
static void count_earlier(run *r) {
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
static dh_status find_done(run *r, dh_error *err) {
    const folder_options *o = r->opt;
    dh_status st = manifest_open(&r->manifest, o->out, o->restart, err);
    if (!st && !o->no_profile) st = find_sites(r, err);
    if (st) return st;
    const resume_rules rules = {.made = r->made, .opened = opened_made(r), .retry_failed = o->retry_failed, .keep_stale = o->keep_stale};
    st = resume_init(&r->resume, &r->list, &r->manifest, rules, err);
    count_earlier(r);
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
    r->sum->left_out = r->list.left_out;
    r->sum->unwanted = r->list.unwanted;
    r->sum->assets = r->list.assets;
    return st ? st : find_done(r, err);
}

static void clear(run *r) {
    feed_clear(&r->feed);
    crew_clear(&r->crew);
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
    run r = {.opt = opt, .sum = out, .err = &why, .made = opt->made, .manifest = {.fd = -1, .lock = -1}, .feed = {.in = -1, .asked = -1}};
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
