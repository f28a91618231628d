/* The table of hostile kinds and the making of inputs from its rows. What must hold for them is limits.c's. */
#include "kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define L(s) {(s), sizeof(s) - 1}
#define HTML(name, n, ...) {name, DH_FROM_HTML, n, __VA_ARGS__}
#define TEXT(name, n, ...) {name, DH_FROM_TEXT, n, __VA_ARGS__}
#define NUMBER '\x01'
#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NINE(s) s s s s s s s s s
#define DOC "<!doctype html><title>t</title><body>"

const hostile_kind hostile_kinds[] = {
    /* depth */
    HTML("nested divs", 100000, L(DOC), L("<div>x"), L("y"), L("</div>")),
    HTML("nested divs, never closed", 100000, L(DOC), L("<div>x ")),
    HTML("nested tables", 30000, L(DOC), L("<table><tr><td>x"), L("y"), L("</table>")),
    HTML("nested tables, never closed", 30000, L(DOC), L("<table><tr><td>x")),
    HTML("nested lists", 50000, L(DOC), L("<ul><li>x"), L("y"), L("</li></ul>")),
    HTML("nested quotes", 100000, L(DOC), L("<blockquote>x")),
    HTML("nested unknown elements", 50000, L(DOC), L("<x-\x01>x"), L("y"), L("</x-\x01>")),
    HTML("nested forms and buttons", 50000, L(DOC), L("<form><button>x")),
    HTML("nested objects", 50000, L(DOC), L("<object><marquee>x"), L("y"), L("</p></object>")),
    HTML("nested headings", 50000, L(DOC), L("<h1>x<h2>y")),
    HTML("nested ruby", 50000, L(DOC), L("<ruby>x<rt>y<rp>")),
    HTML("nested pre", 50000, L(DOC), L("<pre>\n x")),
    HTML("nested select", 50000, L(DOC), L("<select><option>x"), L("y"), L("</select>")),
    HTML("nested svg", 50000, L(DOC), L("<svg><g>x"), L("y"), L("</g></svg>")),
    HTML("nested svg, never closed", 50000, L(DOC), L("<svg><foreignObject>x<p>")),
    HTML("nested math", 50000, L(DOC), L("<math><mi>x<mtext>"), L("y"), L("</mi></math>")),
    HTML("math with annotations", 50000, L(DOC "<math>"), L("<annotation-xml encoding=text/html><svg><desc>x")),
    HTML("nested templates", 50000, L(DOC), L("<template><p>x"), L("y"), L("</template>")),
    HTML("nested templates, never closed", 50000, L(DOC), L("<template><td>x")),
    /* misnesting */
    HTML("open formatting", 20000, L(DOC), L("<b><i>x")),
    HTML("open formatting, all different", 20000, L(DOC), L("<font color=\x01>x"), L("<p>y"), L("<p>z")),
    HTML("open formatting over blocks", 20000, L(DOC), L("<b><i><u><s><em><p>x")),
    HTML("misnested a, b and p", 30000, L(DOC), L("<a href=\x01><p><b>x</a>y<p></b>z")),
    HTML("misnested formatting", 30000, L(DOC), L("<b><i>x</b>y</i><p>")),
    HTML("adoption over divs", 30000, L(DOC), L("<a><div><div><div><div><div><div><div><div><div>x</a>")),
    HTML("foster parents", 30000, L(DOC "<table>"), L("x<b>y<tr>z<td><table>w</b>")),
    HTML("foster parents in one table", 30000, L(DOC "<table>"), L("<p>x<tr><i>y")),
    HTML("p without end", 100000, L(DOC), L("<p>x")),
    HTML("p end tags", 200000, L(DOC), L("</p>")),
    HTML("a and b end tags", 200000, L(DOC "<p>x"), L("</a></b>")),
    HTML("end tags in deep text", 50000, L(DOC), L("<div>"), L("x"), L("</span></b></x>")),
    HTML("end tags of far elements", 50000, L(DOC "<section><div><div><div><div><div><div>"),
         L("<span>x</section>y<section>")),
    HTML("body and html again", 50000, L(DOC), L("<body class=\x01>x</body></html>")),
    HTML("framesets", 100000, L("<!doctype html>"), L("<frameset><frame>"), L(""), L("</frameset>"), L("<noframes>x")),
    HTML("table parts without a table", 100000, L(DOC), L("<tr><td>x</td></tr><caption>")),
    HTML("captions and columns", 50000, L(DOC "<table>"), L("<caption>x<col><colgroup><tbody>")),
    /* end tags that do not end what they name: the stack must not grow behind the scanner's back */
    HTML("spans kept open by blocks", 30000, L(DOC), L("<span><div></span></div>x")),
    HTML("spans kept open by p", 30000, L(DOC), L("<span><p></span></p>x")),
    HTML("spans kept open by li", 30000, L(DOC), L("<label><li></label>x</li>")),
    HTML("fonts kept open by objects", 30000, L(DOC), L("<font color=\x01><object></font></object>x")),
    HTML("fonts kept open by tables", 30000, L(DOC), L("<font color=\x01><table></font></table>x")),
    HTML("fonts kept open by nine divs", 10000, L(DOC),
         L("<font color=\x01>" NINE("<div>") "</font>" NINE("</div>") "x")),
    HTML("links kept open by nine divs", 10000, L(DOC), L("<a href=\x01>" NINE("<div>") "</a>" NINE("</div>") "x")),
    HTML("divs kept open by form ends", 30000, L(DOC), L("<form><div></form>x")),
    HTML("divs kept open by noscript ends", 30000, L(DOC), L("<noscript><div></noscript>x")),
    HTML("divs kept open by legend ends", 30000, L(DOC), L("<legend><span></legend><p></span>x")),
    HTML("divs kept open by math", 30000, L(DOC), L("<div><math><mtext></div>x")),
    HTML("math kept open by text", 30000, L(DOC), L("<math><mtext><span></math>x</mtext>")),
    HTML("math of table cells", 50000, L(DOC "<table><td><math>"), L("<td>x")),
    HTML("math of rows", 50000, L(DOC "<math>"), L("<tr>x")),
    HTML("math of void elements", 50000, L(DOC "<math>"), L("<col>x<input>")),
    HTML("math text of closed divs", 50000, L(DOC "<math><mtext>"), L("<x/><div/>y")),
    HTML("svg of void elements", 50000, L(DOC "<svg>"), L("<col>x<input>")),
    HTML("ruby text without ruby", 50000, L(DOC), L("<rt>x<rp>y")),
    HTML("groups of options without select", 50000, L(DOC), L("<optgroup>x<option>y")),
    HTML("options without select", 50000, L(DOC), L("<option><b>x")),
    /* tags and attributes */
    HTML("attributes of one tag", 50000, L(DOC "<p "), L("a\x01=b "), L(">x")),
    HTML("one attribute, long", 10000000, L(DOC "<p class='"), L("a"), L("'>x")),
    HTML("class of many names", 200000, L(DOC "<p class='"), L("a\x01 "), L("'>x")),
    HTML("long class on each block", 20000, L(DOC), L("<div class='" LONG " " LONG "'>x</div>")),
    HTML("styles that nearly hide", 100000, L(DOC), L("<p style='displaydisplay:displaydisplay'>x")),
    HTML("one long style", 1000000, L(DOC "<p style='"), L("display "), L("'>x")),
    HTML("quotes without end", 100000, L(DOC), L("<a href=\"x><b title='y>")),
    HTML("one quote without end", 200000, L(DOC "<a href=\""), L("x <p>y</p>")),
    HTML("a quote without end before each tag", 100000, L(DOC), L("<a b='c\">x<i d=\"e'>y"), L("'\"")),
    HTML("tags without end", 200000, L(DOC), L("<p <b ")),
    HTML("one long tag name", 5000000, L(DOC "<"), L("a"), L(">x</"), L("a"), L(">")),
    HTML("elements of different names", 100000, L(DOC), L("<e\x01>x</e\x01>")),
    HTML("spans of cells", 100000, L(DOC "<table>"), L("<tr><td colspan=9000000000000000 rowspan=65535>x")),
    HTML("rows of cells", 100000, L(DOC "<table><tr>"), L("<td>x</td>")),
    HTML("metas and links", 100000, L("<!doctype html>"), L("<meta name=a content=b><link rel=c>"), L("x")),
    HTML("inputs", 100000, L(DOC "<table>"), L("<input type=hidden><input>")),
    /* characters */
    HTML("less-than signs", 1000000, L(DOC), L("<")),
    HTML("less-than signs and slashes", 1000000, L(DOC), L("</")),
    HTML("ampersands", 1000000, L(DOC "<p>"), L("&")),
    HTML("entities", 300000, L(DOC "<p>"), L("&notit;&amp;&#x1F600;&#0;")),
    HTML("long entities", 100000, L(DOC "<p>"), L("&CounterClockwiseContourIntegra&#99999999999999999999;")),
    HTML("one long number", 5000000, L(DOC "<p>&#"), L("9"), L(";x")),
    HTML("blank references", 500000, L(DOC "<div>"), L("&#32;&Tab;")),
    HTML("blank references before tags", 300000, L(DOC "<div>"), L("&#10;<br>")),
    HTML("NULs", 1000000, L(DOC "<p>x"), L("\0")),
    HTML("NULs in tags", 300000, L(DOC), L("<p\0 a\0=\0>\0")),
    HTML("soft hyphens", 1000000, L(DOC "<p>x"), L("\xc2\xad"), L("y")),
    HTML("bytes that are no UTF-8", 1000000, L(DOC "<p>x"), L("\xff\xe2\x28\xc0\x80 ")),
    HTML("combining marks", 1000000, L(DOC "<p>x"), L("\xcc\x81")),
    /* what holds no markup */
    HTML("a comment without end", 1000000, L(DOC "x<!--"), L("y -- ")),
    HTML("comment openings", 100000, L(DOC), L("x<!--")),
    HTML("comment openings and bangs", 100000, L(DOC), L("x<!--y--!")),
    HTML("bogus comments without end", 200000, L(DOC), L("x<!y <?z ")),
    HTML("a script without end", 500000, L(DOC "x<script>"), L("y</scrip </")),
    HTML("scripts", 100000, L(DOC), L("<script>x</script>"), L("y")),
    HTML("scripts of data without end", 100000, L(DOC), L("<script type=ld+json>x"), L("y")),
    HTML("a script that opens comments", 100000, L(DOC "x<script>"), L("<!--<script>")),
    HTML("scripts that open comments", 100000, L(DOC), L("<script><!--<script></script>")),
    HTML("scripts of comments without end", 100000, L(DOC), L("<script><!--</script>x")),
    HTML("styles without end", 100000, L(DOC), L("x<style>y")),
    HTML("a textarea without end", 100000, L(DOC), L("x<textarea>y</textare>")),
    HTML("titles without end", 100000, L("<!doctype html>"), L("<title>x")),
    HTML("titles", 100000, L("<!doctype html>"), L("<title></title>"), L("<title>x</title>y")),
    HTML("selects without end", 100000, L(DOC), L("<select>x<script>y")),
    HTML("selects in tables", 100000, L(DOC "<table><td>"), L("<select>x<p><select>")),
    HTML("svgs that tags end", 100000, L(DOC), L("<svg><a>x<p>y")),
    HTML("svgs with script inside", 50000, L(DOC), L("<svg><script><!-- <svg>")),
    HTML("templates with script inside", 50000, L(DOC), L("<template><script><!--<script></template>")),
    HTML("templates that end elsewhere", 50000, L(DOC), L("<template><style>x</template>"), L("</style>")),
    HTML("CDATA in math", 100000, L(DOC "<math>"), L("<![CDATA[x")),
    HTML("CDATA outside of math", 100000, L(DOC), L("<![CDATA[x")),
    HTML("plaintext", 200000, L(DOC "<plaintext>"), L("<p>x</plaintext>\n")),
    HTML("a huge doctype", 5000000, L("<!doctype html "), L("x"), L(">y")),
    HTML("doctypes", 100000, L(""), L("<!doctype html>x")),
    /* much of what is common */
    HTML("links", 100000, L(DOC), L("<p><a href=/\x01>link \x01</a> x")),
    HTML("links of one block", 100000, L(DOC "<p>"), L("<a href=/\x01>link \x01</a> x ")),
    HTML("line breaks", 300000, L(DOC), L("x<br>")),
    HTML("line breaks alone", 300000, L(DOC "x"), L("<br> "), L("y")),
    HTML("phrases in paragraphs", 100000, L(DOC), L("<p>Related articles</p><p>Please wait…</p>")),
    HTML("trailer headings", 50000, L(DOC), L("<div><h2>Related articles</h2><p>title \x01</p>")),
    HTML("trailer headings among paragraphs", 20000, L(DOC),
         L("<h2>Related articles</h2><p>This sentence is the author's own, and is long enough. So is the next one.</p>")),
    HTML("trailer headings around everything", 100000, L(DOC), L("<h2>Related articles</h2>")),
    HTML("headlines", 100000, L(DOC), L("<h1>t</h1>")),
    HTML("rows joined", 50000, L(DOC "<table>"), L("<tr><td>x<td>y<td>z")),
    HTML("blocks in one pre", 200000, L(DOC "<pre>"), L("<div>x</div>")),
    HTML("spans in one paragraph", 200000, L(DOC "<p>"), L("<span>x</span>")),
    HTML("definition lists", 100000, L(DOC), L("<dl><dt>x<dd>y</dl>")),
    /* texts */
    TEXT("text: one long line", 32 << 20, L(""), L("x")),
    TEXT("text: one long line of words", 6 << 20, L(""), L("word ")),
    TEXT("text: empty lines", 1000000, L("x"), L("\n")),
    TEXT("text: blank lines between furniture", 100000, L(""), L("Related articles\n\n\n")),
    TEXT("text: lines of one letter", 500000, L(""), L("x\n")),
    TEXT("text: phrases", 100000, L(""), L("RELATED ARTICLES\nPlease wait…\n")),
    TEXT("text: phrases and sentences", 50000, L(""),
         L("You may also like\nThis sentence, number \x01, is the author's own.\n")),
    TEXT("text: halves of phrases", 50000, L(""),
         L("read more related share this please wait sign up for our newsletter\n")),
    TEXT("text: different lines", 200000, L(""), L("line \x01 of many\n")),
    TEXT("text: carriage returns", 300000, L(""), L("x\r")),
    TEXT("text: CRLF", 300000, L(""), L("x\r\n\r\n")),
    TEXT("text: NULs", 1000000, L("x"), L("\0"), L("\n")),
    TEXT("text: bytes that are no UTF-8", 1000000, L(""), L("\xff\xfe\xe2\x80 \n")),
    TEXT("text: Chinese", 500000, L(""), L("\xe7\x9b\xb8\xe5\x85\xb3\xe6\x96\x87\xe7\xab\xa0\n")),
    TEXT("text: signs", 500000, L(""), L("-*-|.,:\n")),
    /* text outside of the markup */
    HTML("json-ld: deep", 100000, L(DOC "<script type=ld+json>"), L("[{\"@type\":")),
    HTML("json-ld: nested to its limit", 20000, L(DOC "<script type=ld+json>["),
         L(NINE("[[[[[[[[[[[[[") "\"x\"" NINE("]]]]]]]]]]]]]") ",")),
    HTML("json-ld: comments in comments", 30000, L(DOC "<script type=ld+json>"),
         L("{\"@type\":\"Comment\",\"text\":\"x\",\"comment\":[]},")),
    HTML("json-ld: bodies", 30000, L(DOC "<script type=ld+json>["),
         L("{\"@type\":\"Article\",\"articleBody\":\"This is sentence \x01 of the author's.\"},")),
    HTML("json-ld: scripts", 50000, L(DOC), L("<script type=ld+json>{\"@type\":\"Article\",\"text\":\"x \x01\"}</script>")),
    HTML("json-ld: HTML that is open", 50000, L(DOC "<script type=ld+json>{\"@type\":\"Article\",\"articleBody\":\""), L("<div><b>x"), L("\"}")),
    HTML("states in strings of states", 50000, L(DOC "<script type=json>{\"a\":\""), L("{\\\"a\\\":\\\"[{]}")),
    HTML("states that are assigned", 50000, L(DOC), L("<script>__NUXT__={text:\"This is sentence \x01 of the author's.\"}</script>")),
    HTML("attributes of HTML", 5000, L(DOC), L("<p a='&lt;/p>" LONG " " LONG " " LONG " " LONG "'>")),
    /* told by looking */
    {"sniffed: brackets", DH_FROM_AUTO, 1000000, L("<p>x</p>"), L("<a")},
    {"sniffed: blocks that are open", DH_FROM_AUTO, 100000, L("x\n"), L("<div><pre>")},
    {"sniffed: tags in quotes", DH_FROM_AUTO, 300000, L("x "), L("'<p>', ")},
    {"sniffed: comments without end", DH_FROM_AUTO, 200000, L(""), L("<!-- <? <% <![CDATA[")},
    {"sniffed: UTF-7 and UTF-16 by turns", DH_FROM_AUTO, 300000, L(""), L("x\0\0y+ADw-")},
    {"sniffed: escapes", DH_FROM_AUTO, 300000, L("\x1b$B"), L("\x1b(B\x1b$B!!~{")},
    {"sniffed: Japanese, broken", DH_FROM_AUTO, 300000, L(""), L("\x82\xa0\x82\xff\x81 ")},
};
const size_t hostile_kind_count = sizeof hostile_kinds / sizeof hostile_kinds[0];

typedef struct {
    char *to; /* NULL: bytes are only counted */
    size_t len;
} writer;

static void put(writer *w, dh_view v, size_t number) {
    for (size_t i = 0; i < v.len; i++) {
        char digits[24] = {v.ptr[i], '\0'};
        size_t n = 1;
        if (v.ptr[i] == NUMBER) n = (size_t)snprintf(digits, sizeof digits, "%zu", number);
        if (w->to) memcpy(w->to + w->len, digits, n);
        w->len += n;
    }
}

static void put_all(writer *w, const hostile_kind *k, size_t n) {
    put(w, k->head, 0);
    for (size_t i = 0; i < n; i++) put(w, k->unit, i);
    put(w, k->middle, 0);
    for (size_t i = n; k->back.len && i-- > 0;) put(w, k->back, i);
    put(w, k->tail, 0);
}

dh_view hostile_make(const hostile_kind *kind, size_t n) {
    writer w = {NULL, 0};
    put_all(&w, kind, n);
    w.to = malloc(w.len ? w.len : 1);
    if (!w.to) return (dh_view){NULL, 0};
    w.len = 0;
    put_all(&w, kind, n);
    return (dh_view){w.to, w.len};
}
