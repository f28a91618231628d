/* Charsets that the pattern of the bytes tells: UTF-16 and UTF-32 by their NULs, ISO-2022-* and HZ by their escapes. */
#include "charset.h"

/* Enough to see a pattern; a page of markup shows it in its first kilobyte. */
#define TOLD_BYTES ((size_t)64 << 10)

/* ---- NULs ---- */

/* Code units of one reading of the bytes. */
typedef struct {
    size_t units, ascii, bad;
    size_t odd_bytes; /* units beyond ASCII with a byte that no ASCII text has */
} unit_counts;

static bool is_text_byte(unsigned c) { return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r'; }

/* A code point that no text has: controls, private use, noncharacters. Surrogates are looked at by the caller. */
static bool is_bad(uint32_t c) {
    if (c < 0xa0) return !(c >= 0x20 && c < 0x7f) && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x85;
    return (c >= 0xe000 && c < 0xf900) || (c >= 0xfdd0 && c < 0xfdf0) || (c & 0xfffe) == 0xfffe || c > 0x10ffff;
}

static unit_counts count16(dh_view v, bool big) {
    unit_counts n = {0};
    bool high = false; /* the unit before was the first half of a pair */
    for (size_t i = 0; i + 2 <= v.len; i += 2) {
        unsigned a = (unsigned char)v.ptr[i], b = (unsigned char)v.ptr[i + 1], c = big ? a << 8 | b : b << 8 | a;
        bool surrogate = c >= 0xd800 && c < 0xe000, low = c >= 0xdc00 && surrogate;
        n.units++;
        n.bad += surrogate ? low != high : is_bad(c) + (unsigned)high;
        n.ascii += is_text_byte(c);
        n.odd_bytes += c >= 0x80 && !(is_text_byte(a) && is_text_byte(b));
        high = surrogate && !low;
    }
    return n;
}

static unit_counts count32(dh_view v, bool big) {
    unit_counts n = {0};
    for (size_t i = 0; i + 4 <= v.len; i += 4) {
        const unsigned char *p = (const unsigned char *)v.ptr + i;
        uint32_t c = big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                         : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
        n.units++;
        n.bad += is_bad(c) || (c >= 0xd800 && c < 0xe000);
        n.ascii += c < 0x80 && is_text_byte(c);
    }
    return n;
}

/* A unit in 64 may be bad: pages carry dirt. */
static bool is_text32(unit_counts n) { return n.units >= 2 && n.ascii && n.bad <= n.units / 64; }

/* One unit in a hundred is ASCII at least: Chinese has its line ends, and markup (a body of ideographs has no NUL, but for
 * U+4E00). Where most are not, some of the others must have a byte that ASCII has not, or it is ASCII with a few NULs in
 * it, whose pairs of letters look like ideographs. The other reading has to be worse by far. */
static bool is_text16(unit_counts n, unit_counts other) {
    size_t rest = n.units - n.ascii;
    if (n.ascii < 2 || n.ascii < n.units / 100 || n.bad > n.units / 64 || other.ascii > n.ascii / 4) return false;
    return n.ascii >= rest || n.odd_bytes >= rest / 4;
}

const charset *charset_by_nuls(dh_view head) {
    if (head.len > TOLD_BYTES) head.len = TOLD_BYTES;
    if (head.len < 4 || !memchr(head.ptr, '\0', head.len)) return NULL;
    if (is_text32(count32(head, false))) return charset_of(UTF_32LE);
    if (is_text32(count32(head, true))) return charset_of(UTF_32BE);
    unit_counts little = count16(head, false), big = count16(head, true);
    if (is_text16(little, big)) return charset_of(UTF_16LE);
    return is_text16(big, little) ? charset_of(UTF_16BE) : NULL;
}

/* ---- escapes ---- */

static dh_view view_after(dh_view v, size_t n) { return (dh_view){v.ptr + n, v.len - n}; }

/* Bytes at the start of v that are pairs of graphic characters, the first up to `first_max`; 0 if they are an odd number.
 * A cut at the end of v is no fault. */
static size_t pair_bytes(dh_view v, unsigned char first_max) {
    size_t n = 0;
    while (n < v.len && v.ptr[n] > 0x20 && v.ptr[n] < 0x7f) {
        if (n % 2 == 0 && (unsigned char)v.ptr[n] > first_max) break;
        n++;
    }
    if (n == v.len) return n;
    return n % 2 ? 0 : n;
}

/* "ESC $ B" and its like, pairs, and an escape or the end of the line. */
static bool is_jis(dh_view at_escape) {
    static const dh_view sets[] = {DH_LIT("\x1b$B"), DH_LIT("\x1b$@"), DH_LIT("\x1b$(D")};
    for (size_t i = 0; i < DH_COUNT(sets); i++) {
        if (!view_starts(at_escape, sets[i])) continue;
        dh_view text = view_after(at_escape, sets[i].len);
        size_t n = pair_bytes(text, 0x7e);
        return n && (n == text.len || text.ptr[n] == '\x1b' || text.ptr[n] == '\n' || text.ptr[n] == '\r');
    }
    return false;
}

/* HZ says "~{" and "~}" around its pairs, on one line. The format directives of Lisp and the like have no even number of
 * bytes there, or spaces; one that fails outweighs one that does not. */
static bool is_hz(dh_view head) {
    size_t good = 0, bad = 0;
    if (head.len > TOLD_BYTES) head.len = TOLD_BYTES;
    for (const char *p; head.len && (p = memmem(head.ptr, head.len, "~{", 2));) {
        head = view_after(head, (size_t)(p - head.ptr) + 2);
        size_t n = pair_bytes(head, 0x77);
        bool ends = n && (n == head.len || (head.len - n >= 2 && !memcmp(head.ptr + n, "~}", 2)));
        good += ends;
        bad += !ends;
        head = view_after(head, n);
    }
    return good > bad;
}

const charset *charset_by_escapes(dh_view head) {
    dh_view rest = head;
    bool shifts = head.len && memchr(head.ptr, '\x0e', head.len);
    for (const char *p; rest.len && (p = memchr(rest.ptr, '\x1b', rest.len));) {
        rest = view_after(rest, (size_t)(p - rest.ptr));
        if (is_jis(rest)) return charset_of(ISO_2022_JP);
        if (shifts && view_starts(rest, DH_VIEW("\x1b$)C"))) return charset_of(ISO_2022_KR);
        if (shifts && view_starts(rest, DH_VIEW("\x1b$)A"))) return charset_of(ISO_2022_CN);
        rest = view_after(rest, 1);
    }
    return is_hz(head) ? charset_of(HZ_GB_2312) : NULL;
}
