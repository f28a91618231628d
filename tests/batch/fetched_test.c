/* Units of runs over fetched pages: what the outputs of addresses are called, and how a stream of records is cut. Whole runs are
 * tests/fetch/cleaned.py's. */
#include "batch/place.h"
#include "batch/record.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- places ------------------------------------------------------------------------------------------------------ */

/* want: "#" stands for the hash. */
static const struct {
    const char *address, *want;
} places[] = {
    {"http://a.example/", "a.example/index.txt"},
    {"https://a.example", "a.example/index.txt"},
    {"http://A.Example:80/b#c", "a.example/b.txt"},
    {"https://a.example:443/b", "a.example/b.txt"},
    {"http://a.example:8080/b", "a.example_8080/b.txt"},
    {"http://user:secret@a.example/b", "a.example/b.txt"},
    {"http://a.example/b/c.html", "a.example/b/c.html.txt"},
    {"http://a.example/b/", "a.example/b/index.txt"},
    {"http://a.example/b/index", "a.example/b/index-#.txt"},
    {"http://a.example/b.txt", "a.example/b.txt.txt"},
    {"http://a.example/b.txt/c", "a.example/b.txt_/c-#.txt"},
    {"http://a.example/b//c", "a.example/b/_/c-#.txt"},
    {"http://a.example/b?", "a.example/b_-#.txt"},
    {"http://a.example/b?c=d&e=/../f", "a.example/b_c=d_e=_.._f-#.txt"},
    {"http://a.example/?c", "a.example/index_c-#.txt"},
    {"http://a.example/../../etc/passwd", "a.example/etc/passwd.txt"},
    {"http://a.example/%2e%2e/%2e%2e/etc/passwd", "a.example/etc/passwd.txt"},
    {"http://a.example/..%2f..%2fetc/x", "a.example/_.%2F..%2Fetc/x-#.txt"},
    {"http://a.example/.htaccess", "a.example/_htaccess-#.txt"},
    {"http://a.example/.dehusk/lock", "a.example/_dehusk/lock-#.txt"},
    {"http://a.example/a%00b", "a.example/a%00b.txt"},
    {"http://a.example/a%20b;c$d'e", "a.example/a%20b_c_d_e-#.txt"},
    {"http://a.example/\xc3\xa4", "a.example/%C3%A4.txt"},
    {"http://a.example/%c3%a4", "a.example/%C3%A4.txt"},
    {"http://a.example/~b/c-d_e", "a.example/~b/c-d_e.txt"},
    {"http://[::1]/b", "___1_/b-#.txt"},
    {"http://[::1]:81/b", "___1__81/b-#.txt"},
    {"http://under_score.example/b", "_under_score.example/b-#.txt"},
    {"http://dehusk-manifest.jsonl/b", "_dehusk-manifest.jsonl/b-#.txt"},
    {"http://a.txt/b", "a.txt_/b.txt"},
    {"nonsense", "_/-#.txt"},
    {"../../etc/passwd", "_/-#.txt"},
    {"", "_/-#.txt"},
};

/* With each hash as "#". */
static void without_hash(const char *path, char out[300]) {
    const char *dash = strrchr(path, '-');
    bool hash = dash && strspn(dash + 1, "0123456789abcdef") == 16 && !strcmp(dash + 17, ".txt");
    snprintf(out, 300, "%.*s%s", hash ? (int)(dash - path) : 299, path, hash ? "-#.txt" : "");
}

START_TEST(place_of_an_address) {
    dh_buf out;
    char got[300];
    dh_buf_init(&out, 0);
    ck_assert(!place_of(view_of(places[_i].address), false, DH_VIEW(".txt"), &out));
    without_hash(out.ptr, got);
    ck_assert_str_eq(got, places[_i].want);
    ck_assert(!place_of(view_of(places[_i].address), true, DH_VIEW(".txt"), &out));
    without_hash(out.ptr, got);
    ck_assert(strstr(got, "-#.txt"));
    dh_buf_clear(&out);
}
END_TEST

/* Long addresses stay below the limits of names and paths, and apart from each other. */
START_TEST(places_of_long_addresses) {
    static const char *const pieces[] = {"abcdefghij", "a/", "?a", "%C3%A4"};
    dh_buf address, out, other;
    dh_buf_init(&address, 0);
    dh_buf_init(&out, 0);
    dh_buf_init(&other, 0);
    ck_assert(!buf_append_view(&address, DH_VIEW("http://a.example/")));
    for (int i = 0; i < 900; i++) ck_assert(!buf_append_view(&address, view_of(pieces[_i])));
    ck_assert(!place_of(dh_buf_view(&address), false, DH_VIEW(".txt"), &out));
    ck_assert(!buf_append_char(&address, 'x') && !place_of(dh_buf_view(&address), false, DH_VIEW(".txt"), &other));
    ck_assert_str_ne(out.ptr, other.ptr);
    ck_assert_uint_lt(out.len, 2500);
    for (const char *p = out.ptr; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) ck_assert_uint_lt(strcspn(p, "/"), 250);
    dh_buf_clear(&address);
    dh_buf_clear(&out);
    dh_buf_clear(&other);
}
END_TEST

/* ---- records ----------------------------------------------------------------------------------------------------- */

#define PAGE(length, block) "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/b\r\nContent-Length: " length "\r\n\r\n" block "\r\n\r\n"
#define OTHER                                                                                                                     \
    "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Target-URI: http://a/c\r\nDehusk-Address: http://a/d\r\nWARC-Payload-Digest: sha1:X\r\n" \
    "Content-Length: 4\r\n\r\n{\"\"}\r\n\r\n"

static const struct {
    const char *stream, *want; /* type, address, digest, block and bytes of each, then the status's name */
} streams[] = {
    {"", "ok"},
    {PAGE("2", "ok"), "response http://a/b   87;ok"},
    {PAGE("0", ""), "response http://a/b   85;ok"},
    {PAGE("6", "\r\n\r\nWA") OTHER PAGE("1", "x"), "response http://a/b   91;metadata http://a/d sha1:X {\"\"} 146;response http://a/b   86;ok"},
    {"<html>\r\n\r\n", "format"},
    {"WARC/1.1\r\nWARC-Type: response\r\n\r\n", "format"},
    {PAGE("-1", "x"), "format"},
    {PAGE("x", "x"), "format"},
    {PAGE("99999999999999999999", "x"), "format"},
    {PAGE("9223372036854775807", "x"), "format"},
    {PAGE("2", "ok") "WARC/1.1\r\n", "response http://a/b   87;format"},
    {PAGE("20", "short"), "format"},
    {PAGE("2", "ok") "\r\n\r\n", "response http://a/b   87;format"},
};

/* Writes a stream into a pipe, `step` bytes at a time. */
static pid_t write_slowly(const char *stream, size_t step, int ends[2]) {
    ck_assert(!pipe(ends));
    pid_t pid = fork();
    if (pid) {
        close(ends[1]);
        return pid;
    }
    for (size_t at = 0, n = strlen(stream); at < n; at += step)
        if (write(ends[1], stream + at, n - at < step ? n - at : step) < 0) _exit(1);
    _exit(0);
}

/* The file holds the record as it came. */
static void check_file(const record *rec, const char **stream) {
    char bytes[400];
    ck_assert_int_eq(lseek(rec->fd, 0, SEEK_SET), 0);
    ssize_t n = read(rec->fd, bytes, sizeof bytes);
    ck_assert_int_eq(n, (ssize_t)rec->bytes);
    ck_assert(!memcmp(bytes, *stream, (size_t)n));
    *stream += n;
    close(rec->fd);
}

static void cut(const char *stream, size_t step, const char *want) {
    record_stream s;
    record rec;
    dh_error err = {0};
    dh_buf got;
    int ends[2];
    bool whole;
    dh_status st = DH_OK;
    pid_t pid = write_slowly(stream, step, ends);
    dh_buf_init(&got, 0);
    record_open(&s, ends[0]);
    while (!st && !s.ended) {
        st = record_fill(&s, &err);
        while (!st && !(st = record_next(&s, &rec, &whole, &err)) && whole) {
            ck_assert(!buf_printf(&got, "%.*s %.*s %.*s %.*s %d;", (int)rec.type.len, rec.type.ptr, (int)rec.address.len, rec.address.ptr,
                                  (int)rec.digest.len, rec.digest.ptr, (int)rec.block.len, rec.block.ptr, (int)rec.bytes));
            check_file(&rec, &stream);
        }
    }
    ck_assert(!buf_printf(&got, "%s%c", dh_status_name(st), 0));
    ck_assert_str_eq(got.ptr, want);
    ck_assert(!st || err.msg[0]);
    record_close(&s);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    dh_buf_clear(&got);
}

START_TEST(records_of_a_stream) {
    static const size_t steps[] = {1000, 7, 1};
    for (size_t i = 0; i < DH_COUNT(steps); i++) cut(streams[_i].stream, steps[i], streams[_i].want);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("fetched");
    TCase *names = tcase_create("place"), *records = tcase_create("record");
    tcase_add_loop_test(names, place_of_an_address, 0, (int)DH_COUNT(places));
    tcase_add_loop_test(names, places_of_long_addresses, 0, 4);
    tcase_add_loop_test(records, records_of_a_stream, 0, (int)DH_COUNT(streams));
    suite_add_tcase(suite, names);
    suite_add_tcase(suite, records);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
