/* write.h: renderers: a judged page to bytes. One interface for all formats. */
#ifndef WRITE_WRITE_H
#define WRITE_WRITE_H

#include "facts/facts.h"
#include "judge/judge.h"
#include "page/embedded.h"
#include "page/page.h"

typedef struct {
    const dh_rendering *how;
    const pg_page *page;        /* NULL: it could not be read */
    const pg_page *markup;      /* the same as its markup has it; page may be made of what is elsewhere */
    dh_view url;                /* the page's address, empty if it is not known */
    const jd_verdict *verdicts; /* one per block */
    dh_view title;              /* headline, empty if none is known or it is not wanted */
    const fc_facts *facts;      /* NULL where wr_check() says that the format needs none */
    const pg_embedded *embedded; /* what the blocks were made of; NULL: the markup, or lines */
    size_t base;                /* bytes of the input before the page */
    dh_type type;               /* DH_TYPE_UNKNOWN for texts */
    double confidence;          /* of HTML */
    const char *status;         /* a word for what the page came to */
    const char *error;          /* why there is no page */
} wr_input;

/* Says whether a format needs the page's facts. Errors: DH_ERR_USAGE for a format or field that there is not. */
dh_status wr_check(const dh_rendering *how, bool *with_facts, dh_error *err);

/* Appends the kept blocks in a format. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (ceiling of *out). */
dh_status wr_render(const wr_input *in, dh_buf *out);

/* Appends what stands for a page that is not there, which is nothing in most formats. Errors as above. */
dh_status wr_failure(const wr_input *in, dh_buf *out);

#endif
