/* Seven-bit East Asian charsets, made eight-bit for iconv: ISO-2022-JP becomes EUC-JP, HZ and ISO-2022-CN GB 2312,
 * ISO-2022-KR EUC-KR. glibc reads no HZ, and of the others less than is found in mails and pages. */
#include "decode.h"

#define ESC 0x1b
#define SO  0x0e
#define SI  0x0f

typedef enum { SET_ASCII = 0, SET_PAIRS, SET_KANA, SET_JIS_0212 } seven_set;

/* Escapes of ISO-2022-JP. JIS X 0201 Roman is ASCII but for yen and overline, which the standard keeps; pages that use it
 * mean the backslash of a path as often, so it is ASCII here. */
static const struct {
    dh_view bytes;
    seven_set set;
} jis_escapes[] = {
    {DH_LIT("\x1b(B"), SET_ASCII}, {DH_LIT("\x1b(J"), SET_ASCII}, {DH_LIT("\x1b(I"), SET_KANA},
    {DH_LIT("\x1b$@"), SET_PAIRS}, {DH_LIT("\x1b$B"), SET_PAIRS}, {DH_LIT("\x1b$(D"), SET_JIS_0212},
};

/* Of -KR and -CN: they only announce what SO will shift to. */
static const dh_view announcements[] = {DH_LIT("\x1b$)C"), DH_LIT("\x1b$)A"), DH_LIT("\x1b$)G"), DH_LIT("\x1b$*H")};

typedef struct {
    in_decoder *d;
    dh_buf *out;
    size_t len;
    char bytes[4096]; /* eight-bit, not given to iconv yet */
} seven_stage;

static dh_status put(seven_stage *s, unsigned char c) {
    dh_status st = DH_OK;
    if (s->len == sizeof s->bytes) {
        st = decode_iconv(s->d, (dh_view){s->bytes, s->len}, false, s->out);
        s->len = 0;
    }
    s->bytes[s->len++] = (char)c;
    return st;
}

/* A byte that no set has: 0xff is bad in every charset that these become. */
static dh_status put_bad(seven_stage *s) { return put(s, 0xff); }

static dh_status put_all(seven_stage *s, const unsigned char *p, size_t n) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < n && !st; i++) st = put(s, p[i]);
    return st;
}

/* Ends a pair that has one byte only. */
static dh_status drop_lead(seven_stage *s) {
    if (!s->d->seven.lead) return DH_OK;
    s->d->seven.lead = 0;
    return put_bad(s);
}

/* A graphic byte in a set of pairs. */
static dh_status pair_byte(seven_stage *s, unsigned char c) {
    seven_state *seven = &s->d->seven;
    if (!seven->lead) {
        seven->lead = c;
        return DH_OK;
    }
    unsigned char pair[3] = {0x8f, seven->lead | 0x80, c | 0x80};
    seven->lead = 0;
    return seven->set == SET_JIS_0212 ? put_all(s, pair, 3) : put_all(s, pair + 1, 2);
}

static dh_status plain_byte(seven_stage *s, unsigned char c) {
    seven_state *seven = &s->d->seven;
    bool paired = seven->shifted || seven->set == SET_PAIRS || seven->set == SET_JIS_0212;
    bool graphic = c > 0x20 && c < 0x7f;
    if (graphic && paired) return pair_byte(s, c);
    dh_status st = drop_lead(s);
    if (st) return st;
    if (c == '\n') { /* every line begins as ASCII */
        seven->set = SET_ASCII;
        seven->shifted = false;
    }
    if (seven->set == SET_KANA && c > 0x20 && c < 0x60) {
        unsigned char kana[2] = {0x8e, c | 0x80};
        return put_all(s, kana, 2);
    }
    return c >= 0x80 ? put_bad(s) : put(s, c);
}

/* ---- escapes ---- */

typedef enum { ESCAPE_NONE, ESCAPE_OPEN, ESCAPE_WHOLE } escape_match;

static escape_match match_hz(const seven_state *seven, seven_set *set, bool *tilde) {
    if (seven->escape_len < 2) return ESCAPE_OPEN;
    unsigned char c = seven->escape[1];
    *tilde = c == '~';
    if (c == '{') *set = SET_PAIRS;
    else if (c == '}') *set = SET_ASCII;
    else return c == '~' || c == '\n' ? ESCAPE_WHOLE : ESCAPE_NONE; /* "~" at the end of a line joins it to the next */
    return ESCAPE_WHOLE;
}

static escape_match match_iso(const seven_state *seven, seven_set *set) {
    dh_view seen = {(const char *)seven->escape, seven->escape_len};
    escape_match best = ESCAPE_NONE;
    for (size_t i = 0; i < DH_COUNT(jis_escapes); i++) {
        if (view_is(seen, jis_escapes[i].bytes)) {
            *set = jis_escapes[i].set;
            return ESCAPE_WHOLE;
        }
        if (view_starts(jis_escapes[i].bytes, seen)) best = ESCAPE_OPEN;
    }
    for (size_t i = 0; i < DH_COUNT(announcements); i++) {
        if (view_is(seen, announcements[i])) return ESCAPE_WHOLE;
        if (view_starts(announcements[i], seen)) best = ESCAPE_OPEN;
    }
    return best;
}

/* Takes one more byte of an escape; *again is true if that byte is none of it and has to be looked at anew. */
static dh_status escape_byte(seven_stage *s, unsigned char c, bool *again) {
    seven_state *seven = &s->d->seven;
    seven_set set = (seven_set)seven->set;
    bool tilde = false, hz = seven->escape_len ? seven->escape[0] == '~' : c == '~';
    seven->escape[seven->escape_len++] = c;
    escape_match match = hz ? match_hz(seven, &set, &tilde) : match_iso(seven, &set);
    *again = false;
    if (match == ESCAPE_OPEN) return DH_OK;
    size_t len = seven->escape_len;
    seven->escape_len = 0;
    dh_status st = drop_lead(s);
    if (match == ESCAPE_WHOLE) {
        seven->set = (unsigned char)set;
        return st || !tilde ? st : put(s, '~');
    }
    /* An escape for a terminal, or "~" as such: it is text. */
    *again = true;
    return st ? st : put_all(s, seven->escape, len - 1);
}

static dh_status seven_byte(seven_stage *s, unsigned char c) {
    seven_state *seven = &s->d->seven;
    bool hz = s->d->row == charset_of(HZ_GB_2312), again = true;
    bool begins = hz ? c == '~' && !seven->lead : c == ESC;
    dh_status st = DH_OK;
    if (seven->escape_len || begins) {
        st = escape_byte(s, c, &again);
        if (st || !again) return st;
        begins = !hz && c == ESC;
        if (begins) return escape_byte(s, c, &again);
    }
    if (!hz && (c == SO || c == SI) && s->d->row != charset_of(ISO_2022_JP)) {
        seven->shifted = c == SO;
        return drop_lead(s);
    }
    return plain_byte(s, c);
}

dh_status decode_seven(in_decoder *d, dh_view v, bool last, dh_buf *out) {
    seven_stage s = {.d = d, .out = out};
    dh_status st = DH_OK;
    for (size_t i = 0; i < v.len && !st; i++) st = seven_byte(&s, (unsigned char)v.ptr[i]);
    if (!st && last && d->seven.escape_len) st = put_all(&s, d->seven.escape, d->seven.escape_len);
    if (!st && last) st = drop_lead(&s);
    return st ? st : decode_iconv(d, (dh_view){s.bytes, s.len}, last, out);
}
