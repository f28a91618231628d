/* Signs of Markdown, source code and diffs in the text between tags, line by line. */
#include "sniff.h"

static dh_view skip_blanks(dh_view v) {
    while (v.len && (*v.ptr == ' ' || *v.ptr == '\t')) v.ptr++, v.len--;
    return v;
}

/* Bytes at the front of v that are c. */
static size_t run_of(dh_view v, char c) {
    size_t n = 0;
    while (n < v.len && v.ptr[n] == c) n++;
    return n;
}

/* ---- Markdown ---- */

static bool is_heading(dh_view line) {
    size_t n = run_of(line, '#');
    return n >= 1 && n <= 6 && n + 1 < line.len && line.ptr[n] == ' ' && !ascii_space(line.ptr[n + 1]);
}

static bool is_fence(dh_view line) { return run_of(line, '`') >= 3 || run_of(line, '~') >= 3; }

static bool is_underline(dh_view line) {
    size_t n = run_of(line, '=');
    return n >= 3 && n == line.len;
}

/* "| --- | :-: |" */
static bool is_table_rule(dh_view line) {
    size_t dashes = 0, bars = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c != '|' && c != '-' && c != ':' && c != ' ') return false;
        dashes += c == '-';
        bars += c == '|';
    }
    return dashes >= 3 && bars;
}

/* "](" with a target behind it. */
static size_t count_links(dh_view line) {
    size_t n = 0;
    for (const char *p = line.ptr, *end = line.ptr + line.len; (p = memmem(p, (size_t)(end - p), "](", 2)); p += 2)
        n += p + 2 < end && p > line.ptr && !ascii_space(p[2]);
    return n;
}

static bool is_item(dh_view line) {
    return line.len > 2 && line.ptr[1] == ' ' && (*line.ptr == '-' || *line.ptr == '*' || *line.ptr == '+' || *line.ptr == '>');
}

static void look_for_markdown(sniff_facts *facts, dh_view line, bool from_start) {
    size_t strong = count_links(line);
    if (from_start) strong += is_heading(line) || is_fence(line) || is_underline(line) || is_table_rule(line);
    facts->strong_marks += strong;
    facts->marks += 2 * strong + (from_start && is_item(line));
}

/* ---- source code ---- */

static bool is_code(dh_view line) {
    static const dh_view words[] = {
        DH_LIT("#include"), DH_LIT("#define"),  DH_LIT("import "), DH_LIT("from "),   DH_LIT("def "),     DH_LIT("class "),
        DH_LIT("function"), DH_LIT("const "),   DH_LIT("let "),    DH_LIT("var "),    DH_LIT("package "), DH_LIT("using "),
        DH_LIT("public "),  DH_LIT("private "), DH_LIT("return"),  DH_LIT("export "), DH_LIT("func "),    DH_LIT("print"),
        DH_LIT("echo "),    DH_LIT("if ("),     DH_LIT("for ("),   DH_LIT("while ("), DH_LIT("//"),       DH_LIT("/*"),
        DH_LIT("cat <<"),   DH_LIT("INSERT "),  DH_LIT("SELECT "), DH_LIT("module."), DH_LIT("require"),  DH_LIT("@")};
    if (memchr(";{}(=[`", line.ptr[line.len - 1], 7)) return true;
    for (size_t i = 0; i < DH_COUNT(words); i++)
        if (view_starts(line, words[i])) return true;
    return *line.ptr == ')' || *line.ptr == ']';
}

/* ---- lines ---- */

void sniff_text(sniff_facts *facts, dh_view run, bool at_line_start, bool outside) {
    const char *p = run.ptr, *end = run.ptr + run.len;
    bool from_start = at_line_start;
    while (p < end) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        dh_view line = view_trim(skip_blanks((dh_view){p, (size_t)((next ? next : end) - p)}));
        bool indented = line.ptr - p > 3;
        if (line.len) {
            look_for_markdown(facts, line, from_start && !indented);
            facts->diff |= from_start && view_starts(line, DH_VIEW("@@ -"));
            facts->lines += outside;
            facts->code_lines += outside && is_code(line);
        }
        from_start = true;
        p = next ? next + 1 : end;
    }
}
