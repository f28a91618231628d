/* Units of site profiles: which site a page is of, files of profiles and what merging promises, gathering. */
#include "batch/gather.h"
#include "batch/profile_file.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- sites ----------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *url, *canonical, *source, *output, *site;
} clues[] = {
    {"http://www.example.org/a", "", "", "", "example.org"},
    {"HTTPS://News.Example.CO.UK:8080/a", "http://other.org/", "in/a.html", "a.txt", "example.co.uk"},
    {"http://alice.github.io/", "", "", "", "alice.github.io"}, /* of the list's private part */
    {"http://github.io/", "", "", "", "github.io"},
    {"http://192.168.1.7/a", "", "", "", "192.168.1.7"},
    {"http://[2001:db8::1]/a", "", "", "", "[2001:db8::1]"},
    {"http://localhost/a", "", "", "", "localhost"},
    {"http://example.org./a", "", "", "", "example.org"},
    {"http://m\xc3\xbcller.de/a", "", "", "", "m\xc3\xbcller.de"},
    {"not an address", "https://www.example.org/a", "in/a.html", "a.txt", "example.org"},
    {"", "/a.html", "in/a.html", "a.txt", "./"},
    {"", "https://example.org/", "in/www.mirror.com/x/a.html", "www.mirror.com/x/a.txt", "mirror.com"}, /* wget */
    {"", "", "in/mine/www.mirror.com/a.html", "mine/www.mirror.com/a.txt", "mirror.com"},               /* HTTrack */
    {"", "", "in/a/b/www.mirror.com/a.html", "a/b/www.mirror.com/a.txt", "a/"},
    {"", "", "some/www.mirror.com/x/a.html", "x/a.txt", "mirror.com"}, /* the input is the mirror */
    {"", "", "www.mirror.com//a.html", "a.txt", "mirror.com"},
    {"", "", "in/v1.2/a.html", "v1.2/a.txt", "v1.2/"},
    {"", "", "in/notes.d/a.html", "notes.d/a.txt", "notes.d/"},
    {"", "", "in/.com/a.html", ".com/a.txt", ".com/"},
    {"", "", "in/example.com", "example.com.txt", "./"}, /* a file */
    {"", "", "in/a.html", "a.txt", "./"},
    {"", "", "", "", ""},
};

START_TEST(site_of_a_page) {
    dh_buf out;
    dh_buf_init(&out, 0);
    const site_clues c = {view_of(clues[_i].url), view_of(clues[_i].canonical), view_of(clues[_i].source), view_of(clues[_i].output)};
    ck_assert_int_eq(site_of(&c, &out), DH_OK);
    ck_assert_int_eq(buf_append_char(&out, 0), DH_OK);
    ck_assert_str_eq(out.ptr, clues[_i].site);
    dh_buf_clear(&out);
}
END_TEST

/* ---- profiles -------------------------------------------------------------------------------------------------------- */

#define NAMES 7

/* Page `number` of a made crawl: some sites have few pages, some more than are kept; some numbers are the same page. */
static void put_page(dh_buf *records, unsigned number) {
    char site[16], blocks[40];
    unsigned which = number % NAMES;
    snprintf(site, sizeof site, "site%u.org", which < 3 ? which : 3);
    uint64_t digest = (number / 2 + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (unsigned i = 0; i < sizeof blocks / 4; i++)
        for (unsigned k = 0; k < 4; k++) blocks[4 * i + k] = (char)((i < 5 ? i : digest >> i) >> 8 * k & 0xff);
    const profile_page page = {view_of(site), digest, {blocks, sizeof blocks}};
    ck_assert_int_eq(profile_put(records, &page), DH_OK);
}

static int new_file(void) {
    int fd = memfd_create("profile", MFD_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return fd;
}

/* A profile of the pages from `from` to before `to`, with a step that decides their order. */
static int gathered_in(size_t most_bytes, unsigned from, unsigned to, unsigned step) {
    gather g;
    dh_buf records;
    dh_error err = {0};
    int fd = new_file();
    gather_init(&g, "/tmp", most_bytes);
    for (unsigned i = 0; i < to - from; i++) {
        dh_buf_init(&records, 0);
        put_page(&records, from + (unsigned)((uint64_t)i * step % (to - from)));
        ck_assert_int_eq(gather_add(&g, dh_buf_view(&records), &err), DH_OK);
        dh_buf_clear(&records);
    }
    ck_assert_msg(gather_end(&g, fd, &err) == DH_OK, "%s", err.msg);
    gather_clear(&g);
    return fd;
}

static int gathered(unsigned from, unsigned to, unsigned step) { return gathered_in((size_t)1 << 20, from, to, step); }

static int merged(int a, int b) {
    int fds[] = {a, b}, fd = new_file();
    size_t blame;
    dh_error err = {0};
    ck_assert_msg(profile_merge(fds, 2, NULL, 0, fd, &blame, &err) == DH_OK, "%s", err.msg);
    ck_assert_uint_eq(blame, 2);
    return fd;
}

static void read_file(int fd, dh_buf *out) {
    char piece[4096];
    ssize_t n;
    dh_buf_init(out, 0);
    for (off_t at = 0; (n = pread(fd, piece, sizeof piece, at)) > 0; at += n)
        ck_assert_int_eq(dh_buf_append(out, piece, (size_t)n), DH_OK);
}

static void same_files(int a, int b) {
    dh_buf x, y;
    read_file(a, &x);
    read_file(b, &y);
    ck_assert_uint_eq(x.len, y.len);
    ck_assert_int_eq(memcmp(x.ptr, y.ptr, x.len), 0);
    dh_buf_clear(&x);
    dh_buf_clear(&y);
}

START_TEST(merging_has_no_order) {
    int a = gathered(0, 150, 1), b = gathered(100, 320, 1), c = gathered(300, 400, 1), whole = gathered(0, 400, 1);
    int ab = merged(a, b), ba = merged(b, a), bc = merged(b, c), ab_c = merged(ab, c), a_bc = merged(a, bc), twice = merged(ab_c, ab);
    same_files(ab, ba);
    same_files(ab_c, a_bc);
    same_files(ab_c, whole);
    same_files(twice, whole);
    int shuffled = gathered(0, 400, 171);
    same_files(shuffled, whole);
    const int all[] = {a, b, c, ab, ba, bc, ab_c, a_bc, twice, whole, shuffled};
    for (size_t i = 0; i < DH_COUNT(all); i++) close(all[i]);
}
END_TEST

/* In so little memory that there are more pieces than may be open at a time. */
START_TEST(gathering_in_pieces) {
    const unsigned pages = 5000;
    int whole = gathered(0, pages, 1), pieces = gathered_in(4096, 0, pages, pages - 1);
    same_files(whole, pieces);
    close(whole);
    close(pieces);
}
END_TEST

static profile *opened(int fd) {
    char path[64];
    profile *p = NULL;
    dh_error err = {0};
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ck_assert_msg(profile_open(path, &p, &err) == DH_OK, "%s", err.msg);
    return p;
}

START_TEST(sites_are_looked_up) {
    int fd = gathered(0, 700, 1);
    profile *p = opened(fd);
    ck_assert_uint_eq(profile_sites(p), 4);
    ck_assert_uint_eq(profile_pages(p), 4 * PROFILE_PAGES);
    ck_assert_uint_eq(profile_known(p), 4);
    const dh_site *site = profile_site(p, DH_VIEW("site1.org"));
    ck_assert_ptr_nonnull(site);
    ck_assert_uint_eq(site->pages, PROFILE_PAGES);
    ck_assert_uint_eq(site->repeats[0].block, 0);
    ck_assert_uint_eq(site->repeats[0].pages, PROFILE_PAGES);
    for (size_t i = 1; i < site->count; i++) ck_assert_uint_lt(site->repeats[i - 1].block, site->repeats[i].block);
    ck_assert_ptr_eq(profile_site(p, DH_VIEW("site1.org")), site);
    ck_assert_ptr_null(profile_site(p, DH_VIEW("site9.org")));
    ck_assert_ptr_null(profile_site(p, DH_VIEW("site1.or")));
    ck_assert_ptr_null(profile_site(p, DH_VIEW("")));
    profile_close(p);
    close(fd);
}
END_TEST

START_TEST(sites_are_dropped) {
    int all = gathered(0, 700, 1), fd = new_file();
    const dh_view names[] = {DH_LIT("site0.org"), DH_LIT("site3.org")};
    size_t blame;
    ck_assert_int_eq(profile_merge(&all, 1, names, 2, fd, &blame, NULL), DH_OK);
    profile *p = opened(fd);
    ck_assert_uint_eq(profile_sites(p), 2);
    ck_assert_ptr_null(profile_site(p, DH_VIEW("site0.org")));
    ck_assert_ptr_nonnull(profile_site(p, DH_VIEW("site2.org")));
    profile_close(p);
    close(all);
    close(fd);
}
END_TEST

/* Sites of few pages tell nothing: they change no digest. */
START_TEST(digest_of_what_is_told) {
    int few = gathered(0, 2 * NAMES, 1), none = gathered(0, 1, 1), more = gathered(0, 30 * NAMES, 1), most = gathered(0, 31 * NAMES, 1);
    profile *a = opened(none), *b = opened(few), *c = opened(more), *d = opened(most);
    ck_assert_uint_eq(profile_digest(a), 0);
    ck_assert_uint_eq(profile_known(a), 0);
    ck_assert_uint_ne(profile_digest(c), profile_digest(d));
    ck_assert_uint_ne(profile_digest(b), profile_digest(c));
    profile_close(a);
    profile_close(b);
    profile_close(c);
    profile_close(d);
    close(few);
    close(none);
    close(more);
    close(most);
}
END_TEST

/* A profile that is torn, or of which one byte is another, is told from a good one. */
START_TEST(damaged_profiles) {
    int good = gathered(0, 60, 1);
    dh_buf bytes;
    read_file(good, &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        int torn = new_file(), changed = new_file();
        profile_foot foot;
        dh_error err = {0};
        ck_assert_int_eq(write(torn, bytes.ptr, i), (ssize_t)i);
        ck_assert_int_eq(profile_check(torn, &foot, &err), DH_ERR_FORMAT);
        bytes.ptr[i] ^= 0x10;
        ck_assert_int_eq(write(changed, bytes.ptr, bytes.len), (ssize_t)bytes.len);
        bytes.ptr[i] ^= 0x10;
        ck_assert_int_eq(profile_check(changed, &foot, &err), DH_ERR_FORMAT);
        ck_assert(err.msg[0] != 0);
        close(torn);
        close(changed);
    }
    dh_buf_clear(&bytes);
    close(good);
}
END_TEST

/* Whatever stands in a file whose checksum is right: nothing is read outside of it. */
START_TEST(hostile_profiles) {
    int good = gathered(0, 60, 1);
    dh_buf bytes;
    read_file(good, &bytes);
    for (size_t i = PROFILE_HEAD_BYTES; i < bytes.len - 16; i++) {
        int fd = new_file(), out = new_file();
        char before = bytes.ptr[i];
        size_t blame;
        profile *p = NULL;
        char path[64];
        bytes.ptr[i] = (char)(i % 3 ? 0xff : 0);
        uint64_t sum = profile_sum(PROFILE_SUM, (dh_view){bytes.ptr, bytes.len - 16});
        for (size_t k = 0; k < 8; k++) bytes.ptr[bytes.len - 16 + k] = (char)(sum >> 8 * k & 0xff);
        ck_assert_int_eq(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (!profile_open(path, &p, NULL)) {
            for (size_t k = 0; k < 5; k++) profile_site(p, profile_name(p, k));
            profile_site(p, DH_VIEW("site2.org"));
            profile_known(p);
        }
        profile_close(p);
        profile_merge(&fd, 1, NULL, 0, out, &blame, NULL);
        bytes.ptr[i] = before;
        close(fd);
        close(out);
    }
    dh_buf_clear(&bytes);
    close(good);
}
END_TEST

START_TEST(records_that_are_none) {
    gather g;
    dh_buf records;
    dh_error err = {0};
    int fd = new_file();
    dh_buf_init(&records, 0);
    put_page(&records, 1);
    size_t one = records.len;
    put_page(&records, 2);
    gather_init(&g, "/tmp", SIZE_MAX);
    records.ptr[one] = records.ptr[one + 1] = (char)0xff; /* more blocks than any page has */
    ck_assert_int_eq(gather_add(&g, dh_buf_view(&records), &err), DH_OK);
    ck_assert_int_eq(gather_add(&g, (dh_view){records.ptr, one - 1}, &err), DH_OK);
    ck_assert_int_eq(gather_end(&g, fd, &err), DH_OK);
    profile *p = opened(fd);
    ck_assert_uint_eq(profile_pages(p), 1);
    profile_close(p);
    gather_clear(&g);
    dh_buf_clear(&records);
    close(fd);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sites");
    TCase *names = tcase_create("site"), *files = tcase_create("profile");
    tcase_set_timeout(files, 120);
    tcase_add_loop_test(names, site_of_a_page, 0, (int)DH_COUNT(clues));
    tcase_add_test(files, merging_has_no_order);
    tcase_add_test(files, gathering_in_pieces);
    tcase_add_test(files, sites_are_looked_up);
    tcase_add_test(files, sites_are_dropped);
    tcase_add_test(files, digest_of_what_is_told);
    tcase_add_test(files, damaged_profiles);
    tcase_add_test(files, hostile_profiles);
    tcase_add_test(files, records_that_are_none);
    suite_add_tcase(suite, names);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
