/* pattern.h: globs that say which names are meant: "*.html,*.htm". */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "base.h"

/* True if one of the globs in `patterns`, with commas between ("\\," is a comma of a name), matches. A glob with a slash is held
 * against the path, any other against its last part; "*" matches slashes too, and names that begin with a dot. */
bool pattern_matches(const char *patterns, const char *path);

/* True for names of what pages are made of: images, styles, scripts, fonts, sound, films, and what copying programs write about themselves. A
 * query behind the name ("a.css?v=1", "a.css@v=1") does not matter. */
bool pattern_is_asset(const char *path);

/* False if a glob is empty or too long (4,095 bytes). */
bool pattern_is_valid(const char *patterns);

#endif
