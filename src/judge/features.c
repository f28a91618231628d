/* Computes what the judge sees of each block of an HTML page, row by row. What looks beyond the block comes from the sums
 * and groups of layout.c; the climb from each block to the root is bounded by max_depth. */
#include "judge/features.h"

#include "judge/layout.h"

const jd_feature_row jd_feature_rows[JD_F_COUNT] = {
#define X(group, id, unit, what) [JD_F_##id] = {#group, #id, #unit, what},
    JD_FEATURES(X)
#undef X
};

/* Text of a block beyond this says nothing new of it. */
#define STATS_BYTES 4096
/* Levels and distances that mean "none". */
#define NO_LEVEL 99.0f
/* Siblings from which a group counts as cards. */
#define CARDS 4

#define PAGE_FEATURES (JD_F_COUNT - JD_F_P_BLOCKS)

struct jd_features {
    jd_layout layout;
    jd_total all;
    float page[PAGE_FEATURES]; /* the features of the page, which stand last in every row */
    size_t at, next_text;      /* the block that is next; the running text behind it */
    size_t next_heading;
    dh_view host;              /* of the page's address, empty if it is not known */
    /* what stood before: indexes of blocks, SIZE_MAX for none */
    size_t h1, heading, phrase, text;
    size_t first_h1; /* of the page; SIZE_MAX for none */
};
typedef struct jd_features context;

static float density(jd_total t) { return jd_share(t.words, t.blocks); }

/* ---- own text ---- */

static void own_text(const pg_block *b, const jd_stats *s, float *f) {
    f[JD_F_CHARS] = (float)s->chars;
    f[JD_F_WORDS] = (float)s->words;
    f[JD_F_WORD_LEN] = jd_share(s->letters + s->digits, s->words);
    f[JD_F_LETTER_SHARE] = jd_share(s->letters, s->chars);
    f[JD_F_DIGIT_SHARE] = jd_share(s->digits, s->chars);
    f[JD_F_CAPITAL_SHARE] = jd_share(s->capitals, s->letters);
    f[JD_F_CAPITALISED] = jd_share(s->capitalised, s->words);
    f[JD_F_ALONE_SHARE] = jd_share(s->alone, s->words);
    f[JD_F_SENTENCES] = (float)s->sentences;
    f[JD_F_SENTENCE_WORDS] = jd_share(s->words, s->sentences);
    f[JD_F_FIRST] = s->first;
    f[JD_F_LAST] = s->last;
    f[JD_F_COMMAS] = (float)s->commas;
    f[JD_F_BARS] = (float)s->bars;
    f[JD_F_ARROWS] = s->arrows;
    f[JD_F_QUOTES] = s->quotes;
    f[JD_F_BRACKETS] = s->brackets;
    f[JD_F_ADDRESS] = s->address;
    f[JD_F_YEAR] = s->year;
    f[JD_F_CLOCK] = s->clock;
    f[JD_F_PRICE] = s->price;
    f[JD_F_RIGHTS] = s->copyright;
    f[JD_F_LINK_SHARE] = jd_share(b->link_bytes, (double)b->text.len);
    f[JD_F_LINKS] = (float)b->link_count;
    f[JD_F_LINK_WORDS] = jd_share(b->link_bytes, b->link_count);
}

/* Where the block's first link goes. */
static float link_kind(const context *c, const pg_block *b) {
    const pg_page *page = c->layout.page;
    dh_view href;
    if (!b->link_count) return 0;
    uint32_t start = page->elems[page->links[b->first_link].elem].start;
    if (start == PG_NONE || !pg_attr(pg_view(page, page->starts[start].attrs), DH_VIEW("href"), &href)) return 0;
    href = view_trim(href);
    if (href.len && *href.ptr == '#') return 3;
    if (!view_starts_nocase(href, DH_VIEW("http")) && !view_starts(href, DH_VIEW("//")))
        return memchr(href.ptr, ':', href.len < 12 ? href.len : 12) ? 4 : 1;
    dh_view host = jd_url_host(href);
    return c->host.len && view_is_nocase(host, c->host) ? 1 : 2;
}

static void wording(const jd_facts *x, float *f) {
    const jd_hits *h = &x->hits;
    f[JD_F_DISTINCT] = jd_share(h->distinct, h->read);
    for (int k = 0; k < JD_V_COUNT; k++) f[JD_F_V_STOP + k] = jd_share(h->vocabulary[k], h->read);
    f[JD_F_PHRASE_LINE] = h->line;
    f[JD_F_PHRASE_START] = h->start;
    f[JD_F_PHRASE_END] = h->end;
    f[JD_F_PHRASE_PART] = h->part;
    f[JD_F_PHRASE_COVER] = jd_share(h->covered_words, h->words);
    f[JD_F_TITLE_SHARE] = x->title_share;
    f[JD_F_TITLE_COVER] = x->title_cover;
    f[JD_F_DESCRIPTION] = x->description;
    f[JD_F_LD_BODY] = x->ld_body;
    f[JD_F_LD_SAID] = x->ld_said;
}

/* ---- place ---- */

static bool is_box(pg_tag tag) {
    return (pg_tag_bits[tag] & TAG_B) || tag == PG_LABEL || tag == PG_TD || tag == PG_TH || tag == PG_LI;
}

/* Feature of the nearest ancestor with a tag, JD_F_COUNT if there is none for it. */
static jd_feature up_of(pg_tag tag) {
    switch ((int)tag) {
    case PG_NAV: return JD_F_UP_NAV;
    case PG_ASIDE: return JD_F_UP_ASIDE;
    case PG_FOOTER: return JD_F_UP_FOOTER;
    case PG_HEADER: return JD_F_UP_HEADER;
    case PG_MAIN: return JD_F_UP_MAIN;
    case PG_ARTICLE: return JD_F_UP_ARTICLE;
    case PG_SECTION: return JD_F_UP_SECTION;
    case PG_FORM: return JD_F_UP_FORM;
    case PG_TABLE: return JD_F_UP_TABLE;
    case PG_FIGURE: return JD_F_UP_FIGURE;
    case PG_UL: case PG_OL: return JD_F_UP_LIST;
    case PG_DL: return JD_F_UP_DL;
    case PG_BLOCKQUOTE: return JD_F_UP_QUOTE;
    case PG_DETAILS: return JD_F_UP_DETAILS;
    case PG_BUTTON: case PG_LABEL: case PG_LEGEND: return JD_F_UP_BUTTON;
    default: return JD_F_COUNT;
    }
}

/* Containers with features, and the first feature of each: words, link, density, share, text, at. */
static const struct {
    unsigned level;
    jd_feature first;
} containers[] = {{1, JD_F_C1_WORDS}, {2, JD_F_C2_WORDS}, {3, JD_F_C3_WORDS}, {4, JD_F_C4_WORDS}, {6, JD_F_C6_WORDS}};

static void set_container(const context *c, size_t block, const pg_elem *e, float *f) {
    jd_total t = jd_layout_total(&c->layout, e->first_block, e->end_block);
    f[0] = (float)t.words;
    f[1] = jd_share(t.link_bytes, t.bytes);
    f[2] = density(t);
    f[3] = jd_share(t.words, c->all.words);
    f[4] = jd_share(t.text, t.words);
    f[5] = jd_share((double)(block - e->first_block), t.blocks);
}

static void set_cards(const jd_group *g, float up, float *f) {
    f[JD_F_CARDS] = (float)g->count;
    f[JD_F_CARD_UP] = up;
    f[JD_F_CARD_WORDS] = jd_share(g->total.words, g->count);
    f[JD_F_CARD_BLOCKS] = jd_share(g->total.blocks, g->count);
    f[JD_F_CARD_LINK] = jd_share(g->total.link_bytes, g->total.bytes);
}

typedef struct {
    uint32_t size;     /* blocks of the last container */
    unsigned level;    /* its number */
    size_t next;       /* of containers[] to be set */
    const pg_elem *outermost;
    unsigned boxes;    /* block level elements passed */
} climb;

/* One step of the climb: element e, `up` levels above the block's own. */
static void climb_step(const context *c, size_t block, uint32_t e, float up, climb *at, float *f) {
    const pg_elem *x = &c->layout.page->elems[e];
    jd_feature t = up_of((pg_tag)x->tag);
    if (t != JD_F_COUNT && f[t] == NO_LEVEL) f[t] = up;
    for (uint32_t families = c->layout.families[e]; families; families &= families - 1) {
        jd_feature w = JD_F_W_CONTENT + (jd_feature)__builtin_ctz(families);
        if (f[w] == NO_LEVEL) f[w] = up;
    }
    if (is_box((pg_tag)x->tag) && at->boxes < 2) {
        f[at->boxes ? JD_F_TAG_UP : JD_F_TAG] = x->tag;
        if (!at->boxes++) f[JD_F_SIBLINGS] = (float)c->layout.siblings.groups[c->layout.group[e]].count;
    }
    if (e == c->layout.body) f[JD_F_BODY_UP] = up;
    if (f[JD_F_H1_UP] == NO_LEVEL && x->first_block <= c->first_h1 && c->first_h1 < x->end_block) {
        f[JD_F_H1_UP] = up;
        f[JD_F_H1_SHARE] = jd_share(jd_layout_total(&c->layout, x->first_block, x->end_block).words, c->all.words);
    }
    if (x->flags & (PG_IS_HIDDEN | PG_IS_ARIA_HIDDEN))
        f[JD_F_HIDDEN_SHARE] = jd_share(x->end_block - x->first_block, (double)c->layout.page->block_count);
    if (e == c->layout.body80) f[JD_F_IN_BODY80] = 1;
    uint32_t blocks = x->end_block - x->first_block;
    if (blocks > 1 && x->tag != PG_BODY && x->tag != PG_HTML) {
        const jd_group *g = &c->layout.siblings.groups[c->layout.group[e]];
        if ((float)g->count > f[JD_F_CARDS]) set_cards(g, up, f);
        if (blocks > at->size) {
            at->size = blocks;
            at->level++;
            at->outermost = x;
            if (at->next < DH_COUNT(containers) && containers[at->next].level == at->level)
                set_container(c, block, x, f + containers[at->next++].first);
        }
    }
}

static void place(const context *c, size_t i, float *f) {
    const pg_page *page = c->layout.page;
    const pg_block *b = &page->blocks[i];
    const pg_elem *own = &page->elems[b->elem], *body = &page->elems[c->layout.body];
    for (int k = JD_F_UP_NAV; k <= JD_F_W_QUOTE; k++) f[k] = NO_LEVEL;
    f[JD_F_BODY_UP] = f[JD_F_H1_UP] = NO_LEVEL;
    f[JD_F_KIND] = b->kind;
    f[JD_F_LEVEL] = b->level;
    f[JD_F_FIRST_IN_ITEM] = b->first_in_item;
    f[JD_F_LINE_GAP] = b->gap == PG_GAP_LINE;
    f[JD_F_HIDDEN] = own->flags & PG_IS_HIDDEN ? 1 : own->flags & PG_IS_ARIA_HIDDEN ? 2 : 0;
    f[JD_F_IMAGES] = (float)(c->layout.images[b->elem] - (i ? c->layout.images[page->blocks[i - 1].elem] : 0));
    f[JD_F_NOSCRIPT] = (own->flags & PG_IN_NOSCRIPT) != 0;
    f[JD_F_DEPTH] = own->depth;
    climb at = {.size = 1, .outermost = &page->elems[0]};
    float up = 0;
    for (uint32_t e = b->elem; e != PG_NONE; e = page->elems[e].parent) climb_step(c, i, e, up++, &at, f);
    for (; at.next < DH_COUNT(containers); at.next++)
        set_container(c, i, at.outermost, f + containers[at.next].first);
    f[JD_F_IN_BODY] = f[JD_F_BODY_UP] != NO_LEVEL;
    f[JD_F_BODY_SIDE] = i < body->first_block ? -1 : i >= body->end_block ? 1 : 0;
    f[JD_F_BODY_AT] = f[JD_F_IN_BODY] != 0 ? jd_share((double)(i - body->first_block), body->end_block - body->first_block) : -1;
    f[JD_F_BODY_SHARE] = jd_share(jd_layout_total(&c->layout, body->first_block, body->end_block).words, c->all.words);
}

static void repetition(const context *c, size_t i, float *f) {
    const jd_facts *x = &c->layout.facts[i];
    const jd_group *g = &c->layout.paths.groups[x->group];
    f[JD_F_PATH_BLOCKS] = (float)g->count;
    f[JD_F_PATH_WORDS] = jd_share(g->total.words, g->count);
    f[JD_F_PATH_LINK] = jd_share(g->total.link_bytes, g->total.bytes);
    f[JD_F_PATH_TEXT] = jd_share(g->total.text, g->total.words);
    f[JD_F_COPIES] = (float)x->copies;
    const jd_repeat *repeat = &c->layout.repeats[i];
    f[JD_F_REPEATED] = jd_share(repeat->earlier, repeat->runs);
    f[JD_F_AGAIN] = jd_share(repeat->later, repeat->runs);
    bool repeats = repeat->source != JD_NO_BLOCK;
    f[JD_F_SOURCE_BACK] = repeats ? (float)(i - repeat->source) : -1;
    f[JD_F_SOURCE_PATH] = repeats && c->layout.facts[repeat->source].path == x->path;
}

/* ---- position ---- */

static void window(const context *c, size_t from, size_t to, bool text, float *f) {
    size_t n = c->layout.page->block_count;
    jd_total t = jd_layout_total(&c->layout, from < n ? from : n, to < n ? to : n);
    f[0] = density(t);
    f[1] = jd_share(t.link_bytes, t.bytes);
    if (text) f[2] = jd_share(t.text, t.words);
}

static float since(size_t i, size_t last) { return last == SIZE_MAX ? -1 : (float)(i - last); }

/* The blocks from the last heading, or this one if it is one, to before the next. */
static void section(context *c, size_t i, float *f) {
    const pg_page *page = c->layout.page;
    size_t n = page->block_count, from = page->blocks[i].kind == DH_KIND_HEADING ? i : c->heading == SIZE_MAX ? 0 : c->heading;
    if (c->next_heading <= i) c->next_heading = i + 1;
    while (c->next_heading < n && page->blocks[c->next_heading].kind != DH_KIND_HEADING) c->next_heading++;
    jd_total t = jd_layout_total(&c->layout, from, c->next_heading);
    f[JD_F_SECTION_BLOCKS] = (float)t.blocks;
    f[JD_F_SECTION_DENSITY] = density(t);
    f[JD_F_SECTION_LINK] = jd_share(t.link_bytes, t.bytes);
    f[JD_F_SECTION_TEXT] = jd_share(t.text, t.words);
}

/* What stood before the block, and where running text goes on; moves on behind it. */
static void memory(context *c, size_t i, float *f) {
    const pg_page *page = c->layout.page;
    const jd_facts *x = &c->layout.facts[i];
    size_t n = page->block_count;
    if (c->next_text <= i) c->next_text = i + 1;
    while (c->next_text < n && !c->layout.facts[c->next_text].running) c->next_text++;
    f[JD_F_SINCE_H1] = c->h1 == SIZE_MAX ? -1 : (float)(c->layout.before[i].words - c->layout.before[c->h1].words);
    f[JD_F_SINCE_HEADING] = since(i, c->heading);
    f[JD_F_SINCE_PHRASE] = since(i, c->phrase);
    f[JD_F_SINCE_TEXT] = since(i, c->text);
    f[JD_F_TO_TEXT] = c->next_text < n ? (float)(c->next_text - i) : -1;
    if (c->heading != SIZE_MAX) {
        f[JD_F_HEADING_LEVEL] = page->blocks[c->heading].level;
        f[JD_F_HEADING_PHRASE] = c->layout.facts[c->heading].hits.line;
        f[JD_F_HEADING_TITLE] = c->layout.facts[c->heading].title_share;
        f[JD_F_HEADING_LINK] = jd_share(page->blocks[c->heading].link_bytes, (double)page->blocks[c->heading].text.len);
    }
    section(c, i, f);
    if (page->blocks[i].kind == DH_KIND_HEADING) c->heading = i;
    if (page->blocks[i].kind == DH_KIND_HEADING && page->blocks[i].level == 1) c->h1 = i;
    if (x->hits.line) c->phrase = i;
    if (x->running) c->text = i;
}

static void position(const context *c, size_t i, float *f) {
    size_t n = c->layout.page->block_count;
    f[JD_F_INDEX] = jd_share((double)i, (double)n);
    f[JD_F_BLOCKS_BEFORE] = (float)i;
    f[JD_F_BLOCKS_AFTER] = (float)(n - i - 1);
    f[JD_F_WORDS_BEFORE] = jd_share(c->layout.before[i].words, c->all.words);
    f[JD_F_TEXT_BEFORE] = jd_share(c->layout.before[i].text, c->all.text);
    window(c, i > 2 ? i - 2 : 0, i + 3, true, f + JD_F_WIN2_DENSITY);
    window(c, i > 6 ? i - 6 : 0, i + 7, true, f + JD_F_WIN6_DENSITY);
    window(c, i > 20 ? i - 20 : 0, i + 21, true, f + JD_F_WIN20_DENSITY);
    window(c, i + 1, i + 7, false, f + JD_F_AHEAD6_DENSITY);
    window(c, i + 1, i + 21, false, f + JD_F_AHEAD20_DENSITY);
}

static void neighbour(const context *c, size_t i, ptrdiff_t step, float *f) {
    size_t k = i + (size_t)step, n = c->layout.page->block_count;
    if (k >= n) { /* also below 0 */
        f[0] = -1;
        return;
    }
    const jd_facts *x = &c->layout.facts[k];
    const pg_block *b = &c->layout.page->blocks[k];
    f[0] = (float)x->stats.words;
    f[1] = jd_share(b->link_bytes, (double)b->text.len);
    f[2] = x->stats.last;
    f[3] = b->kind;
    f[4] = x->hits.line;
    f[5] = x->path == c->layout.facts[i].path;
}

/* ---- the page ---- */

/* Sums over all blocks. */
typedef struct {
    uint32_t headings, h1, items, rows, code_words, prices, dates, phrases, text_blocks, comment, forum, product, cards, read;
    uint32_t vocabulary[JD_V_COUNT];
} tally;

static void tally_block(const context *c, size_t i, tally *t) {
    const pg_block *b = &c->layout.page->blocks[i];
    const jd_facts *x = &c->layout.facts[i];
    const jd_stats *s = &x->stats;
    t->headings += b->kind == DH_KIND_HEADING;
    t->h1 += b->kind == DH_KIND_HEADING && b->level == 1;
    t->items += b->kind == DH_KIND_LIST_ITEM;
    t->rows += b->kind == DH_KIND_ROW;
    t->code_words += b->kind == DH_KIND_CODE ? s->words : 0;
    t->prices += s->price;
    t->dates += s->clock || (s->year && x->hits.vocabulary[JD_V_MONTH]);
    t->phrases += x->hits.line != 0;
    t->text_blocks += x->running;
    t->read += x->hits.read;
    for (int k = 0; k < JD_V_COUNT; k++) t->vocabulary[k] += x->hits.vocabulary[k];
}

/* Words under names of some families, and blocks of cards, counted at the outermost such element. */
static void tally_elements(const context *c, tally *t) {
    const struct {
        uint32_t bit;
        uint32_t *sum;
    } rows[] = {{1u << JD_W_COMMENT, &t->comment}, {1u << JD_W_FORUM, &t->forum}, {1u << JD_W_PRODUCT, &t->product}};
    size_t ends[DH_COUNT(rows)] = {0}, cards_end = 0;
    const pg_page *page = c->layout.page;
    for (uint32_t e = 0; e < page->elem_count; e++) {
        const pg_elem *x = &page->elems[e];
        jd_total total = jd_layout_total(&c->layout, x->first_block, x->end_block);
        if (!total.blocks || x->tag == PG_BODY || x->tag == PG_HTML) continue;
        for (size_t k = 0; k < DH_COUNT(rows); k++) {
            if (e < ends[k] || !(c->layout.families[e] & rows[k].bit)) continue;
            *rows[k].sum += total.words;
            ends[k] = x->end_elem;
        }
        if (e < cards_end || total.blocks < 2 || c->layout.siblings.groups[c->layout.group[e]].count < CARDS) continue;
        t->cards += total.blocks;
        cards_end = x->end_elem;
    }
}

static void set_page(context *c, const jd_page_facts *p) {
    tally t = {0};
    double n = (double)c->layout.page->block_count, words = c->all.words;
    float f[JD_F_COUNT];
    for (size_t i = 0; i < c->layout.page->block_count; i++) tally_block(c, i, &t);
    tally_elements(c, &t);
    f[JD_F_P_BLOCKS] = (float)n;
    f[JD_F_P_WORDS] = (float)words;
    f[JD_F_P_LINK] = jd_share(c->all.link_bytes, c->all.bytes);
    f[JD_F_P_TEXT] = (float)c->all.text;
    f[JD_F_P_TEXT_SHARE] = jd_share(c->all.text, words);
    f[JD_F_P_TEXT_BLOCKS] = (float)t.text_blocks;
    f[JD_F_P_HEADINGS] = (float)t.headings;
    f[JD_F_P_H1] = (float)t.h1;
    f[JD_F_P_ITEMS] = jd_share(t.items, n);
    f[JD_F_P_ROWS] = jd_share(t.rows, n);
    f[JD_F_P_CODE] = jd_share(t.code_words, words);
    f[JD_F_P_PRICES] = jd_share(t.prices, n);
    f[JD_F_P_DATES] = jd_share(t.dates, n);
    f[JD_F_P_PHRASES] = jd_share(t.phrases, n);
    f[JD_F_P_COMMENTS] = jd_share(t.comment, words);
    f[JD_F_P_FORUM] = jd_share(t.forum, words);
    f[JD_F_P_PRODUCT] = jd_share(t.product, words);
    f[JD_F_P_CARDS] = jd_share(t.cards, n);
    f[JD_F_P_V_STOP] = jd_share(t.vocabulary[JD_V_STOP], t.read);
    f[JD_F_P_V_YOU] = jd_share(t.vocabulary[JD_V_YOU], t.read);
    f[JD_F_P_V_ACT] = jd_share(t.vocabulary[JD_V_ACT], t.read);
    f[JD_F_P_V_BUY] = jd_share(t.vocabulary[JD_V_BUY], t.read);
    f[JD_F_P_V_FORUM] = jd_share(t.vocabulary[JD_V_FORUM], t.read);
    f[JD_F_P_MAIN] = c->layout.has_main;
    f[JD_F_P_ARTICLES] = (float)c->layout.articles;
    f[JD_F_P_OG] = (float)p->og_type;
    f[JD_F_P_LD_ARTICLE] = (p->ld_types & JD_LD_ARTICLE) != 0;
    f[JD_F_P_LD_PRODUCT] = (p->ld_types & JD_LD_PRODUCT) != 0;
    f[JD_F_P_LD_FORUM] = (p->ld_types & JD_LD_FORUM) != 0;
    f[JD_F_P_LD_LIST] = (p->ld_types & JD_LD_LIST) != 0;
    f[JD_F_P_LD_BUSINESS] = (p->ld_types & JD_LD_BUSINESS) != 0;
    f[JD_F_P_LD_WORDS] = (float)p->body_words;
    f[JD_F_P_URL_DEPTH] = p->has_url ? (float)p->url_depth : -1;
    f[JD_F_P_URL_WORDS] = (float)p->url_words;
    f[JD_F_P_URL_DIGITS] = (float)p->url_digits;
    f[JD_F_P_URL_FILE] = p->url_file;
    f[JD_F_P_URL_QUERY] = p->url_query;
    memcpy(c->page, f + JD_F_P_BLOCKS, sizeof c->page);
}

/* ---- all ---- */

static void read_block(const pg_block *b, const jd_page_facts *p, jd_phrase_words *words, jd_facts *x) {
    jd_stats_count(b->text, STATS_BYTES, &x->stats);
    jd_phrase_match_words(b->text, &x->hits, words);
    x->title_share = jd_share_of_words(&p->title, words);
    float covered = x->title_share * (float)words->count;
    x->title_cover = p->title.count ? (covered < (float)p->title.count ? covered / (float)p->title.count : 1) : 0;
    x->description = jd_share_of_pairs(&p->description, words);
    x->ld_body = p->body.count ? jd_share_of_pairs(&p->body, words) : -1;
    x->ld_said = p->said.count ? jd_share_of_pairs(&p->said, words) : -1;
}

static dh_status read_blocks(dh_arena *arena, const pg_page *page, const jd_page_facts *p, jd_facts *facts,
                             jd_repeat *repeat, dh_error *err) {
    jd_repeats repeats;
    jd_phrase_words words;
    dh_status st = jd_repeats_init(arena, repeat, &repeats, err);
    for (uint32_t i = 0; !st && i < page->block_count; i++) {
        read_block(&page->blocks[i], p, &words, &facts[i]);
        st = jd_repeats_add(&repeats, i, &words, err);
    }
    return st;
}

static size_t first_h1(const pg_page *page) {
    for (size_t i = 0; i < page->block_count; i++)
        if (page->blocks[i].kind == DH_KIND_HEADING && page->blocks[i].level == 1) return i;
    return SIZE_MAX;
}

dh_status jd_features_new(dh_arena *arena, const pg_page *page, const char *url, jd_features **out, jd_facts **facts,
                          dh_error *err) {
    jd_page_facts p;
    context *c = arena_calloc(arena, 1, sizeof *c);
    *facts = arena_calloc(arena, page->block_count + 1, sizeof **facts);
    jd_repeat *repeats = arena_calloc(arena, page->block_count + 1, sizeof *repeats);
    if (!c || !*facts || !repeats) return arena_error(arena, err);
    dh_status st = jd_page_facts_read(arena, page, url, &p, err);
    if (!st) st = read_blocks(arena, page, &p, *facts, repeats, err);
    if (!st) st = jd_layout_read(arena, page, *facts, &c->layout, err);
    if (st) return st;
    c->h1 = c->heading = c->phrase = c->text = SIZE_MAX;
    c->layout.repeats = repeats;
    c->first_h1 = first_h1(page);
    c->all = jd_layout_total(&c->layout, 0, page->block_count);
    c->host = p.host;
    set_page(c, &p);
    *out = c;
    return DH_OK;
}

void jd_features_next(jd_features *c, float *row) {
    size_t i = c->at++;
    const pg_block *b = &c->layout.page->blocks[i];
    memset(row, 0, JD_F_P_BLOCKS * sizeof *row);
    own_text(b, &c->layout.facts[i].stats, row);
    row[JD_F_LINK_KIND] = link_kind(c, b);
    wording(&c->layout.facts[i], row);
    place(c, i, row);
    repetition(c, i, row);
    position(c, i, row);
    memory(c, i, row);
    neighbour(c, i, -2, row + JD_F_B2_WORDS);
    neighbour(c, i, -1, row + JD_F_B1_WORDS);
    neighbour(c, i, 1, row + JD_F_A1_WORDS);
    neighbour(c, i, 2, row + JD_F_A2_WORDS);
    memcpy(row + JD_F_P_BLOCKS, c->page, sizeof c->page);
}

const float *jd_features_page(const jd_features *c) { return c->page; }

const jd_layout *jd_features_layout(const jd_features *c) { return &c->layout; }
