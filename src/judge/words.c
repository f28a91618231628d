/* Words in names of classes, ids, roles and itemprops, by family. Names are cut at signs, digits and capitals, so that
 * "postContent", "post-content" and "post_content2" are the same two words; a name that is in no list says nothing.
 * Whole words, not substrings: "widget" must not take "Elementor-widget-text" along by itself, nor "share" "shareholder". */
#include "judge/words.h"

const char *const jd_word_names[JD_W_COUNT] = {"content", "comment", "related", "share",   "nav",  "foot",   "head",
                                               "side",    "promo",   "meta",    "product", "card", "hidden", "forum"};

typedef struct {
    dh_view word;
    uint32_t families;
} word_row;

#define F(name) (1u << JD_W_##name)
#define W(text, families) {DH_LIT(text), families}

/* Sorted by word; a test checks the order. */
static const word_row rows[] = {
    W("ad", F(PROMO)), W("ads", F(PROMO)), W("advert", F(PROMO)), W("advertisement", F(PROMO)), W("advertising", F(PROMO)),
    W("affiliate", F(PROMO)), W("answer", F(FORUM)), W("article", F(CONTENT)), W("articlebody", F(CONTENT)),
    W("aside", F(SIDE)), W("author", F(META)), W("authors", F(META)), W("avatar", F(META)), W("banner", F(HEAD) | F(PROMO)),
    W("bio", F(META)), W("blog", F(CONTENT)), W("body", F(CONTENT)), W("bottom", F(FOOT)), W("breadcrumb", F(NAV)),
    W("breadcrumbs", F(NAV)), W("buy", F(PRODUCT)), W("byline", F(META)), W("caption", F(META)), W("card", F(CARD)),
    W("cards", F(CARD)), W("carousel", F(CARD)), W("cart", F(PRODUCT)), W("categories", F(META)), W("category", F(META)),
    W("cell", F(CARD)), W("col", F(SIDE)), W("collapse", F(HIDDEN)), W("comment", F(COMMENT)), W("comments", F(COMMENT)),
    W("complementary", F(SIDE)), W("consent", F(PROMO)), W("contact", F(FOOT)), W("content", F(CONTENT)),
    W("contentinfo", F(FOOT)), W("cookie", F(PROMO)), W("cookies", F(PROMO)), W("copy", F(CONTENT)), W("copyright", F(FOOT)),
    W("credit", F(META)), W("cta", F(PROMO)), W("date", F(META)), W("dateline", F(META)), W("description", F(CONTENT)),
    W("dialog", F(PROMO)), W("disclaimer", F(FOOT)), W("discussion", F(FORUM)), W("disqus", F(COMMENT)), W("docs", F(CONTENT)),
    W("documentation", F(CONTENT)), W("donate", F(PROMO)), W("donation", F(PROMO)), W("drawer", F(NAV)), W("dropdown", F(NAV)),
    W("email", F(PROMO)), W("entry", F(CONTENT)), W("excerpt", F(CARD)), W("facebook", F(SHARE)), W("faq", F(CONTENT)),
    W("featured", F(RELATED)), W("feed", F(CARD)), W("figcaption", F(META)), W("filter", F(NAV)), W("filters", F(NAV)),
    W("float", F(PROMO)), W("follow", F(SHARE)), W("foot", F(FOOT)), W("footer", F(FOOT)), W("footnote", F(META)),
    W("form", F(PROMO)), W("forum", F(FORUM)), W("gallery", F(CARD)), W("gdpr", F(PROMO)), W("global", F(HEAD)),
    W("grid", F(CARD)), W("hatom", F(CONTENT)), W("head", F(HEAD)), W("header", F(HEAD)), W("hero", F(HEAD)),
    W("hidden", F(HIDDEN)), W("hide", F(HIDDEN)), W("icon", F(SHARE)), W("info", F(META)), W("invisible", F(HIDDEN)),
    W("item", F(CARD)), W("items", F(CARD)), W("label", F(META)), W("language", F(NAV)), W("latest", F(RELATED)),
    W("legal", F(FOOT)), W("license", F(FOOT)), W("link", F(NAV)), W("links", F(NAV)), W("list", F(CARD)),
    W("listing", F(CARD)), W("login", F(PROMO)), W("logo", F(HEAD)), W("main", F(CONTENT)), W("map", F(FOOT)),
    W("markdown", F(CONTENT)), W("masthead", F(HEAD)), W("mega", F(NAV)), W("menu", F(NAV)), W("message", F(FORUM)),
    W("meta", F(META)), W("metadata", F(META)), W("mobile", F(NAV)), W("modal", F(PROMO)), W("more", F(RELATED)),
    W("mw", F(CONTENT)), W("nav", F(NAV)), W("navbar", F(NAV)), W("navbox", F(NAV)), W("navigation", F(NAV)),
    W("news", F(CONTENT)), W("newsletter", F(PROMO)), W("none", F(HIDDEN)), W("notice", F(PROMO)), W("notification", F(PROMO)),
    W("offcanvas", F(NAV)), W("outbrain", F(RELATED)), W("overlay", F(PROMO)), W("pager", F(NAV)), W("pagination", F(NAV)),
    W("panel", F(SIDE)), W("paragraph", F(CONTENT)), W("paywall", F(PROMO)), W("popular", F(RELATED)), W("popup", F(PROMO)),
    W("post", F(CONTENT)), W("postbody", F(CONTENT)), W("posts", F(CARD)), W("preview", F(CARD)), W("price", F(PRODUCT)),
    W("product", F(PRODUCT)), W("products", F(PRODUCT) | F(CARD)), W("profile", F(META)), W("promo", F(PROMO)),
    W("promotion", F(PROMO)), W("prose", F(CONTENT)), W("question", F(FORUM)), W("rail", F(SIDE)), W("rating", F(META)),
    W("read", F(RELATED)), W("reader", F(HIDDEN)), W("recent", F(RELATED)), W("recirc", F(RELATED)),
    W("recommendation", F(RELATED)), W("recommendations", F(RELATED)), W("recommended", F(RELATED)), W("related", F(RELATED)),
    W("replies", F(COMMENT)), W("reply", F(COMMENT)), W("respond", F(COMMENT)), W("review", F(COMMENT)),
    W("reviews", F(COMMENT)), W("rich", F(CONTENT)), W("richtext", F(CONTENT)), W("search", F(NAV)), W("section", F(CONTENT)),
    W("see", F(RELATED)), W("share", F(SHARE)), W("sharedaddy", F(SHARE)), W("sharing", F(SHARE)), W("shop", F(PRODUCT)),
    W("side", F(SIDE)), W("sidebar", F(SIDE)), W("sidenav", F(NAV)), W("signin", F(PROMO)), W("signup", F(PROMO)),
    W("similar", F(RELATED)), W("single", F(CONTENT)), W("sitemap", F(FOOT)), W("skip", F(NAV)), W("slide", F(CARD)),
    W("slider", F(CARD)), W("social", F(SHARE)), W("spec", F(PRODUCT)), W("specs", F(PRODUCT)), W("sponsor", F(PROMO)),
    W("sponsored", F(PROMO)), W("sr", F(HIDDEN)), W("sticky", F(PROMO)), W("story", F(CONTENT)), W("sub", F(SIDE)),
    W("submenu", F(NAV)), W("subscribe", F(PROMO)), W("subscription", F(PROMO)), W("suggested", F(RELATED)),
    W("summary", F(CONTENT)), W("tab", F(NAV)), W("taboola", F(RELATED)), W("tabs", F(NAV)), W("tag", F(META)),
    W("tags", F(META)), W("teaser", F(RELATED) | F(CARD)), W("text", F(CONTENT)), W("textbody", F(CONTENT)),
    W("thread", F(FORUM)), W("thumb", F(CARD)), W("thumbnail", F(CARD)), W("tile", F(CARD)), W("time", F(META)),
    W("timestamp", F(META)), W("toast", F(PROMO)), W("toc", F(NAV)), W("toolbar", F(SHARE) | F(NAV)), W("tools", F(SHARE)),
    W("tooltip", F(PROMO)), W("top", F(HEAD)), W("topbar", F(HEAD)), W("topic", F(FORUM)), W("topics", F(META)),
    W("trending", F(RELATED)), W("twitter", F(SHARE)), W("upsell", F(PROMO)), W("user", F(META)), W("utility", F(HEAD)),
    W("visually", F(HIDDEN)), W("widget", F(SIDE)), W("widgets", F(SIDE)), W("wysiwyg", F(CONTENT)), W("you", F(RELATED))};

#define LONGEST_WORD 15

/* Bit n of entry c: some word begins with the c-th letter and has n bytes; a test checks it. Most words of most names
 * are turned away here. */
static const uint16_t lengths[26] = {0x2aec, 0xc58, 0x2ff8, 0x2d50, 0xa0, 0x5f8, 0xd0, 0x70, 0x230, 0x0, 0x0, 0x1f0, 0x1fc, 0x1458, 0x380, 0x7b0, 0x100, 0xc9f0, 0x16fc, 0x3f8, 0xd0, 0x100, 0xc0, 0x0, 0x8, 0x0};

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
