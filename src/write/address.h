/* address.h: addresses that a page gives links and images, made safe to be given on. */
#ifndef WRITE_ADDRESS_H
#define WRITE_ADDRESS_H

#include "write/write.h"

/* The raw value of an element's own attribute; false if it has none. */
bool wr_attr(const pg_page *page, uint32_t elem, dh_view name, dh_view *raw);

/* Puts the text of an attribute's raw value into *out, which is emptied first: character references undone as in attributes, white
 * space folded, no control characters. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status wr_attr_text(dh_view raw, dh_buf *out);

/* Puts an absolute address of http, https or, with mail, mailto, into *out, which is emptied first; all bytes that could end it in
 * Markdown or markup are escaped. *out stays empty for any other. Errors: DH_ERR_NOMEM. */
dh_status wr_safe(dh_view url, bool mail, dh_buf *out);

/* Puts where an attribute leads into *out, which is emptied first: made absolute, and safe as above. base: the page's address, empty
 * if it is not known. Errors: DH_ERR_NOMEM. */
dh_status wr_address(dh_view base, dh_view raw, bool mail, dh_buf *out);

/* Puts the page's address, as its links are to be read, into *out, which is emptied first: its own, or what it says of itself, or what
 * a base element says. Empty if nothing is known. Errors: DH_ERR_NOMEM. */
dh_status wr_base(const wr_input *in, dh_buf *out);

#endif
