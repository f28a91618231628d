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

/* The class of a code point past ASCII; *near is the range that it was found in, to begin with next time: texts stay in one
 * script. */
static uint16_t class_of(uint32_t c, range *near) {
    if (c >= near->from && c <= near->to) return near->cls;
    if (c >= 0x100 && c < 0x180) return c & 1 ? SMALL : CAPITAL; /* Latin Extended-A: pairs, nearly */
    size_t lo = 0, hi = DH_COUNT(ranges);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (ranges[mid].to < c) lo = mid + 1;
        else hi = mid;
    }
    if (lo < DH_COUNT(ranges) && ranges[lo].from <= c) {
        *near = ranges[lo];
    } else { /* between two ranges: letters */
        uint32_t from = lo ? ranges[lo - 1].to + 1 : 0x80, to = lo < DH_COUNT(ranges) ? ranges[lo].from - 1 : UINT32_MAX;
        if (from < 0x180 && c >= 0x180) from = 0x180;
        if (to >= 0x100 && c < 0x100) to = 0xff;
        *near = (range){from, to, SMALL};
    }
    return near->cls;
}

static bool is_bullet(uint32_t c) {
    return c == '-' || c == '*' || c == '+' || c == 0x2022 || c == 0xb7 || c == 0x2013 || c == 0x25aa || c == 0x25cf;
}

static jd_first first_of(uint32_t c, uint16_t cls) {
    if (cls & ALONE) return JD_FIRST_ALONE;
    if (cls & CAPITAL) return JD_FIRST_CAPITAL;
    if (cls & SMALL) return JD_FIRST_SMALL;
    if (cls & DIGIT) return JD_FIRST_DIGIT;
    if (is_bullet(c)) return JD_FIRST_BULLET;
    if (c == '(' || c == '[' || c == '{' || c == '<') return JD_FIRST_BRACKET;
    return cls & OPENER ? JD_FIRST_QUOTE : JD_FIRST_OTHER;
}

static jd_last last_of(uint32_t c, uint16_t cls, bool ellipsis) {
    if (ellipsis) return JD_LAST_ELLIPSIS;
    if (c == '!' || c == 0xff01) return JD_LAST_CALL;
    if (c == '?' || c == 0xff1f || c == 0x61f) return JD_LAST_QUESTION;
    if (cls & STOP) return JD_LAST_STOP;
    if (c == ':' || c == 0xff1a) return JD_LAST_COLON;
    if (cls & COMMA) return JD_LAST_COMMA;
    if (cls & BAR) return JD_LAST_BAR;
    if (cls & DIGIT) return JD_LAST_DIGIT;
    return cls & (SMALL | CAPITAL | ALONE) ? JD_LAST_LETTER : JD_LAST_OTHER;
}

static void note_start(uint32_t c, uint16_t cls, jd_stats *s) {
    s->starts_small = cls & SMALL;
    s->starts_digit = cls & DIGIT;
    s->starts_quote = cls & OPENER;
    s->starts_bullet = is_bullet(c);
    s->first = (uint8_t)first_of(c, cls);
}

static bool is_currency(uint32_t c) { return c == '$' || (c >= 0xa2 && c <= 0xa5) || (c >= 0x20a0 && c <= 0x20cf); }

/* Signs that are rarer than letters. */
static void note_sign(uint32_t c, uint16_t cls, jd_stats *s) {
    s->price |= is_currency(c);
    s->copyright |= c == 0xa9;
    s->quotes = (uint16_t)(s->quotes + ((cls & OPENER) != 0 && c != '\''));
    s->arrows = (uint16_t)(s->arrows + (c == 0xbb || c == 0x203a || c == '>' || (c >= 0x2190 && c <= 0x21ff)));
    s->brackets = (uint16_t)(s->brackets + (c == '(' || c == '['));
}

typedef struct {
    uint16_t last;      /* class of the last character */
    uint16_t last_sign; /* class of the last character that is neither white space nor a closer */
    uint32_t last_char; /* that character */
    uint32_t dots;      /* full stops in a row at its end */
    uint32_t digits, number; /* of the number that is being read */
    uint32_t clock;     /* digits since "12:"; 0: none */
    bool in_word;
    bool ellipsis;      /* the last character that is no white space ends one */
    range near;         /* that the last character past ASCII was found in */
} state;

/* Follows numbers: years, and times such as 9:30. */
static void note_digit(uint32_t c, uint16_t cls, state *st, jd_stats *s) {
    if (cls & DIGIT) {
        st->number = st->digits < 5 && c < 128 ? st->number * 10 + (c - '0') : 0;
        st->digits++;
        if (st->clock && ++st->clock == 3) s->clock = true;
        return;
    }
    if (st->digits == 4 && st->number >= 1900 && st->number < 2100) s->year = true;
    st->clock = c == ':' && st->digits && st->digits < 3;
    st->digits = st->number = 0;
}

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
    if ((cls & DIGIT) || st->digits || st->clock) note_digit(c, cls, st, s);
    if (!letter && !(cls & SPACE)) note_sign(c, cls, s);
    st->in_word = (letter && !(cls & ALONE)) || (st->in_word && (c == '\'' || c == 0x2019 || c == '-'));
    st->dots = c == '.' ? st->dots + 1 : 0;
    if (!(cls & (SPACE | CLOSER))) {
        st->last_sign = cls;
        st->last_char = c;
    }
    st->last = cls;
}

static bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/* A run of small letters of ASCII and blanks that begins with a letter, which most text is; behind the line's first character, so that no
 * start is to be noted. Without a branch at the ends of words: nobody foretells those. */
static const char *take_letters(const char *p, const char *end, state *st, jd_stats *s) {
    const char *q = p;
    uint32_t letters = 0, words = 0, before = st->in_word;
    for (; q < end && (is_small(*q) || *q == ' '); q++) {
        uint32_t letter = is_small(*q);
        letters += letter;
        words += letter & ~before;
        before = letter;
    }
    if (st->digits || st->clock) note_digit('a', SMALL, st, s);
    s->chars += (uint32_t)(q - p);
    s->letters += letters;
    s->words += words;
    st->in_word = before;
    st->dots = 0;
    st->last = before ? SMALL : SPACE;
    st->last_sign = SMALL;
    st->ellipsis = false;
    const char *last = q - 1;
    while (*last == ' ') last--;
    st->last_char = (unsigned char)*last;
    return q;
}

/* One blank, behind the first character. */
static void take_blank(state *st, jd_stats *s) {
    if (st->digits || st->clock) note_digit(' ', SPACE, st, s);
    s->chars++;
    s->sentences += (st->last_sign & STOP) && !(st->last & SPACE);
    st->in_word = false;
    st->dots = 0;
    st->last = SPACE;
}

/* Any character. Returns what is behind it. */
static const char *take_any(const char *p, const char *end, state *st, jd_stats *s) {
    size_t n = 1;
    uint32_t c = (unsigned char)*p;
    if (c >= 0x80) c = utf8_decode(p, end, &n);
    uint16_t cls = c < 0x80 ? ascii_class[c] : class_of(c, &st->near);
    if (cls & SPACE) {
        if (s->chars) s->chars++;
    } else if (!s->chars++) {
        note_start(c, cls, s);
    }
    count(c, cls, st, s);
    if (!(cls & SPACE)) st->ellipsis = st->dots >= 3 || c == 0x2026;
    return p + n;
}

void jd_stats_count(dh_view text, size_t max_bytes, jd_stats *out) {
    *out = (jd_stats){0};
    state st = {.last = SPACE, .near = {1, 0, 0}};
    const char *p = text.ptr, *end = p + (max_bytes && max_bytes < text.len ? max_bytes : text.len);
    while (p < end) {
        if (*p >= 'a' && *p <= 'z' && out->chars) p = take_letters(p, end, &st, out);
        else if (*p == ' ' && out->chars) take_blank(&st, out), p++;
        else p = take_any(p, end, &st, out);
    }
    bool ellipsis = st.ellipsis;
    if (st.last & SPACE && out->chars) out->chars--;
    note_digit(0, 0, &st, out);
    bool stop = st.last_sign & STOP;
    out->last = (uint8_t)last_of(st.last_char, st.last_sign, ellipsis);
    out->sentences += stop && !(st.last & SPACE);
    out->ends_sentence = stop;
    out->ends_ellipsis = ellipsis;
    out->ends_colon = st.last_char == ':' || st.last_char == 0xff1a;
}
