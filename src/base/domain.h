/* domain.h: registrable domains by the Public Suffix List. For the programs only: it needs libpsl. */
#ifndef BASE_DOMAIN_H
#define BASE_DOMAIN_H

#include "base.h"

/* Appends the registrable domain of a host; one that has none, and an IP address, stands for itself. known: only one below a suffix
 * that the list has. False if there is no host, or none such; *st is set then and otherwise as dh_buf_append. */
bool domain_of(dh_view host, bool known, dh_buf *out, dh_status *st);

#endif
