/* fetched.h: cleans pages as they come from dehusk-fetch, each into an output named by its address (place.h), in worker processes.
 * docs/fetching.md tells the rules from the outside. */
#ifndef BATCH_FETCHED_H
#define BATCH_FETCHED_H

#include "folder.h"

/* Cleans the pages of a stream of records (record.h) until it ends. Of opt, what speaks of lists of files does not count. A page that
 * an earlier run has cleaned, the same by its digest, with the same opt->made, whose output is there, is passed over. Addresses that
 * could not be fetched come as metadata records: they count as failed, and opt->fail does not hear of them, as dehusk-fetch has said
 * why. links: a pipe for what pages link to (follow.h), if opt->follow, taken; else -1. The figures of *out count addresses. Errors and what else happens as with folder_run(); DH_ERR_FORMAT, the stream is none. */
dh_status fetched_run(const folder_options *opt, int records, int links, folder_summary *out, dh_error *err);

#endif
