/* The index of a run: figures, distributions, counts by kind, and the pages that a person should look at, with links to them. */
#include "batch_report.h"

#include "base/url.h"
#include "batch/newfile.h"
#include "batch/source.h"
#include "markup.h"
#include "plot.h"
#include "tally.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Languages that have a row; the pages of others are summed up. */
#define LANGUAGE_ROWS 12
#define BIN (NOTE_SURE / PLOT_BINS)

typedef struct {
    const char *out;
    bool lines;
    char folder[PATH_MAX]; /* that the report stands in; empty: not known */
    tally tally;
    dh_buf html;
} batch_report;

static const char head[] = MARKUP_HEAD("dehusk: report of a run") PLOT_STYLE
    ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1.5rem}.counts{display:flex;flex-wrap:wrap;align-items:flex-start;gap:0 3rem}\n"
    "table{font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:.5rem 0 .2rem}.n{text-align:right}\n"
    ".pages{width:100%}.pages td,.pages th{border-top:1px solid var(--line)}.pages .n,.pages .w{white-space:nowrap;overflow-wrap:normal}a{color:inherit}\n"
    ".bar{width:8rem;padding-top:.45rem}.bar i{display:block;height:.8rem;background:var(--keep)}\n"
    MARKUP_BODY("What the pages came to");

static dh_status put(batch_report *r, const char *literal) { return buf_append_view(&r->html, view_of(literal)); }

/* ---- links -------------------------------------------------------------------------------------------------------- */

/* Where the report stands, for links from there. */
static void find_folder(batch_report *r, const char *path) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof folder) return;
    memcpy(folder, path, len);
    folder[len] = 0;
    if (!realpath(len ? folder : ".", r->folder)) r->folder[0] = 0;
}

/* The way from a folder to a file, both absolute. */
static dh_status put_way(const char *folder, const char *file, dh_buf *out) {
    size_t same = 0, i = 0;
    for (; folder[i] && folder[i] == file[i]; i++)
        if (folder[i] == '/') same = i + 1;
    if (!folder[i] && file[i] == '/') same = i + 1;
    dh_status st = buf_append_view(out, DH_VIEW("./"));
    for (const char *p = folder + same; !st && same <= i && *p; p = strchr(p, '/') ? strchr(p, '/') + 1 : "") st = buf_append_view(out, DH_VIEW("../"));
    return st ? st : markup_path(out, view_of(file + same));
}

/* `shown` as a link to a file, or, where there is none, as it is. */
static dh_status put_file(batch_report *r, const char *path, dh_view shown) {
    char file[PATH_MAX];
    bool there = r->folder[0] && realpath(path, file);
    dh_status st = there ? put(r, "<a href=\"") : DH_OK;
    if (!st && there) st = put_way(r->folder, file, &r->html);
    if (!st && there) st = put(r, "\">");
    if (!st) st = markup_text(&r->html, shown);
    return st || !there ? st : put(r, "</a>");
}

static dh_status put_address(batch_report *r, dh_view address) {
    bool link = url_is_http(address);
    dh_status st = link ? put(r, "<a rel=\"noreferrer\" href=\"") : DH_OK;
    if (!st && link) st = markup_text(&r->html, address);
    if (!st && link) st = put(r, "\">");
    if (!st) st = markup_text(&r->html, address);
    return st || !link ? st : put(r, "</a>");
}

/* The page as a person knows it: its file or address, or its place in a file. */
static dh_status put_source(batch_report *r, const tally_page *p) {
    dh_view name = view_of(p->source);
    dh_status st = url_is_http(name) ? put_address(r, name) : put_file(r, p->source, name);
    if (st || !p->record) return st;
    st = put(r, ": ");
    if (!st && !p->address[0]) return buf_printf(&r->html, "record %" PRIu64, p->record);
    return st ? st : put_address(r, view_of(p->address));
}

static dh_status put_output(batch_report *r, const tally_page *p) {
    char path[PATH_MAX];
    if (!p->output[0]) return DH_OK;
    if (snprintf(path, sizeof path, "%s/%s", r->out, p->output) >= (int)sizeof path) return markup_text(&r->html, view_of(p->output));
    return put_file(r, path, view_of(p->output));
}

/* ---- counts ------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    size_t pages;
} counted;

static dh_status put_count(batch_report *r, const counted *c, size_t all) {
    if (!c->pages) return DH_OK;
    dh_status st = put(r, "<tr><th scope=\"row\">");
    if (!st) st = markup_text(&r->html, view_of(c->name));
    double share = 100.0 * (double)c->pages / (double)all;
    if (!st) st = buf_printf(&r->html, "</th><td class=\"n\">%zu</td><td class=\"n\">%.1f %%</td>", c->pages, share);
    return st ? st : buf_printf(&r->html, "<td class=\"bar\"><i style=\"width:%.1f%%\"></i></td></tr>\n", share);
}

static dh_status put_counts(batch_report *r, const char *caption, const counted *rows, size_t count) {
    size_t all = 0;
    for (size_t i = 0; i < count; i++) all += rows[i].pages;
    if (!all) return DH_OK;
    dh_status st = buf_printf(&r->html, "<table>\n<caption>%s</caption>\n", caption);
    for (size_t i = 0; !st && i < count; i++) st = put_count(r, &rows[i], all);
    return st ? st : put(r, "</table>\n");
}

static const char *const statuses[] = {[TALLY_OK] = "ok",     [TALLY_EMPTY] = "empty",     [TALLY_BLOCKED] = "blocked",
                                       [TALLY_SCRIPT] = "needs-javascript", [TALLY_ERROR] = "error", [TALLY_DUPLICATE] = "duplicate"};

static dh_status put_statuses(batch_report *r) {
    counted rows[TALLY_STATUSES];
    for (size_t i = 0; i < TALLY_STATUSES; i++) rows[i] = (counted){statuses[i], r->tally.statuses[i]};
    return put_counts(r, "Status", rows, TALLY_STATUSES);
}

static dh_status put_types(batch_report *r) {
    counted rows[DH_TYPE_SERVICE + 2];
    for (int i = 0; i <= DH_TYPE_SERVICE; i++) rows[i] = (counted){dh_type_name((dh_type)i), r->tally.types[i]};
    rows[DH_TYPE_SERVICE + 1] = (counted){"text, not HTML", r->tally.noted - r->tally.html};
    return put_counts(r, "Type", rows, DH_COUNT(rows));
}

static int by_pages(const void *x, const void *y) {
    const tally_language *a = x, *b = y;
    if (a->pages != b->pages) return a->pages > b->pages ? -1 : 1;
    return strcmp(a->code, b->code);
}

static dh_status put_languages(batch_report *r) {
    tally *t = &r->tally;
    counted rows[LANGUAGE_ROWS + 2] = {{0}};
    size_t others = t->other_languages, count = t->language_count;
    if (count) qsort(t->languages, count, sizeof t->languages[0], by_pages);
    for (size_t i = LANGUAGE_ROWS; i < count; i++) others += t->languages[i].pages;
    count = count < LANGUAGE_ROWS ? count : LANGUAGE_ROWS;
    for (size_t i = 0; i < count; i++) rows[i] = (counted){t->languages[i].code, t->languages[i].pages};
    rows[count] = (counted){"others", others};
    rows[count + 1] = (counted){"not known", t->no_language};
    return put_counts(r, "Language", rows, count + 2);
}

/* The most frequent first. */
static dh_status put_failures(batch_report *r) {
    const report *f = &r->tally.failures;
    counted rows[REPORT_KINDS + 1];
    for (size_t i = 0; i < f->count; i++) {
        size_t at = i;
        for (; at && rows[at - 1].pages < f->kinds[i].count; at--) rows[at] = rows[at - 1];
        rows[at] = (counted){f->kinds[i].words, f->kinds[i].count};
    }
    rows[f->count] = (counted){"other reasons", f->others};
    return put_counts(r, "Failures by kind", rows, f->count + 1);
}

/* ---- distributions ------------------------------------------------------------------------------------------------ */

static plot share_plot(const char *name, const size_t counts[NOTE_SURE + 1], const char *unit) {
    plot p = {.name = name, .what = "pages", .bins = PLOT_BINS, .tick = 5};
    for (size_t i = 0; i <= NOTE_SURE; i++) p.counts[i < NOTE_SURE ? i / BIN : PLOT_BINS - 1] += counts[i];
    for (size_t i = 0; i <= PLOT_BINS; i++) snprintf(p.edges[i], sizeof p.edges[i], "%zu.%02zu", i / PLOT_BINS, i * 100 / PLOT_BINS % 100);
    snprintf(p.about, sizeof p.about, "%s; median %.2f", unit, (double)tally_median(counts) / NOTE_SURE);
    return p;
}

static void print_edge(uint64_t n, char *out, size_t size) {
    if (n < 1000) snprintf(out, size, "%" PRIu64, n);
    else snprintf(out, size, "%" PRIu64 "k", n / 1000);
}

static plot step_plot(const char *name, const tally_steps *steps, const size_t counts[TALLY_STEPS], const char *about) {
    plot p = {.name = name, .what = "pages", .bins = steps->count, .tick = 2};
    snprintf(p.about, sizeof p.about, "%s", about);
    memcpy(p.counts, counts, steps->count * sizeof *counts);
    for (size_t i = 0; i < steps->count; i++) print_edge(steps->from[i], p.edges[i], sizeof p.edges[i]);
    snprintf(p.edges[steps->count], sizeof p.edges[0], "more");
    return p;
}

static dh_status put_plots(batch_report *r) {
    const tally *t = &r->tally;
    const plot plots[] = {share_plot("Kept", t->kept, "part of a page's text"), share_plot("Confidence", t->confidence, "of HTML pages that are ok"),
                          step_plot("Words", &tally_word_steps, t->word_steps, "kept of a page that is ok"),
                          step_plot("Time", &tally_ms_steps, t->ms, "milliseconds a page, by the clock")};
    dh_status st = put(r, "<h2 id=\"plots\">Distributions</h2>\n<div class=\"plots\">\n");
    for (size_t i = 0; !st && i < DH_COUNT(plots); i++) st = plot_put(&plots[i], &r->html);
    return st ? st : put(r, "</div>\n");
}

/* ---- the worst ---------------------------------------------------------------------------------------------------- */

/* What is said of a page in the lists. */
typedef enum { CELL_NONE, CELL_CONFIDENCE, CELL_TYPE, CELL_KEPT, CELL_WORDS, CELL_TEXT, CELL_STATUS, CELL_WHY, CELL_MS, CELL_BYTES } cell;

static const char *const cell_heads[] = {[CELL_NONE] = "",          [CELL_CONFIDENCE] = "Confidence", [CELL_TYPE] = "Type",  [CELL_KEPT] = "Kept",
                                         [CELL_WORDS] = "Words",    [CELL_TEXT] = "Bytes of text",    [CELL_STATUS] = "Status", [CELL_WHY] = "What is wrong",
                                         [CELL_MS] = "Milliseconds", [CELL_BYTES] = "kB read"};

/* The class of a cell: n, a figure; w, a word. */
static const char *class_of(cell c) { return c == CELL_WHY ? "" : c == CELL_TYPE || c == CELL_STATUS ? " class=\"w\"" : " class=\"n\""; }

static dh_status put_value(batch_report *r, const tally_page *p, cell c) {
    const page_note *n = &p->note;
    switch (c) {
    case CELL_NONE: return DH_OK;
    case CELL_CONFIDENCE: return buf_printf(&r->html, "%.2f", (double)n->confidence / NOTE_SURE);
    case CELL_TYPE: return put(r, n->html ? dh_type_name((dh_type)n->type) : n->noted ? "text" : "");
    case CELL_KEPT: return n->text_bytes ? buf_printf(&r->html, "%.0f %%", 100.0 * (double)n->kept_bytes / (double)n->text_bytes) : DH_OK;
    case CELL_WORDS: return buf_printf(&r->html, "%" PRIu64, p->words);
    case CELL_TEXT: return buf_printf(&r->html, "%" PRIu64, n->text_bytes);
    case CELL_STATUS: return put(r, statuses[p->status]);
    case CELL_WHY: return markup_text(&r->html, view_of(p->why));
    case CELL_MS: return buf_printf(&r->html, "%" PRIu64, p->ms);
    case CELL_BYTES: return buf_printf(&r->html, "%.1f", (double)p->bytes_in / 1e3);
    }
    return DH_OK;
}

static const struct {
    const char *id, *heading;
    bool output; /* such pages have one */
    cell cells[3];
} sorts[] = {[TALLY_UNSURE] = {"unsure", "The lowest confidence", true, {CELL_CONFIDENCE, CELL_TYPE, CELL_KEPT}},
             [TALLY_INSTEAD] = {"instead", "Blocked, or in need of a script", true, {CELL_STATUS, CELL_TYPE, CELL_TEXT}},
             [TALLY_BARE] = {"bare", "Nothing kept", true, {CELL_TYPE, CELL_TEXT, CELL_BYTES}},
             [TALLY_FAILED] = {"failed", "Failed", false, {CELL_WHY, CELL_BYTES, CELL_NONE}},
             [TALLY_SLOW] = {"slow", "The slowest", true, {CELL_MS, CELL_BYTES, CELL_WORDS}}};

static dh_status put_page(batch_report *r, const tally_page *p, bool output, const cell cells[3]) {
    dh_status st = put(r, "<tr><td dir=\"auto\">");
    if (!st) st = put_source(r, p);
    if (!st && output) st = put(r, "</td><td dir=\"auto\">");
    if (!st && output) st = put_output(r, p);
    if (!st) st = put(r, "</td>");
    for (size_t i = 0; !st && i < 3 && cells[i]; i++) {
        st = buf_printf(&r->html, "<td%s>", class_of(cells[i]));
        if (!st) st = put_value(r, p, cells[i]);
        if (!st) st = put(r, "</td>");
    }
    return st ? st : put(r, "</tr>\n");
}

static dh_status put_sort(batch_report *r, tally_sort sort) {
    const tally_worst *w = &r->tally.worst[sort];
    const cell *cells = sorts[sort].cells;
    bool output = sorts[sort].output && !r->lines;
    if (!w->count) return DH_OK;
    dh_status st = buf_printf(&r->html, "<h2 id=\"%s\">%s</h2>\n<table class=\"pages\">\n<caption>%zu of %zu</caption>\n<tr><th scope=\"col\">Page</th>%s", sorts[sort].id, sorts[sort].heading,
                              w->count, w->all, output ? "<th scope=\"col\">Output</th>" : "");
    for (size_t i = 0; !st && i < 3 && cells[i]; i++) st = buf_printf(&r->html, "<th scope=\"col\"%s>%s</th>", class_of(cells[i]), cell_heads[cells[i]]);
    if (!st) st = put(r, "</tr>\n");
    for (size_t i = 0; !st && i < w->count; i++) st = put_page(r, &w->pages[i], output, cells);
    return st ? st : put(r, "</table>\n");
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

static dh_status put_summary(batch_report *r) {
    const tally *t = &r->tally;
    dh_status st = put(r, "<p>In ");
    if (!st) st = markup_text(&r->html, view_of(r->out));
    if (!st) st = buf_printf(&r->html, ": %zu page%s, %.1f MB read, %" PRIu64 " words kept", t->pages, t->pages == 1 ? "" : "s", (double)t->bytes_in / 1e6, t->words);
    if (!st && t->text_bytes) st = buf_printf(&r->html, ", %.0f %% of the bytes of text", 100.0 * (double)t->kept_bytes / (double)t->text_bytes);
    if (!st) st = buf_printf(&r->html, ". dehusk %s.</p>\n<nav aria-label=\"Parts\"><ul>\n<li><a href=\"#plots\">Distributions</a></li>\n", dh_version());
    for (int i = 0; !st && i < TALLY_SORTS; i++)
        if (t->worst[i].count) st = buf_printf(&r->html, "<li><a href=\"#%s\">%s</a> (%zu)</li>\n", sorts[i].id, sorts[i].heading, t->worst[i].all);
    return st ? st : put(r, "</ul></nav>\n<div class=\"counts\">\n");
}

static dh_status put_all(batch_report *r) {
    dh_status st = buf_append_view(&r->html, (dh_view){head, sizeof head - 1});
    if (!st) st = put_summary(r);
    if (!st) st = put_statuses(r);
    if (!st) st = put_types(r);
    if (!st) st = put_languages(r);
    if (!st) st = put(r, "</div>\n");
    if (!st) st = put_failures(r);
    if (!st) st = put_plots(r);
    for (int i = 0; !st && i < TALLY_SORTS; i++) st = put_sort(r, (tally_sort)i);
    if (!st) st = put(r, "<p class=\"from\">dehusk --report page.html PAGE shows all blocks of a page, and why each was kept or dropped.</p>\n" MARKUP_END);
    return st;
}

static dh_status count(batch_report *r, dh_error *err) {
    manifest m;
    dh_status st = manifest_open(&m, r->out, false, err);
    if (!st) st = manifest_each(&m, tally_line, &r->tally, err);
    manifest_close(&m);
    return st;
}

dh_status batch_report_try(const char *path, dh_error *err) {
    newfile f;
    dh_status st = newfile_parents(path, err); /* it may stand in the output folder, which is not there yet */
    if (!st) st = newfile_open(&f, path, (unsigned long)getpid(), err);
    return st ? st : newfile_close(&f, false, err);
}

dh_status batch_report_write(const char *path, const char *out, bool lines, dh_error *err) {
    newfile f;
    batch_report *r = calloc(1, sizeof *r);
    if (!r) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    r->out = out;
    r->lines = lines;
    dh_buf_init(&r->html, 0);
    find_folder(r, path);
    dh_status st = count(r, err);
    if (!st && put_all(r)) st = err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (!st && !(st = newfile_open(&f, path, (unsigned long)getpid(), err))) {
        st = source_write_all(f.fd, dh_buf_view(&r->html), NULL, err);
        dh_status closed = newfile_close(&f, !st, st ? NULL : err);
        st = st ? st : closed;
    }
    tally_clear(&r->tally);
    dh_buf_clear(&r->html);
    free(r);
    return st;
}
