/* JSON-LD: which object is the page's article, and what it says. Objects within others (comments, items of lists, related articles) do
 * not count; an author that is named by @id is looked up. */
#include "facts/linked.h"

#include "page/embedded.h"

/* ---- values of jsmn's flat list ---- */

/* The object around a value, past arrays. */
static size_t owner(const js_doc *doc, size_t i) {
    size_t up = js_around(doc, i);
    while (up != JS_NONE && js_kind_of(doc, up) == JS_ARRAY) up = js_around(doc, up);
    return up;
}

static const char *end_of(const js_doc *doc, size_t i) {
    dh_view v = js_raw(doc, i);
    return v.ptr + v.len;
}

/* The string that an object has under a key; empty if it has none. */
static dh_view member(const js_doc *doc, size_t object, dh_view key) {
    const char *end = end_of(doc, object);
    for (size_t i = object + 1; i < doc->count && js_raw(doc, i).ptr < end; i++)
        if (js_kind_of(doc, i) == JS_STRING && !js_is_key(doc, i) && view_is(js_key(doc, i), key) && owner(doc, i) == object)
            return js_raw(doc, i);
    return (dh_view){"", 0};
}

/* ---- types ---- */

typedef enum { NO_TYPE, OTHER_TYPE, GROUP_TYPE, SITE_TYPE, PAGE_TYPE, WORK_TYPE, ARTICLE_TYPE } kind;

static bool ends_nocase(dh_view v, dh_view tail) {
    return v.len >= tail.len && view_is_nocase((dh_view){v.ptr + v.len - tail.len, tail.len}, tail);
}

/* Behind an address such as https://schema.org/Article, which some writers put before a type. */
static dh_view bare_type(dh_view type) {
    for (size_t i = type.len; i > 0; i--)
        if (type.ptr[i - 1] == '/' || type.ptr[i - 1] == ':') return (dh_view){type.ptr + i, type.len - i};
    return type;
}

static kind kind_of_type(dh_view type) {
    static const struct {
        dh_view tail;
        kind kind;
    } rows[] = {{DH_LIT("Article"), ARTICLE_TYPE}, {DH_LIT("Posting"), ARTICLE_TYPE}, {DH_LIT("Report"), ARTICLE_TYPE},
                {DH_LIT("BlogPost"), ARTICLE_TYPE}, {DH_LIT("Question"), WORK_TYPE}, {DH_LIT("Recipe"), ARTICLE_TYPE},
                {DH_LIT("HowTo"), WORK_TYPE}, {DH_LIT("Review"), WORK_TYPE}, {DH_LIT("CreativeWork"), WORK_TYPE},
                {DH_LIT("VideoObject"), WORK_TYPE}, {DH_LIT("Book"), WORK_TYPE}, {DH_LIT("Course"), WORK_TYPE},
                {DH_LIT("PodcastEpisode"), WORK_TYPE}, {DH_LIT("Product"), WORK_TYPE}, {DH_LIT("Event"), WORK_TYPE},
                {DH_LIT("Dataset"), WORK_TYPE}, {DH_LIT("SoftwareSourceCode"), WORK_TYPE},
                {DH_LIT("Page"), PAGE_TYPE}, {DH_LIT("WebSite"), SITE_TYPE}, {DH_LIT("Organization"), GROUP_TYPE},
                {DH_LIT("Corporation"), GROUP_TYPE}, {DH_LIT("LocalBusiness"), GROUP_TYPE}};
    type = bare_type(type);
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        if (ends_nocase(type, rows[i].tail)) return rows[i].kind;
    return type.len ? OTHER_TYPE : NO_TYPE;
}

/* The most telling of an object's types. */
static void note_kinds(const js_doc *doc, uint8_t *kinds) {
    for (size_t i = 0; i < doc->count; i++) {
        if (js_kind_of(doc, i) != JS_STRING || js_is_key(doc, i) || !view_is(js_key(doc, i), DH_VIEW("@type"))) continue;
        size_t object = owner(doc, i);
        kind k = kind_of_type(js_raw(doc, i));
        if (object != JS_NONE && k > kinds[object]) kinds[object] = (uint8_t)k;
    }
}

/* True if an object speaks of the page: at the top, in a graph, or as the main thing of what does. */
static bool is_own(const js_doc *doc, size_t object) {
    static const dh_view keys[] = {DH_LIT(""), DH_LIT("@graph"), DH_LIT("mainEntity"), DH_LIT("mainEntityOfPage"), DH_LIT("@list")};
    for (size_t i = object; i != JS_NONE; i = owner(doc, i)) {
        bool known = false;
        dh_view key = js_key(doc, i);
        for (size_t k = 0; k < DH_COUNT(keys) && !known; k++) known = view_is(key, keys[k]);
        if (!known) return false;
    }
    return true;
}

/* True for a question of several (FAQPage has them in an array, QAPage has one): none of them is what the page is about. */
static bool is_one_of_several(const js_doc *doc, size_t object) {
    size_t around = js_around(doc, object);
    return around != JS_NONE && js_kind_of(doc, around) == JS_ARRAY && view_is(js_key(doc, object), DH_VIEW("mainEntity"));
}

/* ---- authors ---- */

/* All of a page's scripts, since an @id may be of another. */
typedef struct {
    js_doc *docs;
    uint8_t **kinds;
    size_t count;
} scripts;

static void add_author(fc_ld_object *o, dh_view name, bool is_group) {
    if (name.len && o->author_count < FC_LD_AUTHORS) o->authors[o->author_count++] = (fc_ld_author){name, is_group};
}

/* The object that has an @id and a name. */
static void add_by_id(const scripts *all, dh_view id, fc_ld_object *o) {
    for (size_t d = 0; d < all->count; d++)
        for (size_t i = 0; i < all->docs[d].count; i++) {
            const js_doc *doc = &all->docs[d];
            if (js_kind_of(doc, i) != JS_STRING || js_is_key(doc, i) || !view_is(js_key(doc, i), DH_VIEW("@id"))) continue;
            if (!view_is(js_raw(doc, i), id)) continue;
            size_t object = owner(doc, i);
            dh_view name = object == JS_NONE ? (dh_view){"", 0} : member(doc, object, DH_VIEW("name"));
            if (!name.len) continue;
            add_author(o, name, all->kinds[d][object] == GROUP_TYPE);
            return;
        }
}

static void add_author_object(const scripts *all, size_t d, size_t object, fc_ld_object *o) {
    const js_doc *doc = &all->docs[d];
    dh_view name = member(doc, object, DH_VIEW("name")), id = member(doc, object, DH_VIEW("@id"));
    if (name.len) add_author(o, name, all->kinds[d][object] == GROUP_TYPE);
    else if (id.len) add_by_id(all, id, o);
}

/* ---- objects ---- */

typedef enum { AS_STRING = 1, AS_OBJECT = 2 } form;

static const struct {
    dh_view key;
    fc_ld_key to;
    dh_view inner; /* key of the string in an object that stands in its place; empty if none may */
} ld_keys[] = {
    {DH_LIT("headline"), FC_LD_HEADLINE, DH_LIT("")},
    {DH_LIT("name"), FC_LD_HEADLINE, DH_LIT("")},
    {DH_LIT("datePublished"), FC_LD_PUBLISHED, DH_LIT("@value")},
    {DH_LIT("dateModified"), FC_LD_MODIFIED, DH_LIT("@value")},
    {DH_LIT("dateCreated"), FC_LD_CREATED, DH_LIT("@value")},
    {DH_LIT("uploadDate"), FC_LD_CREATED, DH_LIT("")},
    {DH_LIT("datePosted"), FC_LD_CREATED, DH_LIT("")},
    {DH_LIT("description"), FC_LD_DESCRIPTION, DH_LIT("")},
    {DH_LIT("image"), FC_LD_IMAGE, DH_LIT("url")},
    {DH_LIT("thumbnailUrl"), FC_LD_IMAGE, DH_LIT("")},
    {DH_LIT("inLanguage"), FC_LD_LANGUAGE, DH_LIT("alternateName")},
    {DH_LIT("license"), FC_LD_LICENCE, DH_LIT("url")},
    {DH_LIT("mainEntityOfPage"), FC_LD_URL, DH_LIT("@id")},
    {DH_LIT("url"), FC_LD_URL, DH_LIT("")},
    {DH_LIT("publisher"), FC_LD_PUBLISHER, DH_LIT("name")},
};

static void set(fc_ld_object *o, fc_ld_key key, dh_view value, bool stronger) {
    if (value.len && (!o->value[key].len || stronger)) o->value[key] = value;
}

/* One member of the object: a string, or an object with one. */
static void read_member(const scripts *all, size_t d, size_t i, fc_ld_object *o) {
    const js_doc *doc = &all->docs[d];
    dh_view key = js_key(doc, i);
    bool is_object = js_kind_of(doc, i) == JS_OBJECT;
    if (view_is(key, DH_VIEW("author")) || (view_is(key, DH_VIEW("creator")) && !o->author_count)) {
        if (is_object) add_author_object(all, d, i, o);
        else add_author(o, js_raw(doc, i), false);
        return;
    }
    for (size_t r = 0; r < DH_COUNT(ld_keys); r++) {
        if (!view_is(key, ld_keys[r].key) || (is_object && !ld_keys[r].inner.len)) continue;
        set(o, ld_keys[r].to, is_object ? member(doc, i, ld_keys[r].inner) : js_raw(doc, i), view_is(key, DH_VIEW("headline")));
    }
}

static void read_object(const scripts *all, size_t d, size_t object, fc_ld_object *o) {
    const js_doc *doc = &all->docs[d];
    const char *end = end_of(doc, object);
    for (size_t i = object + 1; i < doc->count && js_raw(doc, i).ptr < end; i++) {
        js_kind k = js_kind_of(doc, i);
        if (k == JS_ARRAY || k == JS_BARE || (k == JS_STRING && js_is_key(doc, i)) || owner(doc, i) != object) continue;
        read_member(all, d, i, o);
    }
}

/* ---- the page ---- */

typedef struct {
    size_t doc, object;
    kind kind;
} choice;

static void choose(const scripts *all, choice *article, choice *web_page, fc_linked *out) {
    dh_view group = {"", 0};
    for (size_t d = 0; d < all->count; d++)
        for (size_t i = 0; i < all->docs[d].count; i++) {
            const js_doc *doc = &all->docs[d];
            kind k = (kind)all->kinds[d][i];
            if (k < GROUP_TYPE || js_kind_of(doc, i) != JS_OBJECT || !is_own(doc, i)) continue;
            if (k >= WORK_TYPE && k > article->kind && !is_one_of_several(doc, i)) *article = (choice){d, i, k};
            if (k == PAGE_TYPE && !web_page->kind) *web_page = (choice){d, i, k};
            if (k == SITE_TYPE && !out->site.len) out->site = member(doc, i, DH_VIEW("name"));
            if (k == GROUP_TYPE && !group.len) group = member(doc, i, DH_VIEW("name"));
        }
    if (!out->site.len) out->site = group;
}

static bool parse_all(dh_arena *arena, const pg_page *page, scripts *all) {
    dh_error err;
    all->docs = arena_calloc(arena, page->script_count + 1, sizeof *all->docs);
    all->kinds = arena_calloc(arena, page->script_count + 1, sizeof *all->kinds);
    if (!all->docs || !all->kinds) return false;
    for (size_t i = 0; i < page->script_count; i++) {
        if (!pg_is_json_ld(page, &page->scripts[i])) continue;
        js_doc *doc = &all->docs[all->count];
        if (js_parse(arena, pg_view(page, page->scripts[i].body), doc, &err)) return false;
        all->kinds[all->count] = arena_calloc(arena, doc->count + 1, 1);
        if (!all->kinds[all->count]) return false;
        note_kinds(doc, all->kinds[all->count++]);
    }
    return true;
}

void fc_linked_read(dh_arena *arena, const pg_page *page, fc_linked *out, bool *failed) {
    scripts all = {NULL, NULL, 0};
    choice article = {0, 0, NO_TYPE}, web_page = {0, 0, NO_TYPE};
    *out = (fc_linked){.site = {"", 0}};
    /* Empty views point somewhere: those who read them take the end of one by adding its length. */
    for (size_t i = 0; i < FC_LD_COUNT; i++) out->article.value[i] = out->page.value[i] = DH_VIEW("");
    if (!page->script_count) return;
    if (!parse_all(arena, page, &all)) {
        *failed = true;
        return;
    }
    choose(&all, &article, &web_page, out);
    out->has_article = article.kind;
    out->has_page = web_page.kind;
    if (article.kind) read_object(&all, article.doc, article.object, &out->article);
    if (web_page.kind) read_object(&all, web_page.doc, web_page.object, &out->page);
}
