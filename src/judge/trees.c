/* Reads trees and evaluates them. The two ways of summing do the same in the same order of trees; as sums are integers that
 * cannot overflow, they give the same bits. */
#include "judge/trees.h"

#include <assert.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define LEAVES (1 << JD_TREES_DEPTH)
/* So many leaves of this size fit into 16 bits. */
#define LEAF_MAX 2047
#define SHORT_SUMS 16
#define TREES_MAX 20000
#define BORDERS_MAX 255

/* ---- reading ---- */

static dh_status bad(dh_error *err, const char *part, const char *what) {
    return err_set(err, DH_ERR_FORMAT, 0, "model file: part %s: %s", part, what);
}

static dh_status read_borders(dh_arena *arena, jd_model_reader *r, jd_trees *m, const char *part, dh_error *err) {
    uint32_t total = jd_model_u32(r), n = 0;
    if (r->failed || total > m->features * BORDERS_MAX) return bad(err, part, "too many borders");
    m->first = arena_calloc(arena, m->features + 1, sizeof *m->first);
    m->borders = arena_calloc(arena, total + 1, sizeof *m->borders);
    if (!m->first || !m->borders) return arena_error(arena, err);
    for (uint32_t f = 0; f < m->features; f++) {
        uint32_t count = jd_model_u8(r);
        m->first[f] = n;
        if (count > total - n) return bad(err, part, "more borders than it says");
        for (uint32_t k = 0; k < count; k++, n++) {
            m->borders[n] = jd_model_f32(r);
            if (k && !(m->borders[n] > m->borders[n - 1])) return bad(err, part, "borders that do not rise");
        }
    }
    m->first[m->features] = n;
    return r->failed || n != total ? bad(err, part, "cut off in its borders") : DH_OK;
}

/* One tree and its leaves. False: something in it cannot be. */
static bool read_tree(jd_model_reader *r, jd_trees *m, uint32_t i) {
    jd_tree *t = &m->trees[i];
    t->depth = (uint8_t)jd_model_u8(r);
    t->output = (uint8_t)jd_model_u8(r);
    t->leaves = i * LEAVES;
    if (r->failed || t->depth > JD_TREES_DEPTH || t->output >= m->outputs) return false;
    for (uint32_t j = 0; j < t->depth; j++) {
        uint32_t feature = jd_model_u16(r), border = jd_model_u8(r);
        if (r->failed || feature >= m->features || border >= m->first[feature + 1] - m->first[feature]) return false;
        t->feature[j] = (uint16_t)feature;
        t->from[j] = (uint8_t)(border + 1);
    }
    for (uint32_t k = 0; k < 1u << t->depth; k++) {
        int16_t leaf = (int16_t)jd_model_u16(r);
        if (r->failed || leaf > LEAF_MAX || leaf < -LEAF_MAX) return false;
        m->leaves[t->leaves + k] = leaf;
        m->low[t->leaves + k] = (uint8_t)((uint16_t)leaf & 255);
        m->high[t->leaves + k] = (uint8_t)((uint16_t)leaf >> 8);
    }
    return true;
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
    m.trees = arena_calloc(arena, m.count + 1, sizeof *m.trees);
    m.leaves = arena_calloc(arena, m.count + 1, LEAVES * sizeof *m.leaves);
    m.low = arena_calloc(arena, m.count + 1, LEAVES);
    m.high = arena_calloc(arena, m.count + 1, LEAVES);
    if (!m.trees || !m.leaves || !m.low || !m.high) return arena_error(arena, err);
    for (uint32_t i = 0; i < m.count; i++)
        if (!read_tree(&r, &m, i)) return bad(err, part->name, "a tree that cannot be");
    if (r.at != r.end) return bad(err, part->name, "bytes behind its end");
    *out = m;
    return DH_OK;
}

/* ---- bins ---- */

void jd_trees_bin(const jd_trees *m, const float *row, size_t lane, uint8_t *bins) { jd_trees_bin_from(m, 0, row, lane, bins); }

void jd_trees_bin_from(const jd_trees *m, uint32_t from, const float *row, size_t lane, uint8_t *bins) {
    for (uint32_t f = from; f < m->features; f++) {
        const float *p = m->borders + m->first[f];
        uint32_t n = m->first[f + 1] - m->first[f], at = 0;
        float x = row[f - from];
        while (n > 0) { /* how many are below x: halves without branches on x */
            uint32_t half = (n + 1) / 2;
            at += x > p[at + half - 1] ? half : 0;
            n -= half;
        }
        bins[f * JD_TREES_LANES + lane] = (uint8_t)at;
    }
}

/* ---- sums ---- */

void jd_trees_sum_scalar(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
    memset(sums, 0, m->outputs * JD_TREES_LANES * sizeof *sums);
    for (uint32_t i = 0; i < m->count; i++) {
        const jd_tree *t = &m->trees[i];
        uint8_t leaf[JD_TREES_LANES] = {0};
        for (uint32_t j = 0; j < t->depth; j++) {
            const uint8_t *column = bins + (size_t)t->feature[j] * JD_TREES_LANES;
            for (size_t k = 0; k < JD_TREES_LANES; k++) leaf[k] |= (uint8_t)((column[k] >= t->from[j]) << j);
        }
        int32_t *to = sums + (size_t)t->output * JD_TREES_LANES;
        for (size_t k = 0; k < JD_TREES_LANES; k++) to[k] += m->leaves[t->leaves + leaf[k]];
    }
}

#if defined(__x86_64__)
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
    memset(sums, 0, m->outputs * JD_TREES_LANES * sizeof *sums);
    for (uint32_t i = 0; i < m->count;) {
        uint8_t output = m->trees[i].output;
        __m256i a = _mm256_setzero_si256(), b = a;
        for (uint32_t n = 0; n < SHORT_SUMS && i < m->count && m->trees[i].output == output; n++, i++) {
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
        widen(a, b, sums + (size_t)output * JD_TREES_LANES);
    }
}
#endif

void jd_trees_sum(const jd_trees *m, const uint8_t *bins, int32_t *sums) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        sum_avx2(m, bins, sums);
        return;
    }
#endif
    jd_trees_sum_scalar(m, bins, sums);
}
