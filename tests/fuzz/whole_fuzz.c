/* Fuzzes the whole way: any bytes and any options give a page or one clear error; how the bytes come in, at once or in
 * pieces, does not matter. The first four bytes choose the options. */
#include "fuzz.h"
#include "options.h"

#include "input/input.h"

typedef struct {
    dh_view left;
    size_t piece;
} pieces;

static dh_status read_piece(void *user, char *buf, size_t cap, size_t *got, dh_error *err) {
    pieces *p = user;
    return view_read(&p->left, buf, cap < p->piece ? cap : p->piece, got, err);
}

static void check_error(dh_status st, const dh_error *err) {
    MUST(err->code == st && memchr(err->msg, '\0', sizeof err->msg) && err->msg[0]);
    for (const char *p = err->msg; *p; p++) MUST((unsigned char)*p >= ' ' && *p != 0x7f);
    MUST(*dh_status_name(st));
}

static void check_links(const dh_page *page) {
    dh_link_list *links;
    dh_link link;
    MUST(!dh_page_links(page, &links, NULL));
    for (size_t i = 0; dh_link_list_get(links, i, &link); i++) MUST(view_starts(link.url, DH_VIEW("http")) && utf8_valid_prefix(link.url) == link.url.len);
    dh_link_list_free(links);
}

/* One line of letters that a JSON reader takes, whatever the page holds; tests/formats has what stands in it. */
static void check_json(const dh_page *page) {
    dh_buf json;
    const char *reason = NULL;
    dh_buf_init(&json, 0);
    MUST(!dh_page_render(page, DH_TO_JSONL, &json, NULL));
    MUST(json.len > 3 && json.ptr[0] == '{' && !memcmp(json.ptr + json.len - 2, "}\n", 2));
    MUST(utf8_valid_prefix(dh_buf_view(&json)) == json.len);
    for (size_t i = 0; i + 1 < json.len; i++) MUST((unsigned char)json.ptr[i] >= ' ' && json.ptr[i] != 0x7f);
    dh_outcome outcome = dh_page_outcome(page, &reason);
    MUST((reason != NULL) == (outcome >= DH_OUTCOME_BLOCKED) && *dh_outcome_name(outcome));
    dh_buf_clear(&json);
}

/* A format gives UTF-8, and HTML has no script. */
static void check_markup(const dh_page *page, dh_format format) {
    const dh_rendering how = {.format = format, .links = DH_LINKS_YES, .images = true, .front_matter = dh_page_block_count(page) % 8 == 0};
    dh_buf out;
    dh_buf_init(&out, 0);
    MUST(!dh_page_render_as(page, &how, &out, NULL));
    dh_view v = dh_buf_view(&out);
    MUST(utf8_valid_prefix(v) == v.len);
    MUST(how.format != DH_TO_HTML || view_find_nocase(v, DH_VIEW("<script")) == v.len);
    dh_buf_clear(&out);
}

/* Another format for each number of blocks: all of them for each page would be slow. */
static void check_format(const dh_page *page) {
    switch (dh_page_block_count(page) % 4) {
    case 0: check_markup(page, DH_TO_MARKDOWN); break;
    case 1: check_markup(page, DH_TO_HTML); break;
    case 2: check_markup(page, DH_TO_XML); break;
    default: check_json(page); break;
    }
}

static void check_page(const dh_page *page, dh_buf *out) {
    dh_block b;
    size_t n = dh_page_block_count(page);
    for (size_t i = 0; i < n; i++) {
        MUST(dh_page_block(page, i, &b) && b.reason && b.begin <= b.end && b.score >= 0 && b.score <= 1);
        MUST(utf8_valid_prefix(b.text) == b.text.len);
    }
    MUST(!dh_page_block(page, n, &b));
    MUST(*dh_page_charset(page));
    MUST(utf8_valid_prefix(dh_page_title(page)) == dh_page_title(page).len);
    check_links(page);
    MUST(!dh_page_render(page, DH_TO_TEXT, out, NULL));
    check_format(page);
}

static dh_status clean_whole(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_buf *out) {
    dh_page *page = NULL;
    dh_error err = {DH_OK, 0, ""};
    dh_status st = dh_page_new(ctx, bytes, opt, &page, &err);
    if (st) check_error(st, &err);
    else check_page(page, out);
    dh_page_free(page);
    return st;
}

static dh_status clean_pieces(const dh_context *ctx, pieces p, const dh_options *opt, dh_buf *out) {
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_error err = {DH_OK, 0, ""};
    dh_status st = dh_reader_new(ctx, opt, read_piece, &p, &reader, &err);
    while (!st && !(st = dh_reader_next(reader, &page, &err)) && page) {
        check_page(page, out);
        dh_page_free(page);
    }
    if (st) check_error(st, &err);
    dh_reader_free(reader);
    return st;
}

/* What the decoder makes of bytes is the same for any pieces of them. */
static void check_decoder(dh_view bytes, const char *label, size_t piece) {
    const in_charset *charset = in_charset_label((dh_view){label, strlen(label)}); /* a constant of options.h */
    dh_buf out[2];
    if (!charset) return;
    for (size_t pass = 0; pass < 2; pass++) {
        in_decoder *d;
        size_t step = pass ? piece : bytes.len;
        dh_buf_init(&out[pass], 0);
        MUST(!in_decoder_new(charset, &d, NULL));
        for (size_t at = 0; at < bytes.len; at += step) {
            size_t n = bytes.len - at < step ? bytes.len - at : step;
            char *copy = fuzz_copy(bytes.ptr + at, n);
            MUST(!in_decode(d, (dh_view){copy, n}, at + n == bytes.len, &out[pass], NULL));
            free(copy);
        }
        in_decoder_free(d);
        MUST(utf8_valid_prefix(dh_buf_view(&out[pass])) == out[pass].len);
    }
    MUST(view_is(dh_buf_view(&out[0]), dh_buf_view(&out[1])));
    dh_buf_clear(&out[0]);
    dh_buf_clear(&out[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    dh_context *ctx;
    dh_buf whole, parts;
    dh_options opt;
    if (size < FUZZ_OPTION_BYTES) return 0;
    char *copy = fuzz_copy(data + FUZZ_OPTION_BYTES, size - FUZZ_OPTION_BYTES);
    dh_view bytes = {copy, size - FUZZ_OPTION_BYTES};
    size_t piece = fuzz_piece(data);
    fuzz_options(data, &opt);
    dh_buf_init(&whole, 0);
    dh_buf_init(&parts, 0);
    MUST(!dh_context_new(&ctx, NULL));
    dh_status st = clean_whole(ctx, bytes, &opt, &whole);
    opt.window_bytes = (size_t)1 << 30;
    bool one = !in_is_warc(bytes); /* of several records dh_page_new() gives the first */
    MUST(st == clean_pieces(ctx, (pieces){bytes, piece}, &opt, &parts) || bytes.len == 0 || !one);
    MUST(st || !one || view_is(dh_buf_view(&whole), dh_buf_view(&parts)));
    opt.window_bytes = piece * 16;
    clean_pieces(ctx, (pieces){bytes, piece * 7}, &opt, &parts);
    in_sniff(bytes);
    in_binary_name(bytes);
    check_decoder(bytes, fuzz_charset(data), piece);
    dh_context_free(ctx);
    dh_buf_clear(&whole);
    dh_buf_clear(&parts);
    free(copy);
    return 0;
}
