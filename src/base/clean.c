/* Which characters go. What each is for and why it goes is told in docs/unicode.md. */
#include "clean.h"

/* Sorted. Tag characters and joiners are looked at one by one below. */
static const struct {
    uint32_t first, last;
} dropped_ranges[] = {
    {0x00, 0x08},     {0x0b, 0x0c},     {0x0e, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x200b, 0x200b},
    {0x202a, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe001f},
};

/* Scripts whose letters take another form beside a joiner or a non-joiner: Arabic and its like, N'Ko, those of India, Tibetan,
 * Myanmar, Khmer, Mongolian, and what Unicode has added to them since. Sorted. */
static const struct {
    uint32_t first, last;
} joining_ranges[] = {
    {0x600, 0x74f},   {0x750, 0x77f},   {0x7c0, 0x7ff},   {0x840, 0xdff},     {0xf00, 0x109f},    {0x1780, 0x18af},
    {0x1a20, 0x1cff}, {0xa800, 0xabff}, {0xfb50, 0xfdff}, {0xfe70, 0xfefc},   {0x10a00, 0x11fff}, {0x1e900, 0x1e95f},
};

enum { NON_JOINER = 0x200c, JOINER = 0x200d, BLACK_FLAG = 0x1f3f4, TAG_FIRST = 0xe0020, TAG_END = 0xe007f, EMOJI_STYLE = 0xfe0f };
/* Letters of the longest flag of a region; a walk over more is in vain. */
#define TAGS_MOST 7

/* windows-1252, which pages that hold U+0080 to U+009F mostly mean (HTML Standard, 13.2.5.80, on numbers). */
static const uint16_t c1_code_points[32] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
    0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

uint32_t clean_c1(uint32_t c) { return c >= 0x80 && c <= 0x9f ? c1_code_points[c - 0x80] : c; }

static bool is_dropped_always(uint32_t c) {
    for (size_t i = 0; i < DH_COUNT(dropped_ranges); i++)
        if (c <= dropped_ranges[i].last) return c >= dropped_ranges[i].first;
    return false;
}

static bool is_joining(uint32_t c) {
    for (size_t i = 0; i < DH_COUNT(joining_ranges); i++)
        if (c <= joining_ranges[i].last) return c >= joining_ranges[i].first;
    return false;
}

static bool is_emoji(uint32_t c) {
    return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2190 && c <= 0x21ff) || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x2b00 && c <= 0x2bff) ||
           c == EMOJI_STYLE;
}

/* The code points beside offset `at` of a text; 0 where it begins or ends. */
static uint32_t before(dh_view all, size_t at, size_t *begin) {
    size_t len;
    *begin = at;
    if (!at) return 0;
    do --*begin;
    while (*begin && ((unsigned char)all.ptr[*begin] & 0xc0) == 0x80);
    return utf8_decode(all.ptr + *begin, all.ptr + at, &len);
}

static uint32_t code_at(dh_view all, size_t at, size_t *len) {
    *len = 0;
    return at < all.len ? utf8_decode(all.ptr + at, all.ptr + all.len, len) : 0;
}

static bool joins(dh_view all, size_t at, size_t len, uint32_t c) {
    size_t unused;
    uint32_t left = before(all, at, &unused), right = code_at(all, at + len, &unused);
    return is_joining(left) || is_joining(right) || (c == JOINER && is_emoji(left) && is_emoji(right));
}

static bool is_tag(uint32_t c) { return c >= TAG_FIRST && c <= TAG_END; }

/* True for a tag character of the flag of a region: a black flag, the region's letters as tags, an end. */
static bool is_of_flag(dh_view all, size_t at) {
    size_t first = at, len, tags = 0;
    uint32_t c = TAG_FIRST;
    for (size_t i = 0; i <= TAGS_MOST && is_tag(c); i++) c = before(all, first, &first);
    if (c != BLACK_FLAG) return false;
    code_at(all, first, &len);
    for (first += len; is_tag(c = code_at(all, first, &len)) && c != TAG_END && tags <= TAGS_MOST; first += len) tags++;
    return tags && c == TAG_END && at <= first;
}

/* Bytes that begin no character that may go; others have to be decoded. */
static bool is_clear(unsigned char c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != 0x7f && c != 0xc2 && c != 0xe2 && c != 0xef && c != 0xf3;
}

/* True if the character at `at` goes; *len: its bytes. */
static bool goes(dh_view all, size_t at, size_t *len) {
    *len = 1;
    if (is_clear((unsigned char)all.ptr[at])) return false;
    uint32_t c = code_at(all, at, len);
    if (c == NON_JOINER || c == JOINER) return !joins(all, at, *len, c);
    if (is_tag(c)) return !is_of_flag(all, at);
    return is_dropped_always(c);
}

bool clean_next(dh_view all, size_t *at, dh_view *kept) {
    size_t i = *at, len = 0;
    while (i < all.len && goes(all, i, &len)) i += len;
    size_t from = i;
    while (i < all.len && !goes(all, i, &len)) i += len;
    *kept = (dh_view){all.ptr + from, i - from};
    *at = i;
    return i > from;
}

/* Of what goes, the controls that were meant as letters or marks. */
static dh_status append_meant(dh_buf *out, dh_view gone) {
    dh_status st = DH_OK;
    for (size_t at = 0, len; !st && at < gone.len; at += len) {
        char bytes[4];
        uint32_t c = code_at(gone, at, &len), meant = clean_c1(c);
        if (meant != c) st = dh_buf_append(out, bytes, utf8_encode(meant, bytes));
    }
    return st;
}

dh_status clean_append(dh_buf *out, dh_view all) {
    dh_view kept;
    dh_status st = DH_OK;
    for (size_t from = 0, at = 0; !st && from < all.len; from = at) {
        clean_next(all, &at, &kept);
        st = append_meant(out, (dh_view){all.ptr + from, at - from - kept.len});
        if (!st) st = buf_append_view(out, kept);
    }
    return st;
}
