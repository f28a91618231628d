/* Picks the renderer of a format. */
#include "write/json.h"
#include "write/text.h"

dh_status wr_check(const dh_rendering *how, bool *with_facts, dh_error *err) {
    *with_facts = false;
    switch (how->format) {
    case DH_TO_TEXT: return DH_OK;
    case DH_TO_JSON:
    case DH_TO_JSONL: return wr_json_check(how, with_facts, err);
    }
    return err_set(err, DH_ERR_USAGE, 0, "format is none of dh_format");
}

dh_status wr_render(const wr_input *in, dh_buf *out) {
    switch (in->how->format) {
    case DH_TO_TEXT: return wr_text(in, out);
    case DH_TO_JSON:
    case DH_TO_JSONL: return wr_json(in, out);
    }
    return DH_ERR_USAGE;
}

dh_status wr_failure(const wr_input *in, dh_buf *out) {
    bool as_json = in->how->format == DH_TO_JSON || in->how->format == DH_TO_JSONL;
    return as_json ? wr_json(in, out) : DH_OK;
}
