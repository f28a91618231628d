/* Applies what is known of a page's site to its verdicts, and writes down what a page adds to that. Counting and keeping is for
 * others (batch/profile.h). */
#include "judge/site.h"

#include "judge/fold.h"
#include "judge/layout.h"

#include <stdlib.h>

/* What a kind of page asks of a block before it goes: on this share of the site's pages, and with a score below that. Measured
 * on 788 pages of 76 sites with five pages and more (docs/experiments.md): products repeat the names of their properties, and
 * listings their entries, so that nothing goes there. */
typedef struct {
    double share;
    float below;
    bool numbers_stay; /* prices of different things are one block: numbers are folded */
} site_rule;
#define NEVER 2.0
static const site_rule html_rules[JD_TYPE_COUNT] = {
    [JD_TYPE_ARTICLE] = {0.2, 0.95f, false},       [JD_TYPE_COLLECTION] = {0.34, 0.7f, true},
    [JD_TYPE_DOCUMENTATION] = {0.5, 0.5f, false},  [JD_TYPE_FORUM] = {0.34, 0.5f, false},
    [JD_TYPE_LISTING] = {NEVER, 0, false},         [JD_TYPE_PRODUCT] = {NEVER, 0, false},
    [JD_TYPE_SERVICE] = {0.34, 0.9f, false}};
static const site_rule text_rule = {0.1, 0.95f, false};
/* However few pages there are. */
#define REPEAT_PAGES 2
/* A page that would lose more than this share of its kept words is another copy of what the site has elsewhere, and is left as
 * it is. */
#define COPY_SHARE 0.95
/* One whose text stands elsewhere on the site, too, as far as the judge is sure of it, more than this share of that, has come twice: by two
 * addresses, on two days. Its running text stays then (word F1 of daniel by 0.001 better, worst page by 0.06). */
#define TWICE_SHARE 0.5
/* A page is looked at only if it is like its site: so many of its different blocks, and this share of them, are repeated there. The profile of
 * another site changes nothing then (word F1 by at most 0.0003), and a clean text with some headings like those of others stays. */
typedef struct {
    size_t blocks;
    double share;
} likeness;
static const likeness html_likeness = {5, 0.2}, text_likeness = {2, 0.1};
/* A paragraph of running text is this long; one that stands on no other page stays from this score on. */
#define OWN_WORDS 20
#define OWN_FROM 0.15f

typedef struct {
    const pg_page *page;
    jd_verdict *verdicts;
    const dh_site *site;
    site_rule rule;
    uint32_t *pages; /* of the site that have each block; 1: no other; 0: it has no word */
    bool twice;      /* the page has come twice */
} judge;

/* ---- numbers of blocks ---------------------------------------------------------------------------------------------- */

/* Of a block's folded text. */
static uint32_t number_of(uint64_t hash) { return (uint32_t)(hash ^ hash >> 32); }

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Sorted, each once. */
static size_t put_in_order(uint32_t *numbers, size_t count) {
    size_t n = 0;
    if (count) qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++)
        if (!n || numbers[i] != numbers[n - 1]) numbers[n++] = numbers[i];
    return n < DH_SKETCH_BLOCKS ? n : DH_SKETCH_BLOCKS;
}

static dh_status append(const uint32_t *numbers, size_t count, dh_buf *out) {
    dh_status st = buf_reserve(out, count * 4);
    for (size_t i = 0; !st && i < count; i++)
        for (int k = 0; k < 4; k++) out->ptr[out->len++] = (char)(numbers[i] >> 8 * k & 0xff);
    return st;
}

dh_status jd_site_sketch(const pg_page *page, uint64_t *digest, dh_buf *blocks, dh_error *err) {
    uint32_t *numbers = malloc((page->block_count + 1) * sizeof *numbers);
    size_t n = 0;
    uint64_t all = 0;
    if (!numbers) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    for (size_t i = 0; i < page->block_count; i++) {
        uint64_t hash = jd_fold_hash(page->blocks[i].text);
        all = jd_fold_hash_add(all, hash);
        if (hash) numbers[n++] = number_of(hash);
    }
    dh_status st = append(numbers, put_in_order(numbers, n), blocks);
    free(numbers);
    if (st) return err_set(err, st, 0, st == DH_ERR_LIMIT ? "more blocks than there is room for" : "out of memory");
    if (digest) *digest = all;
    return DH_OK;
}

/* ---- verdicts -------------------------------------------------------------------------------------------------------- */

/* How many pages of the site have a block; 1: no other. */
static uint32_t pages_with(const dh_site *site, uint32_t block) {
    size_t from = 0, to = site->count;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (site->repeats[mid].block < block) from = mid + 1;
        else to = mid;
    }
    return from < site->count && site->repeats[from].block == block ? site->repeats[from].pages : 1;
}

static bool is_many(const judge *j, uint32_t pages) {
    return pages >= REPEAT_PAGES && (double)pages >= j->rule.share * (double)j->site->pages;
}

static bool is_paragraph(const pg_block *b) {
    jd_stats stats;
    jd_stats_count(b->text, 0, &stats);
    return stats.words - stats.alone / 2 >= OWN_WORDS && jd_is_running(b, &stats);
}

static bool has_number(const pg_block *b) {
    jd_stats stats;
    jd_stats_count(b->text, 0, &stats);
    return stats.digits > 0;
}

static bool is_furniture(const judge *j, size_t i) {
    const pg_block *b = &j->page->blocks[i];
    if (!j->verdicts[i].keep || !is_many(j, j->pages[i]) || j->verdicts[i].score >= j->rule.below) return false;
    return !(j->twice && is_paragraph(b)) && !(j->rule.numbers_stay && has_number(b));
}

/* True if what the judge is sure of stands on other pages, too: paragraphs that no profile takes. */
static bool came_twice(const judge *j) {
    size_t sure = 0, elsewhere = 0;
    for (size_t i = 0; i < j->page->block_count; i++) {
        const pg_block *b = &j->page->blocks[i];
        if (!j->verdicts[i].keep || j->verdicts[i].score < j->rule.below || !is_paragraph(b)) continue;
        sure += b->text.len;
        if (j->pages[i] >= REPEAT_PAGES) elsewhere += b->text.len;
    }
    return (double)elsewhere > TWICE_SHARE * (double)sure;
}

/* True if hardly a word would be left. */
static bool is_copy(const judge *j) {
    size_t kept = 0, lost = 0;
    for (size_t i = 0; i < j->page->block_count; i++) {
        if (!j->verdicts[i].keep) continue;
        kept += j->page->blocks[i].text.len;
        if (is_furniture(j, i)) lost += j->page->blocks[i].text.len;
    }
    return (double)lost > COPY_SHARE * (double)kept;
}

static void drop(judge *j, size_t i) {
    j->verdicts[i].keep = false;
    j->verdicts[i].reason = "repeated on the site";
}

static void drop_furniture(judge *j) {
    if (is_copy(j)) return;
    for (size_t i = 0; i < j->page->block_count; i++)
        if (is_furniture(j, i)) drop(j, i);
    if (!j->page->is_html) jd_text_blanks(j->page, j->verdicts);
}

/* Tells whether the page is like its site, by what it says once or many times: numbers of blocks, which are put in order. */
static bool fits(const judge *j, uint32_t *numbers, size_t count) {
    likeness least = j->page->is_html ? html_likeness : text_likeness;
    size_t n = 0, different = put_in_order(numbers, count);
    for (size_t i = 0; i < different; i++) n += is_many(j, pages_with(j->site, numbers[i]));
    return n >= least.blocks && (double)n >= least.share * (double)different;
}

/* Only beside a block that is kept: on news pages the teasers of other stories are as long, and as much this page's alone. */
static void keep_own(judge *j) {
    bool before = false;
    for (size_t i = 0; i < j->page->block_count; i++) {
        jd_verdict *v = &j->verdicts[i];
        bool kept = v->keep, beside = before || (i + 1 < j->page->block_count && v[1].keep);
        before = kept;
        if (kept || !beside || v->reason[0] != 'm' || v->score < OWN_FROM || j->pages[i] != 1 || !is_paragraph(&j->page->blocks[i])) continue;
        v->keep = true;
        v->reason = "on no other page of the site";
    }
}

dh_status jd_site_apply(dh_arena *arena, const dh_site *site, const pg_page *page, jd_type type, jd_verdict *verdicts, dh_error *err) {
    judge j = {page, verdicts, site, page->is_html ? html_rules[type] : text_rule, NULL, false};
    size_t n = page->block_count, count = 0;
    if (site->pages < DH_SITE_PAGES || j.rule.share >= NEVER) return DH_OK;
    j.pages = arena_calloc(arena, n + 1, sizeof *j.pages);
    uint32_t *numbers = arena_alloc(arena, (n + 1) * sizeof *numbers);
    if (!j.pages || !numbers) return arena_error(arena, err);
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = jd_fold_hash(page->blocks[i].text);
        if (!hash) continue;
        numbers[count++] = number_of(hash);
        j.pages[i] = pages_with(site, number_of(hash));
    }
    if (!fits(&j, numbers, count)) return DH_OK;
    j.twice = came_twice(&j);
    drop_furniture(&j);
    if (page->is_html && type == JD_TYPE_ARTICLE) keep_own(&j);
    return DH_OK;
}
