/* url.h: addresses of pages, by RFC 3986 with what browsers forgive. Text only: nothing is looked up or fetched, and
 * names in other scripts stay as they are written (the fetcher's libcurl knows IDNA). */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base.h"

/* Longest address that is worked on; browsers and servers end well before. */
#define URL_MAX_BYTES ((size_t)64 << 10)

/* The host of an absolute address ("http://user@Example.org:80/x" gives "Example.org"; IPv6 with its brackets), a
 * part of `url`, in the case that it is written in. Empty if there is none or if browsers would refuse it: bad
 * characters, a port that is no port. White space around the address does not matter. */
dh_view url_host(dh_view url);

/* True if url begins with http:// or https:// (case does not matter) and has a host. */
bool url_is_http(dh_view url);

/* Appends to *out what `ref`, found on the page at `base`, means (RFC 3986, 5.2.2; "http:g" on an http page is "g", as
 * 5.2.2 allows and browsers do). Of both, white space and controls at the ends and tabs and newlines within are left
 * out first. Bytes are not escaped: url_normalise() does that. Opaque paths ("mailto:x/../y") stay as they are.
 * Errors: DH_ERR_FORMAT (neither has a scheme), DH_ERR_LIMIT (URL_MAX_BYTES or the ceiling of *out), DH_ERR_NOMEM;
 * *out is then as before. */
dh_status url_resolve(dh_view base, dh_view ref, dh_buf *out);

/* Appends to *out the one spelling of an http or https address: scheme and host in lower case, IP addresses in their
 * usual form, no default port, no fragment, no dot segments, "/" for an empty path, letters that need no escape
 * unescaped, all others escaped with capital digits. Two addresses that give the same bytes are the same page; doing it
 * twice changes nothing.
 * Errors: DH_ERR_FORMAT (another scheme, no host, a bad host or port), DH_ERR_LIMIT, DH_ERR_NOMEM; *out is then as
 * before. */
dh_status url_normalise(dh_view url, dh_buf *out);

#endif
