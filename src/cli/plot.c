/* Bars in a box of fixed size; colours are the page's. */
#include "plot.h"

/* The picture, and the part of it in which the bars stand; the rest is for the figures at the axes. */
enum { WIDTH = 400, HEIGHT = 170, LEFT = 44, RIGHT = 386, TOP = 12, FOOT = 146 };

static size_t most(const plot *p) {
    size_t max = 0;
    for (size_t i = 0; i < p->bins; i++) max = p->counts[i] > max ? p->counts[i] : max;
    return max;
}

static double edge_x(const plot *p, size_t i) { return LEFT + (double)(RIGHT - LEFT) * (double)i / (double)p->bins; }

/* A line across, with the count that it stands for. */
static dh_status put_level(double y, size_t count, dh_buf *out) {
    dh_status st = buf_printf(out, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
    return st ? st : buf_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%zu</text>\n", LEFT - 5, y + 4, count);
}

static dh_status put_bar(const plot *p, size_t i, size_t max, dh_buf *out) {
    double x = edge_x(p, i), width = edge_x(p, i + 1) - x - 1;
    double height = (double)(FOOT - TOP) * (double)p->counts[i] / (double)max;
    if (!p->counts[i]) return DH_OK;
    if (height < 1) height = 1; /* few are not none */
    dh_status st = buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">", x + 0.5, FOOT - height, width, height);
    return st ? st : buf_printf(out, "<title>%s to %s: %zu</title></rect>\n", p->edges[i], p->edges[i + 1], p->counts[i]);
}

static dh_status put_picture(const plot *p, dh_buf *out) {
    size_t max = most(p);
    dh_status st = buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: bars, %s; the figures follow\">\n", WIDTH, HEIGHT, p->name, p->about);
    if (!st) st = put_level(FOOT, 0, out);
    if (!st && max) st = put_level(TOP, max, out);
    for (size_t i = 0; !st && i < p->bins; i++) st = put_bar(p, i, max, out);
    for (size_t i = 0; !st && i <= p->bins; i += p->tick)
        st = buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", edge_x(p, i), FOOT + 16, p->edges[i]);
    return st ? st : buf_append_view(out, DH_VIEW("</svg>\n"));
}

static dh_status put_figures(const plot *p, dh_buf *out) {
    dh_status st = buf_printf(out, "<details>\n<summary>Figures: %s</summary>\n<table>\n<tr><th scope=\"col\">from</th><th scope=\"col\">to</th><th scope=\"col\">%s</th></tr>\n",
                              p->name, p->what);
    for (size_t i = 0; !st && i < p->bins; i++)
        if (p->counts[i]) st = buf_printf(out, "<tr><td>%s</td><td>%s</td><td>%zu</td></tr>\n", p->edges[i], p->edges[i + 1], p->counts[i]);
    return st ? st : buf_append_view(out, DH_VIEW("</table>\n</details>\n"));
}

dh_status plot_put(const plot *p, dh_buf *out) {
    dh_status st = buf_printf(out, "<figure>\n<figcaption>%s <span class=\"from\">%s</span></figcaption>\n", p->name, p->about);
    if (!st) st = put_picture(p, out);
    if (!st) st = put_figures(p, out);
    return st ? st : buf_append_view(out, DH_VIEW("</figure>\n"));
}
