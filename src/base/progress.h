/* progress.h: how far a long run is, as one line: rewritten in place on a terminal, else said anew every ten seconds. It only
 * writes: whoever runs tells it the figures as often as he likes. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "base.h"

/* Figures of a run, counted from its start; what earlier runs did may be among them from the first time on. */
typedef struct {
    const char *pass;            /* what is being done, where a run does several things; NULL: the thing itself */
    const char *unit;            /* what is counted: "pages" */
    size_t done, failed, total;  /* `failed` are not among `done`; total 0: nobody knows */
    uint64_t bytes, bytes_total; /* read of all that is to be read; bytes_total 0: nobody knows, and bytes are those that came */
    size_t hosts;                /* that addresses wait for; 0: this is no run over addresses */
    bool last;                   /* the run is over */
} progress_figures;

/* Where the line stands, and since when there has been one. */
typedef struct {
    const char *program, *about; /* what lines begin with where they are messages, as in say() */
    bool quiet, terminal;
    bool shown;             /* the terminal's last line is ours, without its end */
    const char *pass;       /* of the figures below */
    bool started;
    progress_figures first; /* when the pass began */
    int64_t first_ns, said_ns;
} progress;

/* quiet: nothing is ever written. program and about (may be NULL) are borrowed. */
void progress_init(progress *p, const char *program, const char *about, bool quiet);
/* Shows figures, if it is time. A line of another pass begins anew. */
void progress_show(progress *p, const progress_figures *f);
/* Takes the line off the terminal, so that a message can stand there. */
void progress_clear(progress *p);

/* Appends the line, without its end. seconds: since the figures were as in *first. Errors as dh_buf_append. */
dh_status progress_line(const progress_figures *first, const progress_figures *now, double seconds, dh_buf *out);

/* Appends a span of time as people say it: "40 s", "5 min", "3 h 10 min". Errors as dh_buf_append. */
dh_status progress_span(double seconds, dh_buf *out);

#endif
