/* The rules of a context: the public side. */
#include "pipeline.h"

dh_status dh_context_load_rules(dh_context *ctx, dh_view text, const char *host, dh_buf *notes, dh_error *err) {
    return ru_read(&ctx->rules, text, host, notes, err);
}

dh_status dh_context_add_rule(dh_context *ctx, dh_rule rule, dh_view value, dh_error *err) {
    static const ru_kind kinds[] = {[DH_RULE_BODY] = RU_BODY, [DH_RULE_STRIP] = RU_STRIP, [DH_RULE_KEEP] = RU_KEEP};
    if ((unsigned)rule >= DH_COUNT(kinds)) return err_set(err, DH_ERR_USAGE, 0, "rule is none of dh_rule");
    return ru_add(&ctx->rules, kinds[rule], value, err);
}

bool dh_context_rule_test(const dh_context *ctx, size_t i, dh_rule_test *out) {
    if (i >= ctx->rules.test_count) return false;
    const ru_test *t = &ctx->rules.tests[i];
    *out = (dh_rule_test){t->url, t->contains, t->line};
    return true;
}
