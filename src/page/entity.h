/* entity.h: character references. */
#ifndef PAGE_ENTITY_H
#define PAGE_ENTITY_H

#include "base/base.h"

typedef struct {
    const char *name; /* without '&', with ';' if it needs one */
    const char *text; /* UTF-8, at most 6 bytes */
    uint8_t name_len, text_len;
} entity_row;

extern const entity_row entity_rows[];
extern const size_t entity_count;
extern const uint16_t entity_first[128];

#define ENTITY_MAX_BYTES 6

/* Decodes the character reference at p ('&') < end as text of HTML does. Returns the bytes it takes, 0 if there is none;
 * out receives *out_len bytes (0 for references to NUL and the like that text drops). */
size_t entity_decode(const char *p, const char *end, char out[ENTITY_MAX_BYTES], size_t *out_len);

/* The same in the value of an attribute, where "&copy=" and "&copyx" mean themselves (HTML Standard, 13.2.5.73). 0, too, if *p is no '&'. */
size_t entity_decode_attr(const char *p, const char *end, char out[ENTITY_MAX_BYTES], size_t *out_len);

#endif
