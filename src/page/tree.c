/* Runs gumbo with every allocation in an arena. gumbo never checks its allocator, so a failed allocation leaves it by
 * longjmp, the only one in dehusk; nothing leaks, as gumbo holds nothing but arena memory. */
#include "page/tree.h"

#include <setjmp.h>

typedef struct {
    dh_arena *arena;
    jmp_buf *failed;
} tree_memory;

static void *tree_alloc(void *user, size_t size) {
    tree_memory *m = user;
    void *p = arena_alloc(m->arena, size);
    if (!p) longjmp(*m->failed, 1);
    return p;
}

static void tree_free(void *user, void *p) {
    (void)user;
    (void)p;
}

dh_status tree_build(dh_arena *arena, dh_view html, GumboOutput **out, dh_error *err) {
    jmp_buf failed;
    tree_memory memory = {arena, &failed};
    if (setjmp(failed)) return arena_error(arena, err);
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = tree_alloc;
    options.deallocator = tree_free;
    options.userdata = &memory;
    options.max_errors = 0;
    *out = gumbo_parse_with_options(&options, html.ptr, html.len);
    return DH_OK;
}
