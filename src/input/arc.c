/* ARC to WARC: a header line becomes a header block, the bytes behind it are handed on. Which documents are pages, and what is
 * inside them, is warc.c's business. */
#include "arc.h"

#include <stdlib.h>

#define READ_BYTES ((size_t)64 << 10)
/* Of an address and four more fields. */
#define LINE_MAX_BYTES ((size_t)64 << 10)
/* A date has the digits of 20240131235959. */
#define DATE_DIGITS 14
#define FIELDS_LEAST 5

static const dh_view gap = DH_LIT("\r\n\r\n");

struct in_arc {
    in_stream *stream;
    dh_buf raw;     /* read, from `at` on not yet used */
    size_t at;
    bool ended;
    dh_buf out;     /* to be given, from `given` on */
    size_t given;
    uint64_t left;  /* bytes of the document in hand that are still to be handed on */
    bool in_document;
    bool lost;      /* a header line has to be looked for */
};

bool in_is_arc(dh_view head) { return view_starts(head, DH_VIEW("filedesc://")); }

dh_status in_arc_new(in_stream *stream, dh_view taken, in_arc **out, dh_error *err) {
    in_arc *a = calloc(1, sizeof *a);
    if (!a) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    a->stream = stream;
    dh_buf_init(&a->raw, taken.len + LINE_MAX_BYTES + 2 * READ_BYTES);
    dh_buf_init(&a->out, 0);
    if (dh_buf_append(&a->raw, taken.ptr, taken.len)) {
        in_arc_free(a);
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    *out = a;
    return DH_OK;
}

void in_arc_free(in_arc *a) {
    if (!a) return;
    dh_buf_clear(&a->raw);
    dh_buf_clear(&a->out);
    free(a);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

static dh_view at_hand(const in_arc *a) { return a->raw.len ? (dh_view){a->raw.ptr + a->at, a->raw.len - a->at} : (dh_view){"", 0}; }

static dh_status fill(in_arc *a, dh_error *err) {
    size_t got = 0;
    if (a->at) memmove(a->raw.ptr, a->raw.ptr + a->at, a->raw.len - a->at);
    a->raw.len -= a->at;
    a->at = 0;
    dh_status st = buf_reserve(&a->raw, READ_BYTES);
    if (st) return err_set(err, st, 0, "out of memory");
    st = in_stream_read(a->stream, a->raw.ptr + a->raw.len, READ_BYTES, &got, err);
    a->raw.len += got;
    a->ended = !st && !got;
    return st;
}

/* ---- header lines ----------------------------------------------------------------------------------------------- */

static bool read_number(dh_view v, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || *out > UINT64_MAX / 20) return false;
        *out = *out * 10 + (uint64_t)(v.ptr[i] - '0');
    }
    return v.len > 0;
}

/* Takes the last field off a line. */
static dh_view last_field(dh_view *line) {
    const char *blank = line->len ? memrchr(line->ptr, ' ', line->len) : NULL;
    dh_view field = blank ? (dh_view){blank + 1, (size_t)(line->ptr + line->len - blank) - 1} : *line;
    line->len = blank ? (size_t)(blank - line->ptr) : 0;
    return field;
}

static bool is_date(dh_view v) {
    uint64_t number;
    return v.len == DATE_DIGITS && read_number(v, &number);
}

/* A line "ADDRESS IP DATE ... LENGTH": addresses of careless crawlers have blanks, so the date is looked for from the end. */
static bool read_header(dh_view line, dh_view *address, uint64_t *length) {
    line = view_trim(line);
    if (!line.len || !memmem(line.ptr, line.len, ":", 1) || !read_number(last_field(&line), length)) return false;
    for (size_t fields = 1; line.len && fields < 2 * FIELDS_LEAST; fields++) {
        if (!is_date(last_field(&line))) continue;
        last_field(&line); /* the server's number */
        *address = line;
        return line.len && !memchr(line.ptr, '\n', line.len);
    }
    return false;
}

/* The next line that is not empty; *line is empty at the end. One that is too long is cut. */
static dh_status next_line(in_arc *a, dh_view *line, dh_error *err) {
    for (;;) {
        dh_view v = at_hand(a);
        const char *end = v.len ? memchr(v.ptr, '\n', v.len) : NULL;
        *line = (dh_view){v.ptr, end ? (size_t)(end - v.ptr) : v.len};
        bool whole = end || a->ended || v.len > LINE_MAX_BYTES;
        if (whole) a->at += line->len + (end != NULL);
        if (whole && (!view_is_blank(*line) || (a->ended && !end))) return DH_OK;
        if (whole) continue;
        dh_status st = fill(a, err);
        if (st) return st;
    }
}

static dh_status put_record(in_arc *a, dh_view address) {
    dh_status st = buf_append_view(&a->out, DH_VIEW("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: "));
    if (!st) st = buf_append_view(&a->out, address);
    return st ? st : buf_printf(&a->out, "\r\nContent-Length: %ju\r\n\r\n", (uintmax_t)a->left);
}

/* Reads the line where a document should begin. */
static dh_status begin(in_arc *a, dh_error *err) {
    dh_view line, address;
    dh_status st = next_line(a, &line, err);
    if (st || view_is_blank(line)) return st;
    a->in_document = read_header(line, &address, &a->left);
    st = DH_OK;
    if (a->in_document) st = put_record(a, address);
    else if (!a->lost) st = buf_append_view(&a->out, DH_VIEW("WARC/1.0\r\nno header line of an ARC file\r\n\r\n"));
    a->lost = !a->in_document;
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

/* ---- the stream -------------------------------------------------------------------------------------------------- */

/* Hands on a part of the document, or what stands between it and the next. */
static dh_status go_on(in_arc *a, dh_error *err) {
    if (!a->in_document) return begin(a, err);
    if (!at_hand(a).len && a->left && !a->ended) {
        dh_status st = fill(a, err);
        if (st) return st;
    }
    dh_view v = at_hand(a);
    if (v.len > a->left) v.len = (size_t)a->left;
    dh_status st = buf_append_view(&a->out, v);
    a->at += v.len;
    a->left -= v.len;
    if (!st && !a->left) st = buf_append_view(&a->out, gap);
    a->in_document = a->left > 0;
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

dh_status in_arc_read(void *arc, char *buf, size_t cap, size_t *got, dh_error *err) {
    in_arc *a = arc;
    *got = 0;
    while (a->given == a->out.len) {
        a->given = a->out.len = 0;
        if (a->ended && !at_hand(a).len) return DH_OK;
        dh_status st = go_on(a, err);
        if (st) return st;
    }
    *got = a->out.len - a->given < cap ? a->out.len - a->given : cap;
    memcpy(buf, a->out.ptr + a->given, *got);
    a->given += *got;
    return DH_OK;
}
