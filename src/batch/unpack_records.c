/* Web archives and lines of JSON as containers. Records are read by src/input, lines by json_line. */
#include "unpack.h"

#include "input/input.h"
#include "json_line.h"

#include <stdlib.h>

#define READ_BYTES ((size_t)256 << 10)
/* Enough to tell a web archive from what only has the name. */
#define HEAD_BYTES ((size_t)64 << 10)

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* ---- WARC, WET, ARC ------------------------------------------------------------------------------------------------ */

typedef struct {
    in_stream *stream;
    in_warc *warc;
} records;

static dh_status begin_records(records *r, size_t max_bytes, dh_error *err) {
    dh_buf head;
    dh_buf_init(&head, 0);
    dh_status st = buf_reserve(&head, HEAD_BYTES) ? no_memory(err) : DH_OK;
    for (size_t got = 1; !st && got && head.len < HEAD_BYTES; head.len += got)
        if ((st = in_stream_read(r->stream, head.ptr + head.len, HEAD_BYTES - head.len, &got, err))) got = 0;
    bool begun = head.len && in_is_warc(dh_buf_view(&head));
    if (!st && !begun) st = err_set(err, DH_ERR_FORMAT, 0, "is no web archive");
    if (begun) st = in_warc_new(r->stream, dh_buf_view(&head), max_bytes, &r->warc, err); /* the stream's failure comes again, behind the records */
    dh_buf_clear(&head);
    return st;
}

static dh_status open_records(unpack_source *s, bool zip, void **state, dh_error *err) {
    records *r = *state = calloc(1, sizeof *r);
    (void)zip;
    if (!r) return no_memory(err);
    dh_status st = in_stream_new(source_read, &s->file, s->encoding, &r->stream, err);
    return st ? st : begin_records(r, s->opt->page->max_bytes, err);
}

static dh_status next_record(void *state, parcel *p, dh_view *page, bool *found, bool *over, dh_error *err) {
    records *r = state;
    in_record record;
    dh_status st = in_warc_next(r->warc, &record, found, err);
    *over = st == DH_ERR_NOMEM;
    if (st || !*found) return st;
    p->url = record.url;
    p->charset = record.charset;
    *page = record.body;
    return DH_OK;
}

static void close_records(void *state) {
    records *r = state;
    if (!r) return;
    in_warc_free(r->warc);
    in_stream_free(r->stream);
    free(r);
}

const unpack_format unpack_records = {open_records, next_record, close_records};

/* ---- lines of JSON --------------------------------------------------------------------------------------------------- */

typedef struct {
    in_stream *stream;
    const folder_options *opt;
    dh_buf raw; /* read, from `at` on not yet used */
    size_t at, searched, line;
    bool ended, too_long;
    dh_buf page, url, id, text;
} lines;

static dh_status open_lines(unpack_source *s, bool zip, void **state, dh_error *err) {
    lines *l = *state = calloc(1, sizeof *l);
    (void)zip;
    if (!l) return no_memory(err);
    l->opt = s->opt;
    dh_buf_init(&l->raw, 0);
    dh_buf_init(&l->page, s->opt->page->max_bytes);
    dh_buf_init(&l->url, PARCEL_STRING_BYTES);
    dh_buf_init(&l->id, PARCEL_STRING_BYTES);
    dh_buf_init(&l->text, PARCEL_STRING_BYTES);
    return in_stream_new(source_read, &s->file, s->encoding, &l->stream, err);
}

static dh_status read_on(lines *l, dh_error *err) {
    size_t got = 0;
    if (l->at) {
        memmove(l->raw.ptr, l->raw.ptr + l->at, l->raw.len - l->at);
        l->raw.len -= l->at;
        l->searched -= l->at;
        l->at = 0;
    }
    if (buf_reserve(&l->raw, READ_BYTES)) return no_memory(err);
    dh_status st = in_stream_read(l->stream, l->raw.ptr + l->raw.len, READ_BYTES, &got, err);
    l->raw.len += got;
    l->ended = !st && !got;
    return st;
}

/* The next line, without its end; false at the end. One that is longer than --max-memory is read past, and l->too_long set. */
static dh_status next_line(lines *l, dh_view *line, bool *there, dh_error *err) {
    for (l->too_long = false;;) {
        const char *end = l->raw.len > l->searched ? memchr(l->raw.ptr + l->searched, '\n', l->raw.len - l->searched) : NULL;
        if (end || l->ended) {
            size_t stop = end ? (size_t)(end - l->raw.ptr) : l->raw.len;
            *line = (dh_view){l->raw.ptr + l->at, stop - l->at};
            *there = end || line->len || l->too_long;
            l->at = l->searched = stop + (end != NULL);
            l->line++;
            return DH_OK;
        }
        l->searched = l->raw.len;
        if (l->raw.len - l->at > l->opt->page->max_memory) {
            l->too_long = true;
            l->at = l->raw.len;
        }
        dh_status st = read_on(l, err);
        if (st) return st;
    }
}

/* A string or a whole number, written anew: what stands in a line need not be JSON all through. */
static bool take_id(lines *l, dh_view value) {
    uint64_t number;
    dh_view text;
    if (json_get_number(value, &number)) text = value;
    else if (json_get_string(value, &l->text)) text = dh_buf_view(&l->text);
    else return false;
    l->id.len = 0;
    return !(value.ptr[0] == '"' ? json_put_string(&l->id, text) : buf_append_view(&l->id, text));
}

/* Takes a field. NULL if all is well, else what is wrong. */
static const char *take_field(lines *l, dh_view name, dh_view value, parcel *p, dh_view *page) {
    const char *field = l->opt->field;
    bool html = view_is(name, DH_VIEW("html")), text = view_is(name, DH_VIEW("text"));
    if (view_is(value, DH_VIEW("null"))) return NULL;
    if (view_is(name, DH_VIEW("id")) && take_id(l, value)) p->id = dh_buf_view(&l->id);
    if (view_is(name, DH_VIEW("url")) && json_get_string(value, &l->url)) p->url = dh_buf_view(&l->url);
    if (field ? !view_is(name, view_of(field)) : !html && !text) return NULL;
    if (!json_get_string(value, &l->page)) return "the field of the page is no string, or one larger than --max-bytes";
    *page = dh_buf_view(&l->page);
    p->from = field ? DH_FROM_AUTO : html ? DH_FROM_HTML : DH_FROM_TEXT;
    return NULL;
}

static const char *read_line(lines *l, dh_view line, parcel *p, dh_view *page) {
    json_line j;
    dh_view name, value;
    json_step step = JSON_BROKEN;
    const char *wrong = NULL;
    *page = (dh_view){NULL, 0};
    p->decoded = true;
    if (l->too_long) return "is larger than --max-memory";
    bool open = json_open(&j, line);
    while (open && !wrong && (step = json_next(&j, &name, &value)) == JSON_FIELD) wrong = take_field(l, name, value, p, page);
    if (wrong) return wrong;
    if (step != JSON_END) return "is no object of JSON";
    return page->ptr ? NULL : "has no field with a page (--field)";
}

static dh_status next_page(void *state, parcel *p, dh_view *page, bool *found, bool *over, dh_error *err) {
    lines *l = state;
    dh_view line;
    bool there;
    dh_status st;
    do st = next_line(l, &line, &there, err);
    while (!st && there && !l->too_long && view_is_blank(line));
    *over = st != DH_OK;
    if (st || !there) return st;
    const char *wrong = read_line(l, line, p, page);
    if (wrong) return err_set(err, DH_ERR_FORMAT, 0, "line %zu %s", l->line, wrong);
    *found = true;
    return DH_OK;
}

static void close_lines(void *state) {
    lines *l = state;
    if (!l) return;
    in_stream_free(l->stream);
    dh_buf_clear(&l->raw);
    dh_buf_clear(&l->page);
    dh_buf_clear(&l->url);
    dh_buf_clear(&l->id);
    dh_buf_clear(&l->text);
    free(l);
}

const unpack_format unpack_lines = {open_lines, next_page, close_lines};
