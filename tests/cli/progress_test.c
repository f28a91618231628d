/* What the progress line says of figures: a row each. Rows that fail are named; exit status 1 if any did. */
#include "base/progress.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    progress_figures first, now;
    double seconds;
    const char *line;
} rows[] = {
    {"at the start", {.unit = "files", .total = 3}, {.unit = "files", .total = 3}, 0, "0 of 3 files"},
    {"total not known", {.unit = "pages"}, {.unit = "pages", .done = 7}, 0.5, "7 pages"},
    {"half of it", {.unit = "files", .total = 200}, {.unit = "files", .done = 100, .total = 200}, 50, "100 of 200 files, 2.0/s, 50 s left"},
    {"failures count as done", {.unit = "files", .total = 200}, {.unit = "files", .done = 90, .failed = 10, .total = 200}, 50,
     "100 of 200 files, 10 failed, 2.0/s, 50 s left"},
    {"what earlier runs did took no time",
     {.unit = "files", .done = 900, .failed = 50, .total = 1000},
     {.unit = "files", .done = 910, .failed = 50, .total = 1000},
     10,
     "960 of 1000 files, 50 failed, 1.0/s, 40 s left"},
    {"bytes tell what is left",
     {.unit = "files", .total = 10, .bytes_total = 40000000},
     {.unit = "files", .done = 9, .total = 10, .bytes = 10000000, .bytes_total = 40000000},
     100,
     "9 of 10 files, 10 of 40 MB, 0.1/s, 5 min left"},
    {"few bytes", {.unit = "files", .total = 10, .bytes_total = 4000000}, {.unit = "files", .total = 10, .bytes = 50000, .bytes_total = 4000000}, 1,
     "0 of 10 files, 0.1 of 4.0 MB"},
    {"no guess from the first seconds", {.unit = "files", .total = 10}, {.unit = "files", .done = 2, .total = 10}, 2, "2 of 10 files, 1.0/s"},
    {"hours", {.unit = "files", .total = 1000000}, {.unit = "files", .done = 1000, .total = 1000000}, 20, "1000 of 1000000 files, 50/s, 5 h 33 min left"},
    {"addresses", {.unit = "pages", .total = 9, .hosts = 3}, {.unit = "pages", .done = 2, .failed = 1, .total = 9, .bytes = 1260000, .hosts = 1}, 6,
     "3 of 9 pages, 1.3 MB, 1 failed, 1 host, 0.5/s, 12 s left"},
    {"a pass of several", {.pass = "looking at sites", .unit = "files", .total = 9}, {.pass = "looking at sites", .unit = "files", .done = 9, .total = 9},
     9, "looking at sites: 9 of 9 files, 1.0/s"},
};

static bool check_row(size_t i) {
    dh_buf line;
    dh_buf_init(&line, 0);
    bool ok = !progress_line(&rows[i].first, &rows[i].now, rows[i].seconds, &line) && view_is(dh_buf_view(&line), view_of(rows[i].line));
    if (!ok) printf("FAILED  %s: \"%.*s\" instead of \"%s\"\n", rows[i].name, (int)line.len, line.ptr ? line.ptr : "", rows[i].line);
    dh_buf_clear(&line);
    return ok;
}

int main(void) {
    size_t bad = 0;
    for (size_t i = 0; i < DH_COUNT(rows); i++) bad += !check_row(i);
    printf("%zu lines of progress, %zu failed\n", DH_COUNT(rows), bad);
    return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
