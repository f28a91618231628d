/* linked.h: what a page's JSON-LD says of the page itself: the object that is its article, or else the page. */
#ifndef FACTS_LINKED_H
#define FACTS_LINKED_H

#include "page/json.h"
#include "page/page.h"

/* Keys of schema.org that are read, and the bytes of their strings with JSON's escapes; empty if they are not there. */
typedef enum {
    FC_LD_HEADLINE, /* headline, else name */
    FC_LD_PUBLISHED,
    FC_LD_MODIFIED,
    FC_LD_CREATED, /* dateCreated, uploadDate, datePosted */
    FC_LD_DESCRIPTION,
    FC_LD_IMAGE,
    FC_LD_LANGUAGE,
    FC_LD_LICENCE,
    FC_LD_URL,
    FC_LD_PUBLISHER,
    FC_LD_COUNT
} fc_ld_key;

#define FC_LD_AUTHORS 32

typedef struct {
    dh_view name;
    bool is_group; /* an organisation */
} fc_ld_author;

/* One object. */
typedef struct {
    dh_view value[FC_LD_COUNT];
    fc_ld_author authors[FC_LD_AUTHORS];
    size_t author_count;
} fc_ld_object;

typedef struct {
    fc_ld_object article, page; /* a creative work with an author; the web page that it stands on */
    bool has_article, has_page;
    dh_view site; /* name of the WebSite, else of an organisation that stands at the top */
} fc_linked;

/* Reads all JSON-LD scripts. *failed is set if the arena has no more to give. Linear in the scripts. */
void fc_linked_read(dh_arena *arena, const pg_page *page, fc_linked *out, bool *failed);

#endif
