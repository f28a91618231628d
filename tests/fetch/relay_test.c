/* The relay of a browser: what it answers to requests, whole and byte by byte, and that bytes go through it. On loopback only. Rows that fail
 * are named; exit status 1 if any did. */
#include "fetch/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS 400 /* of 10 ms: more than any row takes */
#define HELLO  "\x05\x01\x00"
/* Its 64 letters keep the resolver from asking anyone. */
#define LABEL  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define PORT   "\xff\xff" /* stands for that of the server */

static const struct {
    const char *name;
    dh_view sent;
    int code;         /* of the answer where special addresses are refused; -1: none before the end */
    int anywhere;     /* and where they are not */
} rows[] = {
    {"IPv4", DH_LIT(HELLO "\x05\x01\x00\x01\x7f\x00\x00\x01" PORT), 2, 0},
    {"name", DH_LIT(HELLO "\x05\x01\x00\x03\x09localhost" PORT), 2, 0},
    {"decimal name", DH_LIT(HELLO "\x05\x01\x00\x03\x0a" "2130706433" PORT), 2, 0},
    {"two ways of logging in", DH_LIT("\x05\x02\x00\x02" "\x05\x01\x00\x01\x7f\x00\x00\x01" PORT), 2, 0},
    {"private IPv6", DH_LIT(HELLO "\x05\x01\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x7f\x00\x00\x01" PORT), 2, 0},
    {"nobody listens", DH_LIT(HELLO "\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x01"), 2, 4},
    {"no such name", DH_LIT(HELLO "\x05\x01\x00\x03\x40" LABEL PORT), 4, 4},
    {"BIND", DH_LIT(HELLO "\x05\x02\x00\x01\x7f\x00\x00\x01" PORT), 7, 7},
    {"UDP", DH_LIT(HELLO "\x05\x03\x00\x01\x7f\x00\x00\x01" PORT), 7, 7},
    {"another version in the request", DH_LIT(HELLO "\x04\x01\x00\x01\x7f\x00\x00\x01" PORT), 7, 7},
    {"unknown kind of address", DH_LIT(HELLO "\x05\x01\x00\x09\x7f\x00\x00\x01" PORT), 8, 8},
    {"empty name", DH_LIT(HELLO "\x05\x01\x00\x03\x00" "\x00\x00\x00\x00\x00" PORT), 8, 8},
    {"NUL in a name", DH_LIT(HELLO "\x05\x01\x00\x03\x09" "local\0ost" PORT), 8, 8},
    {"SOCKS4", DH_LIT("\x04\x01\x00\x50\x7f\x00\x00\x01\x00"), -1, -1},
    {"cut off in the greeting", DH_LIT("\x05"), -1, -1},
    {"cut off in the request", DH_LIT(HELLO "\x05\x01\x00\x01\x7f"), -1, -1},
    {"cut off in the name", DH_LIT(HELLO "\x05\x01\x00\x03\xff" "abcdefghijklmn"), -1, -1},
    {"nothing", DH_LIT(""), -1, -1},
};

typedef struct {
    CURLM *multi;
    relay *relay;
    int server;
    unsigned port, relay_port;
} stage;

static int listen_on(unsigned *port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) || listen(fd, 16) || getsockname(fd, (struct sockaddr *)&at, &len)) return -1;
    *port = ntohs(at.sin_port);
    return fd;
}

static int connect_to(unsigned port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && !connect(fd, (struct sockaddr *)&at, sizeof at) ? fd : -1;
}

static void turn(stage *s) {
    struct curl_waitfd fds[RELAY_FDS];
    int left;
    curl_multi_poll(s->multi, fds, (unsigned)relay_watch(s->relay, fds), 10, NULL);
    curl_multi_perform(s->multi, &left);
    for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left));) relay_connected(s->relay, m->easy_handle, m->data.result);
    relay_work(s->relay);
}

/* Reads up to `want` bytes while the relay works; fewer if it closes, or takes too long. */
static size_t read_from(stage *s, int fd, char *out, size_t want) {
    size_t got = 0;
    for (int i = 0; got < want && i < ROUNDS; i++) {
        ssize_t n = recv(fd, out + got, want - got, MSG_DONTWAIT);
        if (!n || (n < 0 && errno != EAGAIN)) return got;
        if (n > 0) got += (size_t)n;
        else turn(s);
    }
    return got;
}

static void send_row(stage *s, int fd, dh_view sent, bool in_pieces) {
    char bytes[128];
    size_t len = sent.len < sizeof bytes ? sent.len : sizeof bytes;
    memcpy(bytes, sent.ptr, len);
    if (len > 2 && !memcmp(bytes + len - 2, PORT, 2)) {
        bytes[len - 2] = (char)(s->port >> 8);
        bytes[len - 1] = (char)s->port;
    }
    for (size_t at = 0, n; at < len; at += n) {
        n = in_pieces ? 1 : len;
        (void)!send(fd, bytes + at, n, MSG_NOSIGNAL);
        if (in_pieces) turn(s);
    }
}

/* A word there and back. */
static bool talk(stage *s, int fd) {
    char got[4];
    int peer = -1;
    for (int i = 0; peer < 0 && i < ROUNDS; i++) {
        peer = accept(s->server, NULL, NULL);
        if (peer < 0) turn(s);
    }
    if (peer < 0) return false;
    bool ok = send(fd, "ping", 4, MSG_NOSIGNAL) == 4 && read_from(s, peer, got, 4) == 4 && !memcmp(got, "ping", 4);
    ok = ok && send(peer, "pong", 4, MSG_NOSIGNAL) == 4 && read_from(s, fd, got, 4) == 4 && !memcmp(got, "pong", 4);
    close(peer);
    return ok && !read_from(s, fd, got, 1); /* and the end */
}

static bool check_row(stage *s, size_t i, bool anywhere, bool in_pieces) {
    char got[12] = {0};
    int want = anywhere ? rows[i].anywhere : rows[i].code, fd = connect_to(s->relay_port);
    send_row(s, fd, rows[i].sent, in_pieces);
    if (want < 0) shutdown(fd, SHUT_WR);
    size_t n = read_from(s, fd, got, sizeof got);
    bool ok = want < 0 ? n <= 2 : n == 12 && got[0] == 5 && !got[1] && got[2] == 5 && got[3] == want;
    if (ok && !want) ok = talk(s, fd);
    close(fd);
    const char *refusal = relay_refusal(s->relay, (dh_view){"", 0});
    if (ok && want == 2) ok = refusal && view_starts(view_of(refusal), DH_VIEW("refused address ")) && view_ends(view_of(refusal), DH_VIEW(": loopback"));
    if (!ok) printf("FAILED  %s (anywhere %d, in pieces %d): %zu bytes, code %d\n", rows[i].name, anywhere, in_pieces, n, got[3]);
    return ok;
}

int main(void) {
    fetch_settings opt = {.connect_timeout_s = 2, .proxy = ""};
    bool ok = !curl_global_init(CURL_GLOBAL_DEFAULT);
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        for (int way = 0; way < 4; way++) {
            stage s = {.multi = curl_multi_init()};
            s.server = listen_on(&s.port);
            s.relay = relay_new(listen_on(&s.relay_port), s.multi, &opt, way & 1);
            ok &= s.relay && check_row(&s, i, way & 1, way & 2);
            relay_free(s.relay);
            curl_multi_cleanup(s.multi);
            close(s.server);
        }
    curl_global_cleanup();
    printf("relay: %s\n", ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}
