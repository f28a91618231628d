/* markup.h: what the reports of --report have in common: the head of the file, its looks, text and addresses in it. Nothing is loaded from elsewhere, no script is
 * there, and what comes from pages and names of files is escaped. */
#ifndef CLI_MARKUP_H
#define CLI_MARKUP_H

#include "base/base.h"

/* From the doctype to behind the first rules of the style sheet, which is left open for more. title: a literal. */
#define MARKUP_HEAD(title)                                                                                                                             \
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" title "</title>\n"                                                \
    "<meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "   \
    "'unsafe-inline'\">\n<style>\n"                                                                                                                    \
    ":root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#595959;--line:#c4c4c4;--drop:#8f1d14;--keep:#17603a}\n"                          \
    "@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#161616;--soft:#b3b3b3;--line:#4d4d4d;--drop:#ff9d92;--keep:#8fdcae}}\n"            \
    "body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1rem}\n"                   \
    "h1,h2{line-height:1.2;overflow-wrap:anywhere}table{border-collapse:collapse}caption,th,td{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0;" \
    "overflow-wrap:anywhere}th{white-space:nowrap}.from{color:var(--soft);overflow-wrap:break-word}\n"

/* From behind the style sheet to the first heading, and what ends the file. */
#define MARKUP_BODY(heading) "</style>\n</head>\n<body>\n<main>\n<h1>" heading "</h1>\n"
#define MARKUP_END           "</main>\n</body>\n</html>\n"

/* Text, also within quotes: controls are shown as what they are no letter of. Errors: DH_ERR_NOMEM. */
dh_status markup_text(dh_buf *out, dh_view text);

/* A path as the address of a link: all but letters, digits and / . _ ~ - is escaped. Errors: DH_ERR_NOMEM. */
dh_status markup_path(dh_buf *out, dh_view path);

#endif
