/* words.h: what the class, id, role and itemprop of an element say about it. */
#ifndef JUDGE_WORDS_H
#define JUDGE_WORDS_H

#include "page/page.h"

/* Families of words in names of classes and ids. */
typedef enum {
    JD_W_CONTENT,  /* article, content, entry, story, body, post, text */
    JD_W_COMMENT,  /* comment, disqus, reply, respond */
    JD_W_RELATED,  /* related, recommended, more, trending, popular, teaser */
    JD_W_SHARE,    /* share, social, follow */
    JD_W_NAV,      /* nav, menu, breadcrumb, pagination, tabs */
    JD_W_FOOT,     /* footer, copyright, legal */
    JD_W_HEAD,     /* header, masthead, banner, topbar */
    JD_W_SIDE,     /* sidebar, aside, widget, rail, column */
    JD_W_PROMO,    /* ad, promo, sponsor, newsletter, subscribe, signup, cookie, consent, popup, modal, donate */
    JD_W_META,     /* meta, byline, author, date, tags, category, caption, credit */
    JD_W_PRODUCT,  /* product, price, cart, shop, spec */
    JD_W_CARD,     /* card, item, grid, list, tile, thumb */
    JD_W_HIDDEN,   /* hidden, sr-only, visually-hidden, d-none, screen-reader */
    JD_W_FORUM,    /* thread, forum, topic, message, discussion */
    JD_W_BUTTON,   /* btn, button, cta, toggle */
    JD_W_FILTER,   /* filter, facet, sort */
    JD_W_REVIEW,   /* review, rating, stars */
    JD_W_BUY,      /* cart, quantity, variant, option, shipping */
    JD_W_SPEC,     /* specification, attribute, feature, details */
    JD_W_ABOUT,    /* description, overview, intro, summary */
    JD_W_USER,     /* author, user, avatar, profile */
    JD_W_QUOTE,    /* quote, signature */
    JD_W_COUNT
} jd_word_family;

/* Families of one element's own names, as bits 1 << jd_word_family. */
uint32_t jd_words_of(const pg_page *page, const pg_start *start);

/* The families of one word (lower case ASCII), 0 if it is in none. */
uint32_t jd_word_families(dh_view word);

/* Names of the families, for docs and features. */
extern const char *const jd_word_names[JD_W_COUNT];

#endif
