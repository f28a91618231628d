/* Lines from dehusk, which has the pages' links from a process that has read foreign bytes: nothing of them is trusted. SQLite reads
 * the JSON. */
#include "links.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#define LINKS_READ_BYTES ((size_t)64 << 10)
/* A page of 64 MiB may be nothing but links. */
#define LINKS_LINE_BYTES ((size_t)256 << 20)

struct links {
    int fd;
    dh_buf raw; /* read, from `at` on not yet used */
    size_t at;
    sqlite3 *db;
    sqlite3_stmt *address, *each; /* address: and whether it needs a browser */
};

static bool prepare(links *l, sqlite3_stmt **s, const char *sql) { return sqlite3_prepare_v2(l->db, sql, -1, s, NULL) == SQLITE_OK; }

links *links_new(int fd) {
    links *l = calloc(1, sizeof *l);
    if (!l) return NULL;
    l->fd = fd;
    dh_buf_init(&l->raw, LINKS_LINE_BYTES);
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK) && !fcntl(fd, F_SETFD, FD_CLOEXEC) && sqlite3_open(":memory:", &l->db) == SQLITE_OK &&
        prepare(l, &l->address, "SELECT json_extract(?1, '$.address'), json_extract(?1, '$.browser')") && prepare(l, &l->each, "SELECT value FROM json_each(?1, '$.links')"))
        return l;
    links_free(l);
    return NULL;
}

void links_free(links *l) {
    if (!l) return;
    if (l->fd >= 0) close(l->fd);
    sqlite3_finalize(l->address);
    sqlite3_finalize(l->each);
    sqlite3_close(l->db);
    dh_buf_clear(&l->raw);
    free(l);
}

int links_fd(const links *l) { return l->fd; }

dh_status links_fill(links *l) {
    ssize_t n;
    if (l->at) memmove(l->raw.ptr, l->raw.ptr + l->at, l->raw.len - l->at);
    l->raw.len -= l->at;
    l->at = 0;
    dh_status st = buf_reserve(&l->raw, LINKS_READ_BYTES);
    if (st) return st;
    do n = read(l->fd, l->raw.ptr + l->raw.len, LINKS_READ_BYTES);
    while (n < 0 && errno == EINTR);
    if (n > 0) l->raw.len += (size_t)n;
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))) return DH_OK;
    close(l->fd);
    l->fd = -1;
    return n ? DH_ERR_IO : DH_OK;
}

static dh_view text_of(sqlite3_stmt *s) {
    const char *text = (const char *)sqlite3_column_text(s, 0);
    return (dh_view){text ? text : "", text ? (size_t)sqlite3_column_bytes(s, 0) : 0};
}

static dh_status take_links(links *l, dh_view address, const links_sink *to) {
    int code;
    if (!to->page(to->user, address)) return DH_ERR_NOMEM;
    while ((code = sqlite3_step(l->each)) == SQLITE_ROW && sqlite3_column_text(l->each, 0))
        if (!to->link(to->user, text_of(l->each).ptr)) return DH_ERR_NOMEM;
    if (code != SQLITE_DONE) return code == SQLITE_NOMEM ? DH_ERR_NOMEM : DH_ERR_FORMAT;
    to->end(to->user, sqlite3_column_int(l->address, 1) != 0);
    return DH_OK;
}

static dh_status take_line(links *l, dh_view line, const links_sink *to) {
    sqlite3_stmt *const both[] = {l->address, l->each};
    for (size_t i = 0; i < DH_COUNT(both); i++)
        if (sqlite3_bind_text64(both[i], 1, line.ptr, line.len, SQLITE_STATIC, SQLITE_UTF8)) return DH_ERR_NOMEM;
    int code = sqlite3_step(l->address);
    dh_status st = code == SQLITE_ROW ? take_links(l, text_of(l->address), to) : code == SQLITE_NOMEM ? DH_ERR_NOMEM : DH_ERR_FORMAT;
    for (size_t i = 0; i < DH_COUNT(both); i++) sqlite3_reset(both[i]);
    return st;
}

dh_status links_take(links *l, const links_sink *to) {
    dh_status st = DH_OK;
    while (!st && l->at < l->raw.len) {
        const char *from = l->raw.ptr + l->at, *stop = memchr(from, '\n', l->raw.len - l->at);
        if (!stop) break;
        st = take_line(l, (dh_view){from, (size_t)(stop - from)}, to);
        l->at += (size_t)(stop - from) + 1;
    }
    return st;
}
