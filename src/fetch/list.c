/* Reads lists of addresses. Whether they are any is left to whoever takes them from the queue. */
#include "list.h"

#include "base/url.h"

#include <errno.h>

/* Reads one line without its end; false at the end of the file. What is longer than an address may be is passed over.
 */
static bool read_line(FILE *in, dh_buf *line, dh_status *st) {
    int c;
    line->len = 0;
    while ((c = getc_unlocked(in)) != EOF && c != '\n' && !*st)
        if (line->len <= URL_MAX_BYTES) *st = buf_append_char(line, (char)c);
    return !*st && (c != EOF || line->len);
}

dh_status list_read(FILE *in, queue *q, size_t *read, size_t *duplicates) {
    dh_status st = DH_OK;
    dh_buf line;
    dh_buf_init(&line, 0);
    errno = 0;
    while (!st && read_line(in, &line, &st)) {
        dh_view address = view_trim(dh_buf_view(&line));
        bool fresh = false;
        if (!address.len || address.ptr[0] == '#') continue;
        st = queue_add(q, address, (queue_role){QUEUE_PAGE, 0}, &fresh);
        ++*read;
        if (!fresh) ++*duplicates;
    }
    int error = errno;
    dh_buf_clear(&line);
    if (!st && ferror(in)) st = DH_ERR_IO;
    errno = error;
    return st;
}
