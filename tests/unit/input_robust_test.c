/* The whole way with every fixture cut off and changed at random: whatever comes, it is pages or an error, and an end.
 * What this is to find (reads past an end, leaks) shows under the sanitizers. */
#include "input_tests.h"

#include <dirent.h>
#include <stdio.h>

#ifndef DH_SOURCE_ROOT
#define DH_SOURCE_ROOT "."
#endif

#define CUTS  50
#define FLIPS 20

/* Calls what for each fixture's input; returns how many there were. */
static size_t each_fixture(void (*what)(const char *name, dh_view bytes, void *user), void *user) {
    DIR *d = opendir(DH_SOURCE_ROOT "/fixtures");
    size_t count = 0;
    ck_assert_msg(d != NULL, "cannot open " DH_SOURCE_ROOT "/fixtures");
    for (struct dirent *e; (e = readdir(d));) {
        static const char *const inputs[] = {"input.html", "input.txt"};
        for (size_t i = 0; i < DH_COUNT(inputs) && e->d_name[0] != '.'; i++) {
            char path[600];
            dh_buf bytes;
            dh_buf_init(&bytes, 16 << 20);
            snprintf(path, sizeof path, DH_SOURCE_ROOT "/fixtures/%s/%s", e->d_name, inputs[i]);
            if (sup_read_file(path, &bytes)) {
                what(e->d_name, dh_buf_view(&bytes), user);
                count++;
            }
            dh_buf_clear(&bytes);
        }
    }
    closedir(d);
    return count;
}

/* Renders all that a reader gives. Each error says something, and what comes out is UTF-8. */
static void take_all(const char *name, dh_view bytes) {
    dh_options opt = dh_options_default();
    opt.window_bytes = 1 << 12; /* more than one window for some */
    char *copy = test_copy(bytes);
    sup_source source = {{copy, bytes.len}, 1 + bytes.len / 3};
    dh_reader *reader = NULL;
    ck_assert_int_eq(dh_reader_new(sup_context(), &opt, sup_read, &source, &reader, NULL), DH_OK);
    bool end = false;
    for (size_t calls = 0; !end; calls++) {
        dh_page *page = NULL;
        dh_error err = {0};
        dh_buf out;
        dh_buf_init(&out, 0);
        ck_assert_msg(calls <= bytes.len + 1, "%s, %zu bytes: no end", name, bytes.len);
        dh_status st = dh_reader_next(reader, &page, &err);
        ck_assert_msg(!st || (err.msg[0] && err.code == st), "%s: an error without words", name);
        end = !st && !page;
        if (page) ck_assert_int_eq(dh_page_render(page, DH_TO_TEXT, &out, NULL), DH_OK);
        ck_assert_msg(utf8_valid_prefix(dh_buf_view(&out)) == out.len, "%s: no UTF-8", name);
        dh_buf_clear(&out);
        dh_page_free(page);
    }
    dh_reader_free(reader);
    free(copy);
}

static void cut(const char *name, dh_view bytes, void *user) {
    (void)user;
    for (size_t i = 0; i < CUTS; i++) take_all(name, (dh_view){bytes.ptr, bytes.len * i / CUTS});
}

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* A byte in 200 is another; more of them in each round have a meaning in markup. */
static void flip(const char *name, dh_view bytes, void *user) {
    static const char meaning[] = "<>/\"'=&;!-\0\n\r\xff\xc3\x1b";
    uint32_t seed = 11;
    (void)user;
    for (size_t round = 0; round < FLIPS && bytes.len; round++) {
        char *changed = test_copy(bytes);
        for (size_t i = 0; i < 1 + bytes.len / 200; i++) {
            char c = (char)next_random(&seed);
            if (next_random(&seed) % FLIPS < round) c = meaning[next_random(&seed) % (sizeof meaning - 1)];
            changed[next_random(&seed) % bytes.len] = c;
        }
        take_all(name, (dh_view){changed, bytes.len});
        free(changed);
    }
}

START_TEST(survives_cut_pages) { ck_assert_uint_ge(each_fixture(cut, NULL), 40); }
END_TEST

START_TEST(survives_changed_pages) { ck_assert_uint_ge(each_fixture(flip, NULL), 40); }
END_TEST

/* Up to 64 KiB of an archive of the fixtures. */
static void add_to_archive(const char *name, dh_view bytes, void *user) {
    dh_buf *file = user;
    if (bytes.len > 4000 || file->len > 60000) return;
    size_t head = sizeof "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000\r\n\r\n0\r\n\r\n" - 1;
    ck_assert_int_eq(buf_printf(file,
                                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/%s\r\n"
                                "Content-Type: application/http\r\nContent-Length: %zu\r\n\r\n"
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%04zx\r\n",
                                name, bytes.len + head, bytes.len),
                     DH_OK);
    ck_assert_int_eq(buf_append_view(file, bytes), DH_OK);
    ck_assert_int_eq(buf_append_view(file, DH_VIEW("\r\n0\r\n\r\n\r\n\r\n")), DH_OK);
}

START_TEST(survives_broken_archives) {
    dh_buf file;
    dh_buf_init(&file, 1 << 20);
    each_fixture(add_to_archive, &file);
    ck_assert_uint_gt(file.len, 20000);
    cut("archive", dh_buf_view(&file), NULL);
    flip("archive", dh_buf_view(&file), NULL);
    dh_buf_clear(&file);
}
END_TEST

TCase *input_robust_case(void) {
    TCase *c = tcase_create("broken input");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, survives_cut_pages);
    tcase_add_test(c, survives_changed_pages);
    tcase_add_test(c, survives_broken_archives);
    return c;
}
