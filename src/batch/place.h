/* place.h: what the output of an address is called. */
#ifndef BATCH_PLACE_H
#define BATCH_PLACE_H

#include "base/base.h"

/* Sets *out to the path below the output folder, ended by a NUL that is not counted: host and path of the address, the ending of outputs behind them. It
 * never leads out of the folder, has no part that begins with a dot, and none longer than a file's name may be. Where the address
 * holds more than such a path can say (a query, other letters), or if `hashed`, a hash of it stands before the ending. Two addresses of
 * one scheme that mean different pages have different places, as far as the hash tells them apart.
 * Errors: as dh_buf_append. */
dh_status place_of(dh_view address, bool hashed, dh_view ending, dh_buf *out);

#endif
