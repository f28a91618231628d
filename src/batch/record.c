/* Cuts records by their header's Content-Length. The header is dehusk-fetch's own; what came from a server is copied only. */
#include "record.h"

#include "json_line.h"
#include "source.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_BYTES ((size_t)256 << 10)
/* Two addresses of 64 KiB, each byte of which may be escaped, and the rest. */
#define HEAD_BYTES ((size_t)512 << 10)
/* Of a line of the log, which has the same two addresses. */
#define BLOCK_BYTES ((size_t)1 << 20)

void record_open(record_stream *s, int fd) {
    *s = (record_stream){.fd = fd, .file = -1};
    dh_buf_init(&s->raw, 0);
    dh_buf_init(&s->head, HEAD_BYTES);
    dh_buf_init(&s->block, BLOCK_BYTES);
}

void record_close(record_stream *s) {
    if (s->file >= 0) close(s->file);
    dh_buf_clear(&s->raw);
    dh_buf_clear(&s->head);
    dh_buf_clear(&s->block);
}

static dh_view at_hand(const record_stream *s) { return (dh_view){s->raw.ptr + s->at, s->raw.len - s->at}; }

dh_status record_fill(record_stream *s, dh_error *err) {
    source from = {s->fd, NULL};
    size_t got = 0;
    if (s->at) {
        memmove(s->raw.ptr, s->raw.ptr + s->at, s->raw.len - s->at);
        s->raw.len -= s->at;
        s->at = 0;
    }
    if (buf_reserve(&s->raw, READ_BYTES)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = source_read(&from, s->raw.ptr + s->raw.len, READ_BYTES, &got, err);
    s->raw.len += got;
    s->ended = !st && !got;
    return st;
}

/* ---- the header -------------------------------------------------------------------------------------------------- */

/* The value of a field of the header; empty if it has none. */
static dh_view field(dh_view head, dh_view name) {
    for (const char *p = head.ptr, *end = head.ptr + head.len; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        dh_view line = {p, stop ? (size_t)(stop - p) : (size_t)(end - p)};
        p += line.len + 1;
        if (line.len > name.len && line.ptr[name.len] == ':' && view_starts_nocase(line, name))
            return view_trim((dh_view){line.ptr + name.len + 1, line.len - name.len - 1});
    }
    return (dh_view){"", 0};
}

static dh_status begin(record_stream *s, dh_view head, dh_error *err) {
    static const dh_view gap = DH_LIT("\r\n\r\n");
    uint64_t length;
    s->head.len = s->block.len = 0;
    if (buf_append_view(&s->head, head)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    head = dh_buf_view(&s->head);
    if (!view_starts(head, DH_VIEW("WARC/")) || !json_get_number(field(head, DH_VIEW("Content-Length")), &length) ||
        length > INT64_MAX - HEAD_BYTES)
        return err_set(err, DH_ERR_FORMAT, 0, "no record where one should begin");
    s->type = field(head, DH_VIEW("WARC-Type"));
    s->address = field(head, DH_VIEW("Dehusk-Address"));
    if (!s->address.len) s->address = field(head, DH_VIEW("WARC-Target-URI"));
    s->digest = field(head, DH_VIEW("WARC-Payload-Digest"));
    s->file = memfd_create("record", MFD_CLOEXEC);
    if (s->file < 0) return err_system(err);
    s->bytes = s->left = head.len + length + gap.len;
    return DH_OK;
}

/* ---- the record -------------------------------------------------------------------------------------------------- */

/* Moves what is at hand of the record to its file. */
static dh_status move(record_stream *s, dh_error *err) {
    dh_view part = at_hand(s);
    if (part.len > s->left) part.len = (size_t)s->left;
    dh_status st = source_write_all(s->file, part, NULL, err);
    /* The block begins behind the header, which came as one piece. */
    size_t skip = s->left == s->bytes ? s->head.len : 0;
    bool metadata = view_is(s->type, DH_VIEW("metadata"));
    if (!st && metadata && buf_append_view(&s->block, (dh_view){part.ptr + skip, part.len - skip}))
        st = err_set(err, DH_ERR_LIMIT, 0, "a record about a failure is too large");
    s->left -= part.len;
    s->at += part.len;
    return st;
}

dh_status record_next(record_stream *s, record *out, bool *whole, dh_error *err) {
    static const dh_view gap = DH_LIT("\r\n\r\n");
    dh_view v = at_hand(s);
    *whole = false;
    if (s->file < 0) {
        const char *end = v.len ? memmem(v.ptr, v.len < HEAD_BYTES ? v.len : HEAD_BYTES, gap.ptr, gap.len) : NULL;
        if (!end && v.len >= HEAD_BYTES) return err_set(err, DH_ERR_LIMIT, 0, "a record's header is too large");
        if (!end) return s->ended && v.len ? err_set(err, DH_ERR_FORMAT, 0, "ends within a record") : DH_OK;
        dh_status st = begin(s, (dh_view){v.ptr, (size_t)(end - v.ptr) + gap.len}, err);
        if (st) return st;
    }
    dh_status st = move(s, err);
    if (st) return st;
    if (s->left) return s->ended ? err_set(err, DH_ERR_FORMAT, 0, "ends within a record") : DH_OK;
    *whole = true;
    *out = (record){s->file, s->bytes, s->type, s->address, s->digest, view_trim(dh_buf_view(&s->block))};
    s->file = -1;
    return DH_OK;
}
