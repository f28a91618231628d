/* filter.h: the inputs one after the other to one output. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "settings.h"

/* What a run came to, for the exit status. */
typedef struct {
    size_t failures; /* of inputs, records and the output */
    size_t words;    /* that were kept */
} run_result;

/* Cleans files, stdin and addresses to stdout or into a file; says what fails and goes on with the next. */
run_result filter_run(const settings *s, const dh_context *ctx);

#endif
