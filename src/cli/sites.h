/* sites.h: --profile where pages are cleaned one by one: the site is told by the page's address alone. */
#ifndef CLI_SITES_H
#define CLI_SITES_H

#include "batch/profile.h"

typedef struct {
    profile *profile; /* NULL: none was named */
    dh_buf name;
} sites;

/* Opens the profile at `path` (NULL: none) and lets *page ask it; *s must outlive its use. sites_close() in any case. Errors as
 * profile_open(). */
dh_status sites_open(sites *s, const char *path, dh_options *page, dh_error *err);
void sites_close(sites *s);

#endif
