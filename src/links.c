/* The public side of a page's links: found when they are asked for, in an arena of their own. */
#include "page/links.h"

#include "pipeline.h"

#include <stdlib.h>

struct dh_link_list {
    dh_arena arena;
    dh_link *at;
    size_t count;
};

dh_status dh_page_links(const dh_page *page, dh_link_list **out, dh_error *err) {
    dh_link_list *links = calloc(1, sizeof *links);
    if (!links) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    arena_init(&links->arena, page->max_memory);
    dh_status st = page->markup.is_html ? pg_links(&links->arena, &page->markup, view_of(page->url ? page->url : ""), &links->at, &links->count, err) : DH_OK;
    if (st) dh_link_list_free(links);
    else *out = links;
    return st;
}

bool dh_link_list_get(const dh_link_list *links, size_t i, dh_link *out) {
    if (i >= links->count) return false;
    *out = links->at[i];
    return true;
}

void dh_link_list_free(dh_link_list *links) {
    if (!links) return;
    arena_clear(&links->arena);
    free(links);
}
