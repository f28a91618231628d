/* names.h: names of authors, out of what stands in bylines and fields. */
#ifndef FACTS_NAMES_H
#define FACTS_NAMES_H

#include "base/base.h"

/* Takes the next name off *rest, which holds one or several: without "By" before and without what stands behind ("| May 2"). Names
 * are parted at ";", "&", "|", "," (not before "MD"), newlines and " and " in six languages. False if there is none. What is no name (an
 * address, "Admin", a date) is passed over. */
bool fc_next_name(dh_view *rest, dh_view *name);

/* True if a text says what somebody is, not who: "Senior Editor". */
bool fc_is_role(dh_view text);

/* True if a name looks like that of a person in a line of text: two to five words, the first with a capital. */
bool fc_is_person(dh_view name);

/* The bytes of "By " and its like at the beginning of a text, in the languages of the sets; 0 if there is none. */
size_t fc_by(dh_view text);

#endif
