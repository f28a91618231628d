/* finders.h: one function for each kind of fact. Each reads an opened page, fills its part of *out, and leaves what the page does
 * not tell. */
#ifndef FACTS_FINDERS_H
#define FACTS_FINDERS_H

#include "facts/reading.h"

/* Address, site's name, description, image, licence. First: titles and authors are told from the site's name. */
void fc_find_about(fc_page *f, fc_facts *out);

/* The headline without the site's name. */
void fc_find_title(fc_page *f, fc_facts *out);

/* People first, organisations only where nobody else is named. */
void fc_find_authors(fc_page *f, fc_facts *out);

/* Days of publication and of the last change. */
void fc_find_dates(fc_page *f, fc_facts *out);

/* The language of what is rendered, with what the page claims as a hint. */
void fc_find_language(fc_page *f, fc_facts *out);

/* True if a text is no more than the name of the site: as it calls itself, or as its host is called. After fc_find_about(). */
bool fc_is_site(const fc_page *f, dh_view text);

/* Sets a fact that is not yet known, unless the value is empty. */
void fc_set(fc_facts *out, dh_fact_kind kind, dh_view value, const char *origin);

#endif
