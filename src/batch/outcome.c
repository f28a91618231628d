/* One piece of accounting for files of folders and for records that are fetched. */
#include "outcome.h"

manifest_entry outcome_entry(const worker_answer *a, bool settled) {
    manifest_status status = a->failures || !settled ? MANIFEST_ERROR : a->words ? MANIFEST_OK : MANIFEST_EMPTY;
    manifest_entry e = {.status = status, .pages = a->pages, .words = a->words, .ms = a->ms, .has_output = settled && a->keep,
                        .bytes_out = a->bytes_out};
    memcpy(e.digest, a->digest, sizeof e.digest);
    e.note = a->note;
    note_settle(&e.note);
    return e;
}

/* The slowest ones first; of equal ones the one that came first. */
static void note_slow(folder_summary *sum, dh_view name, uint64_t ms) {
    size_t at = FOLDER_SLOWEST;
    while (at && sum->slowest[at - 1].ms < ms) at--;
    if (at == FOLDER_SLOWEST) return;
    folder_slow *slow = &sum->slowest[at];
    memmove(slow + 1, slow, (FOLDER_SLOWEST - 1 - at) * sizeof *slow);
    slow->ms = ms;
    size_t skip = name.len < sizeof slow->source ? 0 : name.len - sizeof slow->source + 1;
    memcpy(slow->source, name.ptr + skip, name.len - skip);
    slow->source[name.len - skip] = 0;
}

void outcome_count(folder_summary *sum, const manifest_entry *e, dh_view name, uint64_t bytes_in) {
    bool failed = e->status == MANIFEST_ERROR;
    note_slow(sum, name, e->ms);
    sum->bytes_in += (size_t)bytes_in;
    sum->words += (size_t)e->words;
    sum->failed += failed;
    sum->done += !failed;
    sum->empty += e->status == MANIFEST_EMPTY;
}
