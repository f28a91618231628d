/* fuzz.h: what the fuzz targets share: a claim that stops the fuzzer, and input in a place that ends where it ends. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(claim)                                                                                                    \
    do {                                                                                                               \
        if (!(claim)) {                                                                                                \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #claim);                                        \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* A copy to the byte, so that AddressSanitizer sees a read behind its end. The caller frees it. */
static inline char *fuzz_copy(const void *bytes, size_t len) {
    char *copy = malloc(len);
    MUST(copy || !len);
    if (len) memcpy(copy, bytes, len);
    return copy;
}

/* The same with every byte that is no UTF-8 made a '?', as the pages of the decoder have none. */
static inline char *fuzz_copy_utf8(const void *bytes, size_t len) {
    char *copy = fuzz_copy(bytes, len);
    for (size_t at = 0; at < len;) {
        at += utf8_valid_prefix((dh_view){copy + at, len - at});
        if (at < len) copy[at] = '?';
    }
    return copy;
}

#endif
