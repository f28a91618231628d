/* What text mode promises, whatever the judge thinks of a line: kept lines come out in order and byte for byte,
 * cleaning twice is cleaning once, windows split no line, blank lines fold. Over all fixtures and over texts made from
 * a seed. */
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

static dh_options text_options(void) {
    dh_options opt = dh_options_default();
    opt.from = DH_FROM_TEXT;
    return opt;
}

/* ---- texts ---- */

static const char *const sentences[] = {
    "The ferry had left an hour before the fog came in, and nobody on the pier expected it back.",
    "Prices rose by 3.5 % in March, the statistics office said, after 2.9 % in February.",
    "She put the letter on the table. \"Read it,\" she said, \"and then tell me what you think.\"",
    "Der Zug hielt in Köln, und wir stiegen aus, obwohl niemand wusste, wohin es weitergehen sollte.",
    "Le marché ouvre à sept heures; les pêcheurs arrivent bien avant, quand il fait encore nuit.",
    "Город просыпался медленно, и первые трамваи шли почти пустыми вдоль набережной.",
    "この町では、春になると川沿いの桜が一斉に咲き、多くの人が散歩に訪れる。",
};
static const char *const furniture[] = {"Please wait…", "RELATED ARTICLES",  "Related posts:",
                                        "Views: 0",     "Share on Facebook", "Subscribe to our newsletter",
                                        "Read more »",  "Leave a comment",   "Advertisement"};
static const char *const others[] = {"Serves 4",
                                     "  - two carrots",
                                     "a b c",
                                     "1",
                                     "---",
                                     "int main(void) {",
                                     "\tindented",
                                     "x",
                                     "A Title of a Thing",
                                     "2024-05-01",
                                     "\xc2\xa0",
                                     "    four spaces"};
static const char *const ends[] = {"\n", "\n", "\n", "\r\n", "\n\n", "\r\n\r\n", " \n", "\n\n\n", "\r"};

static dh_view pick(uint64_t *seed, const char *const *list, size_t count) {
    return view_of(list[sup_random_below(seed, count)]);
}

/* A text of up to 40 lines; some have CRLF, CR alone, or no line end at their end. */
static void make_text(uint64_t *seed, dh_buf *out) {
    size_t lines = sup_random_below(seed, 40), shape = sup_random_below(seed, 4);
    out->len = 0;
    for (size_t i = 0; i < lines; i++) {
        size_t what = sup_random_below(seed, 10);
        if (what < 4)
            buf_append_view(out, pick(seed, sentences, DH_COUNT(sentences)));
        else if (what < 7)
            buf_append_view(out, pick(seed, furniture, DH_COUNT(furniture)));
        else
            buf_append_view(out, pick(seed, others, DH_COUNT(others)));
        if (i + 1 == lines && sup_random_below(seed, 2)) break;
        if (shape == 0)
            buf_append_char(out, '\r');
        else if (shape == 1)
            buf_append_view(out, DH_VIEW("\r\n"));
        else if (shape == 2)
            buf_append_char(out, '\n');
        else
            buf_append_view(out, pick(seed, ends, DH_COUNT(ends)));
    }
}

/* Takes the first line with its end off *rest. */
static dh_view take_line(dh_view *rest, bool cr) {
    const char *q = memchr(rest->ptr, cr ? '\r' : '\n', rest->len);
    dh_view line = {rest->ptr, q ? (size_t)(q - rest->ptr) + 1 : rest->len};
    *rest = (dh_view){rest->ptr + line.len, rest->len - line.len};
    return line;
}

static bool ends_in_cr(dh_view text) { return text.len && !memchr(text.ptr, '\n', text.len); }

/* ---- promises ---- */

static void check_subsequence(const char *name, dh_view in, dh_view out) {
    bool cr = ends_in_cr(in);
    while (out.len) {
        dh_view want = take_line(&out, cr), line = {"", 0};
        bool found = false;
        while (in.len && !found) {
            line = take_line(&in, cr);
            found = view_is(line, want);
        }
        ck_assert_msg(found, "%s: a line that is none of the input's, or out of order: '%.*s'", name, (int)want.len,
                      want.ptr);
    }
}

/* Kept and dropped lines together are the input, and the kept ones are the result. */
static void check_blocks(const char *name, dh_view in, const dh_options *opt, dh_view out) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_block b;
    size_t at = 0, used = 0;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_page_new(ctx, in, opt, &page, NULL), DH_OK);
    ck_assert_msg(!dh_page_is_html(page), "%s: read as HTML", name);
    for (size_t i = 0, n = dh_page_block_count(page); i < n; i++) {
        ck_assert(dh_page_block(page, i, &b));
        ck_assert_msg(b.kind == DH_KIND_LINE && b.begin >= at && b.end - b.begin == b.text.len, "%s: line %zu", name,
                      i);
        ck_assert_msg(b.begin - at <= 2 && !memcmp(in.ptr + b.begin, b.text.ptr, b.text.len), "%s: line %zu", name, i);
        size_t next = b.end; /* its line end belongs to it */
        if (i + 1 < n) {
            dh_block after;
            ck_assert(dh_page_block(page, i + 1, &after));
            next = after.begin;
        } else {
            next = in.len;
        }
        ck_assert_msg(next - b.end <= 2, "%s: line %zu ends in %zu bytes", name, i, next - b.end);
        if (b.keep) {
            ck_assert_msg(used + next - b.begin <= out.len && !memcmp(out.ptr + used, in.ptr + b.begin, next - b.begin),
                          "%s: kept line %zu is not in the result", name, i);
            used += next - b.begin;
        }
        at = b.end;
    }
    ck_assert_msg(used == out.len, "%s: the result has %zu bytes more than the kept lines", name, out.len - used);
    dh_page_free(page);
    dh_context_free(ctx);
}

/* Returns the bytes that went. */
static size_t check_promises(const char *name, dh_view in) {
    size_t gone = 0;
    for (int focus = DH_FOCUS_BALANCED; focus <= DH_FOCUS_RECALL; focus++) {
        dh_buf once, twice;
        dh_options opt = text_options();
        opt.focus = (dh_focus)focus;
        dh_buf_init(&once, 0);
        dh_buf_init(&twice, 0);
        ck_assert_int_eq(sup_clean(NULL, in, &opt, &once, NULL), DH_OK);
        ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&once), &opt, &twice, NULL), DH_OK);
        check_subsequence(name, in, dh_buf_view(&once));
        check_blocks(name, in, &opt, dh_buf_view(&once));
        ck_assert_msg(
            view_is(dh_buf_view(&once), dh_buf_view(&twice)),
            "%s, focus %d: cleaning twice gives %zu bytes, once %zu\n--- input\n%.*s\n--- once\n%.*s\n--- twice\n%.*s",
            name, focus, twice.len, once.len, (int)(in.len < 1500 ? in.len : 1500), in.ptr,
            (int)(once.len < 1500 ? once.len : 1500), dh_buf_view(&once).ptr,
            (int)(twice.len < 1500 ? twice.len : 1500), dh_buf_view(&twice).ptr);
        gone += in.len - once.len;
        dh_buf_clear(&once);
        dh_buf_clear(&twice);
    }
    return gone;
}

START_TEST(promises_hold_for_fixtures) {
    static sup_fixtures all;
    static const char *const files[] = {"input.txt", "expected.txt"};
    size_t texts = 0, gone = 0;
    sup_list_fixtures(&all);
    for (size_t i = 0; i < all.count; i++)
        for (size_t k = 0; k < DH_COUNT(files); k++) {
            dh_buf in;
            dh_buf_init(&in, 0);
            if (sup_read_fixture(all.name[i], files[k], &in)) {
                gone += check_promises(all.name[i], dh_buf_view(&in));
                texts++;
            }
            dh_buf_clear(&in);
        }
    ck_assert_msg(texts >= 60 && gone > 0, "only %zu texts in fixtures/, %zu bytes went", texts, gone);
}
END_TEST

START_TEST(promises_hold_for_made_texts) {
    dh_buf in;
    uint64_t seed = 5;
    size_t all = 0, gone = 0;
    dh_buf_init(&in, 0);
    for (int round = 0; round < 800; round++) {
        char name[32];
        snprintf(name, sizeof name, "text %d", round);
        make_text(&seed, &in);
        gone += check_promises(name, dh_buf_view(&in));
        all += 3 * in.len;
    }
    ck_assert_msg(gone * 20 > all && gone * 20 < all * 19, "%zu of %zu bytes went: that tests little", gone, all);
    dh_buf_clear(&in);
}
END_TEST

/* ---- clean texts ---- */

/* Nothing of these is furniture: they come back byte for byte. */
static const struct {
    const char *name, *text;
} clean_rows[] = {
    {"nothing", ""},
    {"one line end", "\n"},
    {"blank lines", "\n\n\r\n \n"},
    {"one sentence", "The rain stopped."},
    {"one sentence and its end", "The rain stopped.\n"},
    {"a paragraph of wrapped lines",
     "The rain stopped some time before dawn, and when we came\nout of the hut the whole valley lay under a sheet of\n"
     "cloud, so even and so white that it might have been snow.\n"},
    {"three paragraphs", "The rain stopped some time before dawn, and we went out to look.\n\nNothing moved in the "
                         "valley, which lay under a "
                         "sheet of cloud.\n\n\nWe waited for the sun, and then we began to walk down.\n"},
    {"CRLF",
     "The rain stopped some time before dawn, and we went out.\r\n\r\nNothing moved in the valley below us.\r\n"},
    {"CR", "The rain stopped some time before dawn, and we went out.\r\rNothing moved in the valley below us.\r"},
    {"mixed line ends",
     "The rain stopped some time before dawn.\r\nWe went out to look.\nNothing moved in the valley.\n\r\n"},
    {"no line end at the end", "The rain stopped some time before dawn.\nWe went out to look at the valley."},
    {"white space at line ends",
     "The rain stopped some time before dawn.  \n\t We went out to look at the valley.\t\n  \n"},
    {"other scripts",
     "Город просыпался медленно, и первые трамваи шли почти пустыми.\nこの町では、春になると桜が咲く。\n"},
    {"invisible characters", "\ufeff\u200bThe rain\u00ad stopped some time before dawn.\u2028We went out.\xc2\x85\n"},
};

START_TEST(clean_texts_come_back) {
    dh_view in = view_of(clean_rows[_i].text);
    dh_options opt = text_options();
    dh_buf out;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(sup_clean(NULL, in, &opt, &out, NULL), DH_OK);
    if (in.len > 3 && !memcmp(in.ptr, "\xef\xbb\xbf", 3)) in = (dh_view){in.ptr + 3, in.len - 3}; /* a BOM is no text */
    ck_assert_msg(view_is(dh_buf_view(&out), in), "%s: gives '%.*s'", clean_rows[_i].name, (int)out.len, out.ptr);
    dh_buf_clear(&out);
}
END_TEST

/* Clean texts, and where their lines begin that a paragraph may stand before. */
static size_t read_clean_fixture(const char *name, dh_buf *in, size_t *places, size_t most) {
    dh_buf expected;
    size_t n = 0;
    dh_buf_init(&expected, 0);
    bool clean = sup_read_fixture(name, "input.txt", in) && sup_read_fixture(name, "expected.txt", &expected) &&
                 view_is(dh_buf_view(in), dh_buf_view(&expected)) && memchr(in->ptr, '\n', in->len);
    for (size_t i = 0; clean && i < in->len && n < most; i++)
        if (!i || in->ptr[i - 1] == '\n') places[n++] = i;
    dh_buf_clear(&expected);
    return n;
}

/* A clean paragraph more in a clean text costs no other line, in all but one of a thousand cases. */
START_TEST(a_paragraph_more_costs_nothing) {
    enum { MOST_PLACES = 4000, EACH = 100 };
    static sup_fixtures all;
    static size_t places[MOST_PLACES];
    size_t cases = 0, wrong = 0;
    uint64_t seed = 9;
    dh_options opt = text_options();
    dh_buf in, more, out;
    dh_buf_init(&in, 0);
    dh_buf_init(&more, 0);
    dh_buf_init(&out, 0);
    sup_list_fixtures(&all);
    for (size_t i = 0; i < all.count; i++) {
        in.len = 0;
        size_t n = read_clean_fixture(all.name[i], &in, places, MOST_PLACES);
        for (size_t k = 0; n && k < EACH; k++) {
            size_t at = places[sup_random_below(&seed, n)];
            more.len = out.len = 0;
            buf_append_view(&more, (dh_view){in.ptr, at});
            buf_append_view(&more, pick(&seed, sentences, DH_COUNT(sentences)));
            buf_append_view(&more, DH_VIEW("\n"));
            buf_append_view(&more, (dh_view){in.ptr + at, in.len - at});
            ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&more), &opt, &out, NULL), DH_OK);
            wrong += out.len != more.len;
            cases++;
        }
    }
    ck_assert_msg(cases >= 2000 && wrong * 1000 <= cases, "%zu of %zu texts lost a line", wrong, cases);
    dh_buf_clear(&in);
    dh_buf_clear(&more);
    dh_buf_clear(&out);
}
END_TEST

/* ---- blank lines ---- */

#define S1 "The rain stopped some time before dawn, and when we came out the valley lay under a sheet of cloud.\n"
#define S2 "Nothing moved below us until the sun came over the ridge, and then all the birds began at once to sing.\n"
#define S3                                                                                                             \
    "We waited for an hour more, since the path was wet, and then began to walk down to the road in the valley.\n"
#define F "Please wait…\n"

/* What becomes of the blank lines around what goes: those before it stay; if there are none, those behind; at the end
 * of a text none, at its start those before. */
static const struct {
    const char *in, *out;
} blank_rows[] = {
    {S1 S2 S3, S1 S2 S3},
    {S1 "\n" S2 "\n\n" S3 "\n", S1 "\n" S2 "\n\n" S3 "\n"},
    {S1 F S2 S3, S1 S2 S3},
    {S1 "\n" F S2 S3, S1 "\n" S2 S3},
    {S1 F "\n" S2 S3, S1 "\n" S2 S3},
    {S1 "\n" F "\n" S2 S3, S1 "\n" S2 S3},
    {S1 "\n\n" F "\n" S2 S3, S1 "\n\n" S2 S3},
    {S1 "\n" F "\n\n\n" S2 S3, S1 "\n" S2 S3},
    {S1 F "\n\n" S2 S3, S1 "\n\n" S2 S3},
    {S1 "\n" F "\n\n" F "\n" S2 S3, S1 "\n" S2 S3},
    {S1 F "\n" F S2 S3, S1 S2 S3},
    {S1 " \n" F "\t\n" S2 S3, S1 " \n" S2 S3},
    {S1 S2 S3 F, S1 S2 S3},
    {S1 S2 S3 "\n" F, S1 S2 S3},
    {S1 S2 S3 "\n\n" F "\n\n", S1 S2 S3},
    {F S1 S2 S3, S1 S2 S3},
    {F "\n" S1 S2 S3, S1 S2 S3},
    {"\n" F "\n\n" S1 S2 S3, "\n" S1 S2 S3},
    {"\n\n" S1 S2 S3, "\n\n" S1 S2 S3},
};

/* Appends text with each LF as `end`. */
static void put_with_ends(const char *text, const char *end, dh_buf *out) {
    for (; *text; text++)
        ck_assert_int_eq(*text == '\n' ? buf_append_view(out, view_of(end)) : buf_append_char(out, *text), DH_OK);
}

START_TEST(blank_lines_fold) {
    static const char *const line_ends[] = {"\n", "\r\n", "\r"};
    dh_options opt = text_options();
    for (size_t k = 0; k < DH_COUNT(line_ends); k++) {
        dh_buf in, want, out;
        dh_buf_init(&in, 0);
        dh_buf_init(&want, 0);
        dh_buf_init(&out, 0);
        put_with_ends(blank_rows[_i].in, line_ends[k], &in);
        put_with_ends(blank_rows[_i].out, line_ends[k], &want);
        ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&in), &opt, &out, NULL), DH_OK);
        ck_assert_msg(view_is(dh_buf_view(&out), dh_buf_view(&want)), "row %d, line end %zu: from\n%s\ncomes\n%.*s", _i,
                      k, blank_rows[_i].in, (int)out.len, out.ptr);
        dh_buf_clear(&in);
        dh_buf_clear(&want);
        dh_buf_clear(&out);
    }
}
END_TEST

/* ---- windows ---- */

/* Reads `in` window by window; checks that the windows' lines together are the input and that no line is cut. */
static void check_windows(const char *name, dh_view in, size_t window, size_t piece) {
    dh_options opt = text_options();
    sup_source source = {in, piece, DH_OK};
    dh_context *ctx = NULL;
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_block b;
    size_t at = 0, windows = 0;
    opt.window_bytes = window;
    char end = ends_in_cr(in) ? '\r' : '\n';
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_int_eq(dh_reader_new(ctx, &opt, sup_read, &source, &reader, NULL), DH_OK);
    for (;;) {
        ck_assert_int_eq(dh_reader_next(reader, &page, NULL), DH_OK);
        if (!page) break;
        size_t base = at, count = dh_page_block_count(page);
        for (size_t i = 0; i < count; i++) {
            ck_assert(dh_page_block(page, i, &b));
            at = b.end; /* counted from the start of the input */
            ck_assert_msg(at <= in.len && !memcmp(in.ptr + b.begin, b.text.ptr, b.text.len),
                          "%s, window %zu: window %zu, line %zu is not the input's", name, window, windows, i);
        }
        while (at < in.len && count && (in.ptr[at] == '\r' || in.ptr[at] == '\n') && in.ptr[at] != end) at++;
        if (at < in.len && count) ck_assert_msg(in.ptr[at++] == end, "%s, window %zu: a line is cut", name, window);
        ck_assert_msg(at - base <= window || count == 1, "%s, window %zu: %zu lines, %zu bytes", name, window, count,
                      at - base);
        dh_page_free(page);
        windows++;
    }
    ck_assert_msg(at == in.len, "%s, window %zu: %zu of %zu bytes", name, window, at, in.len);
    dh_reader_free(reader);
    dh_context_free(ctx);
}

START_TEST(windows_split_no_line) {
    static const size_t windows[] = {1, 2, 7, 40, 64, 100, 1000, 100000};
    static const size_t pieces[] = {1, 3, 64, 0};
    dh_buf in;
    uint64_t seed = 6;
    dh_buf_init(&in, 0);
    for (int round = 0; round < 60; round++) {
        char name[32];
        snprintf(name, sizeof name, "text %d", round);
        make_text(&seed, &in);
        for (size_t i = 0; i < DH_COUNT(windows); i++)
            check_windows(name, dh_buf_view(&in), windows[i], pieces[(size_t)round % DH_COUNT(pieces)]);
    }
    dh_buf_clear(&in);
}
END_TEST

/* However the bytes come in, the windows are the same; what is kept comes in order. */
START_TEST(windows_do_not_depend_on_pieces) {
    dh_buf in, first, again;
    uint64_t seed = 7;
    dh_buf_init(&in, 0);
    dh_buf_init(&first, 0);
    dh_buf_init(&again, 0);
    for (int round = 0; round < 100; round++) {
        dh_options opt = text_options();
        opt.window_bytes = 1 + sup_random_below(&seed, 2000);
        make_text(&seed, &in);
        first.len = 0;
        ck_assert_int_eq(sup_clean_stream(NULL, dh_buf_view(&in), 0, &opt, &first, NULL), DH_OK);
        check_subsequence("windows", dh_buf_view(&in), dh_buf_view(&first));
        for (size_t piece = 1; piece < 3000; piece *= 5) {
            again.len = 0;
            ck_assert_int_eq(sup_clean_stream(NULL, dh_buf_view(&in), piece, &opt, &again, NULL), DH_OK);
            ck_assert_msg(view_is(dh_buf_view(&first), dh_buf_view(&again)), "round %d, pieces of %zu", round, piece);
        }
    }
    dh_buf_clear(&in);
    dh_buf_clear(&first);
    dh_buf_clear(&again);
}
END_TEST

/* Texts in one source are judged as each would be alone, and the lines that part them stay. */
START_TEST(split_texts_do_not_matter_to_each_other) {
    dh_buf part, whole, want, got;
    uint64_t seed = 8;
    dh_buf_init(&part, 0);
    dh_buf_init(&whole, 0);
    dh_buf_init(&want, 0);
    dh_buf_init(&got, 0);
    for (int round = 0; round < 100; round++) {
        dh_options opt = text_options();
        opt.split = "\f*";
        whole.len = want.len = got.len = 0;
        for (size_t i = 0, parts = sup_random_below(&seed, 5); i <= parts; i++) {
            make_text(&seed, &part);
            size_t from = whole.len;
            if (i || sup_random_below(&seed, 2)) buf_printf(&whole, "\fPlease wait… %zu\n", i);
            buf_append_view(&whole, dh_buf_view(&part));
            buf_append_char(&whole, '\n');
            dh_view alone = {whole.ptr + from, whole.len - from};
            ck_assert_int_eq(sup_clean_stream(NULL, alone, 0, &opt, &want, NULL), DH_OK);
        }
        size_t piece = sup_random_below(&seed, 2) ? 0 : 1 + sup_random_below(&seed, 500);
        ck_assert_int_eq(sup_clean_stream(NULL, dh_buf_view(&whole), piece, &opt, &got, NULL), DH_OK);
        ck_assert_msg(view_is(dh_buf_view(&got), dh_buf_view(&want)), "round %d", round);
    }
    dh_buf_clear(&part);
    dh_buf_clear(&whole);
    dh_buf_clear(&want);
    dh_buf_clear(&got);
}
END_TEST

Suite *text_suite(void) {
    Suite *s = suite_create("text");
    TCase *t = tcase_create("promises");
    tcase_set_timeout(t, 300);
    tcase_add_test(t, promises_hold_for_fixtures);
    tcase_add_test(t, promises_hold_for_made_texts);
    suite_add_tcase(s, t);
    t = tcase_create("tables");
    tcase_add_loop_test(t, clean_texts_come_back, 0, (int)DH_COUNT(clean_rows));
    tcase_add_test(t, a_paragraph_more_costs_nothing);
    tcase_add_loop_test(t, blank_lines_fold, 0, (int)DH_COUNT(blank_rows));
    suite_add_tcase(s, t);
    t = tcase_create("windows");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, windows_split_no_line);
    tcase_add_test(t, windows_do_not_depend_on_pieces);
    tcase_add_test(t, split_texts_do_not_matter_to_each_other);
    suite_add_tcase(s, t);
    return s;
}
