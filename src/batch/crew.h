/* crew.h: the worker processes of a run as the parent sees them: started, given work, listened to, stopped when they
 * take too long, and waited for when they die. What is to be done next is the caller's affair. */
#ifndef BATCH_CREW_H
#define BATCH_CREW_H

#include "worker.h"

#include <poll.h>
#include <time.h>

/* A place for one worker at a time. */
typedef struct {
    pid_t pid; /* 0: nobody here */
    int fd;
    bool busy;
    size_t item;                                                        /* in hand, or the last one */
    clockid_t clock;                                                    /* its CPU time */
    int64_t cpu_ns, wall_ns;                                            /* when it was given the item */
    enum { KILLED_NOT, KILLED_CPU, KILLED_WALL, KILLED_BROKEN } killed; /* by us, and why */
} crew_slot;

typedef struct {
    worker_job job;
    manifest *manifest; /* borrowed: workers leave it alone; NULL: there is none */
    void (*in_child)(void *user); /* closes what else a worker has no use for; NULL: there is nothing */
    void *in_child_user;
    crew_slot *slots;
    struct pollfd *polls;
    size_t count;
    int64_t checked_ns; /* when the limits were looked at last */
} crew;

/* What a slot has to say. */
typedef enum { CREW_NOTHING, CREW_ANSWER, CREW_DEATH } crew_event;

/* Makes count empty places. Errors: DH_ERR_NOMEM. */
dh_status crew_init(crew *c, worker_job job, manifest *m, size_t count, dh_error *err);

/* Starts a worker in an empty slot. There is room for two more descriptors then: those of a file. Errors: DH_ERR_IO, the system
 * allows no more processes or descriptors. */
dh_status crew_start(crew *c, size_t slot, dh_error *err);

/* Gives a file to an idle worker, with descriptors of its source and output, of which the worker gets its own. If it is dead by
 * now, its death is heard of as if it had come later. */
void crew_give(crew *c, size_t slot, const worker_order *order, int in, int out);

/* Waits until some slot has something to say, at most a quarter of a second, and stops workers that took too long. */
void crew_wait(crew *c);
/* Stops workers that took too long, without waiting. */
void crew_check_limits(crew *c);
/* As crew_wait(), or until fd (-1: none) can be read; true if it can. */
bool crew_wait_also(crew *c, int fd);

/* The next thing that a slot has to say, without waiting. CREW_ANSWER: *a is the worker's; with ANSWER_DONE and
 * ANSWER_FATAL it is idle again. CREW_DEATH: the worker died over slot.item, a->what says how; the slot is empty.
 * Workers that die while idle are replaced without a word. */
crew_event crew_take(crew *c, size_t slot, worker_answer *a);

size_t crew_busy(const crew *c);

/* Ends the worker of a slot, which is idle or has died, and waits for it. */
void crew_dismiss(crew *c, size_t slot);

/* Ends all, in whatever state. Slots stay busy where a worker had a file in hand. */
void crew_end(crew *c);

/* Frees the places. */
void crew_clear(crew *c);

#endif
