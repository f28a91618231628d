/* Decodes attributes and makes addresses absolute. What is no address of the web or of mail does not pass: a renderer never writes
 * one that wr_address() has not made. */
#include "write/address.h"

#include "base/url.h"
#include "judge/page_facts.h"
#include "page/entity.h"
#include "page/links.h"

bool wr_attr(const pg_page *page, uint32_t elem, dh_view name, dh_view *raw) {
    uint32_t start = page->elems[elem].start;
    return start != PG_NONE && pg_attr(pg_view(page, page->starts[start].attrs), name, raw);
}

dh_status wr_attr_text(dh_view raw, dh_buf *out) {
    char decoded[ENTITY_MAX_BYTES];
    dh_status st = DH_OK;
    bool space = false;
    out->len = 0;
    for (const char *p = raw.ptr, *end = p + raw.len; !st && p < end;) {
        size_t out_len = 1, n = entity_decode_attr(p, end, decoded, &out_len);
        dh_view c = n ? (dh_view){decoded, out_len} : (dh_view){p, 1};
        p += n ? n : 1;
        if (!c.len) continue;
        if ((unsigned char)*c.ptr <= ' ' || *c.ptr == 0x7f) {
            space |= ascii_space(*c.ptr);
            continue;
        }
        if (space && out->len) st = buf_append_char(out, ' ');
        space = false;
        if (!st) st = buf_append_view(out, c);
    }
    return st;
}

/* True for bytes that end an address in Markdown or markup, or are not seen. Those of other scripts stay: they are read. */
static bool is_unsafe(unsigned char c) { return c <= ' ' || c == 0x7f || strchr("\"()<>\\^`{|}", c); }

dh_status wr_safe(dh_view url, bool mail, dh_buf *out) {
    dh_status st = DH_OK;
    out->len = 0;
    if (!url_is_http(url) && !(mail && view_starts_nocase(url, DH_VIEW("mailto:")))) return DH_OK;
    for (size_t i = 0; !st && i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];
        st = is_unsafe(c) ? buf_printf(out, "%%%02X", c) : buf_append_char(out, (char)c);
    }
    return st;
}

dh_status wr_address(dh_view base, dh_view raw, bool mail, dh_buf *out) {
    dh_buf text, whole;
    out->len = 0;
    if (!raw.len || raw.len > URL_MAX_BYTES) return DH_OK;
    dh_buf_init(&text, 0);
    dh_buf_init(&whole, 0);
    dh_status st = wr_attr_text(raw, &text);
    if (!st && text.len) st = url_resolve(base, dh_buf_view(&text), &whole);
    if (!st) st = wr_safe(dh_buf_view(&whole), mail, out);
    dh_buf_clear(&text);
    dh_buf_clear(&whole);
    return st == DH_ERR_NOMEM ? st : DH_OK; /* what is no address, or too long, is none */
}

dh_status wr_base(const wr_input *in, dh_buf *out) {
    dh_buf element;
    dh_status st = in->url.len ? wr_safe(in->url, false, out) : wr_address(DH_VIEW(""), jd_canonical(in->markup), false, out);
    dh_buf_init(&element, 0);
    if (!st) st = wr_address(dh_buf_view(out), pg_base(in->markup), false, &element);
    if (!st && element.len) {
        out->len = 0;
        st = buf_append_view(out, dh_buf_view(&element));
    }
    dh_buf_clear(&element);
    return st;
}
