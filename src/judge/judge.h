/* judge.h: a verdict on every block of a page. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "page/page.h"

typedef struct {
    float score;        /* 0 surely furniture ... 1 surely the author's */
    bool keep;
    bool headline;      /* HTML: this block is the page's headline */
    const char *reason; /* static, never NULL */
} jd_verdict;

/* Judges an HTML page: one verdict per block, in the arena. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status jd_html(dh_arena *arena, const pg_page *page, const dh_options *opt, jd_verdict **out, dh_error *err);

/* Judges a text (or a window of one): one verdict per line. Blank lines are kept or dropped with what is around them, so
 * that printing the kept lines' own bytes is all that is left to do. Errors and cost as above. */
dh_status jd_text(dh_arena *arena, const pg_page *page, const dh_options *opt, jd_verdict **out, dh_error *err);

#endif
