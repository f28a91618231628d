/* handed.h: the two descriptors that a worker is handed with a file, since it may open none: the parent opens both, and puts
 * the output in its place, or removes it, when the worker has answered or died. */
#ifndef BATCH_HANDED_H
#define BATCH_HANDED_H

#include "newfile.h"

/* What is said of an output that fails; its argument is the reason. */
#define HANDED_NO_OUTPUT "its output cannot be written: %s"

typedef struct {
    int in;
    newfile out;
    uint64_t size, mtime_ns; /* of the source when it was opened; 0 if it is not there */
} handed;

/* HANDED_FAILED: this file fails; HANDED_FATAL: every further one would. */
typedef enum { HANDED_OK, HANDED_FAILED, HANDED_FATAL } handed_result;

/* Opens a source alone. follow: whether it may be a symbolic link. Errors: DH_ERR_IO; nothing is open then. */
dh_status handed_open_source(handed *h, const char *path, bool follow, dh_error *err);

/* Opens a source, and a new file for its target, whose folders are made if need be. follow: whether the source may be a
 * symbolic link. Only one process may have a target in hand. If it fails, *err says why and nothing stays open. */
handed_result handed_open(handed *h, const char *path, const char *target, bool follow, dh_error *err);

/* Opens a new file for a target alone; the worker's source is the caller's. */
handed_result handed_open_target(handed *h, const char *target, dh_error *err);

/* Closes the parent's descriptors once the worker has its own. */
void handed_over(handed *h);

/* The target becomes what was written, if `keep`, else it stays as it was. To be called once. */
handed_result handed_close(handed *h, bool keep, dh_error *err);

/* True if an output's errno is one that the next output would meet as well. */
bool handed_ends_run(int why);

#endif
