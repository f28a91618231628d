/* links.h: what dehusk has found in pages that it was sent, on a pipe: a line of JSON for each page, with its address as it was asked for,
 * its links, and whether it has no text without its scripts: {"address": "...", "links": ["...", ...], "browser": true}. */
#ifndef FETCH_LINKS_H
#define FETCH_LINKS_H

#include "base/base.h"

typedef struct links links;

/* fd is taken, and read without waiting. NULL if there is no memory, or it is none. */
links *links_new(int fd);
void links_free(links *l);

/* The descriptor to wait for, -1 once it has come to its end. */
int links_fd(const links *l);
/* Reads what there is, up to some KB. Errors: DH_ERR_IO, DH_ERR_NOMEM, DH_ERR_LIMIT (a line that is too long). */
dh_status links_fill(links *l);

/* Called for each line: with the page's address, then with each of its links, then at its end, with whether its text is for its scripts to fetch. False ends it: there is no memory. */
typedef struct {
    bool (*page)(void *user, dh_view address);
    bool (*link)(void *user, const char *link);
    void (*end)(void *user, bool scripted);
    void *user;
} links_sink;

/* Hands on all whole lines that were read. A broken one is an error. Errors: DH_ERR_FORMAT, DH_ERR_NOMEM. */
dh_status links_take(links *l, const links_sink *to);

#endif
