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

/* A field of our own: the address as it was asked for, where the page's is another (by a redirect, or another spelling). */
#define WARC_ADDRESS "Dehusk-Address"

/* The name of a record, ended by a NUL. */
#define WARC_ID_BYTES 37
typedef struct {
    char text[WARC_ID_BYTES];
} warc_id;

/* Digests of a response record's block and payload: "sha1:" and base 32, ended by a NUL. */
#define WARC_DIGEST_BYTES 38
typedef struct {
    char block[WARC_DIGEST_BYTES], payload[WARC_DIGEST_BYTES];
} warc_sums;
/* Computes them, once for all records of the page. Errors: DH_ERR_NOMEM. */
dh_status warc_sum(const transfer_result *page, warc_sums *out);

/* Writes one response record. address: as it was asked for. *id receives its name. All records have digests of their block and their
 * payload. Errors: DH_ERR_NOMEM, DH_ERR_IO (errno is write's; part of the record may have been written). */
dh_status warc_write_response(const warc_sink *sink, const transfer_result *page, const warc_sums *sums, dh_view address, warc_id *id);
/* Writes the record of the request that the page, whose record is named id, is the answer to; nothing if it is not known. Errors as above. */
dh_status warc_write_request(const warc_sink *sink, const transfer_result *page, const warc_id *id);
/* Writes a conversion record: what a page, whose record is named `of` (empty: it is not known), has become in a browser, as HTML in UTF-8. Errors as
 * above. */
dh_status warc_write_conversion(const warc_sink *sink, const transfer_result *page, dh_view address, const warc_id *of);
/* Writes a metadata record about an address that has no page. line: of the log. Errors as above. */
dh_status warc_write_failure(const warc_sink *sink, dh_view address, time_t date, dh_view line);

/* Writes a revisit record: the server says that the page which it sent before has not changed. digest: of that one's payload, as
 * in warc_sums. Errors as above. */
dh_status warc_write_revisit(const warc_sink *sink, const transfer_result *page, dh_view address, dh_view digest, warc_id *id);

/* The value of a header of an HTTP response, part of head; empty if there is none, or none that may be sent back. */
dh_view warc_http_field(dh_view head, dh_view name);

/* Writes all of v as it is. Errors: DH_ERR_IO (errno is write's). */
dh_status warc_write(int fd, dh_view v);

#endif
