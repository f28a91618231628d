/* markdown.h: a page as Markdown: CommonMark, with tables and struck text as GFM has them. */
#ifndef WRITE_MARKDOWN_H
#define WRITE_MARKDOWN_H

#include "write/write.h"

/* What a CommonMark reader makes of it has the words of the text. With in->how->front_matter the facts stand first, as YAML. */
dh_status wr_markdown(const wr_input *in, dh_buf *out);

#endif
