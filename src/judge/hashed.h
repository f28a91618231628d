/* hashed.h: a linear score over the words of a line and their pairs, each a weight in a table that their hashes point into. It knows
 * what furniture says where no phrase of data/phrases.tsv does. */
#ifndef JUDGE_HASHED_H
#define JUDGE_HASHED_H

#include "judge/model.h"
#include "judge/phrase.h"

#define JD_HASHED_BITS_MAX 20

/* A model in memory. Immutable. */
typedef struct {
    uint32_t bits;     /* 1 << bits weights */
    float unit, bias;  /* score = bias + unit * sum of weights / sqrt(tokens) */
    int8_t *weights;
} jd_hashed;

/* Most tokens of a line: its words, their pairs, and those at its ends. */
#define JD_HASHED_TOKENS (2 * 2 * JD_PHRASE_WORDS + 4)

/* Version of what jd_hashed_tokens() makes: the schema of a part. */
#define JD_HASHED_SCHEMA "words, pairs, ends: 1"

/* Reads a part. All that it takes is in the arena. Errors: DH_ERR_FORMAT, DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_hashed_read(dh_arena *arena, const jd_model_part *part, jd_hashed *out, dh_error *err);

/* Writes a line's tokens, 32-bit hashes whose top bits point into a table; returns how many: 0 for a line without words. */
size_t jd_hashed_tokens(const uint32_t *words, size_t count, uint32_t tokens[JD_HASHED_TOKENS]);

/* Log-odds that a line of these words is the author's; the bias if it has none. The same on every machine. */
float jd_hashed_score(const jd_hashed *m, const uint32_t *words, size_t count);

#endif
