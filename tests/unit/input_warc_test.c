/* WARC: which records are pages, how their bodies come out, and how a reader finds its way behind broken ones. */
#include "input/warc.h"
#include "input_tests.h"

#include <stdio.h>
#include <zlib.h>

#define PAGE "<html><p>The rain fell.</p></html>"

/* ---- making archives ---- */

static void add_record(dh_buf *out, const char *head, dh_view block) {
    ck_assert_int_eq(buf_printf(out, "WARC/1.0\r\n%sContent-Length: %zu\r\n\r\n", head, block.len), DH_OK);
    ck_assert_int_eq(buf_append_view(out, block), DH_OK);
    ck_assert_int_eq(buf_append_view(out, DH_VIEW("\r\n\r\n")), DH_OK);
}

#define RESPONSE                                                                                                       \
    "WARC-Type: response\r\nWARC-Target-URI: http://example.org/\r\nContent-Type: application/http; "                  \
    "msgtype=response\r\n"
#define OK_HTML "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

/* ---- one record each ---- */

typedef struct {
    const char *what, *head; /* head NULL: RESPONSE */
    dh_view block;
    const char *want; /* the body; NULL: it is no page; "!" and words: the error has them */
} record_row;

static const record_row record_rows[] = {
    {"a page", NULL, DH_LIT(OK_HTML "\r\n" PAGE), PAGE},
    {"LF for CRLF", NULL, DH_LIT("HTTP/1.0 200\nContent-Type: text/html\n\n" PAGE), PAGE},
    {"HTTP/2", NULL, DH_LIT("HTTP/2 200\r\ncontent-type: text/html\r\n\r\n" PAGE), PAGE},
    {"an empty body", NULL, DH_LIT(OK_HTML "\r\n"), ""},
    {"a header block without an end", NULL, DH_LIT(OK_HTML), ""},
    {"a body with a record's first line", NULL, DH_LIT(OK_HTML "\r\nA\r\n\r\nWARC/1.0\r\nB"), "A\r\n\r\nWARC/1.0\r\nB"},
    {"100 before it", NULL, DH_LIT("HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" OK_HTML "\r\n" PAGE), PAGE},
    {"status 203", NULL, DH_LIT("HTTP/1.1 203 Changed\r\nContent-Type: text/html\r\n\r\n" PAGE), PAGE},
    {"status 404", NULL, DH_LIT("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" PAGE), NULL},
    {"status 301", NULL, DH_LIT("HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\nLocation: /a\r\n\r\n" PAGE), NULL},
    {"status 503", NULL, DH_LIT("HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\n\r\n" PAGE), NULL},
    {"no status", NULL, DH_LIT("HTTP/1.1 OK\r\nContent-Type: text/html\r\n\r\n" PAGE), "!no HTTP status line"},
    {"no HTTP", NULL, DH_LIT(PAGE), "!no HTTP status line"},
    {"an empty block", NULL, DH_LIT(""), "!no HTTP status line"},
    /* types of bodies */
    {"XHTML", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: application/xhtml+xml\r\n\r\n" PAGE), PAGE},
    {"plain text", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nHello"), "Hello"},
    {"case and space in a type", NULL, DH_LIT("HTTP/1.1 200 OK\r\nCONTENT-TYPE:Text/HTML ;charset=x\r\n\r\n" PAGE),
     PAGE},
    {"a folded type", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type:\r\n text/html\r\n\r\n" PAGE), PAGE},
    {"the last of two types", NULL,
     DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Type: text/html\r\n\r\n" PAGE), PAGE},
    {"two types in one", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: text/html, text/html\r\n\r\n" PAGE), PAGE},
    {"an image", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"), NULL},
    {"a style sheet", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\np {}"), NULL},
    {"JSON", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"), NULL},
    {"no type, HTML", NULL, DH_LIT("HTTP/1.1 200 OK\r\n\r\n" PAGE), PAGE},
    {"no type, text", NULL, DH_LIT("HTTP/1.1 200 OK\r\n\r\nHello"), "Hello"},
    {"no type, an image", NULL, DH_LIT("HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), NULL},
    {"no type, control characters", NULL, DH_LIT("HTTP/1.1 200 OK\r\n\r\n\1\2\3\4\5\6"), NULL},
    {"no type, UTF-16", NULL, DH_LIT("HTTP/1.1 200 OK\r\n\r\n\xff\xfeH\0i\0"), "\xff\xfeH"},
    {"a type that nobody knows", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: unknown/unknown\r\n\r\n" PAGE), PAGE},
    {"a type that is none", NULL, DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: html\r\n\r\n" PAGE), PAGE},
    /* transfer encoding */
    {"chunks", NULL,
     DH_LIT(OK_HTML
            "Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1d;a=b\r\n><p>The rain fell.</p></html>\r\n0\r\n\r\n"),
     PAGE},
    {"padded chunks with LF", NULL,
     DH_LIT(OK_HTML "Transfer-Encoding: Chunked\r\n\r\n5  \n<html\n00001D\n><p>The rain fell.</p></html>\n0\n\n"),
     PAGE},
    {"chunks with a trailer", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\nA: b\r\n\r\n"),
     "Hello"},
    {"chunks without the last", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n"), "Hello"},
    {"no chunks", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n" PAGE), PAGE},
    {"no chunks, hex digits first", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\nabc is the alphabet"),
     "abc is the alphabet"},
    {"no chunks, a number first", NULL,
     DH_LIT("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2024\r\nA year\r\n"),
     "2024\r\nA year\r\n"},
    {"no chunks, a small number first", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n3\r\nHello you\r\n"),
     "3\r\nHello you\r\n"},
    {"an empty body in chunks", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ""},
    {"chunks that are cut", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n9\r\nyou"),
     "!chunked body is cut off"},
    {"a first chunk that is cut", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n99\r\nHello"),
     "!chunked body is cut off"},
    {"a size that is cut", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n9"),
     "!chunked body is cut off"},
    {"broken chunks", NULL, DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\nyou\r\n"),
     "!chunked body is broken"},
    {"a chunk of 2^68 bytes", NULL,
     DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n100000000000000000\r\nyou"),
     "!chunked body is broken"},
    {"chunks, known to be cut", RESPONSE "WARC-Truncated: length\r\n",
     DH_LIT(OK_HTML "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n9\r\nyou"), "Helloyou"},
    /* content encoding: the packed ones follow below */
    {"no gzip any more", NULL, DH_LIT(OK_HTML "Content-Encoding: gzip\r\n\r\n" PAGE), PAGE},
    {"no brotli any more", NULL, DH_LIT(OK_HTML "Content-Encoding: br\r\n\r\n" PAGE), PAGE},
    {"no deflate any more", NULL, DH_LIT(OK_HTML "Content-Encoding: deflate\r\n\r\n" PAGE), PAGE},
    {"no brotli any more, windows-1252", NULL, DH_LIT(OK_HTML "Content-Encoding: br\r\n\r\n<p>caf\xe9 cr\xe8me"),
     "<p>caf\xe9 cr\xe8me"},
    {"a letter that is brotli too", NULL, DH_LIT(OK_HTML "Content-Encoding: br\r\n\r\n; Hello"), "; Hello"},
    {"an encoding that is none", NULL, DH_LIT(OK_HTML "Content-Encoding: UTF-8\r\n\r\n" PAGE), PAGE},
    {"identity", NULL, DH_LIT(OK_HTML "Content-Encoding: identity\r\n\r\n" PAGE), PAGE},
    {"broken brotli", NULL,
     DH_LIT(OK_HTML "Content-Encoding: br\r\n\r\n\x1b\x4d\0\x08\x8c\xd4\xff\xff\xff\xff\xff\xff"), "!brotli data"},
    {"broken gzip", NULL, DH_LIT(OK_HTML "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3\xff\xff\xff\xff"),
     "!broken gzip data"},
    {"an unknown encoding of bytes", NULL, DH_LIT(OK_HTML "Content-Encoding: compress\r\n\r\n\x1f\x9d\x90\1\2\3\4"),
     "!unknown encoding \"compress\""},
    /* types of records */
    {"a resource", "WARC-Type: resource\r\nWARC-Target-URI: file:///a\r\nContent-Type: text/html\r\n", DH_LIT(PAGE),
     PAGE},
    {"a resource that looks like HTTP", "WARC-Type: resource\r\nContent-Type: text/plain\r\n",
     DH_LIT("HTTP/1.1 404 No\r\n\r\nx"), "HTTP/1.1 404 No\r\n\r\nx"},
    {"a resource of no type", "WARC-Type: resource\r\n", DH_LIT(PAGE), PAGE},
    {"a resource that is an image", "WARC-Type: resource\r\nContent-Type: image/gif\r\n", DH_LIT("GIF89a"), NULL},
    {"a crawler's log",
     "WARC-Type: resource\r\nWARC-Target-URI: metadata://gnu.org/software/wget/warc/wget.log\r\nContent-Type: "
     "text/plain\r\n",
     DH_LIT("log"), NULL},
    {"a crawler's list",
     "WARC-Type: resource\r\nWARC-Target-URI: urn:pageinfo:http://a/\r\nContent-Type: text/plain\r\n", DH_LIT("x"),
     NULL},
    {"a conversion", "WARC-Type: conversion\r\nWARC-Target-URI: http://a/\r\nContent-Type: text/plain\r\n",
     DH_LIT("Hello"), "Hello"},
    {"a request", "WARC-Type: request\r\nContent-Type: application/http; msgtype=request\r\n",
     DH_LIT("GET / HTTP/1.1\r\n\r\n"), NULL},
    {"the archive's description", "WARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\n",
     DH_LIT("software: x\r\n"), NULL},
    {"metadata", "WARC-Type: metadata\r\nContent-Type: text/plain\r\n", DH_LIT("x"), NULL},
    {"a revisit", "WARC-Type: revisit\r\nContent-Type: application/http\r\n", DH_LIT(OK_HTML "\r\n"), NULL},
    {"a continuation", "WARC-Type: continuation\r\nContent-Type: text/html\r\n", DH_LIT(PAGE), NULL},
    {"a type to come", "WARC-Type: hologram\r\nContent-Type: text/html\r\n", DH_LIT(PAGE), NULL},
    {"a look-up of a name", "WARC-Type: response\r\nWARC-Target-URI: dns:a\r\nContent-Type: text/dns\r\n",
     DH_LIT("1.2.3.4"), NULL},
    {"a response that is no HTTP", "WARC-Type: response\r\nContent-Type: text/html\r\n", DH_LIT(PAGE), PAGE},
    {"a response of no type", "WARC-Type: response\r\n", DH_LIT(OK_HTML "\r\n" PAGE), PAGE},
    {"no type of record", "WARC-Target-URI: http://a/\r\n", DH_LIT(PAGE), "!record 1 has no WARC-Type"},
    {"names in another case", "warc-type:RESPONSE\r\ncontent-TYPE:Application/HTTP\r\n", DH_LIT(OK_HTML "\r\n" PAGE),
     PAGE},
};

typedef struct {
    char *copy;
    sup_source source;
    in_stream *stream;
    in_warc *warc;
} archive;

static void open_archive(archive *a, dh_view bytes, size_t step, size_t max_bytes) {
    a->copy = test_copy(bytes);
    a->source = (sup_source){{a->copy, bytes.len}, step};
    ck_assert_int_eq(in_stream_new(sup_read, &a->source, NULL, &a->stream, NULL), DH_OK);
    ck_assert_int_eq(in_warc_new(a->stream, DH_VIEW(""), max_bytes, &a->warc, NULL), DH_OK);
}

static void close_archive(archive *a) {
    in_warc_free(a->warc);
    in_stream_free(a->stream);
    free(a->copy);
}

/* Checks what a call gave against a row's `want`. */
static void check_want(const char *want, dh_status st, bool found, const in_record *r, const dh_error *err,
                       const char *what) {
    if (want && *want == '!') {
        ck_assert_msg(st && strstr(err->msg, want + 1), "%s: status %d, \"%s\"", what, st, err->msg);
        return;
    }
    ck_assert_msg(!st, "%s: %s", what, err->msg);
    ck_assert_msg(found == (want != NULL), "%s: %s", what, found ? "a page" : "no page");
    /* A NUL in a body ends `want` early. */
    bool fits =
        !found || (strchr(want, '\xfe') ? view_starts(r->body, view_of(want)) : view_is(r->body, view_of(want)));
    ck_assert_msg(fits, "%s: \"%.*s\"", what, (int)r->body.len, r->body.ptr);
}

/* Alone, and before a page that must come in any case. */
START_TEST(reads_records) {
    const record_row *row = &record_rows[_i];
    for (size_t step = 1; step < 4000; step *= 13) {
        archive a;
        dh_buf file;
        in_record r = {0};
        dh_error err = {0};
        bool found;
        dh_buf_init(&file, 0);
        add_record(&file, row->head ? row->head : RESPONSE, row->block);
        add_record(&file, RESPONSE, DH_VIEW(OK_HTML "\r\nlast"));
        open_archive(&a, dh_buf_view(&file), step, 1000);
        dh_status st = in_warc_next(a.warc, &r, &found, &err);
        if (!row->want) {
            check_want("last", st, found, &r, &err, row->what);
        } else {
            check_want(row->want, st, found, &r, &err, row->what);
            st = in_warc_next(a.warc, &r, &found, &err);
            check_want("last", st, found, &r, &err, row->what);
        }
        ck_assert_msg(!in_warc_next(a.warc, &r, &found, &err) && !found, "%s: no end", row->what);
        close_archive(&a);
        dh_buf_clear(&file);
    }
}
END_TEST

/* ---- fields ---- */

START_TEST(reads_fields) {
    static const struct {
        const char *type, *mime, *charset;
    } rows[] = {
        {"text/html; charset=utf-8", "text/html", "utf-8"},
        {"text/html;charset=\"utf-8\"", "text/html", "utf-8"},
        {"text/html; charset='utf-8'", "text/html", "utf-8"},
        {"text/html ; Charset = koi8-r ; a=b", "text/html", "koi8-r"},
        {"text/html; a=\";charset=x\"; charset=koi8-r", "text/html", "koi8-r"},
        {"text/html; a=charset; b", "text/html", ""},
        {"text/html; charset=", "text/html", ""},
        {"text/html; charset=\"utf-8", "text/html", "utf-8"},
        {"text/html; charset=utf-8, text/html", "text/html", "utf-8"},
        {"text/html;;;charset=utf-8", "text/html", "utf-8"},
        {"text/html", "text/html", ""},
        {";charset=utf-8", "", "utf-8"},
        {"", "", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_view mime = warc_mime(view_of(rows[i].type)), name = warc_charset(view_of(rows[i].type));
        ck_assert_msg(view_is(mime, view_of(rows[i].mime)), "%s: %.*s", rows[i].type, (int)mime.len, mime.ptr);
        ck_assert_msg(view_is(name, view_of(rows[i].charset)), "%s: %.*s", rows[i].type, (int)name.len, name.ptr);
    }
}
END_TEST

START_TEST(lends_what_a_record_says) {
    archive a;
    dh_buf file;
    in_record r;
    bool found;
    dh_buf_init(&file, 0);
    add_record(&file,
               "WARC-Type: response\r\nWARC-Target-URI: <http://example.org/a>\r\nContent-Type: application/http\r\n",
               DH_VIEW("HTTP/1.1 206 Part\r\nContent-Type: text/html;\r\n\tcharset=\"koi8-r\"\r\n\r\nx"));
    open_archive(&a, dh_buf_view(&file), 10, 1000);
    ck_assert(!in_warc_next(a.warc, &r, &found, NULL) && found);
    ck_assert(view_is(r.url, DH_VIEW("http://example.org/a")));
    ck_assert(view_is(r.mime, DH_VIEW("text/html")));
    ck_assert(view_is(r.charset, DH_VIEW("koi8-r")));
    ck_assert_int_eq(r.status, 206);
    close_archive(&a);
    dh_buf_clear(&file);
}
END_TEST

START_TEST(knows_archives) {
    static const struct {
        bool is;
        dh_view head;
    } rows[] = {
        {true, DH_LIT("WARC/1.0\r\nWARC-Type: warcinfo\r\n")},
        {true, DH_LIT("WARC/1.1\nContent-Length: 0\n")},
        {true, DH_LIT("WARC/1.1\r\nwarc-date: x")},
        {false, DH_LIT("WARC/1.0")},
        {false, DH_LIT("WARC/1.")},
        {false, DH_LIT("WARC/1.\n")},
        {false, DH_LIT("WARC/1.0\r\n")},
        {false, DH_LIT("WARC/2.0\r\nWARC-Type: x\r\n")},
        {false, DH_LIT("WARC/1.0 is a version of it\nWARC-Type: x\n")},
        {false, DH_LIT("WARC/1.0\nis how each record begins.\n")},
        {false, DH_LIT(" WARC/1.0\r\nWARC-Type: x\r\n")},
        {false, DH_LIT("")},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char *copy = test_copy(rows[i].head);
        ck_assert_msg(in_is_warc((dh_view){copy, rows[i].head.len}) == rows[i].is, "row %zu", i);
        free(copy);
    }
}
END_TEST

/* ---- packed bodies ---- */

/* PAGE in a record with this Content-Encoding; the first `keep` of its bytes. */
static void add_packed(dh_buf *file, const char *head, const char *encoding, int window_bits, size_t keep,
                       bool chunked) {
    char bytes[300], block[600];
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)PAGE;
    z.avail_in = sizeof PAGE - 1;
    z.next_out = (unsigned char *)bytes;
    z.avail_out = sizeof bytes;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = z.total_out < keep ? z.total_out : keep;
    deflateEnd(&z);
    int n = snprintf(block, sizeof block, OK_HTML "%s%s", encoding,
                     chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
    if (chunked) n += snprintf(block + n, sizeof block - (size_t)n, "%zx\r\n", len);
    memcpy(block + n, bytes, len);
    n += (int)len;
    if (chunked) n += snprintf(block + n, sizeof block - (size_t)n, "\r\n0\r\n\r\n");
    add_record(file, head, (dh_view){block, (size_t)n});
}

START_TEST(opens_bodies) {
    static const struct {
        const char *what, *head, *encoding;
        int window_bits;
        size_t keep;
        bool chunked;
        const char *want;
    } rows[] = {
        {"gzip", RESPONSE, "Content-Encoding: gzip\r\n", 31, 300, false, PAGE},
        {"gzip in chunks", RESPONSE, "Content-Encoding: gzip\r\n", 31, 300, true, PAGE},
        {"deflate", RESPONSE, "Content-Encoding: deflate\r\n", 15, 300, false, PAGE},
        {"raw deflate", RESPONSE, "Content-Encoding: deflate\r\n", -15, 300, false, PAGE},
        {"gzip that calls itself brotli", RESPONSE, "Content-Encoding: br\r\n", 31, 300, false, PAGE},
        {"gzip that calls itself nothing", RESPONSE, "", 31, 300, false, PAGE},
        {"gzip of an unknown name", RESPONSE, "Content-Encoding: x-y\r\n", 31, 300, false, PAGE},
        {"gzip that is cut", RESPONSE, "Content-Encoding: gzip\r\n", 31, 30, false,
         "!record 1: gzip data that is cut off (http://example.org/)"},
        {"gzip, known to be cut", RESPONSE "WARC-Truncated: time\r\n", "Content-Encoding: gzip\r\n", 31, 44, false,
         PAGE},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        archive a;
        dh_buf file;
        in_record r = {0};
        dh_error err = {0};
        bool found;
        dh_buf_init(&file, 0);
        add_packed(&file, rows[i].head, rows[i].encoding, rows[i].window_bits, rows[i].keep, rows[i].chunked);
        open_archive(&a, dh_buf_view(&file), 50, 1000);
        dh_status st = in_warc_next(a.warc, &r, &found, &err);
        check_want(rows[i].want, st, found, &r, &err, rows[i].what);
        close_archive(&a);
        dh_buf_clear(&file);
    }
}
END_TEST

/* ---- broken archives ---- */

/* Archives as they stand; the pages' bodies and errors that come, one after the other. */
typedef struct {
    const char *what;
    dh_view file;
    const char *want[5];
} broken_row;

#define FIELDS     "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n"
#define GOOD(c)    FIELDS "Content-Length: 1\r\n\r\n" c "\r\n\r\n"
#define ENDS_WRONG "! does not end where its Content-Length says"

static const broken_row broken_rows[] = {
    {"nothing wrong", DH_LIT(GOOD("a") GOOD("b")), {"a", "b"}},
    {"no line ends between records", DH_LIT(FIELDS "Content-Length: 1\r\n\r\na" GOOD("b")), {"a", "b"}},
    {"one line end between them", DH_LIT(FIELDS "Content-Length: 1\n\na\n" GOOD("b")), {"a", "b"}},
    {"five of them", DH_LIT(GOOD("a") "\n\n\n" GOOD("b") "\r\n\r\n"), {"a", "b"}},
    {"no Content-Length", DH_LIT(FIELDS "\r\na\r\n\r\n" GOOD("b")), {"!record 1 has no Content-Length", "b"}},
    {"a Content-Length of letters",
     DH_LIT(FIELDS "Content-Length: 1x\r\n\r\na\r\n\r\n" GOOD("b")),
     {"!has a Content-Length that is no number", "b"}},
    {"a negative one", DH_LIT(FIELDS "Content-Length: -1\r\n\r\na\r\n\r\n" GOOD("b")), {"!is no number", "b"}},
    {"one of 30 digits",
     DH_LIT(FIELDS "Content-Length: 100000000000000000000000000000\r\n\r\na\r\n\r\n" GOOD("b")),
     {"!is no number", "b"}},
    {"one that is too small", DH_LIT(FIELDS "Content-Length: 1\r\n\r\naaa\r\n\r\n" GOOD("b")), {ENDS_WRONG, "b"}},
    {"one that is too large",
     DH_LIT(FIELDS "Content-Length: 9\r\n\r\na\r\n\r\n" GOOD("b") GOOD("c")),
     {ENDS_WRONG, "b", "c"}},
    {"one that is past the end",
     DH_LIT(FIELDS "Content-Length: 9999\r\n\r\na\r\n\r\n" GOOD("b") GOOD("c")),
     {"!record 1 is cut off", "b", "c"}},
    {"one of a million and more",
     DH_LIT(FIELDS "Content-Length: 99999999999\r\n\r\na\r\n\r\n" GOOD("b") GOOD("c")),
     {"!is cut off", "b", "c"}},
    {"the last record cut in its block",
     DH_LIT(GOOD("a") FIELDS "Content-Length: 5\r\n\r\nbb"),
     {"a", "!record 2 is cut off"}},
    {"the last record cut in its header", DH_LIT(GOOD("a") FIELDS), {"a", "!record 2 is cut off"}},
    {"the last record cut in its first line", DH_LIT(GOOD("a") "WARC/1."), {"a", "!record 2 is cut off"}},
    {"the last record cut behind its block", DH_LIT(FIELDS "Content-Length: 1\r\n\r\na\r\n"), {"a"}},
    {"cut in the header, then another file", DH_LIT(FIELDS "Content-Len\r\n" GOOD("b")), {"!has a broken header", "b"}},
    {"cut behind a line", DH_LIT(FIELDS GOOD("b")), {"!is cut off in its header", "b"}},
    {"a line without a colon",
     DH_LIT(FIELDS "hello\r\nContent-Length: 1\r\n\r\na\r\n\r\n" GOOD("b")),
     {"!has a broken header", "b"}},
    {"a folded first line", DH_LIT("WARC/1.0\r\n a: b\r\n\r\n" GOOD("b")), {"!has a broken header", "b"}},
    {"another version",
     DH_LIT(GOOD("a") "WARC/1.0x\r\nWARC-Type: resource\r\n\r\n\r\n" GOOD("b")),
     {"a", "!no version of WARC", "b"}},
    {"garbage between records", DH_LIT(GOOD("a") "garbage\r\n" GOOD("b")), {ENDS_WRONG, "b"}},
    {"three broken ones",
     DH_LIT(FIELDS "\r\n" FIELDS "\r\n" FIELDS "\r\n" GOOD("b")),
     {"!record 1 ", "!record 2 ", "!record 3 ", "b"}},
    {"only garbage behind it", DH_LIT(FIELDS "\r\n\r\ngarbage\nWARC/1"), {"!has no Content-Length"}},
    {"folded fields",
     DH_LIT("WARC/1.0\r\nWARC-Type:\r\n resource\r\nContent-Length:\n\t1\r\n\r\na\r\n\r\n" GOOD("b")),
     {"a", "b"}},
};

START_TEST(goes_on_behind_broken_records) {
    const broken_row *row = &broken_rows[_i];
    for (size_t step = 1; step < 1000; step *= 7) {
        archive a;
        open_archive(&a, row->file, step, 1000);
        for (size_t i = 0; i < DH_COUNT(row->want); i++) {
            in_record r = {0};
            dh_error err = {0};
            bool found;
            char what[100];
            snprintf(what, sizeof what, "%s, step %zu, call %zu", row->what, step, i + 1);
            dh_status st = in_warc_next(a.warc, &r, &found, &err);
            check_want(row->want[i], st, found, &r, &err, what);
            if (!row->want[i]) break;
        }
        close_archive(&a);
    }
}
END_TEST

/* ---- limits ---- */

/* A record whose block has `len` bytes, and says `said`. */
static void add_large(dh_buf *file, const char *head, size_t len, size_t said) {
    char *body = malloc(len);
    ck_assert_ptr_nonnull(body);
    memset(body, 'a', len);
    ck_assert_int_eq(buf_printf(file, "WARC/1.0\r\n%sContent-Length: %zu\r\n\r\n", head, said), DH_OK);
    ck_assert_int_eq(dh_buf_append(file, body, len), DH_OK);
    ck_assert_int_eq(buf_append_view(file, DH_VIEW("\r\n\r\n")), DH_OK);
    free(body);
}

#define TEXT_RESOURCE  "WARC-Type: resource\r\nContent-Type: text/plain\r\nWARC-Target-URI: http://a/\r\n"
#define IMAGE_RESOURCE "WARC-Type: resource\r\nContent-Type: image/png\r\nWARC-Target-URI: http://a/\r\n"

START_TEST(bounds_bodies) {
    static const struct {
        const char *head;
        size_t len, said;
        const char *want;
    } rows[] = {
        {TEXT_RESOURCE, 1000, 1000, "="},
        {TEXT_RESOURCE, 1001, 1001,
         "!record 1: its body is larger than the limit of 1000 bytes (--max-bytes) (http://a/)"},
        {TEXT_RESOURCE, 3 << 20, 3 << 20,
         "!record 1: its body is larger than the limit of 1000 bytes (--max-bytes) (http://a/)"},
        {IMAGE_RESOURCE, 3 << 20, 3 << 20, NULL},
        {TEXT_RESOURCE, 3 << 20, 2 << 20, ENDS_WRONG},
        {TEXT_RESOURCE, 2 << 20, 3 << 20, ENDS_WRONG},
        {IMAGE_RESOURCE, 2 << 20, 1 << 30, ENDS_WRONG},
        {IMAGE_RESOURCE, 20, 1 << 30, "!record 1 is cut off"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        archive a;
        dh_buf file;
        in_record r = {0};
        dh_error err = {0};
        bool found;
        char what[30];
        snprintf(what, sizeof what, "row %zu", i);
        dh_buf_init(&file, 0);
        add_large(&file, rows[i].head, rows[i].len, rows[i].said);
        add_record(&file, TEXT_RESOURCE, DH_VIEW("next"));
        open_archive(&a, dh_buf_view(&file), 100000, 1000);
        dh_status st = in_warc_next(a.warc, &r, &found, &err);
        if (rows[i].want && *rows[i].want == '=')
            ck_assert_msg(!st && found && r.body.len == rows[i].len, "%s", what);
        else
            check_want(rows[i].want ? rows[i].want : "next", st, found, &r, &err, what);
        if (rows[i].want) {
            st = in_warc_next(a.warc, &r, &found, &err);
            check_want("next", st, found, &r, &err, what);
        }
        close_archive(&a);
        dh_buf_clear(&file);
    }
}
END_TEST

START_TEST(bounds_header_blocks) {
    archive a;
    dh_buf file;
    in_record r = {0};
    dh_error err = {0};
    bool found;
    dh_buf_init(&file, 0);
    ck_assert_int_eq(buf_printf(&file, "WARC/1.0\r\n"), DH_OK);
    for (size_t i = 0; i < 200000; i++) ck_assert_int_eq(buf_printf(&file, "A: %zu\r\n", i), DH_OK);
    add_record(&file, TEXT_RESOURCE, DH_VIEW("next"));
    ck_assert_int_eq(buf_printf(&file, "WARC/1.0\r\n" RESPONSE "Content-Length: 1200017\r\n\r\nHTTP/1.1 200 OK\r\n"),
                     DH_OK);
    for (size_t i = 0; i < 200000; i++) ck_assert_int_eq(buf_printf(&file, "A: b\r\n"), DH_OK);
    ck_assert_int_eq(buf_printf(&file, "\r\n\r\n"), DH_OK);
    add_record(&file, TEXT_RESOURCE, DH_VIEW("last"));
    open_archive(&a, dh_buf_view(&file), 100000, 1 << 20);
    ck_assert_int_eq(in_warc_next(a.warc, &r, &found, &err), DH_ERR_LIMIT);
    ck_assert_str_eq(err.msg, "record 1 has a header of more than 1 MiB");
    ck_assert(!in_warc_next(a.warc, &r, &found, &err) && found && view_is(r.body, DH_VIEW("next")));
    ck_assert_int_eq(in_warc_next(a.warc, &r, &found, &err), DH_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.msg, "its HTTP header is larger than 1048576 bytes"));
    ck_assert(!in_warc_next(a.warc, &r, &found, &err) && found && view_is(r.body, DH_VIEW("last")));
    close_archive(&a);
    dh_buf_clear(&file);
}
END_TEST

/* A body of a megabyte that is packed to a kilobyte. */
START_TEST(bounds_packed_bodies) {
    archive a;
    dh_buf file, block;
    in_record r = {0};
    dh_error err = {0};
    bool found;
    size_t len = 1 << 20;
    char *page = calloc(1, len), packed[4096];
    ck_assert_ptr_nonnull(page);
    memset(page, ' ', len);
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)page;
    z.avail_in = (unsigned)len;
    z.next_out = (unsigned char *)packed;
    z.avail_out = sizeof packed;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    dh_buf_init(&block, 0);
    dh_buf_init(&file, 0);
    ck_assert_int_eq(buf_printf(&block, OK_HTML "Content-Encoding: gzip\r\n\r\n"), DH_OK);
    ck_assert_int_eq(dh_buf_append(&block, packed, z.total_out), DH_OK);
    deflateEnd(&z);
    add_record(&file, RESPONSE, dh_buf_view(&block));
    for (size_t max = len - 1; max <= len; max++) {
        open_archive(&a, dh_buf_view(&file), 5000, max);
        dh_status st = in_warc_next(a.warc, &r, &found, &err);
        ck_assert_int_eq(st, max < len ? DH_ERR_LIMIT : DH_OK);
        ck_assert(max < len || (found && r.body.len == len));
        ck_assert(!in_warc_next(a.warc, &r, &found, &err) && !found);
        close_archive(&a);
    }
    dh_buf_clear(&block);
    dh_buf_clear(&file);
    free(page);
}
END_TEST

/* Half a million beginnings of records without an end: each costs an error, and all of them no more than a read. The
 * ceiling on work is the test's timeout: looked at from each beginning to the end they would be 10^12 bytes. */
START_TEST(takes_linear_time) {
    archive a;
    dh_buf file;
    size_t errors = 0;
    bool found = false;
    dh_buf_init(&file, 0);
    for (size_t i = 0; i < 500000; i++)
        ck_assert_int_eq(buf_append_view(&file, DH_VIEW("WARC/1.0\r\nA: b\r\n")), DH_OK);
    for (size_t i = 0; i < 20000; i++)
        ck_assert_int_eq(buf_append_view(&file, DH_VIEW(FIELDS "Content-Length: 9000000\r\n\r\n")), DH_OK);
    open_archive(&a, dh_buf_view(&file), 1 << 20, 64 << 20);
    for (dh_status st = DH_ERR_FORMAT; st; errors += st != DH_OK) {
        in_record r;
        st = in_warc_next(a.warc, &r, &found, NULL);
    }
    ck_assert(!found);
    ck_assert_uint_eq(errors, 520000);
    close_archive(&a);
    dh_buf_clear(&file);
}
END_TEST

/* ---- through the public reader ---- */

static size_t count_pages(dh_reader *reader, size_t *errors, dh_error *err) {
    size_t pages = 0;
    *errors = 0;
    for (size_t i = 0; i < 100; i++) {
        dh_page *page = NULL;
        dh_status st = dh_reader_next(reader, &page, err);
        if (!st && !page) return pages;
        pages += !st;
        *errors += st != DH_OK;
        dh_page_free(page);
    }
    ck_abort_msg("the reader does not end");
}

/* An archive of two members, the second one broken: the first one's page comes, then the error, then the end. */
START_TEST(gives_what_is_before_a_failure) {
    dh_buf file, text;
    dh_error err = {0};
    dh_reader *reader = NULL;
    size_t errors;
    dh_buf_init(&file, 0);
    dh_buf_init(&text, 0);
    char packed[2000];
    for (int i = 0; i < 2; i++) {
        text.len = 0;
        add_record(
            &text, RESPONSE,
            DH_VIEW("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=koi8-r\r\n\r\n<p>\xf0\xd2\xc9\xd7\xc5\xd4"));
        z_stream z = {0};
        ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = (unsigned char *)text.ptr;
        z.avail_in = (unsigned)text.len;
        z.next_out = (unsigned char *)packed;
        z.avail_out = sizeof packed;
        ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
        if (i) memset(packed + 15, '\xff', 30);
        ck_assert_int_eq(dh_buf_append(&file, packed, z.total_out), DH_OK);
        deflateEnd(&z);
    }
    sup_source source = {dh_buf_view(&file), 100};
    ck_assert_int_eq(dh_reader_new(sup_context(), NULL, sup_read, &source, &reader, NULL), DH_OK);
    dh_page *page = NULL;
    ck_assert_msg(!dh_reader_next(reader, &page, &err) && page, "%s", err.msg);
    ck_assert_str_eq(dh_page_charset(page), "KOI8-R");
    ck_assert(view_is(dh_reader_url(reader), DH_VIEW("http://example.org/")));
    dh_page_free(page);
    ck_assert_uint_eq(count_pages(reader, &errors, &err), 0);
    ck_assert_uint_eq(errors, 1);
    ck_assert_str_eq(err.msg, "broken gzip data");
    ck_assert_uint_eq(dh_reader_url(reader).len, 0);
    dh_reader_free(reader);
    dh_buf_clear(&file);
    dh_buf_clear(&text);
}
END_TEST

/* A body that says HTML and is an image: one error that names the record, and the next page comes. */
START_TEST(names_the_record) {
    dh_buf file;
    dh_error err = {0};
    dh_reader *reader = NULL;
    size_t errors;
    dh_buf_init(&file, 0);
    add_record(&file, RESPONSE, DH_VIEW(OK_HTML "\r\n\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
    add_record(&file, RESPONSE, DH_VIEW(OK_HTML "\r\n" PAGE));
    sup_source source = {dh_buf_view(&file), 100};
    ck_assert_int_eq(dh_reader_new(sup_context(), NULL, sup_read, &source, &reader, NULL), DH_OK);
    ck_assert_uint_eq(count_pages(reader, &errors, &err), 1);
    ck_assert_uint_eq(errors, 1);
    ck_assert_str_eq(err.msg, "record 1: is a PNG image, no page (http://example.org/)");
    dh_reader_free(reader);
    dh_buf_clear(&file);
}
END_TEST

/* --from is for what the records hold: the archive is one all the same. */
START_TEST(takes_from_for_its_records) {
    dh_options opt = dh_options_default();
    dh_page *page = NULL;
    opt.from = DH_FROM_TEXT;
    ck_assert_int_eq(dh_page_new(sup_context(), DH_VIEW(GOOD("a")), &opt, &page, NULL), DH_OK);
    ck_assert(!dh_page_is_html(page));
    ck_assert_uint_eq(dh_page_block_count(page), 1);
    dh_page_free(page);
}
END_TEST

TCase *input_warc_case(void) {
    TCase *c = tcase_create("WARC");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, reads_records, 0, (int)DH_COUNT(record_rows));
    tcase_add_test(c, reads_fields);
    tcase_add_test(c, lends_what_a_record_says);
    tcase_add_test(c, knows_archives);
    tcase_add_test(c, opens_bodies);
    tcase_add_loop_test(c, goes_on_behind_broken_records, 0, (int)DH_COUNT(broken_rows));
    tcase_add_test(c, bounds_bodies);
    tcase_add_test(c, bounds_header_blocks);
    tcase_add_test(c, bounds_packed_bodies);
    tcase_add_test(c, takes_linear_time);
    tcase_add_test(c, gives_what_is_before_a_failure);
    tcase_add_test(c, names_the_record);
    tcase_add_test(c, takes_from_for_its_records);
    return c;
}
