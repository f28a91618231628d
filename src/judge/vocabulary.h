/* vocabulary.h: words that tell what kind of text a block is, in some thirty languages: function words, who speaks to whom,
 * what one is told to click. A word may be in several classes. */
#ifndef JUDGE_VOCABULARY_H
#define JUDGE_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

/* data/vocabulary.py has the same order. */
typedef enum {
    JD_V_STOP,  /* function words: running text is full of them */
    JD_V_YOU,   /* you, we, our, I */
    JD_V_SAY,   /* he, she, they, said */
    JD_V_ACT,   /* click, subscribe, share, read, search */
    JD_V_MONTH,
    JD_V_BUY,   /* price, cart, shipping */
    JD_V_FORUM, /* posted, reply, member */
    JD_V_LEGAL, /* privacy, rights, cookies */
    JD_V_COUNT
} jd_vocabulary;

#define JD_VOCABULARY_SLOTS 8192 /* a power of two */

/* Open addressed by the low half of a folded word's hash; generated. Classes are bits 1 << jd_vocabulary, 0 in a free slot. */
extern const uint32_t jd_vocabulary_keys[JD_VOCABULARY_SLOTS];
extern const uint8_t jd_vocabulary_classes[JD_VOCABULARY_SLOTS];

/* Classes of a word by the low half of the hash that jd_fold_next gives it. */
static inline uint8_t jd_vocabulary_of(uint32_t word) {
    for (size_t i = word & (JD_VOCABULARY_SLOTS - 1);; i = (i + 1) & (JD_VOCABULARY_SLOTS - 1))
        if (!jd_vocabulary_classes[i] || jd_vocabulary_keys[i] == word) return jd_vocabulary_classes[i];
}

#endif
