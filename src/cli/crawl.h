/* crawl.h: folders and files into an output folder. */
#ifndef CLI_CRAWL_H
#define CLI_CRAWL_H

#include "filter.h"

/* Cleans all files of s->inputs that earlier runs have not done into the folder s->output with worker processes; says what fails as it happens and,
 * unless quiet, one line of figures at the end. If it was interrupted, *signal receives the signal's number, else 0. */
run_result crawl_run(const settings *s, dh_context *ctx, int *signal);

#endif
