/* One piece of accounting for files of folders and for records that are fetched. */
#include "outcome.h"

manifest_entry outcome_entry(const worker_answer *a, bool settled) {
    manifest_status status = a->failures || !settled ? MANIFEST_ERROR : a->words ? MANIFEST_OK : MANIFEST_EMPTY;
    manifest_entry e = {.status = status, .pages = a->pages, .words = a->words, .ms = a->ms, .has_output = settled && a->keep,
                        .bytes_out = a->bytes_out};
    memcpy(e.digest, a->digest, sizeof e.digest);
    return e;
}

void outcome_count(folder_summary *sum, const manifest_entry *e, uint64_t bytes_in) {
    bool failed = e->status == MANIFEST_ERROR;
    sum->bytes_in += (size_t)bytes_in;
    sum->words += (size_t)e->words;
    sum->failed += failed;
    sum->done += !failed;
    sum->empty += e->status == MANIFEST_EMPTY;
}
