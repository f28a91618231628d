/* mhtml.h: web pages as browsers save them with all their parts (MHTML, RFC 2557): a mail of type multipart/related, of which the page
 * itself is one part. */
#ifndef INPUT_MHTML_H
#define INPUT_MHTML_H

#include "input.h"

/* True if the first bytes begin a mail that is multipart/related. */
bool in_is_mhtml(dh_view head);

/* The page of such a mail: the part that the header names as its start, else the first one of HTML.
 * mail   the whole file; folded header lines are joined in place
 * room   receives the part's body with its transfer encoding (base64, quoted-printable) taken off; its ceiling is the limit
 * out    url (of the part, or of the mail), charset and mime as the headers say; the views are lent by mail and room
 * Errors DH_ERR_FORMAT (no boundary, no part of HTML), DH_ERR_LIMIT, DH_ERR_NOMEM. */
dh_status in_mhtml_page(dh_buf *mail, dh_buf *room, in_record *out, dh_error *err);

#endif
