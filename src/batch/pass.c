/* Hands out all files and pages of a run once, and gives what the workers write to whoever asked. */
#include "pass.h"

#include "handed.h"
#include "newfile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    const pass_job *job;
    const folder_options *opt;
    const list *list;
    crew crew;
    feed feed;
    feed_task *tasks; /* one a slot: in hand */
    int *spills; /* one a slot: what its worker writes */
    size_t done, total, containers;
    bool fed; /* nothing more is to be handed out */
    uint64_t skipped, given, part_end; /* tasks that an earlier pass has done; all that were handed out, with these; where the part ends */
    uint64_t bytes, bytes_total; /* of the files: done, all */
    dh_buf path, records;
    dh_status status;
    dh_error *err;
} pass;

static bool is_over(const pass *s) { return s->status || (s->opt->stop && *s->opt->stop); }

static void fail(pass *s, dh_status st) {
    if (!s->status) s->status = st;
}

/* ---- what workers write ---------------------------------------------------------------------------------------------- */

/* Hands on what the worker of a slot wrote about a task, and makes room for the next. */
static void empty_spill(pass *s, size_t slot, const feed_task *t, bool good) {
    int fd = s->spills[slot];
    dh_error why;
    s->records.len = 0;
    if (lseek(fd, 0, SEEK_SET) || (good && source_read_all(fd, &s->records, s->err))) fail(s, DH_ERR_IO);
    else if (good) fail(s, s->job->take(s->job->user, t, dh_buf_view(&s->records), s->err));
    if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET)) fail(s, err_system(&why));
}

static void show_progress(pass *s, bool last) {
    const folder_progress p = {.pass = s->job->pass, .last = last, .done = s->done, .total = s->total, .bytes = s->bytes + feed_position(&s->feed),
                               .bytes_total = s->bytes_total, .containers = s->containers > 0};
    if (s->opt->progress) s->opt->progress(s->opt->progress_user, &p);
}

static void measure(pass *s) {
    for (size_t i = 0; s->opt->progress && i < s->list->count; i++) s->bytes_total += list_bytes(s->list, i, &s->path);
}

/* Containers are counted by their position while they are read, then as a whole. */
static void container_over(void *user, size_t item, uint64_t pages, bool whole, uint64_t order) {
    pass *s = user;
    (void)pages;
    (void)whole;
    (void)order;
    if (s->opt->progress) s->bytes += list_bytes(s->list, item, &s->path);
}

static void file_over(pass *s, size_t slot, bool good) {
    feed_task *t = &s->tasks[slot];
    s->done++;
    if (!t->record && s->opt->progress) s->bytes += list_bytes(s->list, t->item, &s->path);
    empty_spill(s, slot, t, good);
    feed_task_clear(t);
}

static void take(pass *s, size_t slot) {
    worker_answer a;
    for (;;) {
        switch (crew_take(&s->crew, slot, &a)) {
        case CREW_NOTHING: return;
        case CREW_DEATH: file_over(s, slot, false); return;
        case CREW_ANSWER: break;
        }
        if (a.kind == ANSWER_DONE) file_over(s, slot, true);
        if (a.kind == ANSWER_FATAL) {
            if (!s->status) err_set(s->err, DH_ERR_IO, 0, "%s", a.what);
            fail(s, DH_ERR_IO);
        }
    }
}

/* ---- handing out ------------------------------------------------------------------------------------------------------ */

/* A file that cannot be opened is passed over. */
static bool open_source(pass *s, const feed_task *t, int *in) {
    handed h;
    dh_error why;
    *in = t->fd;
    if (t->record) return true;
    if (list_source(s->list, t->item, &s->path) || handed_open_source(&h, s->path.ptr, list_is_named(s->list, t->item), &why)) return false;
    *in = h.in;
    return true;
}

/* Gives a slot, which has a worker, a task. */
static void give(pass *s, size_t slot, feed_task *t) {
    int in, out = fcntl(s->spills[slot], F_DUPFD_CLOEXEC, 0);
    bool opened = out >= 0 && open_source(s, t, &in);
    s->total += t->record > 0;
    if (out < 0) fail(s, err_system(s->err));
    if (opened) {
        crew_give(&s->crew, slot, &(worker_order){.item = t->item, .parcel = t->record > 0}, in, out);
        if (!t->record) close(in);
        s->tasks[slot] = *t;
    } else {
        s->done++;
        feed_task_clear(t);
    }
    if (out >= 0) close(out);
}

/* Gives an idle slot what comes next; false if there is nothing now, or no worker can be had. */
static bool give_next(pass *s, size_t slot, dh_error *why) {
    feed_task t;
    feed_step step;
    if (!s->crew.slots[slot].pid && crew_start(&s->crew, slot, why)) return false;
    dh_status st = feed_next(&s->feed, &t, &step, s->err);
    if (st) fail(s, st);
    s->fed = st || step == FEED_END;
    if (!st && step == FEED_TASK) {
        s->given++;
        give(s, slot, &t);
    }
    return !st && step == FEED_TASK;
}

static bool part_is_given(const pass *s) { return s->job->part && s->given >= s->part_end; }

static void give_all(pass *s) {
    dh_error why = {0};
    for (size_t i = 0; i < s->crew.count; i++)
        while (!s->crew.slots[i].busy && !is_over(s) && !s->fed && !part_is_given(s))
            if (!give_next(s, i, &why)) break;
    if (!why.code || crew_busy(&s->crew)) return;
    if (!s->status) *s->err = why;
    fail(s, why.code);
}

static dh_status open_spills(pass *s, const char *folder, size_t jobs) {
    s->spills = malloc(jobs * sizeof *s->spills);
    if (!s->spills) return err_set(s->err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < jobs; i++) s->spills[i] = -1;
    for (size_t i = 0; i < jobs; i++)
        if ((s->spills[i] = newfile_unnamed(folder, s->err)) < 0) return DH_ERR_IO;
    return DH_OK;
}

/* Of what an earlier pass has done files are passed over; containers are opened all the same, since their pages count one by one. */
static bool is_todo(void *user, size_t item, uint64_t record) {
    pass *s = user;
    if ((!record && list_is_container(s->list, item)) || s->skipped == s->job->skip) return true;
    s->skipped++;
    s->done++;
    s->total += record > 0;
    if (!record && s->opt->progress) s->bytes += list_bytes(s->list, item, &s->path);
    return false;
}

/* A part is over when what was handed out has come back. */
static void end_part(pass *s) {
    if (!part_is_given(s) || crew_busy(&s->crew) || is_over(s)) return;
    fail(s, s->job->part(s->job->user, s->given, s->err));
    s->part_end += s->job->part_tasks;
}

static void listen(pass *s) {
    crew_wait_also(&s->crew, feed_fd(&s->feed));
    for (size_t i = 0; i < s->crew.count; i++) take(s, i);
    if (!is_over(s)) fail(s, feed_listen(&s->feed, s->err));
    show_progress(s, false);
}

static void leave_to_parent(void *user) {
    pass *s = user;
    feed_leave_to_parent(&s->feed);
    for (size_t i = 0; i < s->crew.count; i++) {
        if (s->crew.slots[i].fd >= 0) close(s->crew.slots[i].fd);
        if (s->tasks[i].fd >= 0) close(s->tasks[i].fd);
    }
}

static dh_status make_crews(pass *s, size_t jobs) {
    const feed_listener listener = {.is_todo = is_todo, .over = container_over, .user = s};
    s->tasks = calloc(jobs, sizeof *s->tasks);
    if (!s->tasks) return err_set(s->err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < jobs; i++) s->tasks[i].fd = -1;
    dh_status st = feed_init(&s->feed, s->opt, s->list, NULL, listener, s->err);
    if (!st) st = crew_init(&s->crew, s->job->work, NULL, jobs, s->err);
    s->crew.in_child = s->feed.crew.in_child = leave_to_parent;
    s->crew.in_child_user = s->feed.crew.in_child_user = s;
    return st;
}

static void end_crews(pass *s, size_t jobs) {
    if (s->crew.slots) crew_end(&s->crew);
    crew_clear(&s->crew);
    feed_clear(&s->feed);
    for (size_t i = 0; s->tasks && i < jobs; i++) feed_task_clear(&s->tasks[i]);
    for (size_t i = 0; s->spills && i < jobs; i++)
        if (s->spills[i] >= 0) close(s->spills[i]);
    free(s->tasks);
}

static dh_status hand_out(pass *s, const char *folder) {
    size_t jobs = folder_jobs(s->opt, s->containers ? SIZE_MAX : s->total);
    dh_status st = open_spills(s, folder, jobs);
    if (!st) st = make_crews(s, jobs);
    measure(s);
    show_progress(s, false);
    if (!st)
        for (give_all(s); crew_busy(&s->crew) || (!s->fed && !is_over(s)); give_all(s)) {
            if (crew_busy(&s->crew) || !part_is_given(s)) listen(s);
            end_part(s);
        }
    show_progress(s, true);
    end_crews(s, jobs);
    if (!st) st = s->status;
    if (!st && is_over(s)) st = err_set(s->err, DH_ERR_IO, 0, "interrupted");
    return st;
}

dh_status pass_run(const pass_job *job, const char *folder, dh_error *err) {
    dh_error why = {0};
    const list *l = job->work.list;
    pass s = {.job = job, .opt = job->work.opt, .list = l, .err = &why, .feed = {.in = -1, .asked = -1}, .given = job->skip, .part_end = job->skip + job->part_tasks};
    for (size_t i = 0; i < l->count; i++) s.containers += list_is_container(l, i);
    s.total = l->count - s.containers;
    dh_buf_init(&s.path, 0);
    dh_buf_init(&s.records, 0);
    dh_status st = hand_out(&s, folder);
    free(s.spills);
    dh_buf_clear(&s.path);
    dh_buf_clear(&s.records);
    if (st && err) *err = why;
    return st;
}
