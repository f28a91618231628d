/* doc.h: the kept blocks of a page as a document: which boxes, leaves, tables, spans of text and images come one after the other. A
 * maker writes them in its format. */
#ifndef WRITE_DOC_H
#define WRITE_DOC_H

#include "write/out.h"
#include "write/shape.h"
#include "write/write.h"

typedef enum { WR_PARAGRAPH, WR_HEADING, WR_CODE, WR_CAPTION, WR_CELL } wr_leaf_kind;

typedef struct {
    wr_leaf_kind kind;
    int level;        /* WR_HEADING: 1 to 6 */
    dh_view text;     /* WR_CODE: all that will come */
    dh_view language; /* WR_CODE: what it is written in, letters, digits, "+#-._"; may be empty */
    bool bare;        /* WR_PARAGRAPH: the first of an item, a term, a meaning, or an image in a figure */
    bool header;      /* WR_CELL */
    bool in_table, in_figure; /* WR_CAPTION: what it is of, if anything */
} wr_leaf;

typedef enum { WR_LINK, WR_EMPHASIS, WR_STRONG, WR_CODE_SPAN, WR_FORMULA, WR_STRUCK, WR_SUB, WR_SUP, WR_SPAN_KINDS } wr_span_kind;

/* A part of a leaf's text that is set off; it neither begins nor ends with white space. */
typedef struct {
    wr_span_kind kind;
    const char *begin, *end; /* within wr_maker.line */
    dh_view address;         /* WR_LINK: safe in every format */
} wr_span;

typedef struct {
    dh_view address, alt; /* the address is safe; alt is plain text, may be empty */
} wr_image;

typedef struct wr_ways wr_ways;

/* What all makers have; theirs begin with it. */
typedef struct {
    wr_out out;
    const wr_ways *ways;
    const wr_input *in;
    bool links, images;
    dh_view line; /* the text that is being written: of a leaf, of one of its lines, of a cell */
} wr_maker;

/* How a format writes what comes. All must be there. */
struct wr_ways {
    void (*open_box)(wr_maker *m, const wr_box *box);
    void (*close_box)(wr_maker *m, const wr_box *box);
    void (*open_leaf)(wr_maker *m, const wr_leaf *leaf);
    void (*close_leaf)(wr_maker *m, const wr_leaf *leaf);
    void (*text)(wr_maker *m, dh_view text); /* a part of m->line */
    bool (*takes)(wr_maker *m, const wr_span *span); /* false: its text is written, the span is not */
    void (*open_span)(wr_maker *m, const wr_span *span);
    void (*close_span)(wr_maker *m, const wr_span *span);
    void (*image)(wr_maker *m, const wr_image *image);
    void (*line_break)(wr_maker *m); /* within a leaf */
    void (*rule)(wr_maker *m);
};

/* Writes the blocks that were kept in one part. m->out has what went wrong: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
void wr_document(wr_maker *m, dh_part part);

/* Whether links are wanted. */
bool wr_wants_links(const wr_input *in);

/* True if there is a kept block of a part. */
bool wr_has_part(const wr_input *in, dh_part part);

#endif
