/* site.h: which site a page is of: the name by which profiles count. */
#ifndef BATCH_SITE_H
#define BATCH_SITE_H

#include "base/base.h"

#define SITE_MAX_BYTES 300

/* What is known of where a page is from; all may be empty. */
typedef struct {
    dh_view url;       /* of its record, or the one that was given for it */
    dh_view canonical; /* that it gives itself */
    dh_view source;    /* path of its file as the run was told it */
    dh_view output;    /* path of its output below the output folder: what lies before it in `source` is the input */
} site_clues;

/* Sets *out to the name of the site: the registrable domain (Public Suffix List) of the first of: the address; a folder at the
 * top of the path, or an input, that is called like a host, as in mirrors; the canonical address. Hosts without such a domain,
 * IP addresses and the like, stand for themselves. Else it is the top folder, "NAME/", or "./" if there is none; empty if there is no
 * path either. Errors: DH_ERR_NOMEM. */
dh_status site_of(const site_clues *clues, dh_buf *out);

#endif
