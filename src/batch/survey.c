/* Hands out all files of the list once, and reads what the workers write to unnamed files of the state folder. */
#include "survey.h"

#include "crew.h"
#include "gather.h"
#include "handed.h"
#include "newfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name of a kept profile; a number follows. */
#define KEPT_NAME "sites-"
/* Records in memory: of some 40,000 pages. */
#define GATHER_BYTES ((size_t)48 << 20)

typedef struct {
    const folder_options *opt;
    const list *list;
    crew crew;
    gather gather;
    int *spills; /* one a slot: what its worker writes */
    size_t next, done;
    uint64_t bytes, bytes_total; /* of the files: done, all */
    dh_buf path, records;
    dh_status status;
    dh_error *err;
} survey;

static bool is_over(const survey *s) { return s->status || (s->opt->stop && *s->opt->stop); }

static void fail(survey *s, dh_status st) {
    if (!s->status) s->status = st;
}

/* ---- what workers write ---------------------------------------------------------------------------------------------- */

/* Takes over what the worker of a slot wrote, and makes room for the next. */
static void empty_spill(survey *s, size_t slot, bool good) {
    int fd = s->spills[slot];
    dh_error why;
    s->records.len = 0;
    if (lseek(fd, 0, SEEK_SET) || (good && source_read_all(fd, &s->records, s->err))) fail(s, DH_ERR_IO);
    else if (good) fail(s, gather_add(&s->gather, dh_buf_view(&s->records), s->err));
    if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET)) fail(s, err_system(&why));
}

static void show_progress(survey *s, bool last) {
    const folder_progress p = {.first_pass = true, .last = last, .done = s->done, .total = s->list->count, .bytes = s->bytes,
                               .bytes_total = s->bytes_total};
    if (s->opt->progress) s->opt->progress(s->opt->progress_user, &p);
}

static void measure(survey *s) {
    for (size_t i = 0; s->opt->progress && i < s->list->count; i++) s->bytes_total += list_bytes(s->list, i, &s->path);
}

static void file_over(survey *s, size_t slot, bool good) {
    s->done++;
    s->bytes += s->opt->progress ? list_bytes(s->list, s->crew.slots[slot].item, &s->path) : 0;
    empty_spill(s, slot, good);
}

static void take(survey *s, size_t slot) {
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

/* False if no worker can be had. */
static bool give(survey *s, size_t slot, size_t item, dh_error *why) {
    handed h;
    if (!s->crew.slots[slot].pid && crew_start(&s->crew, slot, why)) return false;
    if (list_source(s->list, item, &s->path)) {
        fail(s, err_set(s->err, DH_ERR_NOMEM, 0, "out of memory"));
        return true;
    }
    int out = fcntl(s->spills[slot], F_DUPFD_CLOEXEC, 0);
    if (out < 0) return !err_system(why);
    if (handed_open_source(&h, s->path.ptr, list_is_named(s->list, item), why)) {
        close(out);
        s->done++;
        return true;
    }
    crew_give(&s->crew, slot, &(worker_order){.item = item}, h.in, out);
    close(h.in);
    close(out);
    return true;
}

static void give_all(survey *s) {
    dh_error why = {0};
    bool failed = false;
    for (size_t i = 0; i < s->crew.count && !failed; i++)
        while (!failed && !s->crew.slots[i].busy && !is_over(s) && s->next < s->list->count) {
            failed = !give(s, i, s->next, &why);
            s->next += !failed;
        }
    if (!failed || crew_busy(&s->crew)) return;
    if (!s->status) *s->err = why;
    fail(s, why.code);
}

static dh_status open_spills(survey *s, const char *folder, size_t jobs) {
    s->spills = malloc(jobs * sizeof *s->spills);
    if (!s->spills) return err_set(s->err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < jobs; i++) s->spills[i] = -1;
    for (size_t i = 0; i < jobs; i++)
        if ((s->spills[i] = newfile_unnamed(folder, s->err)) < 0) return DH_ERR_IO;
    return DH_OK;
}

static dh_status count_all(survey *s, const char *folder, int out) {
    size_t jobs = folder_jobs(s->opt, s->list->count);
    dh_status st = open_spills(s, folder, jobs);
    if (!st) st = crew_init(&s->crew, (worker_job){s->opt, s->list, NULL, true}, NULL, jobs, s->err);
    measure(s);
    show_progress(s, false);
    for (give_all(s); !st && crew_busy(&s->crew); give_all(s)) {
        crew_wait(&s->crew);
        for (size_t i = 0; i < s->crew.count; i++) take(s, i);
        show_progress(s, false);
    }
    show_progress(s, true);
    crew_end(&s->crew);
    crew_clear(&s->crew);
    for (size_t i = 0; s->spills && i < jobs; i++)
        if (s->spills[i] >= 0) close(s->spills[i]);
    if (!st) st = s->status;
    if (!st && is_over(s)) st = err_set(s->err, DH_ERR_IO, 0, "interrupted");
    return st ? st : gather_end(&s->gather, out, s->err);
}

/* The folder that a path lies in. */
static dh_status folder_of(const char *path, dh_buf *out, dh_error *err) {
    const char *slash = strrchr(path, '/');
    out->len = 0;
    dh_status st = slash ? dh_buf_append(out, path, (size_t)(slash - path) + (slash == path)) : buf_append_char(out, '.');
    if (!st) st = buf_append_char(out, 0);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

dh_status survey_run(const folder_options *opt, const list *l, const char *path, dh_error *err) {
    dh_error why = {0};
    survey s = {.opt = opt, .list = l, .err = &why};
    newfile out;
    dh_buf folder;
    dh_buf_init(&folder, 0);
    dh_buf_init(&s.path, 0);
    dh_buf_init(&s.records, 0);
    dh_status st = folder_of(path, &folder, &why);
    if (!st) st = newfile_open(&out, path, 0, &why);
    if (!st) {
        gather_init(&s.gather, folder.ptr, GATHER_BYTES);
        st = count_all(&s, folder.ptr, out.fd);
        gather_clear(&s.gather);
        dh_status closed = newfile_close(&out, !st, st ? NULL : &why);
        if (!st) st = closed;
    }
    free(s.spills);
    dh_buf_clear(&folder);
    dh_buf_clear(&s.path);
    dh_buf_clear(&s.records);
    if (st && err) *err = why;
    return st;
}

/* ---- keeping it ------------------------------------------------------------------------------------------------------- */

/* A number for all files of the list as they are now, and what they are read with. */
static dh_status find_key(const folder_options *opt, const list *l, uint64_t *key, dh_error *err) {
    dh_buf path, all;
    dh_status st = DH_OK;
    dh_buf_init(&path, 0);
    dh_buf_init(&all, 0);
    *key = opt->made;
    for (size_t i = 0; !st && i < l->count; i++) {
        struct stat s = {0};
        st = list_source(l, i, &path);
        if (!st && stat(path.ptr, &s)) s = (struct stat){0};
        all.len = 0;
        if (!st) st = buf_printf(&all, "%016" PRIx64 " %" PRIu64 " %" PRIu64 " ", *key, (uint64_t)s.st_size, source_mtime_ns(&s));
        if (!st) st = buf_append_view(&all, dh_buf_view(&path));
        if (!st) *key = view_hash(dh_buf_view(&all));
    }
    dh_buf_clear(&path);
    dh_buf_clear(&all);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

/* Removes kept profiles but that of this name. */
static void remove_others(const char *folder, const char *name) {
    char path[4096];
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (strncmp(e->d_name, KEPT_NAME, sizeof KEPT_NAME - 1) || !strcmp(e->d_name, name)) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path) unlink(path);
    }
    if (dir) closedir(dir);
}

dh_status survey_find(const folder_options *opt, const list *l, dh_buf *path, dh_error *err) {
    char folder[4096], name[64];
    uint64_t key;
    dh_status st = find_key(opt, l, &key, err);
    if (st) return st;
    snprintf(name, sizeof name, KEPT_NAME "%016" PRIx64, key);
    if (snprintf(folder, sizeof folder, "%s/" MANIFEST_STATE, opt->out) >= (int)sizeof folder) {
        errno = ENAMETOOLONG;
        return err_system(err);
    }
    remove_others(folder, name);
    path->len = 0;
    if (buf_printf(path, "%s/%s", folder, name) || buf_append_char(path, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return access(path->ptr, R_OK) ? survey_run(opt, l, path->ptr, err) : DH_OK;
}
