/* The limits suite: for each hostile kind, doubling the input at most multiplies the work by 2.5; memory is bounded by
 * the input and by max_memory; and the input cut off anywhere gives text or one clear error.
 * usage: limits [-v] [PART OF A KIND'S NAME] */
#include "child.h"
#include "kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RATIO 2.5
/* Rounds of measuring: more are only added while the ratio is too high, as others may use the machine. */
#define ROUNDS 2
#define MAX_ROUNDS 9
/* Work below this is lost in noise: the input is doubled until there is more of it, up to a size whose double is still
 * below max_bytes. */
#define STREAM_BYTES ((size_t)5 << 20)
#define LEAST_NS ((uint64_t)40 * 1000 * 1000)
#define LARGEST_INPUT ((size_t)30 << 20)
/* Peak memory for each byte of input, and what any page may have. A paragraph of four bytes costs 800: its features,
 * its block, its element, and the nodes of gumbo. That and a text of one-letter lines are the worst that is known. */
#define MAX_MEMORY_FACTOR 250
#define MEMORY_ANYWAY ((size_t)8 << 20)
/* The run with a low ceiling: the input's size, the ceiling, and what may be resident beyond it. */
#define CEILING_INPUT ((size_t)12 << 20)
#define CEILING ((size_t)64 << 20)
#define CEILING_FACTOR 1.3
/* The input that is cut off, and where. */
#define CUT_INPUT ((size_t)16 << 10)
#define CUTS 200
#define CPU_SECONDS 60

typedef struct {
    const hostile_kind *kind;
    size_t n, max_memory; /* 0: the default */
    bool stream;          /* by a reader, not as one page */
} job;

static size_t failures;

static void fail(const hostile_kind *k, const char *what, const child_result *r) {
    printf("FAILED %s: %s\n", k->name, what);
    if (r->died) printf("    killed by signal %d\n", r->died);
    if (r->status) printf("    status %d: %s\n", (int)r->status, r->msg);
    failures++;
}

/* ---- in the child ---- */

static dh_status read_some(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    (void)err;
    dh_view *left = user;
    *got = left->len < cap ? left->len : cap;
    memcpy(buf, left->ptr, *got);
    left->ptr += *got;
    left->len -= *got;
    return DH_OK;
}

/* As a stream: a text comes window by window. */
static dh_status clean_stream(const dh_context *ctx, dh_view input, const dh_options *opt, dh_buf *out, dh_error *err) {
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_status st = dh_reader_new(ctx, opt, read_some, &input, &reader, err);
    while (!st && !(st = dh_reader_next(reader, &page, err)) && page) {
        st = dh_page_render(page, DH_TO_TEXT, out, err);
        dh_page_free(page);
    }
    dh_reader_free(reader);
    return st;
}

static dh_status clean_whole(const dh_context *ctx, dh_view input, const dh_options *opt, dh_buf *out, dh_error *err) {
    dh_page *page = NULL;
    dh_status st = dh_page_new(ctx, input, opt, &page, err);
    if (!st) st = dh_page_render(page, DH_TO_TEXT, out, err);
    dh_page_free(page);
    return st;
}

/* What the children begin and end with. */
typedef struct {
    dh_context *ctx;
    dh_options opt;
    dh_view input;
    dh_buf out;
    dh_error err;
} setting;

static void set_up(setting *s, const job *j) {
    *s = (setting){.opt = dh_options_default(), .input = hostile_make(j->kind, j->n)};
    dh_buf_init(&s->out, 0);
    s->opt.from = j->kind->from;
    if (j->max_memory) s->opt.max_memory = j->max_memory;
    if (!s->input.ptr || dh_context_new(&s->ctx, NULL)) abort();
}

static void tear_down(setting *s, child_result *r) {
    memcpy(r->msg, s->err.msg, sizeof r->msg);
    dh_buf_clear(&s->out);
    dh_context_free(s->ctx);
    free((char *)(uintptr_t)s->input.ptr);
}

static void clean_one(const void *user, child_result *r) {
    const job *j = user;
    setting s;
    set_up(&s, j);
    r->input_bytes = s.input.len;
    child_begin();
    r->status = (j->stream ? clean_stream : clean_whole)(s.ctx, s.input, &s.opt, &s.out, &s.err);
    child_end(r);
    tear_down(&s, r);
}

/* The input in a place of its own, so that a sanitizer or valgrind sees a read behind its end. */
static dh_status clean_prefix(setting *s, size_t len) {
    char *copy = malloc(len ? len : 1);
    if (!copy) abort();
    memcpy(copy, s->input.ptr, len);
    dh_buf_clear(&s->out);
    dh_status st = clean_whole(s->ctx, (dh_view){copy, len}, &s->opt, &s->out, &s->err);
    free(copy);
    return st;
}

static bool is_clear(dh_status st, const dh_error *err) {
    return !st || (err->code == st && err->msg[0] && !memchr(err->msg, '\n', strlen(err->msg)));
}

/* Counts in r->cases until a cut that gives no clear answer. */
static void clean_cut(const void *user, child_result *r) {
    setting s;
    set_up(&s, user);
    for (size_t i = 0; i < CUTS; i++) {
        r->status = clean_prefix(&s, s.input.len * i / CUTS);
        if (!is_clear(r->status, &s.err)) break;
        r->cases++;
    }
    tear_down(&s, r);
}

/* ---- what must hold ---- */

/* Measures n and its double until the ratio is right, or there have been MAX_ROUNDS; *one and *two receive the least
 * costs. */
static double measure_ratio(job j, child_result *one, child_result *two) {
    double ratio = 0;
    job twice = j;
    twice.n *= 2;
    for (size_t round = 0; round < MAX_ROUNDS && (round < ROUNDS || ratio > MAX_RATIO); round++) {
        child_result a = child_run(clean_one, &j, CPU_SECONDS), b = child_run(clean_one, &twice, CPU_SECONDS);
        if (!round || !a.done || a.cost < one->cost) *one = a;
        if (!round || !b.done || b.cost < two->cost) *two = b;
        if (!a.done || !b.done) break;
        ratio = (double)two->cost / (double)(one->cost ? one->cost : 1);
    }
    return ratio;
}

/* A size with work enough to measure; of a stream some windows, as the first one finds warmer caches than all others. */
static size_t find_size(job j) {
    for (;; j.n *= 2) {
        child_result r = child_run(clean_one, &j, CPU_SECONDS);
        bool enough = r.cost >= LEAST_NS && (!j.stream || r.input_bytes >= STREAM_BYTES);
        if (!r.done || enough || r.input_bytes * 2 > LARGEST_INPUT) return j.n;
    }
}

static void check_growth(const hostile_kind *k, bool stream, bool verbose) {
    job j = {k, k->n, 0, stream};
    child_result one, two;
    j.n = find_size(j);
    double ratio = measure_ratio(j, &one, &two), memory = (double)two.peak_bytes / (double)(two.input_bytes + 1);
    if (verbose)
        printf("%-42s%s %9zu bytes  %12llu  x %.2f  memory x %.1f\n", k->name, stream ? " s" : "  ", one.input_bytes,
               (unsigned long long)one.cost, ratio, memory);
    if (!one.done || !two.done) {
        fail(k, "no answer", one.done ? &two : &one);
    } else if (ratio > MAX_RATIO) {
        fail(k, stream ? "more than linear work, as a stream" : "more than linear work", &two);
        printf("    %.2f times the work for twice the input of %zu bytes\n", ratio, one.input_bytes);
    } else if (two.status) {
        fail(k, "an error", &two);
    } else if (two.peak_bytes > MAX_MEMORY_FACTOR * two.input_bytes + MEMORY_ANYWAY) {
        fail(k, "too much memory", &two);
        printf("    %zu bytes for an input of %zu\n", two.peak_bytes, two.input_bytes);
    }
}

/* Adds to *stopped if the kind hits the ceiling. */
static void check_ceiling(const hostile_kind *k, bool verbose, size_t *stopped) {
    job j = {k, k->n, CEILING, false};
    child_result r = child_run(clean_one, &j, CPU_SECONDS);
    if (r.done && r.input_bytes) j.n = k->n * CEILING_INPUT / r.input_bytes;
    if (r.done) r = child_run(clean_one, &j, CPU_SECONDS);
    bool stops = r.status == DH_ERR_LIMIT;
    *stopped += stops;
    if (verbose && stops) printf("%-42s stops with %zu MiB\n", k->name, r.peak_bytes >> 20);
    if (!r.done) fail(k, "no answer under a ceiling", &r);
    else if (r.status && !(stops && strstr(r.msg, "--max-memory"))) fail(k, "an error that is not the ceiling's", &r);
    else if ((double)r.peak_bytes > CEILING_FACTOR * (double)CEILING) {
        fail(k, "memory beyond the ceiling", &r);
        printf("    %zu bytes resident, ceiling %zu\n", r.peak_bytes, CEILING);
    }
}

static void check_cuts(const hostile_kind *k) {
    job j = {k, 1, 0, false};
    for (dh_view v = {NULL, 0}; v.len < CUT_INPUT && j.n < CUT_INPUT; j.n *= 2) {
        v = hostile_make(k, j.n);
        free((char *)(uintptr_t)v.ptr);
    }
    child_result r = child_run(clean_cut, &j, CPU_SECONDS);
    if (r.done && r.cases == CUTS) return;
    fail(k, "cut off", &r);
    printf("    after %zu of %d places\n", r.cases, CUTS);
}

/* ---- all ---- */

int main(int argc, char **argv) {
    bool verbose = argc > 1 && !strcmp(argv[1], "-v");
    const char *part = argc > 1 + verbose ? argv[1 + verbose] : "";
    size_t kinds = 0, stopped = 0;
    printf("counting %s\n", child_unit());
    for (size_t i = 0; i < hostile_kind_count; i++) {
        const hostile_kind *k = &hostile_kinds[i];
        if (!strstr(k->name, part)) continue;
        kinds++;
        check_growth(k, false, verbose);
        if (k->from != DH_FROM_HTML) check_growth(k, true, verbose);
        check_ceiling(k, verbose, &stopped);
        check_cuts(k);
    }
    /* Not one kind that needs more than the ceiling would mean that the ceiling was not tested. */
    if (!*part && !stopped) {
        puts("FAILED no kind hits the ceiling on memory");
        failures++;
    }
    printf("limits: %zu kinds, %zu stopped by a ceiling of %zu MiB, %zu failures\n", kinds, stopped, CEILING >> 20,
           failures);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
