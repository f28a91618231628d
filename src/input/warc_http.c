/* HTTP responses as records keep them: the header block, and the body without its transfer and content encodings. Where
 * a record begins and ends is warc.c's business. */
#include "codec.h"
#include "warc.h"

/* Names of encodings are shorter; a list of them has two at most. */
#define ENCODING_BYTES 64

/* How much of a body is looked at to tell whether it is readable as it is. */
#define LOOK_BYTES ((size_t)512)

/* ---- header blocks ---- */

void warc_unfold(char *head, size_t len) {
    char *end = head + len;
    for (char *p = head; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) {
        if (p + 1 == end || (p[1] != ' ' && p[1] != '\t')) continue;
        if (p > head && p[-1] == '\r') p[-1] = ' ';
        *p = ' ';
    }
}

/* Takes the next line off *rest, with its line end. */
static dh_view take_line(dh_view *rest) {
    const char *end = memchr(rest->ptr, '\n', rest->len);
    dh_view line = {rest->ptr, end ? (size_t)(end - rest->ptr) + 1 : rest->len};
    rest->ptr += line.len;
    rest->len -= line.len;
    return line;
}

dh_view warc_field(dh_view head, const char *name) {
    /* A name of ours, which ends in NUL. */
    dh_view wanted = {name, strlen(name)}, found = {"", 0};
    while (head.len) {
        dh_view line = take_line(&head);
        const char *colon = memchr(line.ptr, ':', line.len);
        if (!colon) continue;
        size_t at = (size_t)(colon - line.ptr);
        if (!view_is_nocase(view_trim((dh_view){line.ptr, at}), wanted)) continue;
        dh_view value = view_trim((dh_view){colon + 1, line.len - at - 1});
        if (value.len) found = value;
    }
    return found;
}

/* Takes a part of a Content-Type off *rest, up to a ";" that is not quoted. */
static dh_view take_part(dh_view *rest) {
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->len && (quoted || rest->ptr[i] != ';'); i++) quoted ^= rest->ptr[i] == '"';
    dh_view part = {rest->ptr, i};
    i += i < rest->len;
    rest->ptr += i;
    rest->len -= i;
    return view_trim(part);
}

/* Two headers that were joined to one have a comma between them. */
dh_view warc_mime(dh_view content_type) {
    dh_view mime = take_part(&content_type);
    const char *comma = mime.len ? memchr(mime.ptr, ',', mime.len) : NULL;
    if (comma) mime.len = (size_t)(comma - mime.ptr);
    return view_trim(mime);
}

dh_view warc_charset(dh_view content_type) {
    take_part(&content_type);
    while (content_type.len) {
        dh_view part = take_part(&content_type);
        const char *equals = part.len ? memchr(part.ptr, '=', part.len) : NULL;
        size_t at = equals ? (size_t)(equals - part.ptr) : part.len;
        if (!equals || !view_is_nocase(view_trim((dh_view){part.ptr, at}), DH_VIEW("charset"))) continue;
        dh_view value = view_trim((dh_view){equals + 1, part.len - at - 1});
        if (value.len && (*value.ptr == '"' || *value.ptr == '\'')) {
            const char *end = memchr(value.ptr + 1, *value.ptr, value.len - 1);
            value = (dh_view){value.ptr + 1, end ? (size_t)(end - value.ptr) - 1 : value.len - 1};
        } else if (value.len && (equals = memchr(value.ptr, ',', value.len))) {
            value.len = (size_t)(equals - value.ptr);
        }
        return view_trim(value);
    }
    return (dh_view){"", 0};
}

/* ---- responses ---- */

/* Bytes of the header block at the front of v with its empty line. One without that line is all of v. */
static size_t head_bytes(dh_view v) {
    dh_view rest = v;
    while (rest.len) {
        dh_view line = take_line(&rest);
        if (*line.ptr == '\n' || (line.len == 2 && *line.ptr == '\r')) break;
    }
    return v.len - rest.len;
}

/* The three digits of "HTTP/1.1 200 OK", 0 if it is no such line. */
static int status_of(dh_view head) {
    dh_view line = take_line(&head);
    const char *p = line.len ? memchr(line.ptr, ' ', line.len) : NULL;
    if (!p || !view_starts(line, DH_VIEW("HTTP/"))) return 0;
    dh_view rest = view_trim((dh_view){p, line.len - (size_t)(p - line.ptr)});
    int status = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i == rest.len || rest.ptr[i] < '0' || rest.ptr[i] > '9') return 0;
        status = status * 10 + (rest.ptr[i] - '0');
    }
    return status;
}

dh_status warc_response_read(char *block, size_t len, warc_response *out, dh_error *err) {
    size_t at = 0, head;
    for (;;) {
        /* One byte more than a header block may have tells one that is too large. */
        size_t look = len - at < WARC_HEAD_MAX + 1 ? len - at : WARC_HEAD_MAX + 1;
        head = head_bytes((dh_view){block + at, look});
        out->status = status_of((dh_view){block + at, look});
        if (!out->status) return err_set(err, DH_ERR_FORMAT, 0, "no HTTP status line");
        if (head > WARC_HEAD_MAX)
            return err_set(err, DH_ERR_LIMIT, 0, "its HTTP header is larger than %zu bytes", WARC_HEAD_MAX);
        if (out->status >= 200 || !view_starts((dh_view){block + at + head, len - at - head}, DH_VIEW("HTTP/"))) break;
        at += head;
    }
    warc_unfold(block + at, head);
    dh_view v = {block + at, head};
    out->content_type = warc_field(v, "Content-Type");
    out->transfer_encoding = warc_field(v, "Transfer-Encoding");
    out->content_encoding = warc_field(v, "Content-Encoding");
    out->body = block + at + head;
    out->body_len = len - at - head;
    return DH_OK;
}

/* ---- chunks ---- */

typedef enum {
    CHUNKS_NONE,  /* the body is not chunked */
    CHUNKS_WHOLE, /* also if the last, empty chunk is missing: all bytes are there */
    CHUNKS_CUT,
    CHUNKS_BROKEN
} chunks_result;

/* Reads "1f40;extension" CR LF at the front of v; *used receives its bytes. CHUNKS_WHOLE: done. */
static chunks_result chunk_size(dh_view v, size_t *size, size_t *used) {
    size_t i = 0, n = 0;
    for (; i < v.len && ascii_hex(v.ptr[i]) >= 0; i++) {
        if (n > SIZE_MAX >> 5) return CHUNKS_BROKEN;
        n = n << 4 | (size_t)ascii_hex(v.ptr[i]);
    }
    if (!i) return CHUNKS_BROKEN;
    while (i < v.len && (v.ptr[i] == ' ' || v.ptr[i] == '\t')) i++; /* some servers pad it */
    if (i < v.len && v.ptr[i] == ';')
        while (i < v.len && v.ptr[i] != '\n') i++;
    else
        i += i < v.len && v.ptr[i] == '\r';
    if (i == v.len) return CHUNKS_CUT;
    if (v.ptr[i] != '\n') return CHUNKS_BROKEN;
    *size = n;
    *used = i + 1;
    return CHUNKS_WHOLE;
}

/* Bytes of the line end at the front of v; 0 if there is none. */
static size_t line_end(dh_view v) { return view_starts(v, DH_VIEW("\r\n")) ? 2 : v.len && *v.ptr == '\n'; }

/* Walks the chunks of a body; their data, and what there is of one that is cut, is moved together at its front if
 * `move`. *out_len receives its bytes, *whole the number of whole chunks. */
static chunks_result walk_chunks(char *body, size_t len, bool move, size_t *out_len, size_t *whole) {
    size_t at = 0, size, used;
    *out_len = *whole = 0;
    while (at < len) {
        chunks_result result = chunk_size((dh_view){body + at, len - at}, &size, &used);
        if (result != CHUNKS_WHOLE) return result;
        at += used;
        if (!size) break;
        bool cut = size > len - at;
        if (cut) size = len - at;
        if (move) memmove(body + *out_len, body + at, size);
        *out_len += size;
        at += size;
        if (cut) return CHUNKS_CUT;
        used = line_end((dh_view){body + at, len - at});
        if (!used && at < len) return CHUNKS_BROKEN;
        at += used;
        ++*whole;
    }
    return CHUNKS_WHOLE;
}

/* Takes the chunks off the body, in place. A body that is chunked by its header but does not begin as one was stored
 * without. A text may begin with a line that is a number, but no HTML does. */
static dh_status dechunk(const warc_response *r, bool cut, dh_view *body, dh_error *err) {
    size_t len, whole;
    *body = (dh_view){r->body, r->body_len};
    if (view_find_nocase(r->transfer_encoding, DH_VIEW("chunked")) == r->transfer_encoding.len) return DH_OK;
    chunks_result result = walk_chunks(r->body, r->body_len, false, &len, &whole);
    bool text = view_is_nocase(warc_mime(r->content_type), DH_VIEW("text/plain"));
    if (!whole && (result == CHUNKS_BROKEN || (result == CHUNKS_CUT && text && !cut))) return DH_OK;
    if (result == CHUNKS_BROKEN) return err_set(err, DH_ERR_FORMAT, 0, "its chunked body is broken");
    if (result == CHUNKS_CUT && !cut) return err_set(err, DH_ERR_FORMAT, 0, "its chunked body is cut off");
    walk_chunks(r->body, r->body_len, true, &len, &whole);
    body->len = len;
    return DH_OK;
}

/* ---- content encodings ---- */

/* Opens a body into *room. encoding as in_stream_new. */
static dh_status open_body(dh_view body, const char *encoding, size_t max_bytes, dh_buf *room, dh_error *err) {
    in_stream *stream;
    size_t got = 1;
    room->len = 0;
    dh_status st = in_stream_new(view_read, &body, encoding, &stream, err);
    if (st) return st;
    while (!st && got && room->len <= max_bytes) {
        st = buf_reserve(room, WARC_ROOM_BYTES);
        if (st == DH_ERR_NOMEM) err_set(err, st, 0, "out of memory");
        if (st) break;
        st = in_stream_read(stream, room->ptr + room->len, WARC_ROOM_BYTES, &got, err);
        room->len += got;
    }
    in_stream_free(stream);
    if (st == DH_ERR_LIMIT || room->len > max_bytes)
        return err_set(err, DH_ERR_LIMIT, 0, "its body is larger than the limit of %zu bytes (--max-bytes)", max_bytes);
    return st;
}

/* True if the body begins without control characters, as no compressed data of some length does. */
static bool is_readable(dh_view body) {
    for (size_t i = 0; i < body.len && i < LOOK_BYTES; i++)
        if ((unsigned char)body.ptr[i] < 0x20 && !ascii_space(body.ptr[i]) && body.ptr[i] != '\x1b') return false;
    return true;
}

/* True if the body does not have the encoding that its header names: formats with magic bytes are told by them, the
 * others by being readable UTF-8 as they are. */
static bool is_plain(dh_view body, dh_view encoding) {
    bool known;
    const codec *c = codec_named(encoding, &known);
    if (c && c->begins) return !codec_told(body);
    dh_view head = {body.ptr, body.len < LOOK_BYTES ? body.len : LOOK_BYTES};
    return is_readable(body) && head.len - utf8_valid_prefix(head) < (head.len < body.len ? 4 : 1);
}

/* Opens *body by the name of its encoding, or, if that is wrong, by its magic bytes; it stays as it is if it has none
 * and is readable. Errors as open_body. */
static dh_status open_named(dh_view *body, dh_view encoding, size_t max_bytes, dh_buf *room, dh_error *err) {
    char name[ENCODING_BYTES];
    if (is_plain(*body, encoding)) return DH_OK;
    size_t len = encoding.len < sizeof name ? encoding.len : sizeof name - 1; /* a name that is cut is none */
    memcpy(name, encoding.ptr, len);
    name[len] = '\0';
    bool magic = codec_told(*body);
    dh_status st = open_body(*body, name, max_bytes, room, err);
    if (st == DH_ERR_FORMAT && magic && !room->len) st = open_body(*body, NULL, max_bytes, room, err);
    if (st == DH_ERR_FORMAT && !magic && is_readable(*body)) return DH_OK;
    if (!st) *body = dh_buf_view(room);
    return st;
}

dh_status warc_body(const warc_response *r, bool cut, size_t max_bytes, dh_buf *room, dh_view *body, dh_error *err) {
    room->len = 0;
    dh_status st = dechunk(r, cut, body, err);
    if (st) return st;
    dh_view encoding = r->content_encoding;
    bool named = encoding.len && !view_is_nocase(encoding, DH_VIEW("identity"));
    if (named)
        st = open_named(body, encoding, max_bytes, room, err);
    else if (codec_told(*body)) {
        st = open_body(*body, NULL, max_bytes, room, err);
        if (!st) *body = dh_buf_view(room);
    }
    /* What came before the cut is what the record has. */
    if (st == DH_ERR_FORMAT && cut && room->len) {
        *body = dh_buf_view(room);
        st = DH_OK;
    }
    if (!st && body->len > max_bytes)
        st = err_set(err, DH_ERR_LIMIT, 0, "its body is larger than the limit of %zu bytes (--max-bytes)", max_bytes);
    return st;
}
