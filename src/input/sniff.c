/* Tells HTML from text. Here are the rule and the names of HTML's elements; the scan that counts is sniff_scan.c's. */
#include "sniff.h"

#include "input.h"

#define HEAD_BYTES ((size_t)64 << 10)

/* A text that begins with words is HTML if so many blocks are closed in it, and if so many tenths of its text stand in
 * them. A tutorial on HTML has the pairs, but most of its words are outside. */
#define TEXT_LED_PAIRS  3
#define TEXT_LED_TENTHS 6

/* Markdown: weighed marks, one of them strong. A file that has one heading and one link is there; but HTML's tags must not
 * outnumber the marks by far (a README of badges and tables has 5 for each mark, a page with two such lines 50). */
#define MARKDOWN_MARKS     4
#define MARKDOWN_TAGS_EACH 16

/* Lines of source code around HTML: a page may begin with a line or two of a broken script, but that is little of it. */
#define CODE_OUTSIDE_PARTS 8

/* A lone inline tag does not make a page; so many bytes of text for each tag at most do. */
#define INLINE_LED_BYTES 250

/* Sorted. */
static const sniff_element elements[] = {
    {"a", SNIFF_INLINE, false, false},
    {"abbr", SNIFF_INLINE, false, false},
    {"acronym", SNIFF_INLINE, false, false},
    {"address", SNIFF_BLOCK, false, false},
    {"applet", SNIFF_INLINE, false, false},
    {"area", SNIFF_INLINE, false, false},
    {"article", SNIFF_BLOCK, false, false},
    {"aside", SNIFF_BLOCK, false, false},
    {"audio", SNIFF_INLINE, false, false},
    {"b", SNIFF_INLINE, false, false},
    {"base", SNIFF_BLOCK, false, false},
    {"big", SNIFF_INLINE, false, false},
    {"blockquote", SNIFF_BLOCK, false, false},
    {"body", SNIFF_DOCUMENT, false, false},
    {"br", SNIFF_INLINE, false, false},
    {"button", SNIFF_INLINE, false, false},
    {"canvas", SNIFF_INLINE, false, false},
    {"caption", SNIFF_BLOCK, false, false},
    {"center", SNIFF_BLOCK, false, false},
    {"cite", SNIFF_INLINE, false, false},
    {"code", SNIFF_INLINE, false, false},
    {"col", SNIFF_BLOCK, false, false},
    {"colgroup", SNIFF_BLOCK, false, false},
    {"dd", SNIFF_BLOCK, false, true},
    {"del", SNIFF_INLINE, false, false},
    {"details", SNIFF_BLOCK, false, false},
    {"dialog", SNIFF_BLOCK, false, false},
    {"div", SNIFF_BLOCK, false, false},
    {"dl", SNIFF_BLOCK, false, false},
    {"dt", SNIFF_BLOCK, false, true},
    {"em", SNIFF_INLINE, false, false},
    {"embed", SNIFF_INLINE, false, false},
    {"fieldset", SNIFF_BLOCK, false, false},
    {"figcaption", SNIFF_BLOCK, false, false},
    {"figure", SNIFF_BLOCK, false, false},
    {"font", SNIFF_INLINE, false, false},
    {"footer", SNIFF_BLOCK, false, false},
    {"form", SNIFF_BLOCK, false, false},
    {"frame", SNIFF_BLOCK, false, false},
    {"frameset", SNIFF_DOCUMENT, false, false},
    {"h1", SNIFF_BLOCK, false, false},
    {"h2", SNIFF_BLOCK, false, false},
    {"h3", SNIFF_BLOCK, false, false},
    {"h4", SNIFF_BLOCK, false, false},
    {"h5", SNIFF_BLOCK, false, false},
    {"h6", SNIFF_BLOCK, false, false},
    {"head", SNIFF_DOCUMENT, false, false},
    {"header", SNIFF_BLOCK, false, false},
    {"hgroup", SNIFF_BLOCK, false, false},
    {"hr", SNIFF_BLOCK, false, false},
    {"html", SNIFF_DOCUMENT, false, false},
    {"i", SNIFF_INLINE, false, false},
    {"iframe", SNIFF_BLOCK, false, false},
    {"img", SNIFF_INLINE, false, false},
    {"input", SNIFF_INLINE, false, false},
    {"ins", SNIFF_INLINE, false, false},
    {"kbd", SNIFF_INLINE, false, false},
    {"label", SNIFF_INLINE, false, false},
    {"legend", SNIFF_BLOCK, false, false},
    {"li", SNIFF_BLOCK, false, true},
    {"link", SNIFF_BLOCK, false, false},
    {"main", SNIFF_BLOCK, false, false},
    {"map", SNIFF_INLINE, false, false},
    {"mark", SNIFF_INLINE, false, false},
    {"marquee", SNIFF_BLOCK, false, false},
    {"menu", SNIFF_BLOCK, false, false},
    {"meta", SNIFF_BLOCK, false, false},
    {"nav", SNIFF_BLOCK, false, false},
    {"nobr", SNIFF_INLINE, false, false},
    {"noscript", SNIFF_BLOCK, false, false},
    {"object", SNIFF_INLINE, false, false},
    {"ol", SNIFF_BLOCK, false, false},
    {"optgroup", SNIFF_INLINE, false, false},
    {"option", SNIFF_INLINE, false, false},
    {"p", SNIFF_BLOCK, false, true},
    {"param", SNIFF_INLINE, false, false},
    {"picture", SNIFF_INLINE, false, false},
    {"pre", SNIFF_BLOCK, true, false},
    {"q", SNIFF_INLINE, false, false},
    {"s", SNIFF_INLINE, false, false},
    {"samp", SNIFF_INLINE, false, false},
    {"script", SNIFF_BLOCK, true, false},
    {"section", SNIFF_BLOCK, false, false},
    {"select", SNIFF_INLINE, false, false},
    {"small", SNIFF_INLINE, false, false},
    {"source", SNIFF_INLINE, false, false},
    {"span", SNIFF_INLINE, false, false},
    {"strike", SNIFF_INLINE, false, false},
    {"strong", SNIFF_INLINE, false, false},
    {"style", SNIFF_BLOCK, true, false},
    {"sub", SNIFF_INLINE, false, false},
    {"summary", SNIFF_BLOCK, false, false},
    {"sup", SNIFF_INLINE, false, false},
    {"table", SNIFF_BLOCK, false, false},
    {"tbody", SNIFF_BLOCK, false, false},
    {"td", SNIFF_BLOCK, false, true},
    {"template", SNIFF_BLOCK, false, false},
    {"textarea", SNIFF_INLINE, true, false},
    {"tfoot", SNIFF_BLOCK, false, false},
    {"th", SNIFF_BLOCK, false, true},
    {"thead", SNIFF_BLOCK, false, false},
    {"time", SNIFF_INLINE, false, false},
    {"title", SNIFF_BLOCK, false, false},
    {"tr", SNIFF_BLOCK, false, true},
    {"tt", SNIFF_INLINE, false, false},
    {"u", SNIFF_INLINE, false, false},
    {"ul", SNIFF_BLOCK, false, false},
    {"var", SNIFF_INLINE, false, false},
    {"video", SNIFF_INLINE, false, false},
    {"wbr", SNIFF_INLINE, false, false},
};

const sniff_element *sniff_element_named(dh_view name) {
    char folded[12];
    if (name.len >= sizeof folded) return NULL;
    for (size_t i = 0; i < name.len; i++) folded[i] = ascii_lower(name.ptr[i]);
    folded[name.len] = '\0';
    size_t low = 0, high = DH_COUNT(elements);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(elements[middle].name, folded);
        if (!order) return &elements[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

/* ---- the rule ---- */

static bool mostly_inside(const sniff_facts *f) { return f->inside * 10 >= f->text * TEXT_LED_TENTHS; }

static bool is_markdown(const sniff_facts *f) {
    return f->marks >= MARKDOWN_MARKS && f->strong_marks && f->marks * MARKDOWN_TAGS_EACH >= f->tags;
}

static bool is_code(const sniff_facts *f) {
    bool enough = (f->text - f->inside) * CODE_OUTSIDE_PARTS >= f->text;
    return enough && f->code_lines >= 2 && f->code_lines * 4 >= f->lines;
}

/* One tag at the top, such as a logo, and plain lines from there on: text. */
static bool is_text_under_tag(const sniff_facts *f) { return f->tail_lines >= 3 && f->tail * 3 > f->text * 2; }

/* A page whose first tags are lost, but no source code, mail or table that has HTML in strings. */
static bool is_soup(const sniff_facts *f) {
    if (f->pairs < TEXT_LED_PAIRS || !mostly_inside(f) || f->diff) return false;
    return f->quoted * 3 < f->top && !is_code(f);
}

/* The rule, in this order:
 * 1. A doctype of HTML, <html>, <head>, <body> or <frameset> that stands first makes HTML; <?php makes text. White space,
 *    comments and processing instructions before it do not count. A tag that a sentence begins with ("<p> is the…") is no
 *    tag: it is followed by a space and a small letter, or by punctuation.
 * 2. Signs of Markdown make text.
 * 3. Another of HTML's tags that stands first makes HTML, unless plain lines follow that have no tags (a block), or if
 *    there are tags enough (an inline element).
 * 4. What begins with a tag that HTML has not (XML) is HTML if <html> is inside, or if it is soup by rule 5 and HTML's
 *    blocks are no fewer than the other tags.
 * 5. What begins with words is HTML if it has at least three closed blocks and most of its text is in them, and if it is
 *    no source code, mail or diff that quotes them. */
static bool is_html(const sniff_facts *f) {
    if (f->lead == SNIFF_LED_BY_DOCUMENT) return true;
    if (f->lead == SNIFF_LED_BY_PHP || is_markdown(f)) return false;
    switch (f->lead) {
    case SNIFF_LED_BY_BLOCK: return f->document || !is_text_under_tag(f);
    case SNIFF_LED_BY_INLINE:
        if (f->document) return true;
        return !is_text_under_tag(f) && f->tags >= 2 && (f->pairs || f->tags * INLINE_LED_BYTES >= f->text);
    case SNIFF_LED_BY_UNKNOWN: return f->document || (f->blocks >= f->unknown && is_soup(f));
    case SNIFF_LED_BY_TEXT: return is_soup(f);
    case SNIFF_LED_BY_DOCUMENT:
    case SNIFF_LED_BY_PHP: break;
    }
    return false;
}

/* ---- headers ---- */

/* True if the first line is a mail's: "From x", or a field that mails begin with, and the next one is a field too. */
static bool is_mail(dh_view v) {
    static const dh_view fields[] = {
        DH_LIT("from:"),   DH_LIT("to:"),          DH_LIT("subject:"),      DH_LIT("date:"),         DH_LIT("received:"),
        DH_LIT("sender:"), DH_LIT("reply-to:"),    DH_LIT("return-path:"),  DH_LIT("delivered-to:"), DH_LIT("mime-version:"),
        DH_LIT("x-"),      DH_LIT("message-id:"),  DH_LIT("content-type:"), DH_LIT("from "),         DH_LIT("newsgroups:"),
        DH_LIT("path:"),   DH_LIT("in-reply-to:"), DH_LIT("references:"),   DH_LIT("dkim-signature:")};
    size_t found = 0;
    for (size_t line = 0; line < 2 && v.len; line++) {
        for (size_t i = 0; i < DH_COUNT(fields); i++) found += view_starts_nocase(v, fields[i]);
        const char *end = memchr(v.ptr, '\n', v.len);
        size_t n = end ? (size_t)(end - v.ptr) + 1 : v.len;
        v.ptr += n;
        v.len -= n;
        while (line == 0 && v.len && (*v.ptr == ' ' || *v.ptr == '\t')) { /* folded */
            end = memchr(v.ptr, '\n', v.len);
            n = end ? (size_t)(end - v.ptr) + 1 : v.len;
            v.ptr += n;
            v.len -= n;
        }
    }
    return found == 2;
}

/* A script, a source file that opens with a comment, or JSON. */
static bool is_source(dh_view v) {
    static const dh_view begins[] = {DH_LIT("#!"), DH_LIT("/*"), DH_LIT("//"), DH_LIT("--- a/"), DH_LIT("diff --git ")};
    for (size_t i = 0; i < DH_COUNT(begins); i++)
        if (view_starts(v, begins[i])) return true;
    if (*v.ptr != '{' && *v.ptr != '[') return false;
    dh_view next = view_trim((dh_view){v.ptr + 1, v.len - 1});
    return next.len && memchr("\"{[]}", *next.ptr, 5);
}

in_kind in_sniff(dh_view head) {
    bool cut = head.len >= HEAD_BYTES;
    if (cut) head.len = HEAD_BYTES;
    if (!head.len || !memchr(head.ptr, '<', head.len)) return IN_TEXT;
    dh_view start = view_trim(head);
    if (view_starts(start, DH_VIEW("\xef\xbb\xbf"))) start = view_trim((dh_view){start.ptr + 3, start.len - 3});
    if (!start.len || is_mail(start) || is_source(start)) return IN_TEXT;
    sniff_facts facts = sniff_scan(start, cut);
    return is_html(&facts) ? IN_HTML : IN_TEXT;
}
