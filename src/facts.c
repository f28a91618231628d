/* The public side of a page's facts: found when they are asked for, in an arena of their own. */
#include "base/clean.h"
#include "base/compose.h"
#include "facts/date_text.h"
#include "pipeline.h"

#include <stdlib.h>

/* What a user's rules found takes the place of what was found without them. A date that is none stays out. */
static dh_status take_ruled(const ru_found *ruled, dh_facts *facts, dh_error *err) {
    static const char origin[] = "rule";
    fc_facts *found = &facts->found;
    fc_date date;
    if (ruled->title.len) found->one[DH_FACT_TITLE] = (dh_fact){ruled->title, origin};
    if (ruled->author_count) found->author_count = 0;
    for (size_t i = 0; i < ruled->author_count; i++) found->authors[found->author_count++] = (dh_fact){ruled->authors[i], origin};
    if (ruled->author_count) found->one[DH_FACT_AUTHOR] = found->authors[0];
    if (!ruled->date.len || !fc_date_field(ruled->date, false, &date)) return DH_OK;
    char *text = arena_alloc(&facts->arena, FC_DATE_BYTES);
    if (!text) return arena_error(&facts->arena, err);
    found->one[DH_FACT_DATE] = (dh_fact){{text, fc_date_print(&date, text)}, origin};
    return DH_OK;
}

/* A value as the texts of the page's blocks are. */
static dh_status tidy(const dh_page *page, dh_arena *arena, dh_view *value, dh_error *err) {
    dh_buf clean, composed;
    dh_buf_init(&clean, page->max_memory);
    dh_buf_init(&composed, page->max_memory);
    dh_status st = page->clean ? clean_append(&clean, *value) : buf_append_view(&clean, *value);
    if (!st && page->nfc) st = compose_append(&composed, dh_buf_view(&clean));
    dh_view v = dh_buf_view(page->nfc ? &composed : &clean);
    if (st) err_set(err, st, 0, "out of memory");
    else if (!view_is(v, *value)) {
        char *copy = arena_alloc(arena, v.len + 1);
        if (copy) *value = (dh_view){v.len ? memcpy(copy, v.ptr, v.len) : copy, v.len};
        else st = arena_error(arena, err);
    }
    dh_buf_clear(&clean);
    dh_buf_clear(&composed);
    return st;
}

static dh_status tidy_all(const dh_page *page, dh_facts *facts, dh_error *err) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < DH_FACT_COUNT; i++) st = tidy(page, &facts->arena, &facts->found.one[i].value, err);
    for (size_t i = 0; !st && i < facts->found.author_count; i++) st = tidy(page, &facts->arena, &facts->found.authors[i].value, err);
    return st;
}

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
    if (!st) st = take_ruled(&page->ruled, facts, err);
    if (!st && page->page.is_html) st = tidy_all(page, facts, err);
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
