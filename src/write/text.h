/* text.h: plain text. */
#ifndef WRITE_TEXT_H
#define WRITE_TEXT_H

#include "write/write.h"

/* Kept blocks of an HTML page, an empty line between them; items of a list, rows of a table and lines parted by one br
 * stand under each other. Ends in one newline, unless nothing is kept. Of a text the kept lines, with their own line ends. */
dh_status wr_text(const wr_input *in, dh_buf *out);

#endif
