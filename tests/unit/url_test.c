/* Addresses: the examples of RFC 3986 section 5.4, what browsers forgive, hosts, and the one spelling. */
#include "base/url.h"
#include "suites.h"

#include <stdlib.h>

/* ---- resolve ---- */

typedef struct {
    const char *base, *ref, *want; /* want NULL: DH_ERR_FORMAT */
} resolve_row;

#define RFC "http://a/b/c/d;p?q"

static const resolve_row resolve_rows[] = {
    /* RFC 3986, 5.4.1 */
    {RFC, "g:h", "g:h"},
    {RFC, "g", "http://a/b/c/g"},
    {RFC, "./g", "http://a/b/c/g"},
    {RFC, "g/", "http://a/b/c/g/"},
    {RFC, "/g", "http://a/g"},
    {RFC, "//g", "http://g"},
    {RFC, "?y", "http://a/b/c/d;p?y"},
    {RFC, "g?y", "http://a/b/c/g?y"},
    {RFC, "#s", "http://a/b/c/d;p?q#s"},
    {RFC, "g#s", "http://a/b/c/g#s"},
    {RFC, "g?y#s", "http://a/b/c/g?y#s"},
    {RFC, ";x", "http://a/b/c/;x"},
    {RFC, "g;x", "http://a/b/c/g;x"},
    {RFC, "g;x?y#s", "http://a/b/c/g;x?y#s"},
    {RFC, "", "http://a/b/c/d;p?q"},
    {RFC, ".", "http://a/b/c/"},
    {RFC, "./", "http://a/b/c/"},
    {RFC, "..", "http://a/b/"},
    {RFC, "../", "http://a/b/"},
    {RFC, "../g", "http://a/b/g"},
    {RFC, "../..", "http://a/"},
    {RFC, "../../", "http://a/"},
    {RFC, "../../g", "http://a/g"},
    /* RFC 3986, 5.4.2 */
    {RFC, "../../../g", "http://a/g"},
    {RFC, "../../../../g", "http://a/g"},
    {RFC, "/./g", "http://a/g"},
    {RFC, "/../g", "http://a/g"},
    {RFC, "g.", "http://a/b/c/g."},
    {RFC, ".g", "http://a/b/c/.g"},
    {RFC, "g..", "http://a/b/c/g.."},
    {RFC, "..g", "http://a/b/c/..g"},
    {RFC, "./../g", "http://a/b/g"},
    {RFC, "./g/.", "http://a/b/c/g/"},
    {RFC, "g/./h", "http://a/b/c/g/h"},
    {RFC, "g/../h", "http://a/b/c/h"},
    {RFC, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {RFC, "g;x=1/../y", "http://a/b/c/y"},
    {RFC, "g?y/./x", "http://a/b/c/g?y/./x"},
    {RFC, "g?y/../x", "http://a/b/c/g?y/../x"},
    {RFC, "g#s/./x", "http://a/b/c/g#s/./x"},
    {RFC, "g#s/../x", "http://a/b/c/g#s/../x"},
    {RFC, "http:g", "http://a/b/c/g"}, /* the lenient reading that 5.4.2 allows */
    /* more */
    {RFC, "HTTP:/g", "http://a/g"},
    {RFC, "http:", "http://a/b/c/d;p?q"},
    {RFC, "https:g", "https:g"},
    {RFC, "https://h/../i", "https://h/i"},
    {RFC, "  g\n", "http://a/b/c/g"},
    {RFC, "\x01g\x1f", "http://a/b/c/g"},
    {RFC, "g\r\n\t/h", "http://a/b/c/g/h"},
    {RFC, "ht\ntp://x/y", "http://x/y"},
    {RFC, "g h", "http://a/b/c/g h"},
    {RFC, "mailto:a/../b@c", "mailto:a/../b@c"},
    {RFC, "javascript:x='../'", "javascript:x='../'"},
    {RFC, "data:text/html,a/./b", "data:text/html,a/./b"},
    {RFC, "file:///a/../b", "file:///b"},
    {RFC, "web:/.//x", "web:/.//x"},
    {RFC, "1a:b", "http://a/b/c/1a:b"},
    {RFC, ":b", "http://a/b/c/:b"},
    {RFC, "?", "http://a/b/c/d;p?"},
    {RFC, "#", "http://a/b/c/d;p?q#"},
    {RFC, "...", "http://a/b/c/..."},
    {RFC, "g//../h", "http://a/b/c/g/h"},
    {RFC, "//h?x", "http://h?x"},
    {RFC, "////g", "http:////g"},
    {"http://a", "g", "http://a/g"},
    {"http://a?q", "g", "http://a/g"},
    {"http://a?q", "", "http://a?q"},
    {"http://a", "..", "http://a/"},
    {"http://a/b#f", "", "http://a/b"},
    {"http://a/b#f?x", "?y", "http://a/b?y"},
    {"http://a/b?c/d/e", "g", "http://a/g"},
    {" http://a/b/\n", "c", "http://a/b/c"},
    {"file:///a/b", "../../c", "file:///c"},
    {"web:/a/b", "/.//c", "web:/.//c"},
    {"http://\xc3\xa4.example/", "\xc3\xb6", "http://\xc3\xa4.example/\xc3\xb6"},
    {"", "http://a/b", "http://a/b"},
    {"a/b", "c", NULL},
    {"", "", NULL},
    {"//h/a", "b", NULL},
    {"1http://a", "b", NULL},
};

START_TEST(resolve_table) {
    const resolve_row *row = &resolve_rows[_i];
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(dh_buf_append(&out, "before:", 7), DH_OK);
    dh_status st = url_resolve(view_of(row->base), view_of(row->ref), &out);
    ck_assert_int_eq(dh_buf_append(&out, "", 1), DH_OK);
    ck_assert_msg(st == (row->want ? DH_OK : DH_ERR_FORMAT), "row %d, '%s' on '%s': status %d", _i, row->ref, row->base,
                  st);
    const char *want = row->want ? row->want : "";
    ck_assert_msg(!strcmp(out.ptr + 7, want), "row %d, '%s' on '%s': got '%s', not '%s'", _i, row->ref, row->base,
                  out.ptr + 7, want);
    dh_buf_clear(&out);
}
END_TEST

/* ---- hosts ---- */

typedef struct {
    const char *url, *host; /* host "": none */
    bool http;
} host_row;

static const host_row host_rows[] = {
    {"http://example.org/", "example.org", true},
    {"HTTPS://Example.ORG", "Example.ORG", true},
    {"http://user:pass@example.org:8080/x", "example.org", true},
    {"http://a@b@example.org/", "", false},
    {"http://example.org:/", "example.org", true},
    {"http://example.org?x@y", "example.org", true},
    {"http://example.org#@evil", "example.org", true},
    {"http://[::1]:80/", "[::1]", true},
    {"http://user@[2001:db8::1]", "[2001:db8::1]", true},
    {" \thttp://example.org\n", "example.org", true},
    {"http://b\xc3\xbc"
     "cher.example/",
     "b\xc3\xbc"
     "cher.example",
     true},
    {"http://under_score.example", "under_score.example", true},
    {"ftp://example.org/", "example.org", false},
    {"file:///etc/passwd", "", false},
    {"http:example.org", "", false},
    {"http:/example.org", "", false},
    {"http:///example.org", "", false},
    {"http://", "", false},
    {"http://:80/", "", false},
    {"http://user@/", "", false},
    {"http://exa mple.org/", "", false},
    {"http://exa\tmple.org/", "", false},
    {"http://good.example\\@evil.example/", "", false},
    {"http://example.org:65536/", "", false},
    {"http://example.org:8o/", "", false},
    {"http://example.org:99999999999999999999/", "", false},
    {"http://[::1/", "", false},
    {"http://[::1]x/", "", false},
    {"http://[fe80::1%25eth0]/", "", false},
    {"http://::1/", "", false},
    {"http://a<b/", "", false},
    {"//example.org/", "", false},
    {"example.org", "", false},
    {"httpx://example.org", "example.org", false},
    {"http", "", false},
    {"", "", false},
};

START_TEST(host_table) {
    const host_row *row = &host_rows[_i];
    dh_view host = url_host(view_of(row->url));
    ck_assert_msg(view_is(host, view_of(row->host)), "row %d, '%s': host is '%.*s', not '%s'", _i, row->url,
                  (int)host.len, host.ptr, row->host);
    ck_assert_msg(url_is_http(view_of(row->url)) == row->http, "row %d, '%s': url_is_http", _i, row->url);
}
END_TEST

/* ---- the one spelling ---- */

typedef struct {
    const char *url, *want; /* want NULL: DH_ERR_FORMAT */
} normal_row;

static const normal_row normal_rows[] = {
    {"http://example.org", "http://example.org/"},
    {"HTTP://EXAMPLE.org:80/A/../b", "http://example.org/b"},
    {"https://example.org:443/", "https://example.org/"},
    {"https://example.org:80/", "https://example.org:80/"},
    {"http://example.org:0080/", "http://example.org/"},
    {"http://example.org:/x", "http://example.org/x"},
    {"http://example.org/a#part", "http://example.org/a"},
    {"http://example.org/a?", "http://example.org/a?"},
    {"http://example.org?b=c d", "http://example.org/?b=c%20d"},
    {"http://example.org/%7euser/%41%2f%c3%a4", "http://example.org/~user/A%2F%C3%A4"},
    {"http://example.org/\xc3\xa4", "http://example.org/%C3%A4"},
    {"http://example.org/a/%2e%2E/b", "http://example.org/b"},
    {"http://example.org/100%", "http://example.org/100%25"},
    {"http://example.org/%%341", "http://example.org/%2541"},
    {"http://example.org/%zz", "http://example.org/%25zz"},
    {"http://example.org/a/./b/.", "http://example.org/a/b/"},
    {"http://example.org/../..", "http://example.org/"},
    {"http://example.org//a//b", "http://example.org//a//b"},
    {"http://example.org/a\\b", "http://example.org/a%5Cb"},
    {" http://exa\nmple.org/ ", "http://example.org/"},
    {"http://me:p%41ss@example.org/", "http://me:pAss@example.org/"},
    {"http://@example.org/", "http://example.org/"},
    {"http://%65xample.org/", "http://example.org/"},
    {"http://B\xc3\xbc"
     "cher.example/",
     "http://b\xc3\xbc"
     "cher.example/"},
    {"http://127.1/", "http://127.0.0.1/"},
    {"http://0x7f.0.0.1/", "http://127.0.0.1/"},
    {"http://2130706433/", "http://127.0.0.1/"},
    {"http://017700000001/", "http://127.0.0.1/"},
    {"http://127.0.0.%31/", "http://127.0.0.1/"},
    {"http://127.0.0.1./", "http://127.0.0.1/"},
    {"http://1.2.65535/", "http://1.2.255.255/"},
    {"http://example.org./", "http://example.org./"},
    {"http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"},
    {"http://[::FFFF:127.0.0.1]:80/", "http://[::ffff:127.0.0.1]/"},
    {"http://1.2.3.4.5/", NULL},
    {"http://256.0.0.1/", NULL},
    {"http://1.2.65536/", NULL},
    {"http://4294967296/", NULL},
    {"http://08.1.1.1/", NULL},
    {"http://1..2/", NULL},
    {"http://example.0x1f/", NULL},
    {"http://[::1%25lo]/", NULL},
    {"http://[:::1]/", NULL},
    {"http://[]/", NULL},
    {"http://ex%00ample.org/", NULL},
    {"http://ex%2fample.org/", NULL},
    {"http://ex%ample.org/", NULL},
    {"http://a\\b/", NULL},
    {"http://a:65536/", NULL},
    {"ftp://example.org/", NULL},
    {"http:/example.org/", NULL},
    {"http://", NULL},
    {"example.org", NULL},
    {"", NULL},
};

START_TEST(normal_table) {
    const normal_row *row = &normal_rows[_i];
    dh_buf once, twice;
    dh_buf_init(&once, 0);
    dh_buf_init(&twice, 0);
    dh_status st = url_normalise(view_of(row->url), &once);
    ck_assert_msg(st == (row->want ? DH_OK : DH_ERR_FORMAT), "row %d, '%s': status %d", _i, row->url, st);
    dh_view got = dh_buf_view(&once);
    ck_assert_msg(view_is(got, view_of(row->want ? row->want : "")), "row %d, '%s': got '%.*s'", _i, row->url,
                  (int)got.len, got.ptr);
    if (row->want) {
        ck_assert_int_eq(url_normalise(got, &twice), DH_OK);
        ck_assert_msg(view_is(dh_buf_view(&twice), got), "row %d, '%s': twice is not once", _i, row->url);
    }
    dh_buf_clear(&once);
    dh_buf_clear(&twice);
}
END_TEST

/* ---- bounds ---- */

/* `count` times `piece` behind `head`. The caller frees it. */
static char *repeat(const char *head, const char *piece, size_t count) {
    size_t first = strlen(head), each = strlen(piece);
    char *s = malloc(first + each * count + 1);
    ck_assert_ptr_nonnull(s);
    memcpy(s, head, first);
    for (size_t i = 0; i < count; i++) memcpy(s + first + i * each, piece, each);
    s[first + each * count] = 0;
    return s;
}

START_TEST(long_addresses) {
    dh_buf out;
    dh_buf_init(&out, 0);
    char *fits = repeat("http://a/", "x/../", URL_MAX_BYTES / 5 - 2), *large = repeat("http://a/", "x", URL_MAX_BYTES);
    ck_assert_int_eq(url_resolve(view_of(RFC), view_of(fits), &out), DH_OK);
    ck_assert(view_is(dh_buf_view(&out), DH_VIEW("http://a/")));
    out.len = 0;
    ck_assert_int_eq(url_normalise(view_of(fits), &out), DH_OK);
    ck_assert(view_is(dh_buf_view(&out), DH_VIEW("http://a/")));
    out.len = 0;
    ck_assert_int_eq(url_resolve(view_of(RFC), view_of(large), &out), DH_ERR_LIMIT);
    ck_assert_int_eq(url_normalise(view_of(large), &out), DH_ERR_LIMIT);
    ck_assert_uint_eq(out.len, 0);
    free(fits);
    free(large);
    /* Escapes make an address three times as long: the limit holds for what comes out too. */
    char *grows = repeat("http://a/", " x", URL_MAX_BYTES / 3);
    ck_assert_int_eq(url_normalise(view_of(grows), &out), DH_ERR_LIMIT);
    ck_assert_uint_eq(out.len, 0);
    free(grows);
    dh_buf_clear(&out);
}
END_TEST

START_TEST(full_buffer) {
    dh_buf out;
    dh_buf_init(&out, 10);
    ck_assert_int_eq(url_resolve(view_of(RFC), view_of("g"), &out), DH_ERR_LIMIT);
    ck_assert_uint_eq(out.len, 0);
    ck_assert_int_eq(url_normalise(view_of("http://example.org/"), &out), DH_ERR_LIMIT);
    ck_assert_uint_eq(out.len, 0);
    dh_buf_clear(&out);
}
END_TEST

/* Views need not end in NUL and may hold some. */
START_TEST(nul_bytes) {
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_uint_eq(url_host((dh_view){"http://a\0b/", 11}).len, 0);
    ck_assert_int_eq(url_normalise((dh_view){"http://a/\0b", 11}, &out), DH_OK);
    ck_assert(view_is(dh_buf_view(&out), DH_VIEW("http://a/%00b")));
    out.len = 0;
    ck_assert_int_eq(url_resolve((dh_view){"http://a/bXX", 10}, (dh_view){"cXX", 1}, &out), DH_OK);
    ck_assert(view_is(dh_buf_view(&out), DH_VIEW("http://a/c")));
    dh_buf_clear(&out);
}
END_TEST

Suite *url_suite(void) {
    Suite *s = suite_create("url");
    TCase *tc = tcase_create("url");
    tcase_add_loop_test(tc, resolve_table, 0, (int)DH_COUNT(resolve_rows));
    tcase_add_loop_test(tc, host_table, 0, (int)DH_COUNT(host_rows));
    tcase_add_loop_test(tc, normal_table, 0, (int)DH_COUNT(normal_rows));
    tcase_add_test(tc, long_addresses);
    tcase_add_test(tc, full_buffer);
    tcase_add_test(tc, nul_bytes);
    suite_add_tcase(s, tc);
    return s;
}
