/* input_tests.h: the parts of the input suite, one file each, and what they share. */
#ifndef TESTS_INPUT_TESTS_H
#define TESTS_INPUT_TESTS_H

#include "input/input.h"
#include "support/support.h"

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
TCase *input_saved_case(void);

/* A copy of v in an allocation of exactly its size, so that a sanitizer sees a read past it. The caller frees it. */
char *test_copy(dh_view v);

#endif
