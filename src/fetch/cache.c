/* The files of a cache and its index. What is asked of servers because of it is the engine's to decide. */
#include "cache.h"

#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define CACHE_VERSION 1
/* A file that is larger gets no more records. */
#define CACHE_FILE_BYTES ((int64_t)1 << 30)
#define CACHE_COPY_BYTES 65536
/* One whose dehusk was killed finds its pipe closed within moments, and has the lock until then. */
#define CACHE_LOCK_TRIES   100
#define CACHE_LOCK_WAIT_NS 20000000L

struct cache {
    char folder[4000];
    sqlite3 *db;
    sqlite3_stmt *find, *add, *confirm, *show, *hide, *end, *find_guide, *read_guide, *add_guide;
    int lock, fd;        /* fd: the file that is written */
    int64_t file, at;    /* its number and size */
    int64_t fresh_since; /* seconds since 1970 */
    int level;
    dh_buf key;
};

static const char schema[] = "CREATE TABLE IF NOT EXISTS pages (address TEXT PRIMARY KEY, url TEXT NOT NULL, status INTEGER NOT NULL,"
                             " digest TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, fetched INTEGER NOT NULL,"
                             " file INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS shown (address TEXT PRIMARY KEY, file INTEGER NOT NULL, offset INTEGER NOT NULL,"
                             " bytes INTEGER NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS guides (address TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT NOT NULL,"
                             " modified TEXT NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL);"
                             "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
                             "PRAGMA user_version = 1;";

/* ---- errors ------------------------------------------------------------------------------------------------------- */

static dh_status db_failed(const cache *c, dh_error *err) {
    if (c->db && sqlite3_errcode(c->db) == SQLITE_NOMEM) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return err_set(err, DH_ERR_IO, 0, "index.sqlite: %s", c->db ? sqlite3_errmsg(c->db) : "cannot be opened");
}

static dh_status file_failed(const cache *c, dh_error *err) {
    return err_set(err, DH_ERR_IO, 0, "pages-%05" PRId64 ".warc.gz: %s", c->file, strerror(errno));
}

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* ---- the index ---------------------------------------------------------------------------------------------------- */

static bool path_of(const cache *c, const char *name, char out[4096]) { return snprintf(out, 4096, "%s/%s", c->folder, name) < 4096; }

static bool exec(cache *c, const char *sql) { return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK; }

static bool prepare(cache *c, sqlite3_stmt **s, const char *sql) { return sqlite3_prepare_v2(c->db, sql, -1, s, NULL) == SQLITE_OK; }

/* Runs a statement that gives no rows, and makes it ready for the next time. */
static bool run(sqlite3_stmt *s) {
    int code = sqlite3_step(s);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return code == SQLITE_DONE;
}

static void bind_view(sqlite3_stmt *s, int i, dh_view v) { sqlite3_bind_text64(s, i, v.len ? v.ptr : "", v.len, SQLITE_STATIC, SQLITE_UTF8); }

/* A number of the table `state`; `other` if it has none. */
static bool get_state(cache *c, const char *name, int64_t other, int64_t *value) {
    sqlite3_stmt *s = NULL;
    *value = other;
    bool ok = prepare(c, &s, "SELECT value FROM state WHERE name = ?");
    if (ok) sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
    int code = ok ? sqlite3_step(s) : SQLITE_ERROR;
    if (code == SQLITE_ROW) *value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool set_state(cache *c, const char *name, int64_t value) {
    sqlite3_bind_text(c->end, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(c->end, 2, value);
    return run(c->end);
}

/* A page of which there is an index of another version is not touched. */
static dh_status open_index(cache *c, dh_error *err) {
    char path[4096];
    sqlite3_stmt *s = NULL;
    int version = 0;
    if (!path_of(c, "index.sqlite", path)) return err_set(err, DH_ERR_IO, 0, "%s", strerror(ENAMETOOLONG));
    if (sqlite3_open(path, &c->db) != SQLITE_OK || !prepare(c, &s, "PRAGMA user_version")) {
        sqlite3_finalize(s);
        return db_failed(c, err);
    }
    if (sqlite3_step(s) == SQLITE_ROW) version = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    if (version && version != CACHE_VERSION) return err_set(err, DH_ERR_IO, 0, "index.sqlite: is of another version");
    bool ok = exec(c, "PRAGMA journal_mode = WAL") && exec(c, "PRAGMA synchronous = NORMAL") && exec(c, schema) &&
              prepare(c, &c->find, "SELECT url, etag, modified, digest, fetched, p.file, p.offset, p.bytes, s.file, s.offset, s.bytes FROM pages p"
                                   " LEFT JOIN shown s USING (address) WHERE address = ?") &&
              prepare(c, &c->add, "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") &&
              prepare(c, &c->confirm, "UPDATE pages SET fetched = ?2 WHERE address = ?1") &&
              prepare(c, &c->show, "INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?)") &&
              prepare(c, &c->hide, "DELETE FROM shown WHERE address = ?") &&
              prepare(c, &c->find_guide, "SELECT url, etag, modified FROM guides WHERE address = ?") &&
              prepare(c, &c->read_guide, "SELECT bytes, body FROM guides WHERE address = ?") &&
              prepare(c, &c->add_guide, "INSERT OR REPLACE INTO guides VALUES (?, ?, ?, ?, ?, ?)") &&
              prepare(c, &c->end, "INSERT OR REPLACE INTO state VALUES (?, ?)");
    return ok ? DH_OK : db_failed(c, err);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static int open_file(const cache *c, int64_t number, int flags) {
    char path[4096], name[40];
    snprintf(name, sizeof name, "pages-%05" PRId64 ".warc.gz", number);
    if (path_of(c, name, path)) return open(path, flags | O_CLOEXEC, 0666);
    errno = ENAMETOOLONG;
    return -1;
}

/* The file in hand, without what stands behind the last record that the index knows of. */
static dh_status open_last(cache *c, uint64_t *cut, dh_error *err) {
    struct stat st;
    if (!get_state(c, "file", 1, &c->file) || !get_state(c, "end", 0, &c->at)) return db_failed(c, err);
    c->fd = open_file(c, c->file, O_WRONLY | O_CREAT | O_APPEND);
    if (c->fd < 0 || fstat(c->fd, &st)) return file_failed(c, err);
    if (st.st_size < c->at) return err_set(err, DH_ERR_IO, 0, "pages-%05" PRId64 ".warc.gz: is shorter than the index says", c->file);
    *cut = (uint64_t)(st.st_size - c->at);
    return *cut && ftruncate(c->fd, c->at) ? file_failed(c, err) : DH_OK;
}

static dh_status next_file(cache *c, dh_error *err) {
    if (c->at < CACHE_FILE_BYTES) return DH_OK;
    if (close(c->fd)) return file_failed(c, err);
    c->file++;
    c->at = 0;
    c->fd = open_file(c, c->file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    return c->fd < 0 ? file_failed(c, err) : DH_OK;
}

/* Others may be making the same folders at this moment. */
static dh_status make_folders(const char *folder, dh_error *err) {
    char part[4000];
    struct stat st;
    if (snprintf(part, sizeof part, "%s/", folder) >= (int)sizeof part) return err_set(err, DH_ERR_IO, 0, "%s", strerror(ENAMETOOLONG));
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(part, 0777) && (errno != EEXIST || stat(part, &st) || !S_ISDIR(st.st_mode))) return err_system(err);
        *slash = '/';
    }
    return DH_OK;
}

static dh_status take_lock(cache *c, dh_error *err) {
    char path[4096];
    if (!path_of(c, "lock", path)) return err_set(err, DH_ERR_IO, 0, "%s", strerror(ENAMETOOLONG));
    c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (c->lock < 0) return err_system(err);
    for (int i = 0; flock(c->lock, LOCK_EX | LOCK_NB); i++) {
        if (errno != EWOULDBLOCK && errno != EINTR) return DH_OK; /* a file system without locks */
        if (i == CACHE_LOCK_TRIES) return err_set(err, DH_ERR_IO, 0, "another dehusk-fetch is at work in it");
        nanosleep(&(struct timespec){0, CACHE_LOCK_WAIT_NS}, NULL);
    }
    return DH_OK;
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */

/* A run that came to no end goes on: what it has is as fresh as its beginning. */
static dh_status begin_run(cache *c, int64_t max_age_s, dh_error *err) {
    int64_t now = time(NULL), begun;
    if (!get_state(c, "begun", 0, &begun)) return db_failed(c, err);
    c->fresh_since = now - max_age_s + 1; /* an age of 0 asks for all */
    if (begun && begun < c->fresh_since) c->fresh_since = begun;
    return begun || set_state(c, "begun", now) ? DH_OK : db_failed(c, err);
}

dh_status cache_open(const char *folder, int level, int64_t max_age_s, cache **out, uint64_t *cut, dh_error *err) {
    cache *c = calloc(1, sizeof *c);
    *cut = 0;
    if (!c) return no_memory(err);
    c->lock = c->fd = -1;
    c->level = level;
    dh_buf_init(&c->key, 0);
    dh_status st = make_folders(folder, err);
    if (!st) snprintf(c->folder, sizeof c->folder, "%s", folder);
    if (!st) st = take_lock(c, err);
    if (!st) st = open_index(c, err);
    if (!st) st = open_last(c, cut, err);
    if (!st && max_age_s != CACHE_NO_RUN) st = begin_run(c, max_age_s, err);
    if (!st) *out = c;
    if (st) (void)!cache_close(c, false, NULL);
    return st;
}

dh_status cache_close(cache *c, bool done, dh_error *err) {
    dh_status st = DH_OK;
    if (!c) return DH_OK;
    if (done && !set_state(c, "begun", 0)) st = db_failed(c, err);
    sqlite3_stmt *const all[] = {c->find, c->add, c->confirm, c->show, c->hide, c->end, c->find_guide, c->read_guide, c->add_guide};
    for (size_t i = 0; i < DH_COUNT(all); i++) sqlite3_finalize(all[i]);
    sqlite3_close(c->db);
    if (c->fd >= 0 && close(c->fd) && !st) st = file_failed(c, err);
    if (c->lock >= 0) close(c->lock);
    dh_buf_clear(&c->key);
    free(c);
    return st;
}

/* ---- finding ------------------------------------------------------------------------------------------------------ */

void cache_page_init(cache_page *p) {
    *p = (cache_page){0};
    dh_buf_init(&p->url, 0);
    dh_buf_init(&p->etag, 0);
    dh_buf_init(&p->modified, 0);
    dh_buf_init(&p->digest, 0);
}

void cache_page_clear(cache_page *p) {
    dh_buf_clear(&p->url);
    dh_buf_clear(&p->etag);
    dh_buf_clear(&p->modified);
    dh_buf_clear(&p->digest);
}

/* Sets c->key to the one spelling of an address. */
static dh_status set_key(cache *c, dh_view address, dh_error *err) {
    c->key.len = 0;
    dh_status st = url_normalise(address, &c->key);
    if (st && st != DH_ERR_NOMEM) st = buf_append_view(&c->key, address);
    return st ? no_memory(err) : DH_OK;
}

static dh_status take_text(sqlite3_stmt *s, int column, dh_buf *out) {
    const char *text = (const char *)sqlite3_column_text(s, column);
    out->len = 0;
    return dh_buf_append(out, text ? text : "", text ? (size_t)sqlite3_column_bytes(s, column) + 1 : 1);
}

/* Reads a place out of three columns from `column` on; false if there is none. */
static bool take_place(sqlite3_stmt *s, int column, cache_place *place) {
    *place = (cache_place){sqlite3_column_int64(s, column), sqlite3_column_int64(s, column + 1), sqlite3_column_int64(s, column + 2)};
    return sqlite3_column_type(s, column) != SQLITE_NULL;
}

dh_status cache_find(cache *c, dh_view address, cache_page *p, dh_error *err) {
    dh_status st = set_key(c, address, err);
    p->found = p->fresh = p->has_shown = false;
    if (st) return st;
    bind_view(c->find, 1, dh_buf_view(&c->key));
    int code = sqlite3_step(c->find);
    p->found = code == SQLITE_ROW;
    if (p->found) {
        dh_buf *const texts[] = {&p->url, &p->etag, &p->modified, &p->digest};
        for (int i = 0; !st && i < (int)DH_COUNT(texts); i++) st = take_text(c->find, i, texts[i]);
        p->fresh = sqlite3_column_int64(c->find, 4) >= c->fresh_since;
        take_place(c->find, 5, &p->place);
        p->has_shown = take_place(c->find, 8, &p->shown);
    }
    sqlite3_reset(c->find);
    if (st) return no_memory(err);
    return code == SQLITE_ROW || code == SQLITE_DONE ? DH_OK : db_failed(c, err);
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

/* A record on its way from a file to a sink. */
typedef struct {
    int fd;
    int64_t offset, left;
    const warc_sink *to;
    bool sink_failed;
    unsigned char in[CACHE_COPY_BYTES];
    char out[CACHE_COPY_BYTES];
} passage;

/* The next bytes of the record to p->in; 0 where the file ends too early. */
static size_t read_on(passage *p) {
    ssize_t n;
    do n = pread(p->fd, p->in, p->left < CACHE_COPY_BYTES ? (size_t)p->left : CACHE_COPY_BYTES, (off_t)p->offset);
    while (n < 0 && errno == EINTR);
    if (n <= 0) return 0;
    p->offset += n;
    p->left -= n;
    return (size_t)n;
}

static bool write_on(passage *p, dh_view bytes) {
    p->sink_failed = warc_write(p->to->fd, bytes) != DH_OK;
    return !p->sink_failed;
}

/* A sink of gzip members takes the member as it is. */
static bool pass_member(passage *p) {
    while (p->left) {
        size_t n = read_on(p);
        if (!n || !write_on(p, (dh_view){(const char *)p->in, n})) return false;
    }
    return true;
}

static bool pass_plain(passage *p) {
    z_stream z = {0};
    int code = inflateInit2(&z, MAX_WBITS + 16);
    bool ok = code == Z_OK;
    while (ok && code != Z_STREAM_END) {
        if (!z.avail_in) {
            z.next_in = p->in;
            z.avail_in = p->left ? (uInt)read_on(p) : 0;
            if (!z.avail_in) break;
        }
        z.next_out = (unsigned char *)p->out;
        z.avail_out = sizeof p->out;
        code = inflate(&z, Z_NO_FLUSH);
        ok = (code == Z_OK || code == Z_STREAM_END) && write_on(p, (dh_view){p->out, sizeof p->out - z.avail_out});
    }
    int error = errno;
    inflateEnd(&z);
    errno = error;
    return ok && code == Z_STREAM_END;
}

dh_status cache_send(cache *c, const cache_place *place, const warc_sink *to, bool *sink_failed, dh_error *err) {
    passage *p = malloc(sizeof *p);
    *sink_failed = false;
    if (!p) return no_memory(err);
    p->fd = open_file(c, place->file, O_RDONLY);
    p->offset = place->offset;
    p->left = place->bytes;
    p->to = to;
    p->sink_failed = false;
    bool ok = p->fd >= 0 && (to->level ? pass_member(p) : pass_plain(p));
    int error = errno;
    *sink_failed = p->sink_failed;
    if (p->fd >= 0) close(p->fd);
    free(p);
    errno = error;
    if (ok) return DH_OK;
    if (*sink_failed) return err_system(err);
    return err_set(err, DH_ERR_FORMAT, 0, "pages-%05" PRId64 ".warc.gz: has no whole record where the index says (byte %" PRId64 ")", place->file,
                   place->offset);
}

/* ---- adding ------------------------------------------------------------------------------------------------------- */

/* Where the file ends now becomes where it ends for the index, together with what a statement or two say. */
static dh_status commit(cache *c, sqlite3_stmt *s, sqlite3_stmt *also, int64_t end, dh_error *err) {
    bool ok = exec(c, "BEGIN") && run(s) && (!also || run(also)) && set_state(c, "file", c->file) && set_state(c, "end", end) && exec(c, "COMMIT");
    if (!ok) {
        dh_status st = db_failed(c, err);
        if (!sqlite3_get_autocommit(c->db)) exec(c, "ROLLBACK");
        return st;
    }
    c->at = end;
    return DH_OK;
}

static dh_status end_of_file(cache *c, int64_t *end, dh_error *err) {
    *end = lseek(c->fd, 0, SEEK_END);
    return *end < 0 ? file_failed(c, err) : DH_OK;
}

/* What was asked, behind the answer, whose end has been taken. */
static dh_status add_request(cache *c, const transfer_result *page, const warc_id *id, int64_t *end, dh_error *err) {
    dh_status st = warc_write_request(&(warc_sink){c->fd, c->level}, page, id);
    if (st) return st == DH_ERR_IO ? file_failed(c, err) : no_memory(err);
    return end_of_file(c, end, err);
}

dh_status cache_add(cache *c, dh_view address, const transfer_result *page, const warc_sums *sums, long status, warc_id *id, dh_error *err) {
    warc_sink sink;
    int64_t end = 0, all = 0;
    dh_status st = set_key(c, address, err);
    if (!st) st = next_file(c, err);
    if (st) return st;
    sink = (warc_sink){c->fd, c->level};
    st = warc_write_response(&sink, page, sums, address, id);
    if (st) return st == DH_ERR_IO ? file_failed(c, err) : no_memory(err);
    st = end_of_file(c, &end, err);
    if (!st) st = add_request(c, page, id, &all, err);
    if (st) return st;
    bind_view(c->add, 1, dh_buf_view(&c->key));
    bind_view(c->add, 2, page->url);
    sqlite3_bind_int64(c->add, 3, status);
    bind_view(c->add, 4, view_of(sums->payload));
    bind_view(c->add, 5, warc_http_field(page->head, DH_VIEW("ETag")));
    bind_view(c->add, 6, warc_http_field(page->head, DH_VIEW("Last-Modified")));
    sqlite3_bind_int64(c->add, 7, page->date);
    sqlite3_bind_int64(c->add, 8, c->file);
    sqlite3_bind_int64(c->add, 9, c->at);
    sqlite3_bind_int64(c->add, 10, end - c->at);
    bind_view(c->hide, 1, dh_buf_view(&c->key));
    return commit(c, c->add, c->hide, all, err);
}

dh_status cache_add_shown(cache *c, dh_view address, const transfer_result *shown, const warc_id *of, dh_error *err) {
    int64_t end = 0;
    dh_status st = set_key(c, address, err);
    if (!st) st = next_file(c, err);
    if (st) return st;
    st = warc_write_conversion(&(warc_sink){c->fd, c->level}, shown, address, of);
    if (st) return st == DH_ERR_IO ? file_failed(c, err) : no_memory(err);
    if ((st = end_of_file(c, &end, err))) return st;
    bind_view(c->show, 1, dh_buf_view(&c->key));
    sqlite3_bind_int64(c->show, 2, c->file);
    sqlite3_bind_int64(c->show, 3, c->at);
    sqlite3_bind_int64(c->show, 4, end - c->at);
    return commit(c, c->show, NULL, end, err);
}

dh_status cache_confirm(cache *c, dh_view address, const transfer_result *page, const cache_page *old, dh_error *err) {
    int64_t end = 0;
    warc_id id;
    dh_status st = set_key(c, address, err);
    if (!st) st = next_file(c, err);
    if (st) return st;
    st = warc_write_revisit(&(warc_sink){c->fd, c->level}, page, address, (dh_view){old->digest.ptr, old->digest.len - 1}, &id);
    if (st) return st == DH_ERR_IO ? file_failed(c, err) : no_memory(err);
    if ((st = add_request(c, page, &id, &end, err))) return st;
    bind_view(c->confirm, 1, dh_buf_view(&c->key));
    sqlite3_bind_int64(c->confirm, 2, page->date);
    return commit(c, c->confirm, NULL, end, err);
}

/* ---- sitemaps and feeds ------------------------------------------------------------------------------------------ */

dh_status cache_find_guide(cache *c, dh_view address, cache_page *p, dh_error *err) {
    dh_status st = set_key(c, address, err);
    p->found = p->fresh = p->has_shown = false;
    if (st) return st;
    bind_view(c->find_guide, 1, dh_buf_view(&c->key));
    int code = sqlite3_step(c->find_guide);
    p->found = code == SQLITE_ROW;
    dh_buf *const texts[] = {&p->url, &p->etag, &p->modified};
    for (int i = 0; p->found && !st && i < (int)DH_COUNT(texts); i++) st = take_text(c->find_guide, i, texts[i]);
    sqlite3_reset(c->find_guide);
    if (st) return no_memory(err);
    return code == SQLITE_ROW || code == SQLITE_DONE ? DH_OK : db_failed(c, err);
}

/* What a row's body was, by its size before it was compressed. */
static dh_status inflate_body(sqlite3_stmt *s, dh_buf *body, dh_error *err) {
    uLongf size = (uLongf)sqlite3_column_int64(s, 0);
    const unsigned char *packed = sqlite3_column_blob(s, 1);
    body->len = 0;
    if (buf_reserve(body, size + 1)) return no_memory(err);
    int code = uncompress((unsigned char *)body->ptr, &size, packed ? packed : (const unsigned char *)"", (uLong)sqlite3_column_bytes(s, 1));
    body->len = size;
    return code == Z_OK ? DH_OK : err_set(err, DH_ERR_FORMAT, 0, "index.sqlite: has a broken sitemap");
}

dh_status cache_read_guide(cache *c, dh_view address, dh_buf *body, dh_error *err) {
    dh_status st = set_key(c, address, err);
    if (st) return st;
    bind_view(c->read_guide, 1, dh_buf_view(&c->key));
    int code = sqlite3_step(c->read_guide);
    if (code == SQLITE_ROW) st = inflate_body(c->read_guide, body, err);
    else st = code == SQLITE_DONE ? err_set(err, DH_ERR_FORMAT, 0, "index.sqlite: has lost a sitemap") : db_failed(c, err);
    sqlite3_reset(c->read_guide);
    return st;
}

/* Without a version there is nothing to ask for the next time, and the row is empty. */
dh_status cache_add_guide(cache *c, dh_view address, const transfer_result *guide, dh_error *err) {
    dh_view etag = warc_http_field(guide->head, DH_VIEW("ETag")), modified = warc_http_field(guide->head, DH_VIEW("Last-Modified"));
    dh_view body = etag.len || modified.len ? guide->body : (dh_view){"", 0};
    uLongf size = compressBound((uLong)body.len);
    unsigned char *packed = malloc(size);
    dh_status st = packed ? set_key(c, address, err) : no_memory(err);
    if (!st && compress2(packed, &size, (const unsigned char *)body.ptr, (uLong)body.len, c->level) != Z_OK) st = no_memory(err);
    if (!st) {
        bind_view(c->add_guide, 1, dh_buf_view(&c->key));
        bind_view(c->add_guide, 2, guide->url);
        bind_view(c->add_guide, 3, etag);
        bind_view(c->add_guide, 4, modified);
        sqlite3_bind_int64(c->add_guide, 5, (int64_t)body.len);
        sqlite3_bind_blob64(c->add_guide, 6, packed, size, SQLITE_STATIC);
        if (!run(c->add_guide)) st = db_failed(c, err);
    }
    free(packed);
    return st;
}

/* ---- telling ------------------------------------------------------------------------------------------------------ */

dh_status cache_list(cache *c, dh_buf *out, dh_error *err) {
    sqlite3_stmt *s = NULL;
    dh_status st = DH_OK;
    int code = SQLITE_ERROR;
    if (prepare(c, &s, "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', fetched, 'unixepoch'), status, bytes, file, offset, address FROM pages "
                       "ORDER BY address"))
        while (!st && (code = sqlite3_step(s)) == SQLITE_ROW)
            st = buf_printf(out, "%s\t%d\t%lld\tpages-%05lld.warc.gz\t%lld\t%s\n", sqlite3_column_text(s, 0), sqlite3_column_int(s, 1),
                            sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3), sqlite3_column_int64(s, 4), sqlite3_column_text(s, 5));
    if (!st && code != SQLITE_DONE) st = db_failed(c, err);
    else if (st) no_memory(err);
    sqlite3_finalize(s);
    return st;
}
