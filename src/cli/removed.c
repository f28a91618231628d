/* Writes the dropped lines of each page beside its result, or into its report. A failure to write is the page's failure: what is printed without it would
 * not be the whole. */
#include "removed.h"

#include "batch/source.h"

#include <fcntl.h>
#include <unistd.h>

dh_status removed_open(removed *r, const char *path, bool in_report, dh_error *err) {
    bool dash = view_is(view_of(path), DH_VIEW("-"));
    *r = (removed){.fd = -1, .name = dash ? "stdout" : path, .to_stdout = dash && !in_report, .in_report = dash && in_report};
    dh_buf_init(&r->lines, 0);
    if (r->to_stdout) return output_open(&r->out, NULL, err);
    if (r->in_report) return DH_OK;
    r->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    return r->fd < 0 ? err_system(err) : DH_OK;
}

/* A reader of stdout that went away is no failure: the result goes elsewhere. */
static dh_status flush(removed *r, dh_error *err) {
    dh_view lines = dh_buf_view(&r->lines);
    if (!lines.len) return DH_OK;
    if (!r->to_stdout) return source_write_all(r->fd, lines, NULL, err);
    return output_write(&r->out, lines, err) && !r->out.pipe_closed ? DH_ERR_IO : DH_OK;
}

dh_status removed_source(removed *r, const char *name, dh_error *err) {
    bool open = r->lines.len && r->lines.ptr[r->lines.len - 1] != '\n';
    r->number = r->lines.len = 0;
    if (!name || r->in_report) return DH_OK;
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
    st = dh_buf_append(&r->lines, b->text.ptr, b->text.len + b->line_end);
    bool ended = b->line_end && b->text.ptr[b->text.len + b->line_end - 1] == '\n';
    return st || ended || !r->in_report ? st : buf_append_char(&r->lines, '\n');
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
    if (!st && r->in_report) st = buf_append_view(out, dh_buf_view(&r->lines));
    if (st) return err_set(err, st, 0, "out of memory");
    if (r->in_report || !flush(r, err)) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s: what was removed could not be written", r->name);
}

dh_status removed_close(removed *r, dh_error *err) {
    dh_buf_clear(&r->lines);
    if (r->fd < 0 || !close(r->fd)) return DH_OK;
    return err_system(err);
}
