/* Normalization form C, by libunistring. Here is only what spares it the text that is in that form already. */
#include "compose.h"

#include <stdlib.h>
#include <uninorm.h>

/* The first byte of U+0300, the lowest character that is not in form C whatever stands around it. */
#define FIRST_COMBINING 0xcc

static bool is_settled(dh_view line) {
    for (size_t i = 0; i < line.len; i++)
        if ((unsigned char)line.ptr[i] >= FIRST_COMBINING) return false;
    return true;
}

static dh_status append_line(dh_buf *out, dh_view line) {
    if (is_settled(line)) return buf_append_view(out, line);
    size_t len = 0;
    uint8_t *composed = u8_normalize(UNINORM_NFC, (const uint8_t *)line.ptr, line.len, NULL, &len);
    if (!composed) return DH_ERR_NOMEM;
    dh_status st = dh_buf_append(out, (const char *)composed, len);
    free(composed);
    return st;
}

dh_status compose_append(dh_buf *out, dh_view text) {
    dh_status st = DH_OK;
    for (size_t from = 0, end; !st && from < text.len; from = end) {
        const char *eol = memchr(text.ptr + from, '\n', text.len - from);
        end = eol ? (size_t)(eol - text.ptr) + 1 : text.len;
        st = append_line(out, (dh_view){text.ptr + from, end - from});
    }
    return st;
}
