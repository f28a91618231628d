/* The frame of model files: magic, version, table of parts, checksum. What a part holds is not looked at here: trees.c does. */
#include "judge/model.h"

#include <math.h>

/* "dhmodel", then a version. */
#define MAGIC DH_VIEW("dhmodel\n")
#define VERSION 1
#define NAME_BYTES 8

const unsigned char *jd_model_take(jd_model_reader *r, size_t n) {
    if (r->failed || (size_t)(r->end - r->at) < n) {
        r->failed = true;
        return NULL;
    }
    const unsigned char *p = r->at;
    r->at += n;
    return p;
}

uint32_t jd_model_u8(jd_model_reader *r) {
    const unsigned char *p = jd_model_take(r, 1);
    return p ? *p : 0;
}

uint32_t jd_model_u16(jd_model_reader *r) {
    const unsigned char *p = jd_model_take(r, 2);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 : 0;
}

uint32_t jd_model_u32(jd_model_reader *r) {
    uint32_t low = jd_model_u16(r);
    return low | jd_model_u16(r) << 16;
}

float jd_model_f32(jd_model_reader *r) {
    uint32_t bits = jd_model_u32(r);
    float x;
    memcpy(&x, &bits, sizeof x);
    if (isfinite(x)) return x;
    r->failed = true;
    return 0;
}

#define HASH_SEED UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* FNV-1a over eight bytes at a time, little-endian, the last ones filled up with zeros. */
uint64_t jd_checksum(dh_view bytes) {
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t n = bytes.len;
    uint64_t h = HASH_SEED;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t word = 0;
        for (size_t k = 0; k < 8 && i + k < n; k++) word |= (uint64_t)p[i + k] << 8 * k;
        h = (h ^ word) * HASH_PRIME;
        h ^= h >> 29;
    }
    return h;
}

uint64_t jd_schema_add(uint64_t schema, const char *name) {
    if (!schema) schema = HASH_SEED;
    size_t len = strlen(name); /* names are ours and end in NUL, which is hashed too */
    for (size_t i = 0; i <= len; i++) schema = (schema ^ (unsigned char)name[i]) * HASH_PRIME;
    return schema;
}

static uint64_t read_u64(jd_model_reader *r) {
    uint64_t low = jd_model_u32(r);
    return low | (uint64_t)jd_model_u32(r) << 32;
}

static dh_status read_part(jd_model_reader *r, dh_view file, jd_model_part *part, dh_error *err) {
    const unsigned char *name = jd_model_take(r, NAME_BYTES);
    if (name) memcpy(part->name, name, NAME_BYTES);
    part->name[NAME_BYTES] = 0;
    part->kind = jd_model_u32(r);
    part->schema = read_u64(r);
    uint32_t from = jd_model_u32(r), len = jd_model_u32(r);
    if (r->failed || from > file.len || len > file.len - from)
        return err_set(err, DH_ERR_FORMAT, 0, "model file: its table of parts points outside of it");
    part->bytes = (dh_view){file.ptr + from, len};
    return DH_OK;
}

dh_status jd_model_open(dh_view bytes, bool trusted, jd_model_file *out, dh_error *err) {
    *out = (jd_model_file){.count = 0};
    jd_model_reader r = {(const unsigned char *)bytes.ptr, (const unsigned char *)bytes.ptr + bytes.len, false};
    if (!view_starts(bytes, MAGIC)) return err_set(err, DH_ERR_FORMAT, 0, "is no model file");
    jd_model_take(&r, MAGIC.len);
    uint32_t version = jd_model_u32(&r), count = jd_model_u32(&r);
    out->checksum = read_u64(&r);
    if (r.failed) return err_set(err, DH_ERR_FORMAT, 0, "model file: cut off");
    if (version != VERSION)
        return err_set(err, DH_ERR_FORMAT, 0, "model file: version %u, this program reads version %d", version, VERSION);
    if (!trusted && jd_checksum((dh_view){(const char *)r.at, (size_t)(r.end - r.at)}) != out->checksum)
        return err_set(err, DH_ERR_FORMAT, 0, "model file: wrong checksum, it is damaged");
    if (!count || count > JD_MODEL_PARTS)
        return err_set(err, DH_ERR_FORMAT, 0, "model file: %u parts, from 1 to %d can be", count, JD_MODEL_PARTS);
    for (; out->count < count; out->count++) {
        dh_status st = read_part(&r, bytes, &out->parts[out->count], err);
        if (st) return st;
    }
    return DH_OK;
}

const jd_model_part *jd_model_find(const jd_model_file *file, const char *name) {
    for (size_t i = 0; i < file->count; i++)
        if (!strcmp(file->parts[i].name, name)) return &file->parts[i];
    return NULL;
}
