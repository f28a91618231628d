/* warc.h: pages as WARC 1.1 response records. */
#ifndef FETCH_WARC_H
#define FETCH_WARC_H

#include "transfer.h"

/* Appends the header block of an HTTP response as records keep it: the body is stored without transfer and content
 * encodings, so these headers become X-Archive-Orig-*, Content-Length is body_bytes, the version is 1.0 or 1.1,
 * controls within a line become blanks, and each line ends in CRLF, the last one being empty. head:
 * transfer_result.head. Errors as dh_buf_append. */
dh_status warc_http_head(dh_view head, size_t body_bytes, dh_buf *out);

/* Where records go. */
typedef struct {
    int fd;
    int level; /* of gzip, 1 to 9, each record a member of its own; 0: as they are */
} warc_sink;

/* Writes one response record with its digests.
 * Errors: DH_ERR_NOMEM, DH_ERR_IO (errno is write's; part of the record may have been written). */
dh_status warc_write_response(const warc_sink *sink, const transfer_result *page);

/* Writes all of v as it is. Errors: DH_ERR_IO (errno is write's). */
dh_status warc_write(int fd, dh_view v);

#endif
