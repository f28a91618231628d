/* option_rows.h: all options of dehusk and of dehusk-fetch, in one place, so that a name means one thing. What the
 * values do is left to the programs. */
#ifndef BASE_OPTION_ROWS_H
#define BASE_OPTION_ROWS_H

#include "options.h"

/* How an address is fetched: dehusk hands these through to dehusk-fetch. */
typedef struct {
    size_t timeout_s, connect_timeout_s; /* of the whole transfer with its redirects, of one connection */
    size_t max_redirects;
    size_t max_bytes; /* of the body after decompression */
    const char *user_agent;
} fetch_settings;

/* The command line of dehusk-fetch. */
typedef struct {
    fetch_settings fetch; /* first: what stands in it is dehusk's too */
    const char *urls;     /* a list of addresses, "-" for stdin */
    const char *warc, *log;
    size_t warc_level;                   /* of gzip, 1 to 9 */
    size_t transfers, per_host, delay_s; /* at a time, at a time on one host, from start to start on one host */
    size_t tries, max_wait_s; /* 0: as many as suit what was asked for; longest wait that a server may ask for */
    int allow_private, quiet, help, version;
} fetch_values;

/* Values of dehusk's --explain. */
enum { EXPLAIN_NO = 0, EXPLAIN_SHORT = 1, EXPLAIN_ALL = 2 };

/* Values of dehusk's --stream. */
enum { STREAM_NO = 0, STREAM_JSONL = 1, STREAM_BYTES = 2 };

/* The command line of dehusk. Strings are lent by argv; NULL where the option was not given. */
typedef struct {
    int from, focus, title; /* dh_from, dh_focus, dh_title */
    int type;               /* dh_type + 1 */
    int data, hidden, comments; /* dh_data, dh_hidden, dh_comments */
    const char *split;
    const char *charset, *url, *model;
    const char *output, *separator, *keep_removed;
    int explain, fail_empty, quiet;
    int stream; /* STREAM_NO and the like */
    const char *field;
    const char *files, *include, *exclude;
    int null; /* names in `files` end in NUL */
    int restart, retry_failed, keep_stale, no_sandbox; /* folder runs */
    size_t jobs; /* 0: one for each processor */
    size_t max_bytes, max_depth, max_memory, page_timeout_s;
    fetch_settings fetch;
    size_t timeout_s; /* --timeout, short for the fetcher's where an address is named; 0: not given */
    int help, version;
} dehusk_values;

/* The command line of `dehusk features`. */
enum { FEATURES_BLOCK = 0, FEATURES_SECOND = 1, FEATURES_PAGE = 2, FEATURES_LINE = 3, FEATURES_AROUND = 4, FEATURES_TEXT = 5 };
typedef struct {
    int set, names, help;
    const char *model, *npy, *pages;
    size_t max_memory;
} features_values;

extern const opt_table dehusk_options, fetch_options, features_options;
extern const features_values features_defaults;
extern const dehusk_values dehusk_defaults;
extern const fetch_values fetch_defaults;

#endif
