/* manifest.h: dehusk-manifest.jsonl in the output folder: a line for each input that was done. People read it, and the next
 * run, which does what is not in it. Lines are added with one write each, so that a kill tears at most the last one. */
#ifndef BATCH_MANIFEST_H
#define BATCH_MANIFEST_H

#include "note.h"

#define MANIFEST_NAME        "dehusk-manifest.jsonl"
#define MANIFEST_STATE       ".dehusk"
#define MANIFEST_DIGEST_SIZE 32

/* What became of an input. */
typedef enum { MANIFEST_OK = 0, MANIFEST_EMPTY = 1, MANIFEST_ERROR = 2, MANIFEST_DUPLICATE = 3 } manifest_status;
#define MANIFEST_STATUSES 4

/* A line. The views are borrowed, or lent by the manifest until the next line is read. */
typedef struct {
    dh_view source; /* path, as the run was told it */
    dh_view output; /* path below the output folder; of an error too: the name that it would have had */
    manifest_status status;
    dh_view error;  /* the first failure; empty unless status is MANIFEST_ERROR */
    dh_view page;   /* digest of a fetched page, as its record has it; else empty */
    uint64_t record; /* of a page in a container: its number, from 1; else 0 */
    dh_view of;        /* of a duplicate: source of the page that it is one of; */
    uint64_t of_record; /* and its record */
    dh_view address; /* what the container calls the page, may be empty */
    uint64_t pages, words, bytes_in, bytes_out, ms;
    uint64_t mtime_ns; /* of the source */
    uint64_t made;     /* what it was made with: another number, another output */
    page_note note;
    bool has_output;   /* bytes_out and the digest are those of a file that was written */
    unsigned char digest[MANIFEST_DIGEST_SIZE]; /* SHA-256 of the output */
} manifest_entry;

typedef struct {
    int fd, lock;
    const char *out; /* the output folder; borrowed */
    char path[4096];
    bool broken; /* manifest_each() passed over something */
    dh_buf line;   /* in hand */
    dh_buf strings[6];
} manifest;

/* Opens the manifest of an output folder, making it and the folder's state folder if need be, takes the folder for this
 * process and its children alone, and cuts off a torn last line. restart: the manifest is emptied. Errors: DH_ERR_IO (its
 * message also says that another run is at work in the folder), DH_ERR_NOMEM; manifest_close() it in any case. */
dh_status manifest_open(manifest *m, const char *out, bool restart, dh_error *err);
/* Leaves what a child process of the run has no use for. */
void manifest_leave_to_parent(manifest *m);
void manifest_close(manifest *m);

/* Adds a line. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status manifest_add(manifest *m, const manifest_entry *e, dh_error *err);
/* The same in two steps: sets *line to it; adds it. Errors: DH_ERR_NOMEM; DH_ERR_IO. */
dh_status manifest_line(const manifest_entry *e, dh_buf *line);
dh_status manifest_add_line(manifest *m, dh_view line, dh_error *err);

/* A number for manifest_entry.made: another one for another text. */
uint64_t manifest_made(dh_view what);

/* Calls visit for each line from the first on, with its place in the file. Broken lines are passed over; m->broken tells whether
 * there were any. Errors: DH_ERR_IO, DH_ERR_NOMEM, and what visit returns. */
typedef dh_status (*manifest_visit)(void *user, const manifest_entry *e, uint64_t at, dh_error *err);
dh_status manifest_each(manifest *m, manifest_visit visit, void *user, dh_error *err);

/* Puts a new file in the place of the manifest: the lines that begin at places[0 .. count), in this order. Errors:
 * DH_ERR_IO, DH_ERR_NOMEM; the old one is then still there. */
dh_status manifest_rewrite(manifest *m, const uint64_t *places, size_t count, dh_error *err);

#endif
