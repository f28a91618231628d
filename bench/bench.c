/* Measures dehusk against plain gumbo, cat and an empty program, all in one run, as machines differ and are noisy.
 *
 * usage: bench html FILE...            whole way and plain gumbo over pages (gzipped or not) held in memory
 *        bench text FILE...            the same for texts
 *        bench loop FILE...            whole way alone, for pages or texts
 *        bench startup PROGRAM EMPTY   start-up of PROGRAM on an empty input beside an empty C program's
 *        bench memory PROGRAM FILE...  peak memory of PROGRAM less that of an empty input, against the file's size
 *        bench stream PROGRAM FILE N   N bytes of FILE's text repeated through PROGRAM: speed, peak memory, beside cat */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <gumbo.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 5

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static dh_buf read_file(const char *name) {
    dh_buf out;
    dh_buf_init(&out, 0);
    if (measure_read(name, &out)) return out;
    fprintf(stderr, "bench: %s: cannot be read\n", name);
    exit(1);
}

/* ---- the library ---- */

static void clean(const dh_context *ctx, dh_view page, dh_buf *out) {
    dh_page *p;
    dh_error err;
    out->len = 0;
    if (dh_page_new(ctx, page, NULL, &p, &err)) {
        fprintf(stderr, "bench: %s\n", err.msg);
        return;
    }
    dh_page_render(p, DH_TO_TEXT, out, NULL);
    dh_page_free(p);
}

static void plain_gumbo(dh_view page) {
    gumbo_destroy_output(&kGumboDefaultOptions, gumbo_parse_with_options(&kGumboDefaultOptions, page.ptr, page.len));
}

static int library(const char *what, int n, char **names) {
    bool html = !strcmp(what, "html");
    dh_buf *pages = calloc((size_t)n, sizeof *pages), out;
    dh_context *ctx;
    double bytes = 0, ours[ROUNDS], gumbo[ROUNDS];
    dh_buf_init(&out, 0);
    if (!pages || dh_context_new(&ctx, NULL)) return 1;
    for (int i = 0; i < n; i++) {
        pages[i] = read_file(names[i]);
        bytes += (double)pages[i].len;
    }
    for (int r = 0; r < ROUNDS; r++) { /* in turn, so that a busy machine slows both */
        double start = measure_now_s(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < n; i++) clean(ctx, dh_buf_view(&pages[i]), &out);
        ours[r] = measure_now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
        start = measure_now_s(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; html && r < 3 && i < n; i++) plain_gumbo(dh_buf_view(&pages[i]));
        gumbo[r] = measure_now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
    }
    qsort(ours, ROUNDS, sizeof *ours, compare_doubles);
    qsort(gumbo, 3, sizeof *gumbo, compare_doubles);
    double median = ours[ROUNDS / 2];
    printf("%s: %d inputs, %.1f MB\n", what, n, bytes / 1e6);
    printf("  dehusk       %7.1f MB/s  %7.3f ms an input  (best %.1f, worst %.1f MB/s of %d rounds)\n", bytes / 1e6 / median,
           median * 1e3 / n, bytes / 1e6 / ours[0], bytes / 1e6 / ours[ROUNDS - 1], ROUNDS);
    if (html) {
        printf("  plain gumbo  %7.1f MB/s  %7.3f ms an input\n", bytes / 1e6 / gumbo[1], gumbo[1] * 1e3 / n);
        printf("  ratio        %7.2f\n", gumbo[1] / median);
    }
    for (int i = 0; i < n; i++) dh_buf_clear(&pages[i]);
    free(pages);
    dh_buf_clear(&out);
    dh_context_free(ctx);
    return 0;
}

/* ---- the program ---- */

extern char **environ;

/* Runs a program on a file; returns its peak memory in KiB, -1 if it cannot be run. */
static long run(const char *program, const char *input, double *wall_ms) {
    posix_spawn_file_actions_t actions;
    char *argv[] = {(char *)(uintptr_t)program, NULL};
    pid_t pid;
    int status;
    struct rusage usage;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    double start = measure_now_s(CLOCK_MONOTONIC);
    int failed = posix_spawn(&pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed || wait4(pid, &status, 0, &usage) < 0) return -1;
    if (wall_ms) *wall_ms = (measure_now_s(CLOCK_MONOTONIC) - start) * 1e3;
    return usage.ru_maxrss;
}

#define STARTS 200

static int startup(const char *program, const char *empty) {
    double ours[STARTS], theirs[STARTS];
    for (int i = 0; i < STARTS; i++)
        if (run(program, "/dev/null", &ours[i]) < 0 || run(empty, "/dev/null", &theirs[i]) < 0) return 1;
    qsort(ours, STARTS, sizeof *ours, compare_doubles);
    qsort(theirs, STARTS, sizeof *theirs, compare_doubles);
    printf("start-up: dehusk %.2f ms, empty C program %.2f ms, difference %.2f ms (medians of %d)\n", ours[STARTS / 2],
           theirs[STARTS / 2], ours[STARTS / 2] - theirs[STARTS / 2], STARTS);
    return 0;
}

static int memory(const char *program, int n, char **names) {
    double *ratios = calloc((size_t)n, sizeof *ratios);
    long base = run(program, "/dev/null", NULL);
    if (!ratios || base < 0) return 1;
    for (int i = 0; i < n; i++) {
        char name[] = "/tmp/dehusk-bench-XXXXXX";
        dh_buf page = read_file(names[i]);
        int fd = mkstemp(name);
        if (fd < 0 || write(fd, page.ptr, page.len) != (ssize_t)page.len) return 1;
        close(fd);
        ratios[i] = (double)(run(program, name, NULL) - base) * 1024 / (double)(page.len + 1);
        unlink(name);
        dh_buf_clear(&page);
    }
    qsort(ratios, (size_t)n, sizeof *ratios, compare_doubles);
    printf("peak memory over an empty input's (%ld KiB), times the page: median %.1f, 90th percentile %.1f, worst %.1f (%d pages)\n",
           base, ratios[n / 2], ratios[n * 9 / 10], ratios[n - 1], n);
    free(ratios);
    return 0;
}

/* Feeds `total` bytes of text, repeated, to a program; its output goes to /dev/null. */
static int feed(const char *program, dh_view text, size_t total) {
    int pipe_fd[2], status;
    struct rusage usage;
    if (pipe(pipe_fd)) return 1;
    double start = measure_now_s(CLOCK_MONOTONIC);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(pipe_fd[0], 0);
        dup2(null, 1);
        close(pipe_fd[0]);
        close(pipe_fd[1]);
        execlp(program, program, (char *)NULL);
        _exit(127);
    }
    close(pipe_fd[0]);
    for (size_t sent = 0; sent < total;) {
        size_t at = sent % text.len, n = text.len - at < total - sent ? text.len - at : total - sent;
        ssize_t wrote = write(pipe_fd[1], text.ptr + at, n);
        if (wrote <= 0) break;
        sent += (size_t)wrote;
    }
    close(pipe_fd[1]);
    if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status) return 1;
    double s = measure_now_s(CLOCK_MONOTONIC) - start;
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("stream of %.0f MB: %-28s %7.1f MB/s, %7.1f MB/s of CPU time, peak %ld KiB\n", (double)total / 1e6, program,
           (double)total / 1e6 / s, (double)total / 1e6 / cpu, usage.ru_maxrss);
    return 0;
}

static int stream(const char *program, const char *file, const char *count) {
    dh_buf text = read_file(file);
    size_t total = (size_t)strtoull(count, NULL, 10);
    int failed = !text.len || feed("cat", dh_buf_view(&text), total) || feed(program, dh_buf_view(&text), total);
    dh_buf_clear(&text);
    return failed;
}

int main(int argc, char **argv) {
    const char *what = argc > 2 ? argv[1] : "";
    signal(SIGPIPE, SIG_IGN);
    if (!strcmp(what, "html") || !strcmp(what, "text") || !strcmp(what, "loop")) return library(what, argc - 2, argv + 2);
    if (!strcmp(what, "startup") && argc == 4) return startup(argv[2], argv[3]);
    if (!strcmp(what, "memory") && argc > 3) return memory(argv[2], argc - 3, argv + 3);
    if (!strcmp(what, "stream") && argc == 5) return stream(argv[2], argv[3], argv[4]);
    fprintf(stderr, "usage: bench html|text|loop FILE... | startup PROGRAM EMPTY | memory PROGRAM FILE... | stream PROGRAM FILE N\n");
    return 2;
}
