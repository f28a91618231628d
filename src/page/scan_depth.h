/* scan_depth.h: a rough copy of the parser's stack, which keeps hostile pages from making gumbo quadratic. */
#ifndef PAGE_SCAN_DEPTH_H
#define PAGE_SCAN_DEPTH_H

#include "base/base.h"
#include "page/tag.h"

#define SCAN_MAX_DEPTH 512
/* Formatting elements that may be open at once: each block re-opens all of them. Real pages at hand have at most 24. */
#define SCAN_MAX_FORMATTING 48

/* How an element stands to svg and math. */
typedef enum {
    DEPTH_HTML = 0,
    DEPTH_FOREIGN,
    DEPTH_MATH_TEXT, /* of math, and HTML may stand in it: mi, mo, mn, ms, mtext */
    DEPTH_SVG_HTML,  /* of svg, likewise: foreignObject, desc, title */
    DEPTH_ANNOTATION /* of math, and a wall as these are */
} depth_kind;

/* An open element. Those whose end tags may be left out are none in HTML: they are noted as `loose`. */
typedef struct {
    uint32_t name; /* hash of its name, which tells elements apart that are all PG_OTHER */
    uint8_t tag;   /* pg_tag */
    uint8_t kind;  /* depth_kind */
    uint8_t loose; /* p, li, dd and dt that are perhaps open right inside it, as bits */
} depth_elem;

typedef struct {
    depth_elem *stack; /* the top is stack[depth]; stack[0] stands for body */
    size_t depth, max;
    uint32_t open[PG_TAG_COUNT];       /* how often a tag is on the stack */
    uint32_t formatting[PG_TAG_COUNT]; /* formatting elements started and not ended */
    uint32_t left_out[PG_TAG_COUNT];   /* start tags left out whose end tags are still to come */
    uint32_t formatting_open;          /* sum of these, but for a */
} scan_depth;

dh_status depth_init(scan_depth *d, dh_arena *arena, size_t max_depth, dh_error *err);
/* False: the start tag is to be left out of the skeleton. */
bool depth_start(scan_depth *d, pg_tag tag, dh_view name, bool self_closed);
/* False: the end tag is to be left out. */
bool depth_end(scan_depth *d, pg_tag tag, dh_view name);

#endif
