/* Runs dehusk-fetch with its stdout and stderr on pipes. Its one line of failure becomes ours; what the record says is
 * read by the library. */
#include "fetcher.h"

#include "base/printable.h"
#include "say.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FETCHER_NAME "dehusk-fetch"
/* An address of 64 KiB, each byte of which is escaped, and the words behind it. What is more is thrown away. */
#define FETCHER_WORDS_BYTES ((size_t)512 << 10)

extern char **environ;

/* ---- starting ------------------------------------------------------------------------------------------------------
 */

static dh_status find_program(char path[4096], dh_error *err) {
    ssize_t n = readlink("/proc/self/exe", path, 4095);
    while (n > 0 && path[n - 1] != '/') n--;
    if (n > 0 && (size_t)n + sizeof FETCHER_NAME <= 4096) {
        memcpy(path + n, FETCHER_NAME, sizeof FETCHER_NAME);
        if (!access(path, X_OK)) return DH_OK;
    }
    if (snprintf(path, 4096, "%s/%s", DH_LIBEXECDIR, FETCHER_NAME) < 4096 && !access(path, X_OK)) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s, which fetches addresses, is neither beside this program nor in %s",
                   FETCHER_NAME, DH_LIBEXECDIR);
}

/* One argument of --name=number. */
typedef struct {
    char text[64];
} argument;

static argument number(const char *name, size_t n) {
    argument a;
    snprintf(a.text, sizeof a.text, "--%s=%zu", name, n);
    return a;
}

static int spawn(fetcher *f, const char *program, char **argv, int out, int said) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    int why = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!why) why = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (!why) why = posix_spawn_file_actions_adddup2(&files, said, STDERR_FILENO);
    if (!why) why = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!why) why = posix_spawnattr_setsigmask(&how, &none);
    if (!why) why = posix_spawnattr_setsigdefault(&how, &all);
    stop_hold();
    if (!why) why = posix_spawn(&f->pid, program, &files, &how, argv, environ);
    if (why) f->pid = 0;
    stop_child(f->pid);
    stop_release();
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

/* Makes the pipes; ours are f's, the child's are returned in ends. */
static bool open_pipes(fetcher *f, int ends[2]) {
    int out[2], said[2];
    if (pipe2(out, O_CLOEXEC)) return false;
    if (pipe2(said, O_CLOEXEC)) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    f->out = out[0];
    f->said = said[0];
    ends[0] = out[1];
    ends[1] = said[1];
    return true;
}

dh_status fetcher_start(fetcher *f, const fetch_settings *opt, const char *url, dh_error *err) {
    char program[4096];
    int ends[2];
    *f = (fetcher){.url = url, .out = -1, .said = -1};
    dh_buf_init(&f->words, FETCHER_WORDS_BYTES);
    dh_buf_init(&f->why, 0);
    if (find_program(program, err)) return err->code;
    argument time = number("fetch-timeout", opt->timeout_s),
             connect = number("connect-timeout", opt->connect_timeout_s),
             bytes = number("fetch-max-bytes", opt->max_bytes), redirects = number("max-redirects", opt->max_redirects);
    char agent[] = "--user-agent", end[] = "--";
    /* posix_spawn() takes its arguments without const and changes none. */
    char *argv[] = {program,
                    time.text,
                    connect.text,
                    bytes.text,
                    redirects.text,
                    agent,
                    (char *)(uintptr_t)opt->user_agent,
                    end,
                    (char *)(uintptr_t)url,
                    NULL};
    if (!open_pipes(f, ends)) return err_system(err);
    int why = spawn(f, program, argv, ends[0], ends[1]);
    close(ends[0]);
    close(ends[1]);
    errno = why;
    return why ? err_system(err) : DH_OK;
}

int fetcher_main(int argc, char **argv) {
    enum { EXIT_FAILED = 1 };
    char program[4096];
    dh_error err = {0};
    (void)argc;
    if (find_program(program, &err)) {
        say(NULL, err.msg);
        return EXIT_FAILED;
    }
    argv[-1] = program; /* the word "fetch": main's own argument, so there is a place */
    execv(program, argv - 1);
    say(program, strerror(errno));
    return EXIT_FAILED;
}

/* ---- its end -------------------------------------------------------------------------------------------------------
 */

static int reap(fetcher *f) {
    int status = 0;
    while (waitpid(f->pid, &status, 0) < 0 && errno == EINTR) {}
    stop_hold();
    f->pid = 0;
    stop_child(0);
    stop_release();
    return status;
}

/* The words of the child without "dehusk-fetch: ADDRESS: ". */
static dh_view bare_words(const fetcher *f) {
    dh_view words = view_trim(dh_buf_view(&f->words)), name = DH_LIT(FETCHER_NAME ": ");
    const char *end = words.len ? memchr(words.ptr, '\n', words.len) : NULL;
    if (end) words.len = (size_t)(end - words.ptr);
    dh_buf prefix;
    dh_buf_init(&prefix, 0);
    if (!printable_message(&prefix, FETCHER_NAME, f->url, "")) prefix.len--; /* the newline */
    dh_view whole = dh_buf_view(&prefix);
    size_t cut = whole.len && view_starts(words, whole) ? whole.len : view_starts(words, name) ? name.len : 0;
    dh_buf_clear(&prefix);
    return (dh_view){words.ptr + cut, words.len - cut};
}

/* Keeps what went wrong; false if nothing did. */
static bool failed(fetcher *f, int status) {
    dh_view words = {"", 0};
    dh_status st;
    if (WIFEXITED(status) && !WEXITSTATUS(status)) return false;
    if (f->words.len) words = bare_words(f);
    if (WIFSIGNALED(status))
        st = buf_printf(&f->why, "%s was ended by signal %d", FETCHER_NAME, WTERMSIG(status));
    else if (words.len)
        st = buf_append_view(&f->why, words);
    else
        st = buf_printf(&f->why, "%s failed with exit status %d", FETCHER_NAME, WEXITSTATUS(status));
    if (!st) st = buf_append_char(&f->why, 0);
    if (st) f->why.len = 0;
    return true;
}

const char *fetcher_why(const fetcher *f) { return f->why.len ? f->why.ptr : NULL; }

static void shut(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

void fetcher_end(fetcher *f) {
    shut(&f->out);
    shut(&f->said);
    if (f->pid) {
        kill(f->pid, SIGTERM);
        reap(f);
    }
    dh_buf_clear(&f->words);
    dh_buf_clear(&f->why);
}

/* ---- reading -------------------------------------------------------------------------------------------------------
 */

/* Takes what there is of its stderr; closes that at its end. */
static void listen_to(fetcher *f) {
    char piece[4096];
    ssize_t n = read(f->said, piece, sizeof piece);
    if (n > 0)
        (void)!dh_buf_append(&f->words, piece, (size_t)n); /* at its ceiling the rest is thrown away */
    else if (!n || errno != EINTR)
        shut(&f->said);
}

static dh_status end_of_record(fetcher *f, dh_error *err) {
    shut(&f->out);
    while (f->said >= 0) listen_to(f);
    if (!f->pid || !failed(f, reap(f))) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s", f->why.len ? f->why.ptr : "out of memory");
}

dh_status fetcher_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    fetcher *f = user;
    *got = 0;
    while (f->out >= 0) {
        struct pollfd ends[] = {{f->out, POLLIN, 0}, {f->said, POLLIN, 0}};
        if (poll(ends, DH_COUNT(ends), -1) < 0) {
            if (errno == EINTR) continue;
            return err_system(err);
        }
        if (ends[1].revents) listen_to(f); /* or the child would wait for us, and we for it */
        if (!ends[0].revents) continue;
        ssize_t n = read(f->out, buf, cap);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_system(err);
        *got = (size_t)n;
        return n ? DH_OK : end_of_record(f, err);
    }
    return DH_OK;
}
