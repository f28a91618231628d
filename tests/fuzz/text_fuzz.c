/* Fuzzes text mode: the lines are the text, what is printed is the kept lines byte for byte, and printing that again
 * changes nothing. The first byte chooses the focus. */
#include "fuzz.h"

#include "judge/judge.h"
#include "page/page.h"
#include "write/text.h"

static bool ends_in_cr(dh_view v) { return v.len && !memchr(v.ptr, '\n', v.len) && memchr(v.ptr, '\r', v.len); }

/* Lines and line ends, one after the other, are the whole text. */
static void check_lines(const pg_page *p) {
    size_t at = 0;
    for (size_t i = 0; i < p->block_count; i++) {
        const pg_block *b = &p->blocks[i];
        MUST(b->begin == at && b->end >= b->begin && b->text.len == b->end - b->begin);
        MUST(b->text.ptr == p->source.ptr + b->begin && b->eol <= 2);
        MUST(b->eol || i + 1 == p->block_count);
        at = b->end + b->eol;
    }
    MUST(at == p->source.len);
}

static void check_verdicts(const pg_page *p, const jd_verdict *verdicts, dh_view out) {
    size_t at = 0;
    for (size_t i = 0; i < p->block_count; i++) {
        const pg_block *b = &p->blocks[i];
        MUST(verdicts[i].reason && verdicts[i].score >= 0 && verdicts[i].score <= 1);
        if (!verdicts[i].keep) continue;
        size_t len = b->end + b->eol - b->begin;
        MUST(len <= out.len - at && !memcmp(out.ptr + at, p->source.ptr + b->begin, len));
        at += len;
    }
    MUST(at == out.len);
}

/* Cleans source into *out, which is empty. */
static void clean(const jd_models *models, dh_view source, bool eol_cr, dh_focus focus, dh_buf *out) {
    dh_options opt = dh_options_default();
    dh_arena arena;
    pg_page page;
    jd_verdict *verdicts;
    opt.focus = focus;
    arena_init(&arena, 0);
    MUST(!pg_from_text(&arena, source, eol_cr, &page, NULL));
    check_lines(&page);
    MUST(!jd_text(&arena, models, &page, &opt, &verdicts, NULL));
    MUST(!wr_text(&(wr_input){.page = &page, .verdicts = verdicts}, out));
    check_verdicts(&page, verdicts, dh_buf_view(out));
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    dh_buf once, twice;
    jd_models models;
    if (!size) return 0;
    MUST(!jd_models_new(&models, NULL));
    char *copy = fuzz_copy_utf8(data + 1, size - 1);
    dh_view source = {copy, size - 1};
    bool cr = ends_in_cr(source);
    dh_buf_init(&once, 0);
    dh_buf_init(&twice, 0);
    clean(&models, source, cr, (dh_focus)(data[0] % 3), &once);
    char *again = fuzz_copy(once.ptr, once.len);
    clean(&models, (dh_view){again, once.len}, cr, (dh_focus)(data[0] % 3), &twice);
    MUST(view_is(dh_buf_view(&once), dh_buf_view(&twice)));
    dh_buf_clear(&once);
    dh_buf_clear(&twice);
    jd_models_clear(&models);
    free(again);
    free(copy);
    return 0;
}
