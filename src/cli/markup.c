/* Escaping, for reports. */
#include "markup.h"

dh_status markup_text(dh_buf *out, dh_view text) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '&') st = buf_append_view(out, DH_VIEW("&amp;"));
        else if (c == '<') st = buf_append_view(out, DH_VIEW("&lt;"));
        else if (c == '>') st = buf_append_view(out, DH_VIEW("&gt;"));
        else if (c == '"') st = buf_append_view(out, DH_VIEW("&quot;"));
        else if (((unsigned char)c < ' ' && c != '\n' && c != '\t') || c == 0x7f) st = buf_append_view(out, DH_VIEW("\xef\xbf\xbd"));
        else st = buf_append_char(out, c);
    }
    return st;
}

dh_status markup_path(dh_buf *out, dh_view path) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < path.len; i++) {
        char c = path.ptr[i];
        if (ascii_alnum(c) || memchr("/._~-", c, 5)) st = buf_append_char(out, c);
        else st = buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
    return st;
}
