/* worker.h: what a worker process does: it is handed a file and its output, cleans it, answers, until the parent is gone. */
#ifndef BATCH_WORKER_H
#define BATCH_WORKER_H

#include "dedup.h"
#include "folder.h"
#include "list.h"
#include "manifest.h"
#include "profile.h"
#include "unpack.h"

#include <stdnoreturn.h>

/* What all workers of a crew do. All is borrowed. */
typedef struct {
    const folder_options *opt;
    const list *list; /* NULL: files have no names that tell anything */
    profile *sites; /* what is known of sites; NULL: nothing */
    /* SKETCH: pages are not cleaned: what is written is their records for a profile (profile.h). UNPACK: what is read is a container, and
     * each order is for its next page, as a parcel (parcel.h). DIGEST: pages are cleaned, and what is written is what tells duplicates (dedup.h). */
    enum { WORKER_CLEAN = 0, WORKER_SKETCH, WORKER_UNPACK, WORKER_DIGEST } role;
    const dedup *doubles; /* lines that are to go; NULL: none */
} worker_job;

/* A message to a worker; with it come two descriptors, the source to be read and the output to be written. */
typedef struct {
    uint64_t item;
    uint32_t attempt; /* 0: the first one */
    uint32_t parcel;  /* the source is one */
    uint32_t links;   /* the page has been cleaned, and only what it links to is asked for: nothing is written */
} worker_order;

/* A message from it. */
typedef enum {
    ANSWER_REPORT = 1, /* what: one failure of the file; more is to come */
    ANSWER_DONE = 2,   /* the last about this file */
    ANSWER_FATAL = 3   /* what: why no output can be written any more; the last as well */
} answer_kind;

typedef struct {
    uint32_t kind, failures;
    uint64_t pages, words, bytes_out, ms;
    uint32_t keep; /* the output is whole */
    uint32_t scripted; /* the page's scripts are to fetch its text */
    unpack_passed passed; /* of an unpacker */
    uint32_t over;        /* the same: nothing more comes */
    unsigned char digest[MANIFEST_DIGEST_SIZE];
    page_note note;
    char what[sizeof((dh_error *)0)->msg];
} worker_answer;

/* Shuts itself in (sandbox.h), then works for the process `parent`, of which this one is a fork, at the other end of the socket fd (SOCK_SEQPACKET).
 * Signals that a terminal sends to all are left to the parent; the worker ends with it, even if it is killed. */
noreturn void worker_run(const worker_job *job, int fd, pid_t parent);

#endif
