/* Fuzzes rules: any file of rules is read or refused with one clear message, and what is read does to any page, or text, no more than
 * it may. The input is a file of rules, a NUL, and a page. */
#include "fuzz.h"

#include "rules/rules.h"

static void check_links(const pg_page *page) {
    for (size_t i = 0; i < page->block_count; i++) {
        const pg_block *b = &page->blocks[i];
        MUST(utf8_valid_prefix(b->text) == b->text.len && b->link_bytes <= b->text.len);
        for (uint32_t k = 0; k < b->link_count; k++) {
            const pg_link *l = &page->links[b->first_link + k];
            MUST(l->begin <= l->end && l->begin >= b->text_begin && l->end <= b->text_begin + b->text.len);
        }
    }
}

static void find(const ru_set *set, dh_view text, bool is_html) {
    dh_arena arena;
    pg_page page;
    ru_found found;
    arena_init(&arena, (size_t)256 << 20);
    dh_status st = is_html ? pg_from_html(&arena, text, 64, true, &page, NULL) : pg_from_text(&arena, text, false, &page, NULL);
    if (!st && !ru_find(&arena, set, &page, DH_VIEW("https://www.example.org/a/b"), RU_ALL, &found, NULL)) {
        jd_verdict *verdicts = calloc(page.block_count + 1, sizeof *verdicts);
        MUST(verdicts);
        MUST(!ru_apply(&arena, &found, &page, verdicts, NULL));
        free(verdicts);
        if (is_html) check_links(&page);
        if (is_html) MUST(!pg_compose(&arena, &page, NULL));
        if (is_html) check_links(&page);
        MUST(utf8_valid_prefix(found.title) == found.title.len && utf8_valid_prefix(found.date) == found.date.len);
    }
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
    size_t len = nul ? (size_t)(nul - data) : size, rest = nul ? size - len - 1 : 0;
    char *rules = fuzz_copy(data, len), *page = fuzz_copy_utf8(nul ? nul + 1 : data, rest);
    ru_set set;
    dh_buf notes;
    dh_error err = {DH_OK, 0, ""};
    ru_init(&set);
    dh_buf_init(&notes, 0);
    dh_status st = ru_read(&set, (dh_view){rules, len}, "example.org", &notes, &err);
    if (st) MUST(err.code == st && err.msg[0] && !set.rule_count && !set.section_count);
    else find(&set, (dh_view){page, rest}, true), find(&set, (dh_view){page, rest}, false);
    dh_buf_clear(&notes);
    ru_clear(&set);
    free(rules);
    free(page);
    return 0;
}
