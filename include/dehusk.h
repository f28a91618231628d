/* dehusk.h: the public C API of libdehusk.
 *
 * dehusk takes the bytes of a scraped page, HTML or text that another scraper has flattened, and gives back what
 * its author wrote. Simple use: dh_context_new(), dh_page_new(), dh_page_render(), and the two _free().
 *
 * Words used exactly so: a function *borrows* what the caller keeps alive, *owns* what it frees itself, and
 * *lends* what stays valid until its owner changes or is freed. Sizes are bytes, offsets count bytes from 0.
 * The library never prints, exits, aborts, opens a socket, or reads the environment or the clock. It has no mutable
 * globals: a dh_context is immutable once made and may be shared by threads; every other object belongs to one
 * thread at a time. */
#ifndef DEHUSK_H
#define DEHUSK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(DH_NO_EXPORT)
#define DH_API __attribute__((visibility("default")))
#else
#define DH_API
#endif

/* ---- plain values ------------------------------------------------------------------------------------------ */

/* Borrowed bytes; may hold NULs, need not end in one. An empty view may have any ptr. */
typedef struct {
    const char *ptr;
    size_t len;
} dh_view;

/* Owned bytes. Never grows past max. After dh_buf_init: ptr NULL, len 0. */
typedef struct {
    char *ptr;
    size_t len, cap, max;
} dh_buf;

/* What a call came to. Values are pinned and never reused. */
typedef enum {
    DH_OK = 0,
    DH_ERR_NOMEM = 1,   /* an allocation failed */
    DH_ERR_IO = 2,      /* a read or write callback failed */
    DH_ERR_LIMIT = 3,   /* a limit of dh_options was passed; the message names it */
    DH_ERR_CHARSET = 4, /* dh_options.charset names no charset that is known here */
    DH_ERR_FORMAT = 5,  /* broken compressed data or container, or bytes of a kind that is no page (PDF, image) */
    DH_ERR_USAGE = 6    /* an option has a value that it cannot have */
} dh_status;

/* Details of a failure; untouched on success. pos is a byte of the input as it came, 0 where none is to blame. */
typedef struct {
    dh_status code;
    size_t pos;
    char msg[160]; /* one line, ends in NUL, printable ASCII or UTF-8 without control characters */
} dh_error;

/* How the bytes are to be read. */
typedef enum { DH_FROM_AUTO = 0, DH_FROM_HTML = 1, DH_FROM_TEXT = 2 } dh_from;

/* Which error weighs more: a stray line of furniture (precision) or a lost line of the author's (recall). */
typedef enum { DH_FOCUS_BALANCED = 0, DH_FOCUS_PRECISION = 1, DH_FOCUS_RECALL = 2 } dh_focus;

/* Whether the headline of an HTML page is part of the answer. AUTO is each format's own habit: text leaves it out. */
typedef enum { DH_TITLE_AUTO = 0, DH_TITLE_YES = 1, DH_TITLE_NO = 2 } dh_title;

/* What kind of page it is. Values are pinned. */
typedef enum {
    DH_TYPE_UNKNOWN = -1, /* texts; no type is forced */
    DH_TYPE_ARTICLE = 0,
    DH_TYPE_COLLECTION = 1,
    DH_TYPE_DOCUMENTATION = 2,
    DH_TYPE_FORUM = 3,
    DH_TYPE_LISTING = 4,
    DH_TYPE_PRODUCT = 5,
    DH_TYPE_SERVICE = 6
} dh_type;

/* Where an HTML page's text may come from. AUTO: its data (JSON-LD, states of scripts, templates, attributes) where its
 * markup has next to none, or a teaser of it; the reason of such a block names its source. */
typedef enum { DH_DATA_AUTO = 0, DH_DATA_NO = 1 } dh_data;

/* What an HTML page hides from its readers. AUTO: it goes, but for elements where the judge is sure of 50 words and more (text behind a
 * button, tabs), or which hold a fifth of the page. NO: all of it goes. */
typedef enum { DH_HIDDEN_AUTO = 0, DH_HIDDEN_NO = 1 } dh_hidden;

/* Whether readers' comments under an HTML article are kept, too, as a part of their own. */
typedef enum { DH_COMMENTS_NO = 0, DH_COMMENTS_YES = 1 } dh_comments;

/* Whether characters that are not seen go: controls, zero-width and tag characters, embeddings and overrides of direction
 * (docs/unicode.md). AUTO: of HTML pages, not of texts. */
typedef enum { DH_UNICODE_AUTO = 0, DH_UNICODE_CLEAN = 1, DH_UNICODE_NO = 2 } dh_unicode;

/* A block that several pages of a site have. */
typedef struct {
    uint32_t block; /* as dh_page_sketch() writes it */
    uint32_t pages; /* how many of the site's pages have it, 2 or more */
} dh_repeat;

/* What the pages of one site repeat. */
typedef struct {
    const dh_repeat *repeats; /* sorted by block, each once */
    size_t count;
    size_t pages;             /* of different text, that were looked at; fewer than DH_SITE_PAGES say nothing */
} dh_site;
#define DH_SITE_PAGES 5

/* Finds what is known of a page's site. url: the address of the page's record, or dh_options.url; canonical: the one that the page
 * gives itself, raw; both may be empty. What it returns, NULL for nothing, is read before the page is finished, not later. It is asked
 * once a page, before anything of it is given out. */
typedef const dh_site *(*dh_site_fn)(void *user, dh_view url, dh_view canonical);

/* Options of one page. Take dh_options_default() and change fields; strings are borrowed for the call. */
typedef struct {
    dh_from from;
    dh_focus focus;
    dh_title title;
    dh_data data;
    dh_hidden hidden;
    dh_type type;             /* of an HTML page, if it is known better than the models can tell; default DH_TYPE_UNKNOWN */
    dh_comments comments;
    dh_unicode unicode;       /* of a text that is cleaned so, lines are otherwise as they were, and offsets count what is left */
    bool nfc;                 /* Unicode's normalization form C: a letter and its accent are one character where there is one */
    unsigned only;            /* types of HTML pages that are wanted, 1 << dh_type of each; 0: all. Of others, and of such that came instead
                               * (dh_page_outcome()), nothing is kept. Texts have no type, and pass */
    double min_confidence;    /* the same for HTML pages with less (dh_page_confidence()); 0: all */
    const char *charset;      /* overrides all but nothing: name as in the WHATWG Encoding Standard, or NULL */
    const char *http_charset; /* charset of an HTTP Content-Type header, or NULL; weaker than charset and a BOM */
    const char *encoding;     /* compression: NULL tells by magic bytes; "br" (which has none), "gzip", as Content-Encoding */
    const char *split;        /* texts: a line that this glob (fnmatch's, over bytes) matches begins a new text, which is judged by itself;
                               * such lines are kept. NULL: a source is one text */
    const char *url;          /* the page's address, or NULL; that of a WARC record counts more */
    dh_site_fn site;          /* what repeats on the page's site goes, and what does not may stay; NULL: nobody knows the site */
    void *site_user;
    bool unjudged;            /* blocks alone, none of which is kept: quicker, and enough for dh_page_sketch() */
    size_t max_bytes;         /* of one HTML document after decompression, or of one line of text; default 64 MiB */
    size_t max_memory;        /* of all that one page (or window of text) allocates; default 1 GiB */
    size_t max_depth;         /* of nested elements; deeper ones are flattened, not refused; default 512 */
    size_t window_bytes;      /* a text longer than this, or of more lines than a 64th of it (4096 at least), is judged
                               * window by window; default 2 MiB */
} dh_options;

/* ---- buffers ----------------------------------------------------------------------------------------------- */

/* Makes *buf empty with a ceiling of max_bytes (0: none). */
DH_API void dh_buf_init(dh_buf *buf, size_t max_bytes);

/* Frees what *buf owns and makes it empty; its ceiling stays. Accepts an empty buffer. */
DH_API void dh_buf_clear(dh_buf *buf);

/* Appends len bytes. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling); the buffer is then as before. */
DH_API dh_status dh_buf_append(dh_buf *buf, const char *bytes, size_t len);

/* Lends the contents. */
DH_API dh_view dh_buf_view(const dh_buf *buf);

/* ---- context ----------------------------------------------------------------------------------------------- */

/* What all pages share: tables, later models and rules. Immutable, so threads may share it. */
typedef struct dh_context dh_context;

/* Makes a context; the caller frees it with dh_context_free(). Errors: DH_ERR_NOMEM. err may be NULL. */
DH_API dh_status dh_context_new(dh_context **out, dh_error *err);

/* Takes the models of a model file (docs/models.md) instead of those that are built in. bytes: the whole file, borrowed
 * during the call. To be called before the context is used. Errors: DH_ERR_FORMAT, DH_ERR_NOMEM; the context is then as
 * before. */
DH_API dh_status dh_context_load_model(dh_context *ctx, dh_view bytes, dh_error *err);

/* Reads rules of a user's own (docs/rules.md), besides those that were read before. text: the whole file, borrowed during the call. host:
 * the site of lines before the first [section], ended by a NUL; NULL: all sites. notes (may be NULL) receives a line for each thing of
 * a FiveFilters site config that is not read. To be called before the context is used. Errors: DH_ERR_FORMAT (the message
 * has line and column), DH_ERR_NOMEM, DH_ERR_LIMIT; the context is then as before. */
DH_API dh_status dh_context_load_rules(dh_context *ctx, dh_view text, const char *host, dh_buf *notes, dh_error *err);

/* What a rule does with elements. Values are pinned. */
typedef enum { DH_RULE_BODY = 0, DH_RULE_STRIP = 1, DH_RULE_KEEP = 2 } dh_rule;

/* Adds one rule for all pages: selectors, or words in quotes, as in a file of rules. Errors as above, with a column alone; DH_ERR_USAGE. */
DH_API dh_status dh_context_add_rule(dh_context *ctx, dh_rule rule, dh_view value, dh_error *err);

/* A test of the rules: the page at an address has words in its answer. The views are lent by the context. */
typedef struct {
    dh_view url, contains; /* contains: empty if something is enough */
    size_t line;           /* of the file */
} dh_rule_test;

/* Fills *out with the i-th test of the files that were read, from 0. False if there are no more. */
DH_API bool dh_context_rule_test(const dh_context *ctx, size_t i, dh_rule_test *out);

/* Loads all that reading pages loads otherwise when it is first needed (the C library's tables of charsets), so that pages may
 * then be read by a process that can open no file any more. Costs some milliseconds. To be called before the context is
 * used. A charset that the system lacks is passed over. Errors: DH_ERR_NOMEM. */
DH_API dh_status dh_context_preload(dh_context *ctx, dh_error *err);

/* A number that is the same for the same models and furniture wording: what a version of the library makes of a page depends
 * on it and on dh_options alone. */
DH_API uint64_t dh_context_digest(const dh_context *ctx);

/* One thing that the library uses, as it is on this machine. */
typedef struct {
    const char *name; /* static: "models", "charsets", "language", "patterns", "processor" */
    bool built;       /* false: this build goes without it */
    bool works;       /* false: part of what the library was built for is missing; it does without */
    char detail[160]; /* one line, ends in NUL */
} dh_check;

/* Looks at the i-th of these things, from 0, and fills *out. False if there are no more. Loads what it looks at. */
DH_API bool dh_context_check(const dh_context *ctx, size_t i, dh_check *out);

/* Frees a context that no page, reader or thread uses any more. Accepts NULL. */
DH_API void dh_context_free(dh_context *ctx);

/* The defaults that the fields of dh_options name. */
DH_API dh_options dh_options_default(void);

/* The library's version, such as "0.1.0". Static. */
DH_API const char *dh_version(void);

/* A word for a status ("limit", "io"), static, never NULL. */
DH_API const char *dh_status_name(dh_status status);

/* ---- pages ------------------------------------------------------------------------------------------------- */

/* One input as judged blocks. */
typedef struct dh_page dh_page;

/* Kinds of blocks. Values are pinned. */
typedef enum {
    DH_KIND_PARAGRAPH = 0,
    DH_KIND_HEADING = 1,   /* level 1 to 6 */
    DH_KIND_LIST_ITEM = 2, /* level: how many lists it is in, from 1 */
    DH_KIND_ROW = 3,       /* cells of a table row, tabs between */
    DH_KIND_CODE = 4,      /* preformatted, white space as it was */
    DH_KIND_QUOTE = 5,
    DH_KIND_CAPTION = 6,
    DH_KIND_LINE = 7 /* a line of a text */
} dh_kind;

/* Which part of the answer a kept block is in. Values are pinned. */
typedef enum { DH_PART_BODY = 0, DH_PART_COMMENTS = 1 /* dh_options.comments */ } dh_part;

/* One block of a judged page. The views are lent by the page. */
typedef struct {
    dh_kind kind;
    int level;
    dh_view text;      /* HTML: entities decoded, white space folded (but in code). Text: the line without its end. */
    bool keep;         /* the verdict */
    double score;      /* 0 (surely furniture) to 1 (surely the author's); the verdict also knows rules */
    const char *reason; /* static: what decided, such as "phrase: related" or "link density"; never NULL */
    size_t begin, end; /* byte offsets into the input after decompression and decoding to UTF-8 */
    dh_part part;
    size_t line_end;   /* texts: bytes of the line end, 0 to 2, which follow the text's own in memory */
} dh_block;

/* Reads, parses and judges one page in memory.
 * bytes    the page as it came: compressed or not, any charset; borrowed during the call.
 * opt      NULL means dh_options_default().
 * out      receives a page that the caller frees with dh_page_free(); untouched on error.
 * err      may be NULL.
 * Errors   DH_ERR_NOMEM, DH_ERR_LIMIT, DH_ERR_CHARSET, DH_ERR_FORMAT, DH_ERR_USAGE.
 * A text is judged as one window here, whatever its length and opt->split: dh_reader_new() is for streams.
 * Time and memory grow linearly with the bytes. Safe from several threads with one ctx. */
DH_API dh_status dh_page_new(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_page **out, dh_error *err);

/* Frees a page and all that it lent. Accepts NULL. */
DH_API void dh_page_free(dh_page *page);

/* True if the page was read as HTML, false for text. */
DH_API bool dh_page_is_html(const dh_page *page);

/* Name of the charset that the bytes were decoded from, as the Encoding Standard writes it. Lent by the page. */
DH_API const char *dh_page_charset(const dh_page *page);

/* Headline of an HTML page as plain text; empty if none is known. Lent by the page. */
DH_API dh_view dh_page_title(const dh_page *page);

/* The likeliest type of an HTML page; *probability (may be NULL) receives its probability, 0..1. */
DH_API dh_type dh_page_type(const dh_page *page, double *probability);

/* A word for a type ("article"), static, never NULL. */
DH_API const char *dh_type_name(dh_type type);

/* How good the answer is expected to be: the word F1 that pages like this one reach on average, 0..1; 0 for texts. */
DH_API double dh_page_confidence(const dh_page *page);

/* Number of blocks, kept and dropped. */
DH_API size_t dh_page_block_count(const dh_page *page);

/* Fills *out with block i, in the order of the page. False if there is no block i. */
DH_API bool dh_page_block(const dh_page *page, size_t i, dh_block *out);

/* A word for a kind of block ("paragraph", "list-item"), static, never NULL. */
DH_API const char *dh_kind_name(dh_kind kind);

/* Number of words in the kept blocks: 0 means that nothing was found to keep. */
DH_API size_t dh_page_kept_words(const dh_page *page);

/* What a page came to. Values are pinned. */
typedef enum {
    DH_OUTCOME_OK = 0,
    DH_OUTCOME_EMPTY = 1,           /* nothing was found to keep */
    DH_OUTCOME_BLOCKED = 2,         /* an HTML page that came instead: a consent wall, a captcha, a login, an error */
    DH_OUTCOME_NEEDS_JAVASCRIPT = 3 /* an HTML page whose text a script is to fetch */
} dh_outcome;

/* What became of a page. *reason (may be NULL) receives what it was told by, such as "captcha": static, NULL for OK and EMPTY. What was
 * kept of a page that came instead is its text all the same. Linear in the page, where that holds little; no cost where it holds much. */
DH_API dh_outcome dh_page_outcome(const dh_page *page, const char **reason);

/* A word for an outcome ("ok"), static, never NULL. */
DH_API const char *dh_outcome_name(dh_outcome outcome);

/* ---- facts ------------------------------------------------------------------------------------------------- */

/* What is known about a page besides its text. Values are pinned. Days are ISO 8601 ("2020-01-02", with time and zone where the page
 * tells them), languages BCP 47, addresses absolute. */
typedef enum {
    DH_FACT_TITLE = 0,  /* the headline without the site's name */
    DH_FACT_AUTHOR = 1, /* there may be several */
    DH_FACT_DATE = 2,   /* of publication */
    DH_FACT_MODIFIED = 3,
    DH_FACT_SITE_NAME = 4,
    DH_FACT_LANGUAGE = 5,
    DH_FACT_DESCRIPTION = 6,
    DH_FACT_IMAGE = 7,   /* an address */
    DH_FACT_LICENCE = 8, /* an address, or its name */
    DH_FACT_CANONICAL_URL = 9,
    DH_FACT_URL = 10 /* dh_options.url */
} dh_fact_kind;

#define DH_FACT_COUNT 11

/* One fact. The views are lent by dh_facts. */
typedef struct {
    dh_view value;
    const char *origin; /* static: where it was read, such as "meta author" or "JSON-LD datePublished" */
} dh_fact;

/* The facts of one page. */
typedef struct dh_facts dh_facts;

/* Finds the facts of a page, which must outlive them; the caller frees them with dh_facts_free(). Of a text only its address and
 * language are known. The language is found with CLD2, which is loaded by the first call; where it is not installed, the markup's
 * claim stands alone. *out is untouched on error. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (max_memory). Time and memory grow linearly
 * with the page. */
DH_API dh_status dh_facts_new(const dh_page *page, dh_facts **out, dh_error *err);

/* Fills *out with the i-th fact of a kind, from 0. False if there is none: a page does not tell all, and only authors are several. */
DH_API bool dh_facts_get(const dh_facts *facts, dh_fact_kind kind, size_t i, dh_fact *out);

/* A word for a kind of fact ("site_name"), static, never NULL. */
DH_API const char *dh_fact_name(dh_fact_kind kind);

/* Frees facts and all that they lent. Accepts NULL. */
DH_API void dh_facts_free(dh_facts *facts);

/* ---- links ------------------------------------------------------------------------------------------------- */

/* What a link says of where it leads, as bits. Values are pinned. */
enum {
    DH_REL_NEXT = 1,    /* the next part of the same */
    DH_REL_NOFOLLOW = 2 /* not to be followed: the link says so, or the page does of all (meta robots) */
};

/* A link of a page. */
typedef struct {
    dh_view url;  /* http or https, absolute, in its one spelling and without its fragment; lent by dh_link_list */
    unsigned rel; /* DH_REL_NEXT and the like */
} dh_link;

/* The links of one page. */
typedef struct dh_link_list dh_link_list;

/* Finds the addresses that an HTML page links to (a, area, link rel=next), in its order but for rel=next of its head, which is first, each once. Relative ones
 * are seen from its base element or its address (dh_options.url, a record's), and left out if neither is known. A text has none. The
 * caller frees them with dh_link_list_free(); the page need not outlive them. *out is untouched on error. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT
 * (max_memory). Time and memory grow linearly with the page. */
DH_API dh_status dh_page_links(const dh_page *page, dh_link_list **out, dh_error *err);

/* Fills *out with link i. False if there is no link i. */
DH_API bool dh_link_list_get(const dh_link_list *links, size_t i, dh_link *out);

/* Frees links and all that they lent. Accepts NULL. */
DH_API void dh_link_list_free(dh_link_list *links);

/* ---- output ------------------------------------------------------------------------------------------------ */

/* Output formats. Values are pinned.
 * TEXT of HTML: an empty line between blocks, "- " before list items, tabs between cells, one newline at the end; of a text: the kept
 * lines' own bytes. JSON: an object with what is known of the page, its text and its kept blocks (docs/page.schema.json), over several
 * lines; JSONL: the same in one line. MARKDOWN: CommonMark with GFM's tables. HTML: a document of headings, paragraphs, lists,
 * quotations, code, tables and figures, without scripts, styles or any address but of http, https and mailto. XML: TEI. All end in a
 * newline (docs/formats.md). */
typedef enum {
    DH_TO_TEXT = 0,
    DH_TO_JSON = 1,
    DH_TO_JSONL = 2,
    DH_TO_MARKDOWN = 3,
    DH_TO_HTML = 4,
    DH_TO_XML = 5
} dh_format;

/* Whether links are kept in Markdown, HTML and XML. AUTO: in HTML and XML. */
typedef enum { DH_LINKS_AUTO = 0, DH_LINKS_YES = 1, DH_LINKS_NO = 2 } dh_keep_links;

/* How a page is rendered. All zero is text. Strings are borrowed for the call. */
typedef struct {
    dh_format format;
    dh_keep_links links;
    bool images;        /* MARKDOWN, HTML, XML: images with their addresses, too; whoever shows them asks the page's servers for them */
    bool front_matter;  /* MARKDOWN: what is known of the page, as YAML before it */
    const char *fields; /* JSON: the keys that are wanted, in this order, with commas between; NULL: all */
    const char *source; /* JSON: what the keys of these names are to say, else null: the name of the input, */
    size_t record;      /* the place of the page in it, from 1, */
    const char *id;     /* an id as JSON has it: 17, or "a" with its quotes */
    const char *url;    /* the address of a page that could not be read; a page that could knows its own */
} dh_rendering;

/* Appends the kept blocks to *out in a format.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *out; max_memory), DH_ERR_USAGE (no such format). */
DH_API dh_status dh_page_render(const dh_page *page, dh_format format, dh_buf *out, dh_error *err);

/* The same with all that can be said about how. how NULL: as text. Errors: as above; DH_ERR_USAGE also for a field that is none. */
DH_API dh_status dh_page_render_as(const dh_page *page, const dh_rendering *how, dh_buf *out, dh_error *err);

/* Appends what stands for a page that could not be read: in JSON an object with the status "error" and `why`, in other formats nothing.
 * Errors: as above. */
DH_API dh_status dh_failure_render(const dh_rendering *how, const char *why, dh_buf *out, dh_error *err);

/* ---- sites ------------------------------------------------------------------------------------------------- */

/* Blocks of one page that dh_page_sketch() writes at most. */
#define DH_SKETCH_BLOCKS 2048

/* What of a page counts for its site: appends a number for each block that has a word, 4 bytes, low byte first; sorted, each
 * once; of more than DH_SKETCH_BLOCKS the lowest. Blocks that differ only in case, accents, signs and digits have the same number.
 * *digest (may be NULL) tells pages of different text apart. The page is one that was not judged (dh_options.unjudged): others
 * may have their blocks from elsewhere than the markup. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *blocks). */
DH_API dh_status dh_page_sketch(const dh_page *page, uint64_t *digest, dh_buf *blocks, dh_error *err);

/* ---- features ---------------------------------------------------------------------------------------------- */

/* What the models see of an HTML page or a text; docs/models.md lists all. Values are pinned. */
typedef enum {
    DH_FEATURES_BLOCK = 0,  /* a row for each block: its text, place and neighbours */
    DH_FEATURES_SECOND = 1, /* a row for each block: the first model's scores of it and around it */
    DH_FEATURES_PAGE = 2,   /* one row */
    DH_FEATURES_LINE = 3,   /* of a text, a row for each line that is not blank: its text, place and neighbours */
    DH_FEATURES_AROUND = 4, /* the same lines: the first model's scores of it and around it */
    DH_FEATURES_TEXT = 5    /* one row: the text as a whole */
} dh_feature_set;

/* One feature. The strings are static. */
typedef struct {
    const char *name, *unit, *what;
} dh_feature;

/* Fills *out with feature i of a set, in the order of the rows. False if there is none. */
DH_API bool dh_feature_at(dh_feature_set set, size_t i, dh_feature *out);

/* Appends the rows of a set, 32-bit floats of this machine, row by row, to *out. The page's context must still be there. A
 * text has no rows of the sets of HTML pages, nor the other way round. Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (the ceiling of *out, or max_memory). */
DH_API dh_status dh_page_features(const dh_page *page, dh_feature_set set, dh_buf *out, dh_error *err);

/* ---- streams ----------------------------------------------------------------------------------------------- */

/* Reads up to cap bytes into buf. Returns DH_OK with *got > 0, DH_OK with *got 0 at the end, or an error. */
typedef dh_status (*dh_read_fn)(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

/* One source of bytes, read page by page: an HTML document is one page; a text is one page per window, so that
 * memory stays constant however long it is; a WARC stream is one page per HTML or text response. */
typedef struct dh_reader dh_reader;

/* Makes a reader. ctx, opt's strings and user are borrowed until dh_reader_free(). Errors: DH_ERR_NOMEM, DH_ERR_USAGE. */
DH_API dh_status dh_reader_new(const dh_context *ctx, const dh_options *opt, dh_read_fn read, void *user, dh_reader **out,
                               dh_error *err);

/* Frees a reader; pages that it gave live on. Accepts NULL. */
DH_API void dh_reader_free(dh_reader *reader);

/* Gives the next page, which the caller frees with dh_page_free(); *out is NULL at the end of the source.
 * Errors: as dh_page_new(), and what the read callback returned. After an error the source is at its end, but for
 * a record of a WARC file that is no page: then the next call goes on with the next record. */
DH_API dh_status dh_reader_next(dh_reader *reader, dh_page **out, dh_error *err);

/* True for a WARC stream, false for others, and as long as nothing was read. */
DH_API bool dh_reader_is_warc(const dh_reader *reader);

/* Address of the record that the last page came from (WARC-Target-URI), empty if none. Lent by the reader. */
DH_API dh_view dh_reader_url(const dh_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
