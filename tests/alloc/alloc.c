/* The allocation suite of the library: over small inputs of each kind, every allocation fails once, alone and with all that
 * follow it. What comes is the right answer, or an error that says so; nothing leaks and nothing crashes.
 * usage: alloc FILE...   (seeds of the fuzz target "whole") */
#include "fuzz/options.h"
#include "heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More allocations than any of the inputs makes. */
#define MOST 20000

typedef struct {
    const char *name;
    dh_view bytes;
    dh_options opt;
    bool stream;
    bool formats; /* rendered in more than text: too slow for long ones */
} input;

typedef struct {
    dh_status status;
    dh_error err;
    dh_buf out;
} answer;

static size_t failures, injected;

/* ---- the work ---- */

static dh_status read_piece(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    return view_read(user, buf, cap < 1000 ? cap : 1000, got, err);
}

static dh_status print_links(const dh_page *page, answer *a) {
    dh_link_list *links = NULL;
    dh_link link;
    dh_status st = dh_page_links(page, &links, &a->err);
    for (size_t i = 0; !st && dh_link_list_get(links, i, &link); i++)
        if ((st = dh_buf_append(&a->out, link.url.ptr, link.url.len))) a->err = (dh_error){st, 0, "out of memory"};
    dh_link_list_free(links);
    return st;
}

/* The page's text, all of it as JSON, its Markdown, its facts and its links. */
static dh_status print(const dh_page *page, bool formats, answer *a) {
    const dh_rendering markdown = {.format = DH_TO_MARKDOWN, .links = DH_LINKS_YES, .images = true};
    dh_facts *facts = NULL;
    dh_fact fact;
    dh_status st = dh_page_render(page, DH_TO_TEXT, &a->out, &a->err);
    if (!st && formats) st = dh_page_render(page, DH_TO_JSON, &a->out, &a->err);
    if (!st && formats) st = dh_page_render_as(page, &markdown, &a->out, &a->err);
    if (!st) st = dh_facts_new(page, &facts, &a->err);
    for (unsigned kind = 0; !st && kind < DH_FACT_COUNT; kind++)
        for (size_t i = 0; !st && dh_facts_get(facts, (dh_fact_kind)kind, i, &fact); i++) {
            st = dh_buf_append(&a->out, fact.value.ptr, fact.value.len);
            if (st) a->err = (dh_error){st, 0, "out of memory"};
        }
    dh_facts_free(facts);
    return st || !formats ? st : print_links(page, a);
}

static dh_status by_reader(const dh_context *ctx, const input *in, answer *a) {
    dh_view left = in->bytes;
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_status st = dh_reader_new(ctx, &in->opt, read_piece, &left, &reader, &a->err);
    while (!st && !(st = dh_reader_next(reader, &page, &a->err)) && page) {
        st = print(page, in->formats, a);
        dh_page_free(page);
    }
    dh_reader_free(reader);
    return st;
}

static dh_status by_page(const dh_context *ctx, const input *in, answer *a) {
    dh_page *page = NULL;
    dh_status st = dh_page_new(ctx, in->bytes, &in->opt, &page, &a->err);
    if (!st) st = print(page, in->formats, a);
    dh_page_free(page);
    return st;
}

static answer work(const input *in) {
    answer a = {.err = {DH_OK, 0, ""}};
    dh_context *ctx = NULL;
    dh_buf_init(&a.out, 0);
    a.status = dh_context_new(&ctx, &a.err);
    if (!a.status) a.status = in->stream ? by_reader(ctx, in, &a) : by_page(ctx, in, &a);
    dh_context_free(ctx);
    return a;
}

/* ---- what must hold ---- */

static void fail(const input *in, size_t at, bool all, const char *what, const answer *a) {
    printf("FAILED %s%s: allocation %zu%s: %s (status %d: %s)\n", in->name, in->stream ? " as a stream" : "", at,
           all ? " and all that follow" : "", what, (int)a->status, a->err.msg);
    failures++;
}

/* One that fails may not matter: room that cannot be given back, a buffer of the C library. Then the answer is the same. */
static const char *check(const answer *a, const answer *right) {
    bool same = a->out.len == right->out.len && !memcmp(dh_buf_view(&a->out).ptr, dh_buf_view(&right->out).ptr, a->out.len);
    if (!a->status) return right->status ? "no error" : same ? NULL : "another answer";
    if (a->err.code != a->status || !a->err.msg[0]) return "an error that is not said";
    return a->status == DH_ERR_NOMEM || a->status == right->status ? NULL : "the wrong error";
}

static bool leaks(const size_t live[3]) { return live[0] < live[1] && live[1] < live[2]; }

/* uchardet loses what its constructors have got when one of them throws: its guess is the one place that may leak when
 * memory is short, and only then. */
static bool is_guessed(const input *in) { return !strncmp(in->name, "guess-", 6); }

#ifdef HEAP_WRAPPED
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:detect_charset"; }
#endif

/* Fails allocation `at`; false when there is none. Three times, as what the C library keeps for later is no leak: a leak
 * is what grows each time. */
static bool fail_one(const input *in, const answer *right, size_t at, bool all) {
    size_t live[3];
    for (size_t i = 0; i < 3; i++) {
        heap_fail(at, all);
        answer a = work(in);
        bool hit = heap_failed();
        heap_fail(0, false);
        const char *what = check(&a, right);
        dh_buf_clear(&a.out);
        live[i] = heap_live();
        if (!hit) return false;
        if (what) fail(in, at, all, what, &a);
        if (what) break;
        if (i == 2 && leaks(live) && !is_guessed(in)) fail(in, at, all, "a leak", &a);
    }
    injected++;
    return true;
}

static void try_input(input in) {
    for (unsigned mode = 0; mode < 4; mode++) {
        size_t at = 1;
        bool all = mode & 1;
        in.stream = mode & 2;
        answer right = work(&in), again = work(&in); /* the second one finds what the first has warmed up */
        while (at < MOST && fail_one(&in, &right, at, all)) at++;
        if (at < 3 || at == MOST) fail(&in, at, all, "too few or too many allocations", &right);
        dh_buf_clear(&right.out);
        dh_buf_clear(&again.out);
    }
}

/* ---- inputs ---- */

static dh_view read_file(const char *name) {
    FILE *f = fopen(name, "rb");
    char *bytes = malloc(1 << 16);
    if (!f || !bytes) {
        fprintf(stderr, "alloc: cannot read %s\n", name);
        exit(EXIT_FAILURE);
    }
    size_t len = fread(bytes, 1, 1 << 16, f);
    fclose(f);
    return (dh_view){bytes, len};
}

static void try_seed(const char *path) {
    dh_view seed = read_file(path);
    const char *slash = strrchr(path, '/'); /* an argument, ends in NUL */
    input in = {.name = slash ? slash + 1 : path, .opt = dh_options_default(), .formats = true};
    if (seed.len >= FUZZ_OPTION_BYTES) {
        fuzz_options((const uint8_t *)seed.ptr, &in.opt);
        in.bytes = (dh_view){seed.ptr + FUZZ_OPTION_BYTES, seed.len - FUZZ_OPTION_BYTES};
        in.opt.window_bytes = 64;
        try_input(in);
    }
    free((char *)(uintptr_t)seed.ptr);
}

/* Long enough that every buffer and arena has to grow. */
static void try_long(const char *name, dh_view unit, dh_from from) {
    enum { TIMES = 4000 };
    char *bytes = malloc(unit.len * TIMES);
    input in = {.name = name, .bytes = {bytes, unit.len * TIMES}, .opt = dh_options_default()};
    if (!bytes) exit(EXIT_FAILURE);
    for (size_t i = 0; i < TIMES; i++) memcpy(bytes + i * unit.len, unit.ptr, unit.len);
    in.opt.from = from;
    in.opt.window_bytes = 40000;
    try_input(in);
    free(bytes);
}

int main(int argc, char **argv) {
    static const char html[] = "<div class=a><p>A <b>paragraph</b> of <a href=b>some</a> words.</p></div><meta name=a>";
    static const char text[] = "A line of the author's own, and a sentence.\nRelated articles\nviews\n";
    for (int i = 1; i < argc; i++) try_seed(argv[i]);
    try_long("long HTML", (dh_view){html, sizeof html - 1}, DH_FROM_HTML);
    try_long("long text", (dh_view){text, sizeof text - 1}, DH_FROM_TEXT);
    printf("alloc: %d inputs, %zu failed allocations, %zu failures\n", argc + 1, injected, failures);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
