/* arc.h: ARC files (version 1, and 2 as far as it is read by length), the elder format of web archives, as a stream of WARC records:
 * so there is one reader of records. */
#ifndef INPUT_ARC_H
#define INPUT_ARC_H

#include "input.h"

/* True if the first bytes of an opened stream begin an ARC file. */
bool in_is_arc(dh_view head);

typedef struct in_arc in_arc;

/* Makes a translator.
 * stream   must outlive it, with what it borrows
 * taken    bytes that were already taken from the stream, to be read before the rest; copied
 * Errors   DH_ERR_NOMEM. Memory: a header line (64 KiB at most) and what is read at a time. */
dh_status in_arc_new(in_stream *stream, dh_view taken, in_arc **out, dh_error *err);
void in_arc_free(in_arc *a);

/* A dh_read_fn (user is the in_arc) that gives WARC records: a response for each document, its block as it stands. What is no
 * header line where one should be becomes a record without a header, which the reader of records counts as a broken one; documents go on
 * at the next line that is one. Errors: what the stream gives. */
dh_status in_arc_read(void *arc, char *buf, size_t cap, size_t *got, dh_error *err);

#endif
