/* Addresses to paths. What must be changed marks the place as one that needs the hash. */
#include "place.h"

#include "base/url.h"
#include "manifest.h"

#include <inttypes.h>

/* Of one part of the path, and of what a query shows: with the hash and the ending below the 255 of file systems. */
#define PART_BYTES  150
#define QUERY_BYTES 60
/* Of the whole: far below PATH_MAX, so that the output folder has room before it. */
#define PLACE_BYTES 1500

typedef struct {
    dh_buf *out;
    dh_view ending; /* of outputs */
    bool changed; /* not all of the address can be seen */
    dh_status status;
} place;

static void put(place *p, char c) {
    if (!p->status) p->status = buf_append_char(p->out, c);
}

static void put_view(place *p, dh_view v) {
    if (!p->status) p->status = buf_append_view(p->out, v);
}

static bool is_plain(char c) {
    return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-._~%+,=@", c));
}

/* At most `most` bytes of v, letters that are not plain as "_". */
static void put_plain(place *p, dh_view v, size_t most) {
    if (v.len > most) p->changed = true;
    for (size_t i = 0; i < v.len && i < most; i++) {
        bool plain = is_plain(v.ptr[i]) && (i || v.ptr[i] != '.');
        put(p, plain ? v.ptr[i] : '_');
        if (!plain) p->changed = true;
    }
}

/* The host, with "_PORT" behind it. */
static void put_host(place *p, dh_view url, dh_view host) {
    dh_view rest = {host.ptr + host.len, (size_t)(url.ptr + url.len - host.ptr) - host.len};
    if (memchr(host.ptr, '_', host.len) || view_is(host, DH_VIEW(MANIFEST_NAME))) {
        p->changed = true;
        put(p, '_');
    }
    put_plain(p, host, PART_BYTES);
    if (rest.len && rest.ptr[0] == ':') put(p, '_');
    for (size_t i = 1; rest.len && rest.ptr[0] == ':' && i < rest.len && rest.ptr[i] != '/'; i++) put(p, rest.ptr[i]);
    if (view_ends(host, p->ending)) put(p, '_');
}

/* A folder on the way. One that ends as outputs do would stand in their way. */
static void put_folder(place *p, dh_view part) {
    bool as_output = view_ends(part, p->ending);
    put_plain(p, part, PART_BYTES);
    if (!part.len || as_output) {
        p->changed = true;
        put(p, '_');
    }
    put(p, '/');
}

/* "index" is what a path that ends in a slash is called. */
static void put_last(place *p, dh_view part) {
    if (!part.len) part = DH_VIEW("index");
    else if (view_is(part, DH_VIEW("index"))) p->changed = true;
    put_plain(p, part, PART_BYTES);
}

static void put_query(place *p, dh_view query) {
    p->changed = true;
    put(p, '_');
    put_plain(p, query, QUERY_BYTES);
}

/* Everything before the hash. path: with its query. */
static void put_path(place *p, dh_view path) {
    const char *mark = path.len ? memchr(path.ptr, '?', path.len) : NULL;
    dh_view query = mark ? (dh_view){mark + 1, (size_t)(path.ptr + path.len - mark) - 1} : DH_VIEW("");
    if (mark) path.len = (size_t)(mark - path.ptr);
    const char *slash;
    while (path.len && (slash = memchr(path.ptr, '/', path.len)) && p->out->len < PLACE_BYTES) {
        put_folder(p, (dh_view){path.ptr, (size_t)(slash - path.ptr)});
        path = (dh_view){slash + 1, (size_t)(path.ptr + path.len - slash) - 1};
    }
    if (path.len && memchr(path.ptr, '/', path.len)) {
        p->changed = true; /* too deep: the hash stands for the rest */
        path.len = 0;
    }
    put_last(p, path);
    if (mark) put_query(p, query);
}

dh_status place_of(dh_view address, bool hashed, dh_view ending, dh_buf *out) {
    dh_buf spelling;
    place p = {.out = out, .ending = ending};
    out->len = 0;
    dh_buf_init(&spelling, 0);
    dh_status st = url_normalise(address, &spelling);
    dh_view url = st ? address : dh_buf_view(&spelling), host = url_host(url);
    bool valid = !st && host.len;
    const char *slash = valid ? memchr(host.ptr, '/', (size_t)(url.ptr + url.len - host.ptr)) : NULL;
    if (valid) put_host(&p, url, host);
    else put_view(&p, DH_VIEW("_"));
    put(&p, '/');
    if (slash) put_path(&p, (dh_view){slash + 1, (size_t)(url.ptr + url.len - slash) - 1});
    if (!p.status && (p.changed || hashed || !valid)) p.status = buf_printf(out, "-%016" PRIx64, view_hash(url));
    put_view(&p, ending);
    put(&p, 0);
    if (!p.status) out->len--;
    dh_buf_clear(&spelling);
    return st == DH_ERR_NOMEM ? st : p.status;
}
