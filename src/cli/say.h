/* say.h: what the program tells on stderr. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/base.h"

/* Prints "dehusk: ABOUT: WHAT" as one line in which nothing moves a cursor. about: the source, NULL: left out. */
void say(const char *about, const char *what);

#endif
