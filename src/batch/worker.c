/* The worker process: its limits, and the loop over items. It has the list by being a fork of the parent, so that a
 * number is all that it must be told; how it ends, and what is done about it, is the crew's. */
#include "worker.h"

#include "cleaner.h"
#include "sandbox.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef BATCH_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

/* Bytes read, bytes decoded, the page's arena and what is printed have a ceiling of max_memory each; growing takes the
 * old and the new place of one of them at a time; decompressors and charset tables come on top. */
#define WORKER_BUFFERS     5
#define WORKER_SPARE_BYTES ((size_t)256 << 20)

typedef struct {
    const worker_job *job;
    int fd;
    cleaner cleaner;
    unpack *container; /* of an unpacker */
    dh_buf source, output; /* paths of the file in hand */
} worker;

/* ---- limits ---------------------------------------------------------------------------------------------------- */

/* The library keeps to max_memory by itself. This is for what it cannot see: a fault in it, or in what it is linked
 * with. Sanitizers need the address space for themselves. */
#ifdef BATCH_SANITIZED
static void limit_memory(size_t max_memory) { (void)max_memory; }
#else
/* Address space in use, 0 if it cannot be found out. */
static size_t own_bytes(void) {
    char text[64];
    size_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0) close(fd);
    for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++) pages = pages * 10 + (size_t)(text[i] - '0');
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit_memory(size_t max_memory) {
    struct rlimit r;
    size_t own = own_bytes();
    if (!own || max_memory > SIZE_MAX / WORKER_BUFFERS / 2 || getrlimit(RLIMIT_AS, &r)) return;
    rlim_t wanted = (rlim_t)(own + WORKER_BUFFERS * max_memory + WORKER_SPARE_BYTES);
    if (r.rlim_cur != RLIM_INFINITY && r.rlim_cur < wanted) return;
    r.rlim_cur = wanted;
    if (r.rlim_max == RLIM_INFINITY || r.rlim_max >= wanted) setrlimit(RLIMIT_AS, &r);
}
#endif

/* When the machine runs out of memory, a worker is to go and not the parent: that costs one page a second try. */
static void offer_to_oom_killer(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    (void)!write(fd, "500", 3);
    close(fd);
}

static void become_worker(const folder_options *opt, pid_t parent) {
    /* Ctrl-C reaches all processes of a terminal: pages in hand are finished, and the parent hands out no more. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it died before the line above */
    limit_memory(opt->page->max_memory);
    offer_to_oom_killer();
}

/* ---- work ------------------------------------------------------------------------------------------------------ */

/* Straight out: a page may have spoilt the heap. Sanitizers are to see that nothing has been forgotten. */
static noreturn void leave(worker *w, int status) {
#ifdef BATCH_SANITIZED
    cleaner_clear(&w->cleaner);
    unpack_close(w->container);
    dh_buf_clear(&w->source);
    dh_buf_clear(&w->output);
    __lsan_do_leak_check();
#else
    (void)w;
#endif
    _exit(status);
}

static void answer(worker *w, worker_answer *a, const char *what) {
    snprintf(a->what, sizeof a->what, "%s", what);
    ssize_t n;
    do n = send(w->fd, a, sizeof *a, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof *a) leave(w, 1); /* nobody listens */
}

static void report(void *user, const char *what) {
    worker_answer a = {.kind = ANSWER_REPORT};
    answer(user, &a, what);
}

static void send_result(worker *w, answer_kind kind, const cleaned *c, const char *what) {
    worker_answer a = {.kind = kind, .pages = c->pages, .words = c->words, .bytes_out = c->bytes_out, .ms = c->ms, .keep = c->keep, .scripted = c->scripted};
    a.failures = c->failures < UINT32_MAX ? (uint32_t)c->failures : UINT32_MAX;
    memcpy(a.digest, c->digest, sizeof a.digest);
    a.note = c->note;
    answer(w, &a, what);
}

/* What the file in hand and its output are called; empty where there is no list. */
static dh_status find_names(worker *w, size_t item) {
    const list *l = w->job->list;
    w->source.len = w->output.len = 0;
    dh_status st = l ? list_source(l, item, &w->source) : buf_append_char(&w->source, 0);
    if (st) return st;
    return l ? list_output(l, item, &w->output) : buf_append_char(&w->output, 0);
}

static void work(worker *w, const worker_order *order, int in, int out) {
    static dh_status (*const jobs[])(cleaner *, const cleaner_file *, cleaned *, dh_error *) = {
        [WORKER_CLEAN] = cleaner_clean, [WORKER_SKETCH] = cleaner_sketch, [WORKER_DIGEST] = cleaner_digest};
    cleaned result = {.failures = 1};
    dh_error err = {0};
    dh_status st = DH_OK;
    if (find_names(w, order->item)) {
        report(w, "out of memory");
        close(in);
        close(out);
    } else {
        cleaner_file file = {in, out, w->source.ptr, w->output.ptr, order->attempt, order->parcel, order->item};
        st = order->links ? cleaner_links(&w->cleaner, &file, &result, &err) : jobs[w->job->role](&w->cleaner, &file, &result, &err);
    }
    send_result(w, st ? ANSWER_FATAL : ANSWER_DONE, &result, err.msg);
}

/* ---- unpacking ------------------------------------------------------------------------------------------------- */

/* The next page of the container to `out`. Broken ones before it are reported, one an order, so that the limit of time holds for each. */
static dh_status unpack_page(worker *w, int out, worker_answer *a, dh_error *err) {
    parcel p;
    dh_view page;
    bool found = false, over = false;
    dh_status st = unpack_next(w->container, &p, &page, &found, &a->passed, &over, err);
    a->over = over || (!st && !found);
    a->pages = !st && found;
    if (st) report(w, err->msg);
    return st || !found ? DH_OK : parcel_write(out, &p, page, err);
}

/* The container is opened with the first order, and its descriptor kept. */
static void unpack_order(worker *w, const worker_order *order, int in, int out) {
    worker_answer a = {.kind = ANSWER_DONE};
    dh_error err = {0};
    dh_status st = DH_OK;
    if (w->container) {
        close(in);
    } else {
        st = find_names(w, order->item) ? err_set(&err, DH_ERR_NOMEM, 0, "out of memory")
                                        : unpack_open(w->job->opt, w->source.ptr, in, &w->container, &err);
        a.over = st != DH_OK;
        if (st) report(w, err.msg);
    }
    if (!st && unpack_page(w, out, &a, &err)) a.kind = ANSWER_FATAL;
    close(out);
    answer(w, &a, err.msg);
}

/* ---- orders ----------------------------------------------------------------------------------------------------- */

/* False when there is no more. */
static bool next_order(const worker *w, worker_order *order, int ends[2]) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec part = {order, sizeof *order};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do n = recvmsg(w->fd, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *head = n == (ssize_t)sizeof *order ? CMSG_FIRSTHDR(&message) : NULL;
    if (!head || head->cmsg_len != CMSG_LEN(2 * sizeof(int)) || (w->job->list && order->item >= w->job->list->count))
        return false;
    memcpy(ends, CMSG_DATA(head), 2 * sizeof(int));
    return true;
}

/* Without the sandbox that was asked for, no page is read. */
static void shut_in(worker *w) {
    dh_error err = {0};
    const cleaned nothing = {0};
    if (!w->job->opt->sandbox || !sandbox_enter(&err)) return;
    send_result(w, ANSWER_FATAL, &nothing, err.msg);
    leave(w, 1);
}

noreturn void worker_run(const worker_job *job, int fd, pid_t parent) {
    worker w = {.job = job, .fd = fd};
    worker_order order;
    int ends[2];
    become_worker(job->opt, parent);
    cleaner_init(&w.cleaner, job->opt, job->sites, report, &w);
    w.cleaner.doubles = job->doubles;
    dh_buf_init(&w.source, 0);
    dh_buf_init(&w.output, 0);
    if (job->role == WORKER_UNPACK) unpack_settle();
    shut_in(&w);
    while (next_order(&w, &order, ends))
        if (job->role == WORKER_UNPACK) unpack_order(&w, &order, ends[0], ends[1]);
        else work(&w, &order, ends[0], ends[1]);
    leave(&w, 0);
}
