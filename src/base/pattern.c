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

bool pattern_is_valid(const char *patterns) {
    char glob[GLOB_BYTES];
    size_t len = view_of(patterns).len;
    if (!len || (patterns[len - 1] == ',' && (len < 2 || patterns[len - 2] != '\\'))) return false;
    while (*patterns)
        if (!next_glob(&patterns, glob)) return false;
    return true;
}
