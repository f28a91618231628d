/* Messages on stderr, one line each, written at once so that lines of several processes do not mix. What they say is
 * left to the callers. */
#include "say.h"

#include "base/printable.h"
#include "batch/source.h"

#include <unistd.h>

void say(const char *about, const char *what) {
    dh_buf line;
    dh_error err;
    dh_buf_init(&line, 0);
    if (printable_message(&line, "dehusk", about, what)) { /* no memory: the bare words still go out */
        source_write_all(STDERR_FILENO, DH_VIEW("dehusk: out of memory\n"), NULL, &err);
    } else {
        source_write_all(STDERR_FILENO, dh_buf_view(&line), NULL, &err);
    }
    dh_buf_clear(&line);
}
