/* reading.h: a page made ready for the finders of facts: its meta tags by name, its JSON-LD, what its elements are called, and text
 * of places that are no blocks. What a fact is taken from is asked in title.c, authors.c, dates.c and about.c. */
#ifndef FACTS_READING_H
#define FACTS_READING_H

#include "facts/facts.h"
#include "facts/linked.h"

/* Names of one site. */
#define FC_NAMES 12

/* A meta tag by one of its names, or a link tag by its rel (is_link). Raw bytes of the page. */
typedef struct {
    dh_view name, content;
    bool is_link;
} fc_meta;

/* What an element is, or stands in, as bits. */
enum {
    FC_ASIDE = 1,    /* comments, related articles, navigation, footers: not the article's own */
    FC_AUTHOR = 2,   /* its own names speak of an author */
    FC_DATE = 4,     /* its own names speak of a date */
    FC_COMMENT = 8   /* comments alone */
};

typedef struct {
    dh_arena *arena;
    const fc_input *in;
    const pg_page *page;
    dh_view url; /* empty if it is not known */
    bool failed; /* the arena had no more to give: what was found is not to be used */
    fc_meta *metas;
    size_t meta_count;
    fc_linked linked;
    uint8_t *marks;                  /* one an element: FC_ASIDE and the like */
    size_t headline;                 /* index of its block; block_count if there is none */
    size_t first_kept, behind_kept;  /* kept blocks: from the first to behind the last; equal if there are none */
    dh_view names[FC_NAMES];         /* what the site is called, folded and without spaces: by itself, by its host */
    size_t name_count;
} fc_page;

/* Fills *f. What does not fit into the arena sets f->failed, here and in all that follows; then text is empty. */
void fc_open(fc_page *f, dh_arena *arena, const fc_input *in);

/* The content of the first meta tag of that name (any case) that is not blank; empty if there is none. Raw. */
dh_view fc_meta_raw(const fc_page *f, dh_view name);

/* The address of the first link tag whose rel holds the word. Raw. */
dh_view fc_link_raw(const fc_page *f, dh_view rel);

/* Text as it is read: character references undone, twice where a writer has escaped twice, white space folded; a tag becomes a blank, one
 * that begins or ends a line a newline. */
dh_view fc_text(fc_page *f, dh_view raw);

/* The same of a JSON string. */
dh_view fc_json_text(fc_page *f, dh_view raw);

/* What stands in an element, as fc_text, of at most `most` bytes of it. Empty if there is more. */
dh_view fc_inside(fc_page *f, uint32_t elem, size_t most);

/* An address as it is in the page (references undone), made absolute by the page's; empty if that cannot be. */
dh_view fc_address(fc_page *f, dh_view text);

/* Raw value of an element's own attribute; empty if it has none. */
dh_view fc_attr(const fc_page *f, uint32_t elem, dh_view name);

/* A copy in the arena. */
dh_view fc_copy(fc_page *f, dh_view v);

/* printf into the arena. */
dh_view fc_print(fc_page *f, const char *format, ...) DH_PRINTF(2, 3);

/* True if a list of words, as in rel and class, holds the word (any case). */
bool fc_has_word(dh_view list, dh_view word);

#endif
