/* Files, fixtures, random numbers and cleaning for the suites. Nothing here knows what a result should be. */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FIXTURES DH_SOURCE_ROOT "/fixtures"

bool sup_read_file(const char *path, dh_buf *out) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    char piece[65536];
    size_t n;
    dh_status st = DH_OK;
    while (!st && (n = fread(piece, 1, sizeof piece, f)) > 0) st = dh_buf_append(out, piece, n);
    bool ok = !st && !ferror(f);
    fclose(f);
    return ok;
}

static int compare_names(const void *a, const void *b) { return strcmp(a, b); }

void sup_list_fixtures(sup_fixtures *out) {
    out->count = 0;
    DIR *d = opendir(FIXTURES);
    if (!d) return;
    for (struct dirent *e; out->count < FIXTURES_MAX && (e = readdir(d));) {
        size_t len = strlen(e->d_name);
        if (e->d_name[0] == '.' || e->d_type != DT_DIR || len >= sizeof out->name[0]) continue;
        memcpy(out->name[out->count++], e->d_name, len + 1);
    }
    closedir(d);
    qsort(out->name, out->count, sizeof out->name[0], compare_names);
}

bool sup_read_fixture(const char *name, const char *file, dh_buf *out) {
    char path[1024];
    int n = snprintf(path, sizeof path, FIXTURES "/%s/%s", name, file);
    return n > 0 && (size_t)n < sizeof path && sup_read_file(path, out);
}

bool sup_read_input(const char *name, dh_buf *out) {
    return sup_read_fixture(name, "input.html", out) || sup_read_fixture(name, "input.txt", out);
}

uint32_t sup_random(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's multiplier */
    return (uint32_t)(*seed >> 33);
}

size_t sup_random_below(uint64_t *seed, size_t n) { return sup_random(seed) % n; }

dh_status sup_clean(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_buf *out, dh_error *err) {
    dh_context *own = NULL;
    dh_page *page = NULL;
    dh_status st = ctx ? DH_OK : dh_context_new(&own, err);
    if (!st) st = dh_page_new(ctx ? ctx : own, bytes, opt, &page, err);
    if (!st) st = dh_page_render(page, DH_TO_TEXT, out, err);
    dh_page_free(page);
    dh_context_free(own);
    return st;
}

dh_status sup_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    sup_source *s = user;
    size_t n = s->left.len < cap ? s->left.len : cap;
    if (s->piece && n > s->piece) n = s->piece;
    if (!n && s->fail_with) return err_set(err, s->fail_with, 0, "the source failed");
    if (n) memcpy(buf, s->left.ptr, n);
    s->left = (dh_view){s->left.ptr + n, s->left.len - n};
    *got = n;
    return DH_OK;
}

dh_status sup_clean_stream(const dh_context *ctx, dh_view bytes, size_t piece, const dh_options *opt, dh_buf *out,
                           dh_error *err) {
    sup_source source = {bytes, piece, DH_OK};
    dh_context *own = NULL;
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_status st = ctx ? DH_OK : dh_context_new(&own, err);
    if (!st) st = dh_reader_new(ctx ? ctx : own, opt, sup_read, &source, &reader, err);
    while (!st && !(st = dh_reader_next(reader, &page, err)) && page) {
        st = dh_page_render(page, DH_TO_TEXT, out, err);
        dh_page_free(page);
        page = NULL;
    }
    dh_reader_free(reader);
    dh_context_free(own);
    return st;
}

dh_context *sup_context(void) {
    static dh_context *ctx;
    if (!ctx && dh_context_new(&ctx, NULL)) abort();
    return ctx;
}
