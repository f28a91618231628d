/* The decompressors of the web: gzip, deflate, brotli; and the names and magic numbers of all. The others are in
 * codec_file.c. */
#include "codec.h"

#include <brotli/decode.h>
#include <zlib.h>

/* zlib counts in unsigned int. */
#define ZLIB_STEP_BYTES ((size_t)1 << 30)

/* ---- gzip, zlib, raw deflate ---- */

/* Besides the two magic bytes: the method is deflate, and no reserved flag is set. */
static bool gzip_begins(dh_view head) {
    return head.len >= 4 && view_starts(head, DH_VIEW("\x1f\x8b\x08")) && !(head.ptr[3] & 0xe0);
}

static codec_result zlib_result(int code) {
    switch (code) {
    case Z_OK:
    case Z_BUF_ERROR: return CODEC_MORE;
    case Z_STREAM_END: return CODEC_END;
    case Z_MEM_ERROR: return CODEC_NOMEM;
    default: return CODEC_BROKEN;
    }
}

static codec_result gzip_open(void *state, dh_view head) {
    (void)head;
    return zlib_result(inflateInit2(state, MAX_WBITS + 16));
}

/* HTTP's "deflate" is zlib by the letter and raw deflate by the habit of old servers: the two-byte header of zlib has a
 * check sum, which raw deflate hits once in 31 times 16. */
static codec_result deflate_open(void *state, dh_view head) {
    bool wrapped = false;
    if (head.len >= 2) {
        unsigned a = (unsigned char)head.ptr[0], b = (unsigned char)head.ptr[1];
        wrapped = (a & 0x0f) == Z_DEFLATED && a >> 4 <= 7 && (a << 8 | b) % 31 == 0;
    }
    return zlib_result(inflateInit2(state, wrapped ? MAX_WBITS : -MAX_WBITS));
}

static codec_result zlib_step(void *state, codec_io *io) {
    z_stream *z = state;
    size_t room = io->out_len < ZLIB_STEP_BYTES ? io->out_len : ZLIB_STEP_BYTES;
    size_t have = io->in_len < ZLIB_STEP_BYTES ? io->in_len : ZLIB_STEP_BYTES;
    z->next_in = (unsigned char *)(uintptr_t)io->in; /* zlib's pointer is not const, but it does not write */
    z->avail_in = (unsigned)have;
    z->next_out = io->out;
    z->avail_out = (unsigned)room;
    int code = inflate(z, Z_NO_FLUSH);
    io->in += have - z->avail_in;
    io->in_len -= have - z->avail_in;
    io->out += room - z->avail_out;
    io->out_len -= room - z->avail_out;
    return zlib_result(code);
}

static void zlib_close(void *state) { inflateEnd(state); }

const codec codec_gzip = {"gzip", sizeof(z_stream), gzip_begins, gzip_open, zlib_step, zlib_close};
const codec codec_deflate = {"deflate", sizeof(z_stream), NULL, deflate_open, zlib_step, zlib_close};

/* ---- brotli ---- */

typedef struct {
    BrotliDecoderState *decoder;
} brotli_state;

static codec_result brotli_open(void *state, dh_view head) {
    (void)head;
    brotli_state *b = state;
    b->decoder = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    return b->decoder ? CODEC_MORE : CODEC_NOMEM;
}

static codec_result brotli_step(void *state, codec_io *io) {
    brotli_state *b = state;
    BrotliDecoderResult result =
        BrotliDecoderDecompressStream(b->decoder, &io->in_len, &io->in, &io->out_len, &io->out, NULL);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return CODEC_END;
    if (result != BROTLI_DECODER_RESULT_ERROR) return CODEC_MORE;
    int code = BrotliDecoderGetErrorCode(b->decoder);
    bool memory = code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES && code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
    return memory ? CODEC_NOMEM : CODEC_BROKEN;
}

static void brotli_close(void *state) {
    brotli_state *b = state;
    BrotliDecoderDestroyInstance(b->decoder);
}

const codec codec_brotli = {"brotli", sizeof(brotli_state), NULL, brotli_open, brotli_step, brotli_close};

/* ---- which ---- */

static const struct {
    dh_view name;
    const codec *codec;
} names[] = {
    {DH_LIT("gzip"), &codec_gzip},   {DH_LIT("x-gzip"), &codec_gzip},   {DH_LIT("deflate"), &codec_deflate},
    {DH_LIT("br"), &codec_brotli},   {DH_LIT("zstd"), &codec_zstd},     {DH_LIT("xz"), &codec_xz},
    {DH_LIT("lzma"), &codec_xz},     {DH_LIT("bzip2"), &codec_bzip2},   {DH_LIT("x-bzip2"), &codec_bzip2},
    {DH_LIT("identity"), NULL},      {DH_LIT(""), NULL},
};

const codec *codec_named(dh_view name, bool *known) {
    for (size_t i = 0; i < DH_COUNT(names); i++) {
        if (!view_is_nocase(name, names[i].name)) continue;
        *known = true;
        return names[i].codec;
    }
    *known = false;
    return NULL;
}

const codec *codec_told(dh_view head) {
    static const codec *const told[] = {&codec_gzip, &codec_zstd, &codec_xz, &codec_bzip2};
    for (size_t i = 0; i < DH_COUNT(told); i++)
        if (told[i]->begins(head)) return told[i];
    return NULL;
}
