/* The first pass of a run: what its sites repeat, as a profile that is kept in the state folder. */
#include "survey.h"

#include "gather.h"
#include "json_line.h"
#include "newfile.h"
#include "pass.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name of a kept profile; a number follows. */
#define KEPT_NAME "sites-"
/* Records in memory: of some 40,000 pages. */
#define GATHER_BYTES ((size_t)48 << 20)
/* Parts, each a descriptor. */
#define SURVEY_PARTS      300
#define SURVEY_PATH_BYTES 4096

/* The folder that a path lies in. */
static dh_status folder_of(const char *path, dh_buf *out, dh_error *err) {
    const char *slash = strrchr(path, '/');
    out->len = 0;
    dh_status st = slash ? dh_buf_append(out, path, (size_t)(slash - path) + (slash == path)) : buf_append_char(out, '.');
    if (!st) st = buf_append_char(out, 0);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

/* A first pass that goes on: parts of what it has found lie beside the profile, "sites-KEY.part-FROM-TO", by tasks in their order. */
typedef struct {
    const char *path; /* of the profile */
    const char *folder;
    gather gather;
    uint64_t from; /* task where the part in hand begins */
    int parts[SURVEY_PARTS + 1];
    size_t count;
} survey;

static dh_status take_records(void *user, const feed_task *t, dh_view records, dh_error *err) {
    survey *s = user;
    (void)t;
    return gather_add(&s->gather, records, err);
}

/* "PATH.part-FROM-", what begins a part's name. */
static bool part_name(const survey *s, char out[SURVEY_PATH_BYTES]) {
    return snprintf(out, SURVEY_PATH_BYTES, "%s.part-%" PRIu64 "-", s->path, s->from) < SURVEY_PATH_BYTES;
}

/* Notes how far the pass is: writes what has come since the last part as one of its own. */
static dh_status write_part(void *user, uint64_t end, dh_error *err) {
    survey *s = user;
    newfile f;
    char path[SURVEY_PATH_BYTES + 24];
    if (s->count == SURVEY_PARTS || !part_name(s, path)) return DH_OK; /* what follows is one large part, and begun anew if it is broken off */
    snprintf(path + view_of(path).len, 24, "%" PRIu64, end);
    dh_status st = newfile_open(&f, path, 0, err);
    if (st) return st;
    st = gather_end(&s->gather, f.fd, err);
    dh_status closed = newfile_close(&f, !st, st ? NULL : err);
    if (st || closed) return st ? st : closed;
    gather_clear(&s->gather);
    gather_init(&s->gather, s->folder, GATHER_BYTES);
    s->from = end;
    s->parts[s->count] = open(path, O_RDONLY | O_CLOEXEC);
    return s->parts[s->count++] < 0 ? err_system(err) : DH_OK;
}

/* The part that begins where the last one ended, if an earlier pass has left it whole. */
static bool find_part(survey *s) {
    char path[SURVEY_PATH_BYTES], name[SURVEY_PATH_BYTES * 2];
    profile_cursor c;
    uint64_t end = 0;
    DIR *dir = s->count < SURVEY_PARTS && part_name(s, path) ? opendir(s->folder) : NULL;
    dh_view head = view_of(strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    name[0] = 0;
    for (struct dirent *e; dir && !name[0] && (e = readdir(dir));) {
        dh_view v = view_of(e->d_name);
        if (view_starts(v, head) && json_get_number((dh_view){v.ptr + head.len, v.len - head.len}, &end) && end > s->from)
            snprintf(name, sizeof name, "%s/%s", s->folder, e->d_name);
    }
    if (dir) closedir(dir);
    int fd = name[0] ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    bool whole = fd >= 0 && !profile_cursor_open(&c, fd, NULL);
    if (fd >= 0) profile_cursor_clear(&c);
    if (whole) {
        s->parts[s->count++] = fd;
        s->from = end;
    } else if (fd >= 0) {
        close(fd);
    }
    return whole;
}

/* The last part, to the profile with the others. */
static dh_status bring_together(survey *s, int out, dh_error *err) {
    size_t blame;
    if (!s->count) return gather_end(&s->gather, out, err);
    int fd = newfile_unnamed(s->folder, err);
    if (fd < 0) return DH_ERR_IO;
    dh_status st = gather_end(&s->gather, fd, err);
    s->parts[s->count] = fd; /* there is room for one more */
    if (!st) st = profile_merge(s->parts, s->count + 1, NULL, 0, out, &blame, err);
    close(fd);
    return st;
}

static dh_status count_all(const folder_options *opt, const list *l, survey *s, bool parts, int out, dh_error *err) {
    size_t pages = opt->part_pages ? opt->part_pages : FOLDER_PART_PAGES;
    gather_init(&s->gather, s->folder, GATHER_BYTES);
    while (parts && find_part(s)) {}
    const pass_job job = {.work = {.opt = opt, .list = l, .role = WORKER_SKETCH}, .pass = FOLDER_SITES, .take = take_records, .user = s,
                          .skip = s->from, .part = parts ? write_part : NULL, .part_tasks = pages};
    dh_status st = pass_run(&job, s->folder, err);
    if (!st) st = bring_together(s, out, err);
    gather_clear(&s->gather);
    for (size_t i = 0; i < s->count; i++) close(s->parts[i]);
    return st;
}

dh_status survey_run(const folder_options *opt, const list *l, const char *path, bool parts, dh_error *err) {
    dh_error why = {0};
    survey s = {.path = path};
    newfile out;
    dh_buf folder;
    dh_buf_init(&folder, 0);
    dh_status st = folder_of(path, &folder, &why);
    if (!st) st = newfile_open(&out, path, 0, &why);
    if (!st) {
        s.folder = folder.ptr;
        st = count_all(opt, l, &s, parts, out.fd, &why);
        dh_status closed = newfile_close(&out, !st, st ? NULL : &why);
        if (!st) st = closed;
    }
    dh_buf_clear(&folder);
    if (st && err) *err = why;
    return st;
}

/* ---- keeping it ------------------------------------------------------------------------------------------------------- */

dh_status survey_key(const folder_options *opt, const list *l, uint64_t *key, dh_error *err) {
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

void survey_remove_others(const char *folder, const char *kind, const char *name, bool parts) {
    char path[4096];
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (strncmp(e->d_name, kind, view_of(kind).len) || !strcmp(e->d_name, name) || (parts && view_starts(view_of(e->d_name), view_of(name)))) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path) unlink(path);
    }
    if (dir) closedir(dir);
}

dh_status survey_find(const folder_options *opt, const list *l, dh_buf *path, dh_error *err) {
    char folder[4096], name[64];
    uint64_t key;
    dh_status st = survey_key(opt, l, &key, err);
    if (st) return st;
    snprintf(name, sizeof name, KEPT_NAME "%016" PRIx64, key);
    if (snprintf(folder, sizeof folder, "%s/" MANIFEST_STATE, opt->out) >= (int)sizeof folder) {
        errno = ENAMETOOLONG;
        return err_system(err);
    }
    survey_remove_others(folder, KEPT_NAME, name, true);
    path->len = 0;
    if (buf_printf(path, "%s/%s", folder, name) || buf_append_char(path, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (!access(path->ptr, R_OK)) return DH_OK;
    st = survey_run(opt, l, path->ptr, true, err);
    if (!st) survey_remove_others(folder, KEPT_NAME, name, false); /* its parts */
    return st;
}
