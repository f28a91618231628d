/* next.h: --next-pages: where the next part of a page is, as it says itself. */
#ifndef CLI_NEXT_H
#define CLI_NEXT_H

#include "batch/join.h"

/* Set inner; the rest is its own. */
typedef struct {
    join_renderer inner; /* what prints the result */
    dh_buf url;  /* of the next part of the page that was rendered last, ended by a NUL; empty if it names none */
    dh_buf seen; /* parts of this page so far, a line each */
} next_pages;

void next_init(next_pages *n);
void next_clear(next_pages *n);

/* A page is begun. Errors: DH_ERR_NOMEM. */
dh_status next_begin(next_pages *n, dh_view url);
/* A join_render_fn; user is a next_pages: prints, and notes where rel=next leads, if that is on the host of the page and has not been seen. */
dh_status next_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);

#endif
