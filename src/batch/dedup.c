/* The pass over all pages, and what follows from it. Pages are numbers here: 32 bytes each while the pass lasts, lines 16, these in a file that is
 * mapped, so that they need not stay in memory. */
#include "dedup.h"

#include "digest.h"
#include "manifest.h"
#include "newfile.h"
#include "pass.h"
#include "survey.h"

#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_NAME  "doubles-"
#define KEPT_MAGIC 0x31656c62756f64u

/* What a worker writes of a page; hashes of lines follow. */
typedef struct {
    uint64_t text, near, words, address, lines;
} record;

typedef struct {
    dedup_page page;
    uint64_t text, near, address; /* text and address 0: none */
} seen;

typedef struct {
    uint64_t hash;
    dedup_page page;
} line;

typedef struct {
    dedup_page page, of;
} pair;

struct dedup {
    pair *pairs; /* sorted by page */
    line *lines; /* of several pages, with the first; sorted by hash */
    uint64_t pair_count, line_count;
    uint64_t made; /* of the lines, and the files that keep them */
};

/* The pass. */
typedef struct {
    const folder_options *opt;
    dedup *result;
    seen *pages;
    size_t count, cap;
    int spill;       /* file of lines */
    uint64_t spilled;
    dh_buf out;
} finder;

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

static int compare_pages(const dedup_page *a, const dedup_page *b) {
    if (a->item != b->item) return a->item < b->item ? -1 : 1;
    return (a->record > b->record) - (a->record < b->record);
}

static int by_page(const void *a, const void *b) { return compare_pages(&((const seen *)a)->page, &((const seen *)b)->page); }

static int by_pair(const void *a, const void *b) { return compare_pages(&((const pair *)a)->page, &((const pair *)b)->page); }

static int by_hash(const void *x, const void *y) {
    const line *a = x, *b = y;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return compare_pages(&a->page, &b->page);
}

/* ---- workers ---------------------------------------------------------------------------------------------------- */

static uint64_t address_hash(dh_view address) {
    dh_buf url;
    dh_buf_init(&url, 0);
    uint64_t hash = address.len && !url_normalise(address, &url) ? view_hash(dh_buf_view(&url)) : 0;
    dh_buf_clear(&url);
    return hash;
}

dh_status dedup_put(dedup_mode mode, dh_view text, dh_view address, dh_buf *out) {
    digest d = digest_of(text);
    record r = {.text = d.text, .near = d.near, .words = d.words, .address = address_hash(address)};
    dh_view rest = text, one;
    uint64_t hash;
    size_t head = out->len;
    dh_status st = dh_buf_append(out, (const char *)&r, sizeof r);
    while (!st && mode == DEDUP_LINES && digest_line(&rest, &one, &hash)) {
        st = dh_buf_append(out, (const char *)&hash, sizeof hash);
        r.lines++;
    }
    if (!st) memcpy(out->ptr + head, &r, sizeof r);
    return st;
}

/* ---- what they found -------------------------------------------------------------------------------------------- */

static dh_status add_page(finder *f, dedup_page page, const record *r, dh_error *err) {
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        seen *pages = reallocarray(f->pages, cap, sizeof *pages);
        if (!pages) return no_memory(err);
        f->pages = pages;
        f->cap = cap;
    }
    f->pages[f->count++] = (seen){page, r->words ? r->text + !r->text : 0, r->words < DIGEST_NEAR_WORDS ? 0 : r->near, r->address};
    return DH_OK;
}

static dh_status add_lines(finder *f, dedup_page page, dh_view hashes, dh_error *err) {
    f->out.len = 0;
    for (size_t at = 0; at + sizeof(uint64_t) <= hashes.len; at += sizeof(uint64_t)) {
        line l = {.page = page};
        memcpy(&l.hash, hashes.ptr + at, sizeof l.hash);
        if (dh_buf_append(&f->out, (const char *)&l, sizeof l)) return no_memory(err);
        f->spilled++;
    }
    return source_write_all(f->spill, dh_buf_view(&f->out), NULL, err);
}

/* A pass_job's take: what is not whole is passed over. */
static dh_status take_page(void *user, const feed_task *t, dh_view bytes, dh_error *err) {
    finder *f = user;
    record r;
    if (bytes.len < sizeof r) return DH_OK;
    memcpy(&r, bytes.ptr, sizeof r);
    if (t->item > UINT32_MAX || t->record > UINT32_MAX) return err_set(err, DH_ERR_LIMIT, 0, "too many files for --dedup");
    dedup_page page = {(uint32_t)t->item, (uint32_t)t->record};
    dh_status st = add_page(f, page, &r, err);
    if (st || f->opt->dedup != DEDUP_LINES) return st;
    return add_lines(f, page, (dh_view){bytes.ptr + sizeof r, bytes.len - sizeof r}, err);
}

/* ---- pages ------------------------------------------------------------------------------------------------------ */

/* Sets of pages by a number: a table of indexes of `pages`, + 1. */
typedef struct {
    uint32_t *slots;
    size_t mask;
} table;

static bool table_init(table *t, size_t count) {
    for (t->mask = 1; t->mask < 2 * count;) t->mask = t->mask * 2 + 1;
    t->slots = calloc(t->mask + 1, sizeof *t->slots);
    return t->slots != NULL;
}

/* The place of the page with this number in the field at `offset`, or of the free one. */
static uint32_t *find_number(const table *t, const seen *pages, size_t offset, uint64_t number) {
    size_t at = (size_t)(number ^ number >> 29) & t->mask;
    for (; t->slots[at]; at = (at + 1) & t->mask) {
        uint64_t other;
        memcpy(&other, (const char *)&pages[t->slots[at] - 1] + offset, sizeof other);
        if (other == number) break;
    }
    return &t->slots[at];
}

/* Near pages: of bits + 1 parts of their hashes at least one is equal, so those with an equal part are compared. Chains by part. */
typedef struct {
    unsigned parts, width;
    uint32_t *heads, *next; /* index + 1 */
} chains;

#define CHAIN_HEADS ((size_t)1 << 16)

static bool chains_init(chains *c, size_t bits, size_t count) {
    c->parts = (unsigned)bits + 1;
    c->width = 64 / c->parts;
    c->heads = calloc(CHAIN_HEADS * c->parts, sizeof *c->heads);
    c->next = calloc(count * c->parts + 1, sizeof *c->next);
    return c->heads && c->next;
}

static size_t chain_of(const chains *c, unsigned part, uint64_t near) {
    uint64_t value = near >> (part * c->width) & (c->width < 64 ? ((uint64_t)1 << c->width) - 1 : UINT64_MAX);
    return part * CHAIN_HEADS + (size_t)((value ^ value >> 16 ^ value >> 32 ^ value >> 48) & (CHAIN_HEADS - 1));
}

/* The first page that is near enough; `count` if there is none. */
static size_t find_near(const chains *c, const seen *pages, size_t count, uint64_t near, size_t bits) {
    size_t best = count;
    for (unsigned part = 0; part < c->parts; part++)
        for (uint32_t i = c->heads[chain_of(c, part, near)]; i; i = c->next[(i - 1) * c->parts + part])
            if (i - 1 < best && digest_distance(pages[i - 1].near, near) <= bits) best = i - 1;
    return best;
}

static void chain_page(chains *c, size_t i, uint64_t near) {
    for (unsigned part = 0; part < c->parts; part++) {
        uint32_t *head = &c->heads[chain_of(c, part, near)];
        c->next[i * c->parts + part] = *head;
        *head = (uint32_t)i + 1;
    }
}

/* The earlier page that page i is a duplicate of, or `count`; if there is none, page i joins those that are there. */
static size_t original_of(finder *f, size_t i, const table *texts, const table *addresses, chains *near) {
    const seen *p = &f->pages[i];
    uint32_t *text = p->text ? find_number(texts, f->pages, offsetof(seen, text), p->text) : NULL;
    uint32_t *address = p->address ? find_number(addresses, f->pages, offsetof(seen, address), p->address) : NULL;
    if (address && *address) return *address - 1;
    if (text && *text) return *text - 1;
    bool looks = f->opt->dedup == DEDUP_NEAR && p->near;
    size_t like = looks ? find_near(near, f->pages, f->count, p->near, f->opt->near_bits) : f->count;
    if (like < f->count) return like;
    if (text) *text = (uint32_t)i + 1;
    if (address) *address = (uint32_t)i + 1;
    if (looks) chain_page(near, i, p->near);
    return f->count;
}

static bool add_pair(dedup *d, dedup_page page, dedup_page of) {
    bool full = !(d->pair_count & (d->pair_count - 1)); /* room for the next power of two */
    pair *pairs = full ? reallocarray(d->pairs, d->pair_count ? d->pair_count * 2 : 1, sizeof *pairs) : d->pairs;
    if (!pairs) return false;
    d->pairs = pairs;
    d->pairs[d->pair_count++] = (pair){page, of};
    return true;
}

static dh_status find_pairs(finder *f, dh_error *err) {
    table texts = {NULL, 0}, addresses = {NULL, 0};
    chains near = {.heads = NULL};
    if (f->count > UINT32_MAX / 2) return err_set(err, DH_ERR_LIMIT, 0, "too many pages for --dedup");
    if (f->count) qsort(f->pages, f->count, sizeof *f->pages, by_page);
    bool ok = table_init(&texts, f->count) && table_init(&addresses, f->count);
    if (ok && f->opt->dedup == DEDUP_NEAR) ok = chains_init(&near, f->opt->near_bits, f->count);
    for (size_t i = 0; ok && f->opt->dedup != DEDUP_LINES && i < f->count; i++) {
        size_t of = original_of(f, i, &texts, &addresses, &near);
        if (of < f->count) ok = add_pair(f->result, f->pages[i].page, f->pages[of].page);
    }
    free(texts.slots);
    free(addresses.slots);
    free(near.heads);
    free(near.next);
    return ok ? DH_OK : no_memory(err);
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

/* Of lines that several pages have, the first page's: l[0 .. count) is sorted. Where they go lies before where they come from. */
static uint64_t keep_repeated(line *l, uint64_t count) {
    uint64_t kept = 0;
    for (uint64_t i = 0, j; i < count; i = j) {
        bool several = false;
        for (j = i + 1; j < count && l[j].hash == l[i].hash; j++) several |= compare_pages(&l[j].page, &l[i].page) != 0;
        if (several) l[kept++] = l[i];
    }
    return kept;
}

static dh_status find_lines(finder *f, dh_error *err) {
    size_t bytes = (size_t)f->spilled * sizeof(line);
    if (!bytes) return DH_OK;
    line *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, f->spill, 0);
    if (all == MAP_FAILED) return err_system(err);
    qsort(all, (size_t)f->spilled, sizeof *all, by_hash);
    dedup *d = f->result;
    d->line_count = keep_repeated(all, f->spilled);
    d->lines = malloc((size_t)d->line_count * sizeof *all + 1);
    if (d->lines) memcpy(d->lines, all, (size_t)d->line_count * sizeof *all);
    munmap(all, bytes);
    return d->lines ? DH_OK : no_memory(err);
}

/* ---- keeping it ------------------------------------------------------------------------------------------------- */

typedef struct {
    uint64_t magic, pairs, lines, sum;
} kept_head;

static uint64_t sum_of(const dedup *d) {
    return view_hash((dh_view){(const char *)d->pairs, (size_t)d->pair_count * sizeof(pair)}) * 31 +
           view_hash((dh_view){(const char *)d->lines, (size_t)d->line_count * sizeof(line)});
}

static dh_status keep(const dedup *d, const char *path, dh_error *err) {
    newfile f;
    kept_head h = {KEPT_MAGIC, d->pair_count, d->line_count, sum_of(d)};
    dh_status st = newfile_open(&f, path, 0, err);
    if (st) return st;
    st = source_write_all(f.fd, (dh_view){(const char *)&h, sizeof h}, NULL, err);
    if (!st) st = source_write_all(f.fd, (dh_view){(const char *)d->pairs, (size_t)d->pair_count * sizeof(pair)}, NULL, err);
    if (!st) st = source_write_all(f.fd, (dh_view){(const char *)d->lines, (size_t)d->line_count * sizeof(line)}, NULL, err);
    dh_status closed = newfile_close(&f, !st, st ? NULL : err);
    return st ? st : closed;
}

static void *copy_part(dh_view bytes) {
    void *p = malloc(bytes.len + 1);
    if (p) memcpy(p, bytes.ptr, bytes.len);
    return p;
}

/* What an earlier run has kept; false if there is nothing, or nothing whole. */
static bool load(dedup *d, const char *path) {
    kept_head h;
    dh_buf all;
    dh_buf_init(&all, 0);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && !source_read_all(fd, &all, NULL) && all.len >= sizeof h;
    if (fd >= 0) close(fd);
    if (ok) {
        memcpy(&h, all.ptr, sizeof h);
        size_t left = all.len - sizeof h;
        ok = h.magic == KEPT_MAGIC && h.pairs <= left / sizeof(pair) && h.lines <= left / sizeof(line) && h.pairs * sizeof(pair) + h.lines * sizeof(line) == left;
    }
    if (ok) {
        size_t pairs = (size_t)h.pairs * sizeof(pair);
        *d = (dedup){.pairs = copy_part((dh_view){all.ptr + sizeof h, pairs}), .lines = copy_part((dh_view){all.ptr + sizeof h + pairs, (size_t)h.lines * sizeof(line)}),
                     .pair_count = h.pairs, .line_count = h.lines};
        ok = d->pairs && d->lines && sum_of(d) == h.sum;
        if (!ok) {
            free(d->pairs);
            free(d->lines);
            *d = (dedup){.pairs = NULL};
        }
    }
    dh_buf_clear(&all);
    return ok;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static dh_status find_all(const folder_options *opt, const list *l, profile *sites, const char *folder, dedup *d, dh_error *err) {
    finder f = {.opt = opt, .result = d, .spill = newfile_unnamed(folder, err)};
    const pass_job job = {{.opt = opt, .list = l, .sites = sites, .role = WORKER_DIGEST}, FOLDER_DOUBLES, take_page, &f};
    if (f.spill < 0) return DH_ERR_IO;
    dh_buf_init(&f.out, 0);
    dh_status st = pass_run(&job, folder, err);
    if (!st) st = find_pairs(&f, err);
    if (!st) st = find_lines(&f, err);
    close(f.spill);
    free(f.pages);
    dh_buf_clear(&f.out);
    return st;
}

/* Items have other numbers when others have come or gone: what counts is which file keeps a line. */
static dh_status number_lines(dedup *d, const list *l, dh_error *err) {
    dh_buf path;
    dh_status st = DH_OK;
    dh_buf_init(&path, 0);
    for (uint64_t i = 0; !st && i < d->line_count; i++) {
        st = d->lines[i].page.item < l->count ? list_source(l, d->lines[i].page.item, &path) : DH_OK;
        const uint64_t parts[] = {d->made, d->lines[i].hash, d->lines[i].page.record, view_hash(dh_buf_view(&path))};
        d->made = view_hash((dh_view){(const char *)parts, sizeof parts});
    }
    dh_buf_clear(&path);
    return st ? no_memory(err) : DH_OK;
}

dh_status dedup_find(const folder_options *opt, const list *l, profile *sites, uint64_t made, dedup **out, dh_error *err) {
    char folder[4096], name[64], path[4200];
    uint64_t key;
    dedup *d = *out = calloc(1, sizeof *d);
    if (!d) return no_memory(err);
    dh_status st = survey_key(opt, l, &key, err);
    if (st) return st;
    const uint64_t parts[] = {key, made, (uint64_t)opt->dedup, opt->dedup == DEDUP_NEAR ? opt->near_bits : 0};
    snprintf(name, sizeof name, KEPT_NAME "%016" PRIx64, view_hash((dh_view){(const char *)parts, sizeof parts}));
    if (snprintf(folder, sizeof folder, "%s/" MANIFEST_STATE, opt->out) >= (int)sizeof folder) {
        errno = ENAMETOOLONG;
        return err_system(err);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    survey_remove_others(folder, KEPT_NAME, name, false);
    if (!load(d, path)) {
        st = find_all(opt, l, sites, folder, d, err);
        if (!st) st = keep(d, path, err);
    }
    return st ? st : number_lines(d, l, err);
}

void dedup_close(dedup *d) {
    if (!d) return;
    free(d->pairs);
    free(d->lines);
    free(d);
}

/* ---- looking up ------------------------------------------------------------------------------------------------- */

const dedup_page *dedup_of(const dedup *d, size_t item, uint64_t number) {
    if (!d || !d->pair_count || item > UINT32_MAX || number > UINT32_MAX) return NULL;
    const pair wanted = {.page = {(uint32_t)item, (uint32_t)number}};
    const pair *found = bsearch(&wanted, d->pairs, (size_t)d->pair_count, sizeof wanted, by_pair);
    return found ? &found->of : NULL;
}

uint64_t dedup_lines(const dedup *d) { return d ? d->made : 0; }

static const line *find_line(const dedup *d, uint64_t hash) {
    size_t low = 0, high = (size_t)d->line_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (d->lines[mid].hash < hash) low = mid + 1;
        else high = mid;
    }
    return low < d->line_count && d->lines[low].hash == hash ? &d->lines[low] : NULL;
}

void dedup_cut(const dedup *d, size_t item, uint64_t number, dh_buf *text) {
    const dedup_page page = {(uint32_t)item, (uint32_t)number};
    dh_view rest = dh_buf_view(text), one;
    uint64_t hash;
    size_t kept = 0, from = 0; /* of text: what stays; what follows it */
    if (!d || !d->line_count) return;
    while (digest_line(&rest, &one, &hash)) {
        const line *l = find_line(d, hash);
        if (!l || !compare_pages(&l->page, &page)) continue;
        size_t at = (size_t)(one.ptr - text->ptr), len = at - from;
        memmove(text->ptr + kept, text->ptr + from, len);
        kept += len;
        from = at + one.len;
        if (from < text->len && text->ptr[from] == '\n') from++;
    }
    memmove(text->ptr + kept, text->ptr + from, text->len - from);
    text->len = kept + text->len - from;
    while (from && text->len > 1 && text->ptr[text->len - 1] == '\n' && text->ptr[text->len - 2] == '\n') text->len--;
    if (text->len == 1 && text->ptr[0] == '\n') text->len = 0;
}
