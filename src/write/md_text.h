/* md_text.h: text as Markdown has it: what CommonMark or GFM would read as markup is escaped, and nothing else. */
#ifndef WRITE_MD_TEXT_H
#define WRITE_MD_TEXT_H

#include "write/out.h"

/* Where a piece of text stands. */
typedef struct {
    dh_view line;   /* the whole line, of which the text is a part: what stands beside it counts */
    bool starts;    /* the line begins a line of Markdown, where blocks begin */
    bool heading;   /* it is a heading's: "#" at its end would be lost */
    bool in_cell, in_link;
} md_place;

void md_text(wr_out *o, dh_view text, const md_place *place);

/* The text between brackets of an image: a line of its own. */
void md_alt(wr_out *o, dh_view text, bool in_cell);

/* An address between parentheses, made by wr_safe(). */
void md_address(wr_out *o, dh_view address);

/* Code within a line, with its fences. */
void md_code_span(wr_out *o, dh_view text, bool in_cell);

/* Backticks in a row, at most, in a text. */
size_t md_longest_fence(dh_view text);

/* True if "*" on both sides of a part of a line would be read as emphasis of it, by the rules of flanking (CommonMark 6.2). The part
 * neither begins nor ends with white space. nested: it stands within emphasis. Where it is not sure, false. */
bool md_can_emphasise(dh_view line, const char *begin, const char *end, bool nested);

#endif
