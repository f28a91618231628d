/* guide.h: addresses out of sitemaps and feeds. */
#ifndef FETCH_GUIDE_H
#define FETCH_GUIDE_H

#include "fault.h"

/* What is to be read, and what came of it. */
typedef struct {
    dh_view url;        /* of the sitemap or feed: relative addresses in it are seen from there */
    size_t max_bytes;   /* after decompression */
    size_t max_entries; /* what stands behind them is left */
    /* Called for each address, in order. guide: of a sitemap, in an index of them. False ends it: no memory. */
    bool (*found)(void *user, dh_view address, bool guide);
    void *user;
    size_t entries, broken; /* receives how many addresses there were; entries left out, as they were not well-formed */
    bool cut;               /* receives whether there were more than max_entries */
} guide_job;

/* Reads a sitemap, an index of sitemaps (sitemaps.org 0.9; as text too, an address a line), RSS 0.9 to 2.0, Atom or JSON Feed,
 * whichever it is, also in gzip. libxml2 is loaded on first use; it opens nothing, and entities mean nothing to it but the five of XML.
 * False with *fault set if it is none of them, or broken, or too large. Time is linear. */
bool guide_read(guide_job *job, dh_view body, fetch_fault *fault);

/* The same for the lines "Sitemap: ADDRESS" of a robots.txt. */
bool guide_read_robots(guide_job *job, dh_view body, fetch_fault *fault);

#endif
