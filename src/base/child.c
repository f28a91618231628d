/* Arguments and pipes. Starting is left to the programs. */
#include "child.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

char **child_argv(const dh_buf *text) {
    size_t count = 0;
    for (size_t i = 0; i < text->len; i++) count += !text->ptr[i];
    char **argv = calloc(count + 1, sizeof *argv);
    for (size_t i = 0, at = 0; argv && i < count; i++, at += view_of(text->ptr + at).len + 1) argv[i] = text->ptr + at;
    return argv;
}

bool child_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return false;
    *read_end = ends[0];
    *write_end = ends[1];
    return true;
}

void child_shut(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}
