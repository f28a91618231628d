/* devtools.h: what is said to a browser over its DevTools pipe to get one page: open it, wait until it is quiet, take its text. */
#ifndef FETCH_DEVTOOLS_H
#define FETCH_DEVTOOLS_H

#include "fault.h"

typedef struct devtools devtools;

/* to, from: of the pipe, borrowed; `from` is read without waiting. url: an address that address_text() wrote, ended by a NUL, borrowed.
 * max_bytes: of the text. NULL if there is no memory. */
devtools *devtools_new(int to, int from, const char *url, size_t max_bytes);
void devtools_free(devtools *d);

/* How far it is. */
typedef enum {
    DEVTOOLS_OPENING,
    DEVTOOLS_LOADED, /* all is there that the page itself names; its scripts may go on */
    DEVTOOLS_TAKING, /* the text is asked for */
    DEVTOOLS_DONE,
    DEVTOOLS_GONE,   /* the browser has ended; *fault is set */
    DEVTOOLS_FAILED  /* *fault is set */
} devtools_stage;

/* Takes what the browser has said, and answers. */
devtools_stage devtools_work(devtools *d, fetch_fault *fault);
/* The text is to be taken as it is now, though the page is not quiet. */
devtools_stage devtools_take(devtools *d, fetch_fault *fault);

/* The page: its last address, its text, the HTTP status with which it came (0 if none was seen). Lent. */
dh_view devtools_url(const devtools *d);
dh_view devtools_text(const devtools *d);
long devtools_status(const devtools *d);
/* True if what it shows is its own page about an address that it cannot load, which devtools_url() then has. */
bool devtools_unreachable(const devtools *d);

#endif
