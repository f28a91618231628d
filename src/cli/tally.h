/* tally.h: what a whole run came to, counted from the lines of its manifest: distributions, counts by kind, and the worst pages of each sort of doubt. Its size is
 * fixed but for the names of these pages, however many lines there are. */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "batch/manifest.h"
#include "report.h"

/* Pages of each sort that are named. */
#define TALLY_WORST 25
/* Languages that are told apart; pages in further ones are `other_languages`. */
#define TALLY_LANGUAGES 64
/* The most bins that a distribution by steps has. */
#define TALLY_STEPS 16

/* What became of a page: manifest_status and dh_outcome in one. */
typedef enum { TALLY_OK, TALLY_EMPTY, TALLY_BLOCKED, TALLY_SCRIPT, TALLY_ERROR, TALLY_DUPLICATE, TALLY_STATUSES } tally_status;

/* Sorts of doubt. UNSURE: the lowest confidence first; BARE: nothing kept, of the most text first; INSTEAD: blocked, or in need of a script; FAILED; SLOW: the longest first. */
typedef enum { TALLY_UNSURE, TALLY_INSTEAD, TALLY_BARE, TALLY_FAILED, TALLY_SLOW, TALLY_SORTS } tally_sort;

/* A page that is named. It owns its strings, which end in NUL and may be empty. */
typedef struct {
    uint64_t rank; /* the lowest is the worst */
    uint64_t record, words, bytes_in, ms;
    tally_status status;
    page_note note;
    char *source, *address, *output, *why;
} tally_page;

typedef struct {
    tally_page pages[TALLY_WORST];
    size_t count, all; /* named; there are */
} tally_worst;

typedef struct {
    char code[NOTE_LANGUAGE_BYTES];
    size_t pages;
} tally_language;

typedef struct {
    size_t pages, noted, html; /* of the manifest; of which more than the line's figures is known; of these, HTML */
    uint64_t words, bytes_in, text_bytes, kept_bytes;
    size_t statuses[TALLY_STATUSES];
    size_t types[DH_TYPE_SERVICE + 1];
    tally_language languages[TALLY_LANGUAGES];
    size_t language_count, other_languages, no_language;
    size_t confidence[NOTE_SURE + 1]; /* HTML pages of which something was kept, by thousandths */
    size_t kept[NOTE_SURE + 1];       /* pages with text, by the part of its bytes that was kept */
    size_t ms[TALLY_STEPS], word_steps[TALLY_STEPS]; /* by tally_ms_steps, tally_word_steps */
    report failures;
    tally_worst worst[TALLY_SORTS];
} tally;

/* Where the bins of a distribution by steps begin; there are `count` of them, the last one without end. */
typedef struct {
    uint64_t from[TALLY_STEPS];
    size_t count;
} tally_steps;
extern const tally_steps tally_ms_steps, tally_word_steps;

/* A manifest_visit; user is a tally that was all zero before the first line. Errors: DH_ERR_NOMEM. */
dh_status tally_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err);

/* The value, in thousandths, that half of the pages of a distribution do not pass. */
size_t tally_median(const size_t counts[NOTE_SURE + 1]);

void tally_clear(tally *t);

#endif
