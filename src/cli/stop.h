/* stop.h: what SIGINT, SIGTERM and SIGHUP do: a quick end that leaves nothing behind, or a flag for who ends by
 * himself. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include "batch/source.h"

#include <sys/types.h>

/* From now on these signals end the program with status 128 + signal; temporary file and child that it was told of go
 * first. Signals that were ignored when the program began (nohup, background jobs of scripts) stay so. */
void stop_install(void);

/* From now on the first signal only sets the flag that is returned; a second one ends the program at once. */
stop_flag *stop_gently(void);

/* The child process to end, 0: none, and the file to remove, NULL or empty: none. The name is borrowed and must not
 * change but between stop_hold() and stop_release(). */
void stop_child(pid_t pid);
void stop_temp(const char *path);

/* Signals wait from the first to the second: for the moment in which a file is there and stop_temp() not yet told. */
void stop_hold(void);
void stop_release(void);

#endif
