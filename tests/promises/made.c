/* What docs/texts.md promises, over texts made from a seed: lines of the fixtures, furniture wording, and what is rare in both.
 *
 * usage: made COUNT [FILE]     FILE: the texts and what came of each, as lines of JSON (id, text, clean), for run.py
 *
 * Exit status 1 at the first text of which something does not hold: it is printed as a line of JSON. */
#include "base/json_out.h"
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_LINES 60
#define LONG_LINE_WORDS 4000

/* ---- lines to choose from ---- */

typedef struct {
    dh_view *lines;
    size_t count, room;
    dh_buf *texts; /* that the lines stand in */
    size_t text_count;
} pool;

static void pool_add(pool *p, dh_view line) {
    if (p->count == p->room) {
        p->room = p->room ? 2 * p->room : 1024;
        p->lines = realloc(p->lines, p->room * sizeof *p->lines);
        if (!p->lines) abort();
    }
    p->lines[p->count++] = line;
}

/* Takes the first line off *rest; its end is not part of it. */
static dh_view take_line(dh_view *rest) {
    const char *end = memchr(rest->ptr, '\n', rest->len);
    dh_view line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    size_t taken = line.len + (end != NULL);
    *rest = (dh_view){rest->ptr + taken, rest->len - taken};
    return line;
}

static void add_lines(pool *p, dh_view text) {
    while (text.len) {
        dh_view line = take_line(&text);
        if (line.len && !memchr(line.ptr, '\r', line.len) && !memchr(line.ptr, '\0', line.len)) pool_add(p, line);
    }
}

/* The last column of each row. */
static void add_phrases(pool *p, dh_view table) {
    take_line(&table);
    while (table.len) {
        dh_view row = take_line(&table);
        while (row.len && memchr(row.ptr, '\t', row.len)) row = (dh_view){row.ptr + 1, row.len - 1};
        if (row.len) pool_add(p, row);
    }
}

static dh_buf read_all(const char *path) {
    dh_buf b;
    dh_buf_init(&b, 0);
    if (!sup_read_file(path, &b)) fprintf(stderr, "made: %s: cannot be read\n", path), exit(1);
    return b;
}

static void read_fixtures(pool *p) {
    sup_fixtures all;
    sup_list_fixtures(&all);
    p->texts = calloc(all.count, sizeof *p->texts);
    if (!p->texts) abort();
    for (size_t i = 0; i < all.count; i++) {
        dh_buf *text = &p->texts[p->text_count++];
        dh_buf_init(text, 0);
        if (sup_read_fixture(all.name[i], "input.txt", text) || sup_read_fixture(all.name[i], "expected.txt", text))
            add_lines(p, dh_buf_view(text));
    }
}

static void pool_clear(pool *p) {
    for (size_t i = 0; i < p->text_count; i++) dh_buf_clear(&p->texts[i]);
    free(p->texts);
    free(p->lines);
}

/* ---- texts ---- */

static const char *const rare[] = {"\xc2\xa0", "\t", "  ", "one\xef\xbb\xbftwo", "one\xe2\x80\xa8two", "one\xc2\x85two",
                                   "\xe2\x80\x8b", "1", "---", "\fpage 2", "* * *", "[1] [2] [3]", "    return 0;", "a\tb\tc",
                                   "\"Please wait,\" he said.", "© 2024", "12:30", "…"};
static const char *const ends[] = {"\n", "\r\n", "\r"};
/* A text may have several kinds of ends: LF and CRLF go together, as editors leave it. */
enum { MIXED_ENDS = DH_COUNT(ends), END_KINDS };

typedef struct {
    pool lines, phrases;
    uint64_t seed;
} maker;

static size_t below(maker *m, size_t n) { return sup_random_below(&m->seed, n); }

static void put(dh_buf *out, dh_view v) {
    if (buf_append_view(out, v)) abort();
}

static void put_line(maker *m, size_t phrases_in_ten, dh_buf *out) {
    if (below(m, 5000) == 0) {
        for (size_t i = 0; i < LONG_LINE_WORDS; i++) put(out, DH_VIEW("word "));
    } else if (below(m, 12) == 0) {
        put(out, view_of(rare[below(m, DH_COUNT(rare))]));
    } else if (below(m, 10) < phrases_in_ten) {
        put(out, m->phrases.lines[below(m, m->phrases.count)]);
        if (below(m, 4) == 0) put(out, view_of(below(m, 2) ? ":" : " 12"));
    } else {
        put(out, m->lines.lines[below(m, m->lines.count)]);
    }
}

static void put_end(maker *m, size_t kind, dh_buf *out) {
    for (size_t n = below(m, 4) ? 1 : 1 + below(m, 3); n > 0; n--) put(out, view_of(ends[kind == MIXED_ENDS ? below(m, 2) : kind]));
}

/* Runs of lines as they stand in a fixture, so that there are texts with a body, and wording between, above and below. */
static void make_text(maker *m, dh_buf *out) {
    size_t lines = below(m, MOST_LINES + 1), kind = below(m, END_KINDS), phrases = below(m, 9);
    out->len = 0;
    if (below(m, 20) == 0) put(out, DH_VIEW("\xef\xbb\xbf"));
    for (size_t i = 0; i < lines; i++) {
        size_t run = below(m, 3) ? 1 : 1 + below(m, 12), at = below(m, m->lines.count);
        for (; run > 1 && i + 1 < lines && at + 1 < m->lines.count; run--, i++, at++) {
            put(out, m->lines.lines[at]);
            put_end(m, kind, out);
        }
        put_line(m, phrases, out);
        if (i + 1 < lines || below(m, 2)) put_end(m, kind, out);
    }
}

/* ---- promises ---- */

typedef struct {
    dh_options opt;
    dh_buf once, other, changed;
} checker;

/* Nothing but whole lines of the text, in its order, each line of it with a verdict. */
static const char *lines_wrong(checker *c, dh_view in) {
    dh_page *page = NULL;
    dh_block b;
    size_t at = 0, used = 0;
    const char *wrong = NULL;
    if (dh_page_new(sup_context(), in, &c->opt, &page, NULL)) return "cannot be cleaned";
    for (size_t i = 0; !wrong && dh_page_block(page, i, &b); i++) {
        size_t len = b.text.len + b.line_end;
        if (b.begin != at || at + len > in.len || memcmp(in.ptr + at, b.text.ptr, len) != 0) wrong = "kept and removed lines are not the text";
        else if (b.keep && (used + len > c->once.len || memcmp(c->once.ptr + used, in.ptr + at, len) != 0)) wrong = "a kept line is not in the result";
        at += len;
        used += b.keep ? len : 0;
    }
    if (!wrong && at != in.len) wrong = "kept and removed lines are not all of the text";
    if (!wrong && used != c->once.len) wrong = "the result has more than the kept lines";
    dh_page_free(page);
    return wrong;
}

static dh_status clean(const checker *c, dh_view in, dh_buf *out) {
    out->len = 0;
    return sup_clean(sup_context(), in, &c->opt, out, NULL);
}

static bool comes_from(const checker *c, dh_view in, dh_view want) {
    dh_buf *out = (dh_buf *)&c->other;
    return !clean(c, in, out) && view_is(dh_buf_view(out), want);
}

/* LF as another end. */
static void change_ends(dh_view in, const char *end, dh_buf *out) {
    out->len = 0;
    for (size_t i = 0; i < in.len; i++)
        put(out, in.ptr[i] == '\n' ? view_of(end) : (dh_view){in.ptr + i, 1});
}

static bool ends_do_not_matter(checker *c, dh_view in) {
    dh_buf want;
    bool same = true;
    dh_buf_init(&want, 0);
    for (size_t k = 1; same && k < DH_COUNT(ends); k++) {
        change_ends(in, ends[k], &c->changed);
        change_ends(dh_buf_view(&c->once), ends[k], &want);
        same = comes_from(c, dh_buf_view(&c->changed), dh_buf_view(&want));
    }
    dh_buf_clear(&want);
    return same;
}

/* What does not hold of a text; NULL: all does. */
static const char *wrong_of(checker *c, maker *m, dh_view in) {
    c->opt.focus = (dh_focus)below(m, DH_FOCUS_RECALL + 1);
    if (clean(c, in, &c->once)) return "cannot be cleaned";
    if (in.len >= 3 && !memcmp(in.ptr, "\xef\xbb\xbf", 3)) in = (dh_view){in.ptr + 3, in.len - 3}; /* a BOM is no text */
    const char *wrong = lines_wrong(c, in);
    if (wrong) return wrong;
    if (!comes_from(c, dh_buf_view(&c->once), dh_buf_view(&c->once))) return "cleaned again it changes";
    c->other.len = 0;
    if (sup_clean_stream(sup_context(), in, 1 + below(m, 500), &c->opt, &c->other, NULL) || !view_is(dh_buf_view(&c->other), dh_buf_view(&c->once)))
        return "as a stream it is another";
    if (!memchr(in.ptr, '\r', in.len) && !ends_do_not_matter(c, in)) return "with other line ends other lines go";
    return NULL;
}

/* ---- */

static bool write_line(FILE *to, size_t number, dh_view text, dh_view clean) {
    dh_buf line;
    dh_buf_init(&line, 0);
    json_out j = {&line, DH_OK};
    json_raw(&j, DH_VIEW("{"));
    json_key(&j, DH_VIEW("id"), true);
    json_number(&j, number);
    json_key(&j, DH_VIEW("text"), false);
    json_string(&j, text);
    json_key(&j, DH_VIEW("clean"), false);
    json_string(&j, clean);
    json_raw(&j, DH_VIEW("}\n"));
    bool written = !j.status && fwrite(line.ptr, 1, line.len, to) == line.len;
    dh_buf_clear(&line);
    return written;
}

/* True if all holds of count texts, which is printed; the first of which it does not is. */
static bool check(checker *c, maker *m, size_t count, FILE *to) {
    size_t bytes = 0, kept = 0;
    bool good = true;
    dh_buf text;
    dh_buf_init(&text, 0);
    for (size_t i = 0; good && i < count; i++) {
        make_text(m, &text);
        const char *wrong = wrong_of(c, m, dh_buf_view(&text));
        if (wrong) {
            fprintf(stderr, "made: text %zu, focus %d: %s\n", i, (int)c->opt.focus, wrong);
            write_line(stdout, i, dh_buf_view(&text), dh_buf_view(&c->once));
            good = false;
        }
        bytes += text.len;
        kept += c->once.len;
        c->opt.focus = DH_FOCUS_BALANCED;
        if (good && to) good = !clean(c, dh_buf_view(&text), &c->once) && write_line(to, i, dh_buf_view(&text), dh_buf_view(&c->once));
    }
    dh_buf_clear(&text);
    if (!good) return false;
    printf("%zu made texts, %.1f MB, %.0f %% of it kept: all promises hold\n", count, (double)bytes / 1e6, 100 * (double)kept / (double)(bytes + !bytes));
    if (kept * 20 <= bytes * 19 && kept * 20 >= bytes) return true;
    fprintf(stderr, "made: that tests little\n");
    return false;
}

int main(int argc, char **argv) {
    maker m = {.seed = 2024};
    checker c = {.opt = dh_options_default()};
    dh_buf phrases = read_all(DH_SOURCE_ROOT "/data/phrases.tsv");
    dh_buf *results[] = {&c.once, &c.other, &c.changed};
    size_t count = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 0;
    FILE *to = argc > 2 ? fopen(argv[2], "w") : NULL;
    if (!count || (argc > 2 && !to)) return fprintf(stderr, "usage: made COUNT [FILE]\n"), 2;
    c.opt.from = DH_FROM_TEXT;
    c.opt.charset = "utf-8";
    read_fixtures(&m.lines);
    add_phrases(&m.phrases, dh_buf_view(&phrases));
    for (size_t i = 0; i < DH_COUNT(results); i++) dh_buf_init(results[i], 0);
    bool good = check(&c, &m, count, to);
    for (size_t i = 0; i < DH_COUNT(results); i++) dh_buf_clear(results[i]);
    pool_clear(&m.lines);
    pool_clear(&m.phrases);
    dh_buf_clear(&phrases);
    return (to && fclose(to)) || !good ? 1 : 0;
}
