/* Reading from and writing to descriptors, with signals and descriptors that do not block in mind. */
#include "source.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

/* Whether a call that failed with errno may be made again; waits until the descriptor is ready if it must. */
static bool again(int fd, short events, stop_flag *stop) {
    if (errno == EINTR) return !stop || !*stop;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    struct pollfd p = {fd, events, 0};
    return poll(&p, 1, -1) >= 0 || (errno == EINTR && (!stop || !*stop));
}

dh_status source_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    source *s = user;
    *got = 0;
    if (s->stop && *s->stop) return err_set(err, DH_ERR_IO, 0, "interrupted");
    for (;;) {
        ssize_t n = read(s->fd, buf, cap < SSIZE_MAX ? cap : SSIZE_MAX);
        if (n >= 0) {
            *got = (size_t)n;
            return DH_OK;
        }
        if (!again(s->fd, POLLIN, s->stop)) return err_system(err);
    }
}

dh_status source_read_all(int fd, dh_buf *out, dh_error *err) {
    source s = {fd, NULL};
    for (size_t got = 1; got;) {
        dh_status st = buf_reserve(out, 65536);
        if (st == DH_ERR_LIMIT) return err_set(err, st, 0, "is larger than %zu bytes", out->max);
        if (st) return err_set(err, st, 0, "out of memory");
        if ((st = source_read(&s, out->ptr + out->len, 65536, &got, err))) return st;
        out->len += got;
    }
    return DH_OK;
}

const char *source_encoding(const char *path) {
    size_t len = strlen(path);
    return len > 3 && view_is_nocase((dh_view){path + len - 3, 3}, DH_VIEW(".br")) ? "br" : NULL;
}

dh_status source_write_all(int fd, dh_view bytes, stop_flag *stop, dh_error *err) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len < SSIZE_MAX ? bytes.len : SSIZE_MAX);
        if (n < 0) {
            if (!again(fd, POLLOUT, stop)) return err_system(err);
            continue;
        }
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return DH_OK;
}

uint64_t source_mtime_ns(const struct stat *st) {
    return (uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec;
}
