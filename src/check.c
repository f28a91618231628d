/* What the library finds on this machine of what it uses. */
#include "facts/detect_language.h"
#include "input/charset.h"
#include "pipeline.h"

#include <inttypes.h>
#include <stdio.h>

enum { GONE, MISSING, WORKS };

static int check_models(const dh_context *ctx, char *detail, size_t size) {
    snprintf(detail, size, "of HTML pages %016" PRIx64 ", of texts %016" PRIx64, ctx->models.checksum, ctx->models.text_checksum);
    return WORKS;
}

/* The C library's tables are files that a slim image may lack. */
static int check_charsets(const dh_context *ctx, char *detail, size_t size) {
    const char *lacks = NULL;
    size_t found = 0;
    for (size_t i = 0; i < CHARSET_COUNT; i++) {
        const in_charset *one = &charset_of((charset_id)i)->pub;
        in_decoder *decoder = NULL;
        if (!in_decoder_new(one, &decoder, NULL)) found++;
        else if (!lacks) lacks = one->name;
        in_decoder_free(decoder);
    }
    if (lacks) snprintf(detail, size, "%zu of %d, %s is missing: has the C library its gconv folder?", found, CHARSET_COUNT, lacks);
    else snprintf(detail, size, "%zu, none is missing", found);
    return lacks ? MISSING : WORKS;
}

static int check_language(const dh_context *ctx, char *detail, size_t size) {
    bool found = detect_language_preload();
    snprintf(detail, size, "%s", found ? "CLD2" : "no CLD2 (libcld2.so.0): a page's language is what its markup claims");
    return found ? WORKS : detect_language_is_built() ? MISSING : GONE;
}

static int check_patterns(const dh_context *ctx, char *detail, size_t size) {
    bool built = ru_pattern_is_built();
    snprintf(detail, size, "%s", built ? "RE2" : "no RE2: rules have no strip_line and keep_line");
    return built ? WORKS : GONE;
}

static int check_processor(const dh_context *ctx, char *detail, size_t size) {
    static const char *const ways[] = {
        [JD_TREES_PLAIN] = "no AVX2, or not in this build: slower, with the same answers", [JD_TREES_AVX2] = "AVX2 is used", [JD_TREES_AVX512] = "AVX-512 is used"};
    snprintf(detail, size, "%s", ways[jd_trees_best()]);
    return WORKS;
}

bool dh_context_check(const dh_context *ctx, size_t i, dh_check *out) {
    static const struct {
        const char *name;
        int (*look)(const dh_context *ctx, char *detail, size_t size);
    } checks[] = {{"models", check_models}, {"charsets", check_charsets}, {"language", check_language}, {"patterns", check_patterns},
                  {"processor", check_processor}};
    if (i >= DH_COUNT(checks)) return false;
    out->name = checks[i].name;
    int found = checks[i].look(ctx, out->detail, sizeof out->detail);
    out->built = found != GONE;
    out->works = found == WORKS;
    return true;
}
