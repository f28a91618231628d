/* Hosts to registrable domains by libpsl's built-in list: nothing is read or loaded. */
#include "site.h"

#include "base/url.h"

#include <libpsl.h>

/* A host name has at most 253 bytes. */
#define HOST_BYTES 254

static bool is_ip(dh_view host) {
    if (host.ptr[0] == '[') return true;
    for (size_t i = 0; i < host.len; i++)
        if ((host.ptr[i] < '0' || host.ptr[i] > '9') && host.ptr[i] != '.') return false;
    return true;
}

/* In lower case, without a dot at the end, ended by a NUL. False if it is empty or too long. */
static bool copy_host(dh_view host, char out[HOST_BYTES], size_t *len) {
    if (host.len && host.ptr[host.len - 1] == '.') host.len--;
    if (!host.len || host.len >= HOST_BYTES || memchr(host.ptr, 0, host.len)) return false;
    for (size_t i = 0; i < host.len; i++) out[i] = ascii_lower(host.ptr[i]);
    out[host.len] = 0;
    *len = host.len;
    return true;
}

/* False if there is no host. known: only one below a suffix that the list has. */
static bool put_domain(dh_view host, bool known, dh_buf *out, dh_status *st) {
    char name[HOST_BYTES];
    size_t len;
    if (!copy_host(host, name, &len)) return false;
    dh_view own = {name, len};
    const char *domain = is_ip(own) ? NULL : psl_registrable_domain(psl_builtin(), name);
    if (known) {
        const char *suffix = domain ? strchr(domain, '.') : NULL; /* both end in NUL */
        if (!suffix || !psl_is_public_suffix2(psl_builtin(), suffix + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE)) return false;
    }
    *st = buf_append_view(out, domain ? view_of(domain) : own);
    return true;
}

/* ---- paths ---------------------------------------------------------------------------------------------------------- */

/* Takes the first folder off a path; false if only a name is left. */
static bool take_folder(dh_view *path, dh_view *folder) {
    const char *slash = path->len ? memchr(path->ptr, '/', path->len) : NULL;
    if (!slash) return false;
    *folder = (dh_view){path->ptr, (size_t)(slash - path->ptr)};
    *path = (dh_view){slash + 1, path->len - folder->len - 1};
    return true;
}

/* The folders of a path, up to its last slash. */
static dh_view folders_of(dh_view path) {
    while (path.len && path.ptr[path.len - 1] != '/') path.len--;
    return path;
}

/* Last part of the input's path: what stands in the source's before the folders that its output has too. */
static dh_view input_of(const site_clues *c) {
    dh_view source = folders_of(c->source), below = folders_of(c->output);
    if (source.len < below.len || !view_is((dh_view){source.ptr + source.len - below.len, below.len}, below)) return DH_VIEW("");
    source.len -= below.len;
    while (source.len && source.ptr[source.len - 1] == '/') source.len--;
    size_t from = source.len;
    while (from && source.ptr[from - 1] != '/') from--;
    return (dh_view){source.ptr + from, source.len - from};
}

/* wget puts the host at the top, HTTrack below the name of a project; or the input is such a folder itself. */
static bool by_path(const site_clues *c, dh_buf *out, dh_status *st) {
    dh_view path = c->output, folder;
    for (int depth = 0; depth < 2 && take_folder(&path, &folder); depth++)
        if (put_domain(folder, true, out, st)) return true;
    return put_domain(input_of(c), true, out, st);
}

dh_status site_of(const site_clues *c, dh_buf *out) {
    dh_status st = DH_OK;
    dh_view path = c->output, folder;
    out->len = 0;
    if (put_domain(url_host(c->url), false, out, &st)) return st;
    if (by_path(c, out, &st)) return st;
    if (put_domain(url_host(c->canonical), false, out, &st)) return st;
    if (!c->output.len) return DH_OK;
    if (!take_folder(&path, &folder)) folder = DH_VIEW(".");
    if (folder.len >= SITE_MAX_BYTES) folder.len = SITE_MAX_BYTES - 1;
    st = buf_append_view(out, folder);
    return st ? st : buf_append_char(out, '/');
}
