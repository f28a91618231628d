/* plot.h: distributions as bars in SVG, for the report of a run, each with its figures in a table for who cannot see it. */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

#include "base/base.h"

#define PLOT_BINS 20

typedef struct {
    const char *name;              /* "Confidence" */
    const char *what;              /* what is counted, "pages" */
    char about[80];                /* a line besides, such as the median */
    size_t counts[PLOT_BINS];
    char edges[PLOT_BINS + 1][24]; /* where bins begin, and the last one ends */
    size_t bins;
    size_t tick;                   /* each so many edges are written below the bars */
} plot;

/* The rules of style that plots need. */
#define PLOT_STYLE                                                                                                                                    \
    "figure{margin:0}figcaption{font-weight:600}figcaption span{font-weight:400}svg{display:block;width:100%;height:auto}"                           \
    "svg text{fill:var(--soft);font-size:11px}svg rect{fill:var(--keep)}svg line{stroke:var(--line)}\n"

/* Appends a figure. Errors: DH_ERR_NOMEM. */
dh_status plot_put(const plot *p, dh_buf *out);

#endif
