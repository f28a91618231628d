/* The manifest's file: opening, locking, adding, reading, rewriting. Which lines count is resume.c's affair. */
#include "manifest.h"

#include "json_line.h"
#include "newfile.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sha2.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Lines are read in pieces of this many bytes; a longer line is broken. */
#define PIECE_BYTES ((size_t)64 << 10)
/* Workers of a run that was killed end within moments, and hold the lock until then. */
#define LOCK_TRIES   100
#define LOCK_WAIT_NS 20000000L

static const char *const status_names[] = {[MANIFEST_OK] = "ok", [MANIFEST_EMPTY] = "empty", [MANIFEST_ERROR] = "error",
                                           [MANIFEST_DUPLICATE] = "duplicate"};

enum { SOURCE, OUTPUT, ERROR, PAGE, ADDRESS, OF };

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static dh_status blame(const char *name, dh_error *err) {
    return err_set(err, DH_ERR_IO, 0, "%s: %s", name, strerror(errno));
}

static dh_status take_lock(manifest *m, dh_error *err) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/" MANIFEST_STATE "/lock", m->out) >= (int)sizeof path) errno = ENAMETOOLONG;
    else if (!newfile_parents(path, err)) m->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (m->lock < 0) return blame(MANIFEST_STATE, err);
    for (int i = 0; flock(m->lock, LOCK_EX | LOCK_NB); i++) {
        if (errno != EWOULDBLOCK && errno != EINTR) return DH_OK; /* a file system without locks */
        if (i == LOCK_TRIES) return err_set(err, DH_ERR_IO, 0, "another dehusk is at work in it");
        nanosleep(&(struct timespec){0, LOCK_WAIT_NS}, NULL);
    }
    return DH_OK;
}

/* The offset behind the last newline. */
static dh_status whole_lines(int fd, uint64_t size, uint64_t *whole, dh_error *err) {
    char piece[4096];
    for (*whole = size; *whole;) {
        uint64_t from = *whole > sizeof piece ? *whole - sizeof piece : 0;
        ssize_t n = pread(fd, piece, (size_t)(*whole - from), (off_t)from);
        if (n <= 0) return n ? blame(MANIFEST_NAME, err) : err_set(err, DH_ERR_IO, 0, MANIFEST_NAME ": became shorter");
        const char *end = memrchr(piece, '\n', (size_t)n);
        *whole = end ? from + (uint64_t)(end - piece) + 1 : from;
        if (end) break;
    }
    return DH_OK;
}

static dh_status open_file(manifest *m, bool restart, dh_error *err) {
    struct stat st;
    uint64_t whole = 0;
    m->fd = open(m->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (m->fd < 0 || fstat(m->fd, &st)) return blame(MANIFEST_NAME, err);
    if (!S_ISREG(st.st_mode)) return err_set(err, DH_ERR_IO, 0, MANIFEST_NAME ": is no regular file");
    dh_status result = restart ? DH_OK : whole_lines(m->fd, (uint64_t)st.st_size, &whole, err);
    if (result) return result;
    if (whole < (uint64_t)st.st_size && ftruncate(m->fd, (off_t)whole)) return blame(MANIFEST_NAME, err);
    return DH_OK;
}

dh_status manifest_open(manifest *m, const char *out, bool restart, dh_error *err) {
    *m = (manifest){.fd = -1, .lock = -1, .out = out};
    dh_buf_init(&m->line, 0);
    for (size_t i = 0; i < DH_COUNT(m->strings); i++) dh_buf_init(&m->strings[i], 0);
    dh_status st = take_lock(m, err);
    if (st) return st;
    if (snprintf(m->path, sizeof m->path, "%s/" MANIFEST_NAME, out) >= (int)sizeof m->path) {
        errno = ENAMETOOLONG;
        return blame(MANIFEST_NAME, err);
    }
    newfile_forget(m->path, 0);
    return open_file(m, restart, err);
}

/* The lock goes with the last process that has it open: a new run waits for the workers of a killed one. */
void manifest_leave_to_parent(manifest *m) {
    if (m->fd >= 0) close(m->fd);
    m->fd = -1;
}

void manifest_close(manifest *m) {
    manifest_leave_to_parent(m);
    if (m->lock >= 0) close(m->lock);
    m->lock = -1;
    dh_buf_clear(&m->line);
    for (size_t i = 0; i < DH_COUNT(m->strings); i++) dh_buf_clear(&m->strings[i]);
}

uint64_t manifest_made(dh_view what) {
    SHA2_CTX ctx;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    uint64_t made = 0;
    SHA256Init(&ctx);
    SHA256Update(&ctx, (const uint8_t *)what.ptr, what.len);
    SHA256Final(digest, &ctx);
    for (size_t i = 0; i < sizeof made; i++) made = made << 8 | digest[i];
    return made;
}

/* ---- adding ----------------------------------------------------------------------------------------------------- */

static dh_status put_digest(dh_buf *line, const manifest_entry *e) {
    dh_status st = buf_append_view(line, DH_VIEW(",\"digest\":\"sha256:"));
    for (size_t i = 0; !st && i < sizeof e->digest; i++) st = buf_printf(line, "%02x", e->digest[i]);
    return st ? st : buf_append_char(line, '"');
}

/* A field that is left out if it is empty. */
static dh_status put_string(dh_buf *line, const char *name, dh_view v) {
    if (!v.len) return DH_OK;
    dh_status st = buf_printf(line, ",\"%s\":", name);
    return st ? st : json_put_string(line, v);
}

dh_status manifest_line(const manifest_entry *e, dh_buf *line) {
    line->len = 0;
    dh_status st = buf_append_view(line, DH_VIEW("{\"source\":"));
    if (!st) st = json_put_string(line, e->source);
    if (!st && e->record) st = buf_printf(line, ",\"record\":%" PRIu64, e->record);
    if (!st) st = put_string(line, "address", e->address);
    if (!st) st = buf_append_view(line, DH_VIEW(",\"output\":"));
    if (!st) st = json_put_string(line, e->output);
    if (!st) st = buf_printf(line, ",\"status\":\"%s\"", status_names[e->status]);
    if (!st) st = put_string(line, "error", e->error);
    if (!st) st = put_string(line, "page", e->page);
    if (!st) st = put_string(line, "of", e->of);
    if (!st && e->of_record) st = buf_printf(line, ",\"of_record\":%" PRIu64, e->of_record);
    if (!st)
        st = buf_printf(line, ",\"pages\":%" PRIu64 ",\"words\":%" PRIu64 ",\"bytes_in\":%" PRIu64, e->pages, e->words,
                        e->bytes_in);
    if (!st) st = note_put(&e->note, line);
    if (!st && e->has_output) {
        st = buf_printf(line, ",\"bytes_out\":%" PRIu64, e->bytes_out);
        if (!st) st = put_digest(line, e);
    }
    if (!st)
        st = buf_printf(line, ",\"ms\":%" PRIu64 ",\"mtime_ns\":%" PRIu64 ",\"made\":\"%016" PRIx64 "\"}\n", e->ms,
                        e->mtime_ns, e->made);
    return st;
}

dh_status manifest_add(manifest *m, const manifest_entry *e, dh_error *err) {
    if (manifest_line(e, &m->line)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return manifest_add_line(m, dh_buf_view(&m->line), err);
}

dh_status manifest_add_line(manifest *m, dh_view line, dh_error *err) {
    return source_write_all(m->fd, line, NULL, err) ? blame(MANIFEST_NAME, err) : DH_OK;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool get_status(dh_view value, manifest_status *out) {
    for (size_t i = 0; i < DH_COUNT(status_names); i++) {
        dh_view name = view_of(status_names[i]);
        if (value.len != name.len + 2 || !view_is((dh_view){value.ptr + 1, name.len}, name)) continue;
        *out = (manifest_status)i;
        return true;
    }
    return false;
}

static bool get_hex(dh_view hex, unsigned char *out, size_t count) {
    if (hex.len != 2 * count) return false;
    for (size_t i = 0; i < count; i++) {
        int high = ascii_hex(hex.ptr[2 * i]), low = ascii_hex(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

static bool get_digest(dh_view value, manifest_entry *e) {
    dh_view head = DH_VIEW("\"sha256:");
    e->has_output = view_starts(value, head);
    return e->has_output && get_hex((dh_view){value.ptr + head.len, value.len - head.len - 1}, e->digest, sizeof e->digest);
}

static bool get_made(dh_view value, uint64_t *out) {
    unsigned char bytes[sizeof *out];
    if (value.len < 2 || !get_hex((dh_view){value.ptr + 1, value.len - 2}, bytes, sizeof bytes)) return false;
    for (size_t i = 0; i < sizeof bytes; i++) *out = *out << 8 | bytes[i];
    return true;
}

/* Fields of another version are passed over. */
static bool get_field(manifest *m, dh_view name, dh_view value, manifest_entry *e) {
    const struct {
        dh_view name;
        uint64_t *number;
    } numbers[] = {{DH_LIT("record"), &e->record}, {DH_LIT("of_record"), &e->of_record}, {DH_LIT("pages"), &e->pages}, {DH_LIT("words"), &e->words}, {DH_LIT("bytes_in"), &e->bytes_in},
                   {DH_LIT("bytes_out"), &e->bytes_out}, {DH_LIT("ms"), &e->ms},     {DH_LIT("mtime_ns"), &e->mtime_ns}};
    for (size_t i = 0; i < DH_COUNT(numbers); i++)
        if (view_is(name, numbers[i].name)) return json_get_number(value, numbers[i].number);
    if (view_is(name, DH_VIEW("source"))) return json_get_string(value, &m->strings[SOURCE]);
    if (view_is(name, DH_VIEW("output"))) return json_get_string(value, &m->strings[OUTPUT]);
    if (view_is(name, DH_VIEW("error"))) return json_get_string(value, &m->strings[ERROR]);
    if (view_is(name, DH_VIEW("page"))) return json_get_string(value, &m->strings[PAGE]);
    if (view_is(name, DH_VIEW("of"))) return json_get_string(value, &m->strings[OF]);
    if (view_is(name, DH_VIEW("address"))) return json_get_string(value, &m->strings[ADDRESS]);
    if (view_is(name, DH_VIEW("status"))) return get_status(value, &e->status);
    if (view_is(name, DH_VIEW("digest"))) return get_digest(value, e);
    if (view_is(name, DH_VIEW("made"))) return get_made(value, &e->made);
    bool known;
    return note_take(&e->note, name, value, &known);
}

static bool get_line(manifest *m, dh_view line, manifest_entry *e) {
    json_line j;
    dh_view name, value;
    json_step step = JSON_BROKEN;
    *e = (manifest_entry){0};
    for (size_t i = 0; i < DH_COUNT(m->strings); i++) m->strings[i].len = 0;
    if (!json_open(&j, line)) return false;
    while ((step = json_next(&j, &name, &value)) == JSON_FIELD)
        if (!get_field(m, name, value, e)) return false;
    e->source = dh_buf_view(&m->strings[SOURCE]);
    e->output = dh_buf_view(&m->strings[OUTPUT]);
    e->error = dh_buf_view(&m->strings[ERROR]);
    e->page = dh_buf_view(&m->strings[PAGE]);
    e->of = dh_buf_view(&m->strings[OF]);
    e->address = dh_buf_view(&m->strings[ADDRESS]);
    return step == JSON_END && e->source.len && e->output.ptr;
}

/* Fills m->line with what stands at `at`; its length is 0 at the end. */
static dh_status read_piece(manifest *m, uint64_t at, dh_error *err) {
    m->line.len = 0;
    if (buf_reserve(&m->line, PIECE_BYTES)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    ssize_t n;
    do n = pread(m->fd, m->line.ptr, PIECE_BYTES, (off_t)at);
    while (n < 0 && errno == EINTR);
    if (n < 0) return blame(MANIFEST_NAME, err);
    m->line.len = (size_t)n;
    return DH_OK;
}

dh_status manifest_each(manifest *m, manifest_visit visit, void *user, dh_error *err) {
    manifest_entry e;
    dh_status st = read_piece(m, 0, err);
    m->broken = false;
    for (uint64_t base = 0; !st && m->line.len; st = read_piece(m, base, err)) {
        size_t at = 0;
        const char *end;
        while (!st && (end = memchr(m->line.ptr + at, '\n', m->line.len - at))) {
            size_t len = (size_t)(end - m->line.ptr) - at;
            bool good = get_line(m, (dh_view){m->line.ptr + at, len}, &e);
            if (good) st = visit(user, &e, base + at, err);
            m->broken |= !good;
            at += len + 1;
        }
        if (st) return st;
        m->broken |= !at; /* no end in sight: not one of ours */
        base += at ? at : m->line.len;
    }
    return st;
}

/* ---- rewriting -------------------------------------------------------------------------------------------------- */

/* The line at a place to the new file. Neighbours are often read at once: *base is where m->line begins. */
static dh_status copy_line(manifest *m, uint64_t place, uint64_t *base, dh_buf *out, dh_error *err) {
    for (int try = 0; try < 2; try++) {
        bool inside = place >= *base && place < *base + m->line.len;
        const char *from = inside ? m->line.ptr + (place - *base) : NULL;
        const char *end = inside ? memchr(from, '\n', m->line.len - (size_t)(place - *base)) : NULL;
        if (end)
            return dh_buf_append(out, from, (size_t)(end - from) + 1) ? err_set(err, DH_ERR_NOMEM, 0, "out of memory") : DH_OK;
        dh_status st = read_piece(m, place, err);
        if (st) return st;
        *base = place;
    }
    return err_set(err, DH_ERR_IO, 0, MANIFEST_NAME ": was changed by somebody else");
}

static dh_status copy_lines(manifest *m, const uint64_t *places, size_t count, int to, dh_error *err) {
    dh_buf out;
    uint64_t base = 0;
    dh_status st = DH_OK;
    dh_buf_init(&out, 0);
    m->line.len = 0;
    for (size_t i = 0; !st && i < count; i++) {
        st = copy_line(m, places[i], &base, &out, err);
        if (st || (out.len < PIECE_BYTES && i + 1 < count)) continue;
        if (source_write_all(to, dh_buf_view(&out), NULL, err)) st = blame(MANIFEST_NAME, err);
        out.len = 0;
    }
    dh_buf_clear(&out);
    return st;
}

dh_status manifest_rewrite(manifest *m, const uint64_t *places, size_t count, dh_error *err) {
    newfile f;
    if (newfile_open(&f, m->path, 0, err)) return blame(MANIFEST_NAME, err);
    dh_status st = copy_lines(m, places, count, f.fd, err);
    if (st) {
        newfile_close(&f, false, NULL);
        return st;
    }
    if (newfile_close(&f, true, err)) return blame(MANIFEST_NAME, err);
    close(m->fd);
    m->fd = open(m->path, O_RDWR | O_APPEND | O_CLOEXEC);
    return m->fd < 0 ? blame(MANIFEST_NAME, err) : DH_OK;
}
