/* batch_report.h: --report of a run over many pages: what they came to, in an HTML file for a person to read. It is made from the manifest when the run
 * is over, so that a run that went on where an earlier one stopped has the report of the whole. */
#ifndef CLI_BATCH_REPORT_H
#define CLI_BATCH_REPORT_H

#include "base/base.h"

/* Makes the folders above `path`, and sees whether a report can be written there: to be asked before hours of work. Errors: DH_ERR_IO. */
dh_status batch_report_try(const char *path, dh_error *err);

/* Writes it. out: the folder that has the manifest; lines: all pages went to one file, so that none has an output of its own. An earlier report is replaced when the new one is whole.
 * Errors: DH_ERR_IO, DH_ERR_NOMEM. */
dh_status batch_report_write(const char *path, const char *out, bool lines, dh_error *err);

#endif
