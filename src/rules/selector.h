/* selector.h: CSS selectors over the elements of a page: the parts of Selectors Level 3 that pick by type, class, id, attribute, place
 * and relation, :not() and :is(). docs/rules.md lists them. */
#ifndef RULES_SELECTOR_H
#define RULES_SELECTOR_H

#include "page/page.h"

typedef enum { SEL_TYPE, SEL_CLASS, SEL_ID, SEL_ATTR, SEL_NTH, SEL_NTH_LAST, SEL_ROOT, SEL_NOT, SEL_IS } sel_kind;

typedef struct sel_compound sel_compound;

typedef struct {
    sel_kind kind;
    char op;              /* SEL_ATTR: 0 is there, '=', '~', '|', '^', '$', '*' */
    bool nocase;          /* SEL_ATTR: [x=y i] */
    dh_view name, value;  /* name: of the type or attribute in lower case, else as it is */
    long a, b;            /* SEL_NTH: an+b */
    sel_compound *inner;  /* SEL_NOT, SEL_IS */
    size_t inner_count;
} sel_simple;

/* Simple selectors that hold of one element; none: "*". */
struct sel_compound {
    char relation; /* to the compound before: ' ', '>', '+', '~'; 0: it is the first */
    sel_simple *simple;
    size_t count;
};

/* Compounds that one selector has at most: bits of a state. */
#define SEL_COMPOUNDS 32

typedef struct {
    sel_compound *compounds;
    size_t count;
} sel_complex;

/* Selectors parted by commas. */
typedef struct {
    sel_complex *at;
    size_t count;
    bool counts; /* some simple selector asks for an element's place among its siblings */
} sel_list;

/* Parses selectors; what they need is in the arena, their names are copied. *at receives the offset of what is wrong. Errors:
 * DH_ERR_FORMAT (*err says what), DH_ERR_NOMEM, DH_ERR_LIMIT (arena). Linear. */
dh_status sel_parse(dh_arena *arena, dh_view text, sel_list *out, size_t *at, dh_error *err);

/* Sets marks[e] for each element e that a selector of the list matches; others stay. What it needs on the way is in the arena. False:
 * no memory. Time grows with elements times selectors, whatever they are: each element is looked at once, and no relation is
 * followed more than a step. */
bool sel_match(dh_arena *arena, const pg_page *page, const sel_list *list, bool *marks);

/* True if one of the selectors, which must be a single compound, matches a meta or link tag: they stand beside the tree. */
bool sel_matches_tag(const pg_page *page, const sel_list *list, const pg_start *tag);

#endif
