/* sniff.h: what a scan of the first bytes finds, for the rule of sniff.c that tells HTML from text. */
#ifndef INPUT_SNIFF_H
#define INPUT_SNIFF_H

#include "base/base.h"

/* What may stand first, behind white space, comments and processing instructions. */
typedef enum {
    SNIFF_LED_BY_TEXT,     /* anything else; also a tag that a sentence only mentions */
    SNIFF_LED_BY_DOCUMENT, /* <!doctype html>, <html>, <head>, <body>, <frameset> */
    SNIFF_LED_BY_BLOCK,    /* <p>, <div>, <table>, <script>, … */
    SNIFF_LED_BY_INLINE,   /* <b>, <img>, <br>, … */
    SNIFF_LED_BY_UNKNOWN,  /* a tag that HTML has not, another doctype */
    SNIFF_LED_BY_PHP       /* <?php */
} sniff_lead;

typedef struct {
    sniff_lead lead;
    bool document;         /* <!doctype html> or <html> stands somewhere, outside of quotes */
    size_t tags;           /* of HTML's, start and end tags */
    size_t blocks;         /* start tags among them that are no inline ones */
    size_t unknown;        /* start tags that HTML has not */
    size_t pairs;          /* blocks that were closed, by their end tag or the next <p>, <li>, … */
    size_t top, quoted;    /* blocks within no other; those of them that follow a quote or an operator */
    size_t text, inside;   /* bytes of text that are no white space; those in closed blocks */
    size_t tail, tail_lines; /* those behind the last tag; lines of them */
    size_t lines, code_lines; /* lines of text within no block; those that look like source code */
    size_t marks, strong_marks; /* Markdown's, weighed; those that hardly anything else has */
    bool diff;             /* a line begins with "@@ -" */
} sniff_facts;

/* Scans head once; cut: there is more behind it. */
sniff_facts sniff_scan(dh_view head, bool cut);

/* Classes of element names. */
typedef enum { SNIFF_UNKNOWN, SNIFF_INLINE, SNIFF_BLOCK, SNIFF_DOCUMENT } sniff_class;

typedef struct {
    const char *name;
    sniff_class class;
    bool raw;     /* its content is no markup, or not to be looked at */
    bool reopens; /* closes an open element of its own name */
} sniff_element;

/* The element of a name, case folded; NULL if HTML has none. */
const sniff_element *sniff_element_named(dh_view name);

/* Looks at one run of text between tags for signs of Markdown, source code and diffs; at_line_start: the run begins a line;
 * outside: it is within no block. */
void sniff_text(sniff_facts *facts, dh_view run, bool at_line_start, bool outside);

#endif
