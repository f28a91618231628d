/* Parses and joins addresses by libcurl's URL API and refuses what the fetcher must not open. Connecting is left to the
 * transfer. */
#include "address.h"

#include "base/url.h"

/* Blanks and letters beyond ASCII are escaped as browsers do; foreign schemes are parsed, to be refused by name. */
#define ADDRESS_FLAGS        (CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME)
#define ADDRESS_SCHEME_SHOWN 20

static bool bad_host(fetch_fault *fault) {
    return fault_set(fault, FAULT_ADDRESS, "bad address: no valid host or port in it");
}

static bool bad(fetch_fault *fault, CURLUcode code) {
    if (code == CURLUE_OUT_OF_MEMORY) return fault_memory(fault);
    if (code == CURLUE_BAD_SCHEME || code == CURLUE_NO_SCHEME || code == CURLUE_BAD_SLASHES)
        return fault_set(fault, FAULT_ADDRESS, "bad address: it must begin with http:// or https://");
    if (code == CURLUE_NO_HOST || code == CURLUE_BAD_HOSTNAME || code == CURLUE_BAD_IPV6 ||
        code == CURLUE_BAD_PORT_NUMBER)
        return bad_host(fault);
    return fault_set(fault, FAULT_ADDRESS, "bad address: %s", curl_url_strerror(code));
}

/* True if the scheme is ours and the host is one that src/base/url takes too. */
static bool check(CURLU *address, fetch_fault *fault) {
    char *scheme = NULL, *text = NULL;
    bool ok = false;
    dh_buf normal;
    dh_buf_init(&normal, 0);
    CURLUcode code = curl_url_get(address, CURLUPART_SCHEME, &scheme, 0);
    if (!code && strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
        fault_set(fault, FAULT_SCHEME, "refused scheme %.*s: only http and https are fetched", ADDRESS_SCHEME_SHOWN,
                  scheme);
        goto out;
    }
    if (!code) code = curl_url_get(address, CURLUPART_URL, &text, 0);
    if (code) {
        bad(fault, code);
        goto out;
    }
    dh_status st = url_normalise((dh_view){text, strlen(text)}, &normal);
    if (st == DH_ERR_NOMEM)
        fault_memory(fault);
    else if (st == DH_ERR_LIMIT)
        fault_set(fault, FAULT_ADDRESS, "bad address: longer than %zu bytes", URL_MAX_BYTES);
    else if (st)
        fault_set(fault, FAULT_ADDRESS, "bad address: no valid host or port in it");
    else
        ok = true;
out:
    curl_free(scheme);
    curl_free(text);
    dh_buf_clear(&normal);
    return ok;
}

/* Copies an address as browsers take it: no white space around it, no tabs and newlines in it; a NUL behind it. */
static bool copy_clean(dh_view text, dh_buf *out, fetch_fault *fault) {
    dh_status st = DH_OK;
    text = view_trim(text);
    if (text.len > URL_MAX_BYTES)
        return fault_set(fault, FAULT_ADDRESS, "bad address: longer than %zu bytes", URL_MAX_BYTES);
    for (size_t i = 0; i < text.len && !st; i++) {
        char c = text.ptr[i];
        if (c == '\t' || c == '\n' || c == '\r') continue;
        if ((unsigned char)c < 0x20 || c == 0x7f)
            return fault_set(fault, FAULT_ADDRESS, "bad address: control characters in it");
        st = buf_append_char(out, c);
    }
    if (!st) st = buf_append_char(out, 0);
    return st ? fault_memory(fault) : true;
}

/* Of a broken address libcurl's parser may still read a host: "http:/x", "http://a\@b". */
static bool is_broken(const char *text) {
    dh_view v = {text, strlen(text)};
    return (view_starts_nocase(v, DH_VIEW("http:")) || view_starts_nocase(v, DH_VIEW("https:"))) && !url_is_http(v);
}

/* Sets `text` on the address, which it takes: an empty one, or the base of a relative one. */
static CURLU *set_text(CURLU *address, dh_view text, fetch_fault *fault) {
    dh_buf copy;
    dh_buf_init(&copy, 0);
    CURLUcode code = CURLUE_OK;
    bool ok = address ? copy_clean(text, &copy, fault) : fault_memory(fault);
    if (ok && is_broken(copy.ptr)) ok = bad_host(fault);
    if (ok) code = curl_url_set(address, CURLUPART_URL, copy.ptr, ADDRESS_FLAGS);
    if (ok) ok = code ? bad(fault, code) : check(address, fault);
    dh_buf_clear(&copy);
    if (ok) return address;
    curl_url_cleanup(address);
    return NULL;
}

CURLU *address_new(dh_view text, fetch_fault *fault) { return set_text(curl_url(), text, fault); }

CURLU *address_follow(CURLU *from, dh_view location, fetch_fault *fault) {
    return set_text(curl_url_dup(from), location, fault);
}

bool address_text(CURLU *address, dh_buf *out, fetch_fault *fault) {
    char *text = NULL;
    CURLU *copy = curl_url_dup(address);
    CURLUcode code = copy ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;
    if (!code) code = curl_url_set(copy, CURLUPART_USER, NULL, 0);
    if (!code) code = curl_url_set(copy, CURLUPART_PASSWORD, NULL, 0);
    if (!code) code = curl_url_set(copy, CURLUPART_FRAGMENT, NULL, 0);
    if (!code) code = curl_url_get(copy, CURLUPART_URL, &text, CURLU_PUNYCODE);
    if (!code && dh_buf_append(out, text, strlen(text))) code = CURLUE_OUT_OF_MEMORY;
    curl_free(text);
    curl_url_cleanup(copy);
    return code ? bad(fault, code) : true;
}

dh_status address_origin(CURLU *address, dh_buf *out) {
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    dh_status st = DH_OK;
    out->len = 0;
    for (size_t i = 0; i < DH_COUNT(parts) && !st; i++) {
        char *text = NULL;
        if (curl_url_get(address, parts[i], &text, CURLU_DEFAULT_PORT)) return DH_ERR_NOMEM;
        for (const char *p = text; *p && !st; p++) st = buf_append_char(out, ascii_lower(*p));
        if (!st) st = buf_append_char(out, ' ');
        curl_free(text);
    }
    return st;
}
