/* folder.h: cleans the files of folders in worker processes, each into a mirrored name below an output folder. A
 * page that crashes or stalls a worker is named and the run goes on. What is printed, and when, is the program's
 * affair. docs/batch.md tells the rules from the outside. */
#ifndef BATCH_FOLDER_H
#define BATCH_FOLDER_H

#include "join.h"
#include "list.h"
#include "source.h"

/* What a run does: looks at sites, then for duplicates, before it cleans. */
typedef enum { FOLDER_CLEAN = 0, FOLDER_SITES, FOLDER_DOUBLES } folder_pass;

/* Which pages are no second time there, by what they say (dedup.h). */
typedef enum { DEDUP_OFF = 0, DEDUP_EXACT, DEDUP_NEAR, DEDUP_LINES } dedup_mode;

/* How far a run is, with what earlier runs did. */
typedef struct {
    folder_pass pass;
    bool last;                   /* the pass is over */
    size_t done, failed, total;  /* `failed` are not among `done` */
    uint64_t bytes, bytes_total; /* of the sources */
    bool containers;             /* there are some among the files: what is counted are pages */
} folder_progress;

typedef struct {
    const dh_context *ctx;
    const dh_options *page; /* options of every page; encoding is set by the file's name */
    join_render_fn render;  /* as in join; NULL: text */
    void *render_user;
    const dh_view *separator; /* as in join */
    dh_rendering how;         /* of every page; source and record are set here. Outputs are called by its format */
    const char *out;          /* the output folder; made, with its parents, if it is not there */
    const char *lines;        /* instead: the file that all outputs go to, in lines of JSON (collect.h); `out` is its folder of state then; "-": stdout; NULL */
    size_t shard_bytes;       /* of it; 0: it is one file */
    list_filter filter;       /* which files are meant, also in containers */
    const char *field;        /* where lines of JSON have their page; NULL: in "html" or "text" */
    size_t max_members, max_ratio; /* of an archive: files, folders and all; bytes out of a packed one (unpack.h) */
    const char *files;        /* a file that lists the inputs, "-" for stdin; NULL: they are arguments */
    bool files_nul;           /* its names end in NUL, not in newlines */
    size_t jobs;              /* worker processes, at least 1 */
    size_t page_timeout_s;    /* CPU seconds a page may take in a worker; its wall time may be ten times that */
    bool languages;           /* the language of each page goes into the manifest; costs what facts cost */
    bool fail_empty;          /* outputs without a word are counted only; kept for the exit status */
    bool sandbox;             /* workers shut themselves in (sandbox.h): ctx was given to dh_context_preload() */
    uint64_t made;            /* a number for all that decides what an output is: options, models, version */
    bool restart;             /* what earlier runs did is done again */
    bool retry_failed;        /* of it, what failed */
    bool keep_stale;          /* what earlier runs made with another `made` stays */
    stop_flag *stop;          /* SIGINT or SIGTERM came: pages in hand are finished, the rest is left; NULL: never */
    /* Hears of each failure: the source's path and one line of what is wrong. Called in the parent, in no fixed order.
     */
    void (*fail)(void *user, const char *source, const char *what);
    void *fail_user;
    bool follow; /* of a crawl: what pages link to is noted (follow.h) */
    bool browser; /* of addresses: pages whose scripts fetch their text are to come once more, out of a browser (follow.h) */
    const char *profile; /* what is known of sites, a file (profile.h); NULL: what the files themselves tell (survey.h) */
    bool no_profile;     /* each page for itself */
    size_t part_pages;   /* pages after which the first pass notes how far it is; 0: FOLDER_PART_PAGES */
    dedup_mode dedup;
    size_t near_bits; /* DEDUP_NEAR: by so many bits of 64 two pages may differ, 0 to DEDUP_MOST_BITS */
    /* Hears how far it is: when a pass begins, whenever something has happened, and at the end; NULL: nobody asks. */
    void (*progress)(void *user, const folder_progress *p);
    void *progress_user;
} folder_options;

/* A page that took long. */
typedef struct {
    uint64_t ms;
    char source[256]; /* the end of its path */
} folder_slow;
#define FOLDER_SLOWEST 3

/* A minute of work or some. */
#define FOLDER_PART_PAGES 20000

typedef struct {
    size_t total, done, failed, empty; /* files, and pages of containers: all, as far as containers were opened, cleaned, failed, and those of `done` without a word left; an input
                                          or folder that cannot be read is one of `total` and of `failed` */
    size_t earlier, earlier_empty, earlier_failed; /* files of `total` that earlier runs did, and are left: cleaned; of these,
                                                      those without a word; failed */
    size_t stale;                      /* files that earlier runs made with another `made`, to be done again */
    size_t duplicates;                 /* of `done` and `earlier`: of other pages, so they have no output */
    size_t crashed;                    /* of the failed: worker died or stalled twice over them */
    size_t left_out;                   /* links, pipes, devices */
    size_t unwanted;                   /* files and folders that the filter does not mean */
    size_t assets;                     /* images, styles and the like, by their names */
    size_t bytes_in, words;
    size_t containers; /* files that hold pages */
    size_t sites; /* of which enough pages are known */
    bool interrupted;
    bool pipe_closed; /* who read stdout had enough */
    folder_slow slowest[FOLDER_SLOWEST]; /* the slowest first; ms 0: none */
} folder_summary;

/* Makes an output folder, with its parents, if it is not there. Errors: DH_ERR_USAGE, DH_ERR_IO, DH_ERR_NOMEM. */
dh_status folder_make(const char *out, dh_error *err);

/* Cleans all files below the inputs (list.h says how outputs are named) that earlier runs have not done (manifest.h, resume.h).
 * Each output is written to a temporary name and renamed; outputs do not depend on jobs. A WARC file of which some records fail is a failed file, whose good records
 * are in its output; any other file that fails has none, and what an earlier run left there stays. It forks, so no
 * other thread may run; it ignores SIGPIPE in the workers only, and leaves no process and no descriptor. Errors:
 * DH_ERR_USAGE (an input is the output folder), DH_ERR_IO (the list of files cannot be read; the output folder cannot be made or written: a full disk
 * ends the run; no worker can be started), DH_ERR_NOMEM, DH_ERR_LIMIT. Their messages are about the output folder and
 * do not name it. Pages that fail are no error of the run: the summary counts them. */
dh_status folder_run(const folder_options *opt, char *const *inputs, size_t count, folder_summary *out, dh_error *err);

/* Adds what opt->files or the command line names to a list. Errors: as list_add(); DH_ERR_IO. */
dh_status folder_list(const folder_options *opt, char *const *inputs, size_t count, list *l, dh_error *err);

/* How many workers a run with so much to do starts. */
size_t folder_jobs(const folder_options *opt, size_t todo);

#endif
