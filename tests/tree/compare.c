/* Compares, page by page, the tree that gumbo builds from a skeleton with the one it builds from the whole page: the same
 * elements with the same text in the same places, less what the scanner skips by design (what script, style, svg, template,
 * select, iframe and textarea hold; meta, link, script and style tags; comments; white space).
 *
 * usage: compare [--show] FILE...     files may be gzipped; with invalid UTF-8 they are passed over
 * Prints a line for each page that differs, and the count. Exit status 1 if a file cannot be read. */
#include "page/entity.h"
#include "page/gumbo_tag.h"
#include "page/scan.h"
#include "page/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

typedef struct {
    dh_buf events;
    const scan_result *scan; /* NULL: text is text */
} trace;

/* gumbo makes U+FFFD of controls (C0, C1) that the scanner leaves alone: neither counts here. */
static bool counts(uint32_t c) { return c > 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xfffd; }

static void add_text(trace *t, const char *p, size_t len) {
    for (const char *end = p + len; p < end;) {
        size_t n;
        if (counts(utf8_decode(p, end, &n))) dh_buf_append(&t->events, p, n);
        p += n;
    }
}

static void add_run(trace *t, scan_text run) {
    const char *p = t->scan->source.ptr + run.begin, *end = p + run.len;
    char out[ENTITY_MAX_BYTES];
    while (p < end) {
        size_t n = 0, len;
        if (*p == '&' && !run.raw) n = entity_decode(p, end, out, &len);
        if (n) add_text(t, out, len);
        else {
            utf8_decode(p, end, &n);
            add_text(t, p, n);
        }
        p += n;
    }
}

static void add_tokens(trace *t, const char *text) {
    if (!t->scan) {
        add_text(t, text, strlen(text));
        return;
    }
    for (const char *end = text + strlen(text); text < end;) {
        uint32_t index;
        text += scan_token(text, end, &index);
        if (index != PG_NONE) add_run(t, t->scan->texts[index]);
    }
}

static bool left_out(pg_tag tag) { return tag == PG_META || tag == PG_LINK || tag == PG_SCRIPT || tag == PG_STYLE; }

static bool hollow(pg_tag tag) {
    return tag == PG_SVG || tag == PG_TEMPLATE || tag == PG_SELECT || tag == PG_IFRAME || tag == PG_TEXTAREA ||
           tag == PG_NOEMBED || tag == PG_NOFRAMES;
}

static bool enter(trace *t, const GumboNode *n) {
    if (n->type == GUMBO_NODE_DOCUMENT) return true;
    if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_CDATA) add_tokens(t, n->v.text.text);
    if (!tree_is_element(n)) return false;
    pg_tag tag = pg_tag_of_gumbo((unsigned)n->v.element.tag);
    if (left_out(tag)) return false;
    buf_printf(&t->events, "\n<%s>", tag ? pg_tag_name(tag) : gumbo_normalized_tagname(n->v.element.tag));
    return !hollow(tag);
}

static void leave(trace *t, const GumboNode *n) {
    if (tree_is_element(n) && !left_out(pg_tag_of_gumbo((unsigned)n->v.element.tag))) dh_buf_append(&t->events, "\n</>", 4);
}

static void walk(trace *t, const GumboNode *root) {
    const GumboNode *n = root;
    for (;;) {
        if (enter(t, n) && tree_children(n)->length) {
            n = tree_children(n)->data[0];
            continue;
        }
        for (;; n = n->parent) {
            leave(t, n);
            if (n == root) return;
            if (n->index_within_parent + 1 < tree_children(n->parent)->length) {
                n = tree_children(n->parent)->data[n->index_within_parent + 1];
                break;
            }
        }
    }
}

static void show_difference(dh_view a, dh_view b) {
    size_t i = 0, from;
    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) i++;
    from = i > 120 ? i - 120 : 0;
    printf("--- whole page\n%.*s\n--- skeleton\n%.*s\n", (int)(a.len - from < 300 ? a.len - from : 300), a.ptr + from,
           (int)(b.len - from < 300 ? b.len - from : 300), b.ptr + from);
}

/* 0 equal, 1 different, 2 not compared. */
static int compare(dh_view source, bool show) {
    dh_arena arena;
    arena_init(&arena, 0);
    scan_result scan;
    GumboOutput *whole, *skeleton;
    trace a = {.scan = NULL}, b = {.scan = &scan};
    dh_buf_init(&a.events, 0);
    dh_buf_init(&b.events, 0);
    int result = 2;
    if (utf8_valid_prefix(source) == source.len && !tree_build(&arena, source, &whole, NULL) &&
        !scan_page(&arena, source, 0, &scan, NULL) &&
        !tree_build(&arena, (dh_view){scan.skeleton, scan.skeleton_len}, &skeleton, NULL)) {
        walk(&a, whole->document);
        walk(&b, skeleton->document);
        result = !view_is(dh_buf_view(&a.events), dh_buf_view(&b.events));
        if (result && show) show_difference(dh_buf_view(&a.events), dh_buf_view(&b.events));
    }
    dh_buf_clear(&a.events);
    dh_buf_clear(&b.events);
    arena_clear(&arena);
    return result;
}

static bool read_file(const char *name, dh_buf *out) {
    gzFile f = gzopen(name, "rb");
    char piece[65536];
    int n = -1;
    while (f && (n = gzread(f, piece, sizeof piece)) > 0) dh_buf_append(out, piece, (size_t)n);
    if (f) gzclose(f);
    return n == 0;
}

int main(int argc, char **argv) {
    bool show = argc > 1 && view_is((dh_view){argv[1], strlen(argv[1])}, DH_VIEW("--show"));
    int counts[3] = {0, 0, 0};
    for (int i = 1 + show; i < argc; i++) {
        dh_buf page;
        dh_buf_init(&page, 0);
        if (!read_file(argv[i], &page)) {
            fprintf(stderr, "compare: %s: cannot be read\n", argv[i]);
            return 1;
        }
        int r = compare(dh_buf_view(&page), show);
        if (r == 1) printf("differs: %s\n", argv[i]);
        counts[r]++;
        dh_buf_clear(&page);
    }
    printf("%d equal, %d differ, %d passed over\n", counts[0], counts[1], counts[2]);
    return 0;
}
