/* features.h: the numbers that the judge of HTML blocks sees, each a row of one table. */
#ifndef JUDGE_FEATURES_H
#define JUDGE_FEATURES_H

#include "judge/phrase.h"
#include "judge/stats.h"
#include "judge/words.h"
#include "page/page.h"

/* X(id, unit, what it is). Shares are 0..1; "near" is 1 / (1 + levels up to the nearest such ancestor), 0 if none;
 * "log" is ln(1 + n). Containers are the ancestors that hold more blocks than the level below; window n is the n blocks
 * to each side. Order is the order of the model's weights. */
#define JD_FEATURES(X)                                                                                                 \
    X(WORDS, log, "words of the block")                                                                                \
    X(WORD_LEN, characters, "mean length of its words, at most 20")                                                    \
    X(LINK_SHARE, share, "its bytes that stand in links")                                                              \
    X(ALL_LINK, flag, "all of it is links")                                                                            \
    X(SENTENCES, log, "sentences that end in it")                                                                      \
    X(ENDS_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(ENDS_COLON, flag, "it ends in a colon")                                                                          \
    X(COMMAS, log, "commas")                                                                                           \
    X(DIGIT_SHARE, share, "digits among its characters")                                                               \
    X(CAPITAL_SHARE, share, "capitals among its letters")                                                              \
    X(CAPITALISED, share, "words that begin with a capital")                                                           \
    X(BARS, log, "bars, bullets and slashes")                                                                          \
    X(STARTS_SMALL, flag, "it begins with a small letter")                                                             \
    X(SHORT, flag, "fewer than five words")                                                                            \
    X(LONG, flag, "25 words and more")                                                                                 \
    X(PHRASE_LINE, flag, "all of it is furniture wording")                                                             \
    X(PHRASE_PART, flag, "furniture wording begins, ends or stands in it")                                             \
    X(PHRASE_RUN, flag, "wording that stands in running text too: bylines, sources")                                   \
    X(IS_HEADING, flag, "in h1 to h6")                                                                                 \
    X(IS_H1, flag, "in h1")                                                                                            \
    X(IS_ITEM, flag, "a list item")                                                                                    \
    X(IS_ROW, flag, "a table row")                                                                                     \
    X(IS_CODE, flag, "preformatted")                                                                                   \
    X(IS_P, flag, "in p")                                                                                              \
    X(IS_BUTTON, flag, "in button, label or legend")                                                                   \
    X(IS_HIDDEN, flag, "in a hidden element or noscript")                                                              \
    X(DEPTH, log, "depth of its element")                                                                              \
    X(NEAR_NAV, near, "nav")                                                                                           \
    X(NEAR_ASIDE, near, "aside")                                                                                       \
    X(NEAR_FOOTER, near, "footer")                                                                                     \
    X(NEAR_HEADER, near, "header")                                                                                     \
    X(NEAR_MAIN, near, "main, or role=main")                                                                           \
    X(NEAR_ARTICLE, near, "article")                                                                                   \
    X(NEAR_FORM, near, "form")                                                                                         \
    X(NEAR_TABLE, near, "table")                                                                                       \
    X(NEAR_FIGURE, near, "figure")                                                                                     \
    X(NEAR_LIST, near, "ul, ol or dl")                                                                                 \
    X(NEAR_QUOTE, near, "blockquote")                                                                                  \
    X(W_CONTENT, near, "names of the family content")                                                                  \
    X(W_COMMENT, near, "names of the family comment")                                                                  \
    X(W_RELATED, near, "names of the family related")                                                                  \
    X(W_SHARE, near, "names of the family share")                                                                      \
    X(W_NAV, near, "names of the family nav")                                                                          \
    X(W_FOOT, near, "names of the family foot")                                                                        \
    X(W_HEAD, near, "names of the family head")                                                                        \
    X(W_SIDE, near, "names of the family side")                                                                        \
    X(W_PROMO, near, "names of the family promo")                                                                      \
    X(W_META, near, "names of the family meta")                                                                        \
    X(W_PRODUCT, near, "names of the family product")                                                                  \
    X(W_CARD, near, "names of the family card")                                                                        \
    X(W_HIDDEN, near, "names of the family hidden")                                                                    \
    X(W_FORUM, near, "names of the family forum")                                                                      \
    X(C1_WORDS, log, "words of the nearest container")                                                                 \
    X(C1_LINK, share, "its bytes in links")                                                                            \
    X(C1_DENSITY, log, "its words a block")                                                                            \
    X(C2_WORDS, log, "words of the next container up")                                                                 \
    X(C2_LINK, share, "its bytes in links")                                                                            \
    X(C2_DENSITY, log, "its words a block")                                                                            \
    X(C4_WORDS, log, "words of the container three further up")                                                        \
    X(C4_LINK, share, "its bytes in links")                                                                            \
    X(C4_DENSITY, log, "its words a block")                                                                            \
    X(C1_SHARE, share, "words of the page in the nearest container")                                                   \
    X(C4_SHARE, share, "words of the page in the one three further up")                                                \
    X(PREV_WORDS, log, "words of the block before")                                                                    \
    X(PREV_LINK, share, "its bytes in links")                                                                          \
    X(PREV_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(NEXT_WORDS, log, "words of the block behind")                                                                    \
    X(NEXT_LINK, share, "its bytes in links")                                                                          \
    X(NEXT_SENTENCE, flag, "it ends as a sentence does")                                                               \
    X(WIN2_DENSITY, log, "words a block in window 2")                                                                  \
    X(WIN2_LINK, share, "bytes in links in window 2")                                                                  \
    X(WIN6_DENSITY, log, "words a block in window 6")                                                                  \
    X(WIN6_LINK, share, "bytes in links in window 6")                                                                  \
    X(WIN20_DENSITY, log, "words a block in window 20")                                                                \
    X(WIN20_LINK, share, "bytes in links in window 20")                                                                \
    X(BEFORE, share, "words of the page before it")                                                                    \
    X(INDEX, share, "blocks of the page before it")                                                                    \
    X(AFTER_H1, flag, "an h1 stands before it")                                                                        \
    X(SINCE_H1, log, "words since the last h1")                                                                        \
    X(PAGE_WORDS, log, "words of the page")                                                                            \
    X(PAGE_LINK, share, "bytes of the page in links")                                                                  \
    X(PAGE_DENSITY, log, "words a block of the page")                                                                  \
    X(PAGE_MAIN, flag, "the page has main or article")

typedef enum {
#define X(id, unit, what) JD_F_##id,
    JD_FEATURES(X)
#undef X
    JD_F_COUNT
} jd_feature;

/* Name, unit and meaning of each. */
typedef struct {
    const char *name, *unit, *what;
} jd_feature_row;
extern const jd_feature_row jd_feature_rows[JD_F_COUNT];

/* What is known of one block besides its features. */
typedef struct {
    jd_stats stats;
    jd_hits hits;
} jd_facts;

/* Computes features (page->block_count rows of JD_F_COUNT) and facts of an HTML page, in the arena. Linear.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_features(dh_arena *arena, const pg_page *page, float **rows, jd_facts **facts, dh_error *err);

#endif
