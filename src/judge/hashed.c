/* Reads and evaluates the table of word weights. Sums are integers, so that their order does not count. */
#include "judge/hashed.h"

#include <math.h>

#define BITS_MIN 8

/* What makes a word's hash that of a pair, or of a word at an end of its line. */
#define PAIR_MIX  0x85ebca6bu
#define FIRST_MIX 0x27d4eb2fu
#define LAST_MIX  0x165667b1u
#define WHOLE_MIX 0x9e3779b1u
/* A line of so few words is a token as a whole too. */
#define WHOLE_WORDS 5

static uint32_t mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ x >> 16;
}

size_t jd_hashed_tokens(const uint32_t *words, size_t count, uint32_t tokens[JD_HASHED_TOKENS]) {
    size_t n = 0;
    uint32_t whole = 0;
    if (!count) return 0;
    if (count > 2 * JD_PHRASE_WORDS) count = 2 * JD_PHRASE_WORDS;
    for (size_t i = 0; i < count; i++) {
        tokens[n++] = mix(words[i]);
        if (i) tokens[n++] = mix(words[i - 1] * PAIR_MIX + words[i]);
        whole = (whole + words[i]) * WHOLE_MIX;
    }
    tokens[n++] = mix(words[0] ^ FIRST_MIX);
    tokens[n++] = mix(words[count - 1] ^ LAST_MIX);
    if (count <= WHOLE_WORDS) tokens[n++] = mix(whole);
    return n;
}

float jd_hashed_score(const jd_hashed *m, const uint32_t *words, size_t count) {
    uint32_t tokens[JD_HASHED_TOKENS];
    size_t n = jd_hashed_tokens(words, count, tokens);
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += m->weights[tokens[i] >> (32 - m->bits)];
    return n ? m->bias + m->unit * (float)sum / sqrtf((float)n) : m->bias;
}

static dh_status bad(dh_error *err, const char *part, const char *what) {
    return err_set(err, DH_ERR_FORMAT, 0, "model file: part %s: %s", part, what);
}

dh_status jd_hashed_read(dh_arena *arena, const jd_model_part *part, jd_hashed *out, dh_error *err) {
    jd_model_reader r = {(const unsigned char *)part->bytes.ptr, (const unsigned char *)part->bytes.ptr + part->bytes.len, false};
    jd_hashed m = {0};
    if (part->kind != JD_MODEL_HASHED) return bad(err, part->name, "is not of word weights");
    if (part->schema != jd_schema_add(0, JD_HASHED_SCHEMA)) return bad(err, part->name, "was trained on other words than this program makes");
    m.bits = jd_model_u32(&r);
    m.unit = jd_model_f32(&r);
    m.bias = jd_model_f32(&r);
    if (r.failed || m.bits < BITS_MIN || m.bits > JD_HASHED_BITS_MAX) return bad(err, part->name, "a number of weights that cannot be");
    size_t count = (size_t)1 << m.bits;
    const unsigned char *weights = jd_model_take(&r, count);
    if (!weights) return bad(err, part->name, "cut off in its weights");
    if (r.at != r.end) return bad(err, part->name, "bytes behind its end");
    m.weights = arena_alloc(arena, count);
    if (!m.weights) return arena_error(arena, err);
    memcpy(m.weights, weights, count);
    *out = m;
    return DH_OK;
}
