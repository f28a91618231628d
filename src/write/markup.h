/* markup.h: documents of elements: HTML and XML differ in names alone. */
#ifndef WRITE_MARKUP_H
#define WRITE_MARKUP_H

#include "write/doc.h"

typedef struct {
    const char *open, *close;
} wr_pair;

/* The elements of a format. */
typedef struct {
    wr_pair box[WR_BOX_KINDS], span[WR_SPAN_KINDS]; /* a link's are around its address and behind its text */
    wr_pair numbered;                               /* around the number of a list that does not begin with 1 */
    wr_pair paragraph, heading[6], caption, caption_of_table, caption_of_figure, cell, header_cell, code;
    wr_pair language;                               /* around the language of code, in place of code.open */
    const char *image, *image_text, *image_end;     /* around the address and the text of an image */
    const char *line_break, *rule;
} wr_names;

/* A maker of such documents, for which wr_document() may be called. names must outlive it. */
typedef struct {
    wr_maker maker;
    const wr_names *names;
} wr_markup;
void wr_markup_init(wr_markup *m, const wr_names *names, const wr_input *in, dh_buf *out);

/* Text as markup has it: & < > " escaped, what XML 1.0 does not allow left out. */
void wr_escape(wr_out *o, dh_view text);

/* Text between two pieces of markup; nothing at all if it is empty. */
void wr_element(wr_out *o, const char *open, dh_view text, const char *close);

#endif
