/* The first pass of a run: what its sites repeat, as a profile that is kept in the state folder. */
#include "survey.h"

#include "gather.h"
#include "newfile.h"
#include "pass.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name of a kept profile; a number follows. */
#define KEPT_NAME "sites-"
/* Records in memory: of some 40,000 pages. */
#define GATHER_BYTES ((size_t)48 << 20)

/* The folder that a path lies in. */
static dh_status folder_of(const char *path, dh_buf *out, dh_error *err) {
    const char *slash = strrchr(path, '/');
    out->len = 0;
    dh_status st = slash ? dh_buf_append(out, path, (size_t)(slash - path) + (slash == path)) : buf_append_char(out, '.');
    if (!st) st = buf_append_char(out, 0);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

static dh_status take_records(void *user, const feed_task *t, dh_view records, dh_error *err) {
    (void)t;
    return gather_add(user, records, err);
}

dh_status survey_run(const folder_options *opt, const list *l, const char *path, dh_error *err) {
    dh_error why = {0};
    newfile out;
    dh_buf folder;
    dh_buf_init(&folder, 0);
    dh_status st = folder_of(path, &folder, &why);
    if (!st) st = newfile_open(&out, path, 0, &why);
    if (!st) {
        gather g;
        gather_init(&g, folder.ptr, GATHER_BYTES);
        const pass_job job = {{.opt = opt, .list = l, .role = WORKER_SKETCH}, FOLDER_SITES, take_records, &g};
        st = pass_run(&job, folder.ptr, &why);
        if (!st) st = gather_end(&g, out.fd, &why);
        gather_clear(&g);
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

void survey_remove_others(const char *folder, const char *kind, const char *name) {
    char path[4096];
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (strncmp(e->d_name, kind, view_of(kind).len) || !strcmp(e->d_name, name)) continue;
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
    survey_remove_others(folder, KEPT_NAME, name);
    path->len = 0;
    if (buf_printf(path, "%s/%s", folder, name) || buf_append_char(path, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return access(path->ptr, R_OK) ? survey_run(opt, l, path->ptr, err) : DH_OK;
}
