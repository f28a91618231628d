/* input_tests.h: the parts of the input suite, one file each, and what they share. */
#ifndef TESTS_INPUT_TESTS_H
#define TESTS_INPUT_TESTS_H

#include "input/input.h"

#include <check.h>
#include <stdlib.h>

TCase *input_sniff_case(void);
TCase *input_binary_case(void);
TCase *input_label_case(void);
TCase *input_find_case(void);
TCase *input_decode_case(void);
TCase *input_codec_case(void);
TCase *input_warc_case(void);
TCase *input_robust_case(void);

static inline dh_view view_of(const char *s) { return (dh_view){s, strlen(s)}; }

/* A source of bytes that gives at most `step` of them at a time. */
typedef struct {
    dh_view left;
    size_t step;
} test_source;

/* A dh_read_fn over a test_source. */
dh_status test_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* A copy of v in an allocation of exactly its size, so that a sanitizer sees a read past it. The caller frees it. */
char *test_copy(dh_view v);

#endif
