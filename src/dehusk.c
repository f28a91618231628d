/* The public API: from bytes to a judged page, its blocks, its rendering. Streams are reader.c's. */
#include "pipeline.h"

#include "base/clean.h"
#include "base/compose.h"
#include "judge/page_facts.h"
#include "judge/site.h"

#include <stdlib.h>

dh_status dh_context_new(dh_context **out, dh_error *err) {
    dh_context *ctx = calloc(1, sizeof *ctx);
    if (!ctx) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    dh_status st = jd_models_new(&ctx->models, err);
    if (st) {
        free(ctx);
        return st;
    }
    ru_init(&ctx->rules);
    *out = ctx;
    return DH_OK;
}

dh_status dh_context_load_model(dh_context *ctx, dh_view bytes, dh_error *err) {
    return jd_models_load(&ctx->models, bytes, err);
}

void dh_context_free(dh_context *ctx) {
    if (!ctx) return;
    in_preload_free(ctx->preload);
    jd_models_clear(&ctx->models);
    ru_clear(&ctx->rules);
    free(ctx);
}

dh_options dh_options_default(void) {
    return (dh_options){.max_bytes = (size_t)64 << 20,
                        .max_memory = (size_t)1 << 30,
                        .max_depth = 512,
                        .window_bytes = (size_t)2 << 20,
                        .type = DH_TYPE_UNKNOWN};
}

const char *dh_version(void) { return DH_VERSION; }

dh_status pipeline_check(const dh_options *opt, dh_error *err) {
    if (!opt->max_bytes || opt->max_bytes > LARGEST_SOURCE)
        return err_set(err, DH_ERR_USAGE, 0, "max_bytes must be from 1 to %zu", LARGEST_SOURCE);
    if (!opt->window_bytes || opt->window_bytes > LARGEST_SOURCE)
        return err_set(err, DH_ERR_USAGE, 0, "window_bytes must be from 1 to %zu", LARGEST_SOURCE);
    if (opt->max_depth < 8 || opt->max_depth > 60000)
        return err_set(err, DH_ERR_USAGE, 0, "max_depth must be from 8 to 60000");
    if (!opt->max_memory) return err_set(err, DH_ERR_USAGE, 0, "max_memory must not be 0");
    /* Enums index tables, and a caller in C may put any number into them. */
    if ((unsigned)opt->from > DH_FROM_TEXT) return err_set(err, DH_ERR_USAGE, 0, "from is none of dh_from");
    if ((unsigned)opt->focus > DH_FOCUS_RECALL) return err_set(err, DH_ERR_USAGE, 0, "focus is none of dh_focus");
    if ((unsigned)opt->title > DH_TITLE_NO) return err_set(err, DH_ERR_USAGE, 0, "title is none of dh_title");
    if ((unsigned)opt->data > DH_DATA_NO) return err_set(err, DH_ERR_USAGE, 0, "data is none of dh_data");
    if ((unsigned)opt->hidden > DH_HIDDEN_NO) return err_set(err, DH_ERR_USAGE, 0, "hidden is none of dh_hidden");
    if ((unsigned)opt->comments > DH_COMMENTS_YES) return err_set(err, DH_ERR_USAGE, 0, "comments is none of dh_comments");
    if ((unsigned)opt->unicode > DH_UNICODE_NO) return err_set(err, DH_ERR_USAGE, 0, "unicode is none of dh_unicode");
    if (opt->only >> (DH_TYPE_SERVICE + 1)) return err_set(err, DH_ERR_USAGE, 0, "only has a bit that is none of dh_type");
    if (!(opt->min_confidence >= 0 && opt->min_confidence <= 1)) return err_set(err, DH_ERR_USAGE, 0, "min_confidence must be from 0 to 1");
    if ((int)opt->type < (int)DH_TYPE_UNKNOWN || (int)opt->type > (int)DH_TYPE_SERVICE)
        return err_set(err, DH_ERR_USAGE, 0, "type is none of dh_type");
    return DH_OK;
}

/* ---- making a page ---- */

size_t pipeline_kept_words(const pg_page *page, const jd_verdict *verdicts) {
    size_t words = 0;
    for (size_t i = 0; i < page->block_count; i++)
        if (verdicts[i].keep) words += view_words(page->blocks[i].text);
    return words;
}

static dh_status copy_url(dh_page *p, const char *url, dh_error *err) {
    size_t len = strlen(url) + 1; /* ends in NUL: dh_options says so */
    char *copy = arena_alloc(&p->arena, len);
    if (!copy) return arena_error(&p->arena, err);
    p->url = memcpy(copy, url, len);
    return DH_OK;
}

/* What is known of the page's site, NULL if nothing. */
static const dh_site *ask_site(const dh_page *p, const dh_options *opt) {
    dh_view url = {opt->url, opt->url ? strlen(opt->url) : 0}, canonical = DH_VIEW(""); /* ends in NUL: dh_options says so */
    if (!opt->site) return NULL;
    if (p->page.is_html) canonical = jd_canonical(&p->page);
    return opt->site(opt->site_user, url, canonical);
}

static dh_status leave_unjudged(dh_page *p, const dh_options *opt, dh_error *err) {
    p->verdicts = arena_calloc(&p->arena, p->page.block_count + 1, sizeof *p->verdicts);
    if (!p->verdicts) return arena_error(&p->arena, err);
    for (size_t i = 0; i < p->page.block_count; i++) p->verdicts[i].reason = "not judged";
    p->markup = p->page;
    p->markup_verdicts = p->verdicts;
    ask_site(p, opt);
    return DH_OK;
}

static dh_status find_rules(const dh_context *ctx, dh_page *p, const dh_options *opt, dh_error *err) {
    dh_view url = {opt->url ? opt->url : "", opt->url ? strlen(opt->url) : 0}; /* ends in NUL: dh_options says so */
    p->rules = &ctx->rules;
    return ru_find(&p->arena, p->rules, &p->page, url, RU_ALL, &p->ruled, err);
}

/* A user's rules have the last word. */
static dh_status apply_rules(dh_page *p, const ru_found *found, dh_error *err) {
    dh_status st = ru_apply(&p->arena, found, &p->page, p->verdicts, err);
    if (!st && found->marks && !p->page.is_html) jd_text_blanks(&p->page, p->verdicts);
    return st;
}

/* Where the text came from elsewhere than the markup, elements say nothing of it; words do. */
static dh_status judge_embedded(dh_page *p, const dh_options *opt, dh_error *err) {
    ru_found found;
    dh_view url = {p->url ? p->url : "", p->url ? strlen(p->url) : 0}; /* ends in NUL */
    dh_status st = pipeline_embedded(p, opt, err);
    if (st || !p->embedded.html.len) return st;
    if (!url.len) url = jd_canonical(&p->markup);
    st = ru_find(&p->arena, p->rules, &p->page, url, RU_WORDS, &found, err);
    if (!st) st = apply_rules(p, &found, err);
    if (st) return st;
    if (opt->nfc && (st = pg_compose(&p->arena, &p->page, err))) return st;
    p->kept_words = pipeline_kept_words(&p->page, p->verdicts);
    return DH_OK;
}

/* ---- what came instead, what is not wanted ---- */

static size_t kept_bytes(const dh_page *p) {
    size_t bytes = 0;
    for (size_t i = 0; i < p->page.block_count; i++)
        if (p->verdicts[i].keep) bytes += p->page.blocks[i].text.len;
    return bytes;
}

/* Why nothing is to be kept of an HTML page, NULL if it is wanted. */
static const char *refusal(const dh_page *p, const dh_options *opt) {
    if (opt->only && p->wall) return "not wanted: came instead of a page";
    if (opt->only && !(opt->only >> p->summary.type & 1)) return "not wanted: type of page";
    return (double)p->summary.confidence < opt->min_confidence ? "not wanted: confidence" : NULL;
}

/* The verdicts that facts are found by stay as they are. */
static dh_status refuse(dh_page *p, const char *reason, dh_error *err) {
    size_t count = p->page.block_count;
    jd_verdict *none = arena_calloc(&p->arena, count + 1, sizeof *none);
    if (!none) return arena_error(&p->arena, err);
    for (size_t i = 0; i < count; i++) {
        none[i] = p->verdicts[i];
        none[i].keep = false;
        if (p->verdicts[i].keep) none[i].reason = reason;
    }
    p->verdicts = none;
    p->kept_words = 0;
    return DH_OK;
}

static dh_status settle_html(dh_page *p, const dh_options *opt, dh_error *err) {
    dh_status st = opt->data == DH_DATA_AUTO && !p->ruled.has_body ? judge_embedded(p, opt, err) : DH_OK;
    if (st) return st;
    p->wall = jd_wall_find(&p->markup, p->markup_verdicts, kept_bytes(p));
    const char *reason = refusal(p, opt);
    return reason ? refuse(p, reason, err) : DH_OK;
}

static dh_status judge_page(dh_page *p, const dh_options *opt, dh_error *err) {
    dh_status st;
    if (p->page.is_html) st = jd_html(&p->arena, p->models, &p->page, opt, &p->verdicts, &p->summary, err);
    else st = jd_text(&p->arena, p->models, &p->page, opt, &p->verdicts, err);
    const dh_site *site = st ? NULL : ask_site(p, opt);
    if (site) st = jd_site_apply(&p->arena, site, &p->page, p->summary.type, p->verdicts, err);
    if (!st) st = apply_rules(p, &p->ruled, err);
    if (st) return st;
    if (p->page.is_html && opt->nfc && (st = pg_compose(&p->arena, &p->page, err))) return st;
    p->kept_words = pipeline_kept_words(&p->page, p->verdicts);
    p->markup = p->page;
    p->markup_verdicts = p->verdicts;
    return p->page.is_html ? settle_html(p, opt, err) : DH_OK;
}

/* Writes the source anew, by one of two functions. */
static dh_status rewrite(dh_page *p, dh_status (*append)(dh_buf *out, dh_view text), dh_error *err) {
    dh_buf out;
    dh_buf_init(&out, p->source.max);
    dh_status st = append(&out, dh_buf_view(&p->source));
    if (st) {
        dh_buf_clear(&out);
        return err_set(err, st, 0, "out of memory"); /* of DH_ERR_LIMIT the caller tells */
    }
    dh_buf_clear(&p->source);
    p->source = out;
    buf_fit(&p->source);
    return DH_OK;
}

/* A text as it is wanted: its lines' own bytes, unless an option says otherwise. */
static dh_status tidy_text(dh_page *p, const dh_options *opt, dh_error *err) {
    dh_status st = opt->unicode == DH_UNICODE_CLEAN ? rewrite(p, clean_append, err) : DH_OK;
    return st || !opt->nfc ? st : rewrite(p, compose_append, err);
}

dh_status pipeline_page(const dh_context *ctx, dh_buf *source, pipeline_kind kind, const dh_options *opt, dh_page **out,
                        dh_error *err) {
    dh_page *p = calloc(1, sizeof *p);
    dh_status st;
    if (!p) {
        dh_buf_clear(source);
        return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    }
    p->source = *source;
    dh_buf_init(source, source->max);
    buf_fit(&p->source); /* a page lives long; and a sanitizer sees what reads behind its end */
    p->charset = kind.charset;
    p->title = opt->title;
    p->clean = opt->unicode != DH_UNICODE_NO;
    p->nfc = opt->nfc;
    size_t left = opt->max_memory > p->source.cap ? opt->max_memory - p->source.cap : 1;
    arena_init(&p->arena, left);
    p->arena.max_told = opt->max_memory;
    st = kind.is_html ? DH_OK : tidy_text(p, opt, err);
    if (st) goto fail;
    dh_view text = dh_buf_view(&p->source);
    if (kind.is_html) st = pg_from_html(&p->arena, text, opt->max_depth, opt->unicode != DH_UNICODE_NO, &p->page, err);
    else st = pg_from_text(&p->arena, text, kind.eol_cr, &p->page, err);
    if (!st && !opt->unjudged) st = find_rules(ctx, p, opt, err);
    if (st) goto fail;
    p->page.last_window = kind.last_window;
    p->page.separated = kind.separated;
    for (size_t i = 0; !kind.is_html && i < p->page.block_count; i++)
        if (p->page.blocks[i].text.len > opt->max_bytes) {
            st = err_set(err, DH_ERR_LIMIT, p->page.blocks[i].begin, "a line is larger than the limit of %zu bytes (--max-bytes)",
                         opt->max_bytes);
            dh_page_free(p);
            return st;
        }
    p->models = &ctx->models;
    p->max_memory = opt->max_memory;
    if (opt->url && (st = copy_url(p, opt->url, err))) goto fail;
    st = opt->unjudged ? leave_unjudged(p, opt, err) : judge_page(p, opt, err);
    if (st) goto fail;
    *out = p;
    return DH_OK;
fail:
    dh_page_free(p);
    if (st == DH_ERR_LIMIT) /* the arena knows only what the source has left it */
        return err_set(err, st, 0, "needs more memory than the limit of %zu bytes (--max-memory)", opt->max_memory);
    return st;
}

dh_status pipeline_sniff(dh_view raw, dh_view decoded, const dh_options *opt, bool *is_html, dh_error *err) {
    const char *binary = in_binary_name(raw);
    if (binary && opt->from == DH_FROM_AUTO) return err_set(err, DH_ERR_FORMAT, 0, "is %s, no page", binary);
    *is_html = opt->from == DH_FROM_HTML || (opt->from == DH_FROM_AUTO && in_sniff(decoded) == IN_HTML);
    return DH_OK;
}

dh_status pipeline_raw(const dh_context *ctx, dh_view raw, const dh_options *opt, dh_page **out, dh_error *err) {
    const in_charset *charset;
    in_decoder *decoder = NULL;
    dh_buf source;
    size_t skip;
    bool is_html = false;
    dh_buf_init(&source, opt->max_memory);
    dh_status st = in_charset_find(raw, opt, &charset, &skip, err);
    if (!st) st = in_decoder_new(charset, &decoder, err);
    if (!st) st = in_decode(decoder, (dh_view){raw.ptr + skip, raw.len - skip}, true, &source, err);
    if (!st) st = pipeline_sniff(raw, dh_buf_view(&source), opt, &is_html, err);
    if (!st && is_html && raw.len > opt->max_bytes)
        st = err_set(err, DH_ERR_LIMIT, opt->max_bytes, "is larger than the limit of %zu bytes (--max-bytes)", opt->max_bytes);
    if (!st && source.len > LARGEST_SOURCE) st = err_set(err, DH_ERR_LIMIT, 0, "is larger than %zu bytes", LARGEST_SOURCE);
    in_decoder_free(decoder);
    if (st) {
        dh_buf_clear(&source);
        return st;
    }
    dh_view v = dh_buf_view(&source);
    bool cr = !is_html && v.len && !memchr(v.ptr, '\n', v.len);
    return pipeline_page(ctx, &source, (pipeline_kind){.is_html = is_html, .eol_cr = cr, .last_window = true, .charset = charset->name}, opt, out, err);
}

void dh_page_free(dh_page *page) {
    if (!page) return;
    arena_clear(&page->arena);
    dh_buf_clear(&page->source);
    free(page);
}

/* ---- looking at a page ---- */

bool dh_page_is_html(const dh_page *page) { return page->page.is_html; }

const char *dh_page_charset(const dh_page *page) { return page->charset; }

/* The block that is the headline, NULL if none. */
static const pg_block *headline(const dh_page *page) {
    for (size_t i = 0; i < page->page.block_count; i++)
        if (page->verdicts[i].headline) return &page->page.blocks[i];
    return NULL;
}

dh_view dh_page_title(const dh_page *page) {
    const pg_block *b = headline(page);
    return b ? b->text : page->page.title;
}

size_t dh_page_block_count(const dh_page *page) { return page->page.block_count; }

bool dh_page_block(const dh_page *page, size_t i, dh_block *out) {
    if (i >= page->page.block_count) return false;
    const pg_block *b = &page->page.blocks[i];
    const jd_verdict *v = &page->verdicts[i];
    *out = (dh_block){(dh_kind)b->kind, b->level, b->text, v->keep, (double)v->score, v->reason,
                      page->base + b->begin, page->base + b->end, (dh_part)v->part, b->eol};
    if (page->embedded.html.len) { /* offsets are of the page that was made of it */
        pg_slice s = pg_embedded_origin(&page->embedded, b->begin);
        out->begin = s.begin;
        out->end = s.begin + s.len;
    }
    return true;
}

dh_status dh_page_sketch(const dh_page *page, uint64_t *digest, dh_buf *blocks, dh_error *err) {
    return jd_site_sketch(&page->page, digest, blocks, err);
}

size_t dh_page_kept_words(const dh_page *page) { return page->kept_words; }

dh_outcome dh_page_outcome(const dh_page *page, const char **reason) {
    if (reason) *reason = jd_wall_name(page->wall);
    if (page->wall) return page->wall < JD_WALL_SCRIPT ? DH_OUTCOME_BLOCKED : DH_OUTCOME_NEEDS_JAVASCRIPT;
    return page->kept_words ? DH_OUTCOME_OK : DH_OUTCOME_EMPTY;
}

const char *dh_outcome_name(dh_outcome outcome) {
    static const char *const names[] = {[DH_OUTCOME_OK] = "ok", [DH_OUTCOME_EMPTY] = "empty", [DH_OUTCOME_BLOCKED] = "blocked",
                                        [DH_OUTCOME_NEEDS_JAVASCRIPT] = "needs-javascript"};
    return (unsigned)outcome < DH_COUNT(names) ? names[outcome] : "unknown";
}

const char *dh_kind_name(dh_kind kind) {
    static const char *const names[] = {
        [DH_KIND_PARAGRAPH] = "paragraph", [DH_KIND_HEADING] = "heading", [DH_KIND_LIST_ITEM] = "list-item", [DH_KIND_ROW] = "row",
        [DH_KIND_CODE] = "code",           [DH_KIND_QUOTE] = "quote",     [DH_KIND_CAPTION] = "caption",     [DH_KIND_LINE] = "line"};
    return (unsigned)kind < DH_COUNT(names) ? names[kind] : "unknown";
}

const char *dh_type_name(dh_type type) {
    static const char *const names[JD_TYPE_COUNT] = {
#define X(id, name) [JD_TYPE_##id] = #name,
        JD_TYPES(X)
#undef X
    };
    return (unsigned)type < JD_TYPE_COUNT ? names[type] : "unknown";
}

dh_type dh_page_type(const dh_page *page, double *probability) {
    if (probability) *probability = page->page.is_html ? (double)page->summary.type_score : 0;
    return page->page.is_html ? (dh_type)page->summary.type : DH_TYPE_UNKNOWN;
}

double dh_page_confidence(const dh_page *page) { return page->page.is_html ? (double)page->summary.confidence : 0; }
