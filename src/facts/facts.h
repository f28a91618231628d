/* facts.h: what is known about a judged page besides its text: who wrote it, when, where it stands. Each fact comes with the place
 * that it was read from. */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include "judge/judge.h"
#include "page/page.h"

/* Authors that are named; a longer list is cut. */
#define FC_AUTHORS 32

typedef struct {
    const pg_page *page;        /* as its markup has it */
    const jd_verdict *verdicts; /* one a block of it */
    const pg_page *shown;       /* what is rendered: the same, or what was found outside of the markup */
    const jd_verdict *shown_verdicts;
    const char *url;            /* the page's address, NULL if it is not known */
    dh_type type;
} fc_input;

/* Facts that a page does not tell are empty, with "" as origin. authors stands beside one[DH_FACT_AUTHOR], which is its first. */
typedef struct {
    dh_fact one[DH_FACT_COUNT];
    dh_fact authors[FC_AUTHORS];
    size_t author_count;
} fc_facts;

/* Reads all facts; what they need is in the arena, or borrowed from the pages. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status fc_read(dh_arena *arena, const fc_input *in, fc_facts *out, dh_error *err);

#endif
