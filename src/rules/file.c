/* Reads files of rules, and site configs of FiveFilters, whose lines have the same shape. */
#include "rules/rules.h"

#include <stdio.h>

/* More rules than this for one page are a mistake, and each costs a walk over it. */
#define RULES_MOST 10000
#define RULES_BYTES ((size_t)64 << 20)

typedef struct {
    ru_set *set;
    size_t line;     /* from 1; 0: no file */
    const char *from; /* where the line begins */
    dh_view url;     /* of the last test_url */
    bool url_used;
    dh_buf *notes;
    dh_error *err;
} reader;

void ru_init(ru_set *set) {
    *set = (ru_set){.rules = NULL};
    arena_init(&set->arena, RULES_BYTES);
}

void ru_clear(ru_set *set) {
    for (size_t i = 0; i < set->rule_count; i++) ru_pattern_free(set->rules[i].pattern);
    arena_clear(&set->arena);
    *set = (ru_set){.rules = NULL};
}

/* ---- errors ---- */

/* Columns count characters, from 1. */
static size_t column_of(const reader *r, const char *at) {
    size_t column = 1;
    for (const char *p = r->from; p < at; p++) column += ((unsigned char)*p & 0xc0) != 0x80;
    return column;
}

static dh_status wrong(reader *r, const char *at, const char *what) {
    char told[sizeof r->err->msg];
    snprintf(told, sizeof told, "%s", what); /* `what` may be the message that is written */
    if (!r->line) return err_set(r->err, DH_ERR_FORMAT, 0, "column %zu: %s", column_of(r, at), told);
    return err_set(r->err, DH_ERR_FORMAT, 0, "line %zu, column %zu: %s", r->line, column_of(r, at), told);
}

static dh_status no_room(reader *r) { return arena_error(&r->set->arena, r->err); }

static dh_status note(reader *r, dh_view key, const char *what) {
    if (!r->notes) return DH_OK;
    dh_status st = buf_printf(r->notes, "line %zu: %.*s: %s\n", r->line, (int)(key.len < 60 ? key.len : 60), key.ptr, what);
    return st ? err_set(r->err, st, 0, "out of memory") : DH_OK;
}

/* ---- values ---- */

/* A copy in the arena, ended by a NUL. */
static bool copy_text(ru_set *set, dh_view v, dh_view *out) {
    char *copy = arena_alloc(&set->arena, v.len + 1);
    if (!copy) return false;
    if (v.len) memcpy(copy, v.ptr, v.len);
    copy[v.len] = 0;
    *out = (dh_view){copy, v.len};
    return true;
}

static dh_status add_rule(reader *r, const ru_rule *rule) {
    ru_set *set = r->set;
    if (set->rule_count == RULES_MOST) return wrong(r, r->from, "more than 10000 rules");
    if (set->rule_count >= set->rule_cap && !arena_double(&set->arena, (void **)&set->rules, &set->rule_cap, 16, sizeof *set->rules))
        return no_room(r);
    set->rules[set->rule_count++] = *rule;
    set->sections[set->section_count - 1].count++;
    return DH_OK;
}

/* "Read more", with quotes around it. */
static dh_status read_words(reader *r, dh_view value, ru_rule *rule) {
    const char *end = value.ptr + value.len - 1;
    if (value.len < 2 || *end != value.ptr[0]) return wrong(r, value.ptr, "a quote is not closed");
    if (rule->kind != RU_STRIP && rule->kind != RU_KEEP) return wrong(r, value.ptr, "words are for strip and keep");
    if (value.len == 2) return wrong(r, value.ptr, "no words stand between the quotes");
    return copy_text(r->set, (dh_view){value.ptr + 1, value.len - 2}, &rule->words) ? DH_OK : no_room(r);
}

/* Takes "@name" off the end of what a title, author or date is read from. */
static dh_status read_attribute(reader *r, dh_view *value, ru_rule *rule) {
    size_t at = value->len;
    while (at && value->ptr[at - 1] != '@' && value->ptr[at - 1] != ']' && value->ptr[at - 1] != '"') at--;
    if (!at || value->ptr[at - 1] != '@') return DH_OK;
    dh_view name = {value->ptr + at, value->len - at};
    if (rule->kind < RU_TITLE) return wrong(r, name.ptr - 1, "attributes are for title, author and date");
    if (!name.len) return wrong(r, name.ptr - 1, "the name of an attribute is wanted");
    for (size_t i = 0; i < name.len; i++)
        if (ascii_space(name.ptr[i])) return wrong(r, name.ptr - 1, "an attribute stands at the end, behind a selector");
    *value = view_trim((dh_view){value->ptr, at - 1});
    return copy_text(r->set, name, &rule->attribute) ? DH_OK : no_room(r);
}

static dh_status read_selectors(reader *r, dh_view value, ru_rule *rule) {
    size_t at = 0;
    dh_error why = {DH_OK, 0, ""};
    dh_status st = read_attribute(r, &value, rule);
    if (!st) st = sel_parse(&r->set->arena, value, &rule->selectors, &at, &why);
    else return st;
    if (st == DH_ERR_FORMAT) return wrong(r, value.ptr + at, why.msg);
    return st ? err_set(r->err, st, 0, "%s", why.msg) : DH_OK;
}

/* One that is not simple is noted and passed over. */
static dh_status read_xpath(reader *r, dh_view value, dh_view key, ru_rule *rule, bool *found) {
    dh_buf css;
    size_t at = 0;
    reader inner = *r;
    dh_buf_init(&css, RULES_BYTES);
    *found = ru_xpath(value, &css, &at);
    dh_status st = DH_OK;
    if (*found) {
        inner.from = css.ptr;
        st = read_selectors(&inner, dh_buf_view(&css), rule);
        if (st == DH_ERR_FORMAT) *found = false;
    }
    dh_buf_clear(&css);
    if (*found || (st && st != DH_ERR_FORMAT)) return st;
    if (!r->line) return wrong(r, value.ptr + at, "this XPath is not simple enough");
    return note(r, key, "its XPath is not simple enough, so it is not read");
}

/* "//p", "(//p)[1]", "substring-after(//p, 'By')": two slashes stand in no selector. */
static bool is_xpath(dh_view value) {
    return value.ptr[0] == '/' || value.ptr[0] == '(' || memmem(value.ptr, value.len, "(//", 3);
}

static dh_status read_rule(reader *r, ru_kind kind, dh_view key, dh_view value) {
    ru_rule rule = {.kind = kind};
    bool found = true;
    dh_status st;
    if (!value.len) return wrong(r, value.ptr, "nothing stands behind the key");
    if (value.ptr[0] == '"' || value.ptr[0] == '\'') st = read_words(r, value, &rule);
    else if (is_xpath(value)) st = read_xpath(r, value, key, &rule, &found);
    else st = read_selectors(r, value, &rule);
    return st || !found ? st : add_rule(r, &rule);
}

static dh_status read_pattern(reader *r, ru_kind kind, dh_view value) {
    char why[RU_PATTERN_WHY_BYTES];
    ru_rule rule = {.kind = kind};
    if (!value.len) return wrong(r, value.ptr, "nothing stands behind the key");
    dh_status st = ru_pattern_new(value, &rule.pattern, why);
    if (st == DH_ERR_FORMAT) return wrong(r, value.ptr, why);
    if (st) return err_set(r->err, st, 0, "out of memory");
    st = add_rule(r, &rule);
    if (st) ru_pattern_free(rule.pattern);
    return st;
}

/* strip_id_or_class of site configs. */
static dh_status read_part_of_name(reader *r, dh_view value) {
    char css[400];
    ru_rule rule = {.kind = RU_STRIP};
    size_t at;
    dh_error why;
    value = view_trim(value);
    if (value.len && (value.ptr[0] == '"' || value.ptr[0] == '\'')) value = (dh_view){value.ptr + 1, value.len > 1 ? value.len - 2 : 0};
    if (!value.len || value.len > 150 || memchr(value.ptr, '"', value.len) || memchr(value.ptr, '\\', value.len))
        return wrong(r, value.ptr, "a part of a class or id is wanted");
    int n = snprintf(css, sizeof css, "[class*=\"%.*s\"], [id*=\"%.*s\"]", (int)value.len, value.ptr, (int)value.len, value.ptr);
    dh_status st = sel_parse(&r->set->arena, (dh_view){css, (size_t)n}, &rule.selectors, &at, &why);
    if (st) return err_set(r->err, st, 0, "%s", why.msg);
    return add_rule(r, &rule);
}

/* ---- tests ---- */

static dh_status add_test(reader *r, dh_view contains) {
    ru_set *set = r->set;
    ru_test *t;
    if (set->test_count >= set->test_cap && !arena_double(&set->arena, (void **)&set->tests, &set->test_cap, 8, sizeof *set->tests))
        return no_room(r);
    t = &set->tests[set->test_count++];
    *t = (ru_test){.url = r->url, .line = r->line};
    return copy_text(set, contains, &t->contains) ? DH_OK : no_room(r);
}

/* A test_url without a test_contains is a test, too: something must come of it. */
static dh_status end_url(reader *r) {
    dh_status st = r->url.len && !r->url_used ? add_test(r, DH_VIEW("")) : DH_OK;
    r->url = DH_VIEW("");
    return st;
}

static dh_status read_test(reader *r, bool is_url, dh_view value) {
    if (!value.len) return wrong(r, value.ptr, "nothing stands behind the key");
    if (!is_url) {
        if (!r->url.len) return wrong(r, value.ptr, "test_contains stands below a test_url");
        r->url_used = true;
        return add_test(r, value);
    }
    dh_status st = end_url(r);
    if (st) return st;
    r->url_used = false;
    if (!view_starts_nocase(value, DH_VIEW("http://")) && !view_starts_nocase(value, DH_VIEW("https://")))
        return wrong(r, value.ptr, "an address that begins with http:// or https:// is wanted");
    return copy_text(r->set, value, &r->url) ? DH_OK : no_room(r);
}

/* ---- lines ---- */

static dh_status begin_section(reader *r, dh_view host, dh_view path) {
    ru_set *set = r->set;
    dh_view host_copy, path_copy;
    if (set->section_count >= set->section_cap &&
        !arena_double(&set->arena, (void **)&set->sections, &set->section_cap, 8, sizeof *set->sections))
        return no_room(r);
    if (!copy_text(set, host, &host_copy) || !copy_text(set, path, &path_copy)) return no_room(r);
    for (size_t i = 0; i < host_copy.len; i++) ((char *)(uintptr_t)host_copy.ptr)[i] = ascii_lower(host.ptr[i]);
    set->sections[set->section_count++] = (ru_section){host_copy.ptr, path_copy.ptr, set->rule_count, 0};
    return DH_OK;
}

static bool is_host(dh_view host) {
    if (view_is(host, DH_VIEW("*"))) return true;
    for (size_t i = 0; i < host.len; i++) {
        char c = ascii_lower(host.ptr[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || (unsigned char)c >= 0x80)) return false;
    }
    return host.len && host.ptr[0] != '.' && host.ptr[host.len - 1] != '.';
}

/* [example.org], [*], [example.org/blog/...]. */
static dh_status read_section(reader *r, dh_view line) {
    if (line.ptr[line.len - 1] != ']') return wrong(r, line.ptr + line.len, "']' is wanted at the end of the line");
    dh_view inner = view_trim((dh_view){line.ptr + 1, line.len - 2}), host = inner, path = DH_VIEW("");
    const char *slash = memchr(inner.ptr, '/', inner.len);
    if (slash) {
        host.len = (size_t)(slash - inner.ptr);
        path = (dh_view){slash, inner.len - host.len};
    }
    if (view_starts(host, DH_VIEW("*."))) host = (dh_view){host.ptr + 2, host.len - 2};
    if (view_starts_nocase(host, DH_VIEW("www."))) host = (dh_view){host.ptr + 4, host.len - 4};
    if (!is_host(host)) return wrong(r, inner.ptr, "the name of a host is wanted, or *, and perhaps a path behind it");
    dh_status st = end_url(r);
    return st ? st : begin_section(r, host, path);
}

/* Keys of site configs that say nothing about what is kept of a page. */
static const dh_view unread_keys[] = {
    DH_LIT("prune"), DH_LIT("tidy"), DH_LIT("autodetect_on_failure"), DH_LIT("find_string"), DH_LIT("replace_string"),
    DH_LIT("single_page_link"), DH_LIT("single_page_link_in_feed"), DH_LIT("next_page_link"), DH_LIT("http_header"), DH_LIT("strip_image_src"),
    DH_LIT("native_ad_clue"), DH_LIT("insert_detected_image"), DH_LIT("parser"), DH_LIT("skip_json_ld"), DH_LIT("src_lazy_load_attr"),
    DH_LIT("if_page_contains"), DH_LIT("requires_login"), DH_LIT("login_uri"), DH_LIT("login_username_field"), DH_LIT("login_password_field"),
    DH_LIT("login_extra_fields"), DH_LIT("not_logged_in_xpath"), DH_LIT("wrap_in"), DH_LIT("move_into"), DH_LIT("convert_double_br_tags"),
    DH_LIT("strip_comments"), DH_LIT("footnotes"), DH_LIT("strip_attr"), DH_LIT("dissolve"), DH_LIT("test_not_contains")};

static bool is_unread(dh_view key) {
    const char *bracket = memchr(key.ptr, '(', key.len); /* http_header(user-agent) */
    if (bracket) key.len = (size_t)(bracket - key.ptr);
    for (size_t i = 0; i < DH_COUNT(unread_keys); i++)
        if (view_is(key, unread_keys[i])) return true;
    return false;
}

static dh_status read_key(reader *r, dh_view key, dh_view value) {
    static const struct {
        dh_view key;
        ru_kind kind;
        bool pattern;
    } known[] = {{DH_LIT("body"), RU_BODY, false},       {DH_LIT("strip"), RU_STRIP, false},  {DH_LIT("keep"), RU_KEEP, false},
                 {DH_LIT("title"), RU_TITLE, false},     {DH_LIT("author"), RU_AUTHOR, false}, {DH_LIT("date"), RU_DATE, false},
                 {DH_LIT("strip_line"), RU_STRIP, true}, {DH_LIT("keep_line"), RU_KEEP, true}};
    for (size_t i = 0; i < DH_COUNT(known); i++) {
        if (!view_is(key, known[i].key)) continue;
        return known[i].pattern ? read_pattern(r, known[i].kind, value) : read_rule(r, known[i].kind, key, value);
    }
    if (view_is(key, DH_VIEW("test_url"))) return read_test(r, true, value);
    if (view_is(key, DH_VIEW("test_contains"))) return read_test(r, false, value);
    if (view_is(key, DH_VIEW("strip_id_or_class"))) return read_part_of_name(r, value);
    if (is_unread(key)) return note(r, key, "is not read");
    return wrong(r, key.ptr, "unknown key (body, strip, keep, title, author, date, strip_line, keep_line, test_url, test_contains are known)");
}

static dh_status read_line(reader *r, dh_view line) {
    line = view_trim(line);
    if (!line.len || line.ptr[0] == '#') return DH_OK;
    if (line.ptr[0] == '[') return read_section(r, line);
    const char *colon = memchr(line.ptr, ':', line.len);
    if (!colon) return wrong(r, line.ptr, "'KEY: VALUE' or '[HOST]' is wanted");
    dh_view key = view_trim((dh_view){line.ptr, (size_t)(colon - line.ptr)});
    dh_view value = view_trim((dh_view){colon + 1, line.len - (size_t)(colon + 1 - line.ptr)});
    if (!value.len) value = (dh_view){colon + 1, 0};
    return read_key(r, key, value);
}

static dh_status read_lines(reader *r, dh_view text, const char *host) {
    dh_status st = begin_section(r, host ? (dh_view){host, strlen(host)} : DH_VIEW("*"), DH_VIEW("")); /* host ends in NUL: ru_read */
    for (size_t from = 0, end; !st && from < text.len; from = end + 1) {
        const char *eol = memchr(text.ptr + from, '\n', text.len - from);
        end = eol ? (size_t)(eol - text.ptr) : text.len;
        r->line++;
        r->from = text.ptr + from;
        st = read_line(r, (dh_view){text.ptr + from, end - from});
    }
    return st ? st : end_url(r);
}

/* ---- sets ---- */

/* Takes back what was added since `before`. */
static void take_back(ru_set *set, const ru_set *before) {
    for (size_t i = before->rule_count; i < set->rule_count; i++) ru_pattern_free(set->rules[i].pattern);
    set->rule_count = before->rule_count;
    set->section_count = before->section_count;
    set->test_count = before->test_count;
}

static uint64_t mixed(uint64_t checksum, dh_view v, uint64_t more) { return (checksum ^ view_hash(v) ^ more) * 0x9e3779b97f4a7c15u | 1; }

dh_status ru_read(ru_set *set, dh_view text, const char *host, dh_buf *notes, dh_error *err) {
    dh_error own;
    ru_set before = *set;
    reader r = {.set = set, .from = text.ptr, .url = DH_VIEW(""), .notes = notes, .err = err ? err : &own};
    if (utf8_valid_prefix(text) < text.len) return err_set(err, DH_ERR_FORMAT, utf8_valid_prefix(text), "rules are text in UTF-8");
    if (view_starts(text, DH_VIEW("\xef\xbb\xbf"))) text = (dh_view){text.ptr + 3, text.len - 3};
    dh_status st = read_lines(&r, text, host);
    if (st) take_back(set, &before);
    else set->checksum = mixed(set->checksum, text, host ? view_hash((dh_view){host, strlen(host)}) : 0); /* ends in NUL: the header says so */
    return st;
}

dh_status ru_add(ru_set *set, ru_kind kind, dh_view value, dh_error *err) {
    dh_error own;
    ru_set before = *set;
    reader r = {.set = set, .from = value.ptr, .err = err ? err : &own};
    dh_status st = begin_section(&r, DH_VIEW("*"), DH_VIEW(""));
    if (!st) st = read_rule(&r, kind, DH_VIEW(""), view_trim(value));
    if (st) take_back(set, &before);
    else set->checksum = mixed(set->checksum, value, (uint64_t)kind + 1);
    return st;
}
