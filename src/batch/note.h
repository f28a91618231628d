/* note.h: what is noted of a page besides its words, for who looks at a whole run afterwards: a part of its line in the manifest. */
#ifndef BATCH_NOTE_H
#define BATCH_NOTE_H

#include "base/base.h"

#define NOTE_LANGUAGE_BYTES 16
/* A confidence of 1. */
#define NOTE_SURE 1000

typedef struct {
    uint32_t noted;                  /* 0: there was no page to look at, and all else is 0 */
    uint64_t text_bytes, kept_bytes; /* of all blocks, of those that were kept */
    uint32_t html;                   /* 0: a text, which has no type and no confidence */
    int32_t type;                    /* a dh_type */
    uint32_t confidence;             /* in thousandths */
    int32_t outcome;                 /* a dh_outcome */
    char language[NOTE_LANGUAGE_BYTES]; /* BCP 47, ends in NUL; empty: not known, or not looked for */
} page_note;

/* Adds a page to what is noted of its source. Of several pages the first one gives all but the bytes. language: is looked for, which costs
 * what all facts of a page cost. Errors: those of dh_facts_new(). */
dh_status note_add(page_note *n, const dh_page *page, bool language, dh_error *err);

/* Makes a note from elsewhere safe to use: numbers are in range, the language ends. */
void note_settle(page_note *n);

/* Appends it as fields of a line of JSON, a comma before each; nothing if there was no page. Errors: DH_ERR_NOMEM. */
dh_status note_put(const page_note *n, dh_buf *line);

/* Takes a field of such a line. *known: it is one of these. False if its value is none that they have. */
bool note_take(page_note *n, dh_view name, dh_view value, bool *known);

#endif
