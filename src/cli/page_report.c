/* The report of --report. Filters are radio buttons that style rules look at (:has), so that it works without a script; all that comes from a
 * page is escaped. */
#include "page_report.h"

#include "batch/source.h"
#include "markup.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Of several reports, and pages, in one file each section is by itself: the rules speak of what is in it. */
static const char head[] = MARKUP_HEAD("dehusk: report")
    "fieldset{border:1px solid var(--line);margin:1rem 0}label{display:inline-block;margin-right:1rem}\n"
    "ol{list-style:none;padding:0}li{border-left:.3rem solid var(--keep);padding:.1rem 0 .1rem .8rem;margin:.6rem 0}li.drop{border-color:var(--drop)}\n"
    ".about{font-size:.85rem;color:var(--soft)}.about b{color:var(--keep)}.drop .about b{color:var(--drop)}\n"
    "li p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}li.drop p{text-decoration:line-through;text-decoration-thickness:1px}\n"
    "section:has(.only-keep:checked) li.drop,section:has(.only-drop:checked) li.keep{display:none}\n";


dh_status page_report_open(page_report *r, const char *path, dh_error *err) {
    *r = (page_report){.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666), .name = path};
    dh_buf_init(&r->html, 0);
    if (r->fd < 0) return err_system(err);
    dh_status st = buf_append_view(&r->html, (dh_view){head, sizeof head - 1});
    for (int i = 0; !st && i < PAGE_REPORT_REASONS; i++) st = buf_printf(&r->html, "section:has(.only-%d:checked) li:not(.r%d){display:none}\n", i, i);
    if (!st) st = buf_append_view(&r->html, DH_VIEW(MARKUP_BODY("What was kept, and why")));
    return st ? err_set(err, st, 0, "out of memory") : source_write_all(r->fd, dh_buf_view(&r->html), NULL, err);
}

static const char *kind_name(dh_kind kind) {
    switch (kind) {
    case DH_KIND_PARAGRAPH: return "paragraph";
    case DH_KIND_HEADING: return "heading";
    case DH_KIND_LIST_ITEM: return "list item";
    case DH_KIND_ROW: return "row of a table";
    case DH_KIND_CODE: return "code";
    case DH_KIND_QUOTE: return "quote";
    case DH_KIND_CAPTION: return "caption";
    case DH_KIND_LINE: return "line";
    }
    return "block";
}

/* ---- reasons ---- */

typedef struct {
    const char *at[PAGE_REPORT_REASONS];
    size_t blocks[PAGE_REPORT_REASONS], count;
    size_t kept, dropped;
} reasons;

/* Index of a reason; the last one stands for all that there was no room for. */
static size_t index_of(reasons *all, const char *reason) {
    size_t i = 0;
    while (i < all->count && strcmp(all->at[i], reason) != 0) i++;
    if (i < all->count) return i;
    if (all->count == PAGE_REPORT_REASONS) return PAGE_REPORT_REASONS - 1;
    all->at[all->count++] = i == PAGE_REPORT_REASONS - 1 ? "other reasons" : reason;
    return i;
}

static bool is_blank(const dh_block *b) { return view_is_blank(b->text); }

static void count_reasons(const dh_page *page, reasons *all) {
    dh_block b;
    for (size_t i = 0; dh_page_block(page, i, &b); i++) {
        if (is_blank(&b)) continue;
        all->blocks[index_of(all, b.reason)]++;
        if (b.keep) all->kept++;
        else all->dropped++;
    }
}

/* ---- parts of a page ---- */

static dh_status put_button(const page_report *r, const char *pick, bool checked, const char *words, size_t count, dh_buf *out) {
    dh_status st = buf_printf(out, "<label><input type=\"radio\" name=\"show-%zu\" class=\"only-%s\"%s> ", r->pages, pick, checked ? " checked" : "");
    if (!st) st = markup_text(out, view_of(words));
    return st ? st : buf_printf(out, " (%zu)</label>\n", count);
}

static dh_status put_filter(const page_report *r, const reasons *all, dh_buf *out) {
    char pick[24];
    dh_status st = buf_printf(out, "<fieldset>\n<legend>Show</legend>\n");
    if (!st) st = put_button(r, "all", true, "all", all->kept + all->dropped, out);
    if (!st) st = put_button(r, "keep", false, "kept", all->kept, out);
    if (!st) st = put_button(r, "drop", false, "dropped", all->dropped, out);
    for (size_t i = 0; !st && i < all->count; i++) {
        snprintf(pick, sizeof pick, "%zu", i);
        st = put_button(r, pick, false, all->at[i], all->blocks[i], out);
    }
    return st ? st : buf_printf(out, "</fieldset>\n");
}

static dh_status put_facts(const dh_page *page, dh_buf *out, dh_error *err) {
    dh_facts *facts = NULL;
    dh_fact fact;
    dh_status st = dh_facts_new(page, &facts, err);
    if (st) return st;
    st = buf_printf(out, "<table>\n<caption class=\"from\">What is known, and where it was read</caption>\n");
    for (unsigned kind = 0; kind < DH_FACT_COUNT; kind++)
        for (size_t i = 0; !st && dh_facts_get(facts, (dh_fact_kind)kind, i, &fact); i++) {
            st = buf_printf(out, "<tr><th scope=\"row\">%s</th><td dir=\"auto\">", dh_fact_name((dh_fact_kind)kind));
            if (!st) st = markup_text(out, fact.value);
            if (!st) st = buf_printf(out, "</td><td class=\"from\">%s</td></tr>\n", fact.origin);
        }
    dh_facts_free(facts);
    return st ? st : buf_printf(out, "</table>\n");
}

static dh_status put_blocks(const dh_page *page, reasons *all, dh_buf *out) {
    dh_block b;
    dh_status st = buf_printf(out, "<ol>\n");
    for (size_t i = 0; !st && dh_page_block(page, i, &b); i++) {
        if (is_blank(&b)) continue;
        const char *word = b.keep ? "keep" : "drop";
        st = buf_printf(out, "<li class=\"%s r%zu\"><div class=\"about\"><b>%s</b> %.2f · %s · ", word, index_of(all, b.reason), word, b.score, kind_name(b.kind));
        if (!st) st = markup_text(out, view_of(b.reason));
        if (!st) st = buf_printf(out, " · bytes %zu to %zu</div><p dir=\"auto\">", b.begin, b.end);
        if (!st) st = markup_text(out, view_trim(b.text));
        if (!st) st = buf_printf(out, "</p></li>\n");
    }
    return st ? st : buf_printf(out, "</ol>\n");
}

static dh_status put_page(page_report *r, const dh_page *page, dh_view url, dh_buf *out, dh_error *err) {
    reasons all = {.count = 0};
    double sure;
    count_reasons(page, &all);
    r->pages++;
    dh_status st = buf_printf(out, "<section aria-labelledby=\"page-%zu\">\n<h2 id=\"page-%zu\">", r->pages, r->pages);
    if (!st) st = markup_text(out, url.len ? url : view_of(r->source ? r->source : "stdin"));
    if (!st) st = buf_printf(out, "</h2>\n<p>%s in %s: %zu of %zu kept, %zu words", dh_page_is_html(page) ? "HTML" : "Text", dh_page_charset(page), all.kept,
                             all.kept + all.dropped, dh_page_kept_words(page));
    if (!st && dh_page_is_html(page)) {
        const char *type = dh_type_name(dh_page_type(page, &sure));
        st = buf_printf(out, "; %s (%.2f), confidence %.2f", type, sure, dh_page_confidence(page));
    }
    if (!st) st = buf_printf(out, ".</p>\n");
    if (!st && dh_page_is_html(page)) st = put_facts(page, out, err);
    if (!st) st = put_filter(r, &all, out);
    if (!st) st = put_blocks(page, &all, out);
    return st ? st : buf_printf(out, "</section>\n");
}

dh_status page_report_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    page_report *r = user;
    dh_error why = {DH_OK, 0, "out of memory"};
    dh_status st = join_render(&r->inner, page, how, url, out, err);
    if (st) return st;
    r->html.len = 0;
    if ((st = put_page(r, page, url, &r->html, &why))) return err_set(err, st, 0, "its report: %s", why.msg);
    if (!source_write_all(r->fd, dh_buf_view(&r->html), NULL, &why)) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "%s: the report could not be written: %s", r->name, why.msg);
}

dh_status page_report_close(page_report *r, dh_error *err) {
    dh_buf_clear(&r->html);
    if (r->fd < 0) return DH_OK;
    dh_status st = source_write_all(r->fd, DH_VIEW(MARKUP_END), NULL, err);
    return close(r->fd) && !st ? err_system(err) : st;
}
