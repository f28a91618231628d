/* Pages to an output, window by window, so that a source of any size passes through one buffer. */
#include "join.h"

/* The separator is written late, before the first byte that follows it: sources that gave nothing leave no gaps. */
static dh_status write_separator(join *j, dh_error *err) {
    j->pending = false;
    if (!j->written) return DH_OK;
    if (j->separator) return j->write(j->write_user, *j->separator, err);
    return j->write(j->write_user, j->line_open ? DH_VIEW("\n\n") : DH_VIEW("\n"), err);
}

/* Renders the page into j->text. */
static dh_status render(join *j, const dh_page *page, dh_view url, dh_error *err) {
    j->text.len = 0;
    if (j->render) return j->render(j->render_user, page, url, &j->text, err);
    return dh_page_render(page, DH_TO_TEXT, &j->text, err);
}

/* Writes j->text; url: of the page's record. */
static dh_status write_text(join *j, dh_view url, dh_error *err) {
    if (url.len) j->pending = true; /* each record of a WARC file is a page of its own */
    if (!j->text.len) return DH_OK;
    dh_status st = j->pending ? write_separator(j, err) : DH_OK;
    if (st) return st;
    j->written = true;
    j->line_open = j->text.ptr[j->text.len - 1] != '\n';
    return j->write(j->write_user, dh_buf_view(&j->text), err);
}

static void fail(join *j, dh_status st, dh_error *why, join_result *result) {
    if (!why->msg[0]) err_set(why, st, 0, "failed (%s)", dh_status_name(st));
    result->failures++;
    j->fail(j->fail_user, why);
}

/* One page, or the failure to get it. *end: there are no more. */
static dh_status one_page(join *j, dh_reader *reader, join_result *result, bool *end, dh_error *err) {
    dh_error why = {0};
    dh_page *page = NULL;
    dh_status st = dh_reader_next(reader, &page, &why);
    *end = !st && !page;
    if (*end) return DH_OK;
    if (!st) st = render(j, page, dh_reader_url(reader), &why);
    if (st) { /* the next call goes on behind a broken record, or ends */
        fail(j, st, &why, result);
        dh_page_free(page);
        return DH_OK;
    }
    result->pages++;
    result->words += dh_page_kept_words(page);
    dh_page_free(page);
    return write_text(j, dh_reader_url(reader), err);
}

void join_init(join *j, const dh_context *ctx, size_t max_bytes) {
    *j = (join){.ctx = ctx};
    dh_buf_init(&j->text, max_bytes);
}

dh_status join_source(join *j, const dh_options *opt, dh_read_fn read, void *user, join_result *result, dh_error *err) {
    dh_reader *reader = NULL;
    dh_error why = {0};
    *result = (join_result){0};
    j->pending = true;
    dh_status st = dh_reader_new(j->ctx, opt, read, user, &reader, &why);
    if (st) {
        fail(j, st, &why, result);
        return DH_OK;
    }
    for (bool end = false; !end && !st;) st = one_page(j, reader, result, &end, err);
    dh_reader_free(reader);
    return st;
}

void join_clear(join *j) { dh_buf_clear(&j->text); }
