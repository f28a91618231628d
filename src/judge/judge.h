/* judge.h: a verdict on every block of a page. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "judge/score.h"
#include "page/embedded.h"
#include "page/page.h"

typedef struct {
    float score;        /* 0 surely furniture ... 1 surely the author's */
    bool keep;
    bool headline;      /* HTML: this block is the page's headline */
    uint8_t part;       /* dh_part */
    const char *reason; /* static, never NULL */
} jd_verdict;

/* What is known of a judged HTML page as a whole. */
typedef struct {
    jd_type type;
    float type_score; /* probability of the type */
    float confidence; /* word F1 that is to be expected */
    float cut;        /* the threshold of scores that the page got */
} jd_summary;

/* Judges an HTML page: one verdict per block, in the arena. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear, but for a sort. */
dh_status jd_html(dh_arena *arena, const jd_models *models, const pg_page *page, const dh_options *opt, jd_verdict **out,
                  jd_summary *summary, dh_error *err);

/* Judges what was found outside of the markup and made a page of. *verdicts is NULL, or holds what jd_html() said of that
 * page: then what it dropped stays dropped. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status jd_embedded(dh_arena *arena, const pg_page *page, pg_embedded_from from, jd_verdict **verdicts, dh_error *err);

/* Judges a text (or a window of one): one verdict per line. Blank lines are kept or dropped with what is around them, so
 * that printing the kept lines' own bytes is all that is left to do. Errors and cost as above. */
dh_status jd_text(dh_arena *arena, const jd_models *models, const pg_page *page, const dh_options *opt, jd_verdict **out,
                  dh_error *err);

/* Settles the blank lines of a text anew, of which more lines were dropped. Linear. */
void jd_text_blanks(const pg_page *page, jd_verdict *verdicts);

#endif
