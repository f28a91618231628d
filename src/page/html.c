/* HTML to blocks: the tree of the skeleton is walked once, in document order, without recursion. A block ends where a
 * block level element begins or ends, and at a br. What a block is worth is not asked here. */
#include "page/flow.h"
#include "page/gumbo_tag.h"
#include "page/page.h"
#include "page/scan.h"
#include "page/tree.h"

#include <assert.h>


typedef struct {
    flow flow;
    dh_arena *arena;
    pg_page *page;
    const scan_result *scan;
    size_t elem_cap;
    uint32_t elem;        /* innermost open element */
    size_t finger;        /* where the next start tag is looked for first */
    uint32_t pre, lists, quotes; /* how many of these are open */
    uint32_t item;        /* the innermost li whose first block is still to come */
    bool tex;             /* the page has had a formula with its TeX */
    bool pre_start;       /* nothing of the pre has been seen: its first newline does not count */
} walker;

/* ---- elements ---- */

/* The start tag at an offset of the skeleton. Tags come nearly in order, so the next one is tried first. */
static uint32_t find_start(walker *w, const GumboElement *e) {
    const pg_start *starts = w->scan->starts;
    size_t n = w->scan->start_count;
    if (!e->original_tag.data) return PG_NONE;
    size_t at = (size_t)(e->original_tag.data - w->scan->skeleton), lo = 0, hi = n;
    if (w->finger < n && starts[w->finger].skeleton == at) return (uint32_t)w->finger++;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (starts[mid].skeleton < at) lo = mid + 1;
        else hi = mid;
    }
    if (lo == n || starts[lo].skeleton != at) return PG_NONE;
    w->finger = lo + 1;
    return (uint32_t)lo;
}

static bool add_elem(walker *w, const GumboElement *e) {
    pg_page *page = w->page;
    /* Nearly all elements have a start tag of their own. */
    size_t first = w->scan->start_count + w->scan->start_count / 4 + 64;
    if (page->elem_count >= w->elem_cap &&
        !arena_double(w->arena, (void **)&page->elems, &w->elem_cap, first, sizeof *page->elems))
        return false;
    assert(page->elems);
    const pg_elem *parent = w->elem == PG_NONE ? NULL : &page->elems[w->elem];
    uint32_t start = find_start(w, e);
    uint8_t flags = start == PG_NONE ? 0 : w->scan->starts[start].flags;
    if (parent) flags |= parent->flags & (PG_IS_HIDDEN | PG_IS_ARIA_HIDDEN | PG_IN_NOSCRIPT);
    if (e->tag == GUMBO_TAG_NOSCRIPT) flags |= PG_IN_NOSCRIPT;
    page->elems[page->elem_count] = (pg_elem){.parent = w->elem,
                                              .start = start,
                                              .first_block = (uint32_t)page->block_count,
                                              .text_begin = (uint32_t)w->flow.text_len,
                                              .depth = (uint16_t)(parent ? parent->depth + 1 : 0),
                                              .tag = (uint8_t)pg_tag_of_gumbo((unsigned)e->tag),
                                              .flags = flags};
    w->elem = (uint32_t)page->elem_count++;
    return true;
}

/* ---- blocks ---- */

/* Kind of a block by the nearest block level element around its first text. */
static void set_kind(const walker *w, pg_block *b) {
    const pg_elem *e = &w->page->elems[b->elem];
    while (!(pg_tag_bits[e->tag] & TAG_B) && e->parent != PG_NONE) e = &w->page->elems[e->parent];
    if (e->tag >= PG_H1 && e->tag <= PG_H6) {
        b->kind = DH_KIND_HEADING;
        b->level = (uint8_t)(e->tag - PG_H1 + 1);
    } else if (w->pre) {
        b->kind = DH_KIND_CODE;
    } else if (e->tag == PG_FIGCAPTION || e->tag == PG_CAPTION) {
        b->kind = DH_KIND_CAPTION;
    } else if (w->lists && (w->item != PG_NONE || e->tag == PG_LI)) {
        b->kind = DH_KIND_LIST_ITEM;
    } else if (w->quotes) {
        b->kind = DH_KIND_QUOTE;
    }
    if (b->kind != DH_KIND_HEADING) b->level = (uint8_t)(w->lists < 255 ? w->lists : 255);
}

static bool close_block(walker *w) {
    pg_block *b;
    if (!flow_close(&w->flow, &b)) return false;
    if (!b) return true;
    b->first_in_item = w->item != PG_NONE;
    set_kind(w, b);
    w->item = PG_NONE;
    return true;
}

static bool boundary(walker *w) {
    if (w->pre) return flow_code_line(&w->flow);
    if (!close_block(w)) return false;
    w->flow.boundary = true;
    return true;
}

/* A row whose cells hold one plain block each at most becomes one block. A layout table's cells hold more. */
static void join_row(walker *w, uint32_t tr) {
    pg_page *page = w->page;
    uint32_t first = page->elems[tr].first_block, end = (uint32_t)page->elem_count;
    if (page->block_count - first < 2) return;
    for (uint32_t e = tr + 1; e < end; e = page->elems[e].end_elem)
        if (page->elems[e].end_block - page->elems[e].first_block > 1) return;
    for (size_t i = first; i < page->block_count; i++)
        if (page->blocks[i].kind != DH_KIND_PARAGRAPH) return;
    flow_join_row(&w->flow, first);
    for (uint32_t e = tr + 1; e < end; e++) {
        bool empty = page->elems[e].end_block == page->elems[e].first_block;
        page->elems[e].first_block = first;
        page->elems[e].end_block = empty ? first : first + 1;
    }
}

/* ---- text ---- */

/* The title element: it can only hold text. */
static bool note_title(walker *w, const GumboElement *e) {
    if (w->page->title.len || !e->children.length) return true;
    const GumboNode *n = e->children.data[0];
    uint32_t index;
    if (n->type != GUMBO_NODE_TEXT) return true;
    scan_token(n->v.text.text, n->v.text.text + 8, &index);
    if (index == PG_NONE || index >= w->scan->text_count) return true;
    pg_page scratch = {.source = w->page->source};
    flow f;
    scan_text t = w->scan->texts[index];
    if (!flow_init(&f, w->arena, &scratch, t.len, w->flow.clean)) return false;
    if (!flow_text(&f, (dh_view){w->page->source.ptr + t.begin, t.len}, 0, false) || !flow_clean(&f)) return false;
    w->page->title = (dh_view){f.text, f.text_len};
    return true;
}

static bool add_run(walker *w, uint32_t index) {
    if (index >= w->scan->text_count) return true;
    scan_text t = w->scan->texts[index];
    dh_view run = {w->page->source.ptr + t.begin, t.len};
    if (!w->pre) return flow_text(&w->flow, run, w->elem, t.raw);
    if (w->pre_start && run.len && (*run.ptr == '\n' || *run.ptr == '\r')) {
        size_t n = run.len > 1 && *run.ptr == '\r' && run.ptr[1] == '\n' ? 2 : 1;
        run = (dh_view){run.ptr + n, run.len - n};
    }
    w->pre_start = false;
    return flow_code(&w->flow, run, w->elem, t.raw);
}

/* Where the innermost element's start tag stands in the source. */
static uint32_t elem_begin(const walker *w) {
    uint32_t start = w->page->elems[w->elem].start;
    return start == PG_NONE ? 0 : w->scan->starts[start].attrs.begin;
}

/* A text node of the skeleton's tree: tokens, and white space between them. */
static bool add_tokens(walker *w, const char *text) {
    const char *end = text + strlen(text); /* gumbo's own string of tokens, ends in NUL */
    while (text < end) {
        uint32_t index;
        size_t n = scan_token(text, end, &index);
        if (index != PG_NONE) {
            if (!add_run(w, index)) return false;
        } else if (!w->pre) {
            flow_space(&w->flow);
        } else {
            bool first = w->pre_start;
            w->pre_start = false;
            if (!(first && *text == '\n') && !flow_code_blank(&w->flow, *text, w->elem, elem_begin(w))) return false;
        }
        text += n;
    }
    return true;
}

/* ---- the walk ---- */

static bool is_list(pg_tag tag) { return tag == PG_UL || tag == PG_OL || tag == PG_MENU; }

/* Counts what is open of the kinds that decide on a block's kind; by is 1 or -1. */
static void count_open(walker *w, pg_tag tag, uint32_t by) {
    if (tag == PG_PRE || tag == PG_LISTING || tag == PG_XMP || tag == PG_PLAINTEXT) {
        w->pre += by;
        w->pre_start = by == 1;
    }
    if (is_list(tag)) w->lists += by;
    if (tag == PG_BLOCKQUOTE) w->quotes += by;
}

static bool line_break(walker *w) {
    if (w->pre) return flow_code_blank(&w->flow, '\n', w->elem, elem_begin(w));
    if (!close_block(w)) return false;
    w->flow.brs++;
    return true;
}

/* Elements around which a word goes on. */
static bool joins(pg_tag tag) {
    return tag == PG_SUP || tag == PG_SUB || tag == PG_WBR || tag == PG_RUBY || tag == PG_RT || tag == PG_RP;
}

/* ---- formulas ---- */

static bool is_tex(walker *w, const GumboNode *n) {
    static const dh_view name = DH_LIT("encoding"), tex = DH_LIT("tex");
    dh_view encoding;
    if (!tree_is_element(n) || n->v.element.tag != GUMBO_TAG_UNKNOWN) return false;
    size_t finger = w->finger;
    uint32_t start = find_start(w, &n->v.element);
    w->finger = finger;
    return start != PG_NONE && pg_attr(pg_view(w->page, w->scan->starts[start].attrs), name, &encoding) &&
           view_find_nocase(encoding, tex) < encoding.len;
}

/* The annotation of a formula that has its TeX, below math or its semantics; NULL if there is none. */
static const GumboNode *tex_of(walker *w, const GumboElement *math) {
    for (unsigned i = 0; i < math->children.length; i++) {
        const GumboNode *n = math->children.data[i];
        if (is_tex(w, n)) return n;
        for (unsigned k = 0; tree_is_element(n) && k < tree_children(n)->length; k++)
            if (is_tex(w, tree_children(n)->data[k])) return tree_children(n)->data[k];
    }
    return NULL;
}

/* Of a formula that has its TeX that is the text, and nothing else: its MathML says the same letter by letter. Pages hide it, and show an
 * image instead, or a copy made of spans, which goes. */
static bool add_formula(walker *w, const GumboElement *math, bool *inside) {
    const GumboNode *tex = tex_of(w, math);
    if (!tex) return true;
    *inside = false;
    w->tex = true;
    w->page->elems[w->elem].flags &= (uint8_t)~(PG_IS_HIDDEN | PG_IS_ARIA_HIDDEN);
    for (unsigned i = 0; i < tree_children(tex)->length; i++) {
        const GumboNode *n = tree_children(tex)->data[i];
        if ((n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE) && !add_tokens(w, n->v.text.text)) return false;
    }
    return true;
}

static bool is_copy_of_tex(const walker *w, const pg_elem *x) {
    return w->tex && x->tag == PG_SPAN && x->start != PG_NONE &&
           view_is(pg_view(w->page, w->scan->starts[x->start].cls), DH_VIEW("katex-html"));
}

/* *inside is false for an element whose content is passed over. */
static bool enter(walker *w, const GumboElement *e, bool *inside) {
    if (!add_elem(w, e)) return false;
    const pg_elem *x = &w->page->elems[w->elem];
    pg_tag tag = (pg_tag)x->tag;
    uint8_t bits = pg_tag_bits[tag];
    *inside = (!(bits & (TAG_S | TAG_V)) || tag == PG_HEAD) && !is_copy_of_tex(w, x);
    if (tag == PG_TITLE) return note_title(w, e);
    if (tag == PG_BR) return line_break(w);
    if (bits & TAG_B) {
        if (!boundary(w)) return false;
        w->page->elems[w->elem].first_block = (uint32_t)w->page->block_count; /* the one that ended is before it */
        w->page->elems[w->elem].text_begin = (uint32_t)w->flow.text_len;
    }
    if (!(bits & TAG_B)) flow_edge(&w->flow, joins(tag));
    if (tag == PG_MATH) return add_formula(w, e, inside);
    count_open(w, tag, 1);
    if (tag == PG_LI) w->item = w->elem;
    if (tag == PG_A && (x->flags & PG_HAS_HREF)) return flow_link_begin(&w->flow, w->elem);
    return true;
}

static bool leave(walker *w) {
    uint32_t elem = w->elem;
    pg_tag tag = (pg_tag)w->page->elems[elem].tag;
    uint8_t bits = pg_tag_bits[tag];
    bool block = bits & TAG_B, code = tag == PG_PRE || tag == PG_LISTING || tag == PG_XMP || tag == PG_PLAINTEXT;
    if (!block) flow_edge(&w->flow, joins(tag));
    if (block && !(code ? close_block(w) : boundary(w))) return false;
    if (w->flow.link_elem == elem && !flow_link_end(&w->flow)) return false;
    if (code) w->flow.boundary = true;
    count_open(w, tag, UINT32_MAX);
    if (w->item == elem) w->item = PG_NONE;
    pg_elem *x = &w->page->elems[elem];
    x->end_elem = (uint32_t)w->page->elem_count;
    x->text_end = (uint32_t)w->flow.text_len;
    /* An inline element, or any in pre, may end inside a block that is still open; clamp_blocks() sees to it if nothing comes of
     * that. */
    x->end_block = (uint32_t)(w->page->block_count + w->flow.open);
    if (tag == PG_TR) {
        join_row(w, elem);
        w->page->elems[elem].end_block = (uint32_t)w->page->block_count;
    }
    w->elem = w->page->elems[elem].parent;
    return true;
}

static bool visit(walker *w, const GumboNode *n, bool *inside) {
    *inside = false;
    if (tree_is_element(n)) return enter(w, &n->v.element, inside);
    bool text = n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE || n->type == GUMBO_NODE_CDATA;
    if (!text || w->elem == PG_NONE || w->page->elems[w->elem].tag == PG_HEAD) return true;
    return add_tokens(w, n->v.text.text);
}

static bool walk(walker *w, const GumboNode *root) {
    const GumboNode *n = root;
    for (;;) {
        bool inside;
        if (!visit(w, n, &inside)) return false;
        if (inside && tree_children(n)->length) {
            n = tree_children(n)->data[0];
            continue;
        }
        for (;;) { /* behind n: leave it, and those whose last child it is */
            if (tree_is_element(n) && !leave(w)) return false;
            if (n == root) return true;
            const GumboVector *siblings = tree_children(n->parent);
            size_t next = n->index_within_parent + 1;
            if (next < siblings->length) {
                n = siblings->data[next];
                break;
            }
            n = n->parent;
        }
    }
}

/* What an open block was counted into although nothing came of it ends where its parent does. Parents stand first. */
static void clamp_blocks(pg_page *page) {
    for (size_t e = 0; e < page->elem_count; e++) {
        pg_elem *x = &page->elems[e];
        uint32_t most = x->parent == PG_NONE ? (uint32_t)page->block_count : page->elems[x->parent].end_block;
        if (x->end_block > most) x->end_block = most;
        if (x->first_block > x->end_block) x->first_block = x->end_block;
    }
}

/* Walks the tree of the skeleton, which lives in an arena of its own: the judge needs its memory. */
static dh_status walk_tree(walker *w, dh_arena *tree_arena, dh_error *err) {
    GumboOutput *tree;
    dh_view skeleton = {w->scan->skeleton, w->scan->skeleton_len};
    dh_status st = tree_build(tree_arena, skeleton, &tree, err);
    if (st) return st;
    w->arena->max -= tree_arena->used; /* both together stay below the ceiling */
    if (!walk(w, tree->root)) st = arena_error(w->arena, err);
    w->arena->max += tree_arena->used;
    return st;
}

dh_status pg_from_html(dh_arena *arena, dh_view source, size_t max_depth, bool clean, pg_page *out, dh_error *err) {
    scan_result scan;
    dh_arena tree_arena;
    *out = (pg_page){.source = source, .is_html = true, .last_window = true, .title = {"", 0}};
    dh_status st = scan_page(arena, source, max_depth, &scan, err);
    if (st) return st;
    out->starts = scan.starts;
    out->start_count = scan.start_count;
    out->metas = scan.metas;
    out->meta_count = scan.meta_count;
    out->scripts = scan.scripts;
    out->script_count = scan.script_count;
    out->inert = scan.inert;
    out->inert_count = scan.inert_count;
    walker w = {.arena = arena, .page = out, .scan = &scan, .elem = PG_NONE, .item = PG_NONE};
    if (!flow_init(&w.flow, arena, out, scan.text_bytes + scan.text_count, clean)) return arena_error(arena, err);
    arena_init_within(&tree_arena, arena);
    st = walk_tree(&w, &tree_arena, err);
    arena_clear(&tree_arena);
    if (!st) flow_finish(&w.flow);
    clamp_blocks(out);
    return st;
}
