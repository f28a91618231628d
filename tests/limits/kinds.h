/* kinds.h: the kinds of hostile input that the limits suite makes, one row each, of any size. */
#ifndef TESTS_LIMITS_KINDS_H
#define TESTS_LIMITS_KINDS_H

#include <dehusk.h>

/* An input of size n is: head, unit n times, middle, back n times, tail. A byte 0x01 in unit or back becomes the number
 * of the repetition, so that names and lines can differ. */
typedef struct {
    const char *name;
    dh_from from;
    size_t n; /* the size that the suite begins with */
    dh_view head, unit, middle, back, tail;
} hostile_kind;

extern const hostile_kind hostile_kinds[];
extern const size_t hostile_kind_count;

/* Makes an input of size n: malloc'ed to the byte, the caller frees it. ptr is NULL if there is no memory. */
dh_view hostile_make(const hostile_kind *kind, size_t n);

#endif
