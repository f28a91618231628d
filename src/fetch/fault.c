/* What libcurl's results and HTTP statuses mean, in plain words. Who prints them is left to main. */
#include "fault.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>

typedef struct {
    CURLcode code;
    fault_kind kind;
    const char *text;
} curl_row;

static const curl_row curl_rows[] = {
    {CURLE_COULDNT_RESOLVE_HOST, FAULT_RESOLVE, "could not resolve the host name"},
    {CURLE_COULDNT_RESOLVE_PROXY, FAULT_RESOLVE, "could not resolve the proxy's host name"},
    {CURLE_COULDNT_CONNECT, FAULT_CONNECT, "could not connect"},
    {CURLE_PROXY, FAULT_CONNECT, "the proxy refused"},
    {CURLE_PEER_FAILED_VERIFICATION, FAULT_TLS, "certificate problem"},
    {CURLE_SSL_CERTPROBLEM, FAULT_TLS, "certificate problem"},
    {CURLE_SSL_CACERT_BADFILE, FAULT_TLS, "the file of trusted certificates cannot be read"},
    {CURLE_SSL_CONNECT_ERROR, FAULT_TLS, "TLS handshake failed"},
    {CURLE_SSL_CIPHER, FAULT_TLS, "TLS handshake failed"},
    {CURLE_GOT_NOTHING, FAULT_BROKEN, "the server closed the connection without an answer"},
    {CURLE_RECV_ERROR, FAULT_BROKEN, "the connection broke"},
    {CURLE_SEND_ERROR, FAULT_BROKEN, "the connection broke"},
    {CURLE_PARTIAL_FILE, FAULT_BROKEN, "truncated: the connection closed before the end of the body"},
    {CURLE_WEIRD_SERVER_REPLY, FAULT_BROKEN, "the answer is not valid HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, FAULT_BROKEN, "the answer is not valid HTTP"},
    {CURLE_HTTP2, FAULT_BROKEN, "the answer is not valid HTTP/2"},
    {CURLE_HTTP2_STREAM, FAULT_BROKEN, "the answer is not valid HTTP/2"},
    {CURLE_BAD_CONTENT_ENCODING, FAULT_ENCODING, "content encoding"},
    {CURLE_URL_MALFORMAT, FAULT_ADDRESS, "bad address"},
    {CURLE_OUT_OF_MEMORY, FAULT_MEMORY, "out of memory"},
};

typedef struct {
    long status;
    const char *text;
} status_row;

/* Words for the statuses that people meet. */
static const status_row status_rows[] = {
    {400, "bad request"},    {401, "needs a login"},       {402, "needs payment"},
    {403, "forbidden"},      {404, "not found"},           {405, "GET not allowed"},
    {406, "not acceptable"}, {408, "request timeout"},     {410, "gone"},
    {418, "a teapot"},       {421, "misdirected"},         {429, "too many requests"},
    {451, "legal reasons"},  {500, "server error"},        {501, "not implemented"},
    {502, "bad gateway"},    {503, "service unavailable"}, {504, "gateway timeout"},
};

static const char *const kind_names[FAULT_KINDS] = {
    [FAULT_NONE] = "none",
    [FAULT_ADDRESS] = "address",
    [FAULT_SCHEME] = "scheme",
    [FAULT_REFUSED] = "refused address",
    [FAULT_ROBOTS] = "robots.txt",
    [FAULT_RESOLVE] = "resolve",
    [FAULT_CONNECT] = "connect",
    [FAULT_TLS] = "TLS",
    [FAULT_TIME] = "time limit",
    [FAULT_REDIRECT] = "redirect",
    [FAULT_LIMIT] = "size limit",
    [FAULT_STATUS] = "status",
    [FAULT_BROKEN] = "broken",
    [FAULT_GUIDE] = "sitemap or feed",
    [FAULT_TYPE] = "content type",
    [FAULT_OUTSIDE] = "redirected away",
    [FAULT_BROWSER] = "browser",
    [FAULT_ENCODING] = "content encoding",
    [FAULT_MEMORY] = "no memory",
};

const char *fault_kind_name(fault_kind kind) { return kind_names[kind]; }

bool fault_may_pass(fault_kind kind, long status) {
    if (kind == FAULT_STATUS) return status == 429 || (status >= 500 && status != 501);
    return kind == FAULT_RESOLVE || kind == FAULT_CONNECT || kind == FAULT_TIME || kind == FAULT_BROKEN;
}

bool fault_set(fetch_fault *fault, fault_kind kind, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    fault->kind = kind;
    vsnprintf(fault->text, sizeof fault->text, format, ap);
    va_end(ap);
    return false;
}

bool fault_add(fetch_fault *fault, const char *format, ...) {
    size_t used = strlen(fault->text); /* our own text, always ended */
    va_list ap;
    va_start(ap, format);
    vsnprintf(fault->text + used, sizeof fault->text - used, format, ap);
    va_end(ap);
    return false;
}

bool fault_memory(fetch_fault *fault) { return fault_set(fault, FAULT_MEMORY, "out of memory"); }

bool fault_from_curl(fetch_fault *fault, int code, const char *detail) {
    for (size_t i = 0; i < DH_COUNT(curl_rows); i++) {
        if ((int)curl_rows[i].code != code) continue;
        fault_set(fault, curl_rows[i].kind, "%s", curl_rows[i].text);
        return *detail ? fault_add(fault, ": %.200s", detail) : false;
    }
    return fault_set(fault, FAULT_BROKEN, "%.200s", *detail ? detail : curl_easy_strerror((CURLcode)code));
}

bool fault_from_status(fetch_fault *fault, long status) {
    fault_set(fault, FAULT_STATUS, "HTTP status %ld", status);
    for (size_t i = 0; i < DH_COUNT(status_rows); i++)
        if (status_rows[i].status == status) fault_add(fault, " (%s)", status_rows[i].text);
    return false;
}
