/* write.h: renderers: a judged page to bytes. One interface for all formats. */
#ifndef WRITE_WRITE_H
#define WRITE_WRITE_H

#include "judge/judge.h"
#include "page/page.h"

typedef struct {
    const pg_page *page;
    const jd_verdict *verdicts; /* one per block */
    dh_view title;              /* headline, empty if none is known or it is not wanted */
} wr_input;

/* Appends the kept blocks in a format. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (ceiling of *out). */
dh_status wr_render(const wr_input *in, dh_format format, dh_buf *out);

#endif
