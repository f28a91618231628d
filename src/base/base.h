/* base.h: views, buffers, the arena and errors, for all folders. The public half of these types is in dehusk.h. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <dehusk.h>
#include <string.h>

#define DH_LIT(s) {(s), sizeof(s) - 1}
#define DH_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DH_VIEW(s) ((dh_view)DH_LIT(s))

#if defined(__GNUC__)
#define DH_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define DH_PRINTF(f, a)
#endif

static inline bool view_is(dh_view a, dh_view b) { return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len)); }

static inline bool view_starts(dh_view a, dh_view prefix) {
    return a.len >= prefix.len && !memcmp(a.ptr, prefix.ptr, prefix.len);
}

static inline bool view_ends(dh_view a, dh_view end) {
    return a.len >= end.len && !memcmp(a.ptr + (a.len - end.len), end.ptr, end.len);
}

/* The view of a string that ends in NUL by contract: a row of ours, argv, a path. Never of input. */
static inline dh_view view_of(const char *s) { return (dh_view){s, strlen(s)}; }

static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* The white space of HTML: space, tab, LF, FF, CR. */
static inline bool ascii_space(char c) { return (c == ' ') | ((c >= '\t') & (c <= '\r') & (c != '\v')); }

static inline bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alnum(char c) { return ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'); }

/* 0 to 15; -1 if c is no hexadecimal digit. */
static inline int ascii_hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ASCII case folded comparisons. */
bool view_is_nocase(dh_view a, dh_view b);
bool view_starts_nocase(dh_view a, dh_view prefix);
/* Offset of an ASCII needle in a, case folded; a.len if it is not there. */
size_t view_find_nocase(dh_view a, dh_view needle);
/* a without leading and trailing ASCII white space. */
dh_view view_trim(dh_view a);
/* True if there is nothing but ASCII white space in a. */
bool view_is_blank(dh_view a);
/* Runs of bytes that are no ASCII white space. */
size_t view_words(dh_view a);
/* A hash for tables of views: FNV-1a, its upper half mixed into the lower. Unkeyed, and the same on every machine. */
uint64_t view_hash(dh_view a);
/* A dh_read_fn over memory: user is a dh_view of what is left. Never fails. */
dh_status view_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* Sets *err (may be NULL) and returns code. The message is cut to fit; control characters in it become '?'. */
dh_status err_set(dh_error *err, dh_status code, size_t pos, const char *format, ...) DH_PRINTF(4, 5);
/* The same with DH_ERR_IO and the system's words for errno. */
dh_status err_system(dh_error *err);

/* ---- buffer: more than the public header shows ---- */

/* Makes room for `more` bytes behind len. Errors as dh_buf_append. */
dh_status buf_reserve(dh_buf *buf, size_t more);
/* Gives back the room behind len. */
void buf_fit(dh_buf *buf);
dh_status buf_append_char(dh_buf *buf, char c);
dh_status buf_append_view(dh_buf *buf, dh_view v);
/* printf to the end of *buf. Errors as dh_buf_append. */
dh_status buf_printf(dh_buf *buf, const char *format, ...) DH_PRINTF(2, 3);

/* ---- arena: owns all that a page allocates; freed at once ---- */

typedef struct arena_chunk arena_chunk;
typedef struct {
    arena_chunk *chunks; /* newest first */
    char *at, *end;      /* free room of the newest chunk */
    size_t used, max;    /* bytes taken from malloc, and their ceiling */
    size_t max_told;     /* the ceiling that messages name: what the user gave, of which this arena may have a part */
    size_t chunk_bytes;  /* size of the next chunk: grows with the arena */
    bool limit_hit;      /* the last NULL was the ceiling's doing, not malloc's */
} dh_arena;

/* max_bytes: the ceiling, 0 for none. */
void arena_init(dh_arena *a, size_t max_bytes);
/* An arena that may have what is left of another one's ceiling. */
void arena_init_within(dh_arena *a, const dh_arena *outer);
void arena_clear(dh_arena *a);
/* n bytes, aligned for any type, not set; NULL if the ceiling is passed or malloc fails (arena_error says which).
 * Under AddressSanitizer the allocations have poisoned red zones. */
void *arena_alloc(dh_arena *a, size_t n);
/* The same, n * size bytes, overflow checked, set to 0. */
void *arena_calloc(dh_arena *a, size_t n, size_t size);
/* An array grown: a new place for `to` items with the first `from` copied. The old one stays until arena_clear,
 * unless it lay at the end of the newest chunk, which then grows in place. */
void *arena_grow(dh_arena *a, void *old, size_t from, size_t to, size_t size);
/* Doubles *array, all *cap items of which are in use; from nothing it gets `first`. False: no memory, nothing changed. */
bool arena_double(dh_arena *a, void **array, size_t *cap, size_t first, size_t size);
/* DH_ERR_LIMIT or DH_ERR_NOMEM with its message, for an allocation that came back NULL. */
dh_status arena_error(const dh_arena *a, dh_error *err);

/* ---- UTF-8 ---- */

/* Length of the longest valid UTF-8 prefix of v. A sequence cut off at the end is not part of it. */
size_t utf8_valid_prefix(dh_view v);
/* Decodes one code point of valid UTF-8 at p < end; *len receives its bytes. Bad bytes give U+FFFD and 1. */
uint32_t utf8_decode(const char *p, const char *end, size_t *len);
/* Writes code point c (a surrogate or one past U+10FFFF as U+FFFD) to out[4]; returns 1 to 4. */
size_t utf8_encode(uint32_t c, char out[4]);
/* What JSON and scripts write as \uXXXX: *p stands at the four hexadecimal digits and is moved behind them, and behind the low
 * surrogate that completes a high one. A surrogate alone is given as it is. False, and *p as it was, if there are no four digits. */
bool utf8_escaped(const char **p, const char *end, uint32_t *c);

#endif
