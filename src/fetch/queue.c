/* Lines of addresses by host. A host whose turn may come stands in the ring (it may start one now) or in the heap (it
 * rests until a time); one that has nothing to start stands in neither. Fetching is left to the engine. */
#include "queue.h"

#include "base/url.h"

#include <stdlib.h>

#define NO_ITEM     UINT32_MAX
#define FIRST_SLOTS 64

typedef struct {
    const char *text, *key; /* as given; in its one spelling. The arena's, often the same */
    uint32_t text_len, key_len;
    uint32_t next, host;
    uint16_t depth;
    unsigned char kind, tries; /* kind: of its role */
} item;

typedef enum { HOST_IDLE, HOST_IN_RING, HOST_IN_HEAP } host_place;

typedef struct {
    dh_view name;
    uint32_t head, tail; /* of the items that wait */
    uint32_t next;       /* in the ring */
    size_t out;
    int64_t ready_ms, delay_ms;
    uint64_t turn; /* among those that are ready at the same time */
    host_place place;
    bool held;
} host;

/* A hash table of indices; 0 is an empty slot, i + 1 an item or a host. */
typedef struct {
    uint32_t *slots;
    size_t count, cap; /* cap is a power of two */
} index_table;

struct queue {
    dh_arena arena;
    item *items;
    size_t item_count, item_cap;
    host *hosts;
    size_t host_count, host_cap;
    index_table by_key, by_name;
    uint32_t ring_head, ring_tail;
    uint32_t *heap; /* of hosts, the soonest first; room for all */
    size_t heap_count;
    size_t waiting, per_host, busy; /* busy: hosts of addresses that wait or are out */
    uint64_t turns;
    int64_t delay_ms;
    dh_buf spelling;
};

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static dh_view key_of(const queue *q, bool hosts, uint32_t i) {
    return hosts ? q->hosts[i].name : (dh_view){q->items[i].key, q->items[i].key_len};
}

/* The slot that holds the key, or the empty one where it belongs. */
static uint32_t *find_slot(const queue *q, const index_table *t, bool hosts, dh_view key) {
    size_t at = (size_t)view_hash(key) & (t->cap - 1);
    while (t->slots[at] && !view_is(key_of(q, hosts, t->slots[at] - 1), key)) at = (at + 1) & (t->cap - 1);
    return &t->slots[at];
}

/* Keeps a third of the slots empty. */
static bool make_room(queue *q, index_table *t, bool hosts) {
    if (t->cap && t->count < t->cap / 3 * 2) return true;
    index_table larger = {NULL, t->count, t->cap ? t->cap * 2 : FIRST_SLOTS};
    larger.slots = calloc(larger.cap, sizeof *larger.slots);
    if (!larger.slots) return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i]) *find_slot(q, &larger, hosts, key_of(q, hosts, t->slots[i] - 1)) = t->slots[i];
    free(t->slots);
    *t = larger;
    return true;
}

/* Makes room for one more in an array that grows by halves. */
static bool grow(void **array, size_t count, size_t *cap, size_t size) {
    if (count < *cap) return true;
    size_t more = *cap ? *cap + *cap / 2 : FIRST_SLOTS;
    void *larger = reallocarray(*array, more, size);
    if (!larger) return false;
    *array = larger;
    *cap = more;
    return true;
}

static const char *copy(queue *q, dh_view v) {
    char *p = arena_alloc(&q->arena, v.len + 1);
    if (!p) return NULL;
    memcpy(p, v.ptr, v.len);
    p[v.len] = 0;
    return p;
}

/* ---- whose turn ------------------------------------------------------------------------------------------------- */

static void ring_add(queue *q, uint32_t h) {
    q->hosts[h].place = HOST_IN_RING;
    q->hosts[h].next = NO_ITEM;
    if (q->ring_head == NO_ITEM)
        q->ring_head = h;
    else
        q->hosts[q->ring_tail].next = h;
    q->ring_tail = h;
}

static uint32_t ring_take(queue *q) {
    uint32_t h = q->ring_head;
    q->ring_head = q->hosts[h].next;
    q->hosts[h].place = HOST_IDLE;
    return h;
}

static bool sooner(const queue *q, uint32_t a, uint32_t b) {
    const host *x = &q->hosts[a], *y = &q->hosts[b];
    return x->ready_ms != y->ready_ms ? x->ready_ms < y->ready_ms : x->turn < y->turn;
}

static void heap_add(queue *q, uint32_t h) {
    size_t at = q->heap_count++;
    for (; at && sooner(q, h, q->heap[(at - 1) / 2]); at = (at - 1) / 2) q->heap[at] = q->heap[(at - 1) / 2];
    q->heap[at] = h;
    q->hosts[h].place = HOST_IN_HEAP;
}

static uint32_t heap_take(queue *q) {
    uint32_t first = q->heap[0], last = q->heap[--q->heap_count];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < q->heap_count) {
        if (child + 1 < q->heap_count && sooner(q, q->heap[child + 1], q->heap[child])) child++;
        if (!sooner(q, q->heap[child], last)) break;
        q->heap[at] = q->heap[child];
        at = child;
    }
    q->heap[at] = last;
    q->hosts[first].place = HOST_IDLE;
    return first;
}

/* Puts a host where it belongs, if it has something to start. All go by way of the heap: queue_take() moves those whose
 * time has come, in the order of their times. */
static void place(queue *q, uint32_t i) {
    host *h = &q->hosts[i];
    if (h->place != HOST_IDLE || h->held || h->head == NO_ITEM || h->out >= q->per_host) return;
    h->turn = q->turns++;
    heap_add(q, i);
}

/* ---- the queue -------------------------------------------------------------------------------------------------- */

queue *queue_new(size_t per_host, int64_t delay_ms) {
    queue *q = calloc(1, sizeof *q);
    if (!q) return NULL;
    q->per_host = per_host;
    q->delay_ms = delay_ms;
    q->ring_head = NO_ITEM;
    arena_init(&q->arena, 0);
    dh_buf_init(&q->spelling, 0);
    return q;
}

void queue_free(queue *q) {
    if (!q) return;
    arena_clear(&q->arena);
    dh_buf_clear(&q->spelling);
    free(q->items);
    free(q->hosts);
    free(q->by_key.slots);
    free(q->by_name.slots);
    free(q->heap);
    free(q);
}

/* Finds or adds a host; NO_ITEM if there is no memory. */
static uint32_t host_of(queue *q, dh_view name) {
    size_t heap_cap = q->host_cap;
    if (!make_room(q, &q->by_name, true)) return NO_ITEM;
    uint32_t *slot = find_slot(q, &q->by_name, true, name);
    if (*slot) return *slot - 1;
    if (q->host_count == heap_cap) {
        uint32_t *heap = reallocarray(q->heap, heap_cap ? heap_cap + heap_cap / 2 : FIRST_SLOTS, sizeof *heap);
        if (!heap) return NO_ITEM;
        q->heap = heap;
    }
    const char *text = copy(q, name);
    if (!text || !grow((void **)&q->hosts, q->host_count, &q->host_cap, sizeof *q->hosts)) return NO_ITEM;
    q->hosts[q->host_count] = (host){.name = {text, name.len}, .head = NO_ITEM, .ready_ms = INT64_MIN, .delay_ms = q->delay_ms};
    q->by_name.count++;
    *slot = (uint32_t)++q->host_count;
    return *slot - 1;
}

/* Fills in an item whose key is in q->spelling. */
static bool fill(queue *q, item *it, dh_view address, queue_role role, dh_view host_name) {
    dh_view key = dh_buf_view(&q->spelling);
    *it = (item){.text_len = (uint32_t)address.len, .key_len = (uint32_t)key.len, .next = NO_ITEM, .depth = (uint16_t)role.depth, .kind = (unsigned char)role.kind};
    it->text = copy(q, address);
    it->key = view_is(address, key) ? it->text : copy(q, key);
    it->host = host_of(q, host_name);
    return it->text && it->key && it->host != NO_ITEM;
}

/* Sets q->spelling to the key of an address. valid: whether it is one; host_len: the bytes that url_host() is to see. */
static dh_status spell(queue *q, dh_view address, queue_kind kind, bool *valid, size_t *host_len) {
    q->spelling.len = 0;
    dh_status st = url_normalise(address, &q->spelling);
    if (st == DH_ERR_NOMEM) return st;
    *valid = !st;
    if (st && buf_append_view(&q->spelling, address)) return DH_ERR_NOMEM;
    *host_len = q->spelling.len;
    /* No page's key ends like that. */
    return kind == QUEUE_PAGE ? DH_OK : buf_append_char(&q->spelling, '\n');
}

/* Finds an address or makes an item of it, which stands in no line yet. */
static dh_status enter(queue *q, dh_view address, queue_role role, uint32_t *n, bool *fresh) {
    bool valid;
    size_t host_len;
    *fresh = false;
    if (q->item_count >= NO_ITEM - 1) return DH_ERR_LIMIT;
    dh_status st = spell(q, address, role.kind, &valid, &host_len);
    if (st) return st;
    if (!make_room(q, &q->by_key, false)) return DH_ERR_NOMEM;
    uint32_t *slot = find_slot(q, &q->by_key, false, dh_buf_view(&q->spelling));
    *n = *slot ? *slot - 1 : (uint32_t)q->item_count;
    if (*slot) return DH_OK;
    if (!grow((void **)&q->items, q->item_count, &q->item_cap, sizeof *q->items)) return DH_ERR_NOMEM;
    dh_view host_name = valid ? url_host((dh_view){q->spelling.ptr, host_len}) : (dh_view){"", 0};
    if (!fill(q, &q->items[*n], address, role, host_name)) return DH_ERR_NOMEM;
    *slot = *n + 1;
    q->by_key.count++;
    q->item_count++;
    *fresh = true;
    return DH_OK;
}

static bool is_busy(const host *h) { return h->head != NO_ITEM || h->out; }

dh_status queue_add(queue *q, dh_view address, queue_role role, bool *fresh) {
    uint32_t n;
    dh_status st = enter(q, address, role, &n, fresh);
    if (st || !*fresh) return st;
    host *h = &q->hosts[q->items[n].host];
    q->busy += !is_busy(h);
    if (h->head == NO_ITEM)
        h->head = n;
    else
        q->items[h->tail].next = n;
    h->tail = n;
    q->waiting++;
    place(q, q->items[n].host);
    return DH_OK;
}

dh_status queue_find(queue *q, dh_view address, size_t *found) {
    bool valid;
    size_t host_len;
    dh_status st = spell(q, address, QUEUE_PAGE, &valid, &host_len);
    uint32_t slot = !st && q->by_key.cap ? *find_slot(q, &q->by_key, false, dh_buf_view(&q->spelling)) : 0;
    *found = slot ? slot - 1 : QUEUE_NONE;
    return st;
}

dh_status queue_alias(queue *q, size_t from, dh_view address, bool *fresh) {
    uint32_t n = 0;
    dh_status st = enter(q, address, queue_role_of(q, from), &n, fresh);
    *fresh |= !st && n == from;
    return st;
}

size_t queue_take(queue *q, int64_t now_ms) {
    while (q->heap_count && q->hosts[q->heap[0]].ready_ms <= now_ms) ring_add(q, heap_take(q));
    uint32_t i = NO_ITEM;
    while (q->ring_head != NO_ITEM && i == NO_ITEM) {
        i = ring_take(q);
        if (!q->hosts[i].held && q->hosts[i].ready_ms <= now_ms) break;
        place(q, i); /* told to rest while it stood in the ring */
        i = NO_ITEM;
    }
    if (i == NO_ITEM) return QUEUE_NONE;
    host *h = &q->hosts[i];
    uint32_t n = h->head;
    h->head = q->items[n].next;
    h->out++;
    /* What is no address disturbs nobody. */
    h->ready_ms = h->name.len ? now_ms + h->delay_ms : now_ms;
    q->items[n].tries++;
    q->waiting--;
    place(q, i);
    return n;
}

dh_view queue_text(const queue *q, size_t n) { return (dh_view){q->items[n].text, q->items[n].text_len}; }

queue_role queue_role_of(const queue *q, size_t n) {
    return (queue_role){(queue_kind)q->items[n].kind, q->items[n].depth};
}

unsigned queue_tries(const queue *q, size_t n) { return q->items[n].tries; }

void queue_done(queue *q, size_t n) {
    host *h = &q->hosts[q->items[n].host];
    h->out--;
    q->busy -= !is_busy(h);
    place(q, q->items[n].host);
}

/* A host that stands in the heap is found there under its time, so that stays. */
void queue_pass(queue *q, size_t n) {
    host *h = &q->hosts[q->items[n].host];
    if (h->place != HOST_IN_HEAP && h->name.len) h->ready_ms -= h->delay_ms;
    queue_done(q, n);
}

/* A host that stands in the heap is found there under its old time, so the heap is built anew. That happens only with
 * more than one request at a time on a host. */
static void set_rest(queue *q, uint32_t i, int64_t ready_ms) {
    host *h = &q->hosts[i];
    if (ready_ms <= h->ready_ms) return;
    if (h->place != HOST_IN_HEAP) {
        h->ready_ms = ready_ms;
        return;
    }
    size_t count = q->heap_count;
    q->heap_count = 0;
    h->ready_ms = ready_ms;
    for (size_t k = 0; k < count; k++) heap_add(q, q->heap[k]);
}

void queue_again(queue *q, size_t n, int64_t not_before_ms) {
    item *it = &q->items[n];
    host *h = &q->hosts[it->host];
    it->next = h->head;
    if (h->head == NO_ITEM) h->tail = (uint32_t)n;
    h->head = (uint32_t)n;
    h->out--;
    q->waiting++;
    set_rest(q, it->host, not_before_ms);
    place(q, it->host);
}

void queue_hold(queue *q, size_t n) { q->hosts[q->items[n].host].held = true; }

void queue_return(queue *q, size_t n, int64_t not_before_ms) {
    q->hosts[q->items[n].host].held = false;
    q->items[n].tries--;
    queue_again(q, n, not_before_ms);
}

void queue_pace(queue *q, size_t n, int64_t delay_ms) {
    host *h = &q->hosts[q->items[n].host];
    if (delay_ms <= h->delay_ms) return;
    set_rest(q, q->items[n].host, h->ready_ms - h->delay_ms + delay_ms);
    h->delay_ms = delay_ms;
}

size_t queue_waiting(const queue *q) { return q->waiting; }

size_t queue_hosts(const queue *q) { return q->busy; }

int64_t queue_rest_ms(const queue *q, int64_t now_ms) {
    if (q->ring_head != NO_ITEM) return 0;
    if (!q->heap_count) return -1;
    int64_t at = q->hosts[q->heap[0]].ready_ms;
    return at > now_ms ? at - now_ms : 0;
}
