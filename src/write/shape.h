/* shape.h: what a block stands in: lists and their items, quotations, figures, as far as a reader sees them. */
#ifndef WRITE_SHAPE_H
#define WRITE_SHAPE_H

#include "page/page.h"

/* Boxes around a block that are told apart; deeper ones are left out. */
#define WR_DEEP 24

typedef enum {
    WR_QUOTE,
    WR_LIST,
    WR_NUMBERED,
    WR_ITEM,
    WR_TERMS,   /* a list of terms and what they mean */
    WR_TERM,
    WR_MEANING,
    WR_FIGURE,
    WR_TABLE,   /* of data: layout is no table */
    WR_ROW,
    WR_BOX_KINDS
} wr_box_kind;

typedef struct {
    wr_box_kind kind;
    uint32_t elem;   /* of a list that its items lack: what stands around the items */
    uint32_t number; /* WR_NUMBERED: of its first item that is written; WR_ITEM: its own, in a numbered list; WR_TABLE: columns */
    bool header;     /* WR_ROW, WR_TABLE: the row, or the first one, has header cells alone */
} wr_box;

/* The boxes around an element, itself among them, the outermost first. Numbers and tables are not found here. */
size_t wr_boxes(const pg_page *page, uint32_t elem, wr_box boxes[WR_DEEP]);

/* The nearest element from e on that is block level. */
uint32_t wr_block_level(const pg_page *page, uint32_t e);

/* The nearest element from e on with a tag, PG_NONE if there is none. */
uint32_t wr_nearest(const pg_page *page, uint32_t e, pg_tag tag);

/* True if block i is a row of a table: several cells, or a lone one with one plain block. *row receives the tr. */
bool wr_is_row(const pg_page *page, const pg_block *b, uint32_t *row);

/* What the code that an element stands in is written in, as classes tell it: letters, digits and "+#-._". Empty if it is not told. */
dh_view wr_language(const pg_page *page, uint32_t elem);

/* The number that a page gives an item of a numbered list; before: of the item that was asked for last in that list, and where it
 * stands, 0 for the first. Linear over all items of a list. */
typedef struct {
    uint32_t list, next; /* elements: the list, and from where on items are still to be counted */
    long number;         /* of the next one */
} wr_counter;
void wr_counter_begin(const pg_page *page, uint32_t list, wr_counter *c);
long wr_counter_at(const pg_page *page, uint32_t item, wr_counter *c);

#endif
