/* Form C for the text of blocks: the buffer that they lie in is written anew, with the places of blocks and links. */
#include "base/compose.h"
#include "page/page.h"

/* The bytes of the old buffer from `from` up to `to`. */
static dh_status put(const pg_page *page, size_t from, size_t to, dh_buf *out) {
    return compose_append(out, (dh_view){page->text.ptr + from, to - from});
}

/* What links have is composed by itself, so that their places stay true. */
static dh_status put_block(pg_page *page, pg_block *b, dh_buf *out) {
    size_t at = b->text_begin, end = at + b->text.len, begin = out->len, bytes = 0;
    dh_status st = DH_OK;
    for (uint32_t i = 0; !st && i < b->link_count; i++) {
        pg_link *l = &page->links[b->first_link + i];
        size_t from = l->begin, to = l->end;
        st = put(page, at, from, out);
        l->begin = (uint32_t)out->len;
        if (!st) st = put(page, from, to, out);
        l->end = (uint32_t)out->len;
        bytes += l->end - l->begin;
        at = to;
    }
    if (!st) st = put(page, at, end, out);
    b->text_begin = (uint32_t)begin;
    b->text.len = out->len - begin;
    b->link_bytes = (uint32_t)bytes;
    return st;
}

static dh_status put_all(pg_page *page, dh_buf *out) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < page->block_count; i++) {
        st = put_block(page, &page->blocks[i], out);
        if (!st) st = buf_append_char(out, '\n'); /* between blocks, as before */
    }
    return st;
}

dh_status pg_compose(dh_arena *arena, pg_page *page, dh_error *err) {
    dh_buf text;
    size_t body;
    dh_buf_init(&text, arena->max && arena->max < UINT32_MAX ? arena->max : UINT32_MAX); /* places are 32 bits wide */
    dh_status st = put_all(page, &text);
    body = text.len;
    if (!st) st = compose_append(&text, page->title);
    char *copy = st ? NULL : arena_alloc(arena, text.len + 1);
    if (copy && text.len) memcpy(copy, text.ptr, text.len);
    size_t len = text.len;
    dh_buf_clear(&text);
    if (st == DH_ERR_NOMEM) return err_set(err, st, 0, "out of memory");
    if (!copy) return st ? st : arena_error(arena, err); /* the ceiling, of which the caller tells */
    page->text = (dh_view){copy, body};
    page->title = (dh_view){copy + body, len - body};
    for (size_t i = 0; i < page->block_count; i++) page->blocks[i].text.ptr = copy + page->blocks[i].text_begin;
    return DH_OK;
}
