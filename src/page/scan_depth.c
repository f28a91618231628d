/* Keeps count of open elements while the page is scanned. It need not be exact: it must never think that much less is
 * open than gumbo will have open, and it must not lose text; tags past the limits are left out, text never is.
 *
 * So where an end tag may be one that gumbo ignores, the element stays open here. What gumbo does with each is in the
 * HTML Standard, 13.2.6; tests/limits has a kind for each way in which elements piled up unseen. */
#include "page/scan_depth.h"

#include "page/scan_raw.h"

enum { LOOSE_P = 1, LOOSE_LI = 2, LOOSE_DD = 4 };

/* gumbo moves a formatting element below a block at most eight times for one end tag, and then leaves it open. */
#define ADOPTIONS 8

dh_status depth_init(scan_depth *d, dh_arena *arena, size_t max_depth, dh_error *err) {
    *d = (scan_depth){.max = max_depth ? max_depth : SCAN_MAX_DEPTH};
    d->stack = arena_calloc(arena, d->max + 1, sizeof *d->stack);
    if (!d->stack) return arena_error(arena, err);
    d->stack[0].tag = PG_BODY;
    return DH_OK;
}

/* ---- the stack ---- */

static uint32_t hash(dh_view name) {
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++) h = (h ^ (uint8_t)ascii_lower(name.ptr[i])) * 16777619u;
    return h;
}

static bool is_named(const depth_elem *e, pg_tag tag, dh_view name) {
    return e->tag == tag && (tag != PG_OTHER || e->name == hash(name));
}

static void push(scan_depth *d, pg_tag tag, dh_view name, depth_kind kind) {
    d->stack[++d->depth] = (depth_elem){tag == PG_OTHER ? hash(name) : 0, (uint8_t)tag, (uint8_t)kind, 0};
    d->open[tag]++;
}

static void pop(scan_depth *d) { d->open[d->stack[d->depth--].tag]--; }

static void pop_to(scan_depth *d, size_t i) {
    while (d->depth >= i) pop(d);
}

/* Takes an element off the stack but leaves what was opened inside it. */
static void remove_at(scan_depth *d, size_t i) {
    d->open[d->stack[i].tag]--;
    d->stack[i - 1].loose |= d->stack[i].loose;
    memmove(d->stack + i, d->stack + i + 1, (d->depth - i) * sizeof *d->stack);
    d->depth--;
}

static bool is_block(const depth_elem *e) { return pg_tag_bits[e->tag] & TAG_B; }

static bool is_wall(const depth_elem *e) { return (pg_tag_bits[e->tag] & TAG_W) || e->kind > DEPTH_FOREIGN; }

/* ---- svg and math ---- */

static depth_kind foreign_kind(pg_tag tag, dh_view name) {
    static const struct {
        dh_view name;
        depth_kind kind;
    } rows[] = {{DH_LIT("mi"), DEPTH_MATH_TEXT},           {DH_LIT("mo"), DEPTH_MATH_TEXT},
                {DH_LIT("mn"), DEPTH_MATH_TEXT},           {DH_LIT("ms"), DEPTH_MATH_TEXT},
                {DH_LIT("mtext"), DEPTH_MATH_TEXT},        {DH_LIT("annotation-xml"), DEPTH_ANNOTATION},
                {DH_LIT("foreignobject"), DEPTH_SVG_HTML}, {DH_LIT("desc"), DEPTH_SVG_HTML}};
    if (tag == PG_TITLE) return DEPTH_SVG_HTML;
    for (size_t i = 0; i < DH_COUNT(rows) && tag == PG_OTHER; i++)
        if (view_is_nocase(name, rows[i].name)) return rows[i].kind;
    return DEPTH_FOREIGN;
}

/* True if what comes next stands in svg or math itself, and not in HTML within. */
static bool in_foreign(const scan_depth *d) {
    bool math_text = false, svg_html = false;
    if (!d->open[PG_MATH] && !d->open[PG_SVG]) return false;
    for (size_t i = d->depth; i; i--) {
        const depth_elem *e = &d->stack[i];
        if (e->tag == PG_MATH) return !math_text;
        if (e->tag == PG_SVG) return !svg_html;
        if (e->kind == DEPTH_HTML) return false;
        math_text |= e->kind == DEPTH_MATH_TEXT;
        svg_html |= e->kind == DEPTH_SVG_HTML;
    }
    return false;
}

/* ---- start tags ---- */

static bool is_cell(pg_tag tag) { return tag == PG_TD || tag == PG_TH || tag == PG_CAPTION; }

static bool is_table_part(pg_tag tag) {
    return is_cell(tag) || tag == PG_TR || tag == PG_TBODY || tag == PG_THEAD || tag == PG_TFOOT;
}

/* A cell, row or section of a table closes what is open up to its table. */
static void close_to_table(scan_depth *d) {
    while (d->stack[d->depth].tag != PG_TABLE) pop(d);
    d->stack[d->depth].loose = 0;
}

/* Notes that the innermost p, or what the bits say, is closed. Behind a block it is closed already or out of reach. */
static void close_loose(scan_depth *d, uint8_t bits) {
    size_t i = d->depth;
    while (i && !(d->stack[i].loose & bits) && !is_block(&d->stack[i]) && !is_wall(&d->stack[i])) i--;
    d->stack[i].loose &= (uint8_t)~bits;
}

static uint8_t loose_bit(pg_tag tag) {
    if (tag == PG_P) return LOOSE_P;
    if (tag == PG_LI) return LOOSE_LI;
    return tag == PG_DD || tag == PG_DT ? LOOSE_DD : 0;
}

/* Closes what a start tag implies to be over: options by their like, ruby texts by theirs if there is a ruby around. */
static void close_like(scan_depth *d, pg_tag tag) {
    pg_tag top = (pg_tag)d->stack[d->depth].tag;
    if (d->stack[d->depth].kind != DEPTH_HTML || d->stack[d->depth].loose) return;
    if ((tag == PG_OPTION || tag == PG_OPTGROUP) && top == PG_OPTION) pop(d);
    if ((tag != PG_RT && tag != PG_RP) || (top != PG_RT && top != PG_RP)) return;
    size_t i = d->depth;
    while (i && d->stack[i].tag != PG_RUBY && !is_wall(&d->stack[i])) i--;
    if (d->stack[i].tag == PG_RUBY) pop(d);
}

/* Opens an element if the limits allow it. */
static bool open_elem(scan_depth *d, pg_tag tag, dh_view name, depth_kind kind) {
    /* A second a closes the first: they do not add up, but where one is left open is unsure. */
    bool formats = (pg_tag_bits[tag] & TAG_F) && kind == DEPTH_HTML;
    if (d->depth >= d->max || (formats && tag != PG_A && d->formatting_open >= SCAN_MAX_FORMATTING)) {
        d->left_out[tag]++;
        return false;
    }
    push(d, tag, name, kind);
    if (formats) {
        d->formatting[tag]++;
        d->formatting_open += tag != PG_A;
    }
    return true;
}

bool depth_start(scan_depth *d, pg_tag tag, dh_view name, bool self_closed) {
    uint8_t bits = pg_tag_bits[tag], loose = loose_bit(tag);
    if (in_foreign(d)) {
        if (!raw_breaks_out(tag)) return self_closed || open_elem(d, tag, name, foreign_kind(tag, name));
        while (in_foreign(d)) pop(d);
    }
    if (bits & TAG_V) return true;
    if (is_table_part(tag)) {
        if (!d->open[PG_TABLE]) return true; /* gumbo ignores it */
        close_to_table(d);
        if (!is_cell(tag)) return true;
    } else if (bits & TAG_O) {
        close_loose(d, loose | LOOSE_P);
        d->stack[d->depth].loose |= loose;
        return true;
    } else {
        close_like(d, tag);
        if ((bits & TAG_B) && tag != PG_BUTTON && tag != PG_LEGEND && tag != PG_NOSCRIPT) close_loose(d, LOOSE_P);
    }
    return open_elem(d, tag, name, tag == PG_MATH || tag == PG_SVG ? DEPTH_FOREIGN : DEPTH_HTML);
}

/* ---- end tags ---- */

/* Ends a formatting element. It is ignored behind a wall, and not over if it has too many blocks to move. */
static void end_formatting(scan_depth *d, pg_tag tag) {
    size_t i = d->depth, blocks = 0, walls = 0;
    for (; i && d->stack[i].tag != tag; i--) {
        blocks += (is_block(&d->stack[i]) ? 1u : 0) + (d->stack[i].loose ? 1u : 0);
        walls += is_wall(&d->stack[i]);
    }
    if (!d->formatting[tag] || walls || blocks + 1 >= ADOPTIONS) return;
    d->formatting[tag]--;
    d->formatting_open -= tag != PG_A;
    if (i) remove_at(d, i); /* else it is in the list of what is to be re-opened alone */
}

/* End tags that look for their element by name alone: they stop at the first special element. */
static bool is_plain(pg_tag tag) {
    return !(pg_tag_bits[tag] & (TAG_B | TAG_W)) || tag == PG_NOSCRIPT || tag == PG_LEGEND || tag == PG_XMP;
}

static void end_plain(scan_depth *d, pg_tag tag, dh_view name) {
    for (size_t i = d->depth; i && !d->stack[i].loose; i--) {
        if (is_named(&d->stack[i], tag, name)) {
            pop_to(d, i);
            return;
        }
        if (is_block(&d->stack[i]) || is_wall(&d->stack[i])) return;
    }
}

/* A wall between hides the element from this end tag, but a table's own passes walls of cells. */
static void end_block(scan_depth *d, pg_tag tag) {
    size_t i = d->depth;
    for (; i && d->stack[i].tag != tag; i--)
        if (is_wall(&d->stack[i]) && (tag != PG_TABLE || d->stack[i].kind != DEPTH_HTML)) return;
    if (!i) return;
    if (tag == PG_FORM) remove_at(d, i);
    else pop_to(d, i);
}

bool depth_end(scan_depth *d, pg_tag tag, dh_view name) {
    uint8_t bits = pg_tag_bits[tag];
    if (d->left_out[tag]) {
        d->left_out[tag]--;
        return false;
    }
    if (in_foreign(d) && is_named(&d->stack[d->depth], tag, name)) pop(d);
    else if (bits & TAG_F) end_formatting(d, tag);
    else if (bits & TAG_O) close_loose(d, loose_bit(tag));
    else if (is_plain(tag)) end_plain(d, tag, name);
    else end_block(d, tag);
    return true;
}
