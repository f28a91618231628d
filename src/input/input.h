/* input.h: from bytes as they came to UTF-8 that is known to be HTML or text. Compression, charset, kind, and the
 * records of a WARC stream; no markup is parsed here but what is needed to tell these. */
#ifndef INPUT_INPUT_H
#define INPUT_INPUT_H

#include "base/base.h"

/* ---- a stream: bytes pulled from a callback, its compression opened ---- */

typedef struct in_stream in_stream;

/* Makes a stream over a read callback (borrowed until in_stream_free).
 * encoding  NULL: gzip, zstd, xz and bzip2 are told by their magic bytes, nothing else is opened. Else what a name or
 *           a Content-Encoding header says: "gzip", "x-gzip", "deflate" (zlib or raw), "br", "zstd", "xz", "bzip2",
 *           "identity"; a list is read right to left ("gzip, br"). Compression within compression is opened up to
 *           twice. Several members one after the other are one stream.
 * Errors    DH_ERR_NOMEM, DH_ERR_FORMAT (an encoding that is not known). */
dh_status in_stream_new(dh_read_fn read, void *user, const char *encoding, in_stream **out, dh_error *err);
void in_stream_free(in_stream *s);
/* Reads up to cap opened bytes; *got 0 at the end. A read callback of type dh_read_fn (user is the stream), so that
 * streams stack. Errors: what the callback gave, DH_ERR_FORMAT (broken or cut off; what came before has been given),
 * DH_ERR_NOMEM. Memory: constant (windows of xz and zstd bounded to 128 MiB). */
dh_status in_stream_read(void *stream, char *buf, size_t cap, size_t *got, dh_error *err);

/* ---- kind ---- */

typedef enum { IN_TEXT = 0, IN_HTML = 1, IN_BINARY = 2 } in_kind;

/* Tells by looking at the first bytes of decoded text whether they are HTML. The rule stands above its definition
 * and in docs/input.md; tests/unit/input_test.c has its table. head: the first bytes, 64 KiB are enough. */
in_kind in_sniff(dh_view head);
/* A name ("a PDF document", "a PNG image", "an ELF executable") if the raw bytes are of a kind that is no page,
 * else NULL. */
const char *in_binary_name(dh_view raw_head);

/* ---- charset ---- */

/* A charset: its name in the Encoding Standard ("windows-1252") and what iconv is asked for. Static. */
typedef struct {
    const char *name;
    const char *iconv_name;
} in_charset;

/* The charset that a label means by the WHATWG Encoding Standard ("latin1" is windows-1252), NULL if none. White space
 * around it and case do not matter. Beyond the standard: utf-32, utf-32le, utf-32be, utf-7 is refused. */
const in_charset *in_charset_label(dh_view label);

/* Finds the charset of raw bytes, in this order: BOM; opt->charset; escapes of ISO-2022-* and HZ; UTF-16 or UTF-32 by
 * the pattern of their NULs; valid UTF-8 with at least one non-ASCII sequence; opt->http_charset; <meta charset> in
 * the first KiB (4 KiB are looked at); uchardet over the first 256 KiB; windows-1252. Plain ASCII is "UTF-8".
 * head       the first bytes, as many as are at hand; a sequence cut off at their end does not make them invalid.
 * skip       receives the length of the BOM.
 * Errors     DH_ERR_CHARSET (opt->charset is no known label), DH_ERR_NOMEM. */
dh_status in_charset_find(dh_view head, const dh_options *opt, const in_charset **out, size_t *skip, dh_error *err);

/* Converts a stream of bytes to UTF-8, piece by piece. */
typedef struct in_decoder in_decoder;
dh_status in_decoder_new(const in_charset *charset, in_decoder **out, dh_error *err);
void in_decoder_free(in_decoder *d);

/* All charsets of the C library, held open, so that in_decoder_new() opens no file. Those that the system lacks are passed
 * over. Errors: DH_ERR_NOMEM. */
typedef struct in_preload in_preload;
dh_status in_preload_new(in_preload **out, dh_error *err);
/* Accepts NULL. */
void in_preload_free(in_preload *p);
/* Appends the UTF-8 of `bytes` to *out; a sequence cut off at their end waits for the next piece, at the last one it
 * becomes U+FFFD like every bad sequence (one for each maximal subpart, as the Encoding Standard does).
 * Bytes that are UTF-8 are copied run by run. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (ceiling of *out). */
dh_status in_decode(in_decoder *d, dh_view bytes, bool last, dh_buf *out, dh_error *err);

/* ---- WARC ---- */

/* True if the first bytes of an opened stream begin a WARC record, version 1.x, or an ARC file, which is read as if it were WARC. */
bool in_is_warc(dh_view head);

/* Reads the pages of a WARC stream: responses with a status of 2xx, resources and conversions (the texts of WET files),
 * if their body is HTML, plain text, or of no known type and looks like one of them. docs/input.md has the rules. */
typedef struct in_warc in_warc;

typedef struct {
    dh_view url;          /* WARC-Target-URI without angle brackets */
    dh_view charset;      /* of the HTTP Content-Type header, empty if none */
    dh_view mime;         /* "text/html"; empty if the record does not say */
    dh_view body;         /* transfer and content encodings taken off */
    int status;           /* HTTP status, 0 for a resource record */
} in_record;

/* Makes a reader.
 * stream     must outlive it, with what it borrows
 * taken      bytes that were already taken from the stream, to be read before the rest; copied
 * max_bytes  bounds one body after decoding; header blocks are bounded by 1 MiB
 * Errors     DH_ERR_NOMEM. Memory: one record, at most about twice max_bytes. */
dh_status in_warc_new(in_stream *stream, dh_view taken, size_t max_bytes, in_warc **out, dh_error *err);
void in_warc_free(in_warc *w);
/* The next page record; *found false at the end. Views are lent until the next call. Records of other kinds (request,
 * warcinfo, metadata, images, revisit) are passed over. The next call goes on after every error; pos of an error counts
 * bytes of the opened stream.
 * Errors: DH_ERR_FORMAT (a broken record: the next call goes on at the next "WARC/1." that begins a line; or a broken
 * body), DH_ERR_LIMIT (a body too large), DH_ERR_NOMEM, and what the stream gives, which ends it. */
dh_status in_warc_next(in_warc *w, in_record *out, bool *found, dh_error *err);
/* Sets *err to `inner` with the number of the last record and its address in the message; returns its code. */
dh_status in_warc_blame(const in_warc *w, dh_view url, const dh_error *inner, dh_error *err);

#endif
