/* model.h: model files: bytes that train/ wrote, or anybody, so nothing in them is believed. A file holds parts, each a model with a
 * name; trees.h reads those of trees. docs/models.md has the layout. */
#ifndef JUDGE_MODEL_H
#define JUDGE_MODEL_H

#include "base/base.h"

/* Kinds of parts. Values are pinned. */
enum { JD_MODEL_TREES = 1, JD_MODEL_HASHED = 2 };

#define JD_MODEL_PARTS 16

typedef struct {
    char name[9];      /* ended by NUL */
    uint32_t kind;
    uint64_t schema;   /* of the features that it was trained on: jd_schema_add() over their names */
    dh_view bytes;     /* lent by the file */
} jd_model_part;

typedef struct {
    jd_model_part parts[JD_MODEL_PARTS];
    size_t count;
    uint64_t checksum; /* of all that follows it in the file */
} jd_model_file;

/* Reads the table of parts and, unless the bytes are trusted (built in), checks the file's checksum. bytes are borrowed and need no
 * alignment. Errors: DH_ERR_FORMAT, with a message that says what is wrong. */
dh_status jd_model_open(dh_view bytes, bool trusted, jd_model_file *out, dh_error *err);

/* The part of a name; NULL if there is none. */
const jd_model_part *jd_model_find(const jd_model_file *file, const char *name);

/* Magic, version, number of parts, checksum of all that stands behind it. */
#define JD_MODEL_HEAD 24
/* The checksum of model files, for any bytes. Equal on every machine; no proof against somebody who means harm. */
uint64_t jd_checksum(dh_view bytes);

/* Takes on a feature's name: start with 0. */
uint64_t jd_schema_add(uint64_t schema, const char *name);

/* ---- reading little-endian numbers ---- */

/* A cursor that remembers that it ran over the end. */
typedef struct {
    const unsigned char *at, *end;
    bool failed;
} jd_model_reader;

/* The next n bytes; NULL, and failed set, if there are not so many. */
const unsigned char *jd_model_take(jd_model_reader *r, size_t n);
uint32_t jd_model_u8(jd_model_reader *r);
uint32_t jd_model_u16(jd_model_reader *r);
uint32_t jd_model_u32(jd_model_reader *r);
float jd_model_f32(jd_model_reader *r); /* not finite: failed */

#endif
