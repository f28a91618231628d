/* features.h: the numbers that the judge of HTML blocks sees, each a row of one table. Counts stay counts and levels levels:
 * trees ask only whether a number is above another, so nothing is scaled, and nothing depends on a machine's logarithms. */
#ifndef JUDGE_FEATURES_H
#define JUDGE_FEATURES_H

#include "judge/page_facts.h"
#include "judge/phrase.h"
#include "judge/stats.h"
#include "judge/words.h"
#include "page/page.h"

/* X(group, id, unit, what it is). Running text: blocks of 12 words and more that end a sentence, with less than half of
 * their bytes in links. Containers are the ancestors that hold more blocks than the level below, from 1 up, body left
 * out. The body is the innermost element with half of the running text. Codes of phrases are jd_kind + 1, 0 for none. */
#define JD_FEATURES(X) \
    X(TEXT, CHARS, count, "characters")                                                                               \
    X(TEXT, WORDS, count, "words")                                                                                    \
    X(TEXT, WORD_LEN, characters, "mean length of a word")                                                            \
    X(TEXT, LETTER_SHARE, share, "letters among its characters")                                                      \
    X(TEXT, DIGIT_SHARE, share, "digits among its characters")                                                        \
    X(TEXT, CAPITAL_SHARE, share, "capitals among its letters")                                                       \
    X(TEXT, CAPITALISED, share, "words that begin with a capital")                                                    \
    X(TEXT, ALONE_SHARE, share, "words that are one character of a script without spaces")                            \
    X(TEXT, SENTENCES, count, "sentences that end in it")                                                             \
    X(TEXT, SENTENCE_WORDS, count, "words a sentence")                                                                \
    X(TEXT, FIRST, code, "what it begins with (jd_first)")                                                            \
    X(TEXT, LAST, code, "what it ends with (jd_last)")                                                                \
    X(TEXT, COMMAS, count, "commas and semicolons")                                                                   \
    X(TEXT, BARS, count, "bars, bullets and slashes")                                                                 \
    X(TEXT, ARROWS, count, "arrows")                                                                                  \
    X(TEXT, QUOTES, count, "quotation marks")                                                                         \
    X(TEXT, BRACKETS, count, "opening brackets")                                                                      \
    X(TEXT, ADDRESS, flag, "a web or mail address")                                                                   \
    X(TEXT, YEAR, flag, "a year")                                                                                     \
    X(TEXT, CLOCK, flag, "a time of day")                                                                             \
    X(TEXT, PRICE, flag, "a currency sign")                                                                           \
    X(TEXT, RIGHTS, flag, "a copyright sign")                                                                         \
    X(TEXT, DISTINCT, share, "different words among the first forty")                                                 \
    X(TEXT, LINK_SHARE, share, "its bytes that stand in links")                                                       \
    X(TEXT, LINKS, count, "links")                                                                                    \
    X(TEXT, LINK_WORDS, count, "bytes of text a link")                                                                \
    X(TEXT, LINK_KIND, code, "its first link: 1 to the same site, 2 to another, 3 within the page, 4 script, mail")   \
    X(WORDING, V_STOP, share, "of its first forty words: function words")                                             \
    X(WORDING, V_YOU, share, "of its first forty words: you, we, I")                                                  \
    X(WORDING, V_SAY, share, "of its first forty words: he, she, said")                                               \
    X(WORDING, V_ACT, share, "of its first forty words: click, read, subscribe")                                      \
    X(WORDING, V_MONTH, share, "of its first forty words: names of months")                                           \
    X(WORDING, V_BUY, share, "of its first forty words: price, cart, size")                                           \
    X(WORDING, V_FORUM, share, "of its first forty words: posted, reply, member")                                     \
    X(WORDING, V_LEGAL, share, "of its first forty words: rights, privacy, cookies")                                  \
    X(WORDING, PHRASE_LINE, code, "kind of the phrase that it is, 0 none")                                            \
    X(WORDING, PHRASE_START, code, "kind of the phrase that it begins with")                                          \
    X(WORDING, PHRASE_END, code, "kind of the phrase that it ends with")                                              \
    X(WORDING, PHRASE_PART, code, "kind of the phrase inside")                                                        \
    X(WORDING, PHRASE_COVER, share, "its words that are in phrases")                                                  \
    X(WORDING, TITLE_SHARE, share, "its first forty words that the title has")                                        \
    X(WORDING, TITLE_COVER, share, "different words of the title that it could cover")                                \
    X(WORDING, DESCRIPTION, share, "its pairs of words that the page's description has")                              \
    X(WORDING, LD_BODY, share, "its pairs of words that JSON-LD's articleBody has; -1 without one")                   \
    X(WORDING, LD_SAID, share, "its pairs of words that descriptions and texts in JSON-LD have; -1 without one")       \
    X(PLACE, KIND, code, "dh_kind")                                                                                   \
    X(PLACE, LEVEL, count, "of the heading, or of lists around")                                                      \
    X(PLACE, FIRST_IN_ITEM, flag, "it begins a list item")                                                            \
    X(PLACE, LINE_GAP, flag, "only a br parts it from the block before")                                              \
    X(PLACE, TAG, code, "nearest block level element")                                                                \
    X(PLACE, TAG_UP, code, "the block level element around that")                                                     \
    X(PLACE, HIDDEN, code, "1 in a hidden element, 2 in one with aria-hidden")                                        \
    X(PLACE, HIDDEN_SHARE, share, "blocks of the page in the outermost such element")                                 \
    X(PLACE, NOSCRIPT, flag, "in noscript")                                                                           \
    X(PLACE, DEPTH, count, "depth of its element")                                                                    \
    X(PLACE, IMAGES, count, "images between the block before and this one")                                           \
    X(PLACE, UP_NAV, levels, "up to the nearest nav; 99 if none")                                                     \
    X(PLACE, UP_ASIDE, levels, "up to the nearest aside; 99 if none")                                                 \
    X(PLACE, UP_FOOTER, levels, "up to the nearest footer; 99 if none")                                               \
    X(PLACE, UP_HEADER, levels, "up to the nearest header; 99 if none")                                               \
    X(PLACE, UP_MAIN, levels, "up to the nearest main, or role=main; 99 if none")                                     \
    X(PLACE, UP_ARTICLE, levels, "up to the nearest article; 99 if none")                                             \
    X(PLACE, UP_SECTION, levels, "up to the nearest section; 99 if none")                                             \
    X(PLACE, UP_FORM, levels, "up to the nearest form; 99 if none")                                                   \
    X(PLACE, UP_TABLE, levels, "up to the nearest table; 99 if none")                                                 \
    X(PLACE, UP_FIGURE, levels, "up to the nearest figure; 99 if none")                                               \
    X(PLACE, UP_LIST, levels, "up to the nearest ul or ol; 99 if none")                                               \
    X(PLACE, UP_DL, levels, "up to the nearest dl; 99 if none")                                                       \
    X(PLACE, UP_QUOTE, levels, "up to the nearest blockquote; 99 if none")                                            \
    X(PLACE, UP_DETAILS, levels, "up to the nearest details; 99 if none")                                             \
    X(PLACE, UP_BUTTON, levels, "up to the nearest button, label or legend; 99 if none")                              \
    X(NAMES, W_CONTENT, levels, "up to the nearest element with a name of the family content; 99 if none")            \
    X(NAMES, W_COMMENT, levels, "up to the nearest element with a name of the family comment; 99 if none")            \
    X(NAMES, W_RELATED, levels, "up to the nearest element with a name of the family related; 99 if none")            \
    X(NAMES, W_SHARE, levels, "up to the nearest element with a name of the family share; 99 if none")                \
    X(NAMES, W_NAV, levels, "up to the nearest element with a name of the family nav; 99 if none")                    \
    X(NAMES, W_FOOT, levels, "up to the nearest element with a name of the family foot; 99 if none")                  \
    X(NAMES, W_HEAD, levels, "up to the nearest element with a name of the family head; 99 if none")                  \
    X(NAMES, W_SIDE, levels, "up to the nearest element with a name of the family side; 99 if none")                  \
    X(NAMES, W_PROMO, levels, "up to the nearest element with a name of the family promo; 99 if none")                \
    X(NAMES, W_META, levels, "up to the nearest element with a name of the family meta; 99 if none")                  \
    X(NAMES, W_PRODUCT, levels, "up to the nearest element with a name of the family product; 99 if none")            \
    X(NAMES, W_CARD, levels, "up to the nearest element with a name of the family card; 99 if none")                  \
    X(NAMES, W_HIDDEN, levels, "up to the nearest element with a name of the family hidden; 99 if none")              \
    X(NAMES, W_FORUM, levels, "up to the nearest element with a name of the family forum; 99 if none")                \
    X(NAMES, W_BUTTON, levels, "up to the nearest element with a name of the family button; 99 if none")               \
    X(NAMES, W_FILTER, levels, "up to the nearest element with a name of the family filter; 99 if none")               \
    X(NAMES, W_REVIEW, levels, "up to the nearest element with a name of the family review; 99 if none")               \
    X(NAMES, W_BUY, levels, "up to the nearest element with a name of the family buy; 99 if none")                     \
    X(NAMES, W_SPEC, levels, "up to the nearest element with a name of the family spec; 99 if none")                   \
    X(NAMES, W_ABOUT, levels, "up to the nearest element with a name of the family about; 99 if none")                 \
    X(NAMES, W_USER, levels, "up to the nearest element with a name of the family user; 99 if none")                   \
    X(NAMES, W_QUOTE, levels, "up to the nearest element with a name of the family quote; 99 if none")                 \
    X(CONTAINER, C1_WORDS, count, "words of container 1")                                                             \
    X(CONTAINER, C1_LINK, share, "its bytes in links")                                                                \
    X(CONTAINER, C1_DENSITY, count, "its words a block")                                                              \
    X(CONTAINER, C1_SHARE, share, "words of the page in it")                                                          \
    X(CONTAINER, C1_TEXT, share, "its words in running text")                                                         \
    X(CONTAINER, C1_AT, share, "blocks of it before this one")                                                        \
    X(CONTAINER, C2_WORDS, count, "words of container 2")                                                             \
    X(CONTAINER, C2_LINK, share, "its bytes in links")                                                                \
    X(CONTAINER, C2_DENSITY, count, "its words a block")                                                              \
    X(CONTAINER, C2_SHARE, share, "words of the page in it")                                                          \
    X(CONTAINER, C2_TEXT, share, "its words in running text")                                                         \
    X(CONTAINER, C2_AT, share, "blocks of it before this one")                                                        \
    X(CONTAINER, C3_WORDS, count, "words of container 3")                                                             \
    X(CONTAINER, C3_LINK, share, "its bytes in links")                                                                \
    X(CONTAINER, C3_DENSITY, count, "its words a block")                                                              \
    X(CONTAINER, C3_SHARE, share, "words of the page in it")                                                          \
    X(CONTAINER, C3_TEXT, share, "its words in running text")                                                         \
    X(CONTAINER, C3_AT, share, "blocks of it before this one")                                                        \
    X(CONTAINER, C4_WORDS, count, "words of container 4")                                                             \
    X(CONTAINER, C4_LINK, share, "its bytes in links")                                                                \
    X(CONTAINER, C4_DENSITY, count, "its words a block")                                                              \
    X(CONTAINER, C4_SHARE, share, "words of the page in it")                                                          \
    X(CONTAINER, C4_TEXT, share, "its words in running text")                                                         \
    X(CONTAINER, C4_AT, share, "blocks of it before this one")                                                        \
    X(CONTAINER, C6_WORDS, count, "words of container 6")                                                             \
    X(CONTAINER, C6_LINK, share, "its bytes in links")                                                                \
    X(CONTAINER, C6_DENSITY, count, "its words a block")                                                              \
    X(CONTAINER, C6_SHARE, share, "words of the page in it")                                                          \
    X(CONTAINER, C6_TEXT, share, "its words in running text")                                                         \
    X(CONTAINER, C6_AT, share, "blocks of it before this one")                                                        \
    X(CONTAINER, IN_BODY, flag, "in the innermost element with half of the running text")                             \
    X(CONTAINER, IN_BODY80, flag, "in the one with four fifths")                                                      \
    X(CONTAINER, BODY_SIDE, code, "-1 before the body, 0 in it, 1 behind")                                            \
    X(CONTAINER, BODY_AT, share, "blocks of the body before this one")                                                \
    X(CONTAINER, BODY_SHARE, share, "words of the page in the body")                                                  \
    X(CONTAINER, BODY_UP, levels, "from the block up to the body; 99 if it is outside")                               \
    X(CONTAINER, H1_UP, levels, "up to the nearest element that holds the first h1; 99 without one")                   \
    X(CONTAINER, H1_SHARE, share, "words of the page in that element")                                                 \
    X(REPEAT, PATH_BLOCKS, count, "blocks with the same three nearest tags and classes")                              \
    X(REPEAT, PATH_WORDS, count, "their mean words")                                                                  \
    X(REPEAT, PATH_LINK, share, "their bytes in links")                                                               \
    X(REPEAT, PATH_TEXT, share, "their words in running text")                                                        \
    X(REPEAT, SIBLINGS, count, "siblings of its nearest block level element with the same tag and class")             \
    X(REPEAT, CARDS, count, "most siblings like an ancestor that holds two blocks or more")                           \
    X(REPEAT, CARD_UP, levels, "up to that ancestor")                                                                 \
    X(REPEAT, CARD_WORDS, count, "mean words of these")                                                               \
    X(REPEAT, CARD_BLOCKS, count, "mean blocks of these")                                                             \
    X(REPEAT, CARD_LINK, share, "their bytes in links")                                                               \
    X(REPEAT, COPIES, count, "other blocks with the same folded text")                                                \
    X(REPEAT, REPEATED, share, "its runs of three words that an earlier block has")                                    \
    X(REPEAT, AGAIN, share, "its runs of three words that a later block has")                                          \
    X(REPEAT, SOURCE_BACK, count, "blocks since the earlier one that it repeats; -1 if it repeats none")               \
    X(REPEAT, SOURCE_PATH, flag, "that one has the same path")                                                         \
    X(POSITION, INDEX, share, "blocks of the page before it")                                                         \
    X(POSITION, BLOCKS_BEFORE, count, "blocks before it")                                                             \
    X(POSITION, BLOCKS_AFTER, count, "blocks behind it")                                                              \
    X(POSITION, WORDS_BEFORE, share, "words of the page before it")                                                   \
    X(POSITION, TEXT_BEFORE, share, "running text of the page before it")                                             \
    X(POSITION, SINCE_H1, count, "words since the last h1; -1 before it")                                             \
    X(POSITION, SINCE_HEADING, count, "blocks since the last heading; -1 before the first")                           \
    X(POSITION, HEADING_LEVEL, count, "of that heading")                                                              \
    X(POSITION, HEADING_PHRASE, code, "kind of the phrase that it is")                                                \
    X(POSITION, HEADING_TITLE, share, "its words that the title has")                                                 \
    X(POSITION, HEADING_LINK, share, "its bytes in links")                                                            \
    X(POSITION, SECTION_BLOCKS, count, "blocks between the headings around it")                                       \
    X(POSITION, SECTION_DENSITY, count, "their words a block")                                                        \
    X(POSITION, SECTION_LINK, share, "their bytes in links")                                                          \
    X(POSITION, SECTION_TEXT, share, "their words in running text")                                                   \
    X(POSITION, SINCE_PHRASE, count, "blocks since the last one that is a phrase; -1 before the first")               \
    X(POSITION, SINCE_TEXT, count, "blocks since the last one of running text; -1 before the first")                  \
    X(POSITION, TO_TEXT, count, "blocks to the next one of running text; -1 behind the last")                         \
    X(POSITION, WIN2_DENSITY, count, "words a block in the 2 blocks to each side")                                    \
    X(POSITION, WIN2_LINK, share, "their bytes in links")                                                             \
    X(POSITION, WIN2_TEXT, share, "their words in running text")                                                      \
    X(POSITION, WIN6_DENSITY, count, "words a block in the 6 blocks to each side")                                    \
    X(POSITION, WIN6_LINK, share, "their bytes in links")                                                             \
    X(POSITION, WIN6_TEXT, share, "their words in running text")                                                      \
    X(POSITION, WIN20_DENSITY, count, "words a block in the 20 blocks to each side")                                  \
    X(POSITION, WIN20_LINK, share, "their bytes in links")                                                            \
    X(POSITION, WIN20_TEXT, share, "their words in running text")                                                     \
    X(POSITION, AHEAD6_DENSITY, count, "words a block in the 6 blocks behind it")                                     \
    X(POSITION, AHEAD6_LINK, share, "their bytes in links")                                                           \
    X(POSITION, AHEAD20_DENSITY, count, "words a block in the 20 blocks behind it")                                   \
    X(POSITION, AHEAD20_LINK, share, "their bytes in links")                                                          \
    X(NEIGHBOUR, B2_WORDS, count, "words of two blocks before; -1 if there is none")                                  \
    X(NEIGHBOUR, B2_LINK, share, "its bytes in links")                                                                \
    X(NEIGHBOUR, B2_LAST, code, "what it ends with")                                                                  \
    X(NEIGHBOUR, B2_KIND, code, "its dh_kind")                                                                        \
    X(NEIGHBOUR, B2_PHRASE, code, "kind of the phrase that it is")                                                    \
    X(NEIGHBOUR, B2_PATH, flag, "it has the same path")                                                               \
    X(NEIGHBOUR, B1_WORDS, count, "words of the block before; -1 if there is none")                                   \
    X(NEIGHBOUR, B1_LINK, share, "its bytes in links")                                                                \
    X(NEIGHBOUR, B1_LAST, code, "what it ends with")                                                                  \
    X(NEIGHBOUR, B1_KIND, code, "its dh_kind")                                                                        \
    X(NEIGHBOUR, B1_PHRASE, code, "kind of the phrase that it is")                                                    \
    X(NEIGHBOUR, B1_PATH, flag, "it has the same path")                                                               \
    X(NEIGHBOUR, A1_WORDS, count, "words of the block behind; -1 if there is none")                                   \
    X(NEIGHBOUR, A1_LINK, share, "its bytes in links")                                                                \
    X(NEIGHBOUR, A1_LAST, code, "what it ends with")                                                                  \
    X(NEIGHBOUR, A1_KIND, code, "its dh_kind")                                                                        \
    X(NEIGHBOUR, A1_PHRASE, code, "kind of the phrase that it is")                                                    \
    X(NEIGHBOUR, A1_PATH, flag, "it has the same path")                                                               \
    X(NEIGHBOUR, A2_WORDS, count, "words of two blocks behind; -1 if there is none")                                  \
    X(NEIGHBOUR, A2_LINK, share, "its bytes in links")                                                                \
    X(NEIGHBOUR, A2_LAST, code, "what it ends with")                                                                  \
    X(NEIGHBOUR, A2_KIND, code, "its dh_kind")                                                                        \
    X(NEIGHBOUR, A2_PHRASE, code, "kind of the phrase that it is")                                                    \
    X(NEIGHBOUR, A2_PATH, flag, "it has the same path")                                                               \
    X(PAGE, P_BLOCKS, count, "blocks of the page")                                                                    \
    X(PAGE, P_WORDS, count, "words")                                                                                  \
    X(PAGE, P_LINK, share, "bytes in links")                                                                          \
    X(PAGE, P_TEXT, count, "words in running text")                                                                   \
    X(PAGE, P_TEXT_SHARE, share, "words in running text")                                                             \
    X(PAGE, P_TEXT_BLOCKS, count, "blocks of running text")                                                           \
    X(PAGE, P_HEADINGS, count, "headings")                                                                            \
    X(PAGE, P_H1, count, "h1")                                                                                        \
    X(PAGE, P_ITEMS, share, "blocks that are list items")                                                             \
    X(PAGE, P_ROWS, share, "blocks that are table rows")                                                              \
    X(PAGE, P_CODE, share, "words in code")                                                                           \
    X(PAGE, P_PRICES, share, "blocks with a currency sign")                                                           \
    X(PAGE, P_DATES, share, "blocks with a year and a month, or a time of day")                                       \
    X(PAGE, P_PHRASES, share, "blocks that are phrases")                                                              \
    X(PAGE, P_COMMENTS, share, "words under names of the family comment")                                             \
    X(PAGE, P_FORUM, share, "words under names of the family forum")                                                  \
    X(PAGE, P_PRODUCT, share, "words under names of the family product")                                              \
    X(PAGE, P_CARDS, share, "blocks in groups of four siblings and more that hold two blocks or more")                \
    X(PAGE, P_V_STOP, share, "function words")                                                                        \
    X(PAGE, P_V_YOU, share, "you, we, I")                                                                             \
    X(PAGE, P_V_ACT, share, "click, read, subscribe")                                                                 \
    X(PAGE, P_V_BUY, share, "price, cart, size")                                                                      \
    X(PAGE, P_V_FORUM, share, "posted, reply, member")                                                                \
    X(PAGE, P_MAIN, flag, "it has main or article")                                                                   \
    X(PAGE, P_ARTICLES, count, "article elements")                                                                    \
    X(PAGE, P_OG, code, "og:type (jd_og_type)")                                                                       \
    X(PAGE, P_LD_ARTICLE, flag, "JSON-LD has an article")                                                             \
    X(PAGE, P_LD_PRODUCT, flag, "JSON-LD has a product")                                                              \
    X(PAGE, P_LD_FORUM, flag, "JSON-LD has a forum's post or question")                                               \
    X(PAGE, P_LD_LIST, flag, "JSON-LD has a list or collection")                                                      \
    X(PAGE, P_LD_BUSINESS, flag, "JSON-LD has a business, service or program")                                        \
    X(PAGE, P_LD_WORDS, count, "words of JSON-LD's articleBody")                                                      \
    X(PAGE, P_URL_DEPTH, count, "parts of the address's path; -1 if it is not known")                                 \
    X(PAGE, P_URL_WORDS, count, "words of its last part")                                                             \
    X(PAGE, P_URL_DIGITS, count, "digits of its last part")                                                           \
    X(PAGE, P_URL_FILE, flag, "its last part has a dot")                                                              \
    X(PAGE, P_URL_QUERY, flag, "it has a query")

typedef enum {
#define X(group, id, unit, what) JD_F_##id,
    JD_FEATURES(X)
#undef X
    JD_F_COUNT
} jd_feature;

/* Group, name, unit and meaning of each. */
typedef struct {
    const char *group, *name, *unit, *what;
} jd_feature_row;
extern const jd_feature_row jd_feature_rows[JD_F_COUNT];

/* What was found out of a block on the way, for the rules. */
typedef struct {
    jd_stats stats;
    jd_hits hits;
    uint32_t path;   /* hash of the three nearest tags and classes */
    uint32_t group;  /* index of the blocks that share it */
    uint32_t copies; /* other blocks with the same folded text */
    bool running;    /* running text */
    float title_share, title_cover, description, ld_body, ld_said; /* JD_F_TITLE_SHARE and on */
} jd_facts;

/* Reads the features of a page's blocks, in order. */
typedef struct jd_features jd_features;

/* Makes a reader in the arena, and what it will need. url: the page's address, or NULL. *facts receives one a block.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Time grows linearly with blocks and elements, and with the depth of blocks. */
dh_status jd_features_new(dh_arena *arena, const pg_page *page, const char *url, jd_features **out, jd_facts **facts,
                          dh_error *err);

/* Writes the JD_F_COUNT features of the next block to row. The caller counts the blocks. */
void jd_features_next(jd_features *f, float *row);

/* The page's own features: JD_F_COUNT - JD_F_P_BLOCKS numbers, lent. */
const float *jd_features_page(const jd_features *f);

/* What the elements tell (layout.h), lent. */
const struct jd_layout *jd_features_layout(const jd_features *f);

#endif
