/* Starts and ends Chromium. A network namespace is what holds it: whatever it tries by itself (names, WebRTC, QUIC), there is nothing but
 * the relay to talk to. The flags that say the same are for where there is no namespace. */
#include "chromium.h"

#include "base/child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where Chromium finds its ends of the DevTools pipe. */
#define CHROMIUM_IN  3
#define CHROMIUM_OUT 4
#define CHROMIUM_ARGUMENTS 48
#define CHROMIUM_BACKLOG   64
/* Processes that have left its session are looked for so often. */
#define CHROMIUM_ORPHANS 1000
/* Chromium has a socket 45 bytes below our folder of 22, and sockets have names of 107 bytes at most. */
#define CHROMIUM_TMPDIR_BYTES 40
/* So much of the end of its stderr is looked at. */
#define CHROMIUM_WORDS_BYTES 600

extern char **environ;

/* ---- finding ------------------------------------------------------------------------------------------------------ */

static const char *const names[] = {"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"};

bool chromium_find(char path[CHROMIUM_PATH_BYTES]) {
    const char *folders = getenv("PATH");
    for (size_t i = 0; folders && i < DH_COUNT(names); i++)
        for (const char *p = folders; p;) {
            const char *stop = strchr(p, ':');
            int len = (int)(stop ? (size_t)(stop - p) : strlen(p));
            int n = snprintf(path, CHROMIUM_PATH_BYTES, "%.*s/%s", len, p, names[i]);
            if (len && n < CHROMIUM_PATH_BYTES && !access(path, X_OK)) return true;
            p = stop ? stop + 1 : NULL;
        }
    return false;
}

bool chromium_missing(fetch_fault *fault) {
    return fault_set(fault, FAULT_BROWSER, "no Chromium is installed (none of %s, %s, %s, %s in PATH)", names[0], names[1], names[2], names[3]);
}

/* ---- its network -------------------------------------------------------------------------------------------------- */

static bool write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
    if (fd >= 0) close(fd);
    return n == (ssize_t)strlen(text);
}

/* A user namespace where we are who we were: it gives the right to have a network. */
static bool enter_users(void) {
    char user[40], group[40];
    snprintf(user, sizeof user, "%u %u 1", (unsigned)geteuid(), (unsigned)geteuid());
    snprintf(group, sizeof group, "%u %u 1", (unsigned)getegid(), (unsigned)getegid());
    return !unshare(CLONE_NEWUSER | CLONE_NEWNET) && write_file("/proc/self/uid_map", user) && write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/gid_map", group);
}

static bool raise_loopback(void) {
    struct ifreq lo = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &lo);
    lo.ifr_flags |= IFF_UP;
    ok = ok && !ioctl(fd, SIOCSIFFLAGS, &lo);
    if (fd >= 0) close(fd);
    return ok;
}

/* False with errno set; then it may still be in the old one. */
static bool enter_network(void) { return (!unshare(CLONE_NEWNET) || enter_users()) && raise_loopback(); }

static int listen_on_loopback(unsigned *port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && !bind(fd, (struct sockaddr *)&at, len) && !listen(fd, CHROMIUM_BACKLOG) && !getsockname(fd, (struct sockaddr *)&at, &len)) {
        *port = ntohs(at.sin_port);
        return fd;
    }
    if (fd >= 0) close(fd);
    return -1;
}

/* ---- a descriptor from the child to us ---------------------------------------------------------------------------- */

/* Or, where fd is -1, why there is none. */
static bool send_fd(int over, int fd, int why) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    struct iovec text = {&why, sizeof why};
    struct msghdr m = {.msg_iov = &text, .msg_iovlen = 1};
    if (fd >= 0) {
        m.msg_control = &control;
        m.msg_controllen = sizeof control;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return sendmsg(over, &m, MSG_NOSIGNAL) == sizeof why;
}

static int receive_fd(int over, int *why) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    struct iovec text = {why, sizeof *why};
    struct msghdr m = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    int fd = -1;
    ssize_t n;
    *why = EPIPE;
    do n = recvmsg(over, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
    if (c && c->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

/* ---- the child ---------------------------------------------------------------------------------------------------- */

/* What concerns text only: no pictures, no sound, nothing that Chromium does by itself. */
static const char *const plain_flags[] = {
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps", "--disable-breakpad",
    "--disable-crash-reporter", "--disable-client-side-phishing-detection", "--disable-domain-reliability", "--disable-gpu",
    "--disable-dev-shm-usage", "--metrics-recording-only", "--mute-audio", "--no-pings", "--password-store=basic",
    "--disable-features=MediaRouter,Translate,OptimizationHints", "--blink-settings=imagesEnabled=false",
    /* A page that shows its text where it is scrolled to shows more of it. */
    "--window-size=1280,4000",
    /* All connections by the proxy, those to loopback too; nothing else is resolved, and nothing goes by UDP. */
    "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp" /* as it was called before */};

typedef struct {
    const fetch_settings *opt;
    const char *program, *profile;
    int in, out; /* its ends of the DevTools pipe */
    int said;
    int over;
} child;

/* Chromium reads and writes below its profile alone, and asks no session of the user's. */
static bool set_environment(const char *profile) {
    static const char *const folders[] = {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR"};
    static const char *const others[] = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "CHROMIUM_FLAGS"};
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(folders); i++) ok &= !setenv(folders[i], profile, 1);
    for (size_t i = 0; i < DH_COUNT(others); i++) ok &= !unsetenv(others[i]);
    return ok;
}

static void become(const child *k, unsigned port) {
    char proxy[64], folder[CHROMIUM_PATH_BYTES + 20], agent[4200];
    const char *args[CHROMIUM_ARGUMENTS];
    size_t n = 0;
    args[n++] = k->program;
    for (size_t i = 0; i < DH_COUNT(plain_flags); i++) args[n++] = plain_flags[i];
    snprintf(proxy, sizeof proxy, "--proxy-server=socks5://127.0.0.1:%u", port);
    snprintf(folder, sizeof folder, "--user-data-dir=%s", k->profile);
    args[n++] = proxy;
    args[n++] = folder;
    if (snprintf(agent, sizeof agent, "--user-agent=%s", k->opt->user_agent) < (int)sizeof agent) args[n++] = agent;
    if (k->opt->insecure) args[n++] = "--ignore-certificate-errors";
    if (k->opt->browser_no_sandbox) args[n++] = "--no-sandbox";
    args[n++] = "about:blank";
    args[n] = NULL;
    if (set_environment(k->profile)) execve(k->program, (char **)(uintptr_t)args, environ); /* which changes none */
}

/* Puts the pipe where Chromium looks for it. */
static bool set_descriptors(const child *k) {
    int nowhere = open("/dev/null", O_RDWR), in = fcntl(k->in, F_DUPFD, CHROMIUM_OUT + 1), out = fcntl(k->out, F_DUPFD, CHROMIUM_OUT + 1);
    bool ok = nowhere >= 0 && in >= 0 && out >= 0;
    ok = ok && dup2(nowhere, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(k->said, STDERR_FILENO) >= 0;
    ok = ok && dup2(in, CHROMIUM_IN) >= 0 && dup2(out, CHROMIUM_OUT) >= 0;
    return ok && !close_range(CHROMIUM_OUT + 1, ~0u, 0);
}

static _Noreturn void run_child(const child *k, pid_t parent) {
    unsigned port = 0;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int listener = -1;
    if (enter_network() || k->opt->browser_no_sandbox) listener = listen_on_loopback(&port);
    bool ok = send_fd(k->over, listener, errno) && listener >= 0 && set_descriptors(k);
    /* Behind the namespaces, as what changes rights may undo it. */
    ok = ok && !prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == parent;
    if (ok) become(k, port);
    _exit(1);
}

/* ---- starting ----------------------------------------------------------------------------------------------------- */

static bool system_fault(fetch_fault *fault, const char *what) {
    return fault_set(fault, FAULT_BROWSER, "Chromium cannot be started: %s: %s", what, strerror(errno));
}

static bool make_profile(chromium *c, fetch_fault *fault) {
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder || view_of(folder).len > CHROMIUM_TMPDIR_BYTES) folder = "/tmp";
    if (snprintf(c->profile, sizeof c->profile, "%s/dehusk-browser-XXXXXX", folder) < (int)sizeof c->profile && mkdtemp(c->profile)) return true;
    c->profile[0] = 0;
    return system_fault(fault, folder);
}

/* Its listener comes when it has a network. */
static bool fork_child(chromium *c, child *k, fetch_fault *fault) {
    int pair[2], why = 0;
    pid_t parent = getpid();
    if (!child_pipe(&k->in, &c->to) || !child_pipe(&c->from, &k->out) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return system_fault(fault, "pipe");
    k->over = pair[1];
    k->said = c->said = memfd_create("said", MFD_CLOEXEC);
    c->pid = fork();
    if (!c->pid) run_child(k, parent);
    close(pair[1]);
    if (c->pid > 0) c->listener = receive_fd(pair[0], &why);
    close(pair[0]);
    if (c->pid > 0 && c->listener >= 0) return true;
    if (c->pid > 0) errno = why;
    if (c->pid < 0) c->pid = 0;
    return fault_set(fault, FAULT_BROWSER, "Chromium cannot have a network of its own: %s (--browser-no-sandbox does without)", strerror(errno));
}

bool chromium_start(chromium *c, const fetch_settings *opt, fetch_fault *fault) {
    char program[CHROMIUM_PATH_BYTES];
    child k = {.opt = opt, .program = program, .profile = c->profile, .in = -1, .out = -1};
    *c = (chromium){.to = -1, .from = -1, .listener = -1, .said = -1};
    if (!chromium_find(program)) return chromium_missing(fault);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* what leaves its session comes to us */
    bool ok = make_profile(c, fault) && fork_child(c, &k, fault);
    child_shut(&k.in);
    child_shut(&k.out);
    return ok;
}

void chromium_explain(const chromium *c, fetch_fault *fault) {
    char text[CHROMIUM_WORDS_BYTES];
    off_t end = c->said < 0 ? 0 : lseek(c->said, 0, SEEK_END);
    off_t from = end > (off_t)sizeof text ? end - (off_t)sizeof text : 0;
    ssize_t n = end > 0 ? pread(c->said, text, sizeof text, from) : 0;
    dh_view words = view_trim((dh_view){text, n > 0 ? (size_t)n : 0});
    const char *before = words.len ? memrchr(words.ptr, '\n', words.len) : NULL;
    if (before) words = (dh_view){before + 1, words.len - (size_t)(before + 1 - words.ptr)};
    if (words.len) fault_add(fault, ": %.*s", (int)(words.len < 200 ? words.len : 200), words.ptr);
}

/* ---- ending ------------------------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st;
    (void)kind;
    (void)at;
    (void)remove(path);
    return 0;
}

/* Kills our children, as the kernel lists them. */
static void kill_children(void) {
    char path[64];
    int pid;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "re");
    while (f && fscanf(f, "%d", &pid) == 1) kill(pid, SIGKILL);
    if (f) fclose(f);
}

void chromium_end(chromium *c) {
    child_shut(&c->to);
    child_shut(&c->from);
    child_shut(&c->listener);
    child_shut(&c->said);
    if (c->pid) kill(-c->pid, SIGKILL); /* its session's group */
    if (c->pid) kill(c->pid, SIGKILL);  /* which it may not have yet */
    for (int i = 0; c->pid && i < CHROMIUM_ORPHANS; i++) {
        kill_children();
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) break;
    }
    c->pid = 0;
    if (c->profile[0]) nftw(c->profile, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    c->profile[0] = 0;
}
