/* comments.h: readers' comments under an article: where they are, and what of them is said by readers. */
#ifndef JUDGE_COMMENTS_H
#define JUDGE_COMMENTS_H

#include "judge/judge.h"
#include "judge/layout.h"

/* Finds the outermost elements whose class, id or role speaks of comments and which hold less than half of the words that are kept so
 * far; drops their blocks, or, if keep, keeps what readers wrote, with their names and dates, as DH_PART_COMMENTS. Reviews of a product
 * are no comments. Verdicts of rules that dropped a block stand. Linear, but for elements so named around each other,
 * whose words are counted for each: as many as elements are deep. */
void jd_comments(const jd_layout *layout, jd_verdict *verdicts, bool keep);

#endif
