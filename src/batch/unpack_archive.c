/* tar and zip by libarchive, which is loaded when the first archive is met: linked, it would bring a dozen libraries into every
 * start. It gets tar files with their compression taken off by src/input, and reads bytes, nothing else: names are written by the parent. */
#include "unpack.h"

#include "input/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LIBRARY    "libarchive.so.13"
#define READ_BYTES ((size_t)256 << 10)
/* So much may come out of however little: small archives pack well. */
#define FREE_BYTES ((uint64_t)64 << 20)

/* What is used of it, by its names. */
#define FUNCTIONS(ONE)                                                                                                                       \
    ONE(archive_read_new) ONE(archive_read_free) ONE(archive_read_support_format_tar)                \
    ONE(archive_read_support_format_zip_seekable) ONE(archive_read_support_format_empty) ONE(archive_read_set_read_callback)                  \
    ONE(archive_read_set_seek_callback) ONE(archive_read_set_callback_data) ONE(archive_read_open1) ONE(archive_read_next_header)             \
    ONE(archive_read_data) ONE(archive_entry_pathname) ONE(archive_entry_pathname_utf8) ONE(archive_entry_filetype)                           \
    ONE(archive_entry_hardlink) ONE(archive_entry_is_encrypted) ONE(archive_error_string)

typedef struct {
#define ONE(name) __typeof__(name) *name;
    FUNCTIONS(ONE)
#undef ONE
} functions;

typedef struct {
    unpack_source *source;
    functions lib;
    in_stream *stream; /* tar: opened bytes; NULL: zip, which is read from the file as it stands */
    struct archive *archive;
    char *piece;       /* what libarchive was given last */
    dh_buf page;
    uint64_t packed, opened; /* bytes that were read of the file, and that came out of it */
    size_t entries;
    dh_error why;      /* of what the source gave: libarchive would say it in words of its own */
} archive_state;

/* ---- the library -------------------------------------------------------------------------------------------------- */

/* dlopen() counts by itself: whoever comes later gets what is there. */
static dh_status load(functions *f, dh_error *err) {
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool whole = handle != NULL;
#define ONE(name) whole = whole && (f->name = (__typeof__(f->name))dlsym(handle, #name));
    FUNCTIONS(ONE)
#undef ONE
    return whole ? DH_OK : err_set(err, DH_ERR_IO, 0, "cannot be opened without " LIBRARY ", which is not installed");
}

dh_status unpack_archive_load(dh_error *err) {
    functions f;
    return load(&f, err);
}

/* ---- what it reads ------------------------------------------------------------------------------------------------- */

static dh_status read_file(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    archive_state *a = user;
    dh_status st = source_read(&a->source->file, buf, cap, got, err);
    a->packed += *got;
    return st;
}

static la_ssize_t give_bytes(struct archive *archive, void *user, const void **bytes) {
    archive_state *a = user;
    size_t got = 0;
    (void)archive;
    *bytes = a->piece;
    dh_status st = a->stream ? in_stream_read(a->stream, a->piece, READ_BYTES, &got, &a->why) : read_file(a, a->piece, READ_BYTES, &got, &a->why);
    if (a->stream) a->opened += got;
    return st ? ARCHIVE_FATAL : (la_ssize_t)got;
}

static la_int64_t move_to(struct archive *archive, void *user, la_int64_t offset, int whence) {
    archive_state *a = user;
    (void)archive;
    off_t at = lseek(a->source->file.fd, offset, whence);
    return at < 0 ? ARCHIVE_FATAL : at;
}

/* What it says of its failure, as one of ours. */
static dh_status fail(const archive_state *a, const char *what, dh_error *err) {
    const char *words = a->lib.archive_error_string(a->archive);
    if (a->why.code) return err_set(err, a->why.code, 0, "%s", a->why.msg);
    return err_set(err, DH_ERR_FORMAT, 0, "%s: %s", what, words ? words : "broken");
}

/* ---- opening ------------------------------------------------------------------------------------------------------- */

static dh_status begin(archive_state *a, bool zip, dh_error *err) {
    const functions *f = &a->lib;
    a->archive = f->archive_read_new();
    a->piece = malloc(READ_BYTES);
    if (!a->archive || !a->piece) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (zip) f->archive_read_support_format_zip_seekable(a->archive);
    else f->archive_read_support_format_tar(a->archive);
    f->archive_read_support_format_empty(a->archive);
    f->archive_read_set_read_callback(a->archive, give_bytes);
    if (zip) f->archive_read_set_seek_callback(a->archive, move_to);
    f->archive_read_set_callback_data(a->archive, a);
    return f->archive_read_open1(a->archive) == ARCHIVE_OK ? DH_OK : fail(a, zip ? "is no zip file" : "is no tar file", err);
}

static dh_status open_archive(unpack_source *s, bool zip, void **state, dh_error *err) {
    archive_state *a = *state = calloc(1, sizeof *a);
    if (!a) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    a->source = s;
    dh_buf_init(&a->page, s->opt->page->max_bytes);
    dh_status st = load(&a->lib, err);
    if (!st && !zip) st = in_stream_new(read_file, a, s->encoding, &a->stream, err);
    return st ? st : begin(a, zip, err);
}

static void close_archive(void *state) {
    archive_state *a = state;
    if (!a) return;
    if (a->archive) a->lib.archive_read_free(a->archive);
    in_stream_free(a->stream);
    dh_buf_clear(&a->page);
    free(a->piece);
    free(a);
}

/* ---- entries ------------------------------------------------------------------------------------------------------- */

/* Limits of the whole archive: beyond them nothing more is read of it. */
static dh_status check_limits(const archive_state *a, dh_error *err) {
    size_t most = a->source->opt->max_members, ratio = a->source->opt->max_ratio;
    if (a->entries > most) return err_set(err, DH_ERR_LIMIT, 0, "has more than the limit of %zu entries (--max-members)", most);
    if (a->opened > FREE_BYTES && a->opened / ratio > a->packed)
        return err_set(err, DH_ERR_LIMIT, 0, "is packed to less than 1 byte in the limit of %zu (--max-ratio)", ratio);
    return DH_OK;
}

/* Reads the entry's bytes. */
static dh_status read_entry(archive_state *a, bool *over, dh_error *err) {
    la_ssize_t got;
    a->page.len = 0;
    do {
        dh_status st = buf_reserve(&a->page, 1);
        if (st == DH_ERR_LIMIT) { /* it is full: is there more? */
            char more;
            got = a->lib.archive_read_data(a->archive, &more, 1);
            if (got > 0) return err_set(err, DH_ERR_LIMIT, 0, "is larger than the limit of %zu bytes (--max-bytes)", a->page.max);
        } else if (st) {
            return err_set(err, st, 0, "out of memory");
        } else {
            got = a->lib.archive_read_data(a->archive, a->page.ptr + a->page.len, a->page.cap - a->page.len);
        }
        if (got < 0) {
            *over = got == ARCHIVE_FATAL;
            return fail(a, "is broken", err);
        }
        if (!a->stream) a->opened += (uint64_t)got;
        a->page.len += (size_t)got;
        st = check_limits(a, err);
        *over = st != DH_OK;
        if (st) return st;
    } while (got);
    return DH_OK;
}

/* Puts the entry's name before a message about it. */
static dh_status blame(const char *name, dh_status st, dh_error *err) {
    char what[sizeof err->msg];
    if (!st) return st;
    snprintf(what, sizeof what, "%s", err->msg);
    return err_set(err, st, 0, "%.70s %s", name, what);
}

/* Files have names, in which encoding ever; folders, links and devices are passed over, and so is what is a link to an earlier entry. */
static const char *file_name(const archive_state *a, struct archive_entry *e) {
    const char *name = a->lib.archive_entry_pathname(e);
    if (!name) name = a->lib.archive_entry_pathname_utf8(e);
    return name && a->lib.archive_entry_filetype(e) == AE_IFREG && !a->lib.archive_entry_hardlink(e) ? name : NULL;
}

static dh_status next_header(archive_state *a, struct archive_entry **e, bool *end, bool *over, dh_error *err) {
    int result = a->lib.archive_read_next_header(a->archive, e);
    *end = result == ARCHIVE_EOF;
    *over = result == ARCHIVE_FATAL;
    if (*end) return DH_OK;
    if (result == ARCHIVE_FATAL || result == ARCHIVE_FAILED) return fail(a, "is broken", err);
    a->entries++;
    dh_status st = check_limits(a, err);
    *over = st != DH_OK;
    return st;
}

static dh_status next_entry(void *state, parcel *p, dh_view *page, bool *found, bool *over, dh_error *err) {
    archive_state *a = state;
    struct archive_entry *e;
    const char *name = NULL;
    for (bool end = false; !name;) {
        dh_status st = next_header(a, &e, &end, over, err);
        if (st || end) return st;
        name = file_name(a, e);
    }
    if (a->lib.archive_entry_is_encrypted(e)) return blame(name, err_set(err, DH_ERR_FORMAT, 0, "is encrypted"), err);
    dh_status st = read_entry(a, over, err);
    if (st) return blame(name, st, err);
    p->name = view_of(name); /* libarchive's strings end in NUL */
    *page = dh_buf_view(&a->page);
    *found = true;
    return DH_OK;
}

const unpack_format unpack_archive = {open_archive, next_entry, close_archive};
