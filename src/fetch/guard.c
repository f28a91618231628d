/* The special ranges of IPv4 and IPv6, by IANA's registries (RFC 6890 and what followed it). Refusing is left to the
 * transfer. */
#include "guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

typedef struct {
    uint32_t prefix;
    unsigned bits;
    const char *words;
} v4_row;

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static const v4_row v4_rows[] = {
    {V4(0, 0, 0, 0), 8, "this host"},
    {V4(10, 0, 0, 0), 8, "private"},
    {V4(100, 64, 0, 0), 10, "shared by providers"},
    {V4(127, 0, 0, 0), 8, "loopback"},
    {V4(169, 254, 0, 0), 16, "link-local"},
    {V4(172, 16, 0, 0), 12, "private"},
    {V4(192, 0, 0, 0), 24, "reserved"},
    {V4(192, 0, 2, 0), 24, "documentation"},
    {V4(192, 88, 99, 0), 24, "reserved"},
    {V4(192, 168, 0, 0), 16, "private"},
    {V4(198, 18, 0, 0), 15, "benchmarks"},
    {V4(198, 51, 100, 0), 24, "documentation"},
    {V4(203, 0, 113, 0), 24, "documentation"},
    {V4(224, 0, 0, 0), 4, "multicast"},
    {V4(240, 0, 0, 0), 4, "reserved"}, /* 255.255.255.255 too */
};

typedef struct {
    unsigned char prefix[16];
    unsigned bits;
    unsigned v4_at; /* byte where an IPv4 address stands that decides; 0: the words do */
    const char *words;
} v6_row;

/* The first that fits decides. */
static const v6_row v6_rows[] = {
    {{0}, 128, 0, "this host"},
    {{[15] = 1}, 128, 0, "loopback"},
    {{[10] = 0xff, 0xff}, 96, 12, NULL},
    {{0, 0x64, 0xff, 0x9b}, 96, 12, NULL},
    {{0xfc}, 7, 0, "private"},
    {{0xfe, 0x80}, 10, 0, "link-local"},
    {{0xfe, 0xc0}, 10, 0, "site-local"},
    {{0xff}, 8, 0, "multicast"},
    {{0x20, 0x01, 0}, 23, 0, "reserved"}, /* Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, 0, "documentation"},
    {{0x20, 0x02}, 16, 2, NULL},
    {{0x3f, 0xff, 0}, 20, 0, "documentation"},
    {{0x20}, 3, 0, NULL}, /* public */
    {{0}, 0, 0, "reserved"},
};

static const char *v4_range(const unsigned char b[4]) {
    uint32_t ip = V4(b[0], b[1], b[2], b[3]);
    for (size_t i = 0; i < DH_COUNT(v4_rows); i++)
        if ((ip ^ v4_rows[i].prefix) >> (32 - v4_rows[i].bits) == 0) return v4_rows[i].words;
    return NULL;
}

static bool fits(const unsigned char ip[16], const v6_row *row) {
    unsigned whole = row->bits / 8, rest = row->bits % 8;
    if (memcmp(ip, row->prefix, whole) != 0) return false;
    return !rest || (ip[whole] ^ row->prefix[whole]) >> (8 - rest) == 0;
}

static const char *v6_range(const unsigned char ip[16]) {
    size_t i = 0;
    while (!fits(ip, &v6_rows[i])) i++; /* the last row fits all */
    return v6_rows[i].v4_at ? v4_range(ip + v6_rows[i].v4_at) : v6_rows[i].words;
}

const char *guard_range(const struct sockaddr *address) {
    unsigned char ip[16];
    if (address->sa_family == AF_INET) {
        memcpy(ip, (const char *)address + offsetof(struct sockaddr_in, sin_addr), 4);
        return v4_range(ip);
    }
    if (address->sa_family != AF_INET6) return "no IP address";
    memcpy(ip, (const char *)address + offsetof(struct sockaddr_in6, sin6_addr), 16);
    return v6_range(ip);
}
