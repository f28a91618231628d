/* Pages to an output, window by window, so that a source of any size passes through one buffer. */
#include "join.h"

/* What an output of JSON has before a page: each is an object, several are an array. */
static dh_view json_separator(const join *j) {
    if (!j->many) return DH_VIEW("");
    return j->written ? DH_VIEW(",\n") : DH_VIEW("[\n");
}

/* The separator is written late, before the first byte that follows it: sources that gave nothing leave no gaps. */
static dh_status write_separator(join *j, dh_error *err) {
    j->pending = false;
    if (j->how.format == DH_TO_JSONL) return DH_OK;
    if (j->how.format == DH_TO_JSON) return j->write(j->write_user, json_separator(j), err);
    if (!j->written) return DH_OK;
    if (j->separator) return j->write(j->write_user, *j->separator, err);
    return j->write(j->write_user, j->line_open ? DH_VIEW("\n\n") : DH_VIEW("\n"), err);
}

dh_status join_render(const join_renderer *r, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    return r->fn ? r->fn(r->user, page, how, url, out, err) : dh_page_render_as(page, how, out, err);
}

/* Renders the page into j->text. */
static dh_status render(join *j, const dh_page *page, dh_view url, dh_error *err) {
    j->text.len = 0;
    return join_render(&j->renderer, page, &j->how, url, &j->text, err);
}

/* Writes j->text. */
static dh_status write_text(join *j, dh_error *err) {
    if (!j->text.len) return DH_OK;
    dh_status st = j->pending ? write_separator(j, err) : DH_OK;
    if (st) return st;
    if (j->how.format == DH_TO_JSON && j->many) j->text.len--; /* its newline: a comma may follow */
    j->written = true;
    j->line_open = j->text.ptr[j->text.len - 1] != '\n';
    return j->write(j->write_user, dh_buf_view(&j->text), err);
}

dh_status join_failure(join *j, const char *why, dh_error *err) {
    j->text.len = 0;
    j->pending = true;
    dh_status st = dh_failure_render(&j->how, why, &j->text, err);
    return st ? st : write_text(j, err);
}

dh_status join_end(join *j, dh_error *err) {
    bool written = j->written;
    j->written = j->line_open = false;
    if (j->how.format != DH_TO_JSON) return DH_OK;
    if (!written) return j->write(j->write_user, DH_VIEW("[]\n"), err);
    return j->many ? j->write(j->write_user, DH_VIEW("\n]\n"), err) : DH_OK;
}

/* Lets the source's owner hear of a failure, and the output, if it has words for it. */
static dh_status fail(join *j, dh_status st, dh_error *why, join_result *result, dh_error *err) {
    if (!why->msg[0]) err_set(why, st, 0, "failed (%s)", dh_status_name(st));
    result->failures++;
    const char *words = j->fail(j->fail_user, why);
    return words ? join_failure(j, words, err) : DH_OK;
}

/* A page of several in its source, or the failure of one: a record, or a text within a text, whose lines follow those before. */
static void note_record(join *j, const dh_options *opt, const dh_reader *reader) {
    bool warc = dh_reader_is_warc(reader);
    j->pending |= warc || (opt->split && j->how.format == DH_TO_JSON);
    if (j->alone || j->number || (!warc && !opt->split)) return;
    j->how.record++;
    j->many = true;
}

/* One page, or the failure to get it. *end: there are no more. */
static dh_status one_page(join *j, const dh_options *opt, dh_reader *reader, join_result *result, bool *end, dh_error *err) {
    dh_error why = {0};
    dh_page *page = NULL;
    dh_status st = dh_reader_next(reader, &page, &why);
    *end = !st && !page;
    if (*end) return DH_OK;
    note_record(j, opt, reader);
    if (!st) st = render(j, page, dh_reader_url(reader), &why);
    if (st) { /* the next call goes on behind a broken record, or ends */
        dh_page_free(page);
        return fail(j, st, &why, result, err);
    }
    result->pages++;
    if (dh_page_outcome(page, NULL) == DH_OUTCOME_OK) result->words += dh_page_kept_words(page);
    dh_page_free(page);
    return write_text(j, err);
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
    j->how.record = j->number;
    dh_status st = dh_reader_new(j->ctx, opt, read, user, &reader, &why);
    if (st) return fail(j, st, &why, result, err);
    for (bool end = false; !end && !st;) st = one_page(j, opt, reader, result, &end, err);
    dh_reader_free(reader);
    return st;
}

void join_clear(join *j) { dh_buf_clear(&j->text); }
