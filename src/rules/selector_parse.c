/* From the text of selectors to what selector.c matches (Selectors Level 3, section 10, as far as selector.h goes). */
#include "rules/selector.h"

typedef struct {
    dh_arena *arena;
    dh_view text;
    size_t at;
    bool counts;
    dh_error *err;
} parser;

static bool at_end(const parser *p) { return p->at >= p->text.len; }

static char peek(const parser *p) { return at_end(p) ? 0 : p->text.ptr[p->at]; }

static bool take(parser *p, char c) {
    if (at_end(p) || peek(p) != c) return false;
    p->at++;
    return true;
}

static bool skip_space(parser *p) {
    size_t from = p->at;
    while (!at_end(p) && ascii_space(peek(p))) p->at++;
    return p->at > from;
}

static dh_status wrong(const parser *p, const char *what) { return err_set(p->err, DH_ERR_FORMAT, p->at, "%s", what); }

static dh_status no_room(const parser *p) { return arena_error(p->arena, p->err); }

/* ---- names and strings ---- */

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

/* An escape behind its backslash: up to six hexadecimal digits and a blank, or the character itself. */
static size_t take_escape(parser *p, char out[4]) {
    uint32_t c = 0;
    size_t digits = 0;
    for (; digits < 6 && !at_end(p) && ascii_hex(peek(p)) >= 0; digits++) c = c * 16 + (uint32_t)ascii_hex(p->text.ptr[p->at++]);
    if (digits) {
        if (ascii_space(peek(p))) p->at++;
        return utf8_encode(c ? c : 0xfffd, out);
    }
    *out = p->text.ptr[p->at++]; /* of more bytes the others follow by themselves */
    return 1;
}

/* Bytes up to what `ends` says, escapes as they stand. */
static size_t text_len(const parser *p, bool (*ends)(char c, char quote), char quote) {
    size_t at = p->at;
    while (at < p->text.len && !ends(p->text.ptr[at], quote)) at += p->text.ptr[at] == '\\' ? 2 : 1;
    return (at < p->text.len ? at : p->text.len) - p->at;
}

/* Copies text up to what `ends` says, escapes resolved: the shortest, of two bytes, may mean three. */
static dh_status take_text(parser *p, bool (*ends)(char c, char quote), char quote, bool lower, dh_view *out) {
    char *copy = arena_alloc(p->arena, text_len(p, ends, quote) * 2 + 4);
    size_t n = 0;
    if (!copy) return no_room(p);
    while (!at_end(p) && !ends(peek(p), quote)) {
        if (take(p, '\\')) {
            if (at_end(p)) return wrong(p, "nothing stands behind a backslash");
            n += take_escape(p, copy + n);
        } else {
            copy[n++] = lower ? ascii_lower(peek(p)) : peek(p);
            p->at++;
        }
    }
    *out = (dh_view){copy, n};
    return DH_OK;
}

static bool ends_name(char c, char quote) {
    (void)quote;
    return !is_name_char(c) && c != '\\';
}

static bool ends_string(char c, char quote) { return c == quote; }

static dh_status take_name(parser *p, bool lower, const char *wanted, dh_view *out) {
    bool digit = peek(p) >= '0' && peek(p) <= '9';
    size_t from = p->at;
    dh_status st = digit ? DH_OK : take_text(p, ends_name, 0, lower, out);
    if (st) return st;
    if (digit || !out->len || (out->len == 1 && out->ptr[0] == '-')) {
        p->at = from;
        return wrong(p, wanted);
    }
    return DH_OK;
}

static dh_status take_value(parser *p, dh_view *out) {
    char quote = peek(p);
    if (quote != '"' && quote != '\'') return take_name(p, false, "a value is wanted, quoted unless it is a name", out);
    size_t from = p->at++;
    dh_status st = take_text(p, ends_string, quote, false, out);
    if (!st && !take(p, quote)) {
        p->at = from;
        return wrong(p, "a quote is not closed");
    }
    return st;
}

/* ---- simple selectors ---- */

static dh_status take_attribute(parser *p, sel_simple *s) {
    s->kind = SEL_ATTR;
    skip_space(p);
    dh_status st = take_name(p, true, "the name of an attribute is wanted", &s->name);
    if (st) return st;
    skip_space(p);
    if (take(p, ']')) return DH_OK;
    char op = peek(p);
    if (op == '=') p->at++;
    else if (op && strchr("~|^$*", op) && p->at + 1 < p->text.len && p->text.ptr[p->at + 1] == '=') p->at += 2;
    else return wrong(p, "']', or an operator such as '=' or '*=' is wanted");
    s->op = op;
    skip_space(p);
    if ((st = take_value(p, &s->value))) return st;
    skip_space(p);
    if (take(p, 'i') || take(p, 'I')) s->nocase = true;
    skip_space(p);
    return take(p, ']') ? DH_OK : wrong(p, "']' is wanted");
}

static bool take_number(parser *p, long *out) {
    long n = 0;
    size_t from = p->at;
    while (peek(p) >= '0' && peek(p) <= '9' && p->at - from < 6) n = n * 10 + (p->text.ptr[p->at++] - '0');
    *out = n;
    return p->at > from;
}

static bool take_word(parser *p, dh_view word) {
    dh_view rest = {p->text.ptr + p->at, p->text.len - p->at};
    if (!view_starts_nocase(rest, word)) return false;
    p->at += word.len;
    return true;
}

/* "odd", "even", "3", "2n+1", "-n+3", with blanks around the inner sign. */
static dh_status take_place(parser *p, sel_simple *s) {
    skip_space(p);
    if (take_word(p, DH_VIEW("odd"))) s->a = 2, s->b = 1;
    else if (take_word(p, DH_VIEW("even"))) s->a = 2;
    else {
        long sign = take(p, '-') ? -1 : 1, n = 1;
        if (sign > 0) take(p, '+');
        bool number = take_number(p, &n);
        if (take(p, 'n') || take(p, 'N')) {
            s->a = sign * (number ? n : 1);
            skip_space(p);
            sign = take(p, '-') ? -1 : take(p, '+') ? 1 : 0;
            skip_space(p);
            if (sign && !take_number(p, &s->b)) return wrong(p, "a number is wanted behind the sign");
            s->b *= sign;
        } else if (number) {
            s->b = sign * n;
        } else {
            return wrong(p, "a place such as 3, odd or 2n+1 is wanted");
        }
    }
    skip_space(p);
    return take(p, ')') ? DH_OK : wrong(p, "')' is wanted");
}

static dh_status take_compound(parser *p, bool inside, sel_compound *out);

/* The list in :not() and :is(): compounds, without relations. */
static dh_status take_inner(parser *p, sel_simple *s) {
    size_t cap = 0;
    do {
        if (s->inner_count >= cap && !arena_double(p->arena, (void **)&s->inner, &cap, 4, sizeof *s->inner)) return no_room(p);
        skip_space(p);
        dh_status st = take_compound(p, true, &s->inner[s->inner_count++]);
        if (st) return st;
        skip_space(p);
    } while (take(p, ','));
    return take(p, ')') ? DH_OK : wrong(p, "')' is wanted: inside of :not() and :is() stand no relations");
}

static dh_status take_pseudo(parser *p, bool inside, sel_simple *s) {
    static const struct {
        dh_view name;
        sel_kind kind;
        bool takes; /* an argument */
    } known[] = {{DH_LIT("nth-child("), SEL_NTH, true},     {DH_LIT("nth-last-child("), SEL_NTH_LAST, true},
                 {DH_LIT("first-child"), SEL_NTH, false},   {DH_LIT("last-child"), SEL_NTH_LAST, false},
                 {DH_LIT("root"), SEL_ROOT, false},         {DH_LIT("not("), SEL_NOT, true},
                 {DH_LIT("is("), SEL_IS, true}};
    size_t i = 0;
    while (i < DH_COUNT(known) && !take_word(p, known[i].name)) i++;
    if (i == DH_COUNT(known) || (!known[i].takes && is_name_char(peek(p))))
        return wrong(p, "this pseudo class is not known (:nth-child(), :nth-last-child(), :first-child, :last-child, :root, :not(), :is() are)");
    s->kind = known[i].kind;
    s->b = 1;
    if (s->kind == SEL_NTH || s->kind == SEL_NTH_LAST) p->counts = true;
    if (s->kind == SEL_NOT || s->kind == SEL_IS) return inside ? wrong(p, ":not() and :is() do not hold each other") : take_inner(p, s);
    if (!known[i].takes) return DH_OK;
    s->b = 0;
    return take_place(p, s);
}

/* The next simple selector; *found false if there is none. */
static dh_status take_simple(parser *p, bool first, bool inside, sel_simple *s, bool *found) {
    *found = true;
    if (take(p, '.')) {
        s->kind = SEL_CLASS;
        return take_name(p, false, "the name of a class is wanted", &s->value);
    }
    if (take(p, '#')) {
        s->kind = SEL_ID;
        return take_text(p, ends_name, 0, false, &s->value) || s->value.len ? DH_OK : wrong(p, "an id is wanted");
    }
    if (take(p, '[')) return take_attribute(p, s);
    if (take(p, ':')) return take_pseudo(p, inside, s);
    if (first && (is_name_char(peek(p)) || peek(p) == '\\')) {
        s->kind = SEL_TYPE;
        return take_name(p, true, "the name of an element is wanted", &s->name);
    }
    *found = false;
    return DH_OK;
}

static dh_status take_compound(parser *p, bool inside, sel_compound *out) {
    size_t cap = 0;
    bool any = take(p, '*'), found = true;
    out->simple = NULL;
    out->count = 0;
    for (bool first = !any; found; first = false) {
        sel_simple s = {.kind = SEL_TYPE};
        dh_status st = take_simple(p, first, inside, &s, &found);
        if (st) return st;
        if (!found) break;
        if (out->count >= cap && !arena_double(p->arena, (void **)&out->simple, &cap, 4, sizeof *out->simple)) return no_room(p);
        out->simple[out->count++] = s;
    }
    return any || out->count ? DH_OK : wrong(p, at_end(p) ? "a selector is wanted" : "this begins no selector");
}

/* ---- selectors ---- */

/* The relation that follows; 0: none. */
static char take_relation(parser *p) {
    bool space = skip_space(p);
    char c = peek(p);
    if (c && strchr(">+~", c)) {
        p->at++;
        skip_space(p);
        return c;
    }
    return space && c && c != ',' ? ' ' : 0;
}

static dh_status take_complex(parser *p, sel_complex *out) {
    size_t cap = 0;
    char relation = 0;
    *out = (sel_complex){NULL, 0};
    do {
        if (out->count == SEL_COMPOUNDS) return wrong(p, "more than 32 parts in one selector");
        if (out->count >= cap && !arena_double(p->arena, (void **)&out->compounds, &cap, 4, sizeof *out->compounds)) return no_room(p);
        sel_compound *c = &out->compounds[out->count++];
        c->relation = relation;
        dh_status st = take_compound(p, false, c);
        if (st) return st;
    } while ((relation = take_relation(p)));
    return DH_OK;
}

dh_status sel_parse(dh_arena *arena, dh_view text, sel_list *out, size_t *at, dh_error *err) {
    parser p = {arena, text, 0, false, err};
    size_t cap = 0;
    dh_status st = DH_OK;
    *out = (sel_list){NULL, 0, false};
    do {
        if (out->count >= cap && !arena_double(arena, (void **)&out->at, &cap, 4, sizeof *out->at)) return no_room(&p);
        skip_space(&p);
        st = take_complex(&p, &out->at[out->count++]);
        *at = p.at;
        if (st) return st;
    } while (take(&p, ','));
    *at = p.at;
    out->counts = p.counts;
    return at_end(&p) ? DH_OK : wrong(&p, "this goes on with no selector");
}
