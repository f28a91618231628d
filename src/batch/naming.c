/* Output names of one folder's files: the short ones where they are free, the full ones where two would meet. */
#include "naming.h"

#include <stdlib.h>

/* An output's name without its ending that an entry has, or would like to have. */
typedef struct {
    dh_view key;
    size_t owner;
    bool wish; /* the short name, which its owner gives up if anybody else claims it */
} claim;

static const dh_view page_endings[] = {DH_LIT(".html"), DH_LIT(".htm"), DH_LIT(".xhtml"), DH_LIT(".xht"),
                                       DH_LIT(".shtml"), DH_LIT(".txt"), DH_LIT(".text"), DH_LIT(".mhtml"), DH_LIT(".mht")};
static const dh_view compressed_endings[] = {DH_LIT(".gz"), DH_LIT(".br"), DH_LIT(".zst"), DH_LIT(".xz"), DH_LIT(".bz2")};

static bool cut_ending(dh_view *name, const dh_view *endings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t n = endings[i].len;
        if (name->len <= n || !view_is_nocase((dh_view){name->ptr + name->len - n, n}, endings[i])) continue;
        name->len -= n;
        return true;
    }
    return false;
}

dh_view naming_stem(dh_view name) {
    cut_ending(&name, compressed_endings, DH_COUNT(compressed_endings));
    cut_ending(&name, page_endings, DH_COUNT(page_endings));
    return name;
}

static int compare(const void *x, const void *y) {
    const claim *a = x, *b = y;
    size_t n = a->key.len < b->key.len ? a->key.len : b->key.len;
    int order = n ? memcmp(a->key.ptr, b->key.ptr, n) : 0;
    if (order) return order;
    if (a->key.len != b->key.len) return a->key.len < b->key.len ? -1 : 1;
    return a->owner < b->owner ? -1 : a->owner > b->owner;
}

/* One file claims its full name, and wishes for the short one; a folder claims its name if that ends as outputs do. */
static size_t claims_of(const naming_entry *e, size_t owner, dh_view ending, claim *out) {
    dh_view name = e->name;
    if (e->is_dir) {
        if (!view_ends(name, ending)) return 0;
        name.len -= ending.len;
        *out = (claim){name, owner, false};
        return 1;
    }
    dh_view stem = naming_stem(name);
    out[0] = (claim){name, owner, false};
    if (stem.len == name.len) return 1;
    out[1] = (claim){stem, owner, true};
    return 2;
}

/* claims[0 .. n): all with one key. */
static void settle(naming_entry *entries, const claim *claims, size_t n) {
    size_t holder = SIZE_MAX; /* a folder, else the first file that claims the key as its full name */
    for (size_t i = 0; i < n; i++) {
        size_t owner = claims[i].owner;
        if (claims[i].wish) {
            if (n > 1) entries[owner].naming = LIST_FULL;
        } else if (holder == SIZE_MAX || (entries[owner].is_dir && !entries[holder].is_dir)) {
            holder = owner;
        }
    }
    for (size_t i = 0; i < n; i++) {
        naming_entry *e = &entries[claims[i].owner];
        if (claims[i].wish || claims[i].owner == holder || e->is_dir) continue;
        e->naming = LIST_TAKEN;
    }
}

/* A file whose short name is free needs no full one, so it cannot lose it: LIST_TAKEN holds only with the full name. */
static void mark_wishes(naming_entry *entries, const claim *claims, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (claims[i].wish && n == 1) entries[claims[i].owner].naming = LIST_SHORT;
}

static bool same_key(const claim *a, const claim *b) { return view_is(a->key, b->key); }

static void each_group(naming_entry *entries, const claim *claims, size_t n,
                       void (*visit)(naming_entry *, const claim *, size_t)) {
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && same_key(&claims[i], &claims[j]); j++) {}
        visit(entries, claims + i, j - i);
    }
}

/* Folders of one name can only meet among inputs of the command line: the first one stays. */
static dh_status take_double_dirs(naming_entry *entries, size_t count) {
    claim *dirs = calloc(count + 1, sizeof *dirs);
    size_t n = 0;
    if (!dirs) return DH_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        if (entries[i].is_dir) dirs[n++] = (claim){entries[i].name, i, false};
    qsort(dirs, n, sizeof *dirs, compare);
    for (size_t i = 1; i < n; i++)
        if (same_key(&dirs[i - 1], &dirs[i])) entries[dirs[i].owner].naming = LIST_TAKEN;
    free(dirs);
    return DH_OK;
}

dh_status naming_choose(naming_entry *entries, size_t count, dh_view ending) {
    claim *claims = calloc(count + 1, 2 * sizeof *claims);
    size_t n = 0;
    if (!claims) return DH_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        entries[i].naming = LIST_FULL;
        n += claims_of(&entries[i], i, ending, claims + n);
    }
    qsort(claims, n, sizeof *claims, compare);
    each_group(entries, claims, n, settle);
    each_group(entries, claims, n, mark_wishes);
    free(claims);
    return take_double_dirs(entries, count);
}
