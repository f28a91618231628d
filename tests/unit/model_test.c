/* Model files: what is read from them, that damaged ones are one error, that all ways of evaluating trees give the same sums. */
#include "suites.h"

#include "judge/models.h"
#include "judge/score.h"
#include "support/support.h"

#include <math.h>
#include <stdlib.h>

/* ---- made models ---- */

typedef struct {
    uint32_t features, outputs, trees, depth;
} shape;

static void put(dh_buf *b, uint64_t x, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) ck_assert_int_eq(buf_append_char(b, (char)(x >> 8 * i & 255)), DH_OK);
}

static void put_float(dh_buf *b, float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    put(b, bits, 4);
}

/* A part of random trees; every feature has the borders 1, 2, 3. */
static void make_part(uint64_t *seed, shape s, dh_buf *out) {
    put(out, s.features, 4);
    put(out, s.outputs, 4);
    put(out, s.trees, 4);
    put_float(out, 0.25f);
    for (uint32_t k = 0; k < s.outputs; k++) put_float(out, (float)k);
    put(out, s.features * 3, 4);
    for (uint32_t f = 0; f < s.features; f++) {
        put(out, 3, 1);
        for (int k = 1; k <= 3; k++) put_float(out, (float)k);
    }
    for (uint32_t t = 0; t < s.trees; t++) {
        uint32_t depth = (uint32_t)sup_random_below(seed, s.depth + 1);
        put(out, depth, 1);
        for (uint32_t j = 0; j < depth; j++) {
            put(out, sup_random_below(seed, s.features), 2);
            put(out, sup_random_below(seed, 3), 1);
        }
        for (uint32_t k = 0; k < s.outputs << depth; k++) put(out, (uint64_t)(int64_t)((int)sup_random_below(seed, 4095) - 2047), 2);
    }
}

static void read_made(dh_arena *arena, uint64_t *seed, shape s, dh_buf *bytes, jd_trees *out) {
    dh_error err = {0};
    dh_buf_init(bytes, 0);
    make_part(seed, s, bytes);
    jd_model_part part = {"made", JD_MODEL_TREES, 7, dh_buf_view(bytes)};
    ck_assert_msg(!jd_trees_read(arena, &part, s.features, 7, out, &err), "%s", err.msg);
}

START_TEST(all_ways_give_the_same_sums) {
    static const shape shapes[] = {{5, 1, 0, 6}, {5, 1, 1, 6}, {3, 1, 40, 6}, {200, 1, 500, 6}, {9, 1, 100, 4}, {300, 1, 333, 6}, {1, 1, 17, 0}};
    uint64_t seed = 11;
    for (size_t i = 0; i < DH_COUNT(shapes); i++) {
        dh_arena arena;
        dh_buf bytes;
        jd_trees m;
        int32_t one[JD_TREES_LANES], two[JD_TREES_LANES];
        float rows[JD_TREES_LANES][300], score;
        arena_init(&arena, 0);
        read_made(&arena, &seed, shapes[i], &bytes, &m);
        uint8_t *bins = arena_calloc(&arena, m.features, JD_TREES_LANES);
        for (size_t k = 0; k < JD_TREES_LANES; k++) {
            for (size_t f = 0; f < m.features; f++) rows[k][f] = (float)sup_random_below(&seed, 9) / 2;
            jd_trees_bin(&m, rows[k], k, bins);
        }
        jd_trees_sum(&m, bins, one);
        for (jd_trees_way way = JD_TREES_PLAIN; way <= jd_trees_best(); way++) {
            jd_trees_sum_as(way, &m, bins, two);
            for (size_t k = 0; k < JD_TREES_LANES; k++)
                ck_assert_msg(one[k] == two[k], "shape %zu, way %d, sum %zu: %d and %d", i, (int)way, k, one[k], two[k]);
        }
        for (size_t k = 0; k < JD_TREES_LANES; k++) {
            jd_trees_row(&m, rows[k], &score);
            ck_assert_msg(score == jd_trees_score(&m, 0, one[k]), "shape %zu, row %zu: %g", i, k, (double)score);
        }
        arena_clear(&arena);
        dh_buf_clear(&bytes);
    }
}
END_TEST

/* A model of several outputs is several models with the same splits. */
START_TEST(outputs_do_not_mix) {
    uint64_t seed = 12;
    dh_arena arena;
    dh_buf bytes;
    jd_trees m;
    arena_init(&arena, 0);
    read_made(&arena, &seed, (shape){4, 3, 50, 4}, &bytes, &m);
    for (int round = 0; round < 50; round++) {
        float row[4], scores[3];
        int32_t sums[3] = {0, 0, 0};
        for (size_t f = 0; f < 4; f++) row[f] = (float)sup_random_below(&seed, 9) / 2;
        jd_trees_row(&m, row, scores);
        for (uint32_t i = 0; i < m.count; i++) {
            const jd_tree *t = &m.trees[i];
            size_t leaf = 0;
            for (uint32_t j = 0; j < t->depth; j++) leaf |= (size_t)(row[t->feature[j]] > (float)t->from[j]) << j;
            for (size_t k = 0; k < 3; k++) sums[k] += m.leaves[t->leaves + leaf * 3 + k];
        }
        for (uint32_t k = 0; k < 3; k++) ck_assert(scores[k] == jd_trees_score(&m, k, sums[k]));
    }
    arena_clear(&arena);
    dh_buf_clear(&bytes);
}
END_TEST

/* Bins count the borders that a value is above; a tree of one level asks for one of them. */
/* A feature may have none up to 255, of which eight are looked at at once. */
START_TEST(bins_of_many_borders) {
    static const uint8_t counts[] = {0, 1, 7, 8, 9, 16, 63, 64, 65, 72, 73, 128, 255};
    enum { FEATURES = DH_COUNT(counts) };
    dh_arena arena;
    dh_buf bytes;
    jd_trees m;
    float row[FEATURES];
    uint8_t bins[FEATURES * JD_TREES_LANES];
    arena_init(&arena, 0);
    dh_buf_init(&bytes, 0);
    uint32_t total = 0;
    for (size_t f = 0; f < FEATURES; f++) total += counts[f];
    for (uint32_t head = 0; head < 3; head++) put(&bytes, head == 0 ? FEATURES : head == 1, 4);
    for (int k = 0; k < 2; k++) put_float(&bytes, 1);
    put(&bytes, total, 4);
    for (size_t f = 0; f < FEATURES; f++) {
        put(&bytes, counts[f], 1);
        for (uint32_t k = 1; k <= counts[f]; k++) put_float(&bytes, (float)k);
    }
    jd_model_part part = {"made", JD_MODEL_TREES, 7, dh_buf_view(&bytes)};
    ck_assert_int_eq(jd_trees_read(&arena, &part, FEATURES, 7, &m, NULL), DH_OK);
    for (uint32_t half = 0; half < 520; half++) {
        for (size_t f = 0; f < FEATURES; f++) row[f] = (float)half / 2;
        uint32_t below = half ? (half - 1) / 2 : 0, lane = half % JD_TREES_LANES;
        for (jd_trees_way way = JD_TREES_PLAIN; way <= jd_trees_best(); way++) {
            jd_trees_bin_as(way, &m, 0, FEATURES, row, lane, bins);
            for (size_t f = 0; f < FEATURES; f++) {
                uint32_t bin = bins[f * JD_TREES_LANES + lane], want = below < counts[f] ? below : counts[f];
                ck_assert_msg(bin == want, "way %d, %u borders, %g: bin %u, not %u", (int)way, counts[f], half / 2.0, bin, want);
            }
        }
    }
    arena_clear(&arena);
    dh_buf_clear(&bytes);
}
END_TEST

START_TEST(bins_count_borders) {
    static const struct {
        float value;
        uint8_t bin;
    } rows[] = {{-1, 0}, {1, 0}, {1.5f, 1}, {2, 1}, {2.5f, 2}, {3, 2}, {3.5f, 3}, {1e30f, 3}};
    uint64_t seed = 3;
    dh_arena arena;
    dh_buf bytes;
    jd_trees m;
    arena_init(&arena, 0);
    read_made(&arena, &seed, (shape){2, 1, 1, 6}, &bytes, &m);
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        uint8_t bins[2 * JD_TREES_LANES] = {0};
        float row[2] = {rows[i].value, 0};
        jd_trees_bin(&m, row, 5, bins);
        ck_assert_msg(bins[5] == rows[i].bin && !bins[JD_TREES_LANES + 5], "row %zu: bin %u", i, bins[5]);
    }
    arena_clear(&arena);
    dh_buf_clear(&bytes);
}
END_TEST

START_TEST(logistic_rises) {
    float last = 0;
    for (float x = -9; x < 9; x += 0.01f) {
        float p = jd_logistic(x);
        ck_assert_msg(p >= last && fabsf(p - 1 / (1 + expf(-x))) < 0.004f, "at %g: %g", (double)x, (double)p);
        last = p;
    }
    ck_assert(jd_logistic(0) == 0.5f && jd_logistic(NAN) < 0.001f);
}
END_TEST

/* ---- files ---- */

static dh_view built_in(void) { return (dh_view){(const char *)jd_model_default, jd_model_default_len}; }

START_TEST(the_built_in_models_fit) {
    jd_models m;
    dh_error err = {0};
    ck_assert_msg(!jd_models_new(&m, &err), "%s", err.msg);
    ck_assert_uint_gt(m.first.count, 0);
    ck_assert_uint_gt(m.second.count, 0);
    ck_assert_uint_gt(m.type.count, 0);
    ck_assert_uint_gt(m.cut.count, 0);
    ck_assert_uint_gt(m.trust.count, 0);
    ck_assert_uint_gt(m.line.count, 0);
    ck_assert_uint_gt(m.around.count, 0);
    ck_assert_uint_gt(m.words.bits, 0);
    jd_models_clear(&m);
}
END_TEST

/* A changed byte anywhere is told by the checksum; a file cut off anywhere too. The models that were there stay. */
START_TEST(damaged_files_are_refused) {
    dh_context *ctx = NULL;
    dh_view whole = _i ? (dh_view){(const char *)jd_model_text, jd_model_text_len} : built_in();
    char *copy = malloc(whole.len);
    uint64_t seed = 5;
    ck_assert_ptr_nonnull(copy);
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (int round = 0; round < 300; round++) {
        dh_error err = {0};
        size_t at = round < 60 ? (size_t)round : sup_random_below(&seed, whole.len);
        memcpy(copy, whole.ptr, whole.len);
        copy[at] = (char)(copy[at] ^ (1 + (int)sup_random_below(&seed, 255)));
        ck_assert_msg(dh_context_load_model(ctx, (dh_view){copy, whole.len}, &err) == DH_ERR_FORMAT, "byte %zu", at);
        ck_assert_msg(err.msg[0], "byte %zu: no message", at);
        ck_assert_msg(dh_context_load_model(ctx, (dh_view){whole.ptr, at}, NULL) == DH_ERR_FORMAT, "cut at %zu", at);
    }
    ck_assert_int_eq(dh_context_load_model(ctx, whole, NULL), DH_OK);
    dh_context_free(ctx);
    free(copy);
}
END_TEST

/* Parts with a right frame and anything inside: an error or a model, and no more read than there is. */
START_TEST(made_up_parts_do_no_harm) {
    uint64_t seed = 9;
    size_t read = 0;
    for (int round = 0; round < 3000; round++) {
        dh_arena arena;
        dh_buf bytes;
        jd_trees m;
        shape s = {1 + (uint32_t)sup_random_below(&seed, 6), 1 + (uint32_t)sup_random_below(&seed, 3),
                   (uint32_t)sup_random_below(&seed, 9), 6};
        arena_init(&arena, (size_t)1 << 20);
        dh_buf_init(&bytes, 0);
        make_part(&seed, s, &bytes);
        for (size_t n = sup_random_below(&seed, 4); n > 0; n--)
            bytes.ptr[sup_random_below(&seed, bytes.len)] = (char)sup_random_below(&seed, 256);
        char *exact = malloc(bytes.len);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, bytes.ptr, bytes.len);
        jd_model_part part = {"made", JD_MODEL_TREES, 7, {exact, bytes.len - sup_random_below(&seed, 2)}};
        if (!jd_trees_read(&arena, &part, s.features, 7, &m, NULL)) {
            uint8_t bins[6 * JD_TREES_LANES] = {0};
            int32_t sums[JD_TREES_LANES];
            float row[6] = {2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f}, scores[JD_TREES_OUTPUTS];
            if (m.outputs == 1) jd_trees_sum(&m, bins, sums);
            jd_trees_row(&m, row, scores);
            read++;
        }
        free(exact);
        arena_clear(&arena);
        dh_buf_clear(&bytes);
    }
    ck_assert_uint_gt(read, 300);
}
END_TEST

START_TEST(other_features_are_refused) {
    dh_arena arena;
    dh_buf bytes;
    jd_trees m;
    dh_error err = {0};
    uint64_t seed = 1;
    arena_init(&arena, 0);
    dh_buf_init(&bytes, 0);
    make_part(&seed, (shape){2, 1, 3, 6}, &bytes);
    jd_model_part part = {"made", JD_MODEL_TREES, 7, dh_buf_view(&bytes)};
    ck_assert_int_eq(jd_trees_read(&arena, &part, 2, 8, &m, &err), DH_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.msg, "other features"));
    ck_assert_int_eq(jd_trees_read(&arena, &part, 3, 7, &m, &err), DH_ERR_FORMAT);
    part.kind = JD_MODEL_HASHED;
    ck_assert_int_eq(jd_trees_read(&arena, &part, 2, 7, &m, &err), DH_ERR_FORMAT);
    arena_clear(&arena);
    dh_buf_clear(&bytes);
}
END_TEST

/* ---- word weights ---- */

static void make_words(uint32_t bits, float unit, float bias, dh_buf *out) {
    dh_buf_init(out, 0);
    put(out, bits, 4);
    put_float(out, unit);
    put_float(out, bias);
    for (size_t i = 0; i < (size_t)1 << bits; i++) put(out, i & 1 ? 3 : 0xfe, 1); /* 3, -2 */
}

static jd_model_part words_part(const dh_buf *bytes) {
    return (jd_model_part){"words", JD_MODEL_HASHED, jd_schema_add(0, JD_HASHED_SCHEMA), dh_buf_view(bytes)};
}

START_TEST(word_scores_are_sums) {
    static const struct {
        const char *line;
        size_t tokens; /* words, pairs, the first and last word, a short line as a whole */
    } rows[] = {{"", 0}, {" .,- ", 0}, {"one", 4}, {"Read more", 6}, {"a b c d e", 12}, {"a b c d e f", 13}};
    dh_arena arena;
    dh_buf bytes;
    jd_hashed m;
    arena_init(&arena, 0);
    make_words(9, 0.5f, 1.25f, &bytes);
    jd_model_part part = words_part(&bytes);
    ck_assert_int_eq(jd_hashed_read(&arena, &part, &m, NULL), DH_OK);
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        jd_hits hits;
        jd_phrase_words words;
        uint32_t tokens[JD_HASHED_TOKENS];
        int sum = 0;
        jd_phrase_match_words((dh_view){rows[i].line, strlen(rows[i].line)}, &hits, &words);
        size_t n = jd_hashed_tokens(words.word, words.count, tokens);
        ck_assert_msg(n == rows[i].tokens, "row %zu: %zu tokens", i, n);
        for (size_t k = 0; k < n; k++) sum += tokens[k] >> 23 & 1 ? 3 : -2;
        float want = n ? 1.25f + 0.5f * (float)sum / sqrtf((float)n) : 1.25f;
        ck_assert_msg(jd_hashed_score(&m, words.word, words.count) == want, "row %zu: not %g", i, (double)want);
    }
    arena_clear(&arena);
    dh_buf_clear(&bytes);
}
END_TEST

START_TEST(longest_line_has_room) {
    uint32_t words[2 * JD_PHRASE_WORDS + 9] = {0}, tokens[JD_HASHED_TOKENS];
    for (size_t n = 0; n <= DH_COUNT(words); n++) ck_assert_uint_le(jd_hashed_tokens(words, n, tokens), JD_HASHED_TOKENS);
}
END_TEST

START_TEST(broken_word_weights_are_refused) {
    static const struct {
        uint32_t bits;   /* as the part says */
        size_t cut, more; /* bytes that it lacks, or has behind its end */
        uint64_t schema;
        uint32_t kind;
        const char *message;
    } rows[] = {
        {9, 0, 0, 0, JD_MODEL_TREES, "is not of word weights"},
        {9, 0, 0, 1, JD_MODEL_HASHED, "other words"},
        {7, 0, 0, 0, JD_MODEL_HASHED, "number of weights"},
        {21, 0, 0, 0, JD_MODEL_HASHED, "number of weights"},
        {0xffffffff, 0, 0, 0, JD_MODEL_HASHED, "number of weights"},
        {9, 1, 0, 0, JD_MODEL_HASHED, "cut off"},
        {9, 515, 0, 0, JD_MODEL_HASHED, "number of weights"},
        {10, 0, 0, 0, JD_MODEL_HASHED, "cut off"},
        {9, 0, 1, 0, JD_MODEL_HASHED, "behind its end"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_arena arena;
        dh_buf bytes;
        jd_hashed m;
        dh_error err = {0};
        arena_init(&arena, 0);
        make_words(9, 1, 0, &bytes);
        memcpy(bytes.ptr, &rows[i].bits, 4);
        for (size_t k = 0; k < rows[i].more; k++) put(&bytes, 0, 1);
        bytes.len -= rows[i].cut;
        jd_model_part part = words_part(&bytes);
        part.kind = rows[i].kind;
        part.schema ^= rows[i].schema;
        ck_assert_int_eq(jd_hashed_read(&arena, &part, &m, &err), DH_ERR_FORMAT);
        ck_assert_msg(strstr(err.msg, rows[i].message), "row %zu: %s", i, err.msg);
        arena_clear(&arena);
        dh_buf_clear(&bytes);
    }
}
END_TEST

/* A file has the models of pages, those of texts, or both; the others stay. */
START_TEST(a_file_may_have_the_models_of_texts_alone) {
    jd_models m;
    dh_error err = {0};
    ck_assert_int_eq(jd_models_new(&m, NULL), DH_OK);
    const void *first = m.first.trees, *line = m.line.trees;
    dh_view text = {(const char *)jd_model_text, jd_model_text_len};
    ck_assert_msg(!jd_models_load(&m, text, &err), "%s", err.msg);
    ck_assert(m.first.trees == first && m.line.trees != line);
    line = m.line.trees;
    ck_assert_msg(!jd_models_load(&m, built_in(), &err), "%s", err.msg);
    ck_assert(m.first.trees != first && m.line.trees == line);
    jd_models_clear(&m);
}
END_TEST

Suite *model_suite(void) {
    Suite *s = suite_create("models");
    TCase *c = tcase_create("trees");
    tcase_add_test(c, all_ways_give_the_same_sums);
    tcase_add_test(c, outputs_do_not_mix);
    tcase_add_test(c, bins_count_borders);
    tcase_add_test(c, bins_of_many_borders);
    tcase_add_test(c, logistic_rises);
    suite_add_tcase(s, c);
    c = tcase_create("files");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, the_built_in_models_fit);
    tcase_add_loop_test(c, damaged_files_are_refused, 0, 2);
    tcase_add_test(c, made_up_parts_do_no_harm);
    tcase_add_test(c, other_features_are_refused);
    tcase_add_test(c, a_file_may_have_the_models_of_texts_alone);
    suite_add_tcase(s, c);
    c = tcase_create("words");
    tcase_add_test(c, word_scores_are_sums);
    tcase_add_test(c, longest_line_has_room);
    tcase_add_test(c, broken_word_weights_are_refused);
    suite_add_tcase(s, c);
    return s;
}
