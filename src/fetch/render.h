/* render.h: --render: what a process of its own does for one page that needs a browser. */
#ifndef FETCH_RENDER_H
#define FETCH_RENDER_H

#include "base/option_rows.h"
#include "fault.h"

/* Shows an address to Chromium and writes what the page has become to stdout: its last address, a newline, its text. Of opt, the limits and
 * the proxy hold; allow_private: for servers at special addresses. False with *fault set. SIGINT, SIGTERM and SIGHUP end Chromium first. */
bool render_page(const fetch_settings *opt, const char *url, fetch_fault *fault);

#endif
