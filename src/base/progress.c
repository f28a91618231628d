/* The progress line. Speed and what is left are those of this run alone: what earlier runs did took no time in it. */
#include "progress.h"

#include "printable.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/* Erases the line that the progress stands on. */
#define ERASE_LINE "\r\x1b[K"
#define NS_PER_S   1000000000LL
/* A log is read later: a line in ten seconds is enough. */
#define SAY_NS (10 * NS_PER_S)
/* A terminal's line is read by a person. */
#define SHOW_NS (NS_PER_S / 10)
/* Before that a guess at what is left is worth nothing. */
#define GUESS_AFTER_S 3.0
#define BYTES_PER_MB  1e6

/* ---- the words -------------------------------------------------------------------------------------------------- */

dh_status progress_span(double seconds, dh_buf *out) {
    unsigned long minutes = (unsigned long)(seconds / 60 + 0.5);
    if (seconds < 90) return buf_printf(out, "%.0f s", seconds);
    if (minutes < 90) return buf_printf(out, "%lu min", minutes);
    return buf_printf(out, "%lu h %lu min", minutes / 60, minutes % 60);
}

/* Two digits of small figures, all of large ones. */
static dh_status put_figure(dh_buf *out, double v) { return buf_printf(out, v < 9.95 ? "%.1f" : "%.0f", v); }

static dh_status put_megabytes(dh_buf *out, const progress_figures *now) {
    if (!now->bytes_total && !now->hosts) return DH_OK;
    dh_status st = buf_append_view(out, DH_VIEW(", "));
    if (!st) st = put_figure(out, (double)now->bytes / BYTES_PER_MB);
    if (!st && now->bytes_total) st = buf_append_view(out, DH_VIEW(" of "));
    if (!st && now->bytes_total) st = put_figure(out, (double)now->bytes_total / BYTES_PER_MB);
    return st ? st : buf_append_view(out, DH_VIEW(" MB"));
}

/* How much of what there was to do at first is done, 0 to 1: by bytes where they are known, since pages differ. */
static double share_done(const progress_figures *first, const progress_figures *now) {
    double done, all;
    if (now->bytes_total) {
        done = (double)now->bytes - (double)first->bytes;
        all = (double)now->bytes_total - (double)first->bytes;
    } else {
        done = (double)(now->done + now->failed) - (double)(first->done + first->failed);
        all = (double)now->total - (double)(first->done + first->failed);
    }
    return all > 0 && done > 0 ? done / all : 0;
}

static dh_status put_speed(dh_buf *out, const progress_figures *first, const progress_figures *now, double seconds) {
    size_t pages = now->done + now->failed - first->done - first->failed;
    if (seconds < 1 || !pages) return DH_OK;
    dh_status st = buf_append_view(out, DH_VIEW(", "));
    if (!st) st = put_figure(out, (double)pages / seconds);
    return st ? st : buf_append_view(out, DH_VIEW("/s"));
}

static dh_status put_left(dh_buf *out, const progress_figures *first, const progress_figures *now, double seconds) {
    double share = share_done(first, now);
    if (seconds < GUESS_AFTER_S || share <= 0 || share >= 1) return DH_OK;
    dh_status st = buf_append_view(out, DH_VIEW(", "));
    if (!st) st = progress_span(seconds * (1 - share) / share, out);
    return st ? st : buf_append_view(out, DH_VIEW(" left"));
}

dh_status progress_line(const progress_figures *first, const progress_figures *now, double seconds, dh_buf *out) {
    dh_status st = now->pass ? buf_printf(out, "%s: ", now->pass) : DH_OK;
    if (!st) st = buf_printf(out, "%zu", now->done + now->failed);
    if (!st && now->total) st = buf_printf(out, " of %zu", now->total);
    if (!st) st = buf_printf(out, " %s", now->unit);
    if (!st) st = put_megabytes(out, now);
    if (!st && now->failed) st = buf_printf(out, ", %zu failed", now->failed);
    if (!st && now->hosts) st = buf_printf(out, ", %zu host%s", now->hosts, now->hosts == 1 ? "" : "s");
    if (!st) st = put_speed(out, first, now, seconds);
    return st ? st : put_left(out, first, now, seconds);
}

/* ---- the place -------------------------------------------------------------------------------------------------- */

static int64_t now_ns(void) {
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) ? 0 : (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* What cannot be written is not missed. */
static void put(dh_view text) {
    ssize_t n = 1;
    for (; text.len && (n > 0 || errno == EINTR); text = n > 0 ? (dh_view){text.ptr + n, text.len - (size_t)n} : text)
        n = write(STDERR_FILENO, text.ptr, text.len);
}

static void say(const progress *p, const char *what) {
    dh_buf line;
    dh_buf_init(&line, 0);
    if (!printable_message(&line, p->program, p->about, what)) put(dh_buf_view(&line));
    dh_buf_clear(&line);
}

void progress_init(progress *p, const char *program, const char *about, bool quiet) {
    *p = (progress){.program = program, .about = about, .quiet = quiet, .terminal = isatty(STDERR_FILENO)};
}

void progress_clear(progress *p) {
    if (p->shown) put(DH_VIEW(ERASE_LINE));
    p->shown = false;
}

/* Figures of another pass have nothing to do with those before. */
static void begin(progress *p, const progress_figures *f, int64_t now) {
    p->started = true;
    p->pass = f->pass;
    p->first = *f;
    p->first_ns = p->said_ns = now;
}

void progress_show(progress *p, const progress_figures *f) {
    dh_buf line;
    int64_t now = now_ns();
    if (p->quiet) return;
    if (!p->started || p->pass != f->pass) begin(p, f, now);
    if (!p->terminal && f->last) return; /* there is the summary */
    if (now - p->said_ns < (p->terminal ? SHOW_NS : SAY_NS) && !f->last) return;
    dh_buf_init(&line, 0);
    dh_status st = p->terminal ? buf_append_view(&line, DH_VIEW(ERASE_LINE)) : DH_OK;
    if (!st) st = progress_line(&p->first, f, (double)(now - p->first_ns) / (double)NS_PER_S, &line);
    if (!st && !p->terminal) st = buf_append_char(&line, 0);
    if (!st && p->terminal) put(dh_buf_view(&line));
    if (!st && !p->terminal) say(p, line.ptr);
    p->shown |= !st && p->terminal;
    p->said_ns = now;
    dh_buf_clear(&line);
}
