/* links.h: what a page links to. */
#ifndef PAGE_LINKS_H
#define PAGE_LINKS_H

#include "page/page.h"

/* The address of a page's first base element that has one, as it is written (references not decoded); empty if none has. */
dh_view pg_base(const pg_page *page);

/* Finds the addresses that an HTML page links to, in its order, each once. url: the page's own, empty if it is not known: then
 * only what is absolute is found. The array and the addresses are the arena's. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status pg_links(dh_arena *arena, const pg_page *page, dh_view url, dh_link **out, size_t *count, dh_error *err);

#endif
