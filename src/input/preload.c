/* The C library's tables of charsets, held open: while one is, opening it again touches no file. */
#include "decode.h"

#include <errno.h>
#include <stdlib.h>

struct in_preload {
    iconv_t open[CHARSET_COUNT];
    size_t count;
};

/* True for charsets that decode.c asks iconv for. */
static bool needs_iconv(const charset *row) {
    return row->kind == CHARSET_SINGLE || row->kind == CHARSET_MULTI || row->kind == CHARSET_SEVEN;
}

dh_status in_preload_new(in_preload **out, dh_error *err) {
    in_preload *p = calloc(1, sizeof *p);
    if (!p) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < CHARSET_COUNT; i++) {
        const charset *row = charset_of((charset_id)i);
        if (!needs_iconv(row)) continue;
        iconv_t cd = iconv_open("UTF-8", row->pub.iconv_name);
        if (cd != (iconv_t)-1) p->open[p->count++] = cd;
        else if (errno == ENOMEM) {
            in_preload_free(p);
            return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        }
    }
    *out = p;
    return DH_OK;
}

void in_preload_free(in_preload *p) {
    if (!p) return;
    for (size_t i = 0; i < p->count; i++) iconv_close(p->open[i]);
    free(p);
}
