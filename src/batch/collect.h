/* collect.h: what comes of many pages one behind the other in one file, or in shards of it, in the order of the inputs, whoever is
 * ready first. FILE.part grows and is renamed at the end; FILE.dehusk/ has a manifest, whose lines are the journal: so much of FILE.part as
 * they tell of is good, and a later run goes on behind it. */
#ifndef BATCH_COLLECT_H
#define BATCH_COLLECT_H

#include "manifest.h"

/* Outputs that may wait for one before them. */
#define COLLECT_WAITING 256

typedef struct collect collect;

typedef struct {
    const char *path;     /* of the file; "-": stdout, without a journal */
    size_t shard_bytes;   /* a shard that has so many gets no more; 0: one file */
    bool restart, retry_failed, keep_stale; /* as in folder.h */
} collect_options;

/* Takes over a manifest that is open for FILE.dehusk/ (NULL with stdout); all is borrowed. Errors: DH_ERR_IO, DH_ERR_NOMEM. collect_close() it in any
 * case. */
dh_status collect_open(const collect_options *opt, manifest *m, collect **out, dh_error *err);
/* Accepts NULL. What is not committed is forgotten. */
void collect_close(collect *c);

/* True if what comes next in the order of inputs is in the file already, as its manifest line would say: source, record, size, time and `made` of *e
 * are looked at. After the first false all are. *status: what became of it. */
bool collect_has(collect *c, const manifest_entry *e, manifest_status *status);
/* The same for a whole container: its pages, which all have source and time of *end, and behind them that. made: what a page is made with. counts: by
 * status, of its pages. */
bool collect_has_all(collect *c, const manifest_entry *end, uint64_t (*made)(void *user, uint64_t record), void *user, size_t counts[MANIFEST_STATUSES]);

/* True if what has this number in order may be begun: not too many wait for something before it. */
bool collect_has_room(const collect *c, uint64_t order);

/* What has this number, all of which come, is ready: its line, and its bytes, in a file that is closed here (-1: none), of which e->bytes_out count.
 * Writes what its turn has come. Errors: DH_ERR_IO (no more can be written), DH_ERR_NOMEM. */
dh_status collect_put(collect *c, uint64_t order, const manifest_entry *e, int fd, dh_error *err);

/* All has come: the file gets its name. Errors as above. */
dh_status collect_finish(collect *c, dh_error *err);

#endif
