/* explain.h: the report of --explain: each block with its verdict and the reason, one line a block. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "base/base.h"

typedef struct {
    const char *source; /* for the summary; NULL: it names none */
    bool whole;         /* =all: whole texts, and blank lines */
    bool json;          /* =json: explain_json() */
    bool each_page;     /* a summary behind every page, not only behind records */
    /* counted until the next summary */
    size_t blocks, kept, words, pages;
    bool is_html;
    dh_type type; /* of the last HTML page, and how sure its answer is */
    double type_probability, confidence;
    dh_outcome outcome; /* of the last page, and what it was told by */
    const char *outcome_reason;
    char charset[32];
} explain;

/* A join_render_fn; user is an explain. */
dh_status explain_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);

/* Appends the report of a page as lines of JSON. Errors as dh_page_render_as(). */
dh_status explain_json(const dh_page *page, const dh_rendering *how, dh_buf *out, dh_error *err);

/* Appends the summary of the pages since the last one, if there were any. url: of their record, or empty. Errors as
 * dh_buf_append. */
dh_status explain_summary(explain *e, dh_view url, dh_buf *out);

#endif
