/* option_rows.h: all options of dehusk and of dehusk-fetch, in one place, so that a name means one thing. What the
 * values do is left to the programs. */
#ifndef BASE_OPTION_ROWS_H
#define BASE_OPTION_ROWS_H

#include "options.h"

/* How addresses are fetched: dehusk hands these through to dehusk-fetch. */
typedef struct {
    size_t timeout_s, connect_timeout_s; /* of the whole transfer with its redirects, of one connection */
    size_t max_redirects;
    size_t max_bytes; /* of the body after decompression */
    const char *user_agent;
    opt_list headers;                 /* lines for the origin of an address */
    const char *cookies, *proxy, *ca; /* a file in Netscape's format; NULL: as the environment says; a file of certificates */
    int insecure;
    int browser, browser_no_sandbox; /* FETCH_BROWSER_NO and the like */
    size_t browsers;                 /* at a time */
    const char *urls;                    /* a list of addresses, "-" for stdin */
    opt_list sitemaps, feeds, crawls;
    size_t crawl_depth, max_queries, max_path; /* links from the start; queries of one path; parts of a path */
    size_t max_entries, limit; /* addresses of one of them; found ones of all */
    const char *match, *reject; /* globs over found addresses (pattern.h); NULL: all are wanted */
    size_t transfers, per_host, delay_s; /* at a time, at a time on one host, from start to start on one host */
    size_t tries, max_wait_s; /* 0: as many as suit what was asked for; longest wait that a server may ask for */
    int robots;               /* FETCH_ROBOTS_LISTS and the like */
    int allow_private;
    const char *log, *cache; /* cache: a folder, empty or NULL for none */
    size_t max_age_s;        /* of pages in the cache that are not asked for again */
} fetch_settings;

/* The command line of dehusk-fetch. */
typedef struct {
    fetch_settings fetch; /* first: what stands in it is dehusk's too */
    const char *warc;
    size_t warc_level; /* of gzip, 1 to 9 */
    int failures;      /* they have records too */
    int list;          /* only shows what the cache has */
    int found;         /* the address was not named by a person, but found in a page */
    int render;        /* the one address is shown to Chromium, and its text goes to stdout: what --browser starts */
    size_t links;      /* descriptor of a pipe with what was found in pages that were sent (fetch/links.h); 0: none */
    int quiet, help, version;
} fetch_values;

/* For which addresses robots.txt is obeyed: those of lists, all, none. */
enum { FETCH_ROBOTS_LISTS = 0, FETCH_ROBOTS_YES = 1, FETCH_ROBOTS_NO = 2 };

/* Which pages are shown to a browser: none, all, those that dehusk asks for. */
enum { FETCH_BROWSER_NO = 0, FETCH_BROWSER_ALWAYS = 1, FETCH_BROWSER_AUTO = 2 };

/* The name of an option that names many addresses, if one was given: "urls", "sitemap", "feed", "crawl"; else NULL. */
const char *fetch_list_option(const fetch_settings *s);

/* Looks for values that no request can have: lines that are no headers, control characters, proxies of no known kind. Errors:
 * DH_ERR_USAGE, the message names the option. */
dh_status fetch_check(const fetch_settings *s, dh_error *err);

/* Values of dehusk's --explain. */
enum { EXPLAIN_NO = 0, EXPLAIN_SHORT = 1, EXPLAIN_ALL = 2, EXPLAIN_JSON = 3 };

/* Values of dehusk's --stream. */
enum { STREAM_NO = 0, STREAM_JSONL = 1, STREAM_BYTES = 2 };

/* The command line of dehusk. Strings are lent by argv; NULL where the option was not given. */
typedef struct {
    int from, focus, title; /* dh_from, dh_focus, dh_title */
    int type;               /* dh_type + 1 */
    int data, hidden, comments; /* dh_data, dh_hidden, dh_comments */
    const char *split;
    int unicode, nfc;       /* dh_unicode, bool */
    const char *charset, *url, *model, *rules;
    opt_list body, strip, keep; /* selectors, or words in quotes */
    const char *only, *min_confidence;
    int to; /* dh_format + 1; 0: not given */
    int links, images, front_matter; /* dh_keep_links, yes or no */
    const char *output, *fields, *separator, *keep_removed, *report;
    int explain, fail_empty, quiet;
    int stream; /* STREAM_NO and the like */
    const char *field;
    const char *files, *include, *exclude;
    int null; /* names in `files` end in NUL */
    const char *profile;
    int no_profile;
    int restart, retry_failed, keep_stale, no_sandbox; /* folder runs */
    size_t jobs; /* 0: one for each processor */
    size_t max_bytes, max_depth, max_memory, page_timeout_s;
    size_t max_members, max_ratio; /* of an archive */
    int dedup;                     /* dedup_mode of batch/folder.h */
    size_t near_bits;
    size_t shard_bytes;            /* of lines of JSON; 0: they are one file */
    fetch_settings fetch;
    size_t next_pages; /* parts of a page that are fetched besides the one that is named */
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

/* The group of dehusk-fetch's options that say how one address is fetched. */
#define FETCH_GROUP_REQUEST 0u

/* The group of dehusk's options that are dehusk-fetch's. */
#define OPT_GROUP_ADDRESSES 4u

/* The command line of `dehusk profile`, behind its own word. */
typedef struct {
    const char *output, *files, *include, *exclude;
    int null, no_sandbox, quiet, help, version;
    size_t jobs, page_timeout_s, max_members, max_ratio;
} profile_values;

/* The command line of `dehusk doctor`. */
enum { DOCTOR_TEXT = 0, DOCTOR_JSON = 1 };
typedef struct {
    int to, help;
    const char *model;
} doctor_values;

/* The command line of `dehusk rules`, behind its own word. */
typedef struct {
    int no_fetch, quiet, help;
} rules_values;

extern const opt_table rules_options;
extern const opt_table dehusk_options, fetch_options, features_options, profile_options, doctor_options;
extern const profile_values profile_defaults;
extern const features_values features_defaults;
extern const dehusk_values dehusk_defaults;
extern const fetch_values fetch_defaults;

#endif
