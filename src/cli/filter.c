/* The filter: files, stdin and addresses to stdout or one file. How their pages are put together is batch/join's. */
#include "filter.h"

#include "batch/join.h"
#include "batch/source.h"
#include "explain.h"
#include "fetcher.h"
#include "next.h"
#include "output.h"
#include "page_report.h"
#include "removed.h"
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    const settings *settings;
    output out;
    join join;
    explain report;
    removed removed;
    page_report page_report;
    next_pages next;
    join_renderer plain;          /* what prints pages whose text is there */
    bool may_retry, scripted;     /* the page in hand may come once more, out of a browser; its scripts are to fetch its text, so that it is to */
    bool again;                   /* it is the one that came before */
    const char *source;     /* name of the input in hand, for messages */
    const fetcher *fetcher; /* of the address in hand, else NULL */
    bool output_failed;     /* told, and nothing more can be written */
    size_t pages;
    run_result result;
} filter;

/* A join_fail_fn. */
static const char *source_failed(void *user, const dh_error *err) {
    const filter *f = user;
    const char *why = f->fetcher ? fetcher_why(f->fetcher) : NULL;
    if (!why) why = err->msg;
    say(f->source, why);
    return why;
}

/* A reader of the output that went away is no failure: it had enough. */
static void output_failed(filter *f, const dh_error *err) {
    f->output_failed = true;
    if (f->out.pipe_closed) return;
    f->result.failures++;
    say(f->out.name, err->msg);
}

/* A file beside the result. */
static void beside_failed(filter *f, const char *name, const dh_error *err) {
    f->result.failures++;
    say(name, err->msg);
}

/* An input that cannot be opened. */
static void input_failed(filter *f, const dh_error *why) {
    dh_error err = {0};
    const char *words = source_failed(f, why);
    f->result.failures++;
    if (words && join_failure(&f->join, words, &err)) output_failed(f, &err);
}

/* The report's last line about a source; the only one if it gave no block, and then the separator comes before it. */
static dh_status end_report(filter *f, dh_error *err) {
    join *j = &f->join;
    dh_buf line;
    dh_buf_init(&line, 0);
    dh_status st = DH_OK;
    if (j->pending && j->written) st = buf_append_view(&line, j->separator ? *j->separator : DH_VIEW("\n"));
    if (!st) st = explain_summary(&f->report, (dh_view){"", 0}, &line);
    st = st ? err_set(err, st, 0, "out of memory") : output_write(&f->out, dh_buf_view(&line), err);
    dh_buf_clear(&line);
    j->written = true;
    j->pending = j->line_open = false;
    return st;
}

static void clean(filter *f, const dh_options *page, dh_read_fn read, void *user) {
    join_result got = {0};
    dh_error err = {0};
    f->report.source = f->page_report.source = f->source;
    bool named = f->settings->count > 1 && !f->again;
    if (f->settings->values.keep_removed && removed_source(&f->removed, named ? f->source : NULL, &err)) {
        beside_failed(f, f->removed.name, &err);
        return;
    }
    dh_status st = join_source(&f->join, page, read, user, &got, &err);
    f->pages += got.pages;
    f->result.words += got.words;
    f->result.failures += got.failures;
    if (!st && f->report.pages) st = end_report(f, &err);
    if (st) output_failed(f, &err);
}

static void name_source(filter *f, const char *name) {
    f->source = f->join.how.source = name;
    f->join.how.record = 0;
}

static void clean_descriptor(filter *f, int fd, const char *encoding) {
    dh_options page = f->settings->page;
    source from = {fd, NULL};
    page.encoding = encoding;
    clean(f, &page, source_read, &from);
}

static void clean_stdin(filter *f) {
    name_source(f, "stdin");
    if (isatty(STDIN_FILENO) && !f->settings->values.quiet)
        say(NULL, "reading from the terminal, up to Ctrl-D (--help shows what else can be named)");
    clean_descriptor(f, STDIN_FILENO, NULL);
}

static void clean_file(filter *f, const char *path) {
    dh_error err = {0};
    name_source(f, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        const char *hint = errno == ENOENT && strstr(path, "://") ? " (only http and https addresses are fetched)" : "";
        err_set(&err, DH_ERR_IO, 0, "%s%s", strerror(errno), hint);
        input_failed(f, &err);
        return;
    }
    clean_descriptor(f, fd, source_encoding(path));
    close(fd);
}

/* A join_render_fn: nothing is printed of what comes once more. */
static dh_status render_or_retry(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    filter *f = user;
    f->scripted = f->may_retry && dh_page_outcome(page, NULL) == DH_OUTCOME_NEEDS_JAVASCRIPT;
    return f->scripted ? DH_OK : join_render(&f->plain, page, how, url, out, err);
}

static void clean_fetched(filter *f, const char *url, const dh_options *page, bool found, bool browser) {
    dh_error err = {0};
    fetcher fetch;
    name_source(f, url);
    f->join.how.url = url;
    f->join.alone = true;
    f->fetcher = &fetch;
    if (fetcher_start(&fetch, &f->settings->values, url, found, browser, &err))
        input_failed(f, &err);
    else
        clean(f, page, fetcher_read, &fetch);
    f->fetcher = NULL;
    f->join.how.url = NULL;
    f->join.alone = false;
    fetcher_end(&fetch);
}

/* With --browser=auto once more where that is needed. */
static void clean_part(filter *f, const char *url, const dh_options *page, bool found) {
    int wish = f->settings->values.fetch.browser;
    f->scripted = false;
    f->may_retry = wish == FETCH_BROWSER_AUTO;
    clean_fetched(f, url, page, found, wish == FETCH_BROWSER_ALWAYS);
    f->may_retry = false;
    if (!f->scripted || f->output_failed) return;
    f->pages--; /* which it was not yet */
    f->again = true;
    clean_fetched(f, url, page, found, true);
    f->again = false;
}

/* A page, and with --next-pages what it says to be its next parts: they follow like paragraphs, and their headline and facts are those that
 * stand already. */
static void clean_url(filter *f, const char *url) {
    dh_options page = f->settings->page;
    const dehusk_values *v = &f->settings->values;
    dh_buf part;
    dh_buf_init(&part, 0);
    bool more = !next_begin(&f->next, view_of(url));
    clean_part(f, url, &page, false);
    page.title = DH_TITLE_NO;
    for (size_t i = 0; more && i < v->next_pages && f->next.url.len && !f->output_failed; i++) {
        part.len = 0;
        more = !buf_append_view(&part, dh_buf_view(&f->next.url));
        f->next.url.len = 0;
        if (!more) break;
        f->join.separator = NULL;
        f->join.how.front_matter = false;
        nanosleep(&(struct timespec){.tv_sec = (time_t)v->fetch.delay_s}, NULL);
        clean_part(f, part.ptr, &page, true);
    }
    f->join.separator = f->settings->separator;
    f->join.how.front_matter = f->settings->how.front_matter;
    dh_buf_clear(&part);
}

static void clean_input(filter *f, const char *operand) {
    if (settings_is_url(operand))
        clean_url(f, operand);
    else if (view_is((dh_view){operand, strlen(operand)}, DH_VIEW("-")))
        clean_stdin(f);
    else
        clean_file(f, operand);
}

static void set_up(filter *f, const settings *s, const dh_context *ctx) {
    *f = (filter){.settings = s, .report = {.whole = s->values.explain == EXPLAIN_ALL, .json = s->values.explain == EXPLAIN_JSON}};
    join_init(&f->join, ctx, s->values.max_memory);
    f->join.write = output_write;
    f->join.write_user = &f->out;
    f->join.fail = source_failed;
    f->join.fail_user = f;
    f->join.separator = s->separator;
    f->join.how = s->how;
    f->join.many = s->count > 1 || s->values.next_pages;
    f->removed.fd = f->page_report.fd = -1;
    next_init(&f->next);
    if (s->values.explain) f->join.renderer = (join_renderer){explain_render, &f->report};
}

/* Puts a renderer before the one of now, which it then calls itself. */
static void wrap(filter *f, join_render_fn fn, void *user, join_renderer *inner) {
    *inner = f->join.renderer;
    f->join.renderer = (join_renderer){fn, user};
}

/* --keep-removed looks at each page behind what prints it. */
static dh_status keep_removed(filter *f, dh_error *err) {
    bool report_on_stdout = f->settings->values.explain && !f->settings->output;
    dh_status st = removed_open(&f->removed, f->settings->values.keep_removed, report_on_stdout, err);
    wrap(f, removed_render, &f->removed, &f->removed.inner);
    return st;
}

/* --report, too. */
static dh_status write_report(filter *f, dh_error *err) {
    dh_status st = page_report_open(&f->page_report, f->settings->values.report, err);
    wrap(f, page_report_render, &f->page_report, &f->page_report.inner);
    return st;
}

/* Opens the files beside the result. False if one of them failed, which has been said. */
static bool open_beside(filter *f) {
    dh_error err = {0};
    const dehusk_values *v = &f->settings->values;
    const char *name = v->keep_removed && keep_removed(f, &err) ? v->keep_removed : v->report && write_report(f, &err) ? v->report : NULL;
    if (name) beside_failed(f, name, &err);
    return !name;
}

static void close_beside(filter *f) {
    dh_error err = {0};
    if (removed_close(&f->removed, &err)) beside_failed(f, f->removed.name, &err);
    if (page_report_close(&f->page_report, &err)) beside_failed(f, f->page_report.name, &err);
}

/* A file is replaced only if there is a page to put there, or all went well. */
static void close_output(filter *f) {
    dh_error err = {0};
    bool keep = !f->output_failed && (f->pages || !f->result.failures);
    if (output_close(&f->out, keep, &err)) output_failed(f, &err);
}

run_result filter_run(const settings *s, const dh_context *ctx) {
    filter f;
    dh_error err = {0};
    set_up(&f, s, ctx);
    if (!open_beside(&f)) {
        close_beside(&f);
        return f.result;
    }
    if (s->values.next_pages) wrap(&f, next_render, &f.next, &f.next.inner);
    if (s->values.fetch.browser == FETCH_BROWSER_AUTO) wrap(&f, render_or_retry, &f, &f.plain);
    if (output_open(&f.out, s->output, &err)) {
        output_failed(&f, &err);
        close_beside(&f);
        return f.result;
    }
    if (!s->count) clean_stdin(&f);
    for (size_t i = 0; i < s->count && !f.output_failed; i++) clean_input(&f, s->inputs[i]);
    if (!f.output_failed && join_end(&f.join, &err)) output_failed(&f, &err);
    close_output(&f);
    close_beside(&f);
    next_clear(&f.next);
    join_clear(&f.join);
    return f.result;
}
