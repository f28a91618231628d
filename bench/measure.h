/* measure.h: what the benchmarks share: a clock, and pages read into memory. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <dehusk.h>

#include <time.h>

double measure_now_s(clockid_t clock);

/* Appends a file, gzipped or not. False if it cannot be read. */
bool measure_read(const char *name, dh_buf *out);

#endif
