/* feed.h: what a run hands out, in the order of the list: files, and the pages of containers, one by one, as an unpacker finds them. An
 * unpacker is a worker of its own; it is a page or two ahead of the run, and no more than FEED_WAITING. */
#ifndef BATCH_FEED_H
#define BATCH_FEED_H

#include "crew.h"
#include "unpack.h"

#define FEED_WAITING 48

/* A file, or a page of a container. */
typedef struct {
    size_t item;
    uint64_t record;        /* 0: the file; else the number of the page in it, from 1 */
    int fd;                 /* of a page: a parcel (parcel.h); -1: the file is still to be opened */
    uint64_t bytes;         /* of a page */
    uint64_t order;         /* its number among all tasks, and ends of containers, in the order of the inputs, from 0 */
    char *output, *address; /* of a page: its output's path below the output folder; what the container calls it, or "" */
} feed_task;

/* Closes and frees what a task has. */
void feed_task_clear(feed_task *t);

typedef enum { FEED_TASK, FEED_WAIT, FEED_END } feed_step;

/* Who is asked and told; each may be NULL. */
typedef struct {
    /* False if it is done. record as in feed_task; 0 of a container: whether it is to be opened. */
    bool (*is_todo)(void *user, size_t item, uint64_t record);
    /* A container fails, or a page that it has: `what` in one line. There is more to come. */
    void (*failed)(void *user, size_t item, const char *what);
    /* No more comes of a container, of which so many pages are meant. whole: it was read to its end without a failure. */
    void (*over)(void *user, size_t item, uint64_t pages, bool whole, uint64_t order);
    /* Files of a container are passed over. */
    void (*passed)(void *user, const unpack_passed *passed);
    void *user;
} feed_listener;

typedef struct {
    const folder_options *opt;
    const list *list;
    feed_listener listener;
    crew crew; /* of one */
    size_t next; /* item */
    uint64_t order;
    /* the container in hand */
    bool open, ended; /* there is one; nothing more comes of it */
    size_t item;
    int in;
    size_t deaths, failures, told;   /* of its unpacker; of its pages, and those of them that were told of before it died */
    uint64_t number, wanted;         /* of the last page that came of it; how many the filter means */
    uint64_t *names; /* hashes of outputs that it has; 0: free */
    size_t name_count, name_mask;
    feed_task waiting[FEED_WAITING]; /* a ring */
    size_t first, count;
    uint64_t waiting_bytes;
    dh_buf path, head, output;
    int asked; /* file of the page that the unpacker is at */
} feed;

/* All but *f is borrowed. Errors: DH_ERR_NOMEM. feed_clear() it in any case. */
dh_status feed_init(feed *f, const folder_options *opt, const list *l, manifest *m, feed_listener listener, dh_error *err);
void feed_clear(feed *f);

/* The next task, which the caller clears. FEED_WAIT: nothing is there yet; feed_fd() can be read when there is. Errors: DH_ERR_IO (no process
 * or descriptor can be had), DH_ERR_NOMEM. */
dh_status feed_next(feed *f, feed_task *out, feed_step *step, dh_error *err);

/* Descriptor of the unpacker at work, -1: none. */
int feed_fd(const feed *f);
/* Hears what the unpacker has to say, and lets it go on. Errors as above. */
dh_status feed_listen(feed *f, dh_error *err);

/* How far the container in hand has been read, in bytes of its file; 0 if there is none. */
uint64_t feed_position(const feed *f);

/* Closes what a child process has no use for. */
void feed_leave_to_parent(void *feed);

#endif
