/* heap.h: the allocator under test: counts what lives, and fails when told. */
#ifndef TESTS_ALLOC_HEAP_H
#define TESTS_ALLOC_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Fails the at-th allocation from now on (1 is the next one), and all behind it too if `all`. 0: none. */
void heap_fail(size_t at, bool all);
/* True if an allocation has failed since heap_fail. */
bool heap_failed(void);
/* Allocations that are not freed. */
size_t heap_live(void);

#endif
