/* Performs requests with libcurl and keeps what comes within limits. Redirects are taken here and not by libcurl, so
 * that each address is looked at before it is opened; records and messages are left to others. */
#include "transfer.h"

#include "address.h"
#include "guard.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

/* Browsers stop at 256 KiB and more; libcurl lets no line be longer than 100 KiB. */
#define TRANSFER_HEAD_BYTES ((size_t)256 << 10)
/* So much of a redirect's own page is read for the sake of the connection, then it is cut. */
#define TRANSFER_REDIRECT_BYTES ((size_t)64 << 10)
/* A transfer that waits for its next address keeps no larger room than this. */
#define TRANSFER_KEPT_BYTES ((size_t)1 << 20)
/* The floor on speed. */
#define TRANSFER_LOW_BYTES_S 100L
#define TRANSFER_LOW_TIME_S  10L
/* The two clocks, that of libcurl and ours here, may differ by so much when a time limit strikes. */
#define TRANSFER_TICK_MS 100

struct transfer {
    fetch_settings opt;
    transfer_reach reach;
    bool was_special, was_public; /* a public server was asked for this address */
    bool opened;                  /* a socket was opened for this request */
    char refused_ip[NI_MAXHOST];  /* else one that was refused, and why */
    const char *refused_why;
    CURL *easy;
    struct curl_slist *headers, *own_headers; /* for any server; for that of the address itself */
    struct curl_slist *asking;                /* of a request that asks for what has changed */
    const transfer_known *known;
    CURLU *address;
    dh_buf url, head, body, request;
    dh_buf origin, other; /* of the address itself; of the one in hand */
    bool head_done, head_large, body_large, body_cut, redirect_cut, other_type, pages_only, no_memory, fresh, performed, conditional;
    size_t redirects, redirect_bytes, cut_at; /* cut_at: 0 for never */
    long status;
    int64_t begun_ms; /* monotonic */
    time_t date;
    char detail[CURL_ERROR_SIZE];
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what libcurl hands over ---------------------------------------------------------------------------------- */

/* True for lines of a request that are not to be kept: who reads a page's record is not meant to come in where its reader did. */
static bool is_secret(dh_view line) {
    static const dh_view names[] = {DH_LIT("authorization:"), DH_LIT("proxy-authorization:"), DH_LIT("cookie:")};
    bool secret = false;
    for (size_t i = 0; i < DH_COUNT(names); i++) secret |= view_starts_nocase(line, names[i]);
    return secret;
}

/* Called for what libcurl does; of that, the header of each request. The last one counts: before it may be those to a proxy. */
static int take_request(CURL *easy, curl_infotype type, char *ptr, size_t len, void *user) {
    transfer *t = user;
    if (type != CURLINFO_HEADER_OUT) return 0;
    t->request.len = 0;
    for (const char *p = ptr, *end = ptr + len, *stop; p < end; p = stop) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        stop = newline ? newline + 1 : end;
        dh_view line = {p, (size_t)(stop - p)};
        if (!is_secret(line) && buf_append_view(&t->request, line)) t->request.len = 0; /* then it is not told */
    }
    return 0;
}

/* Called for each header line, also of 1xx answers and of proxies, and for trailers. */
static size_t take_header(char *ptr, size_t size, size_t count, void *user) {
    transfer *t = user;
    dh_view line = {ptr, size * count};
    bool first = view_starts(line, DH_VIEW("HTTP/"));
    if (t->head_done && (!first || t->body.len)) return line.len; /* a trailer says nothing that is kept */
    if (t->head_done) {
        t->head.len = 0;
        t->head_done = false;
    }
    if (view_trim(line).len == 0) {
        t->head_done = true;
        return line.len;
    }
    dh_status st = buf_append_view(&t->head, line);
    t->head_large = st == DH_ERR_LIMIT;
    t->no_memory = st == DH_ERR_NOMEM;
    return st ? 0 : line.len;
}

static bool is_redirect_status(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* True if the answer says by its type to be something else than a page. What says nothing may be one. */
static bool is_other_type(const transfer *t) {
    static const dh_view pages[] = {DH_LIT("text/html"), DH_LIT("application/xhtml+xml"), DH_LIT("text/plain")};
    struct curl_header *h = NULL;
    if (curl_easy_header(t->easy, "Content-Type", 0, CURLH_HEADER, -1, &h)) return false;
    dh_view type = view_trim(view_of(h->value)); /* libcurl's strings end in NUL */
    bool other = type.len > 0;
    for (size_t i = 0; i < DH_COUNT(pages); i++) other &= !view_starts_nocase(type, pages[i]);
    return other;
}

bool transfer_is_page(const transfer *t) { return !is_other_type(t); }

bool transfer_stayed_inside(const transfer *t) { return t->was_special && !t->was_public; }

/* Called for each decoded piece of the body. */
static size_t take_body(char *ptr, size_t size, size_t count, void *user) {
    transfer *t = user;
    dh_view piece = {ptr, size * count};
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (is_redirect_status(status)) {
        t->redirect_bytes += piece.len;
        t->redirect_cut = t->redirect_bytes > TRANSFER_REDIRECT_BYTES;
        return t->redirect_cut ? 0 : piece.len;
    }
    if (t->pages_only && !t->body.len && is_other_type(t)) {
        t->other_type = true;
        return 0;
    }
    t->body_cut = t->cut_at && piece.len > t->cut_at - t->body.len;
    if (t->body_cut) piece.len = t->cut_at - t->body.len;
    dh_status st = buf_append_view(&t->body, piece);
    t->body_large = st == DH_ERR_LIMIT;
    t->no_memory = st == DH_ERR_NOMEM;
    return st || t->body_cut ? 0 : piece.len;
}

/* Called for each connection, with the IP address that it will go to: what names and spellings came before does not
 * matter, and no second answer of a name server can come between. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to) {
    transfer *t = user;
    const char *range = guard_range(&to->addr);
    bool refused = range && (t->reach == TRANSFER_PUBLIC || (t->reach == TRANSFER_NOT_FROM_OUT && t->was_public));
    if (refused) {
        t->refused_why = range;
        if (getnameinfo(&to->addr, to->addrlen, t->refused_ip, sizeof t->refused_ip, NULL, 0, NI_NUMERICHOST))
            t->refused_ip[0] = 0;
        return CURL_SOCKET_BAD;
    }
    if (range) t->was_special = true;
    if (!range) t->was_public = true;
    t->opened = true;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- set-up --------------------------------------------------------------------------------------------------- */

/* Settings for all requests. Without --proxy it comes from the usual environment variables; netrc is never read, and a redirect
 * carries no password along, as the address is set anew. Cookies live as long as the address, but for those of --cookies: some
 * sites go round in circles for who keeps none. */
static bool set_up(transfer *t) {
    CURL *c = t->easy;
    CURLcode code = curl_easy_setopt(c, CURLOPT_PRIVATE, t);
    if (!code) code = curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    if (!code) code = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!code) code = curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    if (!code) code = curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    if (!code) code = curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (!code) code = curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    if (!code) code = curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (!code) code = curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
    if (!code) code = curl_easy_setopt(c, CURLOPT_COOKIEFILE, t->opt.cookies ? t->opt.cookies : "");
    if (!code && t->opt.proxy) code = curl_easy_setopt(c, CURLOPT_PROXY, t->opt.proxy);
    if (!code && t->opt.ca) code = curl_easy_setopt(c, CURLOPT_CAINFO, t->opt.ca);
    if (!code && t->opt.insecure) code = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    if (!code && t->opt.insecure) code = curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    if (!code) code = curl_easy_setopt(c, CURLOPT_USERAGENT, t->opt.user_agent);
    if (!code) code = curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)t->opt.connect_timeout_s * 1000);
    if (!code) code = curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, TRANSFER_LOW_BYTES_S);
    if (!code) code = curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, TRANSFER_LOW_TIME_S);
    if (!code) code = curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->opt.max_bytes);
    if (!code) code = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    if (!code) code = curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    if (!code) code = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    if (!code) code = curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    if (!code) code = curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (!code) code = curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
    if (!code) code = curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, take_request);
    if (!code) code = curl_easy_setopt(c, CURLOPT_DEBUGDATA, t);
    if (!code) code = curl_easy_setopt(c, CURLOPT_VERBOSE, 1L); /* to that function alone */
    if (!code) code = curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->detail);
    return !code;
}

static bool add_header(struct curl_slist **list, const char *line) {
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

/* What we say ourselves goes where a line of the person's says otherwise. */
static bool make_headers(transfer *t) {
    static const char accept[] = "Accept: text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.8";
    const opt_list *own = &t->opt.headers;
    bool replaced = false, ok = add_header(&t->headers, accept);
    for (size_t i = 0; i < own->count && ok; i++) {
        replaced |= view_starts_nocase(view_of(own->at[i]), DH_VIEW("accept:"));
        ok = add_header(&t->own_headers, own->at[i]);
    }
    return ok && (replaced || add_header(&t->own_headers, accept));
}

transfer *transfer_new(const fetch_settings *opt, transfer_reach reach) {
    transfer *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->opt = *opt;
    t->reach = reach;
    dh_buf_init(&t->url, 0);
    dh_buf_init(&t->origin, 0);
    dh_buf_init(&t->other, 0);
    dh_buf_init(&t->head, TRANSFER_HEAD_BYTES);
    dh_buf_init(&t->request, TRANSFER_HEAD_BYTES);
    dh_buf_init(&t->body, opt->max_bytes);
    t->easy = curl_easy_init();
    if (t->easy && make_headers(t) && set_up(t)) return t;
    transfer_free(t);
    return NULL;
}

void transfer_free(transfer *t) {
    if (!t) return;
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->own_headers);
    curl_slist_free_all(t->asking);
    curl_url_cleanup(t->address);
    dh_buf_clear(&t->url);
    dh_buf_clear(&t->origin);
    dh_buf_clear(&t->other);
    dh_buf_clear(&t->head);
    dh_buf_clear(&t->request);
    dh_buf_clear(&t->body);
    free(t);
}

void transfer_cut_at(transfer *t, size_t bytes) {
    t->cut_at = bytes < t->opt.max_bytes ? bytes : t->opt.max_bytes;
    curl_easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)0); /* what is said to be longer is cut as well */
}

void transfer_pages_only(transfer *t) { t->pages_only = true; }

dh_view transfer_url(const transfer *t) { return dh_buf_view(&t->url); }

const char *transfer_text(const transfer *t) { return t->url.ptr ? t->url.ptr : ""; }

CURL *transfer_easy(transfer *t) { return t->easy; }

static bool out_of_time(const transfer *t, fetch_fault *fault) {
    return fault_set(fault, FAULT_TIME, "timed out after %zu s (--fetch-timeout)", t->opt.timeout_s);
}

/* The headers of the request: with those that ask for what has changed, if its address is the one that the known page had. NULL
 * without memory. */
static struct curl_slist *choose_headers(transfer *t, bool own) {
    const struct curl_slist *usual = own ? t->own_headers : t->headers;
    const transfer_known *k = t->known;
    dh_buf line;
    t->conditional = k && (*k->etag || *k->modified) && view_is(dh_buf_view(&t->url), view_of(k->url));
    if (!t->conditional) return own ? t->own_headers : t->headers;
    curl_slist_free_all(t->asking);
    t->asking = NULL;
    dh_buf_init(&line, 0);
    bool ok = true;
    for (; ok && usual; usual = usual->next) ok = add_header(&t->asking, usual->data);
    const char *const names[] = {"If-None-Match", "If-Modified-Since"}, *const values[] = {k->etag, k->modified};
    for (size_t i = 0; ok && i < DH_COUNT(names); i++) {
        line.len = 0;
        if (*values[i]) ok = !buf_printf(&line, "%s: %s%c", names[i], values[i], 0) && add_header(&t->asking, line.ptr);
    }
    dh_buf_clear(&line);
    return ok ? t->asking : NULL;
}

/* Sets up the request for `address`, which it takes. What is left of the whole time is this request's. */
static bool set_request(transfer *t, CURLU *address, fetch_fault *fault) {
    curl_url_cleanup(t->address);
    t->address = address;
    t->url.len = t->head.len = t->body.len = t->request.len = t->redirect_bytes = 0;
    t->head_done = t->head_large = t->body_large = t->body_cut = t->redirect_cut = t->other_type = t->no_memory = t->fresh = t->performed = false;
    t->detail[0] = 0;
    t->opened = false;
    t->refused_why = NULL;
    t->date = time(NULL);
    if (!address_text(address, &t->url, fault)) return false;
    if (buf_append_char(&t->url, 0)) return fault_memory(fault);
    t->url.len--; /* the NUL stands behind it */
    int64_t left_ms = (int64_t)t->opt.timeout_s * 1000 - (now_ms() - t->begun_ms);
    if (left_ms <= 0) return out_of_time(t, fault);
    if (address_origin(address, t->redirects ? &t->other : &t->origin)) return fault_memory(fault);
    bool own = !t->redirects || view_is(dh_buf_view(&t->origin), dh_buf_view(&t->other));
    CURLcode code = curl_easy_setopt(t->easy, CURLOPT_CURLU, address);
    struct curl_slist *headers = choose_headers(t, own);
    if (!headers) return fault_memory(fault);
    if (!code) code = curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, headers);
    if (!code) code = curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
    /* A connection that is still there would be used without a look at where it goes. */
    bool look = t->reach == TRANSFER_NOT_FROM_OUT && t->was_special && t->was_public;
    if (!code) code = curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, look ? 1L : 0L);
    return !code || fault_from_curl(fault, (int)code, "");
}

bool transfer_begin(transfer *t, dh_view address, const transfer_known *known, fetch_fault *fault) {
    t->known = known;
    t->redirects = 0;
    t->status = 0;
    t->was_special = t->was_public = false;
    t->url.len = t->body.len = 0;
    t->performed = false;
    t->begun_ms = now_ms();
    if (t->body.cap > TRANSFER_KEPT_BYTES) dh_buf_clear(&t->body);
    curl_easy_setopt(t->easy, CURLOPT_COOKIELIST, "ALL"); /* forgets them: they live as long as an address */
    if (t->opt.cookies) curl_easy_setopt(t->easy, CURLOPT_COOKIELIST, "RELOAD");
    CURLU *parsed = address_new(address, fault);
    return parsed && set_request(t, parsed, fault);
}

/* ---- what came of it ------------------------------------------------------------------------------------------ */

/* Which of the time limits was it? */
static bool explain_time(const transfer *t, fetch_fault *fault) {
    curl_off_t connected_us = 0;
    int64_t elapsed_ms = now_ms() - t->begun_ms;
    if (elapsed_ms + TRANSFER_TICK_MS >= (int64_t)t->opt.timeout_s * 1000) return out_of_time(t, fault);
    curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    if (!connected_us)
        return fault_set(fault, FAULT_TIME, "no connection within %zu s (--connect-timeout)", t->opt.connect_timeout_s);
    return fault_set(fault, FAULT_TIME, "too slow: less than %ld bytes/s over %ld s", TRANSFER_LOW_BYTES_S,
                     TRANSFER_LOW_TIME_S);
}

static bool explain_connect(const transfer *t, fetch_fault *fault) {
    long os = 0;
    if (t->refused_why && !t->opened)
        return fault_set(fault, FAULT_REFUSED, "refused address %s: %s", t->refused_ip, t->refused_why);
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os);
    if (os == ECONNREFUSED) return fault_set(fault, FAULT_CONNECT, "connection refused");
    const char *why = os ? strerrordesc_np((int)os) : NULL;
    return fault_set(fault, FAULT_CONNECT, "could not connect%s%s", why ? ": " : "", why ? why : "");
}

static bool explain_encoding(const transfer *t, fetch_fault *fault) {
    struct curl_header *h = NULL;
    const char *name = "";
    if (curl_easy_header(t->easy, "Content-Encoding", 0, CURLH_HEADER, -1, &h) == CURLHE_OK) name = h->value;
    /* libcurl has one code for both; only its words tell them apart. */
    bool unknown = view_starts((dh_view){t->detail, strlen(t->detail)}, DH_VIEW("Unrecognized"));
    return fault_set(fault, FAULT_ENCODING,
                     unknown ? "unknown content encoding '%.40s'" : "broken content encoding '%.40s'", name);
}

/* libcurl's own words, where they say more than ours: what is wrong with a certificate. */
static const char *detail_of(const transfer *t, CURLcode code) {
    dh_view all = {t->detail, strlen(t->detail)}, prefix = DH_LIT("SSL certificate problem: "), ssl = DH_LIT("SSL: ");
    if (code != CURLE_PEER_FAILED_VERIFICATION) return "";
    if (view_starts(all, prefix)) return t->detail + prefix.len;
    return view_starts(all, ssl) ? t->detail + ssl.len : t->detail;
}

static bool explain_type(const transfer *t, fetch_fault *fault) {
    struct curl_header *h = NULL;
    bool found = curl_easy_header(t->easy, "Content-Type", 0, CURLH_HEADER, -1, &h) == CURLHE_OK;
    return fault_set(fault, FAULT_TYPE, "no page but %.60s", found ? h->value : "something else");
}

static bool explain(const transfer *t, CURLcode code, fetch_fault *fault) {
    /* libcurl calls a header line beyond its own bound a lack of memory. */
    bool head_large = t->head_large || (code == CURLE_OUT_OF_MEMORY && !t->head_done && t->head.len);
    if (t->no_memory) return fault_memory(fault);
    if (t->other_type) return explain_type(t, fault);
    if (head_large) return fault_set(fault, FAULT_LIMIT, "header larger than %zu bytes", TRANSFER_HEAD_BYTES);
    if (t->body_large || code == CURLE_FILESIZE_EXCEEDED)
        return fault_set(fault, FAULT_LIMIT, "larger than %zu bytes (--fetch-max-bytes)", t->opt.max_bytes);
    if (code == CURLE_HTTP_RETURNED_ERROR) return fault_from_status(fault, t->status);
    if (code == CURLE_OPERATION_TIMEDOUT) return explain_time(t, fault);
    if (code == CURLE_COULDNT_CONNECT) return explain_connect(t, fault);
    if (code == CURLE_BAD_CONTENT_ENCODING) return explain_encoding(t, fault);
    return fault_from_curl(fault, (int)code, detail_of(t, code));
}

/* A failure behind a redirect names the address that failed: it is not the one that was asked for. */
static transfer_step failed(const transfer *t, fetch_fault *fault) {
    if (t->redirects) fault_add(fault, " (redirected to %.*s)", (int)(t->url.len > 200 ? 200 : t->url.len), t->url.ptr);
    return TRANSFER_FAILED;
}

/* The Location of a redirect; empty if there is none. Lent by libcurl. */
static dh_view find_location(const transfer *t) {
    struct curl_header *h = NULL;
    bool found = curl_easy_header(t->easy, "Location", 0, CURLH_HEADER, -1, &h) == CURLHE_OK;
    return found ? view_trim((dh_view){h->value, strlen(h->value)}) : (dh_view){"", 0};
}

static transfer_step follow(transfer *t, dh_view location, fetch_fault *fault) {
    if (t->redirects == t->opt.max_redirects) {
        fault_set(fault, FAULT_REDIRECT, "more than %zu redirects (--max-redirects)", t->opt.max_redirects);
        return failed(t, fault);
    }
    CURLU *next = address_follow(t->address, location, fault);
    if (!next) {
        fault_add(fault, ", in a redirect");
        return failed(t, fault);
    }
    t->redirects++;
    return set_request(t, next, fault) ? TRANSFER_AGAIN : failed(t, fault);
}

/* True if the request went into a connection of an earlier one that the server had closed meanwhile: it is to be made
 * again, once, over one of its own. libcurl does that by itself, but five times at most for all requests of a handle,
 * and a chain of redirects may be longer. */
static bool again_fresh(transfer *t, CURLcode code) {
    long connects = 1;
    if (code != CURLE_RECV_ERROR && code != CURLE_SEND_ERROR && code != CURLE_GOT_NOTHING) return false;
    if (t->fresh || t->head.len || curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects) || connects)
        return false;
    t->fresh = true;
    return !curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

transfer_step transfer_end(transfer *t, CURLcode code, fetch_fault *fault) {
    t->performed = true;
    if (again_fresh(t, code)) return TRANSFER_AGAIN;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->status);
    /* How the page of a redirect ends does not matter. */
    bool redirect = t->head_done && is_redirect_status(t->status) && code != CURLE_OPERATION_TIMEDOUT && !t->no_memory;
    dh_view location = redirect ? find_location(t) : (dh_view){"", 0};
    if (redirect && location.len) return follow(t, location, fault);
    if (redirect)
        fault_set(fault, FAULT_REDIRECT, "HTTP status %ld without an address to go to", t->status);
    else if (code && !t->body_cut)
        explain(t, code, fault);
    else if (!t->head_done)
        fault_set(fault, FAULT_BROKEN, "truncated: the connection closed within the header");
    else if (t->conditional && t->status == 304)
        return TRANSFER_SAME;
    else if (t->status < 200 || t->status > 299)
        fault_from_status(fault, t->status);
    else
        return TRANSFER_DONE;
    return failed(t, fault);
}

transfer_result transfer_get(const transfer *t) {
    char *ip = NULL;
    transfer_result r = {dh_buf_view(&t->url), {"", 0}, dh_buf_view(&t->head), dh_buf_view(&t->body), dh_buf_view(&t->request), t->date};
    if (!curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip) && ip) r.ip = (dh_view){ip, strlen(ip)};
    return r;
}

static int64_t phase_ms(const transfer *t, CURLINFO info) {
    curl_off_t us = 0;
    if (t->performed) curl_easy_getinfo(t->easy, info, &us);
    return us / 1000;
}

transfer_facts transfer_tell(const transfer *t) {
    curl_off_t after_s = 0;
    if (t->performed) curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &after_s);
    return (transfer_facts){.url = dh_buf_view(&t->url),
                            .status = t->status,
                            .redirects = t->redirects,
                            .bytes = t->body.len,
                            .dns_ms = phase_ms(t, CURLINFO_NAMELOOKUP_TIME_T),
                            .connect_ms = phase_ms(t, CURLINFO_CONNECT_TIME_T),
                            .tls_ms = phase_ms(t, CURLINFO_APPCONNECT_TIME_T),
                            .first_ms = phase_ms(t, CURLINFO_STARTTRANSFER_TIME_T),
                            .ms = now_ms() - t->begun_ms,
                            .retry_after_s = after_s};
}
