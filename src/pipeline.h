/* pipeline.h: what the files of the public API share: from bytes of one page to a judged dh_page, its facts, its rendering. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "facts/facts.h"
#include "input/input.h"
#include "judge/judge.h"
#include "judge/wall.h"
#include "page/embedded.h"
#include "page/page.h"
#include "rules/rules.h"

/* Offsets of blocks are 32 bits wide. */
#define LARGEST_SOURCE ((size_t)2 << 30)

/* Immutable once made. */
struct dh_context {
    jd_models models;
    ru_set rules;
    in_preload *preload; /* NULL: what is needed is loaded when it is */
};

struct dh_page {
    dh_arena arena;
    dh_buf source; /* decoded UTF-8, owned */
    size_t base;   /* bytes of the decoded input before it: the windows of a text that came before */
    pg_page page;
    jd_verdict *verdicts;
    pg_page markup; /* HTML only: the page as its markup has it, and what was said of that; `page` may be made of what is elsewhere */
    jd_verdict *markup_verdicts;
    jd_summary summary; /* HTML only */
    const jd_models *models;
    const ru_set *rules;
    ru_found ruled;     /* what a user's rules say */
    const char *url;    /* the page's address, in the arena; NULL if it is not known */
    size_t max_memory;
    const char *charset;
    dh_title title;
    bool clean, nfc; /* HTML only: what is done to its words */
    size_t kept_words;
    jd_wall_kind wall; /* HTML only: what came instead of the page */
    pg_embedded embedded; /* HTML only: what the blocks were made of if it was not the markup; html.len 0 if it was */
};

struct dh_facts {
    dh_arena arena;
    fc_facts found;
};

/* Errors: DH_ERR_USAGE for values that an option cannot have. */
dh_status pipeline_check(const dh_options *opt, dh_error *err);

/* Makes a page of decoded text; takes *source in any case. eol_cr, last_window, separated: see pg_from_text, pg_page. */
typedef struct {
    bool is_html, eol_cr, last_window, separated;
    const char *charset;
} pipeline_kind;
dh_status pipeline_page(const dh_context *ctx, dh_buf *source, pipeline_kind kind, const dh_options *opt, dh_page **out,
                        dh_error *err);

/* The same from raw bytes of one page without compression, such as a record's body. */
dh_status pipeline_raw(const dh_context *ctx, dh_view raw, const dh_options *opt, dh_page **out, dh_error *err);

/* Where the markup of a judged HTML page holds next to nothing: takes the blocks from JSON-LD, a script's state or what else
 * the page has, if that is more. What would need more memory than is left is passed over. Errors: DH_ERR_NOMEM. */
dh_status pipeline_embedded(dh_page *page, const dh_options *opt, dh_error *err);

/* Words of the kept blocks. */
size_t pipeline_kept_words(const pg_page *page, const jd_verdict *verdicts);

/* What in_sniff says, unless opt->from does. DH_ERR_FORMAT for bytes of a kind that is no page. */
dh_status pipeline_sniff(dh_view raw, dh_view decoded, const dh_options *opt, bool *is_html, dh_error *err);

#endif
