/* parcel.h: a page out of a container on its way to a worker: its bytes in a file without a name, behind a head that says what the
 * container knows of it. Unpackers write it; the parent reads the head, which names the output; workers read the rest. */
#ifndef BATCH_PARCEL_H
#define BATCH_PARCEL_H

#include "base/base.h"

/* Of each of the strings. */
#define PARCEL_STRING_BYTES ((size_t)64 << 10)

/* What stands before the page. The views may be empty. */
typedef struct {
    uint64_t number;  /* of the page in its container, from 1 */
    uint64_t bytes;   /* of the page */
    dh_view name;     /* path within the container */
    dh_view url;      /* its address */
    dh_view charset;  /* as an HTTP header has it */
    dh_view id;       /* what its record calls it, as JSON */
    dh_from from;     /* if the container tells */
    bool decoded;     /* it is UTF-8, whatever it says */
} parcel;

/* Writes head and page to a file. Strings that are too long are left out. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status parcel_write(int fd, const parcel *p, dh_view page, dh_error *err);

/* Reads a head from the start of a file, which then stands before the page. The views are lent by *room. Errors: DH_ERR_FORMAT (its writer
 * has been got hold of by a page), DH_ERR_IO, DH_ERR_NOMEM. */
dh_status parcel_read(int fd, parcel *p, dh_buf *room, dh_error *err);

#endif
