/* Comparisons of views, reading from them, and the setting of errors. Owns nothing. */
#include "base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

bool view_is_nocase(dh_view a, dh_view b) { return a.len == b.len && view_starts_nocase(a, b); }

bool view_starts_nocase(dh_view a, dh_view prefix) {
    if (a.len < prefix.len) return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(prefix.ptr[i])) return false;
    return true;
}

size_t view_find_nocase(dh_view a, dh_view needle) {
    char first = needle.len ? ascii_lower(needle.ptr[0]) : 0;
    for (size_t i = 0; i + needle.len <= a.len; i++)
        if ((!needle.len || ascii_lower(a.ptr[i]) == first) && view_starts_nocase((dh_view){a.ptr + i, a.len - i}, needle)) return i;
    return a.len;
}

dh_view view_trim(dh_view a) {
    while (a.len && ascii_space(a.ptr[0])) a.ptr++, a.len--;
    while (a.len && ascii_space(a.ptr[a.len - 1])) a.len--;
    return a;
}

/* Without branches, so that it is done many bytes at a time. */
size_t view_words(dh_view v) {
    size_t words = v.len && !ascii_space(v.ptr[0]);
    for (size_t k = 1; k < v.len; k++) words += (size_t)ascii_space(v.ptr[k - 1]) & (size_t)!ascii_space(v.ptr[k]);
    return words;
}

uint64_t view_hash(dh_view a) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < a.len; i++) h = (h ^ (unsigned char)a.ptr[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

bool view_is_blank(dh_view a) {
    for (size_t i = 0; i < a.len; i++)
        if (!ascii_space(a.ptr[i])) return false;
    return true;
}

dh_status view_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    (void)err;
    dh_view *left = user;
    *got = left->len < cap ? left->len : cap;
    if (*got) memcpy(buf, left->ptr, *got);
    left->ptr += *got;
    left->len -= *got;
    return DH_OK;
}

dh_status err_set(dh_error *err, dh_status code, size_t pos, const char *format, ...) {
    if (!err) return code;
    err->code = code;
    err->pos = pos;
    va_list ap;
    va_start(ap, format);
    vsnprintf(err->msg, sizeof err->msg, format, ap);
    va_end(ap);
    for (char *p = err->msg; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?';
    return code;
}

dh_status err_system(dh_error *err) { return err_set(err, DH_ERR_IO, 0, "%s", strerror(errno)); }

const char *dh_status_name(dh_status status) {
    switch (status) {
    case DH_OK: return "ok";
    case DH_ERR_NOMEM: return "nomem";
    case DH_ERR_IO: return "io";
    case DH_ERR_LIMIT: return "limit";
    case DH_ERR_CHARSET: return "charset";
    case DH_ERR_FORMAT: return "format";
    case DH_ERR_USAGE: return "usage";
    }
    return "unknown";
}
