/* The command `dehusk features`: rows of features as text, or as a matrix file that numpy reads. Pages are read as the filter
 * reads them; only the first page of a source counts. */
#include "features.h"

#include "base/option_rows.h"
#include "batch/source.h"
#include "model.h"
#include "output.h"
#include "say.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Room of a matrix file's header: the shape is written when the rows are counted. */
#define NPY_HEADER 128

typedef struct {
    features_values values;
    dh_context *ctx;
    output out;
    int npy; /* -1: none */
    size_t columns, rows, block; /* block: the one that the next row is of */
    dh_buf line, numbers;
    bool output_failed;
    size_t failures;
} command;

static dh_feature_set set_of(const command *c) { return (dh_feature_set)c->values.set; }

static bool of_texts(const command *c) { return set_of(c) >= DH_FEATURES_LINE; }

/* Sets of one row for the whole page or text. */
static bool of_whole(const command *c) { return set_of(c) == DH_FEATURES_PAGE || set_of(c) == DH_FEATURES_TEXT; }

static void write_line(command *c) {
    dh_error err = {0};
    if (c->output_failed || !output_write(&c->out, dh_buf_view(&c->line), &err)) return;
    c->output_failed = true;
    if (c->out.pipe_closed) return;
    c->failures++;
    say("stdout", err.msg);
}

/* Text of a cell: tabs, line ends and backslashes as \t, \n and \\. */
static dh_status append_cell(dh_buf *out, dh_view v) {
    dh_status st = DH_OK;
    for (size_t i = 0; i < v.len && !st; i++) {
        char c = v.ptr[i];
        if (c == '\t') st = buf_append_view(out, DH_VIEW("\\t"));
        else if (c == '\n' || c == '\r') st = buf_append_view(out, DH_VIEW("\\n"));
        else if (c == '\\') st = buf_append_view(out, DH_VIEW("\\\\"));
        else st = buf_append_char(out, c);
    }
    return st;
}

static void print_header(command *c) {
    dh_feature f;
    c->line.len = 0;
    dh_status st = buf_printf(&c->line, of_whole(c) ? "source" : "source\tblock\tkind\tverdict\treason\ttext");
    for (size_t i = 0; !st && c->npy < 0 && dh_feature_at(set_of(c), i, &f); i++) st = buf_printf(&c->line, "\t%s", f.name);
    if (!st) st = buf_append_char(&c->line, '\n');
    if (!st) write_line(c);
}

static int print_names(command *c) {
    dh_feature f;
    for (size_t i = 0; dh_feature_at(set_of(c), i, &f); i++) {
        c->line.len = 0;
        if (!buf_printf(&c->line, "%s\t%s\t%s\n", f.name, f.unit, f.what)) write_line(c);
    }
    return c->failures ? EXIT_FAILED : EXIT_DONE;
}

/* One row: what it is of, and its numbers unless they go to the matrix. */
static dh_status print_row(command *c, const char *name, const dh_page *page, size_t row) {
    const float *numbers = (const float *)(const void *)c->numbers.ptr + row * c->columns;
    dh_block b;
    c->line.len = 0;
    dh_status st = append_cell(&c->line, (dh_view){name, strlen(name)});
    /* Blank lines of a text have no row. */
    while (set_of(c) != DH_FEATURES_TEXT && of_texts(c) && dh_page_block(page, c->block, &b) && view_is_blank(b.text)) c->block++;
    if (!st && !of_whole(c) && dh_page_block(page, c->block, &b)) {
        st = buf_printf(&c->line, "\t%zu\t%d\t%s\t%s\t", c->block++, (int)b.kind, b.keep ? "keep" : "drop", b.reason);
        if (!st) st = append_cell(&c->line, b.text);
    }
    for (size_t k = 0; !st && c->npy < 0 && k < c->columns; k++) st = buf_printf(&c->line, "\t%.9g", (double)numbers[k]);
    if (!st) st = buf_append_char(&c->line, '\n');
    if (!st) write_line(c);
    return st;
}

static dh_status print_page(command *c, const char *name, const dh_page *page, dh_error *err) {
    c->numbers.len = c->block = 0;
    dh_status st = dh_page_features(page, set_of(c), &c->numbers, err);
    if (st) return st;
    size_t rows = c->numbers.len / (c->columns * sizeof(float));
    if (c->npy >= 0) st = source_write_all(c->npy, dh_buf_view(&c->numbers), NULL, err);
    for (size_t i = 0; !st && i < rows; i++)
        if ((st = print_row(c, name, page, i))) err_set(err, st, 0, "out of memory");
    c->rows += rows;
    return st;
}

static void read_page(command *c, const char *path, const char *url) {
    dh_options opt = dh_options_default();
    dh_reader *reader = NULL;
    dh_page *page = NULL;
    dh_error err = {0};
    source from = {open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), NULL};
    opt.url = url;
    opt.from = of_texts(c) ? DH_FROM_TEXT : DH_FROM_HTML;
    opt.data = DH_DATA_NO; /* the models see markup */
    opt.max_memory = c->values.max_memory;
    opt.encoding = source_encoding(path);
    dh_status st = from.fd < 0 ? err_system(&err) : DH_OK;
    if (!st) st = dh_reader_new(c->ctx, &opt, source_read, &from, &reader, &err);
    if (!st) st = dh_reader_next(reader, &page, &err);
    if (!st && page) st = print_page(c, path, page, &err);
    if (st) {
        c->failures++;
        say(path, err.msg);
    }
    dh_page_free(page);
    dh_reader_free(reader);
    if (from.fd >= 0) close(from.fd);
}

/* The pages that a list names: lines of a path, a tab and an address, which may be missing. */
static void read_list(command *c, const char *path) {
    dh_buf list;
    dh_error err = {0};
    dh_buf_init(&list, (size_t)1 << 30);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    dh_status st = fd < 0 ? err_system(&err) : source_read_all(fd, &list, &err);
    if (!st) st = buf_append_char(&list, '\n');
    if (fd >= 0) close(fd);
    if (st) {
        c->failures++;
        say(path, err.msg);
    }
    for (char *at = list.ptr, *end = st ? at : at + list.len; at < end && !c->output_failed;) {
        char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop + 1;
        *stop = 0;
        char *tab = strchr(line, '\t');
        if (tab) *tab++ = 0;
        if (*line) read_page(c, line, tab && *tab ? tab : NULL);
    }
    dh_buf_clear(&list);
}

/* The header of a matrix file: numpy's format 1.0, of a fixed length so that it can be written again. */
static dh_status write_npy_header(const command *c, dh_error *err) {
    dh_buf head;
    dh_buf_init(&head, 0);
    dh_status st = dh_buf_append(&head, "\x93NUMPY\x01\x00\x76\x00", 10);
    if (!st) st = buf_printf(&head, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", c->rows, c->columns);
    while (!st && head.len < NPY_HEADER - 1) st = buf_append_char(&head, ' ');
    if (!st) st = buf_append_char(&head, '\n');
    if (st) st = err_set(err, st, 0, "out of memory");
    else if (lseek(c->npy, 0, SEEK_SET)) st = err_system(err);
    if (!st) st = source_write_all(c->npy, dh_buf_view(&head), NULL, err);
    dh_buf_clear(&head);
    return st;
}

static dh_status set_up(command *c, const char **blame, dh_error *err) {
    dh_feature f;
    dh_status st = dh_context_new(&c->ctx, err);
    while (dh_feature_at(set_of(c), c->columns, &f)) c->columns++;
    *blame = c->values.model;
    if (!st && c->values.model) st = model_load(c->ctx, c->values.model, err);
    if (st || !c->values.npy) return st;
    *blame = c->values.npy;
    c->npy = open(c->values.npy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return c->npy < 0 ? err_system(err) : write_npy_header(c, err);
}

static int run(command *c, char **inputs, size_t count) {
    dh_error err = {0};
    const char *blame = NULL;
    if (set_up(c, &blame, &err)) {
        say(blame, err.msg);
        return EXIT_FAILED;
    }
    print_header(c);
    for (size_t i = 0; i < count && !c->output_failed; i++) read_page(c, inputs[i], NULL);
    if (c->values.pages) read_list(c, c->values.pages);
    if (c->npy >= 0 && write_npy_header(c, &err)) {
        c->failures++;
        say(c->values.npy, err.msg);
    }
    return c->failures ? EXIT_FAILED : EXIT_DONE;
}

int features_main(int argc, char **argv) {
    command c = {.values = features_defaults, .npy = -1};
    dh_error err = {0};
    size_t count = 0;
    dh_buf_init(&c.line, (size_t)1 << 30);
    dh_buf_init(&c.numbers, (size_t)4 << 30);
    int result = EXIT_USAGE;
    if (opt_parse(&features_options, argc, argv, &c.values, &count, &err)) say(NULL, err.msg);
    else if (!c.values.help && !c.values.names && !count && !c.values.pages) say(NULL, "features: no page is named (--help shows how)");
    else if (output_open(&c.out, NULL, &err)) say("stdout", err.msg);
    else if (c.values.help) result = opt_help(&features_options, OPT_HELP_ALL, &c.line) ? EXIT_FAILED : (write_line(&c), EXIT_DONE);
    else result = c.values.names ? print_names(&c) : run(&c, argv, count);
    if (c.npy >= 0) close(c.npy);
    dh_context_free(c.ctx);
    dh_buf_clear(&c.line);
    dh_buf_clear(&c.numbers);
    return result;
}
