/* compose.h: letters and their accents made one character where Unicode has one (normalization form C). */
#ifndef BASE_COMPOSE_H
#define BASE_COMPOSE_H

#include "base.h"

/* Appends valid UTF-8 in normalization form C, line by line. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *out). */
dh_status compose_append(dh_buf *out, dh_view text);

#endif
