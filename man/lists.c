/* Prints the options of the programs, from their rows, for what is installed beside them: in a manual page, as completions of a shell.
 * Run while building; the rows are in base/option_rows.c and fetch_rows.c.
 *
 * usage: lists manual COMMAND FILE   a page for scdoc, with the command's options for the line "@OPTIONS@"; COMMAND is dehusk, or a
 *                                    word of the table below
 *        lists bash|zsh|fish [FILE]  the completions; FILE is printed behind them */
#include "lists.h"

#include <stdio.h>
#include <stdlib.h>

/* Each command with its options; the word is what stands behind "dehusk". dehusk-fetch is `dehusk fetch`. */
const list_command list_commands[] = {{"", "", &dehusk_options},
                                      {"fetch", "addresses to WARC records", &fetch_options},
                                      {"profile", "what sites repeat", &profile_options},
                                      {"features", "what the models see", &features_options},
                                      {"rules", "rules for sites, and their tests", &rules_options},
                                      {"doctor", "what is there of all that dehusk uses", &doctor_options}};
const size_t list_command_count = DH_COUNT(list_commands);

/* ---- the list of a manual page ---- */

/* Prints text with a backslash before what scdoc reads as markup. */
static void print_scdoc(dh_view text) {
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("\\*_~#<>[]|", text.ptr[i])) putchar('\\');
        putchar(text.ptr[i]);
    }
}

static void print_name(const opt_row *row) {
    if (row->letter) printf("*-%c*, ", row->letter);
    printf("*--%s%s*", row->negatable ? "\\[no-]" : "", row->name);
    if (!row->arg) return;
    printf(row->arg_optional ? "\\[=_" : "=_");
    print_scdoc(view_of(row->arg));
    printf(row->arg_optional ? "_\\]" : "_");
}

/* "; one of auto, html, text" */
static void print_words(const char *words) {
    printf("; one of ");
    for (const char *p = words; *p; p++) {
        if (*p == '|') printf(", ");
        else putchar(*p);
    }
}

static void print_option(const opt_row *row) {
    print_name(row);
    printf("\n\t");
    print_scdoc(view_of(row->help));
    if (row->shown) {
        printf(" \\[");
        print_scdoc(view_of(row->shown));
        printf("\\]");
    }
    if (row->words && !row->arg_optional) print_words(row->words);
    printf("\n\n");
}

static void print_options(const opt_table *table) {
    const opt_row *before = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const opt_row *row = &table->rows[i];
        if (row->unlisted && !row->basic) continue;
        if (!before || before->group != row->group) {
            printf("## ");
            print_scdoc(view_of(table->groups[row->group]));
            printf("\n\n");
        }
        print_option(row);
        before = row;
    }
}

/* Prints a file, and the options instead of its line that says so; table NULL: it has none. False if it cannot be read. */
static bool print_file(const char *name, const opt_table *table) {
    FILE *f = fopen(name, "r");
    char line[4096];
    if (!f) return false;
    while (fgets(line, sizeof line, f)) {
        if (table && !strcmp(line, "@OPTIONS@\n")) print_options(table);
        else fputs(line, stdout);
    }
    return !fclose(f);
}

static const opt_table *find_command(const char *word) {
    if (!strcmp(word, "dehusk")) return list_commands[0].table;
    for (size_t i = 1; i < list_command_count; i++)
        if (!strcmp(word, list_commands[i].word)) return list_commands[i].table;
    return NULL;
}

int main(int argc, char **argv) {
    static const struct {
        const char *word;
        void (*print)(void);
    } shells[] = {{"bash", list_bash}, {"zsh", list_zsh}, {"fish", list_fish}};
    const char *word = argc > 1 ? argv[1] : "";
    const opt_table *table = argc == 4 && !strcmp(word, "manual") ? find_command(argv[2]) : NULL;
    if (table) return print_file(argv[3], table) ? EXIT_SUCCESS : EXIT_FAILURE;
    for (size_t i = 0; argc <= 3 && i < DH_COUNT(shells); i++) {
        if (strcmp(word, shells[i].word) != 0) continue;
        shells[i].print();
        return argc < 3 || print_file(argv[2], NULL) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    fprintf(stderr, "usage: lists manual COMMAND FILE | lists bash|zsh|fish [FILE]\n");
    return 2;
}
