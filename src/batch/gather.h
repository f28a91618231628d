/* gather.h: makes one profile of records that come in any order: sorted in pieces, each written to an unnamed file, and merged. Memory
 * stays below `most_bytes` and some 100 KB a piece, however many records come. */
#ifndef BATCH_GATHER_H
#define BATCH_GATHER_H

#include "profile.h"

typedef struct {
    const char *folder; /* where pieces lie; borrowed */
    size_t most_bytes;
    dh_buf records;
    size_t *starts; /* of each in `records` */
    size_t count, cap;
    int *pieces;
    size_t piece_count, piece_cap;
} gather;

/* folder: exists, and can be written. gather_clear() in any case. */
void gather_init(gather *g, const char *folder, size_t most_bytes);
/* Adds what a worker wrote, as far as it is well made. Errors: DH_ERR_NOMEM, DH_ERR_IO. */
dh_status gather_add(gather *g, dh_view records, dh_error *err);
/* Writes the profile to a descriptor. Errors: as above, DH_ERR_FORMAT (somebody else wrote to the pieces). */
dh_status gather_end(gather *g, int out, dh_error *err);
void gather_clear(gather *g);

#endif
