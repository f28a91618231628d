/* The stream: cuts stdin into records, cleans the page of each, answers in a line of JSON. Both kinds of records end up as a
 * `record`; what one holds is lent by the buffers until the next. */
#include "stream.h"

#include "batch/json_line.h"
#include "batch/sandbox.h"
#include "batch/source.h"
#include "output.h"
#include "say.h"

#include <unistd.h>

#define READ_BYTES ((size_t)256 << 10)
/* The first line of a record of bytes: a number and an address. */
#define HEAD_BYTES ((size_t)64 << 10)
/* Room that one large record needed is given back before the next. */
#define KEEP_BYTES ((size_t)8 << 20)

/* What came in. */
typedef struct {
    const char *id;    /* as JSON; NULL: none */
    dh_view page;      /* its bytes */
    const char *url;   /* NULL: none */
    dh_from from;
    bool decoded;      /* the page is UTF-8, whatever it says */
    const char *wrong; /* why it is no record; NULL if it is one */
} record;

typedef struct {
    const settings *settings;
    const dh_context *ctx;
    output out;
    source in;
    bool ended;
    dh_buf raw;          /* read, from `at` on not yet used */
    size_t at, searched; /* no line ends from `at` to there */
    dh_buf page, url, id, text, answer; /* text: of an id */
    run_result result;
} stream;

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static dh_view waiting(const stream *s) { return (dh_view){s->raw.ptr + s->at, s->raw.len - s->at}; }

/* Reads on; sets s->ended at the end. Errors: those of stdin, DH_ERR_NOMEM. */
static dh_status read_on(stream *s, dh_error *err) {
    size_t got = 0;
    if (s->at) {
        memmove(s->raw.ptr, s->raw.ptr + s->at, s->raw.len - s->at);
        s->raw.len -= s->at;
        s->searched = s->searched > s->at ? s->searched - s->at : 0;
        s->at = 0;
    }
    if (buf_reserve(&s->raw, READ_BYTES)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = source_read(&s->in, s->raw.ptr + s->raw.len, READ_BYTES, &got, err);
    s->raw.len += got;
    s->ended |= !st && !got;
    return st;
}

/* The next line without its end; of one longer than `most` only the start, and *cut is set. *line is empty and *end set when
 * there is no more. */
static dh_status next_line(stream *s, size_t most, dh_view *line, bool *cut, bool *end, dh_error *err) {
    *cut = *end = false;
    for (;;) {
        size_t from = s->searched > s->at ? s->searched : s->at;
        const char *stop = s->raw.len > from ? memchr(s->raw.ptr + from, '\n', s->raw.len - from) : NULL;
        dh_view v = waiting(s);
        if (stop || (s->ended && v.len)) {
            *line = (dh_view){v.ptr, stop ? (size_t)(stop - v.ptr) : v.len};
            s->at += line->len + (stop != NULL);
            return DH_OK;
        }
        s->searched = s->raw.len;
        *end = s->ended && !*cut;
        if (s->ended) return DH_OK;
        if (v.len > most) { /* what follows is read and forgotten */
            *cut = true;
            s->at = s->raw.len;
        }
        dh_status st = read_on(s, err);
        if (st) return st;
    }
}

/* The next n bytes, of which *got come before stdin ends; more than `most` are read and forgotten, but for the start. */
static dh_status next_bytes(stream *s, size_t n, size_t most, dh_view *bytes, size_t *got, dh_error *err) {
    dh_status st = DH_OK;
    if (n <= most) {
        while (!st && !s->ended && waiting(s).len < n) st = read_on(s, err);
        *got = waiting(s).len < n ? waiting(s).len : n;
        *bytes = (dh_view){s->raw.ptr + s->at, *got};
        s->at += *got;
        return st;
    }
    for (*got = 0; !st && *got < n;) {
        size_t part = waiting(s).len < n - *got ? waiting(s).len : n - *got;
        s->at += part;
        *got += part;
        if (s->ended) break;
        if (*got < n) st = read_on(s, err);
    }
    return st;
}

/* ---- records of JSON -------------------------------------------------------------------------------------------- */

/* A string's bytes to *out, ended by a NUL that is not counted. */
static bool take_text(dh_view value, dh_buf *out) {
    if (!json_get_string(value, out) || buf_append_char(out, 0)) return false;
    out->len--;
    return true;
}

/* An id comes back as it was, written anew: what stands in a line need not be JSON all through. */
static void take_id(stream *s, dh_view value, record *r) {
    uint64_t number;
    s->id.len = 0;
    if (view_is(value, DH_VIEW("null"))) return;
    bool ok = json_get_number(value, &number) ? !buf_append_view(&s->id, value)
                                              : json_get_string(value, &s->text) && !json_put_string(&s->id, dh_buf_view(&s->text));
    if (ok && !buf_append_char(&s->id, 0)) r->id = s->id.ptr;
    else r->wrong = "the id is neither a string nor a whole number";
}

static void take_page(stream *s, dh_view name, dh_view value, record *r) {
    const char *field = s->settings->values.field;
    bool html = view_is(name, DH_VIEW("html")), text = view_is(name, DH_VIEW("text"));
    bool wanted = field ? view_is(name, view_of(field)) : html || text;
    if (!wanted || view_is(value, DH_VIEW("null"))) return;
    if (!take_text(value, &s->page)) r->wrong = "the field of the page is no string";
    r->page = dh_buf_view(&s->page);
    if (!field && r->from == DH_FROM_AUTO) r->from = html ? DH_FROM_HTML : DH_FROM_TEXT;
}

static void read_json(stream *s, dh_view line, record *r) {
    json_line j;
    dh_view name, value;
    json_step step = JSON_BROKEN;
    bool open = json_open(&j, line);
    s->page.len = 0;
    r->decoded = true;
    while (open && (step = json_next(&j, &name, &value)) == JSON_FIELD) {
        bool is_null = view_is(value, DH_VIEW("null"));
        if (view_is(name, DH_VIEW("id"))) take_id(s, value, r);
        if (view_is(name, DH_VIEW("url")) && !is_null && take_text(value, &s->url)) r->url = s->url.ptr;
        take_page(s, name, value, r);
    }
    if (step != JSON_END) r->wrong = "is no object of JSON";
    else if (!r->wrong && !r->page.ptr) r->wrong = "has no field with a page (--field)";
}

/* Blank lines are passed over. */
static dh_status next_json(stream *s, record *r, bool *end, dh_error *err) {
    dh_view line;
    bool cut;
    dh_status st;
    do st = next_line(s, s->settings->page.max_memory, &line, &cut, end, err);
    while (!st && !*end && !cut && view_is_blank(line));
    if (st || *end) return st;
    if (cut) r->wrong = "is larger than --max-memory";
    else read_json(s, line, r);
    return DH_OK;
}

/* ---- records of bytes ------------------------------------------------------------------------------------------- */

/* "LENGTH" or "LENGTH ADDRESS". */
static bool read_head(stream *s, dh_view head, size_t *length, record *r) {
    const char *space = memchr(head.ptr, ' ', head.len);
    dh_view number = {head.ptr, space ? (size_t)(space - head.ptr) : head.len};
    if (number.len && number.ptr[number.len - 1] == '\r') number.len--;
    if (!opt_number(number, false, length)) return false;
    s->url.len = 0;
    dh_view url = space ? view_trim((dh_view){space + 1, (size_t)(head.ptr + head.len - space - 1)}) : DH_VIEW("");
    if (!url.len) return true;
    if (buf_append_view(&s->url, url) || buf_append_char(&s->url, 0)) return false;
    r->url = s->url.ptr;
    return true;
}

/* What stands where a length should be leaves no way to find the next record: the stream ends there. */
static dh_status next_frame(stream *s, record *r, bool *end, dh_error *err) {
    dh_view head;
    bool cut;
    size_t length = 0, got = 0;
    dh_status st = next_line(s, HEAD_BYTES, &head, &cut, end, err);
    if (st || *end) return st;
    if (cut || !read_head(s, head, &length, r)) return err_set(err, DH_ERR_FORMAT, 0, "no length where a record should begin");
    st = next_bytes(s, length, s->settings->page.max_memory, &r->page, &got, err);
    if (!st && got < length) return err_set(err, DH_ERR_FORMAT, 0, "ends within a record");
    if (length > s->settings->page.max_memory) r->wrong = "is larger than --max-memory";
    return st;
}

/* ---- answers ---------------------------------------------------------------------------------------------------- */

/* The answer to s->answer, or the reason why there is none. */
static dh_status clean_page(stream *s, const record *r, const dh_rendering *how, size_t *words, dh_error *why) {
    dh_options opt = s->settings->page;
    dh_page *page = NULL;
    if (r->from != DH_FROM_AUTO) opt.from = r->from;
    if (r->decoded) opt.charset = "utf-8";
    if (r->url) opt.url = r->url;
    if (r->wrong) return err_set(why, DH_ERR_FORMAT, 0, "%s", r->wrong);
    dh_status st = dh_page_new(s->ctx, r->page, &opt, &page, why);
    if (!st) st = dh_page_render_as(page, how, &s->answer, why);
    if (!st && dh_page_outcome(page, NULL) == DH_OUTCOME_OK) *words += dh_page_kept_words(page);
    dh_page_free(page);
    return st;
}

static dh_status answer(stream *s, const record *r, dh_error *err) {
    dh_error why = {0};
    dh_rendering how = s->settings->how;
    how.source = "stdin";
    how.id = r->id;
    how.url = r->url;
    s->answer.len = 0;
    dh_status st = clean_page(s, r, &how, &s->result.words, &why);
    s->result.failures += st != DH_OK;
    if (st) {
        s->answer.len = 0;
        st = dh_failure_render(&how, why.msg, &s->answer, err);
    }
    return st ? st : output_write(&s->out, dh_buf_view(&s->answer), err);
}

/* ---- the run ---------------------------------------------------------------------------------------------------- */

static void give_back(stream *s) {
    dh_buf *const bufs[] = {&s->page, &s->url, &s->id, &s->text, &s->answer};
    for (size_t i = 0; i < DH_COUNT(bufs); i++)
        if (bufs[i]->cap > KEEP_BYTES) dh_buf_clear(bufs[i]);
    if (s->raw.cap <= KEEP_BYTES || s->at < s->raw.len) return;
    dh_buf_clear(&s->raw);
    s->at = s->searched = 0;
}

/* Until the end of stdin, or something after which there are no more answers: *blame says of what. */
static dh_status answer_all(stream *s, const char **blame, dh_error *err) {
    for (;;) {
        record r = {.from = s->settings->page.from};
        bool end = false;
        *blame = "stdin";
        dh_status st = s->settings->values.stream == STREAM_BYTES ? next_frame(s, &r, &end, err) : next_json(s, &r, &end, err);
        if (st || end) return st;
        *blame = "stdout";
        if ((st = answer(s, &r, err))) return st;
        give_back(s);
    }
}

static dh_status shut_in(const settings *s, dh_context *ctx, dh_error *err) {
    dh_status st = dh_context_preload(ctx, err);
    return st || s->values.no_sandbox ? st : sandbox_enter(err);
}

run_result stream_run(const settings *options, dh_context *ctx) {
    stream s = {.settings = options, .ctx = ctx, .in = {STDIN_FILENO, NULL}};
    dh_buf *const bufs[] = {&s.raw, &s.page, &s.url, &s.id, &s.text, &s.answer};
    const char *blame = NULL;
    dh_error err = {0};
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_init(bufs[i], 0);
    dh_status st = output_open(&s.out, NULL, &err);
    if (!st) st = shut_in(options, ctx, &err);
    if (!st) st = answer_all(&s, &blame, &err);
    if (st && !s.out.pipe_closed) {
        say(blame, err.msg);
        s.result.failures++;
    }
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_clear(bufs[i]);
    return s.result;
}
