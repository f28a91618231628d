/* What the fetcher does without a network: its reading of addresses beside the cleaner's, the header block of records,
 * the option table. Rows that fail are named; exit status 1 if any did. */
#include "base/option_rows.h"
#include "base/url.h"
#include "fetch/address.h"
#include "fetch/warc.h"

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

int main(void) {
    dh_error err = {0};
    bool ok = test_addresses();
    if (!test_heads()) ok = false;
    if (opt_check(&fetch_options, &err)) ok = fail("option table", err.msg);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
