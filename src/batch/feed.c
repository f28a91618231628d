/* Files one after the other; a container's pages in between. The unpacker is asked for one page at a time, which it writes to a file
 * without a name, so that no byte of a page passes through here: of a parcel only the head is read. */
#include "feed.h"

#include "handed.h"
#include "inside.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages that wait lie in memory: no more is unpacked while there is so much of them. */
#define WAITING_BYTES ((uint64_t)64 << 20)
/* An unpacker that dies is started once more: somebody may have killed it. */
#define MOST_DEATHS 2

void feed_task_clear(feed_task *t) {
    if (t->fd >= 0) close(t->fd);
    free(t->output);
    free(t->address);
    *t = (feed_task){.fd = -1};
}

dh_status feed_init(feed *f, const folder_options *opt, const list *l, manifest *m, feed_listener listener, dh_error *err) {
    *f = (feed){.opt = opt, .list = l, .listener = listener, .in = -1, .asked = -1};
    dh_buf_init(&f->path, 0);
    dh_buf_init(&f->head, 0);
    dh_buf_init(&f->output, 0);
    return crew_init(&f->crew, (worker_job){.opt = opt, .list = l, .role = WORKER_UNPACK}, m, 1, err);
}

/* ---- containers ------------------------------------------------------------------------------------------------- */

static void say_failed(feed *f, const char *what) {
    bool again = f->failures++ < f->told;
    if (!again && f->listener.failed) f->listener.failed(f->listener.user, f->item, what);
}

static void close_files(feed *f) {
    if (f->in >= 0) close(f->in);
    if (f->asked >= 0) close(f->asked);
    f->in = f->asked = -1;
}

static void end_container(feed *f, bool whole) {
    crew_dismiss(&f->crew, 0);
    close_files(f);
    f->ended = true;
    free(f->names);
    f->names = NULL;
    if (f->listener.over) f->listener.over(f->listener.user, f->item, f->wanted, whole, f->order);
    f->order++;
}

static dh_status open_container(feed *f, size_t item, dh_error *err) {
    handed h;
    dh_error why = {0};
    f->open = true;
    f->ended = false;
    f->item = item;
    f->deaths = f->failures = f->told = 0;
    f->number = f->wanted = f->name_count = 0;
    f->name_mask = 0;
    if (list_source(f->list, item, &f->path)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = unpack_preload(unpack_kind_of(view_of(f->path.ptr)), &why);
    if (!st) st = handed_open_source(&h, f->path.ptr, list_is_named(f->list, item), &why);
    if (!st) f->in = h.in;
    if (!st) return DH_OK;
    say_failed(f, why.msg);
    end_container(f, false);
    return DH_OK;
}

/* Asks for the next page. A system that has no more to give now may have later, when some that wait are gone. */
static dh_status ask(feed *f, dh_error *err) {
    if (!f->open || f->ended || f->crew.slots[0].busy || f->count == FEED_WAITING || f->waiting_bytes > WAITING_BYTES) return DH_OK;
    if (!f->crew.slots[0].pid) {
        if (lseek(f->in, 0, SEEK_SET)) return err_system(err);
        dh_status st = crew_start(&f->crew, 0, err);
        if (st) return f->count ? DH_OK : st;
    }
    f->asked = memfd_create("page", MFD_CLOEXEC);
    if (f->asked < 0) return f->count ? DH_OK : err_system(err);
    crew_give(&f->crew, 0, &(worker_order){.item = f->item}, f->in, f->asked);
    return DH_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------------ */

/* Takes a hash into the set of names; false if it is there. */
static dh_status claim(feed *f, uint64_t hash, bool *free_name, dh_error *err) {
    if (2 * (f->name_count + 1) > f->name_mask) {
        size_t mask = f->name_mask ? f->name_mask * 2 + 1 : 1023;
        uint64_t *names = calloc(mask + 1, sizeof *names);
        if (!names) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        for (size_t i = 0; f->names && i <= f->name_mask; i++) {
            size_t at = (size_t)f->names[i] & mask;
            while (f->names[i] && names[at]) at = (at + 1) & mask;
            if (f->names[i]) names[at] = f->names[i];
        }
        free(f->names);
        f->names = names;
        f->name_mask = mask;
    }
    hash += !hash; /* 0 is a free place */
    size_t at = (size_t)hash & f->name_mask;
    while (f->names[at] && f->names[at] != hash) at = (at + 1) & f->name_mask;
    *free_name = !f->names[at];
    f->names[at] = hash;
    f->name_count += *free_name;
    return DH_OK;
}

/* Sets f->output to the path of a page's output, the first of those that it may have that is free. False if it may have none. */
static dh_status name_output(feed *f, const parcel *p, bool *has, dh_error *err) {
    bool is_free = false;
    *has = true;
    for (unsigned try = 0; *has && !is_free; try++) {
        if (list_output(f->list, f->item, &f->output)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
        dh_status st = inside_output(p, try, f->list->ending, &f->output, has);
        if (st) return err_set(err, st, 0, "out of memory");
        if (*has) st = claim(f, view_hash(dh_buf_view(&f->output)), &is_free, err);
        if (st) return st;
    }
    return DH_OK;
}

static char *copy(dh_view v) {
    char *s = memchr(v.ptr, 0, v.len) ? NULL : malloc(v.len + 1);
    if (!s) return NULL;
    memcpy(s, v.ptr, v.len);
    s[v.len] = 0;
    return s;
}

/* The page that lies in f->asked joins those that wait, unless it is done already. */
static dh_status take_page(feed *f, dh_error *err) {
    parcel p;
    bool has;
    dh_error why = {0};
    feed_task t = {.item = f->item, .fd = f->asked};
    f->asked = -1;
    dh_status st = parcel_read(t.fd, &p, &f->head, &why);
    if (st) {
        say_failed(f, why.msg);
        feed_task_clear(&t);
        return DH_OK;
    }
    bool known = p.number <= f->number; /* of an unpacker that died later */
    t.record = p.number;
    t.bytes = p.bytes;
    if (!known) f->number = p.number;
    if (!known) st = name_output(f, &p, &has, err);
    if (!known && !st && !has) say_failed(f, "holds a page whose name leads out of its folder (..)");
    if (!known && !st && has) f->wanted++;
    bool todo = !known && !st && has && (!f->listener.is_todo || f->listener.is_todo(f->listener.user, f->item, p.number));
    if (!todo) {
        feed_task_clear(&t);
        return st;
    }
    t.output = copy(dh_buf_view(&f->output));
    t.address = copy(p.url.len ? p.url : p.name);
    if (!t.address) t.address = calloc(1, 1); /* a NUL stands in it */
    if (!t.output || !t.address) {
        feed_task_clear(&t);
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    t.order = f->order++;
    f->waiting_bytes += t.bytes;
    f->waiting[(f->first + f->count++) % FEED_WAITING] = t;
    return DH_OK;
}

static dh_status unpacker_answered(feed *f, const worker_answer *a, dh_error *err) {
    if (a->kind == ANSWER_REPORT) {
        say_failed(f, a->what);
        return DH_OK;
    }
    if (a->kind == ANSWER_FATAL) return err_set(err, DH_ERR_IO, 0, "%s", a->what);
    if (f->listener.passed) f->listener.passed(f->listener.user, &a->passed);
    if (a->pages) return take_page(f, err);
    if (f->asked >= 0) close(f->asked);
    f->asked = -1;
    if (a->over) end_container(f, !f->failures);
    return DH_OK;
}

static void unpacker_died(feed *f, const char *how) {
    if (f->asked >= 0) close(f->asked);
    f->asked = -1;
    if (++f->deaths < MOST_DEATHS) {
        f->told = f->failures; /* it comes past them again */
        f->failures = 0;
        return;
    }
    say_failed(f, how);
    end_container(f, false);
}

dh_status feed_listen(feed *f, dh_error *err) {
    worker_answer a;
    dh_status st = DH_OK;
    if (!f->open || f->ended) return DH_OK;
    crew_check_limits(&f->crew);
    for (bool more = true; more && !st && !f->ended;) {
        crew_event event = crew_take(&f->crew, 0, &a);
        more = event == CREW_ANSWER;
        if (event == CREW_ANSWER) st = unpacker_answered(f, &a, err);
        if (event == CREW_DEATH) unpacker_died(f, a.what);
        if (!st) st = ask(f, err);
    }
    return st;
}

int feed_fd(const feed *f) { return f->open && !f->ended && f->crew.slots[0].busy ? f->crew.slots[0].fd : -1; }

uint64_t feed_position(const feed *f) {
    off_t at = f->in >= 0 ? lseek(f->in, 0, SEEK_CUR) : 0;
    return at > 0 ? (uint64_t)at : 0;
}

/* ---- tasks ------------------------------------------------------------------------------------------------------ */

static bool is_todo(const feed *f, size_t item) { return !f->listener.is_todo || f->listener.is_todo(f->listener.user, item, 0); }

static dh_status next_item(feed *f, feed_task *out, feed_step *step, dh_error *err) {
    while (f->next < f->list->count && !is_todo(f, f->next)) f->next++;
    *step = FEED_END;
    if (f->next == f->list->count) return DH_OK;
    size_t item = f->next++;
    *step = FEED_WAIT;
    if (!list_is_container(f->list, item)) {
        *step = FEED_TASK;
        *out = (feed_task){.item = item, .fd = -1, .order = f->order++};
        return DH_OK;
    }
    return open_container(f, item, err);
}

dh_status feed_next(feed *f, feed_task *out, feed_step *step, dh_error *err) {
    for (;;) {
        dh_status st = ask(f, err);
        if (st) return st;
        *step = FEED_TASK;
        if (f->count) {
            *out = f->waiting[f->first];
            f->first = (f->first + 1) % FEED_WAITING;
            f->count--;
            f->waiting_bytes -= out->bytes;
            return DH_OK;
        }
        *step = FEED_WAIT;
        if (f->open && !f->ended) return DH_OK;
        f->open = false;
        st = next_item(f, out, step, err);
        if (st || *step != FEED_WAIT) return st;
    }
}

/* ---- the end ---------------------------------------------------------------------------------------------------- */

void feed_leave_to_parent(void *user) {
    feed *f = user;
    if (f->crew.slots && f->crew.slots[0].fd >= 0) close(f->crew.slots[0].fd);
    if (f->in >= 0) close(f->in);
    if (f->asked >= 0) close(f->asked);
    for (size_t i = 0; i < f->count; i++) close(f->waiting[(f->first + i) % FEED_WAITING].fd);
}

void feed_clear(feed *f) {
    if (f->crew.slots) crew_end(&f->crew);
    crew_clear(&f->crew);
    close_files(f);
    for (; f->count; f->count--, f->first = (f->first + 1) % FEED_WAITING) feed_task_clear(&f->waiting[f->first]);
    free(f->names);
    f->names = NULL;
    dh_buf_clear(&f->path);
    dh_buf_clear(&f->head);
    dh_buf_clear(&f->output);
}
