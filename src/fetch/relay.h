/* relay.h: the one way out of a browser: a SOCKS5 server (RFC 1928, without a password, CONNECT only) whose connections go to public
 * servers alone. Names are resolved here, by libcurl, and the IP address is looked at when the connection is made. */
#ifndef FETCH_RELAY_H
#define FETCH_RELAY_H

#include "base/option_rows.h"

#include <curl/curl.h>

typedef struct relay relay;

/* listener: a socket that listens, taken. multi and opt (timeouts, proxy) are borrowed. anywhere: special addresses (guard.h) are
 * connected to as well. NULL if there is no memory. */
relay *relay_new(int listener, CURLM *multi, const fetch_settings *opt, bool anywhere);
void relay_free(relay *r);

/* The descriptors that it waits for, at most RELAY_FDS. Returns their number. */
#define RELAY_MOST 128
#define RELAY_FDS  (2 * RELAY_MOST + 1)
size_t relay_watch(const relay *r, struct curl_waitfd fds[RELAY_FDS]);
/* Moves all that can be moved. Never waits. */
void relay_work(relay *r);
/* A connection of its is there, or cannot be had. easy: of a message of the multi handle, whose other ones are not its affair. */
void relay_connected(relay *r, CURL *easy, CURLcode code);

/* Why the last connection that was refused was so ("refused address 10.0.0.1: private"); NULL if none was, or it was to another host than this
 * (empty: any). Lent. */
const char *relay_refusal(const relay *r, dh_view host);

#endif
