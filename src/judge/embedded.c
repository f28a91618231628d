/* Verdicts on text that stands outside of the markup: whoever filled the page's data in said what is text, so that all of it
 * stays but furniture wording and what is hidden. */
#include "judge/judge.h"
#include "judge/rules.h"

static const char *const reasons[PG_FROM_COUNT] = {[PG_FROM_JSON_LD] = "json-ld",
                                                   [PG_FROM_STATE] = "state of a script",
                                                   [PG_FROM_TEMPLATE] = "template",
                                                   [PG_FROM_ATTRIBUTE] = "attribute"};

dh_status jd_embedded(dh_arena *arena, const pg_page *page, pg_embedded_from from, jd_verdict **out, dh_error *err) {
    jd_verdict *verdicts = *out ? *out : arena_calloc(arena, page->block_count + 1, sizeof *verdicts);
    if (!verdicts) return arena_error(arena, err);
    for (size_t i = 0; i < page->block_count; i++) {
        if (*out && !verdicts[i].keep) continue;
        const pg_block *b = &page->blocks[i];
        jd_hits hits;
        jd_phrase_match(b->text, &hits);
        const char *furniture = jd_phrase_reason(&hits);
        if (page->elems[b->elem].flags & PG_IS_HIDDEN) furniture = "hidden element";
        verdicts[i] = (jd_verdict){.score = furniture ? 0 : 1, .keep = !furniture, .reason = furniture ? furniture : reasons[from]};
    }
    *out = verdicts;
    return DH_OK;
}
