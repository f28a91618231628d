/* worker.h: what a worker process does: it takes the number of a file, cleans it, answers, until the parent is gone. */
#ifndef BATCH_WORKER_H
#define BATCH_WORKER_H

#include "folder.h"
#include "list.h"

#include <stdnoreturn.h>

/* Every message to a worker is the number of an item, a uint64_t; from it, one of these. */
typedef enum {
    ANSWER_REPORT = 1, /* what: one failure of the file; more is to come */
    ANSWER_DONE = 2,   /* the last about this file */
    ANSWER_FATAL = 3   /* what: why no output can be written any more; the last as well */
} answer_kind;

typedef struct {
    uint32_t kind, failures;
    uint64_t words, bytes_in;
    char what[sizeof((dh_error *)0)->msg];
} worker_answer;

/* Works for the process `parent`, of which this one is a fork, at the other end of the socket fd (SOCK_SEQPACKET).
 * Signals that a terminal sends to all are left to the parent; the worker ends with it, even if it is killed. */
noreturn void worker_run(const folder_options *opt, const list *l, int fd, pid_t parent);

#endif
