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

/* ---- containers ------------------------------------------------------------------------------------------------- */

static resume_container *container_of(const resume *r, size_t item) {
    size_t low = 0, high = r->container_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (r->containers[mid].item < item) low = mid + 1;
        else high = mid;
    }
    return &r->containers[low];
}

/* The container that lies at a path; NULL if it is none of the list's. */
static resume_container *find_container(resume *r, dh_view path) {
    if (!r->container_count) return NULL;
    for (size_t i = (size_t)view_hash(path) & r->source_mask; r->sources[i]; i = (i + 1) & r->source_mask) {
        resume_container *c = &r->containers[r->sources[i] - 1];
        if (!list_source(r->list, c->item, &r->path) && view_is(dh_buf_view(&r->path), path)) return c;
    }
    return NULL;
}

static bool add_container(resume *r, size_t item) {
    struct stat st;
    if (list_source(r->list, item, &r->path)) return false;
    uint64_t mtime_ns = stat(r->path.ptr, &st) ? 0 : source_mtime_ns(&st);
    r->containers[r->container_count++] = (resume_container){.item = item, .mtime_ns = mtime_ns};
    size_t i = (size_t)view_hash(dh_buf_view(&r->path)) & r->source_mask;
    while (r->sources[i]) i = (i + 1) & r->source_mask;
    r->sources[i] = (uint32_t)r->container_count;
    return true;
}

static dh_status index_containers(resume *r, dh_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < r->list->count; i++) count += list_is_container(r->list, i);
    for (r->source_mask = 1; r->source_mask < 2 * count;) r->source_mask = r->source_mask * 2 + 1;
    r->containers = calloc(count + 1, sizeof *r->containers);
    r->sources = calloc(r->source_mask + 1, sizeof *r->sources);
    if (!r->containers || !r->sources) return no_memory(err);
    for (size_t i = 0; i < r->list->count; i++)
        if (list_is_container(r->list, i) && !add_container(r, i)) return no_memory(err);
    return DH_OK;
}

/* The place for a page's state; NULL if there is no memory for so many. */
static unsigned char *page_state(resume_container *c, uint64_t record) {
    if (record > MOST_ITEMS) return NULL;
    if (record > c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        while (cap < record) cap *= 2;
        unsigned char *states = realloc(c->states, cap);
        if (!states) return NULL;
        c->states = states;
        c->cap = cap;
    }
    while (c->count < record) c->states[c->count++] = RESUME_TODO;
    return &c->states[record - 1];
}

/* ---- what is done ----------------------------------------------------------------------------------------------- */

static bool same_source(resume *r, size_t item, const manifest_entry *e) {
    struct stat st;
    if (list_source(r->list, item, &r->path) || !view_is(dh_buf_view(&r->path), e->source)) return false;
    if (stat(r->path.ptr, &st)) return e->status == MANIFEST_ERROR; /* it is still not there */
    return (uint64_t)st.st_size == e->bytes_in && source_mtime_ns(&st) == e->mtime_ns;
}

static bool output_is_there(resume *r, const manifest_entry *e) {
    struct stat st;
    if (!e->has_output) return true;
    r->path.len = 0;
    if (buf_printf(&r->path, "%s/", r->list->out) || buf_append_view(&r->path, e->output) || buf_append_char(&r->path, 0)) return false;
    return !stat(r->path.ptr, &st) && (uint64_t)st.st_size == e->bytes_out;
}

static const resume_state states[] = {[MANIFEST_OK] = RESUME_DONE, [MANIFEST_EMPTY] = RESUME_EMPTY, [MANIFEST_ERROR] = RESUME_FAILED,
                                       [MANIFEST_DUPLICATE] = RESUME_DONE};

/* A line about a page of a container. */
static dh_status note_page(resume *r, const manifest_entry *e, dh_error *err) {
    resume_container *c = find_container(r, e->source);
    if (!c || !c->mtime_ns || e->mtime_ns != c->mtime_ns) return DH_OK;
    unsigned char *state = page_state(c, e->record);
    if (!state) return no_memory(err);
    *state = RESUME_TODO;
    if ((e->status == MANIFEST_ERROR && r->rules.retry_failed) || !output_is_there(r, e)) return DH_OK;
    bool stale = e->made != r->rules.made(r->rules.user, c->item, e->record) && !r->rules.keep_stale;
    *state = (unsigned char)(stale ? RESUME_STALE : states[e->status]);
    return DH_OK;
}

/* The last line about an item is the one that counts: each takes back what an earlier one said. */
static dh_status note(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    resume *r = user;
    (void)at;
    if (e->record) return note_page(r, e, err);
    size_t slot, item = find(r, e->output, &slot);
    if (item == r->list->count) return DH_OK;
    bool container = list_is_container(r->list, item);
    if (container) container_of(r, item)->pages = e->pages;
    r->states[item] = RESUME_TODO;
    if (e->status == MANIFEST_ERROR && r->rules.retry_failed) return DH_OK;
    if (!same_source(r, item, e) || !output_is_there(r, e)) return DH_OK;
    bool stale = e->made != (container ? r->rules.opened : r->rules.made(r->rules.user, item, 0)) && !r->rules.keep_stale;
    r->states[item] = (unsigned char)(stale ? RESUME_STALE : states[e->status]);
    return DH_OK;
}

/* A container need not be opened if its own line is good and nothing of its pages is to be done. */
static void settle_containers(resume *r) {
    for (size_t i = 0; i < r->container_count; i++) {
        resume_container *c = &r->containers[i];
        uint64_t counts[RESUME_STATES] = {0};
        for (size_t k = 0; k < c->count; k++) counts[c->states[k]]++;
        r->stale += counts[RESUME_STALE];
        uint64_t good = counts[RESUME_DONE] + counts[RESUME_EMPTY] + counts[RESUME_FAILED];
        if (good != c->pages || counts[RESUME_STALE]) r->states[c->item] = RESUME_TODO;
        if (resume_is_todo(r, c->item, 0)) continue;
        r->pages_done += counts[RESUME_DONE] + counts[RESUME_EMPTY];
        r->pages_empty += counts[RESUME_EMPTY];
        r->pages_failed += counts[RESUME_FAILED];
    }
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
    if (!st) st = index_containers(r, err);
    if (!st && m) st = manifest_each(m, note, r, err);
    if (!st) settle_containers(r);
    for (size_t i = 0; i < l->count; i++) {
        if (list_is_container(l, i)) {
            r->failed += r->states[i] == RESUME_FAILED;
            continue;
        }
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
    uint64_t **pages; /* of each container's pages, the same */
    size_t *page_counts;
    stranger *strangers;
    size_t count, cap;
    size_t lines; /* of the manifest */
    size_t page_total;
} order;

/* A line about a page of a container as it was before is dropped. */
static dh_status place_page(order *o, const resume_container *c, const manifest_entry *e, uint64_t at, dh_error *err) {
    size_t i = (size_t)(c - o->resume->containers);
    if (e->mtime_ns != c->mtime_ns || e->record > MOST_ITEMS) return DH_OK;
    if (e->record > o->page_counts[i]) {
        size_t count = o->page_counts[i] ? o->page_counts[i] * 2 : 64;
        while (count < e->record) count *= 2;
        uint64_t *pages = reallocarray(o->pages[i], count, sizeof *pages);
        if (!pages) return no_memory(err);
        memset(pages + o->page_counts[i], 0, (count - o->page_counts[i]) * sizeof *pages);
        o->pages[i] = pages;
        o->page_counts[i] = count;
    }
    o->page_total += !o->pages[i][e->record - 1];
    o->pages[i][e->record - 1] = at + 1;
    return DH_OK;
}

static dh_status place_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    order *o = user;
    resume_container *c = e->record ? find_container(o->resume, e->source) : NULL;
    o->lines++;
    if (c) return place_page(o, c, e, at, err);
    size_t slot, item = e->record ? o->resume->list->count : find(o->resume, e->output, &slot);
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
    for (size_t i = 0; i < items; i++) {
        if (o->places[i]) out[n++] = o->places[i] - 1;
        if (!list_is_container(o->resume->list, i)) continue;
        size_t c = (size_t)(container_of(o->resume, i) - o->resume->containers);
        for (size_t k = 0; k < o->page_counts[c]; k++)
            if (o->pages[c][k]) out[n++] = o->pages[c][k] - 1;
    }
    return n;
}

/* True if the manifest has these lines already, in this order. */
static bool is_in_order(const order *o, const uint64_t *places, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (places[i] < places[i - 1]) return false;
    return count == o->lines;
}

dh_status resume_settle(resume *r, manifest *m, dh_error *err) {
    order o = {.resume = r, .places = calloc(r->list->count + 1, sizeof *o.places), .pages = calloc(r->container_count + 1, sizeof *o.pages),
               .page_counts = calloc(r->container_count + 1, sizeof *o.page_counts)};
    dh_status st = o.places && o.pages && o.page_counts ? manifest_each(m, place_line, &o, err) : no_memory(err);
    uint64_t *places = st ? NULL : calloc(r->list->count + o.count + o.page_total + 1, sizeof *places);
    if (!st && !places) st = no_memory(err);
    size_t count = st ? 0 : put_in_order(&o, places);
    if (!st && (m->broken || !is_in_order(&o, places, count))) st = manifest_rewrite(m, places, count, err);
    free(places);
    for (size_t i = 0; o.pages && i < r->container_count; i++) free(o.pages[i]);
    free(o.pages);
    free(o.page_counts);
    free(o.places);
    free(o.strangers);
    return st;
}

uint64_t resume_mtime(const resume *r, size_t item) { return container_of(r, item)->mtime_ns; }

resume_state resume_page(const resume *r, size_t item, uint64_t record) {
    const resume_container *c = container_of(r, item);
    return record <= c->count ? (resume_state)c->states[record - 1] : RESUME_TODO;
}

bool resume_is_todo(const resume *r, size_t item, uint64_t record) {
    resume_state state = record ? resume_page(r, item, record) : (resume_state)r->states[item];
    return state == RESUME_TODO || state == RESUME_STALE;
}

void resume_clear(resume *r) {
    for (size_t i = 0; i < r->container_count; i++) free(r->containers[i].states);
    free(r->containers);
    free(r->sources);
    free(r->states);
    free(r->slots);
    dh_buf_clear(&r->path);
    r->states = NULL;
    r->slots = r->sources = NULL;
    r->containers = NULL;
    r->container_count = 0;
}
