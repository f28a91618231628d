/* One file to one output, both open: lets the pages through, and says whether what it wrote is whole. Where outputs stand is
 * the parent's affair (handed.c). */
#include "cleaner.h"

#include "handed.h"
#include "hooks.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/* Room that one large page needed is given back before the next. */
#define CLEANER_KEEP_BYTES ((size_t)4 << 20)

static dh_status read_source(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    cleaner *c = user;
    dh_status st = source_read(&c->in, buf, cap, got, err);
    if (!st && !c->bytes_in) hooks_obey((dh_view){buf, *got}, c->file->attempt);
    c->bytes_in += *got;
    return st;
}

static dh_status write_target(void *user, dh_view bytes, dh_error *err) {
    cleaner *c = user;
    if (c->capture) return buf_append_view(c->capture, bytes) ? err_set(err, DH_ERR_NOMEM, 0, "out of memory") : DH_OK;
    dh_status st = source_write_all(c->file->out, bytes, NULL, err);
    if (st) c->why = errno;
    SHA256Update(&c->digest, (const uint8_t *)bytes.ptr, bytes.len);
    c->bytes_out += bytes.len;
    return st;
}

/* What may be followed. */
static dh_status put_links(cleaner *c, const dh_page *page, dh_error *err) {
    dh_link_list *links = NULL;
    dh_link link;
    if (!c->opt->follow) return DH_OK;
    dh_status st = dh_page_links(page, &links, err);
    for (size_t i = 0; !st && dh_link_list_get(links, i, &link); i++) {
        if (link.rel & DH_REL_NOFOLLOW) continue;
        if (buf_append_view(&c->links, link.url) || buf_append_char(&c->links, '\n')) st = err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    dh_link_list_free(links);
    return st;
}

static dh_status render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    cleaner *c = user;
    c->records |= url.len > 0;
    c->scripted = dh_page_outcome(page, NULL) == DH_OUTCOME_NEEDS_JAVASCRIPT;
    if (!url.len) url = c->parcel.url;
    dh_status st = c->capture ? DH_OK : put_links(c, page, err);
    if (!st && !c->capture) st = note_add(&c->note, page, c->opt->languages, err);
    if (st) return st;
    if (c->opt->render && !c->capture) return c->opt->render(c->opt->render_user, page, how, url, out, err);
    st = dh_page_render_as(page, how, out, err);
    if (!st && c->doubles) dedup_cut(c->doubles, c->file->item, c->parcel.number, out);
    return st;
}

static const char *page_failed(void *user, const dh_error *why) {
    cleaner *c = user;
    if (c->capture) return NULL;
    c->report(c->report_user, why->msg);
    return why->msg;
}

/* A dh_site_fn: the name to c->site, and what is known of it. */
static const dh_site *find_site(void *user, dh_view url, dh_view canonical) {
    cleaner *c = user;
    dh_view inside = c->parcel.name; /* of an archive, whose pages lie as in a folder */
    const site_clues clues = {url, canonical, view_of(c->file->path), c->file->parcel ? inside : view_of(c->file->output)};
    if (site_of(&clues, &c->site) || !c->sites) return NULL;
    return profile_site(c->sites, dh_buf_view(&c->site));
}

static bool put_string(dh_buf *out, dh_view v) {
    out->len = 0;
    return !buf_append_view(out, v) && !buf_append_char(out, 0);
}

/* Sets the options of the page in hand. A parcel's head is read first; then its page is what stands in the file. */
static dh_status page_options(cleaner *c, dh_options *page, dh_error *err) {
    const parcel *p = &c->parcel;
    *page = *c->opt->page;
    page->encoding = source_encoding(c->file->path);
    if (!c->file->parcel) return DH_OK;
    dh_status st = parcel_read(c->file->in, &c->parcel, &c->head, err);
    if (st) return st;
    if (!put_string(&c->url, p->url) || !put_string(&c->charset, p->charset)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (!put_string(&c->id, p->id)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    c->shown.len = 0;
    if (p->name.len && (buf_printf(&c->shown, "%s/", c->file->path) || buf_append_view(&c->shown, p->name) || buf_append_char(&c->shown, 0)))
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    if (p->name.len) c->join.how.source = c->shown.ptr;
    page->encoding = source_encoding(p->name.len ? c->shown.ptr : "");
    c->join.number = (size_t)p->number;
    c->join.how.id = p->id.len ? c->id.ptr : NULL;
    if (p->url.len) page->url = c->url.ptr;
    if (p->charset.len) page->http_charset = c->charset.ptr;
    if (p->decoded) page->charset = "utf-8";
    if (p->from != DH_FROM_AUTO && page->from == DH_FROM_AUTO) page->from = p->from;
    return DH_OK;
}

static void start_file(cleaner *c, const cleaner_file *file) {
    c->file = file;
    c->parcel = (parcel){.name = {"", 0}, .url = {"", 0}};
    c->in = (source){file->in, NULL};
    c->bytes_in = c->bytes_out = c->links.len = 0;
    c->note = (page_note){.noted = 0};
    c->records = c->scripted = false;
    c->why = 0;
    c->join.written = c->join.line_open = c->join.many = false;
    c->join.how.source = file->path;
    c->join.how.id = NULL; /* only lines of JSON have one */
    c->join.number = 0;
    SHA256Init(&c->digest);
    if (c->join.text.cap > CLEANER_KEEP_BYTES) join_clear(&c->join);
}

/* Links go behind the record that they are of (follow.h); where they cannot, there are none. */
static dh_status close_file(cleaner *c, dh_status st, dh_error *why) {
    if (c->links.len) (void)!source_write_all(c->in.fd, dh_buf_view(&c->links), NULL, why);
    close(c->in.fd);
    if (c->capture) return st; /* there is more to be written */
    if (!close(c->file->out) || st) return st;
    c->why = errno; /* some file systems write no earlier */
    return err_system(why);
}

/* All pages of the source to the output, which is empty if nothing is left of them. */
static dh_status pass_pages(cleaner *c, join_result *pages, dh_error *why) {
    dh_options page;
    *pages = (join_result){0};
    dh_status st = page_options(c, &page, why);
    if (st) { /* captured pages have no one to tell */
        if (!c->capture) c->report(c->report_user, why->msg);
        pages->failures++;
        return close_file(c, DH_OK, why);
    }
    if (c->sites) {
        page.site = find_site;
        page.site_user = c;
    }
    st = join_source(&c->join, &page, read_source, c, pages, why);
    if (!st) st = join_end(&c->join, why);
    return close_file(c, st, why);
}

static size_t now_ms(void) {
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) ? 0 : (size_t)t.tv_sec * 1000 + (size_t)t.tv_nsec / 1000000;
}

dh_status cleaner_clean(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err) {
    dh_error why = {0};
    join_result pages;
    size_t from = now_ms();
    start_file(c, file);
    dh_status st = pass_pages(c, &pages, &why);
    *result = (cleaned){.failures = pages.failures, .pages = pages.pages, .words = pages.words, .bytes_out = c->bytes_out, .scripted = c->scripted};
    result->keep = !st && (!pages.failures || c->records || c->opt->lines); /* among lines a failure has its own */
    result->note = c->note;
    SHA256Final(result->digest, &c->digest);
    result->ms = now_ms() - from;
    if (!st) return DH_OK;
    if (handed_ends_run(c->why)) return err_set(err, st, 0, "%s", why.msg);
    result->failures++;
    dh_error shown;
    err_set(&shown, st, 0, HANDED_NO_OUTPUT, why.msg);
    c->report(c->report_user, shown.msg);
    return DH_OK;
}

/* ---- sketches -------------------------------------------------------------------------------------------------------- */

static dh_status put_record(cleaner *c, const dh_page *page, dh_error *err) {
    uint64_t digest;
    c->blocks.len = c->join.text.len = 0;
    dh_status st = dh_page_sketch(page, &digest, &c->blocks, err);
    if (st || !c->blocks.len || !c->site.len) return st;
    const profile_page record = {dh_buf_view(&c->site), digest, dh_buf_view(&c->blocks)};
    if (profile_put(&c->join.text, &record)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return write_target(c, dh_buf_view(&c->join.text), err);
}

static dh_status put_records(cleaner *c, dh_reader *reader, size_t *pages, dh_error *err) {
    for (;;) {
        dh_page *page = NULL;
        c->site.len = 0;
        dh_status st = dh_reader_next(reader, &page, NULL);
        if (!st && !page) return DH_OK;
        if (st) continue; /* it is heard of when it is to be cleaned */
        st = put_record(c, page, err);
        dh_page_free(page);
        if (st) return st;
        ++*pages;
    }
}

dh_status cleaner_sketch(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err) {
    dh_options page;
    dh_reader *reader = NULL;
    start_file(c, file);
    *result = (cleaned){0};
    dh_status st = page_options(c, &page, err);
    if (st) return close_file(c, DH_OK, err);
    page.unjudged = true;
    page.site = find_site;
    page.site_user = c;
    st = dh_reader_new(c->opt->ctx, &page, read_source, c, &reader, err);
    if (!st) st = put_records(c, reader, &result->pages, err);
    dh_reader_free(reader);
    result->bytes_out = c->bytes_out;
    return close_file(c, st, err);
}

/* ---- duplicates ------------------------------------------------------------------------------------------------------ */

static dh_status put_digest(cleaner *c, dh_error *err) {
    c->join.text.len = 0;
    dh_status st = dedup_put(c->opt->dedup, dh_buf_view(c->capture), c->parcel.url, &c->join.text);
    c->capture = NULL;
    if (st) return err_set(err, st, 0, "out of memory");
    return write_target(c, dh_buf_view(&c->join.text), err);
}

dh_status cleaner_digest(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err) {
    dh_buf text;
    join_result pages;
    const dh_rendering how = c->join.how;
    *result = (cleaned){0};
    dh_buf_init(&text, c->opt->page->max_memory);
    start_file(c, file);
    c->capture = &text;
    c->join.how = (dh_rendering){.format = DH_TO_TEXT};
    dh_status st = pass_pages(c, &pages, err);
    if (!st && !pages.failures) st = put_digest(c, err);
    c->capture = NULL;
    c->join.how = how;
    dh_buf_clear(&text);
    close(file->out);
    return st;
}

/* ---- links ------------------------------------------------------------------------------------------------------------ */

dh_status cleaner_links(cleaner *c, const cleaner_file *file, cleaned *result, dh_error *err) {
    dh_options page = *c->opt->page;
    dh_reader *reader = NULL;
    dh_page *next = NULL;
    start_file(c, file);
    *result = (cleaned){0};
    page.unjudged = true;
    dh_status st = dh_reader_new(c->opt->ctx, &page, read_source, c, &reader, err);
    while (!st && !dh_reader_next(reader, &next, NULL) && next) {
        st = put_links(c, next, err);
        dh_page_free(next);
    }
    dh_reader_free(reader);
    return close_file(c, st, err);
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

void cleaner_init(cleaner *c, const folder_options *opt, profile *sites, void (*report)(void *user, const char *what),
                  void *report_user) {
    *c = (cleaner){.opt = opt, .sites = sites, .report = report, .report_user = report_user};
    dh_buf_init(&c->site, 0);
    dh_buf_init(&c->blocks, 0);
    dh_buf_init(&c->head, 0);
    dh_buf_init(&c->url, 0);
    dh_buf_init(&c->charset, 0);
    dh_buf_init(&c->id, 0);
    dh_buf_init(&c->shown, 0);
    dh_buf_init(&c->links, opt->page->max_memory);
    join_init(&c->join, opt->ctx, opt->page->max_memory);
    c->join.renderer = (join_renderer){render, c};
    c->join.write = write_target;
    c->join.fail = page_failed;
    c->join.write_user = c->join.fail_user = c;
    c->join.separator = opt->separator;
    c->join.how = opt->how;
}

void cleaner_clear(cleaner *c) {
    join_clear(&c->join);
    dh_buf_clear(&c->site);
    dh_buf_clear(&c->blocks);
    dh_buf_clear(&c->head);
    dh_buf_clear(&c->url);
    dh_buf_clear(&c->charset);
    dh_buf_clear(&c->id);
    dh_buf_clear(&c->shown);
    dh_buf_clear(&c->links);
}
