/* cleaner.h: what a worker does with a file that it was handed: its pages through the judge, what is left to the output. */
#ifndef BATCH_CLEANER_H
#define BATCH_CLEANER_H

#include "dedup.h"
#include "folder.h"
#include "manifest.h"
#include "parcel.h"
#include "profile.h"

#include <sha2.h>

/* A file in hand. */
typedef struct {
    int in, out;      /* open for reading and writing; the cleaner closes them */
    const char *path; /* of the source: its ending may tell the compression */
    const char *output; /* of its output, below the output folder: it may tell the site */
    unsigned attempt; /* 0: the first one */
    bool parcel;      /* the source is a page of the container at `path`, with what that knows of it (parcel.h) */
    size_t item;      /* of the list */
} cleaner_file;

/* What a file came to. Each failure has been reported. */
typedef struct {
    size_t failures, pages, words, bytes_out, ms;
    bool keep; /* the output is whole */
    bool scripted; /* of its last page: its scripts are to fetch the text */
    unsigned char digest[MANIFEST_DIGEST_SIZE]; /* SHA-256 of it */
    page_note note;
} cleaned;

/* Cleans file after file; the room of its buffers is used again. */
typedef struct {
    const folder_options *opt; /* borrowed, as is `sites` */
    profile *sites;            /* NULL: nothing is known of any */
    const dedup *doubles;      /* lines that are to go; borrowed; NULL: none */
    dh_buf *capture;           /* where output goes instead; NULL: to the file */
    void (*report)(void *user, const char *what);
    void *report_user;
    join join;
    bool scripted; /* as in cleaned, of the file in hand */
    dh_buf links; /* of the file in hand, if opt->follow: an address a line */
    dh_buf site, blocks; /* of the page in hand: its site's name; its sketch */
    /* of the file in hand */
    const cleaner_file *file;
    parcel parcel; /* of a page of a container */
    dh_buf head, url, charset, id; /* its strings; all but the head are ended by a NUL */
    dh_buf shown; /* container and path in it, as JSON names the source */
    source in;
    size_t bytes_in, bytes_out;
    page_note note; /* of its pages so far */
    SHA2_CTX digest; /* of what was written */
    bool records;    /* pages came out of a container: those that are good stay though others failed */
    int why;         /* errno of the output's failure */
} cleaner;

/* report hears of each failure of a file, in one line. */
void cleaner_init(cleaner *c, const folder_options *opt, profile *sites, void (*report)(void *user, const char *what),
                  void *report_user);

/* Cleans a file. Errors: DH_ERR_IO, no output can be written any more (the disk is full); the message is the system's. */
dh_status cleaner_clean(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err);

/* Writes a record for a profile for each page of a file that can be read; others are passed over without a word. Errors as above. */
dh_status cleaner_sketch(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err);

/* Writes what tells whether the text of a file is that of another (dedup.h); one that cannot be read gives nothing. Errors as above. */
dh_status cleaner_digest(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err);

/* Only notes what a file's pages link to. Errors as above. */
dh_status cleaner_links(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err);

void cleaner_clear(cleaner *c);

#endif
