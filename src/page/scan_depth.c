/* Keeps count of open elements while the page is scanned. It need not be exact: it must never think that much less is
 * open than gumbo will have open, and it must not lose text; tags past the limits are left out, text never is. */
#include "page/scan_depth.h"

dh_status depth_init(scan_depth *d, dh_arena *arena, size_t max_depth, dh_error *err) {
    *d = (scan_depth){.max = max_depth ? max_depth : SCAN_MAX_DEPTH};
    d->stack = arena_alloc(arena, d->max);
    d->names = arena_calloc(arena, d->max, sizeof *d->names);
    return d->stack && d->names ? DH_OK : arena_error(arena, err);
}

static void pop(scan_depth *d) { d->open[d->stack[--d->depth]]--; }

static void push(scan_depth *d, pg_tag tag, uint32_t name) {
    d->names[d->depth] = name;
    d->stack[d->depth++] = (uint8_t)tag;
    d->open[tag]++;
}

/* A cell, row or section of a table closes what is open up to its table. */
static void close_to_table(scan_depth *d) {
    if (!d->open[PG_TABLE]) return;
    while (d->stack[d->depth - 1] != PG_TABLE) pop(d);
}

static bool is_cell(pg_tag tag) { return tag == PG_TD || tag == PG_TH || tag == PG_CAPTION; }

bool depth_start(scan_depth *d, pg_tag tag, uint32_t name) {
    uint8_t bits = pg_tag_bits[tag];
    if (bits & TAG_V) return true;
    if (is_cell(tag) || tag == PG_TR || tag == PG_TBODY || tag == PG_THEAD || tag == PG_TFOOT) {
        if (!d->open[PG_TABLE]) return true; /* gumbo ignores it */
        close_to_table(d);
        if (!is_cell(tag)) return true;
    } else if (bits & TAG_O) {
        return true;
    }
    bool formats = bits & TAG_F; /* a second a closes the first: they do not add up, but where one is left open is unsure */
    if (d->depth >= d->max || (formats && tag != PG_A && d->formatting_open >= SCAN_MAX_FORMATTING)) {
        d->left_out[tag]++;
        return false;
    }
    push(d, tag, name);
    if (formats) {
        d->formatting[tag]++;
        d->formatting_open += tag != PG_A;
    }
    return true;
}

/* Takes the nearest `tag` off the stack but leaves what was opened inside it, as the adoption agency does. */
static void remove_one(scan_depth *d, pg_tag tag) {
    size_t i = d->depth - 1;
    while (d->stack[i] != tag) i--;
    memmove(d->stack + i, d->stack + i + 1, d->depth - i - 1);
    memmove(d->names + i, d->names + i + 1, (d->depth - i - 1) * sizeof *d->names);
    d->depth--;
    d->open[tag]--;
}

bool depth_end(scan_depth *d, pg_tag tag, uint32_t name) {
    if (d->left_out[tag]) {
        d->left_out[tag]--;
        return false;
    }
    if (d->formatting[tag]) {
        d->formatting[tag]--;
        d->formatting_open -= tag != PG_A;
    }
    if (!d->open[tag]) return true;
    if (pg_tag_bits[tag] & TAG_F) {
        remove_one(d, tag);
        return true;
    }
    /* A wall between hides the element from this end tag, but its own end tag passes walls of cells. */
    size_t i = d->depth;
    while (i > 0 && (d->stack[i - 1] != tag || (tag == PG_OTHER && d->names[i - 1] != name))) {
        uint8_t inner = pg_tag_bits[d->stack[i - 1]];
        if ((inner & TAG_W) && tag != PG_TABLE) return true;
        if (tag == PG_OTHER && (inner & TAG_B)) return true; /* an unknown end tag stops at the first special element */
        i--;
    }
    while (i > 0 && d->depth >= i) pop(d);
    return true;
}
