/* codec.h: the decompressors behind one interface, each a row of functions over a small state. The loop over members, the
 * buffers and the errors' words are stream.c's. */
#ifndef INPUT_CODEC_H
#define INPUT_CODEC_H

#include "base/base.h"

/* Enough to tell every magic number below. */
#define CODEC_PEEK_BYTES 16

/* What xz and zstd may ask for as their window. */
#define CODEC_WINDOW_LOG 27

typedef enum {
    CODEC_MORE = 0, /* go on: more input, or more room */
    CODEC_END,      /* a member has ended; input behind it is untouched */
    CODEC_BROKEN,
    CODEC_WINDOW, /* needs a larger window than CODEC_WINDOW_LOG allows */
    CODEC_NOMEM
} codec_result;

/* Both ends of one step; a step advances them. */
typedef struct {
    const unsigned char *in;
    size_t in_len;
    unsigned char *out;
    size_t out_len;
} codec_io;

typedef struct {
    const char *name;   /* for messages */
    size_t state_bytes; /* the caller allocates the state, all 0, and gives it to open */
    /* True if a member begins with these bytes. NULL: the format has no magic number, and one member only. */
    bool (*begins)(dh_view head);
    /* Begins a member; head is what is known of it. After CODEC_MORE close is due. */
    codec_result (*open)(void *state, dh_view head);
    codec_result (*step)(void *state, codec_io *io);
    void (*close)(void *state);
} codec;

/* The codec that a Content-Encoding names, case folded. *known is false for no known name; the codec is NULL for
 * "identity" too. */
const codec *codec_named(dh_view name, bool *known);
/* The codec whose member begins so, NULL if none: gzip, zstd, xz, bzip2. */
const codec *codec_told(dh_view head);

extern const codec codec_gzip, codec_deflate, codec_brotli, codec_zstd, codec_xz, codec_bzip2;

#endif
