/* Patterns of lines. RE2 allocates with new, which throws, and some of that in places that cannot throw: it ends the program. So the memory that
 * it needs is asked for first; what is thrown nevertheless does not leave this file. */
#include "pattern.h"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <re2/re2.h>

namespace {

/* Of one compiled pattern with what it keeps while it matches. Larger ones are refused. */
const int64_t pattern_bytes = 4 << 20;
/* What is there beside the states that it counts: the parsed pattern, and walks over it. */
const size_t headroom_bytes = 4 * static_cast<size_t>(pattern_bytes);

} /* namespace */

struct ru_pattern {
    re2::RE2 re;
    ru_pattern(const re2::StringPiece &text, const re2::RE2::Options &options) : re(text, options) {}
};

extern "C" bool ru_pattern_has_room(void) {
    void *volatile room = std::malloc(headroom_bytes);
    std::free(room);
    return room != nullptr;
}

extern "C" dh_status ru_pattern_new(dh_view text, ru_pattern **out, char why[RU_PATTERN_WHY_BYTES]) {
    if (!ru_pattern_has_room()) return DH_ERR_NOMEM;
    try {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(pattern_bytes);
        ru_pattern *made = new ru_pattern(re2::StringPiece(text.ptr, text.len), options);
        if (made->re.ok()) {
            *out = made;
            return DH_OK;
        }
        std::snprintf(why, RU_PATTERN_WHY_BYTES, "%s", made->re.error().c_str());
        delete made;
        return DH_ERR_FORMAT;
    } catch (...) {
        return DH_ERR_NOMEM;
    }
}

extern "C" bool ru_pattern_matches(const ru_pattern *pattern, dh_view line) {
    try {
        return re2::RE2::PartialMatch(re2::StringPiece(line.ptr, line.len), pattern->re);
    } catch (...) {
        return false;
    }
}

extern "C" void ru_pattern_free(ru_pattern *pattern) { delete pattern; }

extern "C" bool ru_pattern_is_built(void) { return true; }
