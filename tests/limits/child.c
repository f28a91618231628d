/* Runs work in a forked child under a limit on its CPU time, and counts it: instructions where the kernel gives them,
 * CPU time else. What is run is not known here. */
#include "child.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child counts for itself alone: these are its own. */
static int counter = -1;
static uint64_t cpu_at_begin;
static size_t peak_at_begin;

static int open_counter(void) {
    struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
                                   .size = sizeof attr,
                                   .config = PERF_COUNT_HW_INSTRUCTIONS,
                                   .exclude_kernel = 1,
                                   .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

const char *child_unit(void) {
    int fd = open_counter();
    if (fd < 0) return "ns of CPU time";
    close(fd);
    return "instructions";
}

static uint64_t ns(struct timeval t) { return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u; }

static void look(uint64_t *cpu, size_t *peak) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    *cpu = ns(u.ru_utime) + ns(u.ru_stime);
    *peak = (size_t)u.ru_maxrss << 10;
}

void child_begin(void) {
    counter = open_counter();
    look(&cpu_at_begin, &peak_at_begin);
}

void child_end(child_result *r) {
    uint64_t cpu, count;
    size_t peak;
    look(&cpu, &peak);
    r->cost = cpu - cpu_at_begin;
    r->peak_bytes = peak - peak_at_begin;
    if (counter >= 0 && read(counter, &count, sizeof count) == (ssize_t)sizeof count) r->cost = count;
}

static void be_child(child_work *work, const void *user, unsigned max_cpu_seconds, int to) {
    struct rlimit cpu = {max_cpu_seconds, max_cpu_seconds + 1}, core = {0, 0};
    child_result r = {0};
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_CORE, &core);
    work(user, &r);
    r.done = true;
    _exit(write(to, &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
}

child_result child_run(child_work *work, const void *user, unsigned max_cpu_seconds) {
    child_result r = {0};
    int ends[2], how = 0;
    if (pipe(ends)) return r;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_child(work, user, max_cpu_seconds, ends[1]);
    }
    close(ends[1]);
    /* A child that dies has written nothing, or, being shorter than a pipe holds, all. */
    if (pid < 0 || read(ends[0], &r, sizeof r) != (ssize_t)sizeof r) memset(&r, 0, sizeof r);
    close(ends[0]);
    if (pid > 0 && waitpid(pid, &how, 0) == pid && WIFSIGNALED(how)) r.died = WTERMSIG(how);
    return r;
}
