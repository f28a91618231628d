/* decode.h: the decoder's parts. Each takes one piece and keeps what is cut off at its end in `held`. */
#ifndef INPUT_DECODE_H
#define INPUT_DECODE_H

#include "charset.h"

#include <iconv.h>

/* A cut sequence is 4 bytes at most; the rest is room for the next piece's first bytes. */
#define HELD_BYTES 32

/* A single-byte charset's upper half as UTF-8. */
typedef struct {
    char bytes[4];
    size_t len;
} decode_char;

/* What the escapes of a seven-bit charset have set. */
typedef struct {
    unsigned char escape[4]; /* an escape, or "~", that is not at its end */
    size_t escape_len;
    unsigned char lead; /* first byte of a pair, 0 if none is open */
    unsigned char set;  /* a seven_set */
    bool shifted;       /* SO: ISO-2022-KR and -CN */
} seven_state;

struct in_decoder {
    const charset *row;
    unsigned char held[HELD_BYTES];
    size_t held_len;
    iconv_t cd;
    bool cd_open;
    decode_char *table; /* CHARSET_SINGLE: 128 */
    seven_state seven;
};

/* U+FFFD. */
#define DECODE_BAD DH_VIEW("\xef\xbf\xbd")

/* DH_OK, or the message of what dh_buf_append gave. */
dh_status decode_error(dh_status st, const dh_buf *out, dh_error *err);

/* The code point that the Encoding Standard gives a byte where glibc's iconv has none, or another; 0 if they agree or the
 * standard has none either. */
uint32_t decode_patch(const charset *row, unsigned char byte);

/* Opens d->cd. Errors: DH_ERR_NOMEM, DH_ERR_CHARSET (this system's iconv lacks the charset). */
dh_status decode_iconv_open(in_decoder *d, dh_error *err);
/* Fills the table of a single-byte charset. Errors as decode_iconv_open. */
dh_status decode_table_new(in_decoder *d, dh_error *err);
/* The parts proper. Errors: what dh_buf_append gives. */
dh_status decode_iconv(in_decoder *d, dh_view bytes, bool last, dh_buf *out);
dh_status decode_seven(in_decoder *d, dh_view bytes, bool last, dh_buf *out);

#endif
