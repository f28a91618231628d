/* printable.h: foreign bytes made harmless, for messages and reports: names and pages may hold escape sequences that a
 * terminal obeys. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include "base.h"

/* Appends bytes so that they stay on one line and move no cursor: control characters, bytes that are no UTF-8,
 * bidi controls, line separators and other invisible marks become \n, \t, \x1b, \u202e. All else comes as it is.
 * columns  0: all of it; else it ends in an ellipsis before it takes more (wide letters count as two).
 * Errors as dh_buf_append. */
dh_status printable_append(dh_buf *out, dh_view bytes, size_t columns);

/* The same for lines of a result that a terminal shows: their ends and tabs stay. Errors as dh_buf_append. */
dh_status printable_lines(dh_buf *out, dh_view bytes);

/* Appends the line "PROGRAM: SOURCE: WHAT" with its newline, source and what made harmless. source NULL: left out; an empty
 * one is shown as ''. Errors as dh_buf_append. */
dh_status printable_message(dh_buf *out, const char *program, const char *source, const char *what);

#endif
