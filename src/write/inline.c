/* Goes over a run of text and the elements in it at once. They are nested, so that a short stack is all it needs. */
#include "write/inline.h"

#include "write/address.h"

/* Spans that are open at once; what is deeper is text. */
#define SPANS_DEEP 12

typedef struct {
    wr_maker *m;
    wr_inline *in;
    const char *text; /* of the whole page */
    size_t begin, at, end; /* of the run, and up to where it is written */
    wr_span open[SPANS_DEEP];
    size_t ends[SPANS_DEEP];
    size_t depth;
    unsigned kinds; /* a bit for each kind that is open */
} run;

dh_status wr_inline_open(wr_inline *in, const wr_input *input) {
    *in = (wr_inline){.page = input->page};
    dh_buf_init(&in->base, 0);
    dh_buf_init(&in->address, 0);
    dh_buf_init(&in->source, 0);
    dh_buf_init(&in->alt, 0);
    dh_buf_init(&in->last_image, 0);
    return wr_base(input, &in->base);
}

void wr_inline_clear(wr_inline *in) {
    dh_buf_clear(&in->base);
    dh_buf_clear(&in->address);
    dh_buf_clear(&in->source);
    dh_buf_clear(&in->alt);
    dh_buf_clear(&in->last_image);
}

static bool is_marked(const pg_elem *x) { return pg_tag_bits[x->tag] & TAG_M; }

/* The first element that begins at or behind a byte of the page's text. */
static size_t first_elem(const pg_page *page, size_t at) {
    size_t lo = 0, hi = page->elem_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (page->elems[mid].text_begin < at) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/* ---- images ---- */

/* A length of two pixels or fewer: what counts readers, not what is shown to them. */
static bool is_tiny(const pg_page *page, uint32_t elem, dh_view name) {
    dh_view v;
    if (!wr_attr(page, elem, name, &v)) return false;
    v = view_trim(v);
    return v.len && v.ptr[0] >= '0' && v.ptr[0] <= '2' && (v.len == 1 || view_is_nocase((dh_view){v.ptr + 1, v.len - 1}, DH_VIEW("px")));
}

/* The first address of a list with sizes. */
static dh_view first_of_set(dh_view v) {
    v = view_trim(v);
    size_t n = 0;
    while (n < v.len && !ascii_space(v.ptr[n])) n++;
    while (n && v.ptr[n - 1] == ',') n--;
    return (dh_view){v.ptr, n};
}

/* Where images that are loaded late have their address; src holds a blank there. */
static const dh_view image_attrs[] = {DH_LIT("data-src"), DH_LIT("data-lazy-src"), DH_LIT("data-original"), DH_LIT("src"),
                                      DH_LIT("data-srcset"), DH_LIT("srcset")};
#define IMAGE_SETS 4 /* from this row on they are lists */

bool wr_inline_image(wr_maker *m, wr_inline *in, uint32_t elem, wr_image *image) {
    dh_view raw;
    if (is_tiny(in->page, elem, DH_VIEW("width")) || is_tiny(in->page, elem, DH_VIEW("height"))) return false;
    in->source.len = 0;
    for (size_t i = 0; i < DH_COUNT(image_attrs) && !in->source.len && !m->out.status; i++) {
        if (!wr_attr(in->page, elem, image_attrs[i], &raw)) continue;
        if (i >= IMAGE_SETS) raw = first_of_set(raw);
        m->out.status = wr_address(dh_buf_view(&in->base), view_trim(raw), false, &in->source);
    }
    if (!in->source.len || view_is(dh_buf_view(&in->source), dh_buf_view(&in->last_image))) return false;
    in->alt.len = in->last_image.len = 0;
    if (!m->out.status) m->out.status = buf_append_view(&in->last_image, dh_buf_view(&in->source));
    if (!m->out.status && wr_attr(in->page, elem, DH_VIEW("alt"), &raw)) m->out.status = wr_attr_text(raw, &in->alt);
    *image = (wr_image){dh_buf_view(&in->source), dh_buf_view(&in->alt)};
    return !m->out.status;
}

/* ---- spans ---- */

static bool kind_of(pg_tag tag, wr_span_kind *kind) {
    switch ((int)tag) {
    case PG_A: *kind = WR_LINK; return true;
    case PG_EM: case PG_I: *kind = WR_EMPHASIS; return true;
    case PG_STRONG: case PG_B: *kind = WR_STRONG; return true;
    case PG_CODE: case PG_TT: *kind = WR_CODE_SPAN; return true;
    case PG_MATH: *kind = WR_FORMULA; return true;
    case PG_S: case PG_STRIKE: *kind = WR_STRUCK; return true;
    case PG_SUB: *kind = WR_SUB; return true;
    case PG_SUP: *kind = WR_SUP; return true;
    default: return false;
    }
}

static void write_to(run *r, size_t to) {
    if (to <= r->at) return;
    r->m->ways->text(r->m, (dh_view){r->text + r->at, to - r->at});
    r->at = to;
}

static void close_top(run *r) {
    wr_span *s = &r->open[--r->depth];
    write_to(r, r->ends[r->depth]);
    r->kinds &= ~(1u << s->kind);
    r->m->ways->close_span(r->m, s);
}

/* Closes the spans that end at or before a byte. A span of the kind that would begin where one ends is one with it: then it is made
 * longer, and true. */
static bool close_before(run *r, size_t at, const wr_span *next, size_t next_end) {
    while (r->depth && r->ends[r->depth - 1] <= at) {
        wr_span *top = &r->open[r->depth - 1], longer = *top;
        bool mergeable = top->kind != WR_LINK && top->kind != WR_FORMULA;
        bool adjacent = next && mergeable && next->kind == top->kind && r->ends[r->depth - 1] == at;
        if (adjacent) longer.end = next->end;
        if (adjacent && r->m->ways->takes(r->m, &longer)) {
            *top = longer;
            r->ends[r->depth - 1] = next_end;
            return true;
        }
        close_top(r);
    }
    return false;
}

/* Finds where a link leads; false if it is not to be shown, or nowhere safe. */
static bool find_link(run *r, uint32_t elem, wr_span *s) {
    dh_view raw;
    if (!r->m->links || r->m->out.status || !wr_attr(r->in->page, elem, DH_VIEW("href"), &raw)) return false;
    r->m->out.status = wr_address(dh_buf_view(&r->in->base), view_trim(raw), true, &r->in->address);
    s->address = dh_buf_view(&r->in->address);
    return s->address.len > 0;
}

/* Takes white space off both ends of a part of the text; the ideographic space is one that texts keep. */
static void trim(const char *text, size_t *begin, size_t *end) {
    static const dh_view wide = DH_LIT("\xe3\x80\x80");
    for (;;) {
        dh_view v = {text + *begin, *end - *begin};
        if (v.len && ascii_space(v.ptr[0])) ++*begin;
        else if (view_starts(v, wide)) *begin += wide.len;
        else if (v.len && ascii_space(v.ptr[v.len - 1])) --*end;
        else if (v.len >= wide.len && !memcmp(v.ptr + v.len - wide.len, wide.ptr, wide.len)) *end -= wide.len;
        else return;
    }
}

/* Makes a span of what an element covers of the run; false if it covers no text, or is of no kind that is shown here. */
static bool span_of(run *r, uint32_t elem, wr_span *s, size_t *begin, size_t *end) {
    const pg_elem *x = &r->in->page->elems[elem];
    if (!kind_of((pg_tag)x->tag, &s->kind)) return false;
    *begin = x->text_begin > r->at ? x->text_begin : r->at;
    *end = x->text_end < r->end ? x->text_end : r->end;
    if (*begin >= *end) return false;
    trim(r->text, begin, end);
    s->begin = r->text + *begin;
    s->end = r->text + *end;
    /* A formula whose text is its TeX has no elements. */
    if (s->kind == WR_FORMULA && x->end_elem != elem + 1) return false;
    return *begin < *end && !(s->kind == WR_STRONG && r->in->strong);
}

static void enter_span(run *r, uint32_t elem) {
    wr_span s = {.address = {"", 0}};
    size_t begin, end;
    if (!span_of(r, elem, &s, &begin, &end) || close_before(r, begin, &s, end)) return;
    bool again = r->kinds >> s.kind & 1;
    if (again || r->depth == SPANS_DEEP || (s.kind == WR_LINK && !find_link(r, elem, &s))) return;
    if (!r->m->ways->takes(r->m, &s)) return;
    write_to(r, begin);
    r->open[r->depth] = s;
    r->ends[r->depth++] = end;
    r->kinds |= 1u << s.kind;
    r->m->ways->open_span(r->m, &s);
}

/* block: the block level element that the run stands in. */
static void enter_image(run *r, uint32_t elem, uint32_t block) {
    const pg_page *page = r->in->page;
    size_t at = page->elems[elem].text_begin;
    wr_image image;
    if (!r->m->images || (page->elems[elem].flags & PG_IS_HIDDEN)) return;
    if (at == r->begin && wr_block_level(page, elem) != block) return;
    if (r->kinds >> WR_CODE_SPAN & 1) return;
    if (!wr_inline_image(r->m, r->in, elem, &image)) return;
    close_before(r, at, NULL, 0);
    bool spaced = at == r->begin || (at < r->end && r->text[at] == ' ');
    write_to(r, at > r->begin && spaced ? at + 1 : at);
    if (at == r->end && r->at > r->begin) r->m->ways->text(r->m, DH_VIEW(" "));
    r->m->ways->image(r->m, &image);
    if (spaced && r->at < r->end) r->m->ways->text(r->m, DH_VIEW(" "));
}

/* Opens what is open where the run begins, the outermost first. */
static void enter_outer(run *r, size_t first) {
    const pg_elem *elems = r->in->page->elems;
    uint32_t chain[SPANS_DEEP];
    size_t n = 0;
    for (uint32_t e = first ? (uint32_t)first - 1 : PG_NONE; e != PG_NONE; e = elems[e].parent)
        if (is_marked(&elems[e]) && elems[e].text_end > r->at) chain[n++ % SPANS_DEEP] = e;
    for (size_t i = n, least = n > SPANS_DEEP ? n - SPANS_DEEP : 0; i > least; i--) enter_span(r, chain[(i - 1) % SPANS_DEEP]);
}

void wr_inline_run(wr_maker *m, wr_inline *in, size_t begin, size_t end, uint32_t elem) {
    const pg_page *page = in->page;
    run r = {.m = m, .in = in, .text = page->text.ptr, .begin = begin, .at = begin, .end = end};
    m->line = (dh_view){r.text + begin, end - begin};
    size_t e = in->plain ? page->elem_count : first_elem(page, begin);
    if (!in->plain) enter_outer(&r, e);
    for (; e < page->elem_count && page->elems[e].text_begin <= end && !m->out.status; e++) {
        if (page->elems[e].tag == PG_IMG) enter_image(&r, (uint32_t)e, elem);
        else if (page->elems[e].text_begin < end) enter_span(&r, (uint32_t)e);
    }
    close_before(&r, end, NULL, 0);
    write_to(&r, end);
}
