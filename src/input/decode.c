/* Decoders for UTF-8, UTF-16, UTF-32 and single-byte charsets, and the choice among all. What needs iconv for more than a
 * table is in decode_iconv.c. */
#include "decode.h"

#include <stdlib.h>

/* Output is gathered here, as characters come one at a time. */
#define STAGE_BYTES 4096

typedef struct {
    char bytes[STAGE_BYTES];
    size_t len;
    dh_buf *out;
} stage;

static dh_status stage_flush(stage *s) {
    dh_status st = dh_buf_append(s->out, s->bytes, s->len);
    s->len = 0;
    return st;
}

/* Appends up to 4 bytes. */
static inline dh_status stage_put(stage *s, const char *bytes, size_t n) {
    dh_status st = DH_OK;
    if (sizeof s->bytes - s->len < n) st = stage_flush(s);
    memcpy(s->bytes + s->len, bytes, n);
    s->len += n;
    return st;
}

dh_status decode_error(dh_status st, const dh_buf *out, dh_error *err) {
    if (st == DH_ERR_NOMEM) return err_set(err, st, 0, "out of memory");
    if (st == DH_ERR_LIMIT) return err_set(err, st, 0, "decoded text is larger than the limit of %zu bytes", out->max);
    return st;
}

/* ---- UTF-8 ---- */

/* Completes the held sequence with bytes from the front of *v; what does not fit into it is left there. */
static dh_status utf8_held(in_decoder *d, dh_view *v, dh_buf *out) {
    while (d->held_len && v->len) {
        bool whole, open;
        d->held[d->held_len] = (unsigned char)*v->ptr;
        dh_view held = {(char *)d->held, d->held_len + 1};
        size_t n = charset_utf8_part(held, &whole, &open);
        bool taken = n == held.len;
        v->ptr += taken;
        v->len -= taken;
        d->held_len = open ? held.len : 0;
        dh_status st = open ? DH_OK : buf_append_view(out, whole ? held : DECODE_BAD);
        if (st) return st;
    }
    return DH_OK;
}

static dh_status utf8_piece(in_decoder *d, dh_view v, dh_buf *out) {
    dh_status st = utf8_held(d, &v, out);
    while (v.len && !st) {
        size_t n = utf8_valid_prefix(v);
        bool whole, open = false;
        st = dh_buf_append(out, v.ptr, n);
        v.ptr += n;
        v.len -= n;
        if (st || !v.len) break;
        n = charset_utf8_part(v, &whole, &open);
        if (open) {
            memcpy(d->held, v.ptr, n);
            d->held_len = n;
        } else st = buf_append_view(out, DECODE_BAD);
        v.ptr += n;
        v.len -= n;
    }
    return st;
}

/* ---- single bytes ---- */

static dh_status single_piece(const in_decoder *d, dh_view v, dh_buf *out) {
    stage s = {.len = 0, .out = out};
    const char *p = v.ptr, *end = v.ptr + v.len;
    dh_status st = DH_OK;
    while (p < end && !st) {
        const char *start = p;
        while (p < end && (unsigned char)*p < 0x80) p++;
        if (p - start > 64) {
            st = stage_flush(&s);
            if (!st) st = dh_buf_append(out, start, (size_t)(p - start));
        } else
            for (; start < p && !st; start++) st = stage_put(&s, start, 1);
        for (; p < end && !st && (unsigned char)*p >= 0x80; p++) {
            const decode_char *c = &d->table[(unsigned char)*p - 0x80];
            st = stage_put(&s, c->bytes, c->len);
        }
    }
    return st ? st : stage_flush(&s);
}

/* ---- UTF-16, UTF-32 ---- */

/* The unit of `size` bytes at p. */
static uint32_t unit_at(const unsigned char *p, size_t size, bool big) {
    uint32_t c = 0;
    for (size_t i = 0; i < size; i++) c |= (uint32_t)p[i] << 8 * (big ? size - 1 - i : i);
    return c;
}

static dh_status put_code(stage *s, uint32_t c) {
    char bytes[4];
    return stage_put(s, bytes, utf8_encode(c, bytes)); /* what is no code point becomes U+FFFD there */
}

/* Decodes all whole units of v but for a high surrogate at its end; *used receives their bytes. */
static dh_status wide_run(const charset *row, dh_view v, stage *s, size_t *used) {
    bool big = row->kind == CHARSET_UTF16BE || row->kind == CHARSET_UTF32BE;
    size_t size = row->kind == CHARSET_UTF16BE || row->kind == CHARSET_UTF16LE ? 2 : 4, i = 0;
    const unsigned char *p = (const unsigned char *)v.ptr;
    dh_status st = DH_OK;
    while (v.len - i >= size && !st) {
        uint32_t c = unit_at(p + i, size, big), low;
        if (size == 2 && c >= 0xd800 && c < 0xdc00) {
            if (v.len - i < 4) break;
            low = unit_at(p + i + 2, 2, big);
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        i += size;
        st = put_code(s, c);
    }
    *used = i;
    return st;
}

static dh_status wide_piece(in_decoder *d, dh_view v, dh_buf *out) {
    stage s = {.len = 0, .out = out};
    size_t used;
    dh_status st = DH_OK;
    while (d->held_len && v.len && !st) {
        d->held[d->held_len++] = (unsigned char)*v.ptr++;
        v.len--;
        st = wide_run(d->row, (dh_view){(char *)d->held, d->held_len}, &s, &used);
        d->held_len -= used;
        memmove(d->held, d->held + used, d->held_len);
    }
    if (!st && v.len) {
        st = wide_run(d->row, v, &s, &used);
        d->held_len = v.len - used;
        memcpy(d->held, v.ptr + used, d->held_len);
    }
    return st ? st : stage_flush(&s);
}

/* ---- all ---- */

dh_status in_decoder_new(const in_charset *wanted, in_decoder **out, dh_error *err) {
    in_decoder *d = calloc(1, sizeof *d);
    if (!d) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    d->row = charset_row(wanted);
    dh_status st = DH_OK;
    if (d->row->kind == CHARSET_SINGLE) st = decode_table_new(d, err);
    else if (d->row->kind == CHARSET_MULTI || d->row->kind == CHARSET_SEVEN) st = decode_iconv_open(d, err);
    if (st) in_decoder_free(d);
    else *out = d;
    return st;
}

void in_decoder_free(in_decoder *d) {
    if (!d) return;
    if (d->cd_open) iconv_close(d->cd);
    free(d->table);
    free(d);
}

static dh_status decode_piece(in_decoder *d, dh_view bytes, bool last, dh_buf *out) {
    switch (d->row->kind) {
    case CHARSET_UTF8: return utf8_piece(d, bytes, out);
    case CHARSET_SINGLE: return single_piece(d, bytes, out);
    case CHARSET_MULTI: return decode_iconv(d, bytes, last, out);
    case CHARSET_SEVEN: return decode_seven(d, bytes, last, out);
    case CHARSET_UTF16LE:
    case CHARSET_UTF16BE:
    case CHARSET_UTF32LE:
    case CHARSET_UTF32BE: return wide_piece(d, bytes, out);
    }
    return DH_OK;
}

dh_status in_decode(in_decoder *d, dh_view bytes, bool last, dh_buf *out, dh_error *err) {
    dh_status st = bytes.len || last ? decode_piece(d, bytes, last, out) : DH_OK;
    if (!st && last && d->held_len) {
        d->held_len = 0;
        st = buf_append_view(out, DECODE_BAD);
    }
    return decode_error(st, out, err);
}
