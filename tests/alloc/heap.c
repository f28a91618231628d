/* Stands in for malloc and its kin in the whole process, the C library's own calls, gumbo, zlib and C++ included. In builds
 * with sanitizers, whose allocator must stay, the linker wraps the calls of what is linked statically instead. */
#include "heap.h"

#include <errno.h>
#include <stdlib.h>

#ifdef HEAP_WRAPPED
#define OWN(name) __wrap_##name
#define REAL(name) __real_##name
#else
#define OWN(name) name
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t n);
void *REAL(calloc)(size_t n, size_t size);
void *REAL(realloc)(void *p, size_t n);
void REAL(free)(void *p);
void *OWN(malloc)(size_t n);
void *OWN(calloc)(size_t n, size_t size);
void *OWN(realloc)(void *p, size_t n);
void OWN(free)(void *p);

static size_t left, live;
static bool for_good, failed;

void heap_fail(size_t at, bool all) {
    left = at;
    for_good = all;
    failed = false;
}

bool heap_failed(void) { return failed; }

size_t heap_live(void) { return live; }

/* True if this allocation is to fail. */
static bool fails(void) {
    if (failed && for_good) return true;
    if (!left || --left) return false;
    failed = true;
    return true;
}

static void *none(void) {
    errno = ENOMEM;
    return NULL;
}

static void *counted(void *p) {
    live += p != NULL;
    return p;
}

void *OWN(malloc)(size_t n) { return fails() ? none() : counted(REAL(malloc)(n)); }

void *OWN(calloc)(size_t n, size_t size) { return fails() ? none() : counted(REAL(calloc)(n, size)); }

void *OWN(realloc)(void *p, size_t n) {
    if (fails()) return none();
    void *q = REAL(realloc)(p, n);
    return p ? q : counted(q);
}

void OWN(free)(void *p) {
    live -= p != NULL;
    REAL(free)(p);
}
