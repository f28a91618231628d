/* Reads robots.txt line by line. A group is for whom its User-agent lines name; lines other than rules do not end such a run of
 * names. Paths and patterns are compared in one spelling, in which a "*" can only be a wildcard and a "$" only an end. */
#include "robots.h"

#include <stdlib.h>

/* Longest delay that is told, in seconds: a day. */
#define MAX_DELAY_S 86400

typedef struct {
    uint32_t at, len; /* of the pattern, in bytes of robots.patterns */
    bool allow, own;  /* own: of a group that names the crawler, not of one for all */
} rule;

struct robots {
    dh_buf patterns;
    rule *rules;
    size_t count, cap;
    int64_t delay_ms[2]; /* for all; for the crawler */
    bool named;          /* a group names the crawler: those for all do not count */
};

typedef struct {
    robots *robots;
    dh_view agent;   /* its token */
    bool own, all;   /* the group in hand is for the crawler, for all */
    bool names_over; /* a rule came: the next User-agent begins a new group */
    dh_status status;
} reader;

/* ---- one spelling ------------------------------------------------------------------------------------------------ */

static bool is_unreserved(unsigned char c) {
    return (ascii_lower((char)c) >= 'a' && ascii_lower((char)c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

/* What an address may hold as it is, besides unreserved letters; "*" and "$" are left to the caller. */
static bool is_plain(unsigned char c) { return is_unreserved(c) || (c && strchr("%/?#[]@:!&'()+,;=", c)); }

static dh_status append_code(dh_buf *out, unsigned char c) { return buf_printf(out, "%%%02X", c); }

/* Appends a path, or a pattern with its wildcards: letters that need no escape are unescaped, all others escaped, with
 * capital digits. */
static dh_status append_spelled(dh_buf *out, dh_view v, bool pattern) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < v.len && !st; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        int high = c == '%' && i + 2 < v.len ? ascii_hex(v.ptr[i + 1]) : -1, low = high < 0 ? -1 : ascii_hex(v.ptr[i + 2]);
        bool special = pattern && (c == '*' || (c == '$' && i + 1 == v.len));
        if (low >= 0) {
            c = (unsigned char)(high * 16 + low);
            st = is_unreserved(c) ? buf_append_char(out, (char)c) : append_code(out, c);
            i += 2;
        } else {
            st = special || is_plain(c) ? buf_append_char(out, (char)c) : append_code(out, c);
        }
    }
    return st;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

dh_view robots_token(dh_view agent) {
    size_t n = 0;
    while (n < agent.len) {
        char c = ascii_lower(agent.ptr[n]);
        if ((c < 'a' || c > 'z') && c != '-' && c != '_') break;
        n++;
    }
    return (dh_view){agent.ptr, n};
}

static void read_agent(reader *r, dh_view value) {
    if (r->names_over) r->own = r->all = r->names_over = false;
    dh_view token = robots_token(value);
    if (value.len && value.ptr[0] == '*' && (value.len == 1 || ascii_space(value.ptr[1]))) r->all = true;
    if (!token.len || !view_is_nocase(token, r->agent)) return;
    r->own = r->robots->named = true;
}

static dh_status add_rule(robots *o, dh_view pattern, bool allow, bool own) {
    if (o->count == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 16;
        rule *rules = reallocarray(o->rules, cap, sizeof *rules);
        if (!rules) return DH_ERR_NOMEM;
        o->rules = rules;
        o->cap = cap;
    }
    size_t at = o->patterns.len;
    dh_status st = append_spelled(&o->patterns, pattern, true);
    o->rules[o->count] = (rule){(uint32_t)at, (uint32_t)(o->patterns.len - at), allow, own};
    if (!st) o->count++;
    return st;
}

/* A rule without a path says nothing. One of both kinds of groups stands twice. */
static void read_rule(reader *r, dh_view value, bool allow) {
    r->names_over = true;
    if (!value.len) return;
    if (r->own) r->status = add_rule(r->robots, value, allow, true);
    if (r->all && !r->status) r->status = add_rule(r->robots, value, allow, false);
}

static void read_allow(reader *r, dh_view value) { read_rule(r, value, true); }
static void read_disallow(reader *r, dh_view value) { read_rule(r, value, false); }

/* Seconds, with digits behind the point of which three count. It belongs to the names before it: it stands in no RFC, and
 * groups that have nothing else are common. */
static void read_delay(reader *r, dh_view value) {
    int64_t ms = 0, unit = 1000;
    bool point = false, digits = false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return;
        digits = true;
        if (point) unit /= 10;
        ms = point ? ms + (c - '0') * unit : ms * 10 + (c - '0') * 1000;
        if (ms > (int64_t)MAX_DELAY_S * 1000) ms = (int64_t)MAX_DELAY_S * 1000;
    }
    if (!digits) return;
    if (r->all) r->robots->delay_ms[false] = ms;
    if (r->own) r->robots->delay_ms[true] = ms;
}

/* Also as people misspell them. */
static const struct {
    dh_view name;
    void (*read)(reader *r, dh_view value);
} keys[] = {
    {DH_LIT("user-agent"), read_agent},   {DH_LIT("useragent"), read_agent},    {DH_LIT("user agent"), read_agent},
    {DH_LIT("allow"), read_allow},        {DH_LIT("disallow"), read_disallow},  {DH_LIT("dissallow"), read_disallow},
    {DH_LIT("dissalow"), read_disallow},  {DH_LIT("disalow"), read_disallow},   {DH_LIT("diasllow"), read_disallow},
    {DH_LIT("disallaw"), read_disallow},  {DH_LIT("crawl-delay"), read_delay},
};

/* Cuts a line at its colon; where there is none, between its two words. False if it is neither. */
static bool cut_line(dh_view line, dh_view *key, dh_view *value) {
    const char *colon = line.len ? memchr(line.ptr, ':', line.len) : NULL;
    size_t n = colon ? (size_t)(colon - line.ptr) : 0;
    while (!colon && n < line.len && !ascii_space(line.ptr[n])) n++;
    if (n == line.len) return false;
    *key = view_trim((dh_view){line.ptr, n});
    *value = view_trim((dh_view){line.ptr + n + 1, line.len - n - 1});
    for (size_t i = 0; !colon && i < value->len; i++)
        if (ascii_space(value->ptr[i])) return false;
    return true;
}

static void read_line(reader *r, dh_view line) {
    const char *comment = line.len ? memchr(line.ptr, '#', line.len) : NULL;
    dh_view key, value;
    if (comment) line.len = (size_t)(comment - line.ptr);
    if (!cut_line(view_trim(line), &key, &value)) return;
    for (size_t i = 0; i < DH_COUNT(keys); i++)
        if (view_is_nocase(key, keys[i].name)) keys[i].read(r, value);
}

/* The rules that do not count go, and room that is not used. */
static void fit(robots *o) {
    size_t kept = 0;
    for (size_t i = 0; i < o->count; i++)
        if (o->rules[i].own == o->named) o->rules[kept++] = o->rules[i];
    o->count = kept;
    buf_fit(&o->patterns);
    rule *rules = kept ? reallocarray(o->rules, kept, sizeof *rules) : NULL;
    if (!rules) return;
    o->rules = rules;
    o->cap = kept;
}

robots *robots_new(dh_view text, dh_view agent) {
    reader r = {.robots = calloc(1, sizeof *r.robots), .agent = robots_token(agent)};
    bool cut = text.len > ROBOTS_MAX_BYTES;
    if (!r.robots) return NULL;
    dh_buf_init(&r.robots->patterns, 0);
    if (cut) text.len = ROBOTS_MAX_BYTES;
    if (view_starts(text, DH_VIEW("\xef\xbb\xbf"))) text = (dh_view){text.ptr + 3, text.len - 3};
    for (size_t from = 0, at = 0; at <= text.len && !r.status; at++) {
        bool end = at == text.len;
        if (!end && text.ptr[at] != '\n' && text.ptr[at] != '\r') continue;
        if (!end || !cut) read_line(&r, (dh_view){text.ptr + from, at - from});
        from = at + 1;
    }
    if (!r.status) {
        fit(r.robots);
        return r.robots;
    }
    robots_free(r.robots);
    return NULL;
}

void robots_free(robots *r) {
    if (!r) return;
    dh_buf_clear(&r->patterns);
    free(r->rules);
    free(r);
}

int64_t robots_delay_ms(const robots *r) { return r->delay_ms[r->named]; }

size_t robots_bytes(const robots *r) { return sizeof *r + r->patterns.cap + r->cap * sizeof *r->rules; }

/* ---- asking ----------------------------------------------------------------------------------------------------- */

/* Each piece between wildcards is taken where it first occurs: that leaves most for those behind it. */
static bool matches(dh_view pattern, dh_view path) {
    bool ended = pattern.len && pattern.ptr[pattern.len - 1] == '$', first = true;
    if (ended) pattern.len--;
    for (;; first = false) {
        const char *star = pattern.len ? memchr(pattern.ptr, '*', pattern.len) : NULL;
        dh_view piece = {pattern.ptr, star ? (size_t)(star - pattern.ptr) : pattern.len};
        if (!star && ended && !first)
            return path.len >= piece.len && view_is((dh_view){path.ptr + path.len - piece.len, piece.len}, piece);
        if (!star && ended) return view_is(path, piece);
        const char *at = first ? path.ptr : memmem(path.ptr, path.len, piece.ptr, piece.len);
        if (!at || (first && !view_starts(path, piece))) return false;
        if (!star) return true;
        size_t used = (size_t)(at - path.ptr) + piece.len;
        path = (dh_view){path.ptr + used, path.len - used};
        pattern = (dh_view){star + 1, pattern.len - piece.len - 1};
    }
}

/* The longest pattern decides; of two that are as long, the one that allows. */
dh_status robots_ask(const robots *r, dh_view path, bool *allowed) {
    dh_buf spelled;
    size_t longest = 0;
    *allowed = true;
    if (!r->count || !path.len) return DH_OK;
    dh_buf_init(&spelled, 0);
    dh_status st = append_spelled(&spelled, path, false);
    bool own = view_is(dh_buf_view(&spelled), DH_VIEW("/robots.txt")); /* always permitted */
    for (size_t i = 0; i < r->count && !st && !own; i++) {
        const rule *one = &r->rules[i];
        if (one->len < longest || (one->len == longest && !one->allow)) continue;
        if (!matches((dh_view){r->patterns.ptr + one->at, one->len}, dh_buf_view(&spelled))) continue;
        longest = one->len;
        *allowed = one->allow;
    }
    dh_buf_clear(&spelled);
    return st;
}
