/* Finds the headline: the first heading that the page's own title repeats, else the only h1. */
#include "judge/headline.h"

#include "judge/fold.h"

/* Titles are compared folded; what is longer is no title. */
#define TITLE_BYTES 512

typedef struct {
    char text[TITLE_BYTES];
    size_t len;
} folded;

static void fold(dh_view v, folded *out) {
    if (v.len > TITLE_BYTES / 2) v.len = TITLE_BYTES / 2;
    out->len = jd_fold(v, out->text, sizeof out->text);
}

/* How much of a folded title a folded block repeats at word edges, 0 if it does not stand in it or is a mere word of it.
 * The start of a title counts more: at its end stands the site's name. */
static size_t repeats(const folded *title, const folded *block) {
    if (!title->len || !block->len || block->len > title->len) return 0;
    if (block->len * 4 < title->len || block->len < 4) return 0;
    const char *at = memmem(title->text, title->len, block->text, block->len);
    if (!at) return 0;
    const char *end = at + block->len, *title_end = title->text + title->len;
    if ((at > title->text && at[-1] != ' ') || (end < title_end && *end != ' ')) return 0;
    return at == title->text ? block->len * 4 : block->len;
}

static dh_view og_title(const pg_page *page) {
    static const dh_view property = DH_LIT("property"), content = DH_LIT("content"), og = DH_LIT("og:title");
    for (size_t i = 0; i < page->meta_count; i++) {
        dh_view attrs = pg_view(page, page->metas[i].attrs), value;
        if (!pg_attr(attrs, property, &value) || !view_is_nocase(value, og)) continue;
        if (pg_attr(attrs, content, &value)) return value;
    }
    return (dh_view){"", 0};
}

/* The headline among the headings whose elements have none of these flags. */
static size_t find(const pg_page *page, const folded titles[2], uint8_t without) {
    folded block;
    size_t none = page->block_count, only_h1 = none, h1_count = 0, best = none, most = 0;
    for (size_t i = 0; i < none; i++) {
        const pg_block *b = &page->blocks[i];
        if (b->kind != DH_KIND_HEADING || b->level > 3) continue;
        if (page->elems[b->elem].flags & without) continue;
        fold(b->text, &block);
        size_t first = repeats(&titles[0], &block), second = repeats(&titles[1], &block);
        size_t much = first > second ? first : second;
        if (much > most) {
            most = much;
            best = i;
        }
        if (b->level == 1 && !h1_count++) only_h1 = i;
    }
    if (best < none) return best;
    return h1_count == 1 ? only_h1 : none;
}

size_t jd_headline(const pg_page *page) {
    folded titles[2];
    fold(page->title, &titles[0]);
    fold(og_title(page), &titles[1]);
    size_t found = find(page, titles, PG_IS_HIDDEN | PG_IN_NOSCRIPT);
    /* An article that stands in noscript has its headline there. */
    return found < page->block_count ? found : find(page, titles, PG_IS_HIDDEN);
}
