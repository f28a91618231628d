/* stream.h: one dehusk for many pages: records come on stdin, and each is answered on stdout before the next is read. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "filter.h"

/* Answers records until stdin ends (docs/stream.md has both formats). A record that fails is answered as well, and counts as a
 * failure. It reads pages in the sandbox of workers unless --no-sandbox is given. */
run_result stream_run(const settings *s, dh_context *ctx);

#endif
