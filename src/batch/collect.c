/* Ordered output. The journal is read once, to numbers: what it tells is compared with what the run meets, line by line, up to the first that
 * differs; there both are cut. Bytes of pages pass from file to file unread. */
#include "collect.h"

#include "newfile.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)256 << 10)
#define STATE_PATH_BYTES 4096

/* A line of the journal. */
typedef struct {
    uint64_t source, record; /* what it is about: hash of the path; */
    uint64_t state;          /* and of size and time */
    uint64_t made;           /* what with */
    uint64_t at;             /* where it begins */
    uint64_t bytes;
    unsigned char status;
} line;

/* An output that waits. */
typedef struct {
    bool ready;
    int fd;
    uint64_t bytes;
    dh_buf line;
} slot;

struct collect {
    collect_options opt;
    manifest *manifest;
    line *lines;
    size_t count, total, cap; /* those that the file has; all */
    size_t matched; /* lines that the run has met */
    bool cut;       /* no more will be */
    bool begun;     /* the file is open */
    int fd;
    uint64_t shard, shard_bytes; /* of the file in hand: its number from 0, its bytes */
    slot slots[COLLECT_WAITING]; /* by order */
    uint64_t next;               /* order of what is written next */
    char *piece;
};

static dh_status no_memory(dh_error *err) { return err_set(err, DH_ERR_NOMEM, 0, "out of memory"); }

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* "a/b.jsonl" is a/b-00001.jsonl as a shard. */
static bool shard_path(const collect *c, uint64_t shard, const char *behind, char out[STATE_PATH_BYTES]) {
    const char *path = c->opt.path, *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    if (!c->opt.shard_bytes) return snprintf(out, STATE_PATH_BYTES, "%s%s", path, behind) < STATE_PATH_BYTES;
    int stem = dot ? (int)(dot - path) : (int)view_of(path).len;
    return snprintf(out, STATE_PATH_BYTES, "%.*s-%05ju%s%s", stem, path, (uintmax_t)shard + 1, dot ? dot : "", behind) < STATE_PATH_BYTES;
}

static bool is_stdout(const collect *c) { return view_is(view_of(c->opt.path), DH_VIEW("-")); }

/* Size of a shard as it is, unfinished or not; 0 if it is not there. */
static uint64_t shard_size(const collect *c, uint64_t shard) {
    char path[STATE_PATH_BYTES];
    struct stat st;
    if (shard_path(c, shard, ".part", path) && !stat(path, &st)) return (uint64_t)st.st_size;
    return shard_path(c, shard, "", path) && !stat(path, &st) ? (uint64_t)st.st_size : 0;
}

/* ---- the journal ------------------------------------------------------------------------------------------------ */

/* Of a page of a container the size is not known before that is read. */
static uint64_t state_of(const manifest_entry *e) {
    const uint64_t parts[] = {e->record ? 0 : e->bytes_in, e->mtime_ns};
    return view_hash((dh_view){(const char *)parts, sizeof parts});
}

static dh_status add_line(void *user, const manifest_entry *e, uint64_t at, dh_error *err) {
    collect *c = user;
    if (c->total == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 1024;
        line *lines = reallocarray(c->lines, cap, sizeof *lines);
        if (!lines) return no_memory(err);
        c->lines = lines;
        c->cap = cap;
    }
    c->lines[c->total++] = (line){.source = view_hash(e->source), .record = e->record, .state = state_of(e), .made = e->made, .at = at, .bytes = e->has_output ? e->bytes_out : 0, .status = (unsigned char)e->status};
    return DH_OK;
}

/* Goes on to the next shard if the one in hand is full. */
static bool next_shard(const collect *c, uint64_t *shard, uint64_t *bytes) {
    if (!c->opt.shard_bytes || *bytes < c->opt.shard_bytes) return false;
    ++*shard;
    *bytes = 0;
    return true;
}

/* Where the first `count` lines leave the file; fewer, if it is shorter than they say. */
static size_t replay(const collect *c, size_t count, uint64_t *shard, uint64_t *bytes) {
    uint64_t size = shard_size(c, 0);
    *shard = *bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (next_shard(c, shard, bytes)) size = shard_size(c, *shard);
        if (*bytes + c->lines[i].bytes > size) return i;
        *bytes += c->lines[i].bytes;
    }
    return count;
}

static bool same(const collect *c, const line *l, const manifest_entry *e) {
    if (l->source != view_hash(e->source) || l->record != e->record || l->state != state_of(e) || (l->status == MANIFEST_ERROR && c->opt.retry_failed)) return false;
    return l->made == e->made || c->opt.keep_stale;
}

bool collect_has(collect *c, const manifest_entry *e, manifest_status *status) {
    c->cut = c->cut || c->matched == c->count || !same(c, &c->lines[c->matched], e);
    if (!c->cut) *status = (manifest_status)c->lines[c->matched++].status;
    return !c->cut;
}

bool collect_has_all(collect *c, const manifest_entry *end, uint64_t (*made)(void *user, uint64_t record), void *user, size_t counts[MANIFEST_STATUSES]) {
    manifest_entry e = *end;
    if (c->cut) return false;
    for (size_t i = 0; i < MANIFEST_STATUSES; i++) counts[i] = 0;
    for (size_t at = c->matched; at < c->count; at++) {
        e.record = c->lines[at].record;
        e.made = e.record ? made(user, e.record) : 0;
        if (same(c, &c->lines[at], end)) {
            c->matched = at + 1;
            return true;
        }
        if (!e.record || !same(c, &c->lines[at], &e)) return false;
        counts[c->lines[at].status]++;
    }
    return false;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static dh_status copy_bytes(collect *c, int from, uint64_t bytes, dh_error *err) {
    source s = {from, NULL};
    for (size_t got; bytes; bytes -= got) {
        dh_status st = source_read(&s, c->piece, bytes < COPY_BYTES ? (size_t)bytes : COPY_BYTES, &got, err);
        if (st) return st;
        if (!got) return err_set(err, DH_ERR_IO, 0, "became shorter");
        if ((st = source_write_all(c->fd, (dh_view){c->piece, got}, NULL, err))) return st;
    }
    return DH_OK;
}

/* Opens the shard in hand with the bytes that it is to have: what there is of it unfinished, or a copy of what is finished. */
static dh_status open_shard(collect *c, dh_error *err) {
    char part[STATE_PATH_BYTES], whole[STATE_PATH_BYTES];
    if (!shard_path(c, c->shard, ".part", part) || !shard_path(c, c->shard, "", whole)) {
        errno = ENAMETOOLONG;
        return err_system(err);
    }
    bool there = !access(part, F_OK);
    c->fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (c->fd < 0) return err_system(err);
    if (there || !c->shard_bytes) {
        if (ftruncate(c->fd, (off_t)c->shard_bytes) || lseek(c->fd, 0, SEEK_END) < 0) return err_system(err);
        return DH_OK;
    }
    int from = open(whole, O_RDONLY | O_CLOEXEC);
    dh_status st = from < 0 ? err_system(err) : copy_bytes(c, from, c->shard_bytes, err);
    if (from >= 0) close(from);
    return st;
}

/* Cuts journal and file behind what the run has met. */
static dh_status begin(collect *c, dh_error *err) {
    if (c->begun) return DH_OK;
    c->begun = c->cut = true;
    if (is_stdout(c)) {
        c->fd = STDOUT_FILENO;
        return DH_OK;
    }
    replay(c, c->matched, &c->shard, &c->shard_bytes);
    dh_status st = open_shard(c, err);
    if (!st && c->matched < c->total && ftruncate(c->manifest->fd, (off_t)c->lines[c->matched].at)) st = err_system(err);
    return st;
}

static dh_status finish_shard(collect *c, dh_error *err) {
    char part[STATE_PATH_BYTES], whole[STATE_PATH_BYTES];
    if (is_stdout(c)) return DH_OK;
    int fd = c->fd;
    c->fd = -1;
    if (close(fd)) return err_system(err);
    if (!shard_path(c, c->shard, ".part", part) || !shard_path(c, c->shard, "", whole)) errno = ENAMETOOLONG;
    else if (!rename(part, whole)) return DH_OK;
    return err_system(err);
}

/* Appends what a slot has. */
static dh_status commit(collect *c, slot *s, dh_error *err) {
    dh_status st = begin(c, err);
    uint64_t bytes = c->shard_bytes;
    if (!st && c->opt.shard_bytes && bytes >= c->opt.shard_bytes) {
        st = finish_shard(c, err);
        next_shard(c, &c->shard, &c->shard_bytes);
        if (!st) st = open_shard(c, err);
    }
    if (!st && s->bytes) st = lseek(s->fd, 0, SEEK_SET) < 0 ? err_system(err) : copy_bytes(c, s->fd, s->bytes, err);
    c->shard_bytes += s->bytes;
    if (!st && c->manifest) st = manifest_add_line(c->manifest, dh_buf_view(&s->line), err);
    return st;
}

static void clear_slot(slot *s) {
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
    s->ready = false;
    dh_buf_clear(&s->line);
}

bool collect_has_room(const collect *c, uint64_t order) { return order < c->next + COLLECT_WAITING; }

dh_status collect_put(collect *c, uint64_t order, const manifest_entry *e, int fd, dh_error *err) {
    slot *s = &c->slots[order % COLLECT_WAITING];
    *s = (slot){.ready = true, .fd = fd, .bytes = e->has_output ? e->bytes_out : 0};
    dh_buf_init(&s->line, 0);
    dh_status st = manifest_line(e, &s->line) ? no_memory(err) : DH_OK;
    for (s = &c->slots[c->next % COLLECT_WAITING]; !st && s->ready; s = &c->slots[c->next % COLLECT_WAITING]) {
        st = commit(c, s, err);
        clear_slot(s);
        c->next++;
    }
    return st;
}

/* Shards of an earlier run that had more. */
static void remove_rest(const collect *c) {
    char path[STATE_PATH_BYTES];
    bool there = c->opt.shard_bytes > 0;
    for (uint64_t shard = c->shard + 1; there; shard++) {
        there = shard_path(c, shard, ".part", path) && !unlink(path);
        there = (shard_path(c, shard, "", path) && !unlink(path)) || there;
    }
}

dh_status collect_finish(collect *c, dh_error *err) {
    char part[STATE_PATH_BYTES];
    if (!c->begun) { /* nothing was to be done: the file may lack its name, or have lines too many, or be none as there are no pages */
        uint64_t shard, bytes;
        replay(c, c->matched, &shard, &bytes);
        bool finished = shard_path(c, shard, ".part", part) && access(part, F_OK) && shard_size(c, shard) == bytes && c->matched == c->total;
        if (finished && (c->count || (shard_path(c, 0, "", part) && !access(part, F_OK)))) return DH_OK;
    }
    dh_status st = begin(c, err);
    if (!st) st = finish_shard(c, err);
    if (!st && !is_stdout(c)) remove_rest(c);
    return st;
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

dh_status collect_open(const collect_options *opt, manifest *m, collect **out, dh_error *err) {
    collect *c = *out = calloc(1, sizeof *c);
    uint64_t shard, bytes;
    if (!c) return no_memory(err);
    *c = (collect){.opt = *opt, .manifest = m, .fd = -1, .piece = malloc(COPY_BYTES)};
    for (size_t i = 0; i < COLLECT_WAITING; i++) c->slots[i].fd = -1;
    if (!c->piece) return no_memory(err);
    dh_status st = m ? manifest_each(m, add_line, c, err) : DH_OK;
    if (st) return st;
    c->count = replay(c, c->total, &shard, &bytes); /* the lines behind are cut off with the first that is new */
    return DH_OK;
}

void collect_close(collect *c) {
    if (!c) return;
    for (size_t i = 0; i < COLLECT_WAITING; i++) clear_slot(&c->slots[i]);
    if (c->fd >= 0 && c->fd != STDOUT_FILENO) close(c->fd);
    free(c->lines);
    free(c->piece);
    free(c);
}
