/* pass.h: a pass over all files of a run, and pages of containers, before they are cleaned: workers look at each, and what they write about it
 * comes back. A page that fails is not heard of here: it is when it is to be cleaned. */
#ifndef BATCH_PASS_H
#define BATCH_PASS_H

#include "feed.h"

typedef struct {
    worker_job work;  /* what workers do; list and options are those of the run */
    folder_pass pass; /* as the progress calls it */
    /* Takes what was written about a task. In no fixed order. Its error ends the pass. */
    dh_status (*take)(void *user, const feed_task *t, dh_view bytes, dh_error *err);
    void *user;
    uint64_t skip; /* so many tasks, in the order of the inputs, were done by an earlier pass */
    /* Called whenever a part of the tasks is done and no worker is busy: all before number `end` have been taken. NULL: never. Its error ends the pass. */
    dh_status (*part)(void *user, uint64_t end, dh_error *err);
    uint64_t part_tasks; /* how many make a part */
} pass_job;

/* Runs a pass. folder: where workers' files lie, which have no names. Errors: DH_ERR_IO (also: interrupted, of which opt->stop tells), DH_ERR_NOMEM, and
 * what take() gives. */
dh_status pass_run(const pass_job *job, const char *folder, dh_error *err);

#endif
