/* sandbox.h: the door that a worker shuts behind itself before it reads the first byte of a page: from then on it can use
 * the descriptors that it is handed, and memory, and nothing else. */
#ifndef BATCH_SANDBOX_H
#define BATCH_SANDBOX_H

#include "base/base.h"

/* Leaves this process the right to read, write and close descriptors, to receive more of them, to take memory that is not
 * executable, to look at the clock, and to end. Any other system call (opening a file, a socket, a program, another
 * process) kills it with SIGSYS. It cannot be undone. Landlock is added where the kernel has it. Does nothing in builds
 * with AddressSanitizer, which needs more. Errors: DH_ERR_IO, the kernel has no seccomp; DH_ERR_NOMEM. */
dh_status sandbox_enter(dh_error *err);

/* Tries the sandbox on a process of its own, which opens a file in it and must be killed for that. detail receives a line about it.
 * False if it was not. */
#define SANDBOX_DETAIL_BYTES 160
bool sandbox_try(char detail[SANDBOX_DETAIL_BYTES]);

/* False in builds where sandbox_enter() does nothing. */
bool sandbox_is_built_in(void);

#endif
