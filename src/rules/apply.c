/* What a user's rules found wins over the judge. */
#include "rules/rules.h"

/* Takes bytes out of a block's text, with the white space on one side; its links move along. */
static void cut_out(pg_page *page, pg_block *b, uint32_t begin, uint32_t end) {
    char *text = (char *)(uintptr_t)page->text.ptr; /* the arena's, made for this page */
    uint32_t block_end = b->text_begin + (uint32_t)b->text.len;
    while (end < block_end && text[end] == ' ' && (begin == b->text_begin || text[begin - 1] == ' ')) end++;
    memmove(text + begin, text + end, block_end - end);
    b->text.len -= end - begin;
    for (uint32_t i = 0; i < b->link_count; i++) {
        uint32_t *const places[] = {&page->links[b->first_link + i].begin, &page->links[b->first_link + i].end};
        for (size_t k = 0; k < DH_COUNT(places); k++)
            if (*places[k] > begin) *places[k] = *places[k] < end ? begin : *places[k] - (end - begin);
    }
}

static void settle_block(pg_page *page, pg_block *b) {
    while (b->text.len && b->text.ptr[b->text.len - 1] == ' ') b->text.len--;
    uint32_t end = b->text_begin + (uint32_t)b->text.len;
    b->link_bytes = 0;
    for (uint32_t i = 0; i < b->link_count; i++) {
        pg_link *l = &page->links[b->first_link + i];
        if (l->end > end) l->end = end;
        if (l->begin > l->end) l->begin = l->end;
        b->link_bytes += l->end - l->begin;
    }
}

static void cut_block(const ru_found *found, pg_page *page, pg_block *b, size_t first, size_t last) {
    uint32_t begin = b->text_begin, end = begin + (uint32_t)b->text.len;
    for (size_t k = last; k > first; k--) { /* from the end, so that places before a cut stay true */
        uint32_t from = found->cuts[k - 1].begin, to = from + found->cuts[k - 1].len;
        cut_out(page, b, from > begin ? from : begin, to < end ? to : end);
    }
    settle_block(page, b);
}

static void cut_all(const ru_found *found, pg_page *page) {
    size_t first = 0;
    for (size_t i = 0; i < page->block_count; i++) {
        pg_block *b = &page->blocks[i];
        size_t last = ru_cuts_of(found, b, &first);
        if (last > first && !(found->marks[i] & RU_STRIPPED)) cut_block(found, page, b, first, last);
    }
}

static void settle(jd_verdict *v, bool keep, const char *reason) {
    v->keep = keep;
    v->reason = reason;
}

void ru_apply(const ru_found *found, pg_page *page, jd_verdict *verdicts) {
    if (!found->marks) return;
    cut_all(found, page);
    for (size_t i = 0; i < page->block_count; i++) {
        uint8_t marks = found->marks[i];
        jd_verdict *v = &verdicts[i];
        bool hidden = page->is_html && page->elems[page->blocks[i].elem].flags & PG_IS_HIDDEN;
        if (found->has_body && !(marks & RU_IN_BODY)) settle(v, false, "rule: outside of the body");
        else if (marks & RU_IN_BODY && !v->headline && !hidden) settle(v, true, "rule: body");
        if (marks & RU_STRIPPED) settle(v, false, "rule: strip");
        if (marks & RU_KEPT) settle(v, true, "rule: keep");
    }
}
