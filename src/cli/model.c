/* Reads model files; what is in them is the library's affair. */
#include "model.h"

#include "batch/source.h"

#include <fcntl.h>
#include <unistd.h>

/* A model file is hardly ever larger than a few. */
#define MODEL_BYTES ((size_t)64 << 20)

dh_status model_load(dh_context *ctx, const char *path, dh_error *err) {
    dh_buf bytes;
    dh_buf_init(&bytes, MODEL_BYTES);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    dh_status st = fd < 0 ? err_system(err) : source_read_all(fd, &bytes, err);
    if (!st) st = dh_context_load_model(ctx, dh_buf_view(&bytes), err);
    if (fd >= 0) close(fd);
    dh_buf_clear(&bytes);
    return st;
}
