/* models.h: the models that a context judges with: those built in, or those of files that were loaded over them. */
#ifndef JUDGE_MODELS_H
#define JUDGE_MODELS_H

#include "judge/hashed.h"
#include "judge/trees.h"

/* Thresholds that the page's own model chooses from. */
#define JD_CUTS 15
extern const float jd_cuts[JD_CUTS];

typedef struct {
    dh_arena arena; /* owns the models of HTML pages */
    uint64_t checksum, text_checksum; /* of the files that these, and those of texts, come from */
    jd_trees first;  /* block features to log-odds: part "first" */
    jd_trees second; /* the same and the first scores around, with the borders of `first` for the former: part "second" */
    jd_trees type;   /* the page's features to a log-odds for each jd_type: part "type" */
    jd_trees cut;    /* the page's features to what each threshold of jd_cuts gains in F1: part "cut" */
    jd_trees trust;  /* the page's features to the F1 that is to be expected: part "trust" */
    dh_arena text_arena; /* owns those of texts */
    jd_hashed words; /* a line's words to log-odds: part "words" */
    jd_trees line;   /* line features to log-odds: part "line" */
    jd_trees around; /* the same and the first scores around, with the borders of `line` for the former: part "around" */
    jd_trees text_cut; /* a text's features to what each threshold wins and costs: part "textcut" */
} jd_models;

/* The model files that are built in. */
extern const unsigned char jd_model_default[], jd_model_text[];
extern const size_t jd_model_default_len, jd_model_text_len;

/* Makes the built-in models. Errors: DH_ERR_NOMEM. */
dh_status jd_models_new(jd_models *out, dh_error *err);
/* Takes the parts that a model file has: all those of HTML pages, all those of texts, or both must be in it. The file's bytes need
 * not outlive the call. Errors: DH_ERR_FORMAT, DH_ERR_NOMEM; *m is then as before. */
dh_status jd_models_load(jd_models *m, dh_view file, dh_error *err);
void jd_models_clear(jd_models *m);

#endif
