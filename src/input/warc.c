/* Reads WARC streams (ISO 28500) record by record and gives those that are pages; finds its way again behind broken
 * ones. What is inside an HTTP response is warc_http.c's business, compression of the file that of stream.c. */
#include "warc.h"

#include "arc.h"

#include <stdlib.h>

#define READ_BYTES ((size_t)256 << 10)

/* Line ends that may stand behind a record: the standard has two. */
#define GAP_BYTES 16

/* How much of an address stands in a message. */
#define BLAMED_URL_BYTES 60

/* What a record must begin with, and how its successor is found in bytes that make no sense. */
static const dh_view version = DH_LIT("WARC/1.");
static const dh_view line_version = DH_LIT("\nWARC/1.");
static const dh_view next_record = DH_LIT("\r\n\r\nWARC/1.");

struct in_warc {
    in_stream *stream;
    in_arc *arc;             /* of an ARC file: what makes records of it, */
    in_stream *translated;   /* and the stream of these; else NULL */
    size_t max_bytes, block_max;
    dh_buf raw;    /* what has been read */
    size_t at;     /* in raw: the record, or what is looked at for the next one */
    size_t done;   /* bytes from `at` on that the next call passes over: what was lent lies there */
    size_t before; /* bytes of the stream before raw */
    size_t number; /* of the record, from 1 */
    bool ended;    /* nothing more comes from the stream */
    bool lost;     /* the next record has to be looked for */
    dh_status failed;
    dh_error why; /* of `failed`: why the stream ended; told when all before it is used */
    dh_buf body;
};

/* A record as its header block tells it. The views are good until more is read. */
typedef struct {
    size_t head_len;
    uint64_t block_len;
    dh_view type, content_type, url;
    bool cut; /* WARC-Truncated */
} record;

/* ---- bytes ---- */

static size_t at_hand(const in_warc *w) { return w->raw.len - w->at; }

static dh_view view_at(const in_warc *w, size_t from) {
    return (dh_view){w->raw.ptr + w->at + from, at_hand(w) - from};
}

/* Drops what is done with, if that moves no more bytes than it drops: so that all moves are linear. */
static void drop_front(in_warc *w) {
    if (!w->at || w->at < at_hand(w)) return;
    memmove(w->raw.ptr, w->raw.ptr + w->at, at_hand(w));
    w->raw.len -= w->at;
    w->before += w->at;
    w->at = 0;
}

/* Reads until `want` bytes are at hand from w->at on, or the stream has ended. */
static void fill(in_warc *w, size_t want) {
    while (at_hand(w) < want && !w->ended) {
        size_t got = 0;
        drop_front(w);
        w->failed = buf_reserve(&w->raw, READ_BYTES);
        if (w->failed)
            err_set(&w->why, w->failed, 0, "out of memory");
        else
            w->failed = in_stream_read(w->stream, w->raw.ptr + w->raw.len, READ_BYTES, &got, &w->why);
        w->raw.len += got;
        w->ended = w->failed || !got;
    }
}

/* ---- making one ---- */

bool in_is_warc(dh_view head) {
    if (in_is_arc(head)) return true;
    const char *end = head.len ? memchr(head.ptr, '\n', head.len) : NULL;
    if (!end || !view_starts(head, version) || head.ptr[7] < '0' || head.ptr[7] > '9') return false;
    dh_view line = view_trim((dh_view){head.ptr + 8, (size_t)(end - head.ptr) - 8});
    dh_view field = {end + 1, head.len - (size_t)(end + 1 - head.ptr)};
    return !line.len && (view_starts_nocase(field, DH_VIEW("WARC-")) || view_starts_nocase(field, DH_VIEW("Content-")));
}

static dh_status translate(in_warc *w, in_stream *stream, dh_view taken, dh_error *err) {
    dh_status st = in_arc_new(stream, taken, &w->arc, err);
    if (!st) st = in_stream_new(in_arc_read, w->arc, "identity", &w->translated, err);
    w->stream = w->translated;
    return st;
}

dh_status in_warc_new(in_stream *stream, dh_view taken, size_t max_bytes, in_warc **out, dh_error *err) {
    in_warc *w = calloc(1, sizeof *w);
    if (!w) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    w->stream = stream;
    dh_buf_init(&w->raw, 0);
    dh_buf_init(&w->body, max_bytes + WARC_ROOM_BYTES);
    if (in_is_arc(taken)) {
        dh_status st = translate(w, stream, taken, err);
        if (st) {
            in_warc_free(w);
            return st;
        }
        taken.len = 0;
    }
    w->max_bytes = max_bytes;
    w->block_max = max_bytes + WARC_HEAD_MAX;
    /* A record, what is read behind it, and, as drop_front waits, as much before it. */
    dh_buf_init(&w->raw, 2 * (w->block_max + WARC_HEAD_MAX + 2 * READ_BYTES) + taken.len);
    if (dh_buf_append(&w->raw, taken.ptr, taken.len)) {
        in_warc_free(w);
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    *out = w;
    return DH_OK;
}

void in_warc_free(in_warc *w) {
    if (!w) return;
    in_stream_free(w->translated);
    in_arc_free(w->arc);
    dh_buf_clear(&w->raw);
    dh_buf_clear(&w->body);
    free(w);
}

/* ---- errors ---- */

static dh_status record_error(const in_warc *w, dh_status code, const char *what, dh_error *err) {
    return err_set(err, code, w->before + w->at, "record %zu %s", w->number, what);
}

dh_status in_warc_blame(const in_warc *w, dh_view url, const dh_error *inner, dh_error *err) {
    if (url.len > BLAMED_URL_BYTES) url.len = BLAMED_URL_BYTES;
    int len = (int)utf8_valid_prefix(url);
    size_t pos = w->before + w->at;
    return err_set(err, inner->code, pos, "record %zu: %.80s (%.*s)", w->number, inner->msg, len, url.ptr);
}

/* A broken record: what follows its first bytes is searched for the next one. */
static dh_status broken(in_warc *w, dh_status code, const char *what, dh_error *err) {
    record_error(w, code, what, err);
    w->at += at_hand(w) > 0;
    w->lost = true;
    return code;
}

/* The stream ended in a record. If it failed, then that is to be told, and nothing behind it is to be trusted. */
static dh_status cut_off(in_warc *w, dh_error *err) {
    if (!w->failed) return broken(w, DH_ERR_FORMAT, "is cut off", err);
    dh_status st = w->failed;
    if (err) *err = w->why;
    w->failed = DH_OK;
    w->at = w->raw.len;
    return st;
}

/* ---- finding records ---- */

/* Goes to the next record behind bytes that made no sense; false if there is none. */
static bool find_record(in_warc *w) {
    for (;;) {
        dh_view v = view_at(w, 0);
        const char *p = v.len ? memmem(v.ptr, v.len, line_version.ptr, line_version.len) : NULL;
        if (p) {
            w->at += (size_t)(p - v.ptr) + 1;
            w->lost = false;
            return true;
        }
        if (v.len >= line_version.len) w->at += v.len - line_version.len + 1;
        if (w->ended) {
            w->at = w->raw.len;
            return false;
        }
        fill(w, at_hand(w) + 1);
    }
}

/* Looks behind a block that ends at `end`: true if the next record follows there, or nothing. *gap receives the bytes
 * of the line ends between them. */
static bool ends_well(in_warc *w, size_t end, size_t *gap) {
    size_t n = 0;
    fill(w, end + GAP_BYTES + version.len);
    dh_view v = view_at(w, end);
    while (n < v.len && n < GAP_BYTES && (v.ptr[n] == '\r' || v.ptr[n] == '\n')) n++;
    *gap = n;
    if (n == v.len || view_starts(view_at(w, end + n), version)) return true;
    /* Broken compression gives some bytes of nonsense before it is found out: not this record's fault. */
    fill(w, at_hand(w) + 1);
    v = view_at(w, end);
    *gap = v.len;
    return w->failed && !memmem(v.ptr, v.len, line_version.ptr, line_version.len);
}

/* Passes over a block that is too large to keep, and searches it for the beginning of a record on the way, as it is
 * most often its length that lies. True if it ends well. */
static bool pass_large(in_warc *w, const record *r) {
    uint64_t left = r->block_len;
    const char *p = NULL;
    size_t n = 0;
    w->at += r->head_len;
    while (left && !p) {
        fill(w, READ_BYTES);
        dh_view v = view_at(w, 0);
        if (!v.len) return false;
        if (v.len > left) v.len = (size_t)left;
        p = memmem(v.ptr, v.len, next_record.ptr, next_record.len);
        n = v.len < left && v.len >= next_record.len ? v.len - next_record.len + 1 : v.len;
        if (p) n = (size_t)(p - v.ptr);
        w->at += n;
        left -= n;
    }
    w->lost = !ends_well(w, 0, &n);
    if (!w->lost) w->at += n;
    return !p && !w->lost;
}

/* ---- header blocks ---- */

/* What is wrong with a line of a record's header block, NULL if nothing. */
static const char *bad_line(dh_view line, size_t index) {
    if (!index) return line.len == 8 && view_starts(line, version) ? NULL : "has no version of WARC that is known";
    if (view_starts(line, version)) return "is cut off in its header";
    if (*line.ptr == ' ' || *line.ptr == '\t') return index > 1 ? NULL : "has a broken header";
    return *line.ptr != ':' && memchr(line.ptr, ':', line.len) ? NULL : "has a broken header";
}

/* Looks for the empty line that ends the header block. Stops at the first line that is broken: what has many beginnings
 * of records and no end would be looked at again and again otherwise. */
static dh_status find_head_end(in_warc *w, size_t *head_len, dh_error *err) {
    size_t at = 0;
    for (size_t index = 0;; index++) {
        dh_view v = view_at(w, at);
        const char *end;
        while (!(end = v.len ? memchr(v.ptr, '\n', v.len) : NULL)) {
            if (at_hand(w) > WARC_HEAD_MAX) return broken(w, DH_ERR_LIMIT, "has a header of more than 1 MiB", err);
            if (w->ended) return cut_off(w, err);
            fill(w, at_hand(w) + 1);
            v = view_at(w, at);
        }
        dh_view line = {v.ptr, (size_t)(end - v.ptr)};
        at += line.len + 1;
        while (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (!line.len && index) break;
        const char *what = bad_line(line, index);
        if (what) return broken(w, DH_ERR_FORMAT, what, err);
        if (at > WARC_HEAD_MAX) return broken(w, DH_ERR_LIMIT, "has a header of more than 1 MiB", err);
    }
    *head_len = at;
    return DH_OK;
}

static bool read_number(dh_view v, uint64_t *out) {
    uint64_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || n > UINT64_MAX / 20) return false;
        n = n * 10 + (uint64_t)(v.ptr[i] - '0');
    }
    *out = n;
    return v.len;
}

/* Sets the views; done when all bytes of the record are at hand. */
static void read_fields(const in_warc *w, record *r) {
    dh_view head = {w->raw.ptr + w->at, r->head_len};
    r->type = warc_field(head, "WARC-Type");
    r->content_type = warc_field(head, "Content-Type");
    r->url = warc_field(head, "WARC-Target-URI");
    r->cut = warc_field(head, "WARC-Truncated").len;
    bool brackets = r->url.len >= 2 && *r->url.ptr == '<' && r->url.ptr[r->url.len - 1] == '>';
    if (brackets) r->url = (dh_view){r->url.ptr + 1, r->url.len - 2};
}

static dh_status read_head(in_warc *w, record *r, dh_error *err) {
    dh_status st = find_head_end(w, &r->head_len, err);
    if (st) return st;
    warc_unfold(w->raw.ptr + w->at, r->head_len);
    dh_view length = warc_field((dh_view){w->raw.ptr + w->at, r->head_len}, "Content-Length");
    if (!length.len) return broken(w, DH_ERR_FORMAT, "has no Content-Length", err);
    bool number = read_number(length, &r->block_len);
    return number ? DH_OK : broken(w, DH_ERR_FORMAT, "has a Content-Length that is no number", err);
}

/* ---- which records are pages ---- */

typedef enum { MIME_OTHER, MIME_PAGE, MIME_UNKNOWN } mime_class;

/* The unknown ones are those of the MIME Sniffing Standard, and what has no slash. */
static mime_class classify(dh_view mime) {
    static const dh_view pages[] = {DH_LIT("text/html"), DH_LIT("application/xhtml+xml"), DH_LIT("text/plain")};
    static const dh_view unknown[] = {DH_LIT("unknown/unknown"), DH_LIT("application/unknown"), DH_LIT("*/*")};
    for (size_t i = 0; i < DH_COUNT(pages); i++)
        if (view_is_nocase(mime, pages[i])) return MIME_PAGE;
    for (size_t i = 0; i < DH_COUNT(unknown); i++)
        if (view_is_nocase(mime, unknown[i])) return MIME_UNKNOWN;
    return mime.len && memchr(mime.ptr, '/', mime.len) ? MIME_OTHER : MIME_UNKNOWN;
}

/* Addresses of what crawlers write about themselves: logs, manifests, lists of a page's parts. */
static bool is_crawlers_own(dh_view url) {
    static const dh_view schemes[] = {DH_LIT("metadata:"), DH_LIT("urn:"), DH_LIT("dns:"), DH_LIT("whois:"), DH_LIT("filedesc:")};
    for (size_t i = 0; i < DH_COUNT(schemes); i++)
        if (view_starts_nocase(url, schemes[i])) return true;
    return false;
}

/* True if the record may be a page by its header block. */
static bool is_wanted(const record *r) {
    static const dh_view types[] = {DH_LIT("response"), DH_LIT("resource"), DH_LIT("conversion")};
    for (size_t i = 0; i < DH_COUNT(types); i++)
        if (view_is_nocase(r->type, types[i])) return !is_crawlers_own(r->url);
    return false;
}

/* Reads what the record's block is: an HTTP response, or, in other records, the body itself. */
static dh_status read_response(char *block, size_t len, const record *r, warc_response *out, dh_error *err) {
    *out = (warc_response){.content_type = r->content_type, .body = block, .body_len = len};
    if (!view_is_nocase(r->type, DH_VIEW("response"))) return DH_OK;
    dh_view mime = warc_mime(r->content_type);
    bool http = view_is_nocase(mime, DH_VIEW("application/http")) ||
                (!mime.len && view_starts((dh_view){block, len}, DH_VIEW("HTTP/")));
    return http ? warc_response_read(block, len, out, err) : DH_OK;
}

/* True if it may be a page by its status and type. */
static bool is_page(const warc_response *p) {
    bool fetched = !p->status || (p->status >= 200 && p->status < 300);
    return fetched && classify(warc_mime(p->content_type)) != MIME_OTHER;
}

/* The same for a record of which only the first `len` bytes of the block are at hand. */
static bool is_page_block(const in_warc *w, const record *r, size_t len, warc_response *out) {
    return !read_response(w->raw.ptr + w->at + r->head_len, len, r, out, NULL) && is_page(out);
}

/* A body of unknown type: a text or HTML, and not a file of another kind. */
static bool looks_like_page(dh_view body) {
    if (in_binary_name(body)) return false;
    dh_view head = {body.ptr, body.len < 1024 ? body.len : 1024};
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.ptr[i];
        if (c >= 0x20 || ascii_space((char)c) || c == 0x1b) continue;
        /* UTF-16 and UTF-32 have NULs; what has them otherwise is no text. */
        const in_charset *charset;
        size_t skip;
        /* Names of charsets end in NUL. */
        return !c && !in_charset_find(head, NULL, &charset, &skip, NULL) && strcmp(charset->name, "UTF-8") != 0 &&
               view_starts((dh_view){charset->name, strlen(charset->name)}, DH_VIEW("UTF-"));
    }
    return true;
}

/* ---- the next page ---- */

/* A record whose block is not kept: an error if it would be a page, or if its length lies. */
static dh_status large_record(in_warc *w, record *r, dh_error *err) {
    warc_response page;
    dh_error large, lie, limit;
    read_fields(w, r);
    bool wanted = is_wanted(r) && is_page_block(w, r, at_hand(w) - r->head_len, &page);
    err_set(&limit, DH_ERR_LIMIT, 0, "its body is larger than the limit of %zu bytes (--max-bytes)", w->max_bytes);
    in_warc_blame(w, r->url, &limit, &large);
    record_error(w, DH_ERR_FORMAT, "does not end where its Content-Length says", &lie);
    bool ends = pass_large(w, r);
    if (!ends && w->failed) return cut_off(w, err);
    if (ends && !wanted) return DH_OK;
    if (err) *err = ends ? large : lie;
    return ends ? DH_ERR_LIMIT : DH_ERR_FORMAT;
}

/* Gives the record whose block is at hand, if it is a page. */
static dh_status give_page(in_warc *w, const record *r, in_record *out, bool *found, dh_error *err) {
    warc_response page;
    dh_error inner;
    dh_view body;
    dh_status st = read_response(w->raw.ptr + w->at + r->head_len, (size_t)r->block_len, r, &page, &inner);
    if (!st && !is_page(&page)) return DH_OK;
    if (!st) st = warc_body(&page, r->cut, w->max_bytes, &w->body, &body, &inner);
    if (st) return in_warc_blame(w, r->url, &inner, err);
    dh_view mime = warc_mime(page.content_type);
    if (classify(mime) == MIME_UNKNOWN && !looks_like_page(body)) return DH_OK;
    *out = (in_record){r->url, warc_charset(page.content_type), mime, body, page.status};
    *found = true;
    return DH_OK;
}

/* Reads the record at w->at. */
static dh_status take_record(in_warc *w, in_record *out, bool *found, dh_error *err) {
    record r;
    size_t gap;
    dh_status st = read_head(w, &r, err);
    if (st) return st;
    size_t kept = r.block_len < w->block_max ? (size_t)r.block_len : w->block_max, end = r.head_len + kept;
    fill(w, end);
    if (at_hand(w) < end) return cut_off(w, err);
    if (r.block_len > w->block_max) return large_record(w, &r, err);
    if (!ends_well(w, end, &gap)) return broken(w, DH_ERR_FORMAT, "does not end where its Content-Length says", err);
    w->done = end + gap;
    read_fields(w, &r);
    if (!r.type.len) return record_error(w, DH_ERR_FORMAT, "has no WARC-Type", err);
    return is_wanted(&r) ? give_page(w, &r, out, found, err) : DH_OK;
}

/* False at the end of the stream. */
static bool next_begins(in_warc *w) {
    w->at += w->done;
    w->done = 0;
    if (w->lost) return find_record(w);
    fill(w, 1);
    return at_hand(w);
}

dh_status in_warc_next(in_warc *w, in_record *out, bool *found, dh_error *err) {
    dh_status st = DH_OK;
    *found = false;
    while (!st && !*found) {
        if (!next_begins(w)) return w->failed ? cut_off(w, err) : DH_OK;
        w->number++;
        st = take_record(w, out, found, err);
    }
    return st;
}
