/* When a page was published and changed. Fields that say so come first, by how often they are right on annotated pages; then what stands
 * about the headline, then the address, then what is nearly as good: the day of creation or of the last change. */
#include "facts/date_text.h"
#include "facts/finders.h"
#include "page/embedded.h"

/* Blocks before and behind the headline (or the first block that was kept) among which a date is the article's. */
#define BLOCKS_BEFORE 10
#define BLOCKS_BEHIND 14
/* Longer texts have a date because they speak of one. */
#define DATE_TEXT_BYTES  200
#define DATE_BLOCK_BYTES 160
#define LEAD_BYTES       60 /* of a paragraph: "Vienna, 12 May 2021" */
#define LONE_BYTES       40
#define STATE_BYTES      32
/* Elements of a page whose text is looked at. */
#define MOST_ELEMENTS 400

typedef enum { FROM_META, FROM_ARTICLE, FROM_PAGE } place;

typedef struct {
    place place;
    dh_view name;      /* of a meta tag */
    fc_ld_key key;     /* of an object */
    const char *origin;
} row;

#define META(name)      {FROM_META, DH_LIT(name), FC_LD_COUNT, "meta " name}
#define ARTICLE(k, name) {FROM_ARTICLE, DH_LIT(""), k, "JSON-LD " name}
#define PAGE(k, name)   {FROM_PAGE, DH_LIT(""), k, "JSON-LD " name " of the page"}

/* In the order of trust: shares of right ones on wcxb, multilingual and dates together are 0.94 for article:published_time, 0.90 for
 * datePublished of articles, 0.95 of pages, which repeat the first where both are there. */
static const row published[] = {
    META("article:published_time"), META("og:article:published_time"), META("og:published_time"),
    META("article:published"), ARTICLE(FC_LD_PUBLISHED, "datePublished"),
    META("datePublished"), PAGE(FC_LD_PUBLISHED, "datePublished"), META("parsely-pub-date"), META("sailthru.date"),
    META("cXenseParse:publishtime"), META("cXenseParse:recs:publishtime"), META("citation_online_date"),
    META("citation_publication_date"), META("citation_date"), META("dc.date.issued"), META("dcterms.issued"),
    META("prism.publicationDate"), META("publish_date"),
    META("publishdate"), META("publish-date"), META("published_time"), META("published-date"), META("published_date"),
    META("og:publish_date"), META("og:pubdate"), META("article:published_date"), META("article.published"), META("pubdate"),
    META("pub_date"), META("publication_date"), META("publicationdate"), META("bt:pubdate"), META("rnews:datePublished"),
    META("article_date_original"), META("displaydate"), META("originalpublicationdate"), META("shareaholic:article_published_time"),
    META("ptime"), META("published"),
};

/* Names that say "date" and no more: as often of a change. What stands beside the headline is better. */
static const row dated[] = {META("dcterms.date"), META("dc.date"), META("dc:date"), META("date"), META("dc.date.created"),
                            META("dcterms.created"), META("datecreated"), META("dc.created")};

static const row created[] = {ARTICLE(FC_LD_CREATED, "dateCreated"), PAGE(FC_LD_CREATED, "dateCreated"), META("uploadDate")};

static const row changed[] = {
    META("article:modified_time"), ARTICLE(FC_LD_MODIFIED, "dateModified"), META("og:article:modified_time"),
    META("dateModified"), PAGE(FC_LD_MODIFIED, "dateModified"), META("article:modified"), META("og:modified_time"),
    META("og:updated_time"), META("dcterms.modified"), META("dc.date.modified"), META("last-modified"), META("lastmod"),
    META("last_updated_date"), META("revision_date"), META("ms.date"),
};

/* ---- fields ---- */

/* Months come first in the United States: pages in English that name no other country. */
static bool month_first(const fc_page *f) {
    dh_view lang = f->page->elem_count ? fc_attr(f, 0, DH_VIEW("lang")) : (dh_view){"", 0};
    return !lang.len || view_is_nocase(lang, DH_VIEW("en")) || view_is_nocase(lang, DH_VIEW("en-US")) || view_is_nocase(lang, DH_VIEW("en_US"));
}

static dh_view field(const fc_page *f, const row *r) {
    switch (r->place) {
    case FROM_META: return fc_meta_raw(f, r->name);
    case FROM_ARTICLE: return f->linked.article.value[r->key];
    case FROM_PAGE: return f->linked.page.value[r->key];
    }
    return (dh_view){"", 0};
}

static bool take_field(fc_page *f, const row *rows, size_t count, fc_date *date, const char **origin) {
    for (size_t i = 0; i < count; i++) {
        if (!fc_date_field(field(f, &rows[i]), month_first(f), date)) continue;
        *origin = rows[i].origin;
        return true;
    }
    return false;
}

/* ---- elements ---- */

/* What a date stands in that no field of the head tells, the best first. "far": not about the headline. */
typedef enum { BY_ITEMPROP, BY_PUBDATE, BY_TIME, BY_NAME, BY_TEXT, BY_LEAD, BY_CREATED, BY_FAR_TIME, BY_FAR_NAME, BY_STATE, BY_CHANGE, BY_LONE, BY_FAR_CHANGE, NOT } rank;

typedef struct {
    rank rank;
    size_t far; /* from the headline, in blocks */
    fc_date date;
    bool created; /* BY_ITEMPROP: it is called dateCreated */
} best;

static void take(best *b, rank r, size_t far, const fc_date *date) {
    if (r < b->rank || (r == b->rank && far < b->far)) *b = (best){r, far, *date, false};
}

static bool has_any(dh_view text, const dh_view *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (view_find_nocase(text, words[i]) < text.len) return true;
    return false;
}

/* What says before a date that it is one of a change. */
static bool is_change(dh_view before) {
    static const dh_view words[] = {DH_LIT("updat"), DH_LIT("modif"), DH_LIT("aktualis"), DH_LIT("actualiz"), DH_LIT("aggiornat"),
                                    DH_LIT("mis \xc3\xa0 jour"), DH_LIT("atualizad"), DH_LIT("revised"), DH_LIT("edited"), DH_LIT("ge\xc3\xa4ndert"),
                                    DH_LIT("\xd0\xbe\xd0\xb1\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xbb")};
    return has_any(before, words, DH_COUNT(words));
}

/* What says that it is a date of something else. */
static bool is_foreign(dh_view before) {
    static const dh_view words[] = {DH_LIT("expire"), DH_LIT("joined"), DH_LIT("member since"), DH_LIT("registered"), DH_LIT("birth"),
                                    DH_LIT("copyright"), DH_LIT("\xc2\xa9")};
    return has_any(before, words, DH_COUNT(words));
}

/* The first date of a text that is not said to be one of a change; if all are, the first, and *change is set. */
static bool date_in(const fc_page *f, dh_view text, fc_date *date, bool *change) {
    size_t begin, end;
    fc_date next;
    *change = false;
    for (; fc_date_find(text, month_first(f), &next, &begin, &end); text = (dh_view){text.ptr + end, text.len - end}) {
        dh_view before = {text.ptr, begin};
        if (is_foreign(before)) continue;
        bool said = is_change(before);
        if (!said || !*change) *date = next;
        *change = said;
        if (!said) return true;
    }
    return *change;
}

/* Where the article begins: its headline, else the first block that was kept. */
static size_t start_of(const fc_page *f) { return f->headline < f->page->block_count ? f->headline : f->first_kept; }

/* Blocks from there. What stands before counts twice. */
static size_t far_from_start(const fc_page *f, size_t block) {
    size_t start = start_of(f);
    return block < start ? 2 * (start - block) : block - start;
}

static bool is_near(const fc_page *f, size_t block) {
    size_t start = start_of(f);
    return block < start ? start - block <= BLOCKS_BEFORE : block - start <= BLOCKS_BEHIND;
}

static bool is_created(const fc_page *f, uint32_t e) {
    const pg_slice itemprop = f->page->starts[f->page->elems[e].start].itemprop;
    return itemprop.len && fc_has_word(pg_view(f->page, itemprop), DH_VIEW("dateCreated"));
}

/* The day on which a question was asked is beside the headline, while answers have days of publication. */
static rank rank_of(const fc_page *f, uint32_t e) {
    const pg_elem *elem = &f->page->elems[e];
    if (elem->start == PG_NONE || (f->marks[e] & FC_COMMENT)) return NOT;
    const pg_start *s = &f->page->starts[elem->start];
    dh_view itemprop = pg_view(f->page, s->itemprop), value;
    bool near = is_near(f, elem->first_block);
    if (s->itemprop.len && fc_has_word(itemprop, DH_VIEW("datePublished"))) return BY_ITEMPROP;
    if (is_created(f, e)) return near ? BY_ITEMPROP : BY_CREATED;
    if (f->marks[e] & FC_ASIDE) return NOT;
    if (elem->tag == PG_TIME && pg_attr(pg_view(f->page, s->attrs), DH_VIEW("pubdate"), &value)) return BY_PUBDATE;
    if (elem->tag == PG_TIME) return near ? BY_TIME : BY_FAR_TIME;
    return !(f->marks[e] & FC_DATE) ? NOT : near ? BY_NAME : BY_FAR_NAME;
}

static bool says_change(const fc_page *f, uint32_t e) {
    const pg_start *s = &f->page->starts[f->page->elems[e].start];
    dh_view cls = pg_view(f->page, s->cls);
    if (fc_has_word(pg_view(f->page, s->itemprop), DH_VIEW("dateModified"))) return true;
    return is_change(cls) && view_find_nocase(cls, DH_VIEW("publish")) == cls.len;
}

/* The date of an element: its own field, or its text. */
static bool element_date(fc_page *f, uint32_t e, fc_date *date, bool *change) {
    static const dh_view names[] = {DH_LIT("datetime"), DH_LIT("content"), DH_LIT("title"), DH_LIT("data-date")};
    *change = says_change(f, e);
    for (size_t i = 0; i < DH_COUNT(names); i++)
        if (fc_date_field(fc_attr(f, e, names[i]), month_first(f), date)) return true;
    bool said = false, found = date_in(f, fc_inside(f, e, DATE_TEXT_BYTES), date, &said);
    *change |= said;
    return found;
}

static void look_at_elements(fc_page *f, best *b) {
    size_t looked = 0;
    for (size_t e = 0; e < f->page->elem_count && looked < MOST_ELEMENTS && !f->failed; e++) {
        fc_date date;
        bool change;
        rank r = rank_of(f, (uint32_t)e);
        size_t block = f->page->elems[e].first_block, far = far_from_start(f, block);
        if (r > b->rank || r == NOT || (r == b->rank && far >= b->far)) continue;
        looked++;
        if (!element_date(f, (uint32_t)e, &date, &change)) continue;
        if (change) r = is_near(f, block) ? BY_CHANGE : BY_FAR_CHANGE;
        take(b, r, far, &date);
        if (!change) b->created = b->rank == BY_ITEMPROP && is_created(f, (uint32_t)e);
    }
}

/* Short texts about the headline, and the first words of longer ones. */
static void look_at_blocks(const fc_page *f, best *b) {
    const pg_page *page = f->page;
    size_t start = start_of(f);
    size_t from = start > BLOCKS_BEFORE ? start - BLOCKS_BEFORE : 0;
    for (size_t i = from; i < page->block_count && i <= start + BLOCKS_BEHIND && b->rank >= BY_TEXT; i++) {
        fc_date date;
        bool change, is_short = page->blocks[i].text.len <= DATE_BLOCK_BYTES;
        dh_view text = page->blocks[i].text;
        if (i == f->headline || page->blocks[i].kind == DH_KIND_QUOTE || (f->marks[page->blocks[i].elem] & FC_ASIDE)) continue;
        if (!is_short) text.len = LEAD_BYTES;
        if (!date_in(f, text, &date, &change)) continue;
        take(b, !is_short ? BY_LEAD : change ? BY_CHANGE : BY_TEXT, far_from_start(f, i), &date);
    }
}

/* A block that is a date and little else, if no other one of the page tells another date; one of a change, if there is none else. */
static void look_for_lone(const fc_page *f, best *b) {
    const pg_page *page = f->page;
    fc_date lone = {0}, date;
    bool any = false, change;
    for (size_t i = 0; i < page->block_count; i++) {
        dh_view text = page->blocks[i].text;
        if (text.len > LONE_BYTES || (f->marks[page->blocks[i].elem] & FC_ASIDE) || !date_in(f, text, &date, &change)) continue;
        if (change) take(b, BY_FAR_CHANGE, i, &date);
        if (change) continue;
        if (any && fc_date_compare(&lone, &date)) return;
        lone = date;
        any = true;
    }
    if (any) take(b, BY_LONE, 0, &lone);
}

static bool in_json_ld(const pg_page *page, const char *p) {
    for (size_t i = 0; i < page->script_count; i++) {
        dh_view body = pg_view(page, page->scripts[i].body);
        if (p >= body.ptr && p < body.ptr + body.len) return pg_is_json_ld(page, &page->scripts[i]);
    }
    return false;
}

/* Bytes of the name of a field at a 'P' or 'p' of "published", which may have "date" before it; 0 if it is none. */
static size_t state_name(dh_view v) {
    static const dh_view names[] = {DH_LIT("ublishedAt"), DH_LIT("ublished_at"), DH_LIT("ublishedDate"), DH_LIT("ublished_date"),
                                    DH_LIT("ublishDate"), DH_LIT("ublish_date"), DH_LIT("ublished")};
    for (size_t i = 0; i < DH_COUNT(names); i++)
        if (view_starts(v, names[i])) return names[i].len;
    return 0;
}

/* Behind what stands between the name of a field and its value, in JSON, in JSON within a string, and in an attribute. */
static dh_view behind_name(dh_view v) {
    static const dh_view quote = DH_LIT("&quot;");
    while (v.len) {
        size_t n = *v.ptr == '"' || *v.ptr == '\\' || *v.ptr == ':' || *v.ptr == ' ' ? 1 : view_starts(v, quote) ? quote.len : 0;
        if (!n) break;
        v = (dh_view){v.ptr + n, v.len - n};
    }
    return v;
}

/* What an application's state has under a name of publication: the first is the page's own. */
static void look_at_state(const fc_page *f, best *b) {
    const char *end = f->page->source.ptr + f->page->source.len;
    fc_date date;
    for (const char *p = f->page->source.ptr; (p = memmem(p, (size_t)(end - p), "ublish", 6)); p++) {
        size_t n = state_name((dh_view){p, (size_t)(end - p)});
        dh_view rest = behind_name((dh_view){p + n, (size_t)(end - p) - n});
        if (!n || rest.ptr == p + n || !rest.len || *rest.ptr < '1' || *rest.ptr > '2') continue;
        if (in_json_ld(f->page, p)) continue; /* it has been read, by what its objects are */
        if (rest.len > STATE_BYTES) rest.len = STATE_BYTES;
        if (!fc_date_field(rest, false, &date)) continue;
        take(b, BY_STATE, 0, &date);
        return;
    }
}

/* ---- both dates ---- */

static const char *origin_of(const best *b) {
    static const char *const names[] = {[BY_ITEMPROP] = "itemprop datePublished",
                                        [BY_PUBDATE] = "time pubdate",
                                        [BY_TIME] = "time element",
                                        [BY_NAME] = "element named for a date",
                                        [BY_TEXT] = "text beside the headline",
                                        [BY_LEAD] = "start of the text",
                                        [BY_CREATED] = "itemprop dateCreated",
                                        [BY_STATE] = "state of a script",
                                        [BY_LONE] = "the only date that stands alone",
                                        [BY_FAR_TIME] = "time element, not beside the headline",
                                        [BY_FAR_NAME] = "element named for a date, not beside the headline",
                                        [BY_CHANGE] = "text beside the headline, of a change",
                                        [BY_FAR_CHANGE] = "element of a change",
                                        [NOT] = ""};
    return b->created ? names[BY_CREATED] : names[b->rank];
}

static bool take_shown(const best *b, rank least, fc_date *date, const char **origin) {
    if (b->rank > least || b->rank == NOT) return false;
    *date = b->date;
    *origin = origin_of(b);
    return true;
}

/* A meta tag whose name speaks of a publication, whatever else it says. */
static bool take_named(const fc_page *f, fc_date *date, const char **origin) {
    for (size_t i = 0; i < f->meta_count; i++) {
        dh_view name = f->metas[i].name;
        if (f->metas[i].is_link || view_find_nocase(name, DH_VIEW("publish")) == name.len) continue;
        if (view_find_nocase(name, DH_VIEW("date")) == name.len && view_find_nocase(name, DH_VIEW("time")) == name.len) continue;
        if (!fc_date_field(f->metas[i].content, month_first(f), date)) continue;
        *origin = "meta named for a publication";
        return true;
    }
    return false;
}

/* What is shown beside the headline; false if nothing is. */
static bool find_shown(fc_page *f, best *b) {
    *b = (best){NOT, SIZE_MAX, {0}, false};
    look_at_elements(f, b);
    if (b->rank > BY_TEXT) look_at_blocks(f, b);
    return b->rank <= BY_TEXT;
}

/* True if a page says that it was changed before it was published: then the field has the day on which the site was built anew. */
static bool is_after_change(fc_page *f, const fc_date *date) {
    fc_date change;
    const char *origin;
    return take_field(f, changed, DH_COUNT(changed), &change, &origin) && fc_date_compare(date, &change) > 0;
}

/* The path of an address such as /2020/01/02/ is right more often than any field (0.97 of the annotated pages that have one); a field
 * of the same day knows the time too. A field in universal time is one day off where the site's own day is another: then what is
 * shown beside the headline counts, as it does where the field cannot be. */
static void settle_day(fc_page *f, fc_date *date, const char **origin) {
    fc_date shown;
    best b;
    if (fc_date_url(f->url, true, &shown)) {
        if (!fc_date_compare(date, &shown)) return;
        *date = shown;
        *origin = "address";
    } else if (is_after_change(f, date)) {
        if (!find_shown(f, &b) || fc_date_compare(&b.date, date) >= 0) return;
        *date = b.date;
        *origin = origin_of(&b);
    } else if (fc_date_is_universal(date) && find_shown(f, &b) && !b.date.time[0] && fc_date_is_next(date, &b.date)) {
        *date = b.date;
    }
}

static bool find_published(fc_page *f, fc_date *date, const char **origin) {
    best b = {NOT, SIZE_MAX, {0}, false};
    if (take_field(f, published, DH_COUNT(published), date, origin) || take_named(f, date, origin)) {
        settle_day(f, date, origin);
        return true;
    }
    look_at_elements(f, &b);
    if (take_shown(&b, BY_PUBDATE, date, origin)) return true;
    if (fc_date_url(f->url, false, date)) {
        *origin = "address";
        return true;
    }
    look_at_blocks(f, &b);
    if (take_shown(&b, BY_TEXT, date, origin) || take_field(f, dated, DH_COUNT(dated), date, origin)) return true;
    if (b.rank > BY_STATE) look_at_state(f, &b);
    if (b.rank > BY_LONE) look_for_lone(f, &b);
    return take_shown(&b, BY_CREATED, date, origin) || take_field(f, created, DH_COUNT(created), date, origin) ||
           take_shown(&b, BY_CHANGE, date, origin) || take_field(f, changed, DH_COUNT(changed), date, origin) || take_shown(&b, NOT, date, origin);
}

static void set_date(fc_page *f, fc_facts *out, dh_fact_kind kind, const fc_date *date, const char *origin) {
    char text[FC_DATE_BYTES];
    size_t len = fc_date_print(date, text);
    fc_set(out, kind, fc_print(f, "%.*s", (int)len, text), origin);
}

void fc_find_dates(fc_page *f, fc_facts *out) {
    fc_date date, change;
    const char *origin = "", *change_origin = "";
    bool is_changed = take_field(f, changed, DH_COUNT(changed), &change, &change_origin);
    if (is_changed) set_date(f, out, DH_FACT_MODIFIED, &change, change_origin);
    if (find_published(f, &date, &origin)) set_date(f, out, DH_FACT_DATE, &date, origin);
    else if (is_changed) set_date(f, out, DH_FACT_DATE, &change, change_origin);
}
