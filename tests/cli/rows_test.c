/* The options of both programs: no name or letter stands twice, a name that both have means one thing, and --help tells
 * the defaults that hold. Rows that fail are named; exit status 1 if any did. */
#include "base/option_rows.h"

#include <stdio.h>
#include <stdlib.h>

static dh_view view_or_empty(const char *s) { return (dh_view){s ? s : "", s ? strlen(s) : 0}; }

static bool same_text(const char *a, const char *b) { return view_is(view_or_empty(a), view_or_empty(b)); }

static bool fail(const char *row, const char *what) {
    printf("FAILED  --%s: %s\n", row, what);
    return false;
}

static bool check_table(const opt_table *table) {
    dh_error err = {0};
    return !opt_check(table, &err) || fail("", err.msg);
}

/* Whatever the programs do with an option, they read it alike. */
static bool same_row(const opt_row *a, const opt_row *b) {
    return a->letter == b->letter && a->type == b->type && a->min == b->min && a->max == b->max &&
           a->value == b->value && same_text(a->words, b->words) && same_text(a->arg, b->arg) &&
           same_text(a->shown, b->shown) && same_text(a->help, b->help);
}

static bool check_common(const opt_table *a, const opt_table *b, size_t *common) {
    bool ok = true;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            if (!same_text(a->rows[i].name, b->rows[j].name)) continue;
            ++*common;
            if (!same_row(&a->rows[i], &b->rows[j])) ok = fail(a->rows[i].name, "means two things");
        }
    return ok;
}

/* What stands in fetch_settings is handed through, so dehusk has it as well. */
static bool check_handed(void) {
    bool ok = true;
    for (size_t i = 0; i < fetch_options.count; i++) {
        const opt_row *row = &fetch_options.rows[i];
        bool there = row->offset - offsetof(fetch_values, fetch) >= sizeof(fetch_settings);
        for (size_t j = 0; j < dehusk_options.count && !there; j++)
            there = same_text(row->name, dehusk_options.rows[j].name);
        if (!there) ok = fail(row->name, "dehusk lacks it");
    }
    return ok;
}

/* Numbers that --help shows in brackets are those in the struct of defaults. */
static bool check_shown(const opt_table *table, const void *defaults, size_t *checked) {
    bool ok = true;
    for (size_t i = 0; i < table->count; i++) {
        const opt_row *row = &table->rows[i];
        size_t shown, held;
        if ((row->type != OPT_COUNT && row->type != OPT_SIZE) || !opt_number(view_or_empty(row->shown), true, &shown))
            continue;
        memcpy(&held, (const char *)defaults + row->offset, sizeof held);
        ++*checked;
        if (shown != held) ok = fail(row->name, "--help shows another default");
    }
    return ok;
}

/* Every option of fetch_settings is dehusk's too, or it could not be handed through. */
static bool check_defaults(void) {
    const fetch_settings *a = &dehusk_defaults.fetch, *b = &fetch_defaults.fetch;
    bool same = a->timeout_s == b->timeout_s && a->connect_timeout_s == b->connect_timeout_s &&
                a->max_redirects == b->max_redirects && a->max_bytes == b->max_bytes &&
                same_text(a->user_agent, b->user_agent);
    return same || fail("", "the programs fetch with different defaults");
}

/* The library's own defaults are the program's. */
static bool check_library(void) {
    dh_options lib = dh_options_default();
    const dehusk_values *v = &dehusk_defaults;
    bool same = v->max_bytes == lib.max_bytes && v->max_depth == lib.max_depth && v->max_memory == lib.max_memory &&
                v->from == (int)lib.from && v->focus == (int)lib.focus && v->title == (int)lib.title;
    return same || fail("", "the library has other defaults");
}

int main(void) {
    size_t common = 0, checked = 0;
    bool ok = check_table(&dehusk_options);
    if (!check_table(&fetch_options)) ok = false;
    if (!check_common(&dehusk_options, &fetch_options, &common)) ok = false;
    if (!check_shown(&dehusk_options, &dehusk_defaults, &checked)) ok = false;
    if (!check_shown(&fetch_options, &fetch_defaults, &checked)) ok = false;
    if (!check_defaults() || !check_library()) ok = false;
    if (!check_handed()) ok = false;
    if (common < 9) ok = fail("", "hardly an option in common was looked at");
    if (checked < 8) ok = fail("", "hardly a default was looked at");
    if (ok) printf("%zu options in common, %zu defaults\n", common, checked);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
