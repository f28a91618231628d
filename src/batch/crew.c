/* Workers as processes: fork, sockets, clocks, signals, exit statuses. Which file is whose turn is the run's affair. */
#include "crew.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often limits and the stop flag are looked at: a page may take this much longer, and Ctrl-C wait so long if it
 * comes just before a wait. */
#define CREW_CHECK_MS 250
#define NS_PER_S      1000000000LL
/* A check that comes later than this finds a parent that was stopped (Ctrl-Z) with all its workers. */
#define CREW_STOPPED_NS  (2 * NS_PER_S)
#define CREW_WALL_FACTOR 10

static int64_t now_ns(clockid_t clock) {
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

dh_status crew_init(crew *c, worker_job job, manifest *m, size_t count, dh_error *err) {
    *c = (crew){.job = job, .manifest = m, .count = count};
    c->slots = calloc(count + 1, sizeof *c->slots);
    c->polls = calloc(count + 1, sizeof *c->polls);
    if (!c->slots || !c->polls) {
        crew_clear(c);
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    for (size_t i = 0; i < count; i++) c->slots[i].fd = -1;
    c->checked_ns = now_ns(CLOCK_MONOTONIC);
    return DH_OK;
}

/* ---- birth and death ------------------------------------------------------------------------------------------- */

static noreturn void child(const crew *c, int fd, pid_t parent) {
    for (size_t i = 0; i < c->count; i++)
        if (c->slots[i].fd >= 0) close(c->slots[i].fd); /* or the others would not see the parent's end closed */
    if (c->manifest) manifest_leave_to_parent(c->manifest);
    if (c->in_child) c->in_child(c->in_child_user);
    worker_run(&c->job, fd, parent);
}

dh_status crew_start(crew *c, size_t slot, dh_error *err) {
    int ends[2];
    crew_slot *s = &c->slots[slot];
    pid_t parent = getpid();
    int spare = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0); /* with the worker's end of the socket, room for a file's two */
    bool paired = spare >= 0 && !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
    int why = errno;
    if (spare >= 0) close(spare);
    errno = why;
    if (!paired)
        return err_set(err, DH_ERR_IO, 0, "cannot start a worker: %s", strerror(errno));
    pid_t pid = fork();
    if (!pid) {
        close(ends[0]);
        child(c, ends[1], parent);
    }
    close(ends[1]);
    if (pid < 0) {
        err_set(err, DH_ERR_IO, 0, "cannot start a worker: %s", strerror(errno));
        close(ends[0]);
        return DH_ERR_IO;
    }
    *s = (crew_slot){.pid = pid, .fd = ends[0]};
    if (clock_getcpuclockid(pid, &s->clock)) s->clock = CLOCK_MONOTONIC; /* it is gone already */
    return DH_OK;
}

/* Waits for a worker whose end is sure to come; its exit status. */
static int bury(crew_slot *s) {
    int status = 0;
    close(s->fd);
    while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR) {}
    s->pid = 0;
    s->fd = -1;
    s->busy = false;
    return status;
}

static void say_how(const crew *c, const crew_slot *s, int status, char *what, size_t size) {
    size_t limit_s = c->job.opt->page_timeout_s;
    switch (s->killed) {
    case KILLED_CPU: snprintf(what, size, "took more than %zu s of CPU time (--page-timeout)", limit_s); return;
    case KILLED_WALL:
        snprintf(what, size, "took more than %zu s (ten times --page-timeout)", limit_s * CREW_WALL_FACTOR);
        return;
    case KILLED_BROKEN: snprintf(what, size, "the worker gave a broken answer"); return;
    case KILLED_NOT: break;
    }
    if (WIFEXITED(status))
        snprintf(what, size, "the worker ended by itself (exit status %d)", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGKILL)
        snprintf(what, size, "the worker was killed (signal 9)");
    else if (WTERMSIG(status) == SIGSYS)
        snprintf(what, size, "the worker tried what the sandbox forbids (signal %d)", SIGSYS);
    else
        snprintf(what, size, "the worker crashed (signal %d)", WTERMSIG(status));
}

static crew_event death(crew *c, crew_slot *s, worker_answer *a) {
    bool busy = s->busy;
    int status = bury(s);
    if (!busy) return CREW_NOTHING;
    *a = (worker_answer){0};
    say_how(c, s, status, a->what, sizeof a->what);
    return CREW_DEATH;
}

/* ---- work ------------------------------------------------------------------------------------------------------ */

void crew_give(crew *c, size_t slot, const worker_order *order, int in, int out) {
    crew_slot *s = &c->slots[slot];
    const int ends[2] = {in, out};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof ends)];
    } control = {.head = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof ends)}};
    memcpy(CMSG_DATA(&control.head), ends, sizeof ends);
    struct iovec part = {(void *)(uintptr_t)order, sizeof *order}; /* sendmsg does not write to it */
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    s->item = (size_t)order->item;
    s->busy = true;
    s->cpu_ns = now_ns(s->clock);
    s->wall_ns = now_ns(CLOCK_MONOTONIC);
    /* Some bytes into an empty socket: either all of them, or nobody is there, which crew_take sees. */
    while (sendmsg(s->fd, &message, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

static bool is_answer(const worker_answer *a, ssize_t bytes) {
    return bytes == (ssize_t)sizeof *a &&
           (a->kind == ANSWER_REPORT || a->kind == ANSWER_DONE || a->kind == ANSWER_FATAL);
}

crew_event crew_take(crew *c, size_t slot, worker_answer *a) {
    crew_slot *s = &c->slots[slot];
    if (!s->pid) return CREW_NOTHING;
    ssize_t n;
    do n = recv(s->fd, a, sizeof *a, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return CREW_NOTHING;
    if (n > 0 && is_answer(a, n)) {
        a->what[sizeof a->what - 1] = 0; /* a worker that a page has got hold of may send anything */
        if (a->kind != ANSWER_REPORT) s->busy = false;
        if (!s->busy && s->killed) bury(s); /* it answered in time after all */
        return CREW_ANSWER;
    }
    if (n > 0 && !s->killed) s->killed = KILLED_BROKEN;
    kill(s->pid, SIGKILL); /* a closed socket does not mean that it is dead */
    return death(c, s, a);
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

static void check_slot(const crew *c, crew_slot *s, int64_t now) {
    int64_t limit = c->job.opt->page_timeout_s > INT64_MAX / NS_PER_S / CREW_WALL_FACTOR
                        ? INT64_MAX / CREW_WALL_FACTOR
                        : (int64_t)c->job.opt->page_timeout_s * NS_PER_S;
    if (!s->pid || !s->busy || s->killed) return;
    if (now_ns(s->clock) - s->cpu_ns > limit)
        s->killed = KILLED_CPU;
    else if (now - s->wall_ns > limit * CREW_WALL_FACTOR)
        s->killed = KILLED_WALL;
    if (s->killed) kill(s->pid, SIGKILL);
}

void crew_check_limits(crew *c) {
    int64_t now = now_ns(CLOCK_MONOTONIC), since = now - c->checked_ns;
    if (since < CREW_CHECK_MS * (NS_PER_S / 1000)) return;
    c->checked_ns = now;
    for (size_t i = 0; i < c->count; i++) {
        if (since > CREW_STOPPED_NS) c->slots[i].wall_ns += since;
        check_slot(c, &c->slots[i], now);
    }
}

bool crew_wait_also(crew *c, int fd) {
    crew_check_limits(c);
    for (size_t i = 0; i < c->count; i++) c->polls[i] = (struct pollfd){c->slots[i].fd, POLLIN, 0};
    c->polls[c->count] = (struct pollfd){fd, POLLIN, 0};
    return poll(c->polls, c->count + 1, CREW_CHECK_MS) > 0 && c->polls[c->count].revents;
}

void crew_wait(crew *c) { crew_wait_also(c, -1); }

/* ---- the end --------------------------------------------------------------------------------------------------- */

size_t crew_busy(const crew *c) {
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++) n += c->slots[i].busy;
    return n;
}

void crew_dismiss(crew *c, size_t slot) {
    crew_slot *s = &c->slots[slot];
    if (!s->pid) return;
    shutdown(s->fd, SHUT_RDWR);
    bury(s);
}

void crew_end(crew *c) {
    for (size_t i = 0; i < c->count; i++) {
        crew_slot *s = &c->slots[i];
        if (!s->pid) continue;
        shutdown(s->fd, SHUT_RDWR); /* all at once, so that they end side by side */
        if (s->busy) kill(s->pid, SIGKILL);
    }
    for (size_t i = 0; i < c->count; i++) {
        bool busy = c->slots[i].busy;
        if (c->slots[i].pid) bury(&c->slots[i]);
        c->slots[i].busy = busy;
    }
}

void crew_clear(crew *c) {
    free(c->slots);
    free(c->polls);
    c->slots = NULL;
    c->polls = NULL;
    c->count = 0;
}
