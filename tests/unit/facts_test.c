/* What is known about a page besides its text: dates and names as they are written, and pages that tell one thing in many places. */
#include "facts/date_text.h"
#include "facts/months.h"
#include "facts/names.h"
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

/* ---- dates ---- */

static const char *printed(bool found, const fc_date *date) {
    static char out[FC_DATE_BYTES];
    out[found ? fc_date_print(date, out) : 0] = 0;
    return out;
}

START_TEST(dates_in_text) {
    static const struct {
        const char *text, *date;
        bool month_first;
    } rows[] = {
        {"2020-01-02", "2020-01-02", false},
        {"2020/1/2", "2020-01-02", false},
        {"2020.01.02", "2020-01-02", false},
        {"02.01.2020", "2020-01-02", false},
        {"2. 1. 2020", "2020-01-02", false},
        {"02.01.20", "2020-01-02", true},
        {"02/01/2020", "2020-01-02", false},
        {"01/02/2020", "2020-01-02", true},
        {"13/02/2020", "2020-02-13", true},
        {"02/13/2020", "2020-02-13", false},
        {"02-01-2020", "2020-01-02", false},
        {"January 2, 2020", "2020-01-02", false},
        {"Jan. 2nd, 2020", "2020-01-02", false},
        {"on 2nd of January 2020 at noon", "2020-01-02", false},
        {"2 January 2020", "2020-01-02", false},
        {"2-Jan-2020", "2020-01-02", false},
        {"Thu, 02 Jan 2020 10:00:00 GMT", "2020-01-02", false},
        {"2. J\xc3\xa4nner 2020", "2020-01-02", false},
        {"1er f\xc3\xa9vrier 2020", "2020-02-01", false},
        {"2 de enero de 2020", "2020-01-02", false},
        {"2 de janeiro de 2020", "2020-01-02", false},
        {"2 stycznia 2020", "2020-01-02", false},
        {"2 \xd1\x8f\xd0\xbd\xd0\xb2\xd0\xb0\xd1\x80\xd1\x8f 2020", "2020-01-02", false},
        {"2 \xce\x99\xce\xb1\xce\xbd\xce\xbf\xcf\x85\xce\xb1\xcf\x81\xce\xaf\xce\xbf\xcf\x85 2020", "2020-01-02", false},
        {"2020\xe5\xb9\xb4" "1\xe6\x9c\x88" "2\xe6\x97\xa5", "2020-01-02", false},
        {"2020\xeb\x85\x84 1\xec\x9b\x94 2\xec\x9d\xbc", "2020-01-02", false},
        {"2020. janu\xc3\xa1r 2.", "2020-01-02", false},
        {"2\xc2\xa0May 2020", "2020-05-02", false},
        {"29 February 2020", "2020-02-29", false},
        {"29 February 2021", "", false},
        {"31.04.2020", "", false},
        {"May 2020", "", false},
        {"in 2020 we sold 12.500", "", false},
        {"version 1.2.3", "", false},
        {"192.168.10.20", "", false},
        {"call 020 1234 5678", "", false},
        {"2 January 1890", "", false},
        {"2 January 2090", "", false},
        {"", "", false},
        {"1", "", false},
        {"2020-", "", false},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        fc_date date;
        size_t begin, end;
        bool found = fc_date_find(view_of(rows[i].text), rows[i].month_first, &date, &begin, &end);
        ck_assert_msg(!strcmp(printed(found, &date), rows[i].date), "row %zu: %s: got %s", i, rows[i].text, printed(found, &date));
        ck_assert(!found || (begin < end && end <= strlen(rows[i].text)));
    }
}
END_TEST

START_TEST(dates_in_fields) {
    static const char *const rows[][2] = {
        {"2020-01-02T10:05:06+02:00", "2020-01-02T10:05:06+02:00"},
        {"2020-01-02T10:05:06.123Z", "2020-01-02T10:05:06Z"},
        {"2020-01-02 10:05 +0200", "2020-01-02T10:05:00+02:00"},
        {"2020-01-02T10:05", "2020-01-02T10:05:00"},
        {"2020-01-02T25:05", "2020-01-02"},
        {"2020-01-02T10:05:99", "2020-01-02T10:05:00"},
        {" 20200102 ", "2020-01-02"},
        {"20200102100506", "2020-01-02"},
        {"1577923200", "2020-01-02"},
        {"1577923200000", "2020-01-02"},
        {"951782400", ""},
        {"20201302", ""},
        {"99999999999999999999999", ""},
        {"yesterday", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        fc_date date;
        bool found = fc_date_field(view_of(rows[i][0]), false, &date);
        ck_assert_msg(!strcmp(printed(found, &date), rows[i][1]), "%s: got %s", rows[i][0], printed(found, &date));
    }
}
END_TEST

START_TEST(dates_in_addresses) {
    static const struct {
        const char *url, *sure, *unsure;
    } rows[] = {
        {"https://example.org/2020/01/02/story", "2020-01-02", "2020-01-02"},
        {"https://example.org/2020/jan/02/story", "2020-01-02", "2020-01-02"},
        {"https://example.org/news/20200102/story", "2020-01-02", "2020-01-02"},
        {"https://example.org/2020-01-02-story", "", "2020-01-02"},
        {"https://example.org/~02-01-2020-story", "", "2020-01-02"},
        {"https://example.org/story-120200102", "", ""},
        {"https://2020.example.org:8020/01/02/", "", ""},
        {"https://example.org/2020/01/", "", ""},
        {"https://example.org", "", ""},
        {"/2020/01/02/", "", ""},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        fc_date date;
        bool found = fc_date_url(view_of(rows[i].url), true, &date);
        ck_assert_msg(!strcmp(printed(found, &date), rows[i].sure), "%s: got %s", rows[i].url, printed(found, &date));
        found = fc_date_url(view_of(rows[i].url), false, &date);
        ck_assert_msg(!strcmp(printed(found, &date), rows[i].unsure), "%s: got %s", rows[i].url, printed(found, &date));
    }
}
END_TEST

START_TEST(days_apart) {
    static const struct {
        fc_date a, b;
        bool next;
    } rows[] = {{{2020, 1, 1, ""}, {2019, 12, 31, ""}, true}, {{2020, 2, 28, ""}, {2020, 2, 29, ""}, true},
                {{2020, 2, 28, ""}, {2020, 3, 1, ""}, false}, {{2021, 2, 28, ""}, {2021, 3, 1, ""}, true},
                {{2020, 5, 5, ""}, {2020, 5, 5, ""}, false}};
    for (size_t i = 0; i < DH_COUNT(rows); i++) ck_assert_msg(fc_date_is_next(&rows[i].a, &rows[i].b) == rows[i].next, "row %zu", i);
}
END_TEST

/* The table is searched by bisection. */
START_TEST(months_are_sorted) {
    for (size_t i = 0; i < fc_month_count; i++) {
        const fc_month_row *row = &fc_month_rows[i];
        ck_assert_uint_eq(strlen(row->name), row->len);
        ck_assert(row->month >= 1 && row->month <= 12);
        ck_assert(!i || strcmp(fc_month_rows[i - 1].name, row->name) < 0);
        ck_assert_int_eq(fc_month((dh_view){row->name, row->len}), row->month);
    }
    ck_assert_int_eq(fc_month(view_of("M\xc3\x84RZ")), 3);
    ck_assert_int_eq(fc_month(view_of("mayonnaise")), 0);
}
END_TEST

/* ---- names ---- */

START_TEST(names_in_text) {
    static const char *const rows[][2] = {
        {"Jane Doe", "Jane Doe"},
        {"By Jane Doe", "Jane Doe"},
        {"by: Jane Doe and John Roe", "Jane Doe+John Roe"},
        {"Von Jana M\xc3\xbcller und Jan Maier", "Jana M\xc3\xbcller+Jan Maier"},
        {"Par Jeanne Dupont et Jean Durand", "Jeanne Dupont+Jean Durand"},
        {"Jane Doe, John Roe & Joan Poe", "Jane Doe+John Roe+Joan Poe"},
        {"Jane Doe, MD, PhD", "Jane Doe, MD, PhD"},
        {"Jane Doe | May 2, 2020", "Jane Doe"},
        {"Written by Jane Doe on May 2, 2020", "Jane Doe"},
        {"Jane Doe May 2, 2020", "Jane Doe"},
        {"Jane Doe\nSenior Editor", "Jane Doe+Senior Editor"},
        {"Byron Andersen", "Byron Andersen"},
        {"Vonda Parker", "Vonda Parker"},
        {"admin", ""},
        {"Admin, Jane Doe", "Jane Doe"},
        {"https://example.org/jane", ""},
        {"jane@example.org", ""},
        {"\"Jane Doe\"", "Jane Doe"},
        {"page.head.author", ""},
        {"By", ""},
        {"December", ""},
        {"The quick brown fox jumps over the lazy dog today", ""},
        {"", ""},
        {"chunix64", "chunix64"},
    };
    for (size_t i = 0; i < DH_COUNT(rows); i++) {
        char all[256] = "";
        dh_view rest = view_of(rows[i][0]), name;
        while (fc_next_name(&rest, &name))
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s%.*s", *all ? "+" : "", (int)name.len, name.ptr);
        ck_assert_msg(!strcmp(all, rows[i][1]), "%s: got %s", rows[i][0], all);
    }
    ck_assert(fc_is_role(view_of("Senior Editor")) && !fc_is_role(view_of("Jane Doe")));
    ck_assert(fc_is_person(view_of("Jane Doe")) && !fc_is_person(view_of("our environment.")) && !fc_is_person(view_of("Jane")));
}
END_TEST

/* ---- pages ---- */

#define TEXT                                                                                                                     \
    "<p>The ferry had left an hour before the fog came in, and nobody on the pier expected it back before the evening.</p>"       \
    "<p>By noon the lamps were lit, and the harbour master sent two men out to the end of the mole to ring the bell.</p>"
#define LD(json) "<script type=\"application/ld+json\">" json "</script>"
#define META(name, content) "<meta property=\"" name "\" content=\"" content "\">"

typedef struct {
    const char *html, *url;
    dh_fact_kind kind;
    const char *value, *origin; /* values of several authors with '+' between; "" if the page does not tell */
} fact_row;

static const fact_row title_rows[] = {
    {"<title>Fog on the pier - The Harbour Post</title><h1>Fog on the pier</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog on the pier", "h1"},
    {"<title>Fog on the pier | Harbourpost</title>" TEXT, "https://www.harbourpost.example/a", DH_FACT_TITLE, "Fog on the pier", "title element"},
    {"<title>Harbourpost: Fog on the pier</title>" TEXT, "https://harbourpost.example/a", DH_FACT_TITLE, "Fog on the pier", "title element"},
    {"<title>x</title>" META("og:title", "Fog &amp; rain | The Post") META("og:site_name", "The Post") TEXT, NULL, DH_FACT_TITLE, "Fog & rain", "meta og:title"},
    {"<title>Fog on the pier: a story - Post</title><h1>Post</h1><h1>Fog on the pier: a story \xc2\xb6</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog on the pier: a story", "h1"},
    {"<title>Insurance for boats | Post</title><h1>Sleep well tonight</h1>" TEXT, NULL, DH_FACT_TITLE, "Insurance for boats", "title element"},
    {"<title>Fog on the pier | News | Harbourpost</title>" TEXT, "https://harbourpost.example/a", DH_FACT_TITLE, "Fog on the pier", "title element"},
    {"<title>Boats for hire | Post</title>" LD("{\"@type\":\"FAQPage\",\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"What is a boat?\"},{\"@type\":\"Question\",\"name\":\"Why?\"}]}") TEXT,
     NULL, DH_FACT_TITLE, "Boats for hire", "title element"},
    {"<title>A boat: what is that?</title>" LD("{\"@type\":\"QAPage\",\"mainEntity\":{\"@type\":\"Question\",\"name\":\"What is a boat?\"}}") TEXT, NULL, DH_FACT_TITLE, "What is a boat?", "JSON-LD headline"},
    {"<title>Fog on the old pier | Post</title><h1>Fog on<br>the pier</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog on the pier", "h1"},
    {"<title>Fog</title><h1 hidden>Fog</h1>" LD("{\"@type\":\"NewsArticle\",\"headline\":\"Fog at noon \\u2013 a story\"}") TEXT, NULL, DH_FACT_TITLE, "Fog at noon \xe2\x80\x93 a story", "JSON-LD headline"},
    {"<title>Boats for hire | Post</title>" LD("{\"@type\":\"VideoObject\",\"name\":\"PIER_final_2\"}") TEXT, NULL, DH_FACT_TITLE, "Boats for hire", "title element"},
    {"<title>Boats for hire | Post</title><h2>The old pier</h2>" LD("{\"@type\":\"Article\",\"headline\":\"The old pier\"}") TEXT, NULL, DH_FACT_TITLE, "The old pier", "JSON-LD headline"},
    {"<title>Notes from the mole: Fog</title>" META("og:title", "Fog") "<h1>Notes from the mole</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog", "meta og:title"},
    {"<title>Fog</title>" META("og:title", "Fog") "<h1>Weather: Fog</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog", "meta og:title"},
    {"<title>Fog</title>" META("og:title", "Fog") "<h1>Fog (12)</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog", "meta og:title"},
    {"<title>Fog</title>" META("og:title", "Fog") "<h1>Foggy Fogs</h1>" TEXT, NULL, DH_FACT_TITLE, "Fog", "meta og:title"},
    {TEXT, NULL, DH_FACT_TITLE, "", ""},
};

static const fact_row author_rows[] = {
    {LD("{\"@type\":\"NewsArticle\",\"author\":{\"@type\":\"Person\",\"name\":\"Jane Doe\"}}") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "JSON-LD author"},
    {LD("{\"@type\":\"BlogPosting\",\"author\":[{\"name\":\"Jane Doe\"},{\"name\":\"John Roe\"}]}") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe+John Roe", "JSON-LD author"},
    {LD("{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":\"#a\"}},{\"@type\":\"Person\",\"@id\":\"#a\",\"name\":\"Jane Doe\"}]}") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "JSON-LD author"},
    {LD("{\"@type\":\"Article\",\"comment\":{\"@type\":\"Comment\",\"author\":{\"name\":\"Reader\"}}}") TEXT, NULL, DH_FACT_AUTHOR, "", ""},
    {LD("{\"@type\":\"Article\",\"author\":{\"@type\":\"Organization\",\"name\":\"Harbour Post\"}}") META("author", "Jane Doe") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "meta author"},
    {LD("{\"@type\":\"Article\",\"author\":{\"@type\":\"Organization\",\"name\":\"Harbour Post\"}}") TEXT, NULL, DH_FACT_AUTHOR, "Harbour Post", "JSON-LD author"},
    {LD("{\"@type\":\"Article\",\"author\":\"https:\\/\\/example.org\\/jane\"}") TEXT, NULL, DH_FACT_AUTHOR, "", ""},
    {META("author", "admin") TEXT, NULL, DH_FACT_AUTHOR, "", ""},
    {META("citation_author", "Doe, Jane") META("citation_author", "Roe, John") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe+John Roe", "meta citation_author"},
    {META("twitter:label1", "Written by") META("twitter:data1", "Jane Doe") TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "meta twitter:data1"},
    {"<h1>Fog</h1><div class=byline><span>By</span><a>Jane Doe</a><div>Senior Editor</div></div>" TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "element named for an author"},
    {"<h1>Fog</h1><p>By Jane Doe</p>" TEXT, NULL, DH_FACT_AUTHOR, "Jane Doe", "text beside the headline"},
    {"<h1>Fog</h1><p>By the sea</p>" TEXT, NULL, DH_FACT_AUTHOR, "", ""},
    {"<h1>Fog</h1>" TEXT "<div class=comments><span itemprop=author>Reader</span><p>I liked that.</div>", NULL, DH_FACT_AUTHOR, "", ""},
};

static const fact_row date_rows[] = {
    {META("article:published_time", "2020-01-02T10:00:00+01:00") TEXT, NULL, DH_FACT_DATE, "2020-01-02T10:00:00+01:00", "meta article:published_time"},
    {META("article:published_time", "2020-01-03T01:00:00Z") TEXT, "https://example.org/2020/01/02/fog", DH_FACT_DATE, "2020-01-02", "address"},
    {META("article:published_time", "2020-01-03T01:00:00Z") "<h1>Fog</h1><p>January 2, 2020</p>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "meta article:published_time"},
    {LD("{\"@type\":\"NewsArticle\",\"datePublished\":\"2020-01-02\",\"dateModified\":\"2020-02-03\"}") TEXT, NULL, DH_FACT_MODIFIED, "2020-02-03", "JSON-LD dateModified"},
    {LD("{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"Article\",\"datePublished\":\"2020-01-02\"}]}") TEXT, NULL, DH_FACT_DATE, "", ""},
    {"<h1>Fog</h1><time datetime=2020-01-02>Thursday</time>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "time element"},
    {"<h1>Fog</h1><span class=post-date>2 January 2020</span>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "element named for a date"},
    {"<h1>Fog</h1><p>Updated: 5 May 2021</p><p>Published: 2 January 2020</p>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "text beside the headline"},
    {"<h1>Fog</h1><p>Updated: 5 May 2021</p>" TEXT, NULL, DH_FACT_DATE, "2021-05-05", "text beside the headline, of a change"},
    {"<h1>Fog</h1>" TEXT "<div class=comments><time datetime=2020-01-02>x</time><p>I liked that.</p></div>", NULL, DH_FACT_DATE, "", ""},
    {"<h1>Fog</h1>" TEXT "<footer><p>Copyright 2020-01-02</p></footer>", NULL, DH_FACT_DATE, "", ""},
    {META("article:published_time", "2020-01-03T01:00:00Z") "<h1>Fog</h1><blockquote><p>January 2, 2020</p></blockquote>" TEXT, NULL, DH_FACT_DATE, "2020-01-03T01:00:00Z", "meta article:published_time"},
    {LD("{\"@type\":\"NewsArticle\",\"datePublished\":\"2020-05-09\",\"dateModified\":\"2020-05-07\"}") "<h1>Fog</h1><p>January 2, 2020</p>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "text beside the headline"},
    {LD("{\"@type\":\"NewsArticle\",\"datePublished\":\"2020-05-09\",\"dateModified\":\"2020-05-11\"}") "<h1>Fog</h1><p>January 2, 2020</p>" TEXT, NULL, DH_FACT_DATE, "2020-05-09", "JSON-LD datePublished"},
    {"<h1>Fog</h1><time itemprop=dateCreated datetime=2020-01-02>Thursday</time>" TEXT "<time itemprop=datePublished datetime=2021-05-05>an answer</time>", NULL, DH_FACT_DATE, "2020-01-02", "itemprop dateCreated"},
    {"<h1>Fog</h1><p>Registered: 2018-03-04</p>" TEXT, NULL, DH_FACT_DATE, "", ""},
    {"<h1>Fog</h1><p>Registered: 2018-03-04</p><p>2020-01-02</p>" TEXT, NULL, DH_FACT_DATE, "2020-01-02", "text beside the headline"},
    {META("article:published_time", "0001-01-01T00:00:00Z") TEXT, NULL, DH_FACT_DATE, "", ""},
    {"<html lang=en-GB>" META("date", "03/02/2020") TEXT, NULL, DH_FACT_DATE, "2020-02-03", "meta date"},
    {"<html lang=en-US>" META("date", "03/02/2020") TEXT, NULL, DH_FACT_DATE, "2020-03-02", "meta date"},
};

static const fact_row other_rows[] = {
    {META("og:site_name", "The Harbour Post") TEXT, NULL, DH_FACT_SITE_NAME, "The Harbour Post", "meta og:site_name"},
    {LD("{\"@type\":\"WebSite\",\"name\":\"The Harbour Post\"}") TEXT, NULL, DH_FACT_SITE_NAME, "The Harbour Post", "JSON-LD WebSite"},
    {META("description", "A &quot;story&quot;\n of  fog") TEXT, NULL, DH_FACT_DESCRIPTION, "A \"story\" of fog", "meta description"},
    {META("og:image", "/fog.jpg") TEXT, "https://example.org/a/b", DH_FACT_IMAGE, "https://example.org/fog.jpg", "meta og:image"},
    {META("og:image", "/fog.jpg") TEXT, NULL, DH_FACT_IMAGE, "", ""},
    {META("og:image", "javascript:alert(1)") TEXT, "https://example.org/", DH_FACT_IMAGE, "", ""},
    {"<link rel=canonical href=/fog>" TEXT, "https://example.org/a?b", DH_FACT_CANONICAL_URL, "https://example.org/fog", "link canonical"},
    {TEXT, "https://example.org/a?b", DH_FACT_URL, "https://example.org/a?b", "given"},
    {TEXT "<p>Under <a rel='nofollow license' href=https://creativecommons.org/licenses/by/4.0/>a licence</a>", "https://example.org/", DH_FACT_LICENCE, "https://creativecommons.org/licenses/by/4.0/", "a rel license"},
    {"<html lang=en_gb>" TEXT, NULL, DH_FACT_LANGUAGE, "en-GB", "html lang"},
    {"<html lang=de>" TEXT, NULL, DH_FACT_LANGUAGE, "en", "the text, by CLD2"},
    {"<html lang=fr><p>!!!", NULL, DH_FACT_LANGUAGE, "fr", "html lang"},
    {"<p>!!!", NULL, DH_FACT_LANGUAGE, "", ""},
    {"<html lang=zh><p>\xe4\xbb\x8a\xe5\xb9\xb4\xe8\xaa\x8d\xe8\xad\x89\xe6\x88\x90\xe7\xb8\xbe\xe7\x94\xb1\xe6\x96\xb0\xe5\x8c\x97\xe5\xb8\x82\xe6\x9d\xb1\xe5\x92\x8c\xe5\xa9\xa6\xe7\x94\xa2\xe7\xa7\x91\xe5\xae\xb6\xe5\xba\xad\xe9\x86\xab\xe5\xad\xb8\xe7\xa7\x91\xe8\xa8\xba\xe6\x89\x80\xe5\xa5\xaa\xe4\xb8\x8b" "100\xe5\xb9\xb4\xe8\xaa\x8d\xe8\xad\x89\xe6\xa6\x9c\xe9\xa6\x96", NULL, DH_FACT_LANGUAGE, "zh", "html lang"}, /* CLD2 says Japanese */
};

/* Values of a kind with '+' between; *origin is the first one's. */
static void told(const fact_row *row, char *out, size_t cap, const char **origin) {
    dh_options opt = dh_options_default();
    dh_page *page = NULL;
    dh_facts *facts = NULL;
    dh_fact fact;
    opt.from = DH_FROM_HTML;
    opt.url = row->url;
    *out = 0;
    *origin = "";
    ck_assert_int_eq(dh_page_new(sup_context(), view_of(row->html), &opt, &page, NULL), DH_OK);
    ck_assert_int_eq(dh_facts_new(page, &facts, NULL), DH_OK);
    for (size_t i = 0; dh_facts_get(facts, row->kind, i, &fact); i++) {
        size_t len = strlen(out);
        snprintf(out + len, cap - len, "%s%.*s", i ? "+" : "", (int)fact.value.len, fact.value.ptr);
        if (!i) *origin = fact.origin;
    }
    dh_facts_free(facts);
    dh_page_free(page);
}

static void check_rows(const char *what, const fact_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char got[512];
        const char *origin;
        told(&rows[i], got, sizeof got, &origin);
        ck_assert_msg(!strcmp(got, rows[i].value), "%s %zu: want %s, got %s (%s)", what, i, rows[i].value, got, origin);
        ck_assert_msg(!strcmp(origin, rows[i].origin), "%s %zu: want it from %s, got %s", what, i, rows[i].origin, origin);
    }
}

START_TEST(titles) { check_rows("title", title_rows, DH_COUNT(title_rows)); }
END_TEST

START_TEST(authors) { check_rows("author", author_rows, DH_COUNT(author_rows)); }
END_TEST

START_TEST(dates) { check_rows("date", date_rows, DH_COUNT(date_rows)); }
END_TEST

START_TEST(others) { check_rows("other", other_rows, DH_COUNT(other_rows)); }
END_TEST

/* The text may come from JSON-LD; the facts are still those of the page. */
START_TEST(facts_of_a_page_without_text) {
    static const fact_row row = {
        "<title>Fog on the pier | Post</title><h1>Fog on the pier</h1><p>By Jane Doe</p>" LD(
            "{\"@type\":\"NewsArticle\",\"articleBody\":\"The ferry had left an hour before the fog came in, and nobody on the pier expected it.\"}"),
        NULL, DH_FACT_AUTHOR, "Jane Doe", "text beside the headline"};
    check_rows("page", &row, 1);
}
END_TEST

/* A text has a language and an address. */
START_TEST(facts_of_a_text) {
    dh_options opt = dh_options_default();
    dh_page *page = NULL;
    dh_facts *facts = NULL;
    dh_fact fact;
    opt.url = "https://example.org/a.txt";
    opt.from = DH_FROM_TEXT;
    ck_assert_int_eq(dh_page_new(sup_context(), DH_VIEW("Der Nebel lag den ganzen Morgen \xc3\xbc" "ber dem Hafen, und niemand erwartete das Schiff vor dem Abend zur\xc3\xbc" "ck.\n"), &opt, &page, NULL), DH_OK);
    ck_assert_int_eq(dh_facts_new(page, &facts, NULL), DH_OK);
    for (unsigned kind = 0; kind < DH_FACT_COUNT; kind++) {
        bool has = dh_facts_get(facts, (dh_fact_kind)kind, 0, &fact);
        ck_assert_int_eq(has, kind == DH_FACT_LANGUAGE || kind == DH_FACT_URL);
        ck_assert(!has || kind == DH_FACT_URL || view_is(fact.value, DH_VIEW("de")));
        ck_assert_str_ne(dh_fact_name((dh_fact_kind)kind), "unknown");
    }
    ck_assert(!dh_facts_get(facts, (dh_fact_kind)DH_FACT_COUNT, 0, &fact));
    ck_assert_str_eq(dh_fact_name((dh_fact_kind)DH_FACT_COUNT), "unknown");
    dh_facts_free(facts);
    dh_facts_free(NULL);
    dh_page_free(page);
}
END_TEST

Suite *facts_suite(void) {
    Suite *s = suite_create("facts");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, dates_in_text);
    tcase_add_test(t, dates_in_fields);
    tcase_add_test(t, dates_in_addresses);
    tcase_add_test(t, days_apart);
    tcase_add_test(t, months_are_sorted);
    tcase_add_test(t, names_in_text);
    tcase_add_test(t, titles);
    tcase_add_test(t, authors);
    tcase_add_test(t, dates);
    tcase_add_test(t, others);
    tcase_add_test(t, facts_of_a_page_without_text);
    tcase_add_test(t, facts_of_a_text);
    suite_add_tcase(s, t);
    return s;
}
