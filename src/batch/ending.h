/* ending.h: which ending of a name stands for which format. */
#ifndef BATCH_ENDING_H
#define BATCH_ENDING_H

#include "base/base.h"

/* What outputs of a format are called by, such as ".txt". Static. */
dh_view ending_of(dh_format format);

/* The format of a file by its name; text for endings that no format has. */
dh_format ending_format(dh_view name);

#endif
