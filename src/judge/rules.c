/* Which furniture wording decides alone. On labelled lines a phrase that is all of its line was furniture in 2,374 of 2,401
 * cases; one inside a line of up to 30 words in 125 of 126; one at a line's start or end only in four of five. */
#include "judge/rules.h"

/* A longer line that has furniture wording is more likely a sentence about it. */
#define PART_WORDS 30

static const char *const reasons[JD_KIND_COUNT] = {
    [JD_KIND_LOADING] = "phrase: loading",       [JD_KIND_RELATED] = "phrase: related",
    [JD_KIND_DONATION] = "phrase: donation",     [JD_KIND_NEWSLETTER] = "phrase: newsletter",
    [JD_KIND_SHARE] = "phrase: share",           [JD_KIND_APP] = "phrase: app",
    [JD_KIND_COMMENT] = "phrase: comment",       [JD_KIND_VIEWS] = "phrase: views",
    [JD_KIND_COOKIE] = "phrase: cookie",         [JD_KIND_COPYRIGHT] = "phrase: copyright",
    [JD_KIND_TAGS] = "phrase: tags",             [JD_KIND_READMORE] = "phrase: readmore",
    [JD_KIND_NEXTPREV] = "phrase: nextprev",     [JD_KIND_AD] = "phrase: ad",
    [JD_KIND_PAYWALL] = "phrase: paywall",       [JD_KIND_AUTHOR] = "phrase: author",
    [JD_KIND_SOURCE] = "phrase: source",         [JD_KIND_MEDIA] = "phrase: media"};

#define BIT(name) (1u << JD_KIND_##name)

/* Kinds whose wording inside a short line decides; the others' stands in sentences too. */
#define PART_KINDS                                                                                                     \
    (BIT(LOADING) | BIT(DONATION) | BIT(NEWSLETTER) | BIT(COOKIE) | BIT(COPYRIGHT) | BIT(PAYWALL) | BIT(COMMENT) | BIT(SHARE))
/* Kinds whose wording at the start decides. */
#define START_KINDS (BIT(COPYRIGHT) | BIT(SHARE) | BIT(NEWSLETTER) | BIT(RELATED))
/* Kinds whose wording does not decide even if it is the whole line: it heads or credits the author's text. */
#define WEAK_KINDS (BIT(AUTHOR) | BIT(APP))

const char *jd_phrase_reason(const jd_hits *hits) {
    if (hits->line && !(WEAK_KINDS >> (hits->line - 1) & 1)) return reasons[hits->line - 1];
    if (hits->words > PART_WORDS) return NULL;
    if (hits->part && (PART_KINDS >> (hits->part - 1) & 1)) return reasons[hits->part - 1];
    if (hits->start && (START_KINDS >> (hits->start - 1) & 1)) return reasons[hits->start - 1];
    return NULL;
}
