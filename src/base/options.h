/* options.h: the option table engine. A program lists its options as rows; parsing argv and --help come from these
 * rows alone. Nothing is printed here: the programs do that. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base.h"

typedef enum {
    OPT_FLAG,   /* int: `value` is stored; --no-NAME stores `negative` */
    OPT_CHOICE, /* int: `value` for the first word of `words`, one more for each next */
    OPT_STRING, /* const char *, lent by argv */
    OPT_LIST,   /* opt_list: one more each time */
    OPT_COUNT,  /* size_t between min and max */
    OPT_SIZE    /* size_t between min and max: bytes, with K, M or G behind (powers of 1024) */
} opt_type;

/* Values of an option that may be given several times, lent by argv. */
#define OPT_LIST_MOST 16
typedef struct {
    size_t count;
    const char *at[OPT_LIST_MOST];
} opt_list;

/* One option. */
typedef struct {
    const char *name; /* without dashes */
    char letter;      /* of the short form; 0: none */
    opt_type type;
    unsigned group;    /* index into opt_table.groups; rows stand in the order of their groups */
    size_t offset;     /* of the field in the struct of values */
    const char *arg;   /* what --help calls the argument; NULL for a flag */
    bool arg_optional; /* choices only: --NAME alone stores `value`; an argument needs the "=", and a letter has none */
    bool aside;        /* does not change what comes out of a page */
    bool basic;        /* among those that --help alone shows */
    bool unlisted;     /* another program's manual page tells of it */
    bool negatable;    /* flags only: --no-NAME exists */
    int value, negative;
    const char *words; /* choices only: "auto|html|text" */
    size_t min, max;   /* counts and sizes; max 0: no bound */
    const char *shown; /* the default as --help shows it, or NULL */
    const char *help;
} opt_row;

typedef struct {
    const char *usage;         /* the first lines of --help, each ended by a newline */
    const char *footer;        /* the last ones, or NULL */
    const char *const *groups; /* titles */
    size_t group_count;
    const opt_row *rows;
    size_t count;
} opt_table;

/* Reads argv[0 .. argc) (the program's name is not among them) into the struct at `values`, which holds the
 * defaults. The operands are moved to the front of argv, in order, and *operands receives their number. Options may
 * stand anywhere before "--"; "-" is an operand. Forms: --name=value, --name value, -nVALUE, -n VALUE, -qh for flags.
 * Errors: DH_ERR_USAGE, with a message that names the option and suggests one that is near. */
dh_status opt_parse(const opt_table *table, int argc, char **argv, void *values, size_t *operands, dh_error *err);

/* What --help shows: the basic rows, or all. A table without basic rows always shows all. */
typedef enum { OPT_HELP_SHORT = 1, OPT_HELP_ALL = 2 } opt_help_kind;

/* Appends what --help prints. Errors as dh_buf_append. */
dh_status opt_help(const opt_table *table, opt_help_kind kind, dh_buf *out);

/* Appends a line "NAME=VALUE" for each option that changes what comes out: two command lines with the same text give the same
 * outputs. Errors as dh_buf_append. */
dh_status opt_effects(const opt_table *table, const void *values, dh_buf *out);

/* Appends an argument "--NAME=VALUE", ended by a NUL, for each value of a group's options that is not as in `defaults`: what another
 * program needs to be told. Errors as dh_buf_append. */
dh_status opt_arguments(const opt_table *table, unsigned group, const void *values, const void *defaults, dh_buf *out);

/* Looks for faults of the table itself: names or letters that stand twice, groups out of order, rows too wide for 80
 * columns, choices without words. A test calls it for each table. Errors: DH_ERR_USAGE, the message names the row. */
dh_status opt_check(const opt_table *table, dh_error *err);

/* Reads a number with an optional K, M or G if `suffixes`. False if it is none or does not fit. */
bool opt_number(dh_view text, bool suffixes, size_t *out);

#endif
