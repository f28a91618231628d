/* headline.h: which block of an HTML page is its headline. */
#ifndef JUDGE_HEADLINE_H
#define JUDGE_HEADLINE_H

#include "page/page.h"

/* Index of the headline's block; page->block_count if none is found. */
size_t jd_headline(const pg_page *page);

#endif
