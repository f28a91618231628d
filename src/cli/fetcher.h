/* fetcher.h: the program dehusk-fetch as a source of bytes: one address, one WARC record. */
#ifndef CLI_FETCHER_H
#define CLI_FETCHER_H

#include "base/option_rows.h"

#include <sys/types.h>

typedef struct {
    const char *url; /* borrowed */
    pid_t pid;       /* 0: none runs */
    int out, said;   /* our ends of its stdout and stderr, -1: closed */
    int links;       /* of a crawl: our end of the pipe for what pages link to; else -1 */
    dh_buf words;    /* what it said on stderr */
    dh_buf why;      /* once it has failed: what is wrong, ended by a NUL; else empty */
} fetcher;

/* Writes the path of dehusk-fetch: beside the running program, else in the libexec folder that was configured, as seen from the program
 * or by its own path; never in PATH. False if it is in none of them. */
#define FETCHER_PATH_BYTES 4096
bool fetcher_find(char path[FETCHER_PATH_BYTES]);

/* Starts dehusk-fetch for an address, with the options of the command line that are its own. found: in a page, not named by a person: then the rules of lists hold.
 * browser: the page is to come out of one, whatever v says. fetcher_end() in any case. Errors: DH_ERR_IO. */
dh_status fetcher_start(fetcher *f, const dehusk_values *v, const char *url, bool found, bool browser, dh_error *err);

/* The same for many addresses, besides those of v->fetch.urls: failures have records, and dehusk-fetch says on our stderr what there is to
 * be said, and pages are kept below `out`, if the command line names no other cache. Its records are read from f->out, and fetcher_finish() ends it. */
dh_status fetcher_start_list(fetcher *f, const dehusk_values *v, const char *out, char *const *urls, size_t count, dh_error *err);

/* The end of the pipe of a crawl, now the caller's to close; -1 if there is none. */
int fetcher_take_links(fetcher *f);

/* Reads no more and waits for its end. True if it was a good one; else why is empty if it has said so itself. */
#define FETCHER_WHY_BYTES 80
bool fetcher_finish(fetcher *f, char why[FETCHER_WHY_BYTES]);

/* `dehusk fetch ...`: becomes dehusk-fetch, with all arguments. argv ends in NULL, as main's does. Returns the exit status only
 * if the program is not found or does not start, which has been said. */
int fetcher_main(int argc, char **argv);

/* A dh_read_fn; user is a fetcher. At the end of the record the child is reaped; if it failed, that is an error here,
 * whose whole words fetcher_why() has. Errors: DH_ERR_IO. */
dh_status fetcher_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* Why the child failed, NULL if it did not. Lent until fetcher_end(). */
const char *fetcher_why(const fetcher *f);

/* Ends the child if it still runs, reaps it and frees all. */
void fetcher_end(fetcher *f);

#endif
