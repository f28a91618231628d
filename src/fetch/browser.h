/* browser.h: a page on its way through a browser, in a process of its own (render.h), so that the loop goes on meanwhile. */
#ifndef FETCH_BROWSER_H
#define FETCH_BROWSER_H

#include "base/option_rows.h"
#include "fault.h"

typedef struct browser browser;

/* Starts the process for an address that address_text() wrote. anywhere: it may connect to servers at special addresses. NULL with *fault
 * set if that cannot be done. */
browser *browser_start(const fetch_values *opt, dh_view url, bool anywhere, fetch_fault *fault);
/* Ends the process, if it still runs. */
void browser_free(browser *b);

/* A descriptor that can be read once it has ended. */
int browser_fd(const browser *b);
/* True if it has ended: then browser_get() may be called. */
bool browser_ended(const browser *b);
/* Where the page has led to, and what it has become, lent until browser_free(). False with *fault set if there is no page. */
bool browser_get(browser *b, dh_view *url, dh_view *text, fetch_fault *fault);

#endif
