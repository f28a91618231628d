/* Judges the blocks of an HTML page: the models' scores, then rules for what the score cannot know: hidden
 * elements, the headline, furniture wording, trailers, and a last look at what stands alone or leaves a hole. */
#include "judge/headline.h"

#include "judge/comments.h"
#include "judge/judge.h"
#include "judge/features.h"
#include "judge/layout.h"
#include "judge/rules.h"

/* How far precision moves the threshold towards 1, and recall towards 0. */
#define FOCUS_SHIFT 0.5f
/* A block of furniture wording stays only above this. */
#define PHRASE_BELOW 0.97f
/* What stands under a heading of related articles stays only from this score on. */
#define TRAILER_BELOW 0.7f
/* Longer lists of names are machine-made. */
#define CONSENT_NAME_BYTES 256
/* Lowest score of a paragraph that follows a kept one that is like it in place (fixtures/layout-table-1999). */
#define LAST_FROM 0.1f
/* Running text stays from that score on where its container has so many kept words, and no more than so many are dropped for one that is kept: scores
 * sink towards the end of a long article. */
#define FLOW_WORDS 200
#define FLOW_DROPPED 2
/* Rows of a table stay or go together, by the mean of their scores, unless one is beyond these. */
#define WHOLE_ROWS 3
#define ROW_SURELY_OUT 0.05f
#define ROW_SURELY_IN 0.9f
/* Hidden elements go: they may hold what the author never meant to be read. But one that holds more of the page's blocks than this
 * is a page that a script will show; there the models decide. */
#define HIDDEN_SHARE 0.2
/* On a page of few blocks one is soon a fifth. */
#define SMALL_PAGE_BLOCKS 20
#define SMALL_HIDDEN_SHARE 0.5
/* And in one where the models are so sure of so many words (a tab, text behind "Read more") those blocks stay. */
#define HIDDEN_SURE 0.8f
#define HIDDEN_SURE_WORDS 50
/* A page of fewer words than this has too little on it for totals and places to mean much (fixtures/fragment). */
#define SMALL_PAGE_WORDS 80
/* Even on a page where nothing is kept this is not: a lone "Download" (fixtures/images-only). */
#define NOTHING_BELOW 0.05f
/* A fragment of fewer blocks is what somebody wants to see. */
#define FEW_BLOCKS 4
/* Neighbours that are looked at for a block that stands alone, and the words that make it long enough to stay. */
#define ALONE_BLOCKS 6
#define ALONE_WORDS 12
/* Lowest score with which a paragraph between two kept ones of the same parent stays. */
#define HOLE_FROM 0.15f
/* A block of this many words and more is a repetition if 19 of 20 of its runs of three words stand in earlier blocks. */
#define REPEAT_WORDS 5
#define REPEAT_PART 19
#define REPEAT_WHOLE 20

typedef struct {
    const pg_page *page;
    const dh_options *opt;
    const jd_facts *facts;
    const jd_layout *layout;
    jd_scores scores;
    jd_verdict *verdicts;
    uint32_t *cards; /* how many blocks before each are cards: a page may have a trailer's heading for every block */
} judge;

static void set(judge *j, size_t i, bool keep, const char *reason) {
    j->verdicts[i].keep = keep;
    j->verdicts[i].reason = reason;
}

/* How far the options move the threshold that the page's own model chose. */
static float cut_of(const judge *j) {
    switch (j->opt->focus) {
    case DH_FOCUS_BALANCED: break;
    case DH_FOCUS_PRECISION: return j->scores.cut + (1 - j->scores.cut) * FOCUS_SHIFT;
    case DH_FOCUS_RECALL: return j->scores.cut * (1 - FOCUS_SHIFT);
    }
    return j->scores.cut;
}

/* True if an element with such a tag is around a block. */
static bool within(const judge *j, size_t i, pg_tag tag) {
    const pg_elem *elems = j->page->elems;
    uint32_t e = j->page->blocks[i].elem;
    while (e != PG_NONE && elems[e].tag != tag) e = elems[e].parent;
    return e != PG_NONE;
}

/* What a reader would say of a verdict of the models, which weigh hundreds of numbers: the plainest fact that agrees. */
static const char *reason_of(const judge *j, size_t i, bool keep) {
    static const struct {
        pg_tag tag;
        const char *reason;
    } places[] = {{PG_NAV, "model: in nav"}, {PG_FOOTER, "model: in footer"}, {PG_ASIDE, "model: in aside"},
                  {PG_FORM, "model: in form"}, {PG_HEADER, "model: in header"}};
    const pg_block *b = &j->page->blocks[i];
    if (keep) {
        if (j->facts[i].running) return "model: running text";
        return b->kind == DH_KIND_HEADING ? "model: heading" : "model: among the text";
    }
    for (size_t k = 0; k < DH_COUNT(places); k++)
        if (within(j, i, places[k].tag)) return places[k].reason;
    if (b->link_bytes * 2 > b->text.len) return "model: links";
    if (j->facts[i].running) return "model: text beside the article";
    return j->facts[i].stats.words < 5 ? "model: short" : "model: beside the text";
}

static void score_all(judge *j) {
    float cut = cut_of(j);
    for (size_t i = 0; i < j->page->block_count; i++) {
        bool keep = j->scores.second[i] >= cut;
        j->verdicts[i].score = j->scores.second[i];
        set(j, i, keep, reason_of(j, i, keep));
    }
}

/* ---- rules ---- */

/* The outermost hidden element around a block; NULL if it is in none. */
static const pg_elem *hidden_element(const pg_page *page, const pg_block *b) {
    const pg_elem *out = NULL;
    for (uint32_t e = b->elem; e != PG_NONE && (page->elems[e].flags & PG_IS_HIDDEN); e = page->elems[e].parent) out = &page->elems[e];
    return out;
}

static bool is_large(const pg_page *page, const pg_elem *x) {
    double most = page->block_count < SMALL_PAGE_BLOCKS ? SMALL_HIDDEN_SHARE : HIDDEN_SHARE;
    return (double)(x->end_block - x->first_block) > most * (double)page->block_count;
}

static bool is_sure(const judge *j, const pg_elem *x) {
    size_t words = 0;
    for (uint32_t i = x->first_block; i < x->end_block; i++)
        if (j->verdicts[i].score >= HIDDEN_SURE) words += j->facts[i].stats.words;
    return words >= HIDDEN_SURE_WORDS;
}

static void drop_hidden(judge *j) {
    const pg_elem *last = NULL; /* the blocks of an outermost element stand together: each is looked at once */
    bool large = false, sure = false;
    for (size_t i = 0; i < j->page->block_count; i++) {
        const pg_elem *x = hidden_element(j->page, &j->page->blocks[i]);
        if (!x) continue;
        if (x != last) {
            large = j->opt->hidden == DH_HIDDEN_AUTO && is_large(j->page, x);
            sure = j->opt->hidden == DH_HIDDEN_AUTO && is_sure(j, x);
            last = x;
        }
        if (!large && !(sure && j->verdicts[i].score >= HIDDEN_SURE)) set(j, i, false, "hidden element");
    }
}

/* Names that consent managers give their layers; a page's own text stands in none. */
static const dh_view consent_names[] = {
    DH_LIT("onetrust"),   DH_LIT("cookiebot"),  DH_LIT("didomi"),        DH_LIT("usercentrics"), DH_LIT("qc-cmp"),
    DH_LIT("truste"),     DH_LIT("trustarc"),   DH_LIT("cookie-banner"), DH_LIT("cookie-notice"), DH_LIT("cookie-consent"),
    DH_LIT("cookieconsent"), DH_LIT("gdpr-consent"), DH_LIT("cookie-law"), DH_LIT("sp_message"), DH_LIT("cmplz"),
    DH_LIT("cookiebanner"), DH_LIT("consent-banner"), DH_LIT("borlabs-cookie")};

static bool is_consent(const pg_page *page, const pg_elem *x) {
    if (x->start == PG_NONE || x->tag == PG_BODY || x->tag == PG_HTML) return false; /* body has classes of all kinds */
    const pg_slice names[] = {page->starts[x->start].id, page->starts[x->start].cls};
    for (size_t k = 0; k < DH_COUNT(names); k++) {
        dh_view v = pg_view(page, names[k]);
        if (v.len > CONSENT_NAME_BYTES) v.len = CONSENT_NAME_BYTES;
        for (size_t n = 0; v.len && n < DH_COUNT(consent_names); n++)
            if (view_find_nocase(v, consent_names[n]) < v.len) return true;
    }
    return false;
}

/* Layers that ask for consent: looked for only above blocks that speak of cookies. A layer may be longer than the article. */
static void drop_consent(judge *j) {
    const pg_page *page = j->page;
    for (size_t i = 0; i < page->block_count; i++) {
        uint32_t layer = PG_NONE;
        if (!(j->facts[i].hits.kinds_mask >> JD_KIND_COOKIE & 1)) continue;
        for (uint32_t e = page->blocks[i].elem; e != PG_NONE; e = page->elems[e].parent)
            if (is_consent(page, &page->elems[e])) layer = e;
        if (layer == PG_NONE) continue;
        for (size_t k = page->elems[layer].first_block; k < page->elems[layer].end_block; k++) set(j, k, false, "consent layer");
        i = page->elems[layer].end_block - 1;
    }
}

static void drop_phrase(judge *j, size_t i) {
    const char *reason = jd_phrase_reason(&j->facts[i].hits);
    if (reason && j->verdicts[i].score < PHRASE_BELOW) set(j, i, false, reason);
}

/* True for a block that may be a title of another article under a heading of related ones. */
static bool is_card(const judge *j, size_t i) {
    const pg_block *b = &j->page->blocks[i];
    const jd_stats *s = &j->facts[i].stats;
    return b->link_bytes * 2 > b->text.len || (s->words < 12 && s->sentences < 2) || b->kind == DH_KIND_HEADING;
}

/* A heading of related articles takes along what stands under it in its container, or, where the container is the
 * article's own, the titles right below. Returns the block behind. */
static size_t drop_trailer(judge *j, size_t heading) {
    const pg_elem *elems = j->page->elems;
    uint32_t e = j->page->blocks[heading].elem;
    while (elems[e].parent != PG_NONE && elems[e].end_block <= heading + 1) e = elems[e].parent;
    size_t end = elems[e].end_block, i = heading + 1, blocks = end > i ? end - i : 0;
    size_t cards = blocks ? j->cards[end] - j->cards[i] : 0;
    bool own = elems[e].first_block + 1 >= heading && cards * 10 >= blocks * 7; /* the heading opens its container */
    for (; i < end && (own || is_card(j, i)); i++) {
        if (!own && j->page->blocks[i].kind == DH_KIND_HEADING && i > heading + 1 && j->verdicts[i].score > 0.8f) break;
        if (j->verdicts[i].score < TRAILER_BELOW) set(j, i, false, "trailer");
    }
    return i;
}

/* A forum's first post repeats the headline above its text. */
static void drop_repeated_headline(judge *j, size_t headline) {
    uint64_t hash = j->facts[headline].hits.hash;
    for (size_t i = headline + 1; hash && i < j->page->block_count; i++)
        if (j->page->blocks[i].kind == DH_KIND_HEADING && j->facts[i].hits.hash == hash) set(j, i, false, "headline again");
}

static void apply_rules(judge *j) {
    size_t n = j->page->block_count, headline = jd_headline(j->page);
    for (size_t i = 0; i < n; i++) drop_phrase(j, i);
    drop_hidden(j);
    drop_consent(j);
    for (size_t i = 0; i < n; i++) j->cards[i + 1] = j->cards[i] + is_card(j, i);
    /* Among a listing's own headings are such as open a trailer elsewhere: cross-validated, listings have word F1 0.693 with trailers, 0.704
     * without. */
    for (size_t i = 0; i < n && j->scores.type != JD_TYPE_LISTING;) {
        bool opens = jd_opens_trailer(&j->facts[i].hits) && !j->verdicts[i].keep && j->facts[i].stats.words < 8;
        i = opens ? drop_trailer(j, i) : i + 1;
    }
    if (headline < n) {
        j->verdicts[headline].headline = true;
        set(j, headline, false, "headline");
        drop_repeated_headline(j, headline);
    }
}

/* ---- coherence ---- */

/* Fills holes: a paragraph or item between kept ones of the same parent and kind. */
static void fill_holes(judge *j) {
    const pg_page *p = j->page;
    for (size_t i = 1; i + 1 < p->block_count; i++) {
        const pg_block *a = &p->blocks[i - 1], *b = &p->blocks[i], *c = &p->blocks[i + 1];
        if (j->verdicts[i].keep || !j->verdicts[i - 1].keep || !j->verdicts[i + 1].keep) continue;
        bool same = a->kind == b->kind && b->kind == c->kind && p->elems[a->elem].depth == p->elems[b->elem].depth;
        bool by_model = j->verdicts[i].reason[0] == 'm';
        if (same && by_model && j->verdicts[i].score >= HOLE_FROM) set(j, i, true, "between kept blocks");
    }
}

/* The nearest block level element, from e on. */
static uint32_t box_of(const pg_page *p, uint32_t e) {
    while (e != PG_NONE && !(pg_tag_bits[p->elems[e].tag] & TAG_B)) e = p->elems[e].parent;
    return e;
}

/* True if two blocks are of the same kind of box in the same box. */
static bool in_one_place(const pg_page *p, size_t i, size_t k) {
    uint32_t a = box_of(p, p->blocks[i].elem), b = box_of(p, p->blocks[k].elem);
    if (a == b || a == PG_NONE || b == PG_NONE) return a == b;
    return p->elems[a].tag == p->elems[b].tag && box_of(p, p->elems[a].parent) == box_of(p, p->elems[b].parent);
}

/* Keeps a paragraph of running text that stands right behind a kept one, alike in place: the last one of an article is no
 * worse for what stands below it. */
static void keep_last_paragraphs(judge *j) {
    for (size_t i = 1; i < j->page->block_count; i++) {
        jd_verdict *v = &j->verdicts[i];
        bool both = j->facts[i].running && j->facts[i - 1].running && j->verdicts[i - 1].keep;
        if (!both || v->keep || v->reason[0] != 'm' || v->score < LAST_FROM) continue;
        if (in_one_place(j->page, i, i - 1)) set(j, i, true, "like the paragraph before");
    }
}

/* Parts of a list, table or quotation stand where that stands. */
static const bool is_part[PG_TAG_COUNT] = {
    [PG_LI] = true, [PG_UL] = true, [PG_OL] = true, [PG_DL] = true, [PG_DT] = true, [PG_DD] = true, [PG_TABLE] = true, [PG_TBODY] = true, [PG_TR] = true,
    [PG_TD] = true, [PG_TH] = true, [PG_BLOCKQUOTE] = true, [PG_FIGURE] = true, [PG_FIGCAPTION] = true, [PG_PRE] = true};

/* The box around a block and what it is a part of; PG_NONE if there is none. */
static uint32_t container_of(const pg_page *p, size_t i) {
    uint32_t e = box_of(p, p->blocks[i].elem);
    while (e != PG_NONE && is_part[p->elems[e].tag]) e = box_of(p, p->elems[e].parent);
    return e == PG_NONE ? e : box_of(p, p->elems[e].parent);
}

typedef struct {
    uint32_t kept, dropped;
} flow;

static dh_status keep_within_text(judge *j, dh_arena *arena, dh_error *err) {
    const pg_page *p = j->page;
    flow *words = arena_calloc(arena, p->elem_count + 1, sizeof *words);
    if (!words) return arena_error(arena, err);
    for (size_t i = 0; i < p->block_count; i++) {
        uint32_t c = container_of(p, i), n = j->facts[i].stats.words;
        if (c != PG_NONE) *(j->verdicts[i].keep ? &words[c].kept : &words[c].dropped) += n;
    }
    for (size_t i = 0; i < p->block_count; i++) {
        const jd_verdict *v = &j->verdicts[i];
        bool running = j->facts[i].running && p->blocks[i].kind != DH_KIND_CAPTION;
        if (v->keep || !running || v->reason[0] != 'm' || v->score < LAST_FROM) continue;
        uint32_t c = container_of(p, i);
        if (c != PG_NONE && words[c].kept >= FLOW_WORDS && words[c].dropped <= FLOW_DROPPED * words[c].kept) set(j, i, true, "within the text");
    }
    return DH_OK;
}

/* True if block i says no more than the kept block that it repeats, in another box: a refrain stays where it is. */
static bool is_repeat(const judge *j, size_t i) {
    const jd_repeat *r = &j->layout->repeats[i];
    const jd_stats *s = &j->facts[i].stats;
    if (r->source == JD_NO_BLOCK || !j->verdicts[r->source].keep || s->words < REPEAT_WORDS) return false;
    if (r->earlier * REPEAT_WHOLE < r->runs * REPEAT_PART) return false;
    dh_view own = j->page->blocks[i].text, earlier = j->page->blocks[r->source].text;
    if (s->digits && !memmem(earlier.ptr, earlier.len, own.ptr, own.len)) return false; /* folded words know no numbers */
    bool read_whole = j->facts[i].hits.words <= JD_PHRASE_WORDS;
    return (read_whole || s->words == j->facts[r->source].stats.words) && !in_one_place(j->page, i, r->source);
}

/* What the page says twice was said once: a quote of an earlier post, the same text once more for small screens. In documentation
 * like things have like words. */
static void drop_repeats(judge *j) {
    if (j->scores.type == JD_TYPE_DOCUMENTATION) return;
    for (size_t i = 0; i < j->page->block_count; i++)
        if (j->verdicts[i].keep && is_repeat(j, i)) set(j, i, false, "said before");
}

/* The table that a row is in, PG_NONE if the block is no row. */
static uint32_t table_of(const judge *j, size_t i) {
    const pg_elem *elems = j->page->elems;
    uint32_t e = j->page->blocks[i].kind == DH_KIND_ROW ? j->page->blocks[i].elem : PG_NONE;
    while (e != PG_NONE && elems[e].tag != PG_TABLE) e = elems[e].parent;
    return e;
}

/* Rows from `from` to before `to` are of one table and undecided by rules. */
static void settle_rows(judge *j, size_t from, size_t to) {
    double sum = 0, words = 0;
    for (size_t i = from; i < to; i++) {
        double w = j->facts[i].stats.words + 1;
        sum += w * (double)j->verdicts[i].score;
        words += w;
    }
    bool keep = sum >= words * (double)cut_of(j);
    for (size_t i = from; i < to; i++) {
        float score = j->verdicts[i].score;
        bool by_model = j->verdicts[i].reason[0] == 'm';
        if (!by_model || j->verdicts[i].keep == keep || (keep ? score < ROW_SURELY_OUT : score > ROW_SURELY_IN)) continue;
        set(j, i, keep, keep ? "table kept whole" : "table dropped whole");
    }
}

/* A table with holes in it is worth less than none. */
static void settle_tables(judge *j) {
    for (size_t i = 0, to; i < j->page->block_count; i = to) {
        uint32_t table = table_of(j, i);
        for (to = i + 1; to < j->page->block_count && table != PG_NONE && table_of(j, to) == table;) to++;
        if (table != PG_NONE && to - i >= WHOLE_ROWS) settle_rows(j, i, to);
    }
}

/* Drops a short block that stands alone among dropped ones, unless little else is kept. */
static void drop_alone(judge *j) {
    size_t n = j->page->block_count, kept = 0;
    for (size_t i = 0; i < n; i++) kept += j->verdicts[i].keep;
    if (kept < 4) return;
    for (size_t i = 0; i < n; i++) {
        if (!j->verdicts[i].keep || j->facts[i].stats.words >= ALONE_WORDS) continue;
        size_t from = i > ALONE_BLOCKS ? i - ALONE_BLOCKS : 0, to = i + ALONE_BLOCKS + 1 < n ? i + ALONE_BLOCKS + 1 : n;
        size_t near = 0;
        for (size_t k = from; k < to; k++) near += k != i && j->verdicts[k].keep;
        if (!near) set(j, i, false, "stands alone");
    }
}

/* On a page where nothing is kept, what reads as text is better than nothing. */
static void keep_something(judge *j) {
    size_t n = j->page->block_count, words = 0;
    for (size_t i = 0; i < n; i++) {
        if (j->verdicts[i].keep) return;
        words += j->facts[i].stats.words;
    }
    for (size_t i = 0; i < n; i++) {
        const pg_block *b = &j->page->blocks[i];
        bool text = j->facts[i].stats.ends_sentence || words < SMALL_PAGE_WORDS;
        bool by_model = j->verdicts[i].reason[0] == 'm';
        bool hopeless = n >= FEW_BLOCKS && j->verdicts[i].score < NOTHING_BELOW;
        if (by_model && text && !hopeless && b->link_bytes * 2 < b->text.len) set(j, i, true, "nothing else to keep");
    }
}

dh_status jd_html(dh_arena *arena, const jd_models *models, const pg_page *page, const dh_options *opt, jd_verdict **out,
                  jd_summary *summary, dh_error *err) {
    jd_features *features;
    jd_facts *facts;
    judge j = {.page = page, .opt = opt};
    dh_status st = jd_features_new(arena, page, opt->url, &features, &facts, err);
    if (!st) st = jd_score(arena, models, page, features, &j.scores, err);
    if (st) return st;
    if (opt->type != DH_TYPE_UNKNOWN) jd_force_type((jd_type)opt->type, &j.scores);
    j.facts = facts;
    j.layout = jd_features_layout(features);
    j.verdicts = arena_calloc(arena, page->block_count + 1, sizeof *j.verdicts);
    j.cards = arena_calloc(arena, page->block_count + 1, sizeof *j.cards);
    if (!j.verdicts || !j.cards) return arena_error(arena, err);
    score_all(&j);
    apply_rules(&j);
    keep_last_paragraphs(&j);
    if ((st = keep_within_text(&j, arena, err))) return st;
    settle_tables(&j);
    drop_repeats(&j);
    if (j.scores.type != JD_TYPE_FORUM) jd_comments(j.layout, j.verdicts, opt->comments == DH_COMMENTS_YES);
    fill_holes(&j);
    if (j.scores.type == JD_TYPE_ARTICLE) drop_alone(&j); /* prices and names of cards stand alone: costs 0.0007 on all types */
    keep_something(&j);
    *out = j.verdicts;
    *summary = (jd_summary){j.scores.type, j.scores.types[j.scores.type], j.scores.trust, cut_of(&j)};
    return DH_OK;
}
