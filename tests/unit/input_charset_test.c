/* Charsets: the labels of the Encoding Standard, which sign of a charset beats which, and what each decodes to, whole
 * and cut at every byte. */
#include "input/charset.h"
#include "input_tests.h"

#include <stdio.h>

/* ---- labels ---- */

/* Encodings of the standard with all their labels, but for "replacement" and x-user-defined. */
static const char *const label_rows[][2] = {
    {"UTF-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
    {"IBM866", "866 cp866 csibm866 ibm866"},
    {"ISO-8859-2", "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    {"ISO-8859-3", "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    {"ISO-8859-4", "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    {"ISO-8859-5", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
    {"ISO-8859-6",
     "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
     "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"ISO-8859-7", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
                   "iso_8859-7:1987 sun_eu_greek"},
    {"ISO-8859-8",
     "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
     "iso_8859-8:1988 visual"},
    {"ISO-8859-8-I", "csiso88598i iso-8859-8-i logical"},
    {"ISO-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"ISO-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    {"ISO-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    {"ISO-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
    {"ISO-8859-16", "iso-8859-16"},
    {"KOI8-R", "cskoi8r koi koi8 koi8-r koi8_r"},
    {"KOI8-U", "koi8-ru koi8-u"},
    {"macintosh", "csmacintosh mac macintosh x-mac-roman"},
    {"windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
    {"windows-1250", "cp1250 windows-1250 x-cp1250"},
    {"windows-1251", "cp1251 windows-1251 x-cp1251"},
    {"windows-1252",
     "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
     "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"},
    {"windows-1253", "cp1253 windows-1253 x-cp1253"},
    {"windows-1254", "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
                     "windows-1254 x-cp1254"},
    {"windows-1255", "cp1255 windows-1255 x-cp1255"},
    {"windows-1256", "cp1256 windows-1256 x-cp1256"},
    {"windows-1257", "cp1257 windows-1257 x-cp1257"},
    {"windows-1258", "cp1258 windows-1258 x-cp1258"},
    {"x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
    {"GBK", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"},
    {"gb18030", "gb18030"},
    {"Big5", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    {"EUC-JP", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
    {"ISO-2022-JP", "csiso2022jp iso-2022-jp"},
    {"Shift_JIS", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
    {"EUC-KR",
     "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"},
    {"UTF-16BE", "unicodefffe utf-16be"},
    {"UTF-16LE", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
    /* beyond the standard */
    {"UTF-32LE", "utf-32 utf-32le"},
    {"UTF-32BE", "utf-32be"},
};

START_TEST(knows_the_labels) {
    const char *name = label_rows[_i][0];
    for (const char *p = label_rows[_i][1]; *p;) {
        size_t n = strcspn(p, " ");
        const in_charset *got = in_charset_label((dh_view){p, n});
        ck_assert_msg(got && !strcmp(got->name, name), "\"%.*s\" is %s, not %s", (int)n, p, got ? got->name : "none",
                      name);
        p += n + (p[n] == ' ');
    }
}
END_TEST

START_TEST(folds_labels) {
    static const char *const rows[][2] = {
        {" UTF-8\t\r\n", "UTF-8"},
        {"ISO-8859-1", "windows-1252"},
        {"Latin1", "windows-1252"},
        {"Shift_JIS", "Shift_JIS"},
        {"\fGB2312 ", "GBK"},
        {"utf-7", NULL},
        {"utf 8", NULL},
        {"", NULL},
        {"  ", NULL},
        {"none", NULL},
        {"utf-8;", NULL},
        {"utf8mb4", NULL},
        {"iso-2022-kr", NULL},
        {"hz-gb-2312", NULL},
        {"iso-8859-12", NULL},
        {"\"utf-8\"", NULL},
        {"a label that is longer than every label of the standard is", NULL},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        const in_charset *got = in_charset_label(view_of(rows[i][0]));
        bool fits = rows[i][1] ? got && !strcmp(got->name, rows[i][1]) : !got;
        ck_assert_msg(fits, "\"%s\": %s", rows[i][0], got ? got->name : "none");
    }
}
END_TEST

START_TEST(labels_are_sorted) {
    size_t listed = 1; /* x-user-defined, which label.c speaks of */
    for (size_t i = 1; i < charset_label_count(); i++)
        ck_assert_msg(strcmp(charset_label_at(i - 1), charset_label_at(i)) < 0, "\"%s\" before \"%s\"",
                      charset_label_at(i - 1), charset_label_at(i));
    for (size_t i = 0; i < DH_COUNT(label_rows); i++)
        for (const char *p = label_rows[i][1]; *p; p++) listed += *p != ' ' && (p[1] == ' ' || !p[1]);
    ck_assert_uint_eq(charset_label_count(), listed);
}
END_TEST

/* ---- which charset ---- */

typedef struct {
    const char *what, *forced, *http; /* of dh_options */
    dh_view bytes;
    const char *want;
    size_t skip;
} find_row;

#define RUSSIAN_1251                                                                                                   \
    "\xcf\xf0\xe8\xe2\xe5\xf2, \xfd\xf2\xee \xf2\xe5\xea\xf1\xf2 \xed\xe0 \xf0\xf3\xf1\xf1\xea\xee\xec "               \
    "\xff\xe7\xfb\xea\xe5, "                                                                                           \
    "\xea\xee\xf2\xee\xf0\xfb\xe9 \xed\xe8\xea\xf2\xee \xed\xe5 \xee\xe1\xfa\xff\xe2\xe8\xeb.\n"
#define META_KOI8 "<meta charset=koi8-r>"

static const find_row find_rows[] = {
    {"nothing", NULL, NULL, DH_LIT(""), "UTF-8", 0},
    {"ASCII", NULL, NULL, DH_LIT("Hello.\n"), "UTF-8", 0},
    {"BOM of UTF-8", NULL, NULL, DH_LIT("\xef\xbb\xbfHello"), "UTF-8", 3},
    {"BOM of UTF-16LE", NULL, NULL, DH_LIT("\xff\xfeH\0i\0"), "UTF-16LE", 2},
    {"BOM of UTF-16BE", NULL, NULL, DH_LIT("\xfe\xff\0H\0i"), "UTF-16BE", 2},
    {"BOM of UTF-32LE", NULL, NULL, DH_LIT("\xff\xfe\0\0H\0\0\0"), "UTF-32LE", 4},
    {"BOM of UTF-32BE", NULL, NULL, DH_LIT("\0\0\xfe\xff\0\0\0H"), "UTF-32BE", 4},
    /* each beats the next */
    {"BOM against --charset", "koi8-r", NULL, DH_LIT("\xef\xbb\xbfHello"), "UTF-8", 3},
    {"--charset against NULs", "windows-1252", NULL, DH_LIT("H\0e\0l\0l\0o\0,\0 \0y\0o\0u\0"), "windows-1252", 0},
    {"--charset against escapes", "utf-8", NULL, DH_LIT("\x1b$B$3$s$K$A$O\x1b(B\n"), "UTF-8", 0},
    {"--charset against valid UTF-8", "iso-8859-1", NULL, DH_LIT("caf\xc3\xa9"), "windows-1252", 0},
    {"--charset against HTTP", "koi8-r", "windows-1251", DH_LIT(RUSSIAN_1251), "KOI8-R", 0},
    {"NULs against HTTP", NULL, "utf-8", DH_LIT("H\0e\0l\0l\0o\0,\0 \0y\0o\0u\0"), "UTF-16LE", 0},
    {"NULs, big-endian", NULL, NULL, DH_LIT("\0H\0e\0l\0l\0o\0,\0 \0y\0o\0u"), "UTF-16BE", 0},
    {"NULs of UTF-32LE", NULL, NULL, DH_LIT("H\0\0\0e\0\0\0l\0\0\0l\0\0\0o\0\0\0"), "UTF-32LE", 0},
    {"NULs of UTF-32BE", NULL, NULL, DH_LIT("\0\0\0H\0\0\0e\0\0\0l\0\0\0l\0\0\0o"), "UTF-32BE", 0},
    {"a few NULs in ASCII", NULL, NULL, DH_LIT("Hello, you\0\0 there, this is plain text"), "UTF-8", 0},
    {"escapes against HTTP", NULL, "windows-1252", DH_LIT("\x1b$B$3$s$K$A$O\x1b(B\n"), "ISO-2022-JP", 0},
    {"escapes of ISO-2022-KR", NULL, NULL, DH_LIT("\x1b$)C\n\x0e>H3g\x0f\n"), "ISO-2022-KR", 0},
    {"escapes of ISO-2022-CN", NULL, NULL, DH_LIT("\x1b$)A\n\x0e\x44\x63:C\x0f\n"), "ISO-2022-CN", 0},
    {"escapes of HZ", NULL, NULL, DH_LIT("~{<:Ky2;S{#,NpJ)l6HK!#~}\n"), "HZ-GB-2312", 0},
    {"escapes of a terminal", NULL, NULL, DH_LIT("\x1b[31mred\x1b[0m\n"), "UTF-8", 0},
    {"tilde and brace of Lisp", NULL, NULL, DH_LIT("(format t \"~{~a ~}\" list)\n"), "UTF-8", 0},
    {"valid UTF-8 against HTTP", NULL, "koi8-r", DH_LIT("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"), "UTF-8",
     0},
    {"valid UTF-8 against meta", NULL, NULL, DH_LIT(META_KOI8 "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"),
     "UTF-8", 0},
    {"UTF-8 cut at the end", NULL, "koi8-r", DH_LIT("\xd0\x9f\xd1\x80\xd0\xb8\xd0"), "UTF-8", 0},
    {"HTTP against meta", NULL, "windows-1251", DH_LIT(META_KOI8 RUSSIAN_1251), "windows-1251", 0},
    {"HTTP that nobody knows against meta", NULL, "x-none", DH_LIT(META_KOI8 RUSSIAN_1251), "KOI8-R", 0},
    {"HTTP UTF-8 that lies", NULL, "utf-8", DH_LIT(META_KOI8 RUSSIAN_1251), "KOI8-R", 0},
    {"HTTP UTF-16 without a NUL", NULL, "utf-16", DH_LIT(META_KOI8 RUSSIAN_1251), "KOI8-R", 0},
    {"HTTP on ASCII", NULL, "koi8-r", DH_LIT("Hello."), "KOI8-R", 0},
    {"meta against the guess", NULL, NULL, DH_LIT(META_KOI8 RUSSIAN_1251), "KOI8-R", 0},
    {"the guess", NULL, NULL, DH_LIT(RUSSIAN_1251 RUSSIAN_1251 RUSSIAN_1251), "windows-1251", 0},
    {"the last resort", NULL, NULL, DH_LIT("caf\xe9"), "windows-1252", 0},
    {"too little to guess from", NULL, NULL,
     DH_LIT("The ni\xf1o ate a pi\xf1"
            "a."),
     "windows-1252", 0},
    {"mostly UTF-8", NULL, NULL,
     DH_LIT("\xc3\xa9 \xc3\xa9 \xc3\xa9 \xc3\xa9 \xc3\xa9 \xc3\xa9 \xc3\xa9 \xc3\xa9 \xe9 \xc3\xa9"), "UTF-8", 0},
    /* what pages declare */
    {"meta with quotes", NULL, NULL, DH_LIT("<meta charset=\"koi8-r\" />\xcf\xf0"), "KOI8-R", 0},
    {"meta with http-equiv", NULL, NULL,
     DH_LIT("<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>\xcf\xf0"), "KOI8-R", 0},
    {"meta, content first", NULL, NULL,
     DH_LIT("<meta content=\"text/html;charset=koi8-r\" http-equiv=content-type>\xcf\xf0"), "KOI8-R", 0},
    {"meta without http-equiv", NULL, NULL, DH_LIT("<meta content=\"text/html;charset=koi8-r\">caf\xe9"),
     "windows-1252", 0},
    {"meta in a comment", NULL, NULL, DH_LIT("<!-- <meta charset=koi8-r> -->caf\xe9"), "windows-1252", 0},
    {"meta UTF-16", NULL, NULL, DH_LIT("<meta charset=utf-16>Hello"), "UTF-8", 0},
    {"the first meta that is known", NULL, NULL, DH_LIT("<meta charset=x-none><meta charset=koi8-r>\xcf"), "KOI8-R", 0},
    {"XML declaration", NULL, NULL, DH_LIT("<?xml version=\"1.0\" encoding=\"koi8-r\"?><p>\xcf\xf0"), "KOI8-R", 0},
    {"meta against XML", NULL, NULL,
     DH_LIT("<?xml version=\"1.0\" encoding=\"koi8-r\"?><meta charset=windows-1251>\xcf"), "windows-1251", 0},
};

START_TEST(finds_charsets) {
    const find_row *row = &find_rows[_i];
    dh_options opt = dh_options_default();
    const in_charset *got = NULL;
    size_t skip = 99;
    opt.charset = row->forced;
    opt.http_charset = row->http;
    char *copy = test_copy(row->bytes);
    dh_status st = in_charset_find((dh_view){copy, row->bytes.len}, &opt, &got, &skip, NULL);
    free(copy);
    ck_assert_msg(!st, "%s: status %d", row->what, st);
    ck_assert_msg(!strcmp(got->name, row->want), "%s: %s, want %s", row->what, got->name, row->want);
    ck_assert_msg(skip == row->skip, "%s: a BOM of %zu bytes", row->what, skip);
}
END_TEST

START_TEST(refuses_unknown_charsets) {
    dh_options opt = dh_options_default();
    const in_charset *got = NULL;
    size_t skip;
    dh_error err = {0};
    opt.charset = "utf-9";
    ck_assert_int_eq(in_charset_find(DH_VIEW("Hello"), &opt, &got, &skip, &err), DH_ERR_CHARSET);
    ck_assert_str_eq(err.msg, "unknown charset \"utf-9\"");
}
END_TEST

/* A meta within 4 KiB counts, one behind them does not. */
START_TEST(looks_for_meta_in_four_kib) {
    static const struct {
        size_t at;
        const char *want;
    } rows[] = {{1000, "KOI8-R"}, {4000, "KOI8-R"}, {4090, "windows-1252"}, {9000, "windows-1252"}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char page[10000];
        const in_charset *got;
        size_t skip;
        memset(page, ' ', sizeof page);
        memcpy(page + rows[i].at, META_KOI8 "\xe9", sizeof META_KOI8);
        ck_assert_int_eq(in_charset_find((dh_view){page, sizeof page}, NULL, &got, &skip, NULL), DH_OK);
        ck_assert_msg(!strcmp(got->name, rows[i].want), "at %zu: %s", rows[i].at, got->name);
    }
}
END_TEST

/* ---- decoding ---- */

typedef struct {
    const char *label; /* or NULL: to be found */
    dh_view bytes;
    const char *want; /* UTF-8 */
} decode_row;

#define BAD "\xef\xbf\xbd"

static const decode_row decode_rows[] = {
    /* UTF-8: one U+FFFD for each maximal subpart */
    {"utf-8", DH_LIT("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "café € 😀"},
    {"utf-8", DH_LIT("a\x80z"), "a" BAD "z"},
    {"utf-8", DH_LIT("a\xc3z"), "a" BAD "z"},
    {"utf-8", DH_LIT("a\xe2\x82z"), "a" BAD "z"},
    {"utf-8", DH_LIT("a\xf0\x9f\x98z"), "a" BAD "z"},
    {"utf-8", DH_LIT("a\xf0\x9f\x98"), "a" BAD},
    {"utf-8", DH_LIT("\xc0\xaf"), BAD BAD},
    {"utf-8", DH_LIT("\xe0\x80\xbf"), BAD BAD BAD},
    {"utf-8", DH_LIT("\xed\xa0\x80"), BAD BAD BAD}, /* a surrogate */
    {"utf-8",
     DH_LIT("\xf4\x91\x92\x93\xff"
            "A\x80\xbf"
            "B"),
     BAD BAD BAD BAD BAD "A" BAD BAD "B"},
    {"utf-8",
     DH_LIT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"
            "A"),
     BAD BAD BAD BAD "A"},
    {"utf-8", DH_LIT("\xf0\x80\x80\x80"), BAD BAD BAD BAD},
    {"utf-8", DH_LIT("\xc3\xc3\xa9"), BAD "é"},
    {"utf-8", DH_LIT("\xf0\x9f\xf0\x9f\x98\x80"), BAD "😀"},
    /* UTF-16 and UTF-32 */
    {"utf-16le", DH_LIT("H\0\xe9\0\xac\x20\x3d\xd8\x00\xde"), "Hé€😀"},
    {"utf-16be", DH_LIT("\0H\0\xe9\x20\xac\xd8\x3d\xde\x00"), "Hé€😀"},
    {"utf-16le", DH_LIT("\x3d\xd8H\0"), BAD "H"},
    {"utf-16le", DH_LIT("\x00\xdeH\0"), BAD "H"},
    {"utf-16le", DH_LIT("\x3d\xd8\x3d\xd8\x00\xde"), BAD "😀"},
    {"utf-16le", DH_LIT("H\0\x3d\xd8"), "H" BAD},
    {"utf-16le", DH_LIT("H\0i"), "H" BAD},
    {"utf-32le", DH_LIT("H\0\0\0\x00\xf6\x01\0"), "H😀"},
    {"utf-32be", DH_LIT("\0\0\0H\0\x01\xf6\x00"), "H😀"},
    {"utf-32le", DH_LIT("\0\xd8\0\0\0\0\x11\0H\0\0\0"), BAD BAD "H"},
    {"utf-32le", DH_LIT("H\0\0\0i\0"), "H" BAD},
    /* single bytes: what glibc has not, the standard fills with controls */
    {"windows-1252",
     DH_LIT("\x80 \x93"
            "caf\xe9\x94 \x81\x8d\x8f\x90\x9d"),
     "€ “café” \xc2\x81\xc2\x8d\xc2\x8f\xc2\x90\xc2\x9d"},
    {"iso-8859-1", DH_LIT("\x92"), "’"},
    {"windows-1250", DH_LIT("\x8a\x9a\xb9\xe6\xf8 \x83\x98"), "Ššąćř \xc2\x83\xc2\x98"},
    {"windows-1251", DH_LIT("\xcf\xf0\xe8\xe2\xe5\xf2 \x98\xb9"), "Привет \xc2\x98№"},
    {"windows-1253", DH_LIT("\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1 \xaa\xd2\xff \x81"), "Καλημέρα " BAD BAD BAD " \xc2\x81"},
    {"windows-1254", DH_LIT("\xdd\xfe\xf0 \x8e"), "İşğ \xc2\x8e"},
    {"windows-1255", DH_LIT("\xf9\xec\xe5\xed \xca\xd9 \x81"), "שלום \u05ba" BAD " \xc2\x81"},
    {"windows-1256", DH_LIT("\xe3\xd1\xcd\xc8\xc7"), "مرحبا"},
    {"windows-1257", DH_LIT("\xe0\xfe \x81\xa1"), "ąž \xc2\x81" BAD},
    {"windows-1258", DH_LIT("\xd2 a\xec \xfe"), "\u0309 a\u0301 ₫"},
    {"windows-874", DH_LIT("\xca\xc7\xd1\xca\xb4\xd5 \x85\x81\xdb"), "สวัสดี …\xc2\x81" BAD},
    {"iso-8859-2", DH_LIT("\xb1\xe6\xea"), "ąćę"},
    {"iso-8859-15", DH_LIT("\xa4\xbd"), "€œ"},
    {"iso-8859-8-i", DH_LIT("\xf9\xec\xe5\xed"), "שלום"},
    {"iso-8859-7", DH_LIT("\xa4\xca"), "€Κ"},
    {"koi8-r", DH_LIT("\xf0\xd2\xc9\xd7\xc5\xd4"), "Привет"},
    {"koi8-u", DH_LIT("\xa4\xa6\xad\xae\xbe"), "єіґўЎ"},
    {"ibm866", DH_LIT("\x8f\xe0\xa8\xa2\xa5\xe2"), "Привет"},
    {"macintosh", DH_LIT("\x8e\xd2\xd3\xdb\xc6\xf0"), "é“”€∆\uf8ff"},
    {"x-mac-cyrillic", DH_LIT("\x8f\xff"), "П€"},
    /* East Asia */
    {"gbk", DH_LIT("\xc4\xe3\xba\xc3 \x80"), "你好 €"},
    {"gb2312", DH_LIT("\xc4\xe3\x81\x40"), "你丂"},
    {"gb18030", DH_LIT("\x81\x30\x81\x30\x95\x32\x82\x36"), "\xc2\x80𠀀"},
    {"gbk", DH_LIT("\xc4<p>"), BAD "<p>"},
    {"gbk", DH_LIT("\xc4\xe3\xba"), "你" BAD},
    {"big5", DH_LIT("\xa7\x41\xa6\x6e"), "你好"},
    {"big5", DH_LIT("\x88\x62\x88\x64\x88\x66"), "Ê̄Ê̌Ê"}, /* HKSCS: pairs that are two code points */
    {"big5", DH_LIT("\xa7<p>"), BAD "<p>"},
    {"euc-jp", DH_LIT("\xa4\xb3\xa4\xf3 \x8e\xb6 \xad\xa1 \x8f\xb0\xa1"), "こん ｶ ① 丂"},
    {"shift_jis", DH_LIT("\x82\xb1\x82\xf1 \xb6 \x87\x40 \\~ \x80"), "こん ｶ ① \\~ \xc2\x80"},
    {"shift_jis", DH_LIT("\x82<p>"), BAD "<p>"},
    {"euc-kr", DH_LIT("\xbe\xc8\xb3\xe7 \x8c\x63"), "안녕 똠"},
    {"iso-2022-jp", DH_LIT("a \x1b$B$3$s\x1b(B b \x1b(I6\x1b(B c\n"), "a こん b ｶ c\n"},
    {"iso-2022-jp", DH_LIT("\x1b$B$3$s\nabc"), "こん\nabc"},
    {"iso-2022-jp", DH_LIT("\x1b$B$3$\x1b(Bx"), "こ" BAD "x"},
    {"iso-2022-jp", DH_LIT("\x1b[1mx"), "\x1b[1mx"},
    {"iso-2022-jp", DH_LIT("x\x1b$"), "x\x1b$"},
    {NULL, DH_LIT("\x1b$)C\n\x0e>H3g\x0f abc\n"), "\n안녕 abc\n"},
    {NULL, DH_LIT("~{<:Ky2;S{#,NpJ)l6HK!#~} a~~b\n"), "己所不欲，勿施於人。 a~b\n"},
    {NULL, DH_LIT("~{Dc:C~}~\nabc\n"), "你好abc\n"},
};

static void decode_in(const in_charset *which, dh_view bytes, size_t step, dh_buf *out) {
    in_decoder *d = NULL;
    ck_assert_int_eq(in_decoder_new(which, &d, NULL), DH_OK);
    while (bytes.len > step) {
        char *copy = test_copy((dh_view){bytes.ptr, step});
        ck_assert_int_eq(in_decode(d, (dh_view){copy, step}, false, out, NULL), DH_OK);
        free(copy);
        bytes.ptr += step;
        bytes.len -= step;
    }
    ck_assert_int_eq(in_decode(d, bytes, true, out, NULL), DH_OK);
    in_decoder_free(d);
}

/* Whole, and in pieces of every size. */
START_TEST(decodes) {
    const decode_row *row = &decode_rows[_i];
    const in_charset *which = NULL;
    size_t skip;
    if (row->label)
        which = in_charset_label(view_of(row->label));
    else
        ck_assert_int_eq(in_charset_find(row->bytes, NULL, &which, &skip, NULL), DH_OK);
    ck_assert_ptr_nonnull(which);
    for (size_t step = row->bytes.len; step; step--) {
        dh_buf out;
        dh_buf_init(&out, 1000);
        decode_in(which, row->bytes, step, &out);
        ck_assert_msg(view_is(dh_buf_view(&out), view_of(row->want)),
                      "row %d, %s, in pieces of %zu: \"%.*s\", want \"%s\"", _i, which->name, step, (int)out.len,
                      out.ptr ? out.ptr : "", row->want);
        dh_buf_clear(&out);
    }
}
END_TEST

/* Random bytes in every charset: valid UTF-8 comes out, the same for any cuts. */
START_TEST(decodes_anything) {
    const in_charset *which = &charset_of((charset_id)_i)->pub;
    uint32_t seed = 7;
    char bytes[400];
    for (size_t round = 0; round < 60; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(round % 3 == 0 && seed & 1 ? (seed >> 24 & 0x7f) : seed >> 24);
            if (round % 5 == 0 && i % 7 == 0) bytes[i] = "\x1b$B~{\x0e("[seed >> 28 & 7];
        }
        dh_buf whole, cut;
        dh_buf_init(&whole, 10000);
        dh_buf_init(&cut, 10000);
        decode_in(which, (dh_view){bytes, sizeof bytes}, sizeof bytes, &whole);
        decode_in(which, (dh_view){bytes, sizeof bytes}, 1 + round % 11, &cut);
        ck_assert_msg(utf8_valid_prefix(dh_buf_view(&whole)) == whole.len, "%s, round %zu: no UTF-8", which->name,
                      round);
        ck_assert_msg(view_is(dh_buf_view(&whole), dh_buf_view(&cut)), "%s, round %zu: cuts change it", which->name,
                      round);
        dh_buf_clear(&whole);
        dh_buf_clear(&cut);
    }
}
END_TEST

START_TEST(stops_at_the_ceiling) {
    static const char *const labels[] = {"utf-8", "windows-1252", "utf-16le", "gbk", "iso-2022-jp"};
    char bytes[1000];
    memset(bytes, 'a', sizeof bytes);
    for (size_t i = 0; i < DH_COUNT(labels); i++) {
        in_decoder *d = NULL;
        dh_buf out;
        dh_error err = {0};
        dh_buf_init(&out, 300);
        ck_assert_int_eq(in_decoder_new(in_charset_label(view_of(labels[i])), &d, NULL), DH_OK);
        ck_assert_msg(in_decode(d, (dh_view){bytes, sizeof bytes}, true, &out, &err) == DH_ERR_LIMIT, "%s", labels[i]);
        ck_assert_str_eq(err.msg, "decoded text is larger than the limit of 300 bytes");
        in_decoder_free(d);
        dh_buf_clear(&out);
    }
}
END_TEST

TCase *input_label_case(void) {
    TCase *c = tcase_create("charset labels");
    tcase_add_loop_test(c, knows_the_labels, 0, (int)DH_COUNT(label_rows));
    tcase_add_test(c, folds_labels);
    tcase_add_test(c, labels_are_sorted);
    return c;
}

TCase *input_find_case(void) {
    TCase *c = tcase_create("charset order");
    tcase_add_loop_test(c, finds_charsets, 0, (int)DH_COUNT(find_rows));
    tcase_add_test(c, refuses_unknown_charsets);
    tcase_add_test(c, looks_for_meta_in_four_kib);
    return c;
}

TCase *input_decode_case(void) {
    TCase *c = tcase_create("decoding");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, decodes, 0, (int)DH_COUNT(decode_rows));
    tcase_add_loop_test(c, decodes_anything, 0, CHARSET_COUNT);
    tcase_add_test(c, stops_at_the_ceiling);
    return c;
}
