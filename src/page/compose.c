/* Form C for the text of blocks, piece by piece, so that each place in the old text has one in the new. */
#include "base/compose.h"
#include "page/page.h"

/* First byte of U+0300. Characters below are composed with none that stands before them: a piece may end there. */
#define FIRST_COMBINING 0xcc

/* Where the piece that begins at `at` ends. */
static size_t piece_end(dh_view text, size_t at) {
    do at++;
    while (at < text.len && ((unsigned char)text.ptr[at] >= FIRST_COMBINING || ((unsigned char)text.ptr[at] & 0xc0) == 0x80));
    return at;
}

/* Places within a piece that changes go to where it begins. */
static dh_status compose_all(dh_view text, uint32_t *map, dh_buf *out) {
    dh_status st = DH_OK;
    for (size_t at = 0, end; !st && at < text.len; at = end) {
        size_t to = out->len;
        end = piece_end(text, at);
        st = compose_append(out, (dh_view){text.ptr + at, end - at});
        if (st) return st;
        bool same = out->len - to == end - at && !memcmp(out->ptr + to, text.ptr + at, end - at);
        for (size_t i = at; i < end; i++) map[i] = (uint32_t)(same ? to + (i - at) : to);
    }
    map[text.len] = (uint32_t)out->len;
    return st;
}

dh_status pg_compose(dh_arena *arena, pg_page *page, dh_error *err) {
    dh_buf text;
    uint32_t *map = arena_alloc(arena, (page->text.len + 1) * sizeof *map);
    if (!map) return arena_error(arena, err);
    dh_buf_init(&text, arena->max && arena->max < UINT32_MAX ? arena->max : UINT32_MAX); /* places are 32 bits wide */
    dh_status st = compose_all(page->text, map, &text);
    size_t body = text.len;
    if (!st) st = compose_append(&text, page->title);
    char *copy = st ? NULL : arena_alloc(arena, text.len + 1);
    size_t len = text.len;
    if (copy && len) memcpy(copy, text.ptr, len);
    dh_buf_clear(&text);
    if (st == DH_ERR_NOMEM) return err_set(err, st, 0, "out of memory");
    if (!copy) return st ? st : arena_error(arena, err); /* the ceiling, of which the caller tells */
    page->title = (dh_view){copy + body, len - body};
    pg_move(page, map, (dh_view){copy, body});
    return DH_OK;
}
