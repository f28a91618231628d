/* Computes what the judge sees of each block of an HTML page. Totals of containers and windows come from running sums, so
 * that the work is linear in blocks and elements, but for the climb to the root from each block (bounded by max_depth). */
#include "judge/features.h"

#include <math.h>

const jd_feature_row jd_feature_rows[JD_F_COUNT] = {
#define X(id, unit, what) [JD_F_##id] = {#id, #unit, what},
    JD_FEATURES(X)
#undef X
};

/* Text of a block beyond this says nothing new of it. */
#define STATS_BYTES 4096

/* Running sums: entry i is the total of the blocks before block i. */
typedef struct {
    uint32_t words, bytes, link_bytes;
} sums;

typedef struct {
    const pg_page *page;
    jd_facts *facts;
    sums *before;
    uint32_t *families; /* of each element's own names */
    uint32_t last_h1_words;
    bool h1_seen, has_main;
} context;

static float logf1(double n) { return (float)log1p(n); }

static float share(double part, double whole) { return whole > 0 ? (float)(part / whole) : 0; }

typedef struct {
    uint32_t words, bytes, link_bytes, blocks;
} total;

static total total_of(const context *c, size_t from, size_t to) {
    const sums *a = &c->before[from], *b = &c->before[to];
    return (total){b->words - a->words, b->bytes - a->bytes, b->link_bytes - a->link_bytes, (uint32_t)(to - from)};
}

static float density(total t) { return logf1(t.blocks ? (double)t.words / t.blocks : 0); }

/* ---- parts ---- */

static void own_text(const pg_block *b, const jd_facts *facts, float *f) {
    const jd_stats *s = &facts->stats;
    f[JD_F_WORDS] = logf1(s->words);
    double length = s->words ? (double)(s->letters + s->digits) / s->words : 0;
    f[JD_F_WORD_LEN] = (float)(length < 20 ? length : 20);
    f[JD_F_LINK_SHARE] = share(b->link_bytes, (double)b->text.len);
    f[JD_F_ALL_LINK] = f[JD_F_LINK_SHARE] > 0.9f;
    f[JD_F_SENTENCES] = logf1(s->sentences);
    f[JD_F_ENDS_SENTENCE] = s->ends_sentence;
    f[JD_F_ENDS_COLON] = s->ends_colon;
    f[JD_F_COMMAS] = logf1(s->commas);
    f[JD_F_DIGIT_SHARE] = share(s->digits, s->chars);
    f[JD_F_CAPITAL_SHARE] = share(s->capitals, s->letters);
    f[JD_F_CAPITALISED] = share(s->capitalised, s->words);
    f[JD_F_BARS] = logf1(s->bars);
    f[JD_F_STARTS_SMALL] = s->starts_small;
    f[JD_F_SHORT] = s->words < 5;
    f[JD_F_LONG] = s->words >= 25;
    const jd_hits *h = &facts->hits;
    uint8_t any = h->start ? h->start : h->end ? h->end : h->part;
    bool weak = h->line == JD_KIND_AUTHOR + 1 || h->line == JD_KIND_SOURCE + 1 || any == JD_KIND_AUTHOR + 1 ||
                any == JD_KIND_SOURCE + 1;
    f[JD_F_PHRASE_LINE] = h->line && !weak;
    f[JD_F_PHRASE_PART] = any && !weak;
    f[JD_F_PHRASE_RUN] = weak;
}

/* Feature of the nearest ancestor with a tag, JD_F_COUNT if there is none for it. */
static jd_feature near_tag(pg_tag tag) {
    switch ((int)tag) {
    case PG_NAV: return JD_F_NEAR_NAV;
    case PG_ASIDE: return JD_F_NEAR_ASIDE;
    case PG_FOOTER: return JD_F_NEAR_FOOTER;
    case PG_HEADER: return JD_F_NEAR_HEADER;
    case PG_MAIN: return JD_F_NEAR_MAIN;
    case PG_ARTICLE: return JD_F_NEAR_ARTICLE;
    case PG_FORM: return JD_F_NEAR_FORM;
    case PG_TABLE: return JD_F_NEAR_TABLE;
    case PG_FIGURE: return JD_F_NEAR_FIGURE;
    case PG_UL: case PG_OL: case PG_DL: return JD_F_NEAR_LIST;
    case PG_BLOCKQUOTE: return JD_F_NEAR_QUOTE;
    default: return JD_F_COUNT;
    }
}

/* Containers 1, 2 and 4: features of words, link share, density, and share of the page (JD_F_COUNT: none). */
static const struct {
    unsigned level;
    jd_feature words, link, density, share;
} containers[] = {{1, JD_F_C1_WORDS, JD_F_C1_LINK, JD_F_C1_DENSITY, JD_F_C1_SHARE},
                  {2, JD_F_C2_WORDS, JD_F_C2_LINK, JD_F_C2_DENSITY, JD_F_COUNT},
                  {4, JD_F_C4_WORDS, JD_F_C4_LINK, JD_F_C4_DENSITY, JD_F_C4_SHARE}};

static void set_container(const context *c, size_t k, const pg_elem *e, float *f) {
    total t = total_of(c, e->first_block, e->end_block), all = total_of(c, 0, c->page->block_count);
    f[containers[k].words] = logf1(t.words);
    f[containers[k].link] = share(t.link_bytes, t.bytes);
    f[containers[k].density] = density(t);
    if (containers[k].share != JD_F_COUNT) f[containers[k].share] = share(t.words, all.words);
}

/* Climbs from the block to the root once. */
static void place(const context *c, const pg_block *b, float *f) {
    const pg_elem *elems = c->page->elems, *outermost = &elems[0];
    uint32_t size = 1;
    unsigned level = 0;
    size_t k = 0;
    for (uint32_t e = b->elem, up = 0; e != PG_NONE; e = elems[e].parent, up++) {
        const pg_elem *x = &elems[e];
        float near_value = 1.0f / (float)(1 + up);
        jd_feature t = near_tag((pg_tag)x->tag);
        if (t != JD_F_COUNT && f[t] == 0) f[t] = near_value;
        for (uint32_t families = c->families[e]; families; families &= families - 1) {
            jd_feature w = JD_F_W_CONTENT + (jd_feature)__builtin_ctz(families);
            if (f[w] == 0) f[w] = near_value;
        }
        uint32_t blocks = x->end_block - x->first_block;
        if (blocks <= size || x->tag == PG_BODY || x->tag == PG_HTML) continue;
        size = blocks;
        level++;
        outermost = x;
        if (k < DH_COUNT(containers) && containers[k].level == level) set_container(c, k++, x, f);
    }
    for (; k < DH_COUNT(containers); k++) set_container(c, k, outermost, f);
}

static void tag_flags(const context *c, const pg_block *b, float *f) {
    const pg_elem *e = &c->page->elems[b->elem];
    f[JD_F_IS_HEADING] = b->kind == DH_KIND_HEADING;
    f[JD_F_IS_H1] = b->kind == DH_KIND_HEADING && b->level == 1;
    f[JD_F_IS_ITEM] = b->kind == DH_KIND_LIST_ITEM;
    f[JD_F_IS_ROW] = b->kind == DH_KIND_ROW;
    f[JD_F_IS_CODE] = b->kind == DH_KIND_CODE;
    f[JD_F_IS_HIDDEN] = (e->flags & (PG_IS_HIDDEN | PG_IN_NOSCRIPT)) != 0;
    f[JD_F_DEPTH] = logf1(e->depth);
    while (!(pg_tag_bits[e->tag] & TAG_B) && e->tag != PG_LABEL && e->parent != PG_NONE) e = &c->page->elems[e->parent];
    f[JD_F_IS_P] = e->tag == PG_P;
    f[JD_F_IS_BUTTON] = e->tag == PG_BUTTON || e->tag == PG_LABEL || e->tag == PG_LEGEND;
}

static void neighbours(const context *c, size_t i, float *f) {
    const pg_page *p = c->page;
    if (i > 0) {
        f[JD_F_PREV_WORDS] = logf1(c->facts[i - 1].stats.words);
        f[JD_F_PREV_LINK] = share(p->blocks[i - 1].link_bytes, (double)p->blocks[i - 1].text.len);
        f[JD_F_PREV_SENTENCE] = c->facts[i - 1].stats.ends_sentence;
    }
    if (i + 1 < p->block_count) {
        f[JD_F_NEXT_WORDS] = logf1(c->facts[i + 1].stats.words);
        f[JD_F_NEXT_LINK] = share(p->blocks[i + 1].link_bytes, (double)p->blocks[i + 1].text.len);
        f[JD_F_NEXT_SENTENCE] = c->facts[i + 1].stats.ends_sentence;
    }
}

static void window(const context *c, size_t i, size_t reach, jd_feature density_feature, jd_feature link_feature, float *f) {
    size_t from = i > reach ? i - reach : 0, to = i + reach + 1;
    if (to > c->page->block_count) to = c->page->block_count;
    total t = total_of(c, from, to);
    f[density_feature] = density(t);
    f[link_feature] = share(t.link_bytes, t.bytes);
}

static void position(context *c, size_t i, float *f) {
    const pg_block *b = &c->page->blocks[i];
    total all = total_of(c, 0, c->page->block_count);
    window(c, i, 2, JD_F_WIN2_DENSITY, JD_F_WIN2_LINK, f);
    window(c, i, 6, JD_F_WIN6_DENSITY, JD_F_WIN6_LINK, f);
    window(c, i, 20, JD_F_WIN20_DENSITY, JD_F_WIN20_LINK, f);
    f[JD_F_BEFORE] = share(c->before[i].words, all.words);
    f[JD_F_INDEX] = share((double)i, (double)c->page->block_count);
    f[JD_F_AFTER_H1] = c->h1_seen;
    if (c->h1_seen) f[JD_F_SINCE_H1] = logf1(c->before[i].words - c->last_h1_words);
    if (b->kind == DH_KIND_HEADING && b->level == 1) {
        c->h1_seen = true;
        c->last_h1_words = c->before[i].words;
    }
    f[JD_F_PAGE_WORDS] = logf1(all.words);
    f[JD_F_PAGE_LINK] = share(all.link_bytes, all.bytes);
    f[JD_F_PAGE_DENSITY] = density(all);
    f[JD_F_PAGE_MAIN] = c->has_main;
}

/* ---- all ---- */

static void note_elements(context *c) {
    static const dh_view main_role = DH_LIT("main");
    for (size_t e = 0; e < c->page->elem_count; e++) {
        const pg_elem *x = &c->page->elems[e];
        c->has_main |= x->tag == PG_MAIN || x->tag == PG_ARTICLE;
        if (x->start == PG_NONE || x->first_block == x->end_block) continue; /* no block will ask */
        c->families[e] = jd_words_of(c->page, &c->page->starts[x->start]);
        c->has_main |= view_is_nocase(pg_view(c->page, c->page->starts[x->start].role), main_role);
    }
}

static void note_blocks(context *c) {
    for (size_t i = 0; i < c->page->block_count; i++) {
        const pg_block *b = &c->page->blocks[i];
        jd_facts *x = &c->facts[i];
        jd_stats_count(b->text, STATS_BYTES, &x->stats);
        jd_phrase_match(b->text, &x->hits);
        c->before[i + 1] = (sums){c->before[i].words + x->stats.words, c->before[i].bytes + (uint32_t)b->text.len,
                                  c->before[i].link_bytes + b->link_bytes};
    }
}

dh_status jd_features(dh_arena *arena, const pg_page *page, float **rows, jd_facts **facts, dh_error *err) {
    context c = {.page = page};
    size_t n = page->block_count;
    c.facts = arena_calloc(arena, n + 1, sizeof *c.facts);
    c.before = arena_calloc(arena, n + 1, sizeof *c.before);
    c.families = arena_calloc(arena, page->elem_count + 1, sizeof *c.families);
    *rows = arena_calloc(arena, n * JD_F_COUNT + 1, sizeof **rows);
    if (!c.facts || !c.before || !c.families || !*rows) return arena_error(arena, err);
    note_elements(&c);
    note_blocks(&c);
    for (size_t i = 0; i < n; i++) {
        float *f = *rows + i * JD_F_COUNT;
        own_text(&page->blocks[i], &c.facts[i], f);
        tag_flags(&c, &page->blocks[i], f);
        place(&c, &page->blocks[i], f);
        neighbours(&c, i, f);
        position(&c, i, f);
    }
    *facts = c.facts;
    return DH_OK;
}
