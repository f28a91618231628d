/* Finds where comments, raw text, svg, templates and selects end, as the tokenizer of the HTML Standard would.
 * Everything between is skipped by the scanner; nothing is kept here. */
#include "page/scan_raw.h"

#include "page/gumbo_tag.h"

static const char *skip_value(const char *p, const char *end) {
    while (p < end && ascii_space(*p)) p++;
    if (p < end && (*p == '"' || *p == '\'')) {
        const char *q = memchr(p + 1, *p, (size_t)(end - p - 1));
        return q ? q + 1 : end;
    }
    while (p < end && !ascii_space(*p) && *p != '>') p++;
    return p;
}

const char *raw_tag_end(const char *p, const char *end, const char **attrs_end, bool *self_closed) {
    *self_closed = false;
    while (p < end && *p != '>') {
        bool slash = *p == '/';
        if (slash || ascii_space(*p)) {
            p++;
            *self_closed = slash && p < end && *p == '>';
            continue;
        }
        p++; /* an attribute's name; a leading '=' is part of it */
        while (p < end && !ascii_space(*p) && *p != '/' && *p != '>' && *p != '=') p++;
        const char *q = p;
        while (q < end && ascii_space(*q)) q++;
        if (q < end && *q == '=') p = skip_value(q + 1, end);
    }
    *attrs_end = p;
    return p < end ? p + 1 : end;
}

const char *raw_comment_end(const char *p, const char *end) {
    if (p < end && *p == '>') return p + 1;
    if (end - p >= 2 && p[0] == '-' && p[1] == '>') return p + 2;
    while ((p = memmem(p, (size_t)(end - p), "--", 2))) {
        if (end - p >= 3 && p[2] == '>') return p + 3;
        if (end - p >= 4 && p[2] == '!' && p[3] == '>') return p + 4;
        p++;
    }
    return end;
}

/* True if name stands at p and the tag's name ends there. */
static bool name_at(const char *p, const char *end, dh_view name) {
    if ((size_t)(end - p) < name.len || !view_starts_nocase((dh_view){p, name.len}, name)) return false;
    p += name.len;
    return p < end && (ascii_space(*p) || *p == '/' || *p == '>');
}

const char *raw_text_end(const char *p, const char *end, dh_view name) {
    while ((p = memchr(p, '<', (size_t)(end - p)))) {
        if (p + 1 < end && p[1] == '/' && name_at(p + 2, end, name)) return p;
        p++;
    }
    return end;
}

const char *raw_script_end(const char *p, const char *end) {
    static const dh_view name = DH_LIT("script");
    enum { PLAIN, ESCAPED, TWICE } state = PLAIN;
    const char *first = raw_text_end(p, end, name);
    if (!memmem(p, (size_t)(first - p), "<!--", 4)) return first;
    for (; p < end; p++) {
        if (*p == '-' && state != PLAIN) {
            if (end - p >= 3 && p[1] == '-' && p[2] == '>') state = PLAIN;
        } else if (*p == '<') {
            bool closing = p + 1 < end && p[1] == '/';
            if (state == PLAIN && end - p >= 4 && !memcmp(p, "<!--", 4)) {
                state = ESCAPED;
                p++; /* its dashes may be those of "-->" */
            } else if (closing && name_at(p + 2, end, name)) {
                if (state != TWICE) return p;
                state = ESCAPED;
            } else if (state == ESCAPED && name_at(p + 1, end, name)) {
                state = TWICE;
            }
        }
    }
    return end;
}

/* Goes over one piece of markup at p ('<'), whose tag's name is *name (empty for comments); returns what is behind it. */
static const char *skip_markup(const char *p, const char *end, dh_view *name, bool *closing, bool *self_closed) {
    const char *at;
    *name = (dh_view){p, 0};
    *closing = *self_closed = false;
    if (end - p < 2) return end;
    if (p[1] == '!' && end - p >= 4 && p[2] == '-' && p[3] == '-') return raw_comment_end(p + 4, end);
    if (p[1] == '!' || p[1] == '?') {
        p = memchr(p, '>', (size_t)(end - p));
        return p ? p + 1 : end;
    }
    *closing = p[1] == '/';
    p += *closing ? 2 : 1;
    if (p >= end || !ascii_alpha(*p)) return p;
    *name = (dh_view){p, raw_name_len(p, end)};
    return raw_tag_end(p + name->len, end, &at, self_closed);
}

bool raw_breaks_out(pg_tag tag) {
    switch ((int)tag) {
    case PG_B: case PG_BIG: case PG_BLOCKQUOTE: case PG_BODY: case PG_BR: case PG_CENTER: case PG_CODE: case PG_DD:
    case PG_DIV: case PG_DL: case PG_DT: case PG_EM: case PG_EMBED: case PG_H1: case PG_H2: case PG_H3: case PG_H4:
    case PG_H5: case PG_H6: case PG_HEAD: case PG_HR: case PG_I: case PG_IMG: case PG_LI: case PG_LISTING: case PG_MENU:
    case PG_META: case PG_NOBR: case PG_OL: case PG_P: case PG_PRE: case PG_RUBY: case PG_S: case PG_SMALL: case PG_SPAN:
    case PG_STRONG: case PG_STRIKE: case PG_SUB: case PG_SUP: case PG_TABLE: case PG_TT: case PG_U: case PG_UL:
        return true;
    default: return false;
    }
}

const char *raw_svg_end(const char *p, const char *end) {
    static const dh_view svg = DH_LIT("svg"), object = DH_LIT("foreignObject"), desc = DH_LIT("desc"),
                         title = DH_LIT("title");
    size_t depth = 1, html = 0; /* html: elements open in which HTML may stand */
    while ((p = memchr(p, '<', (size_t)(end - p)))) {
        dh_view name;
        bool closing, self_closed;
        const char *next = skip_markup(p, end, &name, &closing, &self_closed);
        if (!name.len) {
            p = next > p ? next : p + 1;
            continue;
        }
        bool host = view_is_nocase(name, object) || view_is_nocase(name, desc) || view_is_nocase(name, title);
        if (host && !self_closed) html = closing ? (html ? html - 1 : 0) : html + 1;
        if (view_is_nocase(name, svg) && !self_closed) {
            depth = closing ? depth - 1 : depth + 1;
            if (!depth) return next;
        }
        pg_tag tag = pg_tag_of_name(name);
        if (!html && (closing ? (pg_tag_bits[tag] & TAG_B) : raw_breaks_out(tag))) return p;
        p = next;
    }
    return NULL;
}

const char *raw_template_end(const char *p, const char *end) {
    static const dh_view name_template = DH_LIT("template"), script = DH_LIT("script"), style = DH_LIT("style");
    size_t depth = 1;
    while ((p = memchr(p, '<', (size_t)(end - p)))) {
        dh_view name;
        bool closing, self_closed;
        const char *next = skip_markup(p, end, &name, &closing, &self_closed);
        if (view_is_nocase(name, name_template)) {
            depth = closing ? depth - 1 : depth + 1;
            if (!depth) return next;
        } else if (!closing && view_is_nocase(name, script)) {
            next = raw_script_end(next, end);
        } else if (!closing && view_is_nocase(name, style)) {
            next = raw_text_end(next, end, style);
        }
        p = next;
    }
    return NULL;
}

const char *raw_select_end(const char *p, const char *end, bool in_table) {
    static const dh_view script = DH_LIT("script"), keygen = DH_LIT("keygen");
    while ((p = memchr(p, '<', (size_t)(end - p)))) {
        dh_view name;
        bool closing, self_closed;
        const char *next = skip_markup(p, end, &name, &closing, &self_closed);
        pg_tag tag = name.len ? pg_tag_of_name(name) : PG_OTHER;
        if (tag == PG_SELECT) return p;
        if (!closing && (tag == PG_INPUT || tag == PG_TEXTAREA || view_is_nocase(name, keygen))) return p;
        if (in_table && (tag == PG_TABLE || tag == PG_TR || tag == PG_TD || tag == PG_TH || tag == PG_CAPTION ||
                         tag == PG_TBODY || tag == PG_THEAD || tag == PG_TFOOT))
            return p;
        if (!closing && view_is_nocase(name, script)) next = raw_script_end(next, end);
        p = next;
    }
    return end;
}
