/* Profiles as files: records, writing, reading from end to end, merging. Looking a site up is profile.c's. */
#include "profile_file.h"

#include "profile.h"
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)64 << 10)

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* ---- numbers --------------------------------------------------------------------------------------------------------- */

uint64_t profile_number(const char *p, size_t bytes) {
    uint64_t n = 0;
    for (size_t i = bytes; i--;) n = n << 8 | (unsigned char)p[i];
    return n;
}

dh_status profile_put_number(dh_buf *out, uint64_t number, size_t bytes) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < bytes; i++) st = buf_append_char(out, (char)(number >> 8 * i & 0xff));
    return st;
}

/* FNV-1a. */
uint64_t profile_sum(uint64_t sum, dh_view bytes) {
    for (size_t i = 0; i < bytes.len; i++) sum = (sum ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);
    return sum;
}

/* ---- records --------------------------------------------------------------------------------------------------------- */

dh_status profile_put(dh_buf *out, const profile_page *p) {
    size_t before = out->len;
    dh_status st = profile_put_number(out, p->blocks.len / 4, 4);
    if (!st) st = profile_put_number(out, p->site.len, 2);
    if (!st) st = profile_put_number(out, p->digest, 8);
    if (!st) st = buf_append_view(out, p->site);
    if (!st) st = buf_append_view(out, p->blocks);
    if (st) out->len = before;
    return st;
}

bool profile_take(dh_view *rest, profile_page *page) {
    if (rest->len < PROFILE_PAGE_BYTES) return false;
    size_t count = (size_t)profile_number(rest->ptr, 4), name = (size_t)profile_number(rest->ptr + 4, 2);
    if (!count || count > DH_SKETCH_BLOCKS || !name || name > SITE_MAX_BYTES) return false;
    size_t len = PROFILE_PAGE_BYTES + name + 4 * count;
    if (rest->len < len) return false;
    const char *p = rest->ptr;
    *page = (profile_page){{p + PROFILE_PAGE_BYTES, name}, profile_number(p + 6, 8), {p + PROFILE_PAGE_BYTES + name, 4 * count}};
    *rest = (dh_view){p + len, rest->len - len};
    return true;
}

static int compare_views(dh_view a, dh_view b) {
    size_t least = a.len < b.len ? a.len : b.len;
    int way = least ? memcmp(a.ptr, b.ptr, least) : 0;
    return way ? way : (a.len > b.len) - (a.len < b.len);
}

int profile_compare(const profile_page *a, const profile_page *b) {
    int way = compare_views(a->site, b->site);
    if (!way) way = (a->digest > b->digest) - (a->digest < b->digest);
    return way ? way : compare_views(a->blocks, b->blocks);
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

static dh_status flush(profile_writer *w, dh_error *err) {
    dh_status st = source_write_all(w->fd, dh_buf_view(&w->out), NULL, err);
    w->out.len = 0;
    return st;
}

/* Counts and sums what was added to w->out behind `from`. */
static dh_status added(profile_writer *w, size_t from, dh_error *err) {
    w->sum = profile_sum(w->sum, (dh_view){w->out.ptr + from, w->out.len - from});
    w->written += w->out.len - from;
    return w->out.len < PIECE_BYTES ? DH_OK : flush(w, err);
}

dh_status profile_writer_open(profile_writer *w, int fd, dh_error *err) {
    *w = (profile_writer){.fd = fd, .sum = PROFILE_SUM};
    dh_buf_init(&w->out, 0);
    dh_buf_init(&w->index, 0);
    dh_buf_init(&w->last, 0);
    dh_status st = buf_append_view(&w->out, PROFILE_MAGIC);
    if (!st) st = profile_put_number(&w->out, PROFILE_VERSION, 4);
    if (!st) st = profile_put_number(&w->out, PROFILE_PAGES, 4);
    return st ? no_memory(err) : added(w, 0, err);
}

/* Sites of few pages say nothing of any page, and do not count for the digest. */
static void end_site(profile_writer *w) {
    if (w->site_pages >= DH_SITE_PAGES) w->digest = (w->digest ^ w->site_sum) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    w->site_pages = 0;
    w->site_sum = PROFILE_SUM;
}

dh_status profile_write(profile_writer *w, const profile_page *page, dh_error *err) {
    profile_page last;
    dh_view rest = dh_buf_view(&w->last);
    bool same = profile_take(&rest, &last) && view_is(last.site, page->site);
    if (same && (w->site_pages >= PROFILE_PAGES || last.digest == page->digest)) return DH_OK;
    if (!same) {
        end_site(w);
        w->sites++;
        if (profile_put_number(&w->index, w->written, 8)) return no_memory(err);
    }
    w->site_pages++;
    w->pages++;
    w->last.len = 0;
    if (profile_put(&w->last, page)) return no_memory(err);
    size_t from = w->out.len;
    w->site_sum = profile_sum(w->site_sum, dh_buf_view(&w->last));
    if (buf_append_view(&w->out, dh_buf_view(&w->last))) return no_memory(err);
    return added(w, from, err);
}

dh_status profile_writer_end(profile_writer *w, dh_error *err) {
    const uint64_t foot[] = {w->written, w->sites, w->pages};
    size_t from = w->out.len;
    end_site(w);
    dh_status st = buf_append_view(&w->out, dh_buf_view(&w->index));
    for (size_t i = 0; !st && i < DH_COUNT(foot); i++) st = profile_put_number(&w->out, foot[i], 8);
    if (!st) st = profile_put_number(&w->out, w->digest, 8);
    if (st) return no_memory(err);
    w->sum = profile_sum(w->sum, (dh_view){w->out.ptr + from, w->out.len - from});
    st = profile_put_number(&w->out, w->sum, 8);
    if (!st) st = buf_append_view(&w->out, PROFILE_MAGIC);
    return st ? no_memory(err) : flush(w, err);
}

void profile_writer_clear(profile_writer *w) {
    dh_buf_clear(&w->out);
    dh_buf_clear(&w->index);
    dh_buf_clear(&w->last);
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

static dh_status damaged(dh_error *err) { return err_set(err, DH_ERR_FORMAT, 0, "is a damaged profile"); }

dh_status profile_read(int fd, uint64_t at, char *out, size_t cap, size_t *got, dh_error *err) {
    ssize_t n;
    do n = pread(fd, out, cap, (off_t)at);
    while (n < 0 && errno == EINTR);
    *got = n < 0 ? 0 : (size_t)n;
    return n < 0 ? err_system(err) : DH_OK;
}

static dh_status sum_file(int fd, uint64_t bytes, uint64_t *sum, dh_error *err) {
    char *piece = malloc(PIECE_BYTES);
    dh_status st = piece ? DH_OK : no_memory(err);
    *sum = PROFILE_SUM;
    for (uint64_t at = 0; !st && at < bytes;) {
        size_t got, want = bytes - at < PIECE_BYTES ? (size_t)(bytes - at) : PIECE_BYTES;
        st = profile_read(fd, at, piece, want, &got, err);
        if (!st && !got) st = damaged(err);
        if (!st) *sum = profile_sum(*sum, (dh_view){piece, got});
        at += got;
    }
    free(piece);
    return st;
}

/* Whether the file begins as a profile of this version does. */
static dh_status check_head(int fd, dh_error *err) {
    char head[PROFILE_HEAD_BYTES] = {0};
    size_t got;
    dh_status st = profile_read(fd, 0, head, sizeof head, &got, err);
    if (st) return st;
    if (got < sizeof head || !view_starts((dh_view){head, got}, PROFILE_MAGIC)) return err_set(err, DH_ERR_FORMAT, 0, "is no profile");
    if (profile_number(head + 8, 4) != PROFILE_VERSION || profile_number(head + 12, 4) != PROFILE_PAGES)
        return err_set(err, DH_ERR_FORMAT, 0, "is a profile of another version of dehusk");
    return DH_OK;
}

dh_status profile_check(int fd, profile_foot *foot, dh_error *err) {
    char bytes[PROFILE_FOOT_BYTES];
    struct stat s;
    uint64_t sum;
    size_t got;
    dh_status st = check_head(fd, err);
    if (st) return st;
    if (fstat(fd, &s)) return err_system(err);
    if (s.st_size < PROFILE_HEAD_BYTES + PROFILE_FOOT_BYTES) return damaged(err);
    uint64_t size = (uint64_t)s.st_size;
    if ((st = profile_read(fd, size - sizeof bytes, bytes, sizeof bytes, &got, err))) return st;
    *foot = (profile_foot){profile_number(bytes, 8), profile_number(bytes + 8, 8), profile_number(bytes + 16, 8),
                           profile_number(bytes + 24, 8), profile_number(bytes + 32, 8)};
    uint64_t index = size - PROFILE_FOOT_BYTES;
    if (got < sizeof bytes || !view_is((dh_view){bytes + 40, 8}, PROFILE_MAGIC) || foot->index_at < PROFILE_HEAD_BYTES ||
        foot->index_at > index || (index - foot->index_at) / 8 != foot->sites || (index - foot->index_at) % 8)
        return damaged(err);
    st = sum_file(fd, size - 16, &sum, err);
    return st ? st : sum == foot->sum ? DH_OK : damaged(err);
}

dh_status profile_cursor_open(profile_cursor *c, int fd, dh_error *err) {
    profile_foot foot;
    *c = (profile_cursor){.fd = fd, .at = PROFILE_HEAD_BYTES};
    dh_buf_init(&c->in, 0);
    dh_buf_init(&c->kept, 0);
    dh_status st = profile_check(fd, &foot, err);
    c->end = st ? 0 : foot.index_at;
    return st ? st : profile_cursor_next(c, err);
}

/* Reads on if less than a whole record may be left. */
static dh_status fill(profile_cursor *c, dh_error *err) {
    size_t got, left = c->in.len - c->used;
    if (left >= PROFILE_RECORD_BYTES || c->at == c->end) return DH_OK;
    if (c->used) memmove(c->in.ptr, c->in.ptr + c->used, left);
    c->in.len = left;
    c->used = 0;
    if (buf_reserve(&c->in, PIECE_BYTES)) return no_memory(err);
    size_t want = c->end - c->at < PIECE_BYTES ? (size_t)(c->end - c->at) : PIECE_BYTES;
    dh_status st = profile_read(c->fd, c->at, c->in.ptr + left, want, &got, err);
    c->in.len += got;
    c->at += got;
    return st ? st : got ? DH_OK : damaged(err);
}

dh_status profile_cursor_next(profile_cursor *c, dh_error *err) {
    dh_status st = DH_OK;
    c->kept.len = 0;
    if (c->there && profile_put(&c->kept, &c->page)) return no_memory(err);
    bool first = !c->there;
    c->there = false;
    st = fill(c, err);
    dh_view rest = {c->in.len ? c->in.ptr + c->used : "", c->in.len - c->used}, kept = dh_buf_view(&c->kept);
    if (st || !rest.len) return st;
    size_t before = rest.len;
    c->there = profile_take(&rest, &c->page);
    c->used += before - rest.len;
    bool in_order = first || (profile_take(&kept, &c->before) && profile_compare(&c->before, &c->page) < 0);
    return c->there && in_order ? DH_OK : damaged(err);
}

void profile_cursor_clear(profile_cursor *c) {
    dh_buf_clear(&c->in);
    dh_buf_clear(&c->kept);
}

/* ---- merging --------------------------------------------------------------------------------------------------------- */

/* The cursor whose page is first; NULL if all are at their ends. */
static profile_cursor *first_of(profile_cursor *cursors, size_t count) {
    profile_cursor *first = NULL;
    for (size_t i = 0; i < count; i++)
        if (cursors[i].there && (!first || profile_compare(&cursors[i].page, &first->page) < 0)) first = &cursors[i];
    return first;
}

static bool is_among(const dh_view *names, size_t count, dh_view name) {
    for (size_t i = 0; i < count; i++)
        if (view_is(names[i], name)) return true;
    return false;
}

dh_status profile_merge(const int *fds, size_t count, const dh_view *without, size_t without_count, int out, size_t *blame,
                        dh_error *err) {
    profile_cursor *cursors = calloc(count + 1, sizeof *cursors), *c;
    profile_writer w;
    dh_status st = profile_writer_open(&w, out, err);
    *blame = count;
    if (!cursors && !st) st = no_memory(err);
    for (size_t i = 0; !st && i < count; i++) {
        st = profile_cursor_open(&cursors[i], fds[i], err);
        if (st) *blame = i;
    }
    while (!st && (c = first_of(cursors, count))) {
        if (!is_among(without, without_count, c->page.site)) st = profile_write(&w, &c->page, err);
        if (st) break;
        st = profile_cursor_next(c, err);
        if (st) *blame = (size_t)(c - cursors);
    }
    if (!st) st = profile_writer_end(&w, err);
    for (size_t i = 0; cursors && i < count; i++) profile_cursor_clear(&cursors[i]);
    free(cursors);
    profile_writer_clear(&w);
    return st;
}
