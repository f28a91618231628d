/* pattern.h: patterns of lines, by RE2, which is C++, behind C functions: matching is linear in the line, whatever the pattern. */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include <dehusk.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ru_pattern ru_pattern;

/* False in builds without RE2. */
bool ru_pattern_is_built(void);

/* Makes a pattern, which is freed with ru_pattern_free(). Errors: DH_ERR_FORMAT (why, ended by a NUL, says what is wrong with it),
 * DH_ERR_NOMEM. */
#define RU_PATTERN_WHY_BYTES 100
dh_status ru_pattern_new(dh_view text, ru_pattern **out, char why[RU_PATTERN_WHY_BYTES]);

/* True if there is memory enough for patterns to be made and matched: RE2 does not survive it if there is none. To be asked before a page's
 * lines are. */
bool ru_pattern_has_room(void);

/* True if it matches somewhere in a line. Safe from several threads. */
bool ru_pattern_matches(const ru_pattern *pattern, dh_view line);

/* Accepts NULL. */
void ru_pattern_free(ru_pattern *pattern);

#ifdef __cplusplus
}
#endif
#endif
