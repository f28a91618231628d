/* Signals. The handler ends the program by itself, with calls that are safe there, instead of setting a flag: so no
 * signal can come between a look at the flag and a read that waits, and a large page in hand delays nothing. */
#include "stop.h"

#include <unistd.h>

/* A handler has no argument to find its state by. */
static volatile sig_atomic_t stop_signal, only_flag, child;
static const char *volatile temp_path;

static const int signals[] = {SIGHUP, SIGINT, SIGTERM};

static void on_signal(int number) {
    bool first = !stop_signal;
    stop_signal = number;
    if (only_flag && first) return;
    if (temp_path && *temp_path) unlink(temp_path);
    if (child) kill(child, SIGTERM);
    _exit(128 + number);
}

void stop_install(void) {
    for (size_t i = 0; i < DH_COUNT(signals); i++) {
        struct sigaction old, own = {.sa_handler = on_signal};
        sigfillset(&own.sa_mask);
        if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN) sigaction(signals[i], &own, NULL);
    }
}

stop_flag *stop_gently(void) {
    only_flag = 1;
    return &stop_signal;
}

void stop_child(pid_t pid) { child = pid; }

void stop_temp(const char *path) { temp_path = path; }

static void set_mask(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < DH_COUNT(signals); i++) sigaddset(&set, signals[i]);
    sigprocmask(how, &set, NULL);
}

void stop_hold(void) { set_mask(SIG_BLOCK); }

void stop_release(void) { set_mask(SIG_UNBLOCK); }
