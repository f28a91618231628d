/* Stands in for malloc and its kin in the whole process, the C library's own calls, gumbo, zlib and C++ included. In builds
 * with sanitizers, whose allocator must stay, the linker wraps the calls of what is linked statically instead. */
#include "heap.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* True if the shared C++ library asks: that is CLD2, as all else has a C++ library of its own. It asks for its memory before
 * (src/facts/detect_language.cc), and what it would throw has no way out. */
static bool is_shared_cxx(const void *caller) {
    Dl_info where;
    return dladdr(caller, &where) && where.dli_fname && strstr(where.dli_fname, "libstdc++.so");
}

/* True if this allocation is to fail. */
static bool fails(const void *caller) {
    if (!(failed && for_good) && (!left || left > 1)) {
        left -= left > 0;
        return false;
    }
    if (is_shared_cxx(caller)) return false;
    left = 0;
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

void *OWN(malloc)(size_t n) { return fails(__builtin_return_address(0)) ? none() : counted(REAL(malloc)(n)); }

void *OWN(calloc)(size_t n, size_t size) { return fails(__builtin_return_address(0)) ? none() : counted(REAL(calloc)(n, size)); }

void *OWN(realloc)(void *p, size_t n) {
    if (fails(__builtin_return_address(0))) return none();
    void *q = REAL(realloc)(p, n);
    return p ? q : counted(q);
}

void OWN(free)(void *p) {
    live -= p != NULL;
    REAL(free)(p);
}
