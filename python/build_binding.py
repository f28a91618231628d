"""Compiles the binding against dehusk.h. $DEHUSK_INCLUDE and $DEHUSK_LIB name folders where they are not installed."""
import os

from cffi import FFI

DECLARATIONS = """
typedef struct { const char *ptr; size_t len; } dh_view;
typedef struct { char *ptr; size_t len; ...; } dh_buf;
typedef struct { size_t pos; char msg[]; ...; } dh_error;
typedef enum { DH_OK, DH_ERR_NOMEM, DH_ERR_IO, DH_ERR_LIMIT, DH_ERR_CHARSET, DH_ERR_FORMAT, DH_ERR_USAGE, ... } dh_status;
typedef enum { DH_TO_TEXT, ... } dh_format;
typedef struct {
    int from, focus, title, data, hidden, type, comments;
    const char *charset, *http_charset, *encoding, *split, *url;
    size_t max_bytes, max_memory, max_depth, window_bytes;
    ...;
} dh_options;
typedef struct {
    int kind, level;
    dh_view text;
    bool keep;
    double score;
    const char *reason;
    size_t begin, end;
    int part;
    ...;
} dh_block;
typedef struct { dh_view value; const char *origin; } dh_fact;
typedef struct dh_context dh_context;
typedef struct dh_page dh_page;
typedef struct dh_facts dh_facts;

void dh_buf_init(dh_buf *buf, size_t max_bytes);
void dh_buf_clear(dh_buf *buf);
dh_status dh_context_new(dh_context **out, dh_error *err);
dh_status dh_context_load_model(dh_context *ctx, dh_view bytes, dh_error *err);
void dh_context_free(dh_context *ctx);
dh_options dh_options_default(void);
const char *dh_version(void);
const char *dh_status_name(dh_status status);
dh_status dh_page_new(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_page **out, dh_error *err);
void dh_page_free(dh_page *page);
bool dh_page_is_html(const dh_page *page);
const char *dh_page_charset(const dh_page *page);
dh_view dh_page_title(const dh_page *page);
int dh_page_type(const dh_page *page, double *probability);
const char *dh_type_name(int type);
double dh_page_confidence(const dh_page *page);
size_t dh_page_block_count(const dh_page *page);
bool dh_page_block(const dh_page *page, size_t i, dh_block *out);
const char *dh_kind_name(int kind);
size_t dh_page_kept_words(const dh_page *page);
dh_status dh_facts_new(const dh_page *page, dh_facts **out, dh_error *err);
bool dh_facts_get(const dh_facts *facts, int kind, size_t i, dh_fact *out);
const char *dh_fact_name(int kind);
void dh_facts_free(dh_facts *facts);
dh_status dh_page_render(const dh_page *page, dh_format format, dh_buf *out, dh_error *err);
#define DH_FACT_COUNT ...
#define DH_FACT_AUTHOR ...
"""

ffi = FFI()
ffi.cdef(DECLARATIONS)
ffi.set_source("dehusk._binding", "#include <dehusk.h>", libraries=["dehusk"],
               include_dirs=[os.environ[x] for x in ("DEHUSK_INCLUDE",) if x in os.environ],
               library_dirs=[os.environ[x] for x in ("DEHUSK_LIB",) if x in os.environ])

if __name__ == "__main__":
    ffi.compile(verbose=True)
