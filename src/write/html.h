/* html.h: a page as a small document of clean HTML. */
#ifndef WRITE_HTML_H
#define WRITE_HTML_H

#include "write/write.h"

/* Headings, paragraphs, lists, quotations, code, tables, figures and what stands within text; in the head the page's language, title and
 * facts. No script, style, event attribute, form or frame, and no address but of http, https and mailto. */
dh_status wr_html(const wr_input *in, dh_buf *out);

#endif
