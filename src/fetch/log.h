/* log.h: what became of each address, as a line of JSON. */
#ifndef FETCH_LOG_H
#define FETCH_LOG_H

#include "transfer.h"

/* Appends the line with its newline. Strings are UTF-8: bytes that are none become U+FFFD.
 * address  as it was given
 * tries    how often it was asked for
 * fault    NULL if the page came.
 * Errors as dh_buf_append. */
dh_status log_line(dh_buf *out, dh_view address, unsigned tries, const transfer_facts *facts, const fetch_fault *fault);

#endif
