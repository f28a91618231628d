/* The clock and the files of the benchmarks. */
#include "measure.h"

#include <zlib.h>

double measure_now_s(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool measure_read(const char *name, dh_buf *out) {
    char piece[65536];
    int n = -1;
    gzFile f = gzopen(name, "rb");
    while (f && (n = gzread(f, piece, sizeof piece)) > 0)
        if (dh_buf_append(out, piece, (size_t)n)) break;
    if (f) gzclose(f);
    return n == 0;
}
