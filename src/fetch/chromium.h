/* chromium.h: a headless Chromium of our own: its processes, its profile, its network. What it is to do is told over its DevTools pipe. */
#ifndef FETCH_CHROMIUM_H
#define FETCH_CHROMIUM_H

#include "base/option_rows.h"
#include "fault.h"

#include <sys/types.h>

#define CHROMIUM_PATH_BYTES 4096

/* Writes the path of the Chromium that PATH leads to, by any of the names that it goes by. False if there is none. */
bool chromium_find(char path[CHROMIUM_PATH_BYTES]);
/* Says that there is none. Returns false. */
bool chromium_missing(fetch_fault *fault);

typedef struct {
    pid_t pid;      /* 0: none runs */
    int to, from;   /* the DevTools pipe, -1: closed */
    int listener;   /* where its connections arrive (relay.h), -1: taken or none */
    int said;       /* a file in memory with its stderr */
    char profile[CHROMIUM_PATH_BYTES]; /* a folder that only it has; empty: none */
} chromium;

/* Starts it in a session and, where the kernel permits it, a network of its own, which has nothing but loopback and the listener on it.
 * Without such a network it is started only if opt->browser_no_sandbox. chromium_end() in any case. False with *fault set. */
bool chromium_start(chromium *c, const fetch_settings *opt, fetch_fault *fault);
/* Of one that has ended by itself: adds the last that it has said to a fault, if it said anything. */
void chromium_explain(const chromium *c, fetch_fault *fault);
/* Ends all its processes and removes its profile. */
void chromium_end(chromium *c);

#endif
