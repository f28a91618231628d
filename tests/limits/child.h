/* child.h: one piece of work in a process of its own, with what it cost: so that a crash, a hang or the memory of one
 * case does not touch the next. */
#ifndef TESTS_LIMITS_CHILD_H
#define TESTS_LIMITS_CHILD_H

#include <dehusk.h>

/* What became of one child. */
typedef struct {
    bool done;          /* the work came to its end; else `died` says how it did not */
    int died;           /* the signal that killed it, 0 if it left otherwise */
    dh_status status;   /* of the last page */
    char msg[160];      /* its error */
    uint64_t cost;      /* instructions, or nanoseconds of CPU time: child_unit() */
    size_t input_bytes, output_bytes;
    size_t peak_bytes;  /* resident memory at its peak, beyond what was there when child_begin was called */
    size_t cases;       /* where the work is many pages */
} child_result;

/* "instructions" if this machine counts them for us, else "ns of CPU time". */
const char *child_unit(void);

/* Called by the work when its input is made: the cost counts from here. child_end stops it. */
void child_begin(void);
void child_end(child_result *r);

typedef void child_work(const void *user, child_result *r);

/* Runs work(user, r) in a child that may take max_cpu_seconds. */
child_result child_run(child_work *work, const void *user, unsigned max_cpu_seconds);

#endif
