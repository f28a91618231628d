/* Reads trees and evaluates them. The ways of summing do the same in the same order of trees; as sums are integers that
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
#define STEP JD_TREES_STEP
#define CACHE_LINE 64

/* ---- reading ---- */

static dh_status bad(dh_error *err, const char *part, const char *what) {
    return err_set(err, DH_ERR_FORMAT, 0, "model file: part %s: %s", part, what);
}

/* Room that begins with a line of the cache: what is loaded at once then does not straddle two. NULL if there is none. */
static void *alloc_lines(dh_arena *arena, size_t bytes) {
    char *room = arena_calloc(arena, bytes + CACHE_LINE, 1);
    return room ? room + (CACHE_LINE - (uintptr_t)room % CACHE_LINE) : NULL;
}

/* Notes how each step of the borders [from, to) of a feature ends, so that a bin is found by two looks. */
static void note_ends(const float *borders, uint32_t from, uint32_t to, float ends[STEP]) {
    for (from += STEP; from < to; from += STEP) *ends++ = borders[from - 1];
}
_Static_assert(STEP * STEP > BORDERS_MAX, "all steps but the last have room for their ends");

static dh_status read_borders(dh_arena *arena, jd_model_reader *r, jd_trees *m, const char *part, dh_error *err) {
    uint32_t total = jd_model_u32(r), n = 0, at = 0;
    if (r->failed || total > m->features * BORDERS_MAX) return bad(err, part, "too many borders");
    size_t room = total + (size_t)m->features * STEP;
    m->first = arena_calloc(arena, m->features + 1, sizeof *m->first);
    m->borders_of = arena_calloc(arena, m->features + 1, 1);
    m->borders = alloc_lines(arena, (room + STEP) * sizeof *m->borders);
    m->ends = alloc_lines(arena, (size_t)m->features * STEP * sizeof *m->ends);
    if (!m->first || !m->borders_of || !m->borders || !m->ends) return arena_error(arena, err);
    for (size_t i = 0; i < room + STEP; i++) m->borders[i] = INFINITY;
    for (size_t i = 0; i < (size_t)m->features * STEP; i++) m->ends[i] = INFINITY;
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
        at += count ? (count + STEP - 1) / STEP * STEP : STEP;
        note_ends(m->borders, m->first[f], at, m->ends + (size_t)f * STEP);
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
        t->from4[j] = t->from[j] * 0x01010101u;
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
    m->leaves = alloc_lines(arena, (leaves + LEAVES) * sizeof *m->leaves); /* the last tree's look-up may read on */
    m->low = arena_calloc(arena, bytes, 1);
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

static void bin_plain(const jd_trees *m, uint32_t from, uint32_t to, const float *row, uint8_t *bins) {
    for (uint32_t f = from; f < to; f++) {
        const float *p = m->borders + m->first[f], *end = m->borders + m->first[f + 1];
        unsigned below = 0;
        for (float x = row[f - from]; p < end; p++) below += x > *p;
        bins[f * JD_TREES_LANES] = (uint8_t)below;
    }
}

#if USE_AVX2
#define USES_AVX2 __attribute__((target("avx2,popcnt")))
#define USES_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,popcnt")))

/* How many of a step of borders x is above. */
USES_AVX2 static inline uint32_t above_avx2(float x, const float *borders) {
    __m256 all = _mm256_set1_ps(x);
    int low = _mm256_movemask_ps(_mm256_cmp_ps(all, _mm256_loadu_ps(borders), _CMP_GT_OQ));
    int high = _mm256_movemask_ps(_mm256_cmp_ps(all, _mm256_loadu_ps(borders + STEP / 2), _CMP_GT_OQ));
    return (uint32_t)__builtin_popcount((unsigned)(low | high << STEP / 2));
}

USES_AVX512 static inline uint32_t above_avx512(float x, const float *borders) {
    return (uint32_t)__builtin_popcount(_mm512_cmp_ps_mask(_mm512_set1_ps(x), _mm512_loadu_ps(borders), _CMP_GT_OQ));
}

/* First how many whole steps of borders a value is above, then the step in which it lies. */
USES_AVX2 static void bin_avx2(const jd_trees *m, uint32_t from, uint32_t to, const float *row, uint8_t *bins) {
    for (uint32_t f = from; f < to; f++) {
        uint32_t below = STEP * above_avx2(row[f - from], m->ends + (size_t)f * STEP);
        bins[f * JD_TREES_LANES] = (uint8_t)(below + above_avx2(row[f - from], m->borders + m->first[f] + below));
    }
}

USES_AVX512 static void bin_avx512(const jd_trees *m, uint32_t from, uint32_t to, const float *row, uint8_t *bins) {
    for (uint32_t f = from; f < to; f++) {
        uint32_t below = STEP * above_avx512(row[f - from], m->ends + (size_t)f * STEP);
        bins[f * JD_TREES_LANES] = (uint8_t)(below + above_avx512(row[f - from], m->borders + m->first[f] + below));
    }
}
#endif

jd_trees_way jd_trees_best(void) {
#if USE_AVX2
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return JD_TREES_AVX512;
    if (__builtin_cpu_supports("avx2")) return JD_TREES_AVX2;
#endif
    return JD_TREES_PLAIN;
}

void jd_trees_bin_as(jd_trees_way way, const jd_trees *m, uint32_t from, uint32_t to, const float *row, size_t lane, uint8_t *bins) {
#if USE_AVX2
    if (way == JD_TREES_AVX512) {
        bin_avx512(m, from, to, row, bins + lane);
        return;
    }
    if (way == JD_TREES_AVX2) {
        bin_avx2(m, from, to, row, bins + lane);
        return;
    }
#endif
    bin_plain(m, from, to, row, bins + lane);
}

void jd_trees_bin_part(const jd_trees *m, uint32_t from, uint32_t to, const float *row, size_t lane, uint8_t *bins) {
    jd_trees_bin_as(jd_trees_best(), m, from, to, row, lane, bins);
}

/* ---- sums ---- */

static void sum_plain(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
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
USES_AVX2 static inline __m256i look_up(const uint8_t *table, __m256i leaf, __m256i bit4, __m256i bit5) {
    __m256i t[4];
    for (int q = 0; q < 4; q++)
        t[q] = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * q))), leaf);
    return _mm256_blendv_epi8(_mm256_blendv_epi8(t[0], t[1], bit4), _mm256_blendv_epi8(t[2], t[3], bit4), bit5);
}

/* Adds 16-bit sums, in the order that unpacking leaves them in, to the 32-bit ones. */
USES_AVX2 static void widen(__m256i a, __m256i b, int32_t *to) {
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

/* Half of the lanes. */
USES_AVX2 static void sum_avx2(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
    const __m256i nibble = _mm256_set1_epi8(15);
    memset(sums, 0, JD_TREES_LANES / 2 * sizeof *sums);
    for (uint32_t i = 0; i < m->count;) {
        __m256i a = _mm256_setzero_si256(), b = a;
        for (uint32_t n = 0; n < SHORT_SUMS && i < m->count; n++, i++) {
            const jd_tree *t = &m->trees[i];
            __m256i leaf = _mm256_setzero_si256();
            for (uint32_t j = 0; j < t->depth; j++) {
                __m256i column = _mm256_loadu_si256((const __m256i *)(bins + (size_t)t->feature[j] * JD_TREES_LANES));
                __m256i reached = _mm256_cmpeq_epi8(_mm256_max_epu8(column, _mm256_set1_epi32((int)t->from4[j])), column);
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

/* Sets a bit of the leaf's number in the lanes whose bin is high enough. */
USES_AVX512 static inline __m512i add_level(__m512i leaf, const jd_tree *t, uint32_t level, const uint8_t *bins) {
    __m512i column = _mm512_loadu_si512(bins + (size_t)t->feature[level] * JD_TREES_LANES);
    __mmask64 reached = _mm512_cmpge_epu8_mask(column, _mm512_set1_epi32((int)t->from4[level]));
    return _mm512_mask_add_epi8(leaf, reached, leaf, _mm512_set1_epi8((char)(1 << level)));
}

/* The number of the leaf of each lane. Nearly all trees have all levels: a loop of a fixed length is none. */
USES_AVX512 static inline __m512i leaves_of(const jd_tree *t, const uint8_t *bins) {
    __m512i leaf = _mm512_setzero_si512();
    if (t->depth == JD_TREES_DEPTH)
        for (uint32_t j = 0; j < JD_TREES_DEPTH; j++) leaf = add_level(leaf, t, j, bins);
    else
        for (uint32_t j = 0; j < t->depth; j++) leaf = add_level(leaf, t, j, bins);
    return leaf;
}

USES_AVX512 static void add_sums(__m512i shorts, int32_t *sums) {
    __m512i low = _mm512_cvtepi16_epi32(_mm512_castsi512_si256(shorts)), high = _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(shorts, 1));
    _mm512_storeu_si512(sums, _mm512_add_epi32(_mm512_loadu_si512(sums), low));
    _mm512_storeu_si512(sums + 16, _mm512_add_epi32(_mm512_loadu_si512(sums + 16), high));
}

/* The 64 leaves of a tree are one look-up of words. */
USES_AVX512 static void sum_avx512(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
    memset(sums, 0, JD_TREES_LANES * sizeof *sums);
    for (uint32_t i = 0; i < m->count;) {
        __m512i a = _mm512_setzero_si512(), b = a;
        for (uint32_t n = 0; n < SHORT_SUMS && i < m->count; n++, i++) {
            const jd_tree *t = &m->trees[i];
            __m512i leaf = leaves_of(t, bins), low = _mm512_loadu_si512(m->leaves + t->leaves);
            __m512i high = _mm512_loadu_si512(m->leaves + t->leaves + LEAVES / 2);
            a = _mm512_add_epi16(a, _mm512_permutex2var_epi16(low, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(leaf)), high));
            b = _mm512_add_epi16(b, _mm512_permutex2var_epi16(low, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(leaf, 1)), high));
        }
        add_sums(a, sums);
        add_sums(b, sums + JD_TREES_LANES / 2);
    }
}
#endif

void jd_trees_sum_as(jd_trees_way way, const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]) {
#if USE_AVX2
    if (way == JD_TREES_AVX512) {
        sum_avx512(m, bins, sums);
        return;
    }
    if (way == JD_TREES_AVX2) {
        sum_avx2(m, bins, sums);
        sum_avx2(m, bins + JD_TREES_LANES / 2, sums + JD_TREES_LANES / 2);
        return;
    }
#endif
    sum_plain(m, bins, sums);
}

void jd_trees_sum(const jd_trees *m, const uint8_t *bins, int32_t sums[JD_TREES_LANES]) {
    jd_trees_sum_as(jd_trees_best(), m, bins, sums);
}
