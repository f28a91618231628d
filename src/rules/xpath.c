/* The XPath of site configs as CSS selectors, as far as that is simple: steps, and predicates on attributes. */
#include "rules/rules.h"

typedef struct {
    dh_view text;
    size_t at;
    dh_buf *css;
    bool failed; /* without memory */
} reader;

static void put(reader *r, dh_view v) { r->failed |= buf_append_view(r->css, v) != DH_OK; }

static void skip_space(reader *r) {
    while (r->at < r->text.len && ascii_space(r->text.ptr[r->at])) r->at++;
}

static bool take(reader *r, dh_view word) {
    skip_space(r);
    dh_view rest = {r->text.ptr + r->at, r->text.len - r->at};
    if (!view_starts(rest, word)) return false;
    r->at += word.len;
    return true;
}

static bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

static bool take_name(reader *r, dh_view *out) {
    size_t from = r->at;
    while (r->at < r->text.len && is_name(r->text.ptr[r->at])) r->at++;
    *out = (dh_view){r->text.ptr + from, r->at - from};
    return out->len > 0;
}

static bool take_string(reader *r, dh_view *out) {
    skip_space(r);
    char quote = r->at < r->text.len ? r->text.ptr[r->at] : 0;
    if (quote != '"' && quote != '\'') return false;
    const char *from = r->text.ptr + r->at + 1, *end = memchr(from, quote, r->text.len - r->at - 1);
    if (!end) return false;
    *out = (dh_view){from, (size_t)(end - from)};
    r->at += out->len + 2;
    return true;
}

/* [name op "value"], its quotes and backslashes escaped. */
static void put_attribute(reader *r, dh_view name, dh_view op, dh_view value) {
    put(r, DH_VIEW("["));
    put(r, name);
    put(r, op);
    if (op.len) put(r, DH_VIEW("\""));
    for (size_t i = 0; op.len && i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\') put(r, DH_VIEW("\\"));
        put(r, (dh_view){value.ptr + i, 1});
    }
    put(r, op.len ? DH_VIEW("\"]") : DH_VIEW("]"));
}

/* concat(' ', normalize-space(@class), ' '): the attribute as words. */
static bool take_words_of(reader *r, dh_view *name) {
    dh_view blank;
    if (!take(r, DH_VIEW("concat(")) || !take_string(r, &blank) || !take(r, DH_VIEW(","))) return false;
    bool normal = take(r, DH_VIEW("normalize-space("));
    if (!take(r, DH_VIEW("@")) || !take_name(r, name) || (normal && !take(r, DH_VIEW(")")))) return false;
    return take(r, DH_VIEW(",")) && take_string(r, &blank) && take(r, DH_VIEW(")"));
}

/* The arguments of contains() or starts-with(), behind the opening bracket. */
static bool take_test(reader *r, dh_view op) {
    dh_view name, value;
    size_t from = r->at;
    if (take(r, DH_VIEW("@")) ? !take_name(r, &name) : (r->at = from, !take_words_of(r, &name))) return false;
    bool words = r->text.ptr[from] != '@' && view_is(op, DH_VIEW("*="));
    if (!take(r, DH_VIEW(",")) || !take_string(r, &value) || !take(r, DH_VIEW(")"))) return false;
    put_attribute(r, name, words ? DH_VIEW("~=") : op, words ? view_trim(value) : value);
    return true;
}

static bool take_condition(reader *r) {
    dh_view name, value = DH_VIEW("");
    bool negated = take(r, DH_VIEW("not("));
    if (negated) put(r, DH_VIEW(":not("));
    if (take(r, DH_VIEW("contains("))) {
        if (skip_space(r), !take_test(r, DH_VIEW("*="))) return false;
    } else if (take(r, DH_VIEW("starts-with("))) {
        if (skip_space(r), !take_test(r, DH_VIEW("^="))) return false;
    } else {
        if (!take(r, DH_VIEW("@")) || !take_name(r, &name)) return false;
        bool equals = take(r, DH_VIEW("="));
        if (equals && !take_string(r, &value)) return false;
        put_attribute(r, name, equals ? DH_VIEW("=") : DH_VIEW(""), value);
    }
    if (negated) put(r, DH_VIEW(")"));
    return !negated || take(r, DH_VIEW(")"));
}

static bool take_predicates(reader *r) {
    while (take(r, DH_VIEW("["))) {
        do
            if (!take_condition(r)) return false;
        while (take(r, DH_VIEW("and ")));
        if (!take(r, DH_VIEW("]"))) return false;
    }
    return true;
}

/* One path; *ends: it ended in an attribute, behind which nothing may stand. */
static bool take_path(reader *r, bool *ends) {
    *ends = false;
    for (bool first = true;; first = false) {
        dh_view name;
        bool below = take(r, DH_VIEW("//"));
        if (!below && !take(r, DH_VIEW("/"))) return !first;
        if (!first && take(r, DH_VIEW("@"))) {
            if (!take_name(r, &name)) return false;
            put(r, DH_VIEW(" @"));
            put(r, name);
            *ends = true;
            return true;
        }
        if (!first) put(r, below ? DH_VIEW(" ") : DH_VIEW(" > "));
        if (take(r, DH_VIEW("*"))) name = DH_VIEW("*");
        else if (!take_name(r, &name)) return false;
        put(r, name);
        if (r->at < r->text.len && (r->text.ptr[r->at] == ':' || r->text.ptr[r->at] == '(')) return false; /* an axis, a function */
        if (!take_predicates(r)) return false;
    }
}

bool ru_xpath(dh_view xpath, dh_buf *css, size_t *at) {
    reader r = {view_trim(xpath), 0, css, false};
    size_t before = css->len;
    bool ends = false, ok = true;
    do {
        if (css->len > before) put(&r, DH_VIEW(", "));
        ok = !ends && take_path(&r, &ends);
    } while (ok && take(&r, DH_VIEW("|")));
    skip_space(&r);
    *at = r.at;
    ok = ok && !r.failed && r.at == r.text.len;
    if (!ok) css->len = before;
    return ok;
}
