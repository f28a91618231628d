/* Folding and furniture wording: the cases of data/README.md in many scripts, every way a phrase can match, and every
 * row of data/phrases.tsv against its own phrase. */
#include "judge/phrase.h"
#include "judge/phrase_table.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef DH_SOURCE_ROOT
#define DH_SOURCE_ROOT "."
#endif

/* ---- folding ---- */

typedef struct {
    const char *text, *folded;
} fold_row;

static const fold_row fold_rows[] = {
    {"", ""},
    {"  \t ", ""},
    {"--- * ---", ""},
    {"Please wait…", "please wait"},
    {"RELATED ARTICLES", "related articles"},
    {"  Read\u00a0more »", "read more"},
    {"read-more_now", "read more now"},
    {"don't", "don t"},
    {"don’t", "don t"},
    {"donʼt", "don t"},
    {"l'article", "l article"},
    /* numbers */
    {"Views: 0", "views 0"},
    {"Views: 1,234,567", "views 0"},
    {"3.14", "0"},
    {"1 234 vues", "0 0 vues"},
    {"1\u00a0234 vues", "0 vues"},
    {"1\u202f234 vues", "0 vues"},
    {"1’234", "0"},
    {"1.5k Shares", "0 shares"},
    {"12M followers", "0 followers"},
    {"5km", "0km"},
    {"0:00 / 12:34", "0 0 0 0"},
    {"1, 2", "0 0"},
    {"12.", "0"},
    {"HTML5", "html0"},
    {"h264x265", "h0x0"},
    {"٣٫١٤", "0"},
    {"१२३", "0"},
    {"１２３", "0"},
    {"①", "0"},
    {"½", "0 0"},
    /* composed and decomposed, Latin */
    {"Café À LIRE", "cafe a lire"},
    {"Cafe\u0301 A\u0300 lire", "cafe a lire"},
    {"Straße STRASSE", "strasse strasse"},
    {"ﬁn", "fin"},
    {"Søg", "søg"},
    {"Ｒｅｌａｔｅｄ：", "related"},
    {"İSTANBUL ISPARTA ılık Iğdır", "istanbul isparta ilik igdir"},
    {"Xem thêm bài viết", "xem them bai viet"},
    {"Xem the\u0302m ba\u0300i vie\u0302\u0301t", "xem them bai viet"},
    {"Google™ News®", "google news"},
    {"soft\u00adhy\u200bphen\ufeff", "softhyphen"},
    {"1\ufe0f\u20e3 \u2764\ufe0f like", "0 like"},
    /* Greek, Cyrillic */
    {"ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "διαβαστε επισησ"},
    {"Διαβάστε επίσης", "διαβαστε επισησ"},
    {"ЧИТАЙТЕ ТАКЖЕ, ёж", "читаите также еж"},
    {"Читаи\u0306те также, е\u0308ж", "читаите также еж"},
    /* Arabic, Persian, Hebrew */
    {"اِقْرَأْ أَيْضاً", "اقرا ايضا"},
    {"إقرأ أيضا", "اقرا ايضا"},
    {"مـــوقع", "موقع"},
    {"ﺍﻗﺮﺃ", "اقرا"},
    {"می\u200cشود", "ميشود"},
    {"كتاب کتاب", "كتاب كتاب"},
    {"תְּגוּבוֹת", "תגובות"},
    {"דוא\"ל", "דוא ל"},
    /* Devanagari keeps its vowel signs, composed nukta or not */
    {"यह भी पढ़ें", "यह भी पढ\u093cें"},
    {"यह भी प\u095dें", "यह भी पढ\u093cें"},
    /* a character is a word; its marks stay with it */
    {"ดูเพิ่ม", "ดู เ พิ่ ม"},
    {"関連記事", "関 連 記 事"},
    {"ガイド", "カ\u3099 イ ト\u3099"},
    {"カ\u3099イト\u3099", "カ\u3099 イ ト\u3099"},
    {"ｶﾞｲﾄﾞ", "カ\u3099 イ ト\u3099"},
    {"コメント12件", "コ メ ン ト 0 件"},
    {"京ICP备1号", "京 icp 备 0 号"},
    {"㈱", "株"},
    /* Korean: syllables, from conjoining jamo too */
    {"댓글 0", "댓글 0"},
    {"\u1103\u1162\u11ba\u1100\u1173\u11af 12", "댓글 0"},
    {"\u1100\u1161 \u1112\u1175\u11ab", "가 힌"},
    {"㈎", "가"},
    /* bytes that are no UTF-8 are signs */
    {"a\xff"
     "b",
     "a b"},
    {"caf\xc3", "caf"},
    {"\xed\xa0\x80x\xf4\x90\x80\x80", "x"},
    {"\xc0\x80\xe0\x80\x80", ""},
};

START_TEST(folds) {
    const fold_row *row = &fold_rows[_i];
    char out[256];
    size_t n = jd_fold(view_of(row->text), out, sizeof out);
    ck_assert_msg(n == strlen(row->folded) && !memcmp(out, row->folded, n), "row %d, \"%s\": got \"%.*s\", want \"%s\"",
                  _i, row->text, (int)n, out, row->folded);
    /* The folded text has the hash of the text, so folding it again changes nothing. */
    ck_assert_msg(jd_fold_hash(view_of(row->text)) == jd_fold_hash((dh_view){out, n}), "row %d: hash of \"%s\"", _i,
                  row->text);
}
END_TEST

START_TEST(fold_cuts_after_a_word) {
    static const struct { size_t cap, len; } rows[] = {{0, 0}, {2, 0}, {3, 3}, {4, 3}, {6, 3}, {7, 7}, {8, 7}, {99, 7}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char *out = malloc(rows[i].cap + 1);
        ck_assert_ptr_nonnull(out);
        out[rows[i].cap] = '#';
        size_t n = jd_fold(DH_VIEW("One, Two!"), out, rows[i].cap);
        ck_assert_msg(n == rows[i].len && !memcmp(out, "one two", n), "cap %zu: %zu bytes", rows[i].cap, n);
        ck_assert_int_eq(out[rows[i].cap], '#');
        free(out);
    }
}
END_TEST

START_TEST(hashes_differ) {
    static const char *const rows[] = {"one two", "two one", "onetwo", "one", "one two two",
                                       "0",       "00 0",    "関連",   "連関"};
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(jd_fold_hash(view_of(rows[i])) != jd_fold_hash(view_of(rows[j])), "%s and %s", rows[i],
                          rows[j]);
    ck_assert_uint_eq(jd_fold_hash(DH_VIEW(" - ")), 0);
}
END_TEST

/* ---- matching ---- */

#define NONE JD_KIND_COUNT

typedef struct {
    const char *text;
    jd_kind line, start, end, part;
} match_row;

static const match_row match_rows[] = {
    {"", NONE, NONE, NONE, NONE},
    {" ... ", NONE, NONE, NONE, NONE},
    /* line */
    {"Please wait…", JD_KIND_LOADING, NONE, NONE, NONE},
    {"RELATED ARTICLES", JD_KIND_RELATED, NONE, NONE, NONE},
    {"  * Related posts:\r", JD_KIND_RELATED, NONE, NONE, NONE},
    {"Views: 0", JD_KIND_VIEWS, NONE, NONE, NONE},
    {"Views: 12,345", JD_KIND_VIEWS, NONE, NONE, NONE},
    {"Please wait for the next train", NONE, NONE, NONE, NONE},
    {"The related articles", NONE, NONE, NONE, NONE},
    {"RelatedArticles", NONE, NONE, NONE, NONE},
    {"Unrelated articles", NONE, NONE, NONE, NONE},
    {"BAŞKA: DİĞER HABERLER", NONE, NONE, NONE, NONE},
    {"İLGİLİ HABERLER", JD_KIND_RELATED, NONE, NONE, NONE},
    {"관련기사", JD_KIND_RELATED, NONE, NONE, NONE},
    {"関連記事", JD_KIND_RELATED, NONE, NONE, NONE},
    /* start: also the whole line; a colon where the row has one */
    {"Source", JD_KIND_SOURCE, NONE, NONE, NONE},
    {"Source: NAIC", NONE, JD_KIND_SOURCE, NONE, NONE},
    {"(Source : NAIC)", NONE, JD_KIND_SOURCE, NONE, NONE},
    {"Source NAIC", NONE, NONE, NONE, NONE},
    {"Source / NAIC", NONE, NONE, NONE, NONE},
    {"Open source: a story", NONE, NONE, NONE, NONE},
    {"See also: The other story", NONE, JD_KIND_RELATED, NONE, NONE},
    {"Share on Facebook Share on X", NONE, JD_KIND_SHARE, NONE, NONE},
    {"标签：经济", NONE, JD_KIND_TAGS, NONE, NONE},
    {"标签经济", NONE, NONE, NONE, NONE},
    {"文／王小明", NONE, JD_KIND_AUTHOR, NONE, NONE},
    /* end */
    {"0 comments", JD_KIND_COMMENT, NONE, NONE, NONE},
    {"Politics, 27 comments", NONE, NONE, JD_KIND_COMMENT, NONE},
    {"He made 27 comments on it", NONE, NONE, NONE, NONE},
    {"Some comments", NONE, NONE, NONE, NONE},
    {"政治 12条评论", NONE, NONE, JD_KIND_COMMENT, NONE},
    /* part: inside, at both ends, and at word edges only */
    {"News: You need to enable JavaScript to run this app. Thanks", NONE, NONE, NONE, JD_KIND_LOADING},
    {"You need to enable JavaScript to run this app. Thanks", NONE, NONE, NONE, JD_KIND_LOADING},
    {"Hello! You need to enable JavaScript to run this app.", NONE, NONE, NONE, JD_KIND_LOADING},
    {"You need to enable JavaScript to run this app.", JD_KIND_LOADING, NONE, NONE, NONE},
    {"Hello! You need to enable JavaScript to run this apple", NONE, NONE, NONE, NONE},
    {"©2020ABC社この記事は約3分で読めます。広告", NONE, NONE, NONE, JD_KIND_VIEWS},
    /* no UTF-8 */
    {"\xff\xfeViews: 0\x80", JD_KIND_VIEWS, NONE, NONE, NONE},
    {"Vie\xffws: 0", NONE, NONE, NONE, NONE},
};

static unsigned plus(jd_kind kind) { return kind == NONE ? 0 : (unsigned)kind + 1; }

START_TEST(matches) {
    const match_row *row = &match_rows[_i];
    jd_hits h;
    jd_phrase_match(view_of(row->text), &h);
    ck_assert_msg(h.line == plus(row->line), "\"%s\": line %u", row->text, h.line);
    ck_assert_msg(h.start == plus(row->start), "\"%s\": start %u", row->text, h.start);
    ck_assert_msg(h.end == plus(row->end), "\"%s\": end %u", row->text, h.end);
    ck_assert_msg(h.part == plus(row->part), "\"%s\": part %u", row->text, h.part);
    ck_assert_msg(!h.kinds_mask == !(h.line || h.start || h.end || h.part), "\"%s\": mask %x", row->text, h.kinds_mask);
    ck_assert_msg(!h.covered_words == !h.kinds_mask, "\"%s\": %u words covered", row->text, h.covered_words);
    ck_assert_msg(h.covered_words <= h.words, "\"%s\": %u of %u words", row->text, h.covered_words, h.words);
    ck_assert_msg(h.hash == jd_fold_hash(view_of(row->text)), "\"%s\": hash", row->text);
}
END_TEST

/* A word in two hits is covered once; characters of scripts without spaces count half. */
START_TEST(counts_words) {
    jd_hits h;
    jd_phrase_match(DH_VIEW("See also: one, two, three, 12 comments"), &h);
    ck_assert_uint_eq(h.words, 7);
    ck_assert_uint_eq(h.covered_words, 4);
    ck_assert_uint_eq(h.kinds_mask, 1u << JD_KIND_RELATED | 1u << JD_KIND_COMMENT);
    jd_phrase_match(DH_VIEW("関連記事はこちらへ"), &h); /* nine characters */
    ck_assert_uint_eq(h.words, 5);
    jd_phrase_match(DH_VIEW("All rights reserved. All rights reserved. Yes."), &h);
    ck_assert_uint_eq(h.n_part, 2);
    ck_assert_uint_eq(h.part, JD_KIND_COPYRIGHT + 1);
    ck_assert_uint_eq(h.covered_words, 6);
    ck_assert_uint_eq(h.weight[JD_MATCH_PART], JD_PHRASE_SURE);
}
END_TEST

/* "Source: a a a ..." with so many words in all, and bytes of filling before. */
static void long_line(size_t words, size_t blanks, jd_hits *h) {
    size_t len = blanks + 7 + 2 * (words - 1);
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', len);
    memcpy(text + blanks, "Source:", 7);
    for (size_t i = blanks + 8; i < len; i += 2) text[i] = 'a';
    jd_phrase_match((dh_view){text, len}, h);
    free(text);
}

START_TEST(stops_at_long_lines) {
    static const struct {
        size_t words, blanks;
        unsigned said, start;
    } rows[] = {{2, 0, 2, 17},       {JD_PHRASE_WORDS, 0, 40, 17},    {JD_PHRASE_WORDS + 1, 0, 41, 0}, {1000, 0, 41, 0},
                {5000000, 0, 41, 0}, {2, JD_PHRASE_BYTES - 9, 2, 17}, {2, JD_PHRASE_BYTES - 8, 41, 0}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        jd_hits h;
        long_line(rows[i].words, rows[i].blanks, &h);
        ck_assert_msg(h.words == rows[i].said && h.start == rows[i].start, "%zu words, %zu blanks: %u words, start %u",
                      rows[i].words, rows[i].blanks, h.words, h.start);
    }
}
END_TEST

/* The most words that a line can have: each counts half. */
START_TEST(eighty_characters) {
    char text[3 * 90];
    for (size_t i = 0; i < 90; i++) memcpy(text + 3 * i, "事", 3);
    jd_hits h;
    jd_phrase_match((dh_view){text, 3 * 80}, &h);
    ck_assert_uint_eq(h.words, 40);
    jd_phrase_match((dh_view){text, 3 * 81}, &h);
    ck_assert_uint_eq(h.words, 41);
}
END_TEST

/* Any bytes, in a block of their own size so that reading past it shows. */
START_TEST(takes_any_bytes) {
    uint32_t seed = 1;
    for (size_t round = 0; round < 20000; round++) {
        size_t len = round % 67;
        char *text = malloc(len + !len), out[12 * 67];
        ck_assert_ptr_nonnull(text);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = (char)(round & 1 ? seed >> 24 : (seed >> 24 & 0x3f) | 0x80 | (seed >> 16 & 0x60));
        }
        jd_hits h;
        jd_phrase_match((dh_view){text, len}, &h);
        size_t n = jd_fold((dh_view){text, len}, out, sizeof out);
        ck_assert_uint_eq(utf8_valid_prefix((dh_view){out, n}), n);
        free(text);
    }
}
END_TEST

/* Each code point alone and after a letter: folding what it folds to changes nothing. */
START_TEST(folding_twice_is_folding_once) {
    for (uint32_t c = 1; c <= 0x10ffff; c++) {
        char text[5] = {'a'}, once[64], twice[64];
        size_t len = 1 + utf8_encode(c, text + 1);
        for (size_t from = 0; from < 2; from++) {
            size_t n = jd_fold((dh_view){text + from, len - from}, once, sizeof once);
            size_t m = jd_fold((dh_view){once, n}, twice, sizeof twice);
            ck_assert_msg(n == m && !memcmp(once, twice, n), "U+%04X: \"%.*s\" then \"%.*s\"", c, (int)n, once, (int)m,
                          twice);
        }
    }
}
END_TEST

/* ---- data/phrases.tsv ---- */

typedef struct {
    dh_view line; /* without its newline */
    dh_view cell[4];
} tsv_row;

/* The next row of *rest; false at the end or if it has not four cells. */
static bool next_row(dh_view *rest, tsv_row *row) {
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (!end) return false;
    row->line = (dh_view){rest->ptr, (size_t)(end - rest->ptr)};
    rest->len -= row->line.len + 1;
    rest->ptr = end + 1;
    const char *p = row->line.ptr;
    for (size_t i = 0; i < 4; i++) {
        const char *tab = i < 3 ? memchr(p, '\t', (size_t)(end - p)) : end;
        if (!tab) return false;
        row->cell[i] = (dh_view){p, (size_t)(tab - p)};
        p = tab + 1;
    }
    return true;
}

static char *read_tsv(dh_view *out) {
    FILE *f = fopen(DH_SOURCE_ROOT "/data/phrases.tsv", "rb");
    ck_assert_msg(f != NULL, "cannot open " DH_SOURCE_ROOT "/data/phrases.tsv");
    const size_t cap = 1 << 20;
    char *text = malloc(cap);
    ck_assert_ptr_nonnull(text);
    *out = (dh_view){text, fread(text, 1, cap, f)};
    fclose(f);
    ck_assert(out->len < cap);
    return text;
}

static bool match_is(dh_view match, jd_match which) {
    static const char *const names[JD_MATCH_COUNT] = {"line", "start", "end", "part"};
    return view_is(match, view_of(names[which]));
}

/* Matches "before phrase after" and checks that the place `which` of it, kept in `got`, has the row's kind. */
static void check_place(const tsv_row *row, const char *before, const char *after, jd_match which) {
    char text[2048];
    jd_hits h;
    int n = snprintf(text, sizeof text, "%s%.*s%s", before, (int)row->cell[3].len, row->cell[3].ptr, after);
    ck_assert(n > 0 && (size_t)n < sizeof text);
    jd_phrase_match((dh_view){text, (size_t)n}, &h);
    const uint8_t got[JD_MATCH_COUNT] = {h.line, h.start, h.end, h.part};
    unsigned kind = got[which];
    bool fits = kind && view_is(row->cell[0], view_of(jd_phrase_kind_name((jd_kind)(kind - 1))));
    ck_assert_msg(fits, "%.*s: in \"%s\" it is %s", (int)row->line.len, row->line.ptr, text,
                  kind ? jd_phrase_kind_name((jd_kind)(kind - 1)) : "not found");
}

START_TEST(every_row_matches) {
    dh_view rest;
    char *text = read_tsv(&rest);
    tsv_row row;
    size_t rows = 0;
    ck_assert(next_row(&rest, &row) && view_is(row.line, DH_VIEW("kind\tlang\tmatch\tphrase")));
    while (next_row(&rest, &row)) {
        rows++;
        check_place(&row, "", "", JD_MATCH_LINE);
        if (match_is(row.cell[2], JD_MATCH_START)) check_place(&row, "- ", " xqz", JD_MATCH_START);
        if (match_is(row.cell[2], JD_MATCH_END)) check_place(&row, "xqz ", " -", JD_MATCH_END);
        if (match_is(row.cell[2], JD_MATCH_PART)) check_place(&row, "xqz ", " xqz", JD_MATCH_PART);
    }
    ck_assert_uint_eq(rest.len, 0);
    ck_assert_uint_gt(rows, 5000);
    free(text);
}
END_TEST

static int compare_views(const void *a, const void *b) {
    const dh_view *x = a, *y = b;
    int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
    return c ? c : (x->len > y->len) - (x->len < y->len);
}

/* Rows are sorted by their bytes cell by cell, and a language has a folded phrase once. */
START_TEST(rows_are_sorted_and_differ) {
    dh_view rest;
    char *text = read_tsv(&rest);
    tsv_row before = {0}, row;
    size_t n = 0, used = 0;
    const size_t cap = 4 << 20;
    char *room = malloc(cap);
    dh_view *keys = malloc(10000 * sizeof *keys);
    ck_assert(room && keys && next_row(&rest, &row));
    while (next_row(&rest, &row)) {
        int order = 0;
        for (size_t i = 0; i < 4 && !order && before.line.ptr; i++)
            order = compare_views(&before.cell[i], &row.cell[i]);
        ck_assert_msg(!before.line.ptr || order < 0, "not in order: %.*s", (int)row.line.len, row.line.ptr);
        before = row;
        ck_assert(n < 10000 && used + row.cell[1].len + 1 < cap);
        char *key = room + used;
        memcpy(key, row.cell[1].ptr, row.cell[1].len);
        key[row.cell[1].len] = '\t';
        size_t len = row.cell[1].len + 1;
        len += jd_fold(row.cell[3], key + len, cap - used - len);
        keys[n++] = (dh_view){key, len};
        used += len;
    }
    qsort(keys, n, sizeof *keys, compare_views);
    for (size_t i = 1; i < n; i++)
        ck_assert_msg(!view_is(keys[i], keys[i - 1]), "twice: %.*s", (int)keys[i].len, keys[i].ptr);
    free(keys);
    free(room);
    free(text);
}
END_TEST

START_TEST(kinds_have_names) {
    for (int i = 0; i < JD_KIND_COUNT; i++)
        for (int j = 0; j < i; j++) ck_assert_str_ne(jd_phrase_kind_name((jd_kind)i), jd_phrase_kind_name((jd_kind)j));
    ck_assert_str_eq(jd_phrase_kind_name(JD_KIND_LOADING), "loading");
    ck_assert_str_eq(jd_phrase_kind_name(JD_KIND_MEDIA), "media");
    ck_assert_str_eq(jd_phrase_kind_name(JD_KIND_COUNT), "none");
}
END_TEST

Suite *phrase_suite(void) {
    Suite *s = suite_create("phrase");
    TCase *fold = tcase_create("fold");
    tcase_set_timeout(fold, 60);
    tcase_add_loop_test(fold, folds, 0, (int)DH_COUNT(fold_rows));
    tcase_add_test(fold, fold_cuts_after_a_word);
    tcase_add_test(fold, hashes_differ);
    tcase_add_test(fold, folding_twice_is_folding_once);
    suite_add_tcase(s, fold);
    TCase *match = tcase_create("match");
    tcase_set_timeout(match, 60);
    tcase_add_loop_test(match, matches, 0, (int)DH_COUNT(match_rows));
    tcase_add_test(match, counts_words);
    tcase_add_test(match, stops_at_long_lines);
    tcase_add_test(match, eighty_characters);
    tcase_add_test(match, takes_any_bytes);
    suite_add_tcase(s, match);
    TCase *data = tcase_create("data");
    tcase_set_timeout(data, 60);
    tcase_add_test(data, every_row_matches);
    tcase_add_test(data, rows_are_sorted_and_differ);
    tcase_add_test(data, kinds_have_names);
    suite_add_tcase(s, data);
    return s;
}
