/* address.h: addresses for the fetcher, by libcurl's URL API, gated by src/base/url so that the cleaner and the fetcher
 * read the same host out of an address or both refuse it. */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include "fault.h"

#include <curl/curl.h>

/* Reads an address that a person gave. White space around it, tabs and newlines within do not matter. Returns NULL and
 * sets *fault if it is none or neither http nor https; the caller frees it with curl_url_cleanup(). */
CURLU *address_new(dh_view text, fetch_fault *fault);

/* The address that a Location header means, seen from `from`. As address_new(). */
CURLU *address_follow(CURLU *from, dh_view location, fetch_fault *fault);

/* Appends the address in plain ASCII, without user, password and fragment: fit for records and messages. False if there
 * is no memory or the host has no ASCII form. */
bool address_text(CURLU *address, dh_buf *out, fetch_fault *fault);

/* Sets *out to scheme, host and port, the same for two addresses of one server. Errors as dh_buf_append. */
dh_status address_origin(CURLU *address, dh_buf *out);

#endif
