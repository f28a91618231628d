/* newfile.h: an output file that is there whole or not at all: written to a temporary name beside it and renamed. */
#ifndef BATCH_NEWFILE_H
#define BATCH_NEWFILE_H

#include "base/base.h"

typedef struct {
    int fd;                      /* -1: not open, or handed over */
    bool handed_over;
    char path[4096], temp[4096]; /* temp empty: a device or pipe, which is written as it is */
} newfile;

/* Opens a temporary file beside `path`, following a symbolic link at the end of it. A path that is there and is no
 * regular file
 * (/dev/null, a pipe) is written in place. tag: a number that no other live writer of this path has, such as a
 * process id. Errors: DH_ERR_IO; errno is kept. */
dh_status newfile_open(newfile *f, const char *path, unsigned long tag, dh_error *err);

/* Closes this process's descriptor: another one writes the file, and newfile_close() puts it in its place as before. */
void newfile_hand_over(newfile *f);

/* Closes it and renames it to its path if `keep`, else removes it. What cannot be closed or renamed is removed. Does
 * nothing if it is not open. Errors: DH_ERR_IO; errno is kept. */
dh_status newfile_close(newfile *f, bool keep, dh_error *err);

/* Opens a file for reading and writing that has no name any more, in a folder that is there; -1 if it cannot, with *err and errno
 * saying why. */
int newfile_unnamed(const char *folder, dh_error *err);

/* Removes the temporary file of a writer that died with it open. */
void newfile_forget(const char *path, unsigned long tag);

/* Makes the folders above the last component of path that are not there. Errors: DH_ERR_IO; errno is kept. */
dh_status newfile_parents(const char *path, dh_error *err);

#endif
