/* cleaner.h: one file to one output, which is there whole or not at all. */
#ifndef BATCH_CLEANER_H
#define BATCH_CLEANER_H

#include "folder.h"
#include "newfile.h"

#include <sys/types.h>

/* What a file came to. Each failure has been reported. */
typedef struct {
    size_t failures, words, bytes_in;
} cleaned;

/* Cleans file after file; the room of its buffers is used again. */
typedef struct {
    const folder_options *opt; /* borrowed */
    void (*report)(void *user, const char *what);
    void *report_user;
    join join;
    /* of the file in hand */
    const char *target;
    source in;
    dev_t dev; /* dev and ino: of the source, lest its output replace it */
    ino_t ino;
    newfile out; /* opened for the first byte that goes out: a page that is refused leaves no trace */
    size_t bytes_in;
    bool records; /* pages came out of a container: those that are good stay though others failed */
    int why;      /* errno of the output's failure */
} cleaner;

/* report hears of each failure of a file, in one line. */
void cleaner_init(cleaner *c, const folder_options *opt, void (*report)(void *user, const char *what),
                  void *report_user);

/* Cleans source into target, whose folders are made if need be. follow: whether source may be a symbolic link.
 * Errors: DH_ERR_IO, no output can be written any more (the disk is full); the message is the system's. */
dh_status cleaner_file(cleaner *c, const char *path, const char *target, bool follow, cleaned *result, dh_error *err);

void cleaner_clear(cleaner *c);

#endif
