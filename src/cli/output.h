/* output.h: where the filter's result goes: stdout, or a file that is there whole or not at all. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "batch/newfile.h"

typedef struct {
    int fd;
    const char *name; /* for messages */
    newfile file;     /* open unless it is stdout */
    bool to_file;
    bool terminal;    /* it gets no controls: they are shown (base/printable.h) */
    bool pipe_closed; /* the reader has gone: nothing more is written, and nothing is said */
} output;

/* Opens path, NULL: stdout. Errors: DH_ERR_IO. */
dh_status output_open(output *o, const char *path, dh_error *err);
/* A join_write_fn; user is an output. */
dh_status output_write(void *user, dh_view bytes, dh_error *err);
/* Makes the file appear under its name if keep, else removes it. stdout stays open. Errors: DH_ERR_IO. */
dh_status output_close(output *o, bool keep, dh_error *err);

/* Prints what was put into text on stdout, and clears text; made: how that went. False if it did not come out, which is then said;
 * that its reader has gone is no failure. */
bool output_text(dh_status made, dh_buf *text);

/* Closes stdout: some file systems tell of a full disk only now. Errors: DH_ERR_IO. */
dh_status output_close_stdout(dh_error *err);

#endif
