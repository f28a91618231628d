/* The scan under the rule that tells HTML from text: finds tags, matches blocks, and looks at the text between them. One pass,
 * no tree; what it means is decided in sniff.c. */
#include "sniff.h"

/* Open blocks that are kept track of; deeper ones count as text of these. */
#define OPEN_MAX 64

/* Longer things between angle brackets are no tags of a page's beginning. */
#define TAG_BYTES_MAX ((size_t)16 << 10)

typedef struct {
    const sniff_element *element;
    size_t text;
} open_block;

typedef struct {
    sniff_facts facts;
    const char *start, *at, *end;
    open_block open[OPEN_MAX];
    size_t open_count;
    bool led;        /* what stands first is known */
    bool implied;    /* a block was closed by the next of its name */
    bool after_text; /* what stands before s->at is text, and not white space alone */
} scan;

/* A start or end tag at s->at. */
typedef struct {
    dh_view name;
    const sniff_element *element;
    bool closing;
    const char *end; /* behind its ">" */
} tag;

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_name_char(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_'; }
static dh_view rest_of(const scan *s) { return (dh_view){s->at, (size_t)(s->end - s->at)}; }

/* ---- text ---- */

/* Counts the run of text from `from` to s->at. */
static void take_text(scan *s, const char *from) {
    size_t n = 0;
    for (const char *p = from; p < s->at; p++) n += !ascii_space(*p);
    s->after_text = n;
    if (!n) return;
    if (!s->led) {
        s->led = true;
        s->facts.lead = SNIFF_LED_BY_TEXT;
    }
    s->facts.text += n;
    s->facts.tail = n;
    s->facts.tail_lines = 0;
    for (const char *p = from; p < s->at; p++) s->facts.tail_lines += *p == '\n' && p + 1 < s->at && !ascii_space(p[1]);
    if (s->open_count) s->open[s->open_count - 1].text += n;
    bool line_start = from == s->start || from[-1] == '\n';
    sniff_text(&s->facts, (dh_view){from, (size_t)(s->at - from)}, line_start, !s->open_count);
}

static void end_tail(scan *s) { s->facts.tail = s->facts.tail_lines = 0; }

/* ---- tags ---- */

/* Behind the ">" of the tag whose attributes begin at p; NULL if it has none, or holds a "<" outside of quotes. */
static const char *tag_end(const scan *s, const char *p) {
    const char *limit = (size_t)(s->end - p) > TAG_BYTES_MAX ? p + TAG_BYTES_MAX : s->end;
    while (p < limit) {
        if (*p == '>') return p + 1;
        if (*p == '<') return NULL;
        if (*p == '=') { /* quotes only count as a value's */
            do p++;
            while (p < limit && ascii_space(*p));
            if (p < limit && (*p == '"' || *p == '\'')) {
                const char *quote = memchr(p + 1, *p, (size_t)(limit - p) - 1);
                if (!quote) return NULL;
                p = quote + 1;
            }
        } else p++;
    }
    return NULL;
}

static bool read_tag(const scan *s, tag *out) {
    const char *p = s->at + 1;
    out->closing = p < s->end && *p == '/';
    p += out->closing;
    const char *name = p;
    if (p >= s->end || !is_letter(*p)) return false;
    while (p < s->end && is_name_char(*p)) p++;
    if (p == s->end || !(ascii_space(*p) || *p == '/' || *p == '>')) return false;
    out->name = (dh_view){name, (size_t)(p - name)};
    out->element = sniff_element_named(out->name);
    out->end = tag_end(s, p);
    return out->end;
}

/* True if a sentence only mentions the tag: "<p> is", "<p>, <b>", "`<p>`". */
static bool is_mention(const scan *s, const tag *t) {
    char next = t->end < s->end ? *t->end : '\n', before = s->at > s->start ? s->at[-1] : '\n';
    if (next == before && (next == '"' || next == '\'' || next == '`')) return true;
    if (before == '(' && next == ')') return true;
    if (next == ' ') return t->end + 1 < s->end && t->end[1] >= 'a' && t->end[1] <= 'z';
    return memchr(",.;:)!?", next, 7);
}

/* True if the text before the tag makes it part of a program's or a table's string. */
static bool is_quoted(const scan *s) {
    static const char quotes[] = {'"', '\'', '`', ',', '\\'};
    static const char operators[] = {'(', '=', '{', '[', '?', '&', '|', '+', '`', '>'};
    const char *p = s->at;
    if (!s->after_text) return false;
    if (memchr(quotes, p[-1], sizeof quotes)) return true;
    while (ascii_space(p[-1])) p--;
    if (memchr(operators, p[-1], sizeof operators)) return true;
    return p - s->start >= 3 && p[-1] == p[-2] && p[-2] == p[-3] && (p[-1] == '"' || p[-1] == '\'');
}

/* A tag that leans on the word before it is no new paragraph, but a word of the text. */
static bool begins_block(const scan *s) {
    return s->at == s->start || s->at[-1] == '\n' || s->at[-1] == '>' || s->at[-1] == '.' || s->at[-1] == '\t';
}

/* ---- blocks ---- */

/* Closes the open blocks from i on. */
static void close_from(scan *s, size_t i) {
    for (size_t k = i; k < s->open_count; k++) s->facts.inside += s->open[k].text;
    s->open_count = i;
    s->facts.pairs++;
}

static void close_block(scan *s, const sniff_element *element) {
    for (size_t i = s->open_count; i-- > 0;) {
        if (s->open[i].element != element) continue;
        close_from(s, i);
        return;
    }
}

static void open_new(scan *s, const tag *t) {
    s->facts.blocks++;
    if (!s->open_count) {
        s->facts.top++;
        s->facts.quoted += is_quoted(s);
    }
    size_t last = s->open_count - 1;
    if (s->open_count && t->element->reopens && s->open[last].element == t->element && begins_block(s)) {
        close_from(s, last);
        s->implied = true;
    }
    if (s->open_count < OPEN_MAX) s->open[s->open_count++] = (open_block){t->element, 0};
}

/* Passes over the content of script and the like; its end tag is read as any. */
static void skip_raw(scan *s, const sniff_element *element) {
    size_t len = strlen(element->name); /* of a table of ours, ends in NUL */
    for (const char *p = s->at; (p = memchr(p, '<', (size_t)(s->end - p))); p++) {
        dh_view v = {p, (size_t)(s->end - p)};
        if (v.len < len + 2 || p[1] != '/') continue;
        if (!view_starts_nocase((dh_view){p + 2, v.len - 2}, (dh_view){element->name, len})) continue;
        s->at = p;
        return;
    }
    s->at = s->end;
}

static void lead_by(scan *s, sniff_class class) {
    static const sniff_lead leads[] = {SNIFF_LED_BY_UNKNOWN, SNIFF_LED_BY_INLINE, SNIFF_LED_BY_BLOCK, SNIFF_LED_BY_DOCUMENT};
    if (!s->led) s->facts.lead = leads[class];
    s->led = true;
}

/* Takes the tag at s->at. */
static void take_tag(scan *s, const tag *t) {
    sniff_class class = t->element ? t->element->class : SNIFF_UNKNOWN;
    lead_by(s, class);
    end_tail(s);
    s->facts.tags += t->element != NULL;
    if (t->closing) {
        if (class > SNIFF_INLINE) close_block(s, t->element);
    } else if (!t->element) {
        s->facts.unknown += !memchr(t->name.ptr, '-', t->name.len); /* with a hyphen: an element of the page's own */
    } else {
        if (class == SNIFF_DOCUMENT && view_is_nocase(t->name, DH_VIEW("html")) && !is_quoted(s)) s->facts.document = true;
        if (class == SNIFF_BLOCK) open_new(s, t);
    }
    s->at = t->end;
    if (!t->closing && t->element && t->element->raw) skip_raw(s, t->element);
}

/* ---- what is no tag ---- */

/* Passes over what begins with `begin` and ends with `end`; to the end of the head if it does not end there. */
static bool skip_past(scan *s, dh_view begin, dh_view end) {
    dh_view v = rest_of(s);
    if (!view_starts(v, begin)) return false;
    const char *p = memmem(v.ptr + begin.len, v.len - begin.len, end.ptr, end.len);
    s->at = p ? p + end.len : s->end;
    return true;
}

static void take_doctype(scan *s) {
    dh_view v = rest_of(s);
    v = view_trim((dh_view){v.ptr + 9, v.len - 9});
    bool html = view_starts_nocase(v, DH_VIEW("html")) && (v.len == 4 || !is_name_char(v.ptr[4]));
    const char *end = memchr(v.ptr, '>', v.len);
    if (html && !is_quoted(s)) s->facts.document = true;
    lead_by(s, html ? SNIFF_DOCUMENT : SNIFF_UNKNOWN);
    end_tail(s);
    s->at = end ? end + 1 : s->end;
}

/* Comments, instructions, sections of characters, templates' own tags: neither text nor tags. */
static const struct {
    dh_view begin, end;
} others[] = {
    {DH_LIT("<!--"), DH_LIT("-->")},
    {DH_LIT("<![CDATA["), DH_LIT("]]>")},
    {DH_LIT("<?"), DH_LIT("?>")},
    {DH_LIT("<%"), DH_LIT("%>")},
};

static bool begins_doctype(const scan *s) { return view_starts_nocase(rest_of(s), DH_VIEW("<!doctype")); }

static bool begins_other(const scan *s) {
    for (size_t i = 0; i < DH_COUNT(others); i++)
        if (view_starts(rest_of(s), others[i].begin)) return true;
    return begins_doctype(s);
}

static void take_other(scan *s) {
    dh_view v = rest_of(s);
    if (!s->led && (view_starts_nocase(v, DH_VIEW("<?php")) || view_starts(v, DH_VIEW("<?=")))) {
        s->led = true;
        s->facts.lead = SNIFF_LED_BY_PHP;
    }
    for (size_t i = 0; i < DH_COUNT(others); i++)
        if (skip_past(s, others[i].begin, others[i].end)) return;
    take_doctype(s);
}

/* What is still open counts as closed if the head was cut there, or if its like was closed by the next of its name. */
static void end_scan(scan *s, bool cut) {
    for (size_t i = 0; i < s->open_count; i++)
        if (cut || (s->implied && s->open[i].element->reopens)) s->facts.inside += s->open[i].text;
}

/* Takes what begins with the "<" at s->at, and the text from `text` before it; false if it begins nothing, and is text. */
static bool take_markup(scan *s, const char *text) {
    tag t;
    bool tagged = read_tag(s, &t) && (t.closing || !is_mention(s, &t));
    if (!tagged && !begins_other(s)) return false;
    take_text(s, text);
    if (tagged) take_tag(s, &t);
    else take_other(s);
    return true;
}

sniff_facts sniff_scan(dh_view head, bool cut) {
    scan s = {.start = head.ptr, .at = head.ptr, .end = head.ptr + head.len};
    const char *text = s.at;
    while (s.at < s.end) {
        const char *p = memchr(s.at, '<', (size_t)(s.end - s.at));
        s.at = p ? p : s.end;
        if (!p) break;
        if (take_markup(&s, text)) text = s.at;
        else s.at = p + 1;
    }
    take_text(&s, text);
    end_scan(&s, cut);
    return s.facts;
}
