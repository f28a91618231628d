/* Writes the dropped lines of each page beside its result. A failure to write is the page's failure: what is printed without it would
 * not be the whole. */
#include "removed.h"

#include "batch/source.h"

#include <fcntl.h>
#include <unistd.h>

dh_status removed_open(removed *r, const char *path, dh_error *err) {
    *r = (removed){.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666), .name = path};
    dh_buf_init(&r->lines, 0);
    return r->fd < 0 ? err_system(err) : DH_OK;
}

static dh_status flush(removed *r, dh_error *err) {
    return r->lines.len ? source_write_all(r->fd, dh_buf_view(&r->lines), NULL, err) : DH_OK;
}

dh_status removed_source(removed *r, const char *name, dh_error *err) {
    bool open = r->lines.len && r->lines.ptr[r->lines.len - 1] != '\n';
    r->number = r->lines.len = 0;
    if (!name) return DH_OK;
    if (buf_printf(&r->lines, "%s==> %s <==\n", open ? "\n" : "", name)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return flush(r, err);
}

static dh_status append_folded(dh_buf *out, dh_view text) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < text.len && !st; i++) st = buf_append_char(out, ascii_space(text.ptr[i]) ? ' ' : text.ptr[i]);
    return st ? st : buf_append_char(out, '\n');
}

/* text and the line end behind it lie in one piece of the page. */
static dh_status append_line(removed *r, const dh_page *page, const dh_block *b) {
    dh_status st = buf_printf(&r->lines, "%zu\t", r->number);
    if (st) return st;
    if (dh_page_is_html(page)) return append_folded(&r->lines, b->text);
    return dh_buf_append(&r->lines, b->text.ptr, b->text.len + b->line_end);
}

dh_status removed_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    removed *r = user;
    dh_block b;
    dh_status st = join_render(&r->inner, page, how, url, out, err);
    if (st) return st;
    r->lines.len = 0;
    for (size_t i = 0; !st && dh_page_block(page, i, &b); i++) {
        r->number++;
        if (!b.keep) st = append_line(r, page, &b);
    }
    if (st) return err_set(err, st, 0, "out of memory");
    if (!flush(r, err)) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s: what was removed could not be written", r->name);
}

dh_status removed_close(removed *r, dh_error *err) {
    dh_buf_clear(&r->lines);
    if (r->fd < 0 || !close(r->fd)) return DH_OK;
    return err_system(err);
}
