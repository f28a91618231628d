/* Reads rules from files and options; what they mean is the library's affair. */
#include "rules.h"

#include "batch/source.h"
#include "fetcher.h"
#include "output.h"
#include "say.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define RULES_BYTES ((size_t)16 << 20)

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The host that the name of a site config is: "example.org.txt". NULL if it is another name. */
static const char *host_of(const char *path, char host[256]) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    dh_view v = view_of(name), end = DH_VIEW(".txt");
    if (v.len <= end.len || v.len > 255 || !view_is((dh_view){v.ptr + v.len - end.len, end.len}, end)) return NULL;
    v.len -= end.len;
    if (!memchr(v.ptr, '.', v.len)) return NULL;
    if (*v.ptr == '.') v = (dh_view){v.ptr + 1, v.len - 1}; /* ".example.org.txt": and what is below it */
    memcpy(host, v.ptr, v.len);
    host[v.len] = 0;
    return host;
}

static void say_notes(const char *path, const dh_buf *notes) {
    char line[200];
    for (size_t from = 0, n; from < notes->len; from += n + 1) {
        n = (size_t)((const char *)memchr(notes->ptr + from, '\n', notes->len - from) - (notes->ptr + from));
        snprintf(line, sizeof line, "%.*s", (int)n, notes->ptr + from);
        say(path, line);
    }
}

static dh_status load_file(dh_context *ctx, const char *path, bool quiet, dh_error *err) {
    dh_buf text, notes;
    char host[256];
    dh_buf_init(&text, RULES_BYTES);
    dh_buf_init(&notes, RULES_BYTES);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    dh_status st = fd < 0 ? err_system(err) : source_read_all(fd, &text, err);
    if (!st) st = dh_context_load_rules(ctx, dh_buf_view(&text), host_of(path, host), &notes, err);
    if (!st && !quiet) say_notes(path, &notes);
    if (fd >= 0) close(fd);
    dh_buf_clear(&text);
    dh_buf_clear(&notes);
    return st;
}

static dh_status add_list(dh_context *ctx, const char *option, dh_rule rule, const opt_list *list, dh_error *err) {
    dh_error why;
    for (size_t i = 0; i < list->count; i++) {
        dh_status st = dh_context_add_rule(ctx, rule, view_of(list->at[i]), &why);
        if (st) return err_set(err, st == DH_ERR_FORMAT ? DH_ERR_USAGE : st, 0, "--%s: %s", option, why.msg);
    }
    return DH_OK;
}

dh_status rules_load(dh_context *ctx, const dehusk_values *v, bool quiet, const char **blame, dh_error *err) {
    *blame = v->rules;
    dh_status st = v->rules ? load_file(ctx, v->rules, quiet, err) : DH_OK;
    if (st) return st;
    *blame = NULL;
    st = add_list(ctx, "body", DH_RULE_BODY, &v->body, err);
    if (!st) st = add_list(ctx, "strip", DH_RULE_STRIP, &v->strip, err);
    return st ? st : add_list(ctx, "keep", DH_RULE_KEEP, &v->keep, err);
}

/* ---- dehusk rules check ------------------------------------------------------------------------------------------------- */

typedef struct {
    const rules_values *values;
    const char *file;
    dh_context *ctx;
    dh_buf url, text; /* the last address that was asked for, ended by a NUL, and what came of it */
    bool fetched;     /* it came */
    size_t failed;
} check;

/* Appends the text of all pages of a record. */
static dh_status read_pages(const check *c, fetcher *f, dh_buf *text, dh_error *err) {
    dh_options opt = dh_options_default();
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    opt.url = f->url;
    opt.title = DH_TITLE_YES; /* test_contains may name the headline */
    dh_status st = dh_reader_new(c->ctx, &opt, fetcher_read, f, &reader, err);
    while (!st && !(st = dh_reader_next(reader, &page, err)) && page) {
        st = dh_page_render(page, DH_TO_TEXT, text, err);
        dh_page_free(page);
    }
    dh_reader_free(reader);
    return st;
}

static void fetch_page(check *c, dh_view url) {
    fetcher f;
    dh_error err = {0};
    c->url.len = c->text.len = 0;
    c->fetched = false;
    if (buf_append_view(&c->url, url) || buf_append_char(&c->url, 0)) {
        c->url.len = 0;
        say(c->file, "out of memory");
        return;
    }
    dh_status st = fetcher_start(&f, &dehusk_defaults, c->url.ptr, false, false, &err);
    if (!st) st = read_pages(c, &f, &c->text, &err);
    c->fetched = !st;
    if (st) say(c->url.ptr, fetcher_why(&f) ? fetcher_why(&f) : err.msg);
    fetcher_end(&f);
}

static bool is_asked(const check *c, dh_view url) { return c->url.len == url.len + 1 && !memcmp(c->url.ptr, url.ptr, url.len); }

static void run_test(check *c, const dh_rule_test *t) {
    char line[320];
    if (!is_asked(c, t->url)) fetch_page(c, t->url);
    bool ok = c->fetched && (t->contains.len ? memmem(c->text.ptr, c->text.len, t->contains.ptr, t->contains.len) != NULL : c->text.len > 0);
    if (ok || !c->fetched) {
        c->failed += !ok;
        return;
    }
    c->failed++;
    if (t->contains.len) snprintf(line, sizeof line, "line %zu: what comes of the page has no '%.200s'", t->line, t->contains.ptr);
    else snprintf(line, sizeof line, "line %zu: nothing comes of the page", t->line);
    say(c->file, line);
}

static void check_file(check *c) {
    const char *blame;
    char line[80];
    dh_rule_test t;
    dh_error err = {0};
    size_t tests = 0, before = c->failed;
    dehusk_values v = {.rules = c->file};
    dh_status st = dh_context_new(&c->ctx, &err);
    if (!st) st = rules_load(c->ctx, &v, c->values->quiet, &blame, &err);
    if (st) {
        c->failed++;
        say(c->file, err.msg);
    }
    for (; !st && dh_context_rule_test(c->ctx, tests, &t); tests++)
        if (!c->values->no_fetch) run_test(c, &t);
    if (!st && !c->values->quiet) {
        if (c->values->no_fetch) snprintf(line, sizeof line, "is well formed; %zu tests were not run", tests);
        else snprintf(line, sizeof line, "%zu of %zu tests passed", tests - (c->failed - before), tests);
        say(c->file, line);
    }
    dh_context_free(c->ctx);
    c->ctx = NULL;
    c->url.len = 0; /* another file's rules make something else of a page */
}

static int usage(const char *what) {
    say("rules", what);
    return EXIT_USAGE;
}

int rules_main(int argc, char **argv) {
    rules_values v = {0};
    size_t operands = 0;
    dh_error err = {0};
    if (opt_parse(&rules_options, argc, argv, &v, &operands, &err)) return usage(err.msg);
    check c = {.values = &v};
    dh_buf_init(&c.url, 0);
    dh_buf_init(&c.text, 0);
    if (v.help) return output_text(opt_help(&rules_options, OPT_HELP_ALL, &c.text), &c.text) ? EXIT_DONE : EXIT_FAILED;
    if (!operands || !view_is(view_of(argv[0]), DH_VIEW("check"))) return usage("check is what it does (--help tells more)");
    if (operands < 2) return usage("check: wants files of rules");
    for (size_t i = 1; i < operands; i++) {
        c.file = argv[i];
        check_file(&c);
    }
    dh_buf_clear(&c.url);
    dh_buf_clear(&c.text);
    return c.failed ? EXIT_FAILED : EXIT_DONE;
}
