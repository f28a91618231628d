/* arrivals.h: which addresses are known, from the manifest of earlier runs and from this one: what became of each, and which output
 * is whose. */
#ifndef BATCH_ARRIVALS_H
#define BATCH_ARRIVALS_H

#include "manifest.h"

/* An address. Strings are the table's. */
typedef struct {
    const char *address, *output; /* ended by a NUL */
    const char *page;             /* digest of the page that the output was made of; "" if there is none */
    manifest_status status;
    uint64_t made, bytes_out;
    bool has_output;
    uint64_t place; /* of its line in the manifest, while that is put in order */
    bool placed;
} arrival;

typedef struct {
    dh_arena arena;
    arrival *at;
    size_t count, cap;
    uint32_t *by_address, *by_output; /* index + 1; 0: free */
    size_t mask;
    dh_buf path;
    dh_view ending; /* of outputs */
} arrivals;

/* Reads the manifest. ending: of outputs; those that earlier runs made in another format are not known. Errors: DH_ERR_IO, DH_ERR_NOMEM; arrivals_clear() it in any case. */
dh_status arrivals_init(arrivals *a, manifest *m, dh_view ending, dh_error *err);
void arrivals_clear(arrivals *a);

/* The index of an address, which is given an output if it is new. Errors: DH_ERR_NOMEM. */
dh_status arrivals_find(arrivals *a, dh_view address, size_t *index, dh_error *err);

/* Notes what became of an address now. page is copied. Errors: DH_ERR_NOMEM. */
dh_status arrivals_note(arrivals *a, size_t index, const manifest_entry *e, dh_error *err);

/* Puts the manifest in order: the last line of each source, sorted by source. Errors: as manifest_rewrite(). */
dh_status arrivals_settle(arrivals *a, manifest *m, dh_error *err);

#endif
