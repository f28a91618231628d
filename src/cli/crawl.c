/* The folder run as the user sees it: progress, failures, figures. The work is batch/folder's. */
#include "crawl.h"

#include "batch/fetched.h"
#include "batch/manifest.h"
#include "explain.h"
#include "fetcher.h"
#include "say.h"
#include "stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* Erases the line that the progress stands on. */
#define ERASE_LINE "\r\x1b[K"

typedef struct {
    bool progress_shown; /* on the terminal's last line */
} screen;

static void put(dh_view text) {
    dh_error err;
    source_write_all(STDERR_FILENO, text, NULL, &err);
}

static void clear_progress(screen *s) {
    if (s->progress_shown) put(DH_VIEW(ERASE_LINE));
    s->progress_shown = false;
}

static void file_failed(void *user, const char *path, const char *what) {
    clear_progress(user);
    say(path, what);
}

static void show_progress(void *user, bool first_pass, size_t done, size_t failed, size_t total) {
    screen *s = user;
    char line[128];
    int n = first_pass ? snprintf(line, sizeof line, ERASE_LINE "looking at sites: %zu of %zu", done, total)
                       : snprintf(line, sizeof line, ERASE_LINE "%zu of %zu, %zu failed", done + failed, total, failed);
    if (n > 0) put((dh_view){line, (size_t)n});
    s->progress_shown = true;
}

/* ---- the last line -------------------------------------------------------------------------------------------------
 */

static dh_status add_count(dh_buf *line, const char *before, size_t n, const char *behind) {
    return n ? buf_printf(line, "%s%zu %s", before, n, behind) : DH_OK;
}

static void say_summary(const settings *s, const folder_summary *sum) {
    dh_buf line;
    dh_buf_init(&line, 0);
    const char *what = s->addresses ? "page" : "file";
    dh_status st = buf_printf(&line, "%s%zu of %zu %s%s cleaned", sum->interrupted ? "interrupted: " : "", sum->done, sum->total, what,
                              sum->total == 1 ? "" : "s");
    if (!st) st = add_count(&line, ", ", sum->failed, "failed");
    if (!st) st = add_count(&line, " (", sum->crashed, "by a crash or stall)");
    if (!st) st = add_count(&line, ", ", sum->empty, "empty");
    if (!st) st = add_count(&line, ", ", sum->earlier, "done before");
    if (!st) st = add_count(&line, ", ", sum->earlier_failed, "failed before (--retry-failed)");
    if (!st) st = add_count(&line, ", ", sum->left_out, "links or devices left out");
    if (!st) st = add_count(&line, ", ", sum->unwanted, "not asked for");
    if (!st) st = add_count(&line, ", ", sum->sites, sum->sites == 1 ? "site known by its pages" : "sites known by their pages");
    if (!st) st = buf_append_char(&line, 0);
    say(s->output, st ? "out of memory" : line.ptr);
    dh_buf_clear(&line);
}

/* ---- the run -------------------------------------------------------------------------------------------------------
 */

static size_t processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}

static folder_options options(const settings *s, const dh_context *ctx) {
    return (folder_options){
        .ctx = ctx,
        .page = &s->page,
        .separator = s->separator,
        .how = s->how,
        .out = s->output,
        .jobs = s->values.jobs ? s->values.jobs : processors(),
        .page_timeout_s = s->values.page_timeout_s,
        .fail_empty = s->values.fail_empty,
        .sandbox = !s->values.no_sandbox,
        .filter = {s->values.include, s->values.exclude},
        .files = s->values.files,
        .files_nul = s->values.null,
        .restart = s->values.restart,
        .retry_failed = s->values.retry_failed,
        .keep_stale = s->values.keep_stale,
        .profile = s->values.profile,
        .no_profile = s->values.no_profile,
        .fail = file_failed,
    };
}

/* A number for all that decides what an output is: program, models and wording, options. */
static dh_status find_made(const settings *s, const dh_context *ctx, uint64_t *made, dh_error *err) {
    dh_buf what;
    dh_buf_init(&what, 0);
    dh_status st = buf_printf(&what, "dehusk %s\n%016" PRIx64 "\n", dh_version(), dh_context_digest(ctx));
    if (!st) st = opt_effects(&dehusk_options, &s->values, &what);
    if (!st) *made = manifest_made(dh_buf_view(&what));
    dh_buf_clear(&what);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

/* What a person should know of the run besides its figures. */
static void say_notes(const settings *s, const folder_summary *sum) {
    char line[160];
    if (s->values.no_sandbox) say(s->output, "the workers ran without the sandbox (--no-sandbox)");
    if (!sum->stale) return;
    snprintf(line, sizeof line, "%zu made by an earlier run with other options or another version: done again (--keep-stale)",
             sum->stale);
    say(s->output, line);
}

/* Addresses: dehusk-fetch says which could not be fetched, and shows the progress. */
static dh_status clean_fetched(const settings *s, const folder_options *opt, folder_summary *sum, dh_error *err) {
    fetcher fetch;
    char why[FETCHER_WHY_BYTES];
    dh_status st = fetcher_start_list(&fetch, &s->values, s->output, s->inputs, s->count, err);
    if (!st) st = fetched_run(opt, fetch.out, sum, err);
    bool good = st || *opt->stop || fetcher_finish(&fetch, why);
    if (!good && why[0]) say(s->output, why);
    if (!good && (why[0] || !sum->failed)) sum->failed++; /* what it has said itself, of a list that is not there */
    fetcher_end(&fetch);
    return st;
}

run_result crawl_run(const settings *s, dh_context *ctx, int *signal) {
    screen on = {false};
    explain report = {.whole = s->values.explain == EXPLAIN_ALL, .each_page = true};
    folder_options opt = options(s, ctx);
    folder_summary sum = {0};
    dh_error err = {0};
    opt.fail_user = opt.progress_user = &on;
    if (isatty(STDERR_FILENO) && !s->values.quiet) opt.progress = show_progress;
    if (s->values.explain) {
        opt.render = explain_render;
        opt.render_user = &report;
    }
    opt.stop = stop_gently();
    dh_status st = find_made(s, ctx, &opt.made, &err);
    if (!st) st = dh_context_preload(ctx, &err);
    if (!st) st = s->addresses ? clean_fetched(s, &opt, &sum, &err) : folder_run(&opt, s->inputs, s->count, &sum, &err);
    clear_progress(&on);
    if (st) say(s->output, err.msg);
    if (!s->values.quiet && (!st || sum.total)) {
        say_notes(s, &sum);
        say_summary(s, &sum);
    }
    *signal = *opt.stop;
    return (run_result){sum.failed + sum.earlier_failed + (st != DH_OK), sum.words + sum.earlier - sum.earlier_empty};
}
