/* The headline. A heading that the head repeats is it; else a lone heading that is like the head's title; else that title, without
 * the site's name. */
#include "facts/finders.h"
#include "judge/fold.h"

/* Longer headings are text. */
#define HEADING_BYTES 300
#define HEADINGS 24
#define CUTS 12
#define WORDS 48
/* A lone h1 that has fewer of its words (or of the title's, if these are fewer) in the head's title is a slogan or the name of a section.
 * wcxb: right 0.749 where any lone h1 is taken, 0.772 from half of the words on. */
#define ALIKE_PART 2
/* One of several must have three of five. */
#define ONE_OF_SEVERAL 3
#define OF_SEVERAL 5
/* Shorter headings of the second level repeat a part of a title by chance. */
#define SECOND_LEVEL_WORDS 3

/* A title with the places where it may be cut: at signs that stand between its parts. */
typedef struct {
    dh_view text;
    const char *origin;
    size_t begin[CUTS], end[CUTS];
    bool colon[CUTS]; /* cut at a colon, which is most often the author's own */
    size_t count;
} title;

typedef struct {
    dh_view text;
    unsigned level;
    uint64_t hash; /* folded */
} heading;

typedef struct {
    fc_page *page;
    title linked, og, head;
    heading headings[HEADINGS];
    size_t count;
} titles;

/* ---- titles in parts ---- */

/* Bytes of a sign that parts titles at p; *bare: it does so without spaces around it. */
static size_t sign_at(const char *p, const char *end, bool *bare) {
    static const struct {
        dh_view sign;
        bool bare;
    } signs[] = {{DH_LIT("|"), true},  {DH_LIT("\xc2\xbb"), true}, {DH_LIT("-"), false}, {DH_LIT("\xe2\x80\x93"), false},
                 {DH_LIT("\xe2\x80\x94"), false}, {DH_LIT("\xc2\xb7"), false}, {DH_LIT("\xe2\x80\xa2"), false}, {DH_LIT("\xc2\xab"), false},
                 {DH_LIT(":"), false}, {DH_LIT("~"), false}, {DH_LIT("/"), false}, {DH_LIT("\xe2\x80\xba"), false}, {DH_LIT(">"), false},
                 {DH_LIT("::"), false}};
    for (size_t i = 0; i < DH_COUNT(signs); i++) {
        *bare = signs[i].bare;
        if (view_starts((dh_view){p, (size_t)(end - p)}, signs[i].sign)) return signs[i].sign.len;
    }
    return 0;
}

static void cut(title *t) {
    const char *from = t->text.ptr, *end = from + t->text.len;
    for (const char *p = from + 1; p < end && t->count < CUTS;) {
        bool bare;
        size_t n = sign_at(p, end, &bare);
        bool colon = n == 1 && *p == ':';
        const char *q = p + n, *before = p;
        if (!n || (!bare && !(colon || p[-1] == ' ') ) || (!bare && (q >= end || *q != ' '))) {
            p++;
            continue;
        }
        while (q < end && (*q == ' ' || sign_at(q, end, &bare))) q += *q == ' ' ? 1 : sign_at(q, end, &bare);
        while (before > from && before[-1] == ' ') before--;
        if (before > from && q < end) {
            t->begin[t->count] = (size_t)(before - from);
            t->end[t->count] = (size_t)(q - from);
            t->colon[t->count++] = colon;
        }
        p = q;
    }
}

static title make_title(dh_view text, const char *origin) {
    title t = {.text = text, .origin = origin};
    if (text.len && text.len <= HEADING_BYTES) cut(&t);
    return t;
}

/* The text from part i to part k, of count + 1. */
static dh_view parts(const title *t, size_t i, size_t k) {
    size_t from = i ? t->end[i - 1] : 0, to = k < t->count ? t->begin[k] : t->text.len;
    return (dh_view){t->text.ptr + from, to - from};
}

static bool has_part(const title *t, uint64_t hash) {
    for (size_t i = 0; t->text.len && i <= t->count; i++)
        for (size_t k = i; k <= t->count; k++)
            if (jd_fold_hash(parts(t, i, k)) == hash) return true;
    return false;
}

/* True for pages that are called by the site's name and what it is about: "Harbourpost: boats and news". */
static bool is_of_site(const fc_page *f) {
    dh_type type = f->in->type;
    return type == DH_TYPE_SERVICE || type == DH_TYPE_LISTING || type == DH_TYPE_COLLECTION;
}

/* Without the parts at both ends that are the site's name. *cut: something went. */
static dh_view without_site(const fc_page *f, const title *t, bool *was_cut) {
    size_t i = 0, k = t->count;
    while (k > i && fc_is_site(f, parts(t, k, k))) k--;
    while (i < k && !(t->colon[i] && is_of_site(f)) && fc_is_site(f, parts(t, i, i))) i++;
    *was_cut = i || k < t->count;
    return parts(t, i, k);
}

/* The title without the site's name, up to a bar if there is one; if the name is not in it, up to the first sign that is no colon. */
static dh_view own_part(const fc_page *f, const title *t) {
    bool was_cut;
    dh_view own = without_site(f, t, &was_cut);
    for (size_t i = 0; !was_cut && i < t->count; i++)
        if (!t->colon[i]) return parts(t, 0, i);
    const char *bar = was_cut && own.len ? memchr(own.ptr, '|', own.len) : NULL; /* the way to the page */
    return bar && bar > own.ptr ? view_trim((dh_view){own.ptr, (size_t)(bar - own.ptr)}) : own;
}

/* ---- words ---- */

static size_t words_of(dh_view text, uint64_t words[WORDS]) {
    jd_fold_words w;
    size_t n = 0;
    jd_fold_begin(&w, text);
    while (n < WORDS && jd_fold_next(&w)) words[n++] = w.hash;
    return n;
}

/* How many words of the shorter of two texts are in the other one, *of how many. */
static size_t shared_words(dh_view a, dh_view b, size_t *of) {
    uint64_t x[WORDS], y[WORDS];
    size_t n = words_of(a, x), m = words_of(b, y), shared = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (x[i] == y[k]) {
                shared++;
                break;
            }
    *of = n < m ? n : m;
    return shared < *of ? shared : *of;
}

static size_t count_words(dh_view text) {
    uint64_t words[WORDS];
    return words_of(text, words);
}

/* ---- headings ---- */

/* Without the signs of a link to the heading itself. */
static dh_view without_anchor(dh_view v) {
    static const dh_view signs[] = {DH_LIT("\xc2\xb6"), DH_LIT("#"), DH_LIT("\xf0\x9f\x94\x97"), DH_LIT(" ")};
    for (size_t i = 0; i < DH_COUNT(signs);) {
        bool ends = v.len > signs[i].len && !memcmp(v.ptr + v.len - signs[i].len, signs[i].ptr, signs[i].len);
        if (ends) v.len -= signs[i].len;
        i = ends ? 0 : i + 1;
    }
    return v;
}

/* The texts of the blocks in an element, a blank between. */
static dh_view element_text(fc_page *f, const pg_elem *e) {
    const pg_block *blocks = f->page->blocks;
    if (e->end_block == e->first_block + 1) return blocks[e->first_block].text;
    dh_buf all;
    dh_view result = {"", 0};
    dh_buf_init(&all, HEADING_BYTES);
    for (uint32_t i = e->first_block; i < e->end_block; i++)
        if ((all.len && buf_append_char(&all, ' ')) || buf_append_view(&all, blocks[i].text)) {
            dh_buf_clear(&all); /* too long, or no memory: no title in either case */
            return result;
        }
    result = fc_copy(f, dh_buf_view(&all));
    dh_buf_clear(&all);
    return result;
}

/* True if the head's title is what a heading said and og:title, with a sign between: then that is the site's name. */
static bool is_beside_og(const titles *t, uint64_t said) {
    uint64_t og = jd_fold_hash(t->og.text);
    for (size_t i = 0; t->head.text.len && og && said != og && i < t->head.count; i++)
        if (jd_fold_hash(parts(&t->head, 0, i)) == said && jd_fold_hash(parts(&t->head, i + 1, t->head.count)) == og) return true;
    return false;
}

static void read_headings(titles *t) {
    fc_page *f = t->page;
    for (size_t i = 0; i < f->page->elem_count && t->count < HEADINGS; i++) {
        const pg_elem *e = &f->page->elems[i];
        if ((e->tag != PG_H1 && e->tag != PG_H2) || e->end_block == e->first_block) continue;
        if (e->flags & (PG_IS_HIDDEN | PG_IN_NOSCRIPT)) continue;
        dh_view text = without_anchor(element_text(f, e));
        uint64_t hash = jd_fold_hash(text);
        if (!hash || text.len > HEADING_BYTES || fc_is_site(f, text) || is_beside_og(t, hash)) continue;
        t->headings[t->count++] = (heading){text, e->tag == PG_H1 ? 1 : 2, hash};
    }
}

/* The longest heading of a level that is a part of the head's titles. */
static const heading *repeated(const titles *t, unsigned level) {
    const heading *best = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const heading *h = &t->headings[i];
        if (h->level != level || (best && h->text.len <= best->text.len)) continue;
        if (level > 1 && count_words(h->text) < SECOND_LEVEL_WORDS) continue;
        if (has_part(&t->head, h->hash) || has_part(&t->og, h->hash)) best = h;
    }
    return best;
}

static bool is_lone(const titles *t, const heading *h) {
    for (size_t i = 0; i < t->count; i++)
        if (t->headings[i].level == 1 && t->headings[i].hash != h->hash) return false;
    return true;
}

/* True if so many words of a heading, in parts, are in one of the head's titles. */
static bool is_alike(const titles *t, dh_view text, size_t part, size_t of) {
    size_t words, shared = shared_words(text, own_part(t->page, &t->head), &words);
    if (shared && shared * of >= words * part) return true;
    shared = shared_words(text, own_part(t->page, &t->og), &words);
    return shared && shared * of >= words * part;
}

/* True if a text is another with words before or behind it. */
static bool has_more(dh_view text, dh_view core) {
    char a[HEADING_BYTES * 2], b[HEADING_BYTES * 2];
    size_t n = jd_fold(text, a, sizeof a), m = jd_fold(core, b, sizeof b);
    if (!m || n <= m + 1) return false;
    return (!memcmp(a, b, m) && a[m] == ' ') || (!memcmp(a + n - m, b, m) && a[n - m - 1] == ' ');
}

/* An h1 that the head does not repeat, but is like: the only one, or the first of several. One that has words besides og:title ("Thread: ...",
 * a kicker, a day) is less of a headline than that: on multilingual 0.87 of the titles are right instead of 0.85. */
static const heading *alike(const titles *t) {
    dh_view og = own_part(t->page, &t->og);
    for (size_t i = 0; i < t->count; i++) {
        const heading *h = &t->headings[i];
        if (h->level != 1 || has_more(h->text, og)) continue;
        if (is_lone(t, h)) return is_alike(t, h->text, 1, ALIKE_PART) && t->page->in->type != DH_TYPE_SERVICE ? h : NULL;
        if (count_words(h->text) >= SECOND_LEVEL_WORDS && is_alike(t, h->text, ONE_OF_SEVERAL, OF_SEVERAL)) return h;
    }
    return NULL;
}

/* False for the headline of an object that neither a heading nor the head's titles have: a film on the page, a question that is answered there. */
static bool is_of_page(const titles *t) {
    uint64_t hash = jd_fold_hash(t->linked.text);
    for (size_t i = 0; i < t->count; i++)
        if (t->headings[i].hash == hash) return true;
    return (!t->og.text.len && !t->head.text.len) || is_alike(t, t->linked.text, 1, ALIKE_PART);
}

void fc_find_title(fc_page *f, fc_facts *out) {
    titles t = {.page = f};
    t.head = make_title(f->page->title, "title element");
    t.og = make_title(fc_text(f, fc_meta_raw(f, DH_VIEW("og:title"))), "meta og:title");
    t.linked = make_title(fc_json_text(f, f->linked.article.value[FC_LD_HEADLINE]), "JSON-LD headline");
    read_headings(&t);
    const heading *h = repeated(&t, 1);
    if (!h) h = alike(&t);
    if (!h) h = repeated(&t, 2);
    if (h) fc_set(out, DH_FACT_TITLE, h->text, h->level == 1 ? "h1" : "h2");
    if (t.linked.text.len && !is_of_page(&t)) t.linked.text.len = 0;
    const title *const all[] = {&t.linked, &t.og, &t.head};
    for (size_t i = 0; i < DH_COUNT(all); i++) {
        bool was_cut;
        if (!all[i]->text.len || fc_is_site(f, all[i]->text)) continue;
        fc_set(out, DH_FACT_TITLE, i ? own_part(f, all[i]) : without_site(f, all[i], &was_cut), all[i]->origin);
    }
    for (size_t i = 0; i < t.count; i++)
        if (t.headings[i].level == 1) fc_set(out, DH_FACT_TITLE, t.headings[i].text, "h1");
    fc_set(out, DH_FACT_TITLE, t.head.text, t.head.origin);
}
