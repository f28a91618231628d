/* inline.h: what stands within a run of text: links, emphasis, code, images. */
#ifndef WRITE_INLINE_H
#define WRITE_INLINE_H

#include "write/doc.h"

/* What the runs of one document share. */
typedef struct {
    const pg_page *page;
    dh_buf base;       /* the page's address as links are read */
    dh_buf address;    /* of the link that is open */
    dh_buf source, alt; /* of an image */
    dh_buf last_image; /* the address of the image that was written last: pages show one twice, to browsers without scripts */
    bool plain;        /* no spans in what comes: code */
    bool strong;       /* what comes is strong as a whole: a heading, a header cell */
} wr_inline;

/* Finds the page's address. Errors: DH_ERR_NOMEM. */
dh_status wr_inline_open(wr_inline *in, const wr_input *input);
void wr_inline_clear(wr_inline *in);

/* Writes bytes [begin, end) of the page's text, with the spans that they are in and the images that stand among them. elem: the block
 * level element that they stand in: an image at their very beginning is theirs if it is of the same. Linear in the text and the
 * elements in it, and those around it. */
void wr_inline_run(wr_maker *m, wr_inline *in, size_t begin, size_t end, uint32_t elem);

/* Finds the safe address and the text of an image; false if it has none or is too small to be seen. Lent until the next call. */
bool wr_inline_image(wr_maker *m, wr_inline *in, uint32_t elem, wr_image *image);

#endif
