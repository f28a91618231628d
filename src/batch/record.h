/* record.h: a stream of WARC records, as dehusk-fetch writes them, cut into single ones. What is in a record is not looked at: each
 * goes into a file of its own in memory, for a worker to read. */
#ifndef BATCH_RECORD_H
#define BATCH_RECORD_H

#include "base/base.h"

/* A record. The views are lent until the next call for its stream. */
typedef struct {
    int fd; /* the whole record; the caller closes it */
    uint64_t bytes;
    dh_view type;    /* "response", "conversion" */
    dh_view address; /* as it was asked for */
    dh_view digest;  /* of the payload, as the record has it; empty if it has none */
    dh_view block;   /* of a metadata record, else empty */
} record;

typedef struct {
    int fd;
    bool ended;
    dh_buf raw; /* read, from `at` on not yet used */
    size_t at;
    /* of the record in hand */
    int file; /* -1: none */
    uint64_t bytes, left;
    dh_buf head, block;
    dh_view type, address, digest; /* of head */
} record_stream;

/* fd is borrowed. */
void record_open(record_stream *s, int fd);
void record_close(record_stream *s);

/* Reads what there is, once; waits if there is nothing. Sets s->ended at the end. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status record_fill(record_stream *s, dh_error *err);

/* The next record of what was read; *whole is false if more must be read first, or there is no more. Errors: DH_ERR_FORMAT (no record,
 * or the end within one), DH_ERR_LIMIT (a header that is too large), DH_ERR_IO, DH_ERR_NOMEM. */
dh_status record_next(record_stream *s, record *out, bool *whole, dh_error *err);

#endif
