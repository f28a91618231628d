/* site.h: what the other pages of a site tell of a page's blocks. What many of them have is furniture, however much it reads
 * like text; a paragraph that only this one has is hardly any. */
#ifndef JUDGE_SITE_H
#define JUDGE_SITE_H

#include "judge/judge.h"

/* dh_page_sketch() without the page around it. */
dh_status jd_site_sketch(const pg_page *page, uint64_t *digest, dh_buf *blocks, dh_error *err);

/* Goes over the verdicts of a judged page. type: of an HTML page. What a verdict of rules has dropped stays dropped. Errors:
 * DH_ERR_NOMEM, DH_ERR_LIMIT. Linear, but for a search in the site's blocks. */
dh_status jd_site_apply(dh_arena *arena, const dh_site *site, const pg_page *page, jd_type type, jd_verdict *verdicts, dh_error *err);

#endif
