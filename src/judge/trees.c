/* Reads trees and evaluates them. The two ways of summing do the same in the same order of trees; as sums are integers that
 * cannot overflow, they give the same bits. */
#include "judge/trees.h"

#include <assert.h>
#include <math.h>

#if DH_SIMD && defined(__x86_64__)
#define USE_AVX2 1
#else
#define USE_AVX2 0
#endif
#if USE_AVX2
#include <immintrin.h>
#endif

/* A look-up by shuffle reads so many leaves. */
#define LEAVES (1 << JD_TREES_DEPTH)
/* So many leaves of this size fit into 16 bits. */
#define LEAF_MAX 2047
#define SHORT_SUMS 16
#define TREES_MAX 20000
#define BORDERS_MAX 255
/* Borders that are compared at once. */
#define STEP 8

/* ---- reading ---- */

static dh_status bad(dh_error *err, const char *part, const char *what) {
    return err_set(err, DH_ERR_FORMAT, 0, "model file: part %s: %s", part, what);
}

static dh_status read_borders(dh_arena *arena, jd_model_reader *r, jd_trees *m, const char *part, dh_error *err) {
    uint32_t total = jd_model_u32(r), n = 0, at = 0;
    if (r->failed || total > m->features * BORDERS_MAX) return bad(err, part, "too many borders");
    size_t room = total + (size_t)m->features * STEP;
    m->first = arena_calloc(arena, m->features + 1, sizeof *m->first);
    m->borders_of = arena_calloc(arena, m->features + 1, 1);
    m->borders = arena_alloc(arena, (room + STEP) * sizeof *m->borders);
    if (!m->first || !m->borders_of || !m->borders) return arena_error(arena, err);
    for (size_t i = 0; i < room + STEP; i++) m->borders[i] = INFINITY;
    for (uint32_t f = 0; f < m->features; f++) {
        uint32_t count = jd_model_u8(r);
        float *to = m->borders + at;
        m->first[f] = at;
        m->borders_of[f] = (uint8_t)count;
        if (count > total - n) return bad(err, part, "more borders than it says");
        for (uint32_t k = 0; k < count; k++) {
            to[k] = jd_model_f32(r);
            if (k && !(to[k] > to[k - 1])) return bad(err, part, "borders that do not rise");
        }
        n += count;
        at += (count + STEP - 1) / STEP * STEP;
    }
    m->first[m->features] = at;
    return r->failed || n != total ? bad(err, part, "cut off in its borders") : DH_OK;
}

/* False: a leaf is out of bounds. Looks at all of them, so that compilers make vectors of it: start-up waits for it. */
static bool read_leaves(const unsigned char *p, uint32_t count, int16_t *leaves) {
    unsigned wrong = 0;
    for (uint32_t k = 0; k < count; k++) {
        leaves[k] = (int16_t)(p[2 * k] | p[2 * k + 1] << 8);
        wrong |= leaves[k] > LEAF_MAX || leaves[k] < -LEAF_MAX;
    }
    return !wrong;
}

/* One tree; its leaves go to m->leaves[at ...). False: something in it cannot be. */
static bool read_tree(jd_model_reader *r, jd_trees *m, uint32_t i, uint32_t at) {
    jd_tree *t = &m->trees[i];
    t->depth = (uint8_t)jd_model_u8(r);
    t->leaves = at;
    if (r->failed || t->depth > JD_TREES_DEPTH) return false;
    for (uint32_t j = 0; j < t->depth; j++) {
        uint32_t feature = jd_model_u16(r), border = jd_model_u8(r);
        if (r->failed || feature >= m->features || border >= m->borders_of[feature]) return false;
        t->feature[j] = (uint16_t)feature;
        t->from[j] = (uint8_t)(border + 1);
    }
    uint32_t count = m->outputs << t->depth;
    const unsigned char *p = jd_model_take(r, (size_t)count * 2);
    if (!p || !read_leaves(p, count, m->leaves + at)) return false;
    for (uint32_t k = 0; m->outputs == 1 && k < count; k++) {
        m->low[at + k] = p[2 * k];
        m->high[at + k] = p[2 * k + 1];
    }
    return true;
}

/* Leaves of all trees together, found by going over them; SIZE_MAX if they end too soon. */
static size_t count_leaves(jd_model_reader r, const jd_trees *m) {
    size_t leaves = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t depth = jd_model_u8(&r);
        if (r.failed || depth > JD_TREES_DEPTH) return SIZE_MAX;
        jd_model_take(&r, (size_t)depth * 3 + ((size_t)m->outputs << depth) * 2);
        leaves += (size_t)m->outputs << depth;
    }
    return r.failed ? SIZE_MAX : leaves;
}

static dh_status read_trees(dh_arena *arena, jd_model_reader *r, jd_trees *m, const char *part, dh_error *err) {
    size_t leaves = count_leaves(*r, m), bytes = m->outputs == 1 ? leaves + LEAVES : 1;
    if (leaves == SIZE_MAX) return bad(err, part, "cut off in its trees");
    m->trees = arena_calloc(arena, m->count + 1, sizeof *m->trees);
    m->leaves = arena_alloc(arena, (leaves + 1) * sizeof *m->leaves);
    m->low = arena_calloc(arena, bytes, 1); /* the last tree's look-up may read on */
    m->high = arena_calloc(arena, bytes, 1);
    if (!m->trees || !m->leaves || !m->low || !m->high) return arena_error(arena, err);
    for (uint32_t i = 0, at = 0; i < m->count; at += m->outputs << m->trees[i].depth, i++)
        if (!read_tree(r, m, i, at)) return bad(err, part, "a tree that cannot be");
    return r->at != r->end ? bad(err, part, "bytes behind its end") : DH_OK;
}

dh_status jd_trees_read(dh_arena *arena, const jd_model_part *part, uint32_t features, uint64_t schema, jd_trees *out,
                        dh_error *err) {
    jd_model_reader r = {(const unsigned char *)part->bytes.ptr, (const unsigned char *)part->bytes.ptr + part->bytes.len, false};
    jd_trees m = {0};
    if (part->kind != JD_MODEL_TREES) return bad(err, part->name, "is not of trees");
    if (part->schema != schema) return bad(err, part->name, "was trained on other features than this program has");
    m.features = jd_model_u32(&r);
    m.outputs = jd_model_u32(&r);
    m.count = jd_model_u32(&r);
    m.unit = jd_model_f32(&r);
    if (r.failed || m.features != features || !m.outputs || m.outputs > JD_TREES_OUTPUTS || m.count > TREES_MAX)
        return bad(err, part->name, "numbers of features, outputs or trees that cannot be");
    for (uint32_t k = 0; k < m.outputs; k++) m.bias[k] = jd_model_f32(&r);
    dh_status st = read_borders(arena, &r, &m, part->name, err);
    if (st) return st;
    assert(m.first && m.borders);
    st = read_trees(arena, &r, &m, part->name, err);
    if (st) return st;
    *out = m;
    return DH_OK;
}

/* ---- bins ---- */

void jd_trees_bin(const jd_trees *m, const float *row, size_t lane, uint8_t *bins) {
    jd_trees_bin_part(m, 0, m->features, row, lane, bins);
}

/* Features have fourteen borders on average: counting all that are below is faster than searching. */
static void bin_scalar(const jd_trees *m, uint32_t from, uint32_t to, const float *row, uint8_t *bins) {
    for (uint32_t f = from; f < to; f++) {
        const float *p = m->borders + m->first[f], *end = m->borders + m->first[f + 1];
        unsigned below = 0;
        for (float x = row[f - from]; p < end; p++) below += x > *p;
        bins[f * JD_TREES_LANES] = (uint8_t)below;
    }
}

#if USE_AVX2
__attribute__((target("avx2,popcnt"))) static void bin_avx2(const jd_trees *m, uint32_t from, uint32_t to, const float *row,
                                                            uint8_t *bins) {
    for (uint32_t f = from; f < to; f++) {
        const float *p = m->borders + m->first[f], *end = m->borders + m->first[f + 1];
        __m256 x = _mm256_set1_ps(row[f - from]);
        int below = 0;
        for (; p < end; p += STEP) below += __builtin_popcount((unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, _mm256_loadu_ps(p), _CMP_GT_OQ)));
        bins[f * JD_TREES_LANES] = (uint8_t)below;
    }
}
#endif

bool jd_trees_fast(void) {
#if USE_AVX2
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

void jd_trees_bin_part(const jd_trees *m, uint32_t from, uint32_t to, const float *row, size_t lane, uint8_t *bins) {
#if USE_AVX2
    if (__builtin_cpu_supports("avx2")) {
        bin_avx2(m, from, to, row, bins + lane);
        return;
    }
#endif
    bin_scalar(m, from, to, row, bins + lane);
}

/* ---- sums ---- */

void jd_trees_sum_scalar(const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]) {
    memset(sums, 0, JD_TREES_LANES * sizeof *sums);
    for (uint32_t i = 0; i < m->count; i++) {
        const jd_tree *t = &m->trees[i];
        uint8_t leaf[JD_TREES_LANES] = {0};
        for (uint32_t j = 0; j < t->depth; j++) {
            const uint8_t *column = bins + (size_t)t->feature[j] * JD_TREES_LANES;
            for (size_t k = 0; k < JD_TREES_LANES; k++) leaf[k] |= (uint8_t)((column[k] >= t->from[j]) << j);
        }
        for (size_t k = 0; k < JD_TREES_LANES; k++) sums[k] += m->leaves[t->leaves + leaf[k]];
    }
}

void jd_trees_row(const jd_trees *m, const float *row, float *scores) {
    int32_t sums[JD_TREES_OUTPUTS] = {0};
    for (uint32_t i = 0; i < m->count; i++) {
        const jd_tree *t = &m->trees[i];
        uint32_t leaf = 0;
        for (uint32_t j = 0; j < t->depth; j++) {
            float border = m->borders[m->first[t->feature[j]] + t->from[j] - 1u];
            leaf |= (uint32_t)(row[t->feature[j]] > border) << j;
        }
        const int16_t *leaves = m->leaves + t->leaves + (size_t)leaf * m->outputs;
        for (uint32_t k = 0; k < m->outputs; k++) sums[k] += leaves[k];
    }
    for (uint32_t k = 0; k < m->outputs; k++) scores[k] = jd_trees_score(m, k, sums[k]);
}

#if USE_AVX2
/* One of four shuffled tables, by bits 4 and 5 of the leaf's number. */
__attribute__((target("avx2"))) static inline __m256i look_up(const uint8_t *table, __m256i leaf, __m256i bit4, __m256i bit5) {
    __m256i t[4];
    for (int q = 0; q < 4; q++)
        t[q] = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * q))), leaf);
    return _mm256_blendv_epi8(_mm256_blendv_epi8(t[0], t[1], bit4), _mm256_blendv_epi8(t[2], t[3], bit4), bit5);
}

/* Adds 16-bit sums, in the order that unpacking leaves them in, to the 32-bit ones. */
__attribute__((target("avx2"))) static void widen(__m256i a, __m256i b, int32_t *to) {
    int16_t first[16], second[16];
    _mm256_storeu_si256((__m256i *)first, a);
    _mm256_storeu_si256((__m256i *)second, b);
    for (int k = 0; k < 8; k++) {
        to[k] += first[k];
        to[8 + k] += second[k];
        to[16 + k] += first[8 + k];
        to[24 + k] += second[8 + k];
    }
}

__attribute__((target("avx2"))) static void sum_avx2(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
    const __m256i nibble = _mm256_set1_epi8(15);
    memset(sums, 0, JD_TREES_LANES * sizeof *sums);
    for (uint32_t i = 0; i < m->count;) {
        __m256i a = _mm256_setzero_si256(), b = a;
        for (uint32_t n = 0; n < SHORT_SUMS && i < m->count; n++, i++) {
            const jd_tree *t = &m->trees[i];
            __m256i leaf = _mm256_setzero_si256();
            for (uint32_t j = 0; j < t->depth; j++) {
                __m256i column = _mm256_loadu_si256((const __m256i *)(bins + (size_t)t->feature[j] * JD_TREES_LANES));
                __m256i reached = _mm256_cmpeq_epi8(_mm256_max_epu8(column, _mm256_set1_epi8((char)t->from[j])), column);
                leaf = _mm256_or_si256(leaf, _mm256_and_si256(reached, _mm256_set1_epi8((char)(1 << j))));
            }
            /* Shifts within 16 bits: only the top bit of each byte counts. */
            __m256i bit4 = _mm256_slli_epi16(leaf, 3), bit5 = _mm256_slli_epi16(leaf, 2);
            leaf = _mm256_and_si256(leaf, nibble);
            __m256i low = look_up(m->low + t->leaves, leaf, bit4, bit5), high = look_up(m->high + t->leaves, leaf, bit4, bit5);
            a = _mm256_add_epi16(a, _mm256_unpacklo_epi8(low, high));
            b = _mm256_add_epi16(b, _mm256_unpackhi_epi8(low, high));
        }
        widen(a, b, sums);
    }
}
#endif

void jd_trees_sum(const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]) {
#if USE_AVX2
    if (__builtin_cpu_supports("avx2")) {
        sum_avx2(m, bins, sums);
        return;
    }
#endif
    jd_trees_sum_scalar(m, bins, sums);
}
