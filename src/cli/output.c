/* The filter's output. The temporary file of newfile.h is known to the signal handler as long as it is there. */
#include "output.h"

#include "base/printable.h"
#include "batch/source.h"
#include "say.h"
#include "stop.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opening a pipe waits for its reader, so signals must not wait for that; a temporary file is there for pages only. */
static bool opens_in_place(const char *path) {
    struct stat st;
    return !stat(path, &st) && !S_ISREG(st.st_mode);
}

dh_status output_open(output *o, const char *path, dh_error *err) {
    *o = (output){.fd = STDOUT_FILENO, .name = "stdout", .terminal = !path && isatty(STDOUT_FILENO)};
    if (!path) return DH_OK;
    o->name = path;
    o->to_file = true;
    bool in_place = opens_in_place(path);
    if (!in_place) stop_hold();
    dh_status st = newfile_open(&o->file, path, (unsigned long)getpid(), err);
    if (!in_place) {
        if (!st) stop_temp(o->file.temp);
        stop_release();
    }
    o->fd = o->file.fd;
    o->terminal = !st && in_place && isatty(o->fd);
    return st;
}

static dh_status write_shown(output *o, dh_view bytes, dh_error *err) {
    dh_buf shown;
    dh_buf_init(&shown, 0);
    dh_status st = printable_lines(&shown, bytes);
    st = st ? err_set(err, st, 0, "out of memory") : source_write_all(o->fd, dh_buf_view(&shown), NULL, err);
    dh_buf_clear(&shown);
    return st;
}

dh_status output_write(void *user, dh_view bytes, dh_error *err) {
    output *o = user;
    if (o->terminal) return write_shown(o, bytes, err);
    dh_status st = source_write_all(o->fd, bytes, NULL, err);
    if (st && errno == EPIPE) o->pipe_closed = true;
    return st;
}

dh_status output_close(output *o, bool keep, dh_error *err) {
    if (!o->to_file) return DH_OK;
    stop_hold();
    dh_status st = newfile_close(&o->file, keep, err);
    stop_temp(NULL);
    stop_release();
    return st;
}

bool output_text(dh_status made, dh_buf *text) {
    output out;
    dh_error err = {0};
    dh_status st = made ? err_set(&err, made, 0, "out of memory") : output_open(&out, NULL, &err);
    if (!st) st = output_write(&out, dh_buf_view(text), &err);
    dh_buf_clear(text);
    if (!st || (!made && out.pipe_closed)) return true;
    say("stdout", err.msg);
    return false;
}

dh_status output_close_stdout(dh_error *err) {
    if (!close(STDOUT_FILENO)) return DH_OK;
    return err_system(err);
}
