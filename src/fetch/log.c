/* Lines of the log (docs/fetching.md lists their fields). Writing them is left to the engine. */
#include "log.h"

#include <inttypes.h>

static dh_status append_string(dh_buf *out, dh_view v) {
    const char *p = v.ptr, *end = v.ptr + v.len;
    dh_status st = buf_append_char(out, '"');
    while (p < end && !st) {
        size_t len;
        char utf8[4];
        uint32_t c = utf8_decode(p, end, &len);
        if (c == '"' || c == '\\')
            st = buf_printf(out, "\\%c", (char)c);
        else if (c < 0x20 || c == 0x7f)
            st = buf_printf(out, "\\u%04x", c);
        else
            st = dh_buf_append(out, utf8, utf8_encode(c, utf8));
        p += len;
    }
    return st ? st : buf_append_char(out, '"');
}

static dh_status append_field(dh_buf *out, const char *name, dh_view v) {
    dh_status st = buf_printf(out, ",\"%s\":", name);
    return st ? st : append_string(out, v);
}

dh_status log_line(dh_buf *out, dh_view address, unsigned tries, const transfer_facts *f, const log_outcome *outcome) {
    const fetch_fault *fault = outcome->fault;
    dh_status st = buf_append_view(out, DH_VIEW("{\"address\":"));
    if (!st) st = append_string(out, address);
    if (!st && f->url.len) st = append_field(out, "url", f->url);
    if (!st)
        st = buf_printf(out, ",\"status\":%ld,\"bytes\":%zu,\"redirects\":%zu,\"tries\":%u", f->status, f->bytes,
                        f->redirects, tries);
    if (!st)
        st = buf_printf(out,
                        ",\"ms\":{\"dns\":%" PRId64 ",\"connect\":%" PRId64 ",\"tls\":%" PRId64 ",\"first\":%" PRId64
                        ",\"all\":%" PRId64 "}",
                        f->dns_ms, f->connect_ms, f->tls_ms, f->first_ms, f->ms);
    if (!st && fault) {
        const char *kind = fault_kind_name(fault->kind);
        st = append_field(out, "kind", (dh_view){kind, strlen(kind)});
    }
    if (!st && fault) st = append_field(out, "error", (dh_view){fault->text, strlen(fault->text)});
    if (!st && outcome->guide) st = buf_printf(out, ",\"found\":%zu", outcome->found);
    if (!st && outcome->left) st = buf_append_view(out, DH_VIEW(",\"left\":true"));
    if (!st && outcome->kept) st = buf_append_view(out, DH_VIEW(",\"kept\":true"));
    if (!st && outcome->shown) st = buf_append_view(out, DH_VIEW(",\"browser\":true"));
    return st ? st : buf_append_view(out, DH_VIEW("}\n"));
}
