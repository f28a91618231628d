/* hooks.h: pages that make a worker fail on demand, for tests. Without DH_TEST_HOOKS nothing of it is compiled. */
#ifndef BATCH_HOOKS_H
#define BATCH_HOOKS_H

#include "base/base.h"

#ifdef DH_TEST_HOOKS
/* Obeys a marker at the very start of a page: "DEHUSK-TEST-" and CRASH, ABORT, KILLED, EXIT, STALL (burns CPU time),
 * SLEEP, MEMORY (takes all it gets). " once" behind it: only at the first attempt, which is 0. In a WARC record the page begins behind the HTTP header. */
void hooks_obey(dh_view start, unsigned attempt);
#else
static inline void hooks_obey(dh_view start, unsigned attempt) {
    (void)start;
    (void)attempt;
}
#endif

#endif
