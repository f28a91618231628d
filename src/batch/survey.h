/* survey.h: the first pass of a folder run: all pages are looked at, to learn what each site repeats. Workers write records, the
 * parent gathers them into a profile; a page that fails here is not counted, and is heard of in the second pass. */
#ifndef BATCH_SURVEY_H
#define BATCH_SURVEY_H

#include "folder.h"
#include "profile.h"

/* Counts the files of a list into a profile at `path`, which is there whole or not at all. parts: what has been found lies beside it meanwhile, and a pass over the same
 * files goes on behind what an earlier one has left there. Errors: DH_ERR_IO (also: interrupted, of which opt->stop tells), DH_ERR_NOMEM. */
dh_status survey_run(const folder_options *opt, const list *l, const char *path, bool parts, dh_error *err);

/* A number for all files of the list as they are now, and what they are read with. Errors: DH_ERR_NOMEM. */
dh_status survey_key(const folder_options *opt, const list *l, uint64_t *key, dh_error *err);
/* Removes the files of a folder whose names begin with `kind`, but that of this name; parts: and those that begin with it. */
void survey_remove_others(const char *folder, const char *kind, const char *name, bool parts);

/* The profile of a folder run, in the state folder of `out`: that of an earlier run if it was made of the same files with the same
 * program and options, as opt->made tells, else a new one. *path is set to its name. Errors as above. */
dh_status survey_find(const folder_options *opt, const list *l, dh_buf *path, dh_error *err);

#endif
