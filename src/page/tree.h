/* tree.h: gumbo over a skeleton, within an arena; a look at the nodes. */
#ifndef PAGE_TREE_H
#define PAGE_TREE_H

#include "base/base.h"

#include <gumbo.h>

/* n: a document or an element. */
static inline const GumboVector *tree_children(const GumboNode *n) {
    return n->type == GUMBO_NODE_DOCUMENT ? &n->v.document.children : &n->v.element.children;
}

static inline bool tree_is_element(const GumboNode *n) {
    return n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE;
}

/* Builds the tree of `html` (a skeleton, or a whole page in tests); all of it lives in the arena and goes with it: never
 * call gumbo_destroy_output(). Errors: DH_ERR_NOMEM, DH_ERR_LIMIT, when the arena has no more to give. */
dh_status tree_build(dh_arena *arena, dh_view html, GumboOutput **out, dh_error *err);

#endif
