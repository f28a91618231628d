/* What a run is given, before it begins: its list of files, its folder, how many workers it may have. */
#include "folder.h"

#include "newfile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each worker takes a descriptor of the parent, of which there are often 1024. */
#define FOLDER_MAX_JOBS 512
/* Of a list of files: tens of millions of them. */
#define FOLDER_LIST_BYTES ((size_t)2 << 30)

dh_status folder_make(const char *out, dh_error *err) {
    dh_buf path;
    if (!out[0]) return err_set(err, DH_ERR_USAGE, 0, "the output folder has no name");
    dh_buf_init(&path, 0);
    dh_status st = buf_printf(&path, "%s/%c", out, 0);
    if (st) return err_set(err, st, 0, "out of memory");
    st = newfile_parents(path.ptr, err);
    if (!st && access(path.ptr, W_OK | X_OK)) st = err_system(err);
    dh_buf_clear(&path);
    return st;
}

size_t folder_jobs(const folder_options *opt, size_t todo) {
    size_t jobs = opt->jobs < FOLDER_MAX_JOBS ? opt->jobs : FOLDER_MAX_JOBS;
    if (jobs > todo) jobs = todo;
    return jobs ? jobs : 1;
}

/* Messages about the list name it, since those of a run are about the output folder. */
static dh_status add_listed(const folder_options *opt, list *l, dh_error *err) {
    dh_buf paths;
    dh_error why = {0};
    const char *name = opt->files;
    bool is_stdin = view_is(view_of(name), DH_VIEW("-"));
    dh_buf_init(&paths, FOLDER_LIST_BYTES);
    int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    dh_status st = fd < 0 ? err_system(&why) : source_read_all(fd, &paths, &why);
    if (fd >= 0 && !is_stdin) close(fd);
    st = st ? err_set(err, st, 0, "--files %s: %s", name, why.msg) : list_add_listed(l, dh_buf_view(&paths), opt->files_nul, err);
    dh_buf_clear(&paths);
    return st;
}

/* True if a file is to be written somewhere below a folder. */
static bool lies_below(const char *file, const char *folder) {
    const char *slash = strrchr(file, '/');
    char *place = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
    char *inner = place ? realpath(place, NULL) : NULL, *outer = realpath(folder, NULL);
    struct stat st;
    bool below = inner && outer && !stat(outer, &st) && S_ISDIR(st.st_mode) && view_starts(view_of(inner), view_of(outer));
    if (below) below = !outer[1] || !inner[view_of(outer).len] || inner[view_of(outer).len] == '/';
    free(place);
    free(inner);
    free(outer);
    return below;
}

dh_status folder_list(const folder_options *opt, char *const *inputs, size_t count, list *l, dh_error *err) {
    for (size_t i = 0; opt->lines && !opt->files && i < count; i++)
        if (!view_is(view_of(opt->lines), DH_VIEW("-")) && lies_below(opt->lines, inputs[i]))
            return err_set(err, DH_ERR_USAGE, 0, "lies below an input: it would be read the next time");
    return opt->files ? add_listed(opt, l, err) : list_add(l, inputs, count, err);
}

