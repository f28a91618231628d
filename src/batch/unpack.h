/* unpack.h: files that hold many pages, opened page by page: web archives (WARC, WET, ARC), lines of JSON, tar and zip. All of it runs in
 * an unpacker, a worker process that is shut in like the others (worker.h). */
#ifndef BATCH_UNPACK_H
#define BATCH_UNPACK_H

#include "folder.h"
#include "parcel.h"

/* What a file holds, by its name. */
typedef enum { UNPACK_NOT = 0, UNPACK_RECORDS, UNPACK_LINES, UNPACK_TAR, UNPACK_ZIP } unpack_kind;

/* By the ending of a name, compression left aside: ".warc.gz", ".tgz". UNPACK_NOT: it is a page. */
unpack_kind unpack_kind_of(dh_view name);

/* Loads what opening tar and zip needs, before the process that does it is shut in. Errors: DH_ERR_IO, it is not installed. */
dh_status unpack_preload(unpack_kind kind, dh_error *err);

/* To be called by an unpacker before it shuts itself in: what opens archives asks for the time zone, which is a file, again and again. */
void unpack_settle(void);

typedef struct unpack unpack;

/* Files that were passed over: the filter does not mean them; they are no pages by their names (pattern.h). */
typedef struct {
    uint32_t unwanted, assets;
} unpack_passed;

/* Opens a container. name: of its file, NUL-ended; it tells the kind, and brotli. fd is borrowed, as is opt. Errors: DH_ERR_NOMEM, DH_ERR_IO,
 * DH_ERR_FORMAT. unpack_close() it in any case. */
dh_status unpack_open(const folder_options *opt, const char *name, int fd, unpack **out, dh_error *err);
/* Accepts NULL. */
void unpack_close(unpack *u);

/* The next page that opt->filter means; *found is false at the end. The views are lent until the next call. *passed: what was passed
 * over on the way. Errors are those of one page or entry, and the next call goes on behind it, but where *over is set: then there is no more.
 * DH_ERR_LIMIT: a page that passes max_bytes, more entries than opt->max_members, more bytes out of packed ones than opt->max_ratio. */
dh_status unpack_next(unpack *u, parcel *p, dh_view *page, bool *found, unpack_passed *passed, bool *over, dh_error *err);

/* ---- each kind -------------------------------------------------------------------------------------------------- */

/* What all kinds are given. */
typedef struct {
    const folder_options *opt;
    source file;
    const char *encoding; /* of the file, NULL: told by magic bytes */
} unpack_source;

/* One kind of container. Errors and ends as above; numbers, filter and counts are unpack_next()'s. */
typedef struct {
    dh_status (*open)(unpack_source *s, bool zip, void **state, dh_error *err);
    dh_status (*next)(void *state, parcel *p, dh_view *page, bool *found, bool *over, dh_error *err);
    void (*close)(void *state);
} unpack_format;

extern const unpack_format unpack_records, unpack_lines, unpack_archive;

/* Loads libarchive. Errors: DH_ERR_IO. */
dh_status unpack_archive_load(dh_error *err);

#endif
