/* flow.h: the text of an HTML page on its way into blocks: one growing buffer, at most one open block. */
#ifndef PAGE_FLOW_H
#define PAGE_FLOW_H

#include "page/page.h"

typedef struct {
    dh_arena *arena;
    pg_page *page;
    size_t block_cap, link_cap;
    char *text; /* of all blocks, a separator byte behind each */
    size_t text_len, text_cap;
    /* the open block */
    bool open, code; /* code: it has text with white space as it is */
    size_t at; /* where its text begins */
    uint32_t elem, begin, end, first_link;
    /* the open link: the a element, PG_NONE if none, and where its text begins in this block */
    uint32_t link_elem;
    size_t link_at;
    /* what is due before the next character or block */
    bool space;    /* white space */
    uint8_t edge;  /* flow_edge: what stands since the last character */
    bool boundary; /* a block level element began or ended since the last block */
    unsigned brs;  /* line breaks since the last block */
    bool clean;    /* what base/clean.h tells of goes when a block is closed */
} flow;

/* Room for about text_bytes of text is made at once. False, here and below: the arena has no more to give. */
bool flow_init(flow *f, dh_arena *arena, pg_page *page, size_t text_bytes, bool clean);

/* Adds a run of text of the source, which stands in element elem: entities decoded (unless raw), white space folded to
 * one space, soft hyphens and control characters out. Opens a block if none is open and the run is not blank. */
bool flow_text(flow *f, dh_view run, uint32_t elem, bool raw);

/* The same with white space as it is, but CRLF and CR as LF. */
bool flow_code(flow *f, dh_view run, uint32_t elem, bool raw);

/* One character of white space in code that is not at hand as text of the source; begin: where its element stands. */
bool flow_code_blank(flow *f, char c, uint32_t elem, uint32_t begin);

/* White space of unknown length between runs. */
void flow_space(flow *f);

/* An inline element begins or ends here. Style often sets two such apart without white space between them; a space is put where the
 * characters on both sides say so. joins: not so around this one, such as sup or wbr. */
void flow_edge(flow *f, bool joins);

/* In code: begins a new line unless one has just begun. */
bool flow_code_line(flow *f);

bool flow_link_begin(flow *f, uint32_t elem);
bool flow_link_end(flow *f);

/* Ends the open block, if there is one with text: appends it to the page with kind DH_KIND_PARAGRAPH and lends it in
 * *out (NULL if there was none), valid until the next one. */
bool flow_close(flow *f, pg_block **out);

/* Drops from the open text what base/clean.h tells of, if that is wanted. */
bool flow_clean(flow *f);

/* Makes the blocks first ... one row: their texts are joined by tabs. */
void flow_join_row(flow *f, uint32_t first);

/* Points every block's text and page->text into the buffer, which grows no more. */
void flow_finish(flow *f);

#endif
