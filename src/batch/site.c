/* Which host names a site: looked for in addresses and paths. */
#include "site.h"

#include "base/domain.h"
#include "base/url.h"

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
        if (domain_of(folder, true, out, st)) return true;
    return domain_of(input_of(c), true, out, st);
}

dh_status site_of(const site_clues *c, dh_buf *out) {
    dh_status st = DH_OK;
    dh_view path = c->output, folder;
    out->len = 0;
    if (domain_of(url_host(c->url), false, out, &st)) return st;
    if (by_path(c, out, &st)) return st;
    if (domain_of(url_host(c->canonical), false, out, &st)) return st;
    if (!c->output.len) return DH_OK;
    if (!take_folder(&path, &folder)) folder = DH_VIEW(".");
    if (folder.len >= SITE_MAX_BYTES) folder.len = SITE_MAX_BYTES - 1;
    st = buf_append_view(out, folder);
    return st ? st : buf_append_char(out, '/');
}
