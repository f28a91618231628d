/* source.h: an open file as a source of bytes for dh_reader, and writing all of a buffer to a descriptor. */
#ifndef BATCH_SOURCE_H
#define BATCH_SOURCE_H

#include "base/base.h"

#include <signal.h>
#include <sys/stat.h>

/* Set by a signal handler to the signal's number; 0 while none came. */
typedef const volatile sig_atomic_t stop_flag;

/* Bytes of a descriptor, which the maker of this struct opens and closes. stop may be NULL. */
typedef struct {
    int fd;
    stop_flag *stop;
} source;

/* A dh_read_fn; user is a source. Interrupted by a signal that *stop shows, it is an error; other signals are
 * waited out, as are descriptors that do not block. Errors: DH_ERR_IO, the message is the system's. */
dh_status source_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* Reads a descriptor to its end. Errors: DH_ERR_IO, DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *out). */
dh_status source_read_all(int fd, dh_buf *out, dh_error *err);

/* When the file was changed last, as the manifest has it. */
uint64_t source_mtime_ns(const struct stat *st);

/* What dh_options.encoding is to be for a file of this name: "br" for *.br, as brotli has no magic bytes, else NULL. */
const char *source_encoding(const char *path);

/* Writes all bytes to fd, however long it takes. Errors: DH_ERR_IO, with errno set. */
dh_status source_write_all(int fd, dh_view bytes, stop_flag *stop, dh_error *err);

#endif
