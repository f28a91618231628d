/* dedup.h: which pages say what an earlier one of the run says, and which long lines do, found in a pass of its own before anything is written, so that it
 * depends on the inputs and their order alone. */
#ifndef BATCH_DEDUP_H
#define BATCH_DEDUP_H

#include "folder.h"
#include "profile.h"

/* With more bits pages are alike that are not; and all but equal parts of the hash would have to be looked up. */
#define DEDUP_MOST_BITS 7

typedef struct dedup dedup;

/* A page: an item of the list, and of a container the number of the page in it. */
typedef struct {
    uint32_t item, record;
} dedup_page;

/* Finds duplicates among all pages of a list, or what an earlier run over the same inputs found, which is kept in the state folder (opt->out). sites: what
 * is known of them, since it decides what a page says. made: number of what pages are made with. Errors: DH_ERR_IO (also: interrupted), DH_ERR_NOMEM,
 * DH_ERR_LIMIT (2^32 files). dedup_close() in any case. */
dh_status dedup_find(const folder_options *opt, const list *l, profile *sites, uint64_t made, dedup **out, dh_error *err);
/* Accepts NULL, as all below. */
void dedup_close(dedup *d);

/* The page of which this one is a duplicate; NULL: of none. */
const dedup_page *dedup_of(const dedup *d, size_t item, uint64_t record);
/* A number that is another where other lines are to go, 0 if none are. */
uint64_t dedup_lines(const dedup *d);
/* Takes lines out of a page's text that an earlier page has, with an empty line that they leave behind. */
void dedup_cut(const dedup *d, size_t item, uint64_t record, dh_buf *text);

/* ---- for workers ---- */

/* What is written of a page's text in the pass. address: of its record, or empty. Errors: DH_ERR_NOMEM. */
dh_status dedup_put(dedup_mode mode, dh_view text, dh_view address, dh_buf *out);

#endif
