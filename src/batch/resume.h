/* resume.h: which items of the list earlier runs have done, by the manifest: told by their output's name, and only if source,
 * size and time of the input, and what it was made with, are still the same. */
#ifndef BATCH_RESUME_H
#define BATCH_RESUME_H

#include "list.h"
#include "manifest.h"

/* What to do with what is in the manifest. */
typedef struct {
    /* What this run makes a file with, or a page of a container (manifest.h). */
    uint64_t (*made)(void *user, size_t item, uint64_t record);
    void *user;
    uint64_t opened;   /* the same of lines about containers, which also depend on what of them is meant */
    bool retry_failed; /* inputs that failed are done again */
    bool keep_stale;   /* outputs that were made with something else stay */
} resume_rules;

/* RESUME_STALE: done, with something else; to be done again. */
typedef enum { RESUME_TODO = 0, RESUME_DONE = 1, RESUME_EMPTY = 2, RESUME_FAILED = 3, RESUME_STALE = 4 } resume_state;
#define RESUME_STATES 5

/* A container of the list: what is known of its pages. */
typedef struct {
    size_t item;
    uint64_t mtime_ns;     /* of its file now; 0: it is not there */
    unsigned char *states; /* a resume_state for each page, by its number less 1 */
    size_t count, cap;
    uint64_t pages;        /* that it has, by its own line */
} resume_container;

typedef struct {
    const list *list; /* borrowed */
    resume_rules rules;
    unsigned char *states; /* a resume_state for each item */
    size_t done, empty, failed, stale; /* items of these states; empty ones count as done too */
    uint32_t *slots;            /* item + 1 by the hash of its output; 0: free */
    size_t mask;
    resume_container *containers; /* in the order of the list */
    uint32_t *sources;            /* container + 1 by the hash of its path */
    size_t container_count, source_mask;
    size_t pages_done, pages_empty, pages_failed; /* of containers that need not be opened; not among done, empty, failed */
    dh_buf path;
} resume;

/* Reads the manifest; NULL: nothing is done. Errors: DH_ERR_IO, DH_ERR_NOMEM, DH_ERR_LIMIT (more than 2^31 items); resume_clear() it in any case. */
dh_status resume_init(resume *r, const list *l, manifest *m, resume_rules rules, dh_error *err);

/* Puts the manifest in order: lines about outputs that no item has, as they stood, then the last line of each item in the
 * order of the list. Errors: as manifest_rewrite(). */
dh_status resume_settle(resume *r, manifest *m, dh_error *err);

/* True if the item, or, if record is not 0, that page of the container, is to be done. */
bool resume_is_todo(const resume *r, size_t item, uint64_t record);
/* When a container was changed last. */
uint64_t resume_mtime(const resume *r, size_t item);
/* What became of a page of a container that is not to be done. */
resume_state resume_page(const resume *r, size_t item, uint64_t record);

void resume_clear(resume *r);

#endif
