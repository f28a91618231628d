/* The end of a run in words. Failures have been said one by one already; where they are many, they are counted by kind. */
#include "report.h"

#include "base/progress.h"
#include "say.h"

#include <inttypes.h>
#include <stdio.h>

/* So few are still to be seen above. */
#define FEW_FAILURES 3
/* A page that takes less is none to worry about. */
#define SLOW_MS 2000

/* ---- failures by kind ------------------------------------------------------------------------------------------- */

/* A hash of what is said without its numbers, and without an address in brackets at its end. */
static uint64_t kind_of(dh_view what) {
    char words[sizeof((dh_error *)0)->msg];
    size_t n = 0;
    const char *bracket = what.len && what.ptr[what.len - 1] == ')' ? memrchr(what.ptr, '(', what.len) : NULL;
    bool address = bracket && memmem(bracket, (size_t)(what.ptr + what.len - bracket), "://", 3);
    if (address) what.len = (size_t)(bracket - what.ptr);
    for (size_t i = 0; i < what.len && n < sizeof words; i++)
        if (what.ptr[i] < '0' || what.ptr[i] > '9') words[n++] = what.ptr[i];
    return view_hash((dh_view){words, n});
}

static report_kind *find_kind(report *r, const char *what) {
    uint64_t kind = kind_of(view_of(what));
    for (size_t i = 0; i < r->count; i++)
        if (r->kinds[i].kind == kind) return &r->kinds[i];
    if (r->count == REPORT_KINDS) return NULL;
    report_kind *k = &r->kinds[r->count++];
    k->kind = kind;
    snprintf(k->words, sizeof k->words, "%s", what);
    return k;
}

void report_failure(report *r, const char *name, const char *what) {
    report_kind *k = find_kind(r, what);
    r->all++;
    if (!k) {
        r->others++;
        return;
    }
    if (k->count < REPORT_NAMES) snprintf(k->names[k->count], sizeof k->names[0], "%s", name);
    k->count++;
}

static void say_line(const char *about, dh_buf *line, dh_status st) {
    if (!st) st = buf_append_char(line, 0);
    say(about, st ? "out of memory" : line->ptr);
    line->len = 0;
}

static void say_kind(const report_kind *k, const char *about, dh_buf *line) {
    dh_status st = buf_printf(line, "%zu failed: %s: ", k->count, k->words);
    for (size_t i = 0; !st && i < k->count && i < REPORT_NAMES; i++) st = buf_printf(line, "%s%s", i ? ", " : "", k->names[i]);
    if (!st && k->count > REPORT_NAMES) st = buf_append_view(line, DH_VIEW(", ..."));
    say_line(about, line, st);
}

/* The most frequent first. */
static void say_kinds(const report *r, const char *about, dh_buf *line) {
    bool said[REPORT_KINDS] = {false};
    for (size_t n = 0; n < r->count; n++) {
        size_t most = r->count;
        for (size_t i = 0; i < r->count; i++)
            if (!said[i] && (most == r->count || r->kinds[i].count > r->kinds[most].count)) most = i;
        said[most] = true;
        say_kind(&r->kinds[most], about, line);
    }
    if (r->others) say_line(about, line, buf_printf(line, "%zu failed for other reasons", r->others));
}

/* ---- figures ---------------------------------------------------------------------------------------------------- */

static dh_status add_count(dh_buf *line, const char *before, size_t n, const char *behind) {
    return n ? buf_printf(line, "%s%zu %s", before, n, behind) : DH_OK;
}

static dh_status put_figures(dh_buf *line, const folder_summary *sum, const char *unit) {
    dh_status st = buf_printf(line, "%s%zu of %zu %s%s cleaned", sum->interrupted ? "interrupted: " : "", sum->done, sum->total, unit,
                              sum->total == 1 ? "" : "s");
    if (!st) st = add_count(line, ", ", sum->failed, "failed");
    if (!st) st = add_count(line, " (", sum->crashed, "by a crash or stall)");
    if (!st) st = add_count(line, ", ", sum->empty, "empty");
    if (!st) st = add_count(line, ", ", sum->duplicates, sum->duplicates == 1 ? "duplicate" : "duplicates");
    if (!st) st = add_count(line, ", ", sum->earlier, "done before");
    if (!st) st = add_count(line, ", ", sum->earlier_failed, "failed before (--retry-failed)");
    if (!st) st = add_count(line, ", ", sum->left_out, "links or devices left out");
    if (!st) st = add_count(line, ", ", sum->unwanted, "not asked for");
    if (!st) st = add_count(line, ", ", sum->assets, "images, styles and the like left out");
    if (!st) st = add_count(line, ", ", sum->sites, sum->sites == 1 ? "site known by its pages" : "sites known by their pages");
    return st;
}

static void say_slowest(const folder_summary *sum, const char *about, dh_buf *line) {
    dh_status st = buf_append_view(line, DH_VIEW("slowest: "));
    size_t i = 0;
    for (; !st && i < FOLDER_SLOWEST && sum->slowest[i].ms >= SLOW_MS; i++) {
        st = buf_printf(line, "%s%s (", i ? ", " : "", sum->slowest[i].source);
        if (!st) st = progress_span((double)sum->slowest[i].ms / 1000, line);
        if (!st) st = buf_append_char(line, ')');
    }
    if (i) say_line(about, line, st);
    line->len = 0;
}

void report_say(const report *r, const folder_summary *sum, const char *about, const char *unit) {
    dh_buf line;
    dh_buf_init(&line, 0);
    say_line(about, &line, put_figures(&line, sum, unit));
    if (r->all > FEW_FAILURES) say_kinds(r, about, &line);
    say_slowest(sum, about, &line);
    if (r->all > FEW_FAILURES) say(about, "--retry-failed tries again what failed");
    if (sum->interrupted) say(about, "the same command goes on where this run stopped");
    dh_buf_clear(&line);
}
