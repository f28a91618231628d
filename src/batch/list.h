/* list.h: the work list of a folder run: which files there are below the inputs, and the name of each one's output. */
#ifndef BATCH_LIST_H
#define BATCH_LIST_H

#include "base/base.h"

#include <sys/types.h>

/* A folder that holds inputs. */
typedef struct {
    size_t source, target; /* offsets into names: its path, and its path below the output folder ("" or "a/b/") */
    bool listed;           /* only files that a list names are taken from it */
} list_dir;                /* the first is the command line itself, "" and "" */

/* How the output of a file is called; LIST_TAKEN: another input has that name already. */
typedef enum { LIST_SHORT, LIST_FULL, LIST_TAKEN } list_naming;

/* A file to be cleaned. */
typedef struct {
    size_t dir, name; /* index into dirs, offset into names; of the command line's own files, name is the whole path */
    list_naming naming;
    bool container; /* it holds pages (unpack.h), each with an output of its own */
} list_item;

/* Which files are meant (pattern.h), by their path below the input; NULL: all. Folders that `exclude` matches are not read. */
typedef struct {
    const char *include, *exclude;
} list_filter;

/* Hears of inputs and folders that cannot be read, and of those whose outputs would have a name that is taken. */
typedef void (*list_fail_fn)(void *user, const char *path, const char *why);

/* All of it. Costs about 40 bytes a file and its name. */
typedef struct {
    dh_buf names; /* strings, each ended by a NUL */
    list_dir *dirs;
    list_item *items;
    size_t dir_count, dir_cap, count, cap;
    size_t left_out; /* links, pipes, devices */
    size_t unwanted; /* files that the filter does not mean */
    size_t assets;   /* files below folders that are no pages by their names (pattern.h); none if the filter names what it means */
    list_filter filter;
    bool alone; /* the only input is a container: its pages come straight below the output folder, as those of a single folder do */
    const char *out; /* the output folder; borrowed */
    dh_view ending;  /* of outputs: ".txt" unless it is set to another before something is added; borrowed */
    dev_t out_dev;
    ino_t out_ino;
    list_fail_fn fail;
    void *fail_user;
} list;

/* Makes an empty list; the filter's strings are borrowed. out: the output folder, which exists; it is no input even where it lies below one; NULL: there is none.
 * Errors: DH_ERR_IO, DH_ERR_NOMEM; list_clear() it in any case. */
dh_status list_init(list *l, const char *out, list_filter filter, list_fail_fn fail, void *fail_user, dh_error *err);
void list_clear(list *l);

/* Adds all files below the inputs, sorted by name within each folder, files before folders. One folder: its files come
 * straight below the output folder; several inputs, or files: each under its own last name.
 * Links below the inputs are not followed. A name is cut of its ending (a.html gives a.txt) unless two would be the
 * same: then each of these keeps its full name (a.htm.txt, a.html.txt). To be called once. Errors: DH_ERR_NOMEM;
 * DH_ERR_LIMIT, names of more than 2 GiB; DH_ERR_USAGE, an input is the output folder. Inputs and folders that cannot
 * be read go to fail(), and the rest is added. */
dh_status list_add(list *l, char *const *inputs, size_t count, dh_error *err);

/* Adds the files that a list names, instead of list_add(): paths, each ended by a newline, or by a NUL if `nul`. An output has the
 * path that the list gives, without "." and a slash at the front (/a/./b.html gives a/b.txt); items come sorted by folder and
 * name. A path twice is once. Folders, and paths with ".." in them, go to fail(). Errors as list_add(). */
dh_status list_add_listed(list *l, dh_view paths, bool nul, dh_error *err);

/* True for a file that holds pages: list_output() gives the folder of their outputs, "" or "a/b.zip/". */
bool list_is_container(const list *l, size_t item);

/* True for a file that the command line or a list names itself: there a link is followed. */
bool list_is_named(const list *l, size_t item);

/* Write an item's paths to *path (set to these bytes and a NUL that is not counted). Errors: DH_ERR_NOMEM. */
dh_status list_source(const list *l, size_t item, dh_buf *path);
dh_status list_target(const list *l, size_t item, dh_buf *path);
/* The same below the output folder. */
dh_status list_output(const list *l, size_t item, dh_buf *path);

/* Size of an item's file as it is now; 0 if it is not there. *path is used for its name. */
uint64_t list_bytes(const list *l, size_t item, dh_buf *path);

#endif
