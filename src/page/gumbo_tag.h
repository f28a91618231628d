/* gumbo_tag.h: names and gumbo's numbers of elements to ours. */
#ifndef PAGE_GUMBO_TAG_H
#define PAGE_GUMBO_TAG_H

#include "base/base.h"
#include "page/tag.h"

/* Our tag for a GumboTag. */
pg_tag pg_tag_of_gumbo(unsigned tag);
/* Our tag for a name of fewer than 2^31 bytes in any case; PG_OTHER if it is none of the table. */
pg_tag pg_tag_of_name(dh_view name);

#endif
