/* Selectors, files of rules, and what they do to a page. */
#include "rules/rules.h"
#include "suites.h"
#include "support/support.h"

#include <stdio.h>

/* Elements are known by their ids. */
static const char tree[] =
    "<!doctype html><html id=html lang=en-GB><body id=body class='home dark'>"
    "<div id=d1 class='story lead' data-x='a b-c'><h1 id=h1>H</h1><p id=p1 class=intro>one <span id=s1 class='x y'>s</span> <em id=e1>e</em></p>"
    "<p id=p2 lang=en>two <a id=a1 href='https://example.org/a.pdf?x=1&amp;y=2'>a</a></p><p id=p3 lang=english>three</p></div>"
    "<div id=d2 class=aside><ul id=u1><li id=l1>1</li><li id=l2 class=on>2</li><li id=l3>3</li><li id=l4>4</li><li id=l5>5</li></ul>"
    "<table id=t1><tr id=r1><td id=c1>x</td></tr></table><x-card id=x1 Data-Kind=Promo>c</x-card></div>"
    "<section id='4a'><p id=p4 class='intro last' title=''>four</p></section>"
    "</body></html>";

static const struct {
    const char *selector, *ids;
} match_rows[] = {
    /* types, universal */
    {"p", "p1 p2 p3 p4"},
    {"P", "p1 p2 p3 p4"},
    {"x-card", "x1"},
    {"tbody > tr", "r1"},
    {"nothing", ""},
    {"ul *", "l1 l2 l3 l4 l5"},
    {"*.on", "l2"},
    /* classes, ids */
    {".intro", "p1 p4"},
    {".intro.last", "p4"},
    {"p.intro", "p1 p4"},
    {"div.intro", ""},
    {".lead.story", "d1"},
    {".Story", ""},
    {".stor", ""},
    {"#p3", "p3"},
    {"p#p3", "p3"},
    {"div#p3", ""},
    {"#\\34 a", "4a"},
    {"#P3", ""},
    /* attributes */
    {"p[lang]", "p2 p3"},
    {"[LANG]", "html p2 p3"},
    {"[lang=en]", "p2"},
    {"[lang='en']", "p2"},
    {"[lang=\"en\"]", "p2"},
    {"[lang|=en]", "html p2"},
    {"[lang^=en]", "html p2 p3"},
    {"[lang$=sh]", "p3"},
    {"[lang*=n-G]", "html"},
    {"[lang='EN' i]", "p2"},
    {"[lang=EN]", ""},
    {"[data-x~='a']", "d1"},
    {"[data-x~='b-c']", "d1"},
    {"[data-x~='b']", ""},
    {"[data-x='a b-c']", "d1"},
    {"[class~=y]", "s1"},
    {"[title]", "p4"},
    {"[title='']", "p4"},
    {"[title^='']", ""},
    {"[title*='']", ""},
    {"[title~='']", ""},
    {"a[href$='?x=1&y=2']", "a1"},
    {"a[href*='.pdf']", "a1"},
    {"[ data-kind = Promo ]", "x1"},
    {"[id='\\70 1']", "p1"},
    /* relations */
    {"div p", "p1 p2 p3"},
    {"body > p", ""},
    {"body > div", "d1 d2"},
    {"body>div>p", "p1 p2 p3"},
    {"div span", "s1"},
    {"div > span", ""},
    {"h1 + p", "p1"},
    {"h1 + .intro + p", "p2"},
    {"h1 ~ p", "p1 p2 p3"},
    {"p ~ p", "p2 p3"},
    {"p ~ h1", ""},
    {"div + div li", "l1 l2 l3 l4 l5"},
    {"div ~ section p", "p4"},
    {".on ~ li", "l3 l4 l5"},
    {"html body div p em", "e1"},
    {"div div", ""},
    /* places */
    {"li:first-child", "l1"},
    {"li:last-child", "l5"},
    {"li:nth-child(2)", "l2"},
    {"li:nth-child(odd)", "l1 l3 l5"},
    {"li:nth-child(even)", "l2 l4"},
    {"li:nth-child(2n+1)", "l1 l3 l5"},
    {"li:nth-child( 3n - 1 )", "l2 l5"},
    {"li:nth-child(-n+2)", "l1 l2"},
    {"li:nth-child(n+4)", "l4 l5"},
    {"li:nth-child(0)", ""},
    {"li:nth-child(n)", "l1 l2 l3 l4 l5"},
    {"li:nth-last-child(2)", "l4"},
    {"li:nth-last-child(-n+2)", "l4 l5"},
    {"p:first-child", "p4"},
    {":root", "html"},
    {":root > body", "body"},
    /* :not(), :is() */
    {"li:not(.on)", "l1 l3 l4 l5"},
    {"li:not(:first-child)", "l2 l3 l4 l5"},
    {"li:not(.on, #l3)", "l1 l4 l5"},
    {"p:not([lang])", "p1 p4"},
    {"p:not([lang]):not(.last)", "p1"},
    {":is(h1, em)", "h1 e1"},
    {"div :is(.x, .on)", "s1 l2"},
    {"p:NOT(.intro)", "p2 p3"},
    /* lists */
    {"h1, em", "h1 e1"},
    {"em,h1", "h1 e1"},
    {" .on , #p3 , .on ", "p3 l2"},
};

static const struct {
    const char *selector;
    size_t at;
    const char *message;
} bad_rows[] = {
    {"", 0, "a selector is wanted"},
    {"p,", 2, "a selector is wanted"},
    {",p", 0, "begins no selector"},
    {"p >", 3, "a selector is wanted"},
    {"> p", 0, "begins no selector"},
    {"p > > a", 4, "begins no selector"},
    {"p..a", 2, "name of a class"},
    {".1a", 1, "name of a class"},
    {".", 1, "name of a class"},
    {"#", 1, "an id"},
    {"[", 1, "name of an attribute"},
    {"[a", 2, "']', or an operator"},
    {"[a=", 3, "a value"},
    {"[a=b", 4, "']' is wanted"},
    {"[a='b]", 3, "a quote is not closed"},
    {"[a!=b]", 2, "']', or an operator"},
    {"[a=1]", 3, "a value"},
    {"p:hover", 2, "pseudo class is not known"},
    {"p::before", 2, "pseudo class is not known"},
    {"p:first-childish", 13, "pseudo class is not known"},
    {"p:nth-child()", 12, "a place such as"},
    {"p:nth-child(x)", 12, "a place such as"},
    {"p:nth-child(2n+)", 15, "a number is wanted"},
    {"p:nth-child(2", 13, "')' is wanted"},
    {"p:not(a b)", 8, "no relations"},
    {"p:not(:not(a))", 11, "do not hold each other"},
    {"p:not(", 6, "a selector is wanted"},
    {"p)", 1, "goes on with no selector"},
    {"p{x}", 1, "goes on with no selector"},
    {"a\\", 2, "behind a backslash"},
};

static void parse_page(dh_arena *arena, const char *html, pg_page *page) {
    arena_init(arena, (size_t)64 << 20);
    ck_assert_int_eq(pg_from_html(arena, (dh_view){html, strlen(html)}, 512, true, page, NULL), DH_OK);
}

START_TEST(selectors_match) {
    dh_arena arena;
    pg_page page;
    sel_list list;
    size_t at;
    char got[256] = "";
    bool marks[64] = {false};
    parse_page(&arena, tree, &page);
    ck_assert_uint_lt(page.elem_count, DH_COUNT(marks));
    ck_assert_int_eq(sel_parse(&arena, (dh_view){match_rows[_i].selector, strlen(match_rows[_i].selector)}, &list, &at, NULL), DH_OK);
    ck_assert(sel_match(&arena, &page, &list, marks));
    for (size_t e = 0; e < page.elem_count; e++) {
        if (!marks[e] || page.elems[e].start == PG_NONE) continue;
        dh_view id = pg_view(&page, page.starts[page.elems[e].start].id);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", *got ? " " : "", (int)id.len, id.ptr);
    }
    ck_assert_msg(!strcmp(got, match_rows[_i].ids), "%s matches %s, not %s", match_rows[_i].selector, got, match_rows[_i].ids);
    arena_clear(&arena);
}
END_TEST

START_TEST(selectors_refuse) {
    dh_arena arena;
    sel_list list;
    size_t at = 99;
    dh_error err;
    arena_init(&arena, 0);
    ck_assert_int_eq(sel_parse(&arena, (dh_view){bad_rows[_i].selector, strlen(bad_rows[_i].selector)}, &list, &at, &err), DH_ERR_FORMAT);
    ck_assert_msg(strstr(err.msg, bad_rows[_i].message), "%s: %s", bad_rows[_i].selector, err.msg);
    ck_assert_msg(at == bad_rows[_i].at, "%s: at %zu, not %zu", bad_rows[_i].selector, at, bad_rows[_i].at);
    arena_clear(&arena);
}
END_TEST

/* ---- files ---- */

static const struct {
    const char *text, *message;
} wrong_files[] = {
    {"boddy: p", "line 1, column 1: unknown key"},
    {"# fine\n\n  boddy: p", "line 3, column 3: unknown key"},
    {"Body: p", "line 1, column 1: unknown key"},
    {"body p", "line 1, column 1: 'KEY: VALUE' or '[HOST]' is wanted"},
    {"body:", "line 1, column 6: nothing stands behind the key"},
    {"body:   \nstrip: p", "line 1, column 6: nothing stands behind the key"},
    {"strip: p..a", "line 1, column 10: the name of a class is wanted"},
    {"strip: .é .", "line 1, column 12: the name of a class is wanted"},
    {"strip: p:hover", "line 1, column 10: this pseudo class is not known"},
    {"strip: p >", "line 1, column 11: a selector is wanted"},
    {"strip: [a='b]", "line 1, column 11: a quote is not closed"},
    {"strip: \"Read more", "line 1, column 8: a quote is not closed"},
    {"strip: \"\"", "line 1, column 8: no words stand between the quotes"},
    {"body: \"Read more\"", "line 1, column 7: words are for strip and keep"},
    {"title: 'x'", "line 1, column 8: words are for strip and keep"},
    {"strip: p @class", "line 1, column 10: attributes are for title, author and date"},
    {"date: time @", "line 1, column 12: the name of an attribute is wanted"},
    {"date: @datetime time", "line 1, column 7: an attribute stands at the end"},
    {"date: @datetime", "line 1, column 7: a selector is wanted"},
    {"[example.org", "line 1, column 13: ']' is wanted"},
    {"[]", "line 1, column 2: the name of a host is wanted"},
    {"[exa mple.org]", "line 1, column 2: the name of a host is wanted"},
    {"[https://example.org]", "line 1, column 2: the name of a host is wanted"},
    {"[/blog]", "line 1, column 2: the name of a host is wanted"},
    {"[.org]", "line 1, column 2: the name of a host is wanted"},
    {"strip_line: (", "line 1, column 13: missing )"},
    {"strip_line: a{2000}", "line 1, column 13: invalid repetition size"},
    {"strip_line: \\1", "line 1, column 13: invalid escape sequence: \\1"},
    {"keep_line: (?=a)", "line 1, column 12: invalid perl operator: (?="},
    {"keep_line:", "line 1, column 11: nothing stands behind the key"},
    {"test_url: example.org", "line 1, column 11: an address"},
    {"test_url:", "line 1, column 10: nothing stands"},
    {"test_contains: words", "line 1, column 16: test_contains stands below a test_url"},
    {"test_url: http://a/\n[b]\ntest_contains: x", "line 3, column 16: test_contains stands below"},
    {"strip_id_or_class:", "line 1, column 19: a part of a class or id is wanted"},
    {"strip_id_or_class: a\"b", "line 1, column 20: a part of a class or id"},
    {"body: p\r\nstrip: .1\r\n", "line 2, column 9: the name of a class"},
    {"strip: \xff", "rules are text in UTF-8"},
};

START_TEST(files_refuse) {
    ru_set set;
    dh_error err = {DH_OK, 0, ""};
    const char *text = wrong_files[_i].text;
    ru_init(&set);
    ck_assert_int_eq(ru_read(&set, DH_VIEW("strip: .old\n"), NULL, NULL, &err), DH_OK);
    uint64_t checksum = set.checksum;
    ck_assert_int_eq(ru_read(&set, (dh_view){text, strlen(text)}, NULL, NULL, &err), DH_ERR_FORMAT);
    ck_assert_msg(strstr(err.msg, wrong_files[_i].message), "%s: %s", text, err.msg);
    ck_assert_uint_eq(set.rule_count, 1);
    ck_assert_uint_eq(set.section_count, 1);
    ck_assert_uint_eq(set.test_count, 0);
    ck_assert(set.checksum == checksum);
    ru_clear(&set);
}
END_TEST

START_TEST(files_are_read) {
    static const char text[] = "\xef\xbb\xbf# a comment\n"
                               "strip: .a, .b > c\r\n"
                               "\n"
                               "[www.Example.org/blog]\n"
                               "body: article\n"
                               "date: time @datetime\n"
                               "author: meta[name='a']@content\n"
                               "strip_line: ^Views: \\d+$\n"
                               "test_url: https://example.org/1\n"
                               "test_contains: one: two\n"
                               "test_contains: three\n"
                               "test_url: https://example.org/2\n"
                               "[*]\n"
                               "keep: 'these words'";
    ru_set set;
    ru_init(&set);
    ck_assert_int_eq(ru_read(&set, (dh_view){text, sizeof text - 1}, NULL, NULL, NULL), DH_OK);
    ck_assert_uint_eq(set.section_count, 3);
    ck_assert_str_eq(set.sections[0].host, "*");
    ck_assert_str_eq(set.sections[1].host, "example.org");
    ck_assert_str_eq(set.sections[1].path, "/blog");
    ck_assert_uint_eq(set.rule_count, 6);
    ck_assert(view_is(set.rules[2].attribute, DH_VIEW("datetime")));
    ck_assert(view_is(set.rules[3].attribute, DH_VIEW("content")));
    ck_assert_ptr_nonnull(set.rules[4].pattern);
    ck_assert(view_is(set.rules[5].words, DH_VIEW("these words")));
    ck_assert_uint_eq(set.test_count, 3);
    ck_assert(view_is(set.tests[0].contains, DH_VIEW("one: two")) && view_is(set.tests[1].url, DH_VIEW("https://example.org/1")));
    ck_assert(!set.tests[2].contains.len && view_is(set.tests[2].url, DH_VIEW("https://example.org/2")));
    ru_clear(&set);
}
END_TEST

/* What FiveFilters' configs have that is not read is named. */
START_TEST(site_configs_are_read) {
    static const char text[] = "title: //h1[@class='head']\n"
                               "body: //div[@id='main']/div[contains(@class, 'text')]\n"
                               "strip: //div[1]\n"
                               "strip_id_or_class: related\n"
                               "prune: no\n"
                               "http_header(user-agent): x\n"
                               "author: substring-after(//p, 'By ')\n"
                               "next_page_link: //a[@rel='next']\n";
    ru_set set;
    dh_buf notes;
    ru_init(&set);
    dh_buf_init(&notes, 0);
    ck_assert_int_eq(ru_read(&set, (dh_view){text, sizeof text - 1}, "example.org", &notes, NULL), DH_OK);
    ck_assert_str_eq(set.sections[0].host, "example.org");
    ck_assert_uint_eq(set.rule_count, 3);
    ck_assert_int_eq(buf_append_char(&notes, 0), DH_OK);
    ck_assert_str_eq(notes.ptr, "line 3: strip: its XPath is not simple enough, so it is not read\n"
                                "line 5: prune: is not read\n"
                                "line 6: http_header(user-agent): is not read\n"
                                "line 7: author: its XPath is not simple enough, so it is not read\n"
                                "line 8: next_page_link: is not read\n");
    dh_buf_clear(&notes);
    ru_clear(&set);
}
END_TEST

/* "": not simple enough. */
static const struct {
    const char *xpath, *css;
} xpath_rows[] = {
    {"//p", "p"},
    {"//div//p", "div p"},
    {"/html/body/p", "html > body > p"},
    {"//*[@id='a']", "*[id=\"a\"]"},
    {"//div[@id = \"a\"]/p", "div[id=\"a\"] > p"},
    {"//div[@id]", "div[id]"},
    {"//div[contains(@class, 'a')]", "div[class*=\"a\"]"},
    {"//div[contains(@class,'a') and contains(@class,'b')]", "div[class*=\"a\"][class*=\"b\"]"},
    {"//div[starts-with(@id, 'ad-')]", "div[id^=\"ad-\"]"},
    {"//div[contains(concat(' ', normalize-space(@class), ' '), ' a ')]", "div[class~=\"a\"]"},
    {"//div[contains(concat(' ',@class,' '),' a ')]", "div[class~=\"a\"]"},
    {"//p[not(@class)]", "p:not([class])"},
    {"//p[not(contains(@class, 'x'))]", "p:not([class*=\"x\"])"},
    {"//meta[@property='og:title']/@content", "meta[property=\"og:title\"] @content"},
    {"//h1 | //h2[@class='x']", "h1, h2[class=\"x\"]"},
    {" //p[@title='say \"x\"'] ", "p[title=\"say \\\"x\\\"\"]"},
    {"//p[1]", ""},
    {"//p[last()]", ""},
    {"//p/..", ""},
    {"//p/text()", ""},
    {"//p[text()='x']", ""},
    {"//p/following-sibling::p", ""},
    {"//a[@href='x' or @href='y']", ""},
    {"//p[contains(., 'x')]", ""},
    {"//p[@a='x]", ""},
    {"//p/@a/b", ""},
    {"//", ""},
    {"p", ""},
    {"(//p)[1]", ""},
    {"//svg:a", ""},
};

START_TEST(xpath_table) {
    dh_buf css;
    size_t at;
    dh_view xpath = {xpath_rows[_i].xpath, strlen(xpath_rows[_i].xpath)}, want = {xpath_rows[_i].css, strlen(xpath_rows[_i].css)};
    dh_buf_init(&css, 0);
    bool simple = ru_xpath(xpath, &css, &at);
    ck_assert_msg(simple == (want.len > 0) && view_is(dh_buf_view(&css), want), "%s gives %.*s", xpath.ptr, (int)css.len, css.len ? css.ptr : "");
    dh_buf_clear(&css);
}
END_TEST

/* ---- pages ---- */

#define STORY                                                                                                                       \
    "<title>Story</title><meta name=writer content='Ada &amp; Ben'><nav><a href=/>Home</a> <a href=/n>News</a></nav>"                  \
    "<div id=main><h1>The mill</h1><p class=by>By <b>Ada Rye</b>, <time datetime=2021-03-04>some day</time></p>"                       \
    "<p>The mill <span class=ad>Buy now! <i>Sale</i></span> stood still <a class=x href=/a>for</a> a year.</p>"                      \
    "<p class=note>Read more about mills.</p></div><footer>Words of the footer.</footer>"

static const struct {
    const char *rules, *page, *url, *text;
} page_rows[] = {
    {"body: #main", STORY, NULL, "By Ada Rye, some day\n\nThe mill Buy now! Sale stood still for a year.\n\nRead more about mills.\n"},
    {"body: #main\nstrip: .by, .note", STORY, NULL, "The mill Buy now! Sale stood still for a year.\n"},
    {"body: #main\nstrip: .by, .note, .ad", STORY, NULL, "The mill stood still for a year.\n"},
    {"body: #main\nstrip: .by, .note, .ad, i, .x", STORY, NULL, "The mill stood still a year.\n"},
    {"body: #main\nstrip: .by, .note\nstrip: i\nstrip: .ad", STORY, NULL, "The mill stood still for a year.\n"},
    {"body: #main\nstrip: 'READ MORE'\nstrip: .by", STORY, NULL, "The mill Buy now! Sale stood still for a year.\n"},
    {"body: #main\nstrip: p\nkeep: .note", STORY, NULL, "Read more about mills.\n"},
    {"body: #main\nstrip: p\nkeep: b", STORY, NULL, "By Ada Rye, some day\n"},
    {"body: .note\nkeep: footer", STORY, NULL, "Read more about mills.\n\nWords of the footer.\n"},
    {"body: .note\nstrip_line: more", STORY, NULL, ""},
    {"body: .note\nkeep: \"the footer\"", STORY, NULL, "Read more about mills.\n\nWords of the footer.\n"},
    {"[example.org]\nbody: .note", STORY, "https://www.example.org/a", "Read more about mills.\n"},
    {"[example.org/a]\nbody: .note", STORY, "https://example.org/a/b?c", "Read more about mills.\n"},
    {"[example.org/a*]\nbody: .note", STORY, "http://example.org/abc", "Read more about mills.\n"},
    {"[example.org]\nbody: .note", STORY "<link rel=canonical href=https://example.org/x>", NULL, "Read more about mills.\n"},
    {"strip: .gone\nstrip_line: ^Views", "The rain stopped.\nViews: 7\nIt was noon.\n", NULL, "The rain stopped.\nIt was noon.\n"},
    {"strip: \"rain\"", "The rain stopped.\nIt was noon.\n", NULL, "It was noon.\n"},
    {"keep_line: ^Please", "The rain stopped.\nPlease wait…\n", NULL, "The rain stopped.\nPlease wait…\n"},
    {"[example.org]\nstrip_line: rain", "The rain stopped.\nIt was noon.\n", "https://example.org/", "It was noon.\n"},
};

static dh_context *context_of(const char *rules) {
    dh_context *ctx;
    dh_error err;
    ck_assert_int_eq(dh_context_new(&ctx, NULL), DH_OK);
    ck_assert_msg(!dh_context_load_rules(ctx, (dh_view){rules, strlen(rules)}, NULL, NULL, &err), "%s: %s", rules, err.msg);
    return ctx;
}

START_TEST(pages_obey) {
    dh_context *ctx = context_of(page_rows[_i].rules);
    dh_options opt = dh_options_default();
    dh_buf out;
    const char *page = page_rows[_i].page;
    opt.url = page_rows[_i].url;
    dh_buf_init(&out, 0);
    ck_assert_int_eq(sup_clean(ctx, (dh_view){page, strlen(page)}, &opt, &out, NULL), DH_OK);
    ck_assert_int_eq(buf_append_char(&out, 0), DH_OK);
    ck_assert_msg(!strcmp(out.ptr, page_rows[_i].text), "row %d: %s gives\n%s", _i, page_rows[_i].rules, out.ptr);
    dh_buf_clear(&out);
    dh_context_free(ctx);
}
END_TEST

/* Sections of other sites say nothing, and the digest tells contexts with rules from those without. */
START_TEST(other_sites_are_left_alone) {
    dh_context *ctx = context_of("[example.org]\nstrip: p\n[ample.org]\nstrip: p\n[example.org/b]\nstrip: p");
    dh_options opt = dh_options_default();
    dh_buf with, without;
    static const char *const urls[] = {"https://example.com/", "https://myexample.org/", "https://org/", NULL};
    ck_assert(dh_context_digest(ctx) != dh_context_digest(sup_context()));
    for (size_t i = 0; i < DH_COUNT(urls); i++) {
        opt.url = urls[i];
        dh_buf_init(&with, 0);
        dh_buf_init(&without, 0);
        ck_assert_int_eq(sup_clean(ctx, DH_VIEW(STORY), &opt, &with, NULL), DH_OK);
        ck_assert_int_eq(sup_clean(NULL, DH_VIEW(STORY), &opt, &without, NULL), DH_OK);
        ck_assert(view_is(dh_buf_view(&with), dh_buf_view(&without)));
        dh_buf_clear(&with);
        dh_buf_clear(&without);
    }
    dh_context_free(ctx);
}
END_TEST

START_TEST(facts_obey) {
    dh_context *ctx = context_of("title: title\ntitle: h1\nauthor: .by b\nauthor: meta[name=writer] @content\ndate: time @datetime");
    dh_page *page;
    dh_facts *facts;
    dh_fact fact;
    ck_assert_int_eq(dh_page_new(ctx, DH_VIEW(STORY), NULL, &page, NULL), DH_OK);
    ck_assert_int_eq(dh_facts_new(page, &facts, NULL), DH_OK);
    ck_assert(dh_facts_get(facts, DH_FACT_TITLE, 0, &fact) && view_is(fact.value, DH_VIEW("The mill")));
    ck_assert_str_eq(fact.origin, "rule");
    ck_assert(dh_facts_get(facts, DH_FACT_AUTHOR, 0, &fact) && view_is(fact.value, DH_VIEW("Ada Rye")));
    ck_assert(dh_facts_get(facts, DH_FACT_AUTHOR, 1, &fact) && view_is(fact.value, DH_VIEW("Ada & Ben")));
    ck_assert(!dh_facts_get(facts, DH_FACT_AUTHOR, 2, &fact));
    ck_assert(dh_facts_get(facts, DH_FACT_DATE, 0, &fact) && view_is(fact.value, DH_VIEW("2021-03-04")));
    dh_facts_free(facts);
    dh_page_free(page);
    dh_context_free(ctx);
}
END_TEST

/* What would take a matcher that goes back for ever takes these as long as any: the suite's time limit guards it. */
START_TEST(hostile_rules_are_cheap) {
    dh_buf page, rules, out;
    dh_context *ctx;
    dh_buf_init(&page, 0);
    dh_buf_init(&rules, 0);
    dh_buf_init(&out, 0);
    ck_assert_int_eq(buf_printf(&rules, "strip_line: (a|aa|a*)*(a|aa)*$x\nstrip: div"), DH_OK);
    for (int i = 1; i < SEL_COMPOUNDS; i++) ck_assert_int_eq(buf_printf(&rules, i % 2 ? " div" : " ~ div"), DH_OK);
    for (int i = 0; i < 400; i++) ck_assert_int_eq(buf_printf(&page, "<div><div></div>"), DH_OK);
    for (int i = 0; i < 20000; i++) ck_assert_int_eq(buf_printf(&page, "aaaaaaaaaaaaaaaaaaaa<div></div>"), DH_OK);
    for (int i = 0; i < 20000; i++) ck_assert_int_eq(buf_printf(&page, "aaaaaaaaaaaaaaaaaaaa"), DH_OK);
    ck_assert_int_eq(buf_append_char(&rules, 0), DH_OK);
    ctx = context_of(rules.ptr);
    ck_assert_int_eq(sup_clean(ctx, dh_buf_view(&page), NULL, &out, NULL), DH_OK);
    dh_context_free(ctx);
    dh_buf_clear(&page);
    dh_buf_clear(&rules);
    dh_buf_clear(&out);
}
END_TEST

static void add_loop(Suite *s, const char *name, const TTest *test, size_t rows) {
    TCase *t = tcase_create(name);
    suite_add_tcase(s, t);
    tcase_add_loop_test(t, test, 0, (int)rows);
}

Suite *rules_suite(void) {
    Suite *s = suite_create("rules");
    add_loop(s, "selectors", selectors_match, DH_COUNT(match_rows));
    add_loop(s, "bad selectors", selectors_refuse, DH_COUNT(bad_rows));
    add_loop(s, "xpath", xpath_table, DH_COUNT(xpath_rows));
    add_loop(s, "wrong files", files_refuse, DH_COUNT(wrong_files));
    add_loop(s, "pages", pages_obey, DH_COUNT(page_rows));
    TCase *t = tcase_create("files");
    suite_add_tcase(s, t);
    tcase_add_test(t, files_are_read);
    tcase_add_test(t, site_configs_are_read);
    tcase_add_test(t, other_sites_are_left_alone);
    tcase_add_test(t, facts_obey);
    tcase_add_test(t, hostile_rules_are_cheap);
    return s;
}
