/* Comment threads are found by the names of their elements: a site that has comments has styled them. */
#include "judge/comments.h"

#include "judge/rules.h"

/* Surely the article's own, whatever the element around it is called. */
#define OWN_FROM 0.8f

static uint32_t kept_words(const jd_layout *l, const jd_verdict *verdicts, size_t from, size_t to) {
    uint32_t words = 0;
    for (size_t i = from; i < to; i++) words += verdicts[i].keep ? l->facts[i].stats.words : 0;
    return words;
}

static bool is_thread(const jd_layout *l, uint32_t e) {
    const pg_elem *x = &l->page->elems[e];
    bool named = (l->families[e] >> JD_W_COMMENT & 1) && !(l->families[e] >> JD_W_REVIEW & 1);
    return named && x->tag != PG_BODY && x->tag != PG_HTML && x->first_block < x->end_block;
}

/* In a form, or on a button: what a visitor could do. */
static bool is_control(const pg_page *page, size_t i, uint32_t thread) {
    for (uint32_t e = page->blocks[i].elem; e != thread && e != PG_NONE; e = page->elems[e].parent) {
        pg_tag tag = (pg_tag)page->elems[e].tag;
        if (tag == PG_FORM || tag == PG_BUTTON || tag == PG_LABEL) return true;
    }
    return false;
}

static void settle(const jd_layout *l, jd_verdict *v, size_t i, uint32_t thread, bool keep) {
    bool by_model = v->reason[0] == 'm';
    bool said = !jd_phrase_reason(&l->facts[i].hits) && !is_control(l->page, i, thread);
    if (!by_model) return;
    if (keep && said) {
        *v = (jd_verdict){.score = v->score, .keep = true, .part = DH_PART_COMMENTS, .reason = "comment"};
    } else if (keep || v->score < OWN_FROM) {
        v->keep = false;
        v->reason = "comments";
    }
}

void jd_comments(const jd_layout *l, jd_verdict *verdicts, bool keep) {
    const pg_page *page = l->page;
    uint32_t all = kept_words(l, verdicts, 0, page->block_count);
    for (uint32_t e = 0; e < page->elem_count; e++) {
        const pg_elem *x = &page->elems[e];
        if (!is_thread(l, e) || kept_words(l, verdicts, x->first_block, x->end_block) * 2 > all) continue;
        for (size_t i = x->first_block; i < x->end_block; i++) settle(l, &verdicts[i], i, e, keep);
        e = x->end_elem - 1;
    }
}
