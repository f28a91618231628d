/* The options of dehusk-fetch as rows, and their defaults. What they mean is left to the transfer. */
#include "settings.h"

#define FIELD(name) offsetof(settings, name)
#define MAX_SECONDS 86400

static const char *const groups[] = {"Limits", "Request", "Help"};

static const opt_row rows[] = {
    {.name = "timeout",
     .type = OPT_COUNT,
     .group = 0,
     .offset = FIELD(transfer.timeout_s),
     .arg = "SEC",
     .min = 1,
     .max = MAX_SECONDS,
     .shown = "30",
     .help = "whole time, redirects included"},
    {.name = "connect-timeout",
     .type = OPT_COUNT,
     .group = 0,
     .offset = FIELD(transfer.connect_timeout_s),
     .arg = "SEC",
     .min = 1,
     .max = MAX_SECONDS,
     .shown = "10",
     .help = "time for a connection"},
    {.name = "max-bytes",
     .type = OPT_SIZE,
     .group = 0,
     .offset = FIELD(transfer.max_bytes),
     .arg = "SIZE",
     .min = 1,
     .max = (size_t)1 << 40,
     .shown = "16M",
     .help = "of a page after decompression"},
    {.name = "max-redirects",
     .type = OPT_COUNT,
     .group = 0,
     .offset = FIELD(transfer.max_redirects),
     .arg = "N",
     .max = 100,
     .shown = "5",
     .help = "redirects that are followed"},
    {.name = "user-agent",
     .type = OPT_STRING,
     .group = 1,
     .offset = FIELD(transfer.user_agent),
     .arg = "TEXT",
     .shown = "dehusk/" DH_VERSION,
     .help = "what the server is told"},
    {.name = "help",
     .letter = 'h',
     .type = OPT_FLAG,
     .group = 2,
     .offset = FIELD(help),
     .value = 1,
     .help = "print this"},
    {.name = "version",
     .type = OPT_FLAG,
     .group = 2,
     .offset = FIELD(version),
     .value = 1,
     .help = "print the version"},
};

const opt_table fetch_options = {
    .usage = "Usage: dehusk-fetch [OPTION...] URL\n"
             "Fetches one http or https address and writes it to stdout as a WARC record.\n"
             "Exit status: 0 done, 1 failed, 2 wrong usage.\n\n",
    .groups = groups,
    .group_count = DH_COUNT(groups),
    .rows = rows,
    .count = DH_COUNT(rows),
};

const settings fetch_defaults = {
    .transfer = {.timeout_s = 30,
                 .connect_timeout_s = 10,
                 .max_redirects = 5,
                 .max_bytes = (size_t)16 << 20,
                 .user_agent = "dehusk/" DH_VERSION},
};
