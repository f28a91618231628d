/* The report of --explain=json: a line a block with its verdict, then one of the page, which is its object of JSON without text and
 * blocks, with what it was told by and where each fact was read. */
#include "explain.h"

#include "base/json_out.h"

/* Of the page: text and blocks stand above. */
#define PAGE_FIELDS                                                                                                                       \
    "title,authors,date,modified,site_name,language,type,url,canonical_url,description,image,licence,status,confidence,removed,source," \
    "record,id,error,version"

static void put_text(json_out *j, const char *name, bool first, const char *text) {
    json_key(j, view_of(name), first);
    if (text) json_string(j, view_of(text));
    else json_raw(j, DH_VIEW("null"));
}

static void put_count(json_out *j, const char *name, size_t n) {
    json_key(j, view_of(name), false);
    json_number(j, n);
}

static void put_block(json_out *j, size_t i, const dh_block *b) {
    json_raw(j, DH_VIEW("{"));
    json_key(j, DH_VIEW("block"), true);
    json_number(j, i);
    put_text(j, "verdict", false, b->keep ? "keep" : "drop");
    json_key(j, DH_VIEW("score"), false);
    json_share(j, b->score);
    put_text(j, "reason", false, b->reason);
    put_text(j, "kind", false, dh_kind_name(b->kind));
    json_key(j, DH_VIEW("level"), false);
    if (b->level) json_number(j, (size_t)b->level);
    else json_raw(j, DH_VIEW("null"));
    put_text(j, "part", false, b->part == DH_PART_COMMENTS ? "comments" : "body");
    json_key(j, DH_VIEW("text"), false);
    json_string(j, b->text);
    put_count(j, "start", b->begin);
    put_count(j, "end", b->end);
    json_raw(j, DH_VIEW("}\n"));
}

/* An object with the origin of each fact that is known; of several authors the first one's. */
static void put_origins(json_out *j, const dh_facts *facts) {
    dh_fact fact;
    bool first = true;
    json_key(j, DH_VIEW("origins"), false);
    json_raw(j, DH_VIEW("{"));
    for (int kind = 0; kind < DH_FACT_COUNT; kind++) {
        if (!dh_facts_get(facts, (dh_fact_kind)kind, 0, &fact)) continue;
        put_text(j, kind == DH_FACT_AUTHOR ? "authors" : dh_fact_name((dh_fact_kind)kind), first, fact.origin);
        first = false;
    }
    json_raw(j, DH_VIEW("}"));
}

/* What its object lacks. */
static void put_more(json_out *j, const dh_page *page, const dh_facts *facts) {
    const char *reason;
    double probability;
    dh_page_outcome(page, &reason);
    dh_page_type(page, &probability);
    put_text(j, "reason", false, reason);
    json_key(j, DH_VIEW("type_probability"), false);
    if (dh_page_is_html(page)) json_share(j, probability);
    else json_raw(j, DH_VIEW("null"));
    put_text(j, "charset", false, dh_page_charset(page));
    put_count(j, "words", dh_page_kept_words(page));
    put_origins(j, facts);
    json_raw(j, DH_VIEW("}\n"));
}

static dh_status report_error(dh_status st, dh_error *err) {
    return err_set(err, st, 0, "%s", st == DH_ERR_LIMIT ? "its report is larger than the limit (--max-memory)" : "out of memory");
}

dh_status explain_json(const dh_page *page, const dh_rendering *how, dh_buf *out, dh_error *err) {
    json_out j = {.out = out};
    dh_rendering object = *how;
    dh_facts *facts = NULL;
    dh_block b;
    for (size_t i = 0; !j.status && dh_page_block(page, i, &b); i++) put_block(&j, i, &b);
    if (j.status) return report_error(j.status, err);
    object.format = DH_TO_JSONL;
    object.fields = PAGE_FIELDS;
    dh_status st = dh_page_render_as(page, &object, out, err);
    if (!st) st = dh_facts_new(page, &facts, err);
    if (st) return st;
    out->len -= 2; /* "}\n" */
    put_more(&j, page, facts);
    dh_facts_free(facts);
    return j.status ? report_error(j.status, err) : DH_OK;
}
