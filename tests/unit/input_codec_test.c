/* Compression: each format whole, cut off anywhere, with garbage behind it, in several members and within another; and
 * the ceiling on what comes out. */
#include "input_tests.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

static const char story[] = "A story of rain, of rain and of more rain, as the author told it to the rain.\n";
#define STORY DH_VIEW(story)

typedef struct {
    char bytes[1024];
    size_t len;
} packed;

/* ---- packers ---- */

static void pack_zlib(dh_view v, int window_bits, packed *out) {
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)v.ptr;
    z.avail_in = (unsigned)v.len;
    z.next_out = (unsigned char *)out->bytes;
    z.avail_out = sizeof out->bytes;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len = sizeof out->bytes - z.avail_out;
    deflateEnd(&z);
}

static void pack_gzip(dh_view v, packed *out) { pack_zlib(v, MAX_WBITS + 16, out); }
static void pack_wrapped(dh_view v, packed *out) { pack_zlib(v, MAX_WBITS, out); }
static void pack_raw(dh_view v, packed *out) { pack_zlib(v, -MAX_WBITS, out); }

static void pack_zstd(dh_view v, packed *out) {
    out->len = ZSTD_compress(out->bytes, sizeof out->bytes, v.ptr, v.len, 3);
    ck_assert(!ZSTD_isError(out->len));
}

static void pack_xz(dh_view v, packed *out) {
    out->len = 0;
    ck_assert_int_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)v.ptr, v.len,
                                             (uint8_t *)out->bytes, &out->len, sizeof out->bytes),
                     LZMA_OK);
}

static void pack_lzma(dh_view v, packed *out) {
    lzma_options_lzma options;
    lzma_stream s = LZMA_STREAM_INIT;
    ck_assert(!lzma_lzma_preset(&options, 6));
    ck_assert_int_eq(lzma_alone_encoder(&s, &options), LZMA_OK);
    s.next_in = (const uint8_t *)v.ptr;
    s.avail_in = v.len;
    s.next_out = (uint8_t *)out->bytes;
    s.avail_out = sizeof out->bytes;
    ck_assert_int_eq(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
    out->len = sizeof out->bytes - s.avail_out;
    lzma_end(&s);
}

static void pack_bzip2(dh_view v, packed *out) {
    unsigned len = sizeof out->bytes;
    ck_assert_int_eq(BZ2_bzBuffToBuffCompress(out->bytes, &len, (char *)(uintptr_t)v.ptr, (unsigned)v.len, 9, 0, 0),
                     BZ_OK);
    out->len = len;
}

/* Only brotli's decoder is among the libraries: its bytes are kept here, made by its encoder from `story`. */
static void pack_brotli(dh_view v, packed *out) {
    static const char bytes[] =
        "\x1b\x4d\x00\x08\x8c\xd4\x56\xf9\xc3\x48\x0a\x5a\x72\xcc\x11\x1e\x26\xb5\xfd\xd7\x20\x2c"
        "\x0a\x64\xa1\x19\x07\xec\x9f\xa5\x81\x75\xd1\x60\x9e\xb2\x6c\x93\x49\x4a\xd0\xac\xff\x91"
        "\x35\xe1\x0f\x27\x16\x39\x88\x48\x2c\xfc\xc5\x90\x14\xd7\x79\x56\xcb\xdf\x3a\x1e";
    ck_assert(view_is(v, STORY));
    out->len = sizeof bytes - 1;
    memcpy(out->bytes, bytes, out->len);
}

typedef struct {
    const char *name; /* of the encoding */
    const char *word; /* in messages */
    void (*pack)(dh_view v, packed *out);
    bool magic;   /* told without its name */
    bool members; /* several may follow one another */
} format_row;

static const format_row formats[] = {
    {"gzip", "gzip", pack_gzip, true, true},        {"deflate", "deflate", pack_wrapped, false, false},
    {"deflate", "deflate", pack_raw, false, false}, {"br", "brotli", pack_brotli, false, false},
    {"zstd", "zstd", pack_zstd, true, true},        {"xz", "xz", pack_xz, true, true},
    {"xz", "xz", pack_lzma, false, false},          {"bzip2", "bzip2", pack_bzip2, true, true},
};

/* ---- reading ---- */

/* Reads all of v into *out, `step` bytes of it at a time. */
static dh_status open_all(dh_view v, const char *encoding, size_t step, dh_buf *out, dh_error *err) {
    char *copy = test_copy(v);
    sup_source source = {{copy, v.len}, step};
    in_stream *s = NULL;
    dh_buf_init(out, 1 << 20);
    dh_status st = in_stream_new(sup_read, &source, encoding, &s, err);
    for (size_t got = 1; !st && got;) {
        char room[61];
        st = in_stream_read(s, room, sizeof room, &got, err);
        ck_assert_int_eq(dh_buf_append(out, room, got), DH_OK);
    }
    in_stream_free(s);
    free(copy);
    return st;
}

static void check_opens(dh_view v, const char *encoding, dh_view want, const char *what) {
    for (size_t step = 1; step <= v.len; step += step < 40 ? 1 : 37) {
        dh_buf out;
        dh_error err = {0};
        dh_status st = open_all(v, encoding, step, &out, &err);
        ck_assert_msg(!st, "%s by %zu: %s", what, step, err.msg);
        ck_assert_msg(view_is(dh_buf_view(&out), want), "%s by %zu: %zu bytes", what, step, out.len);
        dh_buf_clear(&out);
    }
}

static void append(packed *to, dh_view v) {
    ck_assert_uint_le(to->len + v.len, sizeof to->bytes);
    memcpy(to->bytes + to->len, v.ptr, v.len);
    to->len += v.len;
}

static dh_view packed_view(const packed *p) { return (dh_view){p->bytes, p->len}; }

START_TEST(opens_whole) {
    const format_row *f = &formats[_i];
    packed p;
    f->pack(STORY, &p);
    check_opens(packed_view(&p), f->name, STORY, f->name);
    if (f->magic)
        check_opens(packed_view(&p), NULL, STORY, f->name);
    else
        check_opens(packed_view(&p), NULL, packed_view(&p), f->name);
}
END_TEST

/* Wherever it is cut: what came before, and one error. */
START_TEST(tells_what_is_cut_off) {
    const format_row *f = &formats[_i];
    packed p;
    f->pack(STORY, &p);
    for (size_t n = 1; n < p.len; n++) {
        dh_buf out;
        dh_error err = {0};
        dh_status st = open_all((dh_view){p.bytes, n}, f->name, n, &out, &err);
        bool all = view_is(dh_buf_view(&out), STORY); /* a check sum that nobody waits for may be what is missing */
        ck_assert_msg(st == DH_ERR_FORMAT, "%s, %zu of %zu bytes: %d, %s", f->word, n, p.len, st, all ? "all" : "part");
        ck_assert_msg(view_starts(STORY, dh_buf_view(&out)), "%s, %zu bytes: other bytes come out", f->word, n);
        ck_assert_msg(strstr(err.msg, f->word) && strstr(err.msg, "data"), "%s, %zu bytes: \"%s\"", f->word, n,
                      err.msg);
        dh_buf_clear(&out);
    }
}
END_TEST

/* What follows the last member and is none is passed over, as gzip does. */
START_TEST(passes_over_garbage) {
    const format_row *f = &formats[_i];
    static const dh_view tails[] = {DH_LIT("garbage"), DH_LIT("\0\0\0\0\0\0\0\0"), DH_LIT("\0\0\0\0garbage"),
                                    DH_LIT("\x1f")};
    for (size_t i = 0; i < DH_COUNT(tails); i++) {
        packed p;
        f->pack(STORY, &p);
        append(&p, tails[i]);
        check_opens(packed_view(&p), f->name, STORY, f->word);
    }
}
END_TEST

START_TEST(joins_members) {
    const format_row *f = &formats[_i];
    packed p, one;
    char want[2 * sizeof story];
    if (!f->members) return;
    f->pack(STORY, &one);
    p = one;
    append(&p, packed_view(&one));
    snprintf(want, sizeof want, "%s%s", story, story);
    check_opens(packed_view(&p), f->name, view_of(want), f->word);
    p = one;
    append(&p, DH_VIEW("\0\0\0\0")); /* padding between them */
    append(&p, packed_view(&one));
    check_opens(packed_view(&p), NULL, view_of(want), f->word);
    f->pack(DH_VIEW(""), &p); /* an empty one before another */
    append(&p, packed_view(&one));
    check_opens(packed_view(&p), f->name, STORY, f->word);
}
END_TEST

/* Each byte changed: an error or some bytes, and an end. */
START_TEST(survives_changed_bytes) {
    const format_row *f = &formats[_i];
    packed p;
    f->pack(STORY, &p);
    for (size_t i = 0; i < p.len; i++) {
        dh_buf out;
        p.bytes[i] ^= (char)(1 << i % 8);
        dh_status st = open_all(packed_view(&p), f->name, 7, &out, NULL);
        ck_assert_msg(!st || st == DH_ERR_FORMAT, "%s, byte %zu: %d", f->word, i, st);
        dh_buf_clear(&out);
        p.bytes[i] ^= (char)(1 << i % 8);
    }
}
END_TEST

START_TEST(opens_twice) {
    packed inner, outer, third;
    for (size_t i = 0; i < DH_COUNT(formats); i++) {
        char list[40];
        formats[i].pack(STORY, &inner);
        pack_gzip(packed_view(&inner), &outer);
        snprintf(list, sizeof list, " %s ,GZIP", formats[i].name);
        check_opens(packed_view(&outer), list, STORY, list);
        if (formats[i].magic) check_opens(packed_view(&outer), NULL, STORY, formats[i].name);
    }
    pack_gzip(STORY, &inner);
    pack_zstd(packed_view(&inner), &outer);
    pack_xz(packed_view(&outer), &third);
    check_opens(packed_view(&third), NULL, packed_view(&inner), "three times"); /* twice, and no further */
}
END_TEST

START_TEST(knows_names) {
    static const struct {
        const char *name, *error; /* NULL: it is known */
    } rows[] = {{"gzip", NULL},
                {"X-GZIP", NULL},
                {"identity", NULL},
                {"", NULL},
                {"x-bzip2", NULL},
                {"br ", NULL},
                {" br, gzip ", NULL},
                {"identity, br", NULL},
                {"compress", "unknown encoding \"compress\""},
                {"gzip;q=1", "unknown encoding \"gzip;q=1\""},
                {"gzip, lzw", "unknown encoding \"lzw\""},
                {"gzip, br, zstd", "more than 2 encodings"}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        sup_source source = {{"", 0}, 1};
        in_stream *s = NULL;
        dh_error err = {0};
        dh_status st = in_stream_new(sup_read, &source, rows[i].name, &s, &err);
        ck_assert_msg(rows[i].error ? st == DH_ERR_FORMAT : !st, "\"%s\": %d", rows[i].name, st);
        ck_assert_msg(!rows[i].error || !strcmp(err.msg, rows[i].error), "\"%s\": %s", rows[i].name, err.msg);
        in_stream_free(s);
    }
}
END_TEST

START_TEST(leaves_plain_bytes) {
    static const dh_view rows[] = {DH_LIT(""),
                                   DH_LIT("a"),
                                   DH_LIT("\x1f\x8b"),
                                   DH_LIT("\x1f\x8b\x08\xff no gzip"),
                                   DH_LIT("BZh9 is how bzip2 begins"),
                                   DH_LIT("\x28\xb5\x2f"),
                                   DH_LIT("7zXZ")};
    for (size_t i = 0; i < DH_COUNT(rows); i++) check_opens(rows[i], NULL, rows[i], "plain");
    check_opens(STORY, "identity", STORY, "identity");
}
END_TEST

/* A failure of the source is told behind what came before it. */
typedef struct {
    sup_source source;
} failing;

static dh_status read_failing(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    failing *f = user;
    sup_read(&f->source, buf, cap, got, err);
    return *got ? DH_OK : err_set(err, DH_ERR_IO, 0, "the disk is gone");
}

START_TEST(tells_failures_of_the_source) {
    const format_row *f = &formats[_i];
    packed p;
    in_stream *s = NULL;
    dh_error err = {0};
    size_t got = 1, total = 0;
    f->pack(STORY, &p);
    failing source = {{{p.bytes, p.len / 2}, 5}};
    ck_assert_int_eq(in_stream_new(read_failing, &source, f->name, &s, NULL), DH_OK);
    dh_status st = DH_OK;
    for (char room[50]; !st && got; total += got) st = in_stream_read(s, room, sizeof room, &got, &err);
    ck_assert_msg(st == DH_ERR_IO && !strcmp(err.msg, "the disk is gone"), "%s: %d, %s", f->word, st, err.msg);
    ck_assert_uint_lt(total, STORY.len);
    in_stream_free(s);
}
END_TEST

/* ---- the ceiling ---- */

/* HTML of 8 MB that is packed to few bytes. */
static dh_view pack_bomb(size_t len, bool twice) {
    char *page = malloc(len), *out = malloc(1 << 16), *out2 = malloc(1 << 16);
    ck_assert(page && out && out2);
    memset(page, ' ', len);
    memcpy(page, "<html><p>", 9);
    uLongf n = 1 << 16, n2 = 1 << 16;
    z_stream z = {0};
    for (int round = 0; round < (twice ? 2 : 1); round++) {
        ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = (unsigned char *)(round ? out : page);
        z.avail_in = (unsigned)(round ? n : len);
        z.next_out = (unsigned char *)(round ? out2 : out);
        z.avail_out = 1 << 16;
        ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
        *(round ? &n2 : &n) = z.total_out;
        deflateEnd(&z);
        memset(&z, 0, sizeof z);
    }
    free(page);
    free(twice ? out : out2);
    return twice ? (dh_view){out2, n2} : (dh_view){out, n};
}

START_TEST(bounds_what_comes_out) {
    for (int twice = 0; twice < 2; twice++) {
        dh_view bomb = pack_bomb(8 << 20, twice);
        dh_options opt = dh_options_default();
        dh_page *page = NULL;
        dh_error err = {0};
        ck_assert_uint_lt(bomb.len, 1 << 14);
        opt.max_bytes = 1 << 20;
        ck_assert_int_eq(dh_page_new(sup_context(), bomb, &opt, &page, &err), DH_ERR_LIMIT);
        ck_assert_str_eq(err.msg, "the page is larger than the limit of 1048576 bytes (--max-bytes)");
        opt.max_bytes = 9 << 20;
        ck_assert_int_eq(dh_page_new(sup_context(), bomb, &opt, &page, &err), DH_OK);
        dh_page_free(page);
        free((char *)(uintptr_t)bomb.ptr);
    }
}
END_TEST

TCase *input_codec_case(void) {
    TCase *c = tcase_create("compression");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, opens_whole, 0, (int)DH_COUNT(formats));
    tcase_add_loop_test(c, tells_what_is_cut_off, 0, (int)DH_COUNT(formats));
    tcase_add_loop_test(c, passes_over_garbage, 0, (int)DH_COUNT(formats));
    tcase_add_loop_test(c, joins_members, 0, (int)DH_COUNT(formats));
    tcase_add_loop_test(c, survives_changed_bytes, 0, (int)DH_COUNT(formats));
    tcase_add_loop_test(c, tells_failures_of_the_source, 0, (int)DH_COUNT(formats));
    tcase_add_test(c, opens_twice);
    tcase_add_test(c, knows_names);
    tcase_add_test(c, leaves_plain_bytes);
    tcase_add_test(c, bounds_what_comes_out);
    return c;
}
