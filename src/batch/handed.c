/* Opening what a worker needs, and the end of its output. Names are looked at here, in the process that reads no page. */
#include "handed.h"

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* All writers of a run have the same: a target is in one hand at a time, and what a killed run left is replaced. */
#define HANDED_TAG 0

bool handed_ends_run(int why) { return why == ENOSPC || why == EDQUOT || why == EROFS || why == EIO; }

/* ---- the source ------------------------------------------------------------------------------------------------ */

static void note(handed *h, const struct stat *st) {
    h->size = (uint64_t)st->st_size;
    h->mtime_ns = source_mtime_ns(st);
}

/* A file may have become a pipe or a link since it was listed: it is opened without waiting, and looked at. */
static const char *open_source(handed *h, const char *path, bool follow, struct stat *st) {
    h->in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
    if (h->in < 0) {
        int why = errno;
        if (!stat(path, st)) note(h, st);
        return why == ELOOP && !follow ? "is a symbolic link now" : strerror(why);
    }
    if (fstat(h->in, st)) return strerror(errno);
    note(h, st);
    return S_ISREG(st->st_mode) ? NULL : "is no regular file now";
}

/* ---- the output ------------------------------------------------------------------------------------------------ */

/* input: NULL if it has no name. Why a target may not be opened: opening a pipe would wait for somebody to read it. NULL if it may. */
static const char *stands_in_the_way(const char *target, const struct stat *input) {
    struct stat st;
    if (stat(target, &st)) return NULL;
    if (input && st.st_dev == input->st_dev && st.st_ino == input->st_ino) return "it would replace the page itself";
    return S_ISFIFO(st.st_mode) ? "a pipe has its name" : NULL;
}

static dh_status open_target(handed *h, const char *target, dh_error *err) {
    dh_status st = newfile_open(&h->out, target, HANDED_TAG, err);
    if (!st || errno != ENOENT) return st;
    st = newfile_parents(target, err);
    return st ? st : newfile_open(&h->out, target, HANDED_TAG, err);
}

/* Of an output that could not be opened or put in its place, with errno saying why. */
static handed_result no_output(dh_error *err) {
    if (handed_ends_run(errno)) return HANDED_FATAL;
    char why[sizeof err->msg];
    memcpy(why, err->msg, sizeof why);
    err_set(err, DH_ERR_IO, 0, HANDED_NO_OUTPUT, why);
    return HANDED_FAILED;
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static handed_result open_beside(handed *h, const char *target, const struct stat *input, dh_error *err) {
    const char *what = stands_in_the_way(target, input);
    if (what) {
        err_set(err, DH_ERR_IO, 0, HANDED_NO_OUTPUT, what);
        return HANDED_FAILED;
    }
    return open_target(h, target, err) ? no_output(err) : HANDED_OK;
}

static handed_result open_both(handed *h, const char *path, const char *target, bool follow, dh_error *err) {
    struct stat st;
    const char *what = open_source(h, path, follow, &st);
    if (what) {
        err_set(err, DH_ERR_IO, 0, "%s", what);
        return HANDED_FAILED;
    }
    return open_beside(h, target, &st, err);
}

static void start(handed *h) {
    h->in = h->out.fd = -1;
    h->out.handed_over = false;
    h->size = h->mtime_ns = 0;
}

dh_status handed_open_source(handed *h, const char *path, bool follow, dh_error *err) {
    struct stat st;
    start(h);
    const char *what = open_source(h, path, follow, &st);
    if (!what) return DH_OK;
    if (h->in >= 0) close(h->in);
    return err_set(err, DH_ERR_IO, 0, "%s", what);
}

handed_result handed_open(handed *h, const char *path, const char *target, bool follow, dh_error *err) {
    start(h);
    handed_result result = open_both(h, path, target, follow, err);
    if (result == HANDED_OK || h->in < 0) return result;
    close(h->in);
    h->in = -1;
    return result;
}

handed_result handed_open_target(handed *h, const char *target, dh_error *err) {
    *h = (handed){.in = -1, .out = {.fd = -1}};
    return open_beside(h, target, NULL, err);
}

void handed_over(handed *h) {
    if (h->in >= 0) close(h->in);
    h->in = -1;
    newfile_hand_over(&h->out);
}

handed_result handed_close(handed *h, bool keep, dh_error *err) {
    return newfile_close(&h->out, keep, err) ? no_output(err) : HANDED_OK;
}
