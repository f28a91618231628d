/* The list against the manifest. Memory: about ten bytes an item while a run lasts, eight more while it is put in order. */
#include "resume.h"

#include "source.h"

#include <stdlib.h>
#include <sys/stat.h>

#define MOST_ITEMS ((size_t)1 << 31)

/* ---- items by their outputs ------------------------------------------------------------------------------------- */

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* The item whose output is called so; the list's count if there is none. Else *slot is where it would stand. */
static size_t find(resume *r, dh_view output, size_t *slot) {
    size_t i = (size_t)view_hash(output) & r->mask;
    for (; r->slots[i]; i = (i + 1) & r->mask) {
        size_t item = r->slots[i] - 1;
        if (!list_output(r->list, item, &r->path) && view_is(dh_buf_view(&r->path), output)) return item;
    }
    *slot = i;
    return r->list->count;
}

static dh_status index_items(resume *r, dh_error *err) {
    dh_buf output;
    dh_status st = DH_OK;
    dh_buf_init(&output, 0);
    for (size_t i = 0; !st && i < r->list->count; i++) {
        size_t slot = 0;
        st = list_output(r->list, i, &output);
        if (!st && find(r, dh_buf_view(&output), &slot) == r->list->count) r->slots[slot] = (uint32_t)(i + 1);
    }
    dh_buf_clear(&output);
    return st ? no_memory(err) : DH_OK;
}

/* ---- what is done ----------------------------------------------------------------------------------------------- */

static bool same_source(resume *r, size_t item, const manifest_entry *e) {
    struct stat st;
    if (list_source(r->list, item, &r->path) || !view_is(dh_buf_view(&r->path), e->source)) return false;
    if (stat(r->path.ptr, &st)) return e->status == MANIFEST_ERROR; /* it is still not there */
    return (uint64_t)st.st_size == e->bytes_in && source_mtime_ns(&st) == e->mtime_ns;
}

static bool output_is_there(resume *r, size_t item, const manifest_entry *e) {
    struct stat st;
    if (!e->has_output) return true;
    return !list_target(r->list, item, &r->path) && !stat(r->path.ptr, &st) && (uint64_t)st.st_size == e->bytes_out;
}

/* The last line about an item is the one that counts: each takes back what an earlier one said. */
static dh_status note(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    static const resume_state states[] = {
        [MANIFEST_OK] = RESUME_DONE, [MANIFEST_EMPTY] = RESUME_EMPTY, [MANIFEST_ERROR] = RESUME_FAILED};
    resume *r = user;
    size_t slot, item = find(r, e->output, &slot);
    (void)at;
    (void)err;
    if (item == r->list->count) return DH_OK;
    r->states[item] = RESUME_TODO;
    if (e->status == MANIFEST_ERROR && r->rules.retry_failed) return DH_OK;
    if (!same_source(r, item, e) || !output_is_there(r, item, e)) return DH_OK;
    bool stale = e->made != r->rules.made && !r->rules.keep_stale;
    r->states[item] = (unsigned char)(stale ? RESUME_STALE : states[e->status]);
    return DH_OK;
}

dh_status resume_init(resume *r, const list *l, manifest *m, resume_rules rules, dh_error *err) {
    *r = (resume){.list = l, .rules = rules, .mask = 1};
    dh_buf_init(&r->path, 0);
    if (l->count >= MOST_ITEMS) return err_set(err, DH_ERR_LIMIT, 0, "too many files for one run");
    while (r->mask < 2 * l->count) r->mask = r->mask * 2 + 1;
    r->states = calloc(l->count + 1, sizeof *r->states);
    r->slots = calloc(r->mask + 1, sizeof *r->slots);
    if (!r->states || !r->slots) return no_memory(err);
    dh_status st = index_items(r, err);
    if (!st) st = manifest_each(m, note, r, err);
    for (size_t i = 0; i < l->count; i++) {
        r->done += r->states[i] == RESUME_DONE || r->states[i] == RESUME_EMPTY;
        r->empty += r->states[i] == RESUME_EMPTY;
        r->failed += r->states[i] == RESUME_FAILED;
        r->stale += r->states[i] == RESUME_STALE;
    }
    return st;
}

/* ---- putting in order ------------------------------------------------------------------------------------------- */

/* A line about an output that is no item's. */
typedef struct {
    uint64_t hash, place;
} stranger;

typedef struct {
    resume *resume;
    uint64_t *places; /* of each item's last line, + 1; 0: none */
    stranger *strangers;
    size_t count, cap;
    size_t lines; /* of the manifest */
} order;

static dh_status place_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    order *o = user;
    size_t slot, item = find(o->resume, e->output, &slot);
    o->lines++;
    if (item < o->resume->list->count) {
        o->places[item] = at + 1;
        return DH_OK;
    }
    if (o->count == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 64;
        stranger *more = reallocarray(o->strangers, cap, sizeof *more);
        if (!more) return no_memory(err);
        o->strangers = more;
        o->cap = cap;
    }
    o->strangers[o->count++] = (stranger){view_hash(e->output), at};
    return DH_OK;
}

static int by_hash(const void *x, const void *y) {
    const stranger *a = x, *b = y;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_place(const void *x, const void *y) {
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* All places in their order to `out`, which has room for them; how many there are. */
static size_t put_in_order(order *o, uint64_t *out) {
    size_t n = 0, items = o->resume->list->count;
    if (o->count) qsort(o->strangers, o->count, sizeof *o->strangers, by_hash);
    for (size_t i = 0; i < o->count; i++)
        if (i + 1 == o->count || o->strangers[i].hash != o->strangers[i + 1].hash) out[n++] = o->strangers[i].place;
    if (n) qsort(out, n, sizeof *out, by_place);
    for (size_t i = 0; i < items; i++)
        if (o->places[i]) out[n++] = o->places[i] - 1;
    return n;
}

/* True if the manifest has these lines already, in this order. */
static bool is_in_order(const order *o, const uint64_t *places, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (places[i] < places[i - 1]) return false;
    return count == o->lines;
}

dh_status resume_settle(resume *r, manifest *m, dh_error *err) {
    order o = {.resume = r, .places = calloc(r->list->count + 1, sizeof *o.places)};
    dh_status st = o.places ? manifest_each(m, place_line, &o, err) : no_memory(err);
    uint64_t *places = st ? NULL : calloc(r->list->count + o.count + 1, sizeof *places);
    if (!st && !places) st = no_memory(err);
    size_t count = st ? 0 : put_in_order(&o, places);
    if (!st && (m->broken || !is_in_order(&o, places, count))) st = manifest_rewrite(m, places, count, err);
    free(places);
    free(o.places);
    free(o.strangers);
    return st;
}

bool resume_is_todo(const resume *r, size_t item) {
    return r->states[item] == RESUME_TODO || r->states[item] == RESUME_STALE;
}

void resume_clear(resume *r) {
    free(r->states);
    free(r->slots);
    dh_buf_clear(&r->path);
    r->states = NULL;
    r->slots = NULL;
}
