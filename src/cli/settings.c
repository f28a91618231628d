/* From the values of the option table to what the commands need: rules between options and operands stand here. Rules
 * of a single option are its row's (base/option_rows.c). */
#include "settings.h"

#include "base/pattern.h"
#include "batch/ending.h"
#include "batch/unpack.h"

#include <stdlib.h>
#include <sys/stat.h>

/* What an answer of --stream has where --fields does not say. */
#define STREAM_FIELDS "id,source,url,status,text,error"

bool settings_is_url(const char *operand) {
    dh_view v = view_of(operand);
    return view_starts_nocase(v, DH_VIEW("http://")) || view_starts_nocase(v, DH_VIEW("https://"));
}

static bool is_stdin(const char *operand) { return view_is(view_of(operand), DH_VIEW("-")); }

static bool is_folder(const char *path) {
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* ---- --separator, --split -------------------------------------------------------------------------------------------
 */

/* The byte that an escape means; *len: of what stands behind the backslash. -1 if it means none. */
static int escaped(const char *p, size_t *len) {
    *len = 1;
    switch (*p) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'f': return '\f';
    case '0': return 0;
    case '\\': return '\\';
    case 'x': {
        int high = ascii_hex(p[1]), low = high < 0 ? -1 : ascii_hex(p[2]);
        *len = 3;
        return low < 0 ? -1 : high * 16 + low;
    }
    default: return -1;
    }
}

static dh_status read_separator(settings *s, dh_error *err) {
    const char *p = s->values.separator;
    dh_status st = DH_OK;
    while (*p && !st) {
        size_t len = 0;
        int byte = *p == '\\' ? escaped(p + 1, &len) : (unsigned char)*p;
        if (byte < 0)
            return err_set(err, DH_ERR_USAGE, 0,
                           "--separator: only \\n \\t \\r \\f \\0 \\\\ and \\xHH may follow a backslash");
        st = buf_append_char(&s->separator_bytes, (char)byte);
        p += 1 + len;
    }
    if (st) return err_set(err, st, 0, "out of memory");
    s->separator_view = dh_buf_view(&s->separator_bytes);
    s->separator = &s->separator_view;
    return DH_OK;
}

/* A backslash before what is no escape stays: the glob's own. */
static dh_status read_split(settings *s, dh_error *err) {
    dh_status st = DH_OK;
    for (const char *p = s->values.split; *p && !st;) {
        size_t len = 0;
        int byte = *p == '\\' && p[1] != '\\' ? escaped(p + 1, &len) : -1;
        if (!byte) return err_set(err, DH_ERR_USAGE, 0, "--split: no line holds a NUL");
        if (byte < 0) len = *p == '\\' && p[1];
        if (byte < 0) st = dh_buf_append(&s->split_bytes, p, 1 + len);
        else st = buf_append_char(&s->split_bytes, (char)byte);
        p += 1 + len;
    }
    if (!st && !s->split_bytes.len) return err_set(err, DH_ERR_USAGE, 0, "--split: the glob is empty");
    if (!st) st = buf_append_char(&s->split_bytes, 0);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

/* ---- operands and output -------------------------------------------------------------------------------------------
 */

/* What is no input of a folder run, and why; NULL if all are. */
static const char *no_folder_input(const settings *s, const char **blame) {
    *blame = NULL;
    if (!s->count && !s->addresses) return "stdin has no name to go by in a folder: let -o name a file";
    for (size_t i = 0; i < s->count; i++) {
        *blame = s->inputs[i];
        if (is_stdin(s->inputs[i])) return "stdin has no name to go by in a folder: let -o name a file";
        if (settings_is_url(s->inputs[i]) != s->addresses) return "files and addresses do not go into one folder in one run";
    }
    *blame = NULL;
    return NULL;
}

/* --stream and what does not go with it. */
static dh_status check_stream(const settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    const struct {
        const char *name;
        bool given;
    } others[] = {{"an input", s->count > 0}, {"--files", v->files != NULL}, {"addresses", fetch_list_option(&v->fetch) != NULL}, {"--output", v->output != NULL},
                  {"--explain", v->explain != 0}, {"--keep-removed", v->keep_removed != NULL}, {"--report", v->report != NULL}, {"--separator", v->separator != NULL}, {"--url", v->url != NULL}};
    if (v->field && v->stream == STREAM_BYTES) return err_set(err, DH_ERR_USAGE, 0, "--field: is for JSON, not for --stream=bytes");
    for (size_t i = 0; v->stream && i < DH_COUNT(others); i++)
        if (others[i].given) return err_set(err, DH_ERR_USAGE, 0, "--stream: reads stdin and answers on stdout, without %s", others[i].name);
    return DH_OK;
}

/* A text is one object of JSON, or one document, whatever its length: the largest window that the library takes. */
#define WHOLE_TEXT ((size_t)2 << 30)

/* A failure that stands for all pages shows whether there are such fields, before any input is opened. */
static dh_status try_fields(const dh_rendering *how, dh_error *err) {
    dh_buf out;
    dh_error why = {0};
    dh_buf_init(&out, 0);
    dh_status st = dh_failure_render(how, "", &out, &why);
    dh_buf_clear(&out);
    return st ? err_set(err, st, 0, "--fields: %s", why.msg) : DH_OK;
}

/* The format, as --to or the output's name has it, and what goes with it. */
static dh_status choose_format(settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    dh_format format = v->to ? (dh_format)(v->to - 1) : s->output && (!s->to_folder || s->lines) && !v->explain ? ending_format(view_of(s->output)) : DH_TO_TEXT;
    if ((v->stream && !v->to) || v->explain == EXPLAIN_JSON) format = DH_TO_JSONL;
    bool json = format == DH_TO_JSON || format == DH_TO_JSONL;
    if (v->stream && format != DH_TO_JSONL) return err_set(err, DH_ERR_USAGE, 0, "--stream: answers in lines of JSON (--to jsonl)");
    if (v->explain && v->to) return err_set(err, DH_ERR_USAGE, 0, "--explain: takes the place of what --to prints");
    if (v->explain && v->fields) return err_set(err, DH_ERR_USAGE, 0, "--fields: --explain has its own");
    if (v->fields && !json) return err_set(err, DH_ERR_USAGE, 0, "--fields: is for JSON (--to json, --to jsonl)");
    if (v->separator && json) return err_set(err, DH_ERR_USAGE, 0, "--separator: JSON has its own");
    bool marked = format == DH_TO_MARKDOWN || format == DH_TO_HTML || format == DH_TO_XML;
    if (v->links == DH_LINKS_YES && !marked) return err_set(err, DH_ERR_USAGE, 0, "--links: is for Markdown, HTML and XML (--to)");
    if (v->images && !marked) return err_set(err, DH_ERR_USAGE, 0, "--images: is for Markdown, HTML and XML (--to)");
    if (v->front_matter && format != DH_TO_MARKDOWN) return err_set(err, DH_ERR_USAGE, 0, "--front-matter: is for Markdown (--to markdown)");
    s->how = (dh_rendering){.format = format,
                            .links = (dh_keep_links)v->links,
                            .images = v->images,
                            .front_matter = v->front_matter,
                            .fields = v->fields ? v->fields : v->stream ? STREAM_FIELDS : NULL};
    if (json || format == DH_TO_HTML || format == DH_TO_XML) s->page.window_bytes = WHOLE_TEXT;
    return try_fields(&s->how, err);
}

/* --files and what goes with it. */
static dh_status check_files(const settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    const struct {
        const char *name, *globs;
    } filters[] = {{"include", v->include}, {"exclude", v->exclude}};
    if (v->files && s->count) return err_set(err, DH_ERR_USAGE, 0, "--files: takes the place of inputs on the command line");
    const char *fetched = fetch_list_option(&v->fetch);
    if (v->files && fetched) return err_set(err, DH_ERR_USAGE, 0, "--files and --%s do not go together", fetched);
    if (v->field && !v->stream && (!s->to_folder || s->addresses))
        return err_set(err, DH_ERR_USAGE, 0, "--field: is for --stream, and for lines of JSON in folders");
    if (v->dedup && (!s->to_folder || s->addresses || (s->lines && !s->output)))
        return err_set(err, DH_ERR_USAGE, 0, "--dedup: is for folders, --files and containers, with -o");
    if (v->dedup == DEDUP_LINES && s->how.format != DH_TO_TEXT) return err_set(err, DH_ERR_USAGE, 0, "--dedup lines: is for text");
    if (v->shard_bytes && (!s->lines || !s->output))
        return err_set(err, DH_ERR_USAGE, 0, "--shard: is for lines of JSON of many inputs in a file (--to jsonl -o FILE)");
    if (v->null && !v->files) return err_set(err, DH_ERR_USAGE, 0, "--null: is for names in --files");
    if (v->no_profile && v->profile) return err_set(err, DH_ERR_USAGE, 0, "--no-profile: and --profile");
    if (v->no_profile && !s->to_folder) return err_set(err, DH_ERR_USAGE, 0, "--no-profile: is for folders and --files");
    for (size_t i = 0; i < DH_COUNT(filters); i++) {
        if (!filters[i].globs) continue;
        if (!pattern_is_valid(filters[i].globs))
            return err_set(err, DH_ERR_USAGE, 0, "--%s: an empty glob, or one that is too long", filters[i].name);
        if (!s->to_folder || s->addresses) return err_set(err, DH_ERR_USAGE, 0, "--%s: is for folders and --files", filters[i].name);
    }
    return DH_OK;
}

/* --keep-removed and --report are files beside the result. A run over many pages has a report of its manifest. */
static dh_status check_aside(const settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    const char *removed = v->keep_removed, *report = v->report;
    if (removed && !*removed) return err_set(err, DH_ERR_USAGE, 0, "--keep-removed: needs the name of a file");
    if (report && (!*report || is_stdin(report))) return err_set(err, DH_ERR_USAGE, 0, "--report: needs the name of a file");
    if (removed && s->to_folder) return err_set(err, DH_ERR_USAGE, 0, "--keep-removed: is for one output, not for a folder");
    if (report && s->lines && !s->output) return err_set(err, DH_ERR_USAGE, 0, "--report: of many inputs needs -o");
    return DH_OK;
}

/* What was taken out does not mix with a result on stdout, nor with lines of JSON. */
static dh_status check_dash(const settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    bool readable = s->output || v->explain == EXPLAIN_SHORT || v->explain == EXPLAIN_ALL;
    if (!v->keep_removed || !is_stdin(v->keep_removed) || readable) return DH_OK;
    return err_set(err, DH_ERR_USAGE, 0, "--keep-removed: - is for --explain, or for a result that goes to a file (-o)");
}

/* Whether an input is a container (batch/unpack.h) that needs workers: web archives can be printed by the filter. */
static bool has_container(const settings *s, bool to_file) {
    for (size_t i = 0; i < s->count; i++) {
        unpack_kind kind = settings_is_url(s->inputs[i]) ? UNPACK_NOT : unpack_kind_of(view_of(s->inputs[i]));
        if (kind != UNPACK_NOT && (to_file || kind != UNPACK_RECORDS)) return true;
    }
    return false;
}

/* Lines of JSON of many inputs go to one file, unless a folder is named. */
static dh_status choose_lines(settings *s, bool folder, dh_error *err) {
    const dehusk_values *v = &s->values;
    const char *out = s->output;
    bool named = out && out[view_of(out).len - 1] != '/' && !is_folder(out);
    bool jsonl = v->to ? v->to - 1 == DH_TO_JSONL : named && ending_format(view_of(out)) == DH_TO_JSONL;
    bool many = folder || v->files || has_container(s, out != NULL);
    if (!jsonl || !many || v->explain || v->stream || fetch_list_option(&v->fetch) || (out && !named)) return DH_OK;
    s->lines = out ? out : "-";
    s->to_folder = true;
    if (out && (buf_append_view(&s->state, view_of(out)) || buf_append_view(&s->state, DH_VIEW(".dehusk")) || buf_append_char(&s->state, 0)))
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    return DH_OK;
}

static dh_status choose_output(settings *s, const char **blame, dh_error *err) {
    const char *folder = NULL, *why;
    for (size_t i = 0; i < s->count && !folder; i++)
        if (!settings_is_url(s->inputs[i]) && is_folder(s->inputs[i])) folder = s->inputs[i];
    const char *out = s->values.output;
    s->output = out && is_stdin(out) ? NULL : out;
    if (s->output && !*s->output) return err_set(err, DH_ERR_USAGE, 0, "--output: needs a name");
    if (choose_lines(s, folder != NULL, err)) return err->code;
    if (s->lines && !s->values.files && (why = no_folder_input(s, blame))) return err_set(err, DH_ERR_USAGE, 0, "%s", why);
    if (s->lines) return DH_OK;
    if (folder && !s->output) {
        *blame = folder;
        return err_set(err, DH_ERR_USAGE, 0, "is a folder: -o OUT says where its cleaned pages go");
    }
    const char *fetched = fetch_list_option(&s->values.fetch);
    if (fetched && !s->output) return err_set(err, DH_ERR_USAGE, 0, "--%s: -o OUT says where the cleaned pages go", fetched);
    if (s->values.files && !s->output) return err_set(err, DH_ERR_USAGE, 0, "--files: -o OUT says where the cleaned pages go");
    if (!s->output) return DH_OK;
    s->to_folder = s->values.files || fetched || folder || s->output[view_of(s->output).len - 1] == '/' || is_folder(s->output);
    s->addresses = s->to_folder && (fetched || (s->count && settings_is_url(s->inputs[0])));
    if (s->to_folder && !s->values.files && (why = no_folder_input(s, blame))) return err_set(err, DH_ERR_USAGE, 0, "%s", why);
    return DH_OK;
}

/* ---- options -------------------------------------------------------------------------------------------------------
 */

static dh_status settle_fetch(settings *s, dh_error *err) {
    bool named = false;
    for (size_t i = 0; i < s->count; i++) named |= settings_is_url(s->inputs[i]);
    bool any = named || fetch_list_option(&s->values.fetch);
    if (s->values.next_pages && !named) return err_set(err, DH_ERR_USAGE, 0, "--next-pages: is for addresses on the command line");
    if (s->values.fetch.browser && !any) return err_set(err, DH_ERR_USAGE, 0, "--browser: is for addresses");
    if (fetch_check(&s->values.fetch, err)) return err->code;
    if (!s->values.timeout_s) return DH_OK;
    if (!any)
        return err_set(err, DH_ERR_USAGE, 0,
                       "--timeout is for addresses, and none is named (a page has --page-timeout)");
    s->values.fetch.timeout_s = s->values.timeout_s;
    return DH_OK;
}

/* A page without a byte shows whether the library takes the options, before any input is opened. */
static dh_status try_page(const dh_options *opt, dh_error *err) {
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_status st = dh_context_new(&ctx, err);
    if (!st) st = dh_page_new(ctx, (dh_view){"", 0}, opt, &page, err);
    dh_page_free(page);
    dh_context_free(ctx);
    return st;
}

/* ---- --only, --min-confidence ---------------------------------------------------------------------------------------
 */

/* The type that a word names; DH_TYPE_UNKNOWN if none. */
static dh_type type_of(dh_view word) {
    for (int type = DH_TYPE_ARTICLE; type <= DH_TYPE_SERVICE; type++)
        if (view_is(word, view_of(dh_type_name((dh_type)type)))) return (dh_type)type;
    return DH_TYPE_UNKNOWN;
}

static dh_status read_only(const char *words, unsigned *types, dh_error *err) {
    for (const char *p = words; p;) {
        const char *comma = strchr(p, ',');
        dh_view word = {p, comma ? (size_t)(comma - p) : view_of(p).len};
        dh_type type = type_of(word);
        if (type == DH_TYPE_UNKNOWN) return err_set(err, DH_ERR_USAGE, 0, "--only: no type is called '%.*s'", word.len < 60 ? (int)word.len : 60, p);
        *types |= 1u << type;
        p = comma ? comma + 1 : NULL;
    }
    return DH_OK;
}

/* Digits with a point among them; the locale is the program's, "C". */
static dh_status read_confidence(const char *text, double *out, dh_error *err) {
    char *end = NULL;
    bool plain = *text && !text[strspn(text, "0123456789.")];
    double value = plain ? strtod(text, &end) : 0;
    if (!plain || *end || !(value >= 0 && value <= 1)) return err_set(err, DH_ERR_USAGE, 0, "--min-confidence: must be a number from 0 to 1");
    *out = value;
    return DH_OK;
}

static dh_status settle_page(settings *s, dh_error *err) {
    const dehusk_values *v = &s->values;
    dh_error why = {0};
    s->page = dh_options_default();
    s->page.from = (dh_from)v->from;
    s->page.focus = (dh_focus)v->focus;
    s->page.title = (dh_title)v->title;
    s->page.type = (dh_type)(v->type - 1);
    s->page.data = (dh_data)v->data;
    s->page.hidden = (dh_hidden)v->hidden;
    s->page.comments = (dh_comments)v->comments;
    s->page.unicode = (dh_unicode)v->unicode;
    s->page.nfc = v->nfc != 0;
    s->page.split = v->split ? s->split_bytes.ptr : NULL;
    s->page.charset = v->charset;
    s->page.url = v->url;
    s->page.max_bytes = v->max_bytes;
    s->page.max_depth = v->max_depth;
    s->page.max_memory = v->max_memory;
    if (v->only && read_only(v->only, &s->page.only, err)) return err->code;
    if (v->min_confidence && read_confidence(v->min_confidence, &s->page.min_confidence, err)) return err->code;
    if (!v->charset || try_page(&s->page, &why) != DH_ERR_CHARSET) return DH_OK;
    return err_set(err, DH_ERR_USAGE, 0, "--charset: %s", why.msg);
}

dh_status settings_read(settings *s, int argc, char **argv, const char **blame, dh_error *err) {
    *s = (settings){.values = dehusk_defaults, .inputs = argv};
    *blame = NULL;
    dh_buf_init(&s->separator_bytes, 0);
    dh_buf_init(&s->split_bytes, 0);
    dh_buf_init(&s->state, 0);
    dh_status st = opt_parse(&dehusk_options, argc, argv, &s->values, &s->count, err);
    if (st || s->values.help || s->values.version) return st;
    if (s->values.separator) st = read_separator(s, err);
    if (!st && s->values.split) st = read_split(s, err);
    if (!st) st = settle_fetch(s, err);
    if (!st) st = settle_page(s, err);
    if (!st) st = check_stream(s, err);
    if (!st) st = choose_output(s, blame, err);
    if (!st) st = choose_format(s, err);
    if (!st) st = check_aside(s, err);
    if (!st) st = check_dash(s, err);
    if (!st && s->values.next_pages && s->to_folder) st = err_set(err, DH_ERR_USAGE, 0, "--next-pages: is for one output, not for a folder");
    return st ? st : check_files(s, err);
}

void settings_clear(settings *s) {
    dh_buf_clear(&s->separator_bytes);
    dh_buf_clear(&s->split_bytes);
    dh_buf_clear(&s->state);
}
