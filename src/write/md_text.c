/* Escapes text for Markdown. A character is escaped by where it stands: most stars, underscores and brackets of a page mean nothing to
 * CommonMark, and a text full of backslashes is hard to read. */
#include "write/md_text.h"

/* Longest name of a character reference. */
#define REFERENCE_MAX 33
/* Longest part before the "@" of an address of mail. */
#define MAIL_MAX 254

static bool is_punct(char c) { return c > ' ' && c < 0x7f && !ascii_alnum(c); }

/* The byte of the line at p; a newline behind its end. */
static char behind(dh_view line, const char *p) { return p < line.ptr + line.len ? *p : '\n'; }

/* True if '&' at p begins what reads as a character reference. */
static bool is_reference(const char *p, const char *end) {
    const char *q = p + 1;
    if (q < end && *q == '#') q++;
    const char *name = q;
    while (q < end && q - name < REFERENCE_MAX && ascii_alnum(*q)) q++;
    return q > name && q < end && *q == ';';
}

/* True if '<' at p begins what reads as markup, or as an address of mail between angle brackets. */
static bool is_bracket(const char *p, const char *end) {
    const char *q = p + 1, *most = end - q > MAIL_MAX ? q + MAIL_MAX : end;
    if (q < end && (*q == '/' || *q == '!' || *q == '?' || (ascii_alnum(*q) && !ascii_digit(*q)))) return true;
    while (q < most && *q > ' ' && *q != '>' && *q != '@') q++;
    return q < most && *q == '@';
}

/* True if all of a line is of these characters. */
static bool is_all(dh_view line, const char *chars) {
    for (size_t i = 0; i < line.len; i++)
        if (!line.ptr[i] || !strchr(chars, line.ptr[i])) return false;
    return true;
}

/* ---- where a line begins ---- */

/* Bytes of a line that must be followed by a backslash so that it begins no block: at most ten; SIZE_MAX if there is nothing to do. */
static size_t start_escape(dh_view line) {
    char c = line.len ? line.ptr[0] : ' ', next = line.len > 1 ? line.ptr[1] : '\n';
    size_t digits = 0;
    while (digits < line.len && digits < 10 && ascii_digit(line.ptr[digits])) digits++;
    if (digits && digits < 10 && digits < line.len && (line.ptr[digits] == '.' || line.ptr[digits] == ')'))
        return digits + 1 == line.len || ascii_space(line.ptr[digits + 1]) ? digits : SIZE_MAX;
    bool ends = ascii_space(next);
    bool block = c == '>' || c == '[' || (c == '#' && (ends || next == '#')) || ((c == '-' || c == '+') && ends) ||
                 (c == '-' && is_all(line, "- \t")) || (c == '=' && is_all(line, "= \t")) || /* would make a heading of what is above */
                 ((c == '|' || c == ':' || c == '-') && is_all(line, "-:| \t"));
    return block ? 0 : SIZE_MAX;
}

/* ---- within a line ---- */

static const bool is_special[256] = {['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true, ['~'] = true, ['['] = true,
                                     [']'] = true,  ['!'] = true, ['<'] = true, ['&'] = true, ['|'] = true, ['#'] = true};

static bool is_plain(char c) { return (unsigned char)c >= ' ' && (unsigned char)c != 0x7f && !is_special[(unsigned char)c]; }

/* A run of one of * _ ~ from p to q means nothing if it has white space on both sides, or, of underscores, letters. At the ends of the
 * text stars of ours may stand. */
static bool is_harmless(dh_view text, const char *p, const char *q) {
    if (p == text.ptr || q == text.ptr + text.len) return false;
    return (p[-1] == ' ' && *q == ' ') || (*p == '_' && ascii_alnum(p[-1]) && ascii_alnum(*q));
}

static bool needs_escape(const char *p, const char *text_end, const md_place *place) {
    const char *line_end = place->line.ptr + place->line.len;
    char next = behind(place->line, p + 1);
    switch (*p) {
    case '\\': case '`': return true;
    case '[': return place->in_link;
    case ']': return place->in_link || next == '(' || next == ':';
    case '!': return next == '[' || (p + 1 == text_end && p + 1 != line_end); /* a link may begin there */
    case '<': return is_bracket(p, line_end);
    case '&': return is_reference(p, line_end);
    case '|': return place->in_cell;
    case '#': return place->heading && p + 1 == line_end;
    default: return false;
    }
}

/* Writes one character of a text that is not plain, at p, or a run of it; returns what is behind. */
static const char *put_special(wr_out *o, const char *p, dh_view text, const md_place *place) {
    const char *q = p + 1, *end = text.ptr + text.len;
    if (*p == '*' || *p == '_' || *p == '~') {
        while (q < end && *q == *p) q++;
        bool harmless = is_harmless(text, p, q);
        for (; p < q; p++) {
            if (!harmless) WR_PUT(o, "\\");
            wr_put_char(o, *p);
        }
        return q;
    }
    if ((unsigned char)*p < ' ' || *p == 0x7f) {
        if (ascii_space(*p)) WR_PUT(o, " ");
        return q;
    }
    if (needs_escape(p, end, place)) WR_PUT(o, "\\");
    wr_put_char(o, *p);
    return q;
}

void md_text(wr_out *o, dh_view text, const md_place *place) {
    const char *p = text.ptr, *end = p + text.len;
    if (place->starts && p == place->line.ptr) {
        size_t n = start_escape(place->line);
        if (n < text.len) {
            wr_put(o, (dh_view){p, n});
            WR_PUT(o, "\\");
            wr_put_char(o, p[n]);
            p += n + 1;
        }
    }
    while (p < end && !o->status) {
        const char *q = p;
        while (q < end && is_plain(*q)) q++;
        wr_put(o, (dh_view){p, (size_t)(q - p)});
        p = q < end ? put_special(o, q, text, place) : q;
    }
}

void md_alt(wr_out *o, dh_view text, bool in_cell) {
    const md_place place = {.line = text, .in_cell = in_cell, .in_link = true};
    md_text(o, text, &place);
}

void md_address(wr_out *o, dh_view address) {
    const char *end = address.ptr + address.len;
    for (const char *p = address.ptr; p < end && !o->status; p++) {
        if (*p == '&' && is_reference(p, end)) WR_PUT(o, "&amp;");
        else wr_put_char(o, *p);
    }
}

size_t md_longest_fence(dh_view text) {
    size_t longest = 0, n = 0;
    for (size_t i = 0; i < text.len; i++) {
        n = text.ptr[i] == '`' ? n + 1 : 0;
        if (n > longest) longest = n;
    }
    return longest;
}

void md_code_span(wr_out *o, dh_view text, bool in_cell) {
    size_t fence = md_longest_fence(text) + 1;
    bool pad = text.len && (text.ptr[0] == '`' || text.ptr[text.len - 1] == '`');
    for (size_t i = 0; i < fence; i++) WR_PUT(o, "`");
    if (pad) WR_PUT(o, " ");
    for (size_t i = 0; i < text.len && !o->status; i++) {
        if (in_cell && text.ptr[i] == '|') WR_PUT(o, "\\");
        wr_put_char(o, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
    }
    if (pad) WR_PUT(o, " ");
    for (size_t i = 0; i < fence; i++) WR_PUT(o, "`");
}

/* ---- emphasis ---- */

typedef enum { SPACE, PUNCT, LETTER, UNSURE } char_class;

/* Scripts whose characters are letters all, but for a few that are no punctuation either. */
static const struct {
    uint32_t first, last;
} letters[] = {{0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x2af}, {0x388, 0x481}, {0x48a, 0x52f}, {0x531, 0x556}, {0x561, 0x587}, {0x5d0, 0x5ea},
               {0x620, 0x64a}, {0x904, 0x939}, {0xe01, 0xe2e}, {0x1e00, 0x1fbc}, {0x3041, 0x3096}, {0x30a1, 0x30fa}, {0x3400, 0x4dbf},
               {0x4e00, 0x9fff}, {0xac00, 0xd7a3}};

static char_class class_of(const char *p, const char *end) {
    size_t len;
    if ((unsigned char)*p <= ' ') return SPACE;
    if ((unsigned char)*p < 0x80) return is_punct(*p) ? PUNCT : LETTER;
    uint32_t c = utf8_decode(p, end, &len);
    if (c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000) return SPACE;
    for (size_t i = 0; i < DH_COUNT(letters); i++)
        if (c >= letters[i].first && c <= letters[i].last) return LETTER;
    return UNSURE;
}

/* The class of the character that ends before p. */
static char_class class_before(dh_view line, const char *p) {
    const char *q = p;
    if (p == line.ptr) return SPACE;
    do q--;
    while (q > line.ptr && ((unsigned char)*q & 0xc0) == 0x80);
    return class_of(q, p);
}

/* One side: what is inside the mark and what is outside of it. */
static bool flanks(char_class inside, char_class outside) {
    return inside == LETTER || (inside != SPACE && (outside == SPACE || outside == PUNCT));
}

bool md_can_emphasise(dh_view line, const char *begin, const char *end, bool nested) {
    const char *line_end = line.ptr + line.len;
    char_class first = class_of(begin, end), before = class_before(line, begin);
    char_class last = class_before((dh_view){begin, (size_t)(end - begin)}, end), behind = end < line_end ? class_of(end, line_end) : SPACE;
    /* Stars that could end something would end what is open around them. */
    bool only_opens = before == SPACE || (before == PUNCT && first == LETTER);
    return flanks(first, before) && flanks(last, behind) && (only_opens || !nested);
}
