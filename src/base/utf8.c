/* UTF-8: validating (the definition is RFC 3629: no surrogates, no overlong forms), decoding, encoding. */
#include "base.h"

/* Bytes of the valid sequence at p, 0 if there is none before end. */
static size_t sequence(const unsigned char *p, const unsigned char *end) {
    size_t left = (size_t)(end - p);
    unsigned char a = p[0];
    if (a < 0x80) return 1;
    if (a < 0xc2 || a > 0xf4) return 0;
    if (left < 2 || (p[1] & 0xc0) != 0x80) return 0;
    if (a < 0xe0) return 2;
    if (left < 3 || (p[2] & 0xc0) != 0x80) return 0;
    if (a < 0xf0) {
        if (a == 0xe0 && p[1] < 0xa0) return 0;
        if (a == 0xed && p[1] > 0x9f) return 0;
        return 3;
    }
    if (left < 4 || (p[3] & 0xc0) != 0x80) return 0;
    if (a == 0xf0 && p[1] < 0x90) return 0;
    if (a == 0xf4 && p[1] > 0x8f) return 0;
    return 4;
}

size_t utf8_valid_prefix(dh_view v) {
    if (!v.len) return 0; /* an empty view may have no ptr */
    const unsigned char *start = (const unsigned char *)v.ptr, *p = start, *end = start + v.len;
    while (p < end) {
        uint64_t w[4];
        while ((size_t)(end - p) >= sizeof w) { /* 32 ASCII bytes at a time */
            memcpy(w, p, sizeof w);
            if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u) break;
            p += sizeof w;
        }
        while (p < end && *p < 0x80) p++;
        while (p < end && *p >= 0x80) {
            size_t n = sequence(p, end);
            if (!n) return (size_t)(p - start);
            p += n;
        }
    }
    return v.len;
}

uint32_t utf8_decode(const char *s, const char *end, size_t *len) {
    const unsigned char *p = (const unsigned char *)s;
    size_t n = sequence(p, (const unsigned char *)end);
    *len = n ? n : 1;
    switch (n) {
    case 1: return p[0];
    case 2: return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3: return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6 |
               (p[3] & 0x3f);
    default: return 0xfffd;
    }
}

size_t utf8_encode(uint32_t c, char out[4]) {
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = 0xfffd;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* The code unit of four hexadecimal digits at p; -1 if they are none. */
static int32_t unit_at(const char *p, const char *end) {
    int32_t unit = 0;
    if (end - p < 4) return -1;
    for (size_t i = 0; i < 4; i++) {
        int digit = ascii_hex(p[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

bool utf8_escaped(const char **p, const char *end, uint32_t *c) {
    int32_t unit = unit_at(*p, end), low = -1;
    if (unit < 0) return false;
    *p += 4;
    *c = (uint32_t)unit;
    bool high = unit >= 0xd800 && unit < 0xdc00;
    if (high && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') low = unit_at(*p + 2, end);
    if (low < 0xdc00 || low > 0xdfff) return true;
    *p += 6;
    *c = 0x10000 + ((*c - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
    return true;
}
