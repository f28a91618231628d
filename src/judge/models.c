/* The models of a context: which parts there are and what each must fit. */
#include "judge/models.h"

#include "judge/score.h"

const float jd_cuts[JD_CUTS] = {0.03f, 0.06f, 0.1f,  0.15f, 0.2f,  0.25f, 0.3f, 0.35f,
                                0.4f,  0.45f, 0.5f, 0.55f, 0.6f, 0.7f, 0.8f};

/* Model files are small. */
#define MODELS_BYTES ((size_t)64 << 20)

static dh_status read_part(jd_models *m, const jd_model_file *file, const char *name, uint32_t features, uint64_t schema,
                           uint32_t outputs, jd_trees *out, dh_error *err) {
    const jd_model_part *part = jd_model_find(file, name);
    if (!part) return err_set(err, DH_ERR_FORMAT, 0, "model file: part %s is missing", name);
    dh_status st = jd_trees_read(&m->arena, part, features, schema, out, err);
    if (!st && out->outputs != outputs)
        st = err_set(err, DH_ERR_FORMAT, 0, "model file: part %s has %u outputs, not %u", name, out->outputs, outputs);
    return st;
}

/* The second model's rows begin with the first one's bins. */
static bool same_borders(const jd_trees *first, const jd_trees *second) {
    return !memcmp(first->first, second->first, (first->features + 1) * sizeof *first->first) &&
           !memcmp(first->borders, second->borders, first->first[first->features] * sizeof *first->borders);
}

static dh_status read_all(jd_models *m, const jd_model_file *file, dh_error *err) {
    dh_status st = read_part(m, file, "first", JD_F_COUNT, jd_schema_first(), 1, &m->first, err);
    if (!st) st = read_part(m, file, "second", JD_F_COUNT + JD_S_COUNT, jd_schema_second(), 1, &m->second, err);
    if (!st && !same_borders(&m->first, &m->second))
        st = err_set(err, DH_ERR_FORMAT, 0, "model file: parts first and second have different borders");
    if (!st) st = read_part(m, file, "type", JD_PAGE_FEATURES, jd_schema_page(), JD_TYPE_COUNT, &m->type, err);
    if (!st) st = read_part(m, file, "cut", JD_PAGE_FEATURES, jd_schema_page(), JD_CUTS, &m->cut, err);
    if (!st) st = read_part(m, file, "trust", JD_PAGE_FEATURES, jd_schema_page(), 1, &m->trust, err);
    return st;
}

static dh_status open_all(dh_view bytes, bool trusted, jd_models *out, dh_error *err) {
    jd_model_file file;
    jd_models m = {0};
    dh_status st = jd_model_open(bytes, trusted, &file, err);
    if (st) return st;
    m.checksum = file.checksum;
    arena_init(&m.arena, MODELS_BYTES);
    st = read_all(&m, &file, err);
    if (st) arena_clear(&m.arena);
    else *out = m;
    return st;
}

dh_status jd_models_new(jd_models *out, dh_error *err) {
    return open_all((dh_view){(const char *)jd_model_default, jd_model_default_len}, true, out, err);
}

dh_status jd_models_load(jd_models *m, dh_view file, dh_error *err) {
    jd_models loaded;
    dh_status st = open_all(file, false, &loaded, err);
    if (st) return st;
    arena_clear(&m->arena);
    *m = loaded;
    return DH_OK;
}

void jd_models_clear(jd_models *m) { arena_clear(&m->arena); }
