/* Runs folder_run() as its arguments say and prints what it said: tests see folder runs without the command line. After
 * the run it counts what may not be left: descriptors, and children. */
#include "base/printable.h"
#include "batch/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the program does with signals: the first one stops the run, a second ends it at once. */
static volatile sig_atomic_t stop_signal;

static void stop(int sig) {
    if (stop_signal) _exit(128 + sig);
    stop_signal = sig;
}

static void put(const char *head, const char *path, const char *what) {
    dh_buf line;
    dh_buf_init(&line, 0);
    if (!printable_message(&line, head, path, what)) fwrite(line.ptr, 1, line.len, stdout);
    fflush(stdout); /* nothing may wait in a buffer that a worker inherits */
    dh_buf_clear(&line);
}

static void failed(void *user, const char *path, const char *what) {
    ++*(size_t *)user;
    put("FAIL", path, what);
}

static void progress(void *user, const folder_progress *p) {
    (void)user;
    printf("%s done=%zu failed=%zu total=%zu bytes=%ju of=%ju last=%d\n", p->pass ? "FIRST" : "PROGRESS", p->done, p->failed,
           p->total, (uintmax_t)p->bytes, (uintmax_t)p->bytes_total, p->last);
    fflush(stdout);
}

static size_t open_descriptors(void) {
    size_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d && readdir(d)) n++;
    if (d) closedir(d);
    return n;
}

/* ---- one file alone, to stdout: what its output in a folder must be --------------------------------------------- */

static dh_status write_out(void *user, dh_view bytes, dh_error *err) {
    (void)user;
    return source_write_all(STDOUT_FILENO, bytes, NULL, err);
}

static const char *alone_failed(void *user, const dh_error *err) {
    fprintf(stderr, "FAIL: %s: %s\n", (char *)user, err->msg);
    return NULL;
}

static int alone(const dh_context *ctx, const dh_options *page, char *path) {
    join j;
    join_result r;
    dh_options opt = *page;
    source in = {open(path, O_RDONLY | O_CLOEXEC), NULL};
    opt.encoding = source_encoding(path);
    join_init(&j, ctx, 0);
    j.write = write_out;
    j.fail = alone_failed;
    j.fail_user = path;
    dh_status st = join_source(&j, &opt, source_read, &in, &r, NULL);
    join_clear(&j);
    close(in.fd);
    return st || r.failures;
}

/* ---- a run ------------------------------------------------------------------------------------------------------ */

static dh_status shout(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    (void)url;
    (void)how;
    size_t from = out->len;
    dh_status st = dh_page_render(page, DH_TO_TEXT, out, err);
    for (size_t i = from; !st && i < out->len; i++)
        if (out->ptr[i] == *(const char *)user) out->ptr[i] = '!';
    return st;
}

static int run(folder_options *opt, char **inputs, size_t count) {
    folder_summary s;
    dh_error err = {0};
    size_t heard = 0, before = open_descriptors();
    opt->fail = failed;
    opt->fail_user = &heard;
    dh_status st = folder_run(opt, inputs, count, &s, &err);
    bool childless = waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
    if (st) put("ERROR", dh_status_name(st), err.msg);
    printf("SUMMARY total=%zu done=%zu failed=%zu empty=%zu crashed=%zu left_out=%zu unwanted=%zu interrupted=%d\n", s.total, s.done,
           s.failed, s.empty, s.crashed, s.left_out, s.unwanted, s.interrupted);
    printf("ASSETS assets=%zu duplicates=%zu\n", s.assets, s.duplicates);
    printf("EARLIER earlier=%zu earlier_failed=%zu stale=%zu\n", s.earlier, s.earlier_failed, s.stale);
    printf("AMOUNT bytes_in=%zu words=%zu heard=%zu\n", s.bytes_in, s.words, heard);
    printf("LEFT descriptors=%zu children=%d\n", open_descriptors() - before, !childless);
    if (st) return 2;
    return s.interrupted ? 130 : s.failed + s.earlier_failed ? 1 : 0;
}

static size_t number(const char *arg, const char *name) {
    size_t n = strlen(name);
    return strncmp(arg, name, n) ? 0 : (size_t)strtoull(arg + n, NULL, 10);
}

/* OUT [include=GLOBS] [exclude=GLOBS] [files=FILE] [nul] [restart] [retry-failed] [keep-stale] [sites] [part=N] [profile=FILE] [open] [dedup=N] [bits=N] [lines=FILE] [shard=N] [field=NAME] [bytes=N] [entries=N] [ratio=N] [made=N] [jobs=N] [timeout=S] [memory=N] [window=N] [progress] [shout] INPUT...; or: alone FILE [ADDRESS] */
static int with_context(dh_context *ctx, int argc, char **argv) {
    dh_options page = dh_options_default();
    char letter = 'e';
    if (argc == 4 && !strcmp(argv[1], "alone")) page.url = argv[3];
    if (argc <= 4 && !strcmp(argv[1], "alone")) return alone(ctx, &page, argv[2]);
    folder_options opt = {
        .ctx = ctx, .page = &page, .out = argv[1], .jobs = 1, .page_timeout_s = 60, .stop = &stop_signal, .sandbox = true, .no_profile = true,
        .max_members = 10000000, .max_ratio = 1000};
    int i = 2;
    if (dh_context_preload(ctx, NULL)) return 2;
    for (; i < argc; i++) {
        if (number(argv[i], "jobs="))
            opt.jobs = number(argv[i], "jobs=");
        else if (number(argv[i], "timeout="))
            opt.page_timeout_s = number(argv[i], "timeout=");
        else if (number(argv[i], "memory="))
            page.max_memory = number(argv[i], "memory=");
        else if (number(argv[i], "window="))
            page.window_bytes = number(argv[i], "window=");
        else if (number(argv[i], "bytes="))
            page.max_bytes = number(argv[i], "bytes=");
        else if (number(argv[i], "entries="))
            opt.max_members = number(argv[i], "entries=");
        else if (number(argv[i], "ratio="))
            opt.max_ratio = number(argv[i], "ratio=");
        else if (!strncmp(argv[i], "lines=", 6))
            opt.lines = argv[i] + 6, opt.how.format = DH_TO_JSONL;
        else if (number(argv[i], "part="))
            opt.part_pages = number(argv[i], "part=");
        else if (number(argv[i], "dedup="))
            opt.dedup = (dedup_mode)number(argv[i], "dedup=");
        else if (number(argv[i], "bits="))
            opt.near_bits = number(argv[i], "bits=");
        else if (number(argv[i], "shard="))
            opt.shard_bytes = number(argv[i], "shard=");
        else if (!strncmp(argv[i], "field=", 6))
            opt.field = argv[i] + 6;
        else if (number(argv[i], "made="))
            opt.made = number(argv[i], "made=");
        else if (!strncmp(argv[i], "include=", 8))
            opt.filter.include = argv[i] + 8;
        else if (!strncmp(argv[i], "exclude=", 8))
            opt.filter.exclude = argv[i] + 8;
        else if (!strncmp(argv[i], "files=", 6))
            opt.files = argv[i] + 6;
        else if (!strcmp(argv[i], "nul"))
            opt.files_nul = true;
        else if (!strcmp(argv[i], "restart"))
            opt.restart = true;
        else if (!strcmp(argv[i], "retry-failed"))
            opt.retry_failed = true;
        else if (!strcmp(argv[i], "keep-stale"))
            opt.keep_stale = true;
        else if (!strncmp(argv[i], "profile=", 8))
            opt.profile = argv[i] + 8, opt.no_profile = false;
        else if (!strcmp(argv[i], "sites"))
            opt.no_profile = false;
        else if (!strcmp(argv[i], "open"))
            opt.sandbox = false;
        else if (!strcmp(argv[i], "progress"))
            opt.progress = progress;
        else if (!strcmp(argv[i], "shout"))
            opt.render = shout, opt.render_user = &letter;
        else
            break;
    }
    return run(&opt, argv + i, (size_t)(argc - i));
}

int main(int argc, char **argv) {
    dh_context *ctx = NULL;
    struct sigaction on = {.sa_handler = stop};
    if (argc < 3 || dh_context_new(&ctx, NULL)) return 2;
    sigaction(SIGINT, &on, NULL);
    sigaction(SIGTERM, &on, NULL);
    int result = with_context(ctx, argc, argv);
    dh_context_free(ctx);
    return fflush(stdout) ? 2 : result;
}
