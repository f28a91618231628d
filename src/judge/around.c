/* Computes the rows of the second pass over a text from running sums of the first pass's scores. */
#include "judge/around.h"

const jd_line_feature_row jd_around_rows[JD_A_COUNT] = {
#define X(id, unit, what) [JD_A_##id] = {#id, #unit, what},
    JD_AROUND_FEATURES(X)
#undef X
};

/* A score from which a line counts as kept. */
#define KEPT 0.5f

/* Running sums over the lines before one. Scores are whole 4096ths: integers add up the same everywhere. */
typedef struct {
    int64_t weighted, words, even;
    uint32_t kept;
} sum;
#define ONE 4096.0f

struct jd_around {
    const jd_lines *lines;
    const float *scores;
    sum *before;             /* count + 1 */
    uint32_t *since, *to;    /* a line: lines since and to the last and next one of the other verdict; 0 for none */
    uint32_t *since_own, *to_own; /* and of its own */
};

static bool kept(const jd_around *a, size_t i) { return a->scores[i] >= KEPT; }

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

dh_status jd_around_new(dh_arena *arena, const jd_lines *lines, const float *scores, jd_around **out, dh_error *err) {
    size_t n = lines->count;
    jd_around *a = arena_calloc(arena, 1, sizeof *a);
    if (!a) return arena_error(arena, err);
    uint32_t *distances = arena_alloc(arena, 4 * (n + 1) * sizeof *distances);
    *a = (jd_around){.lines = lines, .scores = scores, .before = arena_calloc(arena, n + 1, sizeof *a->before)};
    if (!a->before || !distances) return arena_error(arena, err);
    a->since = distances;
    a->to = distances + n;
    a->since_own = distances + 2 * n;
    a->to_own = distances + 3 * n;
    for (size_t i = 0; i < n; i++) {
        const sum *b = &a->before[i];
        int64_t score = (int64_t)(scores[i] * ONE), words = (int64_t)lines->lines[i].stats.words + 1;
        a->before[i + 1] = (sum){b->weighted + score * words, b->words + words, b->even + score, b->kept + kept(a, i)};
    }
    find_distances(a);
    *out = a;
    return DH_OK;
}

/* Means of the lines [from, to); -1 if there are none. */
static float mean(const jd_around *a, size_t from, size_t to) {
    if (from >= to) return -1;
    const sum *x = &a->before[from], *y = &a->before[to];
    return (float)((double)(y->weighted - x->weighted) / ((double)(y->words - x->words) * (double)ONE));
}

static float even_mean(const jd_around *a, size_t from, size_t to) {
    if (from >= to) return -1;
    return (float)((double)(a->before[to].even - a->before[from].even) / ((double)(to - from) * (double)ONE));
}

static float distance(uint32_t lines) { return lines ? (float)lines : -1; }

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
    f[JD_A_SINCE_KEPT] = distance(k ? a->since_own[i] : a->since[i]);
    f[JD_A_TO_KEPT] = distance(k ? a->to_own[i] : a->to[i]);
    f[JD_A_SINCE_DROPPED] = distance(k ? a->since[i] : a->since_own[i]);
    f[JD_A_TO_DROPPED] = distance(k ? a->to[i] : a->to_own[i]);
}
