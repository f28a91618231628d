/* page_report.h: --report: pages as they were judged, in an HTML file for a person to read: no script, nothing from elsewhere. */
#ifndef CLI_PAGE_REPORT_H
#define CLI_PAGE_REPORT_H

#include "batch/join.h"

/* Reasons that can be picked of one page; further ones are "other reasons". */
#define PAGE_REPORT_REASONS 48

/* Set source, the name of the input in hand; the rest is its own. */
typedef struct {
    int fd; /* -1: none */
    const char *name;   /* of the file, for messages */
    const char *source;
    join_renderer inner; /* what prints the result */
    size_t pages;
    dh_buf html; /* of one page */
} page_report;

/* Opens the file, which is emptied, and writes its head. Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status page_report_open(page_report *r, const char *path, dh_error *err);
/* A join_render_fn; user is a page_report. */
dh_status page_report_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err);
/* Ends the file. Errors: DH_ERR_IO. */
dh_status page_report_close(page_report *r, dh_error *err);

#endif
