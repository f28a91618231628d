/* profile.h: what the pages of many sites have in common, as a file. Of each site it has the sketches (dh_page_sketch) of
 * some pages: those PROFILE_PAGES whose digests are lowest. That is a fair sample, it depends on no order, exact copies of a page are
 * one, and the sample of a whole comes from the samples of its parts: merging is commutative, associative and idempotent. docs/profiles.md
 * tells more. */
#ifndef BATCH_PROFILE_H
#define BATCH_PROFILE_H

#include "site.h"

/* With 16 pages a site the figures of docs/experiments.md are those with all pages, to 0.001; with 5 they lose a third of the gain. */
#define PROFILE_PAGES 32

/* A page of a site. */
typedef struct {
    dh_view site;
    uint64_t digest;
    dh_view blocks; /* 4 bytes each, as dh_page_sketch() writes them */
} profile_page;

/* ---- records: a page as it stands in a file ---- */

/* Appends a record. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *out). */
dh_status profile_put(dh_buf *out, const profile_page *page);
/* Takes the first record off *rest and lends its parts. False if none stands there, whole and well made. */
bool profile_take(dh_view *rest, profile_page *page);
/* The order of pages in a file. */
int profile_compare(const profile_page *a, const profile_page *b);

/* ---- writing ---- */

/* A file that is written page by page. */
typedef struct {
    int fd; /* the caller opens and closes it */
    dh_buf out, index, last;
    uint64_t written, sum, sites, pages, digest, site_sum;
    size_t site_pages;
} profile_writer;

/* Errors of these: DH_ERR_IO, DH_ERR_NOMEM. profile_writer_clear() in any case. */
dh_status profile_writer_open(profile_writer *w, int fd, dh_error *err);
/* Pages come in order. Copies of the one before, and those of a site that has enough, are passed over. */
dh_status profile_write(profile_writer *w, const profile_page *page, dh_error *err);
dh_status profile_writer_end(profile_writer *w, dh_error *err);
void profile_writer_clear(profile_writer *w);

/* ---- reading from one end to the other ---- */

typedef struct {
    int fd; /* the caller opens and closes it */
    dh_buf in;
    size_t used;        /* bytes of `in` that were given out */
    uint64_t at, end;   /* in the file: of what is read next; where the records end */
    profile_page page;  /* lent until the next */
    profile_page before; /* owns nothing: its parts lie in `kept` */
    dh_buf kept;
    bool there;         /* there is a page */
} profile_cursor;

/* Checks the whole file, then stands before its first page. Errors: DH_ERR_FORMAT (no profile, or a damaged one), DH_ERR_IO, DH_ERR_NOMEM.
 * profile_cursor_clear() in any case. */
dh_status profile_cursor_open(profile_cursor *c, int fd, dh_error *err);
/* Goes on to the next page; c->there is false at the end. Errors as above. */
dh_status profile_cursor_next(profile_cursor *c, dh_error *err);
void profile_cursor_clear(profile_cursor *c);

/* Writes what several profiles have, which are descriptors, to another one, but for some sites. Memory: some 100 KB a
 * profile. Errors as above; *blame receives the index of the one that is to blame, else `count`. */
dh_status profile_merge(const int *fds, size_t count, const dh_view *without, size_t without_count, int out, size_t *blame,
                        dh_error *err);

/* ---- looking up ---- */

typedef struct profile profile;

/* Opens and checks a profile. Errors as profile_cursor_open(). */
dh_status profile_open(const char *path, profile **out, dh_error *err);
void profile_close(profile *p);

/* A number that is the same if the profile says the same of all pages; 0 if it knows no site well enough to say anything. */
uint64_t profile_digest(const profile *p);
size_t profile_sites(const profile *p), profile_pages(const profile *p);
/* Sites of which it has DH_SITE_PAGES pages and more. */
size_t profile_known(const profile *p);
/* Name of site i, in order; empty if there is none. Lent. */
dh_view profile_name(const profile *p, size_t i);
/* How many pages it has of site i. */
size_t profile_pages_of(const profile *p, size_t i);
/* What is known of a site, NULL if nothing. Lent until many other sites have been asked for. No memory is nothing known. */
const dh_site *profile_site(profile *p, dh_view site);

#endif
