/* page_facts.h: what a page says of itself as a whole: its title and description, types in its markup, the shape of its
 * address, and the article's text where JSON-LD repeats it. Blocks are compared with these. */
#ifndef JUDGE_PAGE_FACTS_H
#define JUDGE_PAGE_FACTS_H

#include "judge/phrase.h"
#include "page/page.h"

/* Types in JSON-LD (schema.org), as bits. */
enum {
    JD_LD_ARTICLE = 1,  /* Article, NewsArticle, BlogPosting, Report */
    JD_LD_PRODUCT = 2,  /* Product, Offer, AggregateOffer */
    JD_LD_FORUM = 4,    /* DiscussionForumPosting, QAPage, Question */
    JD_LD_LIST = 8,     /* ItemList, CollectionPage, SearchResultsPage */
    JD_LD_BUSINESS = 16 /* LocalBusiness, Service, ProfessionalService, SoftwareApplication */
};

/* og:type. */
typedef enum { JD_OG_NONE, JD_OG_ARTICLE, JD_OG_PRODUCT, JD_OG_WEBSITE, JD_OG_OTHER } jd_og_type;

/* A set of hashes of words, or of pairs of words; a power of two of slots, 0 free. */
typedef struct {
    uint32_t *slots;
    uint32_t mask, count;
} jd_word_set;

typedef struct {
    jd_word_set title; /* words; slots NULL, here and below: the page has none */
    jd_word_set description, body, said; /* pairs; said: descriptions and texts in JSON-LD */
    uint32_t body_words;                  /* of JSON-LD's articleBody */
    uint32_t ld_types;
    jd_og_type og_type;
    bool has_url;
    dh_view host; /* of the address, without "www."; empty if it is not known */
    uint32_t url_depth, url_words, url_digits; /* parts of the path; words and digits of the last one */
    bool url_file, url_query;                  /* it ends in .html or the like; it has a query */
} jd_page_facts;

/* Reads them. url may be NULL: then the page's own canonical address counts. In the arena. Linear in the head and scripts.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_page_facts_read(dh_arena *arena, const pg_page *page, const char *url, jd_page_facts *out, dh_error *err);

/* The address that the page gives itself (og:url or the canonical link), raw; empty if it gives none. */
dh_view jd_canonical(const pg_page *page);

/* The host of an absolute address without "www.", as it is written; empty if it has none. */
dh_view jd_url_host(dh_view url);

/* Shares of a block's words, or pairs of words, that are in a set; 0 if the set is empty. */
float jd_share_of_words(const jd_word_set *set, const jd_phrase_words *words);
float jd_share_of_pairs(const jd_word_set *set, const jd_phrase_words *words);

#endif
