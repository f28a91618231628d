/* One source of bytes, read page by page: what kind of source it is is found out from its first bytes; an HTML document is
 * read whole, a text window by window, a WARC stream record by record. */
#include "input/mhtml.h"
#include "pipeline.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdlib.h>

/* What is looked at before the kind is decided. Pages are rarely larger. */
#define HEAD_BYTES ((size_t)1 << 20)
#define READ_BYTES ((size_t)256 << 10)

typedef enum { AT_START, IN_LINES, IN_RECORDS, AT_END } reader_state;

struct dh_reader {
    const dh_context *ctx;
    dh_options opt;
    in_stream *stream;
    reader_state state;
    dh_buf raw;  /* read, not decoded */
    dh_buf text; /* texts: decoded */
    size_t at;   /* of text: what stands before has been given out */
    size_t given; /* texts: bytes of the windows that were given out */
    const in_charset *charset;
    in_decoder *decoder;
    in_warc *warc;
    size_t searched; /* bytes of text in which no line ends: a long line must not be searched again with each read */
    bool ended, eol_cr, cr_known;
    dh_view url;
    dh_buf record_url; /* the same, ended by a NUL */
};

dh_status dh_reader_new(const dh_context *ctx, const dh_options *opt, dh_read_fn read, void *user, dh_reader **out,
                        dh_error *err) {
    dh_options chosen = opt ? *opt : dh_options_default();
    if (!ctx) return err_set(err, DH_ERR_USAGE, 0, "there is no context");
    dh_status st = pipeline_check(&chosen, err);
    if (st) return st;
    dh_reader *r = calloc(1, sizeof *r);
    if (!r) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    r->ctx = ctx;
    r->opt = chosen;
    r->url = (dh_view){"", 0};
    dh_buf_init(&r->raw, chosen.max_memory);
    dh_buf_init(&r->text, chosen.max_memory);
    dh_buf_init(&r->record_url, 0);
    st = in_stream_new(read, user, chosen.encoding, &r->stream, err);
    if (st) {
        dh_reader_free(r);
        return st;
    }
    *out = r;
    return DH_OK;
}

void dh_reader_free(dh_reader *r) {
    if (!r) return;
    in_warc_free(r->warc);
    in_decoder_free(r->decoder);
    in_stream_free(r->stream);
    dh_buf_clear(&r->raw);
    dh_buf_clear(&r->text);
    dh_buf_clear(&r->record_url);
    free(r);
}

bool dh_reader_is_warc(const dh_reader *r) { return r->warc != NULL; }

dh_view dh_reader_url(const dh_reader *r) { return r->url; }

static dh_status too_large(const dh_reader *r, const char *what, dh_error *err) {
    return err_set(err, DH_ERR_LIMIT, r->opt.max_bytes, "%s is larger than the limit of %zu bytes (--max-bytes)", what,
                   r->opt.max_bytes);
}

static dh_status buffer_error(dh_status st, const dh_reader *r, dh_error *err) {
    if (st == DH_ERR_NOMEM) return err_set(err, st, 0, "out of memory");
    return err_set(err, st, 0, "needs more memory than the limit of %zu bytes (--max-memory)", r->opt.max_memory);
}

/* Reads raw bytes until there are `want` of them, or the source ends. */
static dh_status fill(dh_reader *r, size_t want, dh_error *err) {
    while (!r->ended && r->raw.len < want) {
        size_t got;
        dh_status st = buf_reserve(&r->raw, READ_BYTES);
        if (st) return buffer_error(st, r, err);
        st = in_stream_read(r->stream, r->raw.ptr + r->raw.len, READ_BYTES, &got, err);
        if (st) return st;
        r->raw.len += got;
        r->ended = !got;
    }
    return DH_OK;
}

/* Decodes what has been read. */
static dh_status decode(dh_reader *r, dh_error *err) {
    dh_status st = in_decode(r->decoder, dh_buf_view(&r->raw), r->ended, &r->text, err);
    r->raw.len = 0;
    return st;
}

/* An address that comes with a page counts more than the one that the caller knows. */
static dh_status keep_url(dh_reader *r, dh_view url, dh_options *opt, dh_error *err) {
    dh_buf *kept = &r->record_url;
    kept->len = 0;
    if (!url.len) return DH_OK;
    if (buf_append_view(kept, url) || buf_append_char(kept, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    opt->url = kept->ptr;
    return DH_OK;
}

/* ---- HTML ---- */

static dh_status whole_page(dh_reader *r, dh_page **out, dh_error *err) {
    size_t total = r->text.len;
    while (!r->ended) {
        dh_status st = fill(r, READ_BYTES, err);
        if (st) return st;
        total += r->raw.len;
        if (total > r->opt.max_bytes) return too_large(r, "the page", err);
        if ((st = decode(r, err))) return st;
    }
    if (total > r->opt.max_bytes) return too_large(r, "the page", err);
    r->state = AT_END;
    dh_buf_clear(&r->raw); /* the page's memory starts from its text alone */
    return pipeline_page(r->ctx, &r->text, (pipeline_kind){.is_html = true, .last_window = true, .charset = r->charset->name}, &r->opt, out, err);
}

/* A page that a browser saved with its parts: read whole, and of it the page. */
static dh_status saved_page(dh_reader *r, dh_page **out, dh_error *err) {
    char charset[64] = "";
    in_record page;
    dh_buf room;
    dh_options opt = r->opt;
    dh_status st = DH_OK;
    while (!st && !r->ended) st = fill(r, r->raw.len + READ_BYTES, err);
    if (st) return st;
    r->state = AT_END;
    dh_buf_init(&room, r->opt.max_bytes);
    st = in_mhtml_page(&r->raw, &room, &page, err);
    if (!st && page.charset.len && page.charset.len < sizeof charset) {
        memcpy(charset, page.charset.ptr, page.charset.len);
        opt.http_charset = charset;
    }
    if (!st) st = keep_url(r, page.url, &opt, err);
    if (!st) st = pipeline_raw(r->ctx, page.body, &opt, out, err);
    dh_buf_clear(&room);
    dh_buf_clear(&r->raw);
    return st;
}

/* ---- text ---- */

/* A window has a line for each 64 of window_bytes at most, or a few thousand: lines cost memory, and a text of one-letter
 * lines must not hit the ceiling on it. Scraped lines have 79 bytes on average. */
#define WINDOW_LINE_BYTES 64
#define WINDOW_LINES_MIN  ((size_t)4096)

/* The decoded text that has not been given out. */
static dh_view pending(const dh_reader *r) {
    return r->text.len ? (dh_view){r->text.ptr + r->at, r->text.len - r->at} : (dh_view){"", 0};
}

/* Bytes of as many whole lines as a window may have; n if there are no more in the first n bytes. */
static size_t window_lines(const dh_reader *r, size_t n) {
    const char *p = pending(r).ptr, *end = p + n;
    if (r->opt.window_bytes >= LARGEST_SOURCE) return n; /* all is one window */
    size_t left = r->opt.window_bytes / WINDOW_LINE_BYTES;
    if (left < WINDOW_LINES_MIN) left = WINDOW_LINES_MIN;
    while (p < end && left--) {
        const char *q = memchr(p, r->eol_cr ? '\r' : '\n', (size_t)(end - p));
        if (!q) return n;
        p = q + 1;
    }
    return n - (size_t)(end - p);
}

/* A line longer than this parts no texts. */
#define SEPARATOR_BYTES ((size_t)4095)

/* True if the line at p, which ends before `end` at the latest, begins a new text. */
static bool is_separator(const dh_reader *r, const char *p, const char *end) {
    char line[SEPARATOR_BYTES + 1];
    const char *q = memchr(p, r->eol_cr ? '\r' : '\n', (size_t)(end - p));
    size_t len = (size_t)((q ? q : end) - p);
    if (len && p[len - 1] == '\r') len--;
    if (len > SEPARATOR_BYTES || memchr(p, 0, len)) return false;
    memcpy(line, p, len);
    line[len] = 0;
    return !fnmatch(r->opt.split, line, 0);
}

/* The bytes of a window of `end` bytes that belong to its first text; says in *kind how that begins and ends. */
static size_t first_text(const dh_reader *r, size_t end, pipeline_kind *kind) {
    const char *first = pending(r).ptr, *stop = first + pending(r).len, *p = first;
    if (!end) return 0;
    kind->separated = is_separator(r, first, stop);
    while ((p = memchr(p, r->eol_cr ? '\r' : '\n', (size_t)(first + end - p))) && ++p < stop) {
        if (is_separator(r, p, stop)) {
            kind->last_window = true;
            return (size_t)(p - first);
        }
        if (p == first + end) break;
    }
    return end;
}

/* Where a window of decoded text ends: behind the last line end in its first window_bytes, or, if its first line is longer,
 * behind that; 0 if more must be read. */
static size_t window_end(dh_reader *r) {
    const char *p = pending(r).ptr;
    char eol = r->eol_cr ? '\r' : '\n';
    if (!pending(r).len) return 0;
    size_t len = pending(r).len, n = len < r->opt.window_bytes ? len : r->opt.window_bytes;
    if (len < r->opt.window_bytes) return r->ended ? window_lines(r, len) : 0;
    const char *q = r->searched ? NULL : memrchr(p, eol, n);
    if (q) return window_lines(r, (size_t)(q - p) + 1);
    if (r->searched < n) r->searched = n;
    q = memchr(p + r->searched, eol, len - r->searched);
    r->searched = q ? 0 : len;
    if (!q) return r->ended ? len : 0;
    return (size_t)(q - p) + 1;
}

/* Takes the first `end` bytes of what is pending as a window. Where more is left than that, they are copied and the rest stays in
 * place; else the buffer becomes the window and the rest is copied: a text of tiny windows costs no more than its bytes. */
static dh_status take_window(dh_reader *r, size_t end, dh_buf *window, dh_error *err) {
    dh_view all = pending(r);
    dh_buf rest;
    dh_status st = DH_OK;
    dh_buf_init(&rest, r->text.max);
    if (r->at || all.len - end > end) {
        st = dh_buf_append(&rest, all.ptr, end);
        *window = rest;
        if (!st) r->at += end;
        if (!st && r->at == r->text.len) r->at = r->text.len = 0;
    } else {
        if (end < all.len) st = dh_buf_append(&rest, all.ptr + end, all.len - end);
        if (st) return buffer_error(st, r, err);
        *window = r->text;
        window->len = end;
        r->text = rest;
    }
    return st ? buffer_error(st, r, err) : DH_OK;
}

/* Decodes what has been read, behind what is pending; that is moved to the front if it is no more than what stood there. */
static dh_status decode_more(dh_reader *r, dh_error *err) {
    dh_view all = pending(r);
    if (r->at && r->at >= all.len) {
        memmove(r->text.ptr, all.ptr, all.len);
        r->text.len = all.len;
        r->at = 0;
    }
    return decode(r, err);
}

static dh_status next_window(dh_reader *r, dh_page **out, dh_error *err) {
    size_t end;
    dh_status st;
    dh_buf window;
    for (;;) {
        dh_view all = pending(r);
        if (!r->cr_known && (all.len >= r->opt.window_bytes || r->ended)) {
            r->cr_known = true;
            r->eol_cr = all.len && !memchr(all.ptr, '\n', all.len) && memchr(all.ptr, '\r', all.len);
        }
        if ((end = window_end(r)) || r->ended) break;
        if (all.len > r->opt.window_bytes && all.len > r->opt.max_bytes) return too_large(r, "a line", err);
        if ((st = fill(r, READ_BYTES, err)) || (st = decode_more(r, err))) return st;
    }
    if (end > r->opt.window_bytes && end > r->opt.max_bytes) return too_large(r, "a line", err);
    pipeline_kind kind = {.eol_cr = r->eol_cr, .charset = r->charset->name};
    if (r->opt.split) end = first_text(r, end, &kind);
    if ((st = take_window(r, end, &window, err))) return st;
    if (r->ended && !pending(r).len) {
        kind.last_window = true;
        r->state = AT_END;
    }
    st = pipeline_page(r->ctx, &window, kind, &r->opt, out, err);
    if (!st) (*out)->base = r->given;
    r->given += end;
    return st;
}

/* ---- records ---- */

static dh_status next_record(dh_reader *r, dh_page **out, dh_error *err) {
    in_record record;
    bool found;
    dh_error why = {0};
    r->url = (dh_view){"", 0}; /* the last one's is lent no more */
    dh_status st = in_warc_next(r->warc, &record, &found, err);
    if (st) return st;
    if (!found) {
        r->state = AT_END;
        return DH_OK;
    }
    char charset[64] = "";
    dh_options opt = r->opt;
    if (record.charset.len && record.charset.len < sizeof charset) {
        memcpy(charset, record.charset.ptr, record.charset.len);
        opt.http_charset = charset;
    }
    r->url = record.url;
    st = keep_url(r, record.url, &opt, err);
    if (st) return st;
    st = pipeline_raw(r->ctx, record.body, &opt, out, &why);
    if (st) in_warc_blame(r->warc, record.url, &why, err);
    return st;
}

/* ---- all ---- */

static dh_status start(dh_reader *r, dh_page **out, dh_error *err) {
    size_t skip;
    bool is_html;
    dh_status st = fill(r, HEAD_BYTES, err);
    bool records = in_is_warc(dh_buf_view(&r->raw)); /* opt.from is for what the records hold */
    if (st && !records) return st;
    if (records) { /* those before a failure are given; the stream repeats it behind them */
        st = in_warc_new(r->stream, dh_buf_view(&r->raw), r->opt.max_bytes, &r->warc, err);
        if (st) return st;
        r->state = IN_RECORDS;
        return next_record(r, out, err);
    }
    if (r->opt.from != DH_FROM_TEXT && in_is_mhtml(dh_buf_view(&r->raw))) return saved_page(r, out, err);
    st = in_charset_find(dh_buf_view(&r->raw), &r->opt, &r->charset, &skip, err);
    if (!st) st = in_decoder_new(r->charset, &r->decoder, err);
    if (!st) st = in_decode(r->decoder, (dh_view){r->raw.ptr + skip, r->raw.len - skip}, r->ended, &r->text, err);
    if (!st) st = pipeline_sniff(dh_buf_view(&r->raw), dh_buf_view(&r->text), &r->opt, &is_html, err);
    r->raw.len = 0;
    if (st) return st;
    if (is_html) return whole_page(r, out, err);
    r->state = IN_LINES;
    return next_window(r, out, err);
}

dh_status dh_reader_next(dh_reader *r, dh_page **out, dh_error *err) {
    dh_status st = DH_OK;
    *out = NULL;
    switch (r->state) {
    case AT_START: st = start(r, out, err); break;
    case IN_LINES: st = next_window(r, out, err); break;
    case IN_RECORDS: return next_record(r, out, err);
    case AT_END: return DH_OK;
    }
    if (st && r->state != IN_RECORDS) r->state = AT_END;
    return st;
}

/* ---- one page in memory ---- */

dh_status dh_page_new(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_page **out, dh_error *err) {
    dh_options chosen = opt ? *opt : dh_options_default();
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_status st = pipeline_check(&chosen, err);
    chosen.window_bytes = LARGEST_SOURCE;
    chosen.split = NULL;
    if (!st) st = dh_reader_new(ctx, &chosen, view_read, &bytes, &reader, err);
    assert(st || reader);
    if (!st) st = dh_reader_next(reader, &page, err);
    dh_reader_free(reader);
    if (!st && !page) st = err_set(err, DH_ERR_FORMAT, 0, "holds no page");
    if (!st) *out = page;
    return st;
}
