/* out.h: writing that keeps its first error: after one, nothing more is written, so that renderers need not ask at every step. */
#ifndef WRITE_OUT_H
#define WRITE_OUT_H

#include "base/base.h"

typedef struct {
    dh_buf *buf;
    dh_status status; /* as dh_buf_append */
} wr_out;

static inline void wr_put(wr_out *o, dh_view bytes) {
    if (!o->status) o->status = buf_append_view(o->buf, bytes);
}

#define WR_PUT(o, literal) wr_put((o), DH_VIEW(literal))

static inline void wr_put_char(wr_out *o, char c) {
    if (!o->status) o->status = buf_append_char(o->buf, c);
}

static inline void wr_put_number(wr_out *o, unsigned long n) {
    if (!o->status) o->status = buf_printf(o->buf, "%lu", n);
}

#endif
