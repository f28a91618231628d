/* What becomes of files, pages and containers: lines in the manifest, or in the file that all go to. */
#include "folder_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void folder_end(folder *r, dh_status st, const char *why) {
    if (!r->ended) err_set(r->err, st, 0, "%s", why);
    if (!r->ended) r->status = st;
    r->ended = true;
}

/* ---- names and numbers ------------------------------------------------------------------------------------------ */

dh_status folder_name(folder *r, const feed_task *t, dh_buf *out) {
    dh_status st = list_source(&r->list, t->item, out);
    if (st || !t->record) return st;
    st = t->address[0] ? buf_printf(out, ": %s", t->address) : buf_printf(out, ": record %" PRIu64, t->record);
    if (!st) st = buf_append_char(out, 0);
    if (!st) out->len--;
    return st;
}

/* What a file is made with, or a page of a container: a duplicate is made with the page that it is one of. */
uint64_t folder_made(void *user, size_t item, uint64_t number) {
    folder *r = user;
    const dedup_page *of = dedup_of(r->doubles, item, number);
    if (!of || list_source(&r->list, of->item, &r->output)) return r->made;
    return r->made ^ (view_hash(dh_buf_view(&r->output)) * 31 + of->record + 1);
}

static uint64_t made_of_page(void *user, uint64_t number) {
    folder *r = user;
    return folder_made(r, r->asked, number);
}

static void say_failed(folder *r, const feed_task *t, const char *what) {
    if (r->opt->fail) r->opt->fail(r->opt->fail_user, folder_name(r, t, &r->path) ? "" : r->path.ptr, what);
}

/* ---- the manifest ----------------------------------------------------------------------------------------------- */

/* Appends what stands for a page that failed; r->path holds its source. */
static dh_status put_failure(folder *r, const feed_task *t, const char *why, dh_buf *out, dh_error *err) {
    bool url = t->record && strstr(t->address, "://");
    dh_rendering how = r->opt->how;
    dh_buf inside;
    dh_buf_init(&inside, 0);
    how.source = r->path.ptr;
    how.record = (size_t)t->record;
    how.url = url ? t->address : NULL;
    dh_status st = DH_OK;
    if (t->record && t->address[0] && !url) { /* a path in an archive */
        st = buf_printf(&inside, "%s/%s%c", r->path.ptr, t->address, 0);
        how.source = inside.ptr;
    }
    st = st ? err_set(err, st, 0, "out of memory") : dh_failure_render(&how, why, out, err);
    dh_buf_clear(&inside);
    return st;
}

/* What its worker wrote, or else what stands for a page that failed, is the entry's output. */
static dh_status fill_sink(folder *r, const feed_task *t, const hand *h, manifest_entry *e, int *fd, dh_error *err) {
    struct stat st;
    dh_buf failure;
    dh_status result = DH_OK;
    *fd = h->sink;
    if (*fd < 0 && (*fd = memfd_create("failure", MFD_CLOEXEC)) < 0) return err_system(err);
    if (!e->has_output) {
        dh_buf_init(&failure, 0);
        result = put_failure(r, t, h->why, &failure, err);
        if (!result && (ftruncate(*fd, 0) || lseek(*fd, 0, SEEK_SET))) result = err_system(err);
        if (!result) result = source_write_all(*fd, dh_buf_view(&failure), NULL, err);
        dh_buf_clear(&failure);
    }
    if (!result && fstat(*fd, &st)) result = err_system(err);
    e->has_output = true;
    e->bytes_out = result ? 0 : (uint64_t)st.st_size;
    return result;
}

/* Hands an entry on, and what is written of it. The end of a container has nothing. */
static void collect_entry(folder *r, const feed_task *t, const hand *h, manifest_entry *e) {
    dh_error err = {0};
    int fd = -1;
    bool page = (t->record || !list_is_container(&r->list, t->item)) && e->status != MANIFEST_DUPLICATE;
    dh_status st = page ? fill_sink(r, t, h, e, &fd, &err) : DH_OK;
    errno = 0;
    if (!st) st = collect_put(r->collect, t->order, e, fd, &err);
    else if (fd >= 0) close(fd);
    r->sum->pipe_closed |= st && errno == EPIPE && view_is(view_of(r->opt->lines), DH_VIEW("-"));
    if (st) folder_end(r, r->sum->pipe_closed ? DH_OK : st, err.msg);
}

/* Adds a line about a task. h: its failures, and the source where that is a file of its own. */
void folder_record(folder *r, const feed_task *t, const hand *h, manifest_entry e) {
    dh_error err = {0};
    bool page = t->record > 0;
    uint64_t made = folder_made(r, t->item, t->record);
    if (list_source(&r->list, t->item, &r->path) || (!page && list_output(&r->list, t->item, &r->output))) {
        folder_end(r, DH_ERR_NOMEM, "out of memory");
        return;
    }
    e.source = dh_buf_view(&r->path);
    e.output = page ? view_of(t->output) : dh_buf_view(&r->output);
    e.record = t->record;
    e.address = page ? view_of(t->address) : DH_VIEW("");
    if (e.status == MANIFEST_ERROR) e.error = view_of(h->why);
    e.bytes_in = page ? t->bytes : h->files.size;
    e.mtime_ns = page ? resume_mtime(&r->resume, t->item) : h->files.mtime_ns;
    e.made = made;
    if (!page && list_is_container(&r->list, t->item)) e.made = r->resume.rules.opened;
    if (r->collect) collect_entry(r, t, h, &e);
    else if (manifest_add(&r->manifest, &e, &err)) folder_end(r, err.code, err.msg);
}

/* A failure that others are to hear of; the first one of a file is what the manifest says. */
void folder_failure(folder *r, hand *h, const feed_task *t, const char *what) {
    if (!h->reports++) snprintf(h->why, sizeof h->why, "%s", what);
    say_failed(r, t, what);
}

/* ---- containers ------------------------------------------------------------------------------------------------- */

/* The entry of a container, which is made if there is none; NULL without memory. */
static opened *opened_of(folder *r, size_t item) {
    for (size_t i = r->opened_count; i--;)
        if (r->opened[i].item == item) return &r->opened[i];
    if (r->opened_count == r->opened_cap) {
        size_t cap = r->opened_cap ? r->opened_cap * 2 : 16;
        opened *more = reallocarray(r->opened, cap, sizeof *more);
        if (!more) {
            folder_end(r, DH_ERR_NOMEM, "out of memory");
            return NULL;
        }
        r->opened = more;
        r->opened_cap = cap;
    }
    r->opened[r->opened_count] = (opened){.item = item};
    return &r->opened[r->opened_count++];
}

/* Writes the line of a container of which nothing more is to come, and forgets it. */
static void settle_container(folder *r, opened *o) {
    hand h = {.sink = -1};
    feed_task t = {.item = o->item, .fd = -1, .order = o->order};
    if (!o->over || (o->in_hand && !r->collect)) return; /* collected lines wait for those before them by themselves */
    h.files.size = list_bytes(&r->list, o->item, &r->path);
    h.files.mtime_ns = resume_mtime(&r->resume, o->item);
    snprintf(h.why, sizeof h.why, "%s", o->why);
    folder_record(r, &t, &h, (manifest_entry){.status = o->failures ? MANIFEST_ERROR : MANIFEST_OK, .pages = o->pages});
    *o = r->opened[--r->opened_count];
}

/* A page of a container has its line. */
void folder_page_settled(folder *r, const feed_task *t) {
    if (!t->record || r->collect) return;
    opened *o = opened_of(r, t->item);
    if (!o) return;
    o->in_hand--;
    settle_container(r, o);
}

/* The line that a file would have, a page of a container, or a container, as far as the journal is asked for it. r->path holds its source. */
static bool line_of(folder *r, size_t item, uint64_t number, manifest_entry *e) {
    struct stat st;
    if (list_source(&r->list, item, &r->path)) return false;
    bool there = !stat(r->path.ptr, &st);
    bool end = !number && list_is_container(&r->list, item);
    *e = (manifest_entry){.source = dh_buf_view(&r->path), .record = number, .made = end ? r->resume.rules.opened : folder_made(r, item, number)};
    e->bytes_in = there ? (uint64_t)st.st_size : 0;
    e->mtime_ns = there ? source_mtime_ns(&st) : 0;
    return true;
}

static void count_done(folder *r, manifest_status status, size_t count) {
    r->sum->earlier += status == MANIFEST_ERROR ? 0 : count;
    r->sum->earlier_empty += status == MANIFEST_EMPTY ? count : 0;
    r->sum->earlier_failed += status == MANIFEST_ERROR ? count : 0;
    r->sum->duplicates += status == MANIFEST_DUPLICATE ? count : 0;
}

/* The same as below where outputs are collected. */
static bool is_to_be_collected(folder *r, size_t item, uint64_t number) {
    manifest_entry e;
    manifest_status status;
    size_t counts[MANIFEST_STATUSES];
    if (!line_of(r, item, number, &e)) return true;
    if (!number && list_is_container(&r->list, item)) {
        r->asked = item;
        if (!collect_has_all(r->collect, &e, made_of_page, r, counts)) return true;
        for (int i = 0; i < MANIFEST_STATUSES; i++) {
            count_done(r, (manifest_status)i, counts[i]);
            r->sum->total += counts[i];
        }
        r->bytes += e.bytes_in;
        return false;
    }
    if (number) r->sum->total++;
    if (!collect_has(r->collect, &e, &status)) return true;
    count_done(r, status, 1);
    if (!number) r->bytes += e.bytes_in;
    return false;
}

static bool container_todo(void *user, size_t item, uint64_t number) {
    folder *r = user;
    if (r->collect) return is_to_be_collected(r, item, number);
    if (!number) return resume_is_todo(&r->resume, item, 0);
    r->sum->total++;
    if (resume_is_todo(&r->resume, item, number)) {
        opened *o = opened_of(r, item);
        if (o) o->in_hand++;
        return o != NULL;
    }
    resume_state state = resume_page(&r->resume, item, number);
    r->sum->earlier += state != RESUME_FAILED;
    r->sum->earlier_empty += state == RESUME_EMPTY;
    r->sum->earlier_failed += state == RESUME_FAILED;
    return false;
}

static void container_failed(void *user, size_t item, const char *what) {
    folder *r = user;
    opened *o = opened_of(r, item);
    feed_task t = {.item = item, .fd = -1};
    if (o && !o->failures++) snprintf(o->why, sizeof o->why, "%s", what);
    say_failed(r, &t, what);
}

static void container_over(void *user, size_t item, uint64_t pages, bool whole, uint64_t order) {
    folder *r = user;
    opened *o = opened_of(r, item);
    r->bytes += r->opt->progress ? list_bytes(&r->list, item, &r->path) : 0;
    r->sum->total += !whole; /* it counts as a file that failed */
    r->sum->failed += !whole;
    if (!o) return;
    o->over = true;
    o->pages = pages;
    o->order = order;
    settle_container(r, o);
}

static void container_passed(void *user, const unpack_passed *passed) {
    folder *r = user;
    r->sum->unwanted += passed->unwanted;
    r->sum->assets += passed->assets;
}

/* ---- duplicates ------------------------------------------------------------------------------------------------- */

/* A duplicate has a line, and no output, not even that of an earlier run. */
void folder_pass_over(folder *r, feed_task *t, const dedup_page *of) {
    hand h = {.sink = -1};
    dh_buf original;
    manifest_entry line = {.record = 0};
    dh_buf_init(&original, 0);
    bool ok = !list_source(&r->list, of->item, &original) && line_of(r, t->item, t->record, &line);
    r->output.len = 0;
    if (ok && !r->collect)
        ok = !(t->record ? buf_printf(&r->output, "%s/%s%c", r->opt->out, t->output, 0) : list_target(&r->list, t->item, &r->output));
    if (ok && !r->collect) unlink(r->output.ptr);
    h.files.size = line.bytes_in;
    h.files.mtime_ns = line.mtime_ns;
    if (ok) folder_record(r, t, &h, (manifest_entry){.status = MANIFEST_DUPLICATE, .of = dh_buf_view(&original), .of_record = of->record});
    else folder_end(r, DH_ERR_NOMEM, "out of memory");
    r->bytes += t->record ? 0 : line.bytes_in;
    r->sum->done++;
    r->sum->duplicates++;
    folder_page_settled(r, t);
    feed_task_clear(t);
    dh_buf_clear(&original);
}

feed_listener folder_listener(folder *r) { return (feed_listener){container_todo, container_failed, container_over, container_passed, r}; }
