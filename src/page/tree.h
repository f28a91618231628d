/* tree.h: gumbo over a skeleton, within an arena. */
#ifndef PAGE_TREE_H
#define PAGE_TREE_H

#include "base/base.h"

#include <gumbo.h>

/* Builds the tree of `html` (a skeleton, or a whole page in tests); all of it lives in the arena and goes with it: never
 * call gumbo_destroy_output(). Errors: DH_ERR_NOMEM, DH_ERR_LIMIT, when the arena has no more to give. */
dh_status tree_build(dh_arena *arena, dh_view html, GumboOutput **out, dh_error *err);

#endif
