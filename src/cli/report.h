/* report.h: what a person is told at the end of a run over many pages: figures, failures by kind, what took long, what to do
 * next. It collects failures as they happen; that each is said at once is left to others. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "batch/folder.h"

/* Kinds of failures that are told apart; further ones count as "other reasons". */
#define REPORT_KINDS 12
/* Names that are told of each. */
#define REPORT_NAMES 3
#define REPORT_NAME_BYTES 200

/* Failures whose words differ in numbers only. */
typedef struct {
    char words[sizeof((dh_error *)0)->msg]; /* of the first one */
    uint64_t kind;                          /* hash of the words without their numbers */
    size_t count;
    char names[REPORT_NAMES][REPORT_NAME_BYTES];
} report_kind;

typedef struct {
    report_kind kinds[REPORT_KINDS];
    size_t count;  /* of kinds */
    size_t others; /* failures of further kinds */
    size_t all;
} report;

/* Notes a failure of a source. */
void report_failure(report *r, const char *name, const char *what);

/* Says, in lines about `about`, the figures, and what else a person should know. unit: what was cleaned, "file" or "page". */
void report_say(const report *r, const folder_summary *sum, const char *about, const char *unit);

#endif
