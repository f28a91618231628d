/* Runs dehusk-fetch with its stdout and stderr on pipes. Its one line of failure becomes ours; what the record says is
 * read by the library. */
#include "fetcher.h"

#include "base/child.h"
#include "base/printable.h"
#include "batch/manifest.h"
#include "batch/source.h"
#include "say.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FETCHER_NAME "dehusk-fetch"
/* An address of 64 KiB, each byte of which is escaped, and the words behind it. What is more is thrown away. */
#define FETCHER_WORDS_BYTES ((size_t)512 << 10)

extern char **environ;

/* ---- starting ------------------------------------------------------------------------------------------------------
 */

/* Beside this program, or where such programs lie as seen from it: so a tree that was moved as a whole still works. */
bool fetcher_find(char path[FETCHER_PATH_BYTES]) {
    static const char *const beside[] = {FETCHER_NAME, "../" DH_LIBEXEC_NAME "/" FETCHER_NAME};
    ssize_t n = readlink("/proc/self/exe", path, FETCHER_PATH_BYTES - 1);
    while (n > 0 && path[n - 1] != '/') n--;
    for (size_t i = 0; n > 0 && i < DH_COUNT(beside); i++) {
        size_t len = view_of(beside[i]).len + 1;
        if ((size_t)n + len > FETCHER_PATH_BYTES) continue;
        memcpy(path + n, beside[i], len);
        if (!access(path, X_OK)) return true;
    }
    return snprintf(path, FETCHER_PATH_BYTES, "%s/%s", DH_LIBEXECDIR, FETCHER_NAME) < FETCHER_PATH_BYTES && !access(path, X_OK);
}

static dh_status find_program(char path[FETCHER_PATH_BYTES], dh_error *err) {
    if (fetcher_find(path)) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s, which fetches addresses, is neither beside this program nor in %s",
                   FETCHER_NAME, DH_LIBEXECDIR);
}

/* Where the child finds its end of the pipe of links. */
#define FETCHER_LINKS_FD 3
#define FETCHER_LINKS    "--found-links=3"

/* The child's ends. said: a pipe; or STDERR_FILENO, for who shares stdin and stderr with us. links: -1 for none. */
typedef struct {
    int out, said, links;
} child_ends;

static int spawn(fetcher *f, const char *program, char **argv, const child_ends *ends) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    int why = ends->said == STDERR_FILENO ? 0 : posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!why) why = posix_spawn_file_actions_adddup2(&files, ends->out, STDOUT_FILENO);
    if (!why && ends->said != STDERR_FILENO) why = posix_spawn_file_actions_adddup2(&files, ends->said, STDERR_FILENO);
    if (!why && ends->links >= 0) why = posix_spawn_file_actions_adddup2(&files, ends->links, FETCHER_LINKS_FD);
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

/* Makes the pipes; ours are f's, the child's are returned in *ends. */
static bool open_pipes(fetcher *f, bool listens, bool follows, child_ends *ends) {
    return child_pipe(&f->out, &ends->out) && (!listens || child_pipe(&f->said, &ends->said)) && (!follows || child_pipe(&ends->links, &f->links));
}

/* All that dehusk-fetch is told, each ended by a NUL. more: options that are ours. */
static dh_status put_arguments(const dehusk_values *v, const char *program, const char *const *more, char *const *urls, size_t count,
                               dh_buf *text) {
    dh_status st = dh_buf_append(text, program, view_of(program).len + 1);
    if (!st) st = opt_arguments(&dehusk_options, OPT_GROUP_ADDRESSES, v, &dehusk_defaults, text);
    for (; !st && *more; more++) st = dh_buf_append(text, *more, view_of(*more).len + 1);
    if (!st) st = dh_buf_append(text, "--", sizeof "--");
    for (size_t i = 0; !st && i < count; i++) st = dh_buf_append(text, urls[i], view_of(urls[i]).len + 1);
    return st;
}

/* What is found in pages is told to it. */
static bool tells(const dehusk_values *v) { return v->fetch.crawls.count || v->fetch.browser == FETCH_BROWSER_AUTO; }

/* listens: to its stderr; else that is ours. */
static dh_status start(fetcher *f, const dehusk_values *v, const char *const *more, char *const *urls, size_t count, bool listens,
                       dh_error *err) {
    char program[FETCHER_PATH_BYTES], **argv = NULL;
    bool follows = tells(v) && !listens;
    child_ends ends = {-1, listens ? -1 : STDERR_FILENO, -1};
    dh_buf text;
    *f = (fetcher){.url = count ? urls[0] : "", .out = -1, .said = -1, .links = -1};
    dh_buf_init(&f->words, FETCHER_WORDS_BYTES);
    dh_buf_init(&f->why, 0);
    dh_buf_init(&text, 0);
    dh_status st = find_program(program, err);
    if (!st && (put_arguments(v, program, more, urls, count, &text) || !(argv = child_argv(&text))))
        st = err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (!st && !open_pipes(f, listens, follows, &ends)) st = err_system(err);
    if (!st && (errno = spawn(f, program, argv, &ends))) st = err_system(err);
    child_shut(&ends.out);
    child_shut(&ends.links);
    if (listens) child_shut(&ends.said);
    free(argv);
    dh_buf_clear(&text);
    return st;
}

dh_status fetcher_start(fetcher *f, const dehusk_values *v, const char *url, bool found, bool browser, dh_error *err) {
    const char *const more[] = {found ? "--found" : NULL, NULL};
    char *urls[] = {(char *)(uintptr_t)url}; /* posix_spawn() takes its arguments without const and changes none */
    dehusk_values own = *v;
    own.fetch.browser = browser ? FETCH_BROWSER_ALWAYS : FETCH_BROWSER_NO;
    own.fetch.browser_no_sandbox &= browser;
    return start(f, &own, more, urls, 1, true, err);
}

dh_status fetcher_start_list(fetcher *f, const dehusk_values *v, const char *out, char *const *urls, size_t count, dh_error *err) {
    dh_buf cache;
    const char *more[5] = {"--failures"};
    size_t n = 1;
    *f = (fetcher){.out = -1, .said = -1, .links = -1};
    dh_buf_init(&cache, 0);
    if (buf_printf(&cache, "--cache=%s/" MANIFEST_STATE "/cache%c", out, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (!v->fetch.cache) more[n++] = cache.ptr;
    if (v->quiet) more[n++] = "--quiet";
    if (tells(v)) more[n++] = FETCHER_LINKS;
    dh_status st = start(f, v, more, urls, count, false, err);
    dh_buf_clear(&cache);
    return st;
}

int fetcher_main(int argc, char **argv) {
    enum { EXIT_FAILED = 1 };
    char program[FETCHER_PATH_BYTES];
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

/* The last words of the child without "dehusk-fetch: ADDRESS: ". */
static dh_view bare_words(const fetcher *f) {
    dh_view words = view_trim(dh_buf_view(&f->words)), name = DH_LIT(FETCHER_NAME ": ");
    const char *before = words.len ? memrchr(words.ptr, '\n', words.len) : NULL;
    if (before) words = (dh_view){before + 1, words.len - (size_t)(before + 1 - words.ptr)};
    dh_buf prefix;
    dh_buf_init(&prefix, 0);
    if (!printable_message(&prefix, FETCHER_NAME, f->url, "")) prefix.len--; /* the newline */
    dh_view whole = dh_buf_view(&prefix);
    size_t cut = whole.len && view_starts(words, whole) ? whole.len : view_starts(words, name) ? name.len : 0;
    dh_buf_clear(&prefix);
    return (dh_view){words.ptr + cut, words.len - cut};
}

/* Prints what it said besides. */
static void pass_on(const fetcher *f, size_t bytes) {
    dh_error err;
    source_write_all(STDERR_FILENO, (dh_view){f->words.ptr, bytes}, NULL, &err);
}

/* Keeps what went wrong; false if nothing did. */
static bool failed(fetcher *f, int status) {
    dh_view words = {"", 0};
    dh_status st;
    if (WIFEXITED(status) && !WEXITSTATUS(status)) {
        pass_on(f, f->words.len);
        return false;
    }
    if (f->words.len) words = bare_words(f);
    const char *before = words.len ? memrchr(f->words.ptr, '\n', (size_t)(words.ptr - f->words.ptr)) : NULL;
    if (before) pass_on(f, (size_t)(before + 1 - f->words.ptr));
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

int fetcher_take_links(fetcher *f) {
    int fd = f->links;
    f->links = -1;
    return fd;
}

bool fetcher_finish(fetcher *f, char why[FETCHER_WHY_BYTES]) {
    why[0] = 0;
    child_shut(&f->out); /* if it still writes, it finds the pipe closed */
    if (!f->pid) return true;
    int status = reap(f);
    if (WIFSIGNALED(status)) snprintf(why, FETCHER_WHY_BYTES, "%s was ended by signal %d", FETCHER_NAME, WTERMSIG(status));
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

void fetcher_end(fetcher *f) {
    child_shut(&f->out);
    child_shut(&f->said);
    child_shut(&f->links);
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
        child_shut(&f->said);
}

static dh_status end_of_record(fetcher *f, dh_error *err) {
    child_shut(&f->out);
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
