/* Formats and the names of their files. */
#include "ending.h"

/* The first row of a format is what outputs are called by. */
static const struct {
    dh_format format;
    dh_view ending;
} endings[] = {
    {DH_TO_TEXT, DH_LIT(".txt")},
    {DH_TO_JSON, DH_LIT(".json")},
    {DH_TO_JSONL, DH_LIT(".jsonl")},
    {DH_TO_JSONL, DH_LIT(".ndjson")},
    {DH_TO_MARKDOWN, DH_LIT(".md")},
    {DH_TO_MARKDOWN, DH_LIT(".markdown")},
    {DH_TO_HTML, DH_LIT(".html")},
    {DH_TO_HTML, DH_LIT(".htm")},
    {DH_TO_XML, DH_LIT(".xml")},
};

dh_view ending_of(dh_format format) {
    size_t i = 0;
    while (i + 1 < DH_COUNT(endings) && endings[i].format != format) i++;
    return endings[i].ending;
}

dh_format ending_format(dh_view name) {
    for (size_t i = 0; i < DH_COUNT(endings); i++) {
        size_t n = endings[i].ending.len;
        if (name.len >= n && view_is_nocase((dh_view){name.ptr + (name.len - n), n}, endings[i].ending)) return endings[i].format;
    }
    return DH_TO_TEXT;
}
