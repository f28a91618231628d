/* options.h: the options that the first bytes of a seed of the target "whole" stand for. The allocation suite takes the
 * same seeds. */
#ifndef TESTS_FUZZ_OPTIONS_H
#define TESTS_FUZZ_OPTIONS_H

#include "base/base.h"

#define FUZZ_OPTION_BYTES 4

static const char *const fuzz_charsets[] = {"utf-8",        "utf-16le",    "utf-16be",    "utf-32",     "windows-1252",
                                            "windows-1251", "shift_jis",   "euc-jp",      "gbk",        "gb18030",
                                            "big5",         "euc-kr",      "koi8-r",      "macintosh",  "iso-2022-jp",
                                            "iso-2022-kr",  "hz-gb-2312",  "iso-8859-8"};

static inline const char *fuzz_charset(const uint8_t *data) { return fuzz_charsets[data[2] % DH_COUNT(fuzz_charsets)]; }

/* Bytes that are read at a time. */
static inline size_t fuzz_piece(const uint8_t *data) { return (size_t)(data[3] & 63) + 1; }

static inline void fuzz_options(const uint8_t *data, dh_options *opt) {
    static const char *const encodings[] = {NULL,   NULL, NULL,    "gzip",     "deflate", "br",
                                            "zstd", "xz", "bzip2", "gzip, br", "identity"};
    static const size_t ceilings[] = {(size_t)1 << 28, (size_t)1 << 20, (size_t)3 << 17, (size_t)1 << 28};
    *opt = dh_options_default();
    opt->from = (dh_from)(data[0] % 3);
    opt->focus = (dh_focus)(data[0] / 3 % 3);
    opt->title = (dh_title)(data[0] / 9 % 3);
    opt->encoding = encodings[data[1] % DH_COUNT(encodings)];
    opt->max_memory = ceilings[data[1] >> 6];
    opt->max_bytes = (size_t)1 << 24;
    if (data[2] & 128) opt->charset = fuzz_charset(data);
    if (data[3] & 64) opt->http_charset = fuzz_charset(data);
    if (data[3] & 128) opt->max_depth = 8;
}

#endif
