/* A context as a whole: made ready for a process that can open no file, and told from others. */
#include "facts/detect_language.h"
#include "judge/model.h"
#include "judge/phrase.h"
#include "pipeline.h"

dh_status dh_context_preload(dh_context *ctx, dh_error *err) {
    detect_language_preload(); /* where CLD2 is not installed it is not missed later either */
    return ctx->preload ? DH_OK : in_preload_new(&ctx->preload, err);
}

uint64_t dh_context_digest(const dh_context *ctx) {
    const uint64_t parts[] = {ctx->models.checksum, ctx->models.text_checksum, jd_phrase_checksum(), ctx->rules.checksum};
    return jd_checksum((dh_view){(const char *)parts, sizeof parts});
}
