/* Completions: the tables that those of bash and zsh begin with (dehusk.bash and dehusk.zsh follow), and all of fish's. */
#include "lists.h"

#include <stdio.h>

/* What an option's argument is, by its name in the rows. */
typedef enum { ARG_OTHER, ARG_FILE, ARG_FOLDER, ARG_WORDS } arg_kind;

static arg_kind kind_of(const opt_row *row) {
    if (row->words) return ARG_WORDS;
    if (!row->arg) return ARG_OTHER;
    if (!strcmp(row->arg, "DIR")) return ARG_FOLDER;
    return strcmp(row->arg, "FILE") && strcmp(row->arg, "PATH") ? ARG_OTHER : ARG_FILE;
}

/* Prints words with a blank for each bar. */
static void print_words(const char *words) {
    for (const char *p = words; *p; p++) putchar(*p == '|' ? ' ' : *p);
}

/* Prints text for a shell's single quotes; zsh: and for _arguments, in which brackets and colons part things. */
static void print_quoted(const char *text, bool zsh) {
    for (const char *p = text; *p; p++) {
        if (*p == '\'') printf("'\\'");
        if (zsh && strchr("[]:\\", *p)) putchar('\\');
        putchar(*p);
    }
}

static void print_commands(void) {
    for (size_t i = 1; i < list_command_count; i++) printf("%s%s", i > 1 ? " " : "", list_commands[i].word);
}

/* ---- bash ---- */

/* The options of a command in one line; those with an argument end in "=". */
static void print_bash_names(const opt_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        const opt_row *row = &table->rows[i];
        printf(" --%s%s", row->name, row->arg && !row->arg_optional ? "=" : "");
        if (row->arg_optional) printf(" --%s=", row->name);
        if (row->negatable) printf(" --no-%s", row->name);
        if (row->letter) printf(" -%c", row->letter);
    }
}

static void print_bash_values(const list_command *command) {
    for (size_t i = 0; i < command->table->count; i++) {
        const opt_row *row = &command->table->rows[i];
        arg_kind kind = kind_of(row);
        if (kind == ARG_OTHER && !row->arg) continue;
        printf("    %s--%s", command->word, row->name);
        if (row->letter && !row->arg_optional) printf("|%s-%c", command->word, row->letter);
        printf(") echo '");
        if (kind == ARG_WORDS) print_words(row->words);
        else printf(kind == ARG_FILE ? "@file" : kind == ARG_FOLDER ? "@folder" : "@other");
        printf("' ;;\n");
    }
}

void list_bash(void) {
    printf("# Completions of dehusk and dehusk-fetch for bash, made from their option rows.\n\n"
           "_dehusk_commands='");
    print_commands();
    printf("'\n\n# COMMAND: its options.\n_dehusk_names() {\n    case $1 in\n");
    for (size_t i = 0; i < list_command_count; i++) {
        printf("    '%s') echo '", list_commands[i].word);
        print_bash_names(list_commands[i].table);
        printf("' ;;\n");
    }
    printf("    esac\n}\n\n# COMMAND--OPTION: the words that its argument may be, or what it is; nothing if it has none.\n"
           "_dehusk_values() {\n    case $1 in\n");
    for (size_t i = 0; i < list_command_count; i++) print_bash_values(&list_commands[i]);
    printf("    esac\n}\n\n");
}

/* ---- zsh ---- */

static void print_zsh_spec(const opt_row *row, const char *no) {
    printf("        '");
    if (row->type == OPT_LIST) putchar('*');
    printf("--%s%s%s[", no, row->name, !row->arg ? "" : row->arg_optional ? "=-" : "=");
    print_quoted(row->help, true);
    putchar(']');
    if (row->arg) {
        printf("%s%s:", row->arg_optional ? "::" : ":", row->arg);
        switch (kind_of(row)) {
        case ARG_WORDS:
            putchar('(');
            print_words(row->words);
            putchar(')');
            break;
        case ARG_FILE: printf("_files"); break;
        case ARG_FOLDER: printf("_files -/"); break;
        case ARG_OTHER: printf(" "); break;
        }
    }
    printf("' \\\n");
}

static void print_zsh_letter(const opt_row *row) {
    printf("        '-%c[", row->letter);
    print_quoted(row->help, true);
    printf(row->arg && !row->arg_optional ? "]:%s:%s' \\\n" : "]' \\\n", row->arg, kind_of(row) == ARG_FILE ? "_files" : " ");
}

void list_zsh(void) {
    printf("#compdef dehusk dehusk-fetch\n# Completions for zsh, made from the option rows.\n\n");
    printf("_dehusk_commands=(");
    for (size_t i = 1; i < list_command_count; i++) printf(" '%s:%s'", list_commands[i].word, list_commands[i].help);
    printf(" )\n\n");
    for (size_t i = 0; i < list_command_count; i++) {
        const opt_table *table = list_commands[i].table;
        printf("_dehusk_options_%s() {\n    _arguments -s -S \\\n", list_commands[i].word);
        for (size_t j = 0; j < table->count; j++) {
            print_zsh_spec(&table->rows[j], "");
            if (table->rows[j].negatable) print_zsh_spec(&table->rows[j], "no-");
            if (table->rows[j].letter) print_zsh_letter(&table->rows[j]);
        }
        printf("        '*:input:_files'\n}\n\n");
    }
}

/* ---- fish ---- */

static void print_fish_row(const char *program, const char *when, const opt_row *row, const char *no) {
    printf("complete -c %s %s -l %s%s", program, when, no, row->name);
    if (row->letter && !*no) printf(" -s %c", row->letter);
    switch (row->arg ? kind_of(row) : ARG_OTHER) {
    case ARG_WORDS:
        printf(row->arg_optional ? " -a '" : " -xa '");
        print_words(row->words);
        putchar('\'');
        break;
    case ARG_FILE: printf(" -rF"); break;
    case ARG_FOLDER: printf(" -xa '(__fish_complete_directories)'"); break;
    case ARG_OTHER: printf("%s", row->arg ? " -x" : ""); break;
    }
    printf(" -d '");
    for (const char *p = row->help; *p; p++) printf(*p == '\'' || *p == '\\' ? "\\%c" : "%c", *p);
    printf("'\n");
}

static void print_fish_table(const char *program, const char *when, const opt_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        print_fish_row(program, when, &table->rows[i], "");
        if (table->rows[i].negatable) print_fish_row(program, when, &table->rows[i], "no-");
    }
}

void list_fish(void) {
    char when[128];
    printf("# Completions of dehusk and dehusk-fetch for fish, made from their option rows.\n"
           "set -l commands ");
    print_commands();
    putchar('\n');
    for (size_t i = 1; i < list_command_count; i++)
        printf("complete -c dehusk -n __fish_is_first_token -a %s -d '%s'\n", list_commands[i].word, list_commands[i].help);
    for (size_t i = 0; i < list_command_count; i++) {
        const char *word = list_commands[i].word;
        snprintf(when, sizeof when, *word ? "-n '__fish_seen_subcommand_from %s'" : "-n \"not __fish_seen_subcommand_from $commands\"", word);
        print_fish_table("dehusk", when, list_commands[i].table);
        if (!strcmp(word, "fetch")) print_fish_table("dehusk-fetch", "", list_commands[i].table);
    }
}
