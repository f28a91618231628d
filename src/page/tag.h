/* tag.h: the elements that dehusk tells apart, in one table. */
#ifndef PAGE_TAG_H
#define PAGE_TAG_H

#include <stdint.h>

/* What an element is, as bits:
 * B  block level: text before and after it is not one run
 * V  void: has no end tag
 * F  formatting: the parser re-opens it where it was left open (HTML Standard, 13.2.4.3)
 * S  skipped: no text of it is ever a block
 * O  its end tag may be left out, so that open ones do not count as depth
 * W  a wall: an end tag inside does not close what is outside
 * M  marks its text up: renderers show where it begins and ends */
enum { TAG_B = 1, TAG_V = 2, TAG_F = 4, TAG_S = 8, TAG_O = 16, TAG_W = 32, TAG_M = 64 };

#define PG_TAGS(X)                                                                                                     \
    X(A, a, TAG_F | TAG_M) X(ABBR, abbr, 0) X(ADDRESS, address, TAG_B) X(APPLET, applet, TAG_W) X(AREA, area, TAG_V)   \
    X(ARTICLE, article, TAG_B) X(ASIDE, aside, TAG_B) X(AUDIO, audio, TAG_S) X(B, b, TAG_F | TAG_M)                    \
    X(BASE, base, TAG_V)                                                                                               \
    X(BIG, big, TAG_F) X(BLOCKQUOTE, blockquote, TAG_B) X(BODY, body, TAG_B | TAG_O) X(BR, br, TAG_V)                  \
    X(BUTTON, button, TAG_B) X(CANVAS, canvas, TAG_S) X(CAPTION, caption, TAG_B | TAG_W) X(CENTER, center, TAG_B)      \
    X(CITE, cite, 0) X(CODE, code, TAG_F | TAG_M) X(COL, col, TAG_V) X(COLGROUP, colgroup, TAG_O)                      \
    X(DD, dd, TAG_B | TAG_O)                                                                                           \
    X(DETAILS, details, TAG_B) X(DIV, div, TAG_B) X(DL, dl, TAG_B) X(DT, dt, TAG_B | TAG_O) X(EM, em, TAG_F | TAG_M)   \
    X(EMBED, embed, TAG_V) X(FIELDSET, fieldset, TAG_B) X(FIGCAPTION, figcaption, TAG_B) X(FIGURE, figure, TAG_B)      \
    X(FONT, font, TAG_F) X(FOOTER, footer, TAG_B) X(FORM, form, TAG_B) X(FRAME, frame, TAG_V)                          \
    X(FRAMESET, frameset, TAG_S) X(H1, h1, TAG_B) X(H2, h2, TAG_B) X(H3, h3, TAG_B) X(H4, h4, TAG_B)                   \
    X(H5, h5, TAG_B) X(H6, h6, TAG_B) X(HEAD, head, TAG_S | TAG_O) X(HEADER, header, TAG_B) X(HGROUP, hgroup, TAG_B)   \
    X(HR, hr, TAG_B | TAG_V | TAG_M) X(HTML, html, TAG_B | TAG_O) X(I, i, TAG_F | TAG_M) X(IFRAME, iframe, TAG_S)      \
    X(IMG, img, TAG_V | TAG_M)                                                                                         \
    X(INPUT, input, TAG_V) X(LABEL, label, 0) X(LEGEND, legend, TAG_B) X(LI, li, TAG_B | TAG_O) X(LINK, link, TAG_V)   \
    X(LISTING, listing, TAG_B) X(MAIN, main, TAG_B) X(MARQUEE, marquee, TAG_W) X(MATH, math, TAG_M)                    \
    X(MENU, menu, TAG_B)                                                                                               \
    X(META, meta, TAG_V) X(NAV, nav, TAG_B) X(NOBR, nobr, TAG_F) X(NOEMBED, noembed, TAG_S)                            \
    X(NOFRAMES, noframes, TAG_S) X(NOSCRIPT, noscript, TAG_B) X(OBJECT, object, TAG_W) X(OL, ol, TAG_B)                \
    X(OPTGROUP, optgroup, TAG_S) X(OPTION, option, TAG_S) X(P, p, TAG_B | TAG_O)                                       \
    X(PARAM, param, TAG_V) X(PLAINTEXT, plaintext, TAG_B) X(PRE, pre, TAG_B) X(Q, q, 0) X(RP, rp, 0)                   \
    X(RT, rt, 0) X(RUBY, ruby, 0) X(S, s, TAG_F | TAG_M) X(SCRIPT, script, TAG_S) X(SECTION, section, TAG_B)           \
    X(SELECT, select, TAG_S) X(SMALL, small, TAG_F) X(SOURCE, source, TAG_V) X(SPAN, span, 0)                          \
    X(STRIKE, strike, TAG_F | TAG_M) X(STRONG, strong, TAG_F | TAG_M) X(STYLE, style, TAG_S) X(SUB, sub, TAG_M)        \
    X(SUMMARY, summary, TAG_B) X(SUP, sup, TAG_M) X(SVG, svg, TAG_S) X(TABLE, table, TAG_B | TAG_W)                    \
    X(TBODY, tbody, TAG_B | TAG_O) X(TD, td, TAG_B | TAG_O | TAG_W) X(TEMPLATE, template, TAG_S | TAG_W)               \
    X(TEXTAREA, textarea, TAG_S) X(TFOOT, tfoot, TAG_B | TAG_O) X(TH, th, TAG_B | TAG_O | TAG_W)                       \
    X(THEAD, thead, TAG_B | TAG_O) X(TIME, time, 0) X(TITLE, title, TAG_S) X(TR, tr, TAG_B | TAG_O)                    \
    X(TRACK, track, TAG_V) X(TT, tt, TAG_F | TAG_M) X(U, u, TAG_F) X(UL, ul, TAG_B) X(VIDEO, video, TAG_S)             \
    X(WBR, wbr, TAG_V) X(XMP, xmp, TAG_B)

typedef enum {
    PG_OTHER = 0, /* any element that is not in the table */
#define X(name, text, bits) PG_##name,
    PG_TAGS(X)
#undef X
    PG_TAG_COUNT
} pg_tag;

/* The bits of each tag. */
extern const uint8_t pg_tag_bits[PG_TAG_COUNT];

/* Lower-case names, "other" for PG_OTHER. */
const char *pg_tag_name(pg_tag tag);

#endif
