/* `dehusk profile`: reads the command line and hands the work to batch/. */
#include "profile.h"

#include "base/option_rows.h"
#include "base/printable.h"
#include "batch/profile.h"
#include "batch/survey.h"
#include "output.h"
#include "say.h"
#include "stop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

typedef struct {
    profile_values values;
    char **operands;
    size_t count;
    size_t failures;
    int signal;
} command;

static void input_failed(void *user, const char *path, const char *why) {
    command *c = user;
    c->failures++;
    say(path, why);
}

/* ---- make ------------------------------------------------------------------------------------------------------------ */

static dh_status count_files(command *c, const folder_options *opt, dh_error *err) {
    list l;
    dh_status st = list_init(&l, NULL, opt->filter, input_failed, c, err);
    if (!st) st = folder_list(opt, c->operands, c->count, &l, err);
    if (!st) st = survey_run(opt, &l, c->values.output, false, err);
    list_clear(&l);
    return st;
}

static dh_status make(command *c, const char **blame, dh_error *err) {
    const profile_values *v = &c->values;
    dh_context *ctx = NULL;
    dh_options page = dh_options_default();
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *blame = v->output;
    dh_status st = dh_context_new(&ctx, err);
    if (!st) st = dh_context_preload(ctx, err);
    folder_options opt = {.ctx = ctx, .page = &page, .filter = {v->include, v->exclude}, .files = v->files, .files_nul = v->null,
                          .jobs = v->jobs ? v->jobs : processors > 0 ? (size_t)processors : 1,
                          .page_timeout_s = v->page_timeout_s, .max_members = v->max_members, .max_ratio = v->max_ratio, .sandbox = !v->no_sandbox, .stop = stop_gently()};
    if (!st) st = count_files(c, &opt, err);
    c->signal = *opt.stop;
    dh_context_free(ctx);
    return st;
}

/* ---- merge, drop ------------------------------------------------------------------------------------------------------ */

/* Writes a profile of what several have, but for some sites. */
static dh_status bring_together(command *c, char **names, size_t count, const dh_view *without, size_t without_count,
                                const char **blame, dh_error *err) {
    int *fds = calloc(count + 1, sizeof *fds);
    size_t opened = 0, bad = count;
    newfile out;
    dh_status st = fds ? DH_OK : err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (; !st && opened < count; opened += !st) {
        fds[opened] = open(names[opened], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fds[opened] < 0) st = err_system(err);
        if (st) *blame = names[opened];
    }
    if (!st) {
        *blame = c->values.output;
        st = newfile_open(&out, c->values.output, (unsigned long)getpid(), err);
        if (!st) {
            st = profile_merge(fds, count, without, without_count, out.fd, &bad, err);
            if (st && bad < count) *blame = names[bad];
            dh_status closed = newfile_close(&out, !st, st ? NULL : err);
            if (!st) st = closed;
        }
    }
    while (opened) close(fds[--opened]);
    free(fds);
    return st;
}

static dh_status merge(command *c, const char **blame, dh_error *err) {
    return bring_together(c, c->operands, c->count, NULL, 0, blame, err);
}

static dh_status drop(command *c, const char **blame, dh_error *err) {
    dh_view *sites = calloc(c->count, sizeof *sites);
    if (!sites) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 1; i < c->count; i++) sites[i - 1] = view_of(c->operands[i]);
    dh_status st = bring_together(c, c->operands, 1, sites, c->count - 1, blame, err);
    free(sites);
    return st;
}

/* What the new profile has. */
static dh_status say_summary(const command *c, dh_error *err) {
    profile *p = NULL;
    char line[160];
    if (c->values.quiet) return DH_OK;
    dh_status st = profile_open(c->values.output, &p, err);
    if (st) return st;
    snprintf(line, sizeof line, "%zu pages of %zu %s, %zu with the %d pages that it takes", profile_pages(p), profile_sites(p),
             profile_sites(p) == 1 ? "site" : "sites", profile_known(p), DH_SITE_PAGES);
    say(c->values.output, line);
    profile_close(p);
    return DH_OK;
}

/* ---- show ------------------------------------------------------------------------------------------------------------- */

static bool is_wanted(const command *c, dh_view name) {
    for (size_t i = 1; i < c->count; i++)
        if (view_is(name, view_of(c->operands[i]))) return true;
    return c->count == 1;
}

static dh_status show_sites(const command *c, profile *p, output *out, dh_error *err) {
    dh_buf line;
    dh_status st = DH_OK;
    dh_buf_init(&line, 0);
    for (size_t i = 0; !st && i < profile_sites(p); i++) {
        dh_view name = profile_name(p, i);
        if (!is_wanted(c, name)) continue;
        const dh_site *site = profile_site(p, name);
        line.len = 0;
        st = buf_printf(&line, "%zu\t%zu\t", profile_pages_of(p, i), site ? site->count : 0);
        if (!st) st = printable_append(&line, name, 0);
        if (!st) st = buf_append_char(&line, '\n');
        st = st ? err_set(err, st, 0, "out of memory") : output_write(out, dh_buf_view(&line), err);
    }
    dh_buf_clear(&line);
    return st;
}

static dh_status show(command *c, const char **blame, dh_error *err) {
    profile *p = NULL;
    output out = {0};
    *blame = c->operands[0];
    dh_status st = profile_open(c->operands[0], &p, err);
    if (st) return st;
    *blame = "stdout";
    st = output_open(&out, NULL, err);
    if (!st) st = show_sites(c, p, &out, err);
    profile_close(p);
    return out.pipe_closed ? DH_OK : st;
}

/* ---- the command ------------------------------------------------------------------------------------------------------ */

static const struct {
    dh_view word;
    bool writes;          /* needs -o */
    size_t least;         /* operands */
    const char *wants;
    dh_status (*run)(command *c, const char **blame, dh_error *err);
} verbs[] = {{DH_LIT("make"), true, 1, "files or folders", make},
             {DH_LIT("merge"), true, 1, "profiles", merge},
             {DH_LIT("show"), false, 1, "a profile", show},
             {DH_LIT("drop"), true, 2, "a profile and sites", drop}};

static int usage(const char *what) {
    say("profile", what);
    return EXIT_USAGE;
}

static int print_help(void) {
    dh_buf text;
    dh_buf_init(&text, 0);
    return output_text(opt_help(&profile_options, OPT_HELP_ALL, &text), &text) ? EXIT_DONE : EXIT_FAILED;
}

static int run_verb(size_t verb, command *c) {
    char line[80];
    const char *blame = NULL;
    dh_error err = {0};
    size_t given = c->count + (c->values.files != NULL);
    snprintf(line, sizeof line, "%s: wants %s", verbs[verb].word.ptr, verbs[verb].wants);
    if (given < verbs[verb].least) return usage(line);
    if (verbs[verb].writes && (!c->values.output || !c->values.output[0])) return usage("-o FILE says where the profile goes");
    if (!verbs[verb].writes && c->values.output) return usage("show: prints on stdout, without -o");
    if (c->values.files && verbs[verb].run != make) return usage("--files: is for make");
    dh_status st = verbs[verb].run(c, &blame, &err);
    if (!st && verbs[verb].writes) st = say_summary(c, &err);
    if (st && !c->signal) {
        say(blame, err.msg);
        return EXIT_FAILED;
    }
    if (c->signal) return EXIT_SIGNAL + c->signal;
    return c->failures ? EXIT_FAILED : EXIT_DONE;
}

int profile_main(int argc, char **argv) {
    command c = {.values = profile_defaults};
    dh_error err = {0};
    if (opt_parse(&profile_options, argc, argv, &c.values, &c.count, &err)) return usage(err.msg);
    if (c.values.help) return print_help();
    c.operands = argv + 1;
    for (size_t i = 0; c.count && i < DH_COUNT(verbs); i++) {
        if (!view_is(view_of(argv[0]), verbs[i].word)) continue;
        c.count--;
        return run_verb(i, &c);
    }
    return usage("make, merge, show or drop (--help tells more)");
}
