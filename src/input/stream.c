/* The stream of opened bytes: layers, each with a buffer of raw bytes and perhaps a codec, that pull from one another. What
 * a format looks like inside is the codecs' business. */
#include "codec.h"
#include "input.h"

#include <stdlib.h>

#define LAYER_BYTES ((size_t)64 << 10)
/* Compression within compression: a page that was sent compressed and stored compressed. More is a bomb or a mistake. */
#define CODECS_MAX 2

typedef struct {
    dh_read_fn read; /* where the raw bytes come from: the caller, or the layer below */
    void *user;
    const codec *codec; /* NULL: bytes pass as they are */
    void *state;
    bool open;      /* a member has begun */
    bool members;   /* there was a whole one */
    bool more;      /* the codec may hold output that had no room */
    bool done;      /* nothing comes any more */
    bool raw_ended; /* `read` has said its end */
    dh_status failed;
    dh_error why; /* of `failed`: comes when the buffer is empty */
    unsigned char *raw;
    size_t at, len, total; /* of raw: read so far, filled; all that `read` gave */
} layer;

struct in_stream {
    layer layers[CODECS_MAX + 1];
    size_t count;
    bool tell; /* magic bytes are still to be looked at */
};

static dh_status layer_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* ---- raw bytes ---- */

static dh_view layer_view(const layer *l) { return (dh_view){(const char *)l->raw + l->at, l->len - l->at}; }

static dh_status layer_failure(const layer *l, dh_error *err) {
    if (err) *err = l->why;
    return l->failed;
}

/* Reads until `want` raw bytes are at hand, or there are no more of them. A failure waits until they are used. */
static void layer_fill(layer *l, size_t want) {
    if (l->len - l->at >= want) return;
    memmove(l->raw, l->raw + l->at, l->len - l->at);
    l->len -= l->at;
    l->at = 0;
    while (l->len < want && !l->raw_ended && !l->failed) {
        size_t got = 0;
        l->failed = l->read(l->user, (char *)l->raw + l->len, LAYER_BYTES - l->len, &got, &l->why);
        if (l->failed) return;
        l->raw_ended = !got;
        l->len += got;
        l->total += got;
    }
}

static dh_status plain_read(layer *l, char *buf, size_t cap, size_t *got, dh_error *err) {
    size_t n = l->len - l->at < cap ? l->len - l->at : cap;
    if (n) {
        memcpy(buf, l->raw + l->at, n);
        l->at += n;
        *got = n;
        return DH_OK;
    }
    if (l->failed) return layer_failure(l, err);
    if (l->raw_ended) return DH_OK;
    l->failed = l->read(l->user, buf, cap, got, &l->why);
    if (l->failed) return layer_failure(l, err);
    l->raw_ended = !*got;
    return DH_OK;
}

/* ---- members ---- */

/* Ends the layer for good. */
static void layer_fail(layer *l, codec_result result) {
    size_t pos = l->total - (l->len - l->at);
    const char *name = l->codec->name;
    if (result == CODEC_NOMEM) l->failed = err_set(&l->why, DH_ERR_NOMEM, 0, "out of memory");
    else if (result == CODEC_WINDOW)
        l->failed = err_set(&l->why, DH_ERR_FORMAT, pos, "%s data that needs a window of more than %d MiB", name,
                            1 << (CODEC_WINDOW_LOG - 20));
    else if (result == CODEC_MORE) l->failed = err_set(&l->why, DH_ERR_FORMAT, pos, "%s data that is cut off", name);
    else l->failed = err_set(&l->why, DH_ERR_FORMAT, pos, "broken %s data", name);
    l->done = true;
}

static void close_member(layer *l) {
    if (l->open) l->codec->close(l->state);
    l->open = false;
}

static void open_member(layer *l) {
    memset(l->state, 0, l->codec->state_bytes);
    codec_result result = l->codec->open(l->state, layer_view(l));
    l->open = result == CODEC_MORE;
    l->more = false;
    if (!l->open) layer_fail(l, result);
}

/* Opens the next member, or finds that there is none: nothing follows, or zeros (padding), or something else, which is
 * passed over as gzip does. Only the first one is taken at its name: the codec will say what is wrong with it. */
static void next_member(layer *l) {
    layer_fill(l, CODEC_PEEK_BYTES);
    while (l->members && l->at < l->len && !l->raw[l->at]) {
        l->at++;
        layer_fill(l, CODEC_PEEK_BYTES);
    }
    bool begins = l->members ? l->codec->begins && l->codec->begins(layer_view(l)) : l->at < l->len;
    if (begins) open_member(l);
    else l->done = true;
}

/* One step of the codec; *got receives what it gave. */
static void member_step(layer *l, char *buf, size_t cap, size_t *got) {
    codec_io io = {l->raw + l->at, l->len - l->at, (unsigned char *)buf, cap};
    codec_result result = l->codec->step(l->state, &io);
    size_t used = l->len - l->at - io.in_len;
    l->at += used;
    *got = cap - io.out_len;
    l->more = *got && !io.out_len;
    if (result == CODEC_MORE && !used && !*got && io.in_len) result = CODEC_BROKEN; /* it would stand still for ever */
    if (result == CODEC_MORE) return;
    close_member(l);
    l->members = true;
    if (result != CODEC_END) layer_fail(l, result);
}

static dh_status codec_read(layer *l, char *buf, size_t cap, size_t *got, dh_error *err) {
    while (!*got && !l->done) {
        if (!l->open) {
            next_member(l);
            continue;
        }
        if (l->at == l->len && !l->more) {
            layer_fill(l, 1);
            if (l->failed) return layer_failure(l, err);
            if (l->at == l->len) {
                layer_fail(l, CODEC_MORE);
                continue;
            }
        }
        member_step(l, buf, cap, got);
    }
    return !*got && l->failed ? layer_failure(l, err) : DH_OK;
}

static dh_status layer_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    layer *l = user;
    *got = 0;
    return l->codec ? codec_read(l, buf, cap, got, err) : plain_read(l, buf, cap, got, err);
}

/* ---- the stream ---- */

/* Adds a layer on top that passes bytes as they are. */
static dh_status push_layer(in_stream *s, dh_read_fn read, void *user) {
    layer *l = &s->layers[s->count];
    *l = (layer){.read = read, .user = user, .raw = malloc(LAYER_BYTES)};
    if (!l->raw) return DH_ERR_NOMEM;
    s->count++;
    return DH_OK;
}

/* Gives the top layer a codec, and adds one above it. */
static dh_status push_codec(in_stream *s, const codec *c) {
    layer *l = &s->layers[s->count - 1];
    l->state = calloc(1, c->state_bytes);
    if (!l->state) return DH_ERR_NOMEM;
    l->codec = c;
    return push_layer(s, layer_read, l);
}

/* Adds the codecs of a Content-Encoding, the last one first, as it was applied last. */
static dh_status push_named(in_stream *s, dh_view list, dh_error *err) {
    while (list.len) {
        const char *comma = memrchr(list.ptr, ',', list.len);
        size_t at = comma ? (size_t)(comma - list.ptr) + 1 : 0;
        dh_view name = view_trim((dh_view){list.ptr + at, list.len - at});
        bool known;
        const codec *c = codec_named(name, &known);
        list.len = comma ? at - 1 : 0;
        if (!known) return err_set(err, DH_ERR_FORMAT, 0, "unknown encoding \"%.*s\"", (int)(name.len < 40 ? name.len : 40), name.ptr);
        if (!c) continue;
        if (s->count > CODECS_MAX) return err_set(err, DH_ERR_FORMAT, 0, "more than %d encodings", CODECS_MAX);
        if (push_codec(s, c)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    return DH_OK;
}

dh_status in_stream_new(dh_read_fn read, void *user, const char *encoding, in_stream **out, dh_error *err) {
    in_stream *s = calloc(1, sizeof *s);
    if (!s) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    s->tell = !encoding;
    dh_status st = push_layer(s, read, user);
    if (st) st = err_set(err, st, 0, "out of memory");
    /* The option is a string that ends in NUL. */
    if (!st && encoding) st = push_named(s, (dh_view){encoding, strlen(encoding)}, err);
    if (st) in_stream_free(s);
    else *out = s;
    return st;
}

void in_stream_free(in_stream *s) {
    if (!s) return;
    for (size_t i = 0; i < DH_COUNT(s->layers); i++) {
        close_member(&s->layers[i]);
        free(s->layers[i].state);
        free(s->layers[i].raw);
    }
    free(s);
}

/* Looks at the first bytes, and at the first bytes of what they open to. */
static dh_status tell_codecs(in_stream *s) {
    s->tell = false;
    while (s->count <= CODECS_MAX) {
        layer *top = &s->layers[s->count - 1];
        layer_fill(top, CODEC_PEEK_BYTES);
        const codec *c = codec_told(layer_view(top));
        if (!c) return DH_OK;
        if (push_codec(s, c)) return DH_ERR_NOMEM;
    }
    return DH_OK;
}

dh_status in_stream_read(void *stream, char *buf, size_t cap, size_t *got, dh_error *err) {
    in_stream *s = stream;
    *got = 0;
    if (!cap) return DH_OK;
    if (s->tell && tell_codecs(s)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return layer_read(&s->layers[s->count - 1], buf, cap, got, err);
}
