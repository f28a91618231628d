/* json_out.h: writes JSON, value by value. What it writes is valid UTF-8 and has no control characters, whatever it is given, and may
 * stand in a script. Errors are kept: after one, nothing more is written. */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/base.h"

typedef struct {
    dh_buf *out;
    dh_status status; /* of all that was written so far: as dh_buf_append */
} json_out;

/* Bytes as they are: brackets, commas, null. */
void json_raw(json_out *j, dh_view bytes);
/* A string with its quotes. Bytes that are no UTF-8 become U+FFFD. */
void json_string(json_out *j, dh_view text);
void json_number(json_out *j, size_t n);
/* A number from 0 to 1 with three decimals, the same in every locale. */
void json_share(json_out *j, double share);
/* "name": with a comma before it, if it is not the first of its object. */
void json_key(json_out *j, dh_view name, bool first);

#endif
