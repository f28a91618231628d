/* The option table engine: argv to a struct of values, and --help, both from the same rows. What the options mean is
 * left to the programs. */
#include "options.h"

#include <stdio.h>

/* Column of the help texts: the longest option on the left is "--fetch-max-bytes=SIZE" with six blanks before and two
 * behind it. */
#define OPT_HELP_COLUMN 30
#define OPT_HELP_WIDTH 80
/* A suggestion that needs more edits than this is no help. */
#define OPT_NEAR_EDITS 2
#define OPT_NAME_BYTES 32

typedef struct {
    const opt_table *table;
    char *field; /* the struct of values */
    int argc, at;
    char **argv;
    dh_error *err;
} parser;

/* ---- finding rows --------------------------------------------------------------------------------------------- */

static const opt_row *find_name(const opt_table *t, dh_view name, bool *negated) {
    dh_view no = DH_LIT("no-");
    for (size_t i = 0; i < t->count; i++) {
        const opt_row *row = &t->rows[i];
        dh_view own = view_of(row->name);
        *negated = row->negatable && view_starts(name, no) && view_is((dh_view){name.ptr + no.len, name.len - no.len}, own);
        if (*negated || view_is(name, own)) return row;
    }
    return NULL;
}

static const opt_row *find_letter(const opt_table *t, char letter) {
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].letter == letter) return &t->rows[i];
    return NULL;
}

/* Levenshtein distance of two short names; OPT_NAME_BYTES if one is too long. */
static size_t edits(dh_view a, dh_view b) {
    size_t row[OPT_NAME_BYTES + 1];
    if (a.len > OPT_NAME_BYTES || b.len > OPT_NAME_BYTES) return OPT_NAME_BYTES;
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            diagonal = row[j];
            size_t add = row[j - 1] + 1, drop = row[j] + 1;
            row[j] = add < drop ? add : drop;
            if (change < row[j]) row[j] = change;
        }
    }
    return row[b.len];
}

/* The nearest name, or NULL: one that begins as the wrong one does, or that few edits away. */
static const char *nearest(const opt_table *t, dh_view wrong) {
    size_t best = OPT_NEAR_EDITS + 1;
    const char *name = NULL;
    for (size_t i = 0; i < t->count; i++) {
        dh_view own = view_of(t->rows[i].name);
        size_t n = wrong.len > 1 && view_starts(own, wrong) ? 1 : edits(wrong, own);
        if (n < best && n < own.len) {
            best = n;
            name = t->rows[i].name;
        }
    }
    return name;
}

static dh_status unknown(const parser *p, dh_view name) {
    const char *near = nearest(p->table, name);
    int shown = name.len > 40 ? 40 : (int)name.len;
    if (near)
        return err_set(p->err, DH_ERR_USAGE, 0, "unknown option --%.*s (did you mean --%s?)", shown, name.ptr, near);
    return err_set(p->err, DH_ERR_USAGE, 0, "unknown option --%.*s (--help=all lists them)", shown, name.ptr);
}

/* ---- storing values ------------------------------------------------------------------------------------------- */

bool opt_number(dh_view text, bool suffixes, size_t *out) {
    size_t n = 0, i = 0, shift = 0;
    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
        size_t digit = (size_t)(text.ptr[i] - '0');
        if (n > (SIZE_MAX - digit) / 10) return false;
        n = n * 10 + digit;
    }
    if (!i) return false;
    if (suffixes && i + 1 == text.len) {
        switch (ascii_lower(text.ptr[i++])) {
        case 'k': shift = 10; break;
        case 'm': shift = 20; break;
        case 'g': shift = 30; break;
        default: return false;
        }
    }
    if (i != text.len || n > SIZE_MAX >> shift) return false;
    *out = n << shift;
    return true;
}

static void store_int(const parser *p, const opt_row *row, int value) {
    memcpy(p->field + row->offset, &value, sizeof value);
}

static dh_status store_number(const parser *p, const opt_row *row, const char *text) {
    size_t n;
    bool size = row->type == OPT_SIZE;
    if (!opt_number(view_of(text), size, &n))
        return err_set(p->err, DH_ERR_USAGE, 0, "--%s: '%.40s' is no %s", row->name, text,
                       size ? "size (digits, then perhaps K, M or G)" : "whole number");
    if (n < row->min) return err_set(p->err, DH_ERR_USAGE, 0, "--%s: %.40s is less than %zu", row->name, text, row->min);
    if (row->max && n > row->max)
        return err_set(p->err, DH_ERR_USAGE, 0, "--%s: %.40s is more than %zu", row->name, text, row->max);
    memcpy(p->field + row->offset, &n, sizeof n);
    return DH_OK;
}

static dh_status store_word(const parser *p, const opt_row *row, const char *text) {
    dh_view given = view_of(text), all = view_of(row->words);
    int value = row->value;
    for (size_t from = 0, i = 0; i <= all.len; i++) {
        if (i < all.len && all.ptr[i] != '|') continue;
        if (view_is(given, (dh_view){all.ptr + from, i - from})) {
            store_int(p, row, value);
            return DH_OK;
        }
        from = i + 1;
        value++;
    }
    return err_set(p->err, DH_ERR_USAGE, 0, "--%s: '%.40s' is none of %s", row->name, text, row->words);
}

static dh_status store_one_more(const parser *p, const opt_row *row, const char *text) {
    opt_list list;
    memcpy(&list, p->field + row->offset, sizeof list);
    if (list.count == OPT_LIST_MOST) return err_set(p->err, DH_ERR_USAGE, 0, "--%s: more than %d of them", row->name, OPT_LIST_MOST);
    list.at[list.count++] = text;
    memcpy(p->field + row->offset, &list, sizeof list);
    return DH_OK;
}

static dh_status store(const parser *p, const opt_row *row, const char *text) {
    switch (row->type) {
    case OPT_FLAG: store_int(p, row, row->value); return DH_OK;
    case OPT_CHOICE: return store_word(p, row, text);
    case OPT_STRING: memcpy(p->field + row->offset, &text, sizeof text); return DH_OK;
    case OPT_LIST: return store_one_more(p, row, text);
    case OPT_COUNT:
    case OPT_SIZE: return store_number(p, row, text);
    }
    return err_set(p->err, DH_ERR_USAGE, 0, "--%s has no type", row->name);
}

/* ---- argv ----------------------------------------------------------------------------------------------------- */

/* The argument of an option that stands alone: the next of argv. */
static dh_status take_next(parser *p, const opt_row *row) {
    if (p->at >= p->argc) return err_set(p->err, DH_ERR_USAGE, 0, "--%s needs %s", row->name, row->arg);
    return store(p, row, p->argv[p->at++]);
}

/* body: what follows the two dashes. */
static dh_status take_long(parser *p, const char *body) {
    const char *equals = strchr(body, '=');
    dh_view name = equals ? (dh_view){body, (size_t)(equals - body)} : view_of(body);
    bool negated;
    const opt_row *row = find_name(p->table, name, &negated);
    if (!row) return unknown(p, name);
    if (row->type == OPT_FLAG) {
        if (equals) return err_set(p->err, DH_ERR_USAGE, 0, "--%s takes no value", row->name);
        store_int(p, row, negated ? row->negative : row->value);
        return DH_OK;
    }
    if (equals) return store(p, row, equals + 1);
    if (row->arg_optional) {
        store_int(p, row, row->value);
        return DH_OK;
    }
    return take_next(p, row);
}

/* letters: what follows one dash: flags, the last of which may be an option with its argument behind it. */
static dh_status take_short(parser *p, const char *letters) {
    for (; *letters; letters++) {
        const opt_row *row = find_letter(p->table, *letters);
        if (!row) {
            /* A letter of several bytes is shown whole; what is no UTF-8 is left to who prints the message. */
            size_t n = 1;
            utf8_decode(letters, letters + strlen(letters), &n);
            return err_set(p->err, DH_ERR_USAGE, 0, "unknown option -%.*s (--help=all lists them)", (int)n, letters);
        }
        if (row->type != OPT_FLAG && !row->arg_optional) return letters[1] ? store(p, row, letters + 1) : take_next(p, row);
        store_int(p, row, row->value);
    }
    return DH_OK;
}

dh_status opt_parse(const opt_table *table, int argc, char **argv, void *values, size_t *operands, dh_error *err) {
    parser p = {table, values, argc, 0, argv, err};
    bool all_operands = false;
    size_t n = 0;
    while (p.at < argc) {
        char *arg = argv[p.at++];
        dh_status st = DH_OK;
        if (all_operands || arg[0] != '-' || !arg[1]) argv[n++] = arg;
        else if (arg[1] != '-') st = take_short(&p, arg + 1);
        else if (arg[2]) st = take_long(&p, arg + 2);
        else all_operands = true;
        if (st) return st;
    }
    *operands = n;
    return DH_OK;
}

/* ---- help and check ------------------------------------------------------------------------------------------- */

/* The left side of a row, such as "  -o, --output=PATH". */
static dh_status append_left(const opt_row *row, dh_buf *out) {
    char letter[] = {row->letter, ',', 0};
    dh_status st = buf_printf(out, "  %s%-2s --%s%s", row->letter ? "-" : " ", row->letter ? letter : "",
                              row->negatable ? "[no-]" : "", row->name);
    if (!st && row->arg) st = buf_printf(out, row->arg_optional ? "[=%s]" : "=%s", row->arg);
    return st;
}

static dh_status append_row(const opt_row *row, dh_buf *out) {
    size_t start = out->len;
    dh_status st = append_left(row, out);
    while (!st && out->len - start < OPT_HELP_COLUMN) st = buf_append_char(out, ' ');
    if (!st) st = buf_printf(out, "%s", row->help);
    if (!st && row->shown) st = buf_printf(out, " [%s]", row->shown);
    return st ? st : buf_append_char(out, '\n');
}

static bool has_basic(const opt_table *table) {
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].basic) return true;
    return false;
}

dh_status opt_help(const opt_table *table, opt_help_kind kind, dh_buf *out) {
    bool all = kind == OPT_HELP_ALL || !has_basic(table);
    const opt_row *before = NULL;
    dh_status st = buf_append_view(out, view_of(table->usage));
    for (size_t i = 0; i < table->count && !st; i++) {
        const opt_row *row = &table->rows[i];
        if (!all && !row->basic) continue;
        if (!before || row->group != before->group) st = buf_printf(out, "%s:\n", table->groups[row->group]);
        if (!st) st = append_row(row, out);
        before = row;
    }
    return st || !table->footer ? st : buf_append_view(out, view_of(table->footer));
}

/* Width of the row with its newline; 0 if there was no memory. */
static size_t row_width(const opt_row *row, size_t *left) {
    dh_buf line;
    dh_buf_init(&line, 4096);
    size_t width = append_left(row, &line) ? 0 : line.len;
    *left = width;
    line.len = 0;
    if (width) width = append_row(row, &line) ? 0 : line.len;
    dh_buf_clear(&line);
    return width;
}

static const char *row_fault(const opt_table *t, size_t i) {
    const opt_row *row = &t->rows[i];
    size_t left, width = row_width(row, &left);
    if (view_of(row->name).len > OPT_NAME_BYTES) return "its name is too long";
    if (row->group >= t->group_count) return "its group is none";
    if (i && row->group < t->rows[i - 1].group) return "its group came before";
    if ((row->type == OPT_FLAG) != !row->arg) return "a flag has no argument, all others have one";
    if ((row->type == OPT_CHOICE) != !!row->words) return "choices have words, others none";
    if (row->arg_optional && row->type != OPT_CHOICE) return "only a choice may come without its argument";
    if (row->negatable && row->type != OPT_FLAG) return "only a flag may be negated";
    if (left >= OPT_HELP_COLUMN) return "its left side is too wide";
    if (!width || width > OPT_HELP_WIDTH) return "its help is too wide";
    return NULL;
}

dh_status opt_check(const opt_table *table, dh_error *err) {
    for (size_t i = 0; i < table->count; i++) {
        const opt_row *row = &table->rows[i];
        const char *fault = row_fault(table, i);
        bool negated;
        for (size_t j = 0; j < i && !fault; j++) {
            if (row->letter && row->letter == table->rows[j].letter) fault = "its letter stands twice";
        }
        if (!fault && find_name(table, view_of(row->name), &negated) != row) fault = "its name stands twice";
        if (fault) return err_set(err, DH_ERR_USAGE, 0, "row --%s: %s", row->name, fault);
    }
    return DH_OK;
}

/* ---- effects ---------------------------------------------------------------------------------------------------- */

/* With its length, so that none can look like the next line. */
static dh_status append_text_effect(const opt_row *row, const char *text, dh_buf *out) {
    dh_view v = text ? view_of(text) : DH_VIEW("");
    dh_status st = buf_printf(out, "%s=%s%zu:", row->name, text ? "" : "none", v.len);
    if (!st) st = buf_append_view(out, v);
    return st ? st : buf_append_char(out, '\n');
}

static dh_status append_effect(const opt_row *row, const void *field, dh_buf *out) {
    switch (row->type) {
    case OPT_FLAG:
    case OPT_CHOICE: return buf_printf(out, "%s=%d\n", row->name, *(const int *)field);
    case OPT_COUNT:
    case OPT_SIZE: return buf_printf(out, "%s=%zu\n", row->name, *(const size_t *)field);
    case OPT_STRING: return append_text_effect(row, *(const char *const *)field, out);
    case OPT_LIST: break;
    }
    const opt_list *list = field;
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < list->count; i++) st = append_text_effect(row, list->at[i], out);
    return st;
}

dh_status opt_effects(const opt_table *table, const void *values, dh_buf *out) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < table->count; i++)
        if (!table->rows[i].aside) st = append_effect(&table->rows[i], (const char *)values + table->rows[i].offset, out);
    return st;
}

/* ---- arguments -------------------------------------------------------------------------------------------------- */

static dh_status append_text_argument(const opt_row *row, const char *text, dh_buf *out) {
    dh_status st = buf_printf(out, "--%s=%s", row->name, text);
    return st ? st : buf_append_char(out, 0);
}

static dh_status append_flag(const opt_row *row, int value, dh_buf *out) {
    dh_status st = buf_printf(out, "--%s%s", value == row->value ? "" : "no-", row->name);
    return st ? st : buf_append_char(out, 0);
}

static dh_status append_word(const opt_row *row, int value, dh_buf *out) {
    const char *from = row->words;
    for (int i = row->value; i < value; i++) from = strchr(from, '|') + 1;
    dh_status st = buf_printf(out, "--%s=%.*s", row->name, (int)strcspn(from, "|"), from);
    return st ? st : buf_append_char(out, 0);
}

static dh_status append_argument(const opt_row *row, const char *field, const char *usual, dh_buf *out) {
    dh_status st = DH_OK;
    switch (row->type) {
    case OPT_FLAG:
    case OPT_CHOICE: {
        int value = *(const int *)(const void *)field;
        if (value == *(const int *)(const void *)usual) return DH_OK;
        return row->type == OPT_FLAG ? append_flag(row, value, out) : append_word(row, value, out);
    }
    case OPT_COUNT:
    case OPT_SIZE: {
        size_t n = *(const size_t *)(const void *)field;
        if (n == *(const size_t *)(const void *)usual) return DH_OK;
        st = buf_printf(out, "--%s=%zu", row->name, n);
        return st ? st : buf_append_char(out, 0);
    }
    case OPT_STRING: {
        const char *text = *(const char *const *)(const void *)field;
        return text && text != *(const char *const *)(const void *)usual ? append_text_argument(row, text, out) : DH_OK;
    }
    case OPT_LIST: break;
    }
    const opt_list *list = (const void *)field;
    for (size_t i = 0; !st && i < list->count; i++) st = append_text_argument(row, list->at[i], out);
    return st;
}

dh_status opt_arguments(const opt_table *table, unsigned group, const void *values, const void *defaults, dh_buf *out) {
    dh_status st = DH_OK;
    for (size_t i = 0; !st && i < table->count; i++) {
        const opt_row *row = &table->rows[i];
        if (row->group == group) st = append_argument(row, (const char *)values + row->offset, (const char *)defaults + row->offset, out);
    }
    return st;
}
