/* rules.h: what furniture wording alone decides, the same for HTML blocks and lines of text. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include "judge/phrase.h"

/* A static reason such as "phrase: related" if the wording of a block or line makes it furniture unless the judge is sure
 * of the opposite; NULL if it does not. */
const char *jd_phrase_reason(const jd_hits *hits);

/* True for a heading of other articles ("RELATED ARTICLES"), which takes what belongs to it along. */
static inline bool jd_opens_trailer(const jd_hits *hits) { return hits->line == JD_KIND_RELATED + 1; }

#endif
