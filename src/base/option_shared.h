/* option_shared.h: rows that several command lines have, written once, as macros for the tables. */
#ifndef BASE_OPTION_SHARED_H
#define BASE_OPTION_SHARED_H

#include "option_rows.h"

#define MAX_SECONDS   86400
/* Ten years. */
#define MAX_AGE       315360000
#define MAX_JOBS      1024
#define MAX_TRANSFERS 1024
#define MAX_BROWSERS  64
/* The waits double: ten tries take nine minutes. */
#define MAX_TRIES 10
/* The library's bounds: offsets of blocks and depths of elements have to fit (pipeline.h). */
#define LARGEST_PAGE ((size_t)2 << 30)
#define LEAST_DEPTH  8
#define MOST_DEPTH   60000

#define FETCH_DEFAULTS                                                                                                 \
    {                                                                                                                  \
        .timeout_s = 30, .connect_timeout_s = 10, .max_redirects = 5, .max_bytes = (size_t)16 << 20,                   \
        .user_agent = "dehusk/" DH_VERSION, .transfers = 64, .per_host = 1, .delay_s = 1, .max_wait_s = 300,           \
        .browsers = 2, .crawl_depth = 10, .max_queries = 100, .max_path = 20, .max_entries = 50000, .limit = 1000000                                                                          \
    }

/* values: the struct of values, which has a fetch_settings named fetch; alias: its field that --timeout sets; brief: dehusk's
 * --help and its manual page leave the rarer ones to dehusk-fetch. */
#define FETCH_ROWS(values, in_group, alias, brief)                                                                            \
    {.name = "fetch-timeout",                                                                                          \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.timeout_s),                                                                      \
     .arg = "SEC",                                                                                                     \
     .min = 1,                                                                                                         \
     .max = MAX_SECONDS,                                                                                               \
     .shown = "30",                                                                                                    \
     .help = "whole time, redirects included"},                                                                        \
    {.name = "timeout",                                                                                                \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, alias),                                                                                \
     .arg = "SEC",                                                                                                     \
     .min = 1,                                                                                                         \
     .max = MAX_SECONDS,                                                                                               \
     .help = "short for --fetch-timeout"},                                                                             \
    {.name = "connect-timeout",                                                                                        \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.connect_timeout_s),                                                              \
     .arg = "SEC",                                                                                                     \
     .min = 1,                                                                                                         \
     .max = MAX_SECONDS,                                                                                               \
     .shown = "10",                                                                                                    \
     .help = "time for one connection"},                                                                               \
    {.name = "fetch-max-bytes",                                                                                        \
     .type = OPT_SIZE,                                                                                                 \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_bytes),                                                                      \
     .arg = "SIZE",                                                                                                    \
     .min = 1,                                                                                                         \
     .max = (size_t)1 << 40,                                                                                           \
     .shown = "16M",                                                                                                   \
     .help = "of a fetched page, decompressed"},                                                                       \
    {.name = "max-redirects",                                                                                          \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_redirects),                                                                  \
     .arg = "N",                                                                                                       \
     .max = 100,                                                                                                       \
     .shown = "5",                                                                                                     \
     .help = "redirects that are followed"},                                                                           \
    {.name = "user-agent",                                                                                             \
     .type = OPT_STRING,                                                                                               \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.user_agent),                                                                     \
     .arg = "TEXT",                                                                                                    \
     .shown = "dehusk/" DH_VERSION,                                                                                    \
     .help = "what the server is told"},                                                                               \
    {.name = "header",                                                                                                 \
     .type = OPT_LIST,                                                                                                 \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.headers),                                                                        \
     .arg = "LINE",                                                                                                    \
     .help = "a header of each request; again for more"},                                                              \
    {.name = "cookies",                                                                                                \
     .type = OPT_STRING,                                                                                               \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.cookies),                                                                        \
     .arg = "FILE",                                                                                                    \
     .help = "cookies.txt, in Netscape's format"},                                                                     \
    {.name = "proxy",                                                                                                  \
     .type = OPT_STRING,                                                                                               \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.proxy),                                                                          \
     .arg = "URL",                                                                                                     \
     .help = "http, https or socks; '' for none [environment]"},                                                       \
    {.name = "ca",                                                                                                     \
     .type = OPT_STRING,                                                                                               \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.ca),                                                                             \
     .arg = "FILE",                                                                                                    \
     .help = "certificates to trust, instead of the system's"},                                                        \
    {.name = "insecure",                                                                                               \
     .type = OPT_FLAG,                                                                                                 \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.insecure),                                                                       \
     .value = 1,                                                                                                       \
     .help = "do not check certificates"},                                                                             \
    {.name = "browser",                                                                                                \
     .type = OPT_CHOICE,                                                                                               \
     .aside = true,                                                                                                    \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.browser),                                                                        \
     .arg = "auto",                                                                                                    \
     .arg_optional = true,                                                                                             \
     .words = "always|auto",                                                                                           \
     .value = FETCH_BROWSER_ALWAYS,                                                                                    \
     .help = "show pages to Chromium; auto: where needed"},                                                  \
    {.name = "browsers",                                                                                               \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.browsers),                                                                       \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .max = MAX_BROWSERS,                                                                                              \
     .shown = "2",                                                                                                     \
     .help = "of them at a time"},                                                                                     \
    {.name = "browser-no-sandbox",                                                                                     \
     .type = OPT_FLAG,                                                                                                 \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.browser_no_sandbox),                                                             \
     .value = 1,                                                                                                       \
     .help = "Chromium without its own, as root must"}

/* Of many addresses. */
#define LIST_ROWS(values, in_group, brief)                                                                                    \
    {.name = "urls",                                                                                                   \
     .type = OPT_STRING,                                                                                               \
     .basic = true,                                                                                                    \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.urls),                                                                           \
     .arg = "FILE",                                                                                                    \
     .help = "a list, one a line; - for stdin"},                                                                       \
    {.name = "sitemap",                                                                                                \
     .type = OPT_LIST,                                                                                                 \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.sitemaps),                                                                       \
     .arg = "URL",                                                                                                     \
     .help = "the pages it names; of a site: its own"},                                                  \
    {.name = "feed",                                                                                                   \
     .type = OPT_LIST,                                                                                                 \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.feeds),                                                                          \
     .arg = "URL",                                                                                                     \
     .help = "the same of RSS, Atom or JSON Feed"},                                                                    \
    {.name = "crawl",                                                                                                  \
     .type = OPT_LIST,                                                                                                 \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.crawls),                                                                         \
     .arg = "URL",                                                                                                     \
     .help = "a site, by following links (with dehusk -o)"},                                                           \
    {.name = "crawl-depth",                                                                                            \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.crawl_depth),                                                                    \
     .arg = "N",                                                                                                       \
     .max = 1000,                                                                                                      \
     .shown = "10",                                                                                                    \
     .help = "links from its start to a page"},                                                                        \
    {.name = "max-queries",                                                                                            \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_queries),                                                                    \
     .arg = "N",                                                                                                       \
     .shown = "100",                                                                                                   \
     .help = "what follows a ?, for each path, in a crawl"},                                                           \
    {.name = "max-path",                                                                                               \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_path),                                                                       \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .max = 1000,                                                                                                      \
     .shown = "20",                                                                                                    \
     .help = "parts of a path, in a crawl"},                                                                           \
    {.name = "max-entries",                                                                                            \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_entries),                                                                    \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .shown = "50000",                                                                                                 \
     .help = "that are read of one sitemap or feed"},                                                                  \
    {.name = "match",                                                                                                  \
     .type = OPT_STRING,                                                                                               \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.match),                                                                          \
     .arg = "GLOBS",                                                                                                   \
     .help = "of those found, only such: '*/news/*,*.html'"},                                                          \
    {.name = "reject",                                                                                                 \
     .type = OPT_STRING,                                                                                               \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.reject),                                                                         \
     .arg = "GLOBS",                                                                                                   \
     .help = "none such"},                                                                                             \
    {.name = "limit",                                                                                                  \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.limit),                                                                          \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .shown = "1000000",                                                                                               \
     .help = "of those found, no more"},                                                                               \
    {.name = "delay",                                                                                                  \
     .type = OPT_COUNT,                                                                                                \
     .basic = true,                                                                                                    \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.delay_s),                                                                        \
     .arg = "SEC",                                                                                                     \
     .max = MAX_SECONDS,                                                                                               \
     .shown = "1",                                                                                                     \
     .help = "from start to start on one host"},                                                                       \
    {.name = "per-host",                                                                                               \
     .type = OPT_COUNT,                                                                                                \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.per_host),                                                                       \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .max = MAX_TRANSFERS,                                                                                             \
     .shown = "1",                                                                                                     \
     .help = "requests to one host at a time"},                                                                        \
    {.name = "transfers",                                                                                              \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.transfers),                                                                      \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .max = MAX_TRANSFERS,                                                                                             \
     .shown = "64",                                                                                                    \
     .help = "requests to all hosts at a time"},                                                                       \
    {.name = "tries",                                                                                                  \
     .type = OPT_COUNT,                                                                                                \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.tries),                                                                          \
     .arg = "N",                                                                                                       \
     .min = 1,                                                                                                         \
     .max = MAX_TRIES,                                                                                                 \
     .help = "for what may pass [3; 1 for one address]"},                                                              \
    {.name = "max-wait",                                                                                               \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_wait_s),                                                                     \
     .arg = "SEC",                                                                                                     \
     .max = MAX_SECONDS,                                                                                               \
     .shown = "300",                                                                                                   \
     .help = "that a server may ask for"},                                                                             \
    {.name = "robots",                                                                                                 \
     .type = OPT_FLAG,                                                                                                 \
     .basic = true,                                                                                                    \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.robots),                                                                         \
     .negatable = true,                                                                                                \
     .value = FETCH_ROBOTS_YES,                                                                                        \
     .negative = FETCH_ROBOTS_NO,                                                                                      \
     .help = "obey robots.txt [of lists: yes]"},                                                                       \
    {.name = "allow-private",                                                                                          \
     .type = OPT_FLAG,                                                                                                 \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.allow_private),                                                                  \
     .value = 1,                                                                                                       \
     .help = "servers in private and other special ranges"},                                                           \
    {.name = "cache",                                                                                                  \
     .type = OPT_STRING,                                                                                               \
     .basic = true,                                                                                                    \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.cache),                                                                          \
     .arg = "DIR",                                                                                                     \
     .help = "keep pages there, ask for what has changed"},                                                            \
    {.name = "max-age",                                                                                                \
     .type = OPT_COUNT,                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.max_age_s),                                                                      \
     .arg = "SEC",                                                                                                     \
     .max = MAX_AGE,                                                                                                   \
     .shown = "0",                                                                                                     \
     .help = "do not ask for pages that are so young"},                                                                \
    {.name = "log",                                                                                                    \
     .type = OPT_STRING,                                                                                               \
     .basic = !(brief),                                                                                                \
     .aside = true,                                                                                                    \
     .unlisted = brief,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.log),                                                                            \
     .arg = "FILE",                                                                                                    \
     .help = "a line of JSON for each address, appended"}

#define QUIET_ROW(values, in_group)                                                                                    \
    {                                                                                                                  \
        .name = "quiet", .letter = 'q', .type = OPT_FLAG, .aside = true, .basic = true, .group = in_group,                            \
        .offset = offsetof(values, quiet), .value = 1, .help = "no summary, progress or hint, errors only"                                                \
    }

/* Which files are meant, and how many at a time: for commands that go over folders. */
#define CRAWL_ROWS(values, in_group)                                                                                  \
    {.name = "jobs",                                                                                                  \
     .letter = 'j',                                                                                                   \
     .type = OPT_COUNT,                                                                                               \
     .aside = true,                                                                                                   \
     .basic = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, jobs),                                                                                \
     .arg = "N",                                                                                                      \
     .min = 1,                                                                                                        \
     .max = MAX_JOBS,                                                                                                 \
     .shown = "processors",                                                                                           \
     .help = "pages at a time, into a folder"},                                                                       \
    {.name = "files",                                                                                                 \
     .type = OPT_STRING,                                                                                              \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, files),                                                                               \
     .arg = "FILE",                                                                                                   \
     .help = "the inputs, a name a line; - is stdin"},                                                                \
    {.name = "null",                                                                                                  \
     .letter = '0',                                                                                                   \
     .type = OPT_FLAG,                                                                                                \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, null),                                                                                \
     .value = 1,                                                                                                      \
     .help = "names in --files end in NUL (find -print0)"},                                                           \
    {.name = "include",                                                                                               \
     .type = OPT_STRING,                                                                                              \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, include),                                                                             \
     .arg = "GLOBS",                                                                                                  \
     .help = "only files so called: '*.html,*.htm'"},                                                                 \
    {.name = "exclude",                                                                                               \
     .type = OPT_STRING,                                                                                              \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, exclude),                                                                             \
     .arg = "GLOBS",                                                                                                  \
     .help = "no files and folders so called"}

#define SANDBOX_ROW(values, in_group)                                                                                 \
    {.name = "no-sandbox",                                                                                            \
     .type = OPT_FLAG,                                                                                                \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, no_sandbox),                                                                          \
     .value = 1,                                                                                                      \
     .help = "do not shut the workers in"}

#define TIMEOUT_ROW(values, in_group)                                                                                 \
    {.name = "page-timeout",                                                                                          \
     .type = OPT_COUNT,                                                                                               \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, page_timeout_s),                                                                      \
     .arg = "SEC",                                                                                                    \
     .min = 1,                                                                                                        \
     .max = MAX_SECONDS,                                                                                              \
     .shown = "60",                                                                                                   \
     .help = "processor time, of a page into a folder"}

/* Bounds of tar and zip files. */
#define ARCHIVE_DEFAULTS .max_members = 10000000, .max_ratio = 1000
#define ARCHIVE_ROWS(values, in_group)                                                                                \
    {.name = "max-members",                                                                                           \
     .type = OPT_COUNT,                                                                                               \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, max_members),                                                                         \
     .arg = "N",                                                                                                      \
     .min = 1,                                                                                                        \
     .shown = "10000000",                                                                                             \
     .help = "of a tar or zip file"},                                                                                 \
    {.name = "max-ratio",                                                                                             \
     .type = OPT_COUNT,                                                                                               \
     .aside = true,                                                                                                   \
     .group = in_group,                                                                                               \
     .offset = offsetof(values, max_ratio),                                                                           \
     .arg = "N",                                                                                                      \
     .min = 1,                                                                                                        \
     .shown = "1000",                                                                                                 \
     .help = "bytes out of a byte of a tar or zip file"}

#define VERSION_ROW(values, in_group)                                                                                  \
    {                                                                                                                  \
        .name = "version", .type = OPT_FLAG, .basic = true, .group = in_group, .offset = offsetof(values, version),    \
        .value = 1, .help = "print the version"                                                                        \
    }

/* Of a command whose options fit on a screen. */
#define HELP_ROW(values, in_group)                                                                                     \
    {                                                                                                                  \
        .name = "help", .letter = 'h', .type = OPT_FLAG, .group = in_group, .offset = offsetof(values, help),          \
        .value = 1, .help = "print this"                                                                               \
    }

#define HELP_ALL_ROW(values, in_group)                                                                                 \
    {                                                                                                                  \
        .name = "help", .letter = 'h', .type = OPT_CHOICE, .basic = true, .group = in_group,                           \
        .offset = offsetof(values, help), .arg = "all", .arg_optional = true, .words = "short|all",                    \
        .value = OPT_HELP_SHORT, .help = "print this; all: every option"                                               \
    }

#endif
