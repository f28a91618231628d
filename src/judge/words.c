/* Words in names of classes, ids, roles and itemprops, by family. Names are cut at signs, digits and capitals, so that
 * "postContent", "post-content" and "post_content2" are the same two words; a name that is in no list says nothing.
 * Whole words, not substrings: "widget" must not take "Elementor-widget-text" along by itself, nor "share" "shareholder". */
#include "judge/words.h"

const char *const jd_word_names[JD_W_COUNT] = {
    "content", "comment", "related", "share",  "nav",    "foot",   "head", "side", "promo", "meta",  "product",
    "card",    "hidden",  "forum",   "button", "filter", "review", "buy",  "spec", "about", "user",  "quote"};

typedef struct {
    dh_view word;
    uint32_t families;
} word_row;

#define F(name) (1u << JD_W_##name)
#define W(text, families) {DH_LIT(text), families}

/* Sorted by word; a test checks the order. */
static const word_row rows[] = {
    W("about", F(ABOUT)), W("abstract", F(ABOUT)), W("accordion", F(BUTTON)), W("ad", F(PROMO)), W("add", F(BUY)),
    W("ads", F(PROMO)), W("advert", F(PROMO)), W("advertisement", F(PROMO)), W("advertising", F(PROMO)),
    W("affiliate", F(PROMO)), W("answer", F(FORUM)), W("article", F(CONTENT)), W("articlebody", F(CONTENT)),
    W("aside", F(SIDE)), W("attribute", F(SPEC)), W("attributes", F(SPEC)), W("author", F(META) | F(USER)),
    W("authors", F(META) | F(USER)), W("avatar", F(META) | F(USER)), W("banner", F(HEAD) | F(PROMO)),
    W("bio", F(META) | F(USER)), W("blockquote", F(QUOTE)), W("blog", F(CONTENT)), W("body", F(CONTENT)),
    W("bottom", F(FOOT)), W("breadcrumb", F(NAV)), W("breadcrumbs", F(NAV)), W("btn", F(BUTTON)), W("btns", F(BUTTON)),
    W("button", F(BUTTON)), W("buttons", F(BUTTON)), W("buy", F(PRODUCT) | F(BUY)), W("byline", F(META)),
    W("caption", F(META)), W("card", F(CARD)), W("cards", F(CARD)), W("carousel", F(CARD)), W("cart", F(PRODUCT) | F(BUY)),
    W("categories", F(META)), W("category", F(META)), W("cell", F(CARD)), W("checkout", F(BUY)), W("cite", F(QUOTE)),
    W("click", F(BUTTON)), W("col", F(SIDE)), W("collapse", F(HIDDEN)), W("comment", F(COMMENT)), W("comments", F(COMMENT)),
    W("compare", F(BUY)), W("complementary", F(SIDE)), W("consent", F(PROMO)), W("contact", F(FOOT)),
    W("content", F(CONTENT)), W("contentinfo", F(FOOT)), W("contributor", F(USER)), W("cookie", F(PROMO)),
    W("cookies", F(PROMO)), W("copy", F(CONTENT)), W("copyright", F(FOOT)), W("creator", F(USER)), W("credit", F(META)),
    W("cta", F(PROMO) | F(BUTTON)), W("date", F(META)), W("dateline", F(META)), W("dek", F(ABOUT)), W("delivery", F(BUY)),
    W("desc", F(ABOUT)), W("description", F(CONTENT) | F(ABOUT)), W("detail", F(SPEC)), W("details", F(SPEC)),
    W("dialog", F(PROMO)), W("disclaimer", F(FOOT)), W("discussion", F(FORUM)), W("disqus", F(COMMENT)),
    W("docs", F(CONTENT)), W("documentation", F(CONTENT)), W("donate", F(PROMO)), W("donation", F(PROMO)),
    W("drawer", F(NAV)), W("dropdown", F(NAV)), W("email", F(PROMO)), W("entry", F(CONTENT)), W("excerpt", F(CARD)),
    W("expand", F(BUTTON)), W("facebook", F(SHARE)), W("facet", F(FILTER)), W("facets", F(FILTER)), W("faq", F(CONTENT)),
    W("feature", F(SPEC)), W("featured", F(RELATED)), W("features", F(SPEC)), W("feed", F(CARD)), W("feedback", F(REVIEW)),
    W("figcaption", F(META)), W("filter", F(NAV) | F(FILTER)), W("filters", F(NAV) | F(FILTER)), W("float", F(PROMO)),
    W("follow", F(SHARE)), W("foot", F(FOOT)), W("footer", F(FOOT)), W("footnote", F(META)), W("form", F(PROMO)),
    W("forum", F(FORUM)), W("gallery", F(CARD)), W("gdpr", F(PROMO)), W("global", F(HEAD)), W("grid", F(CARD)),
    W("hatom", F(CONTENT)), W("head", F(HEAD)), W("header", F(HEAD)), W("hero", F(HEAD)), W("hidden", F(HIDDEN)),
    W("hide", F(HIDDEN)), W("icon", F(SHARE)), W("info", F(META)), W("ingredient", F(SPEC)), W("ingredients", F(SPEC)),
    W("intro", F(ABOUT)), W("introduction", F(ABOUT)), W("invisible", F(HIDDEN)), W("item", F(CARD)), W("items", F(CARD)),
    W("label", F(META)), W("language", F(NAV)), W("latest", F(RELATED)), W("lead", F(ABOUT)), W("lede", F(ABOUT)),
    W("legal", F(FOOT)), W("license", F(FOOT)), W("link", F(NAV)), W("links", F(NAV)), W("list", F(CARD)),
    W("listing", F(CARD)), W("login", F(PROMO)), W("logo", F(HEAD)), W("main", F(CONTENT)), W("map", F(FOOT)),
    W("markdown", F(CONTENT)), W("masthead", F(HEAD)), W("mega", F(NAV)), W("member", F(USER)), W("menu", F(NAV)),
    W("message", F(FORUM)), W("meta", F(META)), W("metadata", F(META)), W("mobile", F(NAV)), W("modal", F(PROMO)),
    W("more", F(RELATED)), W("mw", F(CONTENT)), W("nav", F(NAV)), W("navbar", F(NAV)), W("navbox", F(NAV)),
    W("navigation", F(NAV)), W("news", F(CONTENT)), W("newsletter", F(PROMO)), W("none", F(HIDDEN)), W("notice", F(PROMO)),
    W("notification", F(PROMO)), W("offcanvas", F(NAV)), W("option", F(BUY)), W("options", F(BUY)),
    W("outbrain", F(RELATED)), W("overlay", F(PROMO)), W("overview", F(ABOUT)), W("pager", F(NAV)), W("pagination", F(NAV)),
    W("panel", F(SIDE)), W("paragraph", F(CONTENT)), W("payment", F(BUY)), W("paywall", F(PROMO)), W("popular", F(RELATED)),
    W("popup", F(PROMO)), W("post", F(CONTENT)), W("postbody", F(CONTENT)), W("postedby", F(USER)), W("poster", F(USER)),
    W("posts", F(CARD)), W("preview", F(CARD)), W("price", F(PRODUCT)), W("product", F(PRODUCT)),
    W("products", F(PRODUCT) | F(CARD)), W("profile", F(META) | F(USER)), W("promo", F(PROMO)), W("promotion", F(PROMO)),
    W("prose", F(CONTENT)), W("pullquote", F(QUOTE)), W("qty", F(BUY)), W("quantity", F(BUY)), W("question", F(FORUM)),
    W("quote", F(QUOTE)), W("quoted", F(QUOTE)), W("rail", F(SIDE)), W("rating", F(META) | F(REVIEW)),
    W("ratings", F(REVIEW)), W("read", F(RELATED)), W("reader", F(HIDDEN)), W("recent", F(RELATED)),
    W("recirc", F(RELATED)), W("recommendation", F(RELATED)), W("recommendations", F(RELATED)),
    W("recommended", F(RELATED)), W("refine", F(FILTER)), W("refinement", F(FILTER)), W("related", F(RELATED)),
    W("replies", F(COMMENT)), W("reply", F(COMMENT)), W("respond", F(COMMENT)), W("review", F(COMMENT) | F(REVIEW)),
    W("reviews", F(COMMENT) | F(REVIEW)), W("rich", F(CONTENT)), W("richtext", F(CONTENT)), W("score", F(REVIEW)),
    W("search", F(NAV)), W("section", F(CONTENT)), W("see", F(RELATED)), W("share", F(SHARE)), W("sharedaddy", F(SHARE)),
    W("sharing", F(SHARE)), W("shipping", F(BUY)), W("shop", F(PRODUCT)), W("side", F(SIDE)), W("sidebar", F(SIDE)),
    W("sidenav", F(NAV)), W("sig", F(QUOTE)), W("signature", F(QUOTE)), W("signin", F(PROMO)), W("signup", F(PROMO)),
    W("similar", F(RELATED)), W("single", F(CONTENT)), W("sitemap", F(FOOT)), W("size", F(BUY)), W("sizes", F(BUY)),
    W("skip", F(NAV)), W("slide", F(CARD)), W("slider", F(CARD)), W("social", F(SHARE)), W("sort", F(FILTER)),
    W("sorting", F(FILTER)), W("spec", F(PRODUCT) | F(SPEC)), W("specification", F(SPEC)), W("specifications", F(SPEC)),
    W("specs", F(PRODUCT) | F(SPEC)), W("sponsor", F(PROMO)), W("sponsored", F(PROMO)), W("sr", F(HIDDEN)),
    W("standfirst", F(ABOUT)), W("star", F(REVIEW)), W("stars", F(REVIEW)), W("sticky", F(PROMO)), W("stock", F(BUY)),
    W("story", F(CONTENT)), W("sub", F(SIDE)), W("submenu", F(NAV)), W("submit", F(BUTTON)), W("subscribe", F(PROMO)),
    W("subscription", F(PROMO)), W("subtitle", F(ABOUT)), W("suggested", F(RELATED)), W("summary", F(CONTENT) | F(ABOUT)),
    W("swatch", F(BUY)), W("swatches", F(BUY)), W("synopsis", F(ABOUT)), W("tab", F(NAV)), W("taboola", F(RELATED)),
    W("tabs", F(NAV)), W("tag", F(META)), W("tags", F(META)), W("teaser", F(RELATED) | F(CARD)), W("technical", F(SPEC)),
    W("testimonial", F(REVIEW)), W("testimonials", F(REVIEW)), W("text", F(CONTENT)), W("textbody", F(CONTENT)),
    W("thread", F(FORUM)), W("thumb", F(CARD)), W("thumbnail", F(CARD)), W("tile", F(CARD)), W("time", F(META)),
    W("timestamp", F(META)), W("toast", F(PROMO)), W("toc", F(NAV)), W("toggle", F(BUTTON)),
    W("toolbar", F(SHARE) | F(NAV) | F(FILTER)), W("tools", F(SHARE)), W("tooltip", F(PROMO)), W("top", F(HEAD)),
    W("topbar", F(HEAD)), W("topic", F(FORUM)), W("topics", F(META)), W("trending", F(RELATED)), W("twitter", F(SHARE)),
    W("upsell", F(PROMO)), W("user", F(META) | F(USER)), W("username", F(USER)), W("utility", F(HEAD)),
    W("variant", F(BUY)), W("variants", F(BUY)), W("visually", F(HIDDEN)), W("widget", F(SIDE)), W("widgets", F(SIDE)),
    W("wishlist", F(BUY)), W("wysiwyg", F(CONTENT)), W("you", F(RELATED))};

#define LONGEST_WORD 15

/* Bit n of entry c: some word begins with the c-th letter and has n bytes; a test checks it. Most words of most names
 * are turned away here. */
static const uint16_t lengths[26] = {0x2fec, 0xcd8, 0x2ff8, 0x2dd8, 0xe0, 0x5f8, 0xd0, 0x70, 0x1e30, 0x0, 0x0, 0x1f0, 0x1fc, 0x1458, 0x3c0, 0x7f0, 0x168, 0xcdf0, 0x77fc, 0x1bf8, 0x1d0, 0x180, 0x1c0, 0x0, 0x8, 0x0};

static bool may_be(dh_view w) {
    return w.len && w.len <= LONGEST_WORD && w.ptr[0] >= 'a' && w.ptr[0] <= 'z' && lengths[w.ptr[0] - 'a'] >> w.len & 1;
}

static int compare(dh_view a, dh_view b) {
    int d = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return d ? d : a.len < b.len ? -1 : a.len > b.len;
}

uint32_t jd_word_families(dh_view word) {
    size_t lo = 0, hi = DH_COUNT(rows);
    if (!may_be(word)) return 0;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int d = compare(rows[mid].word, word);
        if (!d) return rows[mid].families;
        if (d < 0) lo = mid + 1;
        else hi = mid;
    }
    return 0;
}

static uint32_t families_of(dh_view names) {
    uint32_t families = 0;
    const char *p = names.ptr, *end = p + names.len;
    while (p < end) {
        char word[LONGEST_WORD + 1];
        size_t n = 0;
        while (p < end && !((*p | 32) >= 'a' && (*p | 32) <= 'z')) p++;
        const char *start = p;
        while (p < end && (*p | 32) >= 'a' && (*p | 32) <= 'z') {
            if (p > start && *p <= 'Z' && p[-1] >= 'a') break; /* a capital behind a small letter begins a word */
            if (n < sizeof word) word[n] = ascii_lower(*p);
            n++;
            p++;
        }
        if (n < sizeof word) families |= jd_word_families((dh_view){word, n});
    }
    return families;
}

/* Longer lists of names are machine-made and say nothing more. */
#define MAX_NAMES_BYTES 512

uint32_t jd_words_of(const pg_page *page, const pg_start *start) {
    const pg_slice names[] = {start->cls, start->id, start->role, start->itemprop};
    uint32_t families = 0;
    for (size_t i = 0; i < DH_COUNT(names); i++) {
        if (!names[i].len) continue;
        dh_view v = pg_view(page, names[i]);
        if (v.len > MAX_NAMES_BYTES) v.len = MAX_NAMES_BYTES;
        families |= families_of(v);
    }
    return families;
}
