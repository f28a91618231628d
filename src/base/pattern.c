/* Lists of globs. What a glob means is fnmatch's affair. */
#include "pattern.h"

#include <fnmatch.h>

#define GLOB_BYTES 4096

/* Copies the glob at *p, without its comma's backslashes, and goes behind it. False if it is empty or too long. */
static bool next_glob(const char **p, char glob[GLOB_BYTES]) {
    size_t len = 0;
    for (; **p && **p != ','; ++*p) {
        if (**p == '\\' && (*p)[1] == ',') ++*p;
        if (len + 1 == GLOB_BYTES) return false;
        glob[len++] = **p;
    }
    glob[len] = 0;
    if (**p) ++*p;
    return len > 0;
}

bool pattern_matches(const char *patterns, const char *path) {
    char glob[GLOB_BYTES];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    while (*patterns && next_glob(&patterns, glob))
        if (!fnmatch(glob, strchr(glob, '/') ? path : name, 0)) return true;
    return false;
}

/* Without PDF and the like: who has them among his pages is to hear that they are none. */
static const dh_view asset_endings[] = {
    DH_LIT(".avi"),  DH_LIT(".avif"), DH_LIT(".bmp"),  DH_LIT(".css"),  DH_LIT(".eot"),   DH_LIT(".flv"), DH_LIT(".gif"),  DH_LIT(".ico"),
    DH_LIT(".jpeg"), DH_LIT(".jpg"),  DH_LIT(".js"),   DH_LIT(".m4a"),  DH_LIT(".m4v"),   DH_LIT(".map"), DH_LIT(".mjs"),  DH_LIT(".mov"),
    DH_LIT(".mp3"),  DH_LIT(".mp4"),  DH_LIT(".mpg"),  DH_LIT(".ogg"),  DH_LIT(".ogv"),   DH_LIT(".otf"), DH_LIT(".png"),  DH_LIT(".svg"),
    DH_LIT(".svgz"), DH_LIT(".swf"),  DH_LIT(".tif"),  DH_LIT(".tiff"), DH_LIT(".ttf"),   DH_LIT(".wav"), DH_LIT(".webm"), DH_LIT(".webp"),
    DH_LIT(".wmv"),  DH_LIT(".woff"), DH_LIT(".woff2"),
};
/* Of wget, HTTrack, and of servers for robots. */
static const dh_view asset_names[] = {DH_LIT("hts-log.txt"), DH_LIT("hts-in_progress.lock"), DH_LIT("robots.txt"), DH_LIT("cookies.txt")};
static const dh_view asset_folder = DH_LIT("hts-cache/");

bool pattern_is_asset(const char *path) {
    const char *slash = strrchr(path, '/');
    dh_view name = view_of(slash ? slash + 1 : path), whole = view_of(path);
    for (size_t i = 0; i < DH_COUNT(asset_names); i++)
        if (view_is(name, asset_names[i])) return true;
    const char *cache = memmem(whole.ptr, whole.len, asset_folder.ptr, asset_folder.len);
    if (cache && (cache == path || cache[-1] == '/')) return true;
    name.len = strcspn(name.ptr, "?@");
    for (size_t i = 0; i < DH_COUNT(asset_endings); i++) {
        size_t n = asset_endings[i].len;
        if (name.len > n && view_is_nocase((dh_view){name.ptr + name.len - n, n}, asset_endings[i])) return true;
    }
    return false;
}

bool pattern_is_valid(const char *patterns) {
    char glob[GLOB_BYTES];
    size_t len = view_of(patterns).len;
    if (!len || (patterns[len - 1] == ',' && (len < 2 || patterns[len - 2] != '\\'))) return false;
    while (*patterns)
        if (!next_glob(&patterns, glob)) return false;
    return true;
}
