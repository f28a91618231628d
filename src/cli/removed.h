/* removed.h: --keep-removed: what was taken out goes to a file or to stdout, each line with its number, so that the result and it give
 * the text back. */
#ifndef CLI_REMOVED_H
#define CLI_REMOVED_H

#include "batch/join.h"
#include "output.h"

/* Set fd, inner and the name of the source in hand; the rest is its own. */
typedef struct {
    int fd;               /* of the file; -1: none */
    output out;           /* stdout, if the lines go there by themselves */
    bool to_stdout, in_report;
    const char *name;     /* of the file, for messages */
    join_renderer inner; /* what prints the result */
    size_t number;        /* of the last line, or block of an HTML page, of the source */
    dh_buf lines;         /* of one page */
} removed;

/* Opens the file, which is emptied; "-": stdout, or the report of --explain if it goes there too (in_report): then the lines stand behind what
 * the report says of their page. Errors: DH_ERR_IO. */
dh_status removed_open(removed *r, const char *path, bool in_report, dh_error *err);
/* The next source begins. name: NULL if it is the only one, else a line "==> NAME <==" is written before what it lost. Errors: DH_ERR_IO,
 * DH_ERR_NOMEM. */
dh_status removed_source(removed *r, const char *name, dh_error *err);
/* A join_render_fn; user is a removed. A dropped line of a text is its number, from 1, a tab and its bytes with its line end; a
 * dropped block of an HTML page its number, a tab and its text, with line ends and tabs in it as blanks. In a report each ends in LF. */
dh_status removed_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);
/* Closes the file. Errors: DH_ERR_IO. */
dh_status removed_close(removed *r, dh_error *err);

#endif
