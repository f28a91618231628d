/* page.h: one input as blocks, from HTML or from text, with the elements that they stand in. No verdicts here. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "base/base.h"
#include "page/tag.h"

#define PG_NONE UINT32_MAX

/* Bytes of the source. Sources are shorter than 4 GiB (dh_options.max_bytes is checked). */
typedef struct {
    uint32_t begin, len;
} pg_slice;

/* What an element says of itself that the judge or the walk wants to know, as bits of pg_start.flags and, passed on
 * to all that is inside, of pg_elem.flags. */
enum {
    PG_IS_HIDDEN = 1,     /* hidden, display:none, visibility:hidden */
    PG_IN_NOSCRIPT = 2,   /* inside noscript */
    PG_HAS_HREF = 4,       /* has an href */
    PG_IS_SELF_CLOSED = 8,
    PG_IS_HIDDEN_INPUT = 16,
    PG_IS_ARIA_HIDDEN = 32 /* aria-hidden=true: from screen readers, but seen */
};

/* A start tag: where it stands, and the attributes that are asked for on nearly every element. Others: pg_attr(). */
typedef struct {
    uint32_t skeleton;  /* offset of its '<' in the skeleton */
    pg_slice attrs;     /* from behind the name up to the '>' */
    pg_slice cls, id, role, itemprop; /* values, raw; len 0 if absent */
    uint8_t tag;        /* pg_tag */
    uint8_t flags;
} pg_start;

/* An element of the tree, in document order; element 0 is html. What it holds is elems[i + 1 .. end_elem). */
typedef struct {
    uint32_t parent;   /* PG_NONE for element 0 */
    uint32_t start;    /* index into starts; PG_NONE if the parser implied the element */
    uint32_t end_elem;
    uint32_t first_block, end_block; /* blocks inside: [first_block, end_block) */
    /* Its text in pg_page.text; both are one for what holds no text, such as an image. White space that stands at its ends may be inside.
     * In document order text_begin never goes back. */
    uint32_t text_begin, text_end;
    uint16_t depth;
    uint8_t tag;   /* pg_tag */
    uint8_t flags; /* own and inherited */
} pg_elem;

/* A link's text in the page's text buffer. */
typedef struct {
    uint32_t begin, end;
    uint32_t elem; /* the a element */
} pg_link;

/* How a block is set off from the one before. */
typedef enum { PG_GAP_PARAGRAPH = 0, PG_GAP_LINE = 1 } pg_gap;

typedef struct {
    dh_view text;        /* dh_block.text */
    uint32_t text_begin; /* where it lies in pg_page.text */
    uint32_t elem;       /* the innermost element that holds the block's first text; PG_NONE in texts */
    uint32_t begin, end; /* bytes of the source; in texts without the line end */
    uint32_t first_link, link_count;
    uint32_t link_bytes; /* how much of the text stands in links */
    uint8_t kind;        /* dh_kind */
    uint8_t level;       /* of a heading; of lists around an item */
    uint8_t gap;         /* pg_gap */
    uint8_t eol;         /* texts: bytes of the line end behind it, 0 to 2 */
    bool first_in_item;  /* the block that gets a list item's marker */
} pg_block;

/* What an element holds that is no markup of the page: the body of a script, the content of a template. */
typedef struct {
    pg_slice attrs, body;
    bool is_template;
} pg_script;

/* All of it lives in the arena. */
typedef struct {
    dh_view source; /* decoded UTF-8, borrowed */
    bool is_html;
    pg_block *blocks;
    size_t block_count;
    /* HTML only */
    pg_elem *elems;
    size_t elem_count;
    pg_start *starts;
    size_t start_count;
    pg_link *links;
    size_t link_count;
    pg_start *metas; /* meta and link tags, in order */
    size_t meta_count;
    pg_script *scripts; /* whose type is JSON: JSON-LD, states */
    size_t script_count;
    pg_script *inert; /* other scripts, templates */
    size_t inert_count;
    dh_view title;      /* of the title element: decoded, folded */
    dh_view text;       /* the buffer that all blocks' texts lie in, with a separator byte between */
    bool last_window;   /* texts: nothing follows */
    bool separated;     /* texts: the first line parts it from the text before, and is no line of it */
} pg_page;

/* Parses HTML. source is valid UTF-8 (NULs allowed) and must outlive *out, as must the arena. clean: what base/clean.h tells of does not
 * come into texts of blocks.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (arena). Time and memory grow linearly with the source. */
dh_status pg_from_html(dh_arena *arena, dh_view source, size_t max_depth, bool clean, pg_page *out, dh_error *err);

/* Takes another text for the page's, in which the byte at i of the old one is at map[i] (with an entry for the end; ascending): blocks, links
 * and elements follow. Linear. */
void pg_move(pg_page *page, const uint32_t *map, dh_view text);

/* Brings the texts of a page's blocks, and its title, into Unicode's normalization form C. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (arena). */
dh_status pg_compose(dh_arena *arena, pg_page *page, dh_error *err);

/* Splits a text into lines, one block a line, blank lines too. A line ends at LF or CRLF; in a text without any LF
 * (eol_cr, told by the caller from its first window) at CR. Errors as above. */
dh_status pg_from_text(dh_arena *arena, dh_view source, bool eol_cr, pg_page *out, dh_error *err);

/* The bytes of a slice. */
static inline dh_view pg_view(const pg_page *page, pg_slice s) { return (dh_view){page->source.ptr + s.begin, s.len}; }

/* Value of an attribute (ASCII name, lower case) among the raw bytes of a tag's attributes: the first of that name.
 * False if it is absent. Entities are not decoded. */
bool pg_attr(dh_view attrs, dh_view name, dh_view *value);

/* Takes the next attribute off *rest, which begins as the raw bytes of a tag's attributes; false if there is none. */
bool pg_next_attr(dh_view *rest, dh_view *name, dh_view *value);

#endif
