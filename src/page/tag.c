/* The table of elements, and what gumbo calls each. */
#include "page/gumbo_tag.h"

#include <gumbo.h>

const uint8_t pg_tag_bits[PG_TAG_COUNT] = {
#define X(name, text, bits) [PG_##name] = (bits),
    PG_TAGS(X)
#undef X
};

const char *pg_tag_name(pg_tag tag) {
    static const char *const names[PG_TAG_COUNT] = {
        [PG_OTHER] = "other",
#define X(name, text, bits) [PG_##name] = #text,
        PG_TAGS(X)
#undef X
    };
    return tag < PG_TAG_COUNT ? names[tag] : names[PG_OTHER];
}

pg_tag pg_tag_of_gumbo(unsigned tag) {
    static const uint8_t tags[GUMBO_TAG_LAST + 1] = {
#define X(name, text, bits) [GUMBO_TAG_##name] = PG_##name,
        PG_TAGS(X)
#undef X
    };
    return tag <= GUMBO_TAG_LAST ? (pg_tag)tags[tag] : PG_OTHER;
}

pg_tag pg_tag_of_name(dh_view name) {
    return pg_tag_of_gumbo((unsigned)gumbo_tagn_enum(name.ptr, (unsigned)name.len));
}
