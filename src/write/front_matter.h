/* front_matter.h: the facts of a page as YAML between two lines of dashes, as site generators read them. */
#ifndef WRITE_FRONT_MATTER_H
#define WRITE_FRONT_MATTER_H

#include "facts/facts.h"
#include "write/out.h"

/* Facts that are not known are left out. No newline behind the last line. */
void wr_front_matter(wr_out *o, const fc_facts *facts);

#endif
