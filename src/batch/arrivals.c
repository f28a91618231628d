/* A table of addresses with two indices. Memory: some 120 bytes an address, and its strings. */
#include "arrivals.h"

#include "place.h"

#include <stdlib.h>

#define FIRST_SLOTS 1024

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* ---- the indices ------------------------------------------------------------------------------------------------ */

static dh_view key_of(const arrivals *a, const uint32_t *index, uint32_t i) {
    return view_of(index == a->by_address ? a->at[i].address : a->at[i].output);
}

/* The slot of a key, or the free one where it belongs. */
static uint32_t *slot_of(const arrivals *a, uint32_t *index, dh_view key) {
    size_t i = (size_t)view_hash(key) & a->mask;
    while (index[i] && !view_is(key_of(a, index, index[i] - 1), key)) i = (i + 1) & a->mask;
    return &index[i];
}

static bool spread(arrivals *a) {
    size_t slots = a->mask ? (a->mask + 1) * 2 : FIRST_SLOTS;
    uint32_t *addresses = calloc(slots, sizeof *addresses), *outputs = calloc(slots, sizeof *outputs);
    if (!addresses || !outputs) {
        free(addresses);
        free(outputs);
        return false;
    }
    free(a->by_address);
    free(a->by_output);
    a->by_address = addresses;
    a->by_output = outputs;
    a->mask = slots - 1;
    for (size_t i = 0; i < a->count; i++) {
        *slot_of(a, a->by_address, view_of(a->at[i].address)) = (uint32_t)(i + 1);
        *slot_of(a, a->by_output, view_of(a->at[i].output)) = (uint32_t)(i + 1);
    }
    return true;
}

static const char *copy(arrivals *a, dh_view v) {
    char *p = arena_alloc(&a->arena, v.len + 1);
    if (!p) return NULL;
    if (v.len) memcpy(p, v.ptr, v.len);
    p[v.len] = 0;
    return p;
}

static dh_status add(arrivals *a, dh_view address, dh_view output, size_t *index, dh_error *err) {
    if (a->count >= UINT32_MAX - 1) return err_set(err, DH_ERR_LIMIT, 0, "too many addresses for one run");
    if ((!a->mask || a->count * 2 > a->mask) && !spread(a)) return no_memory(err);
    if (a->count == a->cap) {
        size_t cap = a->cap ? a->cap + a->cap / 2 : FIRST_SLOTS;
        arrival *at = reallocarray(a->at, cap, sizeof *at);
        if (!at) return no_memory(err);
        a->at = at;
        a->cap = cap;
    }
    arrival one = {.address = copy(a, address), .output = copy(a, output), .page = "", .status = MANIFEST_ERROR};
    if (!one.address || !one.output) return no_memory(err);
    a->at[a->count] = one;
    *slot_of(a, a->by_address, address) = (uint32_t)(a->count + 1);
    *slot_of(a, a->by_output, output) = (uint32_t)(a->count + 1);
    *index = a->count++;
    return DH_OK;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

dh_status arrivals_find(arrivals *a, dh_view address, size_t *index, dh_error *err) {
    uint32_t found = a->mask ? *slot_of(a, a->by_address, address) : 0;
    if (found) {
        *index = found - 1;
        return DH_OK;
    }
    /* The place may be another scheme's; then the hash makes it its own. */
    if (place_of(address, false, a->ending, &a->path)) return no_memory(err);
    bool taken = a->mask && *slot_of(a, a->by_output, dh_buf_view(&a->path));
    if (taken && place_of(address, true, a->ending, &a->path)) return no_memory(err);
    return add(a, address, dh_buf_view(&a->path), index, err);
}

dh_status arrivals_note(arrivals *a, size_t index, const manifest_entry *e, dh_error *err) {
    arrival *one = &a->at[index];
    const char *page = view_is(e->page, view_of(one->page)) ? one->page : copy(a, e->page);
    if (!page) return no_memory(err);
    one->page = page;
    one->status = e->status;
    one->made = e->made;
    one->bytes_out = e->bytes_out;
    one->has_output = e->has_output;
    return DH_OK;
}

/* ---- the manifest ------------------------------------------------------------------------------------------------ */

/* The last line about a source is the one that counts; its output is the one that the first had. */
static dh_status note_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    arrivals *a = user;
    size_t index = 0;
    (void)at;
    if (!view_ends(e->output, a->ending)) return DH_OK;
    uint32_t found = a->mask ? *slot_of(a, a->by_address, e->source) : 0;
    dh_status st = found ? DH_OK : add(a, e->source, e->output, &index, err);
    return st ? st : arrivals_note(a, found ? found - 1 : index, e, err);
}

dh_status arrivals_init(arrivals *a, manifest *m, dh_view ending, dh_error *err) {
    *a = (arrivals){.ending = ending};
    arena_init(&a->arena, 0);
    dh_buf_init(&a->path, 0);
    return manifest_each(m, note_line, a, err);
}

void arrivals_clear(arrivals *a) {
    arena_clear(&a->arena);
    dh_buf_clear(&a->path);
    free(a->at);
    free(a->by_address);
    free(a->by_output);
    *a = (arrivals){0};
}

static dh_status place_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    arrivals *a = user;
    size_t index = 0;
    dh_status st = arrivals_find(a, e->source, &index, err);
    if (st) return st;
    a->at[index].place = at;
    a->at[index].placed = true;
    return DH_OK;
}

static int by_source(const void *x, const void *y, void *user) {
    const arrival *at = user;
    const uint32_t *i = x, *j = y;
    return strcmp(at[*i].address, at[*j].address);
}

dh_status arrivals_settle(arrivals *a, manifest *m, dh_error *err) {
    size_t count = 0;
    dh_status st = manifest_each(m, place_line, a, err);
    if (st) return st;
    uint32_t *order = calloc(a->count + 1, sizeof *order);
    uint64_t *places = calloc(a->count + 1, sizeof *places);
    for (size_t i = 0; order && i < a->count; i++)
        if (a->at[i].placed) order[count++] = (uint32_t)i;
    if (order && count) qsort_r(order, count, sizeof *order, by_source, a->at);
    for (size_t i = 0; places && order && i < count; i++) places[i] = a->at[order[i]].place;
    st = places && order ? manifest_rewrite(m, places, count, err) : no_memory(err);
    free(order);
    free(places);
    return st;
}
