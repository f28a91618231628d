/* ARC files, and pages that browsers save with their parts (MHTML), through the public reader: addresses and texts, one line a page,
 * with failures between them. */
#include "input_tests.h"

#include <stdio.h>

#define LINE "The rain stopped at noon and the two of them walked on to the mill."
#define PAGE "<html><p>" LINE "</p></html>"
#define ARC_HEAD "filedesc://a.arc 0.0.0.0 20240101000000 text/plain 9\n1 0 Us\n\n\n\n"
#define HTTP "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
#define MAIL "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.org/a\r\nSubject: A\r\nMIME-Version: 1.0\r\n" \
             "Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----B--1\"\r\n\r\n\r\n"
#define PART(head, body) "------B--1\r\n" head "\r\n\r\n" body "\r\n"
#define LAST "------B--1--\r\n"

static const struct {
    const char *what;
    dh_view bytes;
    const char *want;
} rows[] = {
    {"arc: nothing but its own header", DH_LIT(ARC_HEAD), ""},
    {"arc: a page", DH_LIT(ARC_HEAD "http://example.org/a 1.2.3.4 20240101000000 text/html 131\n" HTTP PAGE "\n"), "http://example.org/a|" LINE "\n"},
    {"arc: ten fields, a blank in the address, no line between",
     DH_LIT(ARC_HEAD "http://example.org/a b 1.2.3.4 20240101000000 text/html 200 - - 0 a.arc 131\n" HTTP PAGE
                     "http://example.org/c 1.2.3.4 20240101000000 text/html 131\n" HTTP PAGE),
     "http://example.org/a b|" LINE "\nhttp://example.org/c|" LINE "\n"},
    {"arc: a document without HTTP", DH_LIT(ARC_HEAD "http://example.org/a 1.2.3.4 20240101000000 text/html 87\n" PAGE "\n"),
     "http://example.org/a|" LINE "\n"},
    {"arc: names of servers are no pages", DH_LIT(ARC_HEAD "dns:example.org 1.2.3.4 20240101000000 text/dns 8\n20240101\n"), ""},
    {"arc: goes on behind a length that is too small",
     DH_LIT(ARC_HEAD "http://example.org/a 1.2.3.4 20240101000000 text/html 80\n" HTTP PAGE "\nhttp://example.org/b 1.2.3.4 20240101000000 text/html 131\n" HTTP PAGE),
     "http://example.org/a|The rain stopped at noon an\n!record 3 has a broken header\nhttp://example.org/b|" LINE "\n"},
    {"arc: cut off", DH_LIT(ARC_HEAD "http://example.org/a 1.2.3.4 20240101000000 text/html 500\n" HTTP PAGE), "!record 2 is cut off\n"},
    {"arc: nothing behind its first line", DH_LIT("filedesc://a.arc 0.0.0.0 20240101000000 text/plain 9\n"), "!record 1 is cut off\n"},
    {"arc: no header line at all", DH_LIT("filedesc://a.arc\nand\nso on\n"), "!record 1 has a broken header\n"},
    {"mhtml: as it is", DH_LIT(MAIL PART("Content-Type: text/html\r\nContent-Location: http://example.org/x", PAGE) LAST), "|" LINE "\n"},
    {"mhtml: quoted", DH_LIT(MAIL PART("Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable",
                                       "<html><p>The rain stop=\r\nped =61t noon and the two of them walked on to the mill=2E</p></html>") LAST), "|" LINE "\n"},
    {"mhtml: base64, folded, in another charset",
     DH_LIT(MAIL PART("Content-Type: text/html;\r\n charset=\"iso-8859-2\"\r\nContent-Transfer-Encoding:\r\n base64",
                      "PGh0bWw+PHA+VGhlIHJhaW4gc3RvcHBlZCBhdCBub29uIGFuZCB0aGUgdHdvIG9mIHRo\r\nZW0gd2Fsa2VkIG9uIHRvIHRoZSBtaWxsIKHmLjwvcD48L2h0bWw+") LAST),
     "|The rain stopped at noon and the two of them walked on to the mill \xc4\x84\xc4\x87.\n"},
    {"mhtml: the page among other parts", DH_LIT(MAIL PART("Content-Type: text/css", "p {}") PART("Content-Type: text/html", PAGE)
                                                     PART("Content-Type: text/html", "<p>Another frame of it stands here, as it did.") LAST), "|" LINE "\n"},
    {"mhtml: without an end", DH_LIT(MAIL PART("Content-Type: text/html", PAGE)), "|" LINE "\n"},
    {"mhtml: the part that is the start",
     DH_LIT("MIME-Version: 1.0\nContent-Type: multipart/related; start=\"<b@x>\"; boundary=B\n\n--B\nContent-Type: text/html\n\n<p>A frame\n--B\n"
            "Content-Type: text/html\nContent-ID: <b@x>\n\n" PAGE "\n--B--\n"), "|" LINE "\n"},
    {"mhtml: no page in it", DH_LIT(MAIL PART("Content-Type: text/css", "p {}") LAST), "!saved page (MHTML) without a part of HTML\n"},
    {"mhtml: no boundary", DH_LIT("MIME-Version: 1.0\nContent-Type: multipart/related\n\n" PAGE), "!saved page (MHTML) without a boundary\n"},
    {"a mail of another kind is text", DH_LIT("From: a\nMIME-Version: 1.0\nContent-Type: text/plain\n\n" LINE "\n"),
     "|From: a\nMIME-Version: 1.0\nContent-Type: text/plain\n\n" LINE "\n"},
};

/* A page, or a failure, as a line of what is wanted. */
static void put_page(dh_reader *reader, const dh_page *page, dh_buf *out) {
    dh_view url = dh_reader_url(reader);
    ck_assert(!buf_append_view(out, url) && !buf_append_char(out, '|'));
    ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, out, NULL), DH_OK);
}

START_TEST(reads_saved_pages) {
    dh_context *ctx;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    for (size_t step = 1; step < 4000; step *= 11) {
        dh_reader *reader;
        dh_buf got;
        char *copy = test_copy(rows[_i].bytes);
        sup_source source = {{copy, rows[_i].bytes.len}, step};
        dh_options opt = dh_options_default();
        dh_buf_init(&got, 0);
        opt.focus = DH_FOCUS_RECALL;
        ck_assert_int_eq(dh_reader_new(ctx, &opt, sup_read, &source, &reader, NULL), DH_OK);
        for (int calls = 0; calls < 10; calls++) {
            dh_page *page = NULL;
            dh_error err = {0};
            dh_status st = dh_reader_next(reader, &page, &err);
            if (!st && !page) break;
            if (st) ck_assert_int_eq(buf_printf(&got, "!%s\n", err.msg), DH_OK);
            else put_page(reader, page, &got);
            dh_page_free(page);
        }
        ck_assert_msg(view_is(dh_buf_view(&got), view_of(rows[_i].want)), "%s, by %zu: \"%.*s\"", rows[_i].what, step, (int)got.len, got.ptr);
        dh_reader_free(reader);
        dh_buf_clear(&got);
        free(copy);
    }
    dh_context_free(ctx);
}
END_TEST

/* The parts around the page count as little as its own limit allows. */
START_TEST(bounds_saved_pages) {
    dh_view bytes = DH_LIT(MAIL PART("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", "PGh0bWw+PHA+VGhlIHJhaW4=") LAST);
    for (size_t max = 16; max < 18; max++) {
        dh_context *ctx;
        dh_page *page = NULL;
        dh_error err = {0};
        dh_options opt = dh_options_default();
        opt.max_bytes = max;
        ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
        ck_assert_int_eq(dh_page_new(ctx, bytes, &opt, &page, &err), max < 17 ? DH_ERR_LIMIT : DH_OK);
        if (max < 17) ck_assert_str_eq(err.msg, "the page is larger than the limit of 16 bytes (--max-bytes)");
        dh_page_free(page);
        dh_context_free(ctx);
    }
}
END_TEST

TCase *input_saved_case(void) {
    TCase *c = tcase_create("saved pages");
    tcase_add_loop_test(c, reads_saved_pages, 0, DH_COUNT(rows));
    tcase_add_test(c, bounds_saved_pages);
    return c;
}
