/* profile_file.h: the layout of a profile, for those who write and read it. All numbers low byte first.
 *
 *   head    8 bytes "dhprofil", 4 bytes version, 4 bytes PROFILE_PAGES
 *   pages   4 bytes count of blocks, 2 bytes length of the site's name, 8 bytes digest, the name, 4 bytes a block; in the order
 *           of profile_compare()
 *   index   8 bytes a site: where its first page stands
 *   foot    8 bytes each: where the index stands, sites, pages, digest (profile_digest), checksum of all before, "dhprofil" */
#ifndef BATCH_PROFILE_FILE_H
#define BATCH_PROFILE_FILE_H

#include "base/base.h"

#define PROFILE_MAGIC DH_VIEW("dhprofil")
/* Another one for another layout, and for another numbering of blocks (judge/site.h, fold.h). */
#define PROFILE_VERSION    1
#define PROFILE_HEAD_BYTES 16
#define PROFILE_PAGE_BYTES 14
#define PROFILE_FOOT_BYTES 48
/* What one page may take. */
#define PROFILE_RECORD_BYTES ((size_t)PROFILE_PAGE_BYTES + SITE_MAX_BYTES + 4 * DH_SKETCH_BLOCKS)

typedef struct {
    uint64_t index_at, sites, pages, digest, sum;
} profile_foot;

uint64_t profile_number(const char *p, size_t bytes);
dh_status profile_put_number(dh_buf *out, uint64_t number, size_t bytes);
/* Checksum that goes on over more bytes; starts with PROFILE_SUM. */
#define PROFILE_SUM UINT64_C(0xcbf29ce484222325)
uint64_t profile_sum(uint64_t sum, dh_view bytes);

/* Checks the whole file and reads its foot. Errors: DH_ERR_FORMAT, DH_ERR_IO, DH_ERR_NOMEM. */
dh_status profile_check(int fd, profile_foot *foot, dh_error *err);
/* Reads up to cap bytes at a place. Errors: DH_ERR_IO. */
dh_status profile_read(int fd, uint64_t at, char *out, size_t cap, size_t *got, dh_error *err);

#endif
