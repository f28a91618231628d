/* settings.h: the command line as the commands need it. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/option_rows.h"

typedef struct {
    dehusk_values values;
    dh_options page;
    dh_rendering how;         /* but for source and record */
    dh_buf separator_bytes;   /* --separator without its escapes */
    dh_view separator_view;   /* of them */
    const dh_view *separator; /* NULL: not given */
    dh_buf split_bytes;       /* --split without its escapes, ended by a NUL */
    char **inputs;            /* part of argv */
    size_t count;
    const char *output; /* NULL: stdout */
    bool to_folder;     /* the output is a folder, or `lines` */
    const char *lines;  /* the file that the pages of many inputs go to as lines of JSON, "-": stdout; NULL: none */
    dh_buf state;       /* folder of what is known of it, ended by a NUL */
    bool addresses;     /* of what is fetched, not of files */
} settings;

/* Reads argv (without the program's name) into *s, whose parts are borrowed from it; settings_clear() in any case.
 * Errors: DH_ERR_USAGE, DH_ERR_NOMEM; *blame receives the operand that is to blame, else NULL. */
dh_status settings_read(settings *s, int argc, char **argv, const char **blame, dh_error *err);
void settings_clear(settings *s);

/* True for an operand that is fetched: it begins with http:// or https://. Whether the rest is an address is the
 * fetcher's to say. */
bool settings_is_url(const char *operand);

#endif
