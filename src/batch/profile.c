/* A profile that sites are looked up in. The file is mapped, so that all workers share its memory; what a site's pages have in
 * common is counted when the site is asked for, and kept for a while. */
#include "profile.h"

#include "profile_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Sites whose counts are kept: files of a site come together, records of many sites in turns. A site takes some KB. */
#define KEPT_SITES 64

typedef struct {
    size_t index; /* of the site, from 1 on; 0: nothing is kept here */
    dh_site site;
    dh_repeat *repeats;
} kept_site;

struct profile {
    const char *bytes;
    size_t size;
    profile_foot foot;
    kept_site kept[KEPT_SITES];
    uint32_t blocks[PROFILE_PAGES * DH_SKETCH_BLOCKS];
};

static dh_status map(profile *p, int fd, dh_error *err) {
    dh_status st = profile_check(fd, &p->foot, err);
    if (st) return st;
    p->size = (size_t)p->foot.index_at + (size_t)p->foot.sites * 8 + PROFILE_FOOT_BYTES;
    void *bytes = mmap(NULL, p->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) return err_system(err);
    p->bytes = bytes;
    return DH_OK;
}

dh_status profile_open(const char *path, profile **out, dh_error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return err_system(err);
    profile *p = calloc(1, sizeof *p);
    dh_status st = p ? map(p, fd, err) : err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    close(fd);
    if (st) profile_close(p);
    else *out = p;
    return st;
}

void profile_close(profile *p) {
    if (!p) return;
    for (size_t i = 0; i < KEPT_SITES; i++) free(p->kept[i].repeats);
    if (p->bytes) munmap((void *)(uintptr_t)p->bytes, p->size);
    free(p);
}

uint64_t profile_digest(const profile *p) { return p->foot.digest; }
size_t profile_sites(const profile *p) { return (size_t)p->foot.sites; }
size_t profile_pages(const profile *p) { return (size_t)p->foot.pages; }

/* ---- sites ----------------------------------------------------------------------------------------------------------- */

/* The pages from those of site i on; nothing if the index is none. */
static dh_view pages_from(const profile *p, size_t i) {
    if (i >= p->foot.sites) return DH_VIEW("");
    uint64_t at = profile_number(p->bytes + p->foot.index_at + 8 * i, 8);
    if (at < PROFILE_HEAD_BYTES || at > p->foot.index_at) return DH_VIEW("");
    return (dh_view){p->bytes + at, (size_t)(p->foot.index_at - at)};
}

dh_view profile_name(const profile *p, size_t i) {
    profile_page page;
    dh_view rest = pages_from(p, i);
    return profile_take(&rest, &page) ? page.site : DH_VIEW("");
}

/* Index of a site from 1 on; 0 if it is not there. */
static size_t find(const profile *p, dh_view site) {
    size_t from = 0, to = (size_t)p->foot.sites;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        dh_view name = profile_name(p, mid);
        size_t least = name.len < site.len ? name.len : site.len;
        int way = least ? memcmp(name.ptr, site.ptr, least) : 0;
        if (way < 0 || (!way && name.len < site.len)) from = mid + 1;
        else to = mid;
    }
    return from < p->foot.sites && view_is(profile_name(p, from), site) ? from + 1 : 0;
}

/* Counts pages, up to `most`. */
static size_t count_pages(const profile *p, size_t i, size_t most) {
    profile_page page;
    dh_view rest = pages_from(p, i), name = profile_name(p, i);
    size_t n = 0;
    while (n < most && profile_take(&rest, &page) && view_is(page.site, name)) n++;
    return n;
}

size_t profile_pages_of(const profile *p, size_t i) { return count_pages(p, i, PROFILE_PAGES); }

size_t profile_known(const profile *p) {
    size_t known = 0;
    for (size_t i = 0; i < p->foot.sites; i++) known += count_pages(p, i, DH_SITE_PAGES) == DH_SITE_PAGES;
    return known;
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Blocks of all pages of a site, sorted, to p->blocks; how many there are. */
static size_t gather(profile *p, size_t i, size_t *pages) {
    profile_page page;
    dh_view rest = pages_from(p, i), name = profile_name(p, i);
    size_t n = 0;
    for (*pages = 0; *pages < PROFILE_PAGES && profile_take(&rest, &page) && view_is(page.site, name); ++*pages)
        for (size_t k = 0; k < page.blocks.len; k += 4) p->blocks[n++] = (uint32_t)profile_number(page.blocks.ptr + k, 4);
    if (n) qsort(p->blocks, n, sizeof *p->blocks, by_number);
    return n;
}

/* Counts a site's blocks that stand on two pages and more; with `out` NULL it only says how many there are. */
static size_t count_repeats(const profile *p, size_t n, dh_repeat *out) {
    size_t count = 0;
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && p->blocks[to] == p->blocks[from];) to++;
        if (to - from < 2) continue;
        if (out) out[count] = (dh_repeat){p->blocks[from], (uint32_t)(to - from)};
        count++;
    }
    return count;
}

const dh_site *profile_site(profile *p, dh_view site) {
    size_t index = find(p, site), pages;
    if (!index) return NULL;
    kept_site *k = &p->kept[index % KEPT_SITES];
    if (k->index == index) return &k->site;
    size_t n = gather(p, index - 1, &pages), count = count_repeats(p, n, NULL);
    dh_repeat *repeats = calloc(count + 1, sizeof *repeats);
    if (!repeats) return NULL;
    count_repeats(p, n, repeats);
    free(k->repeats);
    *k = (kept_site){index, {repeats, count, pages}, repeats};
    return &k->site;
}
