/* Decodes character references by the tokenizer's rules for text (HTML Standard, 13.2.5.72 and on). */
#include "page/entity.h"

#include "base/clean.h"

#define LONGEST_NAME 32 /* CounterClockwiseContourIntegral; */

static unsigned digit(char c, unsigned base) {
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    c = ascii_lower(c);
    if (base == 16 && c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    return 99;
}

static size_t decode_number(const char *p, const char *end, char *out, size_t *out_len) {
    const char *q = p + 2;
    unsigned base = q < end && (*q == 'x' || *q == 'X') ? 16 : 10;
    if (base == 16) q++;
    const char *digits = q;
    uint32_t c = 0;
    for (; q < end && digit(*q, base) < base; q++)
        if (c < 0x110000) c = c * base + digit(*q, base);
    if (q == digits) return 0;
    if (q < end && *q == ';') q++;
    c = clean_c1(c);
    *out_len = utf8_encode(c ? c : 0xfffd, out);
    return (size_t)(q - p);
}

static size_t decode_name(const char *p, const char *end, char *out, size_t *out_len) {
    const char *name = p + 1;
    size_t room = (size_t)(end - name), best = 0;
    if (!room || (unsigned char)*name >= 127) return 0;
    size_t lo = entity_first[(unsigned char)*name], hi = entity_first[(unsigned char)*name + 1];
    if (room > LONGEST_NAME) room = LONGEST_NAME;
    /* The longest row that stands here wins; rows are sorted, so the range of those that share n bytes narrows. */
    for (size_t n = 1; n <= room && lo < hi; n++) {
        while (lo < hi && (entity_rows[lo].name_len < n || entity_rows[lo].name[n - 1] < name[n - 1])) lo++;
        size_t k = lo;
        while (k < hi && entity_rows[k].name_len >= n && entity_rows[k].name[n - 1] == name[n - 1]) k++;
        hi = k;
        if (lo < hi && entity_rows[lo].name_len == n) {
            best = n;
            *out_len = entity_rows[lo].text_len;
            memcpy(out, entity_rows[lo].text, *out_len);
        }
    }
    return best ? best + 1 : 0;
}

size_t entity_decode(const char *p, const char *end, char out[ENTITY_MAX_BYTES], size_t *out_len) {
    if (end - p < 2) return 0;
    if (p[1] == '#') return decode_number(p, end, out, out_len);
    return decode_name(p, end, out, out_len);
}

size_t entity_decode_attr(const char *p, const char *end, char out[ENTITY_MAX_BYTES], size_t *out_len) {
    size_t n = *p == '&' ? entity_decode(p, end, out, out_len) : 0;
    bool goes_on = n && p[1] != '#' && p[n - 1] != ';' && p + n < end && (p[n] == '=' || ascii_alnum(p[n]));
    return goes_on ? 0 : n;
}
