/* Writes front matter. Every value is in double quotes: a title may read "no", "1.0" or "a: b", and means none of it. */
#include "write/front_matter.h"

/* A double-quoted scalar (YAML 1.2, 7.3.1). */
static void put_scalar(wr_out *o, dh_view v) {
    WR_PUT(o, "\"");
    for (const char *p = v.ptr, *end = p + v.len; p < end && !o->status;) {
        size_t len;
        uint32_t c = utf8_decode(p, end, &len);
        bool unseen = c < ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
        if (c == '"' || c == '\\') wr_put_char(o, '\\');
        if (unseen) o->status = buf_printf(o->buf, "\\u%04X", (unsigned)c);
        else wr_put(o, (dh_view){p, len});
        p += len;
    }
    WR_PUT(o, "\"");
}

void wr_front_matter(wr_out *o, const fc_facts *facts) {
    WR_PUT(o, "---\n");
    for (int kind = 0; kind < DH_FACT_COUNT; kind++) {
        if (kind == DH_FACT_AUTHOR ? !facts->author_count : !facts->one[kind].value.len) continue;
        wr_put(o, view_of(kind == DH_FACT_AUTHOR ? "authors" : dh_fact_name((dh_fact_kind)kind)));
        WR_PUT(o, ":");
        for (size_t i = 0; kind == DH_FACT_AUTHOR && i < facts->author_count; i++) {
            WR_PUT(o, "\n  - ");
            put_scalar(o, facts->authors[i].value);
        }
        if (kind != DH_FACT_AUTHOR) {
            WR_PUT(o, " ");
            put_scalar(o, facts->one[kind].value);
        }
        WR_PUT(o, "\n");
    }
    WR_PUT(o, "---");
}
