/* Links on their way back to the fetcher. What they are worth, and whether they are addresses at all, is its affair. */
#include "follow.h"

#include "base/url.h"
#include "json_line.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FOLLOW_READ_BYTES ((size_t)64 << 10)

void follow_open(follow *f, int fd) {
    *f = (follow){.fd = fd};
    dh_buf_init(&f->lines, 0);
    dh_buf_init(&f->normal, 0);
    dh_buf_init(&f->read, 0);
    if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void follow_close(follow *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
    dh_buf_clear(&f->lines);
    dh_buf_clear(&f->normal);
    dh_buf_clear(&f->read);
}

/* Whatever its reader has left unread, and wherever a first try has stopped: what is written goes to the end. */
void follow_prepare(const follow *f, int record) {
    if (f->fd >= 0) fcntl(record, F_SETFL, fcntl(record, F_GETFL) | O_APPEND);
}

static dh_status read_links(follow *f, int record, uint64_t from) {
    ssize_t n = 1;
    f->read.len = 0;
    while (n > 0) {
        if (buf_reserve(&f->read, FOLLOW_READ_BYTES)) return DH_ERR_NOMEM;
        do n = pread(record, f->read.ptr + f->read.len, FOLLOW_READ_BYTES, (off_t)(from + f->read.len));
        while (n < 0 && errno == EINTR);
        if (n > 0) f->read.len += (size_t)n;
    }
    return DH_OK;
}

static dh_status put_links(follow *f) {
    const char *p = f->read.ptr, *end = p + f->read.len, *stop, *between = "";
    dh_status st = DH_OK;
    for (; !st && p < end && (stop = memchr(p, '\n', (size_t)(end - p))); p = stop + 1) {
        st = buf_append_view(&f->lines, view_of(between));
        if (!st) st = json_put_string(&f->lines, (dh_view){p, (size_t)(stop - p)});
        between = ",";
    }
    return st;
}

dh_status follow_page(follow *f, dh_view address, int record, uint64_t from, bool browser) {
    if (f->fd < 0) return DH_OK;
    f->normal.len = f->read.len = 0;
    dh_status st = url_normalise(address, &f->normal);
    if (st == DH_ERR_NOMEM) return st;
    st = record < 0 ? DH_OK : read_links(f, record, from);
    if (!st) st = buf_append_view(&f->lines, DH_VIEW("{\"address\":"));
    if (!st) st = json_put_string(&f->lines, dh_buf_view(&f->normal));
    if (!st) st = buf_append_view(&f->lines, DH_VIEW(",\"links\":["));
    if (!st && f->read.len) st = put_links(f);
    if (!st) st = buf_append_view(&f->lines, browser ? DH_VIEW("],\"browser\":true}\n") : DH_VIEW("]}\n"));
    follow_flush(f);
    return st;
}

void follow_flush(follow *f) {
    ssize_t n = 1;
    while (f->fd >= 0 && f->at < f->lines.len && n > 0) {
        do n = write(f->fd, f->lines.ptr + f->at, f->lines.len - f->at);
        while (n < 0 && errno == EINTR);
        if (n > 0) f->at += (size_t)n;
    }
    if (f->at == f->lines.len) f->at = f->lines.len = 0;
    if (n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK) return;
    close(f->fd); /* its reader is gone, which its records will tell */
    f->fd = -1;
}
