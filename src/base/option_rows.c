/* The options of both programs as rows, and their defaults. Rows that both have are written once: FETCH_ROWS. */
#include "option_rows.h"

#define MAX_SECONDS   86400
#define MAX_JOBS      1024
#define MAX_TRANSFERS 1024
/* The waits double: ten tries take nine minutes. */
#define MAX_TRIES 10
/* The library's bounds: offsets of blocks and depths of elements have to fit (pipeline.h). */
#define LARGEST_PAGE ((size_t)2 << 30)
#define LEAST_DEPTH  8
#define MOST_DEPTH   60000

#define FETCH_DEFAULTS                                                                                                 \
    {                                                                                                                  \
        .timeout_s = 30, .connect_timeout_s = 10, .max_redirects = 5, .max_bytes = (size_t)16 << 20,                   \
        .user_agent = "dehusk/" DH_VERSION                                                                             \
    }

/* values: the struct of values, which has a fetch_settings named fetch; alias: its field that --timeout sets. */
#define FETCH_ROWS(values, in_group, alias)                                                                            \
    {.name = "fetch-timeout",                                                                                          \
     .type = OPT_COUNT,                                                                                                \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, fetch.timeout_s),                                                                      \
     .arg = "SEC",                                                                                                     \
     .min = 1,                                                                                                         \
     .max = MAX_SECONDS,                                                                                               \
     .shown = "30",                                                                                                    \
     .help = "whole time, redirects included"},                                                                        \
        {.name = "timeout",                                                                                            \
         .type = OPT_COUNT,                                                                                            \
         .group = in_group,                                                                                            \
         .offset = offsetof(values, alias),                                                                            \
         .arg = "SEC",                                                                                                 \
         .min = 1,                                                                                                     \
         .max = MAX_SECONDS,                                                                                           \
         .help = "short for --fetch-timeout"},                                                                         \
        {.name = "connect-timeout",                                                                                    \
         .type = OPT_COUNT,                                                                                            \
         .group = in_group,                                                                                            \
         .offset = offsetof(values, fetch.connect_timeout_s),                                                          \
         .arg = "SEC",                                                                                                 \
         .min = 1,                                                                                                     \
         .max = MAX_SECONDS,                                                                                           \
         .shown = "10",                                                                                                \
         .help = "time for one connection"},                                                                           \
        {.name = "fetch-max-bytes",                                                                                    \
         .type = OPT_SIZE,                                                                                             \
         .group = in_group,                                                                                            \
         .offset = offsetof(values, fetch.max_bytes),                                                                  \
         .arg = "SIZE",                                                                                                \
         .min = 1,                                                                                                     \
         .max = (size_t)1 << 40,                                                                                       \
         .shown = "16M",                                                                                               \
         .help = "of a fetched page, decompressed"},                                                                   \
        {.name = "max-redirects",                                                                                      \
         .type = OPT_COUNT,                                                                                            \
         .group = in_group,                                                                                            \
         .offset = offsetof(values, fetch.max_redirects),                                                              \
         .arg = "N",                                                                                                   \
         .max = 100,                                                                                                   \
         .shown = "5",                                                                                                 \
         .help = "redirects that are followed"},                                                                       \
    {                                                                                                                  \
        .name = "user-agent", .type = OPT_STRING, .group = in_group, .offset = offsetof(values, fetch.user_agent),     \
        .arg = "TEXT", .shown = "dehusk/" DH_VERSION, .help = "what the server is told"                                \
    }

#define QUIET_ROW(values, in_group)                                                                                    \
    {                                                                                                                  \
        .name = "quiet", .letter = 'q', .type = OPT_FLAG, .aside = true, .group = in_group,                            \
        .offset = offsetof(values, quiet), .value = 1, .help = "no summary, progress or hint, errors only"                                                \
    }

#define HELP_ROWS(values, in_group)                                                                                    \
    {.name = "help",                                                                                                   \
     .letter = 'h',                                                                                                    \
     .type = OPT_FLAG,                                                                                                 \
     .group = in_group,                                                                                                \
     .offset = offsetof(values, help),                                                                                 \
     .value = 1,                                                                                                       \
     .help = "print this"},                                                                                            \
    {                                                                                                                  \
        .name = "version", .type = OPT_FLAG, .group = in_group, .offset = offsetof(values, version), .value = 1,       \
        .help = "print the version"                                                                                    \
    }

/* ---- dehusk ----------------------------------------------------------------------------------------------------- */

#define FIELD(name) offsetof(dehusk_values, name)

enum { IN_INPUT, IN_RESULT, IN_FOLDERS, IN_LIMITS, IN_ADDRESSES, IN_HELP };

static const char *const dehusk_groups[] = {[IN_INPUT] = "Input",
                                            [IN_RESULT] = "Result",
                                            [IN_FOLDERS] = "Folders (a run goes on where an earlier one stopped)",
                                            [IN_LIMITS] = "Limits of one page (SIZE: bytes, or with K, M, G)",
                                            [IN_ADDRESSES] = "Addresses",
                                            [IN_HELP] = "Help"};

static const opt_row dehusk_rows[] = {
    {.name = "from",
     .type = OPT_CHOICE,
     .group = IN_INPUT,
     .offset = FIELD(from),
     .arg = "KIND",
     .words = "auto|html|text",
     .value = DH_FROM_AUTO,
     .shown = "auto",
     .help = "html or text, instead of looking"},
    {.name = "charset",
     .type = OPT_STRING,
     .group = IN_INPUT,
     .offset = FIELD(charset),
     .arg = "NAME",
     .help = "instead of what the page says"},
    {.name = "url",
     .type = OPT_STRING,
     .group = IN_INPUT,
     .offset = FIELD(url),
     .arg = "URL",
     .help = "address that the page of a file or stdin had"},
    {.name = "model",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_INPUT,
     .offset = FIELD(model),
     .arg = "FILE",
     .help = "judge with this model file"},
    {.name = "type",
     .type = OPT_CHOICE,
     .group = IN_INPUT,
     .offset = FIELD(type),
     .arg = "TYPE",
     .words = "auto|article|collection|documentation|forum|listing|product|service",
     .value = DH_TYPE_UNKNOWN + 1,
     .shown = "auto",
     .help = "kind of HTML page, as --explain has it"},
    {.name = "data",
     .type = OPT_FLAG,
     .group = IN_INPUT,
     .offset = FIELD(data),
     .negatable = true,
     .value = DH_DATA_AUTO,
     .negative = DH_DATA_NO,
     .help = "of a page without text in its markup [yes]"},
    {.name = "hidden",
     .type = OPT_FLAG,
     .group = IN_INPUT,
     .offset = FIELD(hidden),
     .negatable = true,
     .value = DH_HIDDEN_AUTO,
     .negative = DH_HIDDEN_NO,
     .help = "long text in hidden elements, as tabs [yes]"},
    {.name = "split",
     .type = OPT_STRING,
     .group = IN_INPUT,
     .offset = FIELD(split),
     .arg = "GLOB",
     .help = "texts: a line like this begins another text"},
    {.name = "stream",
     .type = OPT_CHOICE,
     .aside = true,
     .group = IN_INPUT,
     .offset = FIELD(stream),
     .arg = "bytes",
     .arg_optional = true,
     .words = "jsonl|bytes",
     .value = STREAM_JSONL,
     .help = "answer records of stdin one by one, in JSON"},
    {.name = "field",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_INPUT,
     .offset = FIELD(field),
     .arg = "NAME",
     .help = "where a record has its page [html or text]"},
    {.name = "output",
     .letter = 'o',
     .type = OPT_STRING,
     .aside = true,
     .group = IN_RESULT,
     .offset = FIELD(output),
     .arg = "PATH",
     .help = "a file; a folder if it is one or ends in /"},
    {.name = "focus",
     .type = OPT_CHOICE,
     .group = IN_RESULT,
     .offset = FIELD(focus),
     .arg = "FOCUS",
     .words = "balanced|precision|recall",
     .value = DH_FOCUS_BALANCED,
     .shown = "balanced",
     .help = "precision (less furniture) or recall"},
    {.name = "title",
     .type = OPT_FLAG,
     .group = IN_RESULT,
     .offset = FIELD(title),
     .negatable = true,
     .value = DH_TITLE_YES,
     .negative = DH_TITLE_NO,
     .help = "the headline of an HTML page first [no]"},
    {.name = "comments",
     .type = OPT_FLAG,
     .group = IN_RESULT,
     .offset = FIELD(comments),
     .value = DH_COMMENTS_YES,
     .help = "readers' comments behind an HTML article, too"},
    {.name = "separator",
     .type = OPT_STRING,
     .group = IN_RESULT,
     .offset = FIELD(separator),
     .arg = "TEXT",
     .help = "between inputs, with \\n \\t \\0 \\xHH [empty line]"},
    {.name = "explain",
     .type = OPT_CHOICE,
     .group = IN_RESULT,
     .offset = FIELD(explain),
     .arg = "all",
     .arg_optional = true,
     .words = "short|all",
     .value = EXPLAIN_SHORT,
     .help = "verdict and reason of each block; all: whole"},
    {.name = "keep-removed",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_RESULT,
     .offset = FIELD(keep_removed),
     .arg = "FILE",
     .help = "what is taken out goes there, by line number"},
    {.name = "fail-empty",
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_RESULT,
     .offset = FIELD(fail_empty),
     .value = 1,
     .help = "exit status 3 if nothing was found to keep"},
    QUIET_ROW(dehusk_values, IN_RESULT),
    {.name = "jobs",
     .letter = 'j',
     .type = OPT_COUNT,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(jobs),
     .arg = "N",
     .min = 1,
     .max = MAX_JOBS,
     .shown = "processors",
     .help = "pages at a time, into a folder"},
    {.name = "files",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(files),
     .arg = "FILE",
     .help = "the inputs, a name a line; - is stdin"},
    {.name = "null",
     .letter = '0',
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(null),
     .value = 1,
     .help = "names in --files end in NUL (find -print0)"},
    {.name = "include",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(include),
     .arg = "GLOBS",
     .help = "only files so called: '*.html,*.htm'"},
    {.name = "exclude",
     .type = OPT_STRING,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(exclude),
     .arg = "GLOBS",
     .help = "no files and folders so called"},
    {.name = "restart",
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(restart),
     .value = 1,
     .help = "do again what earlier runs have done"},
    {.name = "retry-failed",
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(retry_failed),
     .value = 1,
     .help = "do again what failed in earlier runs"},
    {.name = "keep-stale",
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(keep_stale),
     .value = 1,
     .help = "leave what was made with other options"},
    {.name = "no-sandbox",
     .type = OPT_FLAG,
     .aside = true,
     .group = IN_FOLDERS,
     .offset = FIELD(no_sandbox),
     .value = 1,
     .help = "do not shut the workers in"},
    {.name = "max-bytes",
     .type = OPT_SIZE,
     .group = IN_LIMITS,
     .offset = FIELD(max_bytes),
     .arg = "SIZE",
     .min = 1,
     .max = LARGEST_PAGE,
     .shown = "64M",
     .help = "of an HTML page, or of a line of text"},
    {.name = "max-depth",
     .type = OPT_COUNT,
     .group = IN_LIMITS,
     .offset = FIELD(max_depth),
     .arg = "N",
     .min = LEAST_DEPTH,
     .max = MOST_DEPTH,
     .shown = "512",
     .help = "elements nested deeper are flattened"},
    {.name = "max-memory",
     .type = OPT_SIZE,
     .aside = true,
     .group = IN_LIMITS,
     .offset = FIELD(max_memory),
     .arg = "SIZE",
     .min = 1,
     .shown = "1G",
     .help = "that a page may take"},
    {.name = "page-timeout",
     .type = OPT_COUNT,
     .aside = true,
     .group = IN_LIMITS,
     .offset = FIELD(page_timeout_s),
     .arg = "SEC",
     .min = 1,
     .max = MAX_SECONDS,
     .shown = "60",
     .help = "processor time, of a page into a folder"},
    FETCH_ROWS(dehusk_values, IN_ADDRESSES, timeout_s),
    HELP_ROWS(dehusk_values, IN_HELP),
};

const opt_table dehusk_options = {
    .usage = "Usage: dehusk [OPTION...] [FILE|URL|DIR|-]...\n"
             "Prints what the author of a scraped page wrote, HTML or flattened text, without\n"
             "the menus, banners, trailers and prompts around it.\n\n"
             "  dehusk page.html > page.txt        one page\n"
             "  zcat dump.txt.gz | dehusk          stdin, any length; so is -\n"
             "  dehusk https://example.org/story   fetched, then cleaned\n"
             "  dehusk crawl/ -o clean/            a folder, into clean/*.txt\n"
             "  dehusk --explain page.html         what was dropped, and why\n\n",
    .groups = dehusk_groups,
    .group_count = DH_COUNT(dehusk_groups),
    .rows = dehusk_rows,
    .count = DH_COUNT(dehusk_rows),
    .footer = "\nOther commands (--help tells more): dehusk fetch (lists of addresses to WARC),\n"
              "dehusk features (what the models see).\n"
              "Exit status: 0 done, 1 some input failed (the others are done), 2 wrong usage,\n"
              "3 nothing to keep (with --fail-empty), 130 or 143 interrupted.\n",
};

const dehusk_values dehusk_defaults = {
    .max_bytes = (size_t)64 << 20,
    .max_depth = 512,
    .max_memory = (size_t)1 << 30,
    .page_timeout_s = 60,
    .fetch = FETCH_DEFAULTS,
};

/* ---- dehusk features --------------------------------------------------------------------------------------------- */

static const char *const features_groups[] = {"Features", "Help"};

static const opt_row features_rows[] = {
    {.name = "set",
     .type = OPT_CHOICE,
     .offset = offsetof(features_values, set),
     .arg = "SET",
     .words = "block|second|page|line|around|text",
     .value = FEATURES_BLOCK,
     .shown = "block",
     .help = "HTML: passes, page; texts: passes"},
    {.name = "npy",
     .type = OPT_STRING,
     .offset = offsetof(features_values, npy),
     .arg = "FILE",
     .help = "the numbers there, as a matrix for numpy"},
    {.name = "pages",
     .type = OPT_STRING,
     .offset = offsetof(features_values, pages),
     .arg = "FILE",
     .help = "names pages: a path, a tab, its address"},
    {.name = "model",
     .type = OPT_STRING,
     .offset = offsetof(features_values, model),
     .arg = "FILE",
     .help = "model file that gives the scores"},
    {.name = "names",
     .type = OPT_FLAG,
     .offset = offsetof(features_values, names),
     .value = 1,
     .help = "only list the features of the set"},
    {.name = "max-memory",
     .type = OPT_SIZE,
     .offset = offsetof(features_values, max_memory),
     .arg = "SIZE",
     .min = 1,
     .shown = "1G",
     .help = "that a page may take"},
    {.name = "help",
     .letter = 'h',
     .type = OPT_FLAG,
     .group = 1,
     .offset = offsetof(features_values, help),
     .value = 1,
     .help = "print this"},
};

const opt_table features_options = {
    .usage = "Usage: dehusk features [OPTION...] FILE...\n"
             "Prints what the models see of HTML pages or texts, a line for each block (or page):\n"
             "source, block, kind, verdict, reason, text, then the features, with tabs between.\n\n",
    .groups = features_groups,
    .group_count = DH_COUNT(features_groups),
    .rows = features_rows,
    .count = DH_COUNT(features_rows),
};

const features_values features_defaults = {.max_memory = (size_t)1 << 30};

/* ---- dehusk-fetch ----------------------------------------------------------------------------------------------- */

enum { FETCH_REQUEST, FETCH_LISTS, FETCH_OUTPUT, FETCH_HELP };

static const char *const fetch_groups[] = {
    [FETCH_REQUEST] = "Request", [FETCH_LISTS] = "Many addresses", [FETCH_OUTPUT] = "Output", [FETCH_HELP] = "Help"};

static const opt_row fetch_rows[] = {
    FETCH_ROWS(fetch_values, FETCH_REQUEST, fetch.timeout_s),
    {.name = "urls",
     .type = OPT_STRING,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, urls),
     .arg = "FILE",
     .help = "a list, one a line; - for stdin"},
    {.name = "delay",
     .type = OPT_COUNT,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, delay_s),
     .arg = "SEC",
     .max = MAX_SECONDS,
     .shown = "1",
     .help = "from start to start on one host"},
    {.name = "per-host",
     .type = OPT_COUNT,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, per_host),
     .arg = "N",
     .min = 1,
     .max = MAX_TRANSFERS,
     .shown = "1",
     .help = "requests to one host at a time"},
    {.name = "transfers",
     .type = OPT_COUNT,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, transfers),
     .arg = "N",
     .min = 1,
     .max = MAX_TRANSFERS,
     .shown = "64",
     .help = "requests to all hosts at a time"},
    {.name = "tries",
     .type = OPT_COUNT,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, tries),
     .arg = "N",
     .min = 1,
     .max = MAX_TRIES,
     .help = "for what may pass [3; 1 for one address]"},
    {.name = "max-wait",
     .type = OPT_COUNT,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, max_wait_s),
     .arg = "SEC",
     .max = MAX_SECONDS,
     .shown = "300",
     .help = "that Retry-After may ask for"},
    {.name = "allow-private",
     .type = OPT_FLAG,
     .group = FETCH_LISTS,
     .offset = offsetof(fetch_values, allow_private),
     .value = 1,
     .help = "servers in private and other special ranges"},
    {.name = "warc",
     .type = OPT_STRING,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, warc),
     .arg = "FILE",
     .help = "a new .warc.gz, instead of stdout"},
    {.name = "warc-level",
     .type = OPT_COUNT,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, warc_level),
     .arg = "N",
     .min = 1,
     .max = 9,
     .shown = "1",
     .help = "of its compression, 1 to 9"},
    {.name = "log",
     .type = OPT_STRING,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, log),
     .arg = "FILE",
     .help = "a line of JSON for each address, appended"},
    QUIET_ROW(fetch_values, FETCH_OUTPUT),
    HELP_ROWS(fetch_values, FETCH_HELP),
};

const opt_table fetch_options = {
    .usage = "Usage: dehusk-fetch [OPTION...] [URL...]\n"
             "Fetches http and https addresses and writes them to stdout as WARC records.\n"
             "Exit status: 0 done, 1 some address failed, 2 wrong usage.\n\n",
    .groups = fetch_groups,
    .group_count = DH_COUNT(fetch_groups),
    .rows = fetch_rows,
    .count = DH_COUNT(fetch_rows),
};

const fetch_values fetch_defaults = {
    .fetch = FETCH_DEFAULTS,
    .warc_level = 1,
    .transfers = 64,
    .per_host = 1,
    .delay_s = 1,
    .max_wait_s = 300,
};
