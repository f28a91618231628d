/* wall.h: pages that came instead of the one that was asked for: a consent wall, a captcha, a login, an error, a shell that a script
 * is to fill. Told by wording (data/walls.tsv) where a page has next to nothing else, and by markup without a text. */
#ifndef JUDGE_WALL_H
#define JUDGE_WALL_H

#include "judge/judge.h"

/* data/walls.py has the same order. */
typedef enum {
    JD_WALL_NONE,
    JD_WALL_CONSENT,
    JD_WALL_CAPTCHA,
    JD_WALL_LOGIN,
    JD_WALL_ERROR,
    JD_WALL_SCRIPT, /* says that it needs one */
    JD_WALL_SHELL,  /* does not say so: nothing stands in its markup */
    JD_WALL_COUNT
} jd_wall_kind;

/* A phrase of the generated table, sorted by its words. */
typedef struct {
    uint32_t first; /* the hash of its first word */
    uint16_t words; /* where its hashes begin in jd_wall_words */
    uint8_t count;
    uint8_t kind; /* jd_wall_kind */
    bool head;    /* it is a part of the title, or a heading, as a whole; else it stands anywhere in a block */
} jd_wall_row;
extern const jd_wall_row jd_wall_rows[];
extern const uint32_t jd_wall_words[];
extern const size_t jd_wall_count;

/* What stands in the way. page, verdicts: as the markup has them; kept_bytes: of all text that was kept of the page, from elsewhere too.
 * A page with an answer of its own costs nothing; any other is read once. Allocates nothing. */
jd_wall_kind jd_wall_find(const pg_page *page, const jd_verdict *verdicts, size_t kept_bytes);

/* A word for a kind ("captcha"), static; NULL for JD_WALL_NONE. */
const char *jd_wall_name(jd_wall_kind kind);

#endif
