/* SOCKS5 for a browser. What goes through is not looked at; where it goes is. */
#include "relay.h"

#include "guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RELAY_BYTES 16384
/* A name of 255 bytes, in brackets if it is an IPv6 address. */
#define RELAY_HOST_BYTES 260

enum { SOCKS_VERSION = 5, SOCKS_CONNECT = 1, SOCKS_IPV4 = 1, SOCKS_NAME = 3, SOCKS_IPV6 = 4 };
/* Answers (RFC 1928, 6). */
enum { SOCKS_GRANTED = 0, SOCKS_FORBIDDEN = 2, SOCKS_UNREACHABLE = 4, SOCKS_NO_COMMAND = 7, SOCKS_NO_ADDRESS = 8 };

/* Bytes on their way in one direction. */
typedef struct {
    char bytes[RELAY_BYTES];
    size_t from, to;
    bool ended; /* nothing more comes */
} half;

typedef enum { LINE_FREE = 0, LINE_GREETING, LINE_REQUEST, LINE_CONNECTING, LINE_OPEN } line_stage;

typedef struct {
    line_stage stage;
    int fd;              /* to the browser */
    CURL *easy;          /* to the server */
    CURLU *address;      /* which libcurl borrows */
    curl_socket_t server;
    half up, down;
    char host[RELAY_HOST_BYTES];
    char refused[80]; /* why, of the last address that was tried */
    bool shut;        /* the server has been told that nothing more comes */
} line;

struct relay {
    int listener;
    CURLM *multi;
    const fetch_settings *opt;
    bool anywhere;
    line *lines[RELAY_MOST]; /* made at first use */
    char refused_host[RELAY_HOST_BYTES], refused[120];
};

relay *relay_new(int listener, CURLM *multi, const fetch_settings *opt, bool anywhere) {
    relay *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    *r = (relay){.listener = listener, .multi = multi, .opt = opt, .anywhere = anywhere};
    return r;
}

static void hang_up(relay *r, line *l) {
    if (l->easy) curl_multi_remove_handle(r->multi, l->easy);
    curl_easy_cleanup(l->easy);
    curl_url_cleanup(l->address);
    if (l->stage != LINE_FREE) close(l->fd);
    l->easy = NULL;
    l->address = NULL;
    l->stage = LINE_FREE;
}

void relay_free(relay *r) {
    if (!r) return;
    for (size_t i = 0; i < RELAY_MOST; i++) {
        if (r->lines[i]) hang_up(r, r->lines[i]);
        free(r->lines[i]);
    }
    if (r->listener >= 0) close(r->listener);
    free(r);
}

const char *relay_refusal(const relay *r, dh_view host) {
    bool meant = !host.len || view_is_nocase(host, view_of(r->refused_host));
    return r->refused[0] && meant ? r->refused : NULL;
}

/* ---- where it goes ------------------------------------------------------------------------------------------------ */

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to) {
    line *l = user;
    char ip[NI_MAXHOST] = "";
    const char *range = guard_range(&to->addr);
    (void)purpose;
    if (!range) return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    getnameinfo(&to->addr, to->addrlen, ip, sizeof ip, NULL, 0, NI_NUMERICHOST);
    snprintf(l->refused, sizeof l->refused, "%.45s: %s", ip, range);
    return CURL_SOCKET_BAD;
}

/* Sets up a connection without a request. Through a proxy it is a tunnel. */
static bool set_up(const relay *r, line *l, unsigned port) {
    CURL *c = l->easy = curl_easy_init();
    CURLU *address = l->address = curl_url();
    char digits[8];
    snprintf(digits, sizeof digits, "%u", port);
    bool ok = c && address && !curl_url_set(address, CURLUPART_SCHEME, "http", 0) && !curl_url_set(address, CURLUPART_HOST, l->host, 0) &&
              !curl_url_set(address, CURLUPART_PORT, digits, 0) && !curl_easy_setopt(c, CURLOPT_CURLU, address) &&
              !curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L) && !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
              !curl_easy_setopt(c, CURLOPT_HTTPPROXYTUNNEL, 1L) && !curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L) &&
              !curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)r->opt->connect_timeout_s * 1000);
    if (ok && r->opt->proxy) ok = !curl_easy_setopt(c, CURLOPT_PROXY, r->opt->proxy);
    if (ok && !r->anywhere) ok = !curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) && !curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, l);
    if (ok) ok = !curl_multi_add_handle(r->multi, c);
    if (!ok) curl_easy_cleanup(c);
    if (!ok) l->easy = NULL;
    return ok;
}

/* ---- SOCKS -------------------------------------------------------------------------------------------------------- */

/* Behind what has not been read yet: both messages are short. */
static void say(line *l, const unsigned char *bytes, size_t len) {
    memcpy(l->down.bytes + l->down.to, bytes, len);
    l->down.to += len;
}

/* The address that was bound is of no use to a browser. */
static void answer(line *l, unsigned char code) {
    const unsigned char bytes[] = {SOCKS_VERSION, code, 0, SOCKS_IPV4, 0, 0, 0, 0, 0, 0};
    say(l, bytes, sizeof bytes);
    if (code) l->up.ended = l->down.ended = true; /* then it ends */
}

static void greet(line *l) {
    const unsigned char *b = (const unsigned char *)l->up.bytes;
    if (l->up.to < 2 || l->up.to < 2u + b[1]) return;
    l->up.from = 2u + b[1];
    say(l, (const unsigned char[]){SOCKS_VERSION, 0}, 2);
    if (b[0] != SOCKS_VERSION) l->up.ended = l->down.ended = true;
    l->stage = LINE_REQUEST;
}

/* Writes the host of a request; the bytes that it takes there, 0 if it is none. */
static size_t read_host(line *l, const unsigned char *b, size_t len) {
    char text[INET6_ADDRSTRLEN];
    size_t n = b[0] == SOCKS_IPV4 ? 4 : b[0] == SOCKS_IPV6 ? 16 : b[0] == SOCKS_NAME && len > 1 ? b[1] : 0;
    size_t at = b[0] == SOCKS_NAME ? 2 : 1;
    if (!n || len < at + n) return 0;
    if (b[0] == SOCKS_NAME && !memchr(b + at, 0, n)) snprintf(l->host, sizeof l->host, "%.*s", (int)n, (const char *)b + at);
    else if (b[0] == SOCKS_IPV4 && inet_ntop(AF_INET, b + at, text, sizeof text)) snprintf(l->host, sizeof l->host, "%s", text);
    else if (b[0] == SOCKS_IPV6 && inet_ntop(AF_INET6, b + at, text, sizeof text)) snprintf(l->host, sizeof l->host, "[%s]", text);
    else return 0;
    return at + n;
}

static void take_request(relay *r, line *l) {
    const unsigned char *b = (const unsigned char *)l->up.bytes + l->up.from;
    size_t len = l->up.to - l->up.from;
    if (len < 10) return; /* the shortest has ten bytes */
    size_t host = read_host(l, b + 3, len - 3);
    bool name = b[3] == SOCKS_NAME, known = name || b[3] == SOCKS_IPV4 || b[3] == SOCKS_IPV6;
    if (known && len < 3 + (name ? 2u + b[4] : b[3] == SOCKS_IPV4 ? 5u : 17u) + 2) return;
    l->stage = LINE_CONNECTING;
    if (b[0] != SOCKS_VERSION || b[1] != SOCKS_CONNECT) answer(l, SOCKS_NO_COMMAND);
    else if (!host) answer(l, SOCKS_NO_ADDRESS);
    else if (!set_up(r, l, (unsigned)b[3 + host] << 8 | b[4 + host])) answer(l, SOCKS_UNREACHABLE);
    l->up.from += 3 + host + 2;
}

static line *find_line(const relay *r, const CURL *easy) {
    for (size_t i = 0; i < RELAY_MOST; i++)
        if (r->lines[i] && r->lines[i]->easy == easy) return r->lines[i];
    return NULL;
}

void relay_connected(relay *r, CURL *easy, CURLcode code) {
    line *l = find_line(r, easy);
    if (!l) return;
    if (!code && curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &l->server)) code = CURLE_COULDNT_CONNECT;
    l->stage = LINE_OPEN;
    answer(l, !code ? SOCKS_GRANTED : l->refused[0] ? SOCKS_FORBIDDEN : SOCKS_UNREACHABLE);
    if (!code || !l->refused[0]) return;
    memcpy(r->refused_host, l->host, sizeof l->host);
    snprintf(r->refused, sizeof r->refused, "refused address %s", l->refused);
}

/* ---- bytes -------------------------------------------------------------------------------------------------------- */

static bool is_empty(const half *h) { return h->from == h->to; }

/* Both return true if anything was moved. */
static bool read_browser(line *l) {
    half *h = &l->up;
    bool open = l->stage == LINE_OPEN;
    if (h->ended || (open && !is_empty(h)) || h->to == RELAY_BYTES || l->stage == LINE_CONNECTING) return false;
    if (open) h->from = h->to = 0;
    ssize_t n = recv(l->fd, h->bytes + h->to, RELAY_BYTES - h->to, MSG_DONTWAIT);
    if (n > 0) h->to += (size_t)n;
    else if (!n || (errno != EAGAIN && errno != EINTR)) h->ended = true;
    return n > 0;
}

static bool write_browser(line *l) {
    half *h = &l->down;
    if (is_empty(h)) return false;
    ssize_t n = send(l->fd, h->bytes + h->from, h->to - h->from, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) h->from += (size_t)n;
    else if (errno != EAGAIN && errno != EINTR) h->from = h->to, h->ended = l->up.ended = true;
    return n > 0;
}

static bool read_server(line *l) {
    half *h = &l->down;
    size_t n = 0;
    if (h->ended || !is_empty(h)) return false;
    CURLcode code = curl_easy_recv(l->easy, h->bytes, RELAY_BYTES, &n);
    h->from = 0;
    h->to = code ? 0 : n;
    h->ended = (code && code != CURLE_AGAIN) || (!code && !n);
    return !code && n;
}

static bool write_server(line *l) {
    half *h = &l->up;
    size_t n = 0;
    if (is_empty(h)) return false;
    CURLcode code = curl_easy_send(l->easy, h->bytes + h->from, h->to - h->from, &n);
    if (!code) h->from += n;
    else if (code != CURLE_AGAIN) h->from = h->to, h->ended = l->down.ended = true;
    return !code && n;
}

/* What has come so far of the two messages of SOCKS stands in `up`. */
static void talk(relay *r, line *l) {
    if (l->stage == LINE_GREETING) greet(l);
    if (l->stage == LINE_REQUEST) take_request(r, l);
}

static void move(relay *r, line *l) {
    bool more = true;
    while (more) {
        more = read_browser(l);
        talk(r, l);
        if (l->stage == LINE_OPEN && l->easy) more |= write_server(l);
        more |= write_browser(l);
        if (l->stage == LINE_OPEN && l->easy) more |= read_server(l);
    }
    if (l->stage == LINE_OPEN && l->up.ended && is_empty(&l->up) && !l->shut) l->shut = !shutdown(l->server, SHUT_WR);
    bool over = l->down.ended && is_empty(&l->down);
    if (over || (l->stage != LINE_OPEN && l->up.ended)) hang_up(r, l);
}

/* The place for a connection; NULL if there is none now. */
static line *free_line(relay *r) {
    for (size_t i = 0; i < RELAY_MOST; i++) {
        if (!r->lines[i] && !(r->lines[i] = calloc(1, sizeof *r->lines[i]))) return NULL;
        if (r->lines[i]->stage == LINE_FREE) return r->lines[i];
    }
    return NULL;
}

static void accept_all(relay *r) {
    line *l;
    while ((l = free_line(r))) {
        int fd = accept4(r->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        l->stage = LINE_GREETING;
        l->fd = fd;
        l->easy = NULL;
        l->address = NULL;
        l->up.from = l->up.to = l->down.from = l->down.to = 0;
        l->up.ended = l->down.ended = l->shut = false;
        l->refused[0] = 0;
    }
}

void relay_work(relay *r) {
    accept_all(r);
    for (size_t i = 0; i < RELAY_MOST; i++)
        if (r->lines[i] && r->lines[i]->stage != LINE_FREE) move(r, r->lines[i]);
}

static size_t watch(struct curl_waitfd *at, curl_socket_t fd, bool reads, bool writes) {
    *at = (struct curl_waitfd){.fd = fd, .events = (short)((reads ? CURL_WAIT_POLLIN : 0) | (writes ? CURL_WAIT_POLLOUT : 0))};
    return reads || writes;
}

size_t relay_watch(const relay *r, struct curl_waitfd fds[RELAY_FDS]) {
    size_t n = 0, used = 0;
    for (size_t i = 0; i < RELAY_MOST; i++) {
        const line *l = r->lines[i];
        if (!l || l->stage == LINE_FREE) continue;
        used++;
        bool open = l->stage == LINE_OPEN && l->easy, asks = l->stage < LINE_CONNECTING;
        n += watch(&fds[n], l->fd, !l->up.ended && (asks || (open && is_empty(&l->up))), !is_empty(&l->down));
        if (open) n += watch(&fds[n], l->server, !l->down.ended && is_empty(&l->down), !is_empty(&l->up));
    }
    if (used < RELAY_MOST) n += watch(&fds[n], r->listener, true, false);
    return n;
}
