/* lists.h: what the printers of lists.c and shells.c share. */
#ifndef MAN_LISTS_H
#define MAN_LISTS_H

#include "base/option_rows.h"

typedef struct {
    const char *word, *help; /* empty: dehusk itself, without a command */
    const opt_table *table;
} list_command;

extern const list_command list_commands[];
extern const size_t list_command_count;

/* Print the completions of dehusk, its commands and dehusk-fetch. */
void list_bash(void);
void list_zsh(void);
void list_fish(void);

#endif
