/* The arena: chunks from malloc that are freed together, with a ceiling over all of them. */
#include "base.h"

#include <assert.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_RED_BYTES 16
#define ARENA_POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define ARENA_UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define ARENA_RED_BYTES 0
#define ARENA_POISON(p, n) ((void)0)
#define ARENA_UNPOISON(p, n) ((void)0)
#endif

/* The first chunk is small, as most pages are; later ones double, so that there are few of them, up to a size that
 * does not waste memory at the end. */
#define ARENA_FIRST_BYTES ((size_t)64 << 10)
#define ARENA_CHUNK_BYTES ((size_t)1 << 20)
#define ARENA_ALIGN 16

struct arena_chunk {
    arena_chunk *next;
    size_t bytes;
};
_Static_assert(sizeof(arena_chunk) % ARENA_ALIGN == 0, "chunk data must be aligned");

void arena_init(dh_arena *a, size_t max_bytes) {
    *a = (dh_arena){.max = max_bytes ? max_bytes : SIZE_MAX, .chunk_bytes = ARENA_FIRST_BYTES};
    a->max_told = a->max;
}

void arena_init_within(dh_arena *a, const dh_arena *outer) {
    size_t left = outer->max - outer->used;
    arena_init(a, left ? left : 1);
    a->max_told = outer->max_told;
}

/* Frees the chunks that are newer than one of them, or all (NULL). */
static void free_chunks(dh_arena *a, arena_chunk *until) {
    for (arena_chunk *c = a->chunks, *next; c != until; c = next) {
        next = c->next;
        a->used -= c->bytes;
        ARENA_UNPOISON(c, c->bytes);
        free(c);
    }
    a->chunks = until;
}

void arena_clear(dh_arena *a) {
    size_t told = a->max_told;
    free_chunks(a, NULL);
    arena_init(a, a->max);
    a->max_told = told;
}

static bool add_chunk(dh_arena *a, size_t need) {
    size_t bytes = a->chunk_bytes;
    if (bytes - sizeof(arena_chunk) < need) bytes = need + sizeof(arena_chunk);
    if (bytes > a->max - a->used) bytes = need + sizeof(arena_chunk); /* the last bit before the ceiling */
    if (bytes > a->max - a->used) {
        a->limit_hit = true; /* and stays so: of several allocations in a row the last one may fit */
        return false;
    }
    arena_chunk *c = malloc(bytes);
    if (!c) return false;
    *c = (arena_chunk){a->chunks, bytes};
    a->chunks = c;
    a->used += bytes;
    a->at = (char *)(c + 1);
    a->end = (char *)c + bytes;
    ARENA_POISON(a->at, (size_t)(a->end - a->at));
    if (a->chunk_bytes < ARENA_CHUNK_BYTES) a->chunk_bytes *= 2;
    return true;
}

/* Bytes that n bytes take with their red zone; some even for 0, so that a place is never NULL. */
static size_t rounded(size_t n) {
    size_t bytes = (n + ARENA_RED_BYTES + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    return bytes ? bytes : ARENA_ALIGN;
}

void *arena_alloc(dh_arena *a, size_t n) {
    if (n > SIZE_MAX / 2) {
        a->limit_hit = true;
        return NULL;
    }
    size_t need = rounded(n);
    if ((size_t)(a->end - a->at) < need && !add_chunk(a, need)) return NULL;
    void *p = a->at;
    a->at += need;
    ARENA_UNPOISON(p, n);
    return p;
}

void *arena_calloc(dh_arena *a, size_t n, size_t size) {
    if (size && n > SIZE_MAX / 2 / size) {
        a->limit_hit = true;
        return NULL;
    }
    void *p = arena_alloc(a, n * size);
    return p ? memset(p, 0, n * size) : NULL;
}

void *arena_grow(dh_arena *a, void *old, size_t from, size_t to, size_t size) {
    if (size && to > SIZE_MAX / 2 / size) {
        a->limit_hit = true;
        return NULL;
    }
    size_t had = rounded(from * size), need = rounded(to * size);
    if (old && (char *)old + had == a->at && (size_t)(a->end - a->at) >= need - had) {
        a->at += need - had;
        ARENA_UNPOISON(old, to * size);
        return old;
    }
    assert(old || !from);
    void *p = arena_alloc(a, to * size);
    if (p && from) memcpy(p, old, from * size);
    return p;
}

bool arena_double(dh_arena *a, void **array, size_t *cap, size_t first, size_t size) {
    size_t to = *cap ? *cap * 2 : first;
    void *p = arena_grow(a, *array, *cap, to, size);
    if (!p) return false;
    *array = p;
    *cap = to;
    return true;
}

dh_status arena_error(const dh_arena *a, dh_error *err) {
    if (!a->limit_hit) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return err_set(err, DH_ERR_LIMIT, 0, "needs more memory than the limit of %zu bytes (--max-memory)", a->max_told);
}
