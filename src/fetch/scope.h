/* scope.h: which of the addresses that were found are to be fetched. Nothing is opened here. */
#ifndef FETCH_SCOPE_H
#define FETCH_SCOPE_H

#include "base/option_rows.h"

typedef struct scope scope;

/* opt is borrowed. NULL if there is no memory. */
scope *scope_new(const fetch_settings *opt);
void scope_free(scope *s);

/* Adds the site of an address (domain.h) to those that are crawled. Errors: DH_ERR_NOMEM. */
dh_status scope_add_site(scope *s, dh_view address);
/* True if an address is on one of them, or there is no memory to tell. */
bool scope_on_site(const scope *s, dh_view address);

typedef enum {
    SCOPE_YES,
    SCOPE_UNWANTED, /* --match, --reject */
    SCOPE_OUTSIDE,  /* another site */
    SCOPE_FILE,     /* called like what is no page: an image, a PDF */
    SCOPE_TRAP      /* one of those that never end: too deep, a part again and again, too many queries */
} scope_verdict;

/* Of an address in a sitemap or feed, which ends in NUL: what it is called. */
scope_verdict scope_of_entry(const scope *s, const char *address);
/* Of a link, in its one spelling, which ends in NUL. */
scope_verdict scope_of_link(const scope *s, const char *address);
/* One that is new, and will be fetched: it counts among the queries of its path. Errors: DH_ERR_NOMEM. */
dh_status scope_note_link(scope *s, const char *address);

#endif
