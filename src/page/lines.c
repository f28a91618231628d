/* Text to blocks: a block a line, blank ones too. Nothing is folded or decoded, so that lines come out byte for byte. */
#include "page/page.h"

/* Bytes of the line end at p, 0 if there is none. */
static uint8_t eol_len(const char *p, const char *end, bool cr) {
    if (*p == '\n') return 1;
    if (*p != '\r') return 0;
    if (p + 1 < end && p[1] == '\n') return 2;
    return cr ? 1 : 0;
}

static const char *line_end(const char *p, const char *end, bool cr) {
    const char *q = memchr(p, cr ? '\r' : '\n', (size_t)(end - p));
    if (!q) return end;
    return !cr && q > p && q[-1] == '\r' ? q - 1 : q;
}

/* Makes room for a line for each line end that is left, at once: an array that doubled would leave its copies in the arena,
 * and a text of empty lines would take twice the memory. */
static bool grow(dh_arena *arena, pg_page *out, size_t *cap, dh_view rest, bool cr) {
    size_t to = *cap + 1;
    const char *p = rest.ptr, *end = p + rest.len;
    while (p < end && (p = memchr(p, cr ? '\r' : '\n', (size_t)(end - p)))) p++, to++;
    void *more = arena_grow(arena, out->blocks, *cap, to, sizeof *out->blocks);
    if (!more) return false;
    out->blocks = more;
    *cap = to;
    return true;
}

dh_status pg_from_text(dh_arena *arena, dh_view source, bool eol_cr, pg_page *out, dh_error *err) {
    *out = (pg_page){.source = source, .text = source, .last_window = true, .title = {"", 0}};
    size_t cap = source.len / 40 + 64; /* scraped lines have 79 bytes on average */
    out->blocks = arena_alloc(arena, cap * sizeof *out->blocks);
    if (!out->blocks) return arena_error(arena, err);
    const char *end = source.ptr + source.len;
    for (const char *p = source.ptr; p < end;) {
        if (out->block_count == cap && !grow(arena, out, &cap, (dh_view){p, (size_t)(end - p)}, eol_cr))
            return arena_error(arena, err);
        const char *q = line_end(p, end, eol_cr);
        uint8_t eol = q < end ? eol_len(q, end, eol_cr) : 0;
        out->blocks[out->block_count++] = (pg_block){.text = {p, (size_t)(q - p)},
                                                     .text_begin = (uint32_t)(p - source.ptr),
                                                     .elem = PG_NONE,
                                                     .begin = (uint32_t)(p - source.ptr),
                                                     .end = (uint32_t)(q - source.ptr),
                                                     .kind = DH_KIND_LINE,
                                                     .eol = eol};
        p = q + eol;
    }
    return DH_OK;
}
