/* warc.h: what the two halves of the WARC reader share: header blocks of records, which look like those of HTTP, and
 * what an HTTP response in a record comes to. */
#ifndef INPUT_WARC_H
#define INPUT_WARC_H

#include "input.h"

/* Of a record's own header block, and of an HTTP header block. */
#define WARC_HEAD_MAX ((size_t)1 << 20)

/* What a body is opened by at a time. */
#define WARC_ROOM_BYTES ((size_t)64 << 10)

/* Joins folded header lines: line ends before a blank become blanks, in place. */
void warc_unfold(char *head, size_t len);
/* The value of the last field of that name that is not empty, trimmed; empty if there is none. head is unfolded. */
dh_view warc_field(dh_view head, const char *name);
/* "text/html" of "text/html; charset=utf-8". */
dh_view warc_mime(dh_view content_type);
/* Its charset without quotes, empty if it has none. */
dh_view warc_charset(dh_view content_type);

/* An HTTP response. The views point into the block. */
typedef struct {
    int status;
    dh_view content_type, transfer_encoding, content_encoding;
    char *body;
    size_t body_len;
} warc_response;

/* Reads the response that a record's block holds; interim ones (100) before it are passed over. Joins folded lines in
 * place. Errors: DH_ERR_FORMAT (no status line), DH_ERR_LIMIT (the header block). */
dh_status warc_response_read(char *block, size_t len, warc_response *out, dh_error *err);

/* Takes transfer and content encoding off the body, each only if the bytes do have it. *body then lies in the block or
 * in *room, whose ceiling must be WARC_ROOM_BYTES above max_bytes.
 * cut      the record says that its body is cut off: a sudden end is no error then
 * Errors   DH_ERR_FORMAT (broken or cut off), DH_ERR_LIMIT (more than max_bytes), DH_ERR_NOMEM. */
dh_status warc_body(const warc_response *r, bool cut, size_t max_bytes, dh_buf *room, dh_view *body, dh_error *err);

#endif
