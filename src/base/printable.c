/* Foreign bytes made harmless for a terminal and for one line. Where they are printed is left to the programs. */
#include "printable.h"

/* Ranges of code points that are shown as escapes, sorted: they control a terminal, turn the direction of what
 * follows, end lines, or cannot be seen. */
static const struct {
    uint32_t first, last;
} hidden_ranges[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200b, 0x200b}, {0x200e, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xd800, 0xdfff}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

static bool is_hidden(uint32_t c) {
    for (size_t i = 0; i < DH_COUNT(hidden_ranges); i++)
        if (c <= hidden_ranges[i].last) return c >= hidden_ranges[i].first;
    return false;
}

/* Roughly: Hangul, CJK, kana, full-width forms and emoji take two columns. A column too few or many does no harm. */
static size_t columns_of(uint32_t c) {
    bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
                (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) ||
                (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
}

static dh_status append_escape(dh_buf *out, uint32_t c, bool byte) {
    if (byte) return buf_printf(out, "\\x%02x", c);
    switch (c) {
    case '\n': return buf_printf(out, "\\n");
    case '\r': return buf_printf(out, "\\r");
    case '\t': return buf_printf(out, "\\t");
    default: return buf_printf(out, c < 0x80 ? "\\x%02x" : "\\u%04x", c);
    }
}

dh_status printable_append(dh_buf *out, dh_view bytes, size_t columns) {
    const char *p = bytes.ptr, *end = bytes.ptr + bytes.len;
    size_t used = 0;
    dh_status st = DH_OK;
    while (p < end && !st) {
        size_t len, before = out->len;
        uint32_t c = utf8_decode(p, end, &len);
        bool bad = len == 1 && (unsigned char)*p >= 0x80;
        bool escape = bad || is_hidden(c);
        if (escape) st = append_escape(out, bad ? (unsigned char)*p : c, bad);
        else st = dh_buf_append(out, p, len);
        used += escape ? out->len - before : columns_of(c);
        if (columns && used > columns && !st) {
            out->len = before;
            return buf_append_view(out, DH_VIEW("…"));
        }
        p += len;
    }
    return st;
}

/* Bytes from `at` that a terminal may have as they are: tabs, LF, CRLF. */
static size_t layout_len(dh_view bytes, size_t at) {
    char c = bytes.ptr[at];
    if (c == '\t' || c == '\n') return 1;
    return c == '\r' && at + 1 < bytes.len && bytes.ptr[at + 1] == '\n' ? 2 : 0;
}

dh_status printable_lines(dh_buf *out, dh_view bytes) {
    dh_status st = DH_OK;
    for (size_t from = 0, at = 0; !st && from < bytes.len; at = from) {
        while (at < bytes.len && !layout_len(bytes, at)) at++;
        st = printable_append(out, (dh_view){bytes.ptr + from, at - from}, 0);
        from = at;
        while (from < bytes.len && layout_len(bytes, from)) from += layout_len(bytes, from);
        if (!st) st = dh_buf_append(out, bytes.ptr + at, from - at);
    }
    return st;
}

dh_status printable_message(dh_buf *out, const char *program, const char *source, const char *what) {
    dh_status st = buf_printf(out, "%s: ", program);
    if (!st && source) st = printable_append(out, (dh_view){source, strlen(source)}, 0);
    if (!st && source) st = buf_printf(out, *source ? ": " : "'': ");
    if (!st) st = printable_append(out, (dh_view){what, strlen(what)}, 0);
    return st ? st : buf_append_char(out, '\n');
}
