/* Walls. A word about cookies or a login stands on many pages, so wording counts only where the page holds little else: each kind has
 * its own measure of that. */
#include "judge/wall.h"

#include "judge/fold.h"

/* A block's wording is looked for in so many of its first words. */
#define BLOCK_WORDS 80

/* What a page may hold beside the wording: bytes of kept text, where a head has it and where any block has it; words of all its blocks. A
 * consent wall is a long text itself, an error page may have the whole menu of its site, a comment box may ask for a login. Chosen on
 * the cases of tests/formats/outcomes.txt and so that none of the 3,248 annotated pages is called blocked that is not. */
static const struct {
    const char *name;
    size_t head_bytes, text_bytes, words;
} limits[JD_WALL_COUNT] = {
    [JD_WALL_CONSENT] = {"consent wall", 4000, 600, 900},     [JD_WALL_CAPTCHA] = {"captcha", 800, 800, 250},
    [JD_WALL_LOGIN] = {"login", 700, 300, 300},               [JD_WALL_ERROR] = {"error page", 1000, 1000, 2000},
    [JD_WALL_SCRIPT] = {"asks for a script", 150, 150, 150},  [JD_WALL_SHELL] = {"markup without text", 0, 0, 0},
};
/* The largest of these bytes. */
#define MOST_KEPT 4000
/* Words outside of header, footer, menus and asides that a shell may have: "Loading", a name. */
#define SHELL_WORDS 12

typedef struct {
    const pg_page *page;
    const jd_verdict *verdicts;
    bool in_head[JD_WALL_COUNT], in_text[JD_WALL_COUNT]; /* the wording stands there */
    size_t words, own_words; /* of all blocks; of those outside of furniture */
    size_t asking_bytes, asking_words; /* of blocks that ask for a script */
} reader;

/* ---- wording ------------------------------------------------------------------------------------------------------- */

/* The folded words of a text, as hashes. */
static size_t read_words(dh_view text, uint32_t out[BLOCK_WORDS]) {
    jd_fold_words w;
    size_t n = 0;
    jd_fold_begin(&w, text);
    while (n < BLOCK_WORDS && jd_fold_next(&w)) out[n++] = (uint32_t)w.hash;
    return n;
}

/* The first row whose phrase begins with a word. */
static size_t first_row(uint32_t word) {
    size_t low = 0, high = jd_wall_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (jd_wall_rows[mid].first < word) low = mid + 1;
        else high = mid;
    }
    return low;
}

/* Notes the phrases that words[0 .. count) begin with; as a head, those that they are. */
static void match(reader *r, const uint32_t *words, size_t count, bool head) {
    for (size_t i = first_row(words[0]); i < jd_wall_count && jd_wall_rows[i].first == words[0]; i++) {
        const jd_wall_row *row = &jd_wall_rows[i];
        if (row->head != head || row->count > count || (head && row->count != count)) continue;
        if (!memcmp(words, jd_wall_words + row->words, row->count * sizeof *words)) (head ? r->in_head : r->in_text)[row->kind] = true;
    }
}

static void match_text(reader *r, dh_view text) {
    uint32_t words[BLOCK_WORDS];
    size_t count = read_words(text, words);
    for (size_t i = 0; i < count; i++) match(r, words + i, count - i, false);
}

static void match_head(reader *r, dh_view text) {
    uint32_t words[BLOCK_WORDS];
    size_t count = read_words(text, words);
    if (count && count < BLOCK_WORDS) match(r, words, count, true);
}

/* Bytes of the sign that parts a title at p, 0 if none stands there. A hyphen and a colon may stand within a part. */
static size_t sign_at(dh_view v, size_t p) {
    static const dh_view signs[] = {DH_LIT("|"), DH_LIT(" - "), DH_LIT(": "), DH_LIT("\xe2\x80\x93"), DH_LIT("\xe2\x80\x94"),
                                    DH_LIT("\xc2\xb7"), DH_LIT("\xc2\xbb"), DH_LIT("\xe2\x80\xa2")};
    dh_view rest = {v.ptr + p, v.len - p};
    for (size_t i = 0; i < DH_COUNT(signs); i++)
        if (view_starts(rest, signs[i])) return signs[i].len;
    return 0;
}

/* A title as a whole, and its parts. */
static void match_title(reader *r, dh_view title) {
    size_t from = 0;
    match_head(r, title);
    for (size_t p = 0, sign; p < title.len; p += sign ? sign : 1) {
        sign = sign_at(title, p);
        if (!sign) continue;
        match_head(r, (dh_view){title.ptr + from, p - from});
        from = p + sign;
    }
    if (from) match_head(r, (dh_view){title.ptr + from, title.len - from});
}

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

static bool in_furniture(const pg_page *page, const pg_block *b) {
    for (uint32_t e = b->elem; e != PG_NONE; e = page->elems[e].parent) {
        uint8_t tag = page->elems[e].tag;
        if (tag == PG_NAV || tag == PG_FOOTER || tag == PG_ASIDE || tag == PG_HEADER) return true;
    }
    return false;
}

static void read_block(reader *r, size_t i) {
    const pg_block *b = &r->page->blocks[i];
    size_t words = view_words(b->text);
    bool asked = r->in_text[JD_WALL_SCRIPT];
    r->words += words;
    if (!in_furniture(r->page, b)) r->own_words += words;
    r->in_text[JD_WALL_SCRIPT] = false;
    match_text(r, b->text);
    if (b->kind == DH_KIND_HEADING && (b->level == 1 || r->verdicts[i].headline)) match_title(r, b->text);
    if (r->in_text[JD_WALL_SCRIPT]) {
        r->asking_words += words;
        if (r->verdicts[i].keep) r->asking_bytes += b->text.len;
    }
    r->in_text[JD_WALL_SCRIPT] |= asked;
}

/* ---- what follows -------------------------------------------------------------------------------------------------- */

/* True for a link that has a script loaded. */
static bool loads_script(const pg_page *page, const pg_start *link) {
    dh_view value;
    if (pg_attr(pg_view(page, link->attrs), DH_VIEW("as"), &value) && view_is_nocase(value, DH_VIEW("script"))) return true;
    return pg_attr(pg_view(page, link->attrs), DH_VIEW("rel"), &value) && view_is_nocase(value, DH_VIEW("modulepreload"));
}

static bool has_script(const pg_page *page) {
    if (page->inert_count || page->script_count) return true;
    for (size_t i = 0; i < page->elem_count; i++)
        if (page->elems[i].tag == PG_SCRIPT) return true;
    for (size_t i = 0; i < page->meta_count; i++)
        if (page->metas[i].tag == PG_LINK && loads_script(page, &page->metas[i])) return true;
    return false;
}

static bool within(const reader *r, jd_wall_kind kind, size_t kept_bytes) {
    bool said = (r->in_head[kind] && kept_bytes <= limits[kind].head_bytes) || (r->in_text[kind] && kept_bytes <= limits[kind].text_bytes);
    return said && r->words <= limits[kind].words;
}

static bool asks_for_script(const reader *r, size_t kept_bytes) {
    if (!r->in_text[JD_WALL_SCRIPT] || kept_bytes < r->asking_bytes) return false;
    return kept_bytes - r->asking_bytes <= limits[JD_WALL_SCRIPT].text_bytes && r->words - r->asking_words <= limits[JD_WALL_SCRIPT].words;
}

jd_wall_kind jd_wall_find(const pg_page *page, const jd_verdict *verdicts, size_t kept_bytes) {
    reader r = {.page = page, .verdicts = verdicts};
    if (!page->is_html || kept_bytes > MOST_KEPT) return JD_WALL_NONE;
    match_title(&r, page->title);
    for (size_t i = 0; i < page->block_count; i++) read_block(&r, i);
    for (jd_wall_kind kind = JD_WALL_CONSENT; kind < JD_WALL_SCRIPT; kind++)
        if (within(&r, kind, kept_bytes)) return kind;
    if (asks_for_script(&r, kept_bytes)) return JD_WALL_SCRIPT;
    return !kept_bytes && r.own_words <= SHELL_WORDS && has_script(page) ? JD_WALL_SHELL : JD_WALL_NONE;
}

const char *jd_wall_name(jd_wall_kind kind) { return (unsigned)kind < JD_WALL_COUNT ? limits[kind].name : NULL; }
