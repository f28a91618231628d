/* One file to one output: opens both, lets the pages through, and keeps the output only if the source was read to its
 * end. Processes, limits and retries are the crew's. */
#include "cleaner.h"

#include "hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room that one large page needed is given back before the next. */
#define CLEANER_KEEP_BYTES ((size_t)4 << 20)

/* ---- the source ------------------------------------------------------------------------------------------------ */

/* A file may have become a pipe or a link since it was listed: it is opened without waiting, and looked at. */
static const char *open_source(cleaner *c, const char *path, bool follow) {
    struct stat st;
    c->in.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
    if (c->in.fd < 0) return errno == ELOOP && !follow ? "is a symbolic link now" : strerror(errno);
    const char *what = fstat(c->in.fd, &st) ? strerror(errno) : S_ISREG(st.st_mode) ? NULL : "is no regular file now";
    if (what) {
        close(c->in.fd);
        return what;
    }
    c->dev = st.st_dev;
    c->ino = st.st_ino;
    return NULL;
}

static dh_status read_source(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    cleaner *c = user;
    dh_status st = source_read(&c->in, buf, cap, got, err);
    if (!st && !c->bytes_in) hooks_obey((dh_view){buf, *got});
    c->bytes_in += *got;
    return st;
}

/* ---- the output ------------------------------------------------------------------------------------------------ */

static bool is_source(const cleaner *c, const char *path) {
    struct stat st;
    return !stat(path, &st) && st.st_dev == c->dev && st.st_ino == c->ino;
}

static dh_status open_target(cleaner *c, dh_error *err) {
    unsigned long tag = (unsigned long)getpid();
    if (is_source(c, c->target)) {
        errno = EEXIST;
        return err_set(err, DH_ERR_IO, 0, "it would replace the page itself");
    }
    dh_status st = newfile_open(&c->out, c->target, tag, err);
    if (!st || errno != ENOENT) return st;
    st = newfile_parents(c->target, err);
    return st ? st : newfile_open(&c->out, c->target, tag, err);
}

static dh_status write_target(void *user, dh_view bytes, dh_error *err) {
    cleaner *c = user;
    dh_status st = c->out.fd < 0 ? open_target(c, err) : DH_OK;
    if (!st) st = source_write_all(c->out.fd, bytes, NULL, err);
    if (st) c->why = errno;
    return st;
}

static dh_status close_target(cleaner *c, bool keep, dh_error *err) {
    dh_status st = newfile_close(&c->out, keep, err);
    if (st) c->why = errno;
    return st;
}

/* What the next output would meet as well. */
static bool ends_the_run(int why) { return why == ENOSPC || why == EDQUOT || why == EROFS || why == EIO; }

/* ---- pages ----------------------------------------------------------------------------------------------------- */

static dh_status render(void *user, const dh_page *page, dh_view url, dh_buf *out, dh_error *err) {
    cleaner *c = user;
    c->records |= url.len > 0;
    if (c->opt->render) return c->opt->render(c->opt->render_user, page, url, out, err);
    return dh_page_render(page, DH_TO_TEXT, out, err);
}

static void page_failed(void *user, const dh_error *why) {
    cleaner *c = user;
    c->report(c->report_user, why->msg);
}

static void start_file(cleaner *c, const char *target) {
    c->target = target;
    c->out.fd = -1;
    c->bytes_in = 0;
    c->records = false;
    c->why = 0;
    c->join.written = c->join.line_open = false;
    if (c->join.text.cap > CLEANER_KEEP_BYTES) join_clear(&c->join);
}

/* All pages of the open source to the output, which is empty if nothing is left of them. */
static dh_status pass_pages(cleaner *c, const dh_options *page, join_result *pages, dh_error *why) {
    dh_status st = join_source(&c->join, page, read_source, c, pages, why);
    bool keep = !st && (!pages->failures || c->records);
    if (keep) st = write_target(c, DH_VIEW(""), why);
    if (!st) return close_target(c, keep, why);
    close_target(c, false, NULL);
    return st;
}

dh_status cleaner_file(cleaner *c, const char *path, const char *target, bool follow, cleaned *result, dh_error *err) {
    dh_error why = {0};
    join_result pages;
    *result = (cleaned){0};
    start_file(c, target);
    const char *what = open_source(c, path, follow);
    if (what) {
        result->failures = 1;
        c->report(c->report_user, what);
        return DH_OK;
    }
    dh_options page = *c->opt->page;
    page.encoding = source_encoding(path);
    dh_status st = pass_pages(c, &page, &pages, &why);
    close(c->in.fd);
    *result = (cleaned){pages.failures, pages.words, c->bytes_in};
    if (!st) return DH_OK;
    if (ends_the_run(c->why)) return err_set(err, st, 0, "%s", why.msg);
    result->failures++;
    dh_error shown;
    err_set(&shown, st, 0, "its output cannot be written: %s", why.msg);
    c->report(c->report_user, shown.msg);
    return DH_OK;
}

void cleaner_init(cleaner *c, const folder_options *opt, void (*report)(void *user, const char *what),
                  void *report_user) {
    *c = (cleaner){.opt = opt, .report = report, .report_user = report_user, .out.fd = -1, .in.fd = -1};
    join_init(&c->join, opt->ctx, opt->page->max_memory);
    c->join.render = render;
    c->join.write = write_target;
    c->join.fail = page_failed;
    c->join.render_user = c->join.write_user = c->join.fail_user = c;
    c->join.separator = opt->separator;
}

void cleaner_clear(cleaner *c) { join_clear(&c->join); }
