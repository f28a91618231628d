/* The public side of a page's facts: found when they are asked for, in an arena of their own. */
#include "pipeline.h"

#include <stdlib.h>

dh_status dh_facts_new(const dh_page *page, dh_facts **out, dh_error *err) {
    dh_facts *facts = malloc(sizeof *facts);
    if (!facts) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    arena_init(&facts->arena, page->max_memory);
    fc_input in = {.page = &page->markup,
                   .verdicts = page->markup_verdicts,
                   .shown = &page->page,
                   .shown_verdicts = page->verdicts,
                   .url = page->url,
                   .type = dh_page_type(page, NULL)};
    dh_status st = fc_read(&facts->arena, &in, &facts->found, err);
    if (st) dh_facts_free(facts);
    else *out = facts;
    return st;
}

bool dh_facts_get(const dh_facts *facts, dh_fact_kind kind, size_t i, dh_fact *out) {
    if ((unsigned)kind >= DH_FACT_COUNT) return false;
    size_t count = kind == DH_FACT_AUTHOR ? facts->found.author_count : facts->found.one[kind].value.len > 0;
    if (i >= count) return false;
    *out = kind == DH_FACT_AUTHOR ? facts->found.authors[i] : facts->found.one[kind];
    return true;
}

const char *dh_fact_name(dh_fact_kind kind) {
    static const char *const names[DH_FACT_COUNT] = {
        [DH_FACT_TITLE] = "title",       [DH_FACT_AUTHOR] = "author",           [DH_FACT_DATE] = "date",
        [DH_FACT_MODIFIED] = "modified", [DH_FACT_SITE_NAME] = "site_name",     [DH_FACT_LANGUAGE] = "language",
        [DH_FACT_DESCRIPTION] = "description", [DH_FACT_IMAGE] = "image",       [DH_FACT_LICENCE] = "licence",
        [DH_FACT_CANONICAL_URL] = "canonical_url", [DH_FACT_URL] = "url"};
    return (unsigned)kind < DH_FACT_COUNT ? names[kind] : "unknown";
}

void dh_facts_free(dh_facts *facts) {
    if (!facts) return;
    arena_clear(&facts->arena);
    free(facts);
}
