/* folder_run.h: a folder run while it lasts, for the two halves of it: folder.c hands out and hears, folder_lines.c knows what becomes of a page or a
 * container, and writes it down. */
#ifndef BATCH_FOLDER_RUN_H
#define BATCH_FOLDER_RUN_H

#include "collect.h"
#include "crew.h"
#include "dedup.h"
#include "feed.h"
#include "handed.h"
#include "resume.h"

/* A file or page whose worker died. */
typedef struct {
    feed_task task;
    size_t reports; /* of its failures that were passed on then; the second try brings them again */
} second_try;

/* What a slot's worker has in hand. */
typedef struct {
    feed_task task;
    handed files;
    int sink;                              /* what it writes to, if outputs are collected; else -1 */
    size_t reports;                        /* failures of the file so far */
    char why[sizeof((dh_error *)0)->msg];  /* the first of them */
} hand;

/* A container of which something is still to come. */
typedef struct {
    size_t item;
    size_t in_hand; /* pages that were handed out and are not settled */
    size_t failures;
    uint64_t pages, order;
    bool over;
    char why[sizeof((dh_error *)0)->msg];
} opened;

typedef struct {
    const folder_options *opt;
    folder_summary *sum;
    list list;
    manifest manifest;
    resume resume;
    profile *sites;
    dedup *doubles; /* NULL: nobody looks for any */
    uint64_t made;  /* opt->made, and what is known of sites */
    size_t asked;   /* item: of collect_has_all() */
    crew crew;
    feed feed;
    collect *collect; /* NULL: each page has an output of its own */
    opened *opened;
    size_t opened_count, opened_cap;
    second_try *tries;
    size_t try_count, try_cap, kept_pages;
    hand *hands; /* one a slot */
    bool alone;  /* at second tries */
    bool fed;    /* nothing more is to be handed out */
    bool ended;  /* the same: `status` says why */
    dh_status status;
    dh_error *err;
    uint64_t bytes, bytes_total; /* of the sources, for the progress: done, all */
    dh_buf path, output;
} folder;

/* The run is over: nothing more is handed out, and this is why. */
void folder_end(folder *r, dh_status st, const char *why);
/* What a person knows a task by, ended by a NUL: the file, and behind it what its container calls the page. */
dh_status folder_name(folder *r, const feed_task *t, dh_buf *out);
/* Others are to hear of a failure; the first one of a file is what its line says. */
void folder_failure(folder *r, hand *h, const feed_task *t, const char *what);
/* Adds a line about a task. h: its failures, what was written of it, and the source where that is a file of its own. */
void folder_record(folder *r, const feed_task *t, const hand *h, manifest_entry e);
/* A page of a container has its line. */
void folder_page_settled(folder *r, const feed_task *t);
/* What a file is made with, or a page of a container: a resume_rules' made(). */
uint64_t folder_made(void *user, size_t item, uint64_t record);
/* A duplicate has a line, and no output, not even that of an earlier run. */
void folder_pass_over(folder *r, feed_task *t, const dedup_page *of);
/* What the feed is to ask and tell. */
feed_listener folder_listener(folder *r);

#endif
