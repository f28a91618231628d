/* The public functions one by one: what they accept, what they refuse and with which words, that a context is shared by
 * threads, that a reader does not care how its bytes come, and the limits of the options. */
#include "suites.h"
#include "support/support.h"

#include <pthread.h>
#include <stdio.h>
#include <zlib.h>

static const char page_html[] =
    "<!doctype html><html><head><title>Fog on the pier - The Harbour Post</title></head><body><nav><a href=/>Home</a> "
    "<a href=/n>News</a></nav><article><h1>Fog on the pier</h1><p>The ferry had left an hour before the fog came in, "
    "and "
    "nobody on the pier expected it back before the evening.</p><p>By noon the lamps were lit, and the harbour master "
    "sent "
    "two men out to the end of the mole to ring the bell.</p></article><footer>Copyright 2024</footer></body></html>";

static const dh_view html_view = DH_LIT(page_html);

/* ---- the simple life ---- */

START_TEST(null_is_allowed_where_it_says) {
    dh_context_free(NULL);
    dh_page_free(NULL);
    dh_reader_free(NULL);
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_reader *reader = NULL;
    dh_buf out;
    dh_buf_init(&out, 0);
    dh_buf_clear(&out);
    sup_source source = {html_view, 0, DH_OK};
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, html_view, NULL, &page, NULL), DH_OK);
    ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, &out, NULL), DH_OK);
    dh_page_free(page);
    ck_assert_int_eq(dh_page_new(ctx, (dh_view){NULL, 0}, NULL, &page, NULL), DH_OK);
    ck_assert_uint_eq(dh_page_block_count(page), 0);
    dh_page_free(page);
    ck_assert_int_eq(dh_reader_new(ctx, NULL, sup_read, &source, &reader, NULL), DH_OK);
    dh_reader_free(reader);
    dh_context_free(ctx);
    dh_buf_clear(&out);
}
END_TEST

/* Preloading twice is once and changes no answer; contexts of the same models have one digest. */
START_TEST(preload_and_digest) {
    dh_context *a = NULL, *b = NULL;
    dh_buf out[2];
    ck_assert_int_eq(dh_context_new(&a, NULL), DH_OK);
    ck_assert_int_eq(dh_context_new(&b, NULL), DH_OK);
    ck_assert_int_eq(dh_context_preload(a, NULL), DH_OK);
    ck_assert_int_eq(dh_context_preload(a, NULL), DH_OK);
    ck_assert_uint_eq(dh_context_digest(a), dh_context_digest(b));
    dh_options opt = dh_options_default();
    opt.charset = "shift_jis";
    for (int i = 0; i < 2; i++) {
        dh_buf_init(&out[i], 0);
        ck_assert_int_eq(sup_clean(i ? b : a, DH_VIEW("<p>\x93\xfa\x96\x7b\x8c\xea, and more of it in one line."), &opt, &out[i], NULL), DH_OK);
    }
    ck_assert(out[0].len && view_is(dh_buf_view(&out[0]), dh_buf_view(&out[1])));
    for (int i = 0; i < 2; i++) dh_buf_clear(&out[i]);
    dh_context_free(a);
    dh_context_free(b);
}
END_TEST

START_TEST(defaults_and_names) {
    dh_options opt = dh_options_default();
    ck_assert(opt.from == DH_FROM_AUTO && opt.focus == DH_FOCUS_BALANCED && opt.title == DH_TITLE_AUTO);
    ck_assert(!opt.charset && !opt.http_charset && !opt.encoding && !opt.url);
    ck_assert_uint_eq(opt.max_bytes, (size_t)64 << 20);
    ck_assert_uint_eq(opt.max_memory, (size_t)1 << 30);
    ck_assert_uint_eq(opt.max_depth, 512);
    ck_assert_uint_eq(opt.window_bytes, (size_t)2 << 20);
    ck_assert_str_eq(dh_version(), DH_VERSION);
    for (int i = -1; i < 12; i++) ck_assert_ptr_nonnull(dh_status_name((dh_status)i));
    ck_assert_str_eq(dh_status_name(DH_OK), "ok");
}
END_TEST

START_TEST(page_and_its_blocks) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_block b;
    size_t kept = 0, end = 0;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, html_view, NULL, &page, NULL), DH_OK);
    ck_assert(dh_page_is_html(page));
    ck_assert_str_eq(dh_page_charset(page), "UTF-8");
    ck_assert(view_is(dh_page_title(page), DH_VIEW("Fog on the pier")));
    ck_assert_uint_eq(dh_page_block_count(page), 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert(dh_page_block(page, i, &b));
        ck_assert_msg(b.score >= 0 && b.score <= 1 && b.reason && *b.reason, "block %zu: score and reason", i);
        ck_assert_msg(b.begin >= end && b.begin < b.end && b.end <= html_view.len, "block %zu: bytes", i);
        ck_assert_msg(b.keep == (i == 2 || i == 3), "block %zu: %s", i, b.reason);
        end = b.end;
        kept += b.keep ? b.text.len : 0;
    }
    ck_assert(dh_page_block(page, 1, &b));
    ck_assert(b.kind == DH_KIND_HEADING && b.level == 1 && view_is(b.text, DH_VIEW("Fog on the pier")));
    ck_assert(view_is((dh_view){page_html + b.begin, b.end - b.begin}, b.text));
    b.level = 77;
    ck_assert(!dh_page_block(page, 5, &b));
    ck_assert(!dh_page_block(page, SIZE_MAX, &b));
    ck_assert_int_eq(b.level, 77);
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(dh_buf_append(&out, "before ", 7), DH_OK);
    ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, &out, NULL), DH_OK);
    ck_assert_uint_eq(out.len, 7 + kept + 3); /* an empty line between, a newline at the end */
    ck_assert(view_starts(dh_buf_view(&out), DH_VIEW("before The ferry")));
    ck_assert_uint_eq(dh_page_kept_words(page), 46);
    dh_buf_clear(&out);
    dh_page_free(page);
    dh_context_free(ctx);
}
END_TEST

START_TEST(title_is_an_option) {
    static const struct {
        dh_title title;
        const char *begin;
    } rows[] = {
        {DH_TITLE_AUTO, "The ferry"}, {DH_TITLE_NO, "The ferry"}, {DH_TITLE_YES, "Fog on the pier\n\nThe ferry"}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_options opt = dh_options_default();
        dh_buf out;
        opt.title = rows[i].title;
        dh_buf_init(&out, 0);
        ck_assert_int_eq(sup_clean(NULL, html_view, &opt, &out, NULL), DH_OK);
        ck_assert_msg(view_starts(dh_buf_view(&out), view_of(rows[i].begin)), "row %zu: %.*s", i, (int)out.len,
                      out.ptr);
        dh_buf_clear(&out);
    }
}
END_TEST

START_TEST(kind_and_charset) {
    static const struct {
        dh_view bytes;
        const char *charset, *http;
        dh_from from;
        bool html;
        const char *is;
    } rows[] = {
        {DH_LIT("plain text\n"), NULL, NULL, DH_FROM_AUTO, false, "UTF-8"},
        {DH_LIT("plain text\n"), NULL, NULL, DH_FROM_HTML, true, "UTF-8"},
        {DH_LIT("<p>x</p>"), NULL, NULL, DH_FROM_AUTO, true, "UTF-8"},
        {DH_LIT("<p>x</p>"), NULL, NULL, DH_FROM_TEXT, false, "UTF-8"},
        {DH_LIT("<p>caf\xe9</p>"), "latin1", NULL, DH_FROM_AUTO, true, "windows-1252"},
        {DH_LIT("<p>caf\xe9</p>"), NULL, "iso-8859-2", DH_FROM_AUTO, true, "ISO-8859-2"},
        {DH_LIT("<p>caf\xe9</p>"), "latin1", "iso-8859-2", DH_FROM_AUTO, true, "windows-1252"},
        {DH_LIT("\xff\xfe<\0p\0>\0x\0"), "latin1", NULL, DH_FROM_AUTO, true, "UTF-16LE"},
        {DH_LIT("\xef\xbb\xbf<p>x"), NULL, NULL, DH_FROM_AUTO, true, "UTF-8"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_context *ctx = NULL;
        dh_page *page = NULL;
        dh_options opt = dh_options_default();
        opt.from = rows[i].from;
        opt.charset = rows[i].charset;
        opt.http_charset = rows[i].http;
        ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
        ck_assert_int_eq(dh_page_new(ctx, rows[i].bytes, &opt, &page, NULL), DH_OK);
        ck_assert_msg(dh_page_is_html(page) == rows[i].html, "row %zu: html %d", i, dh_page_is_html(page));
        ck_assert_msg(!strcmp(dh_page_charset(page), rows[i].is), "row %zu: %s, not %s", i, dh_page_charset(page),
                      rows[i].is);
        dh_page_free(page);
        dh_context_free(ctx);
    }
}
END_TEST

/* ---- errors ---- */

typedef struct {
    const char *name;
    dh_view bytes;
    dh_options opt; /* fields that are not 0 replace the defaults */
    dh_status code;
    const char *message;
} error_row;

#define LARGE ((size_t)3 << 30)
static const error_row error_rows[] = {
    {"charset", DH_LIT("x"), {.charset = "klingon"}, DH_ERR_CHARSET, "unknown charset \"klingon\""},
    {"charset, empty", DH_LIT("x"), {.charset = ""}, DH_ERR_CHARSET, "unknown charset"},
    {"PDF", DH_LIT("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj"), {0}, DH_ERR_FORMAT, "PDF"},
    {"PNG", DH_LIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), {0}, DH_ERR_FORMAT, "PNG"},
    {"encoding", DH_LIT("x"), {.encoding = "lha"}, DH_ERR_FORMAT, "lha"},
    {"gzip that is none", DH_LIT("<p>x"), {.encoding = "gzip"}, DH_ERR_FORMAT, ""},
    {"gzip cut off", DH_LIT("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b"), {0}, DH_ERR_FORMAT, ""},
    {"page too large", DH_LIT("<p>0123456789</p>"), {.max_bytes = 16}, DH_ERR_LIMIT, "16 bytes (--max-bytes)"},
    {"memory", DH_LIT("<p>0123456789</p>"), {.max_memory = 1000}, DH_ERR_LIMIT, "(--max-memory)"},
    {"memory of a text",
     DH_LIT("0123456789\n"),
     {.max_memory = 1000, .from = DH_FROM_TEXT},
     DH_ERR_LIMIT,
     "(--max-memory)"},
    {"max_bytes", DH_LIT("x"), {.max_bytes = LARGE}, DH_ERR_USAGE, "max_bytes"},
    {"window_bytes", DH_LIT("x"), {.window_bytes = LARGE}, DH_ERR_USAGE, "window_bytes"},
    {"max_depth, small", DH_LIT("x"), {.max_depth = 7}, DH_ERR_USAGE, "max_depth"},
    {"max_depth, large", DH_LIT("x"), {.max_depth = 60001}, DH_ERR_USAGE, "max_depth"},
    {"from", DH_LIT("x"), {.from = (dh_from)3}, DH_ERR_USAGE, "from"},
    {"focus", DH_LIT("x"), {.focus = (dh_focus)3}, DH_ERR_USAGE, "focus"},
    {"focus, negative", DH_LIT("x"), {.focus = (dh_focus)-1}, DH_ERR_USAGE, "focus"},
    {"title", DH_LIT("x"), {.title = (dh_title)3}, DH_ERR_USAGE, "title"},
};

static dh_options options_of(const dh_options *row) {
    dh_options opt = *row, plain = dh_options_default();
    if (!opt.max_bytes) opt.max_bytes = plain.max_bytes;
    if (!opt.max_memory) opt.max_memory = plain.max_memory;
    if (!opt.max_depth) opt.max_depth = plain.max_depth;
    if (!opt.window_bytes) opt.window_bytes = plain.window_bytes;
    return opt;
}

static void check_error(const char *name, dh_status st, const dh_error *err, dh_status code, const char *message) {
    ck_assert_msg(st == code && err->code == code, "%s: status %s, code %s", name, dh_status_name(st),
                  dh_status_name(err->code));
    ck_assert_msg(strstr(err->msg, message) && *err->msg, "%s: message '%s'", name, err->msg);
    for (const char *p = err->msg; *p; p++)
        ck_assert_msg((unsigned char)*p >= 0x20 && *p != 0x7f, "%s: '%s'", name, err->msg);
}

START_TEST(errors_have_words) {
    const error_row *row = &error_rows[_i];
    dh_options opt = options_of(&row->opt);
    dh_context *ctx = NULL;
    dh_page *page = (dh_page *)&opt; /* untouched on error */
    dh_error err = {DH_OK, 0, ""};
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    dh_status st = dh_page_new(ctx, row->bytes, &opt, &page, &err);
    check_error(row->name, st, &err, row->code, row->message);
    ck_assert_ptr_eq(page, (dh_page *)&opt);
    ck_assert_int_eq(dh_page_new(ctx, row->bytes, &opt, &page, NULL), row->code);

    /* The reader says the same, at once or with the first page, and is at its end then. */
    sup_source source = {row->bytes, 1, DH_OK};
    dh_reader *reader = NULL;
    err = (dh_error){DH_OK, 0, ""};
    st = dh_reader_new(ctx, &opt, sup_read, &source, &reader, &err);
    if (!st) {
        st = dh_reader_next(reader, &page, &err);
        ck_assert_ptr_null(page);
        ck_assert_int_eq(dh_reader_next(reader, &page, NULL), DH_OK);
        ck_assert_ptr_null(page);
    }
    check_error(row->name, st, &err, row->code, row->message);
    dh_reader_free(reader);
    dh_context_free(ctx);
}
END_TEST

START_TEST(zero_is_no_limit_value) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (int i = 0; i < 4; i++) {
        dh_options opt = dh_options_default();
        size_t *const fields[] = {&opt.max_bytes, &opt.max_memory, &opt.max_depth, &opt.window_bytes};
        *fields[i] = 0;
        sup_source source = {html_view, 0, DH_OK};
        dh_reader *reader = NULL;
        ck_assert_msg(dh_reader_new(ctx, &opt, sup_read, &source, &reader, NULL) == DH_ERR_USAGE, "field %d", i);
        ck_assert_ptr_null(reader);
        ck_assert_msg(dh_page_new(ctx, html_view, &opt, &page, NULL) == DH_ERR_USAGE, "field %d", i);
    }
    dh_context_free(ctx);
}
END_TEST

START_TEST(callbacks_may_fail) {
    static const dh_status codes[] = {DH_ERR_IO, DH_ERR_NOMEM, DH_ERR_LIMIT};
    static const char *const starts[] = {"", "<p>x", "text\n", "\x1f\x8b\x08\0"};
    dh_context *ctx = NULL;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (size_t i = 0; i < DH_COUNT(codes); i++)
        for (size_t k = 0; k < DH_COUNT(starts); k++) {
            sup_source source = {view_of(starts[k]), 2, codes[i]};
            dh_reader *reader = NULL;
            dh_page *page = NULL;
            dh_error err = {DH_OK, 0, ""};
            ck_assert_int_eq(dh_reader_new(ctx, NULL, sup_read, &source, &reader, NULL), DH_OK);
            check_error(starts[k], dh_reader_next(reader, &page, &err), &err, codes[i], "the source failed");
            ck_assert_ptr_null(page);
            ck_assert_int_eq(dh_reader_next(reader, &page, NULL), DH_OK);
            ck_assert_ptr_null(page);
            dh_reader_free(reader);
        }
    dh_context_free(ctx);
}
END_TEST

START_TEST(render_refuses) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_buf out;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, html_view, NULL, &page, NULL), DH_OK);
    dh_buf_init(&out, 0);
    ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, &out, NULL), DH_OK);
    size_t whole = out.len;
    dh_buf_clear(&out);
    for (size_t max = 1; max <= whole; max++) {
        dh_error err = {DH_OK, 0, ""};
        dh_buf_init(&out, max);
        dh_status st = dh_page_render(page, DH_TO_TEXT, &out, &err);
        ck_assert_msg(out.len <= max && st == (max < whole ? DH_ERR_LIMIT : DH_OK), "%zu of %zu bytes: %d", max, whole,
                      st);
        if (st) check_error("render", st, &err, DH_ERR_LIMIT, "larger than");
        dh_buf_clear(&out);
    }
    dh_error err = {DH_OK, 0, ""};
    dh_buf_init(&out, 0);
    check_error("format", dh_page_render(page, (dh_format)99, &out, &err), &err, DH_ERR_USAGE, "format");
    ck_assert_uint_eq(out.len, 0);
    dh_page_free(page);
    dh_context_free(ctx);
}
END_TEST

/* ---- limits ---- */

START_TEST(limits_are_exact) {
    dh_options opt = dh_options_default();
    dh_buf out;
    dh_buf_init(&out, 0);
    opt.max_bytes = html_view.len;
    ck_assert_int_eq(sup_clean(NULL, html_view, &opt, &out, NULL), DH_OK);
    opt.max_bytes--;
    ck_assert_int_eq(sup_clean(NULL, html_view, &opt, &out, NULL), DH_ERR_LIMIT);
    opt.from = DH_FROM_TEXT; /* of a text, lines count: this one has two of ten bytes */
    opt.max_bytes = 11;
    ck_assert_int_eq(sup_clean(NULL, DH_VIEW("0123456789\n0123456789\n"), &opt, &out, NULL), DH_OK);
    opt.window_bytes = 4;
    out.len = 0;
    ck_assert_int_eq(sup_clean_stream(NULL, DH_VIEW("0123456789\n0123456789\n"), 1, &opt, &out, NULL), DH_OK);
    opt.max_bytes = 10;
    ck_assert_int_eq(sup_clean_stream(NULL, DH_VIEW("0123456789\n0123456789\n"), 1, &opt, &out, NULL), DH_ERR_LIMIT);
    dh_buf_clear(&out);
}
END_TEST

/* A page that opens to much more than it is: the limit counts what comes out. */
START_TEST(opened_bytes_count) {
    enum { ROOM = 1 << 20 };
    static Bytef plain[ROOM], packed[ROOM];
    z_stream z = {0};
    memset(plain, 'a', sizeof plain);
    memcpy(plain, "<p>", 3);
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = plain;
    z.avail_in = sizeof plain;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    dh_view bytes = {(const char *)packed, z.total_out};
    deflateEnd(&z);
    ck_assert_uint_lt(bytes.len, ROOM / 100);
    dh_options opt = dh_options_default();
    dh_buf out;
    dh_buf_init(&out, 0);
    opt.max_bytes = ROOM;
    ck_assert_int_eq(sup_clean(NULL, bytes, &opt, &out, NULL), DH_OK);
    opt.max_bytes = ROOM - 1;
    ck_assert_int_eq(sup_clean(NULL, bytes, &opt, &out, NULL), DH_ERR_LIMIT);
    opt = dh_options_default();
    opt.max_memory = ROOM / 2;
    ck_assert_int_eq(sup_clean(NULL, bytes, &opt, &out, NULL), DH_ERR_LIMIT);
    dh_buf_clear(&out);
}
END_TEST

START_TEST(deep_pages_are_flattened) {
    dh_buf html, out;
    dh_buf_init(&html, 0);
    dh_buf_init(&out, 0);
    for (int i = 0; i < 100000; i++) ck_assert_int_eq(buf_append_view(&html, DH_VIEW("<div>")), DH_OK);
    ck_assert_int_eq(buf_append_view(&html, DH_VIEW("<p>The ferry had left an hour before the fog came in.</p>")),
                     DH_OK);
    static const size_t depths[] = {8, 100, 512, 4000};
    for (size_t i = 0; i < DH_COUNT(depths); i++) {
        dh_options opt = dh_options_default();
        opt.max_depth = depths[i];
        out.len = 0;
        ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&html), &opt, &out, NULL), DH_OK);
        ck_assert_msg(view_starts(dh_buf_view(&out), DH_VIEW("The ferry")), "depth %zu: %.*s", depths[i], (int)out.len,
                      out.ptr);
    }
    dh_buf_clear(&html);
    dh_buf_clear(&out);
}
END_TEST

/* ---- threads and pieces ---- */

static sup_fixtures fixtures;

typedef struct {
    const dh_context *ctx;
    dh_buf out;
    bool failed;
} worker;

/* Cleans all fixtures; the results follow each other. */
static void *clean_all(void *user) {
    worker *w = user;
    for (size_t i = 0; i < fixtures.count && !w->failed; i++) {
        dh_buf in;
        dh_buf_init(&in, 0);
        w->failed = !sup_read_input(fixtures.name[i], &in) || sup_clean(w->ctx, dh_buf_view(&in), NULL, &w->out, NULL);
        dh_buf_clear(&in);
    }
    return NULL;
}

START_TEST(threads_share_a_context) {
    enum { THREADS = 4 };
    dh_context *ctx = NULL;
    pthread_t threads[THREADS];
    worker alone = {0}, workers[THREADS];
    sup_list_fixtures(&fixtures);
    ck_assert_uint_gt(fixtures.count, 40);
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    alone.ctx = ctx;
    dh_buf_init(&alone.out, 0);
    clean_all(&alone);
    ck_assert(!alone.failed && alone.out.len > 10000);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){.ctx = ctx};
        dh_buf_init(&workers[i].out, 0);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, clean_all, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_msg(!workers[i].failed && view_is(dh_buf_view(&workers[i].out), dh_buf_view(&alone.out)),
                      "thread %zu", i);
        dh_buf_clear(&workers[i].out);
    }
    dh_buf_clear(&alone.out);
    dh_context_free(ctx);
}
END_TEST

START_TEST(pieces_make_no_difference) {
    static const size_t pieces[] = {1, 2, 3, 1000, 0};
    sup_list_fixtures(&fixtures);
    for (size_t i = 0; i < fixtures.count; i++) {
        dh_buf in, whole, out;
        dh_buf_init(&in, 0);
        dh_buf_init(&whole, 0);
        dh_buf_init(&out, 0);
        ck_assert(sup_read_input(fixtures.name[i], &in));
        ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&in), NULL, &whole, NULL), DH_OK);
        for (size_t k = 0; k < DH_COUNT(pieces); k++) {
            out.len = 0;
            ck_assert_int_eq(sup_clean_stream(NULL, dh_buf_view(&in), pieces[k], NULL, &out, NULL), DH_OK);
            ck_assert_msg(view_is(dh_buf_view(&out), dh_buf_view(&whole)), "%s in pieces of %zu", fixtures.name[i],
                          pieces[k]);
        }
        dh_buf_clear(&in);
        dh_buf_clear(&whole);
        dh_buf_clear(&out);
    }
}
END_TEST

START_TEST(pages_outlive_their_reader) {
    dh_context *ctx = NULL;
    dh_reader *reader = NULL;
    dh_page *page = NULL, *none = NULL;
    sup_source source = {html_view, 10, DH_OK};
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_reader_new(ctx, NULL, sup_read, &source, &reader, NULL), DH_OK);
    ck_assert_uint_eq(dh_reader_url(reader).len, 0);
    ck_assert_int_eq(dh_reader_next(reader, &page, NULL), DH_OK);
    ck_assert_ptr_nonnull(page);
    for (int i = 0; i < 3; i++) {
        none = page;
        ck_assert_int_eq(dh_reader_next(reader, &none, NULL), DH_OK);
        ck_assert_ptr_null(none);
    }
    dh_reader_free(reader);
    dh_block b;
    ck_assert(dh_page_block(page, 2, &b) && view_starts(b.text, DH_VIEW("The ferry")));
    dh_page_free(page);
    dh_context_free(ctx);
}
END_TEST

Suite *api_suite(void) {
    Suite *s = suite_create("api");
    TCase *t = tcase_create("functions");
    tcase_add_test(t, null_is_allowed_where_it_says);
    tcase_add_test(t, defaults_and_names);
    tcase_add_test(t, preload_and_digest);
    tcase_add_test(t, page_and_its_blocks);
    tcase_add_test(t, title_is_an_option);
    tcase_add_test(t, kind_and_charset);
    suite_add_tcase(s, t);
    t = tcase_create("errors");
    tcase_add_loop_test(t, errors_have_words, 0, (int)DH_COUNT(error_rows));
    tcase_add_test(t, zero_is_no_limit_value);
    tcase_add_test(t, callbacks_may_fail);
    tcase_add_test(t, render_refuses);
    suite_add_tcase(s, t);
    t = tcase_create("limits");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, limits_are_exact);
    tcase_add_test(t, opened_bytes_count);
    tcase_add_test(t, deep_pages_are_flattened);
    suite_add_tcase(s, t);
    t = tcase_create("streams");
    tcase_set_timeout(t, 300);
    tcase_add_test(t, threads_share_a_context);
    tcase_add_test(t, pieces_make_no_difference);
    tcase_add_test(t, pages_outlive_their_reader);
    suite_add_tcase(s, t);
    return s;
}
