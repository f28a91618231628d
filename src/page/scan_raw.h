/* scan_raw.h: where things end that hold no markup of the page: comments, scripts, svg, templates. */
#ifndef PAGE_SCAN_RAW_H
#define PAGE_SCAN_RAW_H

#include "base/base.h"
#include "page/tag.h"

/* All take the first byte to look at and the end of the page, and run in linear time. */

/* Behind the '>' of a tag whose attributes begin at p; end if the page ends in it. *attrs_end receives the place of the
 * '>' (or end), *self_closed whether a '/' stands before it. */
const char *raw_tag_end(const char *p, const char *end, const char **attrs_end, bool *self_closed);

/* Behind the comment whose "<!--" ends at p. */
const char *raw_comment_end(const char *p, const char *end);

/* At the '<' of the first "</name" that ends an element of raw text; end if there is none. name is lower case. */
const char *raw_text_end(const char *p, const char *end, dh_view name);

/* The same for a script, whose comments can hide an end tag (HTML Standard, 13.2.5.20 and on). */
const char *raw_script_end(const char *p, const char *end);

/* Behind the end tag that closes an svg (at p: what follows its start tag). Stops at the '<' of a tag of HTML that breaks
 * out of foreign content, or ends an element around it. NULL if the page ends before. */
const char *raw_svg_end(const char *p, const char *end);

/* Behind the end tag that closes a template; NULL if it is never closed. */
const char *raw_template_end(const char *p, const char *end);

/* At the '<' of the tag that ends a select's content: its end tag, a tag that closes a select, or, in a table, a tag of
 * the table; end if there is none. */
const char *raw_select_end(const char *p, const char *end, bool in_table);

/* True for the start tags of HTML that end svg and math around them (HTML Standard, 13.2.6.5). */
bool raw_breaks_out(pg_tag tag);

/* Length of the tag name at p (after '<' or '</'): up to white space, '/', '>' or end. */
static inline size_t raw_name_len(const char *p, const char *end) {
    const char *q = p;
    while (q < end && !ascii_space(*q) && *q != '/' && *q != '>') q++;
    return (size_t)(q - p);
}

/* True if p begins a start tag (a letter follows the '<'). */
static inline bool ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

#endif
