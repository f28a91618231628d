/* months.h: names of months. */
#ifndef FACTS_MONTHS_H
#define FACTS_MONTHS_H

#include "base/base.h"

/* The month (1 to 12) that a word names in one of the languages of data/months.tsv, written out or short; 0 if none. Case and
 * accents do not matter. */
int fc_month(dh_view word);

/* The table, sorted by name: folded names, generated from data/months.tsv by data/months.py. */
typedef struct {
    const char *name;
    uint8_t len, month;
} fc_month_row;
extern const fc_month_row fc_month_rows[];
extern const size_t fc_month_count;

#endif
