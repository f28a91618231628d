/* The folder run as the user sees it: progress, failures, figures. The work is batch/folder's. */
#include "crawl.h"

#include "base/progress.h"
#include "batch_report.h"
#include "batch/fetched.h"
#include "batch/manifest.h"
#include "explain.h"
#include "fetcher.h"
#include "report.h"
#include "say.h"
#include "stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* What a person sees of a run. */
typedef struct {
    progress progress;
    report report;
} screen;

static void file_failed(void *user, const char *path, const char *what) {
    screen *s = user;
    progress_clear(&s->progress);
    say(path, what);
    report_failure(&s->report, path, what);
}

static void show_progress(void *user, const folder_progress *p) {
    static const char *const passes[] = {[FOLDER_CLEAN] = NULL, [FOLDER_SITES] = "looking at sites", [FOLDER_DOUBLES] = "looking for duplicates"};
    screen *s = user;
    const progress_figures f = {.pass = passes[p->pass], .unit = p->containers ? "pages" : "files", .done = p->done, .failed = p->failed,
                                .total = p->containers ? 0 : p->total, .bytes = p->bytes, .bytes_total = p->bytes_total, .last = p->last};
    progress_show(&s->progress, &f);
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
        .out = s->lines ? s->state.ptr : s->output,
        .lines = s->lines,
        .shard_bytes = s->values.shard_bytes,
        .jobs = s->values.jobs ? s->values.jobs : processors(),
        .page_timeout_s = s->values.page_timeout_s,
        .fail_empty = s->values.fail_empty,
        .languages = s->values.report != NULL,
        .sandbox = !s->values.no_sandbox,
        .field = s->values.field,
        .max_members = s->values.max_members,
        .max_ratio = s->values.max_ratio,
        .filter = {s->values.include, s->values.exclude},
        .files = s->values.files,
        .files_nul = s->values.null,
        .restart = s->values.restart,
        .retry_failed = s->values.retry_failed,
        .keep_stale = s->values.keep_stale,
        .dedup = (dedup_mode)s->values.dedup,
        .near_bits = s->values.near_bits,
        .follow = s->values.fetch.crawls.count > 0,
        .browser = s->values.fetch.browser == FETCH_BROWSER_AUTO,
        .profile = s->values.profile,
        .no_profile = s->values.no_profile || (s->lines && !s->output && !s->values.profile), /* stdout has no place to keep one */
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
static void say_notes(const settings *s, const char *about, const folder_summary *sum) {
    char line[160];
    if (s->values.no_sandbox) say(about, "the workers ran without the sandbox (--no-sandbox)");
    if (!sum->stale) return;
    snprintf(line, sizeof line, "%zu made by an earlier run with other options or another version: done again (--keep-stale)",
             sum->stale);
    say(about, line);
}

/* Addresses: dehusk-fetch says which could not be fetched, and shows the progress. */
static dh_status clean_fetched(const settings *s, const folder_options *opt, folder_summary *sum, dh_error *err) {
    fetcher fetch;
    char why[FETCHER_WHY_BYTES];
    dh_status st = fetcher_start_list(&fetch, &s->values, s->output, s->inputs, s->count, err);
    if (!st) st = fetched_run(opt, fetch.out, fetcher_take_links(&fetch), sum, err);
    bool good = st || *opt->stop || fetcher_finish(&fetch, why);
    if (!good && why[0]) say(s->output, why);
    if (!good && (why[0] || !sum->failed)) sum->failed++; /* what it has said itself, of a list that is not there */
    fetcher_end(&fetch);
    return st;
}

/* The report is made of what the manifest has, also where the run was interrupted. False if it failed, which has been said. */
static bool write_report(const settings *s, const folder_options *opt) {
    dh_error err = {0};
    if (!s->values.report || !batch_report_write(s->values.report, opt->out, s->lines != NULL, &err)) return true;
    say(s->values.report, err.msg);
    return false;
}

run_result crawl_run(const settings *s, dh_context *ctx, int *signal) {
    screen on = {.report = {.count = 0}};
    explain how = {.whole = s->values.explain == EXPLAIN_ALL, .json = s->values.explain == EXPLAIN_JSON, .each_page = true};
    folder_options opt = options(s, ctx);
    folder_summary sum = {0};
    dh_error err = {0};
    opt.fail_user = opt.progress_user = &on;
    const char *about = s->output ? s->output : "stdout";
    progress_init(&on.progress, "dehusk", about, s->values.quiet);
    if (!s->values.quiet) opt.progress = show_progress;
    if (s->values.explain) {
        opt.render = explain_render;
        opt.render_user = &how;
    }
    opt.stop = stop_gently();
    if (s->values.report && batch_report_try(s->values.report, &err)) {
        say(s->values.report, err.msg);
        return (run_result){1, 0};
    }
    dh_status st = find_made(s, ctx, &opt.made, &err);
    if (!st) st = dh_context_preload(ctx, &err);
    if (!st) st = s->addresses ? clean_fetched(s, &opt, &sum, &err) : folder_run(&opt, s->inputs, s->count, &sum, &err);
    progress_clear(&on.progress);
    if (st) say(about, err.msg);
    if (!s->values.quiet && (!st || sum.total) && !sum.pipe_closed) {
        say_notes(s, about, &sum);
        report_say(&on.report, &sum, about, s->addresses || sum.containers ? "page" : "file");
    }
    bool reported = st || write_report(s, &opt);
    *signal = *opt.stop;
    return (run_result){sum.failed + sum.earlier_failed + (st != DH_OK) + !reported, sum.words + sum.earlier - sum.earlier_empty};
}
