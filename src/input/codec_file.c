/* The decompressors of files: zstd, xz with its elder lzma, bzip2. The web's are in codec.c. */
#include "codec.h"

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

/* ---- zstd ---- */

typedef struct {
    ZSTD_DCtx *ctx;
} zstd_state;

/* A frame, or one of the 16 kinds that are skipped. */
static bool zstd_begins(dh_view head) {
    if (view_starts(head, DH_VIEW("\x28\xb5\x2f\xfd"))) return true;
    return head.len >= 4 && (head.ptr[0] & 0xf0) == 0x50 && !memcmp(head.ptr + 1, "\x2a\x4d\x18", 3);
}

static codec_result zstd_open(void *state, dh_view head) {
    (void)head;
    zstd_state *z = state;
    z->ctx = ZSTD_createDCtx();
    if (!z->ctx) return CODEC_NOMEM;
    ZSTD_DCtx_setParameter(z->ctx, ZSTD_d_windowLogMax, CODEC_WINDOW_LOG);
    return CODEC_MORE;
}

static codec_result zstd_step(void *state, codec_io *io) {
    zstd_state *z = state;
    ZSTD_inBuffer in = {io->in, io->in_len, 0};
    ZSTD_outBuffer out = {io->out, io->out_len, 0};
    size_t left = ZSTD_decompressStream(z->ctx, &out, &in);
    io->in += in.pos;
    io->in_len -= in.pos;
    io->out += out.pos;
    io->out_len -= out.pos;
    if (!ZSTD_isError(left)) return left ? CODEC_MORE : CODEC_END;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(left);
    if (code == ZSTD_error_memory_allocation) return CODEC_NOMEM;
    return code == ZSTD_error_frameParameter_windowTooLarge ? CODEC_WINDOW : CODEC_BROKEN;
}

static void zstd_close(void *state) {
    zstd_state *z = state;
    ZSTD_freeDCtx(z->ctx);
}

const codec codec_zstd = {"zstd", sizeof(zstd_state), zstd_begins, zstd_open, zstd_step, zstd_close};

/* ---- xz, lzma ---- */

/* The window, and what the decoder needs besides. */
#define XZ_MEMORY_BYTES (((uint64_t)1 << CODEC_WINDOW_LOG) + ((uint64_t)2 << 20))

static bool xz_begins(dh_view head) { return view_starts(head, DH_VIEW("\xfd" "7zXZ\0")); }

static codec_result xz_result(lzma_ret code) {
    if (code == LZMA_OK || code == LZMA_BUF_ERROR) return CODEC_MORE;
    if (code == LZMA_STREAM_END) return CODEC_END;
    if (code == LZMA_MEM_ERROR) return CODEC_NOMEM;
    return code == LZMA_MEMLIMIT_ERROR ? CODEC_WINDOW : CODEC_BROKEN;
}

/* The elder format has no magic number: it is what has the name but does not begin as xz does. */
static codec_result xz_open(void *state, dh_view head) {
    if (xz_begins(head)) return xz_result(lzma_stream_decoder(state, XZ_MEMORY_BYTES, 0));
    return xz_result(lzma_alone_decoder(state, XZ_MEMORY_BYTES));
}

static codec_result xz_step(void *state, codec_io *io) {
    lzma_stream *s = state;
    s->next_in = io->in;
    s->avail_in = io->in_len;
    s->next_out = io->out;
    s->avail_out = io->out_len;
    lzma_ret code = lzma_code(s, LZMA_RUN);
    *io = (codec_io){s->next_in, s->avail_in, s->next_out, s->avail_out};
    return xz_result(code);
}

static void xz_close(void *state) { lzma_end(state); }

const codec codec_xz = {"xz", sizeof(lzma_stream), xz_begins, xz_open, xz_step, xz_close};

/* ---- bzip2 ---- */

/* bzip2 counts in unsigned int. */
#define BZIP2_STEP_BYTES ((size_t)1 << 30)

/* The level is followed by the magic number of a block, or of the end if there is none. */
static bool bzip2_begins(dh_view head) {
    if (head.len < 10 || !view_starts(head, DH_VIEW("BZh")) || head.ptr[3] < '1' || head.ptr[3] > '9') return false;
    return !memcmp(head.ptr + 4, "1AY&SY", 6) || !memcmp(head.ptr + 4, "\x17\x72\x45\x38\x50\x90", 6);
}

static codec_result bzip2_result(int code) {
    if (code == BZ_OK) return CODEC_MORE;
    if (code == BZ_STREAM_END) return CODEC_END;
    return code == BZ_MEM_ERROR ? CODEC_NOMEM : CODEC_BROKEN;
}

static codec_result bzip2_open(void *state, dh_view head) {
    (void)head;
    return bzip2_result(BZ2_bzDecompressInit(state, 0, 0));
}

static codec_result bzip2_step(void *state, codec_io *io) {
    bz_stream *b = state;
    size_t room = io->out_len < BZIP2_STEP_BYTES ? io->out_len : BZIP2_STEP_BYTES;
    size_t have = io->in_len < BZIP2_STEP_BYTES ? io->in_len : BZIP2_STEP_BYTES;
    b->next_in = (char *)(uintptr_t)io->in; /* not const either, not written either */
    b->avail_in = (unsigned)have;
    b->next_out = (char *)io->out;
    b->avail_out = (unsigned)room;
    int code = BZ2_bzDecompress(b);
    io->in += have - b->avail_in;
    io->in_len -= have - b->avail_in;
    io->out += room - b->avail_out;
    io->out_len -= room - b->avail_out;
    return bzip2_result(code);
}

static void bzip2_close(void *state) { BZ2_bzDecompressEnd(state); }

const codec codec_bzip2 = {"bzip2", sizeof(bz_stream), bzip2_begins, bzip2_open, bzip2_step, bzip2_close};
