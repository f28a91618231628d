/* Starts this program once more, with --render, and takes what it leaves: the page in one file in memory, what went wrong in another, and
 * its kind as exit status. */
#include "browser.h"

#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct browser {
    pid_t pid; /* 0: reaped */
    int fd;    /* of the process */
    int page, words;
    int status;
    dh_buf text;
};

static bool system_fault(fetch_fault *fault) { return fault_set(fault, FAULT_BROWSER, "Chromium cannot be started: %s", strerror(errno)); }

/* All that the process is told, each argument ended by a NUL. */
static dh_status put_arguments(const fetch_values *opt, dh_view url, bool anywhere, dh_buf *text) {
    dh_status st = dh_buf_append(text, "dehusk-fetch", sizeof "dehusk-fetch");
    if (!st) st = opt_arguments(&fetch_options, FETCH_GROUP_REQUEST, opt, &fetch_defaults, text);
    if (!st) st = dh_buf_append(text, "--render", sizeof "--render");
    if (!st && anywhere) st = dh_buf_append(text, "--allow-private", sizeof "--allow-private");
    if (!st) st = dh_buf_append(text, "--", sizeof "--");
    if (!st) st = buf_append_view(text, url);
    return st ? st : buf_append_char(text, 0);
}

static int spawn(browser *b, char **argv) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    int why = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!why) why = posix_spawn_file_actions_adddup2(&files, b->page, STDOUT_FILENO);
    if (!why) why = posix_spawn_file_actions_adddup2(&files, b->words, STDERR_FILENO);
    if (!why) why = posix_spawn(&b->pid, "/proc/self/exe", &files, NULL, argv, environ);
    if (why) b->pid = 0;
    posix_spawn_file_actions_destroy(&files);
    return why;
}

static bool begin(browser *b, char **argv) {
    b->page = memfd_create("page", MFD_CLOEXEC);
    b->words = memfd_create("words", MFD_CLOEXEC);
    if (b->page < 0 || b->words < 0 || (errno = spawn(b, argv))) return false;
    b->fd = pidfd_open(b->pid, 0);
    return b->fd >= 0;
}

browser *browser_start(const fetch_values *opt, dh_view url, bool anywhere, fetch_fault *fault) {
    browser *b = calloc(1, sizeof *b);
    char **argv = NULL;
    dh_buf text;
    dh_buf_init(&text, 0);
    if (b) *b = (browser){.fd = -1, .page = -1, .words = -1};
    if (b) dh_buf_init(&b->text, 0);
    bool ok = (b && !put_arguments(opt, url, anywhere, &text) && (argv = child_argv(&text))) || fault_memory(fault);
    if (ok && !begin(b, argv)) ok = system_fault(fault);
    free(argv);
    dh_buf_clear(&text);
    if (ok) return b;
    browser_free(b);
    return NULL;
}

/* Waits for its end. */
static void reap(browser *b) {
    while (b->pid && waitpid(b->pid, &b->status, 0) < 0 && errno == EINTR) {}
    b->pid = 0;
}

void browser_free(browser *b) {
    if (!b) return;
    if (b->pid) kill(b->pid, SIGTERM); /* it ends Chromium before itself */
    reap(b);
    const int fds[] = {b->fd, b->page, b->words};
    for (size_t i = 0; i < DH_COUNT(fds); i++)
        if (fds[i] >= 0) close(fds[i]);
    dh_buf_clear(&b->text);
    free(b);
}

int browser_fd(const browser *b) { return b->fd; }

bool browser_ended(const browser *b) {
    struct pollfd p = {b->fd, POLLIN, 0};
    return poll(&p, 1, 0) > 0;
}

/* All of a file to b->text. */
static bool read_file(browser *b, int fd, fetch_fault *fault) {
    struct stat st;
    if (fstat(fd, &st)) return system_fault(fault);
    b->text.len = 0;
    if (buf_reserve(&b->text, (size_t)st.st_size + 1)) return fault_memory(fault);
    while (b->text.len < (size_t)st.st_size) {
        ssize_t n = pread(fd, b->text.ptr + b->text.len, (size_t)st.st_size - b->text.len, (off_t)b->text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return system_fault(fault);
        b->text.len += (size_t)n;
    }
    return true;
}

/* What it has said, as it has said it. */
static bool failed(browser *b, fetch_fault *fault) {
    int kind = WIFEXITED(b->status) ? WEXITSTATUS(b->status) : 0;
    if (!read_file(b, b->words, fault)) return false;
    dh_view words = view_trim(dh_buf_view(&b->text));
    if (kind <= FAULT_NONE || kind >= FAULT_KINDS || !words.len) return fault_set(fault, FAULT_BROWSER, "the process that runs Chromium failed");
    return fault_set(fault, (fault_kind)kind, "%.*s", (int)(words.len < sizeof fault->text ? words.len : sizeof fault->text), words.ptr);
}

bool browser_get(browser *b, dh_view *url, dh_view *text, fetch_fault *fault) {
    reap(b);
    if (!WIFEXITED(b->status) || WEXITSTATUS(b->status)) return failed(b, fault);
    if (!read_file(b, b->page, fault)) return false;
    dh_view all = dh_buf_view(&b->text);
    const char *end = all.len ? memchr(all.ptr, '\n', all.len) : NULL;
    if (!end) return fault_set(fault, FAULT_BROWSER, "the process that runs Chromium failed");
    *url = (dh_view){all.ptr, (size_t)(end - all.ptr)};
    *text = (dh_view){end + 1, all.len - url->len - 1};
    return true;
}
