/* rules.h: a user's own rules: those of the command line, and `dehusk rules`. */
#ifndef CLI_RULES_H
#define CLI_RULES_H

#include "base/option_rows.h"

/* Takes --rules, --body, --strip and --keep into a context. What of a site config is not read is said on stderr, unless `quiet`.
 * *blame receives the file or NULL. Errors: DH_ERR_USAGE (an option), DH_ERR_FORMAT, DH_ERR_IO (the file), DH_ERR_NOMEM. */
dh_status rules_load(dh_context *ctx, const dehusk_values *v, bool quiet, const char **blame, dh_error *err);

/* `dehusk rules`; argv: behind the command's word. Returns the exit status. */
int rules_main(int argc, char **argv);

#endif
