/* Blocks, links, elements and marks follow the text when its bytes go to other places. */
#include "page/page.h"

static void move_block(pg_page *page, const uint32_t *map, pg_block *b) {
    uint32_t end = map[b->text_begin + b->text.len];
    b->text_begin = map[b->text_begin];
    b->text = (dh_view){page->text.ptr + b->text_begin, end - b->text_begin};
    b->link_bytes = 0;
    for (uint32_t i = 0; i < b->link_count; i++) {
        const pg_link *l = &page->links[b->first_link + i];
        b->link_bytes += l->end - l->begin;
    }
}

void pg_move(pg_page *page, const uint32_t *map, dh_view text) {
    size_t old = page->text.len;
    page->text = text;
    for (size_t i = 0; i < page->link_count; i++) {
        page->links[i].begin = map[page->links[i].begin];
        page->links[i].end = map[page->links[i].end];
    }
    for (size_t e = 0; e < page->elem_count; e++) {
        pg_elem *x = &page->elems[e];
        x->text_begin = map[x->text_begin < old ? x->text_begin : old];
        x->text_end = map[x->text_end < old ? x->text_end : old];
    }
    for (size_t i = 0; i < page->mark_count; i++) {
        page->marks[i].begin = map[page->marks[i].begin];
        page->marks[i].end = map[page->marks[i].end];
    }
    for (size_t i = 0; i < page->block_count; i++) move_block(page, map, &page->blocks[i]);
}
