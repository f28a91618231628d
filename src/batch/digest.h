/* digest.h: what tells whether the text of a page is that of another: exactly, nearly, or by lines that both have. Workers take it of what they would
 * have written. */
#ifndef BATCH_DIGEST_H
#define BATCH_DIGEST_H

#include "base/base.h"

/* Shorter lines are repeated by chance, as captions and headings are. */
#define DIGEST_LINE_BYTES 80
/* Texts with fewer words are no near copies of anything. */
#define DIGEST_NEAR_WORDS 16

/* Of one text. */
typedef struct {
    uint64_t text;  /* of its words, whatever stands between them */
    uint64_t near;  /* SimHash over runs of four words: similar texts differ in few bits */
    uint64_t words;
} digest;

/* Words are runs of letters and digits in any case, and each character of a script without spaces. */
digest digest_of(dh_view text);
/* Bits in which two differ. */
unsigned digest_distance(uint64_t a, uint64_t b);

/* Takes the next line that is long enough off *rest; false if there is none. *hash: of it, without white space at its ends. */
bool digest_line(dh_view *rest, dh_view *line, uint64_t *hash);

#endif
