/* date_text.h: dates as people and programs write them. Whose date it is, is asked in dates.c. */
#ifndef FACTS_DATE_TEXT_H
#define FACTS_DATE_TEXT_H

#include "base/base.h"

/* Years that a page may be of: before them was no web, and a later one is a slip or an expiry date. */
#define FC_FIRST_YEAR 1991
#define FC_LAST_YEAR  2049

typedef struct {
    int year, month, day;
    char time[16];   /* "T10:05:00+02:00" without the seconds' fractions and cut to whole parts; "" if none is told */
} fc_date;

/* Room for what fc_date_print writes: "2020-01-02T10:05:00+02:00". */
#define FC_DATE_BYTES 32

/* Reads the value of a field that holds a date and no more: ISO 8601 in its forms, 20200102, seconds since 1970, or any of what
 * fc_date_find() reads. month_first: 1/2/2020 is in January. */
bool fc_date_field(dh_view text, bool month_first, fc_date *out);

/* The first date in running text, with day, month and year: numbers in the order of the years or the days, names of months in some
 * thirty languages. *begin, *end: where it stands. Linear. */
bool fc_date_find(dh_view text, bool month_first, fc_date *out, size_t *begin, size_t *end);

/* A date in the path of an address: /2020/01/02/, /20200102; unless sure also /2020-01-02-, /02-01-2020. */
bool fc_date_url(dh_view url, bool sure, fc_date *out);

/* Writes a date as ISO 8601, ended by NUL. Returns its bytes. */
size_t fc_date_print(const fc_date *date, char out[FC_DATE_BYTES]);

/* -1, 0, 1: by the day. */
int fc_date_compare(const fc_date *a, const fc_date *b);

/* True if the time of a date is told, and told in universal time. */
bool fc_date_is_universal(const fc_date *date);

/* True if two dates are a day apart. */
bool fc_date_is_next(const fc_date *a, const fc_date *b);

#endif
