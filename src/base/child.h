/* child.h: what the programs need for starting others: arguments and pipes. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base.h"

/* The arguments in `text`, each ended by a NUL, as argv, whose strings are borrowed from it. The caller frees it with free(). NULL if there is no
 * memory. */
char **child_argv(const dh_buf *text);

/* Makes a pipe whose ends no child inherits. False with errno set. */
bool child_pipe(int *read_end, int *write_end);
/* Closes a descriptor, if it is open, and sets it to -1. */
void child_shut(int *fd);

#endif
