/* In place of pattern.cc in a build without RE2. */
#include "rules/pattern.h"

#include <stdio.h>

dh_status ru_pattern_new(dh_view text, ru_pattern **out, char why[RU_PATTERN_WHY_BYTES]) {
    snprintf(why, RU_PATTERN_WHY_BYTES, "this build has no patterns (RE2)");
    return DH_ERR_FORMAT;
}

bool ru_pattern_has_room(void) { return true; }

bool ru_pattern_matches(const ru_pattern *pattern, dh_view line) { return false; }

void ru_pattern_free(ru_pattern *pattern) {}

bool ru_pattern_is_built(void) { return false; }
