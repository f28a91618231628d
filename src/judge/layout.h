/* layout.h: what the elements of a page hold and which of them are alike, counted once for all blocks: running sums, groups of like
 * siblings, blocks on like paths, the element that holds most of the running text. */
#ifndef JUDGE_LAYOUT_H
#define JUDGE_LAYOUT_H

#include "judge/features.h"
#include "judge/repeats.h"

/* Totals of a range of blocks. text: words in running text. */
typedef struct {
    uint32_t words, bytes, link_bytes, text, blocks;
} jd_total;

/* Elements of one parent with the same tag and class, or blocks on the same path. */
typedef struct {
    uint64_t key;
    uint32_t count; /* elements; blocks */
    jd_total total;
} jd_group;

/* Groups in the order in which they were met, and a table of their indexes + 1, open addressed by key. */
typedef struct {
    jd_group *groups;
    uint32_t *slots;
    uint32_t mask, count, cap;
} jd_groups;

typedef struct jd_layout {
    const pg_page *page;
    jd_facts *facts;
    jd_total *before;   /* entry i: of the blocks before block i */
    uint32_t *families; /* a bit set an element: names of its own (jd_words_of) */
    uint32_t *marks;    /* hash of its tag and class */
    uint32_t *images;   /* img elements up to and with this one */
    uint32_t *group;    /* index of its group among its siblings */
    jd_groups siblings, paths;
    const jd_repeat *repeats; /* one a block; the caller sets it */
    uint32_t body, body80; /* innermost elements with half, and four fifths, of the running text */
    bool has_main;
    uint32_t articles;
} jd_layout;

/* Fills *out in the arena; facts are those of the page's blocks, with stats and hits set; their path, group and running are
 * set here. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT. Linear. */
dh_status jd_layout_read(dh_arena *arena, const pg_page *page, jd_facts *facts, jd_layout *out, dh_error *err);

/* True for a block that reads as running text. Its facts say so too, where there are any. */
bool jd_is_running(const pg_block *block, const jd_stats *stats);

/* Totals of the blocks from `from` to before `to`. */
static inline jd_total jd_layout_total(const jd_layout *l, size_t from, size_t to) {
    const jd_total *a = &l->before[from], *b = &l->before[to];
    return (jd_total){b->words - a->words, b->bytes - a->bytes, b->link_bytes - a->link_bytes, b->text - a->text,
                      (uint32_t)(to - from)};
}

#endif
