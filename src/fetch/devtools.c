/* The DevTools protocol as far as one page needs it: messages of JSON with a NUL behind each. SQLite reads and writes the JSON. Neither the
 * page's scripts nor what they have made of the page's own functions take part in taking its text. */
#include "devtools.h"

#include "base/options.h"
#include "warc.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVTOOLS_READ_BYTES ((size_t)64 << 10)
/* JSON may escape each byte of a text as six; SQLite takes no more than the last. */
#define DEVTOOLS_ESCAPED    6
#define DEVTOOLS_MORE_BYTES ((size_t)1 << 20)
#define DEVTOOLS_MOST_BYTES ((size_t)1000000000)
/* A page that goes elsewhere while its text is taken is asked again. */
#define DEVTOOLS_TAKES 5

/* What an answer is to. A message's number is this, and how many came before it times ASK_KINDS. */
typedef enum { ASK_TARGET, ASK_SESSION, ASK_SETTING, ASK_PAGE, ASK_DOCUMENT, ASK_TEXT, ASK_KINDS } ask;

struct devtools {
    int to, from;
    const char *url;
    size_t max_bytes;
    devtools_stage stage;
    fetch_fault *fault;
    dh_buf raw; /* read, from `at` on not yet used, up to `seen` without a NUL */
    size_t at, seen;
    sqlite3 *db;
    sqlite3_stmt *write, *read;
    dh_buf target, session, loader, last_url, text, value; /* target: also the name of its frame */
    long status;
    int said;
    unsigned takes;
    bool unreachable, begun;
};

static bool prepare(devtools *d, sqlite3_stmt **s, const char *sql) { return sqlite3_prepare_v2(d->db, sql, -1, s, NULL) == SQLITE_OK; }

devtools *devtools_new(int to, int from, const char *url, size_t max_bytes) {
    devtools *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    size_t most = max_bytes < DEVTOOLS_MOST_BYTES / DEVTOOLS_ESCAPED ? max_bytes * DEVTOOLS_ESCAPED + DEVTOOLS_MORE_BYTES : DEVTOOLS_MOST_BYTES;
    *d = (devtools){.to = to, .from = from, .url = url, .max_bytes = max_bytes};
    dh_buf *const bufs[] = {&d->target, &d->session, &d->loader, &d->last_url, &d->text, &d->value};
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_init(bufs[i], 0);
    dh_buf_init(&d->raw, most);
    int flags = fcntl(from, F_GETFL);
    /* A name that is null is left out of the object. */
    if (flags >= 0 && !fcntl(from, F_SETFL, flags | O_NONBLOCK) && sqlite3_open(":memory:", &d->db) == SQLITE_OK &&
        prepare(d, &d->write, "SELECT json_patch(json_object('id',?1,'method',?2,'params',json_patch(json(?3),json_object('url',?4))),"
                              "json_object('sessionId',?5))") &&
        prepare(d, &d->read, "SELECT json_extract(?1,?2)"))
        return d;
    devtools_free(d);
    return NULL;
}

void devtools_free(devtools *d) {
    if (!d) return;
    dh_buf *const bufs[] = {&d->raw, &d->target, &d->session, &d->loader, &d->last_url, &d->text, &d->value};
    for (size_t i = 0; i < DH_COUNT(bufs); i++) dh_buf_clear(bufs[i]);
    sqlite3_finalize(d->write);
    sqlite3_finalize(d->read);
    sqlite3_close(d->db);
    free(d);
}

dh_view devtools_url(const devtools *d) { return dh_buf_view(&d->last_url); }
dh_view devtools_text(const devtools *d) { return dh_buf_view(&d->text); }
long devtools_status(const devtools *d) { return d->status; }
bool devtools_unreachable(const devtools *d) { return d->unreachable; }

static void no_memory(devtools *d) {
    fault_memory(d->fault);
    d->stage = DEVTOOLS_FAILED;
}

/* ---- saying ------------------------------------------------------------------------------------------------------- */

static void bind_view(sqlite3_stmt *s, int i, dh_view v) {
    if (v.len) sqlite3_bind_text64(s, i, v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8);
}

/* params: an object of JSON, to which url is added if it is not NULL. A browser that is gone is found out where it is read from. */
static void say(devtools *d, ask what, const char *method, const char *params, const char *url) {
    sqlite3_stmt *s = d->write;
    if (d->stage == DEVTOOLS_FAILED) return;
    sqlite3_bind_int(s, 1, (int)what + ASK_KINDS * d->said++);
    bind_view(s, 2, view_of(method));
    bind_view(s, 3, view_of(params));
    if (url) bind_view(s, 4, view_of(url));
    bind_view(s, 5, dh_buf_view(&d->session));
    const char *text = sqlite3_step(s) == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
    if (text) (void)!warc_write(d->to, (dh_view){text, (size_t)sqlite3_column_bytes(s, 0) + 1}); /* with the NUL */
    else no_memory(d);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

static void begin_taking(devtools *d) {
    if (d->stage >= DEVTOOLS_DONE) return;
    d->stage = DEVTOOLS_TAKING;
    say(d, ASK_DOCUMENT, "DOM.getDocument", "{\"depth\":0}", NULL);
}

devtools_stage devtools_take(devtools *d, fetch_fault *fault) {
    d->fault = fault;
    if (d->stage < DEVTOOLS_TAKING && d->session.len) begin_taking(d);
    return d->stage;
}

/* ---- what it says ------------------------------------------------------------------------------------------------- */

/* Sets *out to the value at a path of a message, as text; empty if there is none. */
static void get(devtools *d, dh_view message, const char *path, dh_buf *out) {
    sqlite3_stmt *s = d->read;
    out->len = 0;
    bind_view(s, 1, message);
    bind_view(s, 2, view_of(path));
    int code = sqlite3_step(s);
    const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
    dh_status st = text ? dh_buf_append(out, text, (size_t)sqlite3_column_bytes(s, 0)) : DH_OK;
    if (st || code == SQLITE_NOMEM) no_memory(d);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
}

static bool has(devtools *d, dh_view message, const char *path, dh_view value) {
    get(d, message, path, &d->value);
    return view_is(dh_buf_view(&d->value), value);
}

static void open_page(devtools *d) {
    static const char *const settings[][2] = {{"Page.enable", "{}"},
                                              {"Network.enable", "{}"},
                                              {"Inspector.enable", "{}"},
                                              {"Page.setLifecycleEventsEnabled", "{\"enabled\":true}"},
                                              {"Page.setDownloadBehavior", "{\"behavior\":\"deny\"}"}};
    for (size_t i = 0; i < DH_COUNT(settings); i++) say(d, ASK_SETTING, settings[i][0], settings[i][1], NULL);
    say(d, ASK_PAGE, "Page.navigate", "{}", d->url);
}

static void fail(devtools *d, const char *why) {
    fault_set(d->fault, FAULT_BROWSER, "Chromium cannot show it: %.200s", why);
    d->stage = DEVTOOLS_FAILED;
}

static void attach(devtools *d, dh_view message) {
    char params[160];
    get(d, message, "$.result.targetId", &d->target);
    int n = snprintf(params, sizeof params, "{\"flatten\":true,\"targetId\":\"%.*s\"}", (int)d->target.len, d->target.len ? d->target.ptr : "");
    if (n >= (int)sizeof params) fail(d, "an identifier that is none");
    say(d, ASK_SESSION, "Target.attachToTarget", params, NULL);
}

static void ask_text(devtools *d, dh_view message) {
    char params[64];
    if (!d->unreachable) get(d, message, "$.result.root.documentURL", &d->last_url);
    get(d, message, "$.result.root.nodeId", &d->value);
    snprintf(params, sizeof params, "{\"nodeId\":%.*s}", d->value.len < 20 ? (int)d->value.len : 0, d->value.len ? d->value.ptr : "");
    say(d, ASK_TEXT, "DOM.getOuterHTML", params, NULL);
}

static void keep_text(devtools *d, dh_view message) {
    get(d, message, "$.result.outerHTML", &d->text);
    if (d->stage == DEVTOOLS_FAILED) return;
    d->stage = DEVTOOLS_DONE;
    if (d->text.len <= d->max_bytes) return;
    fault_set(d->fault, FAULT_LIMIT, "larger than %zu bytes (--fetch-max-bytes)", d->max_bytes);
    d->stage = DEVTOOLS_FAILED;
}

/* An answer to what was said. */
static void take_answer(devtools *d, ask what, dh_view message) {
    get(d, message, "$.error.message", &d->value);
    bool bad = d->value.len != 0;
    if (bad && (what == ASK_DOCUMENT || what == ASK_TEXT) && ++d->takes < DEVTOOLS_TAKES) {
        begin_taking(d);
        return;
    }
    if (bad && what != ASK_SETTING && !buf_append_char(&d->value, 0)) fail(d, d->value.ptr);
    if (bad) return;
    switch (what) {
    case ASK_KINDS:
    case ASK_SETTING: break;
    case ASK_TARGET: attach(d, message); break;
    case ASK_SESSION:
        get(d, message, "$.result.sessionId", &d->session);
        open_page(d);
        break;
    case ASK_PAGE:
        get(d, message, "$.result.errorText", &d->value);
        if (d->value.len && !buf_append_char(&d->value, 0)) fail(d, d->value.ptr);
        break;
    case ASK_DOCUMENT: ask_text(d, message); break;
    case ASK_TEXT: keep_text(d, message); break;
    }
}

/* The page's own frame shows something else. */
static void take_navigation(devtools *d, dh_view message) {
    if (!has(d, message, "$.params.frame.id", dh_buf_view(&d->target))) return;
    get(d, message, "$.params.frame.loaderId", &d->loader);
    get(d, message, "$.params.frame.unreachableUrl", &d->last_url);
    d->unreachable = d->last_url.len != 0;
}

static void take_lifecycle(devtools *d, dh_view message) {
    if (!d->loader.len || d->stage >= DEVTOOLS_TAKING || !has(d, message, "$.params.loaderId", dh_buf_view(&d->loader))) return;
    get(d, message, "$.params.name", &d->value);
    if (view_is(dh_buf_view(&d->value), DH_VIEW("load"))) d->stage = DEVTOOLS_LOADED;
    if (view_is(dh_buf_view(&d->value), DH_VIEW("networkIdle"))) begin_taking(d);
}

static void take_response(devtools *d, dh_view message) {
    size_t status = 0;
    if (!has(d, message, "$.params.type", DH_VIEW("Document")) || !has(d, message, "$.params.frameId", dh_buf_view(&d->target))) return;
    get(d, message, "$.params.response.status", &d->value);
    if (opt_number(dh_buf_view(&d->value), false, &status)) d->status = (long)status;
}

static void take_event(devtools *d, dh_view message) {
    dh_buf name;
    dh_buf_init(&name, 0);
    get(d, message, "$.method", &name);
    dh_view v = dh_buf_view(&name);
    if (view_is(v, DH_VIEW("Page.frameNavigated"))) take_navigation(d, message);
    if (view_is(v, DH_VIEW("Page.lifecycleEvent"))) take_lifecycle(d, message);
    if (view_is(v, DH_VIEW("Network.responseReceived"))) take_response(d, message);
    if (view_is(v, DH_VIEW("Page.javascriptDialogOpening"))) say(d, ASK_SETTING, "Page.handleJavaScriptDialog", "{\"accept\":false}", NULL);
    if (view_is(v, DH_VIEW("Inspector.targetCrashed"))) fail(d, "the page crashed");
    dh_buf_clear(&name);
}

static void take_message(devtools *d, dh_view message) {
    size_t id = 0;
    get(d, message, "$.id", &d->value);
    if (d->value.len && opt_number(dh_buf_view(&d->value), false, &id)) take_answer(d, (ask)(id % ASK_KINDS), message);
    else take_event(d, message);
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* Reads what there is. False at the end. */
static bool fill(devtools *d) {
    ssize_t n;
    if (d->at) memmove(d->raw.ptr, d->raw.ptr + d->at, d->raw.len - d->at);
    d->raw.len -= d->at;
    d->seen -= d->at;
    d->at = 0;
    dh_status st = buf_reserve(&d->raw, DEVTOOLS_READ_BYTES);
    if (st == DH_ERR_LIMIT) fault_set(d->fault, FAULT_LIMIT, "larger than %zu bytes (--fetch-max-bytes)", d->max_bytes);
    if (st == DH_ERR_NOMEM) fault_memory(d->fault);
    if (st) d->stage = DEVTOOLS_FAILED;
    if (st) return false;
    do n = read(d->from, d->raw.ptr + d->raw.len, DEVTOOLS_READ_BYTES);
    while (n < 0 && errno == EINTR);
    if (n > 0) d->raw.len += (size_t)n;
    if (!n || (n < 0 && errno != EAGAIN)) {
        fault_set(d->fault, FAULT_BROWSER, "Chromium ended before the page was there");
        d->stage = DEVTOOLS_GONE;
    }
    return n > 0;
}

static void take_messages(devtools *d) {
    while (d->stage < DEVTOOLS_DONE && d->seen < d->raw.len) {
        const char *stop = memchr(d->raw.ptr + d->seen, 0, d->raw.len - d->seen);
        d->seen = stop ? (size_t)(stop - d->raw.ptr) + 1 : d->raw.len;
        if (!stop) return;
        take_message(d, (dh_view){d->raw.ptr + d->at, d->seen - 1 - d->at});
        d->at = d->seen;
    }
}

devtools_stage devtools_work(devtools *d, fetch_fault *fault) {
    d->fault = fault;
    if (!d->begun) say(d, ASK_TARGET, "Target.createTarget", "{}", "about:blank");
    d->begun = true;
    while (d->stage < DEVTOOLS_DONE && fill(d)) take_messages(d);
    return d->stage;
}
