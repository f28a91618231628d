/* Computes the rows of the second pass over a text from running sums of the first pass's scores. */
#include "judge/around.h"

const jd_line_feature_row jd_around_rows[JD_A_COUNT] = {
#define X(id, unit, what) [JD_A_##id] = {#id, #unit, what},
    JD_AROUND_FEATURES(X)
#undef X
};

/* Running sums over the lines before one. */
typedef struct {
    int64_t weighted, words, even;
    uint32_t kept;
} sum;

/* A long line from this score on bounds the body. */
#define SURE 0.8f

/* Lines of one shape. */
typedef struct {
    int64_t score;
    uint32_t count;
} shape_sum;
#define SHAPE_SIZES 8
#define SHAPES ((JD_FIRST_ALONE + 1) * (JD_LAST_BAR + 1) * SHAPE_SIZES * 2)

struct jd_around {
    const jd_lines *lines;
    const float *scores;
    sum *before;             /* count + 1 */
    uint32_t *since, *to;    /* a line: lines since and to the last and next one of the other verdict; 0 for none */
    uint32_t *since_own, *to_own; /* and of its own */
    jd_body body;
    shape_sum shapes[SHAPES];
    uint8_t *topic[2];       /* how many lines have a word, by its hash: lines that are not kept, and kept ones; saturating */
};

static bool kept(const jd_around *a, size_t i) { return a->scores[i] >= JD_KEPT_SCORE; }

/* Distances in one pass down and one up: [0] to lines that are not kept, [1] to kept ones. */
static void find_distances(jd_around *a) {
    size_t n = a->lines->count;
    uint32_t last[2] = {0, 0}, next[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        bool k = kept(a, i);
        a->since_own[i] = last[k];
        a->since[i] = last[!k];
        last[k] = 1;
        last[!k] += last[!k] > 0;
    }
    for (size_t i = n; i-- > 0;) {
        bool k = kept(a, i);
        a->to_own[i] = next[k];
        a->to[i] = next[!k];
        next[k] = 1;
        next[!k] += next[!k] > 0;
    }
}

static size_t shape_of(const jd_line *x) {
    static const uint32_t most[SHAPE_SIZES - 1] = {1, 2, 4, 7, 12, 20, 40};
    size_t size = 0;
    while (size < SHAPE_SIZES - 1 && x->stats.words > most[size]) size++;
    return ((x->stats.first * (size_t)(JD_LAST_BAR + 1) + x->stats.last) * SHAPE_SIZES + size) * 2 + (x->indent > 0);
}

static void find_shapes(jd_around *a) {
    for (size_t i = 0; i < a->lines->count; i++) {
        shape_sum *s = &a->shapes[shape_of(&a->lines->lines[i])];
        s->score += jd_score_units(a->scores[i]);
        s->count++;
    }
}

jd_body jd_body_find(const jd_lines *lines, const float *scores) {
    jd_body b = {0, 0};
    for (size_t i = 0; i < lines->count; i++) {
        if (!lines->lines[i].is_long || scores[i] < SURE) continue;
        if (!b.to) b.from = i;
        b.to = i + 1;
    }
    return b;
}

static void find_topic(jd_around *a) {
    size_t mask = a->lines->topic_count - 1;
    for (size_t i = 0; i < a->lines->count; i++) {
        const jd_line *x = &a->lines->lines[i];
        uint8_t *counts = a->topic[kept(a, i)];
        for (size_t k = 0; k < x->word_count; k++) {
            uint8_t *c = &counts[a->lines->words[x->first_word + k] & mask];
            *c = (uint8_t)(*c + (*c < UINT8_MAX));
        }
    }
}

dh_status jd_around_new(dh_arena *arena, const jd_lines *lines, jd_around **out, dh_error *err) {
    size_t n = lines->count;
    jd_around *a = arena_calloc(arena, 1, sizeof *a);
    uint32_t *distances = arena_alloc(arena, 4 * (n + 1) * sizeof *distances);
    sum *before = arena_calloc(arena, n + 1, sizeof *before);
    uint8_t *topic = arena_alloc(arena, 2 * lines->topic_count);
    if (!a || !distances || !before || !topic) return arena_error(arena, err);
    a->before = before;
    a->since = distances;
    a->to = distances + n;
    a->since_own = distances + 2 * n;
    a->to_own = distances + 3 * n;
    a->topic[0] = topic;
    a->topic[1] = topic + lines->topic_count;
    *out = a;
    return DH_OK;
}

void jd_around_read(jd_around *a, const jd_lines *lines, const float *scores) {
    a->lines = lines;
    a->scores = scores;
    memset(a->shapes, 0, sizeof a->shapes);
    for (size_t side = 0; side < 2; side++) memset(a->topic[side], 0, lines->topic_count);
    for (size_t i = 0; i < lines->count; i++) {
        const sum *b = &a->before[i];
        int64_t score = jd_score_units(scores[i]), words = (int64_t)lines->lines[i].stats.words + 1;
        a->before[i + 1] = (sum){b->weighted + score * words, b->words + words, b->even + score, b->kept + kept(a, i)};
    }
    find_distances(a);
    find_shapes(a);
    a->body = jd_body_find(lines, scores);
    find_topic(a);
}

/* Means of the lines [from, to); -1 if there are none. */
static float mean(const jd_around *a, size_t from, size_t to) {
    if (from >= to) return -1;
    const sum *x = &a->before[from], *y = &a->before[to];
    return (float)((double)(y->weighted - x->weighted) / ((double)(y->words - x->words) * (double)JD_SCORE_ONE));
}

static float even_mean(const jd_around *a, size_t from, size_t to) {
    if (from >= to) return -1;
    return (float)((double)(a->before[to].even - a->before[from].even) / ((double)(to - from) * (double)JD_SCORE_ONE));
}

static void means(const jd_around *a, size_t i, float *f) {
    size_t n = a->lines->count;
#define BEFORE(reach) (i > (reach) ? i - (reach) : 0)
#define BEHIND(reach) (n - i - 1 > (reach) ? i + 1 + (reach) : n)
    f[JD_A_WIN3] = mean(a, BEFORE(3), BEHIND(3));
    f[JD_A_WIN8] = mean(a, BEFORE(8), BEHIND(8));
    f[JD_A_WIN20] = mean(a, BEFORE(20), BEHIND(20));
    f[JD_A_BEFORE5] = mean(a, BEFORE(5), i);
    f[JD_A_AFTER5] = mean(a, i + 1, BEHIND(5));
    f[JD_A_EVEN5] = even_mean(a, BEFORE(5), BEHIND(5));
#undef BEFORE
#undef BEHIND
    f[JD_A_BEFORE] = mean(a, 0, i);
    f[JD_A_AFTER] = mean(a, i + 1, n);
    f[JD_A_EVEN_BEFORE] = even_mean(a, 0, i);
    f[JD_A_EVEN_AFTER] = even_mean(a, i + 1, n);
    f[JD_A_ALL] = mean(a, 0, n);
    f[JD_A_ALL_EVEN] = even_mean(a, 0, n);
    f[JD_A_ALL_KEPT] = (float)((double)a->before[n].kept / (double)n);
}

static void extremes(const jd_around *a, size_t i, float *f) {
    size_t n = a->lines->count, from = i > 3 ? i - 3 : 0, to = n - i > 4 ? i + 4 : n;
    f[JD_A_LOW3] = 1;
    f[JD_A_HIGH3] = -1;
    for (size_t k = from; k < to; k++) {
        if (k == i) continue;
        if (a->scores[k] < f[JD_A_LOW3]) f[JD_A_LOW3] = a->scores[k];
        if (a->scores[k] > f[JD_A_HIGH3]) f[JD_A_HIGH3] = a->scores[k];
    }
}

static void alike(const jd_around *a, size_t i, float *f) {
    const jd_line *x = &a->lines->lines[i];
    const shape_sum *s = &a->shapes[shape_of(x)];
    int64_t others = s->score - jd_score_units(a->scores[i]);
    f[JD_A_SHAPE_COUNT] = (float)(s->count - 1);
    f[JD_A_SHAPE] = s->count > 1 ? (float)((double)others / ((double)(s->count - 1) * (double)JD_SCORE_ONE)) : -1;
    f[JD_A_LONG_ABOVE] = x->above ? a->scores[i - x->above] : -1;
    f[JD_A_LONG_BELOW] = x->below ? a->scores[i + x->below] : -1;
}

static void body(const jd_around *a, size_t i, float *f) {
    size_t from = a->body.from, to = a->body.to;
    if (from == to) {
        f[JD_A_BODY] = f[JD_A_BODY_AWAY] = -1;
        return;
    }
    f[JD_A_BODY] = i < from ? 0 : i < to ? 1 : 2;
    size_t since = i < from ? from - i : i - from, behind = i < to ? to - 1 - i : i - to + 1;
    f[JD_A_BODY_AWAY] = (float)(since < behind ? since : behind);
}

static void topic(const jd_around *a, size_t i, float *f) {
    const jd_line *x = &a->lines->lines[i];
    size_t mask = a->lines->topic_count - 1, known = 0;
    uint32_t has[2] = {0, 0}, own = kept(a, i);
    double lean = 0;
    for (size_t k = 0; k < x->word_count; k++) {
        size_t at = a->lines->words[x->first_word + k] & mask;
        uint32_t n[2];
        for (uint32_t side = 0; side < 2; side++) {
            n[side] = a->topic[side][at];
            n[side] -= side == own && n[side];
            has[side] += n[side] > 0;
        }
        if (!n[0] && !n[1]) continue;
        known++;
        lean += (double)n[1] / (double)(n[0] + n[1]);
    }
    f[JD_A_TOPIC_DROPPED] = x->word_count ? (float)has[0] / (float)x->word_count : 0;
    f[JD_A_TOPIC_KEPT] = x->word_count ? (float)has[1] / (float)x->word_count : 0;
    f[JD_A_TOPIC_LEAN] = known ? (float)(lean / (double)known) : -1;
}

void jd_around_row(const jd_around *a, size_t i, float *f) {
    size_t n = a->lines->count;
    f[JD_A_OWN] = a->scores[i];
    for (size_t k = 0; k < 3; k++) {
        f[JD_A_B3 + (int)k] = i + k >= 3 ? a->scores[i + k - 3] : -1;
        f[JD_A_A1 + (int)k] = i + k + 1 < n ? a->scores[i + k + 1] : -1;
    }
    means(a, i, f);
    f[JD_A_KEPT_BEFORE] = (float)a->before[i].kept;
    f[JD_A_KEPT_AFTER] = (float)(a->before[n].kept - a->before[i + 1].kept);
    bool k = kept(a, i);
    f[JD_A_SINCE_KEPT] = jd_distance(k ? a->since_own[i] : a->since[i]);
    f[JD_A_TO_KEPT] = jd_distance(k ? a->to_own[i] : a->to[i]);
    f[JD_A_SINCE_DROPPED] = jd_distance(k ? a->since[i] : a->since_own[i]);
    f[JD_A_TO_DROPPED] = jd_distance(k ? a->to[i] : a->to_own[i]);
    extremes(a, i, f);
    alike(a, i, f);
    body(a, i, f);
    topic(a, i, f);
}
