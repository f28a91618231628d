/* What robots.txt files permit: the rules of RFC 9309, and of its most used parser where the RFC leaves a choice; the table of
 * origins. Rows that fail are named; exit status 1 if any did. */
#include "fetch/permit.h"
#include "fetch/robots.h"

#include <stdio.h>
#include <stdlib.h>

static bool fail(const char *row, const char *what) {
    printf("FAILED  %s: %s\n", row, what);
    return false;
}

/* ---- which paths ---- */

typedef struct {
    const char *name, *text, *agent;
    const char *yes, *no; /* paths, with blanks between */
} path_row;

#define ALL "user-agent: *\n"
#define FOO "user-agent: FooBot\n"
#define BOM "\xef\xbb\xbf"

static const path_row paths[] = {
    {"empty", "", "FooBot", "/ /a", ""},
    {"only blanks and comments", " \n# user-agent: *\n#disallow: /\n", "FooBot", "/ /a", ""},
    {"all forbidden", ALL "disallow: /\n", "FooBot", "/robots.txt", "/ /a /a/b?c"},
    {"itself, escaped", ALL "disallow: /\n", "FooBot", "/%72obots.txt", "/robots%2Etxtx"},
    {"all but the front page", ALL "disallow: /\nallow: /$\n", "FooBot", "/", "/a /?a"},
    {"empty disallow", ALL "disallow:\n", "FooBot", "/ /a", ""},
    {"empty disallow beside another", ALL "disallow:\ndisallow: /a\n", "FooBot", "/b", "/a"},
    {"empty allow", ALL "allow:\ndisallow: /\n", "FooBot", "", "/ /a"},
    {"prefix", ALL "disallow: /fish\n", "FooBot", "/Fish.asp /catfish /?id=fish /desert/fish",
     "/fish /fish.html /fish/salmon.html /fishheads /fish.php?id=anything"},
    {"prefix with wildcard behind", ALL "disallow: /fish*\n", "FooBot", "/Fish.asp /catfish", "/fish /fish.html /fishheads"},
    {"folder", ALL "disallow: /fish/\n", "FooBot", "/fish /fish.html", "/fish/ /fish/?id=anything /fish/salmon.htm"},
    {"wildcard within", ALL "disallow: /*.php\n", "FooBot", "/ /windows.PHP /a.ph",
     "/index.php /filename.php /folder/filename.php /folder/any.php.file.html /filename.php/ /a.php?b"},
    {"wildcard and end", ALL "disallow: /*.php$\n", "FooBot", "/filename.php?parameters /filename.php/ /filename.php5",
     "/filename.php /folder/filename.php"},
    {"wildcard between", ALL "disallow: /fish*.php\n", "FooBot", "/Fish.PHP /fish", "/fish.php /fishheads/catfish.php?parameters"},
    {"two wildcards", ALL "disallow: /a*b*c\n", "FooBot", "/ab /acb /bac", "/abc /axbxc /aabbcc"},
    {"wildcards alone", ALL "disallow: /**\nallow: /a\n", "FooBot", "", "/ /b /a"},
    {"wildcard first", ALL "disallow: *.gif\n", "FooBot", "/a.gi", "/a.gif /a/b.gif?c"},
    {"end of repeated piece", ALL "disallow: /*ab$\n", "FooBot", "/abc /aba", "/ab /abab /xab"},
    {"end without wildcard", ALL "disallow: /a$\n", "FooBot", "/ /ab /a/ /a?b", "/a"},
    {"end after wildcard", ALL "disallow: /a*$\n", "FooBot", "/b", "/a /ab /a/b"},
    {"overlap is no match", ALL "disallow: /ab*bc$\n", "FooBot", "/abc", "/abbc /abxbc"},
    {"dollar within", ALL "disallow: /a$b\n", "FooBot", "/a /ab", "/a$b /a%24b"},
    {"escaped dollar at the end", ALL "disallow: /a%24\n", "FooBot", "/a", "/a$ /a%24 /a$b"},
    {"escaped star", ALL "disallow: /path/file-with-a-%2A.html\n", "FooBot", "/path/file-with-a-x.html",
     "/path/file-with-a-*.html /path/file-with-a-%2a.html"},
    {"pattern without a slash", ALL "disallow: a\n", "FooBot", "/a /", ""},
    {"longest wins", ALL "allow: /p\ndisallow: /\n", "FooBot", "/page", "/a"},
    {"longest wins, other order", ALL "disallow: /\nallow: /p\n", "FooBot", "/page", "/a"},
    {"same length allows", ALL "allow: /folder\ndisallow: /folder\n", "FooBot", "/folder /folder/page", ""},
    {"same length allows, other order", ALL "disallow: /folder\nallow: /folder\n", "FooBot", "/folder/page", ""},
    {"longer with wildcard wins", ALL "allow: /page\ndisallow: /*.htm\n", "FooBot", "/page", "/page.htm"},
    {"longest by its octets", ALL "allow: /page\ndisallow: /*.ph\n", "FooBot", "/page.php5", "/a.ph"},
    {"end counts as an octet", ALL "allow: /$\ndisallow: /\n", "FooBot", "/", "/page.htm"},
    {"the example of the RFC", "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n", "FooBot",
     "/example/page/ /example/page/a.gif", "/example/page/disallowed.gif"},
    {"case of paths", ALL "disallow: /X\n", "FooBot", "/x", "/X /Xy"},
    {"query", ALL "disallow: /a?b=\n", "FooBot", "/a /a?c=", "/a?b=1"},

    {"UTF-8 in the pattern", ALL "disallow: /foo/bar/\xe3\x83\x84\n", "FooBot", "/foo/bar/", "/foo/bar/%E3%83%84 /foo/bar/\xe3\x83\x84"},
    {"escaped UTF-8 in the pattern", ALL "disallow: /foo/bar/%E3%83%84\n", "FooBot", "/foo/bar/", "/foo/bar/%E3%83%84 /foo/bar/%e3%83%84"},
    {"unreserved and escaped", ALL "disallow: /foo/bar/%62%61%7A\n", "FooBot", "/foo/bar/ba", "/foo/bar/baz /foo/bar/%62%61z"},
    {"reserved and escaped is another", ALL "disallow: /a%2Fb\n", "FooBot", "/a/b", "/a%2fb /a%2Fb"},
    {"blank in the pattern", ALL "disallow: /a b\n", "FooBot", "/a", "/a%20b"},
    {"half an escape", ALL "disallow: /a%2\n", "FooBot", "/a", "/a%2 /a%2x"},
    {"percent at the end", ALL "disallow: /a%\n", "FooBot", "/a", "/a% /a%zz"},

    {"group of the crawler", FOO "disallow: /a\n" ALL "disallow: /b\n", "FooBot", "/b", "/a"},
    {"group of the crawler, last", ALL "disallow: /b\n" FOO "disallow: /a\n", "FooBot", "/b", "/a"},
    {"others have the group for all", FOO "disallow: /a\n" ALL "disallow: /b\n", "BarBot", "/a", "/b"},
    {"no group for others", FOO "disallow: /\n", "BarBot", "/ /a", ""},
    {"case of names", "USER-AGENT: foobot\nDisAllow: /a\n", "FOOBOT", "/b", "/a"},
    {"name with a version", "user-agent: FooBot/2.1\ndisallow: /a\n", "FooBot", "/b", "/a"},
    {"agent with a version", FOO "disallow: /a\n", "FooBot/2.1 (+http://bar.example/)", "/b", "/a"},
    {"name with a blank", "user-agent: FooBot other\ndisallow: /a\n", "FooBot", "/b", "/a"},
    {"part of a name", "user-agent: Foo\ndisallow: /a\n", "FooBot", "/a", ""},
    {"longer name", "user-agent: FooBot-News\ndisallow: /a\n", "FooBot", "/a", ""},
    {"dash and underscore", "user-agent: Foo-Bot_x\ndisallow: /a\n", "foo-bot_x", "/b", "/a"},
    {"name that begins with a star", "user-agent: *foo\ndisallow: /a\n", "FooBot", "/a", ""},
    {"star and words behind", "user-agent: * all of you\ndisallow: /a\n", "FooBot", "/b", "/a"},
    {"agent without a token", "user-agent: 007\ndisallow: /a\n" ALL "disallow: /b\n", "007", "/a", "/b"},
    {"one group, two names", "user-agent: x\n" FOO "disallow: /a\n", "FooBot", "/b", "/a"},
    {"one group, blank line between names", "user-agent: x\n\n\n" FOO "disallow: /a\n", "x", "/b", "/a"},
    {"groups of one name", FOO "disallow: /a\nuser-agent: x\ndisallow: /b\n" FOO "disallow: /c\n", "FooBot", "/b", "/a /c"},
    {"groups of all", ALL "disallow: /a\n" ALL "disallow: /b\n", "FooBot", "/c", "/a /b"},
    {"name and all in one group", FOO ALL "disallow: /a\n", "FooBot", "/b", "/a"},
    {"other lines end no names", "user-agent: x\nsitemap: http://a.example/s\nwhat: /\n" FOO "disallow: /a\n", "x", "/b", "/a"},
    {"group of the crawler without rules", FOO "\n" ALL "disallow: /\n", "FooBot", "", "/ /a"},
    {"empty group of the crawler", FOO "disallow:\n\n" ALL "disallow: /\n", "FooBot", "/ /a", ""},
    {"rules before any name", "disallow: /\n" FOO "disallow: /a\n", "FooBot", "/b", "/a"},

    {"LF", ALL "disallow: /a\ndisallow: /b", "FooBot", "/c", "/a /b"},
    {"CR LF", "user-agent: *\r\ndisallow: /a\r\ndisallow: /b\r\n", "FooBot", "/c", "/a /b"},
    {"CR", "user-agent: *\rdisallow: /a\rdisallow: /b", "FooBot", "/c", "/a /b"},
    {"mixed", "user-agent: *\rdisallow: /a\n\rdisallow: /b\r\r\ndisallow: /c", "FooBot", "/d", "/a /b /c"},
    {"BOM", BOM ALL "disallow: /a\n", "FooBot", "/b", "/a"},
    {"BOM within", "x\n" BOM ALL "disallow: /a\n", "FooBot", "/a", ""},
    {"blanks and tabs", " \tuser-agent\t: \t*  \n\t disallow :\t/a \t\n", "FooBot", "/b", "/a"},
    {"no blank", "user-agent:*\ndisallow:/a\n", "FooBot", "/b", "/a"},
    {"no colon", "user-agent *\ndisallow /a\n", "FooBot", "/b", "/a"},
    {"no colon, three words", ALL "disallow /a b\n", "FooBot", "/a", ""},
    {"comments behind", "user-agent: * # all\ndisallow: /a#b\n", "FooBot", "/b", "/a /ab"},
    {"misspelt", "useragent: *\ndissallow: /a\ndisalow: /b\n", "FooBot", "/c", "/a /b"},
    {"unknown line", ALL "noindex: /a\ndisallow: /b\n", "FooBot", "/a", "/b"},
    {"web page", "<!DOCTYPE html>\n<title>Not found</title>\n<p>user-agent: *</p>\ndisallow: /\n", "FooBot", "/ /a", ""},
};

/* Whether each of some paths is permitted, or each forbidden. */
static bool all_are(const robots *r, const char *list, bool want, const char *row) {
    bool ok = true;
    while (*list) {
        size_t n = strcspn(list, " ");
        bool allowed = !want;
        char what[200];
        snprintf(what, sizeof what, "%.*s is %s", (int)n, list, want ? "forbidden" : "permitted");
        if (robots_ask(r, (dh_view){list, n}, &allowed) || allowed != want) ok = fail(row, what);
        list += n + (list[n] == ' ');
    }
    return ok;
}

static bool test_paths(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(paths); i++) {
        robots *r = robots_new(view_of(paths[i].text), view_of(paths[i].agent));
        if (!r) return fail(paths[i].name, "out of memory");
        if (!all_are(r, paths[i].yes, true, paths[i].name)) ok = false;
        if (!all_are(r, paths[i].no, false, paths[i].name)) ok = false;
        robots_free(r);
    }
    return ok;
}

/* ---- size ---- */

/* A rule counts if its line ends within the first 500 KiB. */
static bool test_size(void) {
    static const char rule[] = "\ndisallow: /a\n";
    bool ok = true;
    dh_buf text;
    dh_buf_init(&text, 0);
    for (int past = 0; past <= 1; past++) {
        bool allowed = false;
        text.len = 0;
        dh_status st = buf_append_view(&text, DH_VIEW(ALL "disallow: /b\n"));
        while (!st && text.len + sizeof rule - 1 < ROBOTS_MAX_BYTES + (size_t)past) st = buf_append_char(&text, '#');
        if (!st) st = buf_append_view(&text, DH_VIEW(rule));
        robots *r = st ? NULL : robots_new(dh_buf_view(&text), DH_VIEW("FooBot"));
        if (!r || robots_ask(r, DH_VIEW("/a"), &allowed)) ok = fail("size", "out of memory");
        if (allowed != (past == 1)) ok = fail("size", past ? "a rule behind 500 KiB counts" : "a rule within 500 KiB does not count");
        if (r && (robots_ask(r, DH_VIEW("/b"), &allowed) || allowed)) ok = fail("size", "the first rule does not count");
        robots_free(r);
    }
    dh_buf_clear(&text);
    return ok;
}

/* ---- delays ---- */

static const struct {
    const char *text;
    int64_t want_ms;
} delays[] = {
    {"", 0},
    {ALL "crawl-delay: 7\n", 7000},
    {ALL "Crawl-Delay: 0.5\n", 500},
    {ALL "crawl-delay: 1.2345\n", 1234},
    {ALL "crawl-delay: 99999999999999999999\n", 86400000},
    {ALL "crawl-delay: -1\n", 0},
    {ALL "crawl-delay: soon\n", 0},
    {ALL "crawl-delay: .\n", 0},
    {ALL "crawl-delay:\n", 0},
    {ALL "crawl-delay: 7\n" FOO "disallow:\n", 0},
    {ALL "crawl-delay: 7\n" FOO "crawl-delay: 2\n", 2000},
    {"user-agent: x\ncrawl-delay: 7\n\n" ALL "disallow: /a\n", 0},
    {"crawl-delay: 7\n" ALL, 0},
};

static bool test_delays(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(delays); i++) {
        robots *r = robots_new(view_of(delays[i].text), DH_VIEW("FooBot"));
        if (!r || robots_delay_ms(r) != delays[i].want_ms) ok = fail(delays[i].text, "the delay is another");
        robots_free(r);
    }
    return ok;
}

/* ---- origins ---- */

#define A "http://a.example"

static bool says(permit *p, const char *url, int64_t now_ms, permit_verdict want) {
    return permit_ask(p, view_of(url), now_ms).verdict == want || fail(url, "the verdict is another");
}

/* What a robots.txt says holds for its scheme, host and port, for a day. */
static bool test_origins(void) {
    permit *p = permit_new(DH_VIEW("FooBot/1"), (size_t)1 << 20);
    bool ok = p && says(p, A "/x", 0, PERMIT_UNKNOWN) && !permit_learn(p, DH_VIEW(A "/y"), DH_VIEW(ALL "disallow: /x\ncrawl-delay: 3\n"), 0);
    dh_buf address;
    dh_buf_init(&address, 0);
    ok = ok && says(p, A "/x", 1, PERMIT_NO) && says(p, A ":80/x?y", 1, PERMIT_NO) && says(p, A "/", 1, PERMIT_YES);
    ok = ok && says(p, A "/robots.txt", 1, PERMIT_YES) && permit_ask(p, DH_VIEW(A "/"), 1).delay_ms == 3000;
    ok = ok && says(p, A ":81/", 1, PERMIT_UNKNOWN) && says(p, "https://a.example/", 1, PERMIT_UNKNOWN);
    ok = ok && says(p, A "/", PERMIT_HOLDS_MS - 1, PERMIT_YES) && says(p, A "/", PERMIT_HOLDS_MS, PERMIT_UNKNOWN);
    ok = ok && !permit_address(p, DH_VIEW("https://b.example:8443/x?y"), &address) &&
         view_is(dh_buf_view(&address), DH_VIEW("https://b.example:8443/robots.txt"));
    dh_buf_clear(&address);
    permit_free(p);
    return ok || fail("origins", "not as it should be");
}

static const struct {
    fault_kind kind;
    long status;
    permit_verdict want;
} faults[] = {
    {FAULT_STATUS, 400, PERMIT_YES},   {FAULT_STATUS, 401, PERMIT_YES},  {FAULT_STATUS, 403, PERMIT_YES},  {FAULT_STATUS, 404, PERMIT_YES},
    {FAULT_STATUS, 410, PERMIT_YES},   {FAULT_STATUS, 451, PERMIT_YES},  {FAULT_STATUS, 499, PERMIT_YES},  {FAULT_STATUS, 429, PERMIT_NO},
    {FAULT_STATUS, 500, PERMIT_NO},    {FAULT_STATUS, 503, PERMIT_NO},   {FAULT_STATUS, 599, PERMIT_NO},   {FAULT_STATUS, 304, PERMIT_NO},
    {FAULT_REDIRECT, 302, PERMIT_YES}, {FAULT_SCHEME, 302, PERMIT_YES},  {FAULT_ADDRESS, 302, PERMIT_YES}, {FAULT_REFUSED, 0, PERMIT_NO},
    {FAULT_RESOLVE, 0, PERMIT_NO},     {FAULT_CONNECT, 0, PERMIT_NO},    {FAULT_TLS, 0, PERMIT_NO},        {FAULT_TIME, 0, PERMIT_NO},
    {FAULT_BROKEN, 0, PERMIT_NO},      {FAULT_ENCODING, 200, PERMIT_NO}, {FAULT_LIMIT, 200, PERMIT_NO},
};

static bool test_faults(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(faults); i++) {
        fetch_fault fault = {faults[i].kind, "why"};
        permit *p = permit_new(DH_VIEW("FooBot"), (size_t)1 << 20);
        if (!p || permit_learn_fault(p, DH_VIEW(A "/"), &fault, faults[i].status, 0)) return fail("faults", "out of memory");
        permit_answer a = permit_ask(p, DH_VIEW(A "/"), 1);
        char what[60];
        snprintf(what, sizeof what, "status %ld gives another verdict", faults[i].status);
        if (a.verdict != faults[i].want || !a.fault != (a.verdict == PERMIT_YES)) ok = fail(fault_kind_name(faults[i].kind), what);
        permit_free(p);
    }
    return ok;
}

/* Rules of many origins stay below the ceiling: those that were asked for longest ago go. */
static bool test_forgetting(void) {
    enum { ORIGINS = 2000, KEPT = 100 };
    char url[64];
    size_t known = 0;
    permit *p = permit_new(DH_VIEW("FooBot"), (size_t)64 << 10);
    for (int i = 0; p && i < ORIGINS; i++) {
        snprintf(url, sizeof url, "http://h%d.example/", i);
        if (permit_learn(p, view_of(url), DH_VIEW(ALL "disallow: /a/rather/long/pattern/for/a/rule\n"), 0)) return fail("forgetting", "out of memory");
        if (!says(p, "http://h0.example/", 1, PERMIT_YES)) break; /* asked for all the time */
    }
    for (int i = ORIGINS - 1; p && i >= 0; i--) {
        snprintf(url, sizeof url, "http://h%d.example/", i);
        if (permit_ask(p, view_of(url), 1).verdict != PERMIT_YES) break;
        known++;
    }
    permit_free(p);
    return (known > KEPT && known < ORIGINS / 2) || fail("forgetting", "too many or too few are known");
}

int main(void) {
    bool ok = test_paths();
    if (!test_size()) ok = false;
    if (!test_delays()) ok = false;
    if (!test_origins()) ok = false;
    if (!test_faults()) ok = false;
    if (!test_forgetting()) ok = false;
    printf("robots: %zu rows of paths\n", DH_COUNT(paths));
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
