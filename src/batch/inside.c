/* Paths within archives to paths of outputs, as list.c has it for folders; addresses are place.c's. */
#include "inside.h"

#include "naming.h"
#include "place.h"

#include <inttypes.h>

/* A folder on the way. One that ends as outputs do would stand in their way. */
static dh_status put_folder(dh_view part, dh_view ending, dh_buf *out) {
    bool as_output = part.len >= ending.len && view_is((dh_view){part.ptr + part.len - ending.len, ending.len}, ending);
    dh_status st = buf_append_view(out, part);
    if (!st && as_output) st = buf_append_char(out, '_');
    return st ? st : buf_append_char(out, '/');
}

/* The path without its empty parts and those of one dot, and without its ending unless `full`. */
static dh_status put_path(dh_view path, bool full, dh_view ending, dh_buf *out, bool *has) {
    dh_view last = {"", 0};
    dh_status st = DH_OK;
    for (size_t from = 0; from <= path.len && !st;) {
        const char *slash = from < path.len ? memchr(path.ptr + from, '/', path.len - from) : NULL;
        dh_view part = {path.ptr + from, (slash ? (size_t)(slash - path.ptr) : path.len) - from};
        from += part.len + 1;
        if (view_is(part, DH_VIEW(".."))) *has = false;
        if (!part.len || view_is(part, DH_VIEW("."))) continue;
        if (last.len) st = put_folder(last, ending, out);
        last = part;
    }
    *has = *has && last.len && !memchr(path.ptr, 0, path.len);
    return st ? st : buf_append_view(out, full ? last : naming_stem(last));
}

static dh_status put_number(uint64_t number, dh_buf *out) { return buf_printf(out, "%06" PRIu64, number); }

/* The place of an address, without its ending. */
static dh_status put_place(dh_view url, bool hashed, dh_view ending, dh_buf *out) {
    dh_buf place;
    dh_buf_init(&place, 0);
    dh_status st = place_of(url, hashed, ending, &place);
    if (!st) st = dh_buf_append(out, place.ptr, place.len - ending.len);
    dh_buf_clear(&place);
    return st;
}

/* What no other page of the container has: the number is its own. */
static dh_status put_hash(const parcel *p, unsigned try, dh_buf *out) {
    const uint64_t what[] = {view_hash(p->url), view_hash(p->name), p->number, try};
    return buf_printf(out, "-%016" PRIx64, view_hash((dh_view){(const char *)what, sizeof what}));
}

dh_status inside_output(const parcel *p, unsigned try, dh_view ending, dh_buf *out, bool *has) {
    dh_status st;
    *has = true;
    if (p->url.len) st = put_place(p->url, try > 0, ending, out);
    else if (p->name.len) st = put_path(p->name, try > 0, ending, out, has);
    else st = put_number(p->number, out);
    if (!st && try > 1) st = put_hash(p, try, out);
    if (!st) st = buf_append_view(out, ending);
    if (!st) st = buf_append_char(out, 0);
    if (!st) out->len--;
    return st;
}
