/* hooks.h: pages that make a worker fail on demand, for tests. Without DH_TEST_HOOKS nothing of it is compiled. */
#ifndef BATCH_HOOKS_H
#define BATCH_HOOKS_H

#include "base/base.h"

#ifdef DH_TEST_HOOKS
/* Obeys a marker at the very start of a page: "DEHUSK-TEST-" and CRASH, ABORT, KILLED, EXIT, STALL (burns CPU time),
 * SLEEP, MEMORY (takes all it gets). " once=PATH" behind it: only while there is no file PATH, which is made. */
void hooks_obey(dh_view start);
#else
static inline void hooks_obey(dh_view start) { (void)start; }
#endif

#endif
