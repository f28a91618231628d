/* settings.h: what the command line of dehusk-fetch says. */
#ifndef FETCH_SETTINGS_H
#define FETCH_SETTINGS_H

#include "base/options.h"
#include "transfer.h"

typedef struct {
    transfer_options transfer;
    int help, version;
} settings;

extern const settings fetch_defaults;
/* Parses into a settings. */
extern const opt_table fetch_options;

#endif
