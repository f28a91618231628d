/* phrase_table.h: the generated tables of furniture wording, for phrase.c alone. phrase_table.c holds them. */
#ifndef JUDGE_PHRASE_TABLE_H
#define JUDGE_PHRASE_TABLE_H

#include <stdint.h>

/* data/phrases.py has the same numbers. */
#define JD_PHRASE_SLOTS      32768u
#define JD_PHRASE_FIRST_BITS 32768u
#define JD_PHRASE_INNER_BITS 16384u

/* What it means that a phrase ends at a node. */
typedef struct {
    uint8_t hit[4]; /* by jd_match: kind + 1 in the low five bits, jd_phrase_weight above; 0 if no row matches so */
    uint8_t signs;  /* a start needs a sign of one of these classes (bits 1 << jd_fold_class); 0: it needs none */
} jd_phrase_end;

/* Nodes 1 to jd_phrase_end_count - 1 end a phrase; 0 is the root. */
extern const uint16_t jd_phrase_end_count;
extern const jd_phrase_end jd_phrase_ends[];
/* Edges, open addressed by edge_key(): a slot without a node is free. */
extern const uint32_t jd_phrase_keys[JD_PHRASE_SLOTS];
extern const uint16_t jd_phrase_nodes[JD_PHRASE_SLOTS];
/* Bits of the hashes of the words that begin a phrase, and of those that begin one of match end or part. */
extern const uint64_t jd_phrase_first[JD_PHRASE_FIRST_BITS / 64];
extern const uint64_t jd_phrase_inner[JD_PHRASE_INNER_BITS / 64];

#endif
