/* Looks names of months up. */
#include "facts/months.h"

#include "judge/fold.h"

#define NAME_BYTES 48

int fc_month(dh_view word) {
    char name[NAME_BYTES];
    size_t lo = 0, hi = fc_month_count;
    if (word.len < 2) return 0;
    size_t len = jd_fold(word, name, sizeof name);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const fc_month_row *row = &fc_month_rows[mid];
        int d = memcmp(row->name, name, row->len < len ? row->len : len);
        if (!d) d = (row->len > len) - (row->len < len);
        if (!d) return row->month;
        if (d < 0) lo = mid + 1;
        else hi = mid;
    }
    return 0;
}
