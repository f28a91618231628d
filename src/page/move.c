/* Blocks, links and elements follow the text when its bytes go to other places. */
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

/* What was noted in white space that a block lost at its end may lie behind the text. */
static uint32_t moved(const uint32_t *map, uint32_t place, size_t end) { return map[place < end ? place : end]; }

void pg_move(pg_page *page, const uint32_t *map, dh_view text) {
    size_t end = page->text.len;
    page->text = text;
    for (size_t i = 0; i < page->link_count; i++) {
        pg_link *l = &page->links[i];
        l->begin = moved(map, l->begin, end);
        l->end = moved(map, l->end, end);
    }
    for (size_t i = 0; i < page->elem_count; i++) {
        pg_elem *x = &page->elems[i];
        x->text_begin = moved(map, x->text_begin, end);
        x->text_end = moved(map, x->text_end, end);
    }
    for (size_t i = 0; i < page->block_count; i++) move_block(page, map, &page->blocks[i]);
}
