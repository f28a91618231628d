/* naming.h: output names for the files of one folder, such that no two are the same. */
#ifndef BATCH_NAMING_H
#define BATCH_NAMING_H

#include "list.h"

/* A file or folder among others. */
typedef struct {
    dh_view name;
    bool is_dir;
    list_naming naming; /* set for files; a folder whose name is another folder's becomes LIST_TAKEN */
} naming_entry;

/* Sets the naming of all entries, whose outputs end in `ending`. Whatever their order, the answer is the same, but that of equal names the first wins.
 * Errors: DH_ERR_NOMEM. */
dh_status naming_choose(naming_entry *entries, size_t count, dh_view ending);

/* The name without the endings of pages and compressed files: "a.html.gz" is "a". */
dh_view naming_stem(dh_view name);

#endif
