/* Dates in text, found by looking at numbers and what stands between them. */
#include "facts/date_text.h"

#include "facts/months.h"

#include <stdio.h>

/* Characters between the parts of a date: ", " or " de ". */
#define GAP_BYTES 8
#define MONTH_BYTES 64

/* ---- parts ---- */

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static bool is_date(int year, int month, int day) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < FC_FIRST_YEAR || year > FC_LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
    return day <= days[month - 1] + (month == 2 && is_leap(year));
}

static bool make(fc_date *out, int year, int month, int day) {
    if (!is_date(year, month, day)) return false;
    *out = (fc_date){year, month, day, ""};
    return true;
}

/* Reads the digits at *p; how many there are, 0 if none or more than nine. */
static int number(const char **p, const char *end, int *out) {
    const char *q = *p;
    *out = 0;
    while (q < end && ascii_digit(*q) && q - *p < 9) *out = *out * 10 + (*q++ - '0');
    if (q < end && ascii_digit(*q)) return 0;
    int digits = (int)(q - *p);
    if (digits) *p = q;
    return digits;
}

/* "HH:MM", with seconds and zone as far as they are there, behind 'T' or a space. */
static void read_time(const char *p, const char *end, fc_date *out) {
    int hour, minute, second = -1, zone_hour, zone_minute = 0;
    if (p >= end || (*p != 'T' && *p != 't' && *p != ' ')) return;
    p++;
    if (!number(&p, end, &hour) || hour > 23 || p >= end || *p++ != ':' || number(&p, end, &minute) != 2 || minute > 59) return;
    if (p + 2 < end && *p == ':' && ascii_digit(p[1])) {
        p++;
        if (number(&p, end, &second) != 2 || second > 59) second = -1;
    }
    if (p < end && *p == '.')
        for (p++; p < end && ascii_digit(*p);) p++;
    size_t len = (size_t)snprintf(out->time, sizeof out->time, "T%02d:%02d:%02d", hour, minute, second < 0 ? 0 : second);
    if (p < end && *p == ' ') p++;
    if (p < end && (*p == 'Z' || *p == 'z')) {
        snprintf(out->time + len, sizeof out->time - len, "Z");
        return;
    }
    if (p >= end || (*p != '+' && *p != '-')) return;
    char sign = *p++;
    int digits = number(&p, end, &zone_hour);
    if (digits == 4) {
        zone_minute = zone_hour % 100;
        zone_hour /= 100;
    } else if (p < end && *p == ':') {
        p++;
        if (number(&p, end, &zone_minute) != 2) return;
    }
    if (digits && zone_hour <= 14 && zone_minute <= 59)
        snprintf(out->time + len, sizeof out->time - len, "%c%02d:%02d", sign, zone_hour, zone_minute);
}

/* ---- what stands between ---- */

/* Behind white space (no-break space too) and up to one of the signs. */
static const char *skip_gap(const char *p, const char *end, const char *signs) {
    bool sign = false;
    while (p < end) {
        if (ascii_space(*p)) p++;
        else if (end - p > 1 && p[0] == '\xc2' && p[1] == '\xa0') p += 2;
        else if (!sign && *p && strchr(signs, *p)) { /* signs is a row of ours, ends in NUL */
            sign = true;
            p++;
        } else break;
    }
    return p;
}

/* Words that may stand between day, month and year, and endings of a day's number. */
static const char *skip_words(const char *p, const char *end) {
    static const dh_view words[] = {DH_LIT("st"), DH_LIT("nd"), DH_LIT("rd"), DH_LIT("th"), DH_LIT("de"), DH_LIT("del"), DH_LIT("di"),
                                    DH_LIT("of"), DH_LIT("er"), DH_LIT("d'"), DH_LIT("\xc2\xba"), DH_LIT("ta"), DH_LIT("a")};
    for (;;) {
        const char *next = skip_gap(p, end, ".,");
        size_t i = 0, len = 0;
        for (; i < DH_COUNT(words); i++) {
            len = words[i].len;
            if (!view_starts_nocase((dh_view){next, (size_t)(end - next)}, words[i])) continue;
            const char *q = next + len;
            if (q == end || !((((unsigned char)*q | 32) >= 'a' && (*q | 32) <= 'z') || (unsigned char)*q >= 0x80)) break;
        }
        if (i == DH_COUNT(words)) return next;
        p = next + len;
    }
}

static bool is_letter(const char *p, const char *end) {
    if ((unsigned char)*p >= 0x80) return !(end - p > 1 && p[0] == '\xc2'); /* U+0080 to U+00BF are signs */
    return ((*p | 32) >= 'a' && (*p | 32) <= 'z');
}

/* The month that a run of letters names, 0 if none. *p moves behind it. */
static int month_at(const char **p, const char *end) {
    const char *q = *p;
    while (q < end && is_letter(q, end) && q - *p < MONTH_BYTES) q++;
    int month = fc_month((dh_view){*p, (size_t)(q - *p)});
    if (month) *p = q;
    return month;
}

static bool starts(const char *p, const char *end, const char *sign) {
    return view_starts((dh_view){p, (size_t)(end - p)}, view_of(sign)); /* a sign of ours, ends in NUL */
}

/* ---- forms ---- */

/* Behind a year at p: "-01-02", "/1/2", ".01.02". */
static const char *year_and_numbers(const char *p, const char *end, int year, fc_date *out) {
    int month, day;
    char sign = p < end ? *p : 0;
    if (sign != '-' && sign != '/' && sign != '.') return NULL;
    for (p++; p < end && sign == '.' && *p == ' ';) p++;
    if (!number(&p, end, &month) || p >= end || *p != sign) return NULL;
    for (p++; p < end && sign == '.' && *p == ' ';) p++;
    int digits = number(&p, end, &day);
    if (!digits || digits > 2 || !make(out, year, month, day)) return NULL;
    read_time(p, end, out);
    return p;
}

/* Behind a year at p: as above, "年1月2日", ". January 2". */
static const char *year_first(const char *p, const char *end, int year, fc_date *out) {
    int month, day;
    const char *q = year_and_numbers(p, end, year, out);
    if (q) return q;
    if (starts(p, end, "年") || starts(p, end, "년")) {
        q = skip_gap(p + 3, end, "");
        if (!number(&q, end, &month) || !(starts(q, end, "月") || starts(q, end, "월"))) return NULL;
        q = skip_gap(q + 3, end, "");
        return number(&q, end, &day) && make(out, year, month, day) ? q + (end - q >= 3 ? 3 : 0) : NULL;
    }
    q = skip_words(p, end);
    month = month_at(&q, end);
    if (!month) return NULL;
    q = skip_words(q, end);
    int digits = number(&q, end, &day);
    return digits && digits <= 2 && make(out, year, month, day) ? q : NULL;
}

/* A year of two digits is of this century, or the last one's end. */
static int whole_year(int digits, int year) {
    if (digits == 4) return year;
    return digits == 2 ? year + (year > 90 ? 1900 : 2000) : 0;
}

/* Behind a day at p: ".1.2020", "/1/2020", "-01-2020". */
static const char *numbers(const char *p, const char *end, int first, bool month_first, fc_date *out) {
    int second, year;
    char sign = p < end ? *p : 0;
    if (sign != '.' && sign != '/' && sign != '-') return NULL;
    const char *q = p + 1;
    while (q < end && sign == '.' && *q == ' ') q++;
    int digits = number(&q, end, &second);
    if (!digits || digits > 2 || q >= end || *q != sign) return NULL;
    for (q++; q < end && sign == '.' && *q == ' ';) q++;
    digits = number(&q, end, &year);
    year = whole_year(digits, year);
    if (!year || (digits == 2 && (sign == '-' || (q < end && (*q == sign || *q == ',' || *q == '%'))))) return NULL;
    bool swap = sign == '/' || sign == '-' ? (month_first && second <= 31 && first <= 12) || second > 12 : false;
    return make(out, year, swap ? first : second, swap ? second : first) ? q : NULL;
}

/* Behind a day at p: " January 2020", ". Januar 2020", " de enero de 2020". */
static const char *day_and_name(const char *p, const char *end, int day, fc_date *out) {
    int year;
    const char *q = skip_gap(p, end, "-"), *before = q;
    if (before == skip_gap(p, end, "")) q = skip_words(p, end);
    int month = month_at(&q, end);
    if (!month) return NULL;
    q = skip_gap(q, end, "-'");
    q = skip_words(q, end);
    int digits = number(&q, end, &year);
    year = digits == 4 || (digits == 2 && day <= 31 && q - p < 10) ? whole_year(digits, year) : 0;
    return year && make(out, year, month, day) ? q : NULL;
}

/* Behind the name of a month at p: " 2, 2020". */
static const char *name_first(const char *p, const char *end, int month, fc_date *out) {
    int year, day;
    const char *q = skip_gap(p, end, ".");
    int digits = number(&q, end, &day);
    if (!digits || digits > 2) return NULL;
    q = skip_words(q, end);
    return number(&q, end, &year) == 4 && make(out, year, month, day) ? q : NULL;
}

static const char *at_number(const char *p, const char *end, bool month_first, fc_date *out) {
    int n;
    const char *q = p, *found = NULL;
    int digits = number(&q, end, &n);
    if (digits == 4) return year_first(q, end, n, out);
    if (digits != 1 && digits != 2) return NULL;
    found = numbers(q, end, n, month_first, out);
    return found ? found : day_and_name(q, end, n, out);
}

/* Without a digit there is no date; most texts end here. */
static bool has_digit(dh_view text) {
    size_t i = 0;
    while (i < text.len && !ascii_digit(text.ptr[i])) i++;
    return i < text.len;
}

bool fc_date_find(dh_view text, bool month_first, fc_date *out, size_t *begin, size_t *end_at) {
    const char *p = text.ptr, *end = p + text.len;
    if (!has_digit(text)) return false;
    while (p < end) {
        const char *q = NULL, *next = p + 1;
        if (ascii_digit(*p)) {
            q = at_number(p, end, month_first, out);
            while (next < end && ascii_digit(*next)) next++;
        } else if (is_letter(p, end)) {
            const char *behind = p;
            int month = month_at(&behind, end);
            if (month) q = name_first(behind, end, month, out);
            while (next < end && is_letter(next, end)) next++;
        }
        if (q) {
            *begin = (size_t)(p - text.ptr);
            *end_at = (size_t)(q - text.ptr);
            return true;
        }
        p = next;
    }
    return false;
}

/* ---- fields ---- */

/* Days since 1970-01-01 to a date: years are counted from March, so that the leap day is the last. */
static bool from_days(int64_t days, fc_date *out) {
    days += 719468;
    int64_t era = days / 146097, of_era = days - era * 146097;
    int64_t year_of = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of + year_of / 4 - year_of / 100), m = (5 * of_year + 2) / 153;
    int month = (int)(m < 10 ? m + 3 : m - 9);
    return make(out, (int)(year_of + era * 400 + (month <= 2)), month, (int)(of_year - (153 * m + 2) / 5 + 1));
}

/* The other way round. */
static int64_t to_days(const fc_date *d) {
    int64_t year = d->year - (d->month <= 2), era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 + d->day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool fc_date_field(dh_view text, bool month_first, fc_date *out) {
    int64_t n = 0;
    size_t begin, end, digits = 0;
    text = view_trim(text);
    while (digits < text.len && digits < 14 && ascii_digit(text.ptr[digits])) n = n * 10 + (text.ptr[digits++] - '0');
    if (digits == 8 || (digits == 14 && text.len == 14)) { /* 20200102, 20200102100500 */
        if (digits == 14) n /= 1000000;
        if (!make(out, (int)(n / 10000), (int)(n / 100 % 100), (int)(n % 100))) return false;
        return true;
    }
    if (text.len == digits && (digits == 10 || digits == 13)) return from_days(n / (digits == 13 ? 86400000 : 86400), out);
    return fc_date_find(text, month_first, out, &begin, &end);
}

/* Digits, a sign, digits or the name of a month, the sign, digits: which are the year and the day is told by their number. */
static bool url_date(const char *q, const char *end, bool sure, fc_date *out) {
    int first, month, last;
    int first_digits = number(&q, end, &first);
    if (first_digits == 8 && make(out, first / 10000, first / 100 % 100, first % 100)) return true;
    if (q >= end || (*q != '/' && (sure || (*q != '-' && *q != '_' && *q != '.')))) return false;
    char sign = *q++;
    int month_digits = number(&q, end, &month);
    if (!month_digits) month = month_at(&q, end);
    if (month_digits > 2 || !month || q >= end || *q != sign) return false;
    q++;
    int last_digits = number(&q, end, &last);
    if (first_digits == 4 && (last_digits == 1 || last_digits == 2)) return make(out, first, month, last);
    return !sure && sign != '/' && last_digits == 4 && first_digits == 2 && make(out, last, month, first);
}

bool fc_date_url(dh_view url, bool sure, fc_date *out) {
    const char *end = url.ptr + url.len, *p = memmem(url.ptr, url.len, "://", 3);
    p = p ? memchr(p + 3, '/', (size_t)(end - p - 3)) : NULL;
    for (; p && p < end; p++)
        if (ascii_digit(*p) && !ascii_digit(p[-1]) && url_date(p, end, sure, out)) return true;
    return false;
}

size_t fc_date_print(const fc_date *d, char out[FC_DATE_BYTES]) {
    int n = snprintf(out, FC_DATE_BYTES, "%04d-%02d-%02d%s", d->year, d->month, d->day, d->time);
    return n > 0 && n < FC_DATE_BYTES ? (size_t)n : 0;
}

int fc_date_compare(const fc_date *a, const fc_date *b) {
    int x = a->year * 10000 + a->month * 100 + a->day, y = b->year * 10000 + b->month * 100 + b->day;
    return (x > y) - (x < y);
}

bool fc_date_is_universal(const fc_date *d) {
    dh_view time = view_of(d->time); /* read_time ends it in NUL */
    return time.len && (time.ptr[time.len - 1] == 'Z' || (time.len > 6 && !memcmp(time.ptr + time.len - 5, "00:00", 5) &&
                                                          (time.ptr[time.len - 6] == '+' || time.ptr[time.len - 6] == '-')));
}

bool fc_date_is_next(const fc_date *a, const fc_date *b) {
    int64_t apart = to_days(a) - to_days(b);
    return apart == 1 || apart == -1;
}
