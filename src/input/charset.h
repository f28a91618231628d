/* charset.h: what the files that find a charset and those that decode one share. */
#ifndef INPUT_CHARSET_H
#define INPUT_CHARSET_H

#include "input.h"

typedef enum {
    UTF_8,
    IBM866,
    ISO_8859_2,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_8_I,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_14,
    ISO_8859_15,
    ISO_8859_16,
    KOI8_R,
    KOI8_U,
    MACINTOSH,
    WINDOWS_874,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1252,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_1257,
    WINDOWS_1258,
    X_MAC_CYRILLIC,
    GBK,
    GB18030,
    BIG5,
    EUC_JP,
    SHIFT_JIS,
    EUC_KR,
    UTF_16BE,
    UTF_16LE,
    UTF_32BE,
    UTF_32LE,
    ISO_2022_JP,
    ISO_2022_KR,
    ISO_2022_CN,
    HZ_GB_2312,
    CHARSET_COUNT
} charset_id;

/* How it is decoded. */
typedef enum {
    CHARSET_UTF8,
    CHARSET_SINGLE, /* a table of 128, made by iconv */
    CHARSET_MULTI,  /* iconv */
    CHARSET_SEVEN,  /* escapes and pairs of 7-bit bytes: made eight-bit, then iconv */
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_UTF32LE,
    CHARSET_UTF32BE
} charset_kind;

typedef struct {
    in_charset pub; /* first, so that one can be had from the other */
    charset_kind kind;
} charset;

const charset *charset_of(charset_id which);
/* The row that a public charset is part of. */
const charset *charset_row(const in_charset *pub);
/* The table of labels, for its test: sorted, without doubles. */
size_t charset_label_count(void);
const char *charset_label_at(size_t i);

/* The bytes of the longest start of a UTF-8 sequence at bytes (at least 1 byte long): a whole one, or what one U+FFFD
 * stands for. *whole says which; *open that the sequence may go on behind the end of bytes. */
size_t charset_utf8_part(dh_view bytes, bool *whole, bool *open);

/* UTF-16 or UTF-32 without a BOM, by the pattern of NULs: NULL if it is neither. */
const charset *charset_by_nuls(dh_view head);
/* ISO-2022-* or HZ by their escapes; head is ASCII. NULL if it is none. */
const charset *charset_by_escapes(dh_view head);
/* The label that <meta> or an XML declaration gives in the first 4 KiB; empty if none. */
dh_view charset_declared(dh_view head);
/* What uchardet makes of the bytes, NULL if nothing. Errors: DH_ERR_NOMEM. */
dh_status charset_guess(dh_view bytes, const charset **out);

#endif
