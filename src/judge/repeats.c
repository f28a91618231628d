/* A hash table from runs of three words to the first block that has them. */
#include "judge/repeats.h"

#define RUN 3
#define FIRST_SLOTS 1024
/* Bit of jd_run_slot.block: a later block has the run, too, and that is counted. */
#define SEEN_AGAIN 0x80000000u

static uint32_t hash_of(const uint32_t *word, size_t count) {
    uint32_t h = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        h = (h ^ word[i]) * 0x9e3779b1u;
        h ^= h >> 15;
    }
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    return h ? h : 1;
}

static jd_run_slot *slot_of(const jd_repeats *r, uint32_t check) {
    uint32_t i = check & r->mask;
    while (r->slots[i].check && r->slots[i].check != check) i = (i + 1) & r->mask;
    return &r->slots[i];
}

/* Doubles the table. False if there is no memory. */
static bool grow(jd_repeats *r) {
    jd_repeats to = *r;
    to.mask = r->mask * 2 + 1;
    to.slots = arena_calloc(r->arena, (size_t)to.mask + 1, sizeof *to.slots);
    if (!to.slots) return false;
    for (uint32_t i = 0; i <= r->mask; i++)
        if (r->slots[i].check) *slot_of(&to, r->slots[i].check) = r->slots[i];
    *r = to;
    return true;
}

dh_status jd_repeats_init(dh_arena *arena, jd_repeat *of, jd_repeats *out, dh_error *err) {
    *out = (jd_repeats){.arena = arena, .of = of, .mask = FIRST_SLOTS - 1};
    out->slots = arena_calloc(arena, FIRST_SLOTS, sizeof *out->slots);
    return out->slots ? DH_OK : arena_error(arena, err);
}

/* A vote for the block that most runs are in: the one that is ahead loses a vote to each other. */
typedef struct {
    uint32_t block, votes;
} poll;

static void vote(poll *p, uint32_t block) {
    if (p->block == block) {
        p->votes++;
    } else if (!p->votes) {
        *p = (poll){block, 1};
    } else {
        p->votes--;
    }
}

static void add_run(jd_repeats *r, uint32_t i, uint32_t check, poll *p) {
    jd_run_slot *s = slot_of(r, check);
    jd_repeat *own = &r->of[i];
    own->runs++;
    if (!s->check) {
        *s = (jd_run_slot){check, i};
        r->count++;
        return;
    }
    uint32_t first = s->block & ~SEEN_AGAIN;
    if (first == i) return; /* said twice by the block itself */
    own->earlier++;
    vote(p, first);
    if (!(s->block & SEEN_AGAIN)) r->of[first].later++;
    s->block |= SEEN_AGAIN;
}

dh_status jd_repeats_add(jd_repeats *r, uint32_t i, const jd_phrase_words *words, dh_error *err) {
    size_t n = words->count, run = n < RUN ? n : RUN;
    poll p = {JD_NO_BLOCK, 0};
    while (((size_t)r->count + n) * 2 > (size_t)r->mask + 1)
        if (!grow(r)) return arena_error(r->arena, err);
    for (size_t at = 0; run && at + run <= n; at++) add_run(r, i, hash_of(words->word + at, run), &p);
    r->of[i].source = p.block;
    return DH_OK;
}
