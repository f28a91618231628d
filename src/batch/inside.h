/* inside.h: what the output of a page in a container is called, below that of the container. */
#ifndef BATCH_INSIDE_H
#define BATCH_INSIDE_H

#include "parcel.h"

/* Appends to *out, ended by a NUL that is not counted: the page's address as a path (place.h), else its path in the archive, cut of its ending, else
 * its number; the ending of outputs behind it. It never leads out of the folder. try: 0 for the first name, more for those that it has if
 * others have it: the full name, then names with hashes. *has is false if it can have none, as its path leads upwards. Errors: as dh_buf_append. */
dh_status inside_output(const parcel *p, unsigned try, dh_view ending, dh_buf *out, bool *has);

#endif
