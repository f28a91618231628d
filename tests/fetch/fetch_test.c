/* What the fetcher does without a network: its reading of addresses beside the cleaner's, the header block of records,
 * the option table. Rows that fail are named; exit status 1 if any did. */
#include "base/option_rows.h"
#include "base/url.h"
#include "fetch/address.h"
#include "fetch/guard.h"
#include "fetch/log.h"
#include "fetch/queue.h"
#include "fetch/warc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

static bool fail(const char *row, const char *what) {
    printf("FAILED  %s: %s\n", row, what);
    return false;
}

/* ---- both read the same host or both refuse ---- */

static const char *const addresses[] = {
    "http://example.org/",
    "HTTP://EXAMPLE.ORG:80/x",
    "https://user:pass@example.org/",
    "http://a@b@example.org/",
    "http://user@example.org:8080?x@y",
    "http://example.org#@evil.example",
    "http://example.org?@evil.example/",
    "http://example.org\\@evil.example/",
    "http://evil.example\\.example.org/",
    "http://example.org;@evil.example/",
    "http://example.org%2f@evil.example/",
    "http://example.org%00.evil.example/",
    "http://example.org%2fevil.example/",
    "http://%65xample.org/",
    "http://exa%20mple.org/",
    "http://example.org.",
    "http://.example.org/",
    "http://example..org/",
    "http://b\xc3\xbc"
    "cher.example/",
    "http://ex ample.org/",
    "http://example.org :80/",
    " http://example.org/ ",
    "http://exa\tmple.org/",
    "http:/example.org/",
    "http:example.org/",
    "http:///example.org/",
    "http:////example.org/",
    "http://",
    "http://:80/",
    "http://@/",
    "http://user@/",
    "http://example.org:/",
    "http://example.org:0/",
    "http://example.org:65535/",
    "http://example.org:65536/",
    "http://example.org:-1/",
    "http://example.org:+80/",
    "http://example.org:8 0/",
    "http://example.org:80:81/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.%31/",
    "http://127.0.0.1./",
    "http://256.256.256.256/",
    "http://4294967296/",
    "http://1.2.3.4.5/",
    "http://1.2.3/",
    "http://0/",
    "http://0x/",
    "http://08.8.8.8/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::FFFF:7F00:1]:80/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::1/",
    "http://[::1]x/",
    "http://[::1%25lo]/",
    "http://[fe80::1%lo]/",
    "http://[127.0.0.1]/",
    "http://[]/",
    "http://[:::1]/",
    "http://::1/",
    "http://under_score.example/",
    "http://-dash.example/",
    "http://a,b/",
    "http://a|b/",
    "http://a^b/",
    "http://a{b}/",
    "http://a'b/",
    "http://a~b/",
    "http://*/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "",
};

/* The host by src/base/url, in its one spelling; empty if it refuses. */
static dh_view own_host(const char *address, dh_buf *out) {
    return url_normalise(view_of(address), out) ? (dh_view){"", 0} : url_host(dh_buf_view(out));
}

/* The same by the fetcher's parser. libcurl spells some IP addresses otherwise, so its host is put into an address
 * anew. */
static dh_view curl_host(const char *address, dh_buf *out) {
    fetch_fault fault;
    char *host = NULL, text[600] = "";
    CURLU *parsed = address_new(view_of(address), &fault);
    if (parsed && !curl_url_get(parsed, CURLUPART_HOST, &host, 0)) snprintf(text, sizeof text, "http://%s/", host);
    curl_free(host);
    curl_url_cleanup(parsed);
    return own_host(text, out);
}

static bool test_addresses(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(addresses); i++) {
        dh_buf own_text, curl_text;
        dh_buf_init(&own_text, 0);
        dh_buf_init(&curl_text, 0);
        dh_view own = own_host(addresses[i], &own_text), curl = curl_host(addresses[i], &curl_text);
        char what[300];
        snprintf(what, sizeof what, "host is '%.*s' here and '%.*s' by libcurl", (int)own.len, own.ptr, (int)curl.len,
                 curl.ptr);
        if (!view_is(own, curl)) ok = fail(addresses[i], what);
        dh_buf_clear(&own_text);
        dh_buf_clear(&curl_text);
    }
    return ok;
}

/* ---- the header block of a record ---- */

typedef struct {
    const char *name, *head;
    size_t body_bytes;
    const char *want;
} head_row;

static const head_row heads[] = {
    {"http2", "HTTP/2 200 \r\ncontent-type: text/html\r\n", 3,
     "HTTP/1.1 200 \r\ncontent-type: text/html\r\nContent-Length: 3\r\n\r\n"},
    {"http3", "HTTP/3 404 \r\n", 0, "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"},
    {"http10", "HTTP/1.0 200 OK\r\n", 0, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"true length", "HTTP/1.1 200 OK\r\ncontent-length:  7 \r\nA: b\r\n", 7,
     "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 7\r\n\r\n"},
    {"other length", "HTTP/1.1 200 OK\r\nContent-Length: 70\r\n", 7,
     "HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Length: 70\r\nContent-Length: 7\r\n\r\n"},
    {"encodings", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\ntransfer-encoding: chunked\r\n", 1,
     "HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Encoding: br\r\nX-Archive-Orig-transfer-encoding: chunked\r\n"
     "Content-Length: 1\r\n\r\n"},
    {"line ends", "HTTP/1.1 200 OK\nA: b\nC: d", 0, "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\nContent-Length: 0\r\n\r\n"},
    {"controls", "HTTP/1.1 200 O\rK\r\nA: b\rX: \x1b[0m\tc\r\n", 0,
     "HTTP/1.1 200 O K\r\nA: b X:  [0m\tc\r\nContent-Length: 0\r\n\r\n"},
    {"folded", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", 0, "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n"},
    {"no header", "HTTP/1.1 200 OK\r\nno header\r\n: x\r\n", 0, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
};

static bool test_heads(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(heads); i++) {
        dh_buf out;
        dh_buf_init(&out, 0);
        dh_status st = warc_http_head(view_of(heads[i].head), heads[i].body_bytes, &out);
        if (st || !view_is(dh_buf_view(&out), view_of(heads[i].want))) {
            ok = fail(heads[i].name, "the header block is");
            printf("%.*s", (int)out.len, out.ptr ? out.ptr : "");
        }
        dh_buf_clear(&out);
    }
    return ok;
}

/* ---- whose turn it is ---- */

#define DELAY_MS 1000

/* One step: what is done at a time, and the address that comes of it ("-": none). */
typedef struct {
    /* t: take, d: the one out longest is done, a: it goes back, to rest until the time in `until_ms`, h: it holds its host,
     * r: it returns as if it had not been taken, p: its host's delay is `until_ms` */
    char what;
    int64_t now_ms, until_ms;
    const char *want; /* of t: the address; of all: what queue_rest_ms() then says */
    int64_t rest_ms;
} turn;

typedef struct {
    const char *name;
    size_t per_host;
    int64_t delay_ms;
    const char *addresses[6];
    turn turns[12];
} turns_row;

#define A1 "http://a.example/1"
#define A2 "http://a.example/2"
#define A3 "http://a.example/3"
#define B1 "http://b.example/1"
#define B2 "http://b.example/2"
#define C1 "http://c.example:81/1"

static const turns_row turn_rows[] = {
    {"hosts in turn",
     1,
     DELAY_MS,
     {A1, A2, B1, C1},
     {{'t', 0, 0, A1, 0},
      {'t', 0, 0, B1, 0},
      {'t', 0, 0, C1, -1},
      {'t', 0, 0, "-", -1},
      {'d', 0, 0, NULL, 1000},
      {'t', 999, 0, "-", 1},
      {'t', 1000, 0, A2, -1}}},
    {"never two at once",
     1,
     DELAY_MS,
     {A1, A2},
     {{'t', 0, 0, A1, -1}, {'t', 5000, 0, "-", -1}, {'d', 5000, 0, NULL, 0}, {'t', 5000, 0, A2, -1}}},
    {"two at once, starts apart",
     2,
     DELAY_MS,
     {A1, A2, A3},
     {{'t', 0, 0, A1, 1000},
      {'t', 0, 0, "-", 1000},
      {'t', 1000, 0, A2, -1},
      {'t', 2000, 0, "-", -1},
      {'d', 2000, 0, NULL, 0},
      {'t', 2000, 0, A3, -1}}},
    {"no delay",
     2,
     0,
     {A1, A2, A3, B1},
     {{'t', 0, 0, A1, 0},
      {'t', 0, 0, B1, 0},
      {'t', 0, 0, A2, -1},
      {'t', 0, 0, "-", -1},
      {'d', 0, 0, NULL, 0},
      {'t', 0, 0, A3, -1}}},
    {"again comes first, after a rest",
     1,
     DELAY_MS,
     {A1, A2, B1},
     {{'t', 0, 0, A1, 0},
      {'a', 10, 4000, NULL, 0},
      {'t', 10, 0, B1, 3990},
      {'t', 3999, 0, "-", 1},
      {'t', 4000, 0, A1, -1},
      {'d', 4000, 0, NULL, -1},
      {'d', 4000, 0, NULL, 1000},
      {'t', 5000, 0, A2, -1}}},
    {"again with others of the host waiting",
     2,
     0,
     {A1, A2, A3},
     {{'t', 0, 0, A1, 0},
      {'a', 0, 700, NULL, 700},
      {'t', 699, 0, "-", 1},
      {'t', 700, 0, A1, 0},
      {'t', 700, 0, A2, -1}}},
    {"a host that is in the ring rests too",
     3,
     0,
     {A1, A2, A3, B1, B2},
     {{'t', 0, 0, A1, 0},
      {'t', 0, 0, B1, 0},
      {'a', 0, 500, NULL, 0},
      {'t', 0, 0, B2, 500},
      {'t', 499, 0, "-", 1},
      {'t', 500, 0, A1, 0},
      {'t', 500, 0, A2, 0}}},
    {"one page once",
     1,
     0,
     {A1, "HTTP://A.example:80/1#x", " " A1, A2},
     {{'t', 0, 0, A1, -1}, {'d', 0, 0, NULL, 0}, {'t', 0, 0, A2, -1}, {'d', 0, 0, NULL, -1}}},
    {"ports and schemes share a host",
     1,
     DELAY_MS,
     {A1, "https://a.example:8443/1"},
     {{'t', 0, 0, A1, -1}, {'d', 0, 0, NULL, 1000}, {'t', 1000, 0, "https://a.example:8443/1", -1}}},
    {"a host that is held",
     3,
     0,
     {A1, A2, B1, B2},
     {{'t', 0, 0, A1, 0},
      {'h', 0, 0, NULL, 0},
      {'t', 0, 0, B1, 0},
      {'t', 0, 0, B2, -1},
      {'t', 9000, 0, "-", -1},
      {'r', 9000, INT64_MIN, NULL, 0},
      {'t', 9000, 0, A1, 0},
      {'t', 9000, 0, A2, -1}}},
    {"a return keeps the delay",
     1,
     DELAY_MS,
     {A1, A2},
     {{'t', 0, 0, A1, -1},
      {'h', 0, 0, NULL, -1},
      {'r', 300, INT64_MIN, NULL, 700},
      {'t', 999, 0, "-", 1},
      {'t', 1000, 0, A1, -1},
      {'d', 1000, 0, NULL, 1000}}},
    {"a return with a rest",
     1,
     DELAY_MS,
     {A1, A2},
     {{'t', 0, 0, A1, -1}, {'h', 0, 0, NULL, -1}, {'r', 300, 5000, NULL, 4700}, {'t', 5000, 0, A1, -1}}},
    {"a host that wants more time",
     2,
     DELAY_MS,
     {A1, A2, A3, B1},
     {{'t', 0, 0, A1, 0},
      {'p', 10, 3000, NULL, 0},
      {'p', 10, 2000, NULL, 0},
      {'t', 10, 0, B1, 2990},
      {'t', 2999, 0, "-", 1},
      {'t', 3000, 0, A2, -1},
      {'d', 3000, 0, NULL, 3000},
      {'t', 6000, 0, A3, -1}}},
    {"what is no address waits for nobody",
     1,
     DELAY_MS,
     {"x", "y", A1},
     {{'t', 0, 0, "x", 0}, {'d', 0, 0, NULL, 0}, {'t', 0, 0, A1, 0}, {'t', 0, 0, "y", -1}}},
};

static const queue_role page = {QUEUE_PAGE, 0};

static bool take_turn(queue *q, const turn *t, size_t out[8], size_t *count) {
    if (t->what == 't') {
        size_t item = queue_take(q, t->now_ms);
        dh_view got = item == QUEUE_NONE ? DH_VIEW("-") : queue_text(q, item);
        if (item != QUEUE_NONE) out[(*count)++] = item;
        if (!view_is(got, view_of(t->want))) return false;
    } else {
        if (t->what == 'd') queue_done(q, out[0]);
        if (t->what == 'a') queue_again(q, out[0], t->until_ms);
        if (t->what == 'h') queue_hold(q, out[0]);
        if (t->what == 'r') queue_return(q, out[0], t->until_ms);
        if (t->what == 'r' && queue_tries(q, out[0])) return false;
        if (t->what == 'p') queue_pace(q, out[0], t->until_ms);
        bool stays = t->what == 'h' || t->what == 'p';
        if (!stays) memmove(out, out + 1, --*count * sizeof *out);
    }
    return queue_rest_ms(q, t->now_ms) == t->rest_ms;
}

static bool test_turns(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(turn_rows); i++) {
        const turns_row *row = &turn_rows[i];
        size_t out[8], count = 0;
        bool fresh;
        char what[40];
        queue *q = queue_new(row->per_host, row->delay_ms);
        for (size_t k = 0; k < DH_COUNT(row->addresses) && row->addresses[k]; k++)
            if (!q || queue_add(q, view_of(row->addresses[k]), page, &fresh)) return fail(row->name, "out of memory");
        for (size_t k = 0; k < DH_COUNT(row->turns) && row->turns[k].what; k++) {
            if (take_turn(q, &row->turns[k], out, &count)) continue;
            snprintf(what, sizeof what, "turn %zu is another", k + 1);
            ok = fail(row->name, what);
            break;
        }
        queue_free(q);
    }
    return ok;
}

/* One address may be asked for as a page and as a feed, once as each. */
static bool test_roles(void) {
    static const struct {
        const char *address;
        queue_role role;
        bool fresh;
    } rows[] = {{"http://a.example/", {QUEUE_PAGE, 0}, true},  {"http://a.example", {QUEUE_GUIDE, 7}, true},
                {"http://A.example/", {QUEUE_PAGE, 1}, false}, {"http://a.example:80/", {QUEUE_ROBOTS, 0}, false}};
    queue *q = queue_new(4, 0);
    bool ok = q != NULL, fresh;
    for (size_t i = 0; ok && i < DH_COUNT(rows); i++)
        ok = !queue_add(q, view_of(rows[i].address), rows[i].role, &fresh) && fresh == rows[i].fresh;
    for (size_t i = 0; ok && i < 2; i++) {
        size_t item = queue_take(q, 0);
        queue_role role = item == QUEUE_NONE ? page : queue_role_of(q, item);
        ok = item != QUEUE_NONE && role.kind == rows[i].role.kind && role.depth == rows[i].role.depth;
    }
    ok = ok && queue_take(q, 0) == QUEUE_NONE;
    queue_free(q);
    return ok || fail("roles", "not kept apart, or lost");
}

/* Many hosts and rests: each address comes as often as it was sent back, never before its host's rest is over. */
static bool test_many(void) {
    enum { ADDRESSES = 30000, HOSTS = 777 };
    char text[64];
    bool fresh, ok = true;
    int64_t now_ms = 0;
    size_t taken = 0, again = 0;
    static int64_t ready_ms[HOSTS];
    queue *q = queue_new(1, 10);
    for (size_t i = 0; q && i < ADDRESSES; i++) {
        snprintf(text, sizeof text, "http://h%zu.example/%zu", i % HOSTS, i);
        if (queue_add(q, view_of(text), page, &fresh) || !fresh) return fail("many", "not added");
    }
    if (!q || queue_hosts(q) != HOSTS) return fail("many", "hosts are miscounted");
    while (queue_waiting(q) && ok) {
        size_t item = queue_take(q, now_ms);
        if (item == QUEUE_NONE) {
            now_ms += queue_rest_ms(q, now_ms);
            continue;
        }
        int64_t *host_ms = &ready_ms[item % HOSTS];
        ok = *host_ms <= now_ms;
        *host_ms = now_ms + 10;
        taken++;
        if (item % 10 == 3 && queue_tries(q, item) < 3) {
            *host_ms = now_ms + (int64_t)(item % 97);
            if (*host_ms < now_ms + 10) *host_ms = now_ms + 10;
            queue_again(q, item, now_ms + (int64_t)(item % 97));
            again++;
        } else {
            queue_done(q, item);
        }
    }
    ok = ok && taken == ADDRESSES + again && again == 2 * ADDRESSES / 10 && !queue_hosts(q);
    queue_free(q);
    return ok || fail("many", "a host was asked too early, or an address came too often or not at all");
}

/* ---- which addresses are public: both sides of each border ---- */

static const struct {
    const char *ip, *want; /* NULL: public */
} ranges[] = {
    {"0.255.255.255", "this host"},
    {"1.0.0.0", NULL},
    {"9.255.255.255", NULL},
    {"10.0.0.0", "private"},
    {"11.0.0.0", NULL},
    {"100.63.255.255", NULL},
    {"100.64.0.0", "shared by providers"},
    {"100.127.255.255", "shared by providers"},
    {"100.128.0.0", NULL},
    {"126.255.255.255", NULL},
    {"127.0.0.0", "loopback"},
    {"128.0.0.0", NULL},
    {"169.253.255.255", NULL},
    {"169.255.0.0", NULL},
    {"172.15.255.255", NULL},
    {"172.31.255.255", "private"},
    {"172.32.0.0", NULL},
    {"192.0.0.255", "reserved"},
    {"192.0.1.0", NULL},
    {"192.0.3.0", NULL},
    {"192.88.99.1", "reserved"},
    {"192.167.255.255", NULL},
    {"192.169.0.0", NULL},
    {"198.17.255.255", NULL},
    {"198.19.255.255", "benchmarks"},
    {"198.20.0.0", NULL},
    {"203.0.114.0", NULL},
    {"223.255.255.255", NULL},
    {"224.0.0.1", "multicast"},
    {"240.0.0.0", "reserved"},
    {"255.255.255.255", "reserved"},
    {"::", "this host"},
    {"::1", "loopback"},
    {"::2", "reserved"},
    {"::127.0.0.1", "reserved"},
    {"::ffff:8.8.8.8", NULL},
    {"::ffff:192.168.0.1", "private"},
    {"64:ff9b::8.8.8.8", NULL},
    {"64:ff9b:1::8.8.8.8", "reserved"},
    {"100::1", "reserved"},
    {"1fff::1", "reserved"},
    {"2000::1", NULL},
    {"2001:1ff::1", "reserved"},
    {"2001:200::1", NULL},
    {"2001:db8:ffff::", "documentation"},
    {"2001:db9::", NULL},
    {"2002:808:808::1", NULL},
    {"2002:a00:1::1", "private"},
    {"3fff:fff::1", "documentation"},
    {"3fff:1000::1", NULL},
    {"4000::1", "reserved"},
    {"fbff::1", "reserved"},
    {"fdff::1", "private"},
    {"fe00::1", "reserved"},
    {"fe80::1", "link-local"},
    {"febf::1", "link-local"},
    {"fec0::1", "site-local"},
    {"ff02::1", "multicast"},
};

static bool test_ranges(void) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(ranges); i++) {
        struct sockaddr_in four = {.sin_family = AF_INET};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        bool is_four = inet_pton(AF_INET, ranges[i].ip, &four.sin_addr) == 1;
        if (!is_four && inet_pton(AF_INET6, ranges[i].ip, &six.sin6_addr) != 1) ok = fail(ranges[i].ip, "no address");
        const char *got = guard_range(is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six);
        bool same = got && ranges[i].want ? strcmp(got, ranges[i].want) == 0 : got == ranges[i].want;
        if (!same) ok = fail(ranges[i].ip, got ? got : "public");
    }
    return ok;
}

/* ---- lines of the log ---- */

static bool test_log(void) {
    static const char want[] = "{\"address\":\"http://h/\\\"\\u0007\\\\\xef\xbf\xbd\xc3\xa4\",\"url\":\"http://h/z\","
                               "\"status\":503,\"bytes\":7,\"redirects\":1,\"tries\":2,\"ms\":{\"dns\":1,\"connect\":2,"
                               "\"tls\":3,\"first\":4,\"all\":5},\"kind\":\"status\",\"error\":\"HTTP status 503\"}\n";
    transfer_facts facts = {.url = DH_VIEW("http://h/z"),
                            .status = 503,
                            .redirects = 1,
                            .bytes = 7,
                            .dns_ms = 1,
                            .connect_ms = 2,
                            .tls_ms = 3,
                            .first_ms = 4,
                            .ms = 5};
    fetch_fault fault = {FAULT_STATUS, "HTTP status 503"};
    dh_buf out;
    dh_buf_init(&out, 0);
    bool ok = !log_line(&out, DH_VIEW("http://h/\"\x07\\\xff\xc3\xa4"), 2, &facts, &(log_outcome){.fault = &fault}) &&
              view_is(dh_buf_view(&out), view_of(want));
    if (!ok) printf("%.*s", (int)out.len, out.ptr ? out.ptr : "");
    dh_buf_clear(&out);
    return ok || fail("log", "the line is another");
}

int main(void) {
    dh_error err = {0};
    bool ok = test_addresses();
    if (!test_heads()) ok = false;
    if (!test_turns()) ok = false;
    if (!test_roles()) ok = false;
    if (!test_many()) ok = false;
    if (!test_log()) ok = false;
    if (!test_ranges()) ok = false;
    if (opt_check(&fetch_options, &err)) ok = fail("option table", err.msg);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
