/* When text from outside of the markup takes the place of a page's blocks: where a script shows the page, its markup holds
 * nothing or a teaser. */
#include "pipeline.h"

/* JSON-LD has the whole where the markup has a teaser if it has this many times the words. Cross-validated, wcxb word F1 and
 * multilingual segment F1: once (with states) 0.8644 and 0.9487, twice 0.8651 and 0.9490, three times the same. */
#define TEASER_TIMES 2
/* Fewer words of JSON-LD are a line about the page. */
#define LD_WORDS 10
/* Other data is looked at only where fewer words were kept than this, and taken from this many on. */
#define NEARLY_NOTHING 30
#define DATA_WORDS 30
/* Data whose strings have fewer words each on average is that of buttons and messages. */
#define DATA_STRING_WORDS 10

typedef struct {
    pg_page page;
    jd_verdict *verdicts;
    pg_embedded data;
    size_t words, strings; /* kept */
} candidate;

static size_t words_of(const pg_page *page) {
    size_t words = 0;
    for (size_t i = 0; i < page->block_count; i++) words += view_words(page->blocks[i].text);
    return words;
}

/* True if the data may come to more than what was kept, by its bytes alone: most pages end here. */
static bool may_do(const dh_page *p, pg_embedded_from from, size_t kept_bytes) {
    if (from == PG_FROM_JSON_LD) return pg_embedded_bytes(&p->page, from) > TEASER_TIMES * kept_bytes;
    return p->kept_words < NEARLY_NOTHING;
}

static bool is_better(const dh_page *p, pg_embedded_from from, const candidate *c) {
    if (from == PG_FROM_JSON_LD) return c->words >= LD_WORDS && c->words > TEASER_TIMES * p->kept_words;
    return c->words >= DATA_WORDS && c->words >= DATA_STRING_WORDS * c->strings && c->words > words_of(&p->page);
}

/* A teaser of this many words that JSON-LD does not repeat stands above it (a page that is paid for may have it so); so many of
 * its first bytes tell whether it is repeated. */
#define LEAD_WORDS 12
#define LEAD_BYTES 40

/* The first paragraph that was kept, if the data lacks it; NULL if there is none. */
static const pg_block *lead_of(const dh_page *p, const pg_page *data) {
    for (size_t i = 0; i < p->page.block_count; i++) {
        const pg_block *b = &p->page.blocks[i];
        if (!p->verdicts[i].keep || b->kind == DH_KIND_HEADING || view_words(b->text) < LEAD_WORDS) continue;
        size_t len = b->text.len < LEAD_BYTES ? b->text.len : LEAD_BYTES;
        return memmem(data->text.ptr, data->text.len, b->text.ptr, len) ? NULL : b;
    }
    return NULL;
}

static dh_status make_page(dh_page *p, pg_embedded_from from, const dh_options *opt, candidate *c, dh_error *err) {
    c->verdicts = NULL;
    dh_status st = pg_from_html(&p->arena, c->data.html, opt->max_depth, opt->unicode != DH_UNICODE_NO, &c->page, err);
    c->page.title = p->page.title;
    if (!st && from == PG_FROM_TEMPLATE) { /* templates are of parts of a page of all kinds */
        jd_summary summary;
        st = jd_html(&p->arena, p->models, &c->page, opt, &c->verdicts, &summary, err);
    }
    return st ? st : jd_embedded(&p->arena, &c->page, from, &c->verdicts, err);
}

static dh_status try_one(dh_page *p, pg_embedded_from from, const dh_options *opt, candidate *c, dh_error *err) {
    *c = (candidate){.words = 0};
    dh_status st = pg_embedded_read(&p->arena, &p->page, from, &c->data, err);
    if (st || !c->data.html.len) return st;
    if ((st = make_page(p, from, opt, c, err))) return st;
    c->words = pipeline_kept_words(&c->page, c->verdicts);
    for (size_t i = 0; i < c->page.block_count; i++) c->strings += c->verdicts[i].keep;
    const pg_block *lead = from == PG_FROM_JSON_LD && is_better(p, from, c) ? lead_of(p, &c->page) : NULL;
    if (!lead) return DH_OK;
    if (!pg_embedded_lead(&p->arena, &p->page, lead, &c->data)) return arena_error(&p->arena, err);
    return make_page(p, from, opt, c, err);
}

dh_status pipeline_embedded(dh_page *p, const dh_options *opt, dh_error *err) {
    size_t kept_bytes = 0;
    dh_error why = {DH_OK, 0, ""};
    for (size_t i = 0; i < p->page.block_count; i++)
        if (p->verdicts[i].keep) kept_bytes += p->page.blocks[i].text.len;
    for (unsigned from = 0; from < PG_FROM_COUNT; from++) {
        candidate c;
        if (!may_do(p, (pg_embedded_from)from, kept_bytes)) continue;
        dh_status st = try_one(p, (pg_embedded_from)from, opt, &c, &why);
        if (st == DH_ERR_LIMIT) return DH_OK; /* the page as it was judged is better than none */
        if (st) return err_set(err, st, 0, "%s", why.msg);
        if (!is_better(p, (pg_embedded_from)from, &c)) continue;
        p->page = c.page;
        p->verdicts = c.verdicts;
        p->embedded = c.data;
        p->kept_words = c.words;
        return DH_OK;
    }
    return DH_OK;
}
