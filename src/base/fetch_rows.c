/* The options of dehusk-fetch as rows, their defaults, and which of their values no request can have. */
#include "option_shared.h"
#include "pattern.h"

enum { FETCH_REQUEST = FETCH_GROUP_REQUEST, FETCH_LISTS, FETCH_OUTPUT, FETCH_HELP };

static const char *const fetch_groups[] = {
    [FETCH_REQUEST] = "Request", [FETCH_LISTS] = "Many addresses", [FETCH_OUTPUT] = "Output", [FETCH_HELP] = "Help"};

static const opt_row fetch_rows[] = {
    FETCH_ROWS(fetch_values, FETCH_REQUEST, fetch.timeout_s, false),
    LIST_ROWS(fetch_values, FETCH_LISTS, false),
    {.name = "warc",
     .type = OPT_STRING,
     .basic = true,
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
    {.name = "list",
     .type = OPT_FLAG,
     .basic = true,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, list),
     .value = 1,
     .help = "show what --cache has, and end"},
    {.name = "failures",
     .type = OPT_FLAG,
     .basic = true,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, failures),
     .value = 1,
     .help = "a metadata record for each of them"},
    {.name = "found",
     .type = OPT_FLAG,
     .unlisted = true,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, found),
     .value = 1,
     .help = "treat one address like those of a list"},
    {.name = "render",
     .type = OPT_FLAG,
     .unlisted = true,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, render),
     .value = 1,
     .help = "of --browser: one address in Chromium, to stdout"},
    {.name = "found-links",
     .type = OPT_COUNT,
     .unlisted = true,
     .group = FETCH_OUTPUT,
     .offset = offsetof(fetch_values, links),
     .arg = "FD",
     .min = 3,
     .max = 1000000,
     .help = "of a crawl: what dehusk has found in pages"},
    QUIET_ROW(fetch_values, FETCH_OUTPUT),
    HELP_ALL_ROW(fetch_values, FETCH_HELP),
    VERSION_ROW(fetch_values, FETCH_HELP),
};

const opt_table fetch_options = {
    .usage = "Usage: dehusk-fetch [OPTION...] [URL...]\n"
             "Fetches http and https addresses and writes them to stdout as WARC records.\n"
             "Exit status: 0 done, 1 some address failed, 2 wrong usage.\n\n",
    .groups = fetch_groups,
    .group_count = DH_COUNT(fetch_groups),
    .rows = fetch_rows,
    .count = DH_COUNT(fetch_rows),
    .footer = "\n--help=all lists every option.\n",
};

const fetch_values fetch_defaults = {
    .fetch = FETCH_DEFAULTS,
    .warc_level = 1,
};

/* ---- requests ---------------------------------------------------------------------------------------------------- */

static bool has_control(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f) return true;
    return false;
}

/* "NAME: VALUE", with a name as RFC 9110 has it and a value. */
static bool is_header(const char *line) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    const char *p = line;
    while ((ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'z') || (*p >= '0' && *p <= '9') || (*p && strchr(marks, *p))) p++;
    return p > line && *p == ':' && view_trim(view_of(p + 1)).len && !has_control(line);
}

static bool is_proxy(const char *text) {
    static const char *const schemes[] = {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"};
    if (has_control(text)) return false;
    for (size_t i = 0; i < DH_COUNT(schemes); i++)
        if (view_starts_nocase(view_of(text), view_of(schemes[i]))) return true;
    return !strstr(text, "://");
}

const char *fetch_list_option(const fetch_settings *s) { return s->urls ? "urls" : s->sitemaps.count ? "sitemap" : s->feeds.count ? "feed" : s->crawls.count ? "crawl" : NULL; }

dh_status fetch_check(const fetch_settings *s, dh_error *err) {
    if (has_control(s->user_agent)) return err_set(err, DH_ERR_USAGE, 0, "--user-agent: control characters in it");
    for (size_t i = 0; i < s->headers.count; i++)
        if (!is_header(s->headers.at[i])) return err_set(err, DH_ERR_USAGE, 0, "--header: '%.60s' is no NAME: VALUE", s->headers.at[i]);
    if (s->proxy && !is_proxy(s->proxy)) return err_set(err, DH_ERR_USAGE, 0, "--proxy: '%.60s' is neither http, https nor socks", s->proxy);
    const struct {
        const char *name;
        bool given;
    } curls[] = {{"header", s->headers.count > 0}, {"cookies", s->cookies != NULL}, {"ca", s->ca != NULL}};
    for (size_t i = 0; s->browser && i < DH_COUNT(curls); i++)
        if (curls[i].given) return err_set(err, DH_ERR_USAGE, 0, "--browser: Chromium takes no --%s", curls[i].name);
    const char *const names[] = {"match", "reject"}, *const globs[] = {s->match, s->reject};
    for (size_t i = 0; i < DH_COUNT(globs); i++) {
        if (!globs[i]) continue;
        if (!pattern_is_valid(globs[i])) return err_set(err, DH_ERR_USAGE, 0, "--%s: an empty glob, or one that is too long", names[i]);
        if (!s->sitemaps.count && !s->feeds.count && !s->crawls.count)
            return err_set(err, DH_ERR_USAGE, 0, "--%s: is for --sitemap, --feed and --crawl", names[i]);
    }
    return DH_OK;
}
