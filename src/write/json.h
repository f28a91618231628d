/* json.h: a page as an object of JSON; docs/page.schema.json describes it. */
#ifndef WRITE_JSON_H
#define WRITE_JSON_H

#include "write/write.h"

/* Looks at how->fields. Errors: DH_ERR_USAGE. */
dh_status wr_json_check(const dh_rendering *how, bool *with_facts, dh_error *err);

/* The object and a newline. Without in->page it has what can be said of a page that could not be read, else null. */
dh_status wr_json(const wr_input *in, dh_buf *out);

#endif
