/* Counts characters, words and signs of a block's text. ASCII goes by a table; other scripts by ranges that are right for
 * the letters and signs of running text, which is all that the judge needs. */
#include "judge/stats.h"

enum {
    OTHER = 0,
    SPACE = 1,
    SMALL = 2,   /* and letters of scripts without case */
    CAPITAL = 4,
    DIGIT = 8,
    STOP = 16,   /* ends a sentence */
    COMMA = 32,
    BAR = 64,
    CLOSER = 128, /* quotes and brackets that may stand behind the end of a sentence */
    ALONE = 256,  /* a letter that is a word */
    OPENER = 512
};

static const uint16_t ascii_class[128] = {
    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
    ['0' ... '9'] = DIGIT, ['A' ... 'Z'] = CAPITAL, ['a' ... 'z'] = SMALL,
    ['.'] = STOP, ['!'] = STOP, ['?'] = STOP, [','] = COMMA, [';'] = COMMA, ['|'] = BAR, ['/'] = BAR,
    ['"'] = CLOSER | OPENER, ['\''] = CLOSER | OPENER, [')'] = CLOSER, [']'] = CLOSER, ['}'] = CLOSER};

typedef struct {
    uint32_t from, to;
    uint16_t cls;
} range;

/* Sorted; what is in none is a letter without case (SMALL). */
static const range ranges[] = {
    {0x80, 0xa0, SPACE},          {0xa1, 0xa9, OTHER},           {0xaa, 0xaa, SMALL},   {0xab, 0xab, OPENER | CLOSER},
    {0xac, 0xb4, OTHER},          {0xb5, 0xb5, SMALL},           {0xb6, 0xb6, OTHER},   {0xb7, 0xb7, BAR},
    {0xb8, 0xb9, OTHER},          {0xba, 0xba, SMALL},           {0xbb, 0xbb, BAR | CLOSER}, {0xbc, 0xbe, OTHER},
    {0xbf, 0xbf, OPENER},         {0xc0, 0xd6, CAPITAL},         {0xd7, 0xd7, OTHER},   {0xd8, 0xde, CAPITAL},
    {0xf7, 0xf7, OTHER},          {0x37e, 0x37e, STOP},          {0x386, 0x38f, CAPITAL}, {0x391, 0x3ab, CAPITAL},
    {0x400, 0x42f, CAPITAL},      {0x589, 0x589, STOP},          {0x60c, 0x60c, COMMA}, {0x61b, 0x61b, COMMA},
    {0x61f, 0x61f, STOP},         {0x660, 0x669, DIGIT},         {0x6d4, 0x6d4, STOP},  {0x6f0, 0x6f9, DIGIT},
    {0x964, 0x965, STOP},         {0x966, 0x96f, DIGIT},         {0x9e6, 0x9ef, DIGIT}, {0xe00, 0xe4f, ALONE},
    {0xe50, 0xe59, DIGIT},        {0xe80, 0xeff, ALONE},         {0x1000, 0x104f, ALONE}, {0x1780, 0x17ff, ALONE},
    {0x2000, 0x200f, SPACE},      {0x2010, 0x2017, OTHER},       {0x2018, 0x201f, OPENER | CLOSER},
    {0x2020, 0x2021, OTHER},      {0x2022, 0x2023, BAR},         {0x2024, 0x2025, OTHER}, {0x2026, 0x2026, STOP},
    {0x2027, 0x2027, BAR},        {0x2028, 0x202f, SPACE},       {0x2030, 0x2038, OTHER}, {0x2039, 0x203a, BAR | CLOSER},
    {0x203b, 0x205e, OTHER},      {0x205f, 0x206f, SPACE},       {0x2070, 0x218f, OTHER}, {0x2190, 0x21ff, BAR},
    {0x2200, 0x2bff, OTHER},      {0x3000, 0x3000, SPACE},       {0x3001, 0x3001, COMMA}, {0x3002, 0x3002, STOP},
    {0x3003, 0x3007, OTHER},      {0x3008, 0x3011, OPENER | CLOSER}, {0x3012, 0x303f, OTHER}, {0x3040, 0x30fa, ALONE},
    {0x30fb, 0x30fb, BAR},        {0x30fc, 0x30ff, ALONE},       {0x3400, 0x9fff, ALONE}, {0xf900, 0xfaff, ALONE},
    {0xfe00, 0xfe0f, SPACE},      {0xff01, 0xff01, STOP},        {0xff02, 0xff07, OTHER}, {0xff08, 0xff09, OPENER | CLOSER},
    {0xff0c, 0xff0c, COMMA},      {0xff0e, 0xff0e, STOP},        {0xff10, 0xff19, DIGIT}, {0xff1b, 0xff1b, COMMA},
    {0xff1f, 0xff1f, STOP},       {0xff5c, 0xff5c, BAR},         {0xfffd, 0xfffd, OTHER}, {0x1f000, 0x1faff, OTHER},
    {0x20000, 0x3ffff, ALONE}};

static uint16_t class_of(uint32_t c) {
    if (c < 128) return ascii_class[c];
    size_t lo = 0, hi = DH_COUNT(ranges);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (ranges[mid].to < c) lo = mid + 1;
        else hi = mid;
    }
    if (lo < DH_COUNT(ranges) && ranges[lo].from <= c) return ranges[lo].cls;
    if (c >= 0x100 && c < 0x180) return c & 1 ? SMALL : CAPITAL; /* Latin Extended-A: pairs, nearly */
    return SMALL;
}

static void note_start(uint32_t c, uint16_t cls, jd_stats *s) {
    s->starts_small = cls & SMALL;
    s->starts_digit = cls & DIGIT;
    s->starts_quote = cls & OPENER;
    s->starts_bullet = c == '-' || c == '*' || c == '+' || c == 0x2022 || c == 0xb7 || c == 0x2013 || c == 0x25aa || c == 0x25cf;
}

typedef struct {
    uint16_t last;      /* class of the last character */
    uint16_t last_sign; /* class of the last character that is neither white space nor a closer */
    uint32_t last_char; /* that character */
    uint32_t dots;      /* full stops in a row at its end */
    bool in_word;
} state;

static void count(uint32_t c, uint16_t cls, state *st, jd_stats *s) {
    bool letter = cls & (SMALL | CAPITAL | ALONE | DIGIT);
    s->letters += (cls & (SMALL | CAPITAL | ALONE)) != 0;
    s->capitals += (cls & CAPITAL) != 0;
    s->digits += (cls & DIGIT) != 0;
    s->commas += (cls & COMMA) != 0;
    s->bars += (cls & BAR) != 0;
    if (cls & ALONE) {
        s->words++;
        s->alone++;
    } else if (letter && !st->in_word) {
        s->words++;
        s->capitalised += (cls & CAPITAL) != 0;
    }
    if ((cls & SPACE) && (st->last_sign & STOP) && !(st->last & SPACE)) s->sentences++;
    if ((c == '@' && st->in_word) || (c == '/' && st->last_char == '/' && (st->last & BAR))) s->address = true;
    st->in_word = (letter && !(cls & ALONE)) || (st->in_word && (c == '\'' || c == 0x2019 || c == '-'));
    st->dots = c == '.' ? st->dots + 1 : 0;
    if (!(cls & (SPACE | CLOSER))) {
        st->last_sign = cls;
        st->last_char = c;
    }
    st->last = cls;
}

void jd_stats_count(dh_view text, size_t max_bytes, jd_stats *out) {
    *out = (jd_stats){0};
    state st = {.last = SPACE};
    const char *p = text.ptr, *end = p + (max_bytes && max_bytes < text.len ? max_bytes : text.len);
    bool ellipsis = false;
    while (p < end) {
        size_t n = 1;
        uint32_t c = (unsigned char)*p;
        if (c >= 0x80) c = utf8_decode(p, end, &n);
        uint16_t cls = class_of(c);
        p += n;
        if (cls & SPACE) {
            if (out->chars) out->chars++;
        } else if (!out->chars++) {
            note_start(c, cls, out);
        }
        count(c, cls, &st, out);
        if (!(cls & SPACE)) ellipsis = st.dots >= 3 || c == 0x2026;
    }
    if (st.last & SPACE && out->chars) out->chars--;
    bool stop = st.last_sign & STOP;
    out->sentences += stop && !(st.last & SPACE);
    out->ends_sentence = stop;
    out->ends_ellipsis = ellipsis;
    out->ends_colon = st.last_char == ':' || st.last_char == 0xff1a;
}
