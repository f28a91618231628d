/* Decoding by iconv: the tables of single-byte charsets, and the multi-byte ones of East Asia. What the Encoding Standard
 * has otherwise is patched here. */
#include "decode.h"

#include <errno.h>
#include <stdlib.h>

/* windows-1252 from 0x80 to 0x9f; from 0xa0 on it is Latin-1. The one charset that most old pages are in needs no iconv. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

static const struct {
    charset_id charset;
    unsigned char byte;
    uint16_t code;
} patches[] = {
    {WINDOWS_1255, 0xca, 0x05ba}, {KOI8_U, 0xae, 0x045e},    {KOI8_U, 0xbe, 0x040e},
    {MACINTOSH, 0xc6, 0x2206},    {MACINTOSH, 0xf0, 0xf8ff}, {X_MAC_CYRILLIC, 0xff, 0x20ac},
    {GBK, 0x80, 0x20ac},          {GB18030, 0x80, 0x20ac},   {SHIFT_JIS, 0x80, 0x0080},
};

uint32_t decode_patch(const charset *row, unsigned char byte) {
    for (size_t i = 0; i < DH_COUNT(patches); i++)
        if (charset_of(patches[i].charset) == row && patches[i].byte == byte) return patches[i].code;
    /* Where a table has a hole among the C1 controls, the standard fills it with the control. */
    return row->kind == CHARSET_SINGLE && byte < 0xa0 ? byte : 0;
}

dh_status decode_iconv_open(in_decoder *d, dh_error *err) {
    d->cd = iconv_open("UTF-8", d->row->pub.iconv_name);
    d->cd_open = d->cd != (iconv_t)-1;
    if (d->cd_open) return DH_OK;
    if (errno == ENOMEM) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return err_set(err, DH_ERR_CHARSET, 0, "this system's iconv cannot read %s", d->row->pub.name);
}

/* ---- single bytes ---- */

static void set_code(decode_char *c, uint32_t code) { c->len = utf8_encode(code, c->bytes); }

/* One byte by iconv; a hole or what the standard has otherwise by the patches. */
static void set_by_iconv(const in_decoder *d, unsigned char byte, decode_char *c) {
    char in = (char)byte, *src = &in, *dst = c->bytes;
    size_t src_len = 1, dst_len = sizeof c->bytes;
    iconv(d->cd, NULL, NULL, NULL, NULL);
    bool ok = iconv(d->cd, &src, &src_len, &dst, &dst_len) != (size_t)-1;
    ok = ok && iconv(d->cd, NULL, NULL, &dst, &dst_len) != (size_t)-1; /* a letter that waits for its mark */
    c->len = sizeof c->bytes - dst_len;
    uint32_t code = decode_patch(d->row, byte);
    bool hole = !ok || !c->len;
    if (hole) set_code(c, code ? code : 0xfffd);
    else if (code && byte >= 0xa0) set_code(c, code);
}

dh_status decode_table_new(in_decoder *d, dh_error *err) {
    bool own = d->row == charset_of(WINDOWS_1252);
    d->table = calloc(128, sizeof *d->table);
    if (!d->table) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = own ? DH_OK : decode_iconv_open(d, err);
    for (size_t i = 0; i < 128 && !st; i++) {
        if (!own) set_by_iconv(d, (unsigned char)(0x80 + i), &d->table[i]);
        else set_code(&d->table[i], i < DH_COUNT(windows_1252) ? windows_1252[i] : (uint32_t)(0x80 + i));
    }
    return st;
}

/* ---- many bytes ---- */

/* Bytes of the bad sequence at the front of v. A byte that begins nothing is bad alone; one that waits for another takes
 * that with it, but not if it is ASCII: a tag must not be swallowed by half a character before it. */
static size_t bad_bytes(const in_decoder *d, dh_view v) {
    char *src = (char *)(uintptr_t)v.ptr, sink[16], *dst = sink; /* iconv does not write to its input */
    size_t one = 1, room = sizeof sink;
    if (v.len < 2 || (unsigned char)v.ptr[1] < 0x80) return 1;
    bool lead = iconv(d->cd, &src, &one, &dst, &room) == (size_t)-1 && errno == EINVAL;
    return lead ? 2 : 1;
}

static dh_status put_bad(const in_decoder *d, dh_view v, size_t n, dh_buf *out) {
    char bytes[4];
    uint32_t code = n == 1 ? decode_patch(d->row, (unsigned char)*v.ptr) : 0;
    return dh_buf_append(out, bytes, utf8_encode(code ? code : 0xfffd, bytes));
}

/* Decodes all of v but a sequence cut off at its end; *used receives the bytes. */
static dh_status iconv_run(in_decoder *d, dh_view v, dh_buf *out, size_t *used) {
    char stage[4096], *src = (char *)(uintptr_t)v.ptr;
    size_t left = v.len;
    dh_status st = DH_OK;
    while (left && !st) {
        char *dst = stage;
        size_t room = sizeof stage;
        bool stopped = iconv(d->cd, &src, &left, &dst, &room) == (size_t)-1;
        int why = stopped ? errno : 0;
        st = dh_buf_append(out, stage, sizeof stage - room);
        if (st || !stopped || why == E2BIG) continue;
        if (why == EINVAL && left < HELD_BYTES / 2) break;
        size_t n = bad_bytes(d, (dh_view){src, left});
        st = put_bad(d, (dh_view){src, left}, n, out);
        src += n;
        left -= n;
    }
    *used = v.len - left;
    return st;
}

/* What iconv keeps to itself (BIG5-HKSCS: a letter that may get a mark). */
static dh_status iconv_flush(in_decoder *d, dh_buf *out) {
    char stage[16], *dst = stage;
    size_t room = sizeof stage;
    iconv(d->cd, NULL, NULL, &dst, &room);
    return dh_buf_append(out, stage, sizeof stage - room);
}

dh_status decode_iconv(in_decoder *d, dh_view v, bool last, dh_buf *out) {
    size_t used;
    dh_status st = DH_OK;
    if (d->held_len && v.len) {
        size_t n = HELD_BYTES - d->held_len < v.len ? HELD_BYTES - d->held_len : v.len;
        memcpy(d->held + d->held_len, v.ptr, n);
        dh_view joined = {(char *)d->held, d->held_len + n};
        st = iconv_run(d, joined, out, &used);
        if (st) return st;
        if (used < d->held_len) n = v.len; /* all of it is held and waits still */
        else n = used - d->held_len;
        d->held_len = used < d->held_len ? joined.len - used : 0;
        if (d->held_len) memmove(d->held, d->held + used, d->held_len);
        v.ptr += n;
        v.len -= n;
    }
    if (v.len) {
        st = iconv_run(d, v, out, &used);
        if (st) return st;
        d->held_len = v.len - used;
        memcpy(d->held, v.ptr + used, d->held_len);
    }
    return last && !d->held_len ? iconv_flush(d, out) : st;
}
