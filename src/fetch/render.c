/* One page in Chromium: its process, its way out, what is said to it, and its time. */
#include "render.h"

#include "address.h"
#include "base/url.h"
#include "chromium.h"
#include "devtools.h"
#include "relay.h"
#include "warc.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* A page that never falls silent has so long behind the moment when all that it names is there. */
#define RENDER_SETTLE_MS 5000
/* One that is not there by then is taken as it is, this long before its time is over. */
#define RENDER_LAST_MS 3000
/* The loop looks about so often, whatever happens. */
#define RENDER_TICK_MS 250

typedef struct {
    const fetch_settings *opt;
    chromium browser;
    CURLM *multi;
    relay *relay;
    devtools *talk;
    int64_t begun_ms, loaded_ms;
} render;

static volatile sig_atomic_t stopped;

static void stop(int signal) { stopped = signal; }

static void listen_to_signals(void) {
    const int all[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < DH_COUNT(all); i++) sigaction(all[i], &(struct sigaction){.sa_handler = stop}, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* who has started us is gone */
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool set_up(render *r, const char *url, fetch_fault *fault) {
    if (!chromium_start(&r->browser, r->opt, fault)) return false;
    r->multi = curl_multi_init();
    r->relay = r->multi ? relay_new(r->browser.listener, r->multi, r->opt, r->opt->allow_private) : NULL;
    if (r->relay) r->browser.listener = -1;
    r->talk = r->relay ? devtools_new(r->browser.to, r->browser.from, url, r->opt->max_bytes) : NULL;
    return r->talk || fault_memory(fault);
}

static void clear(render *r) {
    devtools_free(r->talk);
    relay_free(r->relay);
    curl_multi_cleanup(r->multi);
    chromium_end(&r->browser);
}

/* Until something can be read or written anywhere. */
static void move_bytes(render *r) {
    struct curl_waitfd fds[RELAY_FDS + 1];
    int left;
    size_t n = relay_watch(r->relay, fds);
    fds[n++] = (struct curl_waitfd){.fd = r->browser.from, .events = CURL_WAIT_POLLIN};
    curl_multi_poll(r->multi, fds, (unsigned)n, RENDER_TICK_MS, NULL);
    curl_multi_perform(r->multi, &left);
    for (CURLMsg *m; (m = curl_multi_info_read(r->multi, &left));) relay_connected(r->relay, m->easy_handle, m->data.result);
    relay_work(r->relay);
}

static bool out_of_time(const render *r, fetch_fault *fault) {
    return fault_set(fault, FAULT_TIME, "timed out after %zu s in Chromium (--fetch-timeout)", r->opt->timeout_s);
}

/* Until the page is there; then true. */
static bool wait_for_page(render *r, fetch_fault *fault) {
    int64_t limit_ms = (int64_t)r->opt->timeout_s * 1000, last_ms = limit_ms > 2 * RENDER_LAST_MS ? limit_ms - RENDER_LAST_MS : limit_ms / 2;
    for (;;) {
        devtools_stage stage = devtools_work(r->talk, fault);
        int64_t ms = now_ms() - r->begun_ms;
        if (stage == DEVTOOLS_LOADED && !r->loaded_ms) r->loaded_ms = ms;
        bool settled = r->loaded_ms && ms - r->loaded_ms >= RENDER_SETTLE_MS;
        if (stage < DEVTOOLS_TAKING && (settled || ms >= last_ms)) stage = devtools_take(r->talk, fault);
        if (stage == DEVTOOLS_DONE) return true;
        if (stage == DEVTOOLS_GONE) chromium_explain(&r->browser, fault);
        if (stage >= DEVTOOLS_GONE) return false;
        if (ms >= limit_ms) return out_of_time(r, fault);
        if (stopped) return fault_set(fault, FAULT_BROWSER, "interrupted");
        move_bytes(r);
    }
}

/* What the page's server, or the one that a script has led to, says of it. */
static bool check_page(render *r, fetch_fault *fault) {
    dh_view url = devtools_url(r->talk);
    long status = devtools_status(r->talk);
    if (devtools_unreachable(r->talk)) {
        fault_set(fault, FAULT_BROWSER, "Chromium cannot reach %.*s", (int)(url.len < 200 ? url.len : 200), url.ptr);
        return false;
    }
    CURLU *parsed = address_new(url, fault);
    curl_url_cleanup(parsed);
    if (!parsed) return fault_add(fault, ", in Chromium");
    return status < 400 || fault_from_status(fault, status);
}

/* A server that was refused is the reason why it could not be reached. */
static bool explain(const render *r, fetch_fault *fault) {
    dh_view url = r->talk && devtools_unreachable(r->talk) ? devtools_url(r->talk) : DH_VIEW("");
    const char *why = r->relay && fault->kind == FAULT_BROWSER ? relay_refusal(r->relay, url.len ? url_host(url) : url) : NULL;
    return why ? fault_set(fault, FAULT_REFUSED, "%s, in Chromium", why) : false;
}

static bool write_page(const render *r, fetch_fault *fault) {
    dh_view url = devtools_url(r->talk);
    dh_status st = warc_write(STDOUT_FILENO, url);
    if (!st) st = warc_write(STDOUT_FILENO, DH_VIEW("\n"));
    if (!st) st = warc_write(STDOUT_FILENO, devtools_text(r->talk));
    return !st || fault_set(fault, FAULT_BROWSER, "what came of Chromium cannot be kept: %s", strerror(errno));
}

bool render_page(const fetch_settings *opt, const char *url, fetch_fault *fault) {
    render r = {.opt = opt, .begun_ms = now_ms()};
    listen_to_signals();
    bool ok = set_up(&r, url, fault) && wait_for_page(&r, fault) && check_page(&r, fault);
    if (ok) ok = write_page(&r, fault);
    else explain(&r, fault);
    clear(&r);
    return ok;
}
