/* The charset that a page declares in its first bytes: in <meta>, or in an XML declaration. A small reader of tags after
 * the Encoding and HTML standards' prescan; whether to believe it is find.c's business. */
#include "charset.h"

/* The standard has one KiB, browsers and pages do not keep to it. */
#define DECLARED_BYTES ((size_t)4 << 10)

typedef struct {
    dh_view name, value;
} attribute;

static void step(dh_view *v, size_t n) {
    v->ptr += n;
    v->len -= n;
}

static void skip_space(dh_view *v) {
    while (v->len && ascii_space(*v->ptr)) step(v, 1);
}

/* Takes bytes up to one of `stops`. */
static dh_view take_until(dh_view *v, dh_view stops) {
    dh_view taken = {v->ptr, 0};
    while (v->len && !memchr(stops.ptr, *v->ptr, stops.len)) step(v, 1), taken.len++;
    return taken;
}

/* A quoted or bare value. */
static dh_view take_value(dh_view *v, dh_view stops) {
    if (!v->len || (*v->ptr != '"' && *v->ptr != '\'')) return take_until(v, stops);
    dh_view quote = {v->ptr, 1};
    step(v, 1);
    dh_view value = take_until(v, quote);
    if (v->len) step(v, 1);
    return value;
}

/* The next attribute of the tag that v stands in; false at its end. */
static bool next_attribute(dh_view *v, attribute *out) {
    while (v->len && (ascii_space(*v->ptr) || *v->ptr == '/')) step(v, 1);
    if (!v->len || *v->ptr == '>') return false;
    out->name = take_until(v, DH_VIEW("= \t\n\f\r/>"));
    out->value = (dh_view){"", 0};
    skip_space(v);
    if (v->len && *v->ptr == '=') {
        step(v, 1);
        skip_space(v);
        out->value = take_value(v, DH_VIEW(" \t\n\f\r>"));
    }
    return true;
}

/* "text/html; charset=koi8-r": koi8-r. */
static dh_view charset_of_content(dh_view v) {
    static const dh_view word = DH_LIT("charset");
    for (;;) {
        size_t at = view_find_nocase(v, word);
        if (at == v.len) return (dh_view){"", 0};
        step(&v, at + word.len);
        skip_space(&v);
        if (v.len && *v.ptr == '=') break;
    }
    step(&v, 1);
    skip_space(&v);
    return take_value(&v, DH_VIEW(" \t\n\f\r;,"));
}

/* The label in the attributes of a <meta> tag, empty if it has none. */
static dh_view meta_label(dh_view *v) {
    attribute a;
    dh_view label = {"", 0}, content = {"", 0};
    bool pragma = false;
    while (next_attribute(v, &a)) {
        if (view_is_nocase(a.name, DH_VIEW("charset")) && !label.len) label = a.value;
        else if (view_is_nocase(a.name, DH_VIEW("content"))) content = charset_of_content(a.value);
        else if (view_is_nocase(a.name, DH_VIEW("http-equiv")))
            pragma = view_is_nocase(view_trim(a.value), DH_VIEW("content-type"));
    }
    return label.len || !pragma ? label : content;
}

/* Pages that say UTF-16 in ASCII are no UTF-16, and the standard takes them for UTF-8. */
static dh_view believable(dh_view label) {
    const in_charset *c = in_charset_label(label);
    if (!c) return (dh_view){"", 0};
    return !strncmp(c->name, "UTF-", 4) ? DH_VIEW("utf-8") : label;
}

static dh_view xml_label(dh_view v) {
    attribute a;
    step(&v, 5);
    while (next_attribute(&v, &a))
        if (view_is(a.name, DH_VIEW("encoding"))) return believable(a.value);
    return (dh_view){"", 0};
}

dh_view charset_declared(dh_view head) {
    dh_view v = {head.ptr, head.len < DECLARED_BYTES ? head.len : DECLARED_BYTES}, xml = {"", 0};
    skip_space(&v);
    if (view_starts(v, DH_VIEW("<?xml "))) xml = xml_label(v);
    for (const char *p; v.len && (p = memchr(v.ptr, '<', v.len));) {
        step(&v, (size_t)(p - v.ptr));
        if (view_starts(v, DH_VIEW("<!--"))) {
            p = memmem(v.ptr + 2, v.len - 2, "-->", 3);
            if (!p) break;
            step(&v, (size_t)(p - v.ptr) + 3);
        } else if (view_starts_nocase(v, DH_VIEW("<meta")) && v.len > 5 && (ascii_space(v.ptr[5]) || v.ptr[5] == '/')) {
            step(&v, 5);
            dh_view label = believable(meta_label(&v));
            if (label.len) return label;
        } else step(&v, 1);
    }
    return xml;
}
