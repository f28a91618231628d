/* Where the time of a page goes: each phase is run on its own over pages held in memory, and what it calls is taken off.
 *
 * usage: phases FILE...     pages, gzipped or not
 * Prints milliseconds a page of CPU time: decoding, scan, gumbo, walk, features, models, rules, writing, the whole, and
 * what the facts of a page cost besides. */
#include "measure.h"

#include "judge/score.h"
#include "page/scan.h"
#include "page/tree.h"
#include "pipeline.h"
#include "write/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { WHOLE, FACTS, DECODE, SCAN, GUMBO, PAGE, FEATURES, SCORE, JUDGE, WRITE, PHASES };

typedef struct {
    dh_buf raw, utf8;
} input;

static input read_file(const char *name) {
    input in;
    dh_buf_init(&in.raw, 0);
    dh_buf_init(&in.utf8, 0);
    if (!measure_read(name, &in.raw)) fprintf(stderr, "phases: %s: cannot be read\n", name);
    return in;
}

static dh_status decode(input *in) {
    dh_options opt = dh_options_default();
    const in_charset *charset;
    in_decoder *decoder = NULL;
    size_t skip;
    in->utf8.len = 0;
    dh_status st = in_charset_find(dh_buf_view(&in->raw), &opt, &charset, &skip, NULL);
    if (!st) st = in_decoder_new(charset, &decoder, NULL);
    if (!st) st = in_decode(decoder, (dh_view){in->raw.ptr + skip, in->raw.len - skip}, true, &in->utf8, NULL);
    in_decoder_free(decoder);
    return st;
}

/* The way of a page up to one phase. */
static dh_status run(const dh_context *ctx, input *in, int phase, dh_buf *out) {
    dh_options opt = dh_options_default();
    dh_arena arena;
    dh_view v = dh_buf_view(&in->utf8);
    pg_page page;
    scan_result scan;
    GumboOutput *tree;
    jd_features *features;
    jd_facts *facts;
    jd_scores scores;
    jd_verdict *verdicts;
    jd_summary summary;
    float row[JD_F_COUNT];
    if (phase == DECODE) return decode(in);
    if (phase == WHOLE || phase == FACTS) {
        dh_facts *told = NULL;
        dh_page *p;
        dh_status st = dh_page_new(ctx, dh_buf_view(&in->raw), NULL, &p, NULL);
        out->len = 0;
        if (!st && phase == WHOLE) st = dh_page_render(p, DH_TO_TEXT, out, NULL);
        if (!st && phase == FACTS) st = dh_facts_new(p, &told, NULL);
        dh_facts_free(told);
        if (!st) dh_page_free(p);
        return st;
    }
    arena_init(&arena, 0);
    dh_status st = DH_OK;
    if (phase == SCAN || phase == GUMBO) {
        st = scan_page(&arena, v, 0, &scan, NULL);
        if (!st && phase == GUMBO) st = tree_build(&arena, (dh_view){scan.skeleton, scan.skeleton_len}, &tree, NULL);
    } else {
        st = pg_from_html(&arena, v, opt.max_depth, true, &page, NULL);
        if (!st && phase == FEATURES) st = jd_features_new(&arena, &page, NULL, &features, &facts, NULL);
        for (size_t i = 0; !st && phase == FEATURES && i < page.block_count; i++) jd_features_next(features, row);
        if (!st && phase == SCORE) st = jd_features_new(&arena, &page, NULL, &features, &facts, NULL);
        if (!st && phase == SCORE) st = jd_score(&arena, &ctx->models, &page, features, &scores, NULL);
        if (!st && phase >= JUDGE) st = jd_html(&arena, &ctx->models, &page, &opt, &verdicts, &summary, NULL);
        out->len = 0;
        if (!st && phase == WRITE) st = wr_text(&(wr_input){.page = &page, .verdicts = verdicts}, out);
    }
    arena_clear(&arena);
    return st;
}

int main(int argc, char **argv) {
    static const char *const names[] = {"decode", "scan", "gumbo", "walk", "features", "models", "rules", "write"};
    dh_context *ctx;
    dh_buf out;
    double spent[PHASES] = {0};
    int pages = argc - 1;
    input *in = calloc((size_t)argc, sizeof *in);
    dh_buf_init(&out, 0);
    if (!in || dh_context_new(&ctx, NULL)) return 1;
    for (int i = 0; i < pages; i++) in[i] = read_file(argv[i + 1]);
    for (int i = 0; i < pages; i++) decode(&in[i]);
    for (int phase = 0; phase < PHASES; phase++) {
        double start = measure_now_s(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < pages; i++) run(ctx, &in[i], phase, &out);
        spent[phase] = (measure_now_s(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e3 / pages;
    }
    double phases[] = {spent[DECODE], spent[SCAN], spent[GUMBO] - spent[SCAN], spent[PAGE] - spent[GUMBO], spent[FEATURES] - spent[PAGE],
                       spent[SCORE] - spent[FEATURES], spent[JUDGE] - spent[SCORE], spent[WRITE] - spent[JUDGE]};
    printf("phases, ms a page over %d pages:", pages);
    for (size_t k = 0; k < DH_COUNT(phases); k++) printf(" %s %.3f", names[k], phases[k]);
    printf("; whole %.3f; facts %.3f more\n", spent[WHOLE], spent[FACTS] - spent[WHOLE] + phases[7]);
    for (int i = 0; i < pages; i++) {
        dh_buf_clear(&in[i].raw);
        dh_buf_clear(&in[i].utf8);
    }
    free(in);
    dh_buf_clear(&out);
    dh_context_free(ctx);
    return 0;
}
