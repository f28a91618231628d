/* json_line.h: lines of JSON, each an object, read field by field. Strings may hold any bytes, as paths do: those that are no
 * UTF-8 are written as Python writes them (surrogateescape: "\udcff" is the byte ff), so that a name comes back as it was. */
#ifndef BATCH_JSON_LINE_H
#define BATCH_JSON_LINE_H

#include "base/base.h"

/* Appends bytes as a JSON string with its quotes. Errors as dh_buf_append. */
dh_status json_put_string(dh_buf *out, dh_view bytes);

/* A line that is read field by field. */
typedef struct {
    const char *at, *end;
} json_line;

typedef enum { JSON_FIELD, JSON_END, JSON_BROKEN } json_step;

/* False if the line does not begin an object. */
bool json_open(json_line *j, dh_view line);
/* The next field: its name without quotes (escapes are left as they are), its value as it stands in the line; what is in objects
 * and arrays is not looked at, but for where they end. JSON_END: the object is closed, and nothing stands behind it. */
json_step json_next(json_line *j, dh_view *name, dh_view *value);

/* Sets *out to the bytes that a string value means. False if it is no string, or a broken one; DH_ERR_NOMEM counts as that. */
bool json_get_string(dh_view value, dh_buf *out);
/* A whole number from 0 on. False if it is none or does not fit. */
bool json_get_number(dh_view value, uint64_t *out);

#endif
