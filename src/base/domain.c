/* Hosts to registrable domains by libpsl's built-in list: nothing is read or loaded. */
#include "domain.h"

#include <libpsl.h>

/* A host name has at most 253 bytes. */
#define HOST_BYTES 254

static bool is_ip(dh_view host) {
    if (host.ptr[0] == '[') return true;
    for (size_t i = 0; i < host.len; i++)
        if ((host.ptr[i] < '0' || host.ptr[i] > '9') && host.ptr[i] != '.') return false;
    return true;
}

/* In lower case, without a dot at the end, ended by a NUL. False if it is empty or too long. */
static bool copy_host(dh_view host, char out[HOST_BYTES], size_t *len) {
    if (host.len && host.ptr[host.len - 1] == '.') host.len--;
    if (!host.len || host.len >= HOST_BYTES || memchr(host.ptr, 0, host.len)) return false;
    for (size_t i = 0; i < host.len; i++) out[i] = ascii_lower(host.ptr[i]);
    out[host.len] = 0;
    *len = host.len;
    return true;
}

bool domain_of(dh_view host, bool known, dh_buf *out, dh_status *st) {
    char name[HOST_BYTES];
    size_t len;
    *st = DH_OK;
    if (!copy_host(host, name, &len)) return false;
    dh_view own = {name, len};
    const char *domain = is_ip(own) ? NULL : psl_registrable_domain(psl_builtin(), name);
    if (known) {
        const char *suffix = domain ? strchr(domain, '.') : NULL; /* both end in NUL */
        if (!suffix || !psl_is_public_suffix2(psl_builtin(), suffix + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE)) return false;
    }
    *st = buf_append_view(out, domain ? view_of(domain) : own);
    return true;
}
