/* tei.h: a page as XML of the Text Encoding Initiative. */
#ifndef WRITE_TEI_H
#define WRITE_TEI_H

#include "write/write.h"

/* A header with the facts, then the body and, in a division of their own, comments; elements as Trafilatura writes them. Well-formed
 * whatever the page holds. */
dh_status wr_tei(const wr_input *in, dh_buf *out);

#endif
