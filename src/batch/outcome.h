/* outcome.h: what a worker's last answer about a page means for the manifest and for the figures of the run. */
#ifndef BATCH_OUTCOME_H
#define BATCH_OUTCOME_H

#include "worker.h"

/* The page's entry, without what the run knows of its source. settled: its output is in its place, if it is to have one. */
manifest_entry outcome_entry(const worker_answer *a, bool settled);

/* Counts it. name: what a person knows it by; bytes_in: size of its source. */
void outcome_count(folder_summary *sum, const manifest_entry *e, dh_view name, uint64_t bytes_in);

#endif
