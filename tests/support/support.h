/* support.h: what the suites share: reading files and fixtures, seeded random numbers, and cleaning through the public
 * API. What is expected stands in the suites. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include "base/base.h"

#define FIXTURES_MAX 512

/* Appends a file's bytes. False if it cannot be read or memory ends. */
bool sup_read_file(const char *path, dh_buf *out);

/* Names of the folders in fixtures/, sorted. */
typedef struct {
    char name[FIXTURES_MAX][64];
    size_t count;
} sup_fixtures;
void sup_list_fixtures(sup_fixtures *out);

/* Appends fixtures/NAME/FILE. False if there is none. */
bool sup_read_fixture(const char *name, const char *file, dh_buf *out);

/* The input of a fixture, which is input.html or input.txt. False if it has neither. */
bool sup_read_input(const char *name, dh_buf *out);

/* Pseudo random numbers: the same on every machine for a seed. */
uint32_t sup_random(uint64_t *seed);
/* One below n (n > 0). */
size_t sup_random_below(uint64_t *seed, size_t n);

/* A context for tests that need no other; never freed. */
dh_context *sup_context(void);

/* dh_page_new() and dh_page_render() as text. ctx and opt may be NULL. */
dh_status sup_clean(const dh_context *ctx, dh_view bytes, const dh_options *opt, dh_buf *out, dh_error *err);

/* The same through a dh_reader whose callback gives at most `piece` bytes a call; the pages' texts follow each other.
 */
dh_status sup_clean_stream(const dh_context *ctx, dh_view bytes, size_t piece, const dh_options *opt, dh_buf *out,
                           dh_error *err);

/* A read callback over memory: user is a sup_source. */
typedef struct {
    dh_view left;
    size_t piece;        /* most bytes a call gives */
    dh_status fail_with; /* what it returns when `left` is used up; DH_OK: the end */
} sup_source;
dh_status sup_read(void *user, char *buf, size_t cap, size_t *got, dh_error *err);

#endif
