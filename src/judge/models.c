/* The models of a context: which parts there are and what each must fit. */
#include "judge/models.h"

#include "judge/score.h"
#include "judge/text_cut.h"
#include "judge/text_score.h"

const float jd_cuts[JD_CUTS] = {0.03f, 0.06f, 0.1f,  0.15f, 0.2f,  0.25f, 0.3f, 0.35f,
                                0.4f,  0.45f, 0.5f, 0.55f, 0.6f, 0.7f, 0.8f};

/* Model files are small. */
#define MODELS_BYTES ((size_t)64 << 20)

static dh_status find_part(const jd_model_file *file, const char *name, const jd_model_part **out, dh_error *err) {
    *out = jd_model_find(file, name);
    return *out ? DH_OK : err_set(err, DH_ERR_FORMAT, 0, "model file: part %s is missing", name);
}

/* A part of trees, and what it must fit. */
typedef struct {
    const char *name;
    uint32_t features;
    uint64_t schema;
    uint32_t outputs;
} tree_part;

static dh_status read_trees(dh_arena *arena, const jd_model_file *file, tree_part want, jd_trees *out, dh_error *err) {
    const jd_model_part *part;
    dh_status st = find_part(file, want.name, &part, err);
    if (!st) st = jd_trees_read(arena, part, want.features, want.schema, out, err);
    if (!st && out->outputs != want.outputs)
        st = err_set(err, DH_ERR_FORMAT, 0, "model file: part %s has %u outputs, not %u", want.name, out->outputs, want.outputs);
    return st;
}

/* A second model's rows begin with the first one's bins. */
static dh_status same_borders(const jd_trees *first, const jd_trees *second, const char *names, dh_error *err) {
    if (!memcmp(first->first, second->first, (first->features + 1) * sizeof *first->first) &&
        !memcmp(first->borders, second->borders, first->first[first->features] * sizeof *first->borders))
        return DH_OK;
    return err_set(err, DH_ERR_FORMAT, 0, "model file: parts %s have different borders", names);
}

static dh_status read_html(jd_models *m, const jd_model_file *file, dh_error *err) {
    dh_arena *a = &m->arena;
    dh_status st = read_trees(a, file, (tree_part){"first", JD_F_COUNT, jd_schema_first(), 1}, &m->first, err);
    if (!st) st = read_trees(a, file, (tree_part){"second", JD_F_COUNT + JD_S_COUNT, jd_schema_second(), 1}, &m->second, err);
    if (!st) st = same_borders(&m->first, &m->second, "first and second", err);
    if (!st) st = read_trees(a, file, (tree_part){"type", JD_PAGE_FEATURES, jd_schema_page(), JD_TYPE_COUNT}, &m->type, err);
    if (!st) st = read_trees(a, file, (tree_part){"cut", JD_PAGE_FEATURES, jd_schema_page(), JD_CUTS}, &m->cut, err);
    if (!st) st = read_trees(a, file, (tree_part){"trust", JD_PAGE_FEATURES, jd_schema_page(), 1}, &m->trust, err);
    return st;
}

static dh_status read_text(jd_models *m, const jd_model_file *file, dh_error *err) {
    dh_arena *a = &m->text_arena;
    const jd_model_part *words;
    dh_status st = find_part(file, "words", &words, err);
    if (!st) st = jd_hashed_read(a, words, &m->words, err);
    if (!st) st = read_trees(a, file, (tree_part){"line", JD_L_COUNT, jd_schema_line(), 1}, &m->line, err);
    if (!st) st = read_trees(a, file, (tree_part){"around", JD_L_COUNT + JD_A_COUNT, jd_schema_around(), 1}, &m->around, err);
    if (!st) st = same_borders(&m->line, &m->around, "line and around", err);
    if (!st) st = read_trees(a, file, (tree_part){"textcut", JD_TEXT_FEATURES, jd_schema_text(), JD_TEXT_OUTPUTS}, &m->text_cut, err);
    return st;
}

/* True if a file has any of these parts. */
static bool has_any(const jd_model_file *file, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (jd_model_find(file, names[i])) return true;
    return false;
}

/* Reads the parts that a file has; *html and *text say of which inputs. */
static dh_status open_all(dh_view bytes, bool trusted, jd_models *out, bool *html, bool *text, dh_error *err) {
    static const char *const of_html[] = {"first", "second", "type", "cut", "trust"}, *const of_text[] = {"words", "line", "around", "textcut"};
    jd_model_file file;
    jd_models m = {0};
    dh_status st = jd_model_open(bytes, trusted, &file, err);
    if (st) return st;
    m.checksum = m.text_checksum = file.checksum;
    *html = has_any(&file, of_html, DH_COUNT(of_html));
    *text = has_any(&file, of_text, DH_COUNT(of_text));
    if (!*html && !*text) return err_set(err, DH_ERR_FORMAT, 0, "model file: it has no part that this program knows");
    arena_init(&m.arena, MODELS_BYTES);
    arena_init(&m.text_arena, MODELS_BYTES);
    if (*html) st = read_html(&m, &file, err);
    if (!st && *text) st = read_text(&m, &file, err);
    if (st) jd_models_clear(&m);
    else *out = m;
    return st;
}

static void take_html(jd_models *m, const jd_models *from) {
    arena_clear(&m->arena);
    m->arena = from->arena;
    m->checksum = from->checksum;
    m->first = from->first;
    m->second = from->second;
    m->type = from->type;
    m->cut = from->cut;
    m->trust = from->trust;
}

static void take_text(jd_models *m, const jd_models *from) {
    arena_clear(&m->text_arena);
    m->text_arena = from->text_arena;
    m->text_checksum = from->text_checksum;
    m->words = from->words;
    m->line = from->line;
    m->around = from->around;
    m->text_cut = from->text_cut;
}

static dh_status load(jd_models *m, dh_view file, bool trusted, dh_error *err) {
    jd_models loaded;
    bool html, text;
    dh_status st = open_all(file, trusted, &loaded, &html, &text, err);
    if (st) return st;
    if (html) take_html(m, &loaded);
    if (text) take_text(m, &loaded);
    return DH_OK;
}

dh_status jd_models_new(jd_models *out, dh_error *err) {
    jd_models m = {0};
    dh_status st = load(&m, (dh_view){(const char *)jd_model_default, jd_model_default_len}, true, err);
    if (!st) st = load(&m, (dh_view){(const char *)jd_model_text, jd_model_text_len}, true, err);
    if (st) jd_models_clear(&m);
    else *out = m;
    return st;
}

dh_status jd_models_load(jd_models *m, dh_view file, dh_error *err) { return load(m, file, false, err); }

void jd_models_clear(jd_models *m) {
    arena_clear(&m->arena);
    arena_clear(&m->text_arena);
}
