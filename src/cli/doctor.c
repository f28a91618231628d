/* `dehusk doctor`: looks at what the program uses, thing by thing. What the library uses is the library's to tell. */
#include "doctor.h"

#include "base/option_rows.h"
#include "base/printable.h"
#include "batch/json_line.h"
#include "batch/sandbox.h"
#include "batch/source.h"
#include "fetcher.h"
#include "model.h"
#include "output.h"
#include "say.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* ABSENT: this build goes without it, and nothing is wrong. */
typedef enum { STATE_OK, STATE_ABSENT, STATE_FAILS } finding_state;

static const char *const state_names[] = {[STATE_OK] = "ok", [STATE_ABSENT] = "absent", [STATE_FAILS] = "fails"};

typedef struct {
    const char *name;
    finding_state state;
    char detail[FETCHER_PATH_BYTES + 160];
} finding;

#define FINDINGS_MOST 16

typedef struct {
    finding at[FINDINGS_MOST];
    size_t count;
} findings;

static finding *add(findings *all, const char *name, finding_state state) {
    finding *f = &all->at[all->count++];
    *f = (finding){.name = name, .state = state};
    return f;
}

/* ---- looking ------------------------------------------------------------------------------------------------------------ */

static void look_at_library(const dh_context *ctx, findings *all) {
    dh_check check;
    for (size_t i = 0; all->count < FINDINGS_MOST && dh_context_check(ctx, i, &check); i++) {
        finding *f = add(all, check.name, check.works ? STATE_OK : check.built ? STATE_FAILS : STATE_ABSENT);
        snprintf(f->detail, sizeof f->detail, "%s", check.detail);
    }
}

static void look_at_sandbox(findings *all) {
    char detail[SANDBOX_DETAIL_BYTES];
    bool works = sandbox_try(detail);
    finding *f = add(all, "sandbox", works ? STATE_OK : sandbox_is_built_in() ? STATE_FAILS : STATE_ABSENT);
    snprintf(f->detail, sizeof f->detail, "%s", detail);
}

/* The first line that a program prints for --version, ended by a NUL; empty if it does not run. */
static void ask_version(const char *path, char *line, size_t size) {
    char option[] = "--version", *argv[] = {(char *)(uintptr_t)path, option, NULL};
    int ends[2], status;
    pid_t pid = 0;
    size_t used = 0;
    posix_spawn_file_actions_t files;
    *line = 0;
    if (pipe2(ends, O_CLOEXEC)) return;
    posix_spawn_file_actions_init(&files);
    int why = posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    if (!why) why = posix_spawn(&pid, path, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    for (ssize_t n = 1; !why && n > 0 && used + 1 < size; used += n > 0 ? (size_t)n : 0) n = read(ends[0], line + used, size - 1 - used);
    close(ends[0]);
    if (!why && (waitpid(pid, &status, 0) != pid || status)) used = 0;
    line[used] = 0;
    line[strcspn(line, "\n")] = 0;
}

static void look_at_fetcher(findings *all) {
    char path[FETCHER_PATH_BYTES], version[80], own[80];
    if (!fetcher_find(path)) {
        finding *f = add(all, "fetcher", DH_FETCH_BUILT ? STATE_FAILS : STATE_ABSENT);
        snprintf(f->detail, sizeof f->detail, DH_FETCH_BUILT ? "dehusk-fetch is neither beside dehusk nor in " DH_LIBEXECDIR : "not in this build");
        return;
    }
    snprintf(own, sizeof own, "dehusk-fetch %s", dh_version());
    ask_version(path, version, sizeof version);
    bool same = !strcmp(version, own);
    finding *f = add(all, "fetcher", same ? STATE_OK : STATE_FAILS);
    snprintf(f->detail, sizeof f->detail, "%s%s%s", path, same ? "" : *version ? ", which is another version: " : " does not run", same ? "" : version);
}

static void look_at_limits(findings *all) {
    const dehusk_values *v = &dehusk_defaults;
    finding *f = add(all, "limits", STATE_OK);
    snprintf(f->detail, sizeof f->detail,
             "--max-bytes %zuM, --max-depth %zu, --max-memory %zuM, --page-timeout %zu s, --fetch-max-bytes %zuM, --fetch-timeout %zu s",
             v->max_bytes >> 20, v->max_depth, v->max_memory >> 20, v->page_timeout_s, v->fetch.max_bytes >> 20, v->fetch.timeout_s);
}

/* ---- telling ------------------------------------------------------------------------------------------------------------ */

static dh_status tell_text(const findings *all, dh_buf *out) {
    dh_status st = buf_printf(out, "dehusk %s\n", dh_version());
    for (size_t i = 0; !st && i < all->count; i++) {
        const finding *f = &all->at[i];
        st = buf_printf(out, "%-7s %-10s ", state_names[f->state], f->name);
        if (!st) st = printable_append(out, view_of(f->detail), 0);
        if (!st) st = buf_append_char(out, '\n');
    }
    return st;
}

static dh_status tell_json(const findings *all, dh_buf *out) {
    dh_status st = buf_printf(out, "{\"version\":\"%s\",\"checks\":[", dh_version());
    for (size_t i = 0; !st && i < all->count; i++) {
        const finding *f = &all->at[i];
        st = buf_printf(out, "%s{\"name\":\"%s\",\"state\":\"%s\",\"detail\":", i ? "," : "", f->name, state_names[f->state]);
        if (!st) st = json_put_string(out, view_of(f->detail));
        if (!st) st = buf_append_char(out, '}');
    }
    return st ? st : buf_printf(out, "]}\n");
}

static int look(const doctor_values *v) {
    findings all = {.count = 0};
    dh_context *ctx = NULL;
    dh_error err = {0};
    dh_buf text;
    dh_status st = dh_context_new(&ctx, &err);
    if (!st && v->model) st = model_load(ctx, v->model, &err);
    if (st) {
        say(v->model, err.msg);
        dh_context_free(ctx);
        return EXIT_FAILED;
    }
    look_at_library(ctx, &all);
    dh_context_free(ctx);
    look_at_sandbox(&all);
    look_at_fetcher(&all);
    look_at_limits(&all);
    dh_buf_init(&text, 0);
    bool ok = output_text(v->to == DOCTOR_JSON ? tell_json(&all, &text) : tell_text(&all, &text), &text);
    for (size_t i = 0; i < all.count; i++) ok &= all.at[i].state != STATE_FAILS;
    return ok ? EXIT_DONE : EXIT_FAILED;
}

int doctor_main(int argc, char **argv) {
    doctor_values v = {0};
    size_t operands = 0;
    dh_buf text;
    dh_error err = {0};
    dh_status st = opt_parse(&doctor_options, argc, argv, &v, &operands, &err);
    if (!st && operands) st = err_set(&err, DH_ERR_USAGE, 0, "takes no input");
    if (st) {
        say("doctor", err.msg);
        return EXIT_USAGE;
    }
    if (!v.help) return look(&v);
    dh_buf_init(&text, 0);
    return output_text(opt_help(&doctor_options, OPT_HELP_ALL, &text), &text) ? EXIT_DONE : EXIT_FAILED;
}
