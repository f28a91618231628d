/* Reads what a page's head and JSON-LD say. JSON is not parsed whole: some keys are looked for, whose values are strings. */
#include "judge/page_facts.h"

#include "base/url.h"
#include "page/json.h"

/* Words of one text that go into a set; articles are shorter. */
#define SET_WORDS 20000
#define SET_BYTES ((size_t)256 << 10)

/* ---- sets ---- */

static uint32_t pair_of(uint32_t a, uint32_t b) {
    uint32_t x = a * 0x9e3779b1u ^ (b << 7 | b >> 25);
    return x ? x : 1;
}

static bool in_set(const jd_word_set *set, uint32_t key) {
    for (uint32_t i = key & set->mask;; i = (i + 1) & set->mask) {
        if (!set->slots[i]) return false;
        if (set->slots[i] == key) return true;
    }
}

static void add(jd_word_set *set, uint32_t key) {
    uint32_t i = key & set->mask;
    while (set->slots[i] && set->slots[i] != key) i = (i + 1) & set->mask;
    set->count += !set->slots[i];
    set->slots[i] = key;
}

/* Adds the words of a text, or their pairs. False: no memory. *words receives how many words it has. */
static bool fill(dh_arena *arena, dh_view text, bool pairs, jd_word_set *set, uint32_t *words) {
    jd_fold_words w;
    if (text.len > SET_BYTES) text.len = SET_BYTES;
    size_t most = text.len < SET_WORDS ? text.len : SET_WORDS, size = 16; /* a word has a byte at least */
    while (size < most) size *= 2;
    *words = 0;
    if (!text.len) return true;
    set->slots = arena_calloc(arena, size, sizeof *set->slots);
    if (!set->slots) return false;
    set->mask = (uint32_t)size - 1;
    uint32_t last = 0;
    jd_fold_begin(&w, text);
    /* At most three quarters full, so that a search ends soon. */
    while (set->count * 4 < size * 3 && jd_fold_next(&w)) {
        uint32_t word = (uint32_t)w.hash ? (uint32_t)w.hash : 1;
        if (!pairs) add(set, word);
        else if (*words) add(set, pair_of(last, word));
        last = word;
        ++*words;
    }
    return true;
}

float jd_share_of_words(const jd_word_set *set, const jd_phrase_words *words) {
    size_t hits = 0;
    if (!set->count || !words->count) return 0;
    for (size_t i = 0; i < words->count; i++) hits += in_set(set, words->word[i] ? words->word[i] : 1);
    return (float)hits / (float)words->count;
}

float jd_share_of_pairs(const jd_word_set *set, const jd_phrase_words *words) {
    size_t hits = 0;
    if (!set->count || words->count < 2) return 0;
    for (size_t i = 1; i < words->count; i++) {
        uint32_t a = words->word[i - 1] ? words->word[i - 1] : 1, b = words->word[i] ? words->word[i] : 1;
        hits += in_set(set, pair_of(a, b));
    }
    return (float)hits / (float)(words->count - 1);
}

/* ---- JSON-LD ---- */

/* The string behind "key": at p, raw; false if there is none. */
static bool string_value(const char *p, const char *end, dh_view *out) {
    while (p < end && (ascii_space(*p) || *p == ':' || *p == '[')) p++;
    if (p >= end || *p != '"') return false;
    const char *q = ++p;
    while (q < end && *q != '"') q += *q == '\\' ? 2 : 1;
    if (q >= end) return false;
    *out = (dh_view){p, (size_t)(q - p)};
    return true;
}

static uint32_t type_bits(dh_view name) {
    static const struct {
        dh_view name;
        uint32_t bit;
    } rows[] = {{DH_LIT("article"), JD_LD_ARTICLE},   {DH_LIT("newsarticle"), JD_LD_ARTICLE},
                {DH_LIT("blogposting"), JD_LD_ARTICLE}, {DH_LIT("report"), JD_LD_ARTICLE},
                {DH_LIT("techarticle"), JD_LD_ARTICLE}, {DH_LIT("recipe"), JD_LD_ARTICLE},
                {DH_LIT("product"), JD_LD_PRODUCT},   {DH_LIT("offer"), JD_LD_PRODUCT},
                {DH_LIT("aggregateoffer"), JD_LD_PRODUCT}, {DH_LIT("discussionforumposting"), JD_LD_FORUM},
                {DH_LIT("qapage"), JD_LD_FORUM},      {DH_LIT("itemlist"), JD_LD_LIST},
                {DH_LIT("collectionpage"), JD_LD_LIST}, {DH_LIT("searchresultspage"), JD_LD_LIST},
                {DH_LIT("localbusiness"), JD_LD_BUSINESS}, {DH_LIT("service"), JD_LD_BUSINESS},
                {DH_LIT("professionalservice"), JD_LD_BUSINESS}, {DH_LIT("softwareapplication"), JD_LD_BUSINESS}};
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        if (view_is_nocase(name, rows[i].name)) return rows[i].bit;
    return 0;
}

/* The next string behind a key from *p on, which is moved behind it. */
static bool next_string(const char **p, const char *end, dh_view key, dh_view *value) {
    while ((*p = memmem(*p, (size_t)(end - *p), key.ptr, key.len))) {
        *p += key.len;
        if (!string_value(*p, end, value)) continue;
        *p = value->ptr + value->len;
        return true;
    }
    return false;
}

/* Text of a page's JSON-LD, in a buffer that has room for all of it or SET_BYTES. */
typedef struct {
    char *ptr;
    size_t len, cap;
} ld_text;

/* Adds descriptions of products and texts of posts, questions and answers, a blank behind each, as far as they fit. */
static void read_said(dh_view body, ld_text *to) {
    static const dh_view keys[] = {DH_LIT("\"description\""), DH_LIT("\"text\"")};
    const char *end = body.ptr + body.len;
    for (size_t k = 0; k < DH_COUNT(keys); k++) {
        dh_view value;
        for (const char *p = body.ptr; next_string(&p, end, keys[k], &value);) {
            if (value.len >= to->cap - to->len) return;
            to->len += js_unescape(value, to->ptr + to->len);
            to->ptr[to->len++] = ' ';
        }
    }
}

static bool read_script(dh_arena *arena, dh_view body, jd_page_facts *out) {
    static const dh_view type_key = DH_LIT("\"@type\""), body_key = DH_LIT("\"articleBody\"");
    const char *end = body.ptr + body.len;
    dh_view value;
    for (const char *p = body.ptr; next_string(&p, end, type_key, &value);) out->ld_types |= type_bits(value);
    const char *p = memmem(body.ptr, body.len, body_key.ptr, body_key.len);
    if (!p || out->body.slots || !string_value(p + body_key.len, end, &value) || !value.len) return true;
    char *text = arena_alloc(arena, value.len);
    return text && fill(arena, (dh_view){text, js_unescape(value, text)}, true, &out->body, &out->body_words);
}

static bool read_scripts(dh_arena *arena, const pg_page *page, jd_page_facts *out) {
    ld_text all = {NULL, 0, 0};
    uint32_t words;
    for (size_t i = 0; i < page->script_count; i++) all.cap += page->scripts[i].body.len;
    if (!all.cap) return true;
    if (all.cap > SET_BYTES) all.cap = SET_BYTES;
    all.ptr = arena_alloc(arena, all.cap);
    if (!all.ptr) return false;
    for (size_t i = 0; i < page->script_count; i++) {
        dh_view body = pg_view(page, page->scripts[i].body);
        if (!read_script(arena, body, out)) return false;
        read_said(body, &all);
    }
    return fill(arena, (dh_view){all.ptr, all.len}, true, &out->said, &words);
}

/* ---- head ---- */

/* content of the meta tag whose `name` or `property` is key. */
static bool meta_content(const pg_page *page, dh_view key, dh_view *content) {
    for (size_t i = 0; i < page->meta_count; i++) {
        dh_view attrs = pg_view(page, page->metas[i].attrs), value;
        bool named = pg_attr(attrs, DH_VIEW("property"), &value) && view_is_nocase(value, key);
        named = named || (pg_attr(attrs, DH_VIEW("name"), &value) && view_is_nocase(value, key));
        if (named && pg_attr(attrs, DH_VIEW("content"), content)) return true;
    }
    return false;
}

static jd_og_type og_type_of(const pg_page *page) {
    dh_view value;
    if (!meta_content(page, DH_VIEW("og:type"), &value)) return JD_OG_NONE;
    if (view_is_nocase(value, DH_VIEW("article"))) return JD_OG_ARTICLE;
    if (view_find_nocase(value, DH_VIEW("product")) < value.len) return JD_OG_PRODUCT;
    return view_is_nocase(value, DH_VIEW("website")) ? JD_OG_WEBSITE : JD_OG_OTHER;
}

dh_view jd_canonical(const pg_page *page) {
    dh_view value;
    if (meta_content(page, DH_VIEW("og:url"), &value)) return value;
    for (size_t i = 0; i < page->meta_count; i++) {
        dh_view attrs = pg_view(page, page->metas[i].attrs);
        if (pg_attr(attrs, DH_VIEW("rel"), &value) && view_is_nocase(value, DH_VIEW("canonical")) &&
            pg_attr(attrs, DH_VIEW("href"), &value))
            return value;
    }
    return (dh_view){"", 0};
}

dh_view jd_url_host(dh_view url) {
    dh_view host = url_host(url), www = DH_VIEW("www.");
    if (view_starts_nocase(host, www)) host = (dh_view){host.ptr + www.len, host.len - www.len};
    return host;
}

/* The shape of an address's path; its host does not count. */
static void read_url(dh_view url, jd_page_facts *out) {
    const char *p = memmem(url.ptr, url.len, "://", 3), *end = url.ptr + url.len, *stop = end;
    if (!p) return;
    out->has_url = true;
    out->host = jd_url_host(url);
    p = memchr(p + 3, '/', (size_t)(end - p - 3));
    for (const char *q = p; q && q < end; q++)
        if (*q == '?' || *q == '#') {
            out->url_query = *q == '?';
            stop = q;
            break;
        }
    const char *last = p;
    for (const char *q = p; q && q < stop; q++)
        if (*q == '/' && q + 1 < stop) {
            out->url_depth++;
            last = q + 1;
        }
    bool word = false;
    for (const char *q = last; q && q < stop; q++) {
        bool letter = (*q | 32) >= 'a' && (*q | 32) <= 'z';
        out->url_words += letter && !word;
        out->url_digits += *q >= '0' && *q <= '9';
        out->url_file |= *q == '.';
        word = letter || (unsigned char)*q >= 0x80 || *q == '%';
    }
}

dh_status jd_page_facts_read(dh_arena *arena, const pg_page *page, const char *url, jd_page_facts *out, dh_error *err) {
    *out = (jd_page_facts){.og_type = og_type_of(page)};
    uint32_t words;
    dh_view text;
    bool ok = fill(arena, page->title, false, &out->title, &words);
    if (ok && (meta_content(page, DH_VIEW("description"), &text) || meta_content(page, DH_VIEW("og:description"), &text)))
        ok = fill(arena, text, true, &out->description, &words);
    ok = ok && read_scripts(arena, page, out);
    if (!ok) return arena_error(arena, err);
    /* An address in dh_options ends in NUL. */
    read_url(url ? (dh_view){url, strlen(url)} : jd_canonical(page), out);
    return DH_OK;
}
