/* The report of --explain. A line a block, in columns: verdict, score, bytes of the decoded input, kind, reason, first
 * words; behind a source lines that begin with "#": what is known about an HTML page and from where, then the figures. */
#include "explain.h"

#include "base/printable.h"

#include <stdio.h>

/* Of the first words: with the columns before them, most lines stay below 120. */
#define EXPLAIN_WORDS_COLUMNS 56
/* Of a fact; only descriptions and addresses are longer. */
#define EXPLAIN_FACT_COLUMNS 160

static const char *kind_name(dh_kind kind, int level) {
    static const char *const headings[] = {"h1", "h2", "h3", "h4", "h5", "h6"};
    switch (kind) {
    case DH_KIND_PARAGRAPH: return "paragraph";
    case DH_KIND_HEADING: return level >= 1 && level <= 6 ? headings[level - 1] : "heading";
    case DH_KIND_LIST_ITEM: return "item";
    case DH_KIND_ROW: return "row";
    case DH_KIND_CODE: return "code";
    case DH_KIND_QUOTE: return "quote";
    case DH_KIND_CAPTION: return "caption";
    case DH_KIND_LINE: return "line";
    }
    return "block";
}

static dh_status append_block(const explain *e, const dh_block *b, dh_buf *out) {
    char range[48];
    snprintf(range, sizeof range, "%zu-%zu", b->begin, b->end);
    dh_status st = buf_printf(out, "%s %.2f %15s %-9s %-26s ", b->keep ? "keep" : "drop", b->score, range,
                              kind_name(b->kind, b->level), b->reason);
    if (!st && e->whole)
        st = printable_append(out, b->text, 0);
    else if (!st)
        st = printable_append(out, view_trim(b->text), EXPLAIN_WORDS_COLUMNS);
    while (!st && out->ptr[out->len - 1] == ' ') out->len--; /* behind the reason of a blank line */
    return st ? st : buf_append_char(out, '\n');
}

static void note_page(explain *e, const dh_page *page) {
    e->pages++;
    e->words += dh_page_kept_words(page);
    e->is_html = dh_page_is_html(page);
    e->type = dh_page_type(page, &e->type_probability);
    e->confidence = dh_page_confidence(page);
    e->outcome = dh_page_outcome(page, &e->outcome_reason);
    snprintf(e->charset, sizeof e->charset, "%s", dh_page_charset(page));
}

/* A line a fact: what it is, its value, where that was read. */
static dh_status append_facts(const dh_page *page, dh_buf *out, dh_error *err) {
    dh_facts *facts = NULL;
    dh_fact fact;
    dh_status st = dh_facts_new(page, &facts, err);
    if (st) return st;
    for (unsigned kind = 0; kind < DH_FACT_COUNT; kind++)
        for (size_t i = 0; !st && dh_facts_get(facts, (dh_fact_kind)kind, i, &fact); i++) {
            st = buf_printf(out, "# %s: ", dh_fact_name((dh_fact_kind)kind));
            if (!st) st = printable_append(out, fact.value, EXPLAIN_FACT_COLUMNS);
            if (!st) st = buf_printf(out, " (%s)\n", fact.origin);
        }
    dh_facts_free(facts);
    return st;
}

dh_status explain_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    explain *e = user;
    dh_block b;
    dh_status st = DH_OK;
    if (e->json) return explain_json(page, how, out, err);
    for (size_t i = 0; !st && dh_page_block(page, i, &b); i++) {
        bool blank = !view_trim(b.text).len;
        if (!blank || e->whole) st = append_block(e, &b, out);
        e->blocks += !blank;
        e->kept += !blank && b.keep;
    }
    if (!st && dh_page_is_html(page)) st = append_facts(page, out, err);
    note_page(e, page);
    if (!st && (url.len || e->each_page)) st = explain_summary(e, url, out);
    if (st == DH_ERR_LIMIT)
        return err_set(err, st, 0, "its report is larger than the limit of %zu bytes (--max-memory)", out->max);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

dh_status explain_summary(explain *e, dh_view url, dh_buf *out) {
    if (!e->pages) return DH_OK;
    dh_view source = e->source ? (dh_view){e->source, strlen(e->source)} : (dh_view){"", 0};
    dh_status st = buf_append_view(out, DH_VIEW("# "));
    if (!st) st = printable_append(out, url.len ? url : source, 0);
    if (!st)
        st = buf_printf(out, "%s%s in %s: kept %zu of %zu %s, %zu words", url.len || source.len ? ": " : "",
                        e->is_html ? "HTML" : "text", e->charset, e->kept, e->blocks, e->is_html ? "blocks" : "lines",
                        e->words);
    if (!st && e->is_html)
        st = buf_printf(out, "; %s %.2f, confidence %.2f", dh_type_name(e->type), e->type_probability, e->confidence);
    if (!st && e->is_html && e->outcome != DH_OUTCOME_OK) st = buf_printf(out, "; %s", dh_outcome_name(e->outcome));
    if (!st && e->is_html && e->outcome_reason) st = buf_printf(out, " (%s)", e->outcome_reason);
    if (!st) st = buf_append_char(out, '\n');
    e->pages = e->blocks = e->kept = e->words = 0;
    return st;
}
