/* Pieces of a profile are profiles themselves, so that bringing them together is profile_merge(). */
#include "gather.h"

#include "newfile.h"

#include <stdlib.h>
#include <unistd.h>

/* Each piece takes a descriptor. */
#define MOST_PIECES 64

void gather_init(gather *g, const char *folder, size_t most_bytes) {
    *g = (gather){.folder = folder, .most_bytes = most_bytes};
    dh_buf_init(&g->records, 0);
}

static profile_page page_at(const gather *g, size_t start) {
    profile_page page = {{"", 0}, 0, {"", 0}};
    dh_view rest = {g->records.ptr + start, g->records.len - start};
    profile_take(&rest, &page); /* it was looked at when it was added */
    return page;
}

static int in_order(const void *a, const void *b, void *user) {
    profile_page x = page_at(user, *(const size_t *)a), y = page_at(user, *(const size_t *)b);
    return profile_compare(&x, &y);
}

/* What is in memory, as a profile. */
static dh_status write_sorted(gather *g, int fd, dh_error *err) {
    profile_writer w;
    dh_status st = profile_writer_open(&w, fd, err);
    if (g->count) qsort_r(g->starts, g->count, sizeof *g->starts, in_order, g);
    for (size_t i = 0; !st && i < g->count; i++) {
        profile_page page = page_at(g, g->starts[i]);
        st = profile_write(&w, &page, err);
    }
    if (!st) st = profile_writer_end(&w, err);
    profile_writer_clear(&w);
    g->count = g->records.len = 0;
    return st;
}

static bool add_piece(gather *g, int fd) {
    if (g->piece_count == g->piece_cap) {
        int *pieces = reallocarray(g->pieces, g->piece_cap + MOST_PIECES, sizeof *pieces);
        if (!pieces) return false;
        g->pieces = pieces;
        g->piece_cap += MOST_PIECES;
    }
    g->pieces[g->piece_count++] = fd;
    return true;
}

static void close_pieces(gather *g) {
    for (size_t i = 0; i < g->piece_count; i++) close(g->pieces[i]);
    g->piece_count = 0;
}

/* Writes what is in memory to a piece; of many pieces it makes one. */
static dh_status write_piece(gather *g, dh_error *err) {
    size_t blame;
    int fd = newfile_unnamed(g->folder, err);
    if (fd < 0) return DH_ERR_IO;
    dh_status st = write_sorted(g, fd, err);
    if (!st && !add_piece(g, fd)) st = err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (st) {
        close(fd);
        return st;
    }
    if (g->piece_count < MOST_PIECES) return DH_OK;
    fd = newfile_unnamed(g->folder, err);
    if (fd < 0) return DH_ERR_IO;
    st = profile_merge(g->pieces, g->piece_count, NULL, 0, fd, &blame, err);
    close_pieces(g);
    g->pieces[g->piece_count++] = fd;
    return st;
}

static dh_status add_record(gather *g, const profile_page *page, dh_error *err) {
    if (g->count == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 1024;
        size_t *starts = reallocarray(g->starts, cap, sizeof *starts);
        if (!starts) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        g->starts = starts;
        g->cap = cap;
    }
    g->starts[g->count++] = g->records.len;
    if (profile_put(&g->records, page)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    bool full = g->records.len + g->count * sizeof *g->starts >= g->most_bytes / 2; /* buffers double */
    return full ? write_piece(g, err) : DH_OK;
}

dh_status gather_add(gather *g, dh_view records, dh_error *err) {
    profile_page page;
    dh_status st = DH_OK;
    while (!st && profile_take(&records, &page)) st = add_record(g, &page, err);
    return st;
}

dh_status gather_end(gather *g, int out, dh_error *err) {
    size_t blame;
    if (!g->piece_count) return write_sorted(g, out, err);
    dh_status st = g->count ? write_piece(g, err) : DH_OK;
    return st ? st : profile_merge(g->pieces, g->piece_count, NULL, 0, out, &blame, err);
}

void gather_clear(gather *g) {
    close_pieces(g);
    dh_buf_clear(&g->records);
    free(g->starts);
    free(g->pieces);
    g->starts = NULL;
    g->pieces = NULL;
    g->count = g->cap = g->piece_cap = 0;
}
