/* list.h: addresses from a file, one a line. */
#ifndef FETCH_LIST_H
#define FETCH_LIST_H

#include "queue.h"

#include <stdio.h>

/* Adds all addresses of the file to the queue: one a line, white space around it does not matter, empty lines and those
 * that begin with # are left out. A line longer than an address may be is cut, so that fetching it fails. *read counts
 * the addresses, *duplicates those that were there already; both are added to. Errors: DH_ERR_IO (errno is read's), and
 * as queue_add(). */
dh_status list_read(FILE *in, queue *q, size_t *read, size_t *duplicates);

#endif
