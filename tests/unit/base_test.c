/* The ground floor: views, buffers with ceilings, the arena, UTF-8, the option engine, text made harmless for
 * terminals. Addresses have a suite of their own (url_test.c). */
#include "base/options.h"
#include "base/printable.h"
#include "suites.h"
#include "support/support.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- views ---- */

START_TEST(views_compare) {
    static const struct {
        const char *a, *b;
        bool is, starts, is_nocase, starts_nocase;
    } rows[] = {
        {"", "", true, true, true, true},          {"a", "", false, true, false, true},
        {"", "a", false, false, false, false},     {"abc", "abc", true, true, true, true},
        {"abc", "ABC", false, false, true, true},  {"Abcd", "aBC", false, false, false, true},
        {"ab", "abc", false, false, false, false}, {"[", "{", false, false, false, false},
        {"@", "`", false, false, false, false},    {"\xc3\xa4", "\xc3\x84", false, false, false, false},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        dh_view a = view_of(rows[i].a), b = view_of(rows[i].b);
        ck_assert_msg(view_is(a, b) == rows[i].is, "row %zu: view_is(%s, %s)", i, rows[i].a, rows[i].b);
        ck_assert_msg(view_starts(a, b) == rows[i].starts, "row %zu: view_starts(%s, %s)", i, rows[i].a, rows[i].b);
        ck_assert_msg(view_is_nocase(a, b) == rows[i].is_nocase, "row %zu: view_is_nocase(%s, %s)", i, rows[i].a,
                      rows[i].b);
        ck_assert_msg(view_starts_nocase(a, b) == rows[i].starts_nocase, "row %zu: view_starts_nocase(%s, %s)", i,
                      rows[i].a, rows[i].b);
    }
    ck_assert(view_is((dh_view){NULL, 0}, DH_VIEW("")));
    ck_assert(!view_is(DH_VIEW("a\0b"), DH_VIEW("a\0c")));
}
END_TEST

START_TEST(views_find_and_trim) {
    static const struct {
        const char *in, *needle;
        size_t at;
    } find[] = {{"", "", 0},      {"abc", "", 0}, {"abc", "c", 2},         {"abc", "abcd", 3},
                {"aab", "AB", 1}, {"", "x", 0},   {"Text/JSON", "json", 5}};
    for (size_t i = 0; i < DH_COUNT(find); i++)
        ck_assert_msg(view_find_nocase(view_of(find[i].in), view_of(find[i].needle)) == find[i].at,
                      "row %zu: %s in %s", i, find[i].needle, find[i].in);
    static const char *const trim[][2] = {{"", ""},           {" \t\r\n\f", ""},  {"a", "a"},
                                          {"  a b\n", "a b"}, {"\va\v", "\va\v"}, {"a\xc2\xa0", "a\xc2\xa0"}};
    for (size_t i = 0; i < DH_COUNT(trim); i++)
        ck_assert_msg(view_is(view_trim(view_of(trim[i][0])), view_of(trim[i][1])), "row %zu: %s", i, trim[i][0]);
}
END_TEST

START_TEST(errors_are_one_line) {
    dh_error err = {DH_OK, 7, "untouched"};
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    ck_assert_int_eq(err_set(NULL, DH_ERR_IO, 1, "%d", 1), DH_ERR_IO);
    ck_assert_int_eq(err_set(&err, DH_ERR_FORMAT, 3, "a\nb\t\x1b\x7f%s", "c\r"), DH_ERR_FORMAT);
    ck_assert_int_eq(err.code, DH_ERR_FORMAT);
    ck_assert_uint_eq(err.pos, 3);
    ck_assert_str_eq(err.msg, "a?b???c?");
    err_set(&err, DH_ERR_IO, 0, "%s", longer);
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
    for (int i = 0; i <= DH_ERR_USAGE; i++)
        for (int j = 0; j < i; j++) ck_assert_str_ne(dh_status_name((dh_status)i), dh_status_name((dh_status)j));
    ck_assert_str_eq(dh_status_name(DH_ERR_LIMIT), "limit");
    ck_assert_str_eq(dh_status_name((dh_status)99), "unknown");
}
END_TEST

/* ---- buffers ---- */

START_TEST(buffer_stops_at_its_ceiling) {
    static const size_t ceilings[] = {1, 2, 255, 256, 257, 1000, 4096};
    char byte = 'a';
    for (size_t i = 0; i < DH_COUNT(ceilings); i++) {
        size_t max = ceilings[i];
        dh_buf b;
        dh_buf_init(&b, max);
        for (size_t n = 0; n < max; n++) {
            ck_assert_msg(!dh_buf_append(&b, &byte, 1), "ceiling %zu: byte %zu refused", max, n);
            ck_assert_msg(b.cap <= max && b.len == n + 1, "ceiling %zu: cap %zu, len %zu", max, b.cap, b.len);
        }
        ck_assert_msg(dh_buf_append(&b, &byte, 1) == DH_ERR_LIMIT, "ceiling %zu: not kept", max);
        ck_assert_uint_eq(b.len, max);
        ck_assert_int_eq(dh_buf_append(&b, &byte, 0), DH_OK);
        dh_buf_clear(&b);
        ck_assert(!b.ptr && !b.len && !b.cap && b.max == max);
        ck_assert_int_eq(dh_buf_append(&b, &byte, 1), DH_OK);
        dh_buf_clear(&b);
        dh_buf_clear(&b);
    }
}
END_TEST

START_TEST(buffer_refuses_whole) {
    dh_buf b;
    dh_buf_init(&b, 10);
    ck_assert_int_eq(dh_buf_append(&b, "1234567", 7), DH_OK);
    ck_assert_int_eq(dh_buf_append(&b, "89ab", 4), DH_ERR_LIMIT);
    ck_assert(view_is(dh_buf_view(&b), DH_VIEW("1234567")));
    ck_assert_int_eq(buf_reserve(&b, SIZE_MAX), DH_ERR_LIMIT);
    ck_assert_int_eq(buf_reserve(&b, SIZE_MAX - 6), DH_ERR_LIMIT);
    ck_assert_int_eq(buf_reserve(&b, 3), DH_OK);
    ck_assert_int_eq(buf_append_view(&b, DH_VIEW("89a")), DH_OK);
    ck_assert_int_eq(buf_append_char(&b, 'b'), DH_ERR_LIMIT);
    ck_assert(view_is(dh_buf_view(&b), DH_VIEW("123456789a")));
    dh_buf_clear(&b);
    dh_buf_init(&b, 0);
    ck_assert_uint_eq(b.max, SIZE_MAX);
    ck_assert(dh_buf_view(&b).ptr != NULL);
    ck_assert_int_eq(buf_reserve(&b, SIZE_MAX / 4), DH_ERR_NOMEM); /* valgrind warns of more */
    ck_assert(!b.ptr && !b.len);
}
END_TEST

START_TEST(buffer_prints) {
    dh_buf b;
    dh_buf_init(&b, 12);
    ck_assert_int_eq(buf_printf(&b, "%s-%d", "ab", 7), DH_OK);
    ck_assert_int_eq(buf_printf(&b, "%s", ""), DH_OK);
    ck_assert_int_eq(buf_printf(&b, "%s", "12345678"), DH_ERR_LIMIT); /* the NUL has no room */
    ck_assert_int_eq(buf_printf(&b, "%s", "1234567"), DH_OK);
    ck_assert(view_is(dh_buf_view(&b), DH_VIEW("ab-71234567")));
    dh_buf_clear(&b);
    dh_buf_init(&b, 0);
    for (int i = 0; i < 2000; i++) ck_assert_int_eq(buf_printf(&b, "%04d,", i), DH_OK);
    ck_assert_uint_eq(b.len, 10000);
    ck_assert(view_is((dh_view){b.ptr + 9990, 10}, DH_VIEW("1998,1999,")));
    dh_buf_clear(&b);
}
END_TEST

/* ---- arena ---- */

START_TEST(arena_aligns_and_keeps_apart) {
    dh_arena a;
    arena_init(&a, 0);
    enum { COUNT = 2000 };
    static unsigned char *at[COUNT];
    static size_t len[COUNT];
    uint64_t seed = 1;
    for (size_t i = 0; i < COUNT; i++) {
        len[i] = i % 97 == 96 ? 200000 : sup_random_below(&seed, 400);
        at[i] = arena_alloc(&a, len[i]);
        ck_assert_msg(at[i] && (uintptr_t)at[i] % _Alignof(max_align_t) == 0, "allocation %zu of %zu bytes: %p", i,
                      len[i], (void *)at[i]);
        memset(at[i], (int)(i & 255), len[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        size_t k = 0;
        while (k < len[i] && at[i][k] == (i & 255)) k++;
        ck_assert_msg(k == len[i], "allocation %zu was written over at %zu", i, k);
    }
    arena_clear(&a);
    ck_assert(!a.chunks && !a.used && !a.at);
    arena_clear(&a);
}
END_TEST

START_TEST(arena_gives_nothing_twice) {
    dh_arena a;
    arena_init(&a, 0);
    ck_assert_ptr_nonnull(arena_alloc(&a, 0)); /* also as the very first */
    unsigned char *p = arena_calloc(&a, 100, 7);
    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < 700; i++) ck_assert_int_eq(p[i], 0);
    ck_assert_ptr_nonnull(arena_calloc(&a, 0, 7));
    arena_clear(&a);
}
END_TEST

START_TEST(arena_keeps_its_ceiling) {
    static const size_t ceilings[] = {1, 100, 4096, 65536, 65537, 1000000, 5000000};
    for (size_t i = 0; i < DH_COUNT(ceilings); i++) {
        dh_arena a;
        dh_error err;
        size_t got = 0;
        arena_init(&a, ceilings[i]);
        while (arena_alloc(&a, 1000)) {
            got += 1000;
            ck_assert_msg(a.used <= ceilings[i], "ceiling %zu: %zu used", ceilings[i], a.used);
        }
        ck_assert_msg(a.limit_hit && got <= ceilings[i], "ceiling %zu: gave %zu", ceilings[i], got);
        ck_assert_msg(ceilings[i] < 4096 || got * 10 >= ceilings[i] * 7, "ceiling %zu: gave only %zu", ceilings[i],
                      got);
        ck_assert_int_eq(arena_error(&a, &err), DH_ERR_LIMIT);
        ck_assert_ptr_nonnull(strstr(err.msg, "--max-memory"));
        arena_clear(&a);
        ck_assert_msg(ceilings[i] < 4096 || arena_alloc(&a, 1000), "ceiling %zu: nothing after clear", ceilings[i]);
        arena_clear(&a);
    }
}
END_TEST

START_TEST(arena_refuses_overflow) {
    dh_arena a;
    arena_init(&a, 0);
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    ck_assert_int_eq(arena_error(&a, NULL), DH_ERR_LIMIT);
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX / 2 + 1));
    ck_assert_ptr_null(arena_calloc(&a, SIZE_MAX / 4, 8));
    ck_assert_ptr_null(arena_calloc(&a, 8, SIZE_MAX / 4));
    ck_assert_ptr_null(arena_grow(&a, NULL, 0, SIZE_MAX / 4, 8));
    ck_assert_ptr_nonnull(arena_alloc(&a, 10));
    arena_clear(&a);
}
END_TEST

START_TEST(arena_grows_arrays) {
    dh_arena a;
    arena_init(&a, 0);
    uint32_t *in_place = arena_alloc(&a, 8 * sizeof *in_place);
    uint32_t *grown = arena_grow(&a, in_place, 8, 16, sizeof *in_place);
    ck_assert_ptr_eq(grown, in_place); /* nothing was allocated since */
    uint32_t *list = NULL, *other = NULL;
    size_t cap = 0;
    for (uint32_t n = 0; n < 100000; n++) {
        if (n == cap) {
            size_t to = cap ? cap * 2 : 4;
            list = arena_grow(&a, list, cap, to, sizeof *list);
            ck_assert_ptr_nonnull(list);
            if (cap % 3) other = arena_alloc(&a, 24); /* now and then it cannot grow in place */
            if (cap % 3) ck_assert_ptr_nonnull(other);
            cap = to;
        }
        list[n] = n;
    }
    for (uint32_t n = 0; n < 100000; n++) ck_assert_uint_eq(list[n], n);
    arena_clear(&a);
}
END_TEST

/* ---- UTF-8 ---- */

typedef struct {
    const char *bytes;
    size_t len, valid; /* bytes of the valid prefix */
} utf8_row;
#define U(s, valid)                                                                                                    \
    { s, sizeof(s) - 1, valid }

static const utf8_row utf8_rows[] = {
    U("", 0),
    U("a", 1),
    U("\0", 1),
    U("\x7f", 1),
    /* the first and last of each length, and the neighbours of the surrogates */
    U("\xc2\x80", 2),
    U("\xdf\xbf", 2),
    U("\xe0\xa0\x80", 3),
    U("\xed\x9f\xbf", 3),
    U("\xee\x80\x80", 3),
    U("\xef\xbf\xbf", 3),
    U("\xf0\x90\x80\x80", 4),
    U("\xf4\x8f\xbf\xbf", 4),
    /* overlong, surrogates, past the end of Unicode, bytes that never stand */
    U("\xc0\x80", 0),
    U("\xc1\xbf", 0),
    U("\xe0\x80\x80", 0),
    U("\xe0\x9f\xbf", 0),
    U("\xf0\x80\x80\x80", 0),
    U("\xf0\x8f\xbf\xbf", 0),
    U("\xed\xa0\x80", 0),
    U("\xed\xbf\xbf", 0),
    U("\xf4\x90\x80\x80", 0),
    U("\xf5\x80\x80\x80", 0),
    U("\xf8\x88\x80\x80\x80", 0),
    U("\xfe", 0),
    U("\xff", 0),
    U("\x80", 0),
    U("\xbf", 0),
    /* cut off, or followed by what does not belong */
    U("\xc3", 0),
    U("\xe2\x82", 0),
    U("\xf0\x9f\x98", 0),
    U("ab\xc3", 2),
    U("ab\xe2\x82\xac\xe2\x82", 5),
    U("\xc3(", 0),
    U("\xe2(\xa1", 0),
    U("\xe2\x82(", 0),
    U("\xf0\x9f\x98(", 0),
    U("\xf0(\x8c\xbc", 0),
    U("a\xc3\xa4"
      "b\xff"
      "c",
      4),
    /* bad bytes at every place around the 32 that are looked at together */
    U("0123456789abcdef0123456789abcde\xff", 31),
    U("0123456789abcdef0123456789abcdef\xff", 32),
    U("0123456789abcdef0123456789abcdef0\xffzz", 33),
    U("0123456789abcdef0123456789abcde\xc3\xa4", 33),
    U("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefgh", 66),
};

START_TEST(utf8_valid_table) {
    const utf8_row *row = &utf8_rows[_i];
    char *copy = malloc(row->len + 1); /* its end is the sanitizer's business */
    ck_assert_ptr_nonnull(copy);
    char *at = copy + 1;
    memcpy(at, row->bytes, row->len);
    size_t n = utf8_valid_prefix((dh_view){at, row->len});
    ck_assert_msg(n == row->valid, "row %d: %zu valid bytes, not %zu", _i, n, row->valid);
    if (row->len && !row->valid) {
        size_t len = 9;
        ck_assert_msg(utf8_decode(at, at + row->len, &len) == 0xfffd && len == 1, "row %d: decodes", _i);
    }
    free(copy);
}
END_TEST

START_TEST(utf8_every_code_point) {
    for (uint32_t c = 0; c <= 0x110100; c++) {
        char out[5] = {0, 0, 0, 0, '#'};
        size_t n = utf8_encode(c, out), len = 0;
        bool scalar = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
        size_t want = !scalar ? 3 : c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (n != want || out[4] != '#' || utf8_valid_prefix((dh_view){out, n}) != n ||
            utf8_decode(out, out + n, &len) != (scalar ? c : 0xfffd) || len != n)
            ck_abort_msg("U+%04X does not come back from its %zu bytes", c, n);
        for (size_t cut = 1; cut < n; cut++)
            if (utf8_valid_prefix((dh_view){out, cut})) ck_abort_msg("U+%04X cut to %zu bytes is valid", c, cut);
    }
}
END_TEST

/* ---- options ---- */

typedef struct {
    int quiet, color, mode, when;
    const char *name;
    size_t count, bytes;
} opt_values;

#define AT(field) offsetof(opt_values, field)
static const opt_row rows[] = {
    {.name = "quiet", .letter = 'q', .type = OPT_FLAG, .basic = true, .offset = AT(quiet), .value = 5, .help = "Say nothing"},
    {.name = "color",
     .type = OPT_FLAG,
     .offset = AT(color),
     .value = 1,
     .negative = 2,
     .negatable = true,
     .help = "Colours"},
    {.name = "mode",
     .letter = 'm',
     .type = OPT_CHOICE,
     .offset = AT(mode),
     .value = 10,
     .arg = "M",
     .words = "auto|html|text",
     .shown = "auto",
     .help = "How"},
    {.name = "when",
     .letter = 'w',
     .type = OPT_CHOICE,
     .group = 1,
     .offset = AT(when),
     .value = 1,
     .arg = "all",
     .arg_optional = true,
     .words = "some|all",
     .help = "When"},
    {.name = "output",
     .letter = 'o',
     .type = OPT_STRING,
     .group = 1,
     .basic = true,
     .offset = AT(name),
     .arg = "PATH",
     .help = "Where to"},
    {.name = "jobs",
     .letter = 'j',
     .type = OPT_COUNT,
     .group = 1,
     .offset = AT(count),
     .arg = "N",
     .min = 1,
     .max = 64,
     .help = "Workers"},
    {.name = "max-bytes",
     .type = OPT_SIZE,
     .group = 1,
     .offset = AT(bytes),
     .arg = "SIZE",
     .min = 2,
     .shown = "64M",
     .help = "Limit"},
};
static const char *const groups[] = {"First", "Second"};
static const opt_table table = {.usage = "usage: t [OPTION...]\n\n", .groups = groups, .group_count = DH_COUNT(groups),
                                .rows = rows, .count = DH_COUNT(rows)};

START_TEST(options_parse) {
    static const struct {
        const char *args;    /* parted by blanks; "~" is an empty one */
        const char *message; /* NULL: it parses; else what the message has */
        opt_values want;
        const char *operands;
    } cases[] = {
        {"", NULL, {0}, ""},
        {"a - b", NULL, {0}, "a - b "},
        {"~ a", NULL, {0}, " a "},
        {"a --quiet b", NULL, {.quiet = 5}, "a b "},
        {"-q", NULL, {.quiet = 5}, ""},
        {"--color", NULL, {.color = 1}, ""},
        {"--no-color", NULL, {.color = 2}, ""},
        {"--no-color --color", NULL, {.color = 1}, ""},
        {"--mode=text", NULL, {.mode = 12}, ""},
        {"--mode html x", NULL, {.mode = 11}, "x "},
        {"-mauto", NULL, {.mode = 10}, ""},
        {"-m text", NULL, {.mode = 12}, ""},
        {"--when x", NULL, {.when = 1}, "x "},
        {"--when=all", NULL, {.when = 2}, ""},
        {"-w x", NULL, {.when = 1}, "x "},
        {"-wq", NULL, {.when = 1, .quiet = 5}, ""},
        {"-j8 x", NULL, {.count = 8}, "x "},
        {"-qj 8", NULL, {.quiet = 5, .count = 8}, ""},
        {"-qj8", NULL, {.quiet = 5, .count = 8}, ""},
        {"--jobs=64", NULL, {.count = 64}, ""},
        {"--max-bytes=2", NULL, {.bytes = 2}, ""},
        {"--max-bytes=3k", NULL, {.bytes = 3072}, ""},
        {"--max-bytes 3M", NULL, {.bytes = (size_t)3 << 20}, ""},
        {"--max-bytes 3g", NULL, {.bytes = (size_t)3 << 30}, ""},
        {"-- --quiet -q", NULL, {0}, "--quiet -q "},
        {"a -- --", NULL, {0}, "a -- "},
        {"--quiet=1", "--quiet takes no value", {0}, NULL},
        {"--no-quiet", "unknown option --no-quiet", {0}, NULL},
        {"--mode", "--mode needs M", {0}, NULL},
        {"-m", "--mode needs M", {0}, NULL},
        {"--mode=xml", "--mode: 'xml' is none of auto|html|text", {0}, NULL},
        {"--mode=", "--mode: '' is none of", {0}, NULL},
        {"--mode=aut", "is none of", {0}, NULL},
        {"--mode=auto|html", "is none of", {0}, NULL},
        {"--jobs=0", "--jobs: 0 is less than 1", {0}, NULL},
        {"--jobs=65", "--jobs: 65 is more than 64", {0}, NULL},
        {"--jobs=-1", "is no whole number", {0}, NULL},
        {"--jobs=1k", "is no whole number", {0}, NULL},
        {"--jobs=", "is no whole number", {0}, NULL},
        {"--jobs=18446744073709551616", "is no whole number", {0}, NULL},
        {"--max-bytes=99999999999G", "is no size", {0}, NULL},
        {"--max-bytes=1kb", "is no size", {0}, NULL},
        {"--max-bytes=k", "is no size", {0}, NULL},
        {"--max-bytes=1.5k", "is no size", {0}, NULL},
        {"--qiet", "(did you mean --quiet?)", {0}, NULL},
        {"--max", "(did you mean --max-bytes?)", {0}, NULL},
        {"--maxbytes=3", "--maxbytes (did you mean --max-bytes?)", {0}, NULL},
        {"--zzzzzz", "(--help=all lists them)", {0}, NULL},
        {"-x", "unknown option -x ", {0}, NULL},
        {"-qx", "unknown option -x ", {0}, NULL},
        {"-\xc3\xa4", "unknown option -\xc3\xa4 ", {0}, NULL},
    };
    for (size_t i = 0; i < DH_COUNT(cases); i++) {
        char text[128], joined[128] = "", *argv[16];
        int argc = 0;
        memcpy(text, cases[i].args, strlen(cases[i].args) + 1);
        for (char *p = text; *p; argc++) {
            argv[argc] = p;
            p += strcspn(p, " ");
            if (*p) *p++ = 0;
            if (argv[argc][0] == '~') argv[argc]++;
        }
        opt_values got = {0};
        size_t operands = 99, used = 0;
        dh_error err = {DH_OK, 0, ""};
        dh_status st = opt_parse(&table, argc, argv, &got, &operands, &err);
        if (cases[i].message) {
            ck_assert_msg(st == DH_ERR_USAGE && strstr(err.msg, cases[i].message), "%s: status %d, message '%s'",
                          cases[i].args, st, err.msg);
            continue;
        }
        ck_assert_msg(!st, "%s: '%s'", cases[i].args, err.msg);
        for (size_t k = 0; k < operands; k++)
            used += (size_t)snprintf(joined + used, sizeof joined - used, "%s ", argv[k]);
        ck_assert_msg(!strcmp(joined, cases[i].operands), "%s: operands '%s'", cases[i].args, joined);
        ck_assert_msg(!memcmp(&got, &cases[i].want, sizeof got), "%s: other values", cases[i].args);
    }
    char *argv[] = {(char[]){"-o"}, (char[]){"a b"}, (char[]){"--output="}};
    opt_values got = {0};
    size_t operands;
    ck_assert_int_eq(opt_parse(&table, 2, argv, &got, &operands, NULL), DH_OK);
    ck_assert_ptr_eq(got.name, argv[1]);
    ck_assert_int_eq(opt_parse(&table, 1, argv + 2, &got, &operands, NULL), DH_OK);
    ck_assert_str_eq(got.name, "");
}
END_TEST

START_TEST(options_help_layout) {
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(opt_check(&table, NULL), DH_OK);
    ck_assert_int_eq(opt_help(&table, OPT_HELP_ALL, &out), DH_OK);
    ck_assert_int_eq(buf_append_char(&out, 0), DH_OK);
    ck_assert_str_eq(out.ptr, "usage: t [OPTION...]\n\n"
                              "First:\n"
                              "  -q, --quiet                 Say nothing\n"
                              "      --[no-]color            Colours\n"
                              "  -m, --mode=M                How [auto]\n"
                              "Second:\n"
                              "  -w, --when[=all]            When\n"
                              "  -o, --output=PATH           Where to\n"
                              "  -j, --jobs=N                Workers\n"
                              "      --max-bytes=SIZE        Limit [64M]\n");
    out.len = 0;
    ck_assert_int_eq(opt_help(&table, OPT_HELP_SHORT, &out), DH_OK);
    ck_assert_int_eq(buf_append_char(&out, 0), DH_OK);
    ck_assert_str_eq(out.ptr, "usage: t [OPTION...]\n\n"
                              "First:\n"
                              "  -q, --quiet                 Say nothing\n"
                              "Second:\n"
                              "  -o, --output=PATH           Where to\n");
    dh_buf_clear(&out);
    dh_buf_init(&out, 100);
    ck_assert_int_eq(opt_help(&table, OPT_HELP_ALL, &out), DH_ERR_LIMIT);
    dh_buf_clear(&out);
}
END_TEST

START_TEST(options_check_finds_faults) {
    static const struct {
        opt_row row;
        const char *message;
    } bad[] = {
        {{.name = "quiet", .type = OPT_FLAG, .group = 1, .help = "x"}, "its name stands twice"},
        {{.name = "no-color", .type = OPT_FLAG, .group = 1, .help = "x"}, "its name stands twice"},
        {{.name = "x", .letter = 'q', .type = OPT_FLAG, .group = 1, .help = "x"}, "its letter stands twice"},
        {{.name = "x", .type = OPT_FLAG, .group = 0, .help = "x"}, "its group came before"},
        {{.name = "x", .type = OPT_FLAG, .group = 2, .help = "x"}, "its group is none"},
        {{.name = "x", .type = OPT_FLAG, .group = 1, .arg = "N", .help = "x"}, "a flag has no argument"},
        {{.name = "x", .type = OPT_STRING, .group = 1, .help = "x"}, "all others have one"},
        {{.name = "x", .type = OPT_CHOICE, .group = 1, .arg = "N", .help = "x"}, "choices have words"},
        {{.name = "x", .type = OPT_STRING, .group = 1, .arg = "N", .words = "a", .help = "x"}, "others none"},
        {{.name = "x", .type = OPT_STRING, .group = 1, .arg = "N", .arg_optional = true, .help = "x"}, "only a choice"},
        {{.name = "x", .type = OPT_STRING, .group = 1, .arg = "N", .negatable = true, .help = "x"}, "only a flag"},
        {{.name = "a-name-that-is-much-longer-than-any", .type = OPT_FLAG, .group = 1, .help = "x"}, "too long"},
        {{.name = "a-name-that-is-wide", .type = OPT_STRING, .group = 1, .arg = "ARGUMENT", .help = "x"}, "left side"},
        {{.name = "x",
          .type = OPT_FLAG,
          .group = 1,
          .help = "a help that does not fit beside the name on one line of 80"},
         "its help is too wide"},
    };
    for (size_t i = 0; i < DH_COUNT(bad); i++) {
        opt_row all[DH_COUNT(rows) + 1];
        dh_error err = {DH_OK, 0, ""};
        memcpy(all, rows, sizeof rows);
        all[DH_COUNT(rows)] = bad[i].row;
        opt_table t = table;
        t.rows = all;
        t.count++;
        ck_assert_msg(opt_check(&t, &err) == DH_ERR_USAGE, "row %zu: not found: %s", i, bad[i].message);
        ck_assert_msg(strstr(err.msg, bad[i].message) && strstr(err.msg, bad[i].row.name), "row %zu: '%s'", i, err.msg);
    }
}
END_TEST

/* ---- printable ---- */

START_TEST(printable_table) {
    static const struct {
        const char *in;
        size_t columns;
        const char *out;
    } cases[] = {
        {"", 0, ""},
        {"plain text, ok", 0, "plain text, ok"},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 0, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a\nb\rc\td", 0, "a\\nb\\rc\\td"},
        {"\x1b[31mred", 0, "\\x1b[31mred"},
        {"\x7f\x01", 0, "\\x7f\\x01"},
        {"\xc2\x9b"
         "31m",
         0, "\\u009b31m"},
        {"a\xff\xc3", 0, "a\\xff\\xc3"},
        {"\xed\xa0\x80", 0, "\\xed\\xa0\\x80"},
        {"\xe2\x80\xae"
         "gpj",
         0, "\\u202egpj"},
        {"\xe2\x80\xa8|\xe2\x81\xa6|\xef\xbb\xbf|\xd8\x9c", 0, "\\u2028|\\u2066|\\ufeff|\\u061c"},
        {"\xf3\xa0\x80\x81", 0, "\\ue0001"},
        {"12345", 5, "12345"},
        {"123456", 5, "12345\xe2\x80\xa6"},
        {"\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97"},
        {"\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2\xe2\x80\xa6"},
        {"abc\n", 4, "abc\xe2\x80\xa6"},
        {"abc\n", 5, "abc\\n"},
    };
    for (size_t i = 0; i < DH_COUNT(cases); i++) {
        dh_buf out;
        dh_buf_init(&out, 0);
        ck_assert_int_eq(printable_append(&out, view_of(cases[i].in), cases[i].columns), DH_OK);
        ck_assert_msg(view_is(dh_buf_view(&out), view_of(cases[i].out)), "row %zu: '%.*s', not '%s'", i, (int)out.len,
                      out.ptr, cases[i].out);
        dh_buf_clear(&out);
    }
}
END_TEST

START_TEST(printable_any_bytes) {
    uint64_t seed = 2;
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t n = sup_random_below(&seed, sizeof bytes + 1);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)sup_random(&seed);
        dh_buf out;
        dh_buf_init(&out, 0);
        ck_assert_int_eq(printable_append(&out, (dh_view){bytes, n}, 0), DH_OK);
        ck_assert_msg(utf8_valid_prefix(dh_buf_view(&out)) == out.len, "round %d: no UTF-8", round);
        for (size_t i = 0; i < out.len; i++)
            ck_assert_msg((unsigned char)out.ptr[i] >= 0x20 && out.ptr[i] != 0x7f, "round %d: a control", round);
        dh_buf_clear(&out);
    }
}
END_TEST

START_TEST(printable_messages) {
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(printable_message(&out, "t", "a\nb", "is bad\x1b"), DH_OK);
    ck_assert_int_eq(printable_message(&out, "t", NULL, "is bad"), DH_OK);
    ck_assert_int_eq(printable_message(&out, "t", "", "is bad"), DH_OK);
    ck_assert(view_is(dh_buf_view(&out), DH_VIEW("t: a\\nb: is bad\\x1b\nt: is bad\nt: '': is bad\n")));
    dh_buf_clear(&out);
    dh_buf_init(&out, 4);
    ck_assert_int_eq(printable_message(&out, "t", "name", "what"), DH_ERR_LIMIT);
    dh_buf_clear(&out);
}
END_TEST

static TCase *group(Suite *s, const char *name) {
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return t;
}

Suite *base_suite(void) {
    Suite *s = suite_create("base");
    TCase *t = group(s, "view");
    tcase_add_test(t, views_compare);
    tcase_add_test(t, views_find_and_trim);
    tcase_add_test(t, errors_are_one_line);
    t = group(s, "buffer");
    tcase_add_test(t, buffer_stops_at_its_ceiling);
    tcase_add_test(t, buffer_refuses_whole);
    tcase_add_test(t, buffer_prints);
    t = group(s, "arena");
    tcase_add_test(t, arena_aligns_and_keeps_apart);
    tcase_add_test(t, arena_gives_nothing_twice);
    tcase_add_test(t, arena_keeps_its_ceiling);
    tcase_add_test(t, arena_refuses_overflow);
    tcase_add_test(t, arena_grows_arrays);
    t = group(s, "utf8");
    tcase_add_loop_test(t, utf8_valid_table, 0, (int)DH_COUNT(utf8_rows));
    tcase_add_test(t, utf8_every_code_point);
    t = group(s, "options");
    tcase_add_test(t, options_parse);
    tcase_add_test(t, options_help_layout);
    tcase_add_test(t, options_check_finds_faults);
    t = group(s, "printable");
    tcase_add_test(t, printable_table);
    tcase_add_test(t, printable_any_bytes);
    tcase_add_test(t, printable_messages);
    return s;
}
