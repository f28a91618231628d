/* dehusk-fetch: fetches addresses and writes them to stdout as WARC records, which dehusk reads from a pipe, or to a
 * WARC file. Pages are never parsed here. */
#include "base/option_rows.h"
#include "base/printable.h"
#include "base/progress.h"
#include "base/url.h"
#include "chromium.h"
#include "engine.h"
#include "list.h"
#include "render.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Tries of each address where there are many. */
#define TRIES_OF_LISTS 3
/* So many failures can still be seen above the summary. */
#define SAID_ABOVE 5
/* A process that shows a page to Chromium, and has not ended by itself so long after its time, is ended. */
#define RENDER_GRACE_S 20u

static void say(const char *source, const char *what) {
    dh_buf line;
    dh_buf_init(&line, 0);
    if (!printable_message(&line, "dehusk-fetch", source, what)) warc_write(STDERR_FILENO, dh_buf_view(&line));
    dh_buf_clear(&line);
}

/* A pipe that its reader has closed is a quiet end. */
static int output_result(dh_status st) {
    if (st == DH_OK || (st == DH_ERR_IO && errno == EPIPE)) return EXIT_DONE;
    say("stdout", st == DH_ERR_IO ? strerror(errno) : "out of memory");
    return EXIT_FAILED;
}

static int print_text(const fetch_values *s) {
    dh_buf text;
    dh_buf_init(&text, 0);
    dh_status st = s->help ? opt_help(&fetch_options, (opt_help_kind)s->help, &text) : buf_printf(&text, "dehusk-fetch %s\n", DH_VERSION);
    if (!st) st = warc_write(STDOUT_FILENO, dh_buf_view(&text));
    dh_buf_clear(&text);
    return output_result(st);
}

/* ---- what a person sees ------------------------------------------------------------------------------------------ */

static void show_progress(void *user, const engine_sum *sum) {
    const progress_figures f = {.unit = "pages", .done = sum->fetched + sum->left, .failed = sum->failed, .bytes = sum->bytes, .hosts = sum->hosts,
                                .total = sum->fetched + sum->failed + sum->left + sum->waiting + sum->out};
    progress_show(user, &f);
}

/* Addresses end in NUL. */
static void say_of(void *user, dh_view address, const char *what) {
    progress_clear(user);
    say(address.ptr, what);
}

/* A number in words, and behind it in brackets of what kinds they are. */
static dh_status append_kinds(dh_buf *line, size_t n, const char *what, const size_t by_kind[FAULT_KINDS]) {
    const char *between = " (";
    dh_status st = buf_printf(line, ", %zu %s", n, what);
    for (size_t i = 0; i < FAULT_KINDS && !st; i++) {
        if (!by_kind[i]) continue;
        st = buf_printf(line, "%s%zu %s", between, by_kind[i], fault_kind_name((fault_kind)i));
        between = ", ";
    }
    return st || !n ? st : buf_append_char(line, ')');
}

static void say_summary(const engine_sum *sum, size_t duplicates) {
    dh_buf line;
    dh_buf_init(&line, 0);
    dh_status st = buf_printf(&line, "%zu fetched", sum->fetched);
    if (!st && sum->kept) st = buf_printf(&line, " (%zu from the cache)", sum->kept);
    if (!st) st = append_kinds(&line, sum->failed, "failed", sum->by_kind);
    if (!st && sum->waiting + sum->out) st = buf_printf(&line, ", %zu not asked for", sum->waiting + sum->out);
    if (!st && sum->guides) st = buf_printf(&line, ", %zu sitemap%s or feed%s", sum->guides, sum->guides == 1 ? "" : "s", sum->guides == 1 ? "" : "s");
    if (!st && duplicates + sum->twice) st = buf_printf(&line, ", %zu named twice", duplicates + sum->twice);
    if (!st && sum->left) st = append_kinds(&line, sum->left, "left out", sum->left_by_kind);
    if (!st && sum->traps) st = buf_printf(&line, ", %zu links into traps", sum->traps);
    if (!st && sum->unwanted) st = buf_printf(&line, ", %zu not wanted", sum->unwanted);
    if (!st && sum->beyond) st = buf_printf(&line, ", %zu beyond --limit", sum->beyond);
    if (!st) st = buf_printf(&line, ", %.1f MB in %.1f s", (double)sum->bytes / 1e6, (double)sum->ms / 1000);
    if (!st) st = buf_append_char(&line, 0);
    if (!st) say(NULL, line.ptr);
    dh_buf_clear(&line);
}

/* The first addresses of each kind of failure, which in a long run stand far above. */
static void say_first(const engine_sum *sum) {
    dh_buf line;
    if (sum->failed <= SAID_ABOVE) return;
    dh_buf_init(&line, 0);
    for (size_t i = 0; i < FAULT_KINDS; i++) {
        size_t n = sum->by_kind[i] < ENGINE_FIRST ? sum->by_kind[i] : ENGINE_FIRST;
        line.len = 0;
        dh_status st = buf_printf(&line, "%s:", fault_kind_name((fault_kind)i));
        for (size_t k = 0; k < n && !st; k++) st = buf_printf(&line, "%s %.200s", k ? "," : "", sum->first[i][k]);
        if (!st && sum->by_kind[i] > n) st = buf_printf(&line, " and %zu more", sum->by_kind[i] - n);
        if (!st) st = buf_append_char(&line, 0);
        if (!st && n) say(NULL, line.ptr);
    }
    dh_buf_clear(&line);
}

/* ---- the run ----------------------------------------------------------------------------------------------------- */

typedef struct {
    const fetch_values *opt;
    queue *q;
    size_t named, duplicates;
    warc_sink sink;
    int log;
    cache *cache;
    links *links;
    bool done; /* no address is left */
} fetch_run;

static bool no_memory(void) {
    say(NULL, "out of memory");
    return false;
}

static bool read_list(fetch_run *r, const char *name) {
    bool from_stdin = strcmp(name, "-") == 0;
    FILE *in = from_stdin ? stdin : fopen(name, "re");
    dh_status st = in ? list_read(in, r->q, &r->named, &r->duplicates) : DH_ERR_IO;
    if (st == DH_ERR_IO) say(from_stdin ? "stdin" : name, strerror(errno));
    if (in && !from_stdin) fclose(in);
    if (!st || st == DH_ERR_IO) return !st;
    return no_memory();
}

static bool add(fetch_run *r, dh_view address, queue_kind kind) {
    bool fresh;
    if (queue_add(r->q, address, (queue_role){kind, 0}, &fresh)) return no_memory();
    r->named++;
    if (!fresh) r->duplicates++;
    return true;
}

/* A site instead of a sitemap: its robots.txt says where they are. */
static bool add_sitemap(fetch_run *r, dh_view address) {
    dh_buf spelling, rules;
    dh_buf_init(&spelling, 0);
    dh_buf_init(&rules, 0);
    dh_status st = url_normalise(address, &spelling);
    dh_view normal = dh_buf_view(&spelling), host = st ? DH_VIEW("") : url_host(normal);
    dh_view behind = host.len ? (dh_view){host.ptr + host.len, normal.len - (size_t)(host.ptr + host.len - normal.ptr)} : host;
    const char *slash = behind.len ? memchr(behind.ptr, '/', behind.len) : NULL;
    bool site = slash && slash + 1 == normal.ptr + normal.len;
    if (site) st = url_resolve(normal, DH_VIEW("/robots.txt"), &rules);
    bool ok = st == DH_ERR_NOMEM ? no_memory() : add(r, site ? dh_buf_view(&rules) : address, site ? QUEUE_ROBOTS : QUEUE_GUIDE);
    dh_buf_clear(&spelling);
    dh_buf_clear(&rules);
    return ok;
}

static bool fill_queue(fetch_run *r, char **addresses, size_t count) {
    const fetch_settings *opt = &r->opt->fetch;
    r->q = queue_new(opt->per_host, (int64_t)opt->delay_s * 1000);
    if (!r->q) return no_memory();
    for (size_t i = 0; i < count; i++)
        if (!add(r, view_of(addresses[i]), QUEUE_PAGE)) return false;
    for (size_t i = 0; i < opt->sitemaps.count; i++)
        if (!add_sitemap(r, view_of(opt->sitemaps.at[i]))) return false;
    for (size_t i = 0; i < opt->crawls.count; i++)
        if (!add(r, view_of(opt->crawls.at[i]), QUEUE_PAGE)) return false;
    for (size_t i = 0; i < opt->feeds.count; i++)
        if (!add(r, view_of(opt->feeds.at[i]), QUEUE_GUIDE)) return false;
    return !opt->urls || read_list(r, opt->urls);
}

static bool open_cache(fetch_run *r) {
    const char *folder = r->opt->fetch.cache;
    char line[100];
    uint64_t cut;
    dh_error err = {0};
    if (!folder || !*folder) return true;
    if (cache_open(folder, (int)r->opt->warc_level, (int64_t)r->opt->fetch.max_age_s, &r->cache, &cut, &err)) {
        say(folder, err.msg);
        return false;
    }
    snprintf(line, sizeof line, "%" PRIu64 " bytes behind the last whole record were cut off", cut);
    if (cut) say(folder, line);
    return true;
}

/* A WARC file that is there is never overwritten. */
static bool open_outputs(fetch_run *r) {
    r->sink = (warc_sink){STDOUT_FILENO, 0};
    r->log = -1;
    if (r->opt->fetch.log) r->log = open(r->opt->fetch.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (r->opt->fetch.log && r->log < 0) {
        say(r->opt->fetch.log, strerror(errno));
        return false;
    }
    if (r->opt->links && !(r->links = links_new((int)r->opt->links))) {
        say(NULL, "--found-links: cannot be read");
        return false;
    }
    if (!open_cache(r)) return false;
    if (!r->opt->warc) return true;
    r->sink = (warc_sink){open(r->opt->warc, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), (int)r->opt->warc_level};
    if (r->sink.fd < 0) say(r->opt->warc, strerror(errno));
    return r->sink.fd >= 0;
}

static bool fetch_all(fetch_run *r) {
    bool list = fetch_list_option(&r->opt->fetch) || r->named > 1, found = list || r->opt->found;
    bool robots = r->opt->fetch.robots == FETCH_ROBOTS_YES || (found && r->opt->fetch.robots == FETCH_ROBOTS_LISTS);
    progress line;
    engine_sum sum;
    dh_error err = {0};
    engine_job job = {.opt = r->opt,
                      .reach = r->opt->fetch.allow_private ? TRANSFER_ANY
                               : found               ? TRANSFER_PUBLIC
                                                     : TRANSFER_NOT_FROM_OUT,
                      .tries = r->opt->fetch.tries ? r->opt->fetch.tries
                               : list        ? TRIES_OF_LISTS
                                             : 1,
                      .robots = robots,
                      .sink = &r->sink,
                      .cache = r->cache,
                      .links = r->links,
                      .log = r->log,
                      .say = say_of,
                      .progress = show_progress,
                      .user = &line};
    progress_init(&line, "dehusk-fetch", NULL, r->opt->quiet || !list);
    engine_end end = engine_run(&job, r->q, &sum, &err);
    int error = errno;
    progress_clear(&line);
    bool ok = end == ENGINE_DONE && !sum.failed;
    switch (end) {
    case ENGINE_DONE: break;
    case ENGINE_NO_MEMORY: no_memory(); break;
    case ENGINE_LOG: say(r->opt->fetch.log, strerror(error)); break;
    case ENGINE_LINKS: say(NULL, "what came on --found-links is none"); break;
    case ENGINE_CACHE: say(r->opt->fetch.cache, err.msg); break;
    case ENGINE_SINK:
        ok = error == EPIPE && !r->opt->warc; /* a pipe that its reader has closed is a quiet end */
        if (!ok) say(r->opt->warc ? r->opt->warc : "stdout", strerror(error));
        if (ok) return true;
        break;
    }
    if (list && !r->opt->quiet) {
        say_summary(&sum, r->duplicates);
        say_first(&sum);
    }
    r->done = end == ENGINE_DONE;
    return ok;
}

/* --render. What goes wrong is said bare, and its kind is the exit status: browser.c reads both. */
static int show_page(const fetch_values *s, char **addresses, size_t count) {
    fetch_fault fault = {FAULT_NONE, ""};
    if (count != 1) return EXIT_USAGE;
    alarm((unsigned)s->fetch.timeout_s + RENDER_GRACE_S);
    if (render_page(&s->fetch, addresses[0], &fault)) return EXIT_DONE;
    warc_write(STDERR_FILENO, view_of(fault.text));
    return (int)fault.kind;
}

/* Some file systems tell of a full disk only when a file is closed. */
static bool close_output(int fd, const char *name) {
    if (fd < 0 || !close(fd)) return true;
    say(name, strerror(errno));
    return false;
}

static int fetch(const fetch_values *s, char **addresses, size_t count) {
    fetch_run r = {.opt = s, .sink = {-1, 0}, .log = -1};
    dh_error err = {0};
    bool ok = fill_queue(&r, addresses, count) && open_outputs(&r);
    if (ok) ok = fetch_all(&r);
    if (s->warc && !close_output(r.sink.fd, s->warc)) ok = false;
    if (!close_output(r.log, s->fetch.log)) ok = false;
    if (cache_close(r.cache, r.done, &err)) {
        say(s->fetch.cache, err.msg);
        ok = false;
    }
    links_free(r.links);
    queue_free(r.q);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

/* --list. */
static int list_cache(const char *folder) {
    cache *c = NULL;
    uint64_t cut;
    dh_buf text;
    dh_error err = {0};
    dh_buf_init(&text, 0);
    dh_status st = access(folder, F_OK) ? err_system(&err) : cache_open(folder, 1, CACHE_NO_RUN, &c, &cut, &err);
    if (!st) st = cache_list(c, &text, &err);
    if (!st) st = cache_close(c, false, &err);
    if (st) say(folder, err.msg);
    int result = st ? EXIT_FAILED : output_result(warc_write(STDOUT_FILENO, dh_buf_view(&text)));
    dh_buf_clear(&text);
    return result;
}

/* A standard descriptor that is closed would be given to a socket. stdout gets a place that cannot be written, so that
 * the record is not lost in silence. */
static void fill_descriptors(void) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(EXIT_FAILED);
}

static int usage(const char *what) {
    say(NULL, what);
    return EXIT_USAGE;
}

/* libcurl passes over files that it cannot read. NULL is no file. */
static bool can_read(const char *name) {
    if (!name || !access(name, R_OK)) return true;
    say(name, strerror(errno));
    return false;
}

/* EXIT_DONE if --browser can do what is asked for. */
static int check_browser(const fetch_values *s) {
    char path[CHROMIUM_PATH_BYTES];
    fetch_fault fault;
    if (!s->fetch.browser) return s->fetch.browser_no_sandbox ? usage("--browser-no-sandbox: is for --browser") : EXIT_DONE;
    if (s->fetch.browser == FETCH_BROWSER_AUTO && !s->links) return usage("--browser=auto: pages are judged by dehusk: dehusk --browser=auto URL");
    if (!geteuid() && !s->fetch.browser_no_sandbox) return usage("--browser: Chromium has no sandbox as root: be another user, or say --browser-no-sandbox");
    if (s->fetch.browser_no_sandbox) say(NULL, "Chromium runs without its sandbox (--browser-no-sandbox)");
    if (chromium_find(path)) return EXIT_DONE;
    chromium_missing(&fault);
    say(NULL, fault.text);
    return EXIT_FAILED;
}

static int run(int argc, char **argv) {
    fetch_values s = fetch_defaults;
    dh_error err = {0};
    size_t operands = 0;
    if (opt_parse(&fetch_options, argc, argv, &s, &operands, &err)) return usage(err.msg);
    if (s.help || s.version) return print_text(&s);
    if (s.list && !(s.fetch.cache && *s.fetch.cache)) return usage("--list: shows a --cache, and none is named");
    if (s.list) return list_cache(s.fetch.cache);
    if (!operands && !fetch_list_option(&s.fetch)) return usage("no address given (--help shows how)");
    if (s.render) return show_page(&s, argv, operands);
    if (!s.warc && isatty(STDOUT_FILENO)) return usage("stdout is a terminal: records go into a pipe, or with --warc into a file");
    if (fetch_check(&s.fetch, &err)) return usage(err.msg);
    if (s.fetch.crawls.count && !s.links) return usage("--crawl: pages are read by dehusk: dehusk --crawl URL -o OUT");
    if (!can_read(s.fetch.cookies) || !can_read(s.fetch.ca)) return EXIT_FAILED;
    int result = check_browser(&s);
    if (result) return result;
    if (s.fetch.insecure) say(NULL, "certificates are not checked (--insecure): whoever stands in between can write what comes");
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
        say(NULL, "libcurl cannot start");
        return EXIT_FAILED;
    }
    result = fetch(&s, argv, operands);
    curl_global_cleanup();
    return result;
}

int main(int argc, char **argv) {
    fill_descriptors();
    signal(SIGPIPE, SIG_IGN);
    int result = argc > 0 ? run(argc - 1, argv + 1) : EXIT_USAGE;
    /* Some file systems tell of a full disk only now. */
    if (close(STDOUT_FILENO) && result == EXIT_DONE) result = output_result(DH_ERR_IO);
    return result;
}
