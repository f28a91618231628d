/* Sites, patterns and traps. What is asked for twice is told by the queue. */
#include "scope.h"

#include "base/domain.h"
#include "base/pattern.h"
#include "base/url.h"

#include <stdlib.h>

/* A part of a path that stands more often is a link that leads to itself, one level deeper. */
#define SCOPE_REPEATS 3
#define SCOPE_FIRST   64

/* How many queries a path has been asked with, by a hash of it. Two paths with one hash share a count: it may come to its end early. */
typedef struct {
    uint64_t hash; /* 0: free */
    size_t count;
} path_slot;

struct scope {
    const fetch_settings *opt;
    dh_buf sites; /* each with a newline behind it */
    path_slot *paths;
    size_t path_count, path_cap; /* the latter a power of two */
};

/* Endings of names of files that hold no page. Sorted. */
static const char *const no_pages[] = {
    "7z",  "aac", "apk",  "avi", "avif", "bin",  "bmp", "bz2", "css",  "csv", "deb",  "dmg",  "doc",  "docx", "eot", "epub", "exe", "flac", "flv",  "gif",
    "gz",  "ico", "iso",  "jar", "jpeg", "jpg",  "js",  "json", "m3u8", "m4a", "m4v", "mjs", "mkv", "mobi", "mov", "mp3", "mp4", "mpeg", "mpg", "msi",
    "odp", "ods", "odt", "ogg", "ogv", "opus", "otf", "pdf",  "png",  "ppt", "pptx", "ps",  "rar",  "rpm", "rss", "svg", "swf",  "tar", "tgz", "tif",
    "tiff", "torrent", "ttf", "wav", "weba", "webm", "webp", "wmv", "woff", "woff2", "xls", "xlsx", "xml", "xz",  "zip", "zst"};

scope *scope_new(const fetch_settings *opt) {
    scope *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->opt = opt;
    dh_buf_init(&s->sites, 0);
    return s;
}

void scope_free(scope *s) {
    if (!s) return;
    dh_buf_clear(&s->sites);
    free(s->paths);
    free(s);
}

/* ---- sites --------------------------------------------------------------------------------------------------------- */

dh_status scope_add_site(scope *s, dh_view address) {
    dh_status st;
    if (!domain_of(url_host(address), false, &s->sites, &st)) return st;
    return st ? st : buf_append_char(&s->sites, '\n');
}

bool scope_on_site(const scope *s, dh_view address) {
    dh_buf name;
    dh_status st;
    dh_buf_init(&name, 0);
    bool on = domain_of(url_host(address), false, &name, &st) && !st;
    for (const char *p = s->sites.ptr, *end = p + s->sites.len, *stop; on && p < end; p = stop + 1) {
        stop = memchr(p, '\n', (size_t)(end - p));
        if (view_is((dh_view){p, (size_t)(stop - p)}, dh_buf_view(&name))) break;
        on = stop + 1 < end;
    }
    dh_buf_clear(&name);
    return on || st;
}

/* ---- traps --------------------------------------------------------------------------------------------------------- */

/* The path of an address, from behind its host's slash on, and where its query begins (both in it). */
static dh_view path_of(const char *address, size_t *to_query) {
    dh_view host = url_host(view_of(address));
    const char *slash = strchr(host.ptr + host.len, '/'); /* the address ends in NUL, and its host is in it */
    dh_view path = view_of(slash ? slash + 1 : "");
    const char *query = memchr(path.ptr, '?', path.len);
    *to_query = query ? (size_t)(query - address) : path.len + (size_t)(path.ptr - address);
    if (query) path.len = (size_t)(query - path.ptr);
    return path;
}

/* Takes the part before the next slash off the path. */
static dh_view take_part(dh_view *path) {
    const char *slash = memchr(path->ptr, '/', path->len);
    dh_view part = {path->ptr, slash ? (size_t)(slash - path->ptr) : path->len};
    size_t taken = part.len + (slash != NULL);
    *path = (dh_view){path->ptr + taken, path->len - taken};
    return part;
}

/* Parts are few, or this is a trap already. */
static bool goes_round(dh_view path, size_t most_parts) {
    size_t parts = 0;
    for (dh_view rest = path; rest.len;) {
        size_t same = 1;
        dh_view part = take_part(&rest), other = rest;
        if (++parts > most_parts) return true;
        for (size_t i = 0; other.len && part.len && i < most_parts; i++) same += view_is(take_part(&other), part);
        if (same > SCOPE_REPEATS) return true;
    }
    return false;
}

static int compare(const void *key, const void *row) {
    const dh_view *name = key;
    const char *other = *(const char *const *)row;
    size_t len = view_of(other).len;
    int order = strncasecmp(name->ptr, other, name->len < len ? name->len : len);
    return order ? order : (name->len > len) - (name->len < len);
}

static bool is_called_a_file(dh_view path) {
    const char *slash = memrchr(path.ptr, '/', path.len);
    if (slash) path = (dh_view){slash + 1, path.len - (size_t)(slash + 1 - path.ptr)};
    const char *dot = memrchr(path.ptr, '.', path.len);
    if (!dot) return false;
    dh_view ending = {dot + 1, path.len - (size_t)(dot + 1 - path.ptr)};
    return bsearch(&ending, no_pages, DH_COUNT(no_pages), sizeof *no_pages, compare) != NULL;
}

static path_slot *slot_of(const scope *s, uint64_t hash) {
    size_t at = (size_t)hash & (s->path_cap - 1);
    while (s->paths[at].hash && s->paths[at].hash != hash) at = (at + 1) & (s->path_cap - 1);
    return &s->paths[at];
}

static bool make_room(scope *s) {
    if (s->path_cap && s->path_count < s->path_cap / 3 * 2) return true;
    scope larger = {.path_cap = s->path_cap ? s->path_cap * 2 : SCOPE_FIRST};
    larger.paths = calloc(larger.path_cap, sizeof *larger.paths);
    if (!larger.paths) return false;
    for (size_t i = 0; i < s->path_cap; i++)
        if (s->paths[i].hash) *slot_of(&larger, s->paths[i].hash) = s->paths[i];
    free(s->paths);
    s->paths = larger.paths;
    s->path_cap = larger.path_cap;
    return true;
}

static uint64_t hash_of(dh_view path) { return view_hash(path) | 1; }

dh_status scope_note_link(scope *s, const char *address) {
    size_t to_query;
    path_of(address, &to_query);
    if (!address[to_query]) return DH_OK;
    if (!make_room(s)) return DH_ERR_NOMEM;
    uint64_t hash = hash_of((dh_view){address, to_query});
    path_slot *slot = slot_of(s, hash);
    if (!slot->hash) s->path_count++;
    slot->hash = hash;
    slot->count++;
    return DH_OK;
}

/* ---- verdicts ------------------------------------------------------------------------------------------------------ */

scope_verdict scope_of_entry(const scope *s, const char *address) {
    const char *match = s->opt->match, *reject = s->opt->reject;
    bool wanted = !(reject && pattern_matches(reject, address)) && (!match || pattern_matches(match, address));
    return wanted ? SCOPE_YES : SCOPE_UNWANTED;
}

scope_verdict scope_of_link(const scope *s, const char *address) {
    size_t to_query;
    if (!scope_on_site(s, view_of(address))) return SCOPE_OUTSIDE;
    dh_view path = path_of(address, &to_query);
    if (is_called_a_file(path)) return SCOPE_FILE;
    if (scope_of_entry(s, address) != SCOPE_YES) return SCOPE_UNWANTED;
    if (goes_round(path, s->opt->max_path)) return SCOPE_TRAP;
    bool asked = address[to_query] && s->path_cap;
    return asked && slot_of(s, hash_of((dh_view){address, to_query}))->count >= s->opt->max_queries ? SCOPE_TRAP : SCOPE_YES;
}
