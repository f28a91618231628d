/* Picks the renderer of a format. */
#include "write/doc.h"
#include "write/html.h"
#include "write/json.h"
#include "write/markdown.h"
#include "write/tei.h"
#include "write/text.h"

bool wr_wants_links(const wr_input *in) {
    switch (in->how->links) {
    case DH_LINKS_AUTO: break;
    case DH_LINKS_YES: return true;
    case DH_LINKS_NO: return false;
    }
    return in->how->format != DH_TO_MARKDOWN;
}

dh_status wr_check(const dh_rendering *how, bool *with_facts, dh_error *err) {
    *with_facts = false;
    switch (how->format) {
    case DH_TO_TEXT: return DH_OK;
    case DH_TO_JSON:
    case DH_TO_JSONL: return wr_json_check(how, with_facts, err);
    case DH_TO_MARKDOWN: *with_facts = how->front_matter; return DH_OK;
    case DH_TO_HTML:
    case DH_TO_XML: *with_facts = true; return DH_OK;
    }
    return err_set(err, DH_ERR_USAGE, 0, "format is none of dh_format");
}

dh_status wr_render(const wr_input *in, dh_buf *out) {
    switch (in->how->format) {
    case DH_TO_TEXT: return wr_text(in, out);
    case DH_TO_JSON:
    case DH_TO_JSONL: return wr_json(in, out);
    case DH_TO_MARKDOWN: return wr_markdown(in, out);
    case DH_TO_HTML: return wr_html(in, out);
    case DH_TO_XML: return wr_tei(in, out);
    }
    return DH_ERR_USAGE;
}

dh_status wr_failure(const wr_input *in, dh_buf *out) {
    bool as_json = in->how->format == DH_TO_JSON || in->how->format == DH_TO_JSONL;
    return as_json ? wr_json(in, out) : DH_OK;
}
