/* repeats.h: what a page says twice. Quotes of earlier posts, a second copy of the text for small screens, headings in a table
 * of contents: the words are there once more, and an author wrote them once. */
#ifndef JUDGE_REPEATS_H
#define JUDGE_REPEATS_H

#include "judge/phrase.h"

/* No block. */
#define JD_NO_BLOCK UINT32_MAX

/* How much of one block other blocks have. A run is three words in order among the words that jd_phrase_match_words reads; a
 * block of fewer words is one run. Words are folded: numbers are all alike. */
typedef struct {
    uint16_t runs;    /* of the block */
    uint16_t earlier; /* of these, that an earlier block has, too */
    uint16_t later;   /* that a later block has, too */
    uint32_t source;  /* the earlier block that most of them are in, about; JD_NO_BLOCK if it has none */
} jd_repeat;

typedef struct {
    uint32_t check; /* the run's hash, not 0 */
    uint32_t block; /* the first that has it, and a bit that says that a later one does */
} jd_run_slot;

/* Runs of all blocks so far: a table of a power of two of slots, at most half full. */
typedef struct {
    dh_arena *arena;
    jd_run_slot *slots;
    jd_repeat *of; /* borrowed: one a block */
    uint32_t mask, count;
} jd_repeats;

/* of: one a block of the page, zeroed; is filled block by block. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. */
dh_status jd_repeats_init(dh_arena *arena, jd_repeat *of, jd_repeats *out, dh_error *err);

/* Reads block i, the next in order. Time grows with its words. Errors as above. */
dh_status jd_repeats_add(jd_repeats *r, uint32_t i, const jd_phrase_words *words, dh_error *err);

#endif
