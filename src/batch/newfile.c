/* Output files under a temporary name, renamed once they are whole. Who dies in between leaves ".NAME.tmp-TAG". */
#include "newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the last component: NAME_MAX less what the temporary name adds to it. */
#define NEWFILE_NAME_BYTES 220

static bool copy_path(char out[4096], const char *path) {
    if (snprintf(out, 4096, "%s", path) < 4096) return true;
    errno = ENAMETOOLONG;
    return false;
}

/* False if it would be too long. */
static bool temp_name(const char *path, unsigned long tag, char out[4096]) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    int n = snprintf(out, 4096, "%.*s.%.*s.tmp-%lx", (int)(name - path), path, NEWFILE_NAME_BYTES, name, tag);
    return n > 0 && n < 4096;
}

/* A link is followed, so that it stays one. */
static bool final_path(newfile *f, const char *path) {
    struct stat st;
    if (lstat(path, &st) || !S_ISLNK(st.st_mode)) return copy_path(f->path, path);
    char *real = realpath(path, NULL);
    bool ok = copy_path(f->path, real ? real : path);
    free(real);
    return ok;
}

static dh_status open_temp(newfile *f, unsigned long tag, mode_t mode, dh_error *err) {
    if (!temp_name(f->path, tag, f->temp)) {
        errno = ENAMETOOLONG;
        return err_system(err);
    }
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    f->fd = open(f->temp, flags, 0666);
    if (f->fd < 0 && errno == EEXIST) { /* left by a process of this number that was killed */
        unlink(f->temp);
        f->fd = open(f->temp, flags, 0666);
    }
    if (f->fd < 0) {
        dh_status st = err_system(err);
        f->temp[0] = 0;
        return st;
    }
    if (mode) (void)!fchmod(f->fd, mode);
    return DH_OK;
}

dh_status newfile_open(newfile *f, const char *path, unsigned long tag, dh_error *err) {
    f->fd = -1;
    f->handed_over = false;
    f->temp[0] = 0;
    if (!final_path(f, path)) return err_system(err);
    struct stat st;
    bool there = !stat(f->path, &st);
    if (!there || S_ISREG(st.st_mode)) return open_temp(f, tag, there ? st.st_mode & 07777 : 0, err);
    f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
    return f->fd < 0 ? err_system(err) : DH_OK;
}

void newfile_hand_over(newfile *f) {
    close(f->fd);
    f->fd = -1;
    f->handed_over = true;
}

dh_status newfile_close(newfile *f, bool keep, dh_error *err) {
    if (f->fd < 0 && !f->handed_over) return DH_OK;
    dh_status st = DH_OK;
    if (!f->handed_over && close(f->fd) && keep) st = err_system(err);
    f->fd = -1;
    f->handed_over = false;
    if (!f->temp[0]) return st;
    if (keep && !st && rename(f->temp, f->path)) st = err_system(err);
    if (!keep || st) {
        int why = errno;
        unlink(f->temp);
        errno = why;
    }
    return st;
}

void newfile_forget(const char *path, unsigned long tag) {
    newfile f;
    if (final_path(&f, path) && temp_name(f.path, tag, f.temp)) unlink(f.temp);
}

int newfile_unnamed(const char *folder, dh_error *err) {
    char path[4096];
    int fd = -1;
    if (snprintf(path, sizeof path, "%s/.dehusk-XXXXXX", folder) >= (int)sizeof path) errno = ENAMETOOLONG;
    else fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) err_system(err);
    else unlink(path);
    return fd;
}

/* Others may be making the same folders at this moment. */
static bool make_folder(const char *path) {
    struct stat st;
    if (!mkdir(path, 0777)) return true;
    int why = errno;
    bool there = !stat(path, &st) && S_ISDIR(st.st_mode);
    errno = why == EEXIST ? ENOTDIR : why;
    return there;
}

dh_status newfile_parents(const char *path, dh_error *err) {
    char part[4096];
    if (!copy_path(part, path)) return err_system(err);
    for (char *slash = strchr(part + 1, '/'); part[0] && slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (!make_folder(part)) return err_system(err);
        *slash = '/';
    }
    return DH_OK;
}
