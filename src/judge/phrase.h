/* phrase.h: furniture wording. Tells which phrases of data/phrases.tsv a line is, begins with, ends with or has; what
 * follows from that is for the judge. */
#ifndef JUDGE_PHRASE_H
#define JUDGE_PHRASE_H

#include "judge/fold.h"
#include "judge/vocabulary.h"

/* What a phrase is about. data/phrases.py has the same order. */
typedef enum jd_kind {
    JD_KIND_LOADING, /* waiting, no script */
    JD_KIND_RELATED, /* headings of other articles */
    JD_KIND_DONATION,
    JD_KIND_NEWSLETTER,
    JD_KIND_SHARE,
    JD_KIND_APP,
    JD_KIND_COMMENT,   /* forms, counts */
    JD_KIND_VIEWS,     /* counts, reading time */
    JD_KIND_COOKIE,    /* consent, policies */
    JD_KIND_COPYRIGHT, /* rights, contact */
    JD_KIND_TAGS,      /* topics */
    JD_KIND_READMORE,
    JD_KIND_NEXTPREV, /* navigation */
    JD_KIND_AD,       /* labels of advertisements */
    JD_KIND_PAYWALL,  /* and login */
    JD_KIND_AUTHOR,   /* bylines */
    JD_KIND_SOURCE,   /* credits */
    JD_KIND_MEDIA,    /* player, gallery */
    JD_KIND_COUNT
} jd_kind;

/* Where a phrase may stand, as the column `match` says. */
typedef enum { JD_MATCH_LINE, JD_MATCH_START, JD_MATCH_END, JD_MATCH_PART, JD_MATCH_COUNT } jd_match;

/* How far a hit is to be trusted, by the shape of its phrase: WEAK is one word at the start of a line or two at its
 * end, SURE is three words and more (two characters of Chinese and the like count as one), PLAIN the rest. */
typedef enum { JD_PHRASE_WEAK = 0, JD_PHRASE_PLAIN = 1, JD_PHRASE_SURE = 2 } jd_phrase_weight;

/* Phrases are looked for in lines of up to this many words. */
#define JD_PHRASE_WORDS 40
/* And of up to this many bytes, so that the cost of a block has a bound. */
#define JD_PHRASE_BYTES 4096

/* What was found. Kinds are kind + 1, 0 for none. A whole-line hit is the only one of its line. */
typedef struct {
    uint8_t line, start, end;       /* the line is a phrase; begins with a `start`; ends with an `end` (the longest) */
    uint8_t part;                   /* has a `part` somewhere, also at its start or end (the longest) */
    uint8_t weight[JD_MATCH_COUNT]; /* jd_phrase_weight of these four, by jd_match */
    uint16_t n_part;                /* places where a `part` begins */
    uint16_t words;         /* words of the line; JD_PHRASE_WORDS + 1 if it has more or is too long: then no hits */
    uint16_t covered_words; /* words of the line that are in a hit */
    uint32_t kinds_mask;    /* 1 << jd_kind of all hits */
    uint64_t hash;          /* jd_fold_hash of the line, 0 if it is longer than that */
    /* Of the words that were read, the first JD_PHRASE_WORDS of a longer line: */
    uint8_t read, distinct; /* words (a character of a script without spaces is one), and different ones, about */
    uint8_t vocabulary[JD_V_COUNT]; /* words of each class */
} jd_hits;

/* Finds the phrases in a line or block; text is borrowed. A word is a run of letters and digits; a character of a
 * script without spaces counts half. Bytes that are no UTF-8 are signs. Reads no more than JD_PHRASE_BYTES and at most
 * some words past JD_PHRASE_WORDS; time is linear in what is read. Allocates nothing. */
void jd_phrase_match(dh_view text, jd_hits *out);

/* The folded words that were read: the low halves of their hashes. */
typedef struct {
    uint32_t word[2 * JD_PHRASE_WORDS];
    size_t count;
} jd_phrase_words;
/* The same, and *words (may be NULL) receives the first 2 * JD_PHRASE_WORDS of the text at most. */
void jd_phrase_match_words(dh_view text, jd_hits *out, jd_phrase_words *words);

/* A checksum of all wording, as data/phrases.py compiled it. */
uint64_t jd_phrase_checksum(void);

/* A kind's name as in data/phrases.tsv ("related"), static. */
const char *jd_phrase_kind_name(jd_kind kind);

#endif
