/* guide_xml.h: what the readers of sitemaps and feeds share. */
#ifndef FETCH_GUIDE_XML_H
#define FETCH_GUIDE_XML_H

#include "guide.h"

/* As guide_read(), of XML. */
bool guide_read_xml(guide_job *job, dh_view body, fetch_fault *fault);

/* Hands an address on, seen from the guide's. Empty ones and those beyond job->max_entries are passed over. False without memory. */
bool guide_take(guide_job *job, dh_view address, bool guide, fetch_fault *fault);
/* Sets the fault of what is no guide, and returns false. */
bool guide_none(fetch_fault *fault, const char *why);

#endif
