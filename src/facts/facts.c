/* All facts of a page. */
#include "facts/facts.h"

#include "facts/finders.h"

/* A text has an address and a language. */
static void find_all(fc_page *f, fc_facts *out) {
    fc_find_about(f, out);
    fc_find_language(f, out);
    if (!f->page->is_html) return;
    fc_find_title(f, out);
    fc_find_authors(f, out);
    fc_find_dates(f, out);
}

dh_status fc_read(dh_arena *arena, const fc_input *in, fc_facts *out, dh_error *err) {
    fc_page f;
    *out = (fc_facts){.author_count = 0};
    for (size_t i = 0; i < DH_FACT_COUNT; i++) out->one[i] = (dh_fact){{"", 0}, ""};
    fc_open(&f, arena, in);
    if (!f.failed) find_all(&f, out);
    return f.failed ? arena_error(arena, err) : DH_OK;
}
