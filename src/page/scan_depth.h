/* scan_depth.h: a rough copy of the parser's stack, which keeps hostile pages from making gumbo quadratic. */
#ifndef PAGE_SCAN_DEPTH_H
#define PAGE_SCAN_DEPTH_H

#include "base/base.h"
#include "page/tag.h"

#define SCAN_MAX_DEPTH 512
/* Formatting elements that may be open at once: each block re-opens all of them. Real pages at hand have at most 24. */
#define SCAN_MAX_FORMATTING 48

typedef struct {
    uint8_t *stack;  /* pg_tag of the open elements, but for those whose end tags may be left out */
    uint32_t *names; /* hash of each one's name, which tells elements apart that are all PG_OTHER */
    size_t depth, max;
    uint32_t open[PG_TAG_COUNT];       /* how often a tag is on the stack */
    uint32_t formatting[PG_TAG_COUNT]; /* formatting elements started and not ended */
    uint32_t left_out[PG_TAG_COUNT];   /* start tags left out whose end tags are still to come */
    uint32_t formatting_open;          /* sum of these, but for a */
} scan_depth;

dh_status depth_init(scan_depth *d, dh_arena *arena, size_t max_depth, dh_error *err);
/* name is a hash of the tag's name, case folded, and counts for PG_OTHER only.
 * False: the start tag is to be left out of the skeleton. */
bool depth_start(scan_depth *d, pg_tag tag, uint32_t name);
/* False: the end tag is to be left out. */
bool depth_end(scan_depth *d, pg_tag tag, uint32_t name);

#endif
