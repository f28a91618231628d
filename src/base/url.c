/* Splits, joins and normalises addresses: RFC 3986 section 5 and the host rules of browsers. Fetching, IDNA and
 * registrable domains are left to others. */
#include "url.h"

#include <arpa/inet.h>

/* Names in the DNS end at 253 bytes. */
#define URL_HOST_BYTES 256

typedef struct {
    dh_view scheme, authority, path, query, fragment;
    bool has_scheme, has_authority, has_query, has_fragment;
} url_parts;

typedef struct {
    dh_view user, host, port;
} url_authority;

static dh_view cut(dh_view v, size_t from, size_t to) { return (dh_view){v.ptr + from, to - from}; }

static bool is_alpha(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

/* Offset of the first of `stops` (a NUL-terminated list) in v from `at` on; v.len if none. */
static size_t find_any(dh_view v, size_t at, const char *stops) {
    for (; at < v.len; at++)
        for (const char *s = stops; *s; s++)
            if (v.ptr[at] == *s) return at;
    return v.len;
}

/* Browsers take controls and blanks off both ends. */
static dh_view trim_controls(dh_view v) {
    while (v.len && (unsigned char)v.ptr[0] <= 0x20) v.ptr++, v.len--;
    while (v.len && (unsigned char)v.ptr[v.len - 1] <= 0x20) v.len--;
    return v;
}

/* ---- splitting ------------------------------------------------------------------------------------------------ */

/* Length of the scheme without its colon, 0 if there is none. */
static size_t scheme_len(dh_view v) {
    if (!v.len || !is_alpha(v.ptr[0])) return 0;
    for (size_t i = 1; i < v.len; i++) {
        char c = v.ptr[i];
        if (c == ':') return i;
        if (!is_alpha(c) && !ascii_digit(c) && c != '+' && c != '-' && c != '.') return 0;
    }
    return 0;
}

static url_parts split(dh_view v) {
    url_parts p = {0};
    size_t at = scheme_len(v), end;
    p.has_scheme = at > 0;
    p.scheme = cut(v, 0, at);
    if (p.has_scheme) at++;
    p.has_authority = v.len - at >= 2 && v.ptr[at] == '/' && v.ptr[at + 1] == '/';
    if (p.has_authority) {
        end = find_any(v, at + 2, "/?#");
        p.authority = cut(v, at + 2, end);
        at = end;
    }
    end = find_any(v, at, "?#");
    p.path = cut(v, at, end);
    at = end;
    p.has_query = at < v.len && v.ptr[at] == '?';
    if (p.has_query) {
        end = find_any(v, at + 1, "#");
        p.query = cut(v, at + 1, end);
        at = end;
    }
    p.has_fragment = at < v.len;
    if (p.has_fragment) p.fragment = cut(v, at + 1, v.len);
    return p;
}

/* True for bytes that stand in no host name here. This is what libcurl refuses and what browsers refuse, together, so
 * that the cleaner and the fetcher never read two hosts out of one address. */
static bool bad_in_host(char c) {
    return (unsigned char)c <= 0x20 || c == 0x7f || (c && strchr("/:#?!@{}[]\\|$'\"^`*<>=;,+&()", c));
}

static bool host_ok(dh_view host) {
    bool v6 = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    if (v6) host = cut(host, 1, host.len - 1);
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (v6 ? ascii_hex(c) < 0 && c != ':' && c != '.' : bad_in_host(c)) return false;
    }
    return host.len > 0;
}

/* Digits up to 65535, or nothing. *value receives the number. */
static bool port_ok(dh_view port, unsigned *value) {
    *value = 0;
    for (size_t i = 0; i < port.len; i++) {
        if (!ascii_digit(port.ptr[i])) return false;
        *value = *value * 10 + (unsigned)(port.ptr[i] - '0');
        if (*value > 65535) return false;
    }
    return true;
}

static url_authority split_authority(dh_view v) {
    url_authority a = {0};
    size_t at = find_any(v, 0, "@"); /* a second one stays in the host and spoils it: parsers differ on which counts */
    if (at < v.len) {
        a.user = cut(v, 0, at);
        v = cut(v, at + 1, v.len);
    }
    size_t from = v.len && v.ptr[0] == '[' ? find_any(v, 0, "]") : 0;
    size_t colon = find_any(v, from, ":");
    a.host = cut(v, 0, colon);
    if (colon < v.len) a.port = cut(v, colon + 1, v.len);
    return a;
}

dh_view url_host(dh_view url) {
    unsigned port;
    url_parts p = split(trim_controls(url));
    if (!p.has_scheme || !p.has_authority || find_any(p.authority, 0, "\\") < p.authority.len) return (dh_view){"", 0};
    url_authority a = split_authority(p.authority);
    return host_ok(a.host) && port_ok(a.port, &port) ? a.host : (dh_view){"", 0};
}

bool url_is_http(dh_view url) {
    url = trim_controls(url);
    return (view_starts_nocase(url, DH_VIEW("http://")) || view_starts_nocase(url, DH_VIEW("https://"))) &&
           url_host(url).len > 0;
}

/* ---- resolving ------------------------------------------------------------------------------------------------ */

/* Removes the segments "." and ".." of a path that begins with a slash, in place; returns the new length. Each byte
 * is written at most once and taken back at most once. */
static size_t remove_dots(char *p, size_t len) {
    size_t w = 0;
    for (size_t r = 0, end; r < len; r = end) {
        end = find_any((dh_view){p, len}, r + 1, "/");
        dh_view segment = {p + r + 1, end - r - 1};
        bool one = view_is(segment, DH_VIEW(".")), two = view_is(segment, DH_VIEW(".."));
        if (two && w)
            while (p[--w] != '/') {}
        if (!one && !two) {
            memmove(p + w, p + r, end - r);
            w += end - r;
        } else if (end == len) {
            p[w++] = '/';
        }
    }
    return w;
}

/* Appends v trimmed and without tabs and newlines. */
static dh_status append_clean(dh_buf *out, dh_view v) {
    v = trim_controls(v);
    if (v.len > URL_MAX_BYTES) return DH_ERR_LIMIT;
    dh_status st = DH_OK;
    for (size_t at = 0, end; at < v.len && !st; at = end + 1) {
        end = find_any(v, at, "\t\n\r");
        st = buf_append_view(out, cut(v, at, end));
    }
    return st;
}

/* The path of a relative reference seen from base (RFC 3986, 5.2.3), its dots still in it. */
static dh_status append_merged(dh_buf *out, const url_parts *base, dh_view path) {
    dh_status st = DH_OK;
    if (path.len && path.ptr[0] == '/') return buf_append_view(out, path);
    if (base->has_authority && !base->path.len) st = buf_append_char(out, '/');
    size_t keep = base->path.len;
    while (keep && base->path.ptr[keep - 1] != '/') keep--;
    if (!st) st = buf_append_view(out, cut(base->path, 0, keep));
    return st ? st : buf_append_view(out, path);
}

static dh_status append_parts(dh_buf *out, const url_parts *p) {
    dh_status st = buf_append_view(out, p->scheme);
    if (!st) st = buf_append_char(out, ':');
    if (!st && p->has_authority) st = buf_append_view(out, DH_VIEW("//"));
    if (!st && p->has_authority) st = buf_append_view(out, p->authority);
    /* "//" at the front of a path would be read as a host. */
    if (!st && !p->has_authority && view_starts(p->path, DH_VIEW("//"))) st = buf_append_view(out, DH_VIEW("/."));
    if (!st) st = buf_append_view(out, p->path);
    if (!st && p->has_query) st = buf_append_char(out, '?');
    if (!st && p->has_query) st = buf_append_view(out, p->query);
    if (!st && p->has_fragment) st = buf_append_char(out, '#');
    if (!st && p->has_fragment) st = buf_append_view(out, p->fragment);
    return st;
}

static bool is_http_scheme(dh_view scheme) {
    return view_is_nocase(scheme, DH_VIEW("http")) || view_is_nocase(scheme, DH_VIEW("https"));
}

/* Fills in what the reference leaves to its base; `path` holds the path that results. */
static dh_status inherit(const url_parts *base, url_parts *r, dh_buf *path) {
    bool same = r->has_scheme && view_is_nocase(r->scheme, base->scheme) && is_http_scheme(r->scheme);
    bool absolute = r->has_scheme && !(same && !r->has_authority);
    dh_status st = DH_OK;
    if (!absolute && !base->has_scheme) return DH_ERR_FORMAT;
    if (absolute || r->has_authority) {
        st = buf_append_view(path, r->path);
    } else {
        r->has_authority = base->has_authority;
        r->authority = base->authority;
        if (r->path.len)
            st = append_merged(path, base, r->path);
        else
            st = buf_append_view(path, base->path);
        if (!r->path.len && !r->has_query) {
            r->has_query = base->has_query;
            r->query = base->query;
        }
    }
    if (!absolute) r->scheme = base->scheme;
    if (!st && path->len && path->ptr[0] == '/') path->len = remove_dots(path->ptr, path->len);
    r->path = dh_buf_view(path);
    return st;
}

dh_status url_resolve(dh_view base, dh_view ref, dh_buf *out) {
    dh_buf text, path;
    size_t before = out->len;
    dh_buf_init(&text, 2 * URL_MAX_BYTES);
    dh_buf_init(&path, 2 * URL_MAX_BYTES);
    dh_status st = append_clean(&text, base);
    size_t base_len = text.len;
    if (!st) st = append_clean(&text, ref);
    if (st) goto out;
    dh_view both = dh_buf_view(&text);
    url_parts b = split(cut(both, 0, base_len)), r = split(cut(both, base_len, both.len));
    st = inherit(&b, &r, &path);
    if (!st) st = append_parts(out, &r);
    if (!st && out->len - before > URL_MAX_BYTES) st = DH_ERR_LIMIT;
out:
    if (st) out->len = before;
    dh_buf_clear(&text);
    dh_buf_clear(&path);
    return st;
}

/* ---- normalising ---------------------------------------------------------------------------------------------- */

/* If v has an escape at `at`, *value receives its byte. */
static bool unescape(dh_view v, size_t at, unsigned char *value) {
    if (v.ptr[at] != '%' || v.len - at < 3) return false;
    int high = ascii_hex(v.ptr[at + 1]), low = ascii_hex(v.ptr[at + 2]);
    *value = (unsigned char)(high * 16 + low);
    return high >= 0 && low >= 0;
}

static bool is_unreserved(unsigned char c) {
    return is_alpha((char)c) || ascii_digit((char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Appends a path, query or user with exactly the escapes that it needs. A lone percent sign is escaped too, else a
 * second pass could find an escape that the first one made. */
static dh_status append_escaped(dh_buf *out, dh_view v) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < v.len && !st; i++) {
        unsigned char c = (unsigned char)v.ptr[i], value;
        bool escape = unescape(v, i, &value);
        if (escape) {
            i += 2;
            if (is_unreserved(value))
                st = buf_append_char(out, (char)value);
            else
                st = buf_printf(out, "%%%02X", value);
        } else if (c <= 0x20 || c >= 0x7f || strchr("%\"<>\\^`{|}", c)) {
            st = buf_printf(out, "%%%02X", c);
        } else {
            st = buf_append_char(out, (char)c);
        }
    }
    return st;
}

/* One number of an IPv4 address: decimal, 0 octal, 0x hexadecimal. */
static bool v4_number(dh_view v, uint64_t *value) {
    unsigned base = 10;
    if (v.len >= 2 && v.ptr[0] == '0') {
        base = ascii_lower(v.ptr[1]) == 'x' ? 16 : 8;
        v = cut(v, base == 16 ? 2 : 1, v.len);
    } else if (!v.len) {
        return false;
    }
    *value = 0;
    for (size_t i = 0; i < v.len; i++) {
        int digit = ascii_hex(v.ptr[i]);
        if (digit < 0 || (unsigned)digit >= base) return false;
        *value = *value * base + (unsigned)digit;
        if (*value > UINT32_MAX) return false;
    }
    return true;
}

/* Browsers read a name that ends in a number as an IPv4 address and refuse it if it is none. */
static bool ends_in_number(dh_view host) {
    size_t from = host.len;
    while (from && host.ptr[from - 1] != '.') from--;
    dh_view last = cut(host, from, host.len);
    bool hex = view_starts_nocase(last, DH_VIEW("0x"));
    for (size_t i = hex ? 2 : 0; i < last.len; i++)
        if (hex ? ascii_hex(last.ptr[i]) < 0 : !ascii_digit(last.ptr[i])) return false;
    return last.len > 0;
}

/* "0x7f.1" is 127.0.0.1: one to four numbers, the last one fills the rest. False if the host is no such address. */
static bool v4_address(dh_view host, uint32_t *address) {
    uint64_t number = 0, sum = 0;
    unsigned parts = 0;
    for (size_t at = 0, end; at <= host.len; at = end + 1) {
        end = find_any(host, at, ".");
        if (++parts > 4 || !v4_number(cut(host, at, end), &number)) return false;
        if (end < host.len && number > 255) return false;
        if (end < host.len) sum |= number << (32 - 8 * parts);
    }
    if (number >> (8 * (5 - parts))) return false;
    *address = (uint32_t)(sum | number);
    return true;
}

static dh_status append_v6(dh_buf *out, const char *host, size_t len) {
    char inner[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (len < 4 || len - 2 >= sizeof inner) return DH_ERR_FORMAT;
    memcpy(inner, host + 1, len - 2);
    inner[len - 2] = 0;
    if (inet_pton(AF_INET6, inner, &address) != 1) return DH_ERR_FORMAT;
    if (!inet_ntop(AF_INET6, &address, text, sizeof text)) return DH_ERR_FORMAT;
    return buf_printf(out, "[%s]", text);
}

/* Appends the host unescaped, in lower case, IP addresses in their usual form. */
static dh_status append_host(dh_buf *out, dh_view v) {
    char host[URL_HOST_BYTES];
    size_t len = 0;
    uint32_t v4;
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        if (c == '%') {
            if (!unescape(v, i, &c)) return DH_ERR_FORMAT;
            i += 2;
        }
        if (len == sizeof host || c == '%') return DH_ERR_FORMAT;
        host[len++] = ascii_lower((char)c);
    }
    dh_view name = {host, len};
    if (!host_ok(name)) return DH_ERR_FORMAT;
    if (host[0] == '[') return append_v6(out, host, len);
    dh_view bare = {host, host[len - 1] == '.' ? len - 1 : len};
    if (!ends_in_number(bare)) return buf_append_view(out, name);
    if (!v4_address(bare, &v4)) return DH_ERR_FORMAT;
    return buf_printf(out, "%u.%u.%u.%u", v4 >> 24, v4 >> 16 & 255, v4 >> 8 & 255, v4 & 255);
}

static dh_status append_authority(dh_buf *out, dh_view v, bool https) {
    unsigned port;
    url_authority a = split_authority(v);
    if (find_any(v, 0, "\\") < v.len || !port_ok(a.port, &port)) return DH_ERR_FORMAT;
    dh_status st = DH_OK;
    if (a.user.len) st = append_escaped(out, a.user);
    if (!st && a.user.len) st = buf_append_char(out, '@');
    if (!st) st = append_host(out, a.host);
    bool usual = !a.port.len || port == (https ? 443 : 80);
    return st || usual ? st : buf_printf(out, ":%u", port);
}

dh_status url_normalise(dh_view url, dh_buf *out) {
    dh_buf text;
    size_t before = out->len;
    dh_buf_init(&text, URL_MAX_BYTES);
    dh_status st = append_clean(&text, url);
    url_parts p = split(dh_buf_view(&text));
    bool https = view_is_nocase(p.scheme, DH_VIEW("https"));
    if (!st && (!is_http_scheme(p.scheme) || !p.has_authority)) st = DH_ERR_FORMAT;
    if (!st) st = buf_append_view(out, https ? DH_VIEW("https://") : DH_VIEW("http://"));
    if (!st) st = append_authority(out, p.authority, https);
    size_t path = out->len;
    if (!st) st = p.path.len ? append_escaped(out, p.path) : buf_append_char(out, '/');
    if (!st) out->len = path + remove_dots(out->ptr + path, out->len - path);
    if (!st && p.has_query) st = buf_append_char(out, '?');
    if (!st && p.has_query) st = append_escaped(out, p.query);
    if (!st && out->len - before > URL_MAX_BYTES) st = DH_ERR_LIMIT;
    if (st) out->len = before;
    dh_buf_clear(&text);
    return st;
}
