/* rules.h: a user's own rules: which elements, words and lines stay or go on which sites. docs/rules.md has the format. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "judge/judge.h"
#include "rules/pattern.h"
#include "rules/selector.h"

typedef enum { RU_BODY, RU_STRIP, RU_KEEP, RU_TITLE, RU_AUTHOR, RU_DATE, RU_KIND_COUNT } ru_kind;

/* One rule goes by selectors, by words, or, for lines of texts, by a pattern. */
typedef struct {
    ru_kind kind;
    sel_list selectors;  /* count 0: it goes by something else */
    dh_view attribute;   /* of titles, authors, dates: read this instead of the element's text */
    dh_view words;       /* ASCII case does not matter; len 0: none */
    ru_pattern *pattern; /* NULL: none */
} ru_rule;

/* Rules of some sites. host: "*" for all pages, "example.org" with what is below it; path: how the address goes on, empty for all. */
typedef struct {
    const char *host, *path;
    size_t first, count;
} ru_section;

/* test_contains, or a test_url that has none (contains is empty then). */
typedef struct {
    dh_view url, contains;
    size_t line;
} ru_test;

/* Immutable once it is read. */
typedef struct {
    dh_arena arena;
    ru_rule *rules;
    ru_section *sections;
    ru_test *tests;
    size_t rule_count, rule_cap, section_count, section_cap, test_count, test_cap;
    uint64_t checksum; /* of all that was read; 0: nothing */
} ru_set;

void ru_init(ru_set *set);
void ru_clear(ru_set *set);

/* Reads a file of rules. host: the section of lines before the first one that is named, NULL for all pages. notes (may be NULL) receives a
 * line for each thing of FiveFilters' site configs that is not read. The set is as before on errors: DH_ERR_FORMAT (line and column
 * are in the message), DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status ru_read(ru_set *set, dh_view text, const char *host, dh_buf *notes, dh_error *err);

/* Adds a rule for all pages by the value that a file has behind its key. Errors as ru_read, but for the line. */
dh_status ru_add(ru_set *set, ru_kind kind, dh_view value, dh_error *err);

/* What rules say of a page's blocks, as bits of marks[block]. */
enum { RU_IN_BODY = 1, RU_STRIPPED = 2, RU_KEPT = 4 };

typedef struct {
    uint8_t *marks; /* NULL: no rule speaks of this page */
    bool has_body;  /* some element is the body */
    pg_slice *cuts; /* of pg_page.text: what is stripped, sorted, disjoint */
    size_t cut_count;
    dh_view title, date; /* empty: no rule found one */
    dh_view authors[8];
    size_t author_count;
} ru_found;

/* RU_WORDS: words and patterns alone, for pages whose elements are not those of the markup. */
typedef enum { RU_ALL, RU_WORDS } ru_scope;

/* Looks for what the rules say of a page. url: its address, empty if it is not known. What it finds is in the arena. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear in the page for each rule. */
dh_status ru_find(dh_arena *arena, const ru_set *set, pg_page *page, dh_view url, ru_scope scope, ru_found *out, dh_error *err);

/* The cuts that lie in a block, at least in part: from *first, which moves on from block to block, up to the one returned. */
size_t ru_cuts_of(const ru_found *found, const pg_block *b, size_t *first);

/* Lets the marks win over verdicts, and cuts out of blocks what is stripped of them: the judge has seen the page as it came. The page's text
 * lies where it did when ru_find() saw it. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (arena). Linear. */
dh_status ru_apply(dh_arena *arena, const ru_found *found, pg_page *page, jd_verdict *verdicts, dh_error *err);

/* A simple XPath (docs/rules.md) as selectors, with an "@attribute" behind them if it ends in one; appended to *css. False if it is not so
 * simple: *at is where. */
bool ru_xpath(dh_view xpath, dh_buf *css, size_t *at);

#endif
