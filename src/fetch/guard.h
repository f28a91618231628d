/* guard.h: which IP addresses are nobody's public server. */
#ifndef FETCH_GUARD_H
#define FETCH_GUARD_H

#include "base/base.h"

#include <sys/socket.h>

/* The words for the special range that an IP address lies in ("loopback", "private"); NULL if it is public. What has an
 * IPv4 address within (mapped, NAT64, 6to4) is judged by that. Of IPv6 only 2000::/3 is public at all; other families
 * never are. */
const char *guard_range(const struct sockaddr *address);

#endif
