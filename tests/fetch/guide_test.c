/* Sitemaps and feeds: which addresses are in them, and what is none. Rows that fail are named; exit status 1 if any did. */
#include "base/base.h"
#include "fetch/guide.h"

#include <stdio.h>
#include <stdlib.h>

static bool fail(const char *row, const char *what, dh_view got) {
    printf("FAILED  %s: %s: %.*s\n", row, what, (int)got.len, got.ptr);
    return false;
}

/* Found addresses, a line each, with "> " before those of sitemaps. */
static bool note(void *user, dh_view address, bool guide) {
    dh_buf *out = user;
    return !buf_printf(out, "%s%.*s\n", guide ? "> " : "", (int)address.len, address.ptr);
}

#define NS      "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
#define SET(s)  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset " NS ">" s "</urlset>"
#define RSS(s)  "<rss version=\"2.0\"><channel><title>t</title><link>/home</link>" s "</channel></rss>"
#define ATOM(s) "<feed xmlns=\"http://www.w3.org/2005/Atom\"><link href=\"/home\"/>" s "</feed>"
#define ITEM(s) "<item><title>t</title>" s "</item>"
#define TEN(s)  s s s s s s s s s s

typedef struct {
    const char *name, *text;
    const char *want; /* what note() writes; NULL: nothing, and the fault is `fault` */
    const char *fault;
    size_t broken;
    bool cut;
} row;

static const row rows[] = {
    {"sitemap", SET("<url><loc>http://a.example/1</loc><lastmod>2024</lastmod></url><url><loc>\n http://b.example/2 \n</loc></url>"),
     "http://a.example/1\nhttp://b.example/2\n"},
    {"empty sitemap", SET(""), ""},
    {"escapes", SET("<url><loc>http://a.example/?b=1&amp;c=&#50;</loc></url>"), "http://a.example/?b=1&c=2\n"},
    {"CDATA", SET("<url><loc><![CDATA[http://a.example/?b&c]]></loc></url>"), "http://a.example/?b&c\n"},
    {"relative", SET("<url><loc>/x</loc></url><url><loc>y</loc></url>"), "http://h.example/x\nhttp://h.example/s/y\n"},
    {"prefix", "<s:urlset xmlns:s=\"x\"><s:url><s:loc>http://a.example/</s:loc></s:url></s:urlset>", "http://a.example/\n"},
    {"images and alternates are no pages",
     SET("<url><loc>/x</loc><image:image xmlns:image=\"i\"><image:loc>/i.png</image:loc></image:image>"
         "<xhtml:link xmlns:xhtml=\"h\" rel=\"alternate\" href=\"/de\"/></url>"), "http://h.example/x\n"},
    {"index", "<sitemapindex " NS "><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap></sitemapindex>",
     "> http://h.example/a.xml\n> http://h.example/b.xml.gz\n"},
    {"text", "http://a.example/1\r\n\r\n  http://a.example/2", "http://a.example/1\nhttp://a.example/2\n"},
    {"text with a byte order mark", "\xef\xbb\xbfhttp://a.example/1\n", "http://a.example/1\n"},
    {"an ampersand alone breaks its entry only",
     SET("<url><loc>/?a=1&b=2</loc></url><url><loc>/?c=1&amp;d=2</loc></url>"), "http://h.example/?c=1&d=2\n", NULL, 1},
    {"cut off", "<urlset><url><loc>/1</loc></url><url><loc>/2", "http://h.example/1\n"},
    {"foreign schemes are handed on", SET("<url><loc>file:///etc/passwd</loc></url>"), "file:///etc/passwd\n"},
    {"too many", SET(TEN("<url><loc>/a</loc></url>") "<url><loc>/b</loc></url>"), TEN("http://h.example/a\n"), NULL, 0, true},
    {"RSS 2.0", RSS(ITEM("<link>/1</link><guid>/g</guid>") ITEM("<guid>http://a.example/g</guid>") ITEM("<guid isPermaLink=\"false\">http://a.example/n</guid>")),
     "http://h.example/1\nhttp://a.example/g\n"},
    {"RSS: guid before link", RSS(ITEM("<guid>http://a.example/g</guid><link>/1</link>")), "http://h.example/1\n"},
    {"RSS: a guid that is no address", RSS(ITEM("<guid>post-17</guid>")), ""},
    {"RSS: other links", RSS("<item xmlns:atom=\"a\"><atom:link rel=\"self\" href=\"/self\"/><link>/1</link></item>"), "http://h.example/1\n"},
    {"RSS: HTML's entities", RSS(ITEM("<description>A&nbsp;B &copy;</description><link>/?a&amp;b</link>")), "http://h.example/?a&b\n"},
    {"RSS 1.0",
     "<rdf:RDF xmlns:rdf=\"r\" xmlns=\"http://purl.org/rss/1.0/\"><channel><link>/home</link></channel><item><link>/1</link></item></rdf:RDF>",
     "http://h.example/1\n"},
    {"Atom", ATOM("<entry><link rel=\"edit\" href=\"/e\"/><link href=\"/1?a&amp;b\"/></entry><entry><link rel=\"alternate\" href=\"2\"/></entry>"),
     "http://h.example/1?a&b\nhttp://h.example/s/2\n"},
    {"Atom: the first of several", ATOM("<entry><link href=\"/1\"/><link href=\"/2\"/><source><link href=\"/3\"/></source></entry>"),
     "http://h.example/1\n"},
    {"Atom: links of other things", ATOM("<entry><link rel=\"enclosure\" href=\"/a.mp3\"/><id>urn:x</id></entry>"), ""},
    {"JSON Feed",
     "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"url\":\"http://a.example/1\\u0026\"},"
     "{\"id\":\"http://a.example/2\"},{\"id\":\"3\"},4,[5]]}", "http://a.example/1&\nhttp://a.example/2\n"},
    {"JSON without items", "{\"a\": 1}", ""},
    {"JSON whose items are none", "{\"items\": {\"a\": {\"url\": \"http://a.example/\"}}}", ""},
    {"JSON, broken", "{\"items\": [", NULL, "broken JSON"},
    {"JSON, deep", "{\"items\": " TEN(TEN(TEN("[[[["))), NULL, "broken JSON"},
    {"HTML", "<!DOCTYPE html><html><p>x", NULL, "neither a sitemap nor a feed: it is HTML"},
    {"XHTML", "<html><body/></html>", NULL, "neither a sitemap nor a feed: its root is <html>"},
    {"words", "not found\n", NULL, "neither a sitemap nor a feed: it does not begin like one"},
    {"nothing", "", NULL, "neither a sitemap nor a feed: it is empty"},
    {"no XML", "< 3", NULL, "neither a sitemap nor a feed: it is not XML"},
    {"entities that grow",
     "<!DOCTYPE rss [<!ENTITY a \"" TEN(TEN("x")) "\"><!ENTITY b \"" TEN("&a;") "\"><!ENTITY c \"" TEN("&b;") "\"><!ENTITY d \"" TEN("&c;")
     "\">]>" RSS(ITEM("<link>/1&d;</link>")), "http://h.example/1\n"},
    {"entities from outside",
     "<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]>" RSS(ITEM("<link>/1&a;</link>")),
     "http://h.example/1\n"},
};

static const row robots_rows[] = {
    {"robots.txt", "User-agent: *\nDisallow: /\nSitemap: http://a.example/s.xml\r\n SITEMAP:/t.xml # no comment\nSitemap:\n",
     "> http://a.example/s.xml\n> http://h.example/t.xml # no comment\n"},
    {"robots.txt without", "User-agent: *\n", ""},
};

typedef bool (*read_fn)(guide_job *job, dh_view body, fetch_fault *fault);

/* Bodies lie in heap copies of their exact size, so that the sanitizers see what reads behind them. */
static bool check(const row *r, read_fn read, dh_view text) {
    dh_buf got;
    fetch_fault fault = {FAULT_NONE, ""};
    char *exact = malloc(text.len + !text.len);
    guide_job job = {.url = DH_LIT("http://h.example/s/map.xml"), .max_bytes = (size_t)1 << 20, .max_entries = 10, .found = note, .user = &got};
    if (!exact) return false;
    memcpy(exact, text.ptr, text.len);
    dh_buf_init(&got, 0);
    bool good = read(&job, (dh_view){exact, text.len}, &fault), ok = true;
    if (good != !r->fault || (!good && strcmp(fault.text, r->fault) != 0)) ok = fail(r->name, "fault", view_of(fault.text));
    else if (good && !view_is(dh_buf_view(&got), view_of(r->want))) ok = fail(r->name, "addresses", dh_buf_view(&got));
    else if (good && (job.broken != r->broken || job.cut != r->cut)) ok = fail(r->name, "other figures", DH_VIEW(""));
    dh_buf_clear(&got);
    free(exact);
    return ok;
}

/* The same text in UTF-16, both ways round. */
static bool test_wide(bool big) {
    const row r = {big ? "UTF-16 BE" : "UTF-16 LE", NULL, "http://h.example/x\n"};
    static const char text[] = "<urlset><url><loc>/x</loc></url></urlset>";
    char wide[2 * sizeof text] = {0};
    wide[big] = (char)0xff;
    wide[!big] = (char)0xfe;
    for (size_t i = 0; i + 1 < sizeof text; i++) wide[2 + 2 * i + big] = text[i];
    return check(&r, guide_read, (dh_view){wide, sizeof wide});
}

int main(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(rows); i++) ok &= check(&rows[i], guide_read, view_of(rows[i].text));
    for (size_t i = 0; i < DH_COUNT(robots_rows); i++) ok &= check(&robots_rows[i], guide_read_robots, view_of(robots_rows[i].text));
    ok &= test_wide(false);
    ok &= test_wide(true);
    printf("guides: %s\n", ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}
