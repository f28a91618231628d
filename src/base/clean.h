/* clean.h: characters of a text that are not seen and do harm, or nothing: docs/unicode.md lists them. */
#ifndef BASE_CLEAN_H
#define BASE_CLEAN_H

#include "base.h"

/* Takes the next run of what stays from valid UTF-8: *at, 0 at first, is moved behind it. False at the end. What a character is
 * worth may depend on its neighbours, so all of the text is given at once. */
bool clean_next(dh_view all, size_t *at, dh_view *kept);

/* What is meant by a control from U+0080 to U+009F: mostly a character of windows-1252. Others are given back. */
uint32_t clean_c1(uint32_t c);

/* Appends what stays, and for controls what clean_c1() says. Errors as dh_buf_append. */
dh_status clean_append(dh_buf *out, dh_view all);

#endif
