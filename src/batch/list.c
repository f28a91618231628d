/* The work list: inputs and all that lies below them, folder by folder, without following links. Which output names are
 * free is naming's affair. */
#include "list.h"

#include "base/pattern.h"
#include "naming.h"
#include "unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of all names together: tens of millions of files. */
#define LIST_NAMES_BYTES ((size_t)2 << 30)

/* What was found in one place, before its outputs are named. All are offsets into names. */
typedef struct {
    size_t path; /* as the file is reached from its list_dir */
    size_t name; /* the last part of it, which the output is called by */
    bool is_dir;
    bool container;
} found;

typedef struct {
    found *at;
    size_t count, cap;
} finds;

static dh_status no_room(dh_status st, dh_error *err) {
    return err_set(err, st, 0, "%s", st == DH_ERR_LIMIT ? "too many files for one run" : "out of memory");
}

/* `at` with room for one item behind count, or NULL: then it is as it was. */
static void *grown(void *at, size_t count, size_t *cap, size_t size) {
    if (count < *cap) return at;
    size_t more = *cap ? *cap * 2 : 64;
    void *p = more > *cap ? reallocarray(at, more, size) : NULL;
    if (p) *cap = more;
    return p;
}

/* ---- names and items ------------------------------------------------------------------------------------------- */

static const char *name_at(const list *l, size_t offset) { return l->names.ptr + offset; }

/* v may not point into l->names, which may move. */
static dh_status add_name(list *l, dh_view v, size_t *offset, dh_error *err) {
    dh_status st = buf_reserve(&l->names, v.len + 1);
    if (st) return no_room(st, err);
    *offset = l->names.len;
    memcpy(l->names.ptr + l->names.len, v.ptr, v.len);
    l->names.ptr[l->names.len + v.len] = 0;
    l->names.len += v.len + 1;
    return DH_OK;
}

static dh_status add_dir(list *l, dh_view path, dh_view target, dh_error *err) {
    list_dir *dirs = grown(l->dirs, l->dir_count, &l->dir_cap, sizeof *dirs);
    if (!dirs) return no_room(DH_ERR_NOMEM, err);
    l->dirs = dirs;
    list_dir *d = &dirs[l->dir_count];
    *d = (list_dir){0};
    dh_status st = add_name(l, path, &d->source, err);
    if (!st) st = add_name(l, target, &d->target, err);
    if (!st) l->dir_count++;
    return st;
}

static dh_status add_item(list *l, size_t dir, size_t path, list_naming naming, bool container, dh_error *err) {
    list_item *items = grown(l->items, l->count, &l->cap, sizeof *items);
    if (!items) return no_room(DH_ERR_NOMEM, err);
    l->items = items;
    items[l->count++] = (list_item){dir, path, naming, container};
    return DH_OK;
}

static dh_status add_found(finds *f, found one, dh_error *err) {
    found *at = grown(f->at, f->count, &f->cap, sizeof *at);
    if (!at) return no_room(DH_ERR_NOMEM, err);
    f->at = at;
    at[f->count++] = one;
    return DH_OK;
}

/* Appends "dir/name", or "name" where dir is "". */
static dh_status append_path(dh_buf *path, const char *dir, const char *name) {
    dh_view d = view_of(dir);
    dh_status st = buf_append_view(path, d);
    if (!st && d.len && d.ptr[d.len - 1] != '/') st = buf_append_char(path, '/');
    return st ? st : buf_append_view(path, view_of(name));
}

/* Behind the bytes, not counted. */
static dh_status end_in_nul(dh_buf *path) {
    dh_status st = buf_append_char(path, 0);
    if (!st) path->len--;
    return st;
}

/* A folder found in folder `dir`, which it lies below as source and as target. */
static dh_status add_below(list *l, size_t dir, const found *f, dh_error *err) {
    dh_buf path, target;
    dh_buf_init(&path, 0);
    dh_buf_init(&target, 0);
    dh_status st = append_path(&path, name_at(l, l->dirs[dir].source), name_at(l, f->path));
    if (!st) st = buf_append_view(&target, view_of(name_at(l, l->dirs[dir].target)));
    if (!st) st = buf_append_view(&target, view_of(name_at(l, f->name)));
    if (!st) st = buf_append_char(&target, '/');
    if (st)
        no_room(st, err);
    else
        st = add_dir(l, dh_buf_view(&path), dh_buf_view(&target), err);
    dh_buf_clear(&path);
    dh_buf_clear(&target);
    return st;
}

static void fail_below(list *l, const char *dir, const char *name, const char *why) {
    dh_buf path;
    dh_buf_init(&path, 0);
    if (!append_path(&path, dir, name) && !end_in_nul(&path)) l->fail(l->fail_user, path.ptr, why);
    dh_buf_clear(&path);
}

/* Gives all that was found in folder `dir` its naming, and a place in the list. */
static dh_status add_finds(list *l, size_t dir, const finds *f, dh_error *err) {
    if (!f->count) return DH_OK;
    naming_entry *entries = calloc(f->count, sizeof *entries);
    if (!entries) return no_room(DH_ERR_NOMEM, err);
    for (size_t i = 0; i < f->count; i++)
        entries[i] = (naming_entry){view_of(name_at(l, f->at[i].name)), f->at[i].is_dir || f->at[i].container, LIST_SHORT};
    dh_status st = naming_choose(entries, f->count, l->ending);
    if (st) no_room(st, err);
    for (size_t i = 0; !st && i < f->count; i++) {
        const found *one = &f->at[i];
        if (entries[i].naming == LIST_TAKEN)
            fail_below(l, name_at(l, l->dirs[dir].source), name_at(l, one->path),
                       "another input's output has its name");
        else if (one->is_dir)
            st = add_below(l, dir, one, err);
        else
            st = add_item(l, dir, one->path, entries[i].naming, one->container, err);
    }
    free(entries);
    return st;
}

/* ---- the filter ------------------------------------------------------------------------------------------------- */

/* Whether a file or folder is meant, by the path of what it gives below the output folder. */
static dh_status is_wanted(list *l, const char *above, const char *name, bool is_dir, bool *wanted, dh_error *err) {
    dh_buf path;
    *wanted = true;
    if (!l->filter.include && !l->filter.exclude) return DH_OK;
    dh_buf_init(&path, 0);
    dh_status st = append_path(&path, above, name);
    if (!st) st = end_in_nul(&path);
    if (!st && l->filter.exclude) *wanted = !pattern_matches(l->filter.exclude, path.ptr);
    if (!st && *wanted && l->filter.include && !is_dir) *wanted = pattern_matches(l->filter.include, path.ptr);
    dh_buf_clear(&path);
    if (st) return no_room(st, err);
    l->unwanted += !*wanted;
    return DH_OK;
}

/* Whether a file below a folder is left out by its name, as an image is, or a style. */
static dh_status is_asset(list *l, const char *above, const char *name, bool *asset, dh_error *err) {
    dh_buf path;
    *asset = false;
    if (l->filter.include) return DH_OK;
    dh_buf_init(&path, 0);
    dh_status st = append_path(&path, above, name);
    if (!st) st = end_in_nul(&path);
    if (!st) *asset = pattern_is_asset(path.ptr);
    l->assets += *asset;
    dh_buf_clear(&path);
    return st ? no_room(st, err) : DH_OK;
}

/* ---- folders --------------------------------------------------------------------------------------------------- */

static bool is_output(const list *l, const struct stat *st) {
    return st->st_dev == l->out_dev && st->st_ino == l->out_ino;
}

static bool is_container(const char *name) { return unpack_kind_of(view_of(name)) != UNPACK_NOT; }

/* DT_REG, DT_DIR, or any other type for what is left out. Some file systems do not say it with the name. */
static unsigned char type_of(list *l, size_t dir, int fd, const struct dirent *e) {
    struct stat st;
    if (e->d_type != DT_UNKNOWN) return e->d_type;
    if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
        fail_below(l, name_at(l, l->dirs[dir].source), e->d_name, strerror(errno));
        return DT_UNKNOWN;
    }
    return (unsigned char)IFTODT(st.st_mode);
}

static dh_status take_entry(list *l, size_t dir, int fd, const struct dirent *e, finds *f, dh_error *err) {
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) return DH_OK;
    unsigned char type = type_of(l, dir, fd, e);
    if (type == DT_UNKNOWN) return DH_OK;
    if (type != DT_REG && type != DT_DIR) {
        l->left_out++;
        return DH_OK;
    }
    bool wanted;
    bool container = type == DT_REG && is_container(e->d_name); /* what is in it may be wanted */
    dh_status st = is_wanted(l, name_at(l, l->dirs[dir].target), e->d_name, type == DT_DIR || container, &wanted, err);
    if (!st && wanted && type == DT_REG) {
        bool asset;
        st = is_asset(l, name_at(l, l->dirs[dir].target), e->d_name, &asset, err);
        wanted = !asset;
    }
    if (st || !wanted) return st;
    size_t name = 0;
    st = add_name(l, view_of(e->d_name), &name, err);
    return st ? st : add_found(f, (found){name, name, type == DT_DIR, container}, err);
}

/* A folder whose reading breaks off is named, and gives what was read. */
static dh_status read_entries(list *l, size_t dir, DIR *d, finds *f, dh_error *err) {
    dh_status st = DH_OK;
    while (!st) {
        errno = 0;
        const struct dirent *e = readdir(d);
        if (!e) break;
        st = take_entry(l, dir, dirfd(d), e, f, err);
    }
    if (!st && errno) l->fail(l->fail_user, name_at(l, l->dirs[dir].source), strerror(errno));
    return st;
}

/* named: on the command line, where a link is followed. */
static dh_status read_folder(list *l, size_t dir, bool named, finds *f, dh_error *err) {
    const char *path = name_at(l, l->dirs[dir].source);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (named ? 0 : O_NOFOLLOW));
    struct stat st;
    if (fd >= 0 && !fstat(fd, &st) && is_output(l, &st)) {
        close(fd);
        return DH_OK;
    }
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        l->fail(l->fail_user, path, strerror(errno));
        if (fd >= 0) close(fd);
        return DH_OK;
    }
    dh_status result = read_entries(l, dir, d, f, err);
    closedir(d);
    return result;
}

static int compare(const void *x, const void *y, void *names) {
    const found *a = x, *b = y;
    return strcmp((const char *)names + a->name, (const char *)names + b->name);
}

/* Folders that are found go to the end of dirs, so that a loop over these reaches all, however deep. */
static dh_status walk(list *l, size_t named, dh_error *err) {
    finds f = {0};
    dh_status st = DH_OK;
    for (size_t dir = 1; !st && dir < l->dir_count; dir++) {
        f.count = 0;
        st = read_folder(l, dir, dir < named, &f, err);
        if (st) break;
        if (f.count) qsort_r(f.at, f.count, sizeof *f.at, compare, l->names.ptr);
        st = add_finds(l, dir, &f, err);
    }
    free(f.at);
    return st;
}

/* ---- the command line ------------------------------------------------------------------------------------------ */

/* Without slashes at the end, but for "/" itself. */
static dh_view without_slashes(const char *path) {
    dh_view v = view_of(path);
    while (v.len > 1 && v.ptr[v.len - 1] == '/') v.len--;
    return v;
}

static dh_view last_part(dh_view path) {
    const char *slash = memrchr(path.ptr, '/', path.len);
    return slash ? (dh_view){slash + 1, (size_t)(path.ptr + path.len - slash - 1)} : path;
}

/* The name of an input among others. That of "." and ".." is the folder's own. */
static dh_status input_name(list *l, dh_view path, size_t *name, dh_error *err) {
    dh_view last = last_part(path);
    char *real = NULL;
    if (!last.len || view_is(last, DH_VIEW(".")) || view_is(last, DH_VIEW(".."))) {
        real = realpath(path.ptr, NULL);
        last = real ? last_part(view_of(real)) : DH_VIEW("");
        if (!last.len) last = DH_VIEW("root"); /* "/" has no name */
    }
    dh_status st = add_name(l, last, name, err);
    free(real);
    return st;
}

static dh_status take_input(list *l, const char *input, finds *f, dh_error *err) {
    struct stat st;
    if (stat(input, &st)) {
        l->fail(l->fail_user, input, strerror(errno));
        return DH_OK;
    }
    if (S_ISDIR(st.st_mode) && is_output(l, &st))
        return err_set(err, DH_ERR_USAGE, 0, "is the output folder and an input");
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) {
        l->fail(l->fail_user, input, "is neither a file nor a folder");
        return DH_OK;
    }
    dh_view path = without_slashes(input);
    found one = {.is_dir = S_ISDIR(st.st_mode), .container = S_ISREG(st.st_mode) && unpack_kind_of(path) != UNPACK_NOT};
    dh_status result = add_name(l, path, &one.path, err);
    if (!result) result = input_name(l, path, &one.name, err);
    return result ? result : add_found(f, one, err);
}

dh_status list_add(list *l, char *const *inputs, size_t count, dh_error *err) {
    finds f = {0};
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < count; i++) st = take_input(l, inputs[i], &f, err);
    if (!st && count == 1 && f.count && f.at[0].is_dir)
        st = add_dir(l, without_slashes(inputs[0]), DH_VIEW(""), err);
    else if (!st)
        st = add_finds(l, 0, &f, err);
    l->alone = !st && count == 1 && l->count && l->items[0].container && !l->items[0].dir;
    free(f.at);
    return st ? st : walk(l, l->dir_count, err);
}

/* ---- lists of files --------------------------------------------------------------------------------------------- */

/* A path that a list gives, and what its output is called by: without "." and empty parts. */
typedef struct {
    size_t path, tidy; /* offsets into names */
    size_t folder;     /* bytes of `tidy` before the last part, with the slash */
} listed;

typedef struct {
    listed *at;
    size_t count, cap;
} lines;

/* The path without its empty parts and those of one dot; false if one leads upwards. */
static bool tidy_path(dh_view path, dh_buf *out, dh_status *st) {
    out->len = 0;
    for (size_t from = 0; from <= path.len && !*st;) {
        const char *slash = memchr(path.ptr + from, '/', path.len - from);
        dh_view part = {path.ptr + from, (slash ? (size_t)(slash - path.ptr) : path.len) - from};
        from += part.len + 1;
        if (view_is(part, DH_VIEW(".."))) return false;
        if (!part.len || view_is(part, DH_VIEW("."))) continue;
        if (out->len) *st = buf_append_char(out, '/');
        if (!*st) *st = buf_append_view(out, part);
    }
    return true;
}

/* Why a path of a list is no input; NULL if it is one. */
static const char *no_file(const char *path) {
    struct stat st;
    if (stat(path, &st)) return strerror(errno);
    if (S_ISDIR(st.st_mode)) return "is a folder: a list names files";
    return S_ISREG(st.st_mode) ? NULL : "is no file";
}

static dh_status add_listed(list *l, listed one, lines *f, dh_error *err) {
    const char *tidy = name_at(l, one.tidy), *slash = strrchr(tidy, '/');
    bool wanted;
    one.folder = slash ? (size_t)(slash - tidy) + 1 : 0;
    dh_status st = is_wanted(l, "", tidy, is_container(tidy), &wanted, err);
    if (st || !wanted) return st;
    listed *at = grown(f->at, f->count, &f->cap, sizeof *at);
    if (!at) return no_room(DH_ERR_NOMEM, err);
    f->at = at;
    at[f->count++] = one;
    return DH_OK;
}

static dh_status take_line(list *l, dh_view line, dh_buf *tidy, lines *f, dh_error *err) {
    listed one = {0};
    dh_status st = DH_OK;
    if (!line.len) return DH_OK;
    bool inside = tidy_path(line, tidy, &st);
    if (st) return no_room(st, err);
    st = add_name(l, line, &one.path, err);
    if (!st) st = add_name(l, dh_buf_view(tidy), &one.tidy, err);
    if (st) return st;
    const char *why = memchr(line.ptr, 0, line.len) ? "has a NUL in its name" : no_file(name_at(l, one.path));
    if (!why && !inside) why = "leads out of its folder (..)";
    if (why) l->fail(l->fail_user, name_at(l, one.path), why);
    return why ? DH_OK : add_listed(l, one, f, err);
}

/* By folder, then by name; the list's order is kept where both are equal, as offsets grow with it. */
static int compare_listed(const void *x, const void *y, void *names) {
    const listed *a = x, *b = y;
    const char *p = (const char *)names + a->tidy, *q = (const char *)names + b->tidy;
    int order = memcmp(p, q, a->folder < b->folder ? a->folder : b->folder);
    if (!order && a->folder != b->folder) return a->folder < b->folder ? -1 : 1;
    if (!order) order = strcmp(p + a->folder, q + b->folder);
    return order ? order : (a->path > b->path) - (a->path < b->path);
}

/* Files of one folder, from at[0] on: paths as they were given, each below no folder. */
static dh_status add_group(list *l, const listed *at, size_t count, dh_error *err) {
    finds f = {0};
    dh_buf target;
    dh_buf_init(&target, 0);
    dh_status st = dh_buf_append(&target, name_at(l, at[0].tidy), at[0].folder);
    st = st ? no_room(st, err) : add_dir(l, DH_VIEW(""), dh_buf_view(&target), err);
    if (!st) l->dirs[l->dir_count - 1].listed = true;
    for (size_t i = 0; !st && i < count; i++) {
        bool again = i && !strcmp(name_at(l, at[i].tidy), name_at(l, at[i - 1].tidy));
        if (!again) st = add_found(&f, (found){at[i].path, at[i].tidy + at[i].folder, false, is_container(name_at(l, at[i].tidy))}, err);
    }
    if (!st) st = add_finds(l, l->dir_count - 1, &f, err);
    dh_buf_clear(&target);
    free(f.at);
    return st;
}

static dh_status take_lines(list *l, dh_view paths, char end, lines *f, dh_error *err) {
    dh_buf tidy;
    dh_status st = DH_OK;
    dh_buf_init(&tidy, 0);
    for (size_t from = 0; !st && from < paths.len;) {
        const char *stop = memchr(paths.ptr + from, end, paths.len - from);
        size_t len = (stop ? (size_t)(stop - paths.ptr) : paths.len) - from;
        st = take_line(l, (dh_view){paths.ptr + from, len}, &tidy, f, err);
        from += len + 1;
    }
    dh_buf_clear(&tidy);
    return st;
}

dh_status list_add_listed(list *l, dh_view paths, bool nul, dh_error *err) {
    lines f = {0};
    dh_status st = take_lines(l, paths, nul ? 0 : '\n', &f, err);
    if (!st && f.count) qsort_r(f.at, f.count, sizeof *f.at, compare_listed, l->names.ptr);
    for (size_t i = 0, to; !st && i < f.count; i = to) {
        const char *folder = name_at(l, f.at[i].tidy);
        for (to = i + 1; to < f.count && f.at[to].folder == f.at[i].folder &&
                         !memcmp(name_at(l, f.at[to].tidy), folder, f.at[i].folder);)
            to++;
        st = add_group(l, f.at + i, to - i, err);
    }
    free(f.at);
    return st;
}

/* ---- the list -------------------------------------------------------------------------------------------------- */

dh_status list_init(list *l, const char *out, list_filter filter, list_fail_fn fail, void *fail_user, dh_error *err) {
    struct stat st;
    *l = (list){.out = out, .ending = DH_VIEW(".txt"), .filter = filter, .fail = fail, .fail_user = fail_user};
    dh_buf_init(&l->names, LIST_NAMES_BYTES);
    if (out && stat(out, &st)) return err_system(err);
    if (out) {
        l->out_dev = st.st_dev;
        l->out_ino = st.st_ino;
    }
    return add_dir(l, DH_VIEW(""), DH_VIEW(""), err); /* folder 0: the command line */
}

void list_clear(list *l) {
    dh_buf_clear(&l->names);
    free(l->dirs);
    free(l->items);
    l->dirs = NULL;
    l->items = NULL;
    l->count = l->cap = l->dir_count = l->dir_cap = 0;
}

bool list_is_container(const list *l, size_t item) { return l->items[item].container; }

bool list_is_named(const list *l, size_t item) { return !l->items[item].dir || l->dirs[l->items[item].dir].listed; }

dh_status list_source(const list *l, size_t item, dh_buf *path) {
    const list_item *i = &l->items[item];
    path->len = 0;
    dh_status st = append_path(path, name_at(l, l->dirs[i->dir].source), name_at(l, i->name));
    return st ? st : end_in_nul(path);
}

/* Appends an item's path below the output folder. */
static dh_status append_output(const list *l, size_t item, dh_buf *path) {
    const list_item *i = &l->items[item];
    dh_view name = last_part(view_of(name_at(l, i->name)));
    if (l->alone) return end_in_nul(path);
    dh_status st = buf_append_view(path, view_of(name_at(l, l->dirs[i->dir].target)));
    if (i->container) {
        if (!st) st = buf_append_view(path, name);
        if (!st) st = buf_append_char(path, '/');
        return st ? st : end_in_nul(path);
    }
    if (!st) st = buf_append_view(path, i->naming == LIST_SHORT ? naming_stem(name) : name);
    if (!st) st = buf_append_view(path, l->ending);
    return st ? st : end_in_nul(path);
}

dh_status list_target(const list *l, size_t item, dh_buf *path) {
    path->len = 0;
    dh_status st = append_path(path, l->out, "");
    return st ? st : append_output(l, item, path);
}

dh_status list_output(const list *l, size_t item, dh_buf *path) {
    path->len = 0;
    return append_output(l, item, path);
}

uint64_t list_bytes(const list *l, size_t item, dh_buf *path) {
    struct stat st;
    return list_source(l, item, path) || stat(path->ptr, &st) ? 0 : (uint64_t)st.st_size;
}
