/* The public side of output: gathers what a format needs of a page, and has the messages of what goes wrong. */
#include "pipeline.h"
#include "write/json.h"
#include "write/write.h"

/* Words for what a renderer came to. */
static dh_status render_error(dh_status st, const dh_buf *out, dh_error *err) {
    if (st == DH_ERR_NOMEM) return err_set(err, st, 0, "out of memory");
    if (st == DH_ERR_LIMIT) return err_set(err, st, 0, "the result is larger than %zu bytes", out->max);
    if (st == DH_ERR_USAGE) return err_set(err, st, 0, "format is none of dh_format");
    return st;
}

static wr_input input_of(const dh_page *page, const dh_rendering *how) {
    wr_input in = {.how = how,
                   .page = &page->page,
                   .markup = &page->markup,
                   .url = {page->url, page->url ? strlen(page->url) : 0}, /* a copy of ours, which ends in NUL */
                   .verdicts = page->verdicts,
                   .base = page->base,
                   .type = dh_page_type(page, NULL),
                   .confidence = dh_page_confidence(page),
                   .status = dh_outcome_name(dh_page_outcome(page, NULL))};
    if (page->embedded.html.len) in.embedded = &page->embedded;
    bool titled = how->format == DH_TO_MARKDOWN || how->format == DH_TO_HTML || how->format == DH_TO_XML;
    if (page->page.is_html && (page->title == DH_TITLE_YES || (page->title == DH_TITLE_AUTO && titled))) in.title = dh_page_title(page);
    return in;
}

dh_status dh_page_render_as(const dh_page *page, const dh_rendering *how, dh_buf *out, dh_error *err) {
    static const dh_rendering as_text = {.format = DH_TO_TEXT};
    dh_facts *facts = NULL;
    if (!how) how = &as_text;
    wr_input in = input_of(page, how);
    bool with_facts;
    dh_status st = wr_check(how, &with_facts, err);
    if (!st && with_facts) st = dh_facts_new(page, &facts, err);
    if (st) return st;
    if (facts) in.facts = &facts->found;
    st = render_error(wr_render(&in, out), out, err);
    dh_facts_free(facts);
    return st;
}

dh_status dh_page_render(const dh_page *page, dh_format format, dh_buf *out, dh_error *err) {
    return dh_page_render_as(page, &(dh_rendering){.format = format}, out, err);
}

dh_status dh_failure_render(const dh_rendering *how, const char *why, dh_buf *out, dh_error *err) {
    bool with_facts;
    const wr_input in = {.how = how, .type = DH_TYPE_UNKNOWN, .status = "error", .error = why};
    dh_status st = wr_check(how, &with_facts, err);
    if (st) return st;
    return render_error(wr_failure(&in, out), out, err);
}
