/* The owned, bounded byte buffer. A failed append leaves it as it was. */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void dh_buf_init(dh_buf *buf, size_t max_bytes) { *buf = (dh_buf){.max = max_bytes ? max_bytes : SIZE_MAX}; }

void dh_buf_clear(dh_buf *buf) {
    free(buf->ptr);
    dh_buf_init(buf, buf->max);
}

dh_view dh_buf_view(const dh_buf *buf) { return (dh_view){buf->ptr ? buf->ptr : "", buf->len}; }

dh_status buf_reserve(dh_buf *buf, size_t more) {
    if (more <= buf->cap - buf->len) return DH_OK;
    if (more > buf->max - buf->len) return DH_ERR_LIMIT;
    size_t need = buf->len + more, cap = buf->cap < 256 ? 256 : buf->cap;
    while (cap < need) cap = cap > buf->max / 2 ? buf->max : cap * 2;
    if (cap > buf->max) cap = buf->max;
    char *p = realloc(buf->ptr, cap);
    if (!p) return DH_ERR_NOMEM;
    buf->ptr = p;
    buf->cap = cap;
    return DH_OK;
}

void buf_fit(dh_buf *buf) {
    char *p = buf->len && buf->len < buf->cap ? realloc(buf->ptr, buf->len) : NULL;
    if (!p) return;
    buf->ptr = p;
    buf->cap = buf->len;
}

dh_status dh_buf_append(dh_buf *buf, const char *bytes, size_t len) {
    if (!len) return DH_OK;
    dh_status st = buf_reserve(buf, len);
    if (st) return st;
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    return DH_OK;
}

dh_status buf_append_char(dh_buf *buf, char c) { return dh_buf_append(buf, &c, 1); }

dh_status buf_append_view(dh_buf *buf, dh_view v) { return dh_buf_append(buf, v.ptr, v.len); }

dh_status buf_printf(dh_buf *buf, const char *format, ...) {
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    /* vsnprintf ends in a NUL, which needs room but is not counted. */
    dh_status st = n < 0 ? DH_ERR_NOMEM : buf_reserve(buf, (size_t)n + 1);
    if (!st) {
        vsnprintf(buf->ptr + buf->len, (size_t)n + 1, format, again);
        buf->len += (size_t)n;
    }
    va_end(again);
    return st;
}
