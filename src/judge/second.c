/* Computes the rows of the second pass from running sums of the first pass's scores. */
#include "judge/second.h"

#include <stdlib.h>

const jd_second_row jd_second_rows[JD_S_COUNT] = {
#define X(id, unit, what) [JD_S_##id] = {#id, #unit, what},
    JD_SECOND_FEATURES(X)
#undef X
};

/* A score from which a block counts as kept. */
#define KEPT 0.5f

/* Sums of scores times words. Doubles: the sum of a prefix less that of another must not depend on rounding much. */
typedef struct {
    double score, words;
} sum;

struct jd_second {
    const jd_layout *layout;
    const float *scores;
    sum *before;           /* entry i: of the blocks before block i */
    sum *paths, *siblings; /* by the layout's groups */
    float *rank;
    float page[JD_S_COUNT - JD_S_PAGE_FIRST];
    size_t at, next_kept, next_heading; /* the block that is next, and what is behind it */
    size_t kept, heading;               /* the last ones before; SIZE_MAX for none */
};

static double weight(const jd_facts *x) { return x->stats.words ? x->stats.words : 0.3; }

static float mean(sum a, sum b) { return b.words > a.words ? (float)((b.score - a.score) / (b.words - a.words)) : 0; }

static float range(const jd_second *s, size_t from, size_t to) { return mean(s->before[from], s->before[to]); }

static float mean_of(sum x) { return mean((sum){0, 0}, x); }

/* ---- order ---- */

typedef struct {
    float score;
    uint32_t block;
} scored;

static int falling(const void *a, const void *b) {
    const scored *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    return x->block < y->block ? -1 : x->block > y->block;
}

/* The threshold whose choice of blocks has the highest expected F1 by their scores, and that F1. order: the blocks by falling
 * score. A choice of blocks has expected F1 2 * sum(p w) / (sum(w) + all p w). */
static float best_cut(const float *scores, const jd_facts *facts, const uint32_t *order, size_t count, float *best_f1) {
    double all = 0, taken = 0, hits = 0;
    float cut = KEPT;
    *best_f1 = 0;
    for (size_t i = 0; i < count; i++) all += (double)scores[i] * weight(&facts[i]);
    for (size_t k = 0; k < count; k++) {
        uint32_t i = order[k];
        taken += weight(&facts[i]);
        hits += (double)scores[i] * weight(&facts[i]);
        bool last_of_equals = k + 1 == count || scores[order[k + 1]] < scores[i];
        float f1 = (float)(2 * hits / (taken + all));
        if (!last_of_equals || f1 <= *best_f1) continue;
        *best_f1 = f1;
        cut = scores[i];
    }
    return cut;
}

static dh_status sort_scores(dh_arena *arena, jd_second *s, dh_error *err) {
    size_t n = s->layout->page->block_count;
    scored *sorted = arena_alloc(arena, (n + 1) * sizeof *sorted);
    uint32_t *order = arena_alloc(arena, (n + 1) * sizeof *order);
    if (!sorted || !order) return arena_error(arena, err);
    for (size_t i = 0; i < n; i++) sorted[i] = (scored){s->scores[i], (uint32_t)i};
    qsort(sorted, n, sizeof *sorted, falling);
    double above = 0, all = s->before[n].words;
    for (size_t k = 0, first = 0; k < n; k++) {
        order[k] = sorted[k].block;
        if (k && sorted[k].score < sorted[k - 1].score)
            for (; first < k; first++) above += weight(&s->layout->facts[order[first]]);
        s->rank[order[k]] = all > 0 ? (float)(above / all) : 0;
    }
    float *page = s->page;
    page[JD_S_CUT - JD_S_PAGE_FIRST] = best_cut(s->scores, s->layout->facts, order, n, &page[JD_S_BEST_F1 - JD_S_PAGE_FIRST]);
    page[JD_S_MAX - JD_S_PAGE_FIRST] = n ? sorted[0].score : 0;
    return DH_OK;
}

/* ---- sums ---- */

static void add(sum *to, sum a, sum b) {
    to->score += b.score - a.score;
    to->words += b.words - a.words;
}

static void sum_blocks(jd_second *s) {
    const pg_page *page = s->layout->page;
    static const float levels[] = {0.1f, 0.3f, 0.5f, 0.7f, 0.9f};
    double over[DH_COUNT(levels)] = {0};
    for (size_t i = 0; i < page->block_count; i++) {
        double w = weight(&s->layout->facts[i]);
        s->before[i + 1] = (sum){s->before[i].score + w * (double)s->scores[i], s->before[i].words + w};
        add(&s->paths[s->layout->facts[i].group], s->before[i], s->before[i + 1]);
        for (size_t k = 0; k < DH_COUNT(levels); k++) over[k] += s->scores[i] > levels[k] ? w : 0;
    }
    for (uint32_t e = 0; e < page->elem_count; e++) {
        const pg_elem *x = &page->elems[e];
        if (x->first_block == x->end_block) continue;
        add(&s->siblings[s->layout->group[e]], s->before[x->first_block], s->before[x->end_block]);
    }
    const pg_elem *body = &page->elems[s->layout->body];
    sum all = s->before[page->block_count];
    float *p = s->page;
    if (page->elem_count) p[JD_S_BODY - JD_S_PAGE_FIRST] = range(s, body->first_block, body->end_block);
    p[JD_S_PAGE - JD_S_PAGE_FIRST] = mean_of(all);
    p[JD_S_SUM - JD_S_PAGE_FIRST] = (float)all.score;
    for (size_t k = 0; k < DH_COUNT(levels); k++)
        p[JD_S_OVER1 + (int)k - JD_S_PAGE_FIRST] = all.words > 0 ? (float)(over[k] / all.words) : 0;
}

dh_status jd_second_new(dh_arena *arena, const jd_layout *layout, const float *scores, jd_second **out, dh_error *err) {
    size_t n = layout->page->block_count;
    jd_second *s = arena_calloc(arena, 1, sizeof *s);
    if (!s) return arena_error(arena, err);
    *s = (jd_second){.layout = layout, .scores = scores, .kept = SIZE_MAX, .heading = SIZE_MAX};
    s->before = arena_calloc(arena, n + 1, sizeof *s->before);
    s->paths = arena_calloc(arena, layout->paths.count + 1, sizeof *s->paths);
    s->siblings = arena_calloc(arena, layout->siblings.count + 1, sizeof *s->siblings);
    s->rank = arena_calloc(arena, n + 1, sizeof *s->rank);
    if (!s->before || !s->paths || !s->siblings || !s->rank) return arena_error(arena, err);
    sum_blocks(s);
    *out = s;
    return sort_scores(arena, s, err);
}

/* ---- rows ---- */

/* Means of the containers, and of the largest group of like siblings, as features.c finds them. */
static void climb(const jd_second *s, const pg_block *b, float *f) {
    static const struct {
        unsigned level;
        jd_second_feature feature;
    } containers[] = {{1, JD_S_C1}, {2, JD_S_C2}, {3, JD_S_C3}, {5, JD_S_C5}};
    const pg_elem *elems = s->layout->page->elems, *outermost = &elems[0];
    uint32_t size = 1, most = 0;
    unsigned level = 0;
    size_t next = 0;
    for (uint32_t e = b->elem; e != PG_NONE; e = elems[e].parent) {
        const pg_elem *x = &elems[e];
        uint32_t blocks = x->end_block - x->first_block, slot = s->layout->group[e];
        if (blocks < 2 || x->tag == PG_BODY || x->tag == PG_HTML) continue;
        if (s->layout->siblings.groups[slot].count > most) {
            most = s->layout->siblings.groups[slot].count;
            f[JD_S_CARDS] = mean_of(s->siblings[slot]);
        }
        if (blocks <= size) continue;
        size = blocks;
        outermost = x;
        if (next < DH_COUNT(containers) && containers[next].level == ++level)
            f[containers[next++].feature] = range(s, x->first_block, x->end_block);
    }
    for (; next < DH_COUNT(containers); next++)
        f[containers[next].feature] = range(s, outermost->first_block, outermost->end_block);
}

static void set_window(const jd_second *s, size_t i, size_t reach, float *f) {
    size_t n = s->layout->page->block_count;
    *f = range(s, i > reach ? i - reach : 0, i + reach + 1 < n ? i + reach + 1 : n);
}

/* The blocks before and behind: what the reader remembers, and what it looks ahead for. */
static void memory(jd_second *s, size_t i, float *f) {
    const pg_page *page = s->layout->page;
    size_t n = page->block_count;
    bool heading = page->blocks[i].kind == DH_KIND_HEADING;
    if (s->next_kept <= i) s->next_kept = i + 1;
    while (s->next_kept < n && s->scores[s->next_kept] < KEPT) s->next_kept++;
    if (s->next_heading <= i) s->next_heading = i + 1;
    while (s->next_heading < n && page->blocks[s->next_heading].kind != DH_KIND_HEADING) s->next_heading++;
    if (heading) s->heading = i;
    f[JD_S_SECTION] = range(s, s->heading == SIZE_MAX ? 0 : s->heading, s->next_heading);
    f[JD_S_HEADING] = s->heading == SIZE_MAX ? -1 : s->scores[s->heading];
    f[JD_S_SINCE_KEPT] = s->kept == SIZE_MAX ? -1 : (float)(i - s->kept);
    f[JD_S_TO_KEPT] = s->next_kept < n ? (float)(s->next_kept - i) : -1;
    if (s->scores[i] >= KEPT) s->kept = i;
}

void jd_second_next(jd_second *s, float *f) {
    size_t i = s->at++, n = s->layout->page->block_count;
    memset(f, 0, JD_S_COUNT * sizeof *f);
    f[JD_S_OWN] = s->scores[i];
    for (size_t k = 0; k < 3; k++) {
        f[JD_S_B3 + (int)k] = i + k >= 3 ? s->scores[i + k - 3] : -1;
        f[JD_S_A1 + (int)k] = i + k + 1 < n ? s->scores[i + k + 1] : -1;
    }
    set_window(s, i, 3, &f[JD_S_WIN3]);
    set_window(s, i, 10, &f[JD_S_WIN10]);
    set_window(s, i, 30, &f[JD_S_WIN30]);
    f[JD_S_BEFORE] = range(s, 0, i);
    f[JD_S_AFTER] = range(s, i + 1, n);
    f[JD_S_PATH] = mean_of(s->paths[s->layout->facts[i].group]);
    climb(s, &s->layout->page->blocks[i], f);
    memory(s, i, f);
    f[JD_S_RANK] = s->rank[i];
    uint32_t source = s->layout->repeats[i].source;
    f[JD_S_SOURCE] = source == JD_NO_BLOCK ? -1 : s->scores[source];
    f[JD_S_CUT_GAP] = s->scores[i] - s->page[JD_S_CUT - JD_S_PAGE_FIRST];
    memcpy(f + JD_S_PAGE_FIRST, s->page, sizeof s->page);
}

const float *jd_second_page(const jd_second *s) { return s->page; }
